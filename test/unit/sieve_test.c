/* The sieve alone: what it keeps of a text, and where it cuts. Each case of test/golden/sieve.txt is fed whole and byte by
 * byte, from elsewhere into a small buffer; the log shows the kept texts of all parts. And fill alone: what the parts of a
 * text leave in a struct, and what is forgotten between them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cases.h"
#include "rill/fill.h"
#include "rill/sieve.h"

/* A schema with every kind. Row numbers are the keys of the kept text: they stand in front of the names here. */
enum { LEAF_INDEX, LEAF_NAME };
typedef struct leaf {
    rill_element element;
    rill_text name;
} leaf;
static const rill_row leaf_rows[] = {
    /* 0 */ RILL_ROW_INDEX(leaf, "index", LEAF_INDEX),
    /* 1 */ RILL_ROW_STRING(leaf, name, "name", LEAF_NAME),
};
static const rill_schema leaf_schema = RILL_SCHEMA(leaf, leaf_rows);

enum { TREE_TEXT, TREE_ID, TREE_COUNT, TREE_LEAVES, TREE_RAW, TREE_GOOD, TREE_SIZE, TREE_NUMBERS, TREE_KIND };
typedef struct tree {
    rill_header header;
    rill_text text, id, raw;
    int64_t count;
    bool good;
    rill_real size;
    rill_enum kind;
    uint16_t leaf_count, number_count;
    leaf leaves[2];
    int64_t numbers[3];
} tree;
static const rill_name kind_words[] = {{"oak", 0, 3, 1}, {"fir", 0, 3, 2}};
static const rill_names kinds = {kind_words, 2, 0};
static const rill_array leaves = RILL_ARRAY_OF(tree, leaves, leaf_count, &leaf_schema);
static const rill_array numbers = RILL_ARRAY_OF_SCALARS(tree, numbers, number_count, RILL_INT64);
static const rill_row tree_rows[] = {
    /* 0 */ RILL_ROW_TEXT(tree, text, "text", TREE_TEXT),
    /* 1 */ RILL_ROW_STRING(tree, id, "id", TREE_ID),
    /* 2 */ RILL_ROW_INT64(tree, count, "count", TREE_COUNT),
    /* 3 */ RILL_ROW_ARRAY(tree, leaves, "leaves", TREE_LEAVES, &leaves),
    /* 4 */ RILL_ROW_RAW(tree, raw, "raw", TREE_RAW),
    /* 5 */ RILL_ROW_BOOL(tree, good, "good", TREE_GOOD),
    /* 6 */ RILL_ROW_REAL(tree, size, "size", TREE_SIZE),
    /* 7 */ RILL_ROW_ARRAY(tree, numbers, "numbers", TREE_NUMBERS, &numbers),
    /* 8 */ RILL_ROW_ENUM(tree, kind, "kind", TREE_KIND, &kinds),
};
static const rill_schema tree_schema = RILL_SCHEMA(tree, tree_rows);

enum { TOKENS = 64 };
static char buffer[4096];
static rill_token tokens[TOKENS];

/* Called with each part, cut or last. */
typedef void (*part_taker)(const rill_sieve *sieve, bool last, void *context);

static rill_status feed(rill_sieve *sieve, const char *bytes, size_t length, const char *end, part_taker take,
                        void *context, size_t *offset)
{
    while (length > 0) {
        size_t used;
        rill_status status = rill_sieve_push(sieve, bytes, length, end, &used);
        *offset += used;
        if (status != RILL_MORE && status != RILL_OK && status != RILL_LIMIT_FULL)
            return status;
        if (status != RILL_MORE) {
            rill_sieve_cut(sieve);
            take(sieve, false, context);
            rill_sieve_reopen(sieve);
        }
        bytes += used;
        length -= used;
    }
    return RILL_MORE;
}

/* Puts a text through the sieve, `step` bytes at a time. */
static rill_status sift(const char *text, size_t length, size_t size, size_t token_limit, size_t step, part_taker take,
                        void *context, size_t *offset)
{
    rill_sieve sieve;
    rill_status status = RILL_MORE;
    *offset = 0;
    rill_sieve_begin(&sieve, &tree_schema, buffer, token_limit);
    rill_sieve_open(&sieve);
    for (size_t at = 0; at < length && status == RILL_MORE; at += step)
        status = feed(&sieve, text + at, step < length - at ? step : length - at, buffer + size, take, context, offset);
    if (status == RILL_MORE)
        status = rill_sieve_end(&sieve);
    if (status == RILL_OK)
        take(&sieve, true, context);
    return status;
}

static void log_part(const rill_sieve *sieve, bool last, void *context)
{
    test_log *log = context;
    assert_int_equal(strlen(buffer), sieve->length);
    test_log_add(log, "%s%s%s ", last ? "last" : "part", (sieve->flags & RILL_PART_CUT) != 0 ? " cut" : "",
                 (sieve->flags & RILL_PART_UTF8) != 0 ? " utf8" : "");
    if (sieve->sides == 0)
        test_log_add(log, "nothing");
    else
        test_log_bytes(log, buffer, sieve->length);
    test_log_add(log, "\n");
}

static void run_case(const test_case *one)
{
    static const size_t steps[] = {SIZE_MAX, 1, 3};
    unsigned size = 0, token_limit = 0;
    assert_int_equal(sscanf(one->options, "buffer %u tokens %u", &size, &token_limit), 2);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        test_log log = {NULL, 0, 0};
        size_t offset, step = steps[i] < one->length ? steps[i] : one->length;
        rill_status status = sift(one->input, one->length, size, token_limit, step, log_part, &log, &offset);
        if (status != RILL_OK)
            test_log_add(&log, "broken at %zu: %s\n", offset, rill_status_text(status));
        if (strcmp(log.text, one->expect) != 0)
            fail_msg("%s, %zu bytes at a time\nexpected:\n%sseen:\n%s", one->name, step, one->expect, log.text);
        test_log_free(&log);
    }
}

static void test_golden(void **state)
{
    test_cases all = test_cases_read("test/golden/sieve.txt");
    (void)state;
    for (size_t i = 0; i < all.count; i++)
        run_case(&all.cases[i]);
    printf("sieve: %zu cases\n", all.count);
    test_cases_free(&all);
}

/* ---- fill */

typedef struct collected {
    tree tree;
    char text[4096];
    unsigned parts;
    uint32_t at[64]; /* positions of the leaves in the order that they were seen */
    unsigned leaf_count;
    int64_t sum;
} collected;

static void fill_part(const rill_sieve *sieve, bool last, void *context)
{
    collected *all = context;
    tree *seen = &all->tree;
    size_t count;
    all->parts++;
    assert_int_equal(rill_fill(sieve, tokens, &count, seen), RILL_OK);
    if (seen->text.data != NULL)
        strcat(all->text, seen->text.data);
    for (uint16_t i = 0; i < seen->leaf_count; i++)
        if (all->leaf_count == 0 || all->at[all->leaf_count - 1] != seen->leaves[i].element.at)
            all->at[all->leaf_count++] = seen->leaves[i].element.at;
    for (uint16_t i = 0; i < seen->number_count; i++)
        all->sum += seen->numbers[i];
    if (last)
        return;
    rill_forget(sieve, tokens, count, seen);
    assert_null(seen->text.data);
    assert_int_equal(seen->leaf_count, 0);
    assert_int_equal(seen->number_count, 0);
}

static void test_fill_over_parts(void **state)
{
    static const char text[] = "{\"count\":7,\"kind\":\"fir\",\"good\":true,\"size\":-1.50,"
                               "\"text\":\"a text that is longer than the whole of the buffer \\n\\u20ac\","
                               "\"leaves\":[{\"index\":9,\"name\":\"first\"},{},3,{\"name\":\"a long name, too\",\"index\":4}],"
                               "\"numbers\":[1,2,3,4,5,6,7],\"id\":null}";
    (void)state;
    for (size_t size = 64; size < 400; size++) {
        collected all;
        size_t offset;
        memset(&all, 0, sizeof all);
        assert_int_equal(sift(text, sizeof text - 1, size, 24, SIZE_MAX, fill_part, &all, &offset), RILL_OK);
        assert_string_equal(all.text, "a text that is longer than the whole of the buffer \n\xe2\x82\xac");
        assert_int_equal(all.tree.count, 7); /* numbers and words stay to the last part */
        assert_int_equal(all.tree.kind.value, 2);
        assert_true(all.tree.good);
        assert_int_equal(all.tree.size.mantissa, -150);
        assert_int_equal(all.tree.size.exponent, -2);
        assert_true(rill_is_null(&all.tree.header, TREE_ID));
        assert_int_equal(all.leaf_count, 3);
        assert_int_equal(all.at[0], 0);
        assert_int_equal(all.at[1], 1);
        assert_int_equal(all.at[2], 3);
        assert_int_equal(all.sum, 28);
        assert_true(size > 300 || all.parts > 1);
    }
}

static void test_half_a_pair_at_the_end(void **state)
{
    rill_sieve sieve;
    (void)state;
    rill_sieve_begin(&sieve, &tree_schema, buffer, TOKENS);
    assert_false(rill_sieve_take_half(&sieve));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_fill_over_parts),
        cmocka_unit_test(test_half_a_pair_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
