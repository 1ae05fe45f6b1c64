/* json: one whole JSON text, for which no stream is needed: a check of its grammar, and a struct filled from it.
 *
 * A tool call's arguments, collected over a stream, become a struct of yours (schema.h shows how its schema is written):
 *
 *     rill_status status = rill_json_decode(text, length, size, tokens, 24, &weather_schema, &weather);
 */
#ifndef RILL_JSON_H
#define RILL_JSON_H

#include <stddef.h>

#include "rill/schema.h"
#include "rill/sieve.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills `target` from the JSON text of `length` bytes at `text`. The text is used up: what is kept of it is rewritten in
 * place, and the views in `target` point into it. `size` is the memory at `text`, at least length + RILL_RESERVE.
 *   RILL_OK
 *   RILL_JSON_*, RILL_LIMIT_DEPTH  the text is broken
 *   RILL_LIMIT_FULL                tokens, an array of the struct, or `size` do not suffice
 *   RILL_SCHEMA_CONFIG             a NULL, fewer than RILL_TOKENS_MIN tokens
 *   RILL_SCHEMA_TABLE              the schema has no rows or too many
 * Members that the text does not have are absent; a text of which nothing is wanted leaves a cleared struct. */
rill_status rill_json_decode(char *text, size_t length, size_t size, rill_token *tokens, size_t token_count,
                             const rill_schema *schema, void *target);

/* A check of the grammar alone, in pieces of any size and constant memory. */
typedef struct rill_json_check {
    rill_sieve sieve;
    char scratch[2 * RILL_RESERVE];
} rill_json_check;

void rill_json_check_begin(rill_json_check *check);

/* RILL_MORE: good so far. RILL_JSON_*, RILL_LIMIT_DEPTH: broken at byte *used of these; then begin anew. Invalid UTF-8 in
 * strings is RILL_JSON_UTF8 here, found at the latest with the byte behind it. Of 0 bytes the pointer may be NULL. */
rill_status rill_json_check_push(rill_json_check *check, const char *bytes, size_t length, size_t *used);

/* RILL_OK: the text is complete and valid. RILL_JSON_CUT: it is not complete. */
rill_status rill_json_check_end(rill_json_check *check);

#ifdef __cplusplus
}
#endif

#endif
