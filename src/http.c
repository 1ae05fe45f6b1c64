/* http: one state machine over the bytes of a response (RFC 9112).
 *
 * `rules` says what may stand behind what; anything else cannot. Entering some states has an effect (`enter`). No line
 * is stored: names, and the words of the values that matter, are matched while they pass. */
#include <string.h>

#include "rill/http.h"

/* What stood before the next byte; X_LF waits for the LF of a CRLF. A state is the index of its first rule.
 * RFC 9112 2.2 lets a reader take a bare LF for a line end. Here it cannot be: two readers of one stream must not see
 * different lines, and Node's parser refuses it too, so no server in use can depend on it. */
enum state {
    FAILED,
    BEGIN, /* nothing but empty lines: some servers send one behind a 100 (Continue) */
    BEGIN_LF = BEGIN + 2,
    VERSION = BEGIN_LF + 1,
    STATUS = VERSION + 1,
    STATUS_END = STATUS + 1,
    REASON_BEGIN = STATUS_END + 2,
    REASON = REASON_BEGIN + 2,
    REASON_LF = REASON + 2,

    FIELD = REASON_LF + 1, /* the beginning of a field line, in the head or in the trailer section */
    NAME = FIELD + 2,
    VALUE_BEGIN = NAME + 2,
    VALUE = VALUE_BEGIN + 3,
    VALUE_LF = VALUE + 2,
    FOLD = VALUE_LF + 1, /* behind a field line: the next may go on with its value, RFC 9112 5.2 */
    HEAD_LF = FOLD + 3,

    CHUNK_BEGIN = HEAD_LF + 1,
    SIZE = CHUNK_BEGIN + 1,
    EXTENSION_BEGIN = SIZE + 4, /* RFC 9112 7.1.1 */
    EXTENSION_NAME = EXTENSION_BEGIN + 2,
    EXTENSION_NAME_END = EXTENSION_NAME + 5,
    EXTENSION_VALUE_BEGIN = EXTENSION_NAME_END + 3,
    EXTENSION_VALUE = EXTENSION_VALUE_BEGIN + 3,
    QUOTED = EXTENSION_VALUE + 4,
    QUOTED_PAIR = QUOTED + 3,
    QUOTED_END = QUOTED_PAIR + 1,
    EXTENSION_END = QUOTED_END + 3,
    SIZE_LF = EXTENSION_END + 2,
    DATA_CR = SIZE_LF + 1,
    DATA_LF = DATA_CR + 1,

    HEAD_END = DATA_LF + 1, /* from here on without rules */
    DATA,
    DONE, /* complete, not yet handed out */
    END
};

/* What may stand: a byte, or one of these. */
enum {
    BLANK = 1, /* SP, HTAB */
    TOKEN,     /* RFC 9110 5.6.2: letters, digits, !#$%&'*+-.^_`|~ */
    TEXT       /* all but control characters, with HTAB: field-vchar, obs-text and blanks, RFC 9110 5.5 */
};

#define LAST 0x80 /* the last rule of its state */

static const struct rule {
    char may;
    uint8_t next;
} rules[HEAD_END] = {
    /* The compiler tells when an index above is too small: a rule would be initialized twice. */
    [BEGIN] = {TOKEN, VERSION}, {'\r', BEGIN_LF | LAST},
    [BEGIN_LF] = {'\n', BEGIN | LAST},
    [VERSION] = {TEXT, VERSION | LAST},
    [STATUS] = {TOKEN, STATUS | LAST},
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

static bool is_blank(unsigned char byte)
{
    return byte == ' ' || byte == '\t';
}

static bool may_stand(unsigned char byte, char may)
{
    static const uint32_t token[4] = {0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff}; /* a bit for each byte below 128 */

    switch (may) {
    case BLANK:
        return is_blank(byte);
    case TOKEN:
        return byte < 128 && (token[byte >> 5] >> (byte & 31) & 1);
    case TEXT:
        return (byte >= ' ' && byte != 127) || byte == '\t';
    default:
        return byte == (unsigned char)may;
    }
}

static unsigned state_behind(unsigned state, unsigned char byte)
{
    const struct rule *rule = rules + state;

    for (;; rule++) {
        if (may_stand(byte, rule->may)) {
            return rule->next & ~(unsigned)LAST;
        }
        if (rule->next & LAST) {
            return FAILED;
        }
    }
}

/* ---- Words: names of fields and what their values may say, matched byte by byte against all of one list at once. */

/* What is being matched: the names, or the value of the field so named. */
enum field {
    CONTENT_TYPE, /* in the order of their names in `words` */
    CONTENT_LENGTH,
    CONTENT_ENCODING,
    TRANSFER_ENCODING,
    RETRY_AFTER,
    REQUEST_ID,
    REQUEST_ID_TOO,
    APPLICATION, /* the value of a Content-Type behind "application/" */
    NAMES,
    OTHER
};

#define NAME_WORDS                                                                                                     \
    "content-type\0content-length\0content-encoding\0transfer-encoding\0retry-after\0x-request-id\0request-id"
#define TYPE_WORDS "text/event-stream\0application/"
#define APPLICATION_WORDS "json\0+json\0ndjson\0x-ndjson\0jsonl\0jsonlines\0json-seq\0stream+json"

static const char words[] = NAME_WORDS "\0" TYPE_WORDS "\0" APPLICATION_WORDS "\0identity\0chunked";

enum { /* where the lists begin */
    TYPES = sizeof NAME_WORDS,
    APPLICATIONS = TYPES + sizeof TYPE_WORDS,
    IDENTITY = APPLICATIONS + sizeof APPLICATION_WORDS,
    CHUNKED_WORD = IDENTITY + sizeof "identity"
};

enum { /* candidates: one bit for each word of a list, the first the lowest */
    APPLICATION_SLASH = 2,
    PLUS_JSON = 2,
    ANY_JSON = 1 | PLUS_JSON
};

/* How a value is read. */
static const struct {
    uint8_t first_word, candidates;
    char separator; /* ends an element of a list; behind that of a media type come its parameters */
} fields[] = {
    [CONTENT_TYPE] = {TYPES, 0x03, ';'},
    [CONTENT_LENGTH] = {0, 0, ','},
    [CONTENT_ENCODING] = {IDENTITY, 0x01, ','},
    [TRANSFER_ENCODING] = {CHUNKED_WORD, 0x01, ','},
    [RETRY_AFTER] = {0, 0, '\0'},
    [REQUEST_ID] = {0, 0, '\0'},
    [REQUEST_ID_TOO] = {0, 0, '\0'},
    [APPLICATION] = {APPLICATIONS, 0xff, ';'},
    [NAMES] = {0, 0x7f, '\0'},
    [OTHER] = {0, 0, '\0'},
};

/* Where the reading of a value is. */
enum phase {
    BEFORE, /* nothing of the element came yet */
    INSIDE,
    BEHIND,  /* a blank came behind it */
    SETTLED, /* the rest of the value does not matter */
    BROKEN   /* the value is none that this room knows */
};

enum flag {
    LENGTH = 1,       /* Content-Length came; it is in `remaining` */
    LEADING_ZERO = 2, /* ... with a zero in front */
    CHUNKED = 4,      /* Transfer-Encoding: chunked came */
    VERSION_1_0 = 8,  /* the status line says HTTP/1.0 */
    PASSED_OVER = 16  /* the fields are not those of the final head: 1xx, trailers */
};

static void begin_words(rill_http *http, enum field field)
{
    http->field = (uint8_t)field;
    http->matched = 0;
    http->candidates = fields[field].candidates;
}

/* Drops the candidates that do not go on with `byte`; NUL leaves the one that is complete. */
static void match(rill_http *http, unsigned char byte)
{
    const char *word = words + fields[http->field].first_word;
    unsigned candidates = http->candidates;
    unsigned bit;

    if (byte >= 'A' && byte <= 'Z') {
        byte |= 0x20;
    }
    for (bit = 1; bit <= candidates; bit <<= 1) {
        if ((candidates & bit) && (unsigned char)word[http->matched] != byte) {
            candidates &= ~bit;
        }
        while (*word++ != '\0') {
        }
    }
    http->candidates = (uint8_t)candidates;
    http->matched++; /* may wrap: it is not looked at without candidates */
}

static void begin_number(rill_http *http)
{
    memset(http->number, 0, sizeof http->number);
}

/* number = number * base + digit, base 10 or 16; false when the byte is no digit or 64 bits do not hold the number. */
static bool add_digit(rill_http *http, unsigned char byte, unsigned base)
{
    unsigned digit = byte - (unsigned)'0';
    unsigned i;

    if (digit > 9) {
        digit = (byte | 0x20u) - 'a';
        if (digit >= base - 10) {
            return false;
        }
        digit += 10;
    }
    for (i = 0; i < 4; i++) { /* by 16 bits: 64-bit products are calls into a library */
        uint32_t product = http->number[i] * (uint32_t)base + digit;
        http->number[i] = (uint16_t)product;
        digit = product >> 16;
    }
    return digit == 0;
}

static uint64_t number_of(const rill_http *http)
{
    const uint16_t *number = http->number;

    return (uint64_t)(number[0] | (uint32_t)number[1] << 16) | (uint64_t)(number[2] | (uint32_t)number[3] << 16) << 32;
}

/* ---- Values */

static void begin_element(rill_http *http)
{
    http->phase = BEFORE;
    begin_number(http);
    begin_words(http, (enum field)http->field);
}

/* RFC 9112 6.3: the same value again, or as a list, is one length. A zero in front is a digit as well, but not every
 * reader takes 030 for 30, so it is not the same. */
static bool end_length(rill_http *http)
{
    uint64_t length = number_of(http);

    if (http->flags & LENGTH) {
        return length == http->remaining && (length == 0 || !(http->flags & LEADING_ZERO));
    }
    http->flags |= LENGTH;
    http->remaining = length;
    return true;
}

/* An element is complete; false: it says something else than the room knows. RFC 9110 5.6.1: empty ones are skipped. */
static bool end_element(rill_http *http)
{
    enum field field = (enum field)http->field;
    bool known;

    if (http->phase == BEFORE) {
        return field != CONTENT_LENGTH;
    }
    match(http, '\0');
    known = http->candidates != 0;
    switch (field) {
    case CONTENT_LENGTH:
        return end_length(http);
    case RETRY_AFTER:
        http->retry_after = number_of(http) < RILL_HTTP_NO_RETRY_AFTER ? (uint32_t)number_of(http)
                                                                      : RILL_HTTP_NO_RETRY_AFTER - 1;
        break;
    case TRANSFER_ENCODING:
        if (http->flags & CHUNKED) {
            return false; /* RFC 9112 6.1: not chunked twice */
        }
        http->flags |= CHUNKED;
        break;
    case CONTENT_TYPE:
        http->content = RILL_HTTP_CONTENT_SSE;
        break;
    case APPLICATION:
        http->content = http->candidates & ANY_JSON ? RILL_HTTP_CONTENT_JSON : RILL_HTTP_CONTENT_NDJSON;
        break;
    default:
        break;
    }
    return known;
}

static void keep_request_id(rill_http *http, unsigned char byte)
{
    if (http->request_id_length < RILL_HTTP_REQUEST_ID_SIZE) {
        http->request_id[http->request_id_length++] = (char)byte;
    } else if (!is_blank(byte)) {
        http->request_id_cut = true;
    }
}

static void add_to_element(rill_http *http, unsigned char byte)
{
    enum field field = (enum field)http->field;

    if (field == CONTENT_LENGTH || field == RETRY_AFTER) {
        if (field == RETRY_AFTER && http->number[3] != 0) {
            http->number[3] = 1; /* large enough, and never beyond 64 bits */
        }
        if (field == CONTENT_LENGTH && http->phase == BEFORE && byte == '0') {
            http->flags |= LEADING_ZERO;
        }
        http->phase = add_digit(http, byte, 10) ? INSIDE : BROKEN;
        return;
    }
    http->phase = INSIDE;
    match(http, byte);
    if (fields[field].separator != ';') {
        return;
    }
    if (byte == '/' && (http->candidates & APPLICATION_SLASH)) {
        begin_words(http, APPLICATION);
    } else if (byte == '+' && http->candidates == 0) {
        begin_words(http, APPLICATION); /* RFC 6839 3.1: whatever/whatever+json is JSON */
        http->candidates = PLUS_JSON;
        http->matched = 1;
    }
}

static void add_to_value(rill_http *http, unsigned char byte)
{
    enum field field = (enum field)http->field;

    if (field == REQUEST_ID) {
        keep_request_id(http, byte);
    } else if (field == OTHER || http->phase >= SETTLED) {
        return;
    } else if (is_blank(byte)) {
        http->phase = http->phase == INSIDE ? BEHIND : http->phase;
    } else if (byte == (unsigned char)fields[field].separator) {
        if (!end_element(http)) {
            http->phase = BROKEN;
        } else if (byte == ';') {
            http->phase = SETTLED;
        } else {
            begin_element(http);
        }
    } else if (http->phase == BEHIND) {
        http->phase = BROKEN;
    } else {
        add_to_element(http, byte);
    }
}

static void trim_request_id(rill_http *http)
{
    while (http->request_id_length > 0 && is_blank((unsigned char)http->request_id[http->request_id_length - 1])) {
        http->request_id_length--;
    }
}

static rill_status end_value(rill_http *http)
{
    bool known = http->phase == SETTLED || (http->phase != BROKEN && end_element(http));

    switch (http->field) {
    case CONTENT_LENGTH:
        return known ? RILL_OK : RILL_HTTP_LENGTH;
    case TRANSFER_ENCODING:
        return known && (http->flags & CHUNKED) ? RILL_OK : RILL_HTTP_TRANSFER;
    case CONTENT_ENCODING:
        http->coded |= !known;
        break;
    case CONTENT_TYPE:
    case APPLICATION:
        if (!known) {
            http->content = RILL_HTTP_CONTENT_OTHER;
        }
        break;
    default:
        trim_request_id(http);
        break;
    }
    return RILL_OK;
}

/* ---- The head and the framing */

static rill_status add_to_version(rill_http *http, unsigned char byte)
{
    static const char version[] = "HTTP/1.1 ";

    if (http->matched == 7 && byte >= '0' && byte <= '9') { /* a higher minor version is read as 1.1, RFC 9110 2.5 */
        http->flags |= byte == '0' ? VERSION_1_0 : 0;
    } else if (byte != (unsigned char)version[http->matched]) {
        return RILL_HTTP_STATUS_LINE;
    }
    if (++http->matched == sizeof version - 1) {
        http->state = STATUS;
    }
    return RILL_OK;
}

static rill_status add_to_status(rill_http *http, unsigned char byte)
{
    unsigned digit = byte - (unsigned)'0';

    http->status = (uint16_t)(http->status * 10 + digit);
    if (digit > 9 || http->status == 0) {
        return RILL_HTTP_STATUS_LINE;
    }
    if (http->status >= 100) {
        http->state = STATUS_END;
        if (http->status < 200 && http->status != 101) {
            http->flags |= PASSED_OVER;
        }
    }
    return RILL_OK;
}

static void end_name(rill_http *http)
{
    unsigned field = CONTENT_TYPE;
    unsigned candidates;

    match(http, '\0');
    for (candidates = http->candidates; !(candidates & 1) && field != OTHER; candidates >>= 1) {
        field++;
    }
    if (field >= REQUEST_ID) {
        field = field < NAMES && http->request_id_length == 0 ? REQUEST_ID : OTHER; /* the first of them */
    }
    http->field = (uint8_t)(http->flags & PASSED_OVER ? OTHER : field);
    begin_element(http);
}

#define HAND_OUT RILL_MORE /* of an effect: there is a piece, without bytes */

/* RFC 9112 6.3, with 101 among those without a body: what follows it is another protocol's. */
static rill_status end_head(rill_http *http)
{
    unsigned status = http->status;

    if (http->flags & PASSED_OVER) {
        http->state = DONE; /* it was the trailer section that ended */
        if (status < 200) {
            rill_http_begin(http);
        }
        return RILL_OK;
    }
    if ((http->flags & CHUNKED) && (http->flags & (LENGTH | VERSION_1_0))) {
        return RILL_HTTP_TRANSFER; /* RFC 9112 6.1: faulty framing */
    }
    http->state = DATA;
    if (status == 101 || status == 204 || status == 304) {
        http->state = DONE;
    } else if (http->flags & CHUNKED) {
        http->state = CHUNK_BEGIN;
    } else if (!(http->flags & LENGTH)) {
        http->remaining = UINT64_MAX;
    } else if (http->remaining == 0) {
        http->state = DONE;
    }
    return HAND_OUT;
}

static void begin_chunk(rill_http *http)
{
    http->remaining = number_of(http);
    if (http->remaining == 0) {
        http->state = FIELD;
        http->flags |= PASSED_OVER;
    }
}

/* `byte` led from one state to the next: what that means beyond. */
static rill_status enter(rill_http *http, unsigned from, unsigned char byte)
{
    if (from == FOLD && http->state != VALUE) { /* the value did not go on */
        rill_status status = end_value(http);
        if (status != RILL_OK) {
            return status;
        }
    }
    switch ((enum state)http->state) {
    case VERSION:
        return add_to_version(http, byte);
    case STATUS:
        return add_to_status(http, byte);
    case NAME:
        if (from == FIELD || from == FOLD) {
            begin_words(http, NAMES);
        }
        match(http, byte);
        break;
    case VALUE_BEGIN:
        if (from == NAME) {
            end_name(http);
        }
        break;
    case VALUE:
        add_to_value(http, byte);
        break;
    case REASON_LF:
        return from == REASON ? RILL_OK : HAND_OUT;
    case VALUE_LF:
        return from == VALUE_BEGIN ? HAND_OUT : RILL_OK;
    case HEAD_END:
        return end_head(http);
    case SIZE:
        if (from == CHUNK_BEGIN) {
            begin_number(http);
        }
        return add_digit(http, byte, 16) ? RILL_OK : RILL_HTTP_CHUNK;
    case DATA:
        begin_chunk(http);
        break;
    case FAILED:
        return from < FIELD ? RILL_HTTP_STATUS_LINE : from < CHUNK_BEGIN ? RILL_HTTP_FIELD : RILL_HTTP_CHUNK;
    default:
        break;
    }
    return RILL_OK;
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
        status = enter(http, state, byte);
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
    if (http->state != DATA || !(http->flags & (LENGTH | CHUNKED))) {
        return;
    }
    if (length < http->remaining) {
        http->remaining -= length;
    } else {
        http->remaining = 0;
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
