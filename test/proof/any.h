/* What the harnesses of the proof take as unknown. Every value stands for all values of its range at once. */
#ifndef ANY_H
#define ANY_H

#include <stddef.h>
#include <stdint.h>

#include "__fc_builtin.h"

/* A yes or no that nothing is known of: loops that ask it run any number of times. */
static volatile int any;

static inline size_t any_up_to(size_t most)
{
    return (size_t)Frama_C_unsigned_int_interval(0, (unsigned)most);
}

static inline uint32_t any_number(void)
{
    return (uint32_t)Frama_C_unsigned_int_interval(0, UINT32_MAX);
}

static inline void any_bytes(char *bytes, size_t length)
{
    Frama_C_make_unknown(bytes, length);
}

#endif
