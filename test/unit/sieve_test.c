/* The sieve alone: what it keeps of a text, and where it cuts. Each case of test/golden/sieve.txt is fed whole and byte by
 * byte, from elsewhere into a small buffer; the log shows the kept texts of all parts. And fill alone: what the parts of a
 * text leave in a struct, and what is forgotten between them. And tables that none of the schemas of answers has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cases.h"
#include "logs/sieve_log.h"
#include "rill/fill.h"

enum { TOKENS = 64 };
static char buffer[4096];
static rill_token tokens[TOKENS];

/* Puts a text through the sieve, `step` bytes at a time. */
static rill_status sift(const char *text, size_t length, size_t size, size_t token_limit, size_t step, part_taker take,
                        void *context, sieve_run *run)
{
    sieve_run_begin(run, buffer, size, token_limit, take, context);
    for (size_t at = 0; at < length; at += step)
        sieve_run_feed(run, text + at, step < length - at ? step : length - at);
    return sieve_run_end(run);
}

static void run_case(const test_case *one)
{
    static const size_t steps[] = {SIZE_MAX, 1, 3};
    unsigned size = 0, token_limit = 0;
    assert_int_equal(sscanf(one->options, "buffer %u tokens %u", &size, &token_limit), 2);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        test_log log = {NULL, 0, 0};
        sink out = test_log_sink(&log);
        sieve_run run;
        size_t step = steps[i] < one->length ? steps[i] : one->length;
        sift(one->input, one->length, size, token_limit, step, sieve_log_part, &out, &run);
        sieve_log_end(&run, out);
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
    assert_int_equal(rill_tokenize(sieve, tokens, &count), RILL_OK);
    rill_fill(sieve, tokens, count, seen);
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
        sieve_run run;
        memset(&all, 0, sizeof all);
        assert_int_equal(sift(text, sizeof text - 1, size, 24, SIZE_MAX, fill_part, &all, &run), RILL_OK);
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

/* The word lies in the part that has the last piece of a string that exceeds the buffer; it is whole. */
static void test_word_behind_a_string_that_was_cut(void **state)
{
    static const char text[] = "{\"id\":\"a string that is longer than the whole of the buffer\",\"kind\":\"fir\"}";
    (void)state;
    for (size_t size = 64; size < 100; size++) {
        collected all;
        sieve_run run;
        memset(&all, 0, sizeof all);
        assert_int_equal(sift(text, sizeof text - 1, size, 24, SIZE_MAX, fill_part, &all, &run), RILL_OK);
        assert_int_equal(all.tree.kind.value, 2);
    }
}

/* Nor is a piece of such a word the word that it reads as: each length puts the last piece at another place. */
static void test_piece_of_a_word(void **state)
{
    char text[256];
    bool cut_there = false;
    (void)state;
    for (size_t length = 0; length < 100; length++) {
        collected all;
        sieve_run run;
        memset(&all, 0, sizeof all);
        sprintf(text, "{\"kind\":\"%.*sfir\"}", (int)length, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        assert_int_equal(sift(text, strlen(text), 64, 24, SIZE_MAX, fill_part, &all, &run), RILL_OK);
        assert_int_equal(all.tree.kind.value, length == 0 ? 2 : 0);
        cut_there = cut_there || (all.parts > 1 && strcmp(all.tree.kind.data, "fir") == 0);
    }
    assert_true(cut_there);
}

/* ---- bytes that are nearly right */

static void ignore_part(const rill_sieve *part, bool last, void *context)
{
    (void)part, (void)last, (void)context;
}

/* The text is broken at its last byte, whole and byte by byte. */
static void expect_broken(const char *text, rill_status status)
{
    size_t length = strlen(text);
    char behind[256];
    sprintf(behind, "%s,1,\"x\":\"y\",\"id\":\"a long word behind it\"}", text);
    for (size_t step = 1; step < 64; step += 31) {
        sieve_run run;
        rill_status seen = sift(behind, strlen(behind), 256, 24, step, ignore_part, NULL, &run);
        if (seen != status || run.offset != length - 1)
            fail_msg("%s: %s at %zu", text, rill_status_text(seen), run.offset);
    }
}

static void test_nearly_right(void **state)
{
    static const struct {
        const char *text;
        rill_status status;
    } cases[] = {
        {"{\"good\":tt", RILL_JSON_LITERAL},    {"{\"good\":ff", RILL_JSON_LITERAL},   {"{\"good\":nn", RILL_JSON_LITERAL},
        {"{\"good\":trud", RILL_JSON_LITERAL},  {"{\"count\":nulm", RILL_JSON_LITERAL}, {"{\"count\":nulk", RILL_JSON_LITERAL},
        {"{\"x\":tt", RILL_JSON_LITERAL},       {"{\"x\":nulm", RILL_JSON_LITERAL},    {"{\"x\":falsd", RILL_JSON_LITERAL},
        {"{\"x\":#", RILL_JSON_UNEXPECTED},     {"{\"id\":#", RILL_JSON_UNEXPECTED},   {"{\"x\":[#", RILL_JSON_UNEXPECTED},
        {"{\"x\":{\"y\":#", RILL_JSON_UNEXPECTED}, {"{\"x\":{\"y\":1,#", RILL_JSON_UNEXPECTED},
        {"{\"x\":{#", RILL_JSON_UNEXPECTED},    {"{#", RILL_JSON_UNEXPECTED},          {"{\"id\":\"a\",#", RILL_JSON_UNEXPECTED},
        {"{\"id\":\"a\"~", RILL_JSON_UNEXPECTED}, {"{\"id\":\"a\" ~", RILL_JSON_UNEXPECTED}, {"{\"x\":[1 ~", RILL_JSON_UNEXPECTED},
        {"{\"x\":[1 }", RILL_JSON_UNEXPECTED},  {"{\"x\":{\"y\":1 ]", RILL_JSON_UNEXPECTED}, {"{\"numbers\":[1 }", RILL_JSON_UNEXPECTED},
        {"{\"id\" ;", RILL_JSON_UNEXPECTED},    {"{\"x\":{\"y\";", RILL_JSON_UNEXPECTED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_broken(cases[i].text, cases[i].status);
    static const char *const twice[] = {"{\"good\":ttru}", "{\"good\":ffals}", "{\"count\":nnul}"}; /* as long as the word */
    for (size_t i = 0; i < sizeof twice / sizeof twice[0]; i++) {
        sieve_run run;
        assert_int_equal(sift(twice[i], strlen(twice[i]), 256, 24, SIZE_MAX, ignore_part, NULL, &run), RILL_JSON_LITERAL);
    }
    for (int digits = 1; digits < 24; digits++) { /* the two bytes beside the digits, at each place of a word */
        static const char *const values[] = {"{\"count\":", "{\"x\":", "{\"x\":[", "{\"numbers\":[", "{\"size\":", "{\"size\":0."};
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
            for (const char *byte = "/:"; *byte != '\0'; byte++) {
                char text[64];
                sprintf(text, "%s%.*s%c", values[i], digits, "123456789012345678901234", *byte);
                expect_broken(text, RILL_JSON_UNEXPECTED);
            }
    }
}

/* ---- the sieve's calls, one by one */

static rill_sieve sieve;

static void open_sieve(const rill_schema *schema, size_t token_limit)
{
    rill_sieve_begin(&sieve, schema, buffer, token_limit);
    rill_sieve_open(&sieve);
}

/* With so much room behind the kept text; gives how many bytes were used. */
static size_t push(const char *text, size_t room, rill_status expected)
{
    size_t used;
    assert_int_equal(rill_sieve_push(&sieve, text, strlen(text), buffer + sieve.kept + room, &used), expected);
    return used;
}

static void expect_kept(const char *text)
{
    assert_int_equal(rill_sieve_end(&sieve), RILL_OK);
    assert_string_equal(buffer, text);
}

/* A text is given up amid a value. Nothing of it is left in the next one. */
static void test_text_that_was_given_up(void **state)
{
    static const char *const texts[] = {"{\"id\":\"ab", "{\"text\":\"a\",\"count\":12", "{\"good\":tr", "{\"leaves\":[1,{\"name\":\"a\"",
                                        "{\"raw\":[1,{", "{\"kind\":\"fi", "{\"id\":\"a\",\"count\":1,\"good\":true"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        open_sieve(&tree_schema, TOKENS);
        push(texts[i], 100, RILL_MORE);
        rill_sieve_open(&sieve);
        push("{ ", 100, RILL_MORE);
        rill_sieve_cut(&sieve);
        assert_string_equal(buffer, "{}");
        rill_sieve_reopen(&sieve);
        push("\"count\":7,\"id\":\"a word that is longer than its room", 100, RILL_MORE);
        rill_sieve_cut(&sieve); /* in the word, which is not the first value of the part: it goes to the next one */
        assert_string_equal(buffer, "{\"2\":7}");
        rill_sieve_reopen(&sieve);
        push("\"}", 100, RILL_MORE);
        expect_kept("{\"1\":\"a word that is longer than its room\"}");

        open_sieve(&tree_schema, TOKENS);
        push(texts[i], 100, RILL_MORE);
        rill_sieve_open(&sieve);
        push("{\"id\":\"a word that is longer than its room", 100, RILL_MORE);
        rill_sieve_cut(&sieve); /* the first one cannot wait */
        assert_string_equal(buffer, "{\"1\":\"a word that is longer than its room\"}");
        assert_int_equal(sieve.flags, RILL_PART_CUT);
    }
}

/* The brackets of a part are closed however deep the text goes on where nothing is kept. */
static void test_cut_in_the_depth(void **state)
{
    (void)state;
    for (int depth = 1; depth < RILL_DEPTH_MAX - 3; depth++) {
        open_sieve(&tree_schema, TOKENS);
        push("{\"leaves\":[{\"name\":\"a\",\"x\":", 200, RILL_MORE);
        for (int i = 0; i < depth; i++)
            push(i % 3 == 0 ? "{\"x\":" : "[", 200, RILL_MORE);
        rill_sieve_cut(&sieve);
        assert_string_equal(buffer, "{\"3\":[{\"1\":\"a\"}]}");
        rill_sieve_reopen(&sieve);
        push("0", 200, RILL_MORE);
        for (int i = depth; i-- > 0;)
            push(i % 3 == 0 ? "}" : "]", 200, RILL_MORE);
        push("}]}", 200, RILL_MORE);
        expect_kept("{\"3\":[0,{}]}");
    }
}

/* UTF-8 by its meaning: what the bits come to, and whether they could be fewer bytes. */
static bool is_utf8(const uint8_t *bytes, size_t length)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    for (size_t at = 0; at < length;) {
        uint8_t first = bytes[at++];
        size_t tails = first < 0x80 ? 0 : first < 0xc0 ? 9 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf8 ? 3 : 9;
        uint32_t code = tails == 0 ? first : first & (0x3fu >> tails);
        if (tails > length - at)
            return false;
        for (size_t i = 0; i < tails; i++, at++) {
            if ((bytes[at] & 0xc0) != 0x80)
                return false;
            code = code << 6 | (bytes[at] & 0x3f);
        }
        if (code < least[tails] || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff)
            return false;
    }
    return true;
}

/* All first bytes, with bytes at the borders of what may follow. */
static void test_utf8(void **state)
{
    static const uint8_t seconds[] = {'x', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff}, others[] = {'x', 0x7f, 0x80, 0xbf, 0xc0};
    unsigned valid = 0;
    (void)state;
    for (unsigned first = 0x80; first <= 0xff; first++)
        for (size_t i = 0; i < sizeof seconds * sizeof others * sizeof others; i++) {
            uint8_t bytes[] = {(uint8_t)first, seconds[i % sizeof seconds], others[i / sizeof seconds % sizeof others],
                               others[i / sizeof seconds / sizeof others], 'x'};
            bool good = is_utf8(bytes, sizeof bytes);
            open_sieve(&tree_schema, TOKENS);
            push("{\"text\":\"", 100, RILL_MORE);
            push((const char[]){(char)bytes[0], (char)bytes[1], (char)bytes[2], (char)bytes[3], (char)bytes[4], '\0'}, 100, RILL_MORE);
            push("\"}", 100, RILL_MORE);
            if ((sieve.flags & RILL_TEXT_UTF8) != (good ? 0 : RILL_TEXT_UTF8))
                fail_msg("%02x %02x %02x %02x: flags %d", bytes[0], bytes[1], bytes[2], bytes[3], sieve.flags);
            valid += good;
        }
    assert_true(valid > 1000);
}

/* When there is no room even for this value alone, it is not cut: it stands whole in the next part, if that has more. */
static void test_value_waits_for_room(void **state)
{
    static const struct {
        const char *begin, *end, *kept;
    } cases[] = {
        {"{\"count\":12", "345}", "{\"2\":12345}"},
        {"{\"good\":tr", "ue}", "{\"5\":true}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        open_sieve(&tree_schema, TOKENS);
        push(cases[i].begin, 100, RILL_MORE);
        assert_int_equal(push(cases[i].end, 10, RILL_LIMIT_FULL), 0);
        rill_sieve_cut(&sieve);
        assert_string_equal(buffer, "{}");
        rill_sieve_reopen(&sieve);
        push(cases[i].end, 100, RILL_MORE);
        expect_kept(cases[i].kept);
    }
}

static void test_plain_text_that_nobody_wants(void **state)
{
    static const char text[] = "Not found.\n\xff";
    size_t used;
    (void)state;
    open_sieve(&tree_schema, TOKENS);
    push("{\"message\":\"", 100, RILL_MORE);
    assert_int_equal(rill_sieve_push_plain(&sieve, text, sizeof text - 1, buffer + sizeof buffer, &used), RILL_MORE);
    assert_int_equal(used, sizeof text - 1);
    assert_int_equal(sieve.flags, RILL_TEXT_UTF8);
    push("\"}", 100, RILL_MORE);
    expect_kept("{}");
    assert_int_equal(sieve.sides, 0);
}

/* A table may say more: the elements of a part are counted in 8 bits. */
static void test_array_of_more_than_255(void **state)
{
    typedef struct wide {
        rill_header header;
        uint16_t count;
        int64_t numbers[300];
    } wide;
    static const rill_array numbers = {NULL, 300, sizeof(int64_t), offsetof(wide, count), RILL_INT64, false};
    static const rill_row rows[] = {RILL_ROW_ARRAY(wide, numbers, "numbers", 0, &numbers)};
    static const rill_schema schema = RILL_SCHEMA(wide, rows);
    (void)state;
    open_sieve(&schema, 1000);
    push("{\"numbers\":[1", 100, RILL_MORE);
    for (unsigned count = 1; count < 255; count++)
        assert_int_equal(push(",1", 100, RILL_MORE), 2);
    assert_int_equal(push(",1", 100, RILL_OK), 1);
}

/* A schema of chat.h's kind, whose rows name rules, may stand in another root. */
static void test_rule_where_there_are_none(void **state)
{
    static const rill_row rows[] = {RILL_ROW(tree, id, "id", TREE_ID, RILL_STRING, NULL, 1)};
    static const rill_schema schema = RILL_SCHEMA(tree, rows);
    (void)state;
    open_sieve(&schema, TOKENS);
    push("{\"id\":\"a\"}", 100, RILL_MORE);
    expect_kept("{\"0\":\"a\"}");
}

static void test_no_half_a_pair_at_the_end(void **state)
{
    (void)state;
    open_sieve(&tree_schema, TOKENS);
    assert_false(rill_sieve_take_half(&sieve));
}

/* It is in the element of that index, wherever the schema has its row. */
static void test_half_a_pair_at_the_end(void **state)
{
    typedef struct part {
        rill_element element;
        rill_text text;
    } part;
    typedef struct answer {
        rill_header header;
        uint16_t count;
        part parts[1];
    } answer;
    static const rill_row part_rows[] = {RILL_ROW_TEXT(part, text, "text", 0), RILL_ROW_INDEX(part, "index", 1)};
    static const rill_schema part_schema = RILL_SCHEMA(part, part_rows);
    static const rill_array parts = RILL_ARRAY_OF(answer, parts, count, &part_schema);
    static const rill_row rows[] = {RILL_ROW_ARRAY(answer, parts, "parts", 0, &parts)};
    static const rill_schema schema = RILL_SCHEMA(answer, rows);
    (void)state;
    open_sieve(&schema, TOKENS);
    sieve.carries = true;
    push("{\"parts\":[{\"index\":7,\"text\":\"a\\ud83d\"}]}", 100, RILL_MORE);
    expect_kept("{\"0\":[{\"1\":7,\"0\":\"a\"}]}");
    assert_true(rill_sieve_take_half(&sieve));
    assert_string_equal(buffer, "{\"0\":[{\"1\":7,\"0\":\"\xef\xbf\xbd\"}]}");
    assert_false(rill_sieve_take_half(&sieve));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_fill_over_parts),
        cmocka_unit_test(test_word_behind_a_string_that_was_cut),
        cmocka_unit_test(test_piece_of_a_word),
        cmocka_unit_test(test_nearly_right),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_text_that_was_given_up),
        cmocka_unit_test(test_cut_in_the_depth),
        cmocka_unit_test(test_value_waits_for_room),
        cmocka_unit_test(test_plain_text_that_nobody_wants),
        cmocka_unit_test(test_array_of_more_than_255),
        cmocka_unit_test(test_rule_where_there_are_none),
        cmocka_unit_test(test_no_half_a_pair_at_the_end),
        cmocka_unit_test(test_half_a_pair_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
