/* The port for a task, with threads of this system in place of an RTOS: a mutex and a condition are the semaphore. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <time.h>

#include "../../port/rtos/rtos.c"
#include "port_contract.h"
#include "rill/rill.h"
#include "uart.h"

/* ---- a binary semaphore and a clock */

typedef struct threads {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool woken;
    unsigned waits, most_ms; /* how often and how long at most somebody asked to wait */
} threads;

static uint32_t milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint32_t)((uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u);
}

static void threads_wait(void *semaphore, uint32_t timeout_ms)
{
    threads *the = semaphore;
    struct timespec end;
    assert_true(timeout_ms >= 1 && timeout_ms <= RILL_RTOS_WAIT_MAX_MS);
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += (time_t)(timeout_ms / 1000u);
    end.tv_nsec += (long)(timeout_ms % 1000u) * 1000000L;
    if (end.tv_nsec >= 1000000000L) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&the->lock);
    the->waits++;
    the->most_ms = timeout_ms > the->most_ms ? timeout_ms : the->most_ms;
    while (!the->woken && pthread_cond_timedwait(&the->changed, &the->lock, &end) == 0)
        ;
    the->woken = false;
    pthread_mutex_unlock(&the->lock);
}

static void wake(threads *the)
{
    pthread_mutex_lock(&the->lock);
    the->woken = true;
    pthread_cond_signal(&the->changed);
    pthread_mutex_unlock(&the->lock);
}

static uint32_t threads_now(void *semaphore)
{
    (void)semaphore;
    return milliseconds();
}

static const rill_rtos_system threads_system = {threads_wait, threads_now};

/* ---- a line: the ring, and a transmitter with room for `room` bytes until somebody takes them */

typedef struct desk {
    threads semaphore;
    rill_uart uart;
    rill_uart_config config;
    rill_rtos task;
    uint8_t ring[128];
    pthread_mutex_t lock;
    char sent[128];
    size_t gone, taken;
} desk;

static bool desk_transmit(void *context, uint8_t byte)
{
    desk *the = context;
    pthread_mutex_lock(&the->lock);
    bool room = the->gone - the->taken < sizeof the->sent;
    if (room)
        the->sent[the->gone++ % sizeof the->sent] = (char)byte;
    pthread_mutex_unlock(&the->lock);
    return room;
}

static void desk_send(void *far, const char *bytes, size_t length)
{
    desk *the = far;
    rill_uart_received_block(&the->uart, (const uint8_t *)bytes, length);
    wake(&the->semaphore);
}

static size_t desk_take(void *far, char *bytes, size_t size)
{
    desk *the = far;
    size_t count = 0;
    pthread_mutex_lock(&the->lock);
    while (count < size && the->taken != the->gone)
        bytes[count++] = the->sent[the->taken++ % sizeof the->sent];
    pthread_mutex_unlock(&the->lock);
    wake(&the->semaphore); /* as the interrupt of an empty transmitter does */
    return count;
}

static void pass(void *far, uint32_t ms)
{
    struct timespec wait = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000L};
    (void)far;
    while (nanosleep(&wait, &wait) != 0)
        ;
}

static uint32_t desk_now(void *context, bool idle)
{
    (void)context;
    return rill_rtos_now(&((desk *)context)->task, idle);
}

static void begin(desk *the)
{
    static const rill_uart_board board = {desk_transmit, NULL, desk_now};
    memset(the, 0, sizeof *the);
    pthread_mutex_init(&the->lock, NULL);
    pthread_mutex_init(&the->semaphore.lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&the->semaphore.changed, &attributes);
    const rill_uart_config config = {&board, the, the->ring, sizeof the->ring, 0, 0};
    const rill_rtos task = {&threads_system, &the->semaphore, &rill_uart_port, &the->uart, 0};
    the->config = config;
    the->task = task;
    assert_int_equal(rill_uart_begin(&the->uart, &the->config), RILL_OK);
}

static desk at;

/* ---- */

static void test_contract(void **state)
{
    (void)state;
    begin(&at);
    const port_under_test test = {&rill_rtos_port, &at.task, &at, desk_send, desk_take,
                                  NULL, pass, 10000, 0, sizeof at.sent};
    const char *broken = port_contract(&test);
    if (broken != NULL)
        fail_msg("%s", broken);
}

static void test_sleeps_once_while_nothing_comes(void **state)
{
    (void)state;
    char bytes[8];
    begin(&at);
    assert_int_equal(rill_rtos_port.read(&at.task, bytes, sizeof bytes, 50), 0);
    assert_in_range(at.semaphore.waits, 1, 3); /* a system's clocks may differ by a millisecond */
    assert_int_equal(rill_rtos_port.read(&at.task, bytes, sizeof bytes, 0), 0);
    assert_in_range(at.semaphore.waits, 1, 3);
}

static void test_a_wake_before_the_wait_is_not_lost(void **state)
{
    (void)state;
    char bytes[8];
    begin(&at);
    desk_send(&at, "abc", 3);
    assert_int_equal(rill_rtos_port.read(&at.task, bytes, sizeof bytes, 0), 3);
    uint32_t since = milliseconds();
    wake(&at.semaphore); /* for bytes that are read already: ends one wait, which goes on */
    assert_int_equal(rill_rtos_port.read(&at.task, bytes, sizeof bytes, 30), 0);
    assert_true(milliseconds() - since >= 30);
}

static void *sends_late(void *context)
{
    pass(NULL, 30);
    desk_send(context, "x", 1);
    return NULL;
}

static void test_a_long_wait_is_cut(void **state)
{
    (void)state;
    pthread_t other;
    char bytes[8];
    begin(&at);
    pthread_create(&other, NULL, sends_late, &at);
    assert_int_equal(rill_rtos_port.read(&at.task, bytes, sizeof bytes, UINT32_MAX), 1);
    pthread_join(other, NULL);
    assert_int_equal(at.semaphore.most_ms, RILL_RTOS_WAIT_MAX_MS);
}

/* A transmitter without an interrupt: the task looks again after write_look_ms, although nobody wakes it. */
static void *takes_in_silence(void *context)
{
    desk *the = context;
    pass(NULL, 20);
    pthread_mutex_lock(&the->lock);
    the->taken = the->gone;
    pthread_mutex_unlock(&the->lock);
    return NULL;
}

static void test_write_without_an_interrupt(void **state)
{
    (void)state;
    static const char many[200];
    pthread_t other;
    begin(&at);
    at.task.write_look_ms = 2;
    assert_int_equal(rill_rtos_port.write(&at.task, many, sizeof many, 1000), sizeof at.sent);
    pthread_create(&other, NULL, takes_in_silence, &at);
    assert_int_equal(rill_rtos_port.write(&at.task, many, 72, 10000), 72);
    pthread_join(other, NULL);
    assert_in_range(at.semaphore.most_ms, 1, 2);
}

/* ---- an answer, brought by another thread as fast as the ring takes it */

static const char event[] = "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
                            "\"delta\":{\"content\":\"abc\"}}]}\n\n";
enum { EVENTS = 500 };

static void *brings(void *context)
{
    desk *the = context;
    for (int number = 0; number <= EVENTS; number++) {
        const char *text = number < EVENTS ? event : "data: [DONE]\n\n";
        size_t length = strlen(text);
        for (size_t sent = 0; sent < length;) {
            size_t count = length - sent < 7 ? length - sent : 7;
            uint16_t held = (uint16_t)(the->uart.head - __atomic_load_n(&the->uart.tail, __ATOMIC_ACQUIRE));
            if (held > 100) {
                pass(NULL, 1);
                continue;
            }
            desk_send(the, text + sent, count);
            sent += count;
        }
    }
    return NULL;
}

static void test_a_stream_from_another_thread(void **state)
{
    (void)state;
    static char buffer[256];
    static rill_token tokens[24];
    static rill_chunk chunk;
    const rill_stream_config stream = {buffer, sizeof buffer, tokens, 24, &rill_chat_schema, &chunk, RILL_BODY_SSE, NULL};
    const rill_client_config config = {&rill_rtos_port, &at.task, &stream, 10000, 60000, 0};
    rill_client client;
    rill_item item = {0};
    pthread_t other;
    size_t text = 0;
    begin(&at);
    pthread_create(&other, NULL, brings, &at);
    assert_int_equal(rill_client_begin(&client, &config), RILL_OK);
    while (rill_client_next(&client, &item) == RILL_OK)
        if (item.kind == RILL_ITEM_CHAT_CHUNK)
            text += chunk.choices[0].message.content.length;
    pthread_join(other, NULL);
    assert_int_equal(item.status, RILL_OK);
    assert_int_equal(item.end, RILL_END_DONE);
    assert_int_equal(text, 3 * EVENTS);
    assert_int_equal(at.uart.lost, 0);
    rill_client_close(&client);
}

/* ---- ticks */

static void test_clock(void **state)
{
    (void)state;
    static const struct {
        uint32_t mask, hz;
    } counters[] = {{UINT32_MAX, 1000}, {UINT32_MAX, 100}, {UINT32_MAX, 10000}, {UINT32_MAX, 32768}, {UINT32_MAX, 4000000},
                    {0xffff, 1000}, {0xffff, 100}, {0xffff, 32768}, {0xffff, 7}};
    for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
        rill_rtos_clock clock = {0, 0, 0};
        uint64_t ticks = 0;
        uint32_t step = 1;
        while (ticks < (uint64_t)counters[i].mask * 5u / 2u) { /* the counter wraps twice */
            uint32_t ms = rill_rtos_clock_ms(&clock, (uint32_t)ticks & counters[i].mask, counters[i].mask, counters[i].hz);
            assert_int_equal(ms, (uint32_t)(ticks * 1000u / counters[i].hz));
            step = step * 1664525u + 1013904223u;
            ticks += step % (counters[i].mask == 0xffff ? 9000u : 900000000u);
        }
    }
}

static void test_ticks(void **state)
{
    (void)state;
    assert_int_equal(rill_rtos_ticks(1, 1000), 1);
    assert_int_equal(rill_rtos_ticks(1, 100), 1);
    assert_int_equal(rill_rtos_ticks(11, 100), 2);
    assert_int_equal(rill_rtos_ticks(0, 1000), 1);
    assert_int_equal(rill_rtos_ticks(3, 32768), 99);
    assert_int_equal(rill_rtos_ticks(RILL_RTOS_WAIT_MAX_MS, 4000000), 4000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contract),
        cmocka_unit_test(test_sleeps_once_while_nothing_comes),
        cmocka_unit_test(test_a_wake_before_the_wait_is_not_lost),
        cmocka_unit_test(test_a_long_wait_is_cut),
        cmocka_unit_test(test_write_without_an_interrupt),
        cmocka_unit_test(test_a_stream_from_another_thread),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_ticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
