/* The parser of URLs: what it takes is one that a request can be made of. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "rill/request.h"
#include "url.h"

static rill_status take(void *context, const char *bytes, size_t length)
{
    (void)context, (void)bytes, (void)length;
    return RILL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    url *parsed = fuzz_memory(sizeof *parsed);
    const char *problem = url_parse(text, parsed);
    if (problem == NULL) {
        rill_request request = {.host = parsed->host, .path = parsed->path, .port = parsed->told_port, .model = "m"};
        fuzz_must(memchr(parsed->host, '\0', sizeof parsed->host) != NULL && parsed->host[0] != '\0', "no host");
        fuzz_must(memchr(parsed->name, '\0', sizeof parsed->name) != NULL && parsed->name[0] != '\0', "no name");
        fuzz_must(memchr(parsed->path, '\0', sizeof parsed->path) != NULL && parsed->path[0] == '/', "no path");
        fuzz_must(strtoul(parsed->service, NULL, 10) == parsed->port && parsed->port > 0, "port %u, %s", parsed->port, parsed->service);
        fuzz_must(strlen(parsed->path) <= strlen(text) + 30, "the path is longer than the URL");
        rill_request_message message = {.role = "user", .content = RILL_SPAN("x")};
        request.messages = &message;
        request.message_count = 1;
        rill_status status = rill_request_write(&request, take, NULL);
        /* the writer is the one that says what may stand in a head */
        fuzz_must(status == RILL_OK || status == RILL_HTTP_REQUEST, "a request is refused: %s", rill_status_text(status));
    } else {
        fuzz_must(problem[0] != '\0', "an empty complaint");
    }
    free(parsed);
    free(text);
    return 0;
}
