/* The least that a product needs: a chat stream comes over the UART without HTTP, and fills a struct. uart_min.mjs sends
 * it and adds up what this costs. Everything behind "the harness" is there for the test. On the boards named -bare rill is
 * built without HTTP, and the struct is the lean one. */
#include "board.h"
#include "host.h"
#include "rill/rill.h"
#include "uart.h"

static uint8_t ring[64]; /* five milliseconds at 115200 baud */
static char buffer[RILL_BUFFER_MIN];
static rill_token tokens[RILL_TOKENS_MIN];
static rill_uart uart;
static rill_stream stream;

#ifdef RILL_NO_HTTP
static rill_lean_chunk chunk;
#define SCHEMA rill_lean_schema
#define CONTENT chunk.choice.content
#else
static rill_chunk chunk;
#define SCHEMA rill_chat_schema
#define CONTENT chunk.choices[0].message.content
#endif

static const rill_stream_config stream_config = {
    buffer, sizeof buffer, tokens, RILL_TOKENS_MIN, &SCHEMA, &chunk, RILL_BODY_SSE, NULL};

static bool send(void *context, uint8_t byte)
{
    (void)context;
    return board_uart_send(byte);
}

static void ready(void *context, bool is_ready)
{
    (void)context;
    board_uart_ready(is_ready);
}

static uint32_t now(void *context, bool idle)
{
    (void)context;
    if (idle)
        board_sleep();
    return board_now();
}

static const rill_uart_board board = {send, ready, now};
static const rill_uart_config uart_config = {&board, NULL, ring, sizeof ring, 48, 16};

static void received(void *context, uint8_t byte)
{
    (void)context;
    rill_uart_received(&uart, byte);
}

/* What the product does with a text. */
static uint32_t hash = 2166136261u;

static void use(const rill_text *text)
{
    for (uint32_t i = 0; i < text->length; i++)
        hash = (hash ^ (uint8_t)text->data[i]) * 16777619u;
}

/* Until the stream ends, or nothing comes for ten seconds. */
static rill_end decode(void)
{
    rill_item item = {0};
    while (item.kind != RILL_ITEM_END) {
        if (rill_stream_next(&stream, &item) == RILL_MORE) {
            char *place;
            size_t space = rill_stream_space(&stream, &place);
            int32_t moved = rill_uart_port.read(&uart, place, space, 10000);
            if (moved > 0)
                rill_stream_got(&stream, (size_t)moved);
            else
                rill_stream_close(&stream, moved < 0 ? (rill_status)moved : RILL_PORT_STALLED);
        } else if (item.kind == RILL_ITEM_CHAT_CHUNK && chunk.choice_count > 0) {
            use(&CONTENT);
        }
    }
    return item.end;
}

/* ---- the harness */

int main(void)
{
    rill_uart_begin(&uart, &uart_config);
    rill_stream_begin(&stream, &stream_config);
    board_uart_listen(received, NULL);
    board_uart_send('r');
    rill_end end = decode();
    size_t stack = board_stack_used();
    host_print_value("buffer", sizeof buffer);
    host_print_value("tokens", sizeof tokens);
    host_print_value("rill_stream", sizeof stream);
    host_print_value("ring", sizeof ring);
    host_print_value("rill_uart", sizeof uart);
    host_print_value("stack", (uint32_t)stack);
    host_print_value("struct", sizeof chunk);
    host_print_value("text", hash);
    host_print_value("end", (uint32_t)end);
    return 0;
}
