/* A board with a cellular modem (Quectel BG95, EC21 and others) on its UART asks an LLM server and shows the answer as it
 * comes.
 *
 * The modem is on UART0, with RTS and CTS; UART1 is the console. Three tables stand on each other: the client on the
 * modem's connection, that on the UART. Set APN, host and port below. This one speaks plain HTTP, to a server or a proxy of
 * your own; for https see docs/porting.md. */
#include "modem.h"
#include "mps2.h"
#include "rill/rill.h"
#include "show.h"
#include "uart.h"

#ifndef APN
#define APN "internet"
#endif
#ifndef HOST
#define HOST "llm.example.com"
#endif
#ifndef PORT
#define PORT 80
#endif

/* ---- the board's side of the UART: three functions and the interrupt */

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

static uint8_t ring[512]; /* a modem sends a block of data at the full rate of the line */
static const rill_uart_board board = {uart0_send, uart0_ready, now};
static const rill_uart_config uart_config = {&board, NULL, ring, sizeof ring, 384, 128};
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

static char line[64]; /* of the modem's answers */
static char buffer[512];
static rill_token tokens[48];
static rill_chunk chunk;

static void ask(rill_modem *modem, const char *question)
{
    const rill_stream_config stream = {buffer, sizeof buffer, tokens, 48, &rill_chat_schema, &chunk, RILL_BODY_HTTP, NULL};
    const rill_client_config config = {
        .port = &rill_modem_port, .context = modem, .stream = &stream, .stall_ms = 60000, .total_ms = 300000};
    rill_request_message message = {.role = "user", .content = rill_span_of(question)};
    rill_request request = {.host = HOST,
                            .port = PORT,
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
    rill_client_close(&client);
}

int main(void)
{
    static const rill_modem_settings settings = {.host = HOST, .port = PORT, .network = APN};
    static rill_modem modem;
    rill_uart_begin(&uart, &uart_config);
    board_begin();
    rill_status status = rill_modem_begin(&modem, &rill_uart_port, &uart, line, sizeof line);
    if (status == RILL_OK)
        status = rill_modem_open(&modem, &rill_modem_quectel, &settings, 120000);
    if (status == RILL_OK) {
        ask(&modem, "What is a rill?");
    } else {
        say("the modem: ");
        say(rill_status_text(status));
        say("\r\n");
    }
    for (;;)
        __asm__ volatile("wfi");
}
