/* mutate: what libFuzzer would hardly hit on: events that are repeated, with another value in them. */
#ifndef MUTATE_H
#define MUTATE_H

#include <stddef.h>
#include <stdint.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

/* For LLVMFuzzerCustomMutator(): of three turns two are libFuzzer's own. */
size_t mutate_events(uint8_t *data, size_t size, size_t most, unsigned seed);

#endif
