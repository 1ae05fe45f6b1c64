/* A task of an RTOS asks an LLM server over a UART, and sleeps until bytes come. Here the RTOS is ChibiOS/RT; with FreeRTOS
 * or Zephyr the marked lines change, as port/rtos shows.
 *
 * Two threads: one blinks and must not be late, so it has the higher priority; the other one decodes. The interrupt puts
 * bytes into the ring, the tick wakes the decoder when some have come: once a millisecond at most, not for each byte. */
#include "chibios.h" /* RTOS */
#include "mps2.h"
#include "rill/rill.h"
#include "show.h"
#include "uart.h"

/* ---- the line: UART, ring, semaphore */

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
    PIN0 = ready ? PIN0 & ~1u : PIN0 | 1u;
}

static rill_chibios wake; /* RTOS */
static rill_uart uart;
static rill_rtos line = {&rill_chibios_system, &wake, &rill_uart_port, &uart, 1}; /* RTOS */
static uint8_t ring[256];
static const rill_uart_board board = {uart0_send, uart0_ready, rill_rtos_now};
static const rill_uart_config uart_config = {&board, &line, ring, sizeof ring, 192, 64};
static volatile bool came;

CH_IRQ_HANDLER(UARTRX0_Handler) /* RTOS: this frame */
{
    CH_IRQ_PROLOGUE();
    UART0->interrupt = 2;
    if (UART0->state & UART_LOST) {
        UART0->state = UART_LOST;
        rill_uart_lost(&uart);
    }
    while (UART0->state & UART_RECEIVED)
        rill_uart_received(&uart, (uint8_t)UART0->data);
    came = true;
    CH_IRQ_EPILOGUE();
}

CH_IRQ_HANDLER(SysTick_Handler) /* RTOS: its tick, and what hangs on it */
{
    CH_IRQ_PROLOGUE();
    milliseconds++;
    chSysLockFromISR();
    chSysTimerHandlerI();
    if (came) {
        came = false;
        rill_chibios_wake_i(&wake);
    }
    chSysUnlockFromISR();
    CH_IRQ_EPILOGUE();
}

/* ---- the decoder's thread */

static char buffer[512];
static rill_token tokens[48];
static rill_chunk chunk;

static void decoder(void *unused)
{
    static const rill_stream_config stream = {buffer, sizeof buffer, tokens, 48, &rill_chat_schema, &chunk, RILL_BODY_HTTP, NULL};
    static const rill_client_config config = {
        .port = &rill_rtos_port, .context = &line, .stream = &stream, .stall_ms = 30000, .total_ms = 120000};
    static const rill_request_message message = {.role = "user", .content = RILL_SPAN("What is a rill?")};
    static const rill_request request = {.host = "localhost",
                                         .path = "/v1/chat/completions",
                                         .model = "any",
                                         .messages = &message,
                                         .message_count = 1,
                                         .stream = true};
    static rill_client client;
    rill_item item;
    (void)unused;
    rill_client_begin(&client, &config);
    rill_client_send(&client, &request); /* what went wrong comes with the end item */
    while (rill_client_next(&client, &item) == RILL_OK)
        show(&item, &chunk);
}

/* ---- what must not be late */

static void blink(void *unused)
{
    (void)unused;
    for (;;) {
        PIN0 ^= 2u;
        chThdSleepMilliseconds(10);
    }
}

static THD_WORKING_AREA(decoder_area, 1536); /* 1,280 of stack, and the thread's own struct */
static THD_WORKING_AREA(blink_area, 256);

int main(void)
{
    chSysInit();
    NVIC_SetPriority(UARTRX0_IRQn, CORTEX_MAX_KERNEL_PRIORITY); /* interrupts that call the kernel: not above it */
    NVIC_SetPriority(SysTick_IRQn, CORTEX_MAX_KERNEL_PRIORITY);
    rill_chibios_begin(&wake);
    rill_uart_begin(&uart, &uart_config);
    board_begin();
    chThdCreateStatic(blink_area, sizeof blink_area, HIGHPRIO, blink, NULL);
    chThdCreateStatic(decoder_area, sizeof decoder_area, NORMALPRIO, decoder, NULL);
    for (;;) /* main() is the idle thread */
        __asm__ volatile("wfi");
}
