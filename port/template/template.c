/* A port to copy; see template.h. What your device does goes where "fill in" stands: into four functions. */
#include "template.h"

/* fill in the headers of your device */

/* ---- 1 of 4: bytes that came
 *
 * Takes up to `size` bytes (at least 1) that came, and no more than are there now: never wait until `size` is full.
 * Nothing there: sleep until a byte comes or `wait_ms` are over, if the device can; or just answer 0. Whoever calls asks
 * again until the time is over. It is better to sleep, since asking again and again costs power and other tasks' time.
 *   > 0  that many bytes, never more than `size`
 *   0    nothing now
 *   < 0  a status of the port range (rill/status.h). Bytes that came in front of an error or the end are handed out
 *        first: answer their number now and the status with the next call. RILL_PORT_CLOSED is the other side's end in
 *        good order. Bytes lost or damaged on the way are never passed over in silence: RILL_PORT_OVERRUN,
 *        RILL_PORT_NOISE, each once and at its place. */
static int32_t device_receive(rill_template *line, char *bytes, size_t size, uint32_t wait_ms)
{
    return (void)line, (void)bytes, (void)size, (void)wait_ms, RILL_PORT_BUS; /* fill in receive */
}

/* ---- 2 of 4: bytes that go
 *
 * Takes the first bytes of `length` (at least 1), as many as there is room for now. No room: sleep until there is some or
 * `wait_ms` are over, if the device can; or just answer 0. The bytes are the caller's again when this returns: copy what
 * is not out yet.
 *   > 0  that many were taken, never more than `length`
 *   0    no room now
 *   < 0  a status, as above */
static int32_t device_send(rill_template *line, const char *bytes, size_t length, uint32_t wait_ms)
{
    return (void)line, (void)bytes, (void)length, (void)wait_ms, RILL_PORT_BUS; /* fill in send */
}

/* ---- 3 of 4: the end
 *
 * Ends the connection, in good order where the device knows one, and gives back what opening took. It is called once for
 * each time that the port was open, also after an error. It must not wait for long: at most about a second. */
static void device_close(rill_template *line)
{
    (void)line; /* fill in close */
}

/* ---- 4 of 4: the clock
 *
 * Milliseconds since any fixed moment. It must run through all of its 32 bits and wrap to 0: a counter of other units has
 * to be added up, not only divided, or it would jump where it wraps. It must go on while the task sleeps. */
static uint32_t device_now(const rill_template *line)
{
    return (void)line, 0; /* fill in now */
}

/* ---- the contract; stays as it is
 *
 * - read and write wait up to `timeout_ms` for the first byte, and for no other; with 0 they only look.
 * - What ended the connection is said again by each later call; overrun and noise are said once.
 * - The second close does nothing. */

static size_t portion(size_t length) /* the answer is an int32_t */
{
    return length < INT32_MAX ? length : INT32_MAX;
}

static int32_t answer(rill_status *end, int32_t moved)
{
    if (moved < 0 && moved != RILL_PORT_OVERRUN && moved != RILL_PORT_NOISE)
        *end = (rill_status)moved;
    return moved;
}

static int32_t template_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_template *line = context;
    uint32_t since = device_now(line), passed = 0;
    int32_t moved = line->read_end;
    while (moved == 0) {
        moved = device_receive(line, bytes, portion(size), timeout_ms - passed);
        passed = device_now(line) - since;
        if (passed >= timeout_ms)
            break;
    }
    return answer(&line->read_end, moved);
}

static int32_t template_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    rill_template *line = context;
    uint32_t since = device_now(line), passed = 0;
    int32_t moved = line->write_end;
    while (moved == 0) {
        moved = device_send(line, bytes, portion(length), timeout_ms - passed);
        passed = device_now(line) - since;
        if (passed >= timeout_ms)
            break;
    }
    return answer(&line->write_end, moved);
}

static void template_close(void *context)
{
    rill_template *line = context;
    if (line->closed)
        return;
    device_close(line);
    line->closed = true;
    line->read_end = line->write_end = RILL_PORT_BUS;
}

static uint32_t template_now(void *context)
{
    return device_now(context);
}

const rill_port rill_template_port = {template_read, template_write, template_close, template_now};
