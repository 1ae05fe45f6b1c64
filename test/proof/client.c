/* client: a port that answers anything, at any call, also against its contract; a clock that shows anything. The answer is
 * an HTTP head that is known, and any few bytes. */
#include "rill/client.h"
#include "rill/lean.h"
#include "window.h"

static const char answer[] = "HTTP/1.1 200 OK\r\n\r\ndata: x";
enum { ANSWER = sizeof answer - 1 };

static size_t given;

static int32_t anything(void)
{
    return any;
}

static int32_t any_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    (void)context;
    (void)timeout_ms;
    if (given == 0 && any) {
        for (; given < ANSWER; given++)
            bytes[given] = answer[given];
        return ANSWER;
    }
    if (given == ANSWER && any && size >= WINDOW) {
        given++;
        any_bytes(bytes, WINDOW);
        return WINDOW;
    }
    int32_t status = anything();
    return status <= 0 || (size_t)status > size ? status : 0;
}

static int32_t any_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    (void)context;
    (void)timeout_ms;
    for (size_t i = 0; i < length; i++)
        (void)(bytes[i] == '\0');
    if (any)
        return (int32_t)length;
    if (any)
        return (int32_t)(length / 2);
    int32_t status = anything();
    return status <= 0 || (size_t)status > length ? status : 0;
}

static void no_close(void *context)
{
    (void)context;
}

static uint32_t any_time(void *context)
{
    (void)context;
    return (uint32_t)any;
}

int main(void)
{
    static const rill_port port = {any_read, any_write, no_close, any_time};
    static char buffer[RILL_BUFFER_MIN];
    static rill_token tokens[RILL_TOKENS_MIN];
    static rill_lean_chunk chunk;
    static const rill_stream_config stream = {buffer, sizeof buffer, tokens, RILL_TOKENS_MIN, &rill_lean_schema, &chunk,
                                              RILL_BODY_HTTP, NULL};
    rill_client_config config = {&port, NULL, &stream, (uint32_t)any, (uint32_t)any, (uint32_t)any};
    static const rill_request request = {.host = "h", .path = "/", .extra = "\"a\":1"};
    rill_client client;
    rill_item item;
    if (rill_client_begin(&client, &config) != RILL_OK)
        return 0;
    rill_client_send(&client, &request);
    if (any)
        rill_client_cancel(&client);
    while (rill_client_next(&client, &item) == RILL_OK)
        ;
    rill_client_close(&client);
    return 0;
}
