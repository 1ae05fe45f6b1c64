/* The modem port; see modem.h. */
#include "modem.h"

#include <string.h>

/* JOB_TOLD: of a block that write() has told as taken the end is still in flight. */
enum { JOB_NONE, JOB_SEND, JOB_TOLD, JOB_RECEIVE };

static uint32_t now(const rill_modem *modem)
{
    return modem->at.port->now(modem->at.context);
}

/* Nothing is in flight, and no data waits. */
static bool is_idle(const rill_modem *modem)
{
    return modem->at.step == NULL && modem->at.left == 0;
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
    const char *const texts[RILL_AT_TEXTS] = {settings->host, settings->network,     settings->user,
                                              settings->pin,  settings->certificate, settings->password};
    for (size_t i = 0; i < RILL_AT_TEXTS; i++) {
        at->texts[i] = texts[i] != NULL ? texts[i] : "";
        if (!is_clean(at->texts[i]))
            return RILL_SCHEMA_CONFIG;
    }
    if (strchr(at->texts[4], ',') != NULL) /* it may stand without quotes: what follows could switch the check off */
        return RILL_SCHEMA_CONFIG;
    if (at->texts[0][0] == '\0' || (dialect->certificate && at->texts[4][0] == '\0'))
        return RILL_SCHEMA_CONFIG;
    at->numbers[RILL_AT_NUMBER_PORT] = settings->port;
    at->lines = dialect->lines;
    at->codes = dialect->codes;
    return RILL_OK;
}

static uint32_t time_left(const rill_modem *modem, uint32_t since, uint32_t timeout_ms)
{
    uint32_t passed = now(modem) - since;
    return passed < timeout_ms ? timeout_ms - passed : 0;
}

/* Goes on with the script in flight to its end. Data that comes is forgotten. */
static rill_status run_to_end(rill_modem *modem, uint32_t timeout_ms)
{
    rill_at *at = &modem->at;
    uint32_t since = now(modem), left = timeout_ms;
    rill_status status = RILL_OK;
    while (status == RILL_OK && !is_idle(modem)) {
        at->in = at->line; /* not in use while data comes */
        at->in_size = at->line_size;
        status = rill_at_run(at, left);
        left = time_left(modem, since, timeout_ms);
        if (status == RILL_OK && left == 0 && !is_idle(modem))
            status = RILL_MORE;
    }
    at->in_size = 0;
    return status == RILL_MORE ? rill_at_late(at) : status;
}

rill_status rill_modem_run(rill_modem *modem, const rill_at_step *script, uint32_t timeout_ms)
{
    uint32_t since = now(modem);
    if (!is_idle(modem) && modem->failed == RILL_OK)
        return RILL_PORT_BUSY;
    (void)run_to_end(modem, timeout_ms); /* what is left: its late answer must not be taken for one to these */
    if (!is_idle(modem) && modem->at.broken == RILL_OK)
        return RILL_PORT_TIMEOUT;
    rill_at_start(&modem->at, script);
    return run_to_end(modem, time_left(modem, since, timeout_ms));
}

rill_status rill_modem_open(rill_modem *modem, const rill_modem_dialect *dialect, const rill_modem_settings *settings,
                            uint32_t timeout_ms)
{
    rill_at *at = &modem->at;
    uint32_t since = now(modem);
    (void)rill_modem_begin(modem, at->port, at->context, at->line, at->line_size);
    modem->dialect = dialect;
    rill_status status = take_settings(at, dialect, settings);
    if (status == RILL_OK)
        status = rill_modem_run(modem, dialect->open, timeout_ms);
    if (status == RILL_PORT_COMMAND && dialect->why != NULL)
        status = rill_modem_run(modem, dialect->why, time_left(modem, since, timeout_ms));
    if (status != RILL_OK)
        rill_at_end(at);
    for (size_t i = 0; i < RILL_AT_TEXTS; i++) /* they are the caller's again */
        at->texts[i] = "";
    modem->asked = now(modem);
    modem->failed = status;
    modem->open = status == RILL_OK || !is_idle(modem);
    return status;
}

rill_status rill_modem_begin(rill_modem *modem, const rill_port *port, void *context, char *line, size_t line_size)
{
    modem->job = JOB_NONE;
    modem->open = false;
    modem->yields = false;
    modem->failed = RILL_PORT_CLOSED;
    modem->taken = 0;
    return rill_at_begin(&modem->at, port, context, line, line_size);
}

/* ---- moving bytes */

/* RILL_OK: the connection stands, as far as is known. */
static int32_t end_of(const rill_modem *modem)
{
    if ((modem->at.events & RILL_MODEM_ENDED) != 0)
        return RILL_PORT_CLOSED;
    return (modem->at.events & RILL_MODEM_LOST) != 0 ? RILL_PORT_RESET : RILL_OK;
}

static void begin_job(rill_modem *modem, uint8_t job, const rill_at_step *script, size_t count)
{
    modem->job = job;
    modem->at.numbers[RILL_AT_NUMBER_COUNT] = (uint32_t)count;
    rill_at_start(&modem->at, script);
}

/* Asks for data when there may be some. What the modem said of it before counts no more. */
static void begin_receiving(rill_modem *modem, size_t size)
{
    const rill_modem_dialect *dialect = modem->dialect;
    rill_at *at = &modem->at;
    if (dialect->receive == NULL)
        modem->failed = end_of(modem);
    if (dialect->receive == NULL || (at->events == 0 && now(modem) - modem->asked < dialect->poll_ms))
        return;
    at->events &= (uint8_t)~RILL_MODEM_READABLE;
    at->told = 0;
    modem->asked = now(modem);
    if (dialect->receive_max == 0)
        size = UINT16_MAX;
    else if (size > dialect->receive_max)
        size = dialect->receive_max;
    begin_job(modem, JOB_RECEIVE, dialect->receive, size);
}

/* There may be more; or this was the last of it. */
static void end_receiving(rill_modem *modem)
{
    if (modem->at.told != 0)
        modem->at.events |= RILL_MODEM_READABLE;
    else if ((modem->at.events & RILL_MODEM_READABLE) == 0)
        modem->failed = end_of(modem);
}

static void begin_sending(rill_modem *modem, const char *bytes, size_t length)
{
    const rill_modem_dialect *dialect = modem->dialect;
    const rill_at_step *script = dialect->send;
    if (length > dialect->send_max)
        length = dialect->send_max;
    if (dialect->split != NULL)
        script = dialect->split(bytes, &length);
    modem->at.told = (uint32_t)length; /* unless the modem tells otherwise */
    begin_job(modem, JOB_SEND, script, length);
}

static void end_sending(rill_modem *modem)
{
    modem->taken = modem->at.told;
    if (modem->taken > modem->at.numbers[RILL_AT_NUMBER_COUNT])
        modem->failed = RILL_PORT_ANSWER;
}

static void end_job(rill_modem *modem)
{
    if (modem->job == JOB_RECEIVE)
        end_receiving(modem);
    if (modem->job == JOB_SEND)
        end_sending(modem);
    modem->job = JOB_NONE;
}

/* Goes on with what is in flight. False: the time is over, or nothing moves without the caller, or it failed. */
static bool go_on(rill_modem *modem, uint32_t since, uint32_t timeout_ms)
{
    uint32_t wait = time_left(modem, since, timeout_ms);
    if (is_idle(modem) && wait > modem->dialect->poll_ms)
        wait = modem->dialect->poll_ms;
    rill_status status = rill_at_run(&modem->at, wait);
    if (status == RILL_PORT_COMMAND || status == RILL_PORT_RESET) {
        modem->at.events |= RILL_MODEM_LOST;
        if (modem->job == JOB_RECEIVE) /* else there may still be something to read */
            modem->failed = end_of(modem);
    } else if (status < 0)
        modem->failed = status == RILL_PORT_TIMEOUT ? RILL_PORT_ANSWER : status;
    else if (modem->at.step == NULL)
        end_job(modem);
    else if (modem->job == JOB_TOLD && !modem->at.given) /* it is begun again, but its bytes are gone */
        modem->failed = RILL_PORT_RESET;
    if (status < 0)
        modem->job = JOB_NONE;
    return modem->failed == RILL_OK && (status != RILL_MORE || is_idle(modem)) && now(modem) - since < timeout_ms;
}

static int32_t modem_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_modem *modem = context;
    rill_at *at = &modem->at;
    uint32_t since = now(modem);
    size_t room = size <= INT32_MAX ? size : INT32_MAX;
    at->in = bytes;
    at->in_size = room;
    do {
        if (is_idle(modem) && modem->yields)
            break;
        if (is_idle(modem) && modem->failed == RILL_OK)
            begin_receiving(modem, room);
        if (modem->failed != RILL_OK)
            break;
    } while (go_on(modem, since, timeout_ms) && at->in_size == room);
    modem->yields = false;
    room -= at->in_size;
    at->in_size = 0;
    return room != 0 ? (int32_t)room : modem->failed;
}

static int32_t modem_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    rill_modem *modem = context;
    rill_at *at = &modem->at;
    uint32_t since = now(modem), taken;
    at->out = bytes;
    do {
        if (modem->failed != RILL_OK || modem->taken != 0)
            break;
        if (is_idle(modem) && end_of(modem) != RILL_OK)
            return end_of(modem);
        if (is_idle(modem))
            begin_sending(modem, bytes, length);
        at->out_size = modem->job == JOB_SEND ? length : 0;
    } while (go_on(modem, since, timeout_ms));
    at->out_size = 0; /* the bytes are the caller's again */
    if (modem->job == JOB_SEND && at->given && at->left != 0) { /* an answer is here before the word that it was sent */
        end_job(modem);
        modem->job = JOB_TOLD;
    }
    taken = modem->taken;
    modem->yields = taken == 0 && modem->job != JOB_SEND;
    modem->taken = 0;
    return taken != 0 ? (int32_t)(taken < length ? taken : length) : modem->failed;
}

/* A command can be sent that is neither lost in a block nor answered among data. */
static bool may_speak(const rill_modem *modem)
{
    bool sends = modem->job == JOB_SEND || modem->job == JOB_TOLD;
    return is_idle(modem) || (modem->at.left == 0 && !sends);
}

static void modem_close(void *context)
{
    rill_modem *modem = context;
    if (modem->open) {
        uint32_t since = now(modem);
        modem->open = false;
        modem->at.out = NULL; /* of a block that still waits for bytes */
        (void)run_to_end(modem, RILL_MODEM_CLOSE_MS / 2);
        if (!may_speak(modem))
            (void)run_to_end(modem, time_left(modem, since, RILL_MODEM_CLOSE_MS));
        if (may_speak(modem)) {
            rill_at_start(&modem->at, modem->dialect->close);
            (void)run_to_end(modem, time_left(modem, since, RILL_MODEM_CLOSE_MS));
        }
    }
    modem->failed = RILL_PORT_CLOSED;
}

static uint32_t modem_now(void *context)
{
    return now(context);
}

const rill_port rill_modem_port = {modem_read, modem_write, modem_close, modem_now};
