/* The POSIX socket port on real sockets of this machine: 127.0.0.1 only, ports chosen by the system.
 *
 * Lower bounds of times are exact (a wait must not end early); upper bounds are wide, since the machine may be busy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "rill/client.h"
#include "socket.h"

#define BUSY_MS 10000 /* how late a loaded machine may be */

/* ---- the other side */

/* A listening socket; its address goes to *addresses as the only one. */
static int listen_here(rill_socket_addresses *addresses, int backlog)
{
    struct sockaddr_in here;
    socklen_t length = sizeof(here);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(listener >= 0);
    memset(&here, 0, sizeof(here));
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (struct sockaddr *)&here, sizeof(here)), 0);
    assert_int_equal(listen(listener, backlog), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&here, &length), 0);
    memset(addresses, 0, sizeof(*addresses));
    memcpy(&addresses->list[0].address, &here, sizeof(here));
    addresses->list[0].length = sizeof(here);
    addresses->count = 1;
    return listener;
}

/* Where nobody listens: a port that was just ours. */
static rill_socket_address nobody(void)
{
    rill_socket_addresses addresses;
    close(listen_here(&addresses, 1));
    return addresses.list[0];
}

/* Where a connection stays unanswered: the queue of a listener that never accepts is filled. */
typedef struct silence {
    int listener;
    int waiting[16];
    rill_socket_address address;
} silence;

static silence begin_silence(void)
{
    silence one;
    rill_socket_addresses addresses;
    one.listener = listen_here(&addresses, 0);
    one.address = addresses.list[0];
    for (size_t i = 0; i < sizeof(one.waiting) / sizeof(one.waiting[0]); i++) {
        one.waiting[i] = socket(AF_INET, SOCK_STREAM, 0);
        assert_true(one.waiting[i] >= 0);
        assert_int_not_equal(fcntl(one.waiting[i], F_SETFL, O_NONBLOCK), -1);
        connect(one.waiting[i], (struct sockaddr *)&one.address.address, one.address.length);
    }
    return one;
}

static void end_silence(silence *one)
{
    for (size_t i = 0; i < sizeof(one->waiting) / sizeof(one->waiting[0]); i++)
        close(one->waiting[i]);
    close(one->listener);
}

/* Both ends of a connection. */
typedef struct pair {
    int listener, peer;
    rill_socket socket;
} pair;

static pair connect_pair(void)
{
    pair both;
    rill_socket_addresses addresses;
    both.listener = listen_here(&addresses, 8);
    assert_int_equal(rill_socket_connect(&both.socket, &addresses, BUSY_MS), RILL_OK);
    both.peer = accept(both.listener, NULL, NULL);
    assert_true(both.peer >= 0);
    return both;
}

static void disconnect(pair *both)
{
    rill_socket_port.close(&both->socket);
    if (both->peer >= 0)
        close(both->peer);
    close(both->listener);
}

static void reset_peer(pair *both)
{
    struct linger now = {1, 0}; /* close sends a reset */
    assert_int_equal(setsockopt(both->peer, SOL_SOCKET, SO_LINGER, &now, sizeof(now)), 0);
    close(both->peer);
    both->peer = -1;
}

static int32_t port_read(pair *both, char *bytes, size_t size, uint32_t timeout_ms)
{
    return rill_socket_port.read(&both->socket, bytes, size, timeout_ms);
}

static int32_t port_write(pair *both, const char *bytes, size_t length, uint32_t timeout_ms)
{
    return rill_socket_port.write(&both->socket, bytes, length, timeout_ms);
}

static uint32_t now(void)
{
    return rill_socket_port.now(NULL);
}

static void sleep_ms(long ms)
{
    struct timespec wait = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&wait, NULL);
}

static void expect_between(uint32_t since, uint32_t least, uint32_t most)
{
    uint32_t passed = now() - since;
    if (passed < least || passed > most)
        fail_msg("%lu ms, not %lu to %lu", (unsigned long)passed, (unsigned long)least, (unsigned long)most);
}

/* ---- names */

static void test_resolve(void **state)
{
    (void)state;
    rill_socket_addresses addresses;
    assert_int_equal(rill_socket_resolve("127.0.0.1", "8080", &addresses), RILL_OK);
    assert_int_equal(addresses.count, 1);
    struct sockaddr_in here;
    assert_int_equal(addresses.list[0].length, sizeof(here));
    memcpy(&here, &addresses.list[0].address, sizeof(here));
    assert_int_equal(here.sin_family, AF_INET);
    assert_int_equal(ntohs(here.sin_port), 8080);
    assert_int_equal(ntohl(here.sin_addr.s_addr), INADDR_LOOPBACK);

    /* refused by the system itself, so that no name server is asked */
    assert_int_equal(rill_socket_resolve("127.0.0.1", "no-such-service", &addresses), RILL_PORT_NAME);
    assert_int_equal(addresses.count, 0);
}

/* ---- connecting */

static void test_refused(void **state)
{
    (void)state;
    rill_socket_addresses addresses = {.count = 1};
    rill_socket socket = RILL_SOCKET_CLOSED;
    addresses.list[0] = nobody();
    assert_int_equal(rill_socket_connect(&socket, &addresses, BUSY_MS), RILL_PORT_REFUSED);
    assert_int_equal(socket.descriptor, -1);
    assert_int_equal(rill_socket_connect(&socket, &addresses, 0), RILL_PORT_REFUSED);
}

static void test_no_address(void **state)
{
    (void)state;
    rill_socket_addresses addresses = {.count = 0};
    rill_socket socket = RILL_SOCKET_CLOSED;
    assert_int_equal(rill_socket_connect(&socket, &addresses, 100), RILL_PORT_NO_ROUTE);
    addresses.count = 1; /* of no known family */
    addresses.list[0].length = sizeof(struct sockaddr_in);
    assert_int_equal(rill_socket_connect(&socket, &addresses, 100), RILL_PORT_NO_ROUTE);
    assert_int_equal(socket.descriptor, -1);
}

static void test_next_address(void **state)
{
    (void)state;
    rill_socket_addresses addresses, good;
    rill_socket socket = RILL_SOCKET_CLOSED;
    int listener = listen_here(&good, 8);
    memset(&addresses, 0, sizeof(addresses));
    addresses.list[0].length = sizeof(struct sockaddr_in); /* no route */
    addresses.list[1] = nobody();
    addresses.list[2] = good.list[0];
    addresses.count = 3;
    assert_int_equal(rill_socket_connect(&socket, &addresses, BUSY_MS), RILL_OK);
    rill_socket_port.close(&socket);
    addresses.count = 2; /* the more telling of two errors, in either order */
    assert_int_equal(rill_socket_connect(&socket, &addresses, BUSY_MS), RILL_PORT_REFUSED);
    addresses.list[2] = addresses.list[0];
    addresses.list[0] = addresses.list[1];
    addresses.list[1] = addresses.list[2];
    assert_int_equal(rill_socket_connect(&socket, &addresses, BUSY_MS), RILL_PORT_REFUSED);
    close(listener);
}

static void test_connect_timeout(void **state)
{
    (void)state;
    silence quiet = begin_silence();
    rill_socket_addresses addresses = {.count = 1};
    rill_socket socket = RILL_SOCKET_CLOSED;
    addresses.list[0] = quiet.address;
    uint32_t since = now();
    assert_int_equal(rill_socket_connect(&socket, &addresses, 200), RILL_PORT_TIMEOUT);
    expect_between(since, 200, 200 + BUSY_MS);
    assert_int_equal(socket.descriptor, -1);
    end_silence(&quiet);
}

/* A silent address gets its share of the time, and the next one is still tried. */
static void test_silent_address_first(void **state)
{
    (void)state;
    silence quiet = begin_silence();
    rill_socket_addresses addresses, good;
    rill_socket socket = RILL_SOCKET_CLOSED;
    int listener = listen_here(&good, 8);
    addresses = good;
    addresses.list[0] = quiet.address;
    addresses.list[1] = good.list[0];
    addresses.count = 2;
    uint32_t since = now();
    assert_int_equal(rill_socket_connect(&socket, &addresses, 600), RILL_OK);
    expect_between(since, 300, 300 + BUSY_MS);
    rill_socket_port.close(&socket);
    close(listener);
    end_silence(&quiet);
}

static void test_socket_is_prepared(void **state)
{
    (void)state;
    pair both = connect_pair();
    assert_true((fcntl(both.socket.descriptor, F_GETFL) & O_NONBLOCK) != 0);
    assert_true((fcntl(both.socket.descriptor, F_GETFD) & FD_CLOEXEC) != 0);
    disconnect(&both);
}

/* ---- moving bytes */

static void test_echo(void **state)
{
    (void)state;
    pair both = connect_pair();
    char bytes[64];
    assert_int_equal(port_write(&both, "hello", 5, 1000), 5);
    assert_int_equal(recv(both.peer, bytes, 5, MSG_WAITALL), 5);
    assert_int_equal(send(both.peer, bytes, 5, 0), 5);
    assert_int_equal(port_read(&both, bytes, 2, BUSY_MS), 2); /* no more than asked for */
    assert_memory_equal(bytes, "he", 2);
    assert_int_equal(port_read(&both, bytes, sizeof(bytes), BUSY_MS), 3); /* no waiting for more */
    assert_memory_equal(bytes, "llo", 3);
    disconnect(&both);
}

static void test_read_timeout(void **state)
{
    (void)state;
    static const uint32_t timeouts[] = {0, 1, 30, 250};
    pair both = connect_pair();
    char byte;
    for (size_t i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++) {
        uint32_t since = now();
        assert_int_equal(port_read(&both, &byte, 1, timeouts[i]), 0);
        expect_between(since, timeouts[i], timeouts[i] + BUSY_MS);
    }
    disconnect(&both);
}

static void *send_later(void *peer)
{
    sleep_ms(50);
    send(*(int *)peer, "x", 1, 0);
    return NULL;
}

static void test_read_wakes_up(void **state)
{
    (void)state;
    pair both = connect_pair();
    pthread_t thread;
    char byte;
    uint32_t since = now();
    assert_int_equal(pthread_create(&thread, NULL, send_later, &both.peer), 0);
    assert_int_equal(port_read(&both, &byte, 1, 60000), 1);
    expect_between(since, 0, 40000);
    assert_int_equal(pthread_join(thread, NULL), 0);
    disconnect(&both);
}

/* What was sent before the end is handed out first; then the end stays. */
static void test_closed_in_good_order(void **state)
{
    (void)state;
    pair both = connect_pair();
    char bytes[8];
    assert_int_equal(send(both.peer, "last", 4, 0), 4);
    close(both.peer);
    both.peer = -1;
    assert_int_equal(port_read(&both, bytes, sizeof(bytes), BUSY_MS), 4);
    assert_int_equal(port_read(&both, bytes, sizeof(bytes), BUSY_MS), RILL_PORT_CLOSED);
    assert_int_equal(port_read(&both, bytes, sizeof(bytes), BUSY_MS), RILL_PORT_CLOSED);
    disconnect(&both);
}

static void test_reset(void **state)
{
    (void)state;
    pair both = connect_pair();
    char byte;
    reset_peer(&both);
    assert_int_equal(port_read(&both, &byte, 1, BUSY_MS), RILL_PORT_RESET);
    disconnect(&both);
}

/* The system tells of a reset once, to the one that asks first, and behind it of an end in good order. */
static void test_a_reset_is_said_again(void **state)
{
    (void)state;
    for (int first_written = 0; first_written < 2; first_written++) {
        pair both = connect_pair();
        char byte;
        reset_peer(&both);
        if (first_written) {
            int32_t answer = 1;
            for (int i = 0; i < 100 && answer > 0; i++) {
                sleep_ms(1);
                answer = port_write(&both, "x", 1, 100);
            }
            assert_int_equal(answer, RILL_PORT_RESET);
        }
        for (int i = 0; i < 3; i++) {
            assert_int_equal(port_read(&both, &byte, 1, BUSY_MS), RILL_PORT_RESET);
            assert_int_equal(port_write(&both, "x", 1, BUSY_MS), RILL_PORT_RESET);
        }
        disconnect(&both);
    }
}

/* What a socket that was not connected said is not the next one's. */
static void test_a_failure_ends_with_close(void **state)
{
    (void)state;
    rill_socket socket = RILL_SOCKET_CLOSED;
    pair both = connect_pair();
    char byte;
    assert_int_equal(rill_socket_port.read(&socket, &byte, 1, 0), RILL_PORT_BUS);
    rill_socket_port.close(&socket);
    socket.descriptor = both.socket.descriptor;
    close(both.peer);
    both.peer = -1;
    assert_int_equal(rill_socket_port.read(&socket, &byte, 1, BUSY_MS), RILL_PORT_CLOSED);
    disconnect(&both);
}

/* All of the answer came, and its end in good order; that what is written then is refused changes nothing. */
static void test_closed_in_good_order_stays_closed(void **state)
{
    (void)state;
    pair both = connect_pair();
    char byte;
    int32_t answer = 1;
    close(both.peer);
    both.peer = -1;
    assert_int_equal(port_read(&both, &byte, 1, BUSY_MS), RILL_PORT_CLOSED);
    for (int i = 0; i < 100 && answer > 0; i++) {
        answer = port_write(&both, "x", 1, 100);
        sleep_ms(1);
    }
    assert_int_equal(answer, RILL_PORT_RESET);
    assert_int_equal(port_read(&both, &byte, 1, BUSY_MS), RILL_PORT_CLOSED);
    disconnect(&both);
}

/* Writing to a closed connection is a status; a SIGPIPE would end this program. */
static void test_write_after_close(void **state)
{
    (void)state;
    pair both = connect_pair();
    int32_t answer = 1;
    reset_peer(&both);
    for (int i = 0; i < 100 && answer > 0; i++) {
        answer = port_write(&both, "x", 1, 100);
        sleep_ms(1);
    }
    assert_int_equal(answer, RILL_PORT_RESET);
    assert_int_equal(port_write(&both, "x", 1, 100), RILL_PORT_RESET);
    disconnect(&both);
}

static void test_write_to_a_full_peer(void **state)
{
    (void)state;
    static char bytes[65536];
    pair both = connect_pair();
    size_t sent = 0, came = 0;
    int32_t answer;
    uint32_t since;
    do { /* until the system's buffers are full; they may grow on the way */
        since = now();
        answer = port_write(&both, bytes, sizeof(bytes), 300);
        assert_true(answer >= 0);
        sent += (size_t)answer;
        assert_true(sent < (size_t)1 << 30);
    } while (answer > 0);
    expect_between(since, 300, 300 + BUSY_MS);

    while (came < sent) { /* the peer reads again: there is room again, and nothing was lost */
        ssize_t length = recv(both.peer, bytes, sizeof(bytes), 0);
        assert_true(length > 0);
        came += (size_t)length;
    }
    assert_true(port_write(&both, bytes, 1, BUSY_MS) == 1);
    disconnect(&both);
}

static void test_close(void **state)
{
    (void)state;
    pair both = connect_pair();
    char byte;
    rill_socket_port.close(&both.socket);
    assert_int_equal(both.socket.descriptor, -1);
    rill_socket_port.close(&both.socket);
    assert_int_equal(recv(both.peer, &byte, 1, 0), 0); /* the peer sees an end in good order */
    assert_int_equal(port_read(&both, &byte, 1, 1000), RILL_PORT_BUS);
    assert_int_equal(port_write(&both, &byte, 1, 1000), RILL_PORT_BUS);
    disconnect(&both);
}

static void test_now(void **state)
{
    (void)state;
    uint32_t since = now();
    sleep_ms(30);
    expect_between(since, 29, 29 + BUSY_MS);
}

/* ---- signals */

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
    (void)number;
    signals = signals + 1;
}

typedef struct pest {
    pthread_t target;
    volatile int stop;
} pest;

static void *send_signals(void *context)
{
    pest *one = context;
    while (!one->stop) {
        pthread_kill(one->target, SIGUSR1);
        sleep_ms(5);
    }
    return NULL;
}

/* Signals neither shorten the wait (EINTR is no timeout) nor lengthen it (the rest is waited, not all of it again). */
static void test_signals_during_read(void **state)
{
    (void)state;
    struct sigaction action, before;
    memset(&action, 0, sizeof(action));
    action.sa_handler = count_signal; /* without SA_RESTART */
    assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
    pair both = connect_pair();
    pest one = {pthread_self(), 0};
    pthread_t thread;
    char byte;
    signals = 0;
    assert_int_equal(pthread_create(&thread, NULL, send_signals, &one), 0);
    uint32_t since = now();
    assert_int_equal(port_read(&both, &byte, 1, 400), 0);
    expect_between(since, 400, 400 + BUSY_MS);
    one.stop = 1;
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(signals > 0);
    disconnect(&both);
    assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
}

/* ---- with the client */

static char buffer[RILL_BUFFER_MIN];
static rill_token tokens[RILL_TOKENS_MIN];

typedef struct answer {
    rill_header header;
    rill_text content;
} answer;

static answer target;
static const rill_row answer_rows[] = {RILL_ROW_TEXT(answer, content, "content", 0)};
static const rill_schema answer_schema = RILL_SCHEMA(answer, answer_rows);
static const rill_stream_config stream = {buffer, sizeof(buffer), tokens, RILL_TOKENS_MIN,
                                          &answer_schema, &target, RILL_BODY_HTTP, NULL};

static rill_request simple_request(void)
{
    static const rill_request_message message = {.role = "user", .content = RILL_SPAN("hello")};
    rill_request request = {0};
    request.host = "127.0.0.1";
    request.path = "/";
    request.messages = &message;
    request.message_count = 1;
    return request;
}

/* Reads the request to its end, by its Content-Length, then answers and closes. */
static void *serve_once(void *listener)
{
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                                "data: {\"content\":\"hi\"}\n\ndata: [DONE]\n\n";
    static char request[4096];
    size_t length = 0, whole = SIZE_MAX;
    int peer = accept(*(int *)listener, NULL, NULL);
    while (length < whole) {
        ssize_t came = recv(peer, request + length, sizeof(request) - 1 - length, 0);
        if (came <= 0)
            break;
        length += (size_t)came;
        request[length] = '\0';
        const char *end = strstr(request, "\r\n\r\n"), *size = strstr(request, "Content-Length: ");
        if (end != NULL && size != NULL)
            whole = (size_t)(end + 4 - request) + strtoul(size + 16, NULL, 10);
    }
    if (length == whole)
        send(peer, reply, sizeof(reply) - 1, 0);
    close(peer);
    return NULL;
}

static void test_whole_exchange(void **state)
{
    (void)state;
    rill_socket_addresses addresses;
    rill_socket socket = RILL_SOCKET_CLOSED;
    rill_client client;
    rill_item item;
    pthread_t thread;
    int listener = listen_here(&addresses, 8);
    const rill_client_config config = {&rill_socket_port, &socket, &stream, 20000, 40000, 0};
    const rill_request request = simple_request();
    assert_int_equal(pthread_create(&thread, NULL, serve_once, &listener), 0);
    assert_int_equal(rill_socket_connect(&socket, &addresses, BUSY_MS), RILL_OK);
    assert_int_equal(rill_client_begin(&client, &config), RILL_OK);
    assert_int_equal(rill_client_send(&client, &request), RILL_OK);
    assert_int_equal(rill_client_next(&client, &item), RILL_OK);
    assert_int_equal(item.kind, RILL_ITEM_EVENT);
    assert_int_equal(target.content.length, 2);
    assert_memory_equal(target.content.data, "hi", 2);
    assert_int_equal(rill_client_next(&client, &item), RILL_OK);
    assert_int_equal(item.kind, RILL_ITEM_END);
    assert_int_equal(item.end, RILL_END_DONE);
    assert_int_equal(rill_client_next(&client, &item), RILL_END);
    rill_client_close(&client);
    assert_int_equal(socket.descriptor, -1);
    assert_int_equal(pthread_join(thread, NULL), 0);
    close(listener);
}

static void *cancel_later(void *client)
{
    sleep_ms(50);
    rill_client_cancel(client);
    return NULL;
}

static void test_cancel(void **state)
{
    (void)state;
    pair both = connect_pair();
    rill_client client;
    rill_item item;
    pthread_t thread;
    const rill_client_config config = {&rill_socket_port, &both.socket, &stream, 0, 0, 50};
    const rill_request request = simple_request();
    assert_int_equal(rill_client_begin(&client, &config), RILL_OK);
    assert_int_equal(rill_client_send(&client, &request), RILL_OK);
    uint32_t since = now();
    assert_int_equal(pthread_create(&thread, NULL, cancel_later, &client), 0);
    assert_int_equal(rill_client_next(&client, &item), RILL_OK);
    expect_between(since, 0, BUSY_MS);
    assert_int_equal(item.kind, RILL_ITEM_END);
    assert_int_equal(item.end, RILL_END_TRUNCATED);
    assert_int_equal(item.status, RILL_PORT_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    disconnect(&both);
}

static void test_stall(void **state)
{
    (void)state;
    pair both = connect_pair();
    rill_client client;
    rill_item item;
    const rill_client_config config = {&rill_socket_port, &both.socket, &stream, 250, 0, 0};
    assert_int_equal(rill_client_begin(&client, &config), RILL_OK);
    uint32_t since = now();
    assert_int_equal(rill_client_next(&client, &item), RILL_OK);
    expect_between(since, 250, 250 + BUSY_MS);
    assert_int_equal(item.kind, RILL_ITEM_END);
    assert_int_equal(item.status, RILL_PORT_STALLED);
    disconnect(&both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resolve),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_address),
        cmocka_unit_test(test_next_address),
        cmocka_unit_test(test_connect_timeout),
        cmocka_unit_test(test_silent_address_first),
        cmocka_unit_test(test_socket_is_prepared),
        cmocka_unit_test(test_echo),
        cmocka_unit_test(test_read_timeout),
        cmocka_unit_test(test_read_wakes_up),
        cmocka_unit_test(test_closed_in_good_order),
        cmocka_unit_test(test_reset),
        cmocka_unit_test(test_a_reset_is_said_again),
        cmocka_unit_test(test_closed_in_good_order_stays_closed),
        cmocka_unit_test(test_a_failure_ends_with_close),
        cmocka_unit_test(test_write_after_close),
        cmocka_unit_test(test_write_to_a_full_peer),
        cmocka_unit_test(test_close),
        cmocka_unit_test(test_now),
        cmocka_unit_test(test_signals_during_read),
        cmocka_unit_test(test_whole_exchange),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_stall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
