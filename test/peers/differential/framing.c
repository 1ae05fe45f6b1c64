/* HTTP: the room http beside Debian's http-parser: status, body, and where the response ends. */
#include <ctype.h>
#include <http_parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "differential.h"
#include "rill/http.h"

static const char *const words[] = {
    "\r\n", "\n", "\r", "\r\n\r\n", "\n\n", " ", "\t", ":", ";", ",", "=", "0", "1", "5", "a", "F", "00000000",
    "0\r\n", "0\r\n\r\n", "\r\n0\r\n\r\n", "5\r\nhello\r\n", "ffffffff", "100000000", "ffffffffffffffff",
    "10000000000000000", "18446744073709551616", "; a=b", ";a=\"b\"", "Content-Length: 5\r\n",
    "Content-Length: 0\r\n", "Content-Length: 5, 5\r\n", "Content-Length:\r\n", "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Connection: close\r\n",
    "Connection: upgrade\r\n", "Upgrade: h2c\r\n", "Transfer-Encodings: x\r\n", "X: y\r\n", " folded\r\n", "chunked", "identity",
    "HTTP/1.1 200 OK\r\n", "HTTP/1.0 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 204 No\r\n", "304",
    "101", "199", "1000", "99", "HTTP/2.0", "\x80", "\xff", "\x01", "\x7f", "(", "\"", "@", "_", NULL};

typedef struct answer {
    bool taken; /* the response is complete */
    unsigned status;
    char body[DOCUMENT_MAX];
    size_t body_length;
    size_t end;       /* where it ends, or where it was refused */
    size_t data_end;  /* of the body, when it was the last piece; else 0 */
} answer;

static void add_body(answer *all, const char *bytes, size_t length)
{
    memcpy(all->body + all->body_length, bytes, length);
    all->body_length += length;
}

/* ---- rill */

static rill_status read_rill(const document *one, answer *all)
{
    rill_http http;
    rill_http_piece piece;
    rill_status status;
    size_t at = 0;
    rill_http_begin(&http);
    while ((status = rill_http_next(&http, one->bytes + at, one->length - at, &piece)) == RILL_OK) {
        at += piece.used;
        all->data_end = 0;
        if (piece.kind == RILL_HTTP_BODY) {
            add_body(all, piece.data, piece.length);
            rill_http_take(&http, piece.length);
            at += piece.length;
            all->data_end = at;
        } else if (piece.kind == RILL_HTTP_HEAD) {
            all->status = http.status;
        }
    }
    all->end = at + (status == RILL_END ? 0 : piece.used);
    status = rill_http_close(&http);
    all->taken = status == RILL_END;
    return status;
}

/* ---- http-parser */

/* 1: there is no body, whatever the head says (RFC 9112 6.3). It leaves that to its user. */
static int on_head(http_parser *parser)
{
    unsigned status = parser->status_code;
    ((answer *)parser->data)->status = status;
    return status < 200 || status == 204 || status == 304;
}

static int on_body(http_parser *parser, const char *bytes, size_t length)
{
    add_body(parser->data, bytes, length);
    return 0;
}

/* The parser stops behind each response; those of 1xx are passed over, but for 101. */
static int on_complete(http_parser *parser)
{
    answer *all = parser->data;
    bool interim = all->status < 200 && all->status != 101;
    all->taken = !interim;
    if (!interim)
        http_parser_pause(parser, 1);
    return 0;
}

static enum http_errno read_peer(const document *one, answer *all)
{
    http_parser parser;
    http_parser_settings settings;
    http_parser_settings_init(&settings);
    settings.on_headers_complete = on_head;
    settings.on_body = on_body;
    settings.on_message_complete = on_complete;
    http_parser_init(&parser, HTTP_RESPONSE);
    parser.data = all;
    all->end = http_parser_execute(&parser, &settings, one->bytes, one->length);
    if (HTTP_PARSER_ERRNO(&parser) == HPE_OK && !all->taken && all->end == one->length)
        http_parser_execute(&parser, &settings, one->bytes, 0); /* the connection ends */
    return HTTP_PARSER_ERRNO(&parser);
}

/* ---- where they differ */

enum {
    LENGTH_AGAIN,
    LENGTH_ELSEWHERE,
    LENGTH_LARGEST,
    NO_CODING,
    LONGER_NAME,
    LF_ALONE,
    CR_ALONE,
    CONTROL,
    STATUS_LINE,
    NAME,
    CODING,
    SIZE,
    EXTENSION,
    BEHIND_DATA
};

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n"

static const deviation deviations[] = {
    [LENGTH_AGAIN] = {"rill takes it, http-parser refuses its Content-Length",
        "the same number in a list or in several lines, or a tab beside it: RFC 9110 8.6, 5.5",
        SHOWN_BY(OK "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi")},
    [LENGTH_ELSEWHERE] = {"rill takes it, http-parser refuses the Content-Length of an interim response or a trailer",
        "neither frames anything: RFC 9110 15.2, 6.5.1",
        SHOWN_BY(CHUNKED "\r\n0\r\nContent-Length: x\r\n\r\n")},
    [LENGTH_LARGEST] = {"rill takes it, http-parser refuses a Content-Length just below 2^64",
        "http-parser keeps these for itself",
        SHOWN_BY("HTTP/1.1 304 No\r\nContent-Length: 18446744073709551615\r\n\r\n")},
    [NO_CODING] = {"rill sees chunks, http-parser a body until the end",
        "an empty element, a tab or a fold in Transfer-Encoding: RFC 9110 5.6.1.2, 5.6.3, RFC 9112 5.2",
        SHOWN_BY(OK "Transfer-Encoding: chunked,\r\n\r\n2\r\nhi\r\n0\r\n\r\n")},
    [LONGER_NAME] = {"http-parser takes a field for Transfer-Encoding whose name only begins so",
        "a fault of http-parser 2.9.4",
        SHOWN_BY(CHUNKED "Transfer-Encodings: x\r\n\r\n2\r\nhi\r\n0\r\n\r\n")},
    [LF_ALONE] = {"rill refuses a line end of LF alone",
        "RFC 9112 2.2 lets a reader choose; one in front of it may choose otherwise",
        SHOWN_BY(OK "A: b\n\r\n")},
    [CR_ALONE] = {"rill refuses a CR without LF",
        "RFC 9112 2.2 lets a reader refuse it; http-parser passes it over in a status line",
        SHOWN_BY("HTTP/1.1 200 OK\rAB: c\r\n\r\n")},
    [CONTROL] = {"rill refuses a control character in the head",
        "RFC 9110 5.5; http-parser passes some over",
        SHOWN_BY("HTTP/1.1 200 O\x01K\r\n\r\n")},
    [STATUS_LINE] = {"rill refuses a status line",
        "RFC 9112 4: HTTP/1.x, one blank, three digits from 100 up; Debian's http-parser is not built to be strict",
        SHOWN_BY("HTTP/2.0 200 OK\r\n\r\n")},
    [NAME] = {"rill refuses a field's name",
        "RFC 9112 5.1: a token, then the colon; Debian's http-parser takes blanks, too",
        SHOWN_BY(OK "A b: c\r\n\r\n")},
    [CODING] = {"rill refuses a Transfer-Encoding",
        "RFC 9112 6.1: other than chunked once, or with HTTP/1.0; http-parser reads on to the end",
        SHOWN_BY(OK "Transfer-Encoding: gzip\r\n\r\nhi")},
    [SIZE] = {"rill refuses a byte above 7F in a chunk's size",
        "a fault of http-parser 2.9.4: its table says 0 for these",
        SHOWN_BY(CHUNKED "\r\n\xff\x32\r\nhi\r\n0\r\n\r\n")},
    [EXTENSION] = {"rill refuses the extension of a chunk",
        "RFC 9112 7.1.1 has a grammar for it; http-parser passes over all",
        SHOWN_BY(CHUNKED "\r\n2;;\r\nhi\r\n0\r\n\r\n")},
    [BEHIND_DATA] = {"rill refuses what stands behind a chunk's data",
        "RFC 9112 7.1: CRLF; Debian's http-parser passes over two bytes of any kind",
        SHOWN_BY(CHUNKED "\r\n2\r\nhi??0\r\n\r\n")},
    {NULL, NULL, NULL, 0},
};

static bool is_token(char byte)
{
    return isalnum((unsigned char)byte) || (byte != '\0' && strchr("!#$%&'*+-.^_`|~", byte) != NULL);
}

/* The line that holds the byte at hand has one of these in front of it. */
static bool line_has(const document *one, size_t at, const char *bytes)
{
    while (at > 0 && one->bytes[at - 1] != '\n')
        if (strchr(bytes, one->bytes[--at]) != NULL && one->bytes[at] != '\0')
            return true;
    return false;
}

/* Whether a line in front of `end` begins with the text; *behind: what stands behind it in the last such line. */
static unsigned count_lines(const document *one, size_t end, const char *text, size_t *behind)
{
    unsigned found = 0;
    size_t length = strlen(text);
    for (size_t at = 0; at + length <= end; at++) {
        bool begins = at == 0 || one->bytes[at - 1] == '\n';
        if (begins && strncasecmp(one->bytes + at, text, length) == 0) {
            found++;
            *behind = at + length;
        }
    }
    return found;
}

/* From 18446744073709551610 to the largest number of 64 bits. */
static bool has_largest_length(const document *one)
{
    static const char digits[] = "1844674407370955161";
    enum { LENGTH = sizeof digits - 1 };
    for (size_t at = 1; at + LENGTH + 1 < one->length; at++) {
        const char *begin = one->bytes + at, *last = begin + LENGTH;
        bool whole = !isdigit((unsigned char)begin[-1]) && !isdigit((unsigned char)last[1]);
        if (memcmp(begin, digits, LENGTH) == 0 && *last >= '0' && *last <= '5' && whole)
            return true;
    }
    return false;
}

/* All numbers in the Content-Length fields of the head at hand are the same one. */
static bool says_one_length(const document *one, size_t head)
{
    bool inside = false, first = true;
    unsigned long long length = 0;
    for (size_t at = head; at + 1 < one->length; at++) {
        bool begins = one->bytes[at - 1] == '\n' && one->bytes[at] != ' ' && one->bytes[at] != '\t';
        if (begins && one->bytes[at] == '\r')
            break;
        if (begins)
            inside = one->length - at > 15 && strncasecmp(one->bytes + at, "content-length:", 15) == 0;
        if (!inside || !isdigit((unsigned char)one->bytes[at]) || isdigit((unsigned char)one->bytes[at - 1]))
            continue;
        unsigned long long next = strtoull(one->bytes + at, NULL, 10); /* behind a head there is a byte that ends it */
        if (!first && next != length)
            return false;
        first = false;
        length = next;
    }
    return !first;
}

/* The line that holds the byte at hand is of a field of this name, its colon with it, perhaps folded. */
static bool is_in_field(const document *one, size_t at, const char *name)
{
    size_t begin = at, length = strlen(name);
    while (begin > 0 && (one->bytes[begin - 1] != '\n' || one->bytes[begin] == ' ' || one->bytes[begin] == '\t'))
        begin--;
    return one->length - begin >= length && strncasecmp(one->bytes + begin, name, length) == 0;
}

/* http-parser refuses what rill takes. */
static int peer_refused(const document *one, enum http_errno error, const answer *theirs)
{
    size_t status = 1;
    if (error != HPE_INVALID_CONTENT_LENGTH && error != HPE_UNEXPECTED_CONTENT_LENGTH)
        return NOT_LISTED;
    if (theirs->status >= 200) /* of a chunk's size it says the same; of no value, at the line behind */
        return is_in_field(one, theirs->end - 1, "content-length:") ? LENGTH_ELSEWHERE : NOT_LISTED;
    if (count_lines(one, theirs->end, "HTTP/1.", &status) > 0 && one->bytes[status + 2] == '1')
        return LENGTH_ELSEWHERE;
    if (has_largest_length(one))
        return LENGTH_LARGEST;
    return says_one_length(one, status) ? LENGTH_AGAIN : NOT_LISTED;
}

/* rill refuses what http-parser takes. */
static int rill_refused(const document *one, rill_status status, const answer *ours)
{
    size_t at = ours->end;
    char byte = at < one->length ? one->bytes[at] : '\0', before = at > 0 ? one->bytes[at - 1] : '\0';
    bool control = (unsigned char)byte < 0x20 || byte == 0x7f;
    if (status == RILL_HTTP_CHUNK && ours->data_end > 0 && at - ours->data_end < 2)
        return byte != (at == ours->data_end ? '\r' : '\n') ? BEHIND_DATA : NOT_LISTED;
    if (status == RILL_HTTP_TRANSFER)
        return CODING;
    if (byte == '\n' && before != '\r')
        return LF_ALONE;
    if (byte != '\n' && before == '\r')
        return CR_ALONE;
    if (status == RILL_HTTP_CHUNK && (unsigned char)byte > 0x7f)
        return SIZE;
    if (status == RILL_HTTP_CHUNK)
        return line_has(one, at + 1, "; \t") ? EXTENSION : NOT_LISTED;
    if (control && byte != '\r')
        return CONTROL;
    if (status == RILL_HTTP_STATUS_LINE)
        return STATUS_LINE;
    return status == RILL_HTTP_FIELD && !is_token(byte) ? NAME : NOT_LISTED;
}

/* A list of codings that may have an element of nothing, in several lines perhaps; or blanks that http-parser takes for one. */
static bool has_no_coding(const document *one)
{
    size_t at;
    unsigned lines = count_lines(one, one->length, "transfer-encoding:", &at);
    if (lines == 0)
        return false;
    const char *list = one->bytes + at, *end = memchr(list, '\n', one->length - at);
    if (lines > 1 || end == NULL)
        return lines > 1;
    bool folded = end + 1 < one->bytes + one->length && (end[1] == ' ' || end[1] == '\t');
    return folded || memchr(list, ',', (size_t)(end - list)) != NULL || memchr(list, '\t', (size_t)(end - list)) != NULL;
}

static bool has_longer_name(const document *one)
{
    size_t behind;
    for (size_t end = one->length; end > 0; end--)
        if (count_lines(one, end, "transfer-encoding", &behind) > 0 && is_token(one->bytes[behind]))
            return true;
    return false;
}

static bool begins_alike(const answer *ours, const answer *theirs)
{
    return ours->body_length <= theirs->body_length && memcmp(ours->body, theirs->body, ours->body_length) == 0;
}

static int compare(const document *one, char *told, size_t size)
{
    static answer ours, theirs;
    memset(&ours, 0, sizeof ours);
    memset(&theirs, 0, sizeof theirs);
    rill_status status = read_rill(one, &ours);
    enum http_errno error = read_peer(one, &theirs);
    snprintf(told, size, "rill: %s at %zu, status %u, %zu bytes; http-parser: %s at %zu, status %u, %zu bytes",
             rill_status_text(status), ours.end, ours.status, ours.body_length, http_errno_name(error), theirs.end, theirs.status,
             theirs.body_length);
    bool alike = begins_alike(&ours, &theirs), same = alike && ours.body_length == theirs.body_length;
    if (!ours.taken && !theirs.taken)
        return BOTH_REFUSE;
    if (ours.taken && theirs.taken && ours.status == theirs.status && same && ours.end == theirs.end)
        return BOTH_TAKE;
    int row = ours.taken ? (theirs.taken ? NOT_LISTED : peer_refused(one, error, &theirs)) : rill_refused(one, status, &ours);
    if ((row == NOT_LISTED || !alike) && has_longer_name(one))
        return LONGER_NAME;
    if ((row == NOT_LISTED || !alike) && theirs.taken && has_no_coding(one))
        return NO_CODING;
    return alike || !theirs.taken ? row : NOT_LISTED;
}

const subject framing = {"framing", "http-parser", words, deviations, compare};
