/* The checks of port_contract.h: that they find each fault, and that the ports keep the contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "port_contract.h"
#include "socket.h"
#include "template.h"
#include "uart.h"

/* ---- a line in memory, with a clock that moves when somebody waits, and a fault */

typedef struct wire {
    char bytes[512];
    size_t head, tail;
} wire;

typedef struct line {
    wire in, out;
    size_t room; /* of out */
    uint32_t clock;
    bool ended, closed;
    const char *fault;
} line;

static bool is(const line *the, const char *fault)
{
    return the->fault != NULL && strcmp(the->fault, fault) == 0;
}

static size_t on(const wire *one)
{
    return one->head - one->tail;
}

static void put(wire *one, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        one->bytes[one->head++ % sizeof one->bytes] = bytes[i];
}

static size_t get(wire *one, char *bytes, size_t size)
{
    size_t count = 0;
    while (count < size && one->tail != one->head)
        bytes[count++] = one->bytes[one->tail++ % sizeof one->bytes];
    return count;
}

static int32_t line_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    line *the = context;
    if (the->closed)
        return is(the, "a status of its own when closed") ? -500 : RILL_PORT_BUS;
    if (is(the, "the end in front of the last bytes") && the->ended)
        return RILL_PORT_CLOSED;
    if (on(&the->in) != 0) {
        size_t count = get(&the->in, bytes, size);
        if (is(the, "waits until size is full"))
            the->clock += count < size ? timeout_ms : 0;
        if (is(the, "the top bit lost"))
            bytes[0] = (char)(bytes[0] & 0x7f);
        if (is(the, "a byte too many"))
            bytes[size] = 0;
        return (int32_t)count + (is(the, "claims too many") ? 1 : 0);
    }
    if (the->ended) {
        if (is(the, "the end said once"))
            the->ended = false;
        return is(the, "the end is 0") ? 0 : is(the, "the end is a reset") ? RILL_PORT_RESET : RILL_PORT_CLOSED;
    }
    if (is(the, "writes when nothing came"))
        bytes[0] = 0;
    the->clock += is(the, "does not wait") ? 0 : is(the, "waits too long") ? timeout_ms + 200 : timeout_ms;
    return is(the, "nothing is a timeout") ? RILL_PORT_TIMEOUT : 0;
}

static int32_t line_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    line *the = context;
    size_t free_room = the->room - on(&the->out);
    size_t count = length < free_room ? length : free_room;
    if (count == 0) {
        the->clock += is(the, "full does not wait") ? 0 : timeout_ms;
        return is(the, "full is a failure") ? RILL_PORT_BUSY : is(the, "never full") ? (int32_t)length : 0;
    }
    if (is(the, "takes nothing"))
        return 0;
    put(&the->out, bytes, is(the, "takes and drops") ? count - 1 : count);
    return (int32_t)count + (is(the, "claims to have taken too many") ? 1 : 0);
}

static void line_close(void *context)
{
    ((line *)context)->closed = true;
}

static uint32_t line_now(void *context)
{
    const line *the = context;
    return is(the, "the clock stands") ? 0 : is(the, "the clock counts microseconds") ? the->clock * 1000 : the->clock;
}

static const rill_port line_port = {line_read, line_write, line_close, line_now};

static void far_send(void *far, const char *bytes, size_t length)
{
    put(&((line *)far)->in, bytes, length);
}

static size_t far_take(void *far, char *bytes, size_t size)
{
    return get(&((line *)far)->out, bytes, size);
}

static void far_end(void *far)
{
    ((line *)far)->ended = true;
}

static void far_pass(void *far, uint32_t ms)
{
    ((line *)far)->clock += ms;
}

static const char *verdict(const char *fault)
{
    static line the;
    memset(&the, 0, sizeof the);
    the.room = 200;
    the.clock = UINT32_MAX - 20; /* wraps within */
    the.fault = fault;
    const port_under_test test = {&line_port, &the, &the, far_send, far_take, far_end, far_pass, 100, 0, 300};
    return port_contract(&test);
}

static void test_each_fault_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *fault, *rule;
    } faults[] = {
        {"the clock stands", "now: it stands still"},
        {"the clock counts microseconds", "now: it runs faster"},
        {"nothing is a timeout", "read: nothing came, and it does not answer 0"},
        {"writes when nothing came", "read: nothing came, and it wrote"},
        {"does not wait", "read: it does not keep its time"},
        {"waits too long", "read: it does not keep its time"},
        {"the top bit lost", "read: the bytes are not those"},
        {"a byte too many", "read: it moved more bytes"},
        {"claims too many", "read: it moved more bytes"},
        {"waits until size is full", "read: it waits for more"},
        {"takes nothing", "write: there is room, and it takes nothing"},
        {"claims to have taken too many", "write: it claims more"},
        {"takes and drops", "write: bytes were taken that do not arrive"},
        {"full does not wait", "write: without room it does not keep its time"},
        {"full is a failure", "write: it claims more bytes than it was given, or fails"},
        {"never full", "write: it goes on taking"},
        {"the end in front of the last bytes", "read: bytes were sent, and none came"},
        {"the end is 0", "read: the other side has ended, and it goes on"},
        {"the end is a reset", "read: the end in good order"},
        {"the end said once", "read: the other side has ended, and it goes on"},
        {"a status of its own when closed", "read: a closed port gives"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const char *rule = verdict(faults[i].fault);
        if (rule == NULL || strncmp(rule, faults[i].rule, strlen(faults[i].rule)) != 0)
            fail_msg("%s: %s", faults[i].fault, rule != NULL ? rule : "not found");
    }
    assert_null(verdict(NULL));
}

/* ---- the template as it stands */

static void test_template_without_a_device(void **state)
{
    (void)state;
    rill_template port = {0};
    char bytes[4];
    assert_int_equal(rill_template_port.read(&port, bytes, sizeof bytes, 1000), RILL_PORT_BUS);
    assert_int_equal(rill_template_port.write(&port, "abc", 3, 1000), RILL_PORT_BUS);
    assert_int_equal(rill_template_port.now(&port), 0);
    rill_template_port.close(&port);
    rill_template_port.close(&port);
    assert_int_equal(rill_template_port.read(&port, bytes, sizeof bytes, 0), RILL_PORT_BUS);
    assert_int_equal(rill_template_port.write(&port, "abc", 3, 0), RILL_PORT_BUS);
}

/* ---- the socket, over a connection of this machine */

static void tcp_send(void *far, const char *bytes, size_t length)
{
    assert_int_equal(send(*(int *)far, bytes, length, MSG_NOSIGNAL), length);
}

static size_t tcp_take(void *far, char *bytes, size_t size)
{
    struct pollfd wait = {*(int *)far, POLLIN, 0};
    if (poll(&wait, 1, 10000) != 1)
        return 0;
    ssize_t moved = recv(*(int *)far, bytes, size, 0);
    return moved > 0 ? (size_t)moved : 0;
}

static void tcp_end(void *far)
{
    assert_int_equal(shutdown(*(int *)far, SHUT_WR), 0);
}

static void tcp_pass(void *far, uint32_t ms)
{
    struct timespec wait = {0, (long)ms * 1000000L};
    (void)far;
    while (nanosleep(&wait, &wait) != 0)
        ;
}

static void test_socket(void **state)
{
    (void)state;
    struct sockaddr_in here;
    socklen_t length = sizeof here;
    int small = 4096, listener = socket(AF_INET, SOCK_STREAM, 0);
    rill_socket_addresses addresses;
    rill_socket port = RILL_SOCKET_CLOSED;
    memset(&here, 0, sizeof here);
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&here, sizeof here), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&here, &length), 0);
    memset(&addresses, 0, sizeof addresses);
    memcpy(&addresses.list[0].address, &here, sizeof here);
    addresses.list[0].length = sizeof here;
    addresses.count = 1;
    assert_int_equal(rill_socket_connect(&port, &addresses, 10000), RILL_OK);
    assert_int_equal(setsockopt(port.descriptor, SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    int far = accept(listener, NULL, NULL);
    assert_true(far >= 0);
    const port_under_test test = {&rill_socket_port, &port, &far, tcp_send, tcp_take, tcp_end, tcp_pass, 10000, 0, 16 << 20};
    const char *broken = port_contract(&test);
    if (broken != NULL)
        fail_msg("%s", broken);
    close(far);
    close(listener);
}

/* ---- the UART: a ring, a transmitter with room for 100 bytes, a clock that moves when it is looked at */

typedef struct desk {
    rill_uart uart;
    line line;
} desk;

static bool desk_transmit(void *context, uint8_t byte)
{
    desk *the = context;
    char one = (char)byte;
    if (on(&the->line.out) == 100)
        return false;
    put(&the->line.out, &one, 1);
    return true;
}

static uint32_t desk_now(void *context, bool idle)
{
    (void)idle;
    return ((desk *)context)->line.clock++ / 4;
}

static void desk_send(void *far, const char *bytes, size_t length)
{
    rill_uart_received_block(&((desk *)far)->uart, (const uint8_t *)bytes, length);
}

static size_t desk_take(void *far, char *bytes, size_t size)
{
    return get(&((desk *)far)->line.out, bytes, size);
}

static void desk_pass(void *far, uint32_t ms)
{
    ((desk *)far)->line.clock += 4 * ms;
}

static void test_uart(void **state)
{
    (void)state;
    static desk the;
    static uint8_t ring[128];
    static const rill_uart_board board = {desk_transmit, NULL, desk_now};
    static const rill_uart_config config = {&board, &the, ring, sizeof ring, 0, 0};
    assert_int_equal(rill_uart_begin(&the.uart, &config), RILL_OK);
    const port_under_test test = {&rill_uart_port, &the.uart, &the, desk_send, desk_take, NULL, desk_pass, 5, 0, 100};
    const char *broken = port_contract(&test);
    if (broken != NULL)
        fail_msg("%s", broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_fault_is_found),
        cmocka_unit_test(test_template_without_a_device),
        cmocka_unit_test(test_socket),
        cmocka_unit_test(test_uart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
