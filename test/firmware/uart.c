/* A stream comes in over the board's UART: interrupt, ring, port, decoder. uart.mjs sends it, and gives the words that say
 * what this image is to do; it judges the values that are printed at the end. */
#include "board.h"
#include "framing.h"
#include "host.h"
#include "rill/rill.h"
#include "uart.h"

#include <string.h>

/* ---- the words */

static char words[160];

static bool said(const char *word)
{
    const char *found = strstr(words, word);
    return found != NULL && (found == words || found[-1] == ' ');
}

/* Of "name=number". */
static uint32_t number_of(const char *name, uint32_t otherwise)
{
    const char *found = strstr(words, name);
    uint32_t number = 0;
    if (found == NULL)
        return otherwise;
    for (found += strlen(name) + 1; *found >= '0' && *found <= '9'; found++)
        number = number * 10 + (uint32_t)(*found - '0');
    return number;
}

/* ---- the port on this board */

static uint8_t ring[128];
static rill_uart uart;
static volatile uint32_t arrived, arrived_at; /* bytes, damaged ones too; when the last of them did */
static volatile bool stopped;                 /* the host, by RTS */

static bool send(void *context, uint8_t byte)
{
    (void)context;
    return board_uart_send(byte);
}

static void ready(void *context, bool is_ready)
{
    (void)context;
    stopped = !is_ready;
    board_uart_ready(is_ready);
}

static uint32_t now(void *context, bool idle)
{
    (void)context;
    if (idle)
        board_sleep();
    return board_now();
}

static const rill_uart_board with_rts = {send, ready, now}, without_rts = {send, NULL, now};
static rill_uart_config line = {&without_rts, NULL, ring, sizeof ring, 96, 32};

static void received(void *context, uint8_t byte)
{
    (void)context;
    arrived++;
    arrived_at = board_now();
    rill_uart_received(&uart, byte);
}

static void damaged(void *context)
{
    (void)context;
    arrived++;
    rill_uart_damaged(&uart);
}

static void say(char byte)
{
    while (rill_uart_port.write(&uart, &byte, 1, 1000) == 0)
        ;
}

/* Until the host sends: what is said before it is connected gets lost. */
static void say_ready(void)
{
    for (uint32_t since = board_now(), said_at = since - 100; arrived == 0 && board_now() - since < 10000; board_sleep())
        if (board_now() - said_at >= 100) {
            said_at = board_now();
            say('r');
        }
}

/* In between: counts what read gives. */
static uint32_t taken, first_gap;

static int32_t counted_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    int32_t moved = rill_uart_port.read(context, bytes, size, timeout_ms);
    if (moved > 0)
        taken += (uint32_t)moved;
    else if (moved < 0 && first_gap == 0) {
        first_gap = taken;
        say('g');
    }
    return moved;
}

static int32_t counted_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    return rill_uart_port.write(context, bytes, length, timeout_ms);
}

static void counted_close(void *context)
{
    rill_uart_port.close(context);
}

static uint32_t counted_now(void *context)
{
    return rill_uart_port.now(context);
}

static const rill_port counted_port = {counted_read, counted_write, counted_close, counted_now};
static rill_framing framing;

/* ---- the decoder */

static char buffer[2048];
static rill_token tokens[128];
static rill_chunk chunk;
static uint32_t hash = 2166136261u; /* FNV-1a of all text */

static void add_text(void)
{
    const rill_text *text = &chunk.choices[0].message.content;
    for (uint32_t i = 0; chunk.choice_count > 0 && i < text->length; i++)
        hash = (hash ^ (uint8_t)text->data[i]) * 16777619u;
}

static uint32_t silent_ms(void)
{
    uint32_t since = arrived_at; /* first: a byte that comes now is later than any time read before */
    return board_now() - since;
}

/* Reads nothing until the line has been silent for a while. */
static void pause(void)
{
    while (silent_ms() < 200)
        board_sleep();
}

/* Reads nothing until the host must stop, or has sent all. */
static void dawdle(void)
{
    while (!stopped && silent_ms() < 200)
        board_sleep();
}

/* The emulator translates code when it first runs, which takes it longer than a byte at 115200 baud. */
static void warm_up(void)
{
    static const char sample[] = "id: 1\n: x\ndata: {\"id\":\"a\",\"object\":\"chat.completion.chunk\",\"created\":12,"
                                 "\"x\":[1,true,null,{}],\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\","
                                 "\"content\":\"a\\n\\u00e4, long enough for a second part: ..............................\","
                                 "\"reasoning_content\":\"x\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1}}"
                                 "\n\ndata: [DONE]\n\n";
    const rill_stream_config config = {buffer, 256, tokens, 24, &rill_chat_schema, &chunk, RILL_BODY_SSE, NULL};
    rill_stream stream;
    rill_item item;
    rill_stream_begin(&stream, &config);
    for (size_t at = 0; at < sizeof sample - 1; at++) {
        char *place;
        rill_uart_received(&uart, (uint8_t)sample[at]);
        size_t space = rill_stream_space(&stream, &place);
        int32_t moved = rill_uart_port.read(&uart, place, space, 0);
        rill_stream_got(&stream, (size_t)moved);
        while (rill_stream_next(&stream, &item) == RILL_OK)
            ;
    }
}

static void decode(void)
{
    bool roomy = said("roomy"); /* each event in one part: nothing of a bad one is handed out */
    const rill_stream_config stream = {.buffer = buffer,
                                       .size = roomy ? sizeof buffer : 256,
                                       .tokens = tokens,
                                       .token_count = roomy ? 128 : 24,
                                       .schema = &rill_chat_schema,
                                       .target = &chunk,
                                       .body = said("http") ? RILL_BODY_HTTP : RILL_BODY_SSE};
    rill_client_config config = {&counted_port, &uart, &stream, number_of("stall", 10000), number_of("total", 0), 0};
    rill_client client;
    rill_item item = {0};
    uint32_t bad = 0, items = 0;
    if (said("framed")) {
        rill_framing_begin(&framing, &counted_port, &uart, false);
        config.port = &rill_framing_port;
        config.context = &framing;
    }
    say_ready();
    uint32_t since = board_now();
    rill_client_begin(&client, &config);
    for (; rill_client_next(&client, &item) == RILL_OK && item.kind != RILL_ITEM_END; items++) {
        bad += item.kind == RILL_ITEM_BAD;
        if (item.kind == RILL_ITEM_CHAT_CHUNK)
            add_text();
        if (items == 0 && said("pause"))
            pause();
        if (items % 8 == 0 && said("late"))
            dawdle();
    }
    uint32_t end = board_now();
    host_print_value("stack", (uint32_t)board_stack_used());
    host_print_value("ms", end - since);
    host_print_value("silent", end - arrived_at);
    host_print_value("items", items);
    host_print_value("bad", bad);
    host_print_value("end", (uint32_t)item.end);
    host_print_value("status", (uint32_t)-item.status);
    host_print_value("text", hash);
}

/* ---- writing to a host that does not read */

static void write_until_full(void)
{
    static const char text[64] = "a request that nobody reads, a request that nobody reads, ....\r\n";
    uint32_t limit = number_of("limit", 300), written = 0, since = 0;
    int32_t moved = 1;
    while (moved > 0) {
        since = board_now();
        moved = rill_uart_port.write(&uart, text, sizeof text, limit);
        written += moved > 0 ? (uint32_t)moved : 0;
    }
    host_print_value("waited", board_now() - since);
    host_print_value("written", written);
    host_print_value("status", (uint32_t)-moved);
}

int main(void)
{
    host_arguments(words, sizeof words);
    if (said("rts"))
        line.board = &with_rts;
    if (rill_uart_begin(&uart, &line) != RILL_OK)
        return 1;
    warm_up();
    board_uart_listen_damage(damaged);
    board_uart_listen(received, NULL);
    if (said("write"))
        write_until_full();
    else
        decode();
    host_print_value("arrived", arrived);
    host_print_value("taken", taken);
    host_print_value("lost", uart.lost);
    host_print_value("damaged", uart.damaged);
    host_print_value("peak", uart.peak);
    host_print_value("gaps", framing.gaps);
    host_print_value("first gap", first_gap);
    return 0;
}
