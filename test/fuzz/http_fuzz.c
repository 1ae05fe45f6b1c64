/* The http room alone: what it hands out does not depend on how the response is cut; and what it takes for a whole response
 * Debian's http-parser takes for one, too, with the same status, body and end. */
#include <http_parser.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fuzz.h"
#include "growing.h"
#include "logs/http_log.h"

/* Digits of the head. */
enum { HEAD_CUTS, HEAD_SEED, HEAD_HALF };

static void add(void *text, const char *bytes, size_t length)
{
    growing_add(text, bytes, length);
}

static void run(const fuzz_input *input, bool half, fuzz_cuts cuts, growing *text)
{
    http_log log;
    http_log_begin(&log, (sink){add, text}, half);
    for (size_t at = 0; at < input->length && log.end == RILL_MORE;) {
        size_t length = fuzz_cut(&cuts, input->length - at);
        char *piece = fuzz_copy(input->bytes + at, length);
        uint64_t before = fuzz_steps;
        http_log_feed(&log, piece, length);
        uint64_t steps = fuzz_steps - before;
        fuzz_must(steps <= 400 + 200 * (uint64_t)length, "%llu steps for %zu bytes", (unsigned long long)steps, length);
        free(piece);
        at += length;
    }
    http_log_end(&log, input->length);
    const char *fault = strstr(text->text, "\nFAULT ");
    fuzz_must(fault == NULL, "a piece breaks the contract of the room: %.80s", fault);
}

/* ---- two parsers */

typedef struct answer {
    unsigned status;
    bool complete; /* all of it is there; it may go on until the connection ends */
    rill_status end;         /* ours: RILL_END, RILL_HTTP_CUT or an error */
    char refused;            /* ours: the byte at which it broke; behind_data: where a chunk's data should have ended */
    bool behind_data;
    uint64_t chunks[64], chunk_end; /* theirs: bytes of the body up to the end of each */
    size_t chunk_count;
    growing body;
} answer;

static void read_rill(const fuzz_input *input, answer *all)
{
    rill_http http;
    rill_http_piece piece;
    rill_status status;
    size_t at = 0;
    rill_http_begin(&http);
    while ((status = rill_http_next(&http, input->bytes + at, input->length - at, &piece)) == RILL_OK) {
        at += piece.used;
        all->behind_data = piece.kind == RILL_HTTP_BODY;
        if (piece.kind == RILL_HTTP_BODY) {
            growing_add(&all->body, piece.data, piece.length);
            rill_http_take(&http, piece.length);
            at += piece.length;
        } else if (piece.kind == RILL_HTTP_HEAD) {
            all->status = http.status;
        }
    }
    at += status < 0 ? piece.used : 0;
    all->refused = at < input->length ? input->bytes[at] : '\0';
    all->end = rill_http_close(&http);
    all->complete = all->end == RILL_END;
}

/* 1: there is no body, whatever the head says (RFC 9112 6.3). It leaves that to its user. */
static int on_head(http_parser *parser)
{
    unsigned status = parser->status_code;
    ((answer *)parser->data)->status = status;
    return status < 200 || status == 204 || status == 304;
}

static int on_body(http_parser *parser, const char *bytes, size_t length)
{
    growing_add(&((answer *)parser->data)->body, bytes, length);
    return 0;
}

static int on_chunk(http_parser *parser)
{
    answer *all = parser->data;
    all->chunk_end += parser->content_length;
    if (all->chunk_count < sizeof all->chunks / sizeof all->chunks[0])
        all->chunks[all->chunk_count++] = all->chunk_end;
    return 0;
}

/* The parser stops behind each response; those of 1xx are passed over, but for 101. */
static int on_complete(http_parser *parser)
{
    answer *all = parser->data;
    bool interim = all->status < 200 && all->status != 101;
    all->complete = !interim;
    if (!interim)
        http_parser_pause(parser, 1);
    return 0;
}

static enum http_errno read_peer(const fuzz_input *input, answer *all)
{
    http_parser parser;
    http_parser_settings settings;
    http_parser_settings_init(&settings);
    settings.on_headers_complete = on_head;
    settings.on_body = on_body;
    settings.on_chunk_header = on_chunk;
    settings.on_message_complete = on_complete;
    http_parser_init(&parser, HTTP_RESPONSE);
    parser.data = all;
    size_t at = http_parser_execute(&parser, &settings, input->bytes, input->length);
    if (HTTP_PARSER_ERRNO(&parser) == HPE_OK && !all->complete && at == input->length)
        http_parser_execute(&parser, &settings, input->bytes, 0); /* the connection ends */
    return HTTP_PARSER_ERRNO(&parser);
}

static unsigned count(const fuzz_input *input, const char *word)
{
    unsigned found = 0;
    size_t length = strlen(word);
    for (size_t at = 0; at + length <= input->length; at++)
        found += strncasecmp(input->bytes + at, word, length) == 0;
    return found;
}

/* Responses that http-parser refuses though RFC 9112 lets a reader take them. */
static bool is_listed(const fuzz_input *input, enum http_errno error)
{
    switch (error) {
    case HPE_INVALID_CONTENT_LENGTH: /* the same number several times, in a list or in several lines: RFC 9110 8.6 */
    case HPE_UNEXPECTED_CONTENT_LENGTH:
        return count(input, ",") > 0 || count(input, "content-length") > 1;
    default:
        return false;
    }
}

/* Where rill is stricter on purpose (http.h): half line ends and control characters, extensions that are none. What it refuses in
 * a head is not compared. Debian's http-parser passes over what stands behind the data of a chunk in place of its line end: but
 * a chunk must end there for both. */
static bool may_refuse(const fuzz_input *input, const answer *ours, const answer *theirs)
{
    for (size_t i = 0; i < input->length; i++) {
        unsigned char byte = (unsigned char)input->bytes[i];
        char before = i > 0 ? input->bytes[i - 1] : '\0', behind = i + 1 < input->length ? input->bytes[i + 1] : '\n';
        bool whole = (byte == '\n' && before == '\r') || (byte == '\r' && behind == '\n');
        if ((byte < 0x20 && !whole) || byte == 0x7f)
            return true;
    }
    if (ours->end != RILL_HTTP_CHUNK || count(input, ";") > 0 || ours->refused == ' ' || theirs->chunk_count == 64)
        return true;
    for (size_t i = 0; ours->behind_data && i < theirs->chunk_count; i++)
        if (theirs->chunks[i] == ours->body.length)
            return true;
    return false;
}

static void differ(const fuzz_input *input)
{
    answer ours = {.complete = false}, theirs = {.complete = false};
    read_rill(input, &ours);
    enum http_errno error = read_peer(input, &theirs);
    if (ours.complete && theirs.complete) {
        fuzz_must(ours.status == theirs.status, "status %u, by http-parser %u", ours.status, theirs.status);
        fuzz_must(ours.body.length == theirs.body.length &&
                      (ours.body.length == 0 || memcmp(ours.body.text, theirs.body.text, ours.body.length) == 0),
                  "body\n%s\nby http-parser\n%s", ours.body.text, theirs.body.text);
    } else if (ours.complete) {
        fuzz_must(is_listed(input, error), "http-parser does not take it: %s", http_errno_name(error));
    } else if (theirs.complete) {
        fuzz_must(may_refuse(input, &ours, &theirs), "http-parser takes it, rill says: %s", rill_status_text(ours.end));
    }
    growing_free(&ours.body);
    growing_free(&theirs.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = fuzz_open(data, size);
    const uint8_t *head = input.head;
    growing whole = {NULL, 0, 0}, cut = {NULL, 0, 0};
    run(&input, false, fuzz_cuts_of(0, 0), &whole);
    run(&input, head[HEAD_HALF] % 2 == 1, fuzz_cuts_of(head[HEAD_CUTS], head[HEAD_SEED]), &cut);
    fuzz_same_text("http", "in one piece", whole.text, "in several", cut.text);
    growing_free(&whole);
    growing_free(&cut);
    differ(&input);
    return 0;
}
