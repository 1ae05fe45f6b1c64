/* What WP reads in place of <string.h>: contracts in terms of bytes. They ask for what the standard asks for, and promise
 * less than the functions do. */
#ifndef WP_H
#define WP_H

#include <stddef.h>

/*@ requires \valid_read((char *)bytes + (0 .. length - 1));
    assigns \nothing;
    ensures \result == \null || (\base_addr((char *)\result) == \base_addr((char *)bytes) &&
            (char *)bytes <= (char *)\result < (char *)bytes + length);
*/
const char *proof_memchr(const char *bytes, int wanted, size_t length);

/*@ requires \valid_read((char *)one + (0 .. length - 1)) && \valid_read((char *)other + (0 .. length - 1));
    assigns \nothing;
*/
int proof_memcmp(const char *one, const char *other, size_t length);

/*@ requires \valid(to + (0 .. length - 1)) && \valid_read(from + (0 .. length - 1));
    requires \separated(to + (0 .. length - 1), from + (0 .. length - 1));
    assigns to[0 .. length - 1];
*/
void proof_memcpy(char *to, const char *from, size_t length);

/*@ requires \valid(to + (0 .. length - 1)) && \valid_read(from + (0 .. length - 1));
    assigns to[0 .. length - 1];
*/
void proof_memmove(char *to, const char *from, size_t length);

#define _STRING_H
#define __FC_STRING_H_
#define memchr proof_memchr
#define memcmp proof_memcmp
#define memcpy proof_memcpy
#define memmove proof_memmove
/* Of a whole struct, always with 0: told apart by the pointer's name, since _Generic is unknown to Frama-C. */
#include "rill/sieve.h"
#include "rill/sse.h"
/*@ requires \valid(sse); assigns *sse; ensures sse->state == 0 && sse->field == 0 && sse->count == 0 && sse->flags == 0 &&
    sse->type_length == 0 && sse->id_length == 0; */
void proof_zero_sse(rill_sse *sse);
/*@ requires \valid(piece); assigns *piece; ensures piece->used == 0 && piece->length == 0; */
void proof_zero_piece(rill_sse_piece *piece);
/*@ requires \valid(sieve); assigns *sieve; ensures sieve->kept == 0 && sieve->path == 0 && sieve->depth == 0 && sieve->utf8 == 0 &&
    sieve->partial == 0 && sieve->stored == 0 && sieve->atomic == 0 && sieve->reuse == \null; */
void proof_zero_sieve(rill_sieve *sieve);
#include "rill/http.h"
/*@ requires \valid(http); assigns *http; ensures http->state == 0 && http->flags == 0 && http->field == 0 &&
    http->phase == 0 && http->candidates == 0 && http->matched == 0 && http->request_id_length == 0; */
void proof_zero_http(rill_http *http);
/*@ requires \valid(number + (0 .. 3)); assigns number[0 .. 3]; */
void proof_zero_number(uint16_t *number);
#define memset(place, zero, size) proof_zero_##place(place)

#endif
