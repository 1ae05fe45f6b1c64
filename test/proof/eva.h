/* What EVA reads in place of four functions of <string.h>; see libc.c. */
#ifndef EVA_H
#define EVA_H

#include <string.h>

void *proof_memchr(const void *bytes, int wanted, size_t length);
int proof_memcmp(const void *one, const void *other, size_t length);
void *proof_memcpy(void *to, const void *from, size_t length);
void *proof_memmove(void *to, const void *from, size_t length);

#define memchr proof_memchr
#define memcmp proof_memcmp
#define memcpy proof_memcpy
#define memmove proof_memmove

/* What WP proves of http's states, EVA need not look at: it reads the bodies. (Their definitions are written with {L}.) */
#define rill_http_ok(http) (0 == 0)
#define http_ok(http) (0 == 0)
#define http_behind(http, state) (0 == 0)
#define http_bounds(http) (0 == 0)
#define http_candidates(http) (0 == 0)
#define http_is_state(state) (0 == 0)
#define http_follows(state, next, byte) (0 == 0)

#endif
