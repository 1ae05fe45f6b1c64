/* http: one state machine over the bytes of a response (RFC 9112).
 *
 * `rules` says what may stand behind what; anything else cannot. Entering some states has an effect. */
#include <string.h>

#include "http_inside.h"

/* What may stand: a byte, or one of these. */
enum {
    BLANK = 1, /* SP, HTAB */
    DIGIT,
    TOKEN,     /* RFC 9110 5.6.2: letters, digits, !#$%&'*+-.^_`|~ */
    TEXT       /* all but control characters, with HTAB: field-vchar, obs-text and blanks, RFC 9110 5.5 */
};

#define LAST 0x80 /* the last rule of its state */

static const struct rule {
    char may;
    uint8_t next;
} rules[HEAD_END] = {
    /* The compiler tells when an index above is too small: a rule would be initialized twice. */
    [BEGIN] = {'H', VERSION}, {'\r', BEGIN_LF | LAST},
    [BEGIN_LF] = {'\n', BEGIN | LAST},
#define STEP(byte, state) {(byte), ((state) + 1) | LAST}
    [VERSION] = STEP('T', VERSION), STEP('T', VERSION + 1), STEP('P', VERSION + 2), STEP('/', VERSION + 3),
                STEP('1', VERSION + 4), STEP('.', VERSION + 5), STEP(DIGIT, VERSION + 6),
    [MINOR] = STEP(' ', MINOR),
    [STATUS] = STEP(DIGIT, STATUS), STEP(DIGIT, STATUS_2), STEP(DIGIT, STATUS_3),
    [STATUS_END] = {' ', REASON_BEGIN}, {'\r', REASON_LF | LAST},
    [REASON_BEGIN] = {TEXT, REASON}, {'\r', REASON_LF | LAST},
    [REASON] = {TEXT, REASON}, {'\r', REASON_LF | LAST},
    [REASON_LF] = {'\n', FIELD | LAST},

    [FIELD] = {TOKEN, NAME}, {'\r', HEAD_LF | LAST},
    [NAME] = {TOKEN, NAME}, {':', VALUE_BEGIN | LAST},
    [VALUE_BEGIN] = {BLANK, VALUE_BEGIN}, {TEXT, VALUE}, {'\r', VALUE_LF | LAST},
    [VALUE] = {TEXT, VALUE}, {'\r', VALUE_LF | LAST},
    [VALUE_LF] = {'\n', FOLD | LAST},
    [FOLD] = {BLANK, VALUE}, {TOKEN, NAME}, {'\r', HEAD_LF | LAST},
    [HEAD_LF] = {'\n', HEAD_END | LAST},

    [CHUNK_BEGIN] = {TOKEN, SIZE | LAST},
    [SIZE] = {TOKEN, SIZE}, {'\r', SIZE_LF}, {';', EXTENSION_BEGIN}, {BLANK, EXTENSION_END | LAST},
    [EXTENSION_BEGIN] = {BLANK, EXTENSION_BEGIN}, {TOKEN, EXTENSION_NAME | LAST},
    [EXTENSION_NAME] = {TOKEN, EXTENSION_NAME}, {'\r', SIZE_LF}, {';', EXTENSION_BEGIN},
                       {'=', EXTENSION_VALUE_BEGIN}, {BLANK, EXTENSION_NAME_END | LAST},
    [EXTENSION_NAME_END] = {BLANK, EXTENSION_NAME_END}, {';', EXTENSION_BEGIN}, {'=', EXTENSION_VALUE_BEGIN | LAST},
    [EXTENSION_VALUE_BEGIN] = {BLANK, EXTENSION_VALUE_BEGIN}, {'"', QUOTED}, {TOKEN, EXTENSION_VALUE | LAST},
    [EXTENSION_VALUE] = {TOKEN, EXTENSION_VALUE}, {'\r', SIZE_LF}, {';', EXTENSION_BEGIN},
                        {BLANK, EXTENSION_END | LAST},
    [QUOTED] = {'"', QUOTED_END}, {'\\', QUOTED_PAIR}, {TEXT, QUOTED | LAST},
    [QUOTED_PAIR] = {TEXT, QUOTED | LAST},
    [QUOTED_END] = {'\r', SIZE_LF}, {';', EXTENSION_BEGIN}, {BLANK, EXTENSION_END | LAST},
    [EXTENSION_END] = {BLANK, EXTENSION_END}, {';', EXTENSION_BEGIN | LAST},
    [SIZE_LF] = {'\n', DATA | LAST},
    [DATA_CR] = {'\r', DATA_LF | LAST},
    [DATA_LF] = {'\n', CHUNK_BEGIN | LAST},
};

/*@ assigns \nothing;
    ensures \result && (may == BLANK || may == TOKEN || may == TEXT) ==> byte != 0;
*/
static bool may_stand(unsigned char byte, char may)
{
    static const uint32_t token[4] = {0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff}; /* a bit for each byte below 128 */

    switch (may) {
    case BLANK:
        return is_blank(byte);
    case DIGIT:
        return byte >= '0' && byte <= '9';
    case TOKEN:
        return byte < 128 && (token[byte / 32u] >> byte % 32u & 1);
    case TEXT:
        return (byte >= ' ' && byte != 127) || byte == '\t';
    default:
        return byte == (unsigned char)may;
    }
}

/*@ requires 0 < state < HEAD_END && http_is_state(state);
    assigns \nothing;
    ensures http_follows(state, \result, byte);
*/
static unsigned state_behind(unsigned state, unsigned char byte)
{
    const struct rule *rule = rules + state;

    /*@ loop invariant rules + state <= rule < rules + HEAD_END && \valid_read(rule);
        loop assigns rule;
        loop variant rules + HEAD_END - rule;
    */
    for (;; rule++) {
        if (may_stand(byte, rule->may)) {
            return rule->next & ~(unsigned)LAST;
        }
        if (rule->next & LAST) {
            return FAILED;
        }
    }
}

/* ---- The pieces */

/* Whether the bytes that led to this state and kept it are a piece. */
static bool hands_out(const rill_http *http, unsigned state)
{
    return (state == REASON || state == NAME || state == VALUE) && !(http->flags & PASSED_OVER);
}

static rill_http_kind kind_of(unsigned state)
{
    return state < FIELD      ? RILL_HTTP_REASON
           : state == NAME    ? RILL_HTTP_NAME
           : state == HEAD_LF ? RILL_HTTP_HEAD
                              : RILL_HTTP_VALUE;
}

/* An error stays: its number is kept where it takes no room of its own. */
static rill_status failure(const rill_http *http)
{
    return (rill_status)-http->matched;
}

/*@ ensures http->state == BEGIN && http_bounds(http); */
void rill_http_begin(rill_http *http)
{
    memset(http, 0, sizeof *http);
    http->retry_after = RILL_HTTP_NO_RETRY_AFTER;
    http->state = BEGIN;
}

static rill_status fail(rill_http *http, rill_status status)
{
    http->state = FAILED;
    http->matched = (uint8_t)-(int)status;
    return status;
}

static rill_status give(rill_http_piece *piece, rill_http_kind kind, const char *data, size_t length)
{
    piece->kind = kind;
    piece->data = data;
    piece->length = length;
    return RILL_OK;
}

rill_status rill_http_next(rill_http *http, const char *bytes, size_t length, rill_http_piece *piece)
{
    size_t start = 0; /* of the span that the state hands out */
    size_t used = 0;
    unsigned state = http->state;

    piece->used = 0;
    if (state == FAILED) {
        return failure(http);
    }
    /*@ loop invariant http_ok(http);
        loop invariant state == http->state && state != FAILED;
        loop invariant start <= used == piece->used <= length;
        loop assigns start, used, state, *http, *piece;
        loop variant length - used;
    */
    while (used < length && state < HEAD_END) {
        unsigned char byte = (unsigned char)bytes[used];
        unsigned next = state_behind(state, byte);
        rill_status status;

        if (next != state) {
            if (start < used && hands_out(http, state)) {
                break;
            }
            start = used;
        }
        http->state = (uint8_t)next;
        status = rill_http_enter(http, state, byte);
        if (status < RILL_OK) {
            return fail(http, status);
        }
        piece->used = ++used;
        if (status == HAND_OUT && !(http->flags & PASSED_OVER)) {
            return give(piece, kind_of(state), bytes + used, 0);
        }
        state = http->state;
    }
    if (start < used && hands_out(http, state)) {
        return give(piece, kind_of(state), bytes + start, used - start);
    }
    switch (state) {
    case DATA:
        length -= used;
        if (length == 0) {
            return RILL_MORE;
        }
        return give(piece, RILL_HTTP_BODY, bytes + used, length < http->remaining ? length : (size_t)http->remaining);
    case DONE:
        http->state = END;
        return give(piece, RILL_HTTP_DONE, bytes, 0);
    case END:
        return RILL_END;
    default:
        return RILL_MORE;
    }
}

void rill_http_take(rill_http *http, size_t length)
{
    if (http->state != DATA) {
        return;
    }
    if (length < http->remaining) { /* more than any length, of a body until close */
        http->remaining -= length;
    } else {
        http->state = http->flags & CHUNKED ? DATA_CR : DONE;
    }
}

rill_status rill_http_close(const rill_http *http)
{
    switch ((enum state)http->state) {
    case FAILED:
        return failure(http);
    case DATA:
        return http->flags & (LENGTH | CHUNKED) ? RILL_HTTP_CUT : RILL_END;
    case DONE:
    case END:
        return RILL_END;
    default:
        return RILL_HTTP_CUT;
    }
}
