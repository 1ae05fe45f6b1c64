/* What of a server's text reaches a terminal. Each case comes in one piece, and in all pairs of pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "terminal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void expect(const char *text, size_t length, size_t cut, bool filters, const char *shown, size_t shown_length)
{
    char got[256];
    FILE *file = tmpfile();
    assert_non_null(file);
    terminal to = terminal_on(file);
    assert_false(to.filters);
    to.filters = filters;
    terminal_write(&to, text, cut);
    terminal_write(&to, text + cut, length - cut);
    terminal_end(&to);
    terminal_end(&to);
    rewind(file);
    size_t have = fread(got, 1, sizeof got, file);
    fclose(file);
    if (have != shown_length || memcmp(got, shown, have) != 0)
        fail_msg("\"%s\" cut at %zu: \"%.*s\" where \"%s\" was expected", text, cut, (int)have, got, shown);
}

static void test_what_reaches_a_terminal(void **state)
{
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"", ""},
        {"plain text\n\tand more ~", "plain text\n\tand more ~"},
        {"Gr\xc3\xbc\xc3\x9f" "e, \xe2\x82\xac, \xf0\x9f\x8c\x8a, \xed\x9f\xbf, \xf4\x8f\xbf\xbf",
         "Gr\xc3\xbc\xc3\x9f" "e, \xe2\x82\xac, \xf0\x9f\x8c\x8a, \xed\x9f\xbf, \xf4\x8f\xbf\xbf"},
        {"\xc2\xa0\xc2\xbf", "\xc2\xa0\xc2\xbf"},
        {"one\r\ntwo\r", "one\ntwo"},
        {"\033[2Jgone", "?[2Jgone"},
        {"\033]0;owned\007", "?]0;owned?"},
        {"\x01\x1f\x7f", "???"},
        {"\xc2\x9b" "2J\xc2\x80\xc2\x9f", "?2J??"}, /* C1 in UTF-8: CSI */
        {"\x9b" "2J", "?2J"},                       /* C1 on a terminal of 8 bits */
        {"\xe2\x82", "?"},
        {"\xe2\x82x", "?x"},
        {"\xe2\033[m", "??[m"},
        {"\xe2\xc3\xbc", "?\xc3\xbc"},
        {"\xf0\x9f\x8c", "?"},
        {"\xc0\x80\xc1\xbf", "????"},       /* too long for what they say */
        {"\xe0\x9f\x80", "???"},            /* the same */
        {"\xf0\x8f\xbf\xbf", "????"},       /* the same */
        {"\xed\xa0\x80", "???"},            /* half a pair */
        {"\xf4\x90\x80\x80\xf5\xff", "??????"}, /* beyond the last character */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t cut = 0; cut <= strlen(cases[i].text); cut++) {
            expect(cases[i].text, strlen(cases[i].text), cut, true, cases[i].shown, strlen(cases[i].shown));
            expect(cases[i].text, strlen(cases[i].text), cut, false, cases[i].text, strlen(cases[i].text));
        }
    expect("a\0b", 3, 1, true, "a?b", 3);
    expect("a\0b", 3, 1, false, "a\0b", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_reaches_a_terminal),
    };
    return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}
