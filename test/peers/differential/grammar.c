/* JSON: the check of json.h beside Debian's jansson. Only the grammar: test/fuzz/sieve_fuzz.c compares the values. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "differential.h"
#include "rill/json.h"

static const char *const words[] = {
    "\"", "\\", "\\u", "\\u0000", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\u00zz", "{", "}", "[", "]", ":", ",",
    "[]",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
    "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    "{}", "{\"a\":", "[1,", "0", "1", "-", "+", ".", "e", "E", "1e5", "1E-400", "1e400", "-0", "01", "1.", ".5",
    "12345678901234567890", "9223372036854775807", "0.1e+2", "true", "false", "null", "True", "nul", "NaN",
    "Infinity", " ", "\t", "\n", "\r", "\f", "\v", "//", "/**/", "'", "\x7f", "\xc3\xa9", "\xc3", "\xe2\x82\xac",
    "\xe0\x9f\xbf", "\xed\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf", "\xf0\x9f\x98\x80", "\xf4\x90\x80\x80", "\xc0\x80", "\xff", "\xef\xbb\xbf", NULL};

enum { DEEP, NUMBER, HALF, NUL_IN_KEY, NUL_BEHIND };
static const deviation deviations[] = {
    [DEEP] = {"jansson takes it, rill finds it too deep",
        "rill: 64 open brackets (RILL_DEPTH_MAX); jansson: 2048",
        SHOWN_BY("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                 "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")},
    [NUMBER] = {"rill takes it, jansson finds a number too large",
        "RFC 8259 6 sets no bound; jansson makes a double or 64 bits of it",
        SHOWN_BY("[1e400]")},
    [HALF] = {"rill takes it, jansson finds half a surrogate pair",
        "RFC 8259 8.2: the grammar allows it; rill gives U+FFFD",
        SHOWN_BY("\"\\ud800\"")},
    [NUL_IN_KEY] = {"rill takes it, jansson finds \\u0000 in a name",
        "RFC 8259 7 allows it; jansson's names are C strings",
        SHOWN_BY("{\"\\u0000\":1}")},
    [NUL_BEHIND] = {"jansson takes it, rill finds a NUL behind a number or a word",
        "a fault of jansson 2.14: it loses a NUL that it has put back",
        SHOWN_BY("[1\0]")},
    {NULL, NULL, NULL, 0},
};

static rill_status check(const document *one, size_t *used)
{
    rill_json_check checked;
    rill_json_check_begin(&checked);
    rill_status status = rill_json_check_push(&checked, one->bytes, one->length, used);
    return status == RILL_MORE ? rill_json_check_end(&checked) : status;
}

static bool has(const document *one, const char *text)
{
    size_t length = strlen(text);
    for (size_t at = 0; at + length <= one->length; at++)
        if (memcmp(one->bytes + at, text, length) == 0)
            return true;
    return false;
}

/* \ud800 to \udfff, written in any way. */
static bool has_half(const document *one)
{
    for (size_t at = 0; at + 3 < one->length; at++)
        if (one->bytes[at] == '\\' && one->bytes[at + 1] == 'u' && (one->bytes[at + 2] | 0x20) == 'd' &&
            strchr("89abcdefABCDEF", one->bytes[at + 3]) != NULL)
            return true;
    return false;
}

static int why_refused(const document *one, const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_numeric_overflow:
        return NUMBER;
    case json_error_null_byte_in_key:
        return has(one, "\\u0000") ? NUL_IN_KEY : NOT_LISTED;
    case json_error_invalid_syntax:
        return has_half(one) && strstr(error->text, "invalid Unicode") != NULL ? HALF : NOT_LISTED;
    default:
        return NOT_LISTED;
    }
}

static bool is_nul_behind(const document *one, size_t at)
{
    return at > 0 && at < one->length && one->bytes[at] == '\0' && isalnum((unsigned char)one->bytes[at - 1]);
}

static int compare(const document *one, char *told, size_t size)
{
    json_error_t error;
    size_t at;
    rill_status status = check(one, &at);
    json_t *value = json_loadb(one->bytes, one->length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    bool taken = value != NULL;
    json_decref(value);
    snprintf(told, size, "rill: %s; jansson: %s", rill_status_text(status), taken ? "taken" : error.text);
    if (status == RILL_OK && !taken)
        return why_refused(one, &error);
    if (status != RILL_OK && taken)
        return status == RILL_LIMIT_DEPTH ? DEEP : is_nul_behind(one, at) ? NUL_BEHIND : NOT_LISTED;
    return taken ? BOTH_TAKE : BOTH_REFUSE;
}

const subject grammar = {"grammar", "jansson", words, deviations, compare};
