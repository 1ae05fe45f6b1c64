/* The http room against test/golden/http.txt and, where the shared cases are, against those of five other parsers. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "cases.h"
#include "corpus.h"
#include "logs/http_log.h"

#define WHOLE SIZE_MAX /* of a cut: none */

/* ---- One run: a response through the room, with what came out of it. */

typedef struct run {
    http_log room;
    test_log log;
} run;

static void run_begin(run *self, bool half)
{
    test_log_clear(&self->log);
    http_log_begin(&self->room, test_log_sink(&self->log), half);
}

/* Gives bytes in a block of their own, so that a read beside them is noticed. */
static void run_feed(run *self, const char *given, size_t length)
{
    char *block = malloc(length + 1);

    assert_non_null(block);
    memcpy(block + 1, given, length); /* nothing may be aligned by luck */
    http_log_feed(&self->room, block + 1, length);
    free(block);
}

static void run_end(run *self, size_t length)
{
    http_log_end(&self->room, length);
    assert_null(strstr(self->log.text, "\nFAULT"));
}

/* Feeds `input` in two parts, or in one. */
static void run_cut(run *self, const char *input, size_t length, size_t cut, bool half)
{
    run_begin(self, half);
    if (cut == WHOLE) {
        run_feed(self, input, length);
    } else {
        run_feed(self, input, cut);
        if (self->room.end == RILL_MORE) {
            run_feed(self, input + cut, length - cut);
        }
    }
    run_end(self, length);
}

static void run_bytes(run *self, const char *input, size_t length)
{
    size_t i;

    run_begin(self, false);
    for (i = 0; i < length && self->room.end == RILL_MORE; i++) {
        run_feed(self, input + i, 1);
    }
    run_end(self, length);
}

static bool same_log(const run *self, const char *expect, const char *name, const char *how, size_t cut)
{
    if (strcmp(self->log.text, expect) == 0) {
        return true;
    }
    printf("%s, %s %zu:\n%s--- expected:\n%s", name, how, cut, self->log.text, expect);
    return false;
}

/* Whether the input gives this log whole, byte by byte, and cut at each `step` of its positions. */
static bool gives(run *self, const char *name, const char *input, size_t length, const char *expect, size_t step)
{
    size_t cut;

    run_cut(self, input, length, WHOLE, false);
    if (!same_log(self, expect, name, "whole", 0)) {
        return false;
    }
    run_cut(self, input, length, WHOLE, true);
    if (!same_log(self, expect, name, "body taken by halves", 0)) {
        return false;
    }
    run_bytes(self, input, length);
    if (!same_log(self, expect, name, "byte by byte", 0)) {
        return false;
    }
    for (cut = 0; cut <= length; cut += step) {
        run_cut(self, input, length, cut, false);
        if (!same_log(self, expect, name, "cut at", cut)) {
            return false;
        }
    }
    return true;
}

static void golden(void **state)
{
    test_cases cases = test_cases_read("test/golden/http.txt");
    run self = {0};
    size_t i, failed = 0;

    (void)state;
    for (i = 0; i < cases.count; i++) {
        const test_case *one = &cases.cases[i];

        failed += !gives(&self, one->name, one->input, one->length, one->expect, 1);
    }
    printf("golden: %zu cases run, %zu agreed\n", cases.count, cases.count - failed);
    test_log_free(&self.log);
    test_cases_free(&cases);
    assert_int_equal(failed, 0);
}

/* ---- The shared cases. Other parsers were their source; what they say is compared with what came out of a run. */

typedef struct listed {
    const char *name;
    const char *text;
} listed;

/* Cases whose verdict is not rill's, with the reason. A case that agrees all the same may not stand here. */
static const listed deviations[] = {
    /* A line ends with CRLF: RFC 9112 2.2 lets a reader take a bare LF, it does not ask for it; see src/http.c. */
    {"http-parser-response/no-carriage-ret", "bare LF; llhttp, which came after it, refuses it as well"},
    {"llhttp-response/sample-no-carriage-ret-lenient", "bare LF; its strict twin agrees"},
    {"llhttp-response/invalid-invalid-space-after-start-line-only-lfs-present-lenient", "bare LF; its twin agrees"},
    {"llhttp-response/invalid-invalid-space-after-start-line-only-lfs-present-and-no-body-le", "bare LF; the same"},
    {"picohttpparser-response-head/incomplete-11", "bare LF"},
    {"picohttpparser-chunked/trailer-b-hello-world-0-3", "bare LF behind the trailers"},
    {"picohttpparser-chunked/trailer-6-hello-5-world-0-a-b-c-d-2", "bare LF in the trailers"},
    {"wpt-h1-parsing/status-8-200", "bare LF"},
    {"wpt-h1-parsing/status-9-999-does-it-matter", "bare LF"},
    {"llhttp-response/invalid-bare-cr-after-response-line-lenient", "bare CR, RFC 9112 2.2; its strict twin agrees"},

    {"wpt-h1-parsing/status-4-1-ok", "a status has three digits, RFC 9112 4"},
    {"wpt-h1-parsing/status-5-99-not-ok", "a status has three digits, RFC 9112 4"},
    {"http-parser-response/http-version-0.9", "HTTP/0.9 has no status line, RFC 9112 A"},
    {"llhttp-response/sample-http-version-0.9", "HTTP/0.9 has no status line, RFC 9112 A"},
    {"llhttp-response/sample-rtsp-response", "RTSP is not HTTP"},
    {"llhttp-response/sample-ice-response", "ICE is not HTTP"},

    {"http-parser-response/field-space", "a name is a token, RFC 9110 5.1"},
    {"picohttpparser-response-head/parse-multiline", "folded line, RFC 9112 5.2: one value; its parser hands the folds on as fields without a name"},

    {"http-parser-response/http-101-response-with-upgrade-and-content-length-header", "no body; as llhttp"},
    {"http-parser-response/http-101-response-with-upgrade-and-transfer-encoding-header", "no body; as llhttp"},
    {"llhttp-response/connection-http-1.1-with-keep-alive-disabled-and-204-status",
     "the response is complete; bytes behind it are left over, not an error of it"},
    {"llhttp-response/connection-http-1.1-with-keep-alive-disabled-content-length", "the same"},

    {"http-parser-response/http-200-response-with-chunked-being-not-last-transfer-encoding",
     "a body in another coding cannot be read, whichever way it is framed"},
    {"llhttp-response/transfer-encoding-multiple-transfer-encoding-where-chunked-is-not-the-", "the same on two lines"},
    {"llm-shapes/te-and-cl", "RFC 9112 6.1 lets a reader refuse it, and it ought to be handled as an error"},
    {"http-parser-response/200-trailing-space-on-chunked-body", "blank behind a size, RFC 9112 7.1; llhttp refuses it"},

    /* Browsers ignore a length that is none; RFC 9112 6.3 calls it an error that cannot be mended. */
    {"wpt-content-length/content-length", "empty length"},
    {"wpt-content-length/content-length-0x20", "length with a letter"},
    {"wpt-content-length/content-length-30s", "length with a letter"},
    {"wpt-content-length/content-length-30-4", "length in quotes"},
    {"wpt-content-length/content-length-aaaah-content-length-aaaah", "no number, twice"},
};

static const char *find(const listed *list, size_t count, const char *name)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (strcmp(list[i].name, name) == 0) {
            return list[i].text;
        }
    }
    return NULL;
}
#define FIND(list, name) find(list, sizeof(list) / sizeof(list)[0], name)

/* What a run gave, taken apart: each part is a text of its own. */
typedef struct answer {
    test_log reason, names, values, body; /* names and values: one to a line, blanks at the end removed */
    size_t fields;
    rill_status end;
    bool head, done;
    rill_http http;
} answer;

static void answer_clear(answer *self)
{
    test_log_clear(&self->reason);
    test_log_clear(&self->names);
    test_log_clear(&self->values);
    test_log_clear(&self->body);
    self->fields = 0;
    self->head = self->done = false;
}

static void answer_free(answer *self)
{
    test_log_free(&self->reason);
    test_log_free(&self->names);
    test_log_free(&self->values);
    test_log_free(&self->body);
}

static void add(test_log *log, const char *bytes, size_t length)
{
    test_log_add(log, "%.*s", (int)length, bytes);
}

static void end_line(test_log *log)
{
    while (log->length > 0 && strchr(" \t", log->text[log->length - 1]) != NULL) {
        log->length--;
    }
    test_log_add(log, "\n");
}

static void answer_read(answer *self, const char *input, size_t length)
{
    rill_http_piece piece;
    int last = -1;

    answer_clear(self);
    rill_http_begin(&self->http);
    while (rill_http_next(&self->http, input, length, &piece) == RILL_OK) {
        size_t used = piece.used;

        if (last == RILL_HTTP_VALUE && piece.kind != RILL_HTTP_VALUE) {
            end_line(&self->values);
        }
        last = (int)piece.kind;
        switch (piece.kind) {
        case RILL_HTTP_REASON:
            add(&self->reason, piece.data, piece.length);
            break;
        case RILL_HTTP_NAME:
            add(&self->names, piece.data, piece.length);
            test_log_add(&self->names, "\n");
            self->fields++;
            break;
        case RILL_HTTP_VALUE:
            add(&self->values, piece.data, piece.length);
            break;
        case RILL_HTTP_HEAD:
            self->head = true;
            break;
        case RILL_HTTP_BODY:
            add(&self->body, piece.data, piece.length);
            rill_http_take(&self->http, piece.length);
            used += piece.length;
            break;
        default:
            self->done = true;
            break;
        }
        input += used;
        length -= used;
    }
    end_line(&self->values);
    self->end = rill_http_close(&self->http);
}

static bool differs(bool different, const char *what, const char **why)
{
    if (different) {
        *why = what;
    }
    return different;
}

static bool is_final(json_int_t status)
{
    return status >= 200 || status == 101;
}

/* The status that the source names: of several messages that of the first final one; 0: none. */
static json_int_t expected_status(const json_t *expect, size_t *finals)
{
    json_t *status = json_object_get(expect, "status");
    json_int_t first = json_integer_value(status);
    json_t *one;
    size_t i;

    *finals = 0;
    json_array_foreach(status, i, one) {
        if (is_final(json_integer_value(one)) && ++*finals == 1) {
            first = json_integer_value(one);
        }
    }
    return first;
}

static bool result_agrees(const answer *self, const char *result, bool head_only, const char **why)
{
    rill_status end = head_only && self->head && self->end == RILL_HTTP_CUT ? RILL_END : self->end;
    bool until_close = self->end == RILL_END && !self->done;

    if (strcmp(result, "error") == 0) {
        return !differs(end == RILL_END || end == RILL_HTTP_CUT, "no error", why);
    }
    if (strcmp(result, "complete") == 0) {
        return !differs(end != RILL_END, "not complete", why);
    }
    if (strcmp(result, "body-until-eof") == 0) {
        return !differs(!until_close, "no body until close", why);
    }
    return !differs(self->end != RILL_HTTP_CUT, "not incomplete", why);
}

/* The source has pairs [name, value] or objects with name and value; of two messages those of the second as well. */
static bool fields_agree(const answer *self, const json_t *fields, bool more, const char **why)
{
    const char *name = self->names.text, *value = self->values.text;
    json_t *field;
    size_t i;

    if (fields == NULL) {
        return true;
    }
    if (differs(more ? json_array_size(fields) < self->fields : json_array_size(fields) != self->fields,
                "number of fields", why)) {
        return false;
    }
    json_array_foreach(fields, i, field) {
        const json_t *expected_name = json_is_array(field) ? json_array_get(field, 0) : json_object_get(field, "name");
        const char *expected = json_string_value(
            json_is_array(field) ? json_array_get(field, 1) : json_object_get(field, "value"));
        size_t length = strlen(expected);

        if (i == self->fields) {
            break;
        }
        while (length > 0 && strchr(" \t", expected[length - 1]) != NULL) {
            length--;
        }
        if (length > 1 && strcmp(expected + length - 2, "\\t") == 0) {
            length -= 2; /* the source's way to write a tab */
        }
        if (differs(expected_name != NULL && strncmp(name, json_string_value(expected_name),
                                                     strcspn(name, "\n")) != 0, "name of a field", why) ||
            differs(strcspn(value, "\n") != length || strncmp(value, expected, length) != 0, "value of a field", why)) {
            return false;
        }
        name += strcspn(name, "\n") + 1;
        value += strcspn(value, "\n") + 1;
    }
    return true;
}

/* Whether the verdict of the source is rill's too. */
static bool agrees(const answer *self, const json_t *expect, const char **why)
{
    const char *result = json_string_value(json_object_get(expect, "result"));
    const char *kind = json_string_value(json_object_get(expect, "kind"));
    const json_t *reason = json_object_get(expect, "reason");
    const json_t *body = json_object_get(expect, "body");
    const json_t *body_bytes = json_object_get(expect, "body_bytes");
    const json_t *event_stream = json_object_get(expect, "event_stream");
    size_t finals;
    json_int_t status = expected_status(expect, &finals);

    if (!result_agrees(self, result, strcmp(kind, "response-head") == 0 || strcmp(kind, "headers") == 0, why)) {
        return false;
    }
    if (strcmp(result, "error") == 0) {
        return true;
    }
    return !(differs(status != 0 && status != self->http.status, "status", why) ||
             differs(json_is_string(reason) && strcmp(json_string_value(reason), self->reason.text) != 0, "reason",
                     why) ||
             !fields_agree(self, json_object_get(expect, "headers"), finals > 1, why) ||
             differs(json_is_string(body) && strcmp(json_string_value(body), self->body.text) != 0, "body", why) ||
             differs(!json_is_string(body) && json_is_integer(body_bytes) && finals < 2 &&
                         json_integer_value(body_bytes) != (json_int_t)self->body.length,
                     "length of the body", why) ||
             differs(event_stream != NULL &&
                         json_is_true(event_stream) != (self->http.content == RILL_HTTP_CONTENT_SSE),
                     "kind of content", why));
}

typedef struct count {
    size_t run, agreed, listed, failed;
} counts;

static void run_case(const char *folder, const char *name, counts *count)
{
    answer found = {0};
    run self = {0};
    test_log path = {0};
    const char *why = "", *reason = FIND(deviations, name);
    char *input, *whole, *log;
    size_t length;
    json_t *expect;
    bool agreed;

    test_log_add(&path, "%s/%s.json", folder, name);
    expect = json_load_file(path.text, 0, NULL);
    assert_non_null(expect);
    test_log_clear(&path);
    test_log_add(&path, "%s/%s.bin", folder, name);
    input = test_file_read(path.text, &length);
    assert_non_null(input);
    whole = corpus_http_response(expect, name, input, &length);

    answer_read(&found, whole, length);
    agreed = agrees(&found, expect, &why);
    count->run++;
    count->agreed += agreed;
    count->listed += reason != NULL;
    if (agreed == (reason != NULL)) {
        count->failed++;
        printf("%s: %s\n", name, agreed ? "agrees, but is listed" : why);
    }
    run_cut(&self, whole, length, WHOLE, false);
    log = self.log.text;
    self.log = (test_log){0};
    count->failed += !gives(&self, name, whole, length, log, test_stride());
    free(log);
    test_log_free(&self.log);
    test_log_free(&path);
    answer_free(&found);
    free(whole);
    free(input);
    json_decref(expect);
}

static void run_folder(const char *root, const char *folder, counts *count)
{
    test_log path = {0};
    DIR *directory;
    struct dirent *entry;

    test_log_add(&path, "%s/%s", root, folder);
    directory = opendir(path.text);
    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL) {
        const char *ending = strrchr(entry->d_name, '.');

        if (ending != NULL && strcmp(ending, ".bin") == 0) {
            test_log_clear(&path);
            test_log_add(&path, "%s/%.*s", folder, (int)(ending - entry->d_name), entry->d_name);
            run_case(root, path.text, count);
        }
    }
    test_log_free(&path);
    closedir(directory);
}

static void conformance(void **state)
{
    static const char *const folders[] = {
        "content-type",           "http-parser-response",         "llhttp-response",    "llm-shapes",
        "picohttpparser-chunked", "picohttpparser-headers",       "wpt-content-length", "wpt-h1-parsing",
        "picohttpparser-response-head",
    };
    const char *corpus = test_corpus("http conformance");
    counts count = {0, 0, 0, 0};
    test_log root = {0};
    size_t i;

    (void)state;
    if (corpus == NULL) {
        skip();
    }
    test_log_add(&root, "%s/conformance/http", corpus);
    for (i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        run_folder(root.text, folders[i], &count);
    }
    test_log_free(&root);
    printf("conformance: %zu cases run, %zu agreed, %zu listed\n", count.run, count.agreed, count.listed);
    assert_int_equal(count.failed, 0);
    assert_int_equal(count.listed, sizeof deviations / sizeof deviations[0]);
}

/* ---- Single rules of the contract */

/* Feeds a head and gives what is behind it. */
static const char *feed_head(rill_http *http, const char *response)
{
    const char *end = response + strlen(response);
    rill_http_piece piece = {RILL_HTTP_REASON, NULL, 0, 0};

    rill_http_begin(http);
    while (piece.kind != RILL_HTTP_HEAD) {
        assert_int_equal(rill_http_next(http, response, (size_t)(end - response), &piece), RILL_OK);
        response += piece.used;
    }
    return response;
}

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static void take_in_part(void **state)
{
    rill_http http;
    rill_http_piece piece;
    const char *rest = feed_head(&http, CHUNKED "5\r\nhello\r\n0\r\n\r\n");

    (void)state;
    assert_int_equal(rill_http_next(&http, rest, strlen(rest), &piece), RILL_OK);
    assert_int_equal(piece.kind, RILL_HTTP_BODY);
    assert_int_equal(piece.used, 3);
    assert_ptr_equal(piece.data, rest + 3);
    assert_int_equal(piece.length, 5);
    rest += 3;
    /* what is not taken comes again, as often as one likes, also when fewer bytes are given */
    rill_http_take(&http, 0);
    assert_int_equal(rill_http_next(&http, rest, strlen(rest), &piece), RILL_OK);
    assert_int_equal(piece.length, 5);
    assert_int_equal(piece.used, 0);
    assert_int_equal(rill_http_next(&http, rest, 2, &piece), RILL_OK);
    assert_int_equal(piece.length, 2);
    rill_http_take(&http, 1);
    rest += 1;
    assert_int_equal(rill_http_next(&http, rest, strlen(rest), &piece), RILL_OK);
    assert_int_equal(piece.length, 4);
    assert_memory_equal(piece.data, "ello", 4);
    assert_int_equal(rill_http_close(&http), RILL_HTTP_CUT);
    rill_http_take(&http, 4);
    rest += 4;
    rill_http_take(&http, 4); /* nothing is handed out: no effect */
    assert_int_equal(rill_http_next(&http, rest, strlen(rest), &piece), RILL_OK);
    assert_int_equal(piece.kind, RILL_HTTP_DONE);
    assert_int_equal(piece.used, strlen(rest));
}

static void errors_stay(void **state)
{
    static const char *const responses[] = {"HTTP/3", "HTTP/1.1 200 OK\r\n:", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r",
                                            "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n\r", CHUNKED "x"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof responses / sizeof responses[0]; i++) {
        rill_status expected = (rill_status)(RILL_HTTP_STATUS_LINE - (int)i);
        run self = {0};
        rill_http_piece piece;

        run_begin(&self, false);
        run_feed(&self, responses[i], strlen(responses[i]));
        assert_int_equal(self.room.end, expected);
        rill_http_take(&self.room.http, 1);
        assert_int_equal(rill_http_next(&self.room.http, CHUNKED, sizeof CHUNKED - 1, &piece), expected);
        assert_int_equal(piece.used, 0);
        assert_int_equal(rill_http_next(&self.room.http, "", 0, &piece), expected);
        assert_int_equal(rill_http_close(&self.room.http), expected);
        rill_http_begin(&self.room.http);
        assert_int_equal(rill_http_next(&self.room.http, CHUNKED, sizeof CHUNKED - 1, &piece), RILL_OK);
        test_log_free(&self.log);
    }
}

/* The state is plain data: a copy at any byte goes on as the original would have. */
static void copied_midway(void **state)
{
    static const char response[] = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 Slow down\r\nContent-Type: a/b+json\r\n"
                                   "Retry-After: 12\r\nX-Request-Id: abc\r\nTransfer-Encoding: chunked\r\n\r\n"
                                   "3;a=\"b\"\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nX: y\r\n\r\n";
    const size_t length = sizeof response - 1;
    run whole = {0}, part = {0};
    size_t cut;

    (void)state;
    run_cut(&whole, response, length, WHOLE, false);
    for (cut = 0; cut <= length; cut++) {
        unsigned char saved[sizeof part.room.http];

        run_begin(&part, false);
        run_feed(&part, response, cut);
        memcpy(saved, &part.room.http, sizeof saved);
        memset(&part.room.http, 0xA5, sizeof part.room.http);
        memcpy(&part.room.http, saved, sizeof saved);
        run_feed(&part, response + cut, length - cut);
        run_end(&part, length);
        assert_true(same_log(&part, whole.log.text, "copied", "at", cut));
    }
    test_log_free(&whole.log);
    test_log_free(&part.log);
}

static void no_bytes(void **state)
{
    rill_http http;
    rill_http_piece piece;

    (void)state;
    rill_http_begin(&http);
    assert_int_equal(rill_http_next(&http, "", 0, &piece), RILL_MORE);
    assert_int_equal(piece.used, 0);
    assert_int_equal(rill_http_next(&http, NULL, 0, &piece), RILL_MORE);
    assert_int_equal(rill_http_close(&http), RILL_HTTP_CUT);

    /* what needs no more bytes comes without any */
    feed_head(&http, "HTTP/1.1 204 No Content\r\n\r\n");
    assert_int_equal(rill_http_close(&http), RILL_END);
    assert_int_equal(rill_http_next(&http, NULL, 0, &piece), RILL_OK);
    assert_int_equal(piece.kind, RILL_HTTP_DONE);
    assert_int_equal(piece.used, 0);
    assert_int_equal(rill_http_next(&http, "HTTP", 4, &piece), RILL_END);
    assert_int_equal(piece.used, 0);
    assert_int_equal(rill_http_close(&http), RILL_END);
}

/* The joined log does not show it: a reason and a value that are not there come as one empty piece. */
static void empty_pieces_once(void **state)
{
    static const char response[] = "HTTP/1.1 200\r\nA:\r\nB: c\r\n\r\n";
    static const struct {
        rill_http_kind kind;
        size_t length;
    } expected[] = {{RILL_HTTP_REASON, 0}, {RILL_HTTP_NAME, 1},  {RILL_HTTP_VALUE, 0},
                    {RILL_HTTP_NAME, 1},   {RILL_HTTP_VALUE, 1}, {RILL_HTTP_HEAD, 0}};
    size_t count = 0, i;
    rill_http http;
    rill_http_piece piece;

    (void)state;
    rill_http_begin(&http);
    for (i = 0; i < sizeof response - 1; i++) {
        while (rill_http_next(&http, response + i, 1, &piece) == RILL_OK) {
            assert_true(count < sizeof expected / sizeof expected[0]);
            assert_int_equal(piece.kind, expected[count].kind);
            assert_int_equal(piece.length, expected[count].length);
            count++;
            if (piece.used == 1) {
                break;
            }
        }
    }
    assert_int_equal(count, sizeof expected / sizeof expected[0]);
}

/* A name is a token, RFC 9110 5.6.2: letters, digits and these. */
static void every_byte_in_a_name(void **state)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    int byte;

    (void)state;
    for (byte = 0; byte < 256; byte++) {
        char line[] = "HTTP/1.1 200 OK\r\nx?y: z\r\n\r\n";
        size_t place = strcspn(line, "?");
        bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z', digit = byte >= '0' && byte <= '9';
        bool token = letter || digit || memchr(others, byte, sizeof others - 1) != NULL;
        rill_http http;
        rill_http_piece piece;
        rill_status status;

        line[place] = (char)byte;
        rill_http_begin(&http);
        assert_int_equal(rill_http_next(&http, line, place, &piece), RILL_OK); /* the reason */
        assert_int_equal(rill_http_next(&http, line + piece.used, place - piece.used, &piece), RILL_OK);
        assert_int_equal(piece.kind, RILL_HTTP_NAME);
        status = rill_http_next(&http, line + place, 2, &piece);
        assert_int_equal(status, token || byte == ':' ? RILL_OK : RILL_HTTP_FIELD);
        if (token) {
            assert_int_equal(piece.kind, RILL_HTTP_NAME);
            assert_int_equal(piece.length, 2);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(take_in_part), cmocka_unit_test(errors_stay),       cmocka_unit_test(copied_midway),
        cmocka_unit_test(no_bytes),     cmocka_unit_test(empty_pieces_once), cmocka_unit_test(golden),
        cmocka_unit_test(conformance), cmocka_unit_test(every_byte_in_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
