/* How many instructions a byte costs from the interrupt to the struct. The stream lies in RAM, so that nothing waits: what
 * the emulator counts is the same in every run. uart_count.mjs names the file. */
#include "board.h"
#include "host.h"
#include "rill/rill.h"
#include "uart.h"

#include <string.h>

enum { BLOCK = 32 }; /* bytes that come between two reads: 2.8 ms at 115200 baud */

static uint8_t ring[128];
static char buffer[RILL_BUFFER_MIN];
static rill_token tokens[RILL_TOKENS_MIN];
static rill_uart uart;
static rill_stream stream;

#ifdef RILL_NO_HTTP
static rill_lean_chunk chunk;
#define SCHEMA rill_lean_schema
#else
static rill_chunk chunk;
#define SCHEMA rill_chat_schema
#endif

static const rill_stream_config stream_config = {
    buffer, sizeof buffer, tokens, RILL_TOKENS_MIN, &SCHEMA, &chunk, RILL_BODY_AUTO, NULL};

static bool send(void *context, uint8_t byte)
{
    (void)context;
    return board_uart_send(byte);
}

static uint32_t now(void *context, bool idle)
{
    (void)context;
    (void)idle;
    return 0;
}

static const rill_uart_board board = {send, NULL, now};
static const rill_uart_config uart_config = {&board, NULL, ring, sizeof ring, 0, 0};

/* ---- the ways of a block of bytes; each gives the instructions that it took */

static rill_item item;
static uint32_t items;

static void decode(void)
{
    while (item.kind != RILL_ITEM_END && rill_stream_next(&stream, &item) == RILL_OK)
        items++;
}

static uint32_t receive(const uint8_t *bytes, size_t length)
{
    uint32_t began = board_instructions();
    for (size_t i = 0; i < length; i++)
        rill_uart_received(&uart, bytes[i]);
    return board_instructions() - began;
}

static uint32_t read_and_decode(void)
{
    uint32_t began = board_instructions();
    for (;;) {
        char *place;
        size_t space = rill_stream_space(&stream, &place);
        int32_t moved = rill_uart_port.read(&uart, place, space, 0);
        if (moved <= 0)
            break;
        rill_stream_got(&stream, (size_t)moved);
        decode();
    }
    return board_instructions() - began;
}

static uint32_t give_and_decode(const uint8_t *bytes, size_t length)
{
    uint32_t began = board_instructions();
    rill_stream_give(&stream, (const char *)bytes, length);
    decode();
    return board_instructions() - began;
}

static void begin(void)
{
    memset(&item, 0, sizeof item);
    items = 0;
    rill_uart_begin(&uart, &uart_config);
    rill_stream_begin(&stream, &stream_config);
    decode();
}

int main(void)
{
    static uint8_t input[64 * 1024];
    static char name[256];
    uint32_t nothing, given = 0, received = 0, decoded = 0;
    host_arguments(name, sizeof name);
    int file = host_open(name, HOST_READ);
    size_t length = file < 0 ? 0 : host_read(file, input, sizeof input);
    if (length == 0)
        return 1;
    board_lock(); /* no tick in between */
    nothing = board_instructions();
    nothing = board_instructions() - nothing;
    begin();
    for (size_t at = 0; at < length; at += BLOCK)
        given += give_and_decode(input + at, length - at < BLOCK ? length - at : BLOCK) - nothing;
    begin();
    for (size_t at = 0; at < length; at += BLOCK) {
        received += receive(input + at, length - at < BLOCK ? length - at : BLOCK) - nothing;
        decoded += read_and_decode() - nothing;
    }
    board_unlock();
    host_print_value("bytes", (uint32_t)length);
    host_print_value("items", items);
    host_print_value("end", (uint32_t)item.end);
    host_print_value("lost", uart.lost);
    host_print_value("given", given);
    host_print_value("received", received);
    host_print_value("decoded", decoded);
    return 0;
}
