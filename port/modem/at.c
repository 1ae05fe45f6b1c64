/* The engine for AT commands; see at.h. */
#include "at.h"

#include <string.h>

/* A pause leads to the phase behind it. From PHASE_REQUEST on a caller may have been away. */
enum { PHASE_IDLE, PHASE_BREATH, PHASE_PROMPT, PHASE_PAUSE, PHASE_REQUEST, PHASE_WAIT, PHASE_DATA };

enum { NEEDS_CALLER = -1 }; /* nothing moves without the caller */

static const rill_at_match results[] = {
    {"OK\r", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    {"ERROR\r", RILL_AT_IS | RILL_AT_FINAL, RILL_MORE},
    {"+CM" RILL_AT_MAYBE " ERROR: " RILL_AT_VALUE, RILL_AT_CODE | RILL_AT_FINAL, 0}, /* +CME, +CMS */
    {NULL, 0, 0},
};

static uint32_t now(const rill_at *at)
{
    return at->port->now(at->context);
}

static void begin_phase(rill_at *at, uint8_t phase, uint32_t limit)
{
    at->phase = phase;
    at->limit = limit;
    at->sent = 0;
    at->late = 0;
    at->since = now(at);
}

static void begin_step_phase(rill_at *at, uint8_t phase)
{
    begin_phase(at, phase, at->step->limit_s * 1000u);
}

static void stop(rill_at *at, int32_t status)
{
    at->step = NULL;
    at->phase = PHASE_IDLE;
    at->limit = UINT32_MAX;
    at->news = status;
}

static void give_up(rill_at *at, int32_t status)
{
    stop(at, status);
    at->broken = status;
}

/* ---- steps */

static bool is_left_out(const rill_at *at, const rill_at_step *step)
{
    if ((step->flags & RILL_AT_GIVEN) != 0)
        for (const unsigned char *text = (const unsigned char *)step->request; *text != '\0'; text++)
            if (*text >= 4 && *text < 3 + RILL_AT_TEXTS && *at->texts[*text - 4] == '\0')
                return true;
    return false;
}

static void begin_step(rill_at *at, const rill_at_step *step, bool pause)
{
    while (step->request != NULL && is_left_out(at, step))
        step++;
    at->outcome = RILL_MORE;
    at->answered = at->given = false;
    if (step->request == NULL || at->tries >= RILL_AT_KNOCKS) {
        stop(at, RILL_OK);
        return;
    }
    at->step = step;
    if (pause || (step->flags & RILL_AT_SETTLE) != 0)
        begin_phase(at, PHASE_PAUSE, RILL_AT_PAUSE_MS);
    else
        begin_step_phase(at, PHASE_REQUEST);
}

/* Goes on behind a step by its outcome. */
static void end_step(rill_at *at)
{
    const rill_at_step *step = at->step;
    int32_t outcome = at->outcome;
    int32_t jump = step->jump; /* deviation 12 */
    if (outcome != RILL_OK && (step->flags & RILL_AT_OPTIONAL) != 0) {
        outcome = RILL_OK;
        jump = 0;
    }
    if ((step->flags & RILL_AT_FRESH) != 0)
        at->events = 0;
    if (outcome < 0)
        stop(at, outcome);
    else if (outcome == RILL_OK)
        begin_step(at, step + 1 + (jump > 0 ? jump : 0), false);
    else
        begin_step(at, step + (jump < 0 ? jump : 0), true);
}

rill_status rill_at_late(const rill_at *at)
{
    return at->step != NULL && at->step->status != 0 ? (rill_status)at->step->status : RILL_PORT_TIMEOUT;
}

static bool is_knocking(const rill_at *at)
{
    return at->step != NULL && (at->step->flags & RILL_AT_KNOCK) != 0;
}

/* The phase has taken as long as it may. */
static void be_late(rill_at *at)
{
    if (at->phase == PHASE_PAUSE || at->phase == PHASE_BREATH)
        begin_step_phase(at, at->phase + 1);
    else if (at->phase == PHASE_DATA)
        give_up(at, RILL_PORT_ANSWER);
    else if (is_knocking(at) && ++at->tries < RILL_AT_KNOCKS)
        begin_step_phase(at, PHASE_REQUEST);
    else
        stop(at, at->answered ? rill_at_late(at) : RILL_PORT_SILENT);
}

/* ---- lines */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool matches(rill_at *at, const char *pattern, bool open)
{
    const char *text = at->line;
    for (; *pattern != '\0'; pattern++) {
        uint32_t number = 0;
        if ((unsigned char)*pattern > 4) {
            if (*text++ != *pattern)
                return false;
            continue;
        }
        if (*pattern == 4) {
            if (*text != pattern[1] && *text != '\0')
                text++;
            continue;
        }
        if (!is_digit(*text))
            return false;
        for (; is_digit(*text); text++)
            if ((number = number * 10 + (uint32_t)(*text - '0')) > RILL_AT_NUMBER)
                number = RILL_AT_NUMBER;
        if (*pattern == 1 && number != at->numbers[RILL_AT_NUMBER_ID])
            return false;
        if (*pattern == 2)
            at->value = number;
    }
    if (text > at->line && is_digit(text[-1]) && (is_digit(*text) || (at->cut && *text == '\0')))
        return false; /* only a part of a number */
    return !open || *text == '\0';
}

/* An open row is looked at with its last character only: a line costs the same for each byte however long it is. */
static bool has_ended(const rill_at *at, const char *pattern)
{
    size_t length = strlen(pattern);
    return !at->cut && length != 0 && at->length != 0 && pattern[length - 1] == at->line[at->length - 1];
}

static const rill_at_match *find(rill_at *at, const rill_at_match *row, bool open)
{
    if (row != NULL)
        for (; row->line != NULL; row++)
            if (open == (row->act >= RILL_AT_OPEN) && (!open || has_ended(at, row->line)) && matches(at, row->line, open))
                return row;
    return NULL;
}

static const rill_at_match *known(rill_at *at, bool open)
{
    const rill_at_match *row = NULL;
    if (at->phase == PHASE_WAIT)
        row = find(at, at->step->answers, open);
    if (row == NULL)
        row = find(at, at->lines, open);
    return row != NULL ? row : find(at, results, open);
}

static void expect_data(rill_at *at)
{
    at->left = at->value;
    if (at->left == 0)
        return;
    at->behind = at->phase;
    at->phase = PHASE_DATA;
    at->since = now(at);
}

static int32_t status_of_code(const rill_at *at, const rill_at_match *row)
{
    uint32_t value = at->value + (uint32_t)row->status * 1000;
    if (at->value == 0)
        return RILL_OK;
    if (at->codes != NULL)
        for (const rill_at_code *code = at->codes; code->count != 0; code++)
            if (value - code->first < code->count)
                return code->status;
    return RILL_MORE;
}

/* A line that answers the step at hand. */
static void answer(rill_at *at, const rill_at_match *row, uint8_t act)
{
    int32_t outcome = RILL_OK;
    if (act == RILL_AT_IS)
        outcome = row->status; /* deviation 12 */
    else if (act == RILL_AT_CODE)
        outcome = status_of_code(at, row);
    else if (act == RILL_AT_NAME)
        at->numbers[RILL_AT_NUMBER_ID] = at->value;
    else
        at->told = at->value;
    if (outcome == RILL_MORE)
        outcome = at->step->status != 0 ? at->step->status : (int32_t)RILL_PORT_COMMAND;
    at->answered = true;
    if (at->outcome == RILL_MORE && (row != results || at->step->answers == NULL))
        at->outcome = outcome;
    if (act == RILL_AT_DATA) {
        at->fence = at->value != 0 ? (char)row->status : '\0'; /* deviation 12 */
        expect_data(at);
        if (at->value > at->numbers[RILL_AT_NUMBER_COUNT])
            give_up(at, RILL_PORT_ANSWER);
    } else if ((row->act & RILL_AT_FINAL) != 0 && at->outcome != RILL_MORE)
        end_step(at);
}

static void apply(rill_at *at, const rill_at_match *row)
{
    uint8_t act = row->act & (RILL_AT_FINAL - 1);
    if (act == RILL_AT_EVENT) {
        at->events |= (uint8_t)row->status;
        at->news = RILL_OK;
    } else if (act == RILL_AT_BREAK) {
        if (!is_knocking(at))
            give_up(at, row->status);
    } else if (act == RILL_AT_PUSH)
        expect_data(at);
    else if (at->phase != PHASE_WAIT)
        return;
    else if (act == RILL_AT_PROMPT) {
        at->ends = row->status == 1;
        begin_phase(at, PHASE_BREATH, (uint32_t)row->status);
    } else
        answer(at, row, act);
}

static void take(rill_at *at, char byte)
{
    const rill_at_match *row;
    bool open = byte != '\n';
    if (at->fence != '\0' && at->fence != byte) {
        give_up(at, RILL_PORT_ANSWER);
        return;
    }
    at->fence = '\0';
    if (open) {
        if (at->length == 0 && (byte == '\r' || byte == ' '))
            return;
        if (at->length + 1u < at->line_size)
            at->line[at->length++] = byte;
        else
            at->cut = true;
    }
    at->line[at->length] = '\0';
    row = known(at, open);
    if (row != NULL || !open) {
        at->length = 0;
        at->cut = false;
    }
    if (row != NULL)
        apply(at, row);
}

/* ---- bytes */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t decimal(uint32_t number, char digits[5], const char **first)
{
    size_t at = 5;
    do {
        uint32_t tens = number / 10;
        digits[--at] = (char)('0' + (number - tens * 10));
        number = tens;
    } while (number != 0 && at != 0);
    *first = &digits[at];
    return 5 - at;
}

/* The bytes of the request behind those that were sent, as far as they lie in one piece; none: it ends there. */
static size_t rest_of_request(const rill_at *at, char digits[5], const char **rest)
{
    const unsigned char *text = (const unsigned char *)at->step->request;
    size_t offset = at->sent;
    while (*text != '\0') {
        unsigned char first = *text;
        const char *piece = (const char *)text++;
        size_t length = 1;
        if (first <= 3)
            length = decimal(at->numbers[first - 1], digits, &piece);
        else if (first < 4 + RILL_AT_TEXTS) {
            piece = at->texts[first - 4];
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

static void behind_prompt(rill_at *at)
{
    at->given = true;
    begin_step_phase(at, PHASE_WAIT);
    if (at->ends) {
        at->outcome = RILL_OK;
        end_step(at);
    }
}

static void behind_data(rill_at *at, size_t moved)
{
    at->in += moved;
    at->in_size -= moved;
    at->left -= (uint32_t)moved;
    at->news = RILL_OK;
    if (at->left == 0)
        at->phase = at->behind;
}

/* Moves bytes once: how many, or NEEDS_CALLER. */
static int32_t move(rill_at *at, uint32_t wait)
{
    static const char zeros[8];
    char digits[5], byte, *into = &byte;
    const char *from = NULL;
    size_t size = 1;
    int32_t moved;
    if (at->phase == PHASE_REQUEST) {
        size = rest_of_request(at, digits, &from);
        if (size == 0) {
            begin_step_phase(at, PHASE_WAIT);
            return 1;
        }
    } else if (at->phase == PHASE_PROMPT) {
        from = at->out != NULL ? at->out + at->sent : zeros;
        size = smaller(at->numbers[RILL_AT_NUMBER_COUNT], at->out != NULL ? at->out_size : at->sent + sizeof(zeros));
        size -= smaller(size, at->sent);
    } else if (at->phase == PHASE_DATA) {
        into = at->in;
        size = smaller(at->left, at->in_size);
    }
    if (size == 0)
        return NEEDS_CALLER;
    moved = from != NULL ? at->port->write(at->context, from, size, wait) : at->port->read(at->context, into, size, wait);
    if (moved < 0 && is_knocking(at) && (moved == RILL_PORT_NOISE || moved == RILL_PORT_OVERRUN))
        return 1;
    if (moved < 0 || (size_t)moved > size) {
        give_up(at, moved < 0 ? moved : (int32_t)RILL_PORT_BROKEN);
        return NEEDS_CALLER;
    }
    if (moved == 0)
        return 0;
    if (at->phase == PHASE_DATA || at->phase == PHASE_PROMPT)
        at->since = now(at);
    if (from != NULL) {
        at->sent += (uint32_t)moved;
        if (at->phase == PHASE_PROMPT && at->sent == at->numbers[RILL_AT_NUMBER_COUNT])
            behind_prompt(at);
    } else if (at->phase == PHASE_DATA)
        behind_data(at, (size_t)moved);
    else
        take(at, byte); /* deviation 13 */
    return moved;
}

static uint32_t time_left(const rill_at *at)
{
    uint32_t limit = at->phase == PHASE_DATA ? RILL_AT_GAP_MS : at->limit, spent = now(at) - at->since;
    return spent < limit ? limit - spent : 0;
}

rill_status rill_at_run(rill_at *at, uint32_t timeout_ms)
{
    uint32_t began = now(at), wait = timeout_ms;
    uint8_t late = 0; /* bytes that were there when the time was over: so many more are taken */
    at->news = at->broken != RILL_OK ? at->broken : (int32_t)RILL_MORE;
    if (at->phase == PHASE_IDLE)
        at->since = began; /* no limit, not even that of the clock */
    while (at->news == RILL_MORE) {
        uint32_t left = time_left(at);
        int32_t moved = 0;
        if (left != 0 || (at->phase >= PHASE_REQUEST && at->late < RILL_AT_LATE))
            moved = move(at, left < wait ? left : wait);
        if (left == 0 && moved == 0)
            be_late(at);
        if (left == 0 && moved > 0)
            at->late++;
        if (moved == NEEDS_CALLER)
            break;
        left = now(at) - began;
        wait = left < timeout_ms ? timeout_ms - left : 0;
        if (wait == 0 && (moved == 0 || ++late == 0))
            break;
    }
    return (rill_status)at->news;
}

void rill_at_start(rill_at *at, const rill_at_step *script)
{
    at->tries = 0;
    begin_step(at, script, false);
}

void rill_at_end(rill_at *at)
{
    at->tries = RILL_AT_KNOCKS;
    if ((at->phase == PHASE_PAUSE || at->phase == PHASE_REQUEST) && at->sent == 0)
        stop(at, RILL_OK);
}

rill_status rill_at_begin(rill_at *at, const rill_port *port, void *context, char *line, size_t line_size)
{
    if (at == NULL || port == NULL || line == NULL || line_size < RILL_AT_LINE_MIN || line_size > UINT16_MAX)
        return RILL_SCHEMA_CONFIG;
    memset(at, 0, sizeof(*at));
    at->port = port;
    at->context = context;
    at->line = line;
    at->line_size = line_size;
    stop(at, RILL_OK);
    for (size_t i = 0; i < RILL_AT_TEXTS; i++)
        at->texts[i] = "";
    return RILL_OK;
}
