/* The filled template at work: the contract of a port, then a client that reads an answer through it. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pipe.h"
#include "port_contract.h"
#include "rill/rill.h"

static int passed, failed;

static void expect(bool good, const char *what, const char *detail)
{
    if (good)
        passed++;
    else
        failed++;
    if (!good)
        printf("FAILED %s: %s\n", what, detail);
}

/* ---- two pipes: the port's ends, and those of the other side */

typedef struct far_end {
    int in, out;
} far_end;

static void open_both(rill_pipe *port, far_end *far)
{
    static const rill_pipe ready;
    int to_port[2] = {-1, -1}, from_port[2] = {-1, -1};
    if (pipe(to_port) != 0 || pipe(from_port) != 0)
        expect(false, "pipe", "no descriptors");
    *port = ready;
    port->in = to_port[0];
    port->out = from_port[1];
    far->in = from_port[0];
    far->out = to_port[1];
    fcntl(port->in, F_SETFL, O_NONBLOCK);
    fcntl(port->out, F_SETFL, O_NONBLOCK);
}

static void far_send(void *context, const char *bytes, size_t length)
{
    if (write(((far_end *)context)->out, bytes, length) != (ssize_t)length)
        expect(false, "the other side", "write");
}

static size_t far_take(void *context, char *bytes, size_t size)
{
    const far_end *far = context;
    struct pollfd wait = {far->in, POLLIN, 0};
    if (poll(&wait, 1, 5000) != 1)
        return 0;
    ssize_t moved = read(far->in, bytes, size);
    return moved > 0 ? (size_t)moved : 0;
}

static void far_end_here(void *context)
{
    close(((far_end *)context)->out);
}

static void pass(void *context, uint32_t ms)
{
    struct timespec wait = {0, (long)ms * 1000000L};
    (void)context;
    nanosleep(&wait, NULL);
}

static void keeps_the_contract(void)
{
    rill_pipe port;
    far_end far;
    open_both(&port, &far);
    const port_under_test test = {&rill_pipe_port, &port, &far, far_send, far_take, far_end_here, pass, 10000, 0, 4 << 20};
    const char *broken = port_contract(&test);
    expect(broken == NULL, "contract", broken != NULL ? broken : "");
    close(far.in);
}

/* ---- a client: the request goes out, an answer comes in, its text is joined */

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "4a\r\ndata: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"co\r\n"
                             "14\r\nntent\":\"hello\"}}]}\n\n\r\n"
                             "0e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";

static void serves_a_client(void)
{
    static char buffer[256];
    static rill_token tokens[24];
    static rill_chunk chunk;
    const rill_stream_config stream = {buffer, sizeof buffer, tokens, 24, &rill_chat_schema, &chunk, RILL_BODY_HTTP, NULL};
    rill_request_message message = {.role = "user", .content = rill_span_of("hi")};
    rill_request request = {.host = "localhost", .path = "/v1/chat/completions", .model = "any", .messages = &message,
                            .message_count = 1, .stream = true};
    rill_pipe port;
    far_end far;
    char text[64] = "", asked[1024];
    rill_item item = {0};
    rill_client client;
    open_both(&port, &far);
    const rill_client_config config = {&rill_pipe_port, &port, &stream, 10000, 20000, 0};
    expect(rill_client_begin(&client, &config) == RILL_OK, "client", "begin");
    expect(rill_client_send(&client, &request) == RILL_OK, "client", "send");
    size_t length = far_take(&far, asked, sizeof asked);
    expect(length > 30 && memcmp(asked, "POST /v1/chat/completions HTTP/1.1\r\n", 36) == 0, "client", "no request came");
    far_send(&far, answer, sizeof answer - 1);
    while (rill_client_next(&client, &item) == RILL_OK && item.kind != RILL_ITEM_END)
        if (item.kind == RILL_ITEM_CHAT_CHUNK && chunk.choice_count > 0)
            strncat(text, chunk.choices[0].message.content.data, chunk.choices[0].message.content.length);
    expect(item.end == RILL_END_DONE && item.status == RILL_OK, "client", rill_status_text(item.status));
    expect(strcmp(text, "hello") == 0, "client", text);
    rill_client_close(&client);
    close(far.in);
    close(far.out);
}

int main(void)
{
    keeps_the_contract();
    serves_a_client();
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
