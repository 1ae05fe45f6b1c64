/* memory: how much of it the conformance image gives to the decoder and to its own work. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>

#ifdef __ARM_ARCH_6M__ /* 16 KB of RAM in all */
enum { BUFFER_BYTES = 4096, TOKENS_MOST = 256, BLOCK_BYTES = 512, GROWING_BYTES = 2048 };
#else
enum { BUFFER_BYTES = 65536, TOKENS_MOST = 4096, BLOCK_BYTES = 8192, GROWING_BYTES = 262144 };
#endif

/* Whether a text did not fit into GROWING_BYTES since the last time this was asked. */
bool growing_was_full(void);

#endif
