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

/* Splits the part that the sieve has ready into tokens: jsmn's work. `*count` becomes how many; there must be room for the
 * sieve's token_limit.
 *   RILL_OK
 *   RILL_SCHEMA_TEXT    the text is not what the sieve left there
 *   RILL_SCHEMA_CONFIG  no tokens */
rill_status rill_tokenize(const rill_sieve *sieve, rill_token *tokens, size_t *count);

/* Fills `target` from these tokens. Objects that begin in this part are cleared first; strings are unescaped in place and
 * ended by a NUL. */
void rill_fill(const rill_sieve *sieve, rill_token *tokens, size_t count, void *target);

/* The part was handed out and more of its event follows: clears the views of strings, empties the arrays, and moves the
 * elements that go on to the first place. Before rill_sieve_reopen(), with the same tokens. */
void rill_forget(const rill_sieve *sieve, rill_token *tokens, size_t count, void *target);

#ifdef __cplusplus
}
#endif

#endif
