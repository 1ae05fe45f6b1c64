/* The serial port: against a pair of pseudo terminals that socat joins, as a line joins two UARTs; and against a
 * socketpair where the system's marks for damaged bytes have to be made by hand. */
#define _DEFAULT_SOURCE /* CRTSCTS, B115200 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "rill/rill.h"
#include "serial.h"

enum { PATIENCE_MS = 5000, SHORT_MS = 60 };

static const rill_serial_settings fast = {115200, true};

/* ---- the line */

typedef struct line {
    char names[2][64];
    pid_t socat;
    rill_serial ends[2];
} line;

static uint32_t now(void)
{
    return rill_serial_port.now(NULL);
}

static void wait_for_file(const char *name)
{
    uint32_t since = now();
    while (access(name, F_OK) != 0) {
        assert_true(now() - since < PATIENCE_MS);
        poll(NULL, 0, 5);
    }
}

static int begin_line(void **state)
{
    static line made;
    char words[2][96];
    for (int i = 0; i < 2; i++) {
        snprintf(made.names[i], sizeof made.names[i], "/tmp/rill-serial-%ld-%d", (long)getpid(), i);
        unlink(made.names[i]);
        snprintf(words[i], sizeof words[i], "pty,link=%s", made.names[i]);
    }
    made.socat = fork();
    assert_true(made.socat >= 0);
    if (made.socat == 0) {
        execlp("socat", "socat", words[0], words[1], (char *)NULL);
        perror("socat");
        _exit(127);
    }
    for (int i = 0; i < 2; i++) {
        wait_for_file(made.names[i]);
        assert_int_equal(rill_serial_open(&made.ends[i], made.names[i], &fast), RILL_OK);
    }
    *state = &made;
    return 0;
}

static void hang_up(line *joined)
{
    if (joined->socat == 0)
        return;
    kill(joined->socat, SIGKILL); /* it can miss a signal that it catches: one in front of its select() */
    waitpid(joined->socat, NULL, 0);
    joined->socat = 0;
}

static int end_line(void **state)
{
    line *joined = *state;
    for (int i = 0; i < 2; i++) {
        rill_serial_port.close(&joined->ends[i]);
        rill_serial_port.close(&joined->ends[i]); /* does nothing */
        assert_int_equal(joined->ends[i].descriptor, -1);
    }
    hang_up(joined);
    for (int i = 0; i < 2; i++)
        unlink(joined->names[i]);
    return 0;
}

/* ---- over the line */

/* Sends all and receives all, in turns. */
static void carry(rill_serial *from, rill_serial *to, const char *sent, char *got, size_t length)
{
    size_t gone = 0, come = 0;
    uint32_t since = now();
    while (come < length) {
        assert_true(now() - since < 4 * PATIENCE_MS);
        if (gone < length) {
            int32_t moved = rill_serial_port.write(from, sent + gone, length - gone, 0);
            assert_true(moved >= 0);
            gone += (size_t)moved;
        }
        int32_t moved = rill_serial_port.read(to, got + come, length - come, gone < length ? 0 : 100);
        assert_true(moved >= 0);
        come += (size_t)moved;
    }
}

static void every_byte_value_passes_both_ways(void **state)
{
    enum { LENGTH = 1 << 18 };
    line *joined = *state;
    char *sent = malloc(LENGTH), *got = malloc(LENGTH);
    for (size_t i = 0; i < LENGTH; i++)
        sent[i] = (char)(i < 512 ? i / 2 : (i * 2654435761u) >> 13);
    carry(&joined->ends[0], &joined->ends[1], sent, got, LENGTH);
    assert_memory_equal(sent, got, LENGTH);
    memset(got, 0, LENGTH);
    carry(&joined->ends[1], &joined->ends[0], sent, got, LENGTH);
    assert_memory_equal(sent, got, LENGTH);
    free(sent);
    free(got);
}

static void the_line_is_raw_at_its_rate_with_flow_control(void **state)
{
    line *joined = *state;
    struct termios set;
    assert_int_equal(tcgetattr(joined->ends[0].descriptor, &set), 0);
    assert_int_equal(cfgetispeed(&set), B115200);
    assert_int_equal(cfgetospeed(&set), B115200);
    assert_true(set.c_cflag & CRTSCTS);
    assert_int_equal(set.c_cflag & (CSIZE | PARENB | CSTOPB), CS8);
    assert_int_equal(set.c_lflag & (ICANON | ECHO | ISIG | IEXTEN), 0);
    assert_int_equal(set.c_oflag & OPOST, 0);
    assert_int_equal(set.c_iflag & (IXON | IXOFF | ICRNL | ISTRIP | IGNBRK | BRKINT), 0);
}

static void reading_keeps_its_deadline(void **state)
{
    line *joined = *state;
    char byte;
    uint32_t since = now();
    assert_int_equal(rill_serial_port.read(&joined->ends[0], &byte, 1, SHORT_MS), 0);
    assert_in_range(now() - since, SHORT_MS, PATIENCE_MS);
    since = now();
    assert_int_equal(rill_serial_port.read(&joined->ends[0], &byte, 1, 0), 0);
    assert_true(now() - since < SHORT_MS);
}

static void writing_keeps_its_deadline_when_nobody_reads(void **state)
{
    static const char block[4096];
    line *joined = *state;
    int32_t moved = 1;
    for (int i = 0; i < 1000 && moved > 0; i++) {
        uint32_t since = now();
        moved = rill_serial_port.write(&joined->ends[0], block, sizeof block, SHORT_MS);
        assert_true(now() - since < PATIENCE_MS);
    }
    assert_int_equal(moved, 0);
    uint32_t since = now();
    rill_serial_port.close(&joined->ends[0]); /* does not wait for ever either */
    assert_true(now() - since < RILL_SERIAL_DRAIN_MS + PATIENCE_MS);
}

static void close_discards_what_was_not_read(void **state)
{
    line *joined = *state;
    rill_serial *end = &joined->ends[0];
    char bytes[8];
    assert_int_equal(rill_serial_port.write(&joined->ends[1], "hello", 5, PATIENCE_MS), 5);
    assert_int_equal(rill_serial_port.read(end, bytes, 1, PATIENCE_MS), 1);
    rill_serial_port.close(end);
    assert_int_equal(rill_serial_port.read(end, bytes, sizeof bytes, 0), RILL_PORT_BUS);
    assert_int_equal(rill_serial_port.write(end, bytes, 1, 0), RILL_PORT_BUS);
    assert_int_equal(rill_serial_open(end, joined->names[0], &fast), RILL_OK);
    assert_int_equal(rill_serial_port.read(end, bytes, sizeof bytes, 0), 0);
}

static void a_hang_up_ends_both_directions(void **state)
{
    line *joined = *state;
    char byte = 'x';
    hang_up(joined);
    int32_t status = rill_serial_port.read(&joined->ends[0], &byte, 1, PATIENCE_MS);
    assert_true(status == RILL_PORT_CLOSED || status == RILL_PORT_RESET);
    assert_int_equal(rill_serial_port.write(&joined->ends[0], &byte, 1, PATIENCE_MS), RILL_PORT_RESET);
}

static void a_client_reads_an_answer(void **state)
{
    static const char sent[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                               "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                               "{\"content\":\"over a line\"}}]}\n\ndata: [DONE]\n\n";
    static char buffer[512];
    static rill_token tokens[48];
    static rill_chunk chunk;
    line *joined = *state;
    rill_stream_config stream = {buffer, sizeof buffer, tokens, 48, &rill_chat_schema, &chunk, RILL_BODY_HTTP, NULL};
    rill_client_config config = {&rill_serial_port, &joined->ends[1], &stream, PATIENCE_MS, 0, 0};
    rill_client client;
    rill_item item;
    assert_int_equal(rill_client_begin(&client, &config), RILL_OK);
    for (size_t gone = 0; gone < sizeof sent - 1;)
        gone += (size_t)rill_serial_port.write(&joined->ends[0], sent + gone, sizeof sent - 1 - gone, PATIENCE_MS);
    assert_int_equal(rill_client_next(&client, &item), RILL_OK);
    assert_int_equal(item.kind, RILL_ITEM_CHAT_CHUNK);
    assert_string_equal(chunk.choices[0].message.content.data, "over a line");
    assert_int_equal(rill_client_next(&client, &item), RILL_OK);
    assert_int_equal(item.kind, RILL_ITEM_END);
    assert_int_equal(item.end, RILL_END_DONE);
}

/* ---- damaged bytes, as PARMRK marks them */

/* Reads what the socket's other end wrote: bytes as they are, a damaged one as "<noise>", the end as "<end>". */
static void read_log(rill_serial *serial, size_t size, char *log)
{
    char bytes[16];
    for (;;) {
        int32_t moved = rill_serial_port.read(serial, bytes, size, 0);
        if (moved == RILL_PORT_NOISE) {
            strcat(log, "<noise>");
            continue;
        }
        if (moved == RILL_PORT_CLOSED)
            strcat(log, "<end>");
        if (moved <= 0)
            return;
        strncat(log, bytes, (size_t)moved);
    }
}

static void damaged_bytes_are_told_where_they_came(void **state)
{
    static const struct {
        const char *sent;
        size_t length;
        const char *log;
    } cases[] = {
        {"abc", 3, "abc<end>"},
        {"a\xff\xff" "b", 4, "a\xff" "b<end>"},
        {"ab\xff\0Xcd", 7, "ab<noise>cd<end>"},
        {"\xff\0\0", 3, "<noise><end>"},
        {"\xff\0\xff\xff\0Yz", 7, "<noise><noise>z<end>"},
        {"\xff\xff\xff\xff\xff\0Qr", 8, "\xff\xff<noise>r<end>"},
        {"a\xff\0", 3, "a<end>"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t size = 1; size <= 16; size++) {
            for (size_t cut = 0; cut <= cases[i].length; cut++) { /* the marks come in two reads of the system */
                int pair[2];
                char log[64] = "";
                assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
                fcntl(pair[0], F_SETFL, O_NONBLOCK);
                rill_serial serial = RILL_SERIAL_CLOSED;
                serial.descriptor = pair[0];
                assert_int_equal(write(pair[1], cases[i].sent, cut), (ssize_t)cut);
                read_log(&serial, size, log);
                assert_int_equal(write(pair[1], cases[i].sent + cut, cases[i].length - cut),
                                 (ssize_t)(cases[i].length - cut));
                close(pair[1]);
                read_log(&serial, size, log);
                assert_string_equal(log, cases[i].log);
                rill_serial_port.close(&serial);
            }
        }
    }
}

/* ---- opening */

static void what_cannot_be_opened_says_why(void **state)
{
    static const rill_serial_settings odd = {115201, false};
    rill_serial serial;
    char byte;
    (void)state;
    assert_int_equal(rill_serial_open(&serial, "/dev/no-such-device", &fast), RILL_PORT_NAME);
    assert_int_equal(serial.descriptor, -1);
    assert_int_equal(rill_serial_open(&serial, "/dev/null", &fast), RILL_PORT_BUS);
    assert_int_equal(serial.descriptor, -1);
    assert_int_equal(rill_serial_open(&serial, "/dev/null", &odd), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_serial_port.read(&serial, &byte, 1, 0), RILL_PORT_BUS);
    assert_int_equal(rill_serial_port.write(&serial, &byte, 1, 0), RILL_PORT_BUS);
    rill_serial_port.close(&serial);
}

#define ON_A_LINE(test) cmocka_unit_test_setup_teardown(test, begin_line, end_line)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_LINE(every_byte_value_passes_both_ways),
        ON_A_LINE(the_line_is_raw_at_its_rate_with_flow_control),
        ON_A_LINE(reading_keeps_its_deadline),
        ON_A_LINE(writing_keeps_its_deadline_when_nobody_reads),
        ON_A_LINE(close_discards_what_was_not_read),
        ON_A_LINE(a_hang_up_ends_both_directions),
        ON_A_LINE(a_client_reads_an_answer),
        cmocka_unit_test(damaged_bytes_are_told_where_they_came),
        cmocka_unit_test(what_cannot_be_opened_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
