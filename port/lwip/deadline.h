/* Deadlines by lwIP's clock. Inside of port/lwip; not for users. */
#ifndef RILL_LWIP_DEADLINE_H
#define RILL_LWIP_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/sys.h"

typedef struct rill_deadline {
    uint32_t began, limit_ms;
    bool endless;
} rill_deadline;

static inline rill_deadline rill_deadline_in(uint32_t limit_ms, bool endless)
{
    rill_deadline end;
    end.began = sys_now();
    end.limit_ms = limit_ms;
    end.endless = endless;
    return end;
}

/* Milliseconds; UINT32_MAX where there is no limit. */
static inline uint32_t rill_deadline_left(const rill_deadline *end)
{
    uint32_t passed = sys_now() - end->began;
    if (end->endless)
        return UINT32_MAX;
    return passed < end->limit_ms ? end->limit_ms - passed : 0;
}

#endif
