/* How OpenAI-style streams may end: the cases of conformance/openai-stream-end, whose items are just {"id":"…"}. They are
 * read twice, at every cut: with a schema of that one member, for the items, and as answers, for the way they end. */
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
#include "logs/end_log.h"
#include "rill/rill.h"

static char buffer[1024];
static rill_token tokens[64];

/* Called with each item; false ends the reading. */
typedef bool (*item_taker)(const rill_item *item, const void *target, test_log *log);

static void decode(const char *bytes, size_t length, size_t cut, const rill_schema *schema, void *target, item_taker take,
                   test_log *log)
{
    const rill_stream_config config = {buffer, sizeof buffer, tokens, 64, schema, target, RILL_BODY_SSE, NULL};
    rill_stream stream;
    rill_item item;
    size_t at = 0;
    assert_int_equal(rill_stream_begin(&stream, &config), RILL_OK);
    for (;;) {
        rill_status status = rill_stream_next(&stream, &item);
        char *place;
        if (status == RILL_OK && take(&item, target, log))
            continue;
        if (status != RILL_MORE)
            return;
        size_t space = rill_stream_space(&stream, &place), end = at < cut ? cut : length;
        size_t now = space < end - at ? space : end - at;
        memcpy(place, bytes + at, now);
        at += now;
        if (now > 0)
            rill_stream_got(&stream, now);
        else
            rill_stream_close(&stream, RILL_PORT_CLOSED);
    }
}

static bool take_thing(const rill_item *item, const void *target, test_log *log)
{
    return end_log_thing(test_log_sink(log), item, target);
}

static bool take_end(const rill_item *item, const void *target, test_log *log)
{
    (void)target;
    return end_log_end(test_log_sink(log), item);
}

static const char *expected_end(const char *name, const char *theirs, unsigned *listed)
{
    for (size_t i = 0; i < END_DIFFERENCES; i++) {
        if (strcmp(end_differences[i].name, name) != 0)
            continue;
        assert_string_not_equal(end_differences[i].ours, theirs); /* else it need not be listed */
        (*listed)++;
        return end_differences[i].ours;
    }
    return theirs;
}

static void run_case(const char *folder, const char *name, unsigned *listed)
{
    static rill_chunk chunk;
    char path[8192];
    size_t length;
    thing seen;
    test_log items = {NULL, 0, 0}, end = {NULL, 0, 0}, wanted = {NULL, 0, 0};
    snprintf(path, sizeof path, "%s/%s.sse", folder, name);
    char *bytes = test_file_read(path, &length);
    assert_non_null(bytes);
    snprintf(path, sizeof path, "%s/%s.json", folder, name);
    json_t *expected = json_load_file(path, 0, NULL), *item;
    assert_non_null(expected);
    size_t index;
    test_log_add(&wanted, "%s", "");
    json_array_foreach(json_object_get(expected, "items"), index, item) test_log_add(&wanted, "%s\n", json_string_value(item));
    const char *wanted_end = expected_end(name, json_string_value(json_object_get(expected, "end")), listed);
    for (size_t cut = 0; cut <= length; cut++) {
        test_log_clear(&items);
        test_log_clear(&end);
        test_log_add(&items, "%s", "");
        decode(bytes, length, cut, &thing_schema, &seen, take_thing, &items);
        decode(bytes, length, cut, &rill_chat_schema, &chunk, take_end, &end);
        if (strcmp(items.text, wanted.text) != 0 || strcmp(end.text, wanted_end) != 0)
            fail_msg("%s, cut at %zu: items %s, not %s; end %s, not %s", name, cut, items.text, wanted.text, end.text,
                     wanted_end);
    }
    json_decref(expected);
    test_log_free(&items);
    test_log_free(&end);
    test_log_free(&wanted);
    free(bytes);
}

static void test_stream_ends(void **state)
{
    (void)state;
    const char *corpus = test_corpus("ends of OpenAI-style streams");
    char folder[4096];
    unsigned count = 0, listed = 0;
    if (corpus == NULL)
        return;
    snprintf(folder, sizeof folder, "%s/conformance/openai-stream-end", corpus);
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char *ending = strstr(entry->d_name, ".sse");
        if (ending == NULL)
            continue;
        *ending = '\0';
        run_case(folder, entry->d_name, &listed);
        count++;
    }
    closedir(directory);
    assert_int_equal(listed, END_DIFFERENCES);
    printf("ends: %u cases, %u of them listed differences\n", count, listed);
    for (size_t i = 0; i < listed; i++)
        printf("ends: %s: %s\n", end_differences[i].name, end_differences[i].why);
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stream_ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
