/* The sieve and fill as a reader of whole JSON texts: the grammar by JSONTestSuite, characters by the UTF-8 and escape
 * tables, each at every cut; and rill_json_decode() with a schema of its own. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cases.h"
#include "rill/fill.h"
#include "rill/json.h"

enum { MEMORY = 1 << 18, TOKENS = 64 };

/* A schema that keeps the member "x" whatever it is. */
typedef struct anything {
    rill_header header;
    rill_text x;
} anything;
static const rill_row anything_rows[] = {
    RILL_ROW_TEXT(anything, x, "x", 0),
    RILL_ROW_RAW(anything, x, "x", 0),
};
static const rill_schema anything_schema = RILL_SCHEMA(anything, anything_rows);

static char memory[MEMORY];
static rill_token tokens[TOKENS];
static rill_sieve sieve;

static rill_status push(const char *bytes, size_t length)
{
    size_t used;
    return length > 0 ? rill_sieve_push(&sieve, bytes, length, memory + sizeof memory, &used) : RILL_MORE;
}

/* Puts `{"x":`, the text in two pieces, and `}` through the sieve that keeps all. */
static rill_status keep(const char *text, size_t length, size_t cut, anything *value)
{
    size_t count;
    rill_sieve_begin(&sieve, &anything_schema, memory, TOKENS);
    rill_sieve_open(&sieve);
    rill_status status = push("{\"x\":", 5);
    if (status == RILL_MORE)
        status = push(text, cut);
    if (status == RILL_MORE)
        status = push(text + cut, length - cut);
    if (status == RILL_MORE)
        status = push("}", 1);
    if (status == RILL_MORE)
        status = rill_sieve_end(&sieve);
    memset(value, 0, sizeof *value);
    if (status != RILL_OK || sieve.sides == 0)
        return status;
    status = rill_tokenize(&sieve, tokens, &count);
    if (status == RILL_OK)
        rill_fill(&sieve, tokens, count, value);
    return status;
}

/* The same through the check, which keeps nothing. UTF-8 is the table's business, not the grammar's. */
static rill_status check(const char *text, size_t length, size_t cut)
{
    rill_json_check check;
    size_t used;
    rill_json_check_begin(&check);
    rill_status status = rill_json_check_push(&check, text, cut, &used);
    if (status == RILL_MORE)
        status = rill_json_check_push(&check, text + cut, length - cut, &used);
    return status == RILL_MORE ? rill_json_check_end(&check) : status;
}

static void grammar_file(const char *path, char expected, unsigned counts[3])
{
    size_t length;
    char *text = test_file_read(path, &length);
    anything value;
    assert_non_null(text);
    rill_status whole = check(text, length, 0), kept = keep(text, length, 0, &value);
    size_t step = length > 4096 ? length / 512 : 1; /* the deep and the huge ones: 512 cuts */
    for (size_t cut = 0; cut <= length; cut += step) {
        assert_int_equal(check(text, length, cut), whole);
        assert_int_equal(keep(text, length, cut, &value), kept);
    }
    if (expected == 'y' && (whole != RILL_OK || kept != RILL_OK))
        fail_msg("%s: must be accepted; skipping: %s, keeping: %s", path, rill_status_text(whole), rill_status_text(kept));
    if (expected == 'n' && (whole >= 0 || kept >= 0))
        fail_msg("%s: must be rejected", path);
    if (expected == 'i')
        printf("either may be: %s: skipped %s; kept %s\n", strrchr(path, '/') + 1, rill_status_text(whole),
               rill_status_text(kept));
    counts[expected == 'y' ? 0 : expected == 'n' ? 1 : 2]++;
    free(text);
}

static void test_json_test_suite(void **state)
{
    (void)state;
    const char *corpus = test_corpus("JSONTestSuite");
    char path[4096];
    unsigned counts[3] = {0, 0, 0};
    if (corpus == NULL)
        return;
    snprintf(path, sizeof path, "%s/conformance/jsontestsuite/test_parsing", corpus);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strstr(entry->d_name, ".json") == NULL)
            continue;
        snprintf(path, sizeof path, "%s/conformance/jsontestsuite/test_parsing/%s", corpus, entry->d_name);
        grammar_file(path, entry->d_name[0], counts);
    }
    closedir(folder);
    printf("JSONTestSuite: %u to accept, %u to reject, %u free\n", counts[0], counts[1], counts[2]);
    assert_true(counts[0] > 0 && counts[1] > 0);
}

static size_t from_hex(const char *hex, size_t digits, char *bytes)
{
    for (size_t i = 0; i < digits / 2; i++) {
        unsigned byte;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (char)byte;
    }
    return digits / 2;
}

/* Calls `row` with the first three columns of each line behind the heading. */
static unsigned each_row(const char *corpus, const char *name, void (*row)(const char *hex, size_t digits,
                                                                          const char *second, const char *third))
{
    char path[4096];
    size_t length;
    unsigned count = 0;
    snprintf(path, sizeof path, "%s/conformance/utf8/%s", corpus, name);
    char *text = test_file_read(path, &length);
    assert_non_null(text);
    for (char *line = strchr(text, '\n'); line != NULL && line[1] != '\0'; line = strchr(line, '\n')) {
        char *first = ++line, *second = strchr(first, '\t') + 1, *third = strchr(second, '\t') + 1;
        row(first, (size_t)(second - 1 - first), second, third);
        count++;
    }
    free(text);
    return count;
}

/* valid or not: the bytes pass as they are, and only invalid ones are flagged. */
static void utf8_row(const char *hex, size_t digits, const char *valid, const char *third)
{
    char text[256] = "\"";
    anything value;
    (void)third;
    size_t length = from_hex(hex, digits, text + 1);
    for (size_t i = 1; i <= length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == '"' || text[i] == '\\')
            return; /* these need an escape in JSON: see the other table */
    text[length + 1] = '"';
    for (size_t cut = 0; cut <= length + 2; cut++) {
        rill_status checked = check(text, length + 2, cut);
        assert_int_equal(keep(text, length + 2, cut, &value), RILL_OK);
        assert_int_equal(value.x.length, length);
        assert_memory_equal(value.x.data, text + 1, length);
        if ((sieve.flags & RILL_PART_UTF8) != (*valid == '0' ? RILL_PART_UTF8 : 0))
            fail_msg("%.*s: flagged %d", (int)digits, hex, sieve.flags & RILL_PART_UTF8);
        assert_int_equal(checked, *valid == '0' ? RILL_JSON_UTF8 : RILL_OK);
    }
}

static void escape_row(const char *hex, size_t digits, const char *good, const char *decoded)
{
    char text[512] = "\"", expected[512];
    anything value;
    size_t length = from_hex(hex, digits, text + 1);
    size_t decoded_length = from_hex(decoded, strspn(decoded, "0123456789abcdefABCDEF") & ~(size_t)1, expected);
    text[length + 1] = '"';
    for (size_t cut = 0; cut <= length + 2; cut++) {
        rill_status status = keep(text, length + 2, cut, &value);
        if (*good == '0') {
            assert_true(status < 0);
            continue;
        }
        if (status != RILL_OK || value.x.length != decoded_length ||
            memcmp(value.x.data, expected, decoded_length) != 0)
            fail_msg("%.*s, cut at %zu: %s", (int)length, text + 1, cut, rill_status_text(status));
        assert_int_equal(value.x.data[value.x.length], '\0');
    }
}

static void test_utf8_tables(void **state)
{
    (void)state;
    const char *corpus = test_corpus("UTF-8 and escapes");
    if (corpus == NULL)
        return;
    unsigned sequences = each_row(corpus, "utf8.tsv", utf8_row);
    unsigned escapes = each_row(corpus, "json_escapes.tsv", escape_row);
    printf("UTF-8: %u sequences, %u escapes\n", sequences, escapes);
    assert_true(sequences > 0 && escapes > 0);
}

/* The same rules by hand, so that they are tested without the tables. */
static void test_characters(void **state)
{
    static const struct {
        const char *json, *text;
        size_t length;
        bool invalid;
    } cases[] = {
        {"\"plain\"", "plain", 5, false},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8, false},
        {"\"\\u0000\\u001f\"", "\0\x1f", 2, false},
        {"\"\\u0022\\u005c\"", "\"\\", 2, false},
        {"\"\\u000b\\u0010\\u0019\\u001A\"", "\x0b\x10\x19\x1a", 4, false},
        {"\"\\u00e9\\u20ac\"", "\xc3\xa9\xe2\x82\xac", 5, false},
        {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80", 4, false},
        {"\"\\ud83d\"", "\xef\xbf\xbd", 3, false},
        {"\"\\ude00\"", "\xef\xbf\xbd", 3, false},
        {"\"\\ud83dx\"", "\xef\xbf\xbdx", 4, false},
        {"\"\\ud83d\\n\"", "\xef\xbf\xbd\n", 4, false},
        {"\"\\ud83d\\ud83d\\ude00\"", "\xef\xbf\xbd\xf0\x9f\x98\x80", 7, false},
        {"\"\\ud83d\\u0041\"", "\xef\xbf\xbd" "A", 4, false},
        {"\"\xff\"", "\xff", 1, true},
        {"\"\xe2\x82\"", "\xe2\x82", 2, true},
        {"\"\xed\xa0\x80\"", "\xed\xa0\x80", 3, true},
        {"\"\xf4\x90\x80\x80\"", "\xf4\x90\x80\x80", 4, true},
        {"\"\xc3\\u00e9\"", "\xc3\xc3\xa9", 3, true},
        /* the first and the last character of each row of the table in RFC 3629, section 4, and their neighbours */
        {"\"\xc2\x80\xdf\xbf\"", "\xc2\x80\xdf\xbf", 4, false},
        {"\"\xc1\xbf\"", "\xc1\xbf", 2, true},
        {"\"\xe0\xa0\x80\xe0\xbf\xbf\"", "\xe0\xa0\x80\xe0\xbf\xbf", 6, false},
        {"\"\xe0\x9f\xbf\"", "\xe0\x9f\xbf", 3, true},
        {"\"\xe1\x80\x80\xec\xbf\xbf\"", "\xe1\x80\x80\xec\xbf\xbf", 6, false},
        {"\"\xed\x80\x80\xed\x9f\xbf\"", "\xed\x80\x80\xed\x9f\xbf", 6, false},
        {"\"\xee\x80\x80\xef\xbf\xbf\"", "\xee\x80\x80\xef\xbf\xbf", 6, false},
        {"\"\xf0\x90\x80\x80\xf0\xbf\xbf\xbf\"", "\xf0\x90\x80\x80\xf0\xbf\xbf\xbf", 8, false},
        {"\"\xf0\x8f\xbf\xbf\"", "\xf0\x8f\xbf\xbf", 4, true},
        {"\"\xf1\x80\x80\x80\xf3\xbf\xbf\xbf\"", "\xf1\x80\x80\x80\xf3\xbf\xbf\xbf", 8, false},
        {"\"\xf4\x80\x80\x80\xf4\x8f\xbf\xbf\"", "\xf4\x80\x80\x80\xf4\x8f\xbf\xbf", 8, false},
        {"\"\xf5\x80\x80\x80\"", "\xf5\x80\x80\x80", 4, true},
        {"\"\xe1\x80\xc0\"", "\xe1\x80\xc0", 3, true},
        {"\"\xc2\x7f\"", "\xc2\x7f", 2, true},
        {"\"\x80\"", "\x80", 1, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length = strlen(cases[i].json);
        for (size_t cut = 0; cut <= length; cut++) {
            anything value;
            assert_int_equal(keep(cases[i].json, length, cut, &value), RILL_OK);
            assert_int_equal(value.x.length, cases[i].length);
            assert_memory_equal(value.x.data, cases[i].text, cases[i].length);
            assert_int_equal((sieve.flags & RILL_PART_UTF8) != 0, cases[i].invalid);
        }
    }
}

/* Behind a backslash stand these letters alone, in what is kept and in what is passed over. */
static void test_letters_of_escapes(void **state)
{
    (void)state;
    for (int letter = 1; letter < 256; letter++) {
        static const char text[] = "\"so long that it goes in steps \\? and so on, and on\"";
        char json[sizeof text], skipped[sizeof text + 2];
        anything value;
        size_t used, length = sizeof text - 1;
        rill_json_check check;
        bool good = strchr("\"\\/bfnrt", letter) != NULL;
        memcpy(json, text, sizeof text);
        *strchr(json, '?') = (char)letter;
        snprintf(skipped, sizeof skipped, "[%s]", json);
        rill_json_check_begin(&check);
        assert_int_equal(rill_json_check_push(&check, skipped, length + 2, &used), good ? RILL_MORE : RILL_JSON_ESCAPE);
        for (size_t cut = 0; cut <= length; cut++)
            assert_int_equal(keep(json, length, cut, &value), good ? RILL_OK : RILL_JSON_ESCAPE);
    }
}

static void test_errors_by_name(void **state)
{
    static const struct {
        const char *json;
        rill_status status;
        size_t used;
    } cases[] = {
        {"", RILL_JSON_CUT, 0},          {"[1,", RILL_JSON_CUT, 3},          {"{\"a\":1", RILL_JSON_CUT, 6},
        {"nul", RILL_JSON_CUT, 3},       {"\"abc", RILL_JSON_CUT, 4},        {"-", RILL_JSON_CUT, 1},
        {"tru1", RILL_JSON_LITERAL, 3},  {"01", RILL_JSON_NUMBER, 1},        {"1.x", RILL_JSON_NUMBER, 2},
        {"-a", RILL_JSON_NUMBER, 1},     {"1e+", RILL_JSON_CUT, 3},          {"[1e+]", RILL_JSON_NUMBER, 4},
        {"\"\\x\"", RILL_JSON_ESCAPE, 2}, {"\"\\u12g4\"", RILL_JSON_ESCAPE, 5}, {"\"a\nb\"", RILL_JSON_CONTROL, 2},
        {"{} x", RILL_JSON_TRAILING, 3}, {"[1,]", RILL_JSON_UNEXPECTED, 3},  {"{\"a\" 1}", RILL_JSON_UNEXPECTED, 5},
        {"{,}", RILL_JSON_UNEXPECTED, 1}, {"[}", RILL_JSON_UNEXPECTED, 1},   {"NaN", RILL_JSON_UNEXPECTED, 0},
        {"\"\xff\"", RILL_JSON_UTF8, 1},
        {"[1 2]", RILL_JSON_UNEXPECTED, 3}, {"{\"a\":1 2}", RILL_JSON_UNEXPECTED, 7}, {"[1}", RILL_JSON_UNEXPECTED, 2},
        {"{\"a\":1]", RILL_JSON_UNEXPECTED, 6}, {"{\"a\"}", RILL_JSON_UNEXPECTED, 4}, {"{\"a\":1,}", RILL_JSON_UNEXPECTED, 7},
        {"{\"a\":}", RILL_JSON_UNEXPECTED, 5}, {"[:", RILL_JSON_UNEXPECTED, 1}, {"[\"a\":1]", RILL_JSON_UNEXPECTED, 4},
        {"]", RILL_JSON_UNEXPECTED, 0}, {"\"\\u/", RILL_JSON_ESCAPE, 3}, {"\"\\u:", RILL_JSON_ESCAPE, 3},
        {"\"\\u@", RILL_JSON_ESCAPE, 3}, {"\"\\u`", RILL_JSON_ESCAPE, 3}, {"\"\\u0g", RILL_JSON_ESCAPE, 4},
        {"[0", RILL_JSON_CUT, 2}, {"[1.5", RILL_JSON_CUT, 4}, {"[1e3", RILL_JSON_CUT, 4}, {"1.", RILL_JSON_CUT, 2},
        {"1e", RILL_JSON_CUT, 2}, {"1.5.2", RILL_JSON_TRAILING, 3}, {"1e5.2", RILL_JSON_TRAILING, 3},
        {"1ex", RILL_JSON_NUMBER, 2}, {"[1E]", RILL_JSON_NUMBER, 3}, {"1e-x", RILL_JSON_NUMBER, 3}, {"[-]", RILL_JSON_NUMBER, 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rill_json_check check;
        size_t used;
        rill_json_check_begin(&check);
        rill_status status = rill_json_check_push(&check, cases[i].json, strlen(cases[i].json), &used);
        if (status == RILL_MORE)
            status = rill_json_check_end(&check);
        if (status != cases[i].status || used != cases[i].used)
            fail_msg("%s: %s at %zu", cases[i].json, rill_status_text(status), used);
        if (status != RILL_JSON_CUT && status != RILL_JSON_TRAILING) /* nothing makes it good again */
            assert_true(rill_json_check_push(&check, "]", 1, &used) < 0);
    }
}

/* What comes of a text in pieces; `used`: to where it was good. */
static rill_status check_text(const char *text, size_t piece, size_t *used)
{
    rill_json_check check;
    rill_status status = RILL_MORE;
    size_t length = strlen(text), some;
    rill_json_check_begin(&check);
    for (*used = 0; status == RILL_MORE && *used < length; *used += some) {
        size_t most = piece < length - *used ? piece : length - *used;
        char *block = malloc(most); /* of its own, so that a read behind it is noticed */
        assert_non_null(block);
        memcpy(block, text + *used, most);
        status = rill_json_check_push(&check, block, most, &some);
        free(block);
    }
    return status == RILL_MORE ? rill_json_check_end(&check) : status;
}

/* Amid others, where much is looked at in one step, a value is what it is byte by byte. */
static void test_values_amid_others(void **state)
{
    static const char *const good[] = {"0", "-0", "10", "0.5", "-10.25", "1e5", "0e1", "0E-1", "null", "true", "false", "\"s\"",
                                       "[]", "{}", "[0]", "{\"k\":0}", "\"\\u00e9\"", "\"\\\"\""};
    static const char *const bad[] = {"01", "-01", "00", "007", "1.", "1.e5", ".5", "-", "-a", "1e", "1e+", "+1", "1-", "0x1", "--1",
                                      "1.2.3", "1 2", "nul", "nulx", "nulll", "trux", "tru", "truee", "fals", "falsx", "falsee",
                                      "\"a\nb\"", "\"\\x\"", "#a\"", "'a'", "}", "]", "{]", "[}", "{1:2}", "{\"a\"}", "{\"a\" 1}",
                                      "{\"a\":}", "{\"a\":1,}", "[1,]", "[,1]", "{,}", ":", ",", "\"a\" \"b\"", "{\"a#:1}", "{#a\":1}"};
    static const char *const places[] = {"[%s,1,2,\"and a text that is long enough\",0.5,null]",
                                         "[1,23,%s,4,\"and a text that is long enough\"]",
                                         "{\"a\":%s,\"b\":{\"and a name that is long enough\":true}}",
                                         "[[{\"a\":[1,%s]}],false,\"and a text that is long enough\"]",
                                         "{\"and a name that is long enough\":%s}                    "};
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        for (size_t k = 0; k < (sizeof good + sizeof bad) / sizeof bad[0]; k++) {
            bool is_good = k < sizeof good / sizeof good[0];
            char text[200];
            size_t at_once, in_pieces;
            snprintf(text, sizeof text, places[i], is_good ? good[k] : bad[k - sizeof good / sizeof good[0]]);
            rill_status status = check_text(text, sizeof text, &at_once);
            for (size_t piece = 1; piece < strlen(text); piece++)
                if ((status == RILL_OK) != is_good || check_text(text, piece, &in_pieces) != status || in_pieces != at_once)
                    fail_msg("%s: %s at %zu, in pieces of %zu at %zu", text, rill_status_text(status), at_once, piece, in_pieces);
        }
}

static void test_whole_texts(void **state)
{
    static const char *const texts[] = {"0", "-0", "7", "12", "1.5", "0.25", "1e3", "1E+3", "1.5e-3", "-12.50E07", "\r[\r\n\t0 , 1]\r",
                                        "{\"a\"\r:\r0}", "true", "[false]", "null", "\"\"", "{\"\":{}}", "[[],{}]"};
    anything value;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t cut = 0; cut <= strlen(texts[i]); cut++) {
            assert_int_equal(check(texts[i], strlen(texts[i]), cut), RILL_OK);
            assert_int_equal(keep(texts[i], strlen(texts[i]), cut, &value), RILL_OK);
        }
}

/* Broken inside of a value that is kept as it is. */
static void test_errors_in_a_raw_value(void **state)
{
    static const char *const texts[] = {"[1.x]", "[-x]", "[01]", "{\"a\":1e}", "[\"\\x\"]", "[nul]", "[1 2]", "{\"a\" 1}"};
    anything value;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t cut = 0; cut <= strlen(texts[i]); cut++)
            assert_true(keep(texts[i], strlen(texts[i]), cut, &value) < 0);
    assert_true(push("]", 1) < 0); /* nothing makes it good again */
    assert_int_equal(keep("1 2", 3, 0, &value), RILL_JSON_UNEXPECTED);
    assert_true(push("}", 1) < 0);
}

static void nest(char *text, size_t depth)
{
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    text[2 * depth] = '\0';
}

static void test_depth(void **state)
{
    char text[2 * (RILL_DEPTH_MAX + 1) + 1];
    anything value;
    (void)state;
    nest(text, RILL_DEPTH_MAX);
    assert_int_equal(check(text, strlen(text), 0), RILL_OK);
    nest(text, RILL_DEPTH_MAX + 1);
    assert_int_equal(check(text, strlen(text), 0), RILL_LIMIT_DEPTH);
    nest(text, RILL_DEPTH_MAX - 1); /* one is the object around it */
    assert_int_equal(keep(text, strlen(text), 0, &value), RILL_OK);
    assert_int_equal(value.x.length, strlen(text));
    nest(text, RILL_DEPTH_MAX);
    assert_int_equal(keep(text, strlen(text), 0, &value), RILL_LIMIT_DEPTH);
}

/* ---- rill_json_decode(): a struct of the user's */

enum { STOP_NAME, STOP_MINUTES };
typedef struct halt {
    rill_element element;
    rill_text name;
    int64_t minutes;
} halt;
static const rill_row stop_rows[] = {
    RILL_ROW_STRING(halt, name, "name", STOP_NAME),
    RILL_ROW_INT64(halt, minutes, "minutes", STOP_MINUTES),
};
static const rill_schema stop_schema = RILL_SCHEMA(halt, stop_rows);

enum { TRIP_CITY, TRIP_RETURN, TRIP_COST, TRIP_STOPS, TRIP_TAGS, TRIP_SEATS, TRIP_EXTRA };
typedef struct journey {
    rill_header header;
    rill_text city;
    bool returns;
    rill_real cost;
    rill_text extra;
    uint16_t stop_count, tag_count, seat_count;
    halt stops[3];
    rill_text tags[2];
    int64_t seats[4];
} journey;
static const rill_array stops = RILL_ARRAY_OF(journey, stops, stop_count, &stop_schema);
static const rill_array tags = RILL_ARRAY_OF_SCALARS(journey, tags, tag_count, RILL_STRING);
static const rill_array seats = RILL_ARRAY_OF_SCALARS(journey, seats, seat_count, RILL_INT64);
static const rill_row trip_rows[] = {
    RILL_ROW_STRING(journey, city, "city", TRIP_CITY),   RILL_ROW_BOOL(journey, returns, "return", TRIP_RETURN),
    RILL_ROW_REAL(journey, cost, "cost", TRIP_COST),     RILL_ROW_ARRAY(journey, stops, "stops", TRIP_STOPS, &stops),
    RILL_ROW_ARRAY(journey, tags, "tags", TRIP_TAGS, &tags), RILL_ROW_ARRAY(journey, seats, "seats", TRIP_SEATS, &seats),
    RILL_ROW_RAW(journey, extra, "extra", TRIP_EXTRA),
};
static const rill_schema trip_schema = RILL_SCHEMA(journey, trip_rows);

static rill_status decode_trip(const char *json, journey *trip)
{
    static char text[1024];
    size_t length = strlen(json);
    memcpy(text, json, length);
    return rill_json_decode(text, length, length + RILL_RESERVE, tokens, TOKENS, &trip_schema, trip);
}

static void test_decode(void **state)
{
    journey trip;
    (void)state;
    assert_int_equal(decode_trip("{ \"city\" : \"Z\\u00fcrich\", \"unknown\": [1,{\"city\":2}], \"return\":true,\n"
                                 "\"cost\":-12.50, \"stops\":[{\"name\":\"Bern\",\"minutes\":5},null,{\"minutes\":\"7\"}],"
                                 "\"tags\":[\"a\",3], \"seats\":[12,\"13\",1.4e1], \"extra\":{\"k\": [1, \"x\"]} }",
                                 &trip),
                     RILL_OK);
    assert_string_equal(trip.city.data, "Z\xc3\xbcrich");
    assert_true(trip.returns);
    assert_int_equal(trip.cost.mantissa, -1250);
    assert_int_equal(trip.cost.exponent, -2);
    assert_int_equal(trip.stop_count, 2);
    assert_string_equal(trip.stops[0].name.data, "Bern");
    assert_int_equal(trip.stops[0].minutes, 5);
    assert_int_equal(trip.stops[1].element.at, 2);
    assert_int_equal(trip.stops[1].minutes, 7);
    assert_false(rill_has(&trip.stops[1].element.header, STOP_NAME));
    assert_int_equal(trip.tag_count, 2);
    assert_string_equal(trip.tags[0].data, "a");
    assert_null(trip.tags[1].data); /* not a string */
    assert_int_equal(trip.seat_count, 3);
    assert_int_equal(trip.seats[0], 12);
    assert_int_equal(trip.seats[1], 13);
    assert_int_equal(trip.seats[2], 14);
    assert_string_equal(trip.extra.data, "{\"k\":[1,\"x\"]}");
}

static void test_decode_states_of_a_member(void **state)
{
    journey trip;
    (void)state;
    assert_int_equal(decode_trip("{\"city\":null,\"cost\":\"x\",\"return\":1}", &trip), RILL_OK);
    assert_true(rill_is_null(&trip.header, TRIP_CITY));
    assert_false(rill_has(&trip.header, TRIP_CITY));
    assert_false(rill_has(&trip.header, TRIP_COST) || rill_is_null(&trip.header, TRIP_COST));
    assert_false(rill_has(&trip.header, TRIP_RETURN));
    assert_int_equal(decode_trip("{}", &trip), RILL_OK);
    assert_int_equal(trip.header.present | trip.header.nulls, 0);
    assert_int_equal(decode_trip("42", &trip), RILL_OK);
    assert_int_equal(decode_trip("{\"city\":\"first\",\"city\":\"second\"}", &trip), RILL_OK);
    assert_string_equal(trip.city.data, "first");
    assert_int_equal(decode_trip("{\"c\\u0069ty\":\"x\"}", &trip), RILL_OK); /* names as they mean */
    assert_string_equal(trip.city.data, "x");
}

static void test_decode_as_many_rows_as_can_be(void **state)
{
    rill_row rows[RILL_ROWS_MAX];
    rill_schema full = anything_schema;
    char text[64] = "{\"x\":\"y\"}";
    anything value;
    (void)state;
    for (size_t i = 0; i < RILL_ROWS_MAX; i++)
        rows[i] = anything_rows[0];
    full.rows = rows;
    full.count = RILL_ROWS_MAX;
    assert_int_equal(rill_json_decode(text, 9, sizeof text, tokens, TOKENS, &full, &value), RILL_OK);
    assert_string_equal(value.x.data, "y");
}

static void test_decode_refuses(void **state)
{
    char text[128] = "{\"city\":1}";
    journey trip;
    (void)state;
    assert_int_equal(decode_trip("{\"city\":", &trip), RILL_JSON_CUT);
    assert_int_equal(decode_trip("{\"stops\":[{},{},{},{}]}", &trip), RILL_LIMIT_FULL);
    assert_int_equal(rill_json_decode(text, 10, 10, tokens, TOKENS, &trip_schema, &trip), RILL_LIMIT_FULL);
    assert_int_equal(rill_json_decode(text, 10, 128, tokens, 3, &trip_schema, &trip), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_json_decode(NULL, 10, 128, tokens, TOKENS, &trip_schema, &trip), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_json_decode(text, 10, 128, NULL, TOKENS, &trip_schema, &trip), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_json_decode(text, 10, 128, tokens, TOKENS, NULL, &trip), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_json_decode(text, 10, 128, tokens, TOKENS, &trip_schema, NULL), RILL_SCHEMA_CONFIG);
    const rill_schema empty = {NULL, NULL, 0, 0, 0, false};
    rill_schema crowded = trip_schema;
    crowded.count = RILL_ROWS_MAX + 1;
    assert_int_equal(rill_json_decode(text, 10, 128, tokens, TOKENS, &empty, &trip), RILL_SCHEMA_TABLE);
    assert_int_equal(rill_json_decode(text, 10, 128, tokens, TOKENS, &crowded, &trip), RILL_SCHEMA_TABLE);
    assert_int_equal(rill_json_decode(text, 10, 10 + RILL_RESERVE - 1, tokens, TOKENS, &trip_schema, &trip), RILL_LIMIT_FULL);
    assert_int_equal(rill_json_decode(text, 10, (size_t)INT32_MAX + 1, tokens, TOKENS, &trip_schema, &trip), RILL_LIMIT_FULL);
    assert_int_equal(rill_json_decode(text, 0, RILL_RESERVE, tokens, TOKENS, &trip_schema, &trip), RILL_JSON_CUT);
    assert_int_equal(rill_json_decode(text, 10, 128, tokens, RILL_TOKENS_MIN, &trip_schema, &trip), RILL_OK);
    assert_int_equal(decode_trip("{\"city\"}", &trip), RILL_JSON_UNEXPECTED);
    size_t count;
    assert_int_equal(rill_tokenize(&sieve, NULL, &count), RILL_SCHEMA_CONFIG);
    sieve.length = 0;
    count = 5;
    assert_int_equal(rill_tokenize(&sieve, tokens, &count), RILL_SCHEMA_TEXT);
    assert_int_equal(count, 0);
    assert_int_equal(decode_trip("{\"cost\":1.5.2}", &trip), RILL_JSON_UNEXPECTED);
    assert_int_equal(decode_trip("{\"city\":\"a\"}}}", &trip), RILL_JSON_TRAILING);
    assert_int_equal(decode_trip("{\"city\":\"a\"},\"cost\":1", &trip), RILL_JSON_TRAILING);
}

static void test_numbers(void **state)
{
    static const struct {
        const char *json;
        bool present;
        int64_t value;
    } cases[] = {
        {"0", true, 0}, {"-0", true, 0}, {"12", true, 12}, {"-7", true, -7}, {"12.0", true, 12}, {"12.9", true, 12},
        {"-12.9", true, -12}, {"1e3", true, 1000}, {"1.5e3", true, 1500}, {"1500e-2", true, 15}, {"0.001", true, 0},
        {"0.001e3", true, 1}, {"0e999999999999", true, 0}, {"1e-999999999999", true, 0},
        {"1e999999999999", false, 0}, {"9223372036854775807", true, INT64_MAX}, {"9223372036854775808", false, 0},
        {"-9223372036854775808", true, INT64_MIN}, {"-9223372036854775809", false, 0}, {"99999999999999999999999999", false, 0},
        {"\"12\"", true, 12}, {"\"-3\"", true, -3}, {"\"\"", false, 0}, {"\"12a\"", false, 0}, {"\"2024-01-01\"", false, 0},
        {"\"1e99999999999999\"", false, 0}, {"\"1e-99999999999999\"", true, 0}, {"\"0e99999999999999\"", true, 0},
        {"\"1e\"", false, 0}, {"\"1e-\"", false, 0}, {"\"1e2\"", true, 100},
        {"\"1e2x\"", false, 0}, {"\"1x2\"", false, 0},
        {"18446744073709551616", false, 0}, {"20000000000000000000", false, 0}, {"-13835058055282163712", false, 0},
        {"\"0000000000000000000000000000000000000007\"", true, 7}, /* RILL_DIGITS_MAX of them */
        {"\"00000000000000000000000000000000000000007\"", false, 0},
        {"\"1:\"", false, 0}, {"\"1e:\"", false, 0}, {"\"/\"", false, 0},
        {"true", false, 0}, {"[1]", false, 0},
        {"1746709563.492141", true, 1746709563},
        {"0.00000000000000000000000000000000000000000000000001e50", true, 1},
        {"100000000000000000000000000000000000000000000000000e-50", true, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char json[256];
        journey trip;
        snprintf(json, sizeof json, "{\"stops\":[{\"minutes\":%s}]}", cases[i].json);
        assert_int_equal(decode_trip(json, &trip), RILL_OK);
        const halt *stop = &trip.stops[0];
        if (rill_has(&stop->element.header, STOP_MINUTES) != cases[i].present || stop->minutes != cases[i].value)
            fail_msg("%s: %s %lld", cases[i].json, rill_has(&stop->element.header, STOP_MINUTES) ? "present" : "absent",
                     (long long)stop->minutes);
    }
}

/* So far exponents are exact (security.md). */
static void test_exponents(void **state)
{
    static const int32_t exponents[] = {0, 7, 99999998, 99999999, 100000000, 999999988, 999999989};
    (void)state;
    for (size_t i = 0; i < sizeof exponents / sizeof exponents[0]; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            char json[64];
            journey trip;
            snprintf(json, sizeof json, "{\"cost\":5e%d}", sign * exponents[i]);
            assert_int_equal(decode_trip(json, &trip), RILL_OK);
            assert_int_equal(trip.cost.mantissa, 5);
            assert_int_equal(trip.cost.exponent, sign * exponents[i]);
        }
}

/* ---- schemas at their limits */

#define DECODE(json, schema, target) decode_with((json), sizeof(json) - 1, (schema), (target))

static rill_status decode_with(const char *json, size_t length, const rill_schema *schema, void *target)
{
    memcpy(memory, json, length);
    return rill_json_decode(memory, length, length + RILL_RESERVE, tokens, TOKENS, schema, target);
}

/* Scalars of 32 bits, and kinds that cannot stand in an array. */
typedef struct odd {
    rill_header header;
    uint16_t small_count, enum_count, array_count;
    int32_t small[6];
    rill_enum enums[2];
    int64_t arrays[2];
    rill_text nameless;
    int64_t last;
} odd;
static const rill_array small_array = RILL_ARRAY_OF_SCALARS(odd, small, small_count, RILL_INT32);
static const rill_array enum_array = RILL_ARRAY_OF_SCALARS(odd, enums, enum_count, RILL_ENUM);
static const rill_array array_array = RILL_ARRAY_OF_SCALARS(odd, arrays, array_count, RILL_ARRAY);
static const rill_row odd_rows[] = {
    RILL_ROW_ARRAY(odd, small, "small", 0, &small_array),    RILL_ROW_ARRAY(odd, enums, "enums", 1, &enum_array),
    RILL_ROW_ARRAY(odd, arrays, "arrays", 2, &array_array),  RILL_ROW_TEXT(odd, nameless, "", 3),
    RILL_ROW_INT64(odd, last, "last", 4),
};
static const rill_schema odd_schema = RILL_SCHEMA(odd, odd_rows);

/* Commas and brackets on the path of what is wanted. */
static void test_wanted_paths_that_are_none(void **state)
{
    static const char *const good[] = {"{\"stops\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"city\":\"c\"}", "{\"stops\":[],\"city\":\"c\"}",
                                       "{\"stops\":[{}],\"city\":\"c\"}"};
    static const char *const bad[] = {
        "{,\"city\":\"c\"}",
        "{\"stops\":[,{\"name\":\"a\"}],\"city\":\"c\"}",
        "{\"stops\":[{,\"name\":\"a\"}],\"city\":\"c\"}",
        "{\"stops\":[{\"name\":\"a\",}],\"city\":\"c\"}",
        "{\"stops\":[{\"name\":\"a\"},],\"city\":\"c\"}",
        "{\"stops\":[{\"name\":\"a\"}},\"city\":\"c\"}",
        "{\"stops\":[{\"name\":\"a\"],\"city\":\"c\"}",
        "{\"stops\":[{\"name\":\"a\"}]],\"city\":\"c\"}",
        "{\"stops\":[{\"name\":\"a\"}]\"city\":\"c\"}",
        "{\"stops\":[{\"name\":\"a\"}],,\"city\":\"c\"}",
        "{\"stops\":[\"name\":\"a\"],\"city\":\"c\"}",
        "{\"stops\":[{\"name\" \"a\"}],\"city\":\"c\"}",
        "{\"stops\":[{\"name\"::\"a\"}],\"city\":\"c\"}",
        "{\"stops\":[{\"name\":,\"minutes\":1}],\"city\":\"c\"}",
        "{\"stops\":[{\"name\":\"a\"\"minutes\":1}],\"city\":\"c\"}",
        "{\"stops\":[],\"city\":\"c\"]",
        "{\"stops\":},\"city\":\"c\"}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        journey trip;
        assert_int_equal(decode_trip(good[i], &trip), RILL_OK);
        assert_string_equal(trip.city.data, "c");
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        journey trip;
        if (decode_trip(bad[i], &trip) != RILL_JSON_UNEXPECTED)
            fail_msg("%s", bad[i]);
    }
}

/* Nor are they numbers where one is wanted. */
static void test_wanted_numbers_that_are_none(void **state)
{
    static const char *const bad[] = {"01", "00", "007", "-01", "1.", "1.e5", "1e", "1e+", "-", "1-", "0x1", "--1", "1.2.3"};
    static const char *const places[] = {"{\"last\":%s,\"enums\":[]}", "{\"small\":[%s,1],\"last\":1}", "{\"small\":[1,%s],\"last\":1}"};
    odd seen;
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char json[64];
        for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
            snprintf(json, sizeof json, places[i], bad[k]);
            assert_true(decode_with(json, strlen(json), &odd_schema, &seen) < 0);
        }
        snprintf(json, sizeof json, places[i], "0");
        assert_int_equal(decode_with(json, strlen(json), &odd_schema, &seen), RILL_OK);
    }
}

static void test_small_integers(void **state)
{
    odd seen;
    (void)state;
    assert_int_equal(DECODE("{\"small\":[2147483647,2147483648,-2147483648,-2147483649,1.9,\"5\"],\"last\":1}", &odd_schema, &seen),
                     RILL_OK);
    static const int32_t small[] = {INT32_MAX, 0, INT32_MIN, 0, 1, 5};
    assert_int_equal(seen.small_count, 6);
    assert_memory_equal(seen.small, small, sizeof small);
    assert_int_equal(seen.last, 1);
}

static void test_kinds_that_cannot_stand_in_an_array(void **state)
{
    odd seen;
    (void)state;
    assert_int_equal(DECODE("{\"enums\":[\"a\",null],\"arrays\":[[1],2],\"last\":1}", &odd_schema, &seen), RILL_OK);
    assert_int_equal(seen.enum_count, 2);
    assert_null(seen.enums[0].data);
    assert_int_equal(seen.array_count, 2);
    assert_int_equal(seen.arrays[0] | seen.arrays[1], 0);
    assert_int_equal(seen.last, 1);
}

static void test_member_without_a_name(void **state)
{
    odd seen;
    (void)state;
    assert_int_equal(DECODE("{\"\":\"x\",\"last\":1}", &odd_schema, &seen), RILL_OK);
    assert_string_equal(seen.nameless.data, "x");
    assert_int_equal(DECODE("{\"last\":1,\"\":\"x\"}", &odd_schema, &seen), RILL_OK);
    assert_string_equal(seen.nameless.data, "x");
}

/* A word that is longer than its length field can say. */
typedef struct worded {
    rill_header header;
    rill_enum word;
} worded;
static const rill_name word_names[] = {{"word", 0, 4, 1}};
static const rill_names words = {word_names, 1, 0};
static const rill_row worded_rows[] = {RILL_ROW_ENUM(worded, word, "word", 0, &words)};
static const rill_schema worded_schema = RILL_SCHEMA(worded, worded_rows);

static void test_long_word(void **state)
{
    static const char begin[] = "{\"word\":\"word";
    static const size_t lengths[] = {65534, 65535, 65536, 65540};
    static char json[70000];
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        worded seen;
        memset(json, 'w', sizeof json);
        memcpy(json, begin, sizeof begin - 1);
        memcpy(json + 9 + lengths[i], "\"}", 2);
        assert_int_equal(decode_with(json, 9 + lengths[i] + 2, &worded_schema, &seen), RILL_OK);
        assert_int_equal(seen.word.length, lengths[i] < UINT16_MAX ? lengths[i] : UINT16_MAX);
        assert_int_equal(seen.word.data[seen.word.length], '\0');
        assert_int_equal(seen.word.value, 0);
    }
}

/* An object in place of an array whose elements fill the struct around it. */
typedef struct parted {
    rill_element element;
    rill_text name;
    int64_t last;
} parted;
static const rill_row part_rows[] = {RILL_ROW_TEXT(parted, name, "name", 1)};
static const rill_schema part_schema = {part_rows, NULL, 0, 0, 1, false};
static const rill_array parts = {&part_schema, 1, 0, RILL_NO_COUNT, RILL_OBJECT, true};
static const rill_row parted_rows[] = {
    RILL_ROW_ARRAY(parted, name, "parts", 0, &parts), /* the place of such an array is not asked */
    RILL_ROW_INT64(parted, last, "last", 2),
};
static const rill_schema parted_schema = RILL_SCHEMA(parted, parted_rows);

static void test_one_in_place_of_elements_that_fill(void **state)
{
    parted seen;
    (void)state;
    assert_int_equal(DECODE("{\"parts\":{\"name\":\"x\"},\"last\":1}", &parted_schema, &seen), RILL_OK);
    assert_string_equal(seen.name.data, "x");
    assert_int_equal(seen.last, 1);
    assert_int_equal(DECODE("{\"parts\":[{\"name\":\"x\"}],\"last\":1}", &parted_schema, &seen), RILL_OK);
    assert_string_equal(seen.name.data, "x");
}

/* Names are compared as they mean, of every length of character. */
typedef struct foreign {
    rill_header header;
    int64_t two, three, four;
} foreign;
static const rill_row foreign_rows[] = {
    RILL_ROW_INT64(foreign, two, "Gr\xc3\xb6\xc3\x9f" "e", 0),
    RILL_ROW_INT64(foreign, three, "\xe2\x82\xac", 1),
    RILL_ROW_INT64(foreign, four, "\xf0\x9f\x98\x80!", 2),
};
static const rill_schema foreign_schema = RILL_SCHEMA(foreign, foreign_rows);

static void test_names_beyond_ascii(void **state)
{
    foreign seen;
    (void)state;
    assert_int_equal(DECODE("{\"Gr\\u00f6\\u00dfe\":2,\"\\u20ac\":3,\"\\ud83d\\ude00!\":4}", &foreign_schema, &seen), RILL_OK);
    assert_int_equal(seen.two, 2);
    assert_int_equal(seen.three, 3);
    assert_int_equal(seen.four, 4);
    assert_int_equal(DECODE("{\"Gr\xc3\xb6\xc3\x9f" "e\":2,\"\xe2\x82\xac\":3,\"\xf0\x9f\x98\x80!\":4}", &foreign_schema, &seen), RILL_OK);
    assert_int_equal(seen.two * 100 + seen.three * 10 + seen.four, 234);
    assert_int_equal(DECODE("{\"Gr\\u00f6\\u00df\":2,\"\\u20ad\":3,\"\\ud83d!\":4}", &foreign_schema, &seen), RILL_OK);
    assert_int_equal(seen.header.present, 0);
}

/* A schema that holds itself, by an object or by an array: what is wanted below nine brackets is passed over. */
typedef struct tree {
    rill_element element;
    int64_t leaf;
    rill_text raw;
} tree;
static const rill_schema twig_schema;
static const rill_array twigs = {&twig_schema, 1, 0, RILL_NO_COUNT, RILL_OBJECT, false};
static const rill_row tree_rows[] = {
    RILL_ROW_OBJECT(tree, element, "in", 0, &twig_schema), RILL_ROW_ARRAY(tree, element, "each", 1, &twigs),
    RILL_ROW_INT64(tree, leaf, "leaf", 2),                 RILL_ROW_RAW(tree, raw, "raw", 3),
};
static const rill_schema tree_schema = RILL_SCHEMA(tree, tree_rows);
static const rill_schema twig_schema = {tree_rows, NULL, 0, 0, 4, false};

static void test_wanted_objects_that_are_none(void **state)
{
    static const char *const bad[] = {"{\"in\":{,\"leaf\":1}}", "{\"in\":{]}", "{\"in\":{\"in\":{,\"leaf\":1}}}", "{\"each\":[,\"leaf\"]}",
                                      "{\"each\":[,{\"leaf\":1}]}", "{\"in\":{\"leaf\":1,}}", "{\"in\":{}\"leaf\":1}"};
    tree seen;
    (void)state;
    assert_int_equal(DECODE("{\"in\":{},\"leaf\":1}", &tree_schema, &seen), RILL_OK);
    assert_int_equal(seen.leaf, 1);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (decode_with(bad[i], strlen(bad[i]), &tree_schema, &seen) != RILL_JSON_UNEXPECTED)
            fail_msg("%s", bad[i]);
}

static void test_path_limit(void **state)
{
    static const struct {
        const char *first, *open, *close, *last;
        unsigned around, brackets; /* of the first, and of each of the others */
    } cases[] = {
        {"", "{\"in\":", "}", "", 0, 1},
        {"", "{\"each\":[", "]}", "", 0, 2},
        {"{\"in\":", "{\"each\":[", "]}", "}", 1, 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (unsigned depth = 0; depth < 12; depth++) {
            char json[256] = "";
            tree seen;
            strcat(json, cases[i].first);
            for (unsigned j = 0; j < depth; j++)
                strcat(json, cases[i].open);
            strcat(json, "{\"leaf\":7,\"raw\":[1]}");
            for (unsigned j = 0; j < depth; j++)
                strcat(json, cases[i].close);
            strcat(json, cases[i].last);
            assert_int_equal(decode_with(json, strlen(json), &tree_schema, &seen), RILL_OK);
            bool wanted = cases[i].around + depth * cases[i].brackets + 1 <= RILL_PATH_MAX;
            assert_int_equal(seen.leaf, wanted ? 7 : 0);
            assert_int_equal(seen.raw.length, wanted ? 3 : 0);
        }
}

/* Elements are counted to 2^24 - 1: an object that is wanted behind so many is refused. */
static rill_status behind_elements(unsigned count)
{
    enum { BLOCK = 1 << 16 };
    static char zeros[2 * BLOCK];
    for (size_t i = 0; i < BLOCK; i++)
        memcpy(zeros + 2 * i, "0,", 2);
    rill_sieve_begin(&sieve, &trip_schema, memory, TOKENS);
    rill_sieve_open(&sieve);
    assert_int_equal(push("{\"stops\":[", 10), RILL_MORE);
    for (; count > BLOCK; count -= BLOCK)
        assert_int_equal(push(zeros, sizeof zeros), RILL_MORE);
    assert_int_equal(push(zeros, 2 * count), RILL_MORE);
    return push("{}]}", 4);
}

static void test_element_limit(void **state)
{
    (void)state;
    assert_int_equal(behind_elements(0xfffffe), RILL_MORE);
    assert_int_equal(behind_elements(0xffffff), RILL_LIMIT_DEPTH);
    assert_int_equal(behind_elements(0x1000000), RILL_LIMIT_DEPTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_test_suite),
        cmocka_unit_test(test_utf8_tables),
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_letters_of_escapes),
        cmocka_unit_test(test_errors_by_name),
        cmocka_unit_test(test_values_amid_others),
        cmocka_unit_test(test_whole_texts),
        cmocka_unit_test(test_errors_in_a_raw_value),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_decode_states_of_a_member),
        cmocka_unit_test(test_decode_as_many_rows_as_can_be),
        cmocka_unit_test(test_decode_refuses),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_exponents),
        cmocka_unit_test(test_wanted_paths_that_are_none),
        cmocka_unit_test(test_wanted_numbers_that_are_none),
        cmocka_unit_test(test_small_integers),
        cmocka_unit_test(test_kinds_that_cannot_stand_in_an_array),
        cmocka_unit_test(test_member_without_a_name),
        cmocka_unit_test(test_long_word),
        cmocka_unit_test(test_one_in_place_of_elements_that_fill),
        cmocka_unit_test(test_names_beyond_ascii),
        cmocka_unit_test(test_wanted_objects_that_are_none),
        cmocka_unit_test(test_path_limit),
        cmocka_unit_test(test_element_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
