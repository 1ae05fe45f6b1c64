/* contestant: one way to decode an answer's stream. Each is a program of its own: one of the files beside this one, with
 * native.c (a program of the host) or image.c (an image for an emulated board) around it. All get the same reads and take
 * the same values out; values.h says which.
 *
 * Counted and timed is what happens in these four calls, not the copying of a read to its place: that is the system's. */
#ifndef CONTESTANT_H
#define CONTESTANT_H

#include <stddef.h>

#include "values.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { BENCH_READ = 1460 }; /* bytes of a read: what one TCP segment brings */

/* A new stream. */
void bench_begin(void);
/* Where the next bytes go, and how many at most. */
size_t bench_space(char **place);
/* `length` bytes were put there. */
void bench_got(size_t length);
/* The stream has ended. */
void bench_end(void);

/* ---- parsers of JSON stand behind sse.c, which splits the stream for them. They bring this: */

enum { EVENT_PADDING = 64 }; /* bytes behind an event's text that may be read: simdjson wants them */

/* One event's text, which may be changed; data[length] is a NUL. */
void bench_event(char *data, size_t length);

#ifdef __cplusplus
}
#endif

#endif
