/* What holds of a sieve, and of the tables that it reads: the words that the contracts in rill/sieve.h and src/sieve*.c are
 * written in. WP reads all of it. EVA, which cannot follow it, follows the sieve itself from its first byte on. */
#ifndef SIEVE_HOLDS_H
#define SIEVE_HOLDS_H

/* What a step may change. */
#define KEPT_OF(sieve) sieve->kept, sieve->buffer[0 .. UINT32_MAX]
#define CHARACTER_OF(sieve) KEPT_OF(sieve), sieve->facts, sieve->row, sieve->matched

#define STRING_OF(sieve) CHARACTER_OF(sieve), sieve->flags, sieve->utf8, sieve->partial, sieve->half, sieve->stored, \
    sieve->high, sieve->borrowed, sieve->state, sieve->role, sieve->atomic, sieve->named, sieve->step[0 .. RILL_PATH_MAX - 1]

#ifdef WP_H

/* Tables may refer to each other in circles. So what is said of them is said of four sets of addresses, which are closed: what
 * a table in a set refers to is in a set. That the caller's schema is in them is the one assumption about it. */
/*@ axiomatic Tables {
      predicate is_schema(rill_schema *schema);
      predicate is_row(rill_row *row);
      predicate is_array(rill_array *array);
      predicate is_names(rill_names *names);
    }
*/

/* Each table by itself. The sieve is no table. */
/*@ predicate schema_ok(rill_sieve *sieve, rill_schema *schema) =
      \valid_read(schema) && \separated(schema, sieve) && 1 <= schema->count <= RILL_ROWS_MAX &&
      (\forall integer i; 0 <= i < schema->count ==> is_row(schema->rows + i) &&
        \valid_read(schema->rows + i) && \separated(schema->rows + i, sieve) &&
        \valid_read(schema->rows[i].name + (0 .. schema->rows[i].name_length - 1)));
    predicate rule_ok(rill_sieve *sieve, rill_row *row) =
      \valid_read(row) && \separated(row, sieve) && \valid_read(sieve->root) && \separated(sieve->root, sieve) &&
      (sieve->root->rules != \null ==> \valid_read(sieve->root->rules + row->rule));
    predicate row_ok(rill_sieve *sieve, rill_row *row) = rule_ok(sieve, row) && row->kind <= RILL_RAW &&
      (row->kind == RILL_OBJECT ==> is_schema((rill_schema *)row->child)) &&
      (row->kind == RILL_ARRAY ==> is_array((rill_array *)row->child)) &&
      (row->kind == RILL_ENUM ==> is_names((rill_names *)row->child));
    predicate array_ok(rill_sieve *sieve, rill_array *array) =
      \valid_read(array) && \separated(array, sieve) && array->kind <= RILL_RAW &&
      (array->kind == RILL_OBJECT || array->or_one != 0 ==> is_schema(array->element));
    predicate names_ok(rill_names *names) = \valid_read(names) &&
      \valid_read(names->names + (0 .. names->count - 1)) &&
      (\forall integer i; 0 <= i < names->count ==>
        \valid_read(names->names[i].name + (0 .. names->names[i].length - 1)));
    predicate tables_ok(rill_sieve *sieve) = sieve->reuse == \null &&
      \valid_read(sieve->root) && \separated(sieve->root, sieve) &&
      (sieve->root->count != 0 ==> is_schema(sieve->root)) &&
      (\forall rill_schema *schema; is_schema(schema) ==> schema_ok(sieve, schema)) &&
      (\forall rill_row *row; is_row(row) ==> row_ok(sieve, row)) &&
      (\forall rill_array *array; is_array(array) ==> array_ok(sieve, array)) &&
      (\forall rill_names *names; is_names(names) ==> names_ok(names) && \separated(names, sieve));
*/

/* Rows of a schema. */
/*@ predicate row_or_end(rill_schema *schema, rill_row *row) =
      row == schema->rows + (row - schema->rows) && 0 <= row - schema->rows <= schema->count;
    predicate row_of(rill_schema *schema, rill_row *row) = row_or_end(schema, row) && row - schema->rows < schema->count;
    predicate row_or_none(rill_sieve *sieve) = sieve->row == \null || row_of(sieve->schema, sieve->row);
    predicate key_ok(rill_sieve *sieve) = row_or_none(sieve) &&
      (sieve->row != \null ==> sieve->matched <= sieve->row->name_length);
*/

/* So many bytes may be written behind the kept text. */
/*@ predicate room(rill_sieve *sieve, integer length) = \valid(sieve) && sieve->kept + length <= 0xffffffff &&
      \valid(sieve->buffer + (0 .. sieve->kept + length - 1));
    predicate grew{From, To}(rill_sieve *sieve, integer most) = \at(sieve->kept, From) <= \at(sieve->kept, To) &&
      \at(sieve->kept, To) <= \at(sieve->kept, From) + most;
*/

/* The bit stack: whether the bracket so far up from the innermost is an object. The axioms are what a push and a pop do to it;
 * brackets.smt2 proves them as bit vectors, which WP has not. */
/*@ predicate object_at(integer low, integer high, integer up) = (((up < 32 ? low : high) >> up % 32) & 1) != 0;
    axiomatic Brackets {
      axiom innermost: \forall integer low, high; 0 <= low <= UINT32_MAX && 0 <= high <= UINT32_MAX ==>
        (object_at(low, high, 0) <==> (low & 1) != 0);
      axiom push_innermost: \forall integer low, high, bit; 0 <= low <= UINT32_MAX && 0 <= high <= UINT32_MAX && 0 <= bit <= 1 ==>
        (object_at((uint32_t)(low << 1) | bit, (uint32_t)(high << 1) | (low >> 31), 0) <==> bit == 1);
      axiom push: \forall integer low, high, bit, up;
        0 <= low <= UINT32_MAX && 0 <= high <= UINT32_MAX && 0 <= bit <= 1 && 1 <= up < 64 ==>
        (object_at((uint32_t)(low << 1) | bit, (uint32_t)(high << 1) | (low >> 31), up) <==> object_at(low, high, up - 1));
      axiom pop: \forall integer low, high, up; 0 <= low <= UINT32_MAX && 0 <= high <= UINT32_MAX && 1 <= up < 64 ==>
        (object_at((low >> 1) | (uint32_t)(high << 31), high >> 1, up - 1) <==> object_at(low, high, up));
    }
    predicate is_object(rill_sieve *sieve, integer frame, integer yes) =
      (yes != 0 <==> object_at(sieve->brackets[0], sieve->brackets[1], sieve->depth - 1 - frame));
*/

/* A number at hand. */
/*@ predicate number_ok(rill_sieve *sieve) = sieve->matched <= RILL_DIGITS_MAX &&
      -99999999 - sieve->matched <= sieve->exponent <= 99999999 &&
      -999999999 <= sieve->written <= 999999999;
    predicate number_is_kept(rill_sieve *sieve) = \valid(sieve) && \valid_read(sieve->row) && sieve->mark <= sieve->kept &&
      sieve->path <= RILL_PATH_MAX && sieve->path <= sieve->depth <= RILL_DEPTH_MAX;
    predicate number_step{From, To}(rill_sieve *sieve, integer status) = status <= RILL_MORE &&
      grew{From, To}(sieve, \at(sieve->role, From) == 3 ? 1 : 0) &&
      (status >= RILL_OK ==> number_ok{To}(sieve) && 11 <= \at(sieve->state, To) <= 18);
*/

/* A string at hand. */
/*@ predicate utf8_ok(rill_sieve *sieve) = sieve->utf8 <= 7 && sieve->partial <= 3 &&
      (sieve->utf8 == 0 ==> sieve->partial == 0) && (sieve->utf8 == 2 ==> sieve->partial <= 2) &&
      (sieve->utf8 >= 3 ==> sieve->partial == 1);
    predicate string_ok(rill_sieve *sieve) = \valid(sieve) &&
      (sieve->role == 1 ==> schema_ok(sieve, sieve->schema) && key_ok(sieve)) &&
      (sieve->role == 3 ==> rule_ok(sieve, sieve->row));
    predicate string_step{From, To}(rill_sieve *sieve, integer most) =
      grew{From, To}(sieve, \at(sieve->role, From) == 3 ? most : 0) &&
      (\at(sieve->role, From) != 1 ==> \at(sieve->row, From) == \at(sieve->row, To));
*/

/* The open brackets: each object or array that is kept has the row that wants it, but the root, and the objects in a root
 * that is an array, have none. */
/*@ predicate frame_object(rill_sieve *sieve, integer frame) =
      object_at(sieve->brackets[0], sieve->brackets[1], sieve->depth - 1 - frame);
    predicate frame_ok(rill_sieve *sieve, integer frame, rill_row *row) =
      row == \null ? frame == 0 || (frame == 1 && !frame_object(sieve, 0)) :
      is_row(row) && (frame_object(sieve, frame) ?
        row->kind == RILL_OBJECT || (row->kind == RILL_ARRAY && is_schema(((rill_array *)row->child)->element)) :
        row->kind == RILL_ARRAY);
    predicate frames_ok(rill_sieve *sieve) = sieve->path <= RILL_PATH_MAX && sieve->path <= sieve->depth <= RILL_DEPTH_MAX &&
      (\forall integer i; 0 <= i < sieve->path ==> frame_ok(sieve, i, sieve->frames[i].row));
*/

/*@ predicate path_ok(rill_sieve *sieve) = room(sieve, sieve->path + 2) && (sieve->path > 0 ==> sieve->kept > 0) &&
      sieve->partial <= sieve->kept && (sieve->atomic != 0 ==> 0 < sieve->mark <= sieve->kept && 0 < sieve->path);
    predicate literal_ok(rill_sieve *sieve) = sieve->unit <= 2 && sieve->matched <= 4 &&
      (sieve->unit != 1 ==> sieve->matched <= 3);
    predicate in_schema(rill_sieve *sieve) =
      sieve->path > 0 && frame_object(sieve, sieve->path - 1) ==> is_schema(sieve->schema);
    predicate pushed{From, To}(rill_sieve *sieve, integer object) =
      (object_at(\at(sieve->brackets[0], To), \at(sieve->brackets[1], To), 0) <==> object != 0) &&
      (\forall integer up; 1 <= up < 64 ==>
        (object_at(\at(sieve->brackets[0], To), \at(sieve->brackets[1], To), up) <==>
         object_at(\at(sieve->brackets[0], From), \at(sieve->brackets[1], From), up - 1)));
    predicate popped{From, To}(rill_sieve *sieve) =
      (\forall integer up; 1 <= up < 64 ==>
        (object_at(\at(sieve->brackets[0], To), \at(sieve->brackets[1], To), up - 1) <==>
         object_at(\at(sieve->brackets[0], From), \at(sieve->brackets[1], From), up)));
    predicate same_brackets{From, To}(rill_sieve *sieve) =
      \at(sieve->brackets[0], From) == \at(sieve->brackets[0], To) &&
      \at(sieve->brackets[1], From) == \at(sieve->brackets[1], To);
*/

/* A string or another value that is kept, and the end of a string. */
/*@ predicate enum_begins(rill_sieve *sieve) = sieve->mark + (sieve->buffer[sieve->mark] == ',' ? 6 : 5) <= sieve->kept;
    predicate keep_ok(rill_sieve *sieve) = tables_ok(sieve) && frames_ok(sieve) && is_row(sieve->row) &&
      sieve->path > 0 && sieve->path == sieve->depth && in_schema(sieve) &&
      (object_at(sieve->brackets[0], sieve->brackets[1], 0) ==> row_of(sieve->schema, sieve->row) &&
        (sieve->atomic != 0 && sieve->row->kind == RILL_ENUM ==> enum_begins(sieve)));
    predicate string_goes_on{From, To}(rill_sieve *sieve) = string_step{From, To}(sieve, 6) &&
      \at(sieve->role, To) == \at(sieve->role, From) && 8 <= \at(sieve->state, To) <= 9;
    predicate type_fits(integer type, integer first) = (type == 4 <==> first == '{') && (type == 8 <==> first == '[');
    predicate object_taken(integer taken, integer first) = (taken != 0 <==> first == '{');
    predicate string_ended{From, To}(rill_sieve *sieve) =
      \at(sieve->role, From) == 1 ? \at(sieve->role, To) == 2 && \at(sieve->state, To) == 4 && row_or_none{To}(sieve) :
      \at(sieve->key, From) != 0 ? \at(sieve->role, To) == \at(sieve->role, From) && \at(sieve->state, To) == 4 :
      \at(sieve->role, To) == (\at(sieve->depth == sieve->base, From) ? 2 : \at(sieve->role, From)) &&
        \at(sieve->state, To) == (\at(sieve->depth, From) == 0 ? 6 : 5) && \at(sieve->atomic, To) == 0;
*/

#else
/*@ predicate is_object(rill_sieve *sieve, integer frame, integer yes) = \true;
    predicate enum_begins(rill_sieve *sieve) = \true;
    predicate frame_object(rill_sieve *sieve, integer frame) = \true;
    predicate path_ok(rill_sieve *sieve) = \true;
    predicate row_ok(rill_sieve *sieve, rill_row *row) = \true;
    predicate array_ok(rill_sieve *sieve, rill_array *array) = \true;
    predicate is_array(rill_array *array) = \true;
    predicate literal_ok(rill_sieve *sieve) = \true;
    predicate number_ok(rill_sieve *sieve) = \true;
    predicate number_is_kept(rill_sieve *sieve) = \true;
    predicate number_step{From, To}(rill_sieve *sieve, integer status) = \true;
    predicate schema_ok(rill_sieve *sieve, rill_schema *schema) = \true;
    predicate names_ok(rill_names *names) = \true;
    predicate rule_ok(rill_sieve *sieve, rill_row *row) = \true;
    predicate tables_ok(rill_sieve *sieve) = \true;
    predicate row_or_end(rill_schema *schema, rill_row *row) = \true;
    predicate row_of(rill_schema *schema, rill_row *row) = \true;
    predicate row_or_none(rill_sieve *sieve) = \true;
    predicate key_ok(rill_sieve *sieve) = \true;
    predicate utf8_ok(rill_sieve *sieve) = \true;
    predicate string_ok(rill_sieve *sieve) = \true;
    predicate string_step{From, To}(rill_sieve *sieve, integer most) = \true;
    predicate frames_ok(rill_sieve *sieve) = \true;
    predicate is_schema(rill_schema *schema) = \true;
    predicate is_row(rill_row *row) = \true;
    predicate in_schema(rill_sieve *sieve) = \true;
    predicate pushed{From, To}(rill_sieve *sieve, integer object) = \true;
    predicate popped{From, To}(rill_sieve *sieve) = \true;
    predicate same_brackets{From, To}(rill_sieve *sieve) = \true;
    predicate keep_ok(rill_sieve *sieve) = \true;
    predicate string_goes_on{From, To}(rill_sieve *sieve) = \true;
    predicate type_fits(integer type, integer first) = \true;
    predicate object_taken(integer taken, integer first) = \true;
    predicate string_ended{From, To}(rill_sieve *sieve) = \true;
    predicate object_at(integer low, integer high, integer up) = \true;
*/
/*@ predicate room(rill_sieve *sieve, integer length) = \true;
    predicate grew{From, To}(rill_sieve *sieve, integer most) = \true;
*/
#endif
#endif
