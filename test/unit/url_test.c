/* URLs of servers, as people write them for rill chat: what goes to the lookup, into the Host header and into the
 * request line, or what is said to be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "url.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TAIL "/chat/completions"

typedef struct url_case {
    const char *text;
    const char *name, *host, *service, *path;
    bool tls;
    uint16_t told_port;
} url_case;

static void expect(const url_case *cases, size_t count)
{
    url parsed;
    for (size_t i = 0; i < count; i++) {
        const url_case *wanted = &cases[i];
        const char *problem = url_parse(wanted->text, &parsed);
        if (problem != NULL)
            fail_msg("%s: %s", wanted->text, problem);
        assert_string_equal(parsed.name, wanted->name);
        assert_string_equal(parsed.host, wanted->host);
        assert_string_equal(parsed.service, wanted->service);
        assert_string_equal(parsed.path, wanted->path);
        assert_int_equal(parsed.tls, wanted->tls);
        assert_int_equal(parsed.told_port, wanted->told_port);
    }
}

static void test_hosts_and_ports(void **state)
{
    static const url_case cases[] = {
        {"http://localhost:8080/v1", "localhost", "localhost", "8080", "/v1" TAIL, false, 8080},
        {"http://example.com/v1", "example.com", "example.com", "80", "/v1" TAIL, false, 0},
        {"http://example.com:80/v1", "example.com", "example.com", "80", "/v1" TAIL, false, 0},
        {"http://example.com:443/v1", "example.com", "example.com", "443", "/v1" TAIL, false, 443},
        {"http://example.com:/v1", "example.com", "example.com", "80", "/v1" TAIL, false, 0},
        {"http://example.com:65535/v1", "example.com", "example.com", "65535", "/v1" TAIL, false, 65535},
        {"https://example.com/v1", "example.com", "example.com", "443", "/v1" TAIL, true, 0},
        {"HTTPS://example.com:8443/v1", "example.com", "example.com", "8443", "/v1" TAIL, true, 8443},
        {"http://[::1]:8080/v1", "::1", "[::1]", "8080", "/v1" TAIL, false, 8080},
        {"http://[2001:db8::7]/v1", "2001:db8::7", "[2001:db8::7]", "80", "/v1" TAIL, false, 0},
        {"localhost:11434/v1", "localhost", "localhost", "11434", "/v1" TAIL, false, 11434},
        {"127.0.0.1", "127.0.0.1", "127.0.0.1", "80", "/v1" TAIL, false, 0},
    };
    (void)state;
    expect(cases, COUNT(cases));
}

static void test_paths(void **state)
{
    static const url_case cases[] = {
        {"http://h", "h", "h", "80", "/v1" TAIL, false, 0},
        {"http://h/", "h", "h", "80", "/v1" TAIL, false, 0},
        {"http://h/v1/", "h", "h", "80", "/v1" TAIL, false, 0},
        {"http://h/v1//", "h", "h", "80", "/v1" TAIL, false, 0},
        {"http://h/api/v1", "h", "h", "80", "/api/v1" TAIL, false, 0},
        {"http://h/v1" TAIL, "h", "h", "80", "/v1" TAIL, false, 0},
        {"http://h/v1" TAIL "/", "h", "h", "80", "/v1" TAIL, false, 0},
        {"http://h" TAIL, "h", "h", "80", TAIL, false, 0},
        {"http://h/v1?api-version=1", "h", "h", "80", "/v1" TAIL "?api-version=1", false, 0},
        {"http://h/d/x" TAIL "?a=b/c", "h", "h", "80", "/d/x" TAIL "?a=b/c", false, 0},
        {"http://h?a=b", "h", "h", "80", "/v1" TAIL "?a=b", false, 0},
        {"http://h/v1#part", "h", "h", "80", "/v1" TAIL, false, 0},
        {"http://h/v1?u=http://x", "h", "h", "80", "/v1" TAIL "?u=http://x", false, 0},
        {"h/v1?u=http://x", "h", "h", "80", "/v1" TAIL "?u=http://x", false, 0},
    };
    (void)state;
    expect(cases, COUNT(cases));
}

static void test_what_is_no_server(void **state)
{
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"", "no host"},
        {"http://", "no host"},
        {"http:///v1", "no host"},
        {"http://:8080/v1", "no host"},
        {"http://[]/v1", "no host"},
        {"http://[::1/v1", "no host"},
        {"http://[::1]x/v1", "no host"},
        {"ftp://h/v1", "neither http"},
        {"://h/v1", "neither http"},
        {"http:/h/v1", "neither http"},
        {"https:8443", "neither http"},
        {"https:/h/v1?u=http://x", "neither http"}, /* not http, to a host named https */
        {"HTTPS:h/http://x", "neither http"},
        {"http://h:80a/v1", "port is no number"},
        {"http://h:-1/v1", "port is no number"},
        {"http://::1/v1", "no host"},
        {"http://2001:db8::1/v1", "port is no number"}, /* an address without its brackets */
        {"http://h:0/v1", "port is 0"},
        {"http://h:65536/v1", "above 65535"},
        {"http://h:99999999999999999999/v1", "above 65535"},
        {"http://me:secret@h/v1", "user name"},
        {"http://h/v 1", "blank"},
        {"http://h/v1\r\nX: y", "blank"},
        {"http://h/v1\x7f", "blank"},
    };
    url parsed;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *problem = url_parse(cases[i].text, &parsed);
        if (problem == NULL || strstr(problem, cases[i].problem) == NULL)
            fail_msg("%s: %s", cases[i].text, problem != NULL ? problem : "taken");
    }
}

static void test_lengths(void **state)
{
    char text[URL_HOST_SIZE + URL_PATH_SIZE + 64];
    url parsed;
    (void)state;
    for (int length = URL_HOST_SIZE - 2; length <= URL_HOST_SIZE + 1; length++) {
        memset(text, 'h', (size_t)length);
        text[length] = '\0';
        assert_int_equal(url_parse(text, &parsed) == NULL, length < URL_HOST_SIZE);
    }
    int room = URL_PATH_SIZE - 1 - (int)strlen(TAIL);
    for (int length = room - 2; length <= room + 2; length++) { /* of the path */
        snprintf(text, sizeof text, "http://h/%0*d", length - 1, 0);
        assert_int_equal(url_parse(text, &parsed) == NULL, length <= room);
    }
    memset(text, '/', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_non_null(url_parse(text, &parsed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hosts_and_ports),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_what_is_no_server),
        cmocka_unit_test(test_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
