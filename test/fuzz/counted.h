/* In front of each file under test: what its calls of the C library cost counts, too. */
#ifndef COUNTED_H
#define COUNTED_H

#include <stdint.h>
#include <string.h>

extern uint64_t fuzz_steps;
#define COUNTED(size) (fuzz_steps += (uint64_t)(size) / 16)
#define memcpy(to, from, size) (COUNTED(size), memcpy(to, from, size))
#define memmove(to, from, size) (COUNTED(size), memmove(to, from, size))
#define memset(to, byte, size) (COUNTED(size), memset(to, byte, size))
#define memcmp(one, other, size) (COUNTED(size), memcmp(one, other, size))
#define memchr(text, byte, size) (COUNTED(size), memchr(text, byte, size))

#endif
