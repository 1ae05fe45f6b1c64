/* fuzz: what the harnesses share. An input begins with a head of ten bytes that say how the rest is used: how it is cut, how
 * much memory there is. In the seeds these are nine digits and a line end. A property that does not hold ends the program
 * with a message. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FUZZ_HEAD = 10 };

/* An input without its head. */
typedef struct fuzz_input {
    uint8_t head[FUZZ_HEAD]; /* digits as numbers; zeros where the input is shorter */
    const char *bytes;
    size_t length;
} fuzz_input;

fuzz_input fuzz_open(const uint8_t *data, size_t size);

/* The property that this says does not hold. */
void fuzz_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
#define fuzz_must(good, ...) ((good) ? (void)0 : fuzz_fail(__VA_ARGS__))

/* Two texts are the same; else both are shown from the line where they part. */
void fuzz_same_text(const char *what, const char *one_name, const char *one, const char *other_name, const char *other);

/* Memory as of malloc(), filled with A5, or the end of the program. */
void *fuzz_memory(size_t size);
/* A copy of its own, so that each byte read beyond it is seen. */
char *fuzz_copy(const char *bytes, size_t length);

/* How an input is cut into pieces: a digit says the way. */
typedef struct fuzz_cuts {
    uint8_t way;
    uint32_t random;
} fuzz_cuts;

fuzz_cuts fuzz_cuts_of(uint8_t way, uint8_t seed);
/* The length of the next piece: 1 to `left`, which is above 0. */
size_t fuzz_cut(fuzz_cuts *cuts, size_t left);
uint32_t fuzz_random(uint32_t *state);

/* Branches taken so far in the code under test, and 1 for every 16 bytes that it has moved, compared or searched. */
extern uint64_t fuzz_steps;

#endif
