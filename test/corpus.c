#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- sse */

static void log_json(test_log *log, const char *word, const json_t *string)
{
    test_log_add(log, "%s \"", word);
    test_log_bytes(log, json_string_value(string), json_string_length(string));
    test_log_add(log, "\"");
}

void corpus_sse_log(test_log *log, const json_t *file)
{
    size_t i;
    json_t *item;
    test_log_clear(log);
    json_array_foreach (json_object_get(file, "events"), i, item) {
        log_json(log, "EVENT", json_object_get(item, "type"));
        log_json(log, "", json_object_get(item, "data"));
        log_json(log, "", json_object_get(item, "lastEventId"));
        test_log_add(log, "\n");
    }
    log_json(log, "LAST", json_object_get(file, "last_event_id"));
    test_log_add(log, "\nRETRY");
    json_array_foreach (json_object_get(file, "retry_sequence"), i, item)
        test_log_add(log, " %lld", (long long)json_integer_value(item));
    test_log_add(log, "\n");
}

/* ---- http */

/* Cases whose file ends before the end that their verdict speaks of; what is missing is an empty line. */
static const char *const endings[] = {
    "llhttp-response/content-length-tabs-in-content-length-surrounding",
    "llhttp-response/invalid-invalid-space-after-start-line-extra-space-between-status-code",
    "llhttp-response/sample-amazon.com",
    "llhttp-response/sample-bonjourmadame.fr",
    "llhttp-response/sample-non-ascii-in-status-line",
    "llhttp-response/sample-response-starting-with-crlf",
    "llhttp-response/sample-underscore-in-header-key",
    "llhttp-response/connection-http-200-response-with-upgrade-header-and-transfer-encoding",
    /* their parser leaves the trailer section to others */
    "picohttpparser-chunked/no-trailer-6-hello-5-world-0",
    "picohttpparser-chunked/no-trailer-b-hello-world-0-2",
};

static const char *ending_of(const char *name)
{
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (strcmp(endings[i], name) == 0)
            return "\r\n";
    return "";
}

char *corpus_http_response(const json_t *expect, const char *name, const char *input, size_t *length)
{
    const char *kind = json_string_value(json_object_get(expect, "kind"));
    const char *before = "", *behind = ending_of(name);
    if (strcmp(kind, "chunked-body") == 0)
        before = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    else if (strcmp(kind, "headers") == 0)
        before = "HTTP/1.1 200 OK\r\n";
    size_t before_length = strlen(before), behind_length = strlen(behind);
    char *whole = malloc(before_length + *length + behind_length + 1);
    if (whole == NULL)
        abort();
    memcpy(whole, before, before_length);
    memcpy(whole + before_length, input, *length);
    memcpy(whole + before_length + *length, behind, behind_length + 1);
    *length += before_length + behind_length;
    return whole;
}
