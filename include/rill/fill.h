/* fill: the kept text of a part becomes jsmn tokens, and these fill the struct. The only room that knows jsmn.
 *
 * Most users want rill_stream_* or rill_json_*. */
#ifndef RILL_FILL_H
#define RILL_FILL_H

#include "rill/schema.h"
#include "rill/sieve.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills `target` from the part that the sieve has ready. Objects that begin in this part are cleared first; strings are
 * unescaped in place and ended by a NUL. `*count` becomes the tokens in use.
 *   RILL_OK
 *   RILL_SCHEMA_TEXT  tokens too few, or the text is not what the sieve left there */
rill_status rill_fill(const rill_sieve *sieve, rill_token *tokens, size_t *count, void *target);

/* The part was handed out and more of its event follows: clears the views of strings, empties the arrays, and moves the
 * elements that go on to the first place. Before rill_sieve_reopen(), with the same tokens. */
void rill_forget(const rill_sieve *sieve, const rill_token *tokens, size_t count, void *target);

#ifdef __cplusplus
}
#endif

#endif
