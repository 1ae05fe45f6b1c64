/* The UART port; see uart.h. */
#include "uart.h"

/* ---- what writer and reader share
 *
 * A byte in the ring must be seen before the index that says it is there, and an index that frees a place only after the
 * byte was taken. On one core, where the writer is an interrupt, volatile alone keeps that order (C99 5.1.2.3), and all
 * that both touch is volatile. Between cores it takes an acquire and a release. */
#ifndef RILL_UART_LOAD
#if defined(__GNUC__) && !defined(__CC_ARM)
#define RILL_UART_LOAD(place) __atomic_load_n(&(place), __ATOMIC_ACQUIRE)
#define RILL_UART_STORE(place, value) __atomic_store_n(&(place), value, __ATOMIC_RELEASE)
#else
#define RILL_UART_LOAD(place) (place)
#define RILL_UART_STORE(place, value) ((place) = (value))
#endif
#endif

/* In the ring FF stands in front of FF, which is a byte FF, or of the low byte of a status, which marks a gap. */
enum { ESCAPE = 0xff, ESCAPED = 0x100, MARK_OVERRUN = 0x100 + RILL_PORT_OVERRUN, MARK_NOISE = 0x100 + RILL_PORT_NOISE };

/* Bytes and MARK_NOISE leave this much room, so that MARK_OVERRUN always has its place. */
enum { RESERVE = 2 };

static uint16_t count_between(uint16_t tail, uint16_t head)
{
    return (uint16_t)(head - tail); /* both run freely; modulo 2^16 */
}

/* ---- the writer */

/* `held` is set behind ready(false) and cleared in front of ready(true). So when the last of these calls was ready(false),
 * held is set, and the reader will call ready(true). When the reader's call came last though the ring is full, the next
 * byte calls again. */
static void hold(rill_uart *uart)
{
    uart->config->board->ready(uart->config->context, false);
    RILL_UART_STORE(uart->held, 1);
}

/* The ring is filled up to here. */
static void look_at_level(rill_uart *uart, const rill_uart_config *config, unsigned level)
{
    if (level > uart->peak)
        uart->peak = (uint16_t)level;
    if (level >= config->high && config->board->ready != NULL)
        hold(uart);
}

/* Puts a byte, or ESCAPE and a byte where ESCAPED is added to it; two bytes can be seen at once. False when less than
 * `reserve` would be left. */
static bool put(rill_uart *uart, unsigned what, unsigned reserve)
{
    const rill_uart_config *config = uart->config;
    unsigned head = uart->head, mask = config->size - 1u;
    unsigned level = count_between(RILL_UART_LOAD(uart->tail), (uint16_t)head) + 1u;
    if (what >= ESCAPED)
        level++;
    if (level + reserve > config->size)
        return false;
    if (what >= ESCAPED)
        config->ring[head++ & mask] = ESCAPE;
    config->ring[head++ & mask] = (uint8_t)what;
    RILL_UART_STORE(uart->head, (uint16_t)head);
    look_at_level(uart, config, level);
    return true;
}

/* One mark is enough for a place: while it is the last thing in the ring, what it says holds for what is lost now, too. */
static bool is_marked(const rill_uart *uart, uint8_t mark)
{
    return uart->last == mark && RILL_UART_LOAD(uart->tail) != uart->head;
}

/* Nothing is put, and the other side is held all the same. */
static void leave_marked(rill_uart *uart)
{
    look_at_level(uart, uart->config, count_between(RILL_UART_LOAD(uart->tail), uart->head));
}

static void lose(rill_uart *uart)
{
    uart->lost++;
    if (is_marked(uart, MARK_OVERRUN)) {
        leave_marked(uart);
        return;
    }
    (void)put(uart, ESCAPED + MARK_OVERRUN, 0);
    uart->last = MARK_OVERRUN;
}

void rill_uart_received(rill_uart *uart, uint8_t byte)
{
    if (put(uart, byte == ESCAPE ? ESCAPED + ESCAPE : byte, RESERVE))
        uart->last = 0;
    else
        lose(uart);
}

void rill_uart_received_block(rill_uart *uart, const uint8_t *bytes, size_t length)
{
    for (; length != 0; bytes++, length--)
        rill_uart_received(uart, *bytes);
}

void rill_uart_damaged(rill_uart *uart)
{
    uart->damaged++;
    if (is_marked(uart, MARK_NOISE)) {
        leave_marked(uart);
        return;
    }
    if (put(uart, ESCAPED + MARK_NOISE, RESERVE))
        uart->last = MARK_NOISE;
    else
        lose(uart);
}

void rill_uart_lost(rill_uart *uart)
{
    lose(uart);
}

/* ---- the reader */

static void let_go(rill_uart *uart)
{
    const rill_uart_config *config = uart->config;
    if (!RILL_UART_LOAD(uart->held) || count_between(uart->tail, RILL_UART_LOAD(uart->head)) > config->low)
        return;
    RILL_UART_STORE(uart->held, 0);
    config->board->ready(config->context, true);
}

/* Takes bytes up to the next mark, or the mark: gives how many, or the status. */
static int32_t take(rill_uart *uart, char *bytes, size_t size)
{
    const volatile uint8_t *ring = uart->config->ring;
    unsigned mask = uart->config->size - 1u, tail = uart->tail;
    unsigned left = count_between((uint16_t)tail, RILL_UART_LOAD(uart->head));
    int32_t count = 0;
    while (left != 0 && (size_t)count < size) {
        unsigned byte = ring[tail & mask];
        if (byte == ESCAPE) {
            unsigned what = ring[(tail + 1u) & mask];
            if (what != ESCAPE && count != 0)
                break;
            tail++;
            left--;
            if (what != ESCAPE)
                count = (int32_t)what - 0x100;
        }
        tail++;
        left--;
        if (count < 0)
            break;
        bytes[count++] = (char)byte;
    }
    RILL_UART_STORE(uart->tail, (uint16_t)tail);
    return count;
}

static uint32_t now(const rill_uart *uart, bool idle)
{
    return uart->config->board->now(uart->config->context, idle);
}

static int32_t uart_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_uart *uart = context;
    uint32_t since = now(uart, false), passed = 0;
    for (;;) {
        int32_t moved = take(uart, bytes, size);
        let_go(uart);
        if (moved != 0 || passed >= timeout_ms)
            return moved;
        passed = now(uart, true) - since;
    }
}

static int32_t uart_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    const rill_uart *uart = context;
    const rill_uart_config *config = uart->config;
    uint32_t since = now(uart, false), passed = 0;
    int32_t moved = 0;
    for (;;) {
        while ((size_t)moved < length && moved < INT32_MAX && config->board->send(config->context, (uint8_t)bytes[moved]))
            moved++;
        if (moved != 0 || passed >= timeout_ms)
            return moved;
        passed = now(uart, false) - since;
    }
}

static void uart_close(void *context)
{
    rill_uart *uart = context;
    const rill_uart_config *config = uart->config;
    if (config->board->ready != NULL)
        hold(uart);
    RILL_UART_STORE(uart->tail, RILL_UART_LOAD(uart->head));
}

static uint32_t uart_now(void *context)
{
    return now(context, false);
}

const rill_port rill_uart_port = {uart_read, uart_write, uart_close, uart_now};

/* ---- */

static bool is_usable(const rill_uart_config *config)
{
    uint16_t size = config->size;
    if (config->board == NULL || config->board->send == NULL || config->board->now == NULL || config->ring == NULL)
        return false;
    if (size < RILL_UART_RING_MIN || size > RILL_UART_RING_MAX || (size & (size - 1u)) != 0)
        return false;
    return config->board->ready == NULL || (config->low < config->high && config->high <= size - RESERVE);
}

rill_status rill_uart_begin(rill_uart *uart, const rill_uart_config *config)
{
    static const rill_uart fresh;
    if (uart == NULL || config == NULL || !is_usable(config))
        return RILL_SCHEMA_CONFIG;
    *uart = fresh;
    uart->config = config;
    if (config->board->ready != NULL)
        config->board->ready(config->context, true);
    return RILL_OK;
}
