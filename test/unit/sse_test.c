/* The event stream: each case must give the same log however its bytes are cut and however its pieces are taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <jansson.h>

#include "cases.h"
#include "corpus.h"
#include "logs/sse_log.h"

/* ---- a run: an input in chunks, its pieces joined and logged */

typedef struct sse_run {
    sse_log room;
    test_log log;
} sse_run;

static void run_begin(sse_run *run, bool standard)
{
    run->log = (test_log){0};
    test_log_clear(&run->log);
    sse_log_begin(&run->room, test_log_sink(&run->log), standard);
}

/* All of a chunk, which lies in memory of its own size so that a read behind it is seen. */
static void run_chunk(sse_run *run, const char *bytes, size_t length)
{
    char *chunk = test_malloc(length + (length == 0));
    memcpy(chunk, bytes, length);
    sse_log_feed(&run->room, chunk, length);
    test_free(chunk);
}

/* ---- one input in all manners */

typedef struct sse_example {
    const char *name, *input, *expect;
    size_t length;
    bool standard, close;
    bool pending; /* standard: the input ends inside an event, whose id does not count */
} sse_example;

static void example_end(const sse_example *example, sse_run *run, const char *manner)
{
    if (example->close)
        sse_log_close(&run->room);
    sse_log_end(&run->room, example->pending);
    if (strcmp(run->log.text, example->expect) != 0)
        fail_msg("%s, %s:\n%s---- expected:\n%s", example->name, manner, run->log.text, example->expect);
    test_log_free(&run->log);
}

static void in_chunks(const sse_example *example, size_t size, size_t held, bool zero, const char *manner)
{
    sse_run run;
    run_begin(&run, example->standard);
    run.room.held = held;
    run.room.zero = zero;
    for (size_t at = 0; at < example->length; at += size)
        run_chunk(&run, example->input + at, example->length - at < size ? example->length - at : size);
    example_end(example, &run, manner);
}

static void cut_at(const sse_example *example, size_t cut)
{
    char manner[40];
    sse_run run;
    snprintf(manner, sizeof manner, "cut at %zu", cut);
    run_begin(&run, example->standard);
    run_chunk(&run, example->input, cut);
    run_chunk(&run, example->input, 0);
    run_chunk(&run, example->input + cut, example->length - cut);
    example_end(example, &run, manner);
}

static void cut_at_random(const sse_example *example, uint32_t seed)
{
    char manner[40];
    sse_run run;
    snprintf(manner, sizeof manner, "cut by seed %u", (unsigned)seed);
    run_begin(&run, example->standard);
    run.room.held = seed % 5;
    for (size_t at = 0, size; at < example->length; at += size) {
        seed = seed * 1664525 + 1013904223;
        size = (seed >> 24) % 13;
        if (size > example->length - at)
            size = example->length - at;
        run_chunk(&run, example->input + at, size);
    }
    example_end(example, &run, manner);
}

/* The window grows by a byte each time a part was taken, as it does for who reads behind what is left. */
static void in_growing_window(const sse_example *example)
{
    sse_run run;
    size_t start = 0, end = 0;
    rill_sse_piece piece;
    run_begin(&run, example->standard);
    run.room.held = 2;
    run.room.zero = true;
    for (;;) {
        rill_status status = rill_sse_next(&run.room.sse, example->input + start, end - start, &piece);
        if (status == RILL_MORE) {
            start = end;
            if (end == example->length)
                break;
        } else {
            start += sse_log_piece(&run.room, &piece, status, example->input + start, end - start);
        }
        if (end < example->length)
            end++;
    }
    example_end(example, &run, "in a growing window");
}

static void in_all_manners(const sse_example *example)
{
    size_t whole = example->length + 1;
    /* a very long input is cut at each position near its ends only */
    size_t near = 600, step = example->length <= 6000 ? 1 : 997;
    in_chunks(example, whole, 0, false, "whole");
    in_chunks(example, 1, 0, false, "byte by byte");
    in_chunks(example, 1, 0, true, "byte by byte, nothing taken first");
    for (size_t held = 1; held <= 7; held += 3) {
        in_chunks(example, whole, held, false, "whole, taken in parts");
        in_chunks(example, whole, held, true, "whole, taken in parts, nothing first");
        in_chunks(example, 5, held, false, "in fives, taken in parts");
    }
    in_growing_window(example);
    for (size_t cut = 0; cut <= example->length; cut++)
        if (cut < near || cut + near > example->length || cut % step == 0)
            cut_at(example, cut);
    for (uint32_t seed = 1; seed <= 30; seed++)
        cut_at_random(example, seed);
}

static void test_golden(void **state)
{
    (void)state;
    test_cases all = test_cases_read("test/golden/sse.txt");
    for (size_t i = 0; i < all.count; i++) {
        const test_case *one = &all.cases[i];
        bool closed = strcmp(one->options, "close") == 0;
        sse_example example = {one->name, one->input, one->expect, one->length, false, closed, false};
        if (!closed && *one->options != '\0')
            fail_msg("%s: unknown option %s", one->name, one->options);
        in_all_manners(&example);
    }
    printf("sse: %zu cases of our own\n", all.count);
    test_cases_free(&all);
}

/* ---- the shared conformance cases */

static const char *path_of(test_log *path, const char *folder, const char *name)
{
    test_log_clear(path);
    test_log_add(path, "%s/%s", folder, name);
    return path->text;
}

static void run_conformance(const char *folder, const char *name)
{
    test_log path = {0}, expect = {0};
    size_t length;
    json_t *file = json_load_file(path_of(&path, folder, name), JSON_ALLOW_NUL, NULL);
    if (file == NULL)
        fail_msg("%s: no JSON", path.text);
    char *input = test_file_read(path_of(&path, folder, json_string_value(json_object_get(file, "input"))), &length);
    if (input == NULL)
        fail_msg("%s: cannot be read", path.text);
    assert_int_equal(length, json_integer_value(json_object_get(file, "input_bytes")));
    corpus_sse_log(&expect, file);
    bool pending = json_is_true(json_object_get(file, "pending_at_eof"));
    sse_example example = {path.text, input, expect.text, length, true, false, pending};
    in_all_manners(&example);
    free(input);
    json_decref(file);
    test_log_free(&path);
    test_log_free(&expect);
}

static size_t run_conformance_folder(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot == NULL || strcmp(dot, ".json") != 0)
            continue;
        run_conformance(folder, entry->d_name);
        count++;
    }
    closedir(dir);
    return count;
}

static void test_conformance(void **state)
{
    (void)state;
    const char *corpus = test_corpus("sse conformance cases");
    if (corpus == NULL)
        skip();
    test_log all = {0}, one = {0};
    size_t count = 0;
    DIR *dir = opendir(path_of(&all, corpus, "conformance/sse"));
    if (dir == NULL) {
        printf("skipped: sse conformance cases (no folder %s)\n", all.text);
        test_log_free(&all);
        skip();
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (entry->d_name[0] != '.')
            count += run_conformance_folder(path_of(&one, all.text, entry->d_name));
    closedir(dir);
    test_log_free(&all);
    test_log_free(&one);
    printf("sse: %zu conformance cases\n", count);
    assert_true(count != 0);
}

/* ---- the contract, call by call */

/* The next piece of a text; what it and its taking use is cut off in front of the text. */
static rill_status next(rill_sse *sse, const char **text, rill_sse_piece *piece)
{
    rill_status status = rill_sse_next(sse, *text, strlen(*text), piece);
    *text += piece->used;
    return status;
}

static void assert_piece(const rill_sse_piece *piece, rill_sse_kind kind, const char *text)
{
    assert_int_equal(piece->kind, kind);
    assert_int_equal(piece->length, strlen(text));
    assert_memory_equal(piece->data, text, piece->length);
}

static void test_take_in_part(void **state)
{
    (void)state;
    rill_sse sse;
    rill_sse_piece piece;
    rill_sse_begin(&sse);
    const char *text = "data: hello";
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_piece(&piece, RILL_SSE_DATA, "hello");
    assert_int_equal(piece.used, 6);
    assert_int_equal(rill_sse_take(&sse, 0), 0);
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_piece(&piece, RILL_SSE_DATA, "hello");
    assert_int_equal(piece.used, 0);
    assert_int_equal(rill_sse_take(&sse, 3), 3);
    text = "lo world\ndata\n\n";
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_piece(&piece, RILL_SSE_DATA, "lo world");
    assert_int_equal(rill_sse_take(&sse, 2), 2);
    text = " w"; /* fewer than were handed out before */
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_piece(&piece, RILL_SSE_DATA, " w");
    assert_int_equal(rill_sse_take(&sse, 2), 2);
    text = "orld\ndata\n\n";
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_piece(&piece, RILL_SSE_DATA, "orld");
    text += rill_sse_take(&sse, 4);

    for (int i = 0; i < 2; i++) { /* the joining LF stays until it is taken, and uses no input */
        assert_int_equal(next(&sse, &text, &piece), RILL_OK);
        assert_piece(&piece, RILL_SSE_DATA, "\n");
        assert_int_equal(rill_sse_take(&sse, (size_t)i), 0);
    }
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_piece(&piece, RILL_SSE_EVENT, "");
    assert_int_equal(next(&sse, &text, &piece), RILL_MORE);
}

static void test_error_in_part(void **state)
{
    (void)state;
    rill_sse sse;
    rill_sse_piece piece;
    rill_sse_begin(&sse);
    const char *text = "error: full\n";
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_piece(&piece, RILL_SSE_ERROR, "full");
    assert_true(piece.first && !piece.last);
    assert_int_equal(rill_sse_take(&sse, 0), 0);
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_true(piece.first);
    text += rill_sse_take(&sse, 1);
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_piece(&piece, RILL_SSE_ERROR, "ull");
    assert_true(!piece.first && !piece.last);
    text += rill_sse_take(&sse, 3);
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_piece(&piece, RILL_SSE_ERROR, "");
    assert_true(!piece.first && piece.last);
    assert_int_equal(*text, '\0');
}

/* At each position the state moves to another place; the first one is spoilt. */
static void test_copied_state(void **state)
{
    (void)state;
    static const char input[] = "\xEF\xBB\xBF" "event: a\r\nid: 7\rdata: x\ndata: y\nretry: 12\nerror: e\n\r\n"
                                "id: 1\0\ndata\n\n";
    static const char expect[] = "TYPE \"a\"\nID \"7\"\nDATA \"x\\ny\"\nRETRY 12\nERROR \"e\"\n"
                                 "EVENT type \"a\" id \"7\"\nEVENT id \"7\"\n";
    sse_example example = {"copied state", input, expect, sizeof input - 1, false, false, false};
    for (size_t cut = 0; cut <= example.length; cut++) {
        rill_sse saved;
        sse_run run;
        run_begin(&run, false);
        run_chunk(&run, input, cut);
        memcpy(&saved, &run.room.sse, sizeof saved);
        memset(&run.room.sse, 0xA5, sizeof run.room.sse);
        memcpy(&run.room.sse, &saved, sizeof saved);
        run_chunk(&run, input + cut, example.length - cut);
        example_end(&example, &run, "copied");
    }
}

static void test_zero_length(void **state)
{
    (void)state;
    rill_sse sse;
    rill_sse_piece piece;
    rill_sse_begin(&sse);
    assert_int_equal(rill_sse_next(&sse, NULL, 0, &piece), RILL_MORE);
    assert_int_equal(piece.used, 0);
    const char *text = "data:a\nevent:t\r\n\r";
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    text += rill_sse_take(&sse, 1);
    while (next(&sse, &text, &piece) == RILL_OK && piece.kind != RILL_SSE_EVENT)
        ;
    assert_int_equal(piece.kind, RILL_SSE_EVENT);
    assert_int_equal(sse.type_length, 1);
    assert_int_equal(rill_sse_next(&sse, NULL, 0, &piece), RILL_MORE);
    assert_int_equal(sse.type_length, 0); /* the type was that event's */
    assert_int_equal(rill_sse_next(&sse, "\n", 1, &piece), RILL_MORE);
    assert_int_equal(rill_sse_close(&sse, &piece), RILL_END);
}

/* The last id stands until the line of the next one is complete. */
static void test_last_id(void **state)
{
    (void)state;
    rill_sse sse;
    rill_sse_piece piece;
    rill_sse_begin(&sse);
    const char *text = "id: first\nid: sec";
    while (next(&sse, &text, &piece) != RILL_MORE)
        ;
    assert_int_equal(sse.id_length, 5);
    assert_memory_equal(sse.id, "first", 5);
    text = "ond\n";
    while (next(&sse, &text, &piece) != RILL_MORE)
        ;
    assert_int_equal(sse.id_length, 6);
    assert_memory_equal(sse.id, "second", 6);
}

static void test_limit_id(void **state)
{
    (void)state;
    rill_sse sse;
    rill_sse_piece piece;
    rill_sse_begin(&sse);
    const char *text = "id: 0123456789abcdef0123456789abcdef+\nid: ok\n";
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_piece(&piece, RILL_SSE_ID, "0123456789abcdef0123456789abcdef+");
    assert_int_equal(next(&sse, &text, &piece), RILL_LIMIT_ID);
    assert_piece(&piece, RILL_SSE_ID, "");
    assert_true(piece.last);
    assert_int_equal(sse.id_length, 0);
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_piece(&piece, RILL_SSE_ID, "ok");
    assert_int_equal(next(&sse, &text, &piece), RILL_OK);
    assert_int_equal(sse.id_length, 2);
    assert_int_equal(next(&sse, &text, &piece), RILL_MORE);
}

/* A span goes to the end of the line or of the bytes, however long it is. */
static void test_long_span(void **state)
{
    (void)state;
    rill_sse sse;
    rill_sse_piece piece;
    for (size_t length = 200; length < 1100; length++)
        for (int end = 0; end < 3; end++) {
            char line[1200] = "data:";
            memset(line + 5, 'x', length);
            line[5 + length] = "\r\n"[end % 2];
            rill_sse_begin(&sse);
            assert_int_equal(rill_sse_next(&sse, line, 5 + length + (end < 2), &piece), RILL_OK);
            assert_int_equal(piece.length, length);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),       cmocka_unit_test(test_conformance),  cmocka_unit_test(test_take_in_part),
        cmocka_unit_test(test_error_in_part), cmocka_unit_test(test_copied_state), cmocka_unit_test(test_zero_length),
        cmocka_unit_test(test_last_id),      cmocka_unit_test(test_limit_id),     cmocka_unit_test(test_long_span),
    };
    return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
