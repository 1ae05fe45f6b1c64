/* Time and waiting for the POSIX ports. Inside of port/posix; not for users. */
#ifndef RILL_POSIX_WAIT_H
#define RILL_POSIX_WAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rill/status.h"

typedef struct rill_deadline {
    uint32_t since, limit_ms;
    bool endless;
} rill_deadline;

/* Milliseconds of the monotonic clock; the `now` of a port. */
uint32_t rill_posix_now(void *context);

rill_deadline rill_deadline_in(uint32_t limit_ms, bool endless);
uint32_t rill_deadline_left(const rill_deadline *end);

/* Waits until the descriptor can go on (or has failed): RILL_OK; RILL_PORT_TIMEOUT; RILL_PORT_BUS when poll() fails.
 * A signal only makes it look at the clock. */
rill_status rill_wait_for(int descriptor, short events, const rill_deadline *end);

/* An errno that means: nothing now, try again. */
bool rill_is_not_yet(int error);

/* The most that one call moves: a port answers with an int32_t. */
size_t rill_portion(size_t length);

#endif
