/* The modem port; see modem.h. */
#include "modem.h"

#include <string.h>

enum { JOB_NONE, JOB_SEND, JOB_RECEIVE };

static uint32_t now(const rill_modem *modem)
{
    return modem->at.port->now(modem->at.context);
}

/* ---- opening */

static bool is_clean(const char *text)
{
    const char *at = text;
    for (; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f || *at == '"' || *at == '\\' || *at == ';')
            return false;
    return at - text < 256;
}

static rill_status take_settings(rill_at *at, const rill_modem_dialect *dialect, const rill_modem_settings *settings)
{
    const char *texts[RILL_AT_TEXTS] = {settings->host,     settings->network, settings->user,
                                        settings->password, settings->pin,     settings->certificate};
    for (size_t i = 0; i < RILL_AT_TEXTS; i++) {
        at->texts[i] = texts[i] != NULL ? texts[i] : "";
        if (!is_clean(at->texts[i]))
            return RILL_SCHEMA_CONFIG;
    }
    if (at->texts[0][0] == '\0' || (dialect->certificate && at->texts[5][0] == '\0'))
        return RILL_SCHEMA_CONFIG;
    at->numbers[RILL_AT_NUMBER_ID] = 0;
    at->numbers[RILL_AT_NUMBER_PORT] = settings->port;
    at->lines = dialect->lines;
    at->codes = dialect->codes;
    return RILL_OK;
}

rill_status rill_modem_run(rill_modem *modem, const rill_at_step *script, uint32_t timeout_ms)
{
    rill_at *at = &modem->at;
    uint32_t since = now(modem), passed = 0;
    rill_status status = RILL_OK;
    if (at->step != NULL || at->left != 0)
        return RILL_PORT_BUSY;
    rill_at_start(at, script);
    while (status == RILL_OK && at->step != NULL && passed < timeout_ms) {
        at->in = at->line; /* data of an earlier connection is read and forgotten */
        at->in_size = at->line_size;
        status = rill_at_run(at, timeout_ms - passed);
        passed = now(modem) - since;
    }
    at->in_size = 0;
    return at->step != NULL && status >= 0 ? rill_at_late(at) : status;
}

rill_status rill_modem_open(rill_modem *modem, const rill_modem_dialect *dialect, const rill_modem_settings *settings,
                            uint32_t timeout_ms)
{
    rill_at *at = &modem->at;
    rill_at_begin(at, at->port, at->context, at->line, at->line_size);
    modem->dialect = dialect;
    modem->job = JOB_NONE;
    modem->taken = 0;
    rill_status status = take_settings(at, dialect, settings);
    if (status == RILL_OK)
        status = rill_modem_run(modem, dialect->open, timeout_ms);
    if (status == RILL_PORT_COMMAND && dialect->why != NULL)
        status = rill_modem_run(modem, dialect->why, RILL_MODEM_CLOSE_MS);
    modem->asked = now(modem);
    modem->failed = (int16_t)status;
    modem->open = status == RILL_OK;
    return status;
}

rill_status rill_modem_begin(rill_modem *modem, const rill_port *port, void *context, char *line, size_t line_size)
{
    modem->open = false;
    modem->failed = RILL_PORT_CLOSED;
    return rill_at_begin(&modem->at, port, context, line, line_size);
}

/* ---- moving bytes */

static bool has_ended(const rill_modem *modem)
{
    return (modem->at.events & RILL_MODEM_ENDED) != 0;
}

static void begin_job(rill_modem *modem, uint8_t job, size_t size)
{
    const rill_modem_dialect *dialect = modem->dialect;
    size_t most = job == JOB_SEND ? dialect->send_max : dialect->receive_max;
    modem->job = job;
    modem->at.numbers[RILL_AT_NUMBER_COUNT] = (uint16_t)(size < most ? size : most);
    rill_at_start(&modem->at, job == JOB_SEND ? dialect->send : dialect->receive);
}

/* Asks for data where there may be some. What the modem said of it before counts no more. */
static void begin_receiving(rill_modem *modem, size_t size)
{
    rill_at *at = &modem->at;
    if (modem->dialect->receive == NULL)
        modem->failed = has_ended(modem) ? RILL_PORT_CLOSED : RILL_OK;
    else if (at->events != 0 || now(modem) - modem->asked >= modem->dialect->poll_ms) {
        at->events &= (uint8_t)~RILL_MODEM_READABLE;
        at->told = 0;
        modem->asked = now(modem);
        begin_job(modem, JOB_RECEIVE, size);
    }
}

/* A command for data is done: there may be more; or this was the last of it. */
static void end_receiving(rill_modem *modem)
{
    rill_at *at = &modem->at;
    modem->job = JOB_NONE;
    if (at->told != 0)
        at->events |= RILL_MODEM_READABLE;
    else if (at->events == RILL_MODEM_ENDED)
        modem->failed = RILL_PORT_CLOSED;
}

/* What the modem took of a block; write() says it. */
static void end_sending(rill_modem *modem)
{
    rill_at *at = &modem->at;
    modem->job = JOB_NONE;
    if (at->told > at->numbers[RILL_AT_NUMBER_COUNT])
        modem->failed = RILL_PORT_ANSWER;
    else
        modem->taken = (uint16_t)at->told;
}

/* Goes on with what is in flight. False: the time is over, or it failed. */
static bool go_on(rill_modem *modem, uint32_t since, uint32_t timeout_ms)
{
    rill_at *at = &modem->at;
    uint32_t passed = now(modem) - since;
    rill_status status = rill_at_run(at, passed < timeout_ms ? timeout_ms - passed : 0);
    if (status < 0)
        modem->failed = (int16_t)(status == RILL_PORT_RESET && has_ended(modem) ? RILL_PORT_CLOSED : status);
    else if (at->step == NULL && modem->job == JOB_RECEIVE)
        end_receiving(modem);
    else if (at->step == NULL && modem->job == JOB_SEND)
        end_sending(modem);
    return status == RILL_OK && modem->failed == RILL_OK && now(modem) - since < timeout_ms;
}

static int32_t modem_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_modem *modem = context;
    rill_at *at = &modem->at;
    uint32_t since = now(modem);
    size_t room = size <= INT32_MAX ? size : INT32_MAX, came;
    at->in = bytes;
    at->in_size = room;
    do {
        if (modem->failed == RILL_OK && at->step == NULL && at->left == 0)
            begin_receiving(modem, room);
    } while (modem->failed == RILL_OK && go_on(modem, since, timeout_ms) && at->in_size == room);
    came = room - at->in_size;
    at->in_size = 0;
    return came != 0 ? (int32_t)came : modem->failed;
}

/* All of a block has gone into the modem and the other side's data is there before the modem says so. */
static bool is_overtaken(const rill_modem *modem)
{
    return modem->job == JOB_SEND && modem->at.given && modem->at.left != 0;
}

static int32_t modem_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    rill_modem *modem = context;
    rill_at *at = &modem->at;
    uint32_t since = now(modem);
    at->out = bytes;
    at->out_size = length;
    do {
        if (modem->failed == RILL_OK && modem->taken == 0 && at->step == NULL && at->left == 0) {
            if (has_ended(modem))
                return RILL_PORT_CLOSED;
            begin_job(modem, JOB_SEND, length);
            at->told = at->numbers[RILL_AT_NUMBER_COUNT];
        }
    } while (modem->failed == RILL_OK && modem->taken == 0 && go_on(modem, since, timeout_ms));
    if (is_overtaken(modem))
        end_sending(modem);
    at->out_size = 0;
    size_t taken = modem->taken;
    modem->taken = 0;
    if (taken != 0)
        return (int32_t)(taken < length ? taken : length);
    return modem->failed;
}

/* Lets a command that is in flight come to its end, so that the modem listens to the next one. */
static void finish_job(rill_modem *modem)
{
    rill_at *at = &modem->at;
    uint32_t since = now(modem);
    do {
        at->in = at->line;
        at->in_size = at->line_size;
    } while ((at->step != NULL || at->left != 0) && go_on(modem, since, RILL_MODEM_CLOSE_MS));
    at->in_size = 0;
}

static void modem_close(void *context)
{
    rill_modem *modem = context;
    rill_at *at = &modem->at;
    if (modem->open) {
        modem->open = false;
        finish_job(modem);
        if (at->step == NULL && at->broken == RILL_OK)
            rill_modem_run(modem, modem->dialect->close, RILL_MODEM_CLOSE_MS);
    }
    modem->failed = RILL_PORT_CLOSED;
}

static uint32_t modem_now(void *context)
{
    return now(context);
}

const rill_port rill_modem_port = {modem_read, modem_write, modem_close, modem_now};
