/* An LLM's answer is decoded in a thread while a thread of higher priority keeps a beat of 1 kHz. The bytes come through
 * an interrupt or another thread, port/uart's ring and a semaphore of the RTOS (port/rtos).
 *
 * Words: JOB FILE [NUMBER]. FILE is the answer; it is laid into RAM first. NUMBER is a baud rate, but for "alone".
 *   paced     a timer's interrupt brings a byte of it at the pace of a baud rate, as a UART without RTS would, and wakes
 *   gathered  the same, but the tick wakes, when a byte has come since the last one
 *   held      as gathered, but the sender stops while the ring asks it to, as with RTS
 *   starved   as gathered, but the decoder sleeps for 100 ms in the middle
 *   task      a thread of lower priority brings it, as fast as it can
 *   alone     the decoder reads RAM, in pieces of NUMBER bytes, with interrupts off
 *   silent    nothing comes: what tick and beat cost, in a second
 *   uart      it comes through the board's UART from the emulator's host, which is sent a request first; FILE is not used */
#include "kernel.h"
#include "rill/rill.h"
#include "uart.h"

#include "../board.h"
#include "../boards/cortex_m.h"
#include "../host.h"

#include <string.h>

enum { CLOCK = 25000000, BEAT = CLOCK / 1000, INSTRUCTION_NS = 64, TICK_NS = 1000000000 / CLOCK };
enum { STARVED_MS = 100, SILENCE_MS = 1000, IDLE_INSTRUCTIONS = 4 };

/* ---- time: TIMER0 of the board runs by itself, whatever the kernel does. "Cortex-M System Design Kit", APB timer */

#define TIMER0_VALUE REGISTER(0x40000004u)
#define TIMER1 0x40001000u
#define SYSTICK_LEFT REGISTER(0xe000e018u)
enum { TIMER_ON = 1, TIMER_INTERRUPT = 8, TIMER1_NUMBER = 9 };

static uint32_t timer(void)
{
    return ~TIMER0_VALUE;
}

static volatile uint32_t idle; /* rounds in which nothing could run */

/* Goes round instead of sleeping: QEMU's clock would jump while the core sleeps (7.2 with sleep=off: over two periods of a
 * timer at once; with sleep=on: by the host's time). So time is instructions, and a beat is late through them alone. */
void image_idle(void)
{
    __asm__ volatile("1: ldr r0, [%0]\nadds r0, #1\nstr r0, [%0]\nb 1b" : : "r"(&idle) : "r0", "cc", "memory");
}

/* Instructions that were not idle, since `began` and `rounds`: the emulator takes INSTRUCTION_NS for each
 * (-icount shift=6). Up to 171 seconds, when the timer wraps. */
static uint32_t instructions_since(uint32_t began, uint32_t rounds)
{
    uint32_t all = (uint32_t)((uint64_t)(timer() - began) * TICK_NS / INSTRUCTION_NS);
    return all - (idle - rounds) * IDLE_INSTRUCTIONS;
}

/* ---- the beat */

static volatile uint32_t beats, missed, worst; /* worst: timer ticks from a beat's moment until its thread ran */
static uint32_t beat_zero;                     /* the timer at the kernel's tick 0 */

static void keep_the_beat(void)
{
    for (uint32_t beat = 1;; beat++) {
        kernel_next_beat();
        uint32_t late = timer() - (beat_zero + beat * BEAT);
        if (late > worst)
            worst = late;
        if (late >= BEAT)
            missed++;
        beats++;
    }
}

static void begin_the_beat(void)
{
    board_lock();
    beat_zero = timer() - (BEAT - 1 - SYSTICK_LEFT) - board_now() * BEAT;
    board_unlock();
    kernel_start(KERNEL_BEAT, keep_the_beat);
}

/* ---- the line: ring and semaphore */

static uint8_t ring[256];
static rill_uart uart;
static rill_rtos line;
static volatile bool go_on = true; /* what RTS says */

static bool line_send(void *context, uint8_t byte)
{
    (void)context;
    return board_uart_send(byte);
}

static void sender_ready(void *context, bool ready)
{
    (void)context;
    go_on = ready;
}

static void uart_ready(void *context, bool ready)
{
    (void)context;
    board_uart_ready(ready);
}

static const rill_uart_board no_rts = {line_send, NULL, rill_rtos_now};
static const rill_uart_board sender_rts = {line_send, sender_ready, rill_rtos_now};
static const rill_uart_board uart_rts = {line_send, uart_ready, rill_rtos_now};

static void begin_line(const rill_uart_board *board)
{
    static rill_uart_config config;
    const rill_uart_config wanted = {board, &line, ring, sizeof ring, 96, 32};
    const rill_rtos task = {kernel_system, kernel_semaphore, &rill_uart_port, &uart, 1};
    config = wanted;
    line = task;
    rill_uart_begin(&uart, &config);
}

/* ---- who brings the bytes */

#define ANSWER ((char *)0x21000000) /* mps2-an385: 16 MB of PSRAM */
static uint32_t length, at;

/* When to wake the decoder: by each byte, or by the tick when something came since the last one. */
static bool tick_wakes, came;

bool image_tick(void)
{
    bool wake = came;
    came = false;
    return wake;
}

static bool wake_now(void)
{
    came = tick_wakes;
    return !tick_wakes;
}

static void begin_timer1(uint32_t baud)
{
    REGISTER(TIMER1 + 8) = REGISTER(TIMER1 + 4) = CLOCK / (baud / 10u) - 1u; /* RELOAD, VALUE: 10 bits are a byte */
    REGISTER(TIMER1) = TIMER_ON | TIMER_INTERRUPT;
    cortex_m_enable(TIMER1_NUMBER);
}

static bool timer1_interrupt(void)
{
    REGISTER(TIMER1 + 12) = 1; /* INTCLEAR */
    if (!go_on)
        return false;
    if (at < length)
        rill_uart_received(&uart, (uint8_t)ANSWER[at++]);
    else
        REGISTER(TIMER1) = 0;
    return wake_now();
}

static void uart_received(void *context, uint8_t byte)
{
    rill_uart_received(context, byte);
}

bool image_interrupt(unsigned source)
{
    if (source == TIMER1_NUMBER)
        return timer1_interrupt();
    board_interrupt(source);
    return wake_now();
}

static void feed(void)
{
    while (at < length) {
        uint32_t count = length - at < 16 ? length - at : 16;
        while (!go_on)
            kernel_sleep(1);
        rill_uart_received_block(&uart, (const uint8_t *)ANSWER + at, count);
        at += count;
        kernel_wake();
    }
    for (;;)
        kernel_sleep(1000);
}

/* ---- the decoder */

static char buffer[512];
static rill_token tokens[48];
static rill_chunk chunk;
static rill_client client;

static uint32_t items, bad, text, hash = 2166136261u; /* FNV-1a */
static rill_item last;

static void add(const rill_item *item)
{
    items++;
    last = *item;
    if (item->kind == RILL_ITEM_BAD || item->kind == RILL_ITEM_ERROR)
        bad++;
    if (!rill_item_is_answer(item))
        return;
    for (size_t i = 0; i < chunk.choice_count; i++) {
        const rill_text *content = &chunk.choices[i].message.content;
        for (size_t byte = 0; byte < content->length; byte++)
            hash = (hash ^ (uint8_t)content->data[byte]) * 16777619u;
        text += (uint32_t)content->length;
    }
}

static const rill_stream_config stream = {buffer, sizeof buffer, tokens, 48, &rill_chat_schema, &chunk, RILL_BODY_AUTO, NULL};

static void decode_from_line(uint32_t stall_ms, const rill_request *request, uint32_t sleep_at)
{
    const rill_client_config config = {&rill_rtos_port, &line, &stream, stall_ms, 0, 0};
    rill_item item;
    rill_client_begin(&client, &config);
    if (request != NULL)
        rill_client_send(&client, request);
    while (rill_client_next(&client, &item) == RILL_OK) {
        add(&item);
        if (items == sleep_at)
            kernel_sleep(STARVED_MS);
    }
    rill_client_close(&client);
}

static void decode_from_memory(uint32_t piece)
{
    rill_item item;
    rill_status status;
    rill_stream_begin(&client.stream, &stream);
    while ((status = rill_stream_next(&client.stream, &item)) != RILL_END) {
        char *place;
        if (status == RILL_OK) {
            add(&item);
            continue;
        }
        size_t count = rill_stream_space(&client.stream, &place);
        count = count < piece ? count : piece;
        count = count < length - at ? count : length - at;
        memcpy(place, ANSWER + at, count);
        at += (uint32_t)count;
        rill_stream_got(&client.stream, count);
    }
}

/* ---- jobs */

static uint32_t number; /* the last word */

static void at_pace(const rill_uart_board *board, bool by_tick, uint32_t sleep_at)
{
    tick_wakes = by_tick;
    begin_line(board);
    begin_timer1(number);
    decode_from_line(1000, NULL, sleep_at);
}

static void job_paced(void)
{
    at_pace(&no_rts, false, 0);
}

static void job_gathered(void)
{
    at_pace(&no_rts, true, 0);
}

static void job_held(void)
{
    at_pace(&sender_rts, true, 0);
}

static void job_starved(void)
{
    at_pace(&no_rts, true, 20);
}

static void job_task(void)
{
    begin_line(&sender_rts);
    kernel_start(KERNEL_FEEDER, feed);
    decode_from_line(1000, NULL, 0);
}

static void job_alone(void)
{
    board_lock();
    decode_from_memory(number);
    board_unlock();
}

static void job_silent(void)
{
    kernel_sleep(SILENCE_MS);
}

/* No time limits: while the emulated board waits for the host, its clock flies. The test has a limit of its own. */
static void job_uart(void)
{
    rill_request_message message = {.role = "user", .content = rill_span_of("What is a rill?")};
    rill_request request = {.host = "localhost",
                            .path = "/v1/chat/completions",
                            .model = "any",
                            .messages = &message,
                            .message_count = 1,
                            .stream = true};
    tick_wakes = true;
    begin_line(&uart_rts);
    board_uart_listen(uart_received, &uart);
    decode_from_line(0, &request, 0);
}

static const struct {
    const char *name;
    void (*run)(void);
} jobs[] = {
    {"paced", job_paced}, {"gathered", job_gathered}, {"held", job_held},     {"starved", job_starved},
    {"task", job_task},   {"alone", job_alone},       {"silent", job_silent}, {"uart", job_uart},
};

static void (*job)(void);

static void print_what_came(void)
{
    host_print_value("items", items);
    host_print_value("text", text);
    host_print_value("hash", hash);
    host_print_value("bad", bad);
    host_print_value("lost", uart.lost);
    host_print_value("ring peak", uart.peak);
    host_print("end: ");
    host_print(last.kind == RILL_ITEM_END && last.end == RILL_END_DONE ? "done, " : "not done, ");
    host_print(rill_status_text(last.status));
    host_print("\n");
}

static void decoder(void)
{
    uint32_t began = timer(), rounds = idle, ticks = board_now(), kept = beats, switched = kernel_switches();
    job();
    uint32_t instructions = instructions_since(began, rounds);
    ticks = board_now() - ticks;
    size_t stack = kernel_stack_used(KERNEL_DECODER);
    kept = beats - kept;
    switched = kernel_switches() - switched;
    host_print_value("milliseconds", ticks);
    host_print_value("instructions", instructions);
    host_print_value("switches", switched);
    host_print_value("beats", kept);
    host_print_value("missed", missed);
    host_print_value("worst ns", worst * TICK_NS);
    host_print_value("decoder stack", (uint32_t)stack);
    host_print_value("decoder stack size", (uint32_t)kernel_stack_size(KERNEL_DECODER));
    host_print_value("stacks", (uint32_t)(kernel_stack_size(KERNEL_BEAT) + kernel_stack_size(KERNEL_DECODER) +
                                          kernel_stack_size(KERNEL_FEEDER)));
    host_print_value("beat stack", (uint32_t)kernel_stack_used(KERNEL_BEAT));
    host_print_value("interrupt stack", (uint32_t)kernel_interrupt_stack_used());
    print_what_came();
    host_exit(0);
}

/* ---- words */

static char words[256];

static char *next_word(char **rest)
{
    char *word = *rest, *end = word + strcspn(word, " ");
    *rest = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return word;
}

static uint32_t number_of(const char *digits)
{
    uint32_t value = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++)
        value = value * 10u + (uint32_t)(*digits - '0');
    return value;
}

static bool read_words(void)
{
    char *rest = words;
    host_arguments(words, sizeof words);
    const char *name = next_word(&rest), *file = next_word(&rest);
    number = number_of(next_word(&rest));
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        if (strcmp(jobs[i].name, name) == 0)
            job = jobs[i].run;
    int handle = file[0] != '\0' ? host_open(file, HOST_READ) : -1;
    if (handle >= 0)
        length = (uint32_t)host_read(handle, ANSWER, 4u << 20);
    return job != NULL && (handle >= 0 || job == job_uart || job == job_silent);
}

int main(void)
{
    if (!read_words()) {
        host_print("words: JOB FILE [NUMBER]\n");
        return 2;
    }
    kernel_begin();
    board_begin();
    begin_the_beat();
    kernel_start(KERNEL_DECODER, decoder);
    kernel_run();
    return 1;
}
