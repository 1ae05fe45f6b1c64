/* The Hayes modem port; see hayes.h.
 *
 * [V.250] ITU-T V.250, 5.7 result codes, 6.3 call control; [Hayes] Technical Reference for Hayes Modem Users: S12,
 * +++ */
#include "hayes.h"
#include "dialect.h"

#include <string.h>

static const char goodbye[] = "\r\nNO CARRIER\r\n";

enum { GOODBYE = sizeof(goodbye) - 1 };

/* ---- dialling */

static const rill_at_match dialled[] = {
    {"CONNECT", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    {"NO CARRIER", RILL_AT_IS | RILL_AT_FINAL, RILL_PORT_REFUSED},
    {"BUSY", RILL_AT_IS | RILL_AT_FINAL, RILL_PORT_BUSY},
    {"NO DIAL", RILL_AT_IS | RILL_AT_FINAL, RILL_PORT_REGISTRATION}, /* NO DIALTONE, NO DIAL TONE */
    {"NO ANSWER", RILL_AT_IS | RILL_AT_FINAL, RILL_PORT_TIMEOUT},
    {"ERROR\r", RILL_AT_IS | RILL_AT_FINAL, RILL_PORT_NAME},
    END_OF_LINES,
};

static const rill_at_match hung_up[] = {
    {"OK\r", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    {"NO CARRIER", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    END_OF_LINES,
};

/* X4: all result codes */
#define FIND_IT \
    FIND_THE_MODEM("\r"), \
    {"ATX4\r", NULL, 9, RILL_AT_OPTIONAL, 0, 0}

static const rill_at_step dial_number[] = {
    FIND_IT,
    {"ATDT" HOST "\r", dialled, 120, RILL_AT_FRESH, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step dial_host[] = {
    FIND_IT,
    {"ATDT" HOST ":" PORT "\r", dialled, 120, RILL_AT_FRESH, 0, 0},
    END_OF_STEPS,
};

/* The guard time behind the escape is in its limit. */
static const rill_at_step hang_up[] = {
    {"+++", NULL, 3, 0, 0, 0},
    {"ATH\r", hung_up, 3, 0, 0, 0},
    END_OF_STEPS,
};

/* A byte ends the dialling (V.250 5.6.1), unless it came too late for that. */
static const rill_at_match dialling_ended[] = {
    {"CONNECT", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    {"NO CARRIER", RILL_AT_IS | RILL_AT_FINAL, RILL_PORT_REFUSED},
    {"OK\r", RILL_AT_IS | RILL_AT_FINAL, RILL_PORT_REFUSED},
    END_OF_LINES,
};

enum { END_MS = 4000 }; /* above the step's limit */

static const rill_at_step end_dialling[] = {
    {"\r", dialling_ended, 3, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_match lines[] = {
    {"NO CARRIER", RILL_AT_EVENT, RILL_MODEM_ENDED},
    END_OF_LINES,
};

static const rill_modem_dialect number = {dial_number, NULL, NULL, NULL, NULL, lines, NULL, 0, 0, 0, false, NULL};
static const rill_modem_dialect host = {dial_host, NULL, NULL, NULL, NULL, lines, NULL, 0, 0, 0, false, NULL};

rill_status rill_hayes_begin(rill_hayes *hayes, const rill_port *port, void *context, char *line, size_t line_size)
{
    hayes->carrier = NULL;
    hayes->kept = hayes->free = 0;
    hayes->next = RILL_OK;
    return rill_modem_begin(&hayes->modem, port, context, line, line_size);
}

rill_status rill_hayes_open(rill_hayes *hayes, const rill_modem_settings *settings, uint32_t timeout_ms)
{
    hayes->kept = hayes->free = 0;
    hayes->next = RILL_OK;
    rill_status status = rill_modem_open(&hayes->modem, settings->port != 0 ? &host : &number, settings, timeout_ms);
    hayes->since = hayes->modem.asked;
    hayes->modem.open = hayes->modem.open && status != RILL_OK;
    return status;
}

/* ---- data */

static uint32_t now(const rill_hayes *hayes)
{
    return hayes->modem.at.port->now(hayes->modem.at.context);
}

static bool has_carrier(const rill_hayes *hayes)
{
    return hayes->carrier != NULL && hayes->carrier(hayes->modem.at.context);
}

static bool is_quiet(const rill_hayes *hayes)
{
    return now(hayes) - hayes->since >= RILL_HAYES_QUIET_MS;
}

/* How many bytes at the end may be the beginning of the goodbye. */
static size_t beginning(const char *bytes, size_t length)
{
    size_t count = length < GOODBYE ? length : GOODBYE;
    while (count != 0 && memcmp(bytes + length - count, goodbye, count) != 0)
        count--;
    return count;
}

/* Hands out what is surely data. */
static int32_t hand_out(rill_hayes *hayes, char *bytes, size_t size)
{
    char *line = hayes->modem.at.line;
    size_t count = size < hayes->free ? size : hayes->free;
    memcpy(bytes, line, count);
    memmove(line, line + count, hayes->kept - count);
    hayes->kept = (uint16_t)(hayes->kept - count);
    hayes->free = (uint16_t)(hayes->free - count);
    return (int32_t)count;
}

/* No more came behind the bytes that are kept. */
static void judge_silence(rill_hayes *hayes)
{
    if (hayes->kept == GOODBYE)
        hayes->modem.failed = RILL_PORT_CLOSED;
    else
        hayes->free = hayes->kept;
}

/* Straight to the reader; only what may be the goodbye's beginning is kept, and with a carrier nothing is. The carrier
 * is looked at before the read: bytes that came before it fell are there then. */
static int32_t read_straight(rill_hayes *hayes, char *bytes, size_t size, uint32_t wait)
{
    const rill_at *at = &hayes->modem.at;
    bool fell = hayes->carrier != NULL && !has_carrier(hayes);
    int32_t came = at->port->read(at->context, bytes, size, wait);
    if (came == 0 && fell && is_quiet(hayes))
        hayes->modem.failed = RILL_PORT_CLOSED;
    if (came <= 0 || (size_t)came > size)
        return came;
    size_t kept = has_carrier(hayes) ? 0 : beginning(bytes, (size_t)came);
    memcpy(at->line, bytes + (size_t)came - kept, kept);
    hayes->kept = (uint16_t)kept;
    hayes->since = now(hayes);
    return came - (int32_t)kept;
}

/* One more byte behind those that are kept. The line is looked at before its silence is judged: it may be the caller that was
 * away. */
static int32_t read_on(rill_hayes *hayes, uint32_t wait)
{
    const rill_at *at = &hayes->modem.at;
    uint32_t spent = now(hayes) - hayes->since;
    uint32_t left = spent < RILL_HAYES_QUIET_MS ? RILL_HAYES_QUIET_MS - spent : 0;
    int32_t came = at->port->read(at->context, at->line + hayes->kept, 1, wait < left ? wait : left);
    if (came > 1)
        came = RILL_PORT_BROKEN;
    if (came == 1) {
        hayes->kept++;
        hayes->free = (uint16_t)(hayes->kept - beginning(at->line, hayes->kept));
        hayes->since = now(hayes);
    } else if (came == 0 && is_quiet(hayes))
        judge_silence(hayes);
    else if (came < 0) { /* told behind the bytes that came before */
        hayes->free = hayes->kept;
        hayes->next = (int16_t)came;
        came = 0;
    }
    return came;
}

static int32_t hayes_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_hayes *hayes = context;
    uint32_t since = now(hayes), passed = 0;
    for (;;) {
        uint32_t wait = passed < timeout_ms ? timeout_ms - passed : 0;
        int32_t came = 0;
        if (hayes->free != 0)
            return hand_out(hayes, bytes, size);
        if (hayes->modem.failed != RILL_OK)
            return hayes->modem.failed;
        if (hayes->next != RILL_OK) {
            came = hayes->next;
            hayes->next = RILL_OK;
            return came;
        }
        if (hayes->kept != 0)
            came = read_on(hayes, wait);
        else if ((came = read_straight(hayes, bytes, size < INT32_MAX ? size : INT32_MAX, wait)) > 0)
            return came;
        if (came < 0)
            return came;
        passed = now(hayes) - since;
        if (passed >= timeout_ms && hayes->free == 0)
            return hayes->modem.failed;
    }
}

static int32_t hayes_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    rill_hayes *hayes = context;
    const rill_at *at = &hayes->modem.at;
    if (hayes->modem.failed == RILL_OK && hayes->carrier != NULL && !hayes->carrier(at->context))
        return RILL_PORT_CLOSED;
    return hayes->modem.failed != RILL_OK ? hayes->modem.failed
                                          : at->port->write(at->context, bytes, length, timeout_ms);
}

/* Lets the guard time pass. What comes meanwhile is forgotten; the goodbye is believed as a read believes it. */
static void be_silent(rill_hayes *hayes)
{
    char forgotten[16];
    uint32_t since = now(hayes), passed = 0;
    while (passed < RILL_HAYES_GUARD_MS && hayes->modem.failed == RILL_OK) {
        int32_t came = hayes_read(hayes, forgotten, sizeof(forgotten), RILL_HAYES_GUARD_MS - passed);
        if (came < 0 && came != RILL_PORT_NOISE && came != RILL_PORT_OVERRUN)
            return;
        passed = now(hayes) - since;
    }
}

static void hayes_close(void *context)
{
    rill_hayes *hayes = context;
    if (hayes->modem.failed != RILL_OK && hayes->modem.open) { /* open() left the dialling in flight */
        rill_at_start(&hayes->modem.at, end_dialling);
        hayes->modem.failed = rill_at_run(&hayes->modem.at, END_MS);
    }
    hayes->modem.open = false;
    if (hayes->modem.failed == RILL_OK) {
        be_silent(hayes);
        if (hayes->modem.failed == RILL_OK)
            (void)rill_modem_run(&hayes->modem, hang_up, 6000);
    }
    hayes->kept = hayes->free = 0;
    hayes->next = RILL_OK;
    hayes->modem.failed = RILL_PORT_CLOSED;
}

static uint32_t hayes_now(void *context)
{
    return now(context);
}

const rill_port rill_hayes_port = {hayes_read, hayes_write, hayes_close, hayes_now};
