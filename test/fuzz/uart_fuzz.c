/* The ring of the UART port against a plain queue: each byte comes out once and in order, each loss and each damaged byte is told
 * at its place, a byte is lost only when there is no room. And framing on top of it: it ends, and without a gap changes
 * nothing. */
#include <stdlib.h>
#include <string.h>

#include "framing.h"
#include "fuzz.h"
#include "uart.h"

enum { QUEUE = 1 << 14 };

typedef struct model {
    int32_t what[QUEUE]; /* bytes, and statuses of gaps */
    size_t first, last;
    size_t room; /* bytes of the ring that are in use */
    bool ready;
    uint32_t clock;
} model;

static model queue;

static bool board_send(void *context, uint8_t byte)
{
    (void)context;
    return byte % 3 != 0;
}

static void board_ready(void *context, bool ready)
{
    ((model *)context)->ready = ready;
}

static uint32_t board_now(void *context, bool idle)
{
    (void)idle;
    return ++((model *)context)->clock;
}

static size_t room_of(int32_t what)
{
    return what < 0 || what == 0xff ? 2 : 1;
}

static void push(int32_t what)
{
    bool empty = queue.first == queue.last;
    if (what < 0 && !empty && queue.what[queue.last - 1] == what)
        return;
    fuzz_must(queue.last < QUEUE, "the queue of the test is full");
    queue.what[queue.last++] = what;
    queue.room += room_of(what);
}

/* A byte, or damage, came to the ring: `lost` says what the ring says of it. */
static void came(int32_t what, bool lost, size_t size)
{
    bool doubled = what < 0 && queue.first != queue.last && queue.what[queue.last - 1] == what;
    bool room = queue.room + room_of(what) + 2 <= size;
    fuzz_must(doubled || lost == !room, "%s, with %zu of %zu bytes in use", lost ? "lost" : "not lost", queue.room, size);
    push(lost ? RILL_PORT_OVERRUN : what);
}

static void read_some(rill_uart *uart, const rill_port *port, size_t most)
{
    char *bytes = fuzz_memory(most);
    uint32_t before = queue.clock;
    int32_t got = port->read(uart, bytes, most, (uint32_t)most % 3);
    fuzz_must(queue.clock - before <= 8, "a read of %zu ms takes %u", most % 3, queue.clock - before);
    fuzz_must(got <= (int32_t)most, "%d bytes of %zu", (int)got, most);
    if (got == 0)
        fuzz_must(queue.first == queue.last, "nothing, but %zu wait", queue.last - queue.first);
    for (int32_t i = 0; i < (got > 0 ? got : got < 0 ? 1 : 0); i++) {
        int32_t expected = queue.first < queue.last ? queue.what[queue.first++] : 1000;
        int32_t seen = got < 0 ? got : (uint8_t)bytes[i];
        fuzz_must(seen == expected, "%d in place of %d", (int)seen, (int)expected);
        queue.room -= room_of(expected);
    }
    free(bytes);
}

/* Bytes without a gap pass through framing as they are. */
static void frame(const fuzz_input *input, size_t size, bool gaps)
{
    static const rill_uart_board board = {board_send, NULL, board_now};
    volatile uint8_t *ring = fuzz_memory(size);
    rill_uart_config config = {&board, &queue, ring, (uint16_t)size, 6, 2};
    rill_uart uart;
    rill_framing framing;
    size_t at = 0, out = 0, idle = 0;
    fuzz_must(rill_uart_begin(&uart, &config) == RILL_OK, "begin");
    rill_framing_begin(&framing, &rill_uart_port, &uart, gaps && input->head[3] % 2 == 1);
    while (idle < 3) {
        char bytes[5];
        if (at < input->length) {
            if (gaps && input->bytes[at] == '!')
                rill_uart_damaged(&uart);
            else
                rill_uart_received(&uart, (uint8_t)input->bytes[at]);
            at++;
        }
        int32_t got = rill_framing_port.read(&framing, bytes, 1 + at % sizeof bytes, 0);
        fuzz_must(got >= 0 && got <= (int32_t)sizeof bytes, "framing answers %d", (int)got);
        if (!gaps)
            for (int32_t i = 0; i < got; i++, out++)
                fuzz_must(out < at && bytes[i] == input->bytes[out], "framing changes byte %zu", out);
        idle = got == 0 && at == input->length ? idle + 1 : 0;
        out += gaps ? (size_t)got : 0;
        fuzz_must(out <= 12 * input->length + 16, "framing makes bytes without end");
    }
    fuzz_must(gaps || out == input->length, "framing loses bytes");
    free((void *)(uintptr_t)ring);
}

/* Digits of the head. */
enum { HEAD_SIZE, HEAD_LEVELS, HEAD_READS };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const rill_uart_board board = {board_send, board_ready, board_now};
    fuzz_input input = fuzz_open(data, size);
    size_t ring_size = (size_t)8 << input.head[HEAD_SIZE] % 4, at = 0;
    uint16_t high = (uint16_t)(1 + input.head[HEAD_LEVELS] % (ring_size - 2));
    rill_uart_config config = {&board, &queue, fuzz_memory(ring_size), (uint16_t)ring_size, high, (uint16_t)(high - 1)};
    rill_uart uart;
    memset(&queue, 0, sizeof queue - sizeof queue.what);
    queue.first = queue.last = queue.room = 0;
    fuzz_must(rill_uart_begin(&uart, &config) == RILL_OK, "begin");
    while (at < input.length && queue.last + 64 < QUEUE) {
        uint8_t what = (uint8_t)input.bytes[at++];
        uint32_t lost = uart.lost;
        switch (what) {
        case '!':
            rill_uart_damaged(&uart);
            came(RILL_PORT_NOISE, uart.lost != lost, ring_size);
            break;
        case '?':
            rill_uart_lost(&uart);
            push(RILL_PORT_OVERRUN);
            break;
        case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
            read_some(&uart, &rill_uart_port, what - '0' + 1u);
            fuzz_must(queue.room > config.low || queue.ready, "the ring has room, but the other side was not asked to go on");
            break;
        case '#':
            rill_uart_port.close(&uart);
            queue.first = queue.last;
            queue.room = 0;
            break;
        default:
            rill_uart_received(&uart, what);
            came(what, uart.lost != lost, ring_size);
        }
    }
    free((void *)(uintptr_t)config.ring);
    queue.clock = 0;
    frame(&input, ring_size, false);
    frame(&input, ring_size, true);
    return 0;
}
