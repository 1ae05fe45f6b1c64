/* The UART port. The file is included, so that an interrupt can come at each place where it touches what both sides
 * share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>

#include "rill/rill.h"

static void interrupt_point(void);

#define RILL_UART_LOAD(place) load(&(place), sizeof(place))
#define RILL_UART_STORE(place, value)                                                                                  \
    do {                                                                                                               \
        interrupt_point();                                                                                             \
        __atomic_store_n(&(place), value, __ATOMIC_RELEASE);                                                           \
        interrupt_point();                                                                                             \
    } while (0)

static uint16_t load(const volatile void *place, size_t size)
{
    interrupt_point();
    uint16_t value = size == 1 ? __atomic_load_n((const volatile uint8_t *)place, __ATOMIC_ACQUIRE)
                               : __atomic_load_n((const volatile uint16_t *)place, __ATOMIC_ACQUIRE);
    interrupt_point();
    return value;
}

#include "../../port/uart/uart.c"

/* ---- the board: a log, a virtual clock, a transmitter that takes bytes at a pace, an interrupt on demand */

typedef struct desk {
    rill_uart uart;
    rill_uart_config config;
    uint8_t ring[256];
    char log[2048];
    uint32_t clock;       /* ms; each idle now takes one, and each look while the transmitter is full */
    uint32_t idles;
    uint32_t send_every;  /* ms for each byte; 0: the transmitter is always free */
    uint32_t sent_at;
    uint32_t arrive_at;   /* when these bytes come, in an interrupt */
    const char *arriving;
    bool stopped; /* RTS */
} desk;

static desk at;

static bool board_send(void *context, uint8_t byte)
{
    desk *the = context;
    if (the->send_every != 0 && the->clock < the->sent_at + the->send_every) {
        the->clock++;
        return false;
    }
    the->sent_at = the->clock;
    sprintf(the->log + strlen(the->log), "%c", byte);
    return true;
}

static void board_ready(void *context, bool ready)
{
    desk *the = context;
    interrupt_point();
    strcat(the->log, ready ? "[go]" : "[stop]");
    the->stopped = !ready;
    interrupt_point();
}

static uint32_t board_now(void *context, bool idle)
{
    desk *the = context;
    if (idle) {
        the->idles++;
        the->clock++;
        if (the->arriving != NULL && the->clock >= the->arrive_at) {
            const char *bytes = the->arriving;
            the->arriving = NULL;
            rill_uart_received_block(&the->uart, (const uint8_t *)bytes, strlen(bytes));
        }
    }
    return the->clock;
}

static const rill_uart_board board = {board_send, board_ready, board_now};
static const rill_uart_board no_wire = {board_send, NULL, board_now};

static void (*interrupt)(void); /* runs at point number interrupt_in, as an interrupt: not inside itself */
static int interrupt_in;

static void interrupt_point(void)
{
    void (*run)(void) = interrupt;
    if (run == NULL || interrupt_in-- != 0)
        return;
    interrupt = NULL;
    run();
}

static void begin(const rill_uart_board *glue, uint16_t size, uint16_t high, uint16_t low)
{
    const rill_uart_config config = {glue, &at, at.ring, size, high, low};
    memset(&at, 0, sizeof at);
    interrupt = NULL;
    at.config = config;
    assert_int_equal(rill_uart_begin(&at.uart, &at.config), RILL_OK);
}

static void log_read(size_t size, uint32_t timeout_ms)
{
    char bytes[256];
    int32_t moved = rill_uart_port.read(&at.uart, bytes, size, timeout_ms);
    if (moved == RILL_PORT_OVERRUN)
        strcat(at.log, "<overrun>");
    else if (moved == RILL_PORT_NOISE)
        strcat(at.log, "<noise>");
    else if (moved == 0)
        strcat(at.log, "<nothing>");
    else
        assert_in_range(moved, 1, size);
    for (int32_t i = 0; i < moved; i++)
        sprintf(at.log + strlen(at.log), (uint8_t)bytes[i] == 0xff ? "FF" : "%c", bytes[i]);
}

/* ---- scripts: a small letter is a byte that comes, F the byte FF, ! a damaged one, ^ a loss that the UART itself tells;
 * a digit is a read of up to so many bytes, = one of up to 64; | closes */

static void play(const char *script)
{
    for (; *script != '\0'; script++) {
        if (*script >= 'a' && *script <= 'z')
            rill_uart_received(&at.uart, (uint8_t)*script);
        else if (*script == 'F')
            rill_uart_received(&at.uart, 0xff);
        else if (*script == '!')
            rill_uart_damaged(&at.uart);
        else if (*script == '^')
            rill_uart_lost(&at.uart);
        else if (*script == '=')
            log_read(64, 0);
        else if (*script == '|')
            rill_uart_port.close(&at.uart);
        else if (*script != ' ')
            log_read((size_t)(*script - '0'), 0);
    }
}

static void bytes_and_gaps_come_in_their_order(void **state)
{
    static const struct {
        const char *script, *log;
        uint32_t lost, damaged;
    } cases[] = {
        /* a ring of 8 */
        {"=", "<nothing>", 0, 0},
        {"abc = =", "abc<nothing>", 0, 0},
        {"abc 2 2 2", "abc<nothing>", 0, 0},
        {"abcdef =", "abcdef", 0, 0},
        /* full: what finds no room is lost, and told once, where it is missing */
        {"abcdefg = = =", "abcdef<overrun><nothing>", 1, 0},
        {"abcdefghij = = =", "abcdef<overrun><nothing>", 4, 0},
        {"abcdefg 1 h = = = =", "a" "bcdef<overrun><nothing><nothing>", 2, 0}, /* the mark takes h's room */
        {"abcdefg 3 h = = =", "abc" "def<overrun>h", 1, 0},
        {"abcdefg 4 hij = = = =", "abcd" "ef<overrun>hi<overrun>", 2, 0},
        {"abcdefg = = h = =", "abcdef<overrun>h<nothing>", 1, 0},
        /* FF takes two places */
        {"FF =", "FFFF", 0, 0},
        {"FFF =", "FFFFFF", 0, 0},
        {"FFFa = =", "FFFFFF<overrun>", 1, 0},
        {"abcdeF = =", "abcde<overrun>", 1, 0},
        {"aFb 1 1 1", "aFFb", 0, 0},
        /* damaged bytes are told where they were, once where several are in a row */
        {"ab!cd = = =", "ab<noise>cd", 0, 1},
        {"! = =", "<noise><nothing>", 0, 1},
        {"a!!!b = = =", "a<noise>b", 0, 3},
        {"a! = = ! = =", "a<noise><noise><nothing>", 0, 2},
        {"!a!b = = = =", "<noise>a<noise>b", 0, 2},
        {"abcdef! = = =", "abcdef<overrun><nothing>", 1, 1}, /* no room to tell that it was damaged: it is lost */
        {"abcd!e = = =", "abcd<noise><overrun>", 1, 1},
        /* the UART's own losses */
        {"a^b = = =", "a<overrun>b", 1, 0},
        {"a^^b = = =", "a<overrun>b", 2, 0},
        {"a!^b = = = =", "a<noise><overrun>b", 1, 1},
        {"abcdefg^ = = =", "abcdef<overrun><nothing>", 2, 0},
        /* close drops what is there, and is no end */
        {"abc | =", "<nothing>", 0, 0},
        {"abcdefgh | =", "<nothing>", 2, 0},
        {"ab | cd =", "cd", 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (unsigned start = 0; start < 70000; start += start < 20 ? 1 : 21845) { /* wherever the indices stand */
            begin(&no_wire, 8, 0, 0);
            at.uart.head = at.uart.tail = (uint16_t)start;
            play(cases[i].script);
            if (strcmp(at.log, cases[i].log) != 0 || at.uart.lost != cases[i].lost || at.uart.damaged != cases[i].damaged)
                fail_msg("\"%s\" from %u gives %s, %u lost, %u damaged", cases[i].script, start, at.log, at.uart.lost,
                         at.uart.damaged);
        }
    }
}

static void water_marks_stop_and_start_the_other_side(void **state)
{
    static const struct {
        const char *script, *log;
    } cases[] = {
        /* a ring of 8, high 4, low 2 */
        {"abc =", "[go]abc"},
        {"abcd", "[go][stop]"},
        {"abcde", "[go][stop][stop]"}, /* for each byte */
        {"abcd 1 =", "[go][stop]a[go]bcd"},
        {"abcd 2", "[go][stop][go]ab"},
        {"abcd 2 ef 4", "[go][stop][go]ab" "[stop][go]cdef"},
        {"abcde 1 f 1 1 1", "[go][stop][stop]a[stop]bc[go]d"},
        {"aFb", "[go][stop]"}, /* counts places, not bytes */
        {"ab!", "[go][stop]"},
        {"abcdefg = =", "[go][stop][stop][stop][stop][go]abcdef<overrun>"}, /* it did not listen */
        /* held from close until the next read */
        {"ab|", "[go][stop]"},
        {"ab||", "[go][stop][stop]"},
        {"abcd|", "[go][stop][stop]"},
        {"ab| c = =", "[go][stop][go]c<nothing>"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(&board, 8, 4, 2);
        play(cases[i].script);
        if (strcmp(at.log, cases[i].log) != 0)
            fail_msg("\"%s\" gives %s", cases[i].script, at.log);
    }
}

/* The reader may have let the other side go on just before the ring was full: every byte says stop again, also one that only adds
 * to what is marked as lost or damaged already. */
static void a_byte_that_adds_nothing_stops_the_other_side(void **state)
{
    (void)state;
    begin(&board, 16, 8, 4);
    for (int i = 0; i < 20; i++)
        rill_uart_received(&at.uart, 'x');
    at.log[0] = '\0';
    rill_uart_received(&at.uart, 'x');
    assert_string_equal(at.log, "[stop]");
    begin(&board, 16, 8, 4);
    for (int i = 0; i < 10; i++)
        rill_uart_received(&at.uart, 'x');
    rill_uart_damaged(&at.uart);
    at.log[0] = '\0';
    rill_uart_damaged(&at.uart);
    assert_string_equal(at.log, "[stop]");
}

static void the_peak_tells_how_full_the_ring_was(void **state)
{
    (void)state;
    begin(&no_wire, 16, 0, 0);
    play("abc = abcdeF == a");
    assert_int_equal(at.uart.peak, 7);
}

static void a_configuration_is_checked(void **state)
{
    static const struct {
        const rill_uart_board *glue;
        uint16_t size, high, low;
        rill_status status;
    } cases[] = {
        {&board, 8, 6, 0, RILL_OK},           {&board, 8, 7, 0, RILL_SCHEMA_CONFIG},
        {&board, 8, 4, 4, RILL_SCHEMA_CONFIG}, {&board, 8, 4, 3, RILL_OK},
        {&no_wire, 8, 0, 0, RILL_OK},         {&board, 8, 0, 0, RILL_SCHEMA_CONFIG},
        {&no_wire, 4, 0, 0, RILL_SCHEMA_CONFIG}, {&no_wire, 0, 0, 0, RILL_SCHEMA_CONFIG},
        {&no_wire, 96, 0, 0, RILL_SCHEMA_CONFIG}, {&no_wire, 32768, 0, 0, RILL_OK},
        {&no_wire, 65535, 0, 0, RILL_SCHEMA_CONFIG}, {NULL, 8, 4, 2, RILL_SCHEMA_CONFIG},
    };
    static const rill_uart_board no_clock = {board_send, NULL, NULL}, no_sender = {NULL, NULL, board_now};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rill_uart_config config = {cases[i].glue, &at, at.ring, cases[i].size, cases[i].high, cases[i].low};
        assert_int_equal(rill_uart_begin(&at.uart, &config), cases[i].status);
    }
    rill_uart_config config = {&no_clock, &at, at.ring, 8, 0, 0};
    assert_int_equal(rill_uart_begin(&at.uart, &config), RILL_SCHEMA_CONFIG);
    config.board = &no_sender;
    assert_int_equal(rill_uart_begin(&at.uart, &config), RILL_SCHEMA_CONFIG);
    config.board = &board;
    config.ring = NULL;
    assert_int_equal(rill_uart_begin(&at.uart, &config), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_uart_begin(&at.uart, NULL), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_uart_begin(NULL, &config), RILL_SCHEMA_CONFIG);
}

/* ---- time */

static void reading_keeps_its_deadline(void **state)
{
    (void)state;
    begin(&no_wire, 8, 0, 0);
    at.clock = UINT32_MAX - 3; /* wraps */
    log_read(8, 10);
    assert_string_equal(at.log, "<nothing>");
    assert_int_equal(at.clock, 6);
    assert_int_equal(at.idles, 10);
    log_read(8, 0);
    assert_int_equal(at.idles, 10); /* does not sleep when there is nothing to wait for */
    at.arriving = "ab";
    at.arrive_at = 11;
    log_read(8, 10);
    assert_string_equal(at.log, "<nothing><nothing>ab");
    assert_int_equal(at.clock, 11); /* not later than the bytes */
    at.arriving = "c";
    at.arrive_at = 21;
    log_read(8, 10);
    assert_string_equal(at.log, "<nothing><nothing>abc"); /* came in the last moment */
}

static void writing_waits_for_the_transmitter(void **state)
{
    static const char text[] = "abcdef";
    (void)state;
    begin(&no_wire, 8, 0, 0);
    assert_int_equal(rill_uart_port.write(&at.uart, text, 6, 0), 6); /* a deep transmitter */
    assert_string_equal(at.log, "abcdef");
    at.send_every = 4;
    at.sent_at = at.clock;
    assert_int_equal(rill_uart_port.write(&at.uart, text, 6, 10), 1); /* takes what there is room for */
    assert_int_equal(rill_uart_port.write(&at.uart, text + 1, 5, 10), 1);
    assert_string_equal(at.log, "abcdefab");
    assert_in_range(at.clock, 8, 10);
    at.send_every = 1000; /* CTS is off */
    uint32_t since = at.clock;
    assert_int_equal(rill_uart_port.write(&at.uart, text, 6, 10), 0);
    assert_in_range(at.clock - since, 10, 11);
    assert_int_equal(rill_uart_port.write(&at.uart, text, 6, 0), 0);
    assert_in_range(at.clock - since, 10, 12);
    assert_int_equal(rill_uart_port.now(&at.uart), at.clock);
}

/* ---- an interrupt at any point */

/* What came, as the writer saw it, and what read gave: bytes, and statuses as values above 255. */
enum { SAID_OVERRUN = 0x100, SAID_NOISE };

typedef struct record {
    uint16_t *list;
    size_t count, size;
} record;

static void note(record *into, uint16_t what)
{
    bool status = what >= SAID_OVERRUN;
    if (status && into->count != 0 && into->list[into->count - 1] == what)
        return; /* whether neighbours are told together depends on when they are read */
    assert_true(into->count < into->size);
    into->list[into->count++] = what;
}

static void come(rill_uart *uart, record *came, unsigned what)
{
    uint32_t lost = uart->lost;
    if (what < 0x100)
        rill_uart_received(uart, (uint8_t)what);
    else if (what == SAID_NOISE)
        rill_uart_damaged(uart);
    else
        rill_uart_lost(uart);
    note(came, uart->lost != lost ? SAID_OVERRUN : (uint16_t)what);
}

/* False: nothing came. */
static bool take_down(rill_uart *uart, record *given, size_t size)
{
    char bytes[256];
    int32_t moved = rill_uart_port.read(uart, bytes, size, 0);
    if (moved < 0)
        note(given, moved == RILL_PORT_OVERRUN ? SAID_OVERRUN : SAID_NOISE);
    for (int32_t i = 0; i < moved; i++)
        note(given, (uint8_t)bytes[i]);
    return moved != 0;
}

static uint16_t lists[2][4096];
static record came, given;
static unsigned burst, pattern, counter;

static unsigned next_arrival(void)
{
    static const unsigned odd[] = {0xff, SAID_NOISE, SAID_NOISE, SAID_OVERRUN, 'x'};
    unsigned number = counter++;
    switch (pattern) {
    case 0:
        return 'a' + number % 26;
    case 1:
        return 0xff;
    default:
        return number % 3 == 0 ? odd[number / 3 % 5] : 'a' + number % 26;
    }
}

static void burst_comes(void)
{
    for (unsigned i = 0; i < burst; i++)
        come(&at.uart, &came, next_arrival());
}

static void an_interrupt_may_come_at_any_point(void **state)
{
    unsigned runs = 0, stops = 0;
    (void)state;
    for (unsigned size = 8; size <= 16; size *= 2)
        for (unsigned before = 0; before <= size; before++)
            for (size_t wanted = 1; wanted <= 9; wanted += 4)
                for (burst = 1; burst <= size + 1; burst += burst < 4 ? 1 : 3)
                    for (pattern = 0; pattern < 3; pattern++)
                        for (int point = 0, more = true; more; point++) {
                            begin(&board, (uint16_t)size, (uint16_t)(size / 2), (uint16_t)(size / 4));
                            came = (record){lists[0], 0, 4096};
                            given = (record){lists[1], 0, 4096};
                            counter = (unsigned)point;
                            for (unsigned i = 0; i < before; i++)
                                come(&at.uart, &came, next_arrival());
                            interrupt = burst_comes;
                            interrupt_in = point;
                            take_down(&at.uart, &given, wanted);
                            more = interrupt == NULL; /* it came; else there are no further points */
                            interrupt = NULL;
                            while (take_down(&at.uart, &given, wanted))
                                ;
                            stops += at.uart.peak >= size / 2;
                            assert_int_equal(given.count, came.count);
                            assert_memory_equal(given.list, came.list, came.count * sizeof came.list[0]);
                            assert_false(at.stopped); /* never left standing */
                            runs++;
                        }
    assert_in_range(runs, 10000, 1000000);
    assert_in_range(stops, 1000, runs);
    printf("interrupts at every point: %u runs\n", runs);
}

/* ---- two threads */

enum { ARRIVALS = 1000000, DEAF_EVERY = 1000, DEAF_FOR = 500, PATIENCE = 20000000 }; /* so many bytes come though RTS is off */

typedef struct line {
    rill_uart uart;
    rill_uart_config config;
    uint8_t ring[64];
    record came, given;
    int stopped, ended; /* atomic */
    bool stuck;         /* the writer was never let go */
} line;

static bool quiet_send(void *context, uint8_t byte)
{
    (void)context;
    (void)byte;
    return true;
}

static void line_ready(void *context, bool ready)
{
    __atomic_store_n(&((line *)context)->stopped, !ready, __ATOMIC_RELEASE);
}

static uint32_t quiet_now(void *context, bool idle)
{
    (void)context;
    (void)idle;
    return 0;
}

static uint32_t random_of(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static void wait_for_go(line *the)
{
    for (uint32_t i = 0; i < PATIENCE && !the->stuck; i++) {
        if (!__atomic_load_n(&the->stopped, __ATOMIC_ACQUIRE))
            return;
        sched_yield();
    }
    the->stuck = true;
}

static void *write_all(void *context)
{
    line *the = context;
    uint32_t seed = 1;
    for (unsigned i = 0; i < ARRIVALS; i++) {
        uint32_t drawn = random_of(&seed);
        if (i % DEAF_EVERY >= DEAF_FOR)
            wait_for_go(the);
        come(&the->uart, &the->came, drawn % 97 == 0 ? SAID_NOISE : drawn % 2111 == 0 ? SAID_OVERRUN : i & 0xffu);
    }
    __atomic_store_n(&the->ended, 1, __ATOMIC_RELEASE);
    return NULL;
}

static void two_threads_need_no_lock(void **state)
{
    static const rill_uart_board quiet = {quiet_send, line_ready, quiet_now};
    static line the;
    uint32_t seed = 2;
    pthread_t writer;
    const rill_uart_config config = {&quiet, &the, the.ring, sizeof the.ring, 48, 16};
    (void)state;
    interrupt = NULL;
    the.config = config;
    the.came = (record){calloc(ARRIVALS, sizeof(uint16_t)), 0, ARRIVALS};
    the.given = (record){calloc(ARRIVALS, sizeof(uint16_t)), 0, ARRIVALS};
    assert_int_equal(rill_uart_begin(&the.uart, &the.config), RILL_OK);
    assert_int_equal(pthread_create(&writer, NULL, write_all, &the), 0);
    for (int last = 0; !last;) { /* once more after the end was seen */
        last = __atomic_load_n(&the.ended, __ATOMIC_ACQUIRE);
        while (take_down(&the.uart, &the.given, 1 + random_of(&seed) % 70))
            if (random_of(&seed) % 64 == 0)
                sched_yield();
    }
    pthread_join(writer, NULL);
    assert_false(the.stuck);
    assert_int_equal(the.given.count, the.came.count);
    assert_memory_equal(the.given.list, the.came.list, the.came.count * sizeof(uint16_t));
    assert_int_equal(the.uart.head, the.uart.tail);
    assert_in_range(the.uart.lost, 1, ARRIVALS / DEAF_EVERY * DEAF_FOR + ARRIVALS / 100);
    printf("two threads: %d arrivals, %u of them lost\n", ARRIVALS, the.uart.lost);
    free(the.came.list);
    free(the.given.list);
}

/* ---- through a client */

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                             "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                             "{\"content\":\"from the ring\"}}]}\n\ndata: [DONE]\n\n";
static size_t answered;

/* The line sends a few bytes each millisecond. */
static uint32_t sending_now(void *context, bool idle)
{
    desk *the = context;
    for (int i = 0; idle && i < 11 && answered < sizeof answer - 1; i++)
        rill_uart_received(&the->uart, (uint8_t)answer[answered++]);
    return the->clock += idle;
}

static rill_item last_item(char *text)
{
    static const rill_uart_board sending = {board_send, NULL, sending_now};
    static char buffer[256];
    static rill_token tokens[24];
    static rill_chunk chunk;
    rill_stream_config stream = {buffer, sizeof buffer, tokens, 24, &rill_chat_schema, &chunk, RILL_BODY_HTTP, NULL};
    rill_client_config config = {&rill_uart_port, &at.uart, &stream, 50, 0, 0};
    rill_client client;
    rill_item item = {0};
    at.config.board = &sending;
    answered = 0;
    *text = '\0';
    assert_int_equal(rill_client_begin(&client, &config), RILL_OK);
    while (rill_client_next(&client, &item) == RILL_OK && item.kind != RILL_ITEM_END)
        if (item.kind == RILL_ITEM_CHAT_CHUNK && chunk.choices[0].message.content.data != NULL)
            strcat(text, chunk.choices[0].message.content.data);
    rill_client_close(&client);
    return item;
}

static void a_client_reads_an_answer(void **state)
{
    char text[64];
    (void)state;
    begin(&no_wire, 16, 0, 0);
    rill_item end = last_item(text);
    assert_int_equal(end.end, RILL_END_DONE);
    assert_string_equal(text, "from the ring");
}

static void a_client_says_what_was_lost(void **state)
{
    char text[64];
    (void)state;
    begin(&no_wire, 8, 0, 0); /* too small for what comes in a millisecond */
    rill_item end = last_item(text);
    assert_int_equal(end.end, RILL_END_TRUNCATED);
    assert_int_equal(end.status, RILL_PORT_OVERRUN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_and_gaps_come_in_their_order),
        cmocka_unit_test(water_marks_stop_and_start_the_other_side),
        cmocka_unit_test(a_byte_that_adds_nothing_stops_the_other_side),
        cmocka_unit_test(the_peak_tells_how_full_the_ring_was),
        cmocka_unit_test(a_configuration_is_checked),
        cmocka_unit_test(reading_keeps_its_deadline),
        cmocka_unit_test(writing_waits_for_the_transmitter),
        cmocka_unit_test(an_interrupt_may_come_at_any_point),
        cmocka_unit_test(two_threads_need_no_lock),
        cmocka_unit_test(a_client_reads_an_answer),
        cmocka_unit_test(a_client_says_what_was_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
