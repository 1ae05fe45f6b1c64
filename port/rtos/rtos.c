/* The port for a task; see rtos.h. */
#include "rtos.h"

static uint32_t now(const rill_rtos *line)
{
    return line->system->now(line->semaphore);
}

static uint32_t least(uint32_t one, uint32_t other)
{
    return one < other ? one : other;
}

/* First look, then wait: a wake between the two ends the wait at once. */
static int32_t rtos_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    const rill_rtos *line = context;
    uint32_t since = now(line), passed = 0;
    for (;;) {
        int32_t moved = line->port->read(line->context, bytes, size, 0);
        if (moved != 0 || passed >= timeout_ms)
            return moved;
        line->system->wait(line->semaphore, least(timeout_ms - passed, RILL_RTOS_WAIT_MAX_MS));
        passed = now(line) - since;
    }
}

static int32_t rtos_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    const rill_rtos *line = context;
    uint32_t look_ms = line->write_look_ms != 0 ? least(line->write_look_ms, RILL_RTOS_WAIT_MAX_MS) : RILL_RTOS_WAIT_MAX_MS;
    uint32_t since = now(line), passed = 0;
    for (;;) {
        int32_t moved = line->port->write(line->context, bytes, length, 0);
        if (moved != 0 || passed >= timeout_ms)
            return moved;
        line->system->wait(line->semaphore, least(timeout_ms - passed, look_ms));
        passed = now(line) - since;
    }
}

static void rtos_close(void *context)
{
    const rill_rtos *line = context;
    line->port->close(line->context);
}

static uint32_t rtos_now(void *context)
{
    return now(context);
}

const rill_port rill_rtos_port = {rtos_read, rtos_write, rtos_close, rtos_now};

uint32_t rill_rtos_now(void *line, bool idle)
{
    (void)idle;
    return now(line);
}

/* ---- ticks */

uint32_t rill_rtos_clock_ms(rill_rtos_clock *clock, uint32_t ticks, uint32_t mask, uint32_t hz)
{
    uint32_t passed = (ticks - clock->ticks) & mask;
    clock->ticks = ticks;
    clock->rest += passed % hz * 1000u; /* below hz * 1001, which fits */
    clock->ms += passed / hz * 1000u + clock->rest / hz;
    clock->rest %= hz;
    return clock->ms;
}

uint32_t rill_rtos_ticks(uint32_t ms, uint32_t hz)
{
    uint32_t ticks = (ms * hz + 999u) / 1000u;
    return ticks != 0 ? ticks : 1;
}
