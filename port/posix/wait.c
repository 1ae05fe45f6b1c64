/* Time and waiting; see wait.h. */
#include "wait.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

uint32_t rill_posix_now(void *context)
{
    struct timespec time;
    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint32_t)((uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u);
}

rill_deadline rill_deadline_in(uint32_t limit_ms, bool endless)
{
    rill_deadline end = {rill_posix_now(NULL), limit_ms, endless};
    return end;
}

uint32_t rill_deadline_left(const rill_deadline *end)
{
    uint32_t passed = rill_posix_now(NULL) - end->since;
    return passed < end->limit_ms ? end->limit_ms - passed : 0;
}

rill_status rill_wait_for(int descriptor, short events, const rill_deadline *end)
{
    struct pollfd wanted = {descriptor, events, 0};
    for (;;) {
        uint32_t rest = rill_deadline_left(end);
        int ready = poll(&wanted, 1, end->endless ? -1 : (int)(rest < INT_MAX ? rest : INT_MAX));
        if (ready > 0)
            return RILL_OK;
        if (ready < 0 && errno != EINTR)
            return RILL_PORT_BUS;
        if (!end->endless && rill_deadline_left(end) == 0)
            return RILL_PORT_TIMEOUT;
    }
}

bool rill_is_not_yet(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

size_t rill_portion(size_t length)
{
    return length < INT32_MAX ? length : INT32_MAX;
}
