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
#include "rill/http.h"

#define WHOLE SIZE_MAX /* of a cut: none */

/* ---- One run: a response through the room, with what came out of it. */

typedef struct run {
    rill_http http;
    bool half;       /* take of each body piece only the first half, rounded up */
    int last;        /* kind of the line that the log is in, -1 for none */
    size_t offset;   /* bytes used so far */
    rill_status end; /* what the last call said */
    test_log log;
} run;

static void run_begin(run *self, bool half)
{
    rill_http_begin(&self->http);
    self->half = half;
    self->last = -1;
    self->offset = 0;
    self->end = RILL_MORE;
    test_log_clear(&self->log);
}

static void log_line_end(run *self)
{
    if (self->last >= 0 && self->last != RILL_HTTP_HEAD && self->last != RILL_HTTP_DONE) {
        test_log_add(&self->log, "\"\n");
    }
    self->last = -1;
}

static void log_head(run *self)
{
    static const char *const contents[] = {"none", "sse", "json", "ndjson", "other"};
    const rill_http *http = &self->http;

    test_log_add(&self->log, "HEAD %u %s", (unsigned)http->status, contents[http->content]);
    if (http->coded) {
        test_log_add(&self->log, " coded");
    }
    if (http->retry_after != RILL_HTTP_NO_RETRY_AFTER) {
        test_log_add(&self->log, " retry %lu", (unsigned long)http->retry_after);
    }
    if (http->request_id_length > 0) {
        test_log_add(&self->log, " id \"");
        test_log_bytes(&self->log, http->request_id, http->request_id_length);
        test_log_add(&self->log, http->request_id_cut ? "\" cut" : "\"");
    }
    test_log_add(&self->log, "\n");
}

static void log_piece(run *self, const rill_http_piece *piece, size_t length)
{
    static const char *const names[] = {"REASON", "NAME", "VALUE", "HEAD", "BODY", "DONE"};

    if (self->last != (int)piece->kind) {
        log_line_end(self);
        self->last = (int)piece->kind;
        if (piece->kind == RILL_HTTP_HEAD) {
            log_head(self);
        } else {
            test_log_add(&self->log, piece->kind == RILL_HTTP_DONE ? "%s\n" : "%s \"", names[piece->kind]);
        }
    }
    test_log_bytes(&self->log, piece->data, length);
}

/* Gives bytes in a block of their own, so that a read beside them is noticed. */
static void run_feed(run *self, const char *given, size_t length)
{
    char *block = malloc(length + 1);
    const char *bytes = block + 1; /* nothing may be aligned by luck */
    size_t calls = 2 * length + 4; /* beyond that it goes round in circles */
    rill_http_piece piece;

    assert_non_null(block);
    memcpy(block + 1, given, length);
    while ((self->end = rill_http_next(&self->http, bytes, length, &piece)) == RILL_OK) {
        size_t used = piece.used;

        assert_true(calls-- > 0);
        assert_true(used <= length);
        if (piece.length > 0) {
            assert_true(piece.data >= bytes && piece.data + piece.length <= bytes + length);
        }
        if (piece.kind == RILL_HTTP_BODY) {
            size_t taken = self->half ? (piece.length + 1) / 2 : piece.length;

            assert_true(piece.length > 0);
            assert_ptr_equal(piece.data, bytes + used);
            log_piece(self, &piece, taken);
            rill_http_take(&self->http, taken);
            used += taken;
        } else {
            log_piece(self, &piece, piece.length);
        }
        self->offset += used;
        bytes += used;
        length -= used;
    }
    if (self->end == RILL_MORE) {
        assert_int_equal(piece.used, length);
    } else if (self->end == RILL_END) {
        assert_int_equal(piece.used, 0);
    }
    self->offset += piece.used;
    free(block);
}

static void run_end(run *self, size_t length)
{
    static const char *const errors[] = {"STATUS_LINE", "FIELD", "LENGTH", "TRANSFER", "CHUNK"};
    rill_status end = rill_http_close(&self->http);

    log_line_end(self);
    if (end == RILL_END) {
        assert_true(self->end == RILL_END || self->end == RILL_MORE);
        test_log_add(&self->log, "END");
    } else if (end == RILL_HTTP_CUT) {
        assert_int_equal(self->end, RILL_MORE);
        test_log_add(&self->log, "CUT");
    } else {
        assert_int_equal(self->end, end);
        assert_in_range(RILL_HTTP_STATUS_LINE - end, 0, 4);
        test_log_add(&self->log, "ERROR %s at %zu", errors[RILL_HTTP_STATUS_LINE - end], self->offset);
        length = self->offset;
    }
    test_log_add(&self->log, length > self->offset ? ", %zu left\n" : "\n", length - self->offset);
}

/* Feeds `input` in two parts, or in one. */
static void run_cut(run *self, const char *input, size_t length, size_t cut, bool half)
{
    run_begin(self, half);
    if (cut == WHOLE) {
        run_feed(self, input, length);
    } else {
        run_feed(self, input, cut);
        if (self->end == RILL_MORE) {
            run_feed(self, input + cut, length - cut);
        }
    }
    run_end(self, length);
}

static void run_bytes(run *self, const char *input, size_t length)
{
    size_t i;

    run_begin(self, false);
    for (i = 0; i < length && self->end == RILL_MORE; i++) {
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

/* Whether the input gives this log whole, byte by byte, and cut at every position. */
static bool gives(run *self, const char *name, const char *input, size_t length, const char *expect)
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
    for (cut = 0; cut <= length; cut++) {
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

        failed += !gives(&self, one->name, one->input, one->length, one->expect);
    }
    printf("golden: %zu cases run, %zu agreed\n", cases.count, cases.count - failed);
    test_log_free(&self.log);
    test_cases_free(&cases);
    assert_int_equal(failed, 0);
}
