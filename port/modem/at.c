/* The engine for AT commands; see at.h. */
#include "at.h"

#include <string.h>

enum { PHASE_IDLE, PHASE_PAUSE, PHASE_REQUEST, PHASE_WAIT, PHASE_PROMPT, PHASE_DATA };

static const rill_at_match results[] = {
    {"OK\r", RILL_AT_RESULT | RILL_AT_FINAL, 0},
    {"ERROR\r", RILL_AT_FAIL | RILL_AT_FINAL, 0},
    {"+CME ERROR: " RILL_AT_VALUE, RILL_AT_CODE | RILL_AT_FINAL, 0},
    {"+CMS ERROR: " RILL_AT_VALUE, RILL_AT_CODE | RILL_AT_FINAL, 0},
    {NULL, 0, 0},
};

static uint32_t now(const rill_at *at)
{
    return at->port->now(at->context);
}

static void enter(rill_at *at, uint8_t phase)
{
    at->phase = phase;
    at->sent = 0;
    at->since = now(at);
}

static rill_status broken(rill_at *at, int32_t status)
{
    at->broken = (int16_t)status;
    return (rill_status)status;
}

/* ---- steps */

static bool is_left_out(const rill_at *at, const rill_at_step *step)
{
    if ((step->flags & RILL_AT_GIVEN) != 0)
        for (const char *text = step->request; *text != '\0'; text++)
            if (*text >= 4 && *text < 4 + RILL_AT_TEXTS && at->texts[*text - 4][0] == '\0')
                return true;
    return false;
}

static void begin_step(rill_at *at, const rill_at_step *step, bool pause)
{
    while (step->request != NULL && is_left_out(at, step))
        step++;
    at->outcome = RILL_MORE;
    at->answered = at->given = false;
    if (step->request == NULL) {
        at->step = NULL;
        at->phase = PHASE_IDLE;
        return;
    }
    if (step != at->step)
        at->tries = 0;
    if ((step->flags & RILL_AT_FRESH) != 0)
        at->events = 0;
    at->step = step;
    enter(at, pause || (step->flags & RILL_AT_SETTLE) != 0 ? PHASE_PAUSE : PHASE_REQUEST);
}

/* Goes on behind a step by its outcome. */
static rill_status end_step(rill_at *at)
{
    const rill_at_step *step = at->step;
    int16_t outcome = at->outcome;
    if (outcome != RILL_OK && (step->flags & RILL_AT_OPTIONAL) != 0)
        begin_step(at, step + 1, false);
    else if (outcome == RILL_OK)
        begin_step(at, step + 1 + (step->jump > 0 ? step->jump : 0), false);
    else if (outcome == RILL_END)
        begin_step(at, step + (step->jump < 0 ? step->jump : 0), true);
    else {
        at->step = NULL;
        at->phase = PHASE_IDLE;
        return (rill_status)outcome;
    }
    return RILL_OK;
}

static int16_t status_of_code(const rill_at *at)
{
    for (const rill_at_code *code = at->codes; code != NULL && code->count != 0; code++)
        if (at->value - code->first < code->count)
            return code->status;
    return 0;
}

static void fail(rill_at *at, int16_t status)
{
    if (status == 0)
        status = at->step->status != 0 ? at->step->status : (int16_t)RILL_PORT_COMMAND;
    if (at->outcome >= 0)
        at->outcome = status;
}

rill_status rill_at_late(const rill_at *at)
{
    return at->step != NULL && at->step->status != 0 ? (rill_status)at->step->status : RILL_PORT_TIMEOUT;
}

/* The phase has taken as long as it may. */
static rill_status be_late(rill_at *at)
{
    if (at->phase == PHASE_PAUSE) {
        enter(at, PHASE_REQUEST);
        return RILL_OK;
    }
    if (at->phase == PHASE_DATA)
        return broken(at, RILL_PORT_ANSWER);
    if ((at->step->flags & RILL_AT_KNOCK) != 0 && ++at->tries < -at->step->jump) {
        enter(at, PHASE_REQUEST);
        return RILL_OK;
    }
    at->outcome = (int16_t)(at->answered ? rill_at_late(at) : RILL_PORT_SILENT);
    return end_step(at);
}

static uint32_t limit_of(const rill_at *at)
{
    if (at->phase == PHASE_DATA)
        return RILL_AT_GAP_MS;
    return at->phase == PHASE_PAUSE ? RILL_AT_PAUSE_MS : at->step->limit_s * 1000u;
}

/* ---- lines */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static const char *skip_number(const char *text, uint32_t *number)
{
    *number = 0;
    for (; is_digit(*text); text++)
        if ((*number = *number * 10 + (uint32_t)(*text - '0')) > RILL_AT_NUMBER_MAX)
            *number = RILL_AT_NUMBER_MAX;
    return text;
}

static bool matches(rill_at *at, const rill_at_match *row, bool open)
{
    const char *text = at->line;
    if (open != (row->act >= RILL_AT_OPEN))
        return false;
    for (const char *pattern = row->line; *pattern != '\0'; pattern++) {
        uint32_t number;
        if (*pattern == 4) {
            while (*text >= 'A' && *text <= 'Z')
                text++;
            continue;
        }
        if ((unsigned char)*pattern > 4) {
            if (*text++ != *pattern)
                return false;
            continue;
        }
        if (!is_digit(*text))
            return false;
        text = skip_number(text, &number);
        if (*pattern == 1 && number != at->numbers[RILL_AT_NUMBER_ID])
            return false;
        if (*pattern == 2)
            at->value = number;
    }
    if (is_digit(text[-1]) && (is_digit(*text) || (at->cut && *text == '\0')))
        return false; /* only a part of the number */
    return !open || *text == '\0';
}

static const rill_at_match *find(rill_at *at, const rill_at_match *row, bool open)
{
    for (; row != NULL && row->line != NULL; row++)
        if (matches(at, row, open))
            return row;
    return NULL;
}

static void expect_data(rill_at *at, bool asked)
{
    at->left = at->value;
    if (asked)
        at->told = at->value;
    if (asked && at->value > at->numbers[RILL_AT_NUMBER_COUNT])
        broken(at, RILL_PORT_ANSWER);
    if (at->value == 0)
        return;
    at->fenced = asked;
    at->behind = at->phase;
    at->phase = PHASE_DATA;
    at->since = now(at);
}

static void give_outcome(rill_at *at, const rill_at_match *row, uint8_t act)
{
    at->answered = true;
    if (act == RILL_AT_FAIL)
        fail(at, row->status);
    else if (act == RILL_AT_CODE && at->value != 0)
        fail(at, status_of_code(at));
    else if (act == RILL_AT_AGAIN)
        at->outcome = RILL_END;
    else if (act != RILL_AT_RESULT || (at->step->answers == NULL && at->outcome == RILL_MORE))
        at->outcome = RILL_OK;
    if (act == RILL_AT_TELL)
        at->told = at->value;
    if (act == RILL_AT_NAME)
        at->numbers[RILL_AT_NUMBER_ID] = (uint16_t)at->value;
}

static const rill_at_match *known(rill_at *at, bool open)
{
    const rill_at_match *row = NULL;
    if (at->phase == PHASE_WAIT)
        row = find(at, at->step->answers, open);
    if (row == NULL)
        row = find(at, at->lines, open);
    if (row == NULL)
        row = find(at, results, open);
    return row;
}

static bool is_knocking(const rill_at *at)
{
    return at->step != NULL && (at->step->flags & RILL_AT_KNOCK) != 0;
}

static rill_status apply(rill_at *at, const rill_at_match *row)
{
    uint8_t act = row->act & (RILL_AT_FINAL - 1);
    bool waiting = at->phase == PHASE_WAIT;
    if (act == RILL_AT_EVENT)
        at->events |= (uint8_t)row->status;
    else if (act == RILL_AT_BREAK && !is_knocking(at))
        broken(at, row->status);
    else if (act == RILL_AT_DATA && row->status != 0)
        expect_data(at, false);
    if (!waiting || act == RILL_AT_PASS || act >= RILL_AT_EVENT || (act == RILL_AT_DATA && row->status != 0))
        return RILL_OK;
    if (act == RILL_AT_PROMPT) {
        at->ends = row->status != 0;
        enter(at, PHASE_PROMPT);
        return RILL_OK;
    }
    give_outcome(at, row, act);
    if (act == RILL_AT_DATA)
        expect_data(at, true);
    return (row->act & RILL_AT_FINAL) != 0 && at->outcome != RILL_MORE ? end_step(at) : RILL_OK;
}

static rill_status take(rill_at *at, char byte)
{
    bool open = byte != '\n';
    if (at->fenced && byte != '\r' && byte != '"')
        return broken(at, RILL_PORT_ANSWER);
    at->fenced = false;
    if (open) {
        if (at->length == 0 && (byte == '\r' || byte == ' '))
            return RILL_OK;
        if (at->length + 1 < at->line_size)
            at->line[at->length++] = byte;
        else
            at->cut = true;
    }
    at->line[at->length] = '\0';
    const rill_at_match *row = known(at, open);
    if (row != NULL || !open) {
        at->length = 0;
        at->cut = false;
    }
    return row != NULL ? apply(at, row) : RILL_OK;
}

/* ---- bytes */

static size_t decimal(uint32_t number, char digits[5], const char **first)
{
    size_t at = 5;
    do
        digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) != 0 && at > 0);
    *first = &digits[at];
    return 5 - at;
}

/* The bytes of the request from `offset` on that lie in one piece; none: it ends there. */
static size_t rest_of_request(const rill_at *at, size_t offset, char digits[5], const char **rest)
{
    const char *text = at->step->request;
    while (*text != '\0') {
        const char *piece = text++;
        size_t length = 1;
        if (*piece <= 3)
            length = decimal(at->numbers[*piece - 1], digits, &piece);
        else if (*piece < 4 + RILL_AT_TEXTS) {
            piece = at->texts[*piece - 4];
            length = strlen(piece);
        } else
            for (; *text >= 4 + RILL_AT_TEXTS; text++)
                length++;
        if (offset < length) {
            *rest = piece + offset;
            return length - offset;
        }
        offset -= length;
    }
    return 0;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t rest_of_answer(const rill_at *at)
{
    size_t length = smaller(at->numbers[RILL_AT_NUMBER_COUNT], at->out_size);
    return length > at->sent ? length - at->sent : 0;
}

/* Nothing can be done without the caller. */
static bool needs_caller(const rill_at *at)
{
    return (at->phase == PHASE_DATA && at->in_size == 0) || (at->phase == PHASE_PROMPT && rest_of_answer(at) == 0);
}

static rill_status behind_write(rill_at *at, size_t moved)
{
    at->sent = (uint16_t)(at->sent + moved);
    if (at->phase != PHASE_PROMPT)
        return RILL_OK;
    at->since = now(at);
    if (at->sent < at->numbers[RILL_AT_NUMBER_COUNT])
        return RILL_OK;
    enter(at, PHASE_WAIT);
    at->given = true;
    if (!at->ends)
        return RILL_OK;
    at->outcome = RILL_OK;
    return end_step(at);
}

static void behind_data(rill_at *at, size_t moved)
{
    at->in += moved;
    at->in_size -= moved;
    at->left -= (uint32_t)moved;
    at->since = now(at);
    if (at->left == 0)
        at->phase = at->behind;
}

/* Moves bytes once. *moved: how many. */
static rill_status move(rill_at *at, uint32_t wait, int32_t *moved)
{
    const rill_port *port = at->port;
    char digits[5], byte;
    char *into = &byte;
    const char *from = NULL;
    size_t size = 1;
    if (at->phase == PHASE_REQUEST) {
        size = rest_of_request(at, at->sent, digits, &from);
        if (size == 0) {
            enter(at, PHASE_WAIT);
            return RILL_OK;
        }
    } else if (at->phase == PHASE_PROMPT) {
        from = at->out + at->sent;
        size = rest_of_answer(at);
    } else if (at->phase == PHASE_DATA) {
        into = at->in;
        size = smaller(at->in_size, at->left);
    }
    *moved = from != NULL ? port->write(at->context, from, size, wait) : port->read(at->context, into, size, wait);
    if (*moved < 0)
        return is_knocking(at) && (*moved == RILL_PORT_NOISE || *moved == RILL_PORT_OVERRUN) ? RILL_OK : broken(at, *moved);
    if ((size_t)*moved > size)
        return broken(at, RILL_PORT_BROKEN);
    if (*moved == 0)
        return RILL_OK;
    if (from != NULL)
        return behind_write(at, (size_t)*moved);
    if (at->phase != PHASE_DATA)
        return take(at, byte);
    behind_data(at, (size_t)*moved);
    return RILL_OK;
}

rill_status rill_at_run(rill_at *at, uint32_t timeout_ms)
{
    uint32_t began = now(at), passed = 0;
    const rill_at_step *first = at->step;
    uint8_t events = at->events, late = 0;
    size_t room = at->in_size;
    while (at->broken == RILL_OK) {
        uint32_t wait = passed < timeout_ms ? timeout_ms - passed : 0;
        int32_t moved = 0;
        rill_status status = RILL_OK;
        if (needs_caller(at))
            return RILL_MORE;
        if (at->phase != PHASE_IDLE) {
            uint32_t limit = limit_of(at), spent = now(at) - at->since;
            wait = spent < limit ? (uint32_t)smaller(wait, limit - spent) : 0;
            if (spent >= limit)
                status = be_late(at);
            else
                status = move(at, wait, &moved);
        } else
            status = move(at, wait, &moved);
        if (status != RILL_OK)
            return status;
        if ((first != NULL && at->step == NULL) || at->in_size != room || (first == NULL && at->events != events))
            return RILL_OK;
        passed = now(at) - began;
        if (passed >= timeout_ms && (moved == 0 || ++late == 0))
            return RILL_MORE;
    }
    at->step = NULL;
    return (rill_status)at->broken;
}

void rill_at_start(rill_at *at, const rill_at_step *script)
{
    at->step = NULL;
    begin_step(at, script, false);
}

rill_status rill_at_begin(rill_at *at, const rill_port *port, void *context, char *line, size_t line_size)
{
    if (at == NULL || port == NULL || line == NULL || line_size < RILL_AT_LINE_MIN || line_size > UINT16_MAX)
        return RILL_SCHEMA_CONFIG;
    memset(at, 0, sizeof(*at));
    at->port = port;
    at->context = context;
    at->line = line;
    at->line_size = (uint16_t)line_size;
    for (size_t i = 0; i < RILL_AT_TEXTS; i++)
        at->texts[i] = "";
    return RILL_OK;
}
