/* What a status is called, and whose it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rill/status.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_texts(void **state)
{
    (void)state;
    assert_string_equal(rill_status_text(RILL_OK), "ok");
    assert_string_equal(rill_status_text(RILL_PORT_CLOSED), "closed by the other side");
    assert_string_equal(rill_status_text(RILL_HTTP_CUT), "the response was cut short");
    assert_string_equal(rill_status_text(RILL_SERVER_ERROR), "the server reports an error");
    assert_string_equal(rill_status_text(3), "unknown status");
    assert_string_equal(rill_status_text(-1000), "unknown status");
    assert_string_equal(rill_status_text(INT32_MIN), "unknown status");
    assert_string_equal(rill_status_text(INT32_MAX), "unknown status");
}

/* No two statuses share a text. */
static void test_texts_differ(void **state)
{
    (void)state;
    for (rill_status one = -256; one < 8; one++) {
        const char *text = rill_status_text(one);
        assert_true(strlen(text) > 1);
        for (rill_status other = one + 1; other < 8 && strcmp(text, "unknown status") != 0; other++)
            assert_string_not_equal(text, rill_status_text(other));
    }
}

static void test_rooms(void **state)
{
    (void)state;
    static const struct {
        rill_status status;
        const char *room;
    } cases[] = {
        {RILL_OK, "ok"},
        {RILL_MORE, "ok"},
        {RILL_END, "ok"},
        {RILL_PORT_CLOSED, "port"},
        {-31, "port"},
        {RILL_HTTP_STATUS_LINE, "http"},
        {RILL_SSE_FORMAT, "sse"},
        {RILL_JSON_UNEXPECTED, "json"},
        {RILL_SCHEMA_TABLE, "schema"},
        {RILL_LIMIT_DEPTH, "limit"},
        {RILL_SERVER_ERROR, "server"},
        {-7 * 32 + 1, "server"},
        {-7 * 32, "unknown"},
        {-100000, "unknown"},
        {INT32_MIN, "unknown"}, /* has no positive counterpart */
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(rill_status_room(cases[i].status), cases[i].room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_texts_differ),
        cmocka_unit_test(test_rooms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
