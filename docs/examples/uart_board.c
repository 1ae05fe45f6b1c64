/* A bare-metal board asks an LLM server over a UART and shows the answer as it comes.
 *
 * On UART0 is whatever brings bytes to a server and back: a bridge to TCP (an ESP with transparent mode, a PC with
 * `socat /dev/ttyUSB0,raw,echo=0,b115200,crtscts TCP:host:port`). UART1 is the console. No heap, no RTOS, no network
 * stack.
 *
 * Memory: 512 + 768 bytes for buffer and tokens, 256 for the ring, 992 for the struct that is filled, about 400 for the
 * client; 1 KB of stack. */
#include "mps2.h"
#include "rill/rill.h"
#include "show.h"
#include "uart.h"

/* ---- the board's side of the port: three functions and the interrupt */

static bool uart0_send(void *context, uint8_t byte)
{
    (void)context;
    if (UART0->state & UART_SEND_FULL)
        return false;
    UART0->data = byte;
    return true;
}

static void uart0_ready(void *context, bool ready) /* RTS, active low */
{
    (void)context;
    PIN0 = ready ? 0 : 1;
}

static uint32_t now(void *context, bool idle)
{
    (void)context;
    if (idle)
        __asm__ volatile("wfi"); /* a byte or the tick ends it */
    return milliseconds;
}

static uint8_t ring[256];
static const rill_uart_board board = {uart0_send, uart0_ready, now};
static const rill_uart_config uart_config = {&board, NULL, ring, sizeof ring, 192, 64};
static rill_uart uart;

void UARTRX0_Handler(void)
{
    UART0->interrupt = 2;
    if (UART0->state & UART_LOST) {
        UART0->state = UART_LOST;
        rill_uart_lost(&uart);
    }
    while (UART0->state & UART_RECEIVED)
        rill_uart_received(&uart, (uint8_t)UART0->data);
}

void SysTick_Handler(void)
{
    milliseconds++;
}

/* ---- the answer */

static char buffer[512];
static rill_token tokens[48];
static rill_chunk chunk;

static void ask(const char *question)
{
    const rill_stream_config stream = {buffer, sizeof buffer, tokens, 48, &rill_chat_schema, &chunk, RILL_BODY_HTTP, NULL};
    const rill_client_config config = {
        .port = &rill_uart_port, .context = &uart, .stream = &stream, .stall_ms = 30000, .total_ms = 120000};
    rill_request_message message = {.role = "user", .content = rill_span_of(question)};
    rill_request request = {.host = "localhost",
                            .path = "/v1/chat/completions",
                            .model = "any",
                            .messages = &message,
                            .message_count = 1,
                            .stream = true};
    static rill_client client;
    rill_item item;
    rill_client_begin(&client, &config);
    rill_client_send(&client, &request); /* what went wrong comes with the end item */
    while (rill_client_next(&client, &item) == RILL_OK)
        show(&item, &chunk);
}

int main(void)
{
    rill_uart_begin(&uart, &uart_config);
    board_begin();
    ask("What is a rill?");
    for (;;)
        __asm__ volatile("wfi");
}
