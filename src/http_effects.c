/* No line is stored: names, and the words of the values that matter, are matched while they pass. */
#include <string.h>

#include "http_inside.h"

/* ---- Words: names of fields and what their values may say, matched byte by byte against all of one list at once. */

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
} fields[OTHER + 1] = { /* that of the rest is no word, nor a list */
    [CONTENT_TYPE] = {TYPES, 0x03, ';'},
    [CONTENT_LENGTH] = {0, 0, ','},
    [CONTENT_ENCODING] = {IDENTITY, 0x01, ','},
    [TRANSFER_ENCODING] = {CHUNKED_WORD, 0x01, ','},
    [APPLICATION] = {APPLICATIONS, 0xff, ';'},
    [NAMES] = {0, 0x7f, '\0'},
};

/*@ requires \valid(http) && 0 <= field <= OTHER;
    assigns http->field, http->matched, http->candidates;
    ensures http->field == field && http->matched == 0 && http_candidates(http);
*/
static void begin_words(rill_http *http, enum field field)
{
    http->field = (uint8_t)field;
    http->matched = 0;
    http->candidates = fields[field].candidates;
}

/* Drops the candidates that do not go on with `byte`; NUL leaves the one that is complete. */
/*@ requires \valid(http) && http->field <= OTHER && http_candidates(http);
    assigns http->candidates, http->matched;
    ensures byte != 0 ==> http_candidates(http);
*/
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
    uint16_t *number = http->number;

    memset(number, 0, sizeof http->number);
}

/* number = number * base + digit, base 10 or 16; false when the byte is no digit or 64 bits do not hold the number. */
/*@ requires \valid(http) && (base == 10 || base == 16);
    assigns http->number[0 .. 3];
*/
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
    /*@ loop invariant i <= 4;
        loop assigns i, digit, http->number[0 .. 3];
        loop variant 4 - i;
    */
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
/*@ requires \valid(http) && http->field <= OTHER && http->phase < SETTLED && http_candidates(http);
    assigns http->candidates, http->matched, http->flags, http->remaining, http->retry_after, http->content;
*/
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

/*@ requires \valid(http) && http->request_id_length <= RILL_HTTP_REQUEST_ID_SIZE;
    assigns http->request_id[0 .. RILL_HTTP_REQUEST_ID_SIZE - 1], http->request_id_length, http->request_id_cut;
    ensures http->request_id_length <= RILL_HTTP_REQUEST_ID_SIZE;
*/
static void keep_request_id(rill_http *http, unsigned char byte)
{
    if (http->request_id_length == 0 && is_blank(byte)) {
        return; /* in front of it: its line was folded (RFC 9112 5.2) */
    }
    if (http->request_id_length < RILL_HTTP_REQUEST_ID_SIZE) {
        http->request_id[http->request_id_length++] = (char)byte;
    } else if (!is_blank(byte)) {
        http->request_id_cut = true;
    }
}

/*@ requires \valid(http) && http->field <= OTHER && http->phase < SETTLED && http_candidates(http) && byte != 0;
    assigns http->number[0 .. 3], http->flags, http->phase, http->field, http->candidates, http->matched;
    ensures http->field <= OTHER && http->phase <= BROKEN && http_candidates(http);
*/
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

/*@ requires \valid(http) && http_behind(http, VALUE) && byte != 0;
    assigns *http;
    ensures http_bounds(http) && http->state == \old(http->state);
    ensures http->phase < SETTLED ==> http_candidates(http);
*/
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

/*@ requires \valid(http) && http->request_id_length <= RILL_HTTP_REQUEST_ID_SIZE;
    assigns http->request_id_length;
    ensures http->request_id_length <= \old(http->request_id_length);
*/
static void trim_request_id(rill_http *http)
{
    /*@ loop invariant http->request_id_length <= \at(http->request_id_length, Pre);
        loop assigns http->request_id_length;
        loop variant http->request_id_length;
    */
    while (http->request_id_length > 0 && is_blank((unsigned char)http->request_id[http->request_id_length - 1])) {
        http->request_id_length--;
    }
}

/*@ requires \valid(http) && http_behind(http, FOLD);
    assigns *http;
    ensures \result == RILL_OK || \result == RILL_HTTP_LENGTH || \result == RILL_HTTP_TRANSFER;
    ensures http_bounds(http) && http->state == \old(http->state);
*/
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

/* A digit of the status: 100 to 999. */
static rill_status add_to_status(rill_http *http, unsigned char byte)
{
    unsigned status = http->status * 10u + byte - '0';

    http->status = (uint16_t)status;
    if (status >= 100 && status < 200 && status != 101) {
        http->flags |= PASSED_OVER;
    }
    return status == 0 ? RILL_HTTP_STATUS_LINE : RILL_OK;
}

/*@ requires \valid(http) && http_behind(http, NAME);
    assigns *http;
    ensures http_behind(http, VALUE_BEGIN) && http->state == \old(http->state);
*/
static void end_name(rill_http *http)
{
    unsigned field = CONTENT_TYPE;
    unsigned candidates;

    match(http, '\0');
    /*@ loop invariant field <= OTHER;
        loop assigns field, candidates;
        loop variant OTHER - field;
    */
    for (candidates = http->candidates; !(candidates & 1) && field != OTHER; candidates >>= 1) {
        field++;
    }
    if (field >= REQUEST_ID) {
        field = field < NAMES && http->request_id_length == 0 ? REQUEST_ID : OTHER; /* the first of them */
    }
    http->field = (uint8_t)(http->flags & PASSED_OVER ? OTHER : field);
    begin_element(http);
}

/* RFC 9112 6.3, with 101 among those without a body: what follows it is another protocol's. */
/*@ requires \valid(http) && http_bounds(http);
    assigns *http;
    ensures \result == RILL_OK || \result == RILL_MORE || \result == RILL_HTTP_TRANSFER;
    ensures \result >= 0 ==> http->state == DATA || http->state == DONE || http->state == CHUNK_BEGIN ||
            http->state == BEGIN;
    ensures http_bounds(http);
*/
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

rill_status rill_http_enter(rill_http *http, unsigned from, unsigned char byte)
{
    if (from == FOLD && http->state != VALUE) { /* the value did not go on */
        rill_status status = end_value(http);
        if (status != RILL_OK) {
            return status;
        }
    }
    switch ((enum state)http->state) {
    case MINOR: /* a higher minor version is read as 1.1, RFC 9110 2.5 */
        http->flags |= byte == '0' ? VERSION_1_0 : 0;
        break;
    case STATUS_2:
    case STATUS_3:
    case STATUS_END:
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
