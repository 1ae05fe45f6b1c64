/* http: one state machine over the bytes of a response (RFC 9112).
 *
 * A byte has a class; state and class name the next state in `transitions`; entering some states has an effect
 * (`enter`). What a state does not list cannot stand there. No line is stored: names and words of values are matched
 * while they pass, against a few known words at once. */
#include <string.h>

#include "rill/http.h"

/* Bytes by what RFC 9112 makes of them. */
enum byte_class {
    CONTROL, /* no text: neither of those below */
    CR,
    LF,
    TAB,
    SPACE,
    COLON,
    SEMICOLON,
    EQUALS,
    QUOTE,
    BACKSLASH,
    TOKEN,   /* RFC 9110 5.6.2: letters, digits, !#$%&'*+-.^_`|~ */
    VISIBLE, /* other text: "(),/<>?@[]{}" and bytes above 127 (obs-text) */
    CLASSES
};

/* A state is named after what stands before the next byte; X_LF waits for the LF of a CRLF.
 * RFC 9112 2.2 lets a reader take a bare LF for a line end. Here it cannot be: two readers of one stream must not see
 * different lines, and Node's parser refuses it too, so no server in use can depend on it. */
enum state {
    FAILED, /* what `transitions` says where it says nothing */

    BEGIN, /* nothing but empty lines: some servers send one behind a 100 (Continue) */
    BEGIN_LF,
    VERSION,
    STATUS,
    STATUS_END,
    REASON_BEGIN,
    REASON,
    REASON_LF,

    FIELD, /* the beginning of a field line, in the head or in the trailer section */
    NAME,
    VALUE_BEGIN,
    VALUE,
    VALUE_LF,
    HEAD_LF,

    CHUNK_BEGIN,
    SIZE,
    EXTENSION_BEGIN, /* RFC 9112 7.1.1 */
    EXTENSION_NAME,
    EXTENSION_NAME_END,
    EXTENSION_VALUE_BEGIN,
    EXTENSION_VALUE,
    QUOTED,
    QUOTED_PAIR,
    QUOTED_END,
    EXTENSION_END,
    SIZE_LF,
    DATA_CR,
    DATA_LF,

    HEAD_END, /* from here on without a row in `transitions` */
    DATA,
    DONE, /* complete, not yet handed out */
    END
};

#define ROW(state) [(state) - BEGIN]
#define BLANK(next) [TAB] = (next), [SPACE] = (next)
#define MARK(next) [COLON] = (next), [SEMICOLON] = (next), [EQUALS] = (next), [TOKEN] = (next), [VISIBLE] = (next)
#define INK(next) MARK(next), [QUOTE] = (next), [BACKSLASH] = (next)

static const uint8_t transitions[HEAD_END - BEGIN][CLASSES] = {
    ROW(BEGIN) = {[TOKEN] = VERSION, [CR] = BEGIN_LF},
    ROW(BEGIN_LF) = {[LF] = BEGIN},
    ROW(VERSION) = {[TOKEN] = VERSION, [VISIBLE] = VERSION, [SPACE] = VERSION},
    ROW(STATUS) = {[TOKEN] = STATUS},
    ROW(STATUS_END) = {[SPACE] = REASON_BEGIN, [CR] = REASON_LF},
    ROW(REASON_BEGIN) = {BLANK(REASON), INK(REASON), [CR] = REASON_LF},
    ROW(REASON) = {BLANK(REASON), INK(REASON), [CR] = REASON_LF},
    ROW(REASON_LF) = {[LF] = FIELD},

    ROW(FIELD) = {[TOKEN] = NAME, [CR] = HEAD_LF},
    ROW(NAME) = {[TOKEN] = NAME, [COLON] = VALUE_BEGIN},
    ROW(VALUE_BEGIN) = {INK(VALUE), BLANK(VALUE_BEGIN), [CR] = VALUE_LF},
    ROW(VALUE) = {BLANK(VALUE), INK(VALUE), [CR] = VALUE_LF},
    ROW(VALUE_LF) = {[LF] = FIELD},
    ROW(HEAD_LF) = {[LF] = HEAD_END},

    ROW(CHUNK_BEGIN) = {[TOKEN] = SIZE},
    ROW(SIZE) = {[TOKEN] = SIZE, BLANK(EXTENSION_END), [SEMICOLON] = EXTENSION_BEGIN, [CR] = SIZE_LF},
    ROW(EXTENSION_BEGIN) = {BLANK(EXTENSION_BEGIN), [TOKEN] = EXTENSION_NAME},
    ROW(EXTENSION_NAME) = {[TOKEN] = EXTENSION_NAME, BLANK(EXTENSION_NAME_END), [EQUALS] = EXTENSION_VALUE_BEGIN,
                           [SEMICOLON] = EXTENSION_BEGIN, [CR] = SIZE_LF},
    ROW(EXTENSION_NAME_END) = {BLANK(EXTENSION_NAME_END), [EQUALS] = EXTENSION_VALUE_BEGIN,
                               [SEMICOLON] = EXTENSION_BEGIN},
    ROW(EXTENSION_VALUE_BEGIN) = {BLANK(EXTENSION_VALUE_BEGIN), [TOKEN] = EXTENSION_VALUE, [QUOTE] = QUOTED},
    ROW(EXTENSION_VALUE) = {[TOKEN] = EXTENSION_VALUE, BLANK(EXTENSION_END), [SEMICOLON] = EXTENSION_BEGIN,
                            [CR] = SIZE_LF},
    ROW(QUOTED) = {BLANK(QUOTED), MARK(QUOTED), [BACKSLASH] = QUOTED_PAIR, [QUOTE] = QUOTED_END},
    ROW(QUOTED_PAIR) = {BLANK(QUOTED), INK(QUOTED)},
    ROW(QUOTED_END) = {BLANK(EXTENSION_END), [SEMICOLON] = EXTENSION_BEGIN, [CR] = SIZE_LF},
    ROW(EXTENSION_END) = {BLANK(EXTENSION_END), [SEMICOLON] = EXTENSION_BEGIN},
    ROW(SIZE_LF) = {[LF] = DATA},
    ROW(DATA_CR) = {[CR] = DATA_LF},
    ROW(DATA_LF) = {[LF] = CHUNK_BEGIN},
};

static enum byte_class class_of(unsigned char byte)
{
    static const uint32_t token[4] = {0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff}; /* one bit for each byte below 128 */
    static const char marks[] = "\r\n\t :;=\"\\";                              /* in the order of enum byte_class */
    const char *mark;

    if (byte < 128 && (token[byte >> 5] >> (byte & 31) & 1)) {
        return TOKEN;
    }
    mark = memchr(marks, byte, sizeof marks - 1);
    if (mark != NULL) {
        return (enum byte_class)(CR + (mark - marks));
    }
    return byte < ' ' || byte == 127 ? CONTROL : VISIBLE;
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

#define WORD_SIZE 18
#define NO_WORD 0xff

static const char words[][WORD_SIZE] = {
    /* 0: names */ "content-type", "content-length", "content-encoding", "transfer-encoding", "retry-after",
    "x-request-id", "request-id",
    /* 7: content types */ "text/event-stream", "application/",
    /* 9: behind application/ */ "json", "+json", "ndjson", "x-ndjson", "jsonl", "jsonlines", "json-seq", "stream+json",
    /* 17: codings */ "identity",
    /* 18 */ "chunked"};

enum { WORD_EVENT_STREAM, WORD_APPLICATION };         /* in the list of CONTENT_TYPE */
enum { WORD_JSON, WORD_PLUS_JSON, WORD_FIRST_NDJSON }; /* in the list of APPLICATION */

/* How a value is read. */
static const struct {
    uint8_t first_word, words;
    char separator; /* ends an element of a list; behind that of a media type come its parameters */
} fields[] = {
    [CONTENT_TYPE] = {7, 2, ';'},      [CONTENT_LENGTH] = {0, 0, ','}, [CONTENT_ENCODING] = {17, 1, ','},
    [TRANSFER_ENCODING] = {18, 1, ','}, [RETRY_AFTER] = {0, 0, '\0'},   [REQUEST_ID] = {0, 0, '\0'},
    [REQUEST_ID_TOO] = {0, 0, '\0'},    [APPLICATION] = {9, 8, ';'},    [NAMES] = {0, 7, '\0'},        [OTHER] = {0, 0, '\0'},
};

/* Where the reading of a value is. */
enum phase {
    BEFORE, /* nothing of the element came yet */
    INSIDE,
    BEHIND, /* a blank came behind it */
    SETTLED, /* the rest of the value does not matter */
    BROKEN  /* the value is none that this room knows */
};

enum flag {
    LENGTH = 1,        /* Content-Length came; until the body it is in `remaining` */
    LEADING_ZERO = 2,  /* ... with a zero in front */
    CHUNKED = 4,       /* Transfer-Encoding: chunked came */
    VERSION_1_0 = 8,   /* the status line says HTTP/1.0 */
    PASSED_OVER = 16   /* the fields are not those of the final head: 1xx, trailers */
};

static void begin_words(rill_http *http, enum field field)
{
    http->field = (uint8_t)field;
    http->matched = 0;
    http->candidates = (uint8_t)((1u << fields[field].words) - 1);
}

static void match(rill_http *http, unsigned char byte)
{
    const char(*word)[WORD_SIZE] = words + fields[http->field].first_word;
    unsigned candidates = http->candidates;
    unsigned bit;

    if (byte >= 'A' && byte <= 'Z') {
        byte |= 0x20;
    }
    for (bit = 1; bit <= candidates; bit <<= 1, word++) {
        if ((candidates & bit) && (unsigned char)(*word)[http->matched] != byte) {
            candidates &= ~bit;
        }
    }
    http->candidates = (uint8_t)candidates;
    http->matched++; /* may wrap: it is not looked at without candidates */
}

/* Which word of the list has come, all of it. */
static unsigned word_of(const rill_http *http)
{
    const char(*word)[WORD_SIZE] = words + fields[http->field].first_word;
    unsigned index;

    for (index = 0; http->candidates >> index; index++) {
        if ((http->candidates >> index & 1) && word[index][http->matched] == '\0') {
            return index;
        }
    }
    return NO_WORD;
}

/* number = number * base + digit, base 10 or 16; false when the byte is no digit or 64 bits do not hold the number. */
static bool add_digit(rill_http *http, unsigned char byte, unsigned base)
{
    bool decimal = base == 10;
    uint64_t number = http->number;
    unsigned digit = byte - (unsigned)'0';

    if (digit > 9) {
        digit = (byte | 0x20u) - 'a';
        if (digit >= base - 10) {
            return false;
        }
        digit += 10;
    }
    if (number > (decimal ? UINT64_MAX / 10 : UINT64_MAX / 16)) {
        return false;
    }
    number = decimal ? (number << 3) + (number << 1) : number << 4;
    number += digit;
    http->number = number;
    return number >= digit;
}

/* ---- Values */

static void begin_element(rill_http *http)
{
    http->phase = BEFORE;
    http->number = 0;
    begin_words(http, (enum field)http->field);
}

/* RFC 9112 6.3: the same value again, or as a list, is one length. A zero in front is a digit as well, but not every
 * reader takes 030 for 30, so it is not the same. */
static bool end_length(rill_http *http)
{
    if (http->phase == BEFORE) {
        return false;
    }
    if (http->flags & LENGTH) {
        return http->number == http->remaining && !(http->flags & LEADING_ZERO);
    }
    http->flags |= LENGTH;
    http->remaining = http->number;
    return true;
}

/* An element is complete; false: it says something else than the room knows. RFC 9110 5.6.1: empty ones are skipped. */
static bool end_element(rill_http *http)
{
    unsigned word = word_of(http);

    if (http->field == CONTENT_LENGTH) {
        return end_length(http);
    }
    if (http->phase == BEFORE) {
        return true;
    }
    switch (http->field) {
    case TRANSFER_ENCODING:
        if (http->flags & CHUNKED) {
            return false; /* RFC 9112 6.1: not chunked twice */
        }
        http->flags |= CHUNKED;
        break;
    case RETRY_AFTER:
        http->retry_after =
            http->number < RILL_HTTP_NO_RETRY_AFTER ? (uint32_t)http->number : RILL_HTTP_NO_RETRY_AFTER - 1;
        return true;
    case CONTENT_TYPE:
        http->content = word == WORD_EVENT_STREAM ? RILL_HTTP_CONTENT_SSE : RILL_HTTP_CONTENT_OTHER;
        return true;
    case APPLICATION:
        http->content = word < WORD_FIRST_NDJSON ? RILL_HTTP_CONTENT_JSON : RILL_HTTP_CONTENT_NDJSON;
        break;
    default:
        break;
    }
    return word != NO_WORD;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static void keep_request_id(rill_http *http, char byte)
{
    if (http->request_id_length < RILL_HTTP_REQUEST_ID_SIZE) {
        http->request_id[http->request_id_length++] = byte;
    } else if (!is_blank(byte)) {
        http->request_id_cut = true;
    }
}

static void add_to_element(rill_http *http, unsigned char byte)
{
    enum field field = (enum field)http->field;

    if (field == CONTENT_LENGTH || field == RETRY_AFTER) {
        if (field == RETRY_AFTER && http->number > UINT32_MAX) {
            http->number = UINT32_MAX; /* large enough, and never beyond 64 bits */
        } else if (field == CONTENT_LENGTH && http->phase == INSIDE && http->number == 0) {
            http->flags |= LEADING_ZERO;
        }
        http->phase = add_digit(http, byte, 10) ? INSIDE : BROKEN;
        return;
    }
    http->phase = INSIDE;
    match(http, byte);
    if (field == CONTENT_TYPE && word_of(http) == WORD_APPLICATION) {
        begin_words(http, APPLICATION);
    } else if (byte == '+' && http->candidates == 0 && fields[field].separator == ';') {
        begin_words(http, APPLICATION); /* RFC 6839 3.1: whatever/whatever+json is JSON */
        http->candidates = 1 << WORD_PLUS_JSON;
        http->matched = 1;
    }
}

static void add_to_value(rill_http *http, unsigned char byte)
{
    enum field field = (enum field)http->field;

    if (field == REQUEST_ID) {
        keep_request_id(http, (char)byte);
    } else if (field == OTHER || http->phase >= SETTLED) {
        return;
    } else if (is_blank((char)byte)) {
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
        http->content = known ? http->content : RILL_HTTP_CONTENT_OTHER;
        break;
    case REQUEST_ID:
        while (http->request_id_length > 0 && is_blank(http->request_id[http->request_id_length - 1])) {
            http->request_id_length--;
        }
        break;
    default:
        break;
    }
    return RILL_OK;
}

/* ---- The head and the framing */

static rill_status add_to_version(rill_http *http, unsigned char byte)
{
    static const char version[] = "HTTP/1.1 ";

    if (byte == '0' && http->matched == 7) {
        http->flags |= VERSION_1_0;
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
    unsigned field = word_of(http);

    if (field >= REQUEST_ID) {
        bool wanted = field != NO_WORD && http->request_id_length == 0; /* the first of them */
        field = wanted ? REQUEST_ID : OTHER;
    }
    http->field = (uint8_t)(http->flags & PASSED_OVER ? OTHER : field);
    begin_element(http);
}

/* RFC 9112 6.3, with 101 among those without a body: what follows it is another protocol's. */
static rill_status end_head(rill_http *http)
{
    unsigned status = http->status;

    if (http->flags & PASSED_OVER) {
        http->state = DONE; /* the trailer section was it that ended */
        if (status < 200) {
            rill_http_begin(http);
        }
        return RILL_OK;
    }
    if ((http->flags & CHUNKED) && (http->flags & (LENGTH | VERSION_1_0))) {
        return RILL_HTTP_TRANSFER; /* RFC 9112 6.1: faulty framing */
    }
    if (status == 101 || status == 204 || status == 304) {
        http->state = DONE;
    } else if (http->flags & CHUNKED) {
        http->state = CHUNK_BEGIN;
    } else if (http->flags & LENGTH) {
        http->state = http->remaining > 0 ? DATA : DONE;
    } else {
        http->state = DATA;
        http->remaining = UINT64_MAX;
    }
    return RILL_OK;
}

static void begin_chunk(rill_http *http)
{
    http->remaining = http->number;
    if (http->remaining == 0) {
        http->state = FIELD;
        http->flags |= PASSED_OVER;
    }
}

/* `byte` led from one state to the next: what that means beyond. */
static rill_status enter(rill_http *http, enum state from, unsigned char byte)
{
    switch ((enum state)http->state) {
    case VERSION:
        return add_to_version(http, byte);
    case STATUS:
        return add_to_status(http, byte);
    case NAME:
        if (from == FIELD) {
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
    case VALUE_LF:
        return end_value(http);
    case HEAD_END:
        return end_head(http);
    case SIZE:
        if (from == CHUNK_BEGIN) {
            http->number = 0;
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
    return state < FIELD ? RILL_HTTP_REASON : state == NAME ? RILL_HTTP_NAME : RILL_HTTP_VALUE;
}

/* The line ends with nothing where a reason or a value might be. */
static bool hands_out_nothing(const rill_http *http, unsigned from)
{
    unsigned state = http->state;

    return ((state == REASON_LF && from != REASON) || (state == VALUE_LF && from == VALUE_BEGIN)) &&
           !(http->flags & PASSED_OVER);
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

static rill_status give(rill_http_piece *piece, rill_http_kind kind, const char *data, size_t length, size_t used)
{
    piece->kind = kind;
    piece->data = data;
    piece->length = length;
    piece->used = used;
    return RILL_OK;
}

rill_status rill_http_next(rill_http *http, const char *bytes, size_t length, rill_http_piece *piece)
{
    size_t start = 0; /* of the span that the state hands out */
    size_t used = 0;

    piece->data = bytes;
    piece->length = 0;
    piece->used = 0;
    if (http->state == FAILED) {
        return failure(http);
    }
    if (http->state == END) {
        return RILL_END;
    }
    for (;;) {
        unsigned from = http->state;
        unsigned char byte;
        unsigned next;
        rill_status status;

        if (from == DONE) {
            http->state = END;
            return give(piece, RILL_HTTP_DONE, NULL, 0, used);
        }
        if (used == length) {
            break;
        }
        if (from == DATA) {
            size_t rest = length - used;
            return give(piece, RILL_HTTP_BODY, bytes + used, rest < http->remaining ? rest : (size_t)http->remaining,
                        used);
        }
        byte = (unsigned char)bytes[used];
        next = transitions[from - BEGIN][class_of(byte)];
        if (next != from) {
            if (start < used && hands_out(http, from)) {
                break;
            }
            start = used;
        }
        http->state = (uint8_t)next;
        status = enter(http, (enum state)from, byte);
        if (status != RILL_OK) {
            http->state = FAILED;
            http->matched = (uint8_t)-(int)status;
            piece->used = used;
            return status;
        }
        used++;
        if (hands_out_nothing(http, from)) {
            return give(piece, kind_of(from), bytes + used, 0, used);
        }
        if (next == HEAD_END && http->state != BEGIN && !(http->flags & PASSED_OVER)) {
            return give(piece, RILL_HTTP_HEAD, NULL, 0, used);
        }
    }
    if (start < used && hands_out(http, http->state)) {
        return give(piece, kind_of(http->state), bytes + start, used - start, used);
    }
    piece->used = used;
    return RILL_MORE;
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
