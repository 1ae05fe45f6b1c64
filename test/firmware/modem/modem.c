/* A board with a modem on its UART: interrupt, ring, AT engine, client, decoder. modem.mjs puts a modem at the other
 * end and judges what is printed. The words are the numbers "PORT OPEN-MS STALL-MS": where the server is on 127.0.0.1,
 * how long opening may take, and the client's stall limit. Each image has one dialect: DIALECT, else Hayes. */
#include "../board.h"
#include "../host.h"
#include "ask.h"
#include "hayes.h"
#include "modem.h"
#include "uart.h"

#include <string.h>

/* ---- the UART */

static uint8_t ring[128];
static rill_uart uart;

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
static const rill_uart_config uart_config = {&board, NULL, ring, sizeof ring, 96, 32};

static void received(void *context, uint8_t byte)
{
    (void)context;
    rill_uart_received(&uart, byte);
}

/* ---- the modem */

static char line[64];

#ifdef DIALECT
static rill_modem device;
#define DEVICE_PORT rill_modem_port

static rill_status open_device(const rill_modem_settings *settings, uint32_t timeout_ms)
{
    rill_status status = rill_modem_begin(&device, &rill_uart_port, &uart, line, sizeof line);
    return status != RILL_OK ? status : rill_modem_open(&device, &DIALECT, settings, timeout_ms);
}
#else
static rill_hayes device;
#define DEVICE_PORT rill_hayes_port

static rill_status open_device(const rill_modem_settings *settings, uint32_t timeout_ms)
{
    rill_status status = rill_hayes_begin(&device, &rill_uart_port, &uart, line, sizeof line);
    return status != RILL_OK ? status : rill_hayes_open(&device, settings, timeout_ms);
}
#endif

/* ---- the program */

static uint32_t next_number(const char **text)
{
    uint32_t number = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++)
        number = number * 10u + (uint32_t)(**text - '0');
    *text += **text == ' ';
    return number;
}

int main(void)
{
    static char words[64];
    const char *word = words;
    rill_modem_settings settings = {.host = "127.0.0.1", .network = "internet", .password = "secret"};
    host_arguments(words, sizeof words);
    settings.port = (uint16_t)next_number(&word);
    uint32_t open_ms = next_number(&word), stall_ms = next_number(&word), since = board_now();
    if (rill_uart_begin(&uart, &uart_config) != RILL_OK)
        return 1;
    board_uart_listen(received, NULL);
    rill_status status = open_device(&settings, open_ms);
    host_print_value("opened", (uint32_t)-status);
    host_print_value("open ms", board_now() - since);
    if (status == RILL_OK)
        ask(&DEVICE_PORT, &device, stall_ms);
    host_print_value("stack", (uint32_t)board_stack_used());
    host_print_value("lost", uart.lost);
    host_print_value("ring peak", uart.peak);
    host_print_value("device", sizeof device);
    host_print_value("line", sizeof line);
    host_print_value("ring", sizeof ring);
    return 0;
}
