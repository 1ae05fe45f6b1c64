/* What holds of a sieve, and of the tables that it reads: the words that the contracts in rill/sieve.h and src/sieve*.c are
 * written in. WP reads all of it. EVA, which cannot follow it, follows the sieve itself from its first byte on. */
#ifndef SIEVE_HOLDS_H
#define SIEVE_HOLDS_H

#ifdef WP_H

/* Tables may refer to each other in circles. So what is said of them is said of four sets of addresses, which are closed: what
 * a table in a set refers to is in a set. That the caller's schema is in them is the one assumption about it. */
/*@ axiomatic Tables {
      predicate is_schema(rill_schema *schema);
      predicate is_row(rill_row *row);
      predicate is_array(rill_array *array);
      predicate is_names(rill_names *names);
    }
    predicate schemas_ok(rill_sieve *sieve) = \forall rill_schema *schema; is_schema(schema) ==>
      \valid_read(schema) && \separated(schema, sieve) && schema->count <= RILL_ROWS_MAX &&
      (\forall integer i; 0 <= i < schema->count ==> is_row(schema->rows + i));
    predicate rows_ok(rill_sieve *sieve) = \forall rill_row *row; is_row(row) ==>
      \valid_read(row) && \separated(row, sieve) && row->kind <= RILL_RAW &&
      \valid_read(row->name + (0 .. row->name_length - 1)) &&
      (sieve->root->rules != \null ==> \valid_read(sieve->root->rules + row->rule)) &&
      (row->kind == RILL_OBJECT ==> is_schema((rill_schema *)row->child)) &&
      (row->kind == RILL_ARRAY ==> is_array((rill_array *)row->child)) &&
      (row->kind == RILL_ENUM ==> is_names((rill_names *)row->child));
    predicate arrays_ok(rill_sieve *sieve) = \forall rill_array *array; is_array(array) ==>
      \valid_read(array) && \separated(array, sieve) && array->kind <= RILL_RAW &&
      (array->kind == RILL_OBJECT || array->or_one != 0 ==> is_schema(array->element));
    predicate names_ok(rill_sieve *sieve) = \forall rill_names *names; is_names(names) ==>
      \valid_read(names) && \separated(names, sieve) &&
      \valid_read(names->names + (0 .. names->count - 1)) &&
      \separated(names->names + (0 .. names->count - 1), sieve) &&
      (\forall integer i; 0 <= i < names->count ==>
        \valid_read(names->names[i].name + (0 .. names->names[i].length - 1)));
    predicate tables_ok(rill_sieve *sieve) = is_schema(sieve->root) && sieve->reuse == \null &&
      schemas_ok(sieve) && rows_ok(sieve) && arrays_ok(sieve) && names_ok(sieve);
*/

/* Digits of a number, roughly: those of a position are 8 at most. */
/*@ logic integer decimal_length(integer value) = value < 100000000 ? 8 : 10;
*/

/* So many bytes may be written behind the kept text. */
/*@ predicate room(rill_sieve *sieve, integer length) = \valid(sieve) && sieve->kept + length <= 0xffffffff &&
      \valid(sieve->buffer + (0 .. sieve->kept + length - 1));
    predicate grew{From, To}(rill_sieve *sieve, integer most) = \at(sieve->kept, From) <= \at(sieve->kept, To) &&
      \at(sieve->kept, To) <= \at(sieve->kept, From) + most;
*/

/* The bit stack: whether the bracket so far up from the innermost is an object. */
/*@ predicate object_at(integer low, integer high, integer up) = (((up < 32 ? low : high) >> up % 32) & 1) != 0;
    predicate is_object(rill_sieve *sieve, integer frame, integer yes) =
      (yes != 0 <==> object_at(sieve->brackets[0], sieve->brackets[1], sieve->depth - 1 - frame));
*/

/* A number at hand. */
/*@ predicate number_ok(rill_sieve *sieve) = -99999999 <= sieve->exponent <= 99999999 &&
      -999999999 <= sieve->written <= 999999999;
    predicate number_is_kept(rill_sieve *sieve) = \valid(sieve) && \valid_read(sieve->row) && sieve->mark < sieve->kept &&
      sieve->path <= RILL_PATH_MAX && sieve->path <= sieve->depth <= RILL_DEPTH_MAX;
    predicate number_step{From, To}(rill_sieve *sieve, integer status) = status <= RILL_MORE &&
      grew{From, To}(sieve, \at(sieve->role, From) == 3 ? 1 : 0) &&
      (status >= RILL_OK ==> number_ok{To}(sieve) && 11 <= \at(sieve->state, To) <= 18);
*/

#else
/*@ predicate is_object(rill_sieve *sieve, integer frame, integer yes) = \true;
    predicate number_ok(rill_sieve *sieve) = \true;
    predicate number_is_kept(rill_sieve *sieve) = \true;
    predicate number_step{From, To}(rill_sieve *sieve, integer status) = \true;
*/
/*@ logic integer decimal_length(integer value) = 10;
*/
/*@ predicate room(rill_sieve *sieve, integer length) = \true;
    predicate grew{From, To}(rill_sieve *sieve, integer most) = \true;
*/
#endif
#endif
