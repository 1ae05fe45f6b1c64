/* The port on lwIP's sockets. The servers are threads with sockets of the same lwIP, on its loopback interface.
 * Lower bounds of times are exact; upper bounds are wide, since the machine may be busy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>

#include "lwip/dns.h"
#include "lwip/netif.h"
#include "lwip/sockets.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"

#include "lwip_sockets.h"
#include "rill/rill.h"

enum { NOBODY = 9, SERVER = 80, NAMES = 53, BUSY_MS = 10000 };
#define HERE "127.0.0.1"
#define SILENT "10.9.0.2"     /* an interface leads there, and swallows everything */
#define NOWHERE "192.0.2.1"   /* no interface leads there */

static const rill_port *const port = &rill_lwip_socket_port;

/* ---- the network */

static err_t swallow(struct netif *of, struct pbuf *packet, const ip4_addr_t *to)
{
    (void)of;
    (void)packet;
    (void)to;
    return ERR_OK;
}

static err_t void_begin(struct netif *of)
{
    of->output = swallow;
    of->mtu = 1500;
    return ERR_OK;
}

static struct sockaddr_in address_of(const char *host, uint16_t number)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof(address));
    address.sin_len = sizeof(address);
    address.sin_family = AF_INET;
    address.sin_port = lwip_htons(number);
    address.sin_addr.s_addr = ipaddr_addr(host);
    return address;
}

static void started(void *done)
{
    static struct netif hole;
    ip4_addr_t address, mask, none = {0};
    ip_addr_t name_server;
    ip4addr_aton("10.9.0.1", &address);
    ip4addr_aton("255.255.255.0", &mask);
    netif_add(&hole, &address, &mask, &none, NULL, void_begin, tcpip_input);
    netif_set_up(&hole);
    netif_set_link_up(&hole);
    ipaddr_aton(HERE, &name_server);
    dns_setserver(0, &name_server);
    sys_sem_signal(done);
}

/* A name server: answers one name, denies another, is silent about the rest. */
static void *name_server(void *unused)
{
    static const uint8_t here[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1};
    int descriptor = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = address_of(HERE, NAMES);
    lwip_bind(descriptor, (struct sockaddr *)&address, sizeof(address));
    for (;;) {
        uint8_t bytes[512];
        struct sockaddr_in from;
        socklen_t from_length = sizeof(from);
        ssize_t length = lwip_recvfrom(descriptor, bytes, 256, 0, (struct sockaddr *)&from, &from_length);
        if (length < 17)
            continue;
        bool good = memcmp(bytes + 12, "\4good", 5) == 0;
        if (!good && memcmp(bytes + 12, "\3bad", 4) != 0)
            continue;
        bytes[2] |= 0x80; /* an answer */
        bytes[3] = good ? 0 : 3;
        bytes[7] = good ? 1 : 0;
        memcpy(bytes + length, here, sizeof(here));
        length += good ? (ssize_t)sizeof(here) : 0;
        lwip_sendto(descriptor, bytes, (size_t)length, 0, (struct sockaddr *)&from, from_length);
    }
    return unused;
}

static int listener;

static int begin(void **state)
{
    (void)state;
    sys_sem_t done;
    pthread_t thread;
    sys_sem_new(&done, 0);
    tcpip_init(started, &done);
    sys_arch_sem_wait(&done, 0);
    sys_sem_free(&done);
    pthread_create(&thread, NULL, name_server, NULL);
    pthread_detach(thread);
    struct sockaddr_in address = address_of(HERE, SERVER);
    listener = lwip_socket(AF_INET, SOCK_STREAM, 0);
    lwip_bind(listener, (struct sockaddr *)&address, sizeof(address));
    return lwip_listen(listener, 4);
}

/* ---- the server: each test gives it what to do with its connection */

typedef struct server {
    pthread_t thread;
    void (*serve)(struct server *server, int descriptor);
    const char *text;
    size_t length;
} server;

static void *serve(void *context)
{
    server *of = context;
    int descriptor = lwip_accept(listener, NULL, NULL);
    of->serve(of, descriptor);
    lwip_close(descriptor);
    return NULL;
}

/* Begins the server and connects to it. */
static rill_lwip_socket connected(server *of)
{
    rill_lwip_socket held = RILL_LWIP_SOCKET_CLOSED;
    pthread_create(&of->thread, NULL, serve, of);
    assert_int_equal(rill_lwip_socket_connect(&held, HERE, SERVER, BUSY_MS), RILL_OK);
    return held;
}

static void server_end(server *of)
{
    pthread_join(of->thread, NULL);
}

static void send_text(server *of, int descriptor)
{
    size_t sent = 0;
    while (sent < of->length) {
        ssize_t length = lwip_send(descriptor, of->text + sent, of->length - sent, 0);
        if (length <= 0)
            break;
        sent += (size_t)length;
    }
}

/* Until the other side has closed. */
static void receive_all(server *of, int descriptor)
{
    char bytes[1000];
    (void)of;
    while (lwip_recv(descriptor, bytes, sizeof(bytes), 0) > 0)
        ;
}

static void send_and_receive(server *of, int descriptor)
{
    send_text(of, descriptor);
    receive_all(of, descriptor);
}

/* ---- connecting */

static void test_refused(void **state)
{
    (void)state;
    rill_lwip_socket held = {7, 0};
    assert_int_equal(rill_lwip_socket_connect(&held, HERE, NOBODY, BUSY_MS), RILL_PORT_REFUSED);
    assert_int_equal(held.descriptor, -1);
}

static void test_connect_timeout(void **state)
{
    (void)state;
    rill_lwip_socket held = RILL_LWIP_SOCKET_CLOSED;
    uint32_t began = sys_now();
    assert_int_equal(rill_lwip_socket_connect(&held, SILENT, SERVER, 300), RILL_PORT_TIMEOUT);
    assert_in_range(sys_now() - began, 299, 300 + BUSY_MS);
    assert_int_equal(held.descriptor, -1);
}

static void test_no_route(void **state)
{
    (void)state;
    rill_lwip_socket held = RILL_LWIP_SOCKET_CLOSED;
    assert_int_equal(rill_lwip_socket_connect(&held, NOWHERE, SERVER, BUSY_MS), RILL_PORT_NO_ROUTE);
}

static void test_names(void **state)
{
    (void)state;
    rill_lwip_socket held = RILL_LWIP_SOCKET_CLOSED;
    assert_int_equal(rill_lwip_socket_connect(&held, "good.example", NOBODY, BUSY_MS), RILL_PORT_REFUSED);
    assert_int_equal(rill_lwip_socket_connect(&held, "bad.example", SERVER, BUSY_MS), RILL_PORT_NAME);
    assert_int_equal(rill_lwip_socket_connect(&held, "silent.example", SERVER, BUSY_MS), RILL_PORT_NAME);
}

static void test_not_connected(void **state)
{
    (void)state;
    rill_lwip_socket held = RILL_LWIP_SOCKET_CLOSED;
    char byte = 0;
    assert_int_equal(port->read(&held, &byte, 1, 10), RILL_PORT_BUS);
    assert_int_equal(port->write(&held, &byte, 1, 10), RILL_PORT_BUS);
    port->close(&held);
}

/* Every socket of lwIP is in use. */
static void test_no_socket_left(void **state)
{
    (void)state;
    rill_lwip_socket held = RILL_LWIP_SOCKET_CLOSED;
    int taken[100];
    size_t count = 0;
    while (count < 100 && (taken[count] = lwip_socket(AF_INET, SOCK_STREAM, 0)) >= 0)
        count++;
    assert_in_range(count, 1, 99);
    assert_int_equal(rill_lwip_socket_connect(&held, HERE, SERVER, BUSY_MS), RILL_PORT_BUS);
    while (count > 0)
        lwip_close(taken[--count]);
}

/* ---- reading */

static void test_reads_all(void **state)
{
    (void)state;
    enum { LENGTH = 300000 };
    char *text = malloc(LENGTH), *got = malloc(LENGTH);
    for (size_t i = 0; i < LENGTH; i++)
        text[i] = (char)(i * i / 7 + i);
    server other = {.serve = send_text, .text = text, .length = LENGTH};
    rill_lwip_socket held = connected(&other);
    int32_t came = 0;
    size_t length = 0;
    for (size_t turn = 0; length < LENGTH; turn++, length += (size_t)came) {
        size_t piece = turn * 37 % 999 + 1;
        came = port->read(&held, got + length, piece < LENGTH - length ? piece : LENGTH - length, BUSY_MS);
        assert_in_range(came, 1, piece);
    }
    assert_memory_equal(got, text, LENGTH);
    assert_int_equal(port->read(&held, got, 1, BUSY_MS), RILL_PORT_CLOSED);
    assert_int_equal(port->read(&held, got, 1, BUSY_MS), RILL_PORT_CLOSED); /* said again */
    port->close(&held);
    server_end(&other);
    free(text);
    free(got);
}

static void test_read_timeout(void **state)
{
    (void)state;
    char bytes[10];
    server other = {.serve = send_and_receive, .text = "now", .length = 3};
    rill_lwip_socket held = connected(&other);
    assert_int_equal(port->read(&held, bytes, sizeof(bytes), BUSY_MS), 3);
    uint32_t began = sys_now();
    assert_int_equal(port->read(&held, bytes, sizeof(bytes), 250), 0);
    assert_in_range(sys_now() - began, 249, 250 + BUSY_MS);
    assert_int_equal(port->read(&held, bytes, sizeof(bytes), 0), 0);
    port->close(&held);
    server_end(&other);
}

static void send_late(server *of, int descriptor)
{
    sys_msleep(200);
    send_text(of, descriptor);
}

static void test_read_wakes_up(void **state)
{
    (void)state;
    char bytes[10];
    server other = {.serve = send_late, .text = "late", .length = 4};
    rill_lwip_socket held = connected(&other);
    uint32_t began = sys_now();
    assert_int_equal(port->read(&held, bytes, sizeof(bytes), 2 * BUSY_MS), 4);
    assert_true(sys_now() - began < BUSY_MS);
    port->close(&held);
    server_end(&other);
}

/* Closing what has not been read is a reset. */
static void reset(server *of, int descriptor)
{
    char byte;
    (void)of;
    lwip_recv(descriptor, &byte, 1, MSG_PEEK);
}

static void test_reset(void **state)
{
    (void)state;
    char bytes[10];
    server other = {.serve = reset};
    rill_lwip_socket held = connected(&other);
    assert_int_equal(port->write(&held, "x", 1, BUSY_MS), 1);
    assert_int_equal(port->read(&held, bytes, sizeof(bytes), BUSY_MS), RILL_PORT_RESET);
    assert_int_equal(port->read(&held, bytes, sizeof(bytes), BUSY_MS), RILL_PORT_RESET); /* said again */
    assert_int_equal(port->write(&held, "x", 1, BUSY_MS), RILL_PORT_RESET);
    assert_int_equal(port->write(&held, "x", 1, BUSY_MS), RILL_PORT_RESET);
    server_end(&other);
    port->close(&held);
    port->close(&held);
    assert_int_equal(port->read(&held, bytes, sizeof(bytes), 10), RILL_PORT_BUS);
}

/* ---- writing */

static void wait_and_receive(server *of, int descriptor)
{
    sys_msleep(1000);
    receive_all(of, descriptor);
}

/* Nobody reads: no more than both sides' memory is taken, then none, and it goes on when the other side does. */
static void test_write_to_a_full_peer(void **state)
{
    (void)state;
    static const char text[3000];
    server other = {.serve = wait_and_receive};
    rill_lwip_socket held = connected(&other);
    size_t taken = 0;
    int32_t now;
    while ((now = port->write(&held, text, sizeof(text), 100)) > 0)
        taken += (size_t)now;
    assert_int_equal(now, 0);
    assert_in_range(taken, TCP_SND_BUF, TCP_SND_BUF + TCP_WND);
    assert_true(port->write(&held, text, sizeof(text), BUSY_MS) > 0);
    port->close(&held);
    server_end(&other);
}

static void test_write_after_close(void **state)
{
    (void)state;
    char byte;
    server other = {.serve = send_text, .text = "", .length = 0};
    rill_lwip_socket held = connected(&other);
    assert_int_equal(port->read(&held, &byte, 1, BUSY_MS), RILL_PORT_CLOSED);
    server_end(&other);
    int32_t taken = 1;
    uint32_t began = sys_now();
    while (taken >= 0 && sys_now() - began < BUSY_MS)
        taken = port->write(&held, "more", 4, 10);
    assert_int_equal(taken, RILL_PORT_RESET);
    port->close(&held);
}

/* ---- with a client */

static void test_client(void **state)
{
    (void)state;
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "5e\r\ndata: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                               "{\"content\":\"hello\"}}]}\n\n\r\ne\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";
    static char buffer[512];
    static rill_token tokens[48];
    static rill_chunk chunk;
    const rill_stream_config stream = {buffer, sizeof(buffer), tokens, 48, &rill_chat_schema, &chunk, RILL_BODY_HTTP, NULL};
    server other = {.serve = send_and_receive, .text = text, .length = sizeof(text) - 1};
    rill_lwip_socket held = connected(&other);
    const rill_client_config config = {port, &held, &stream, BUSY_MS, 0, 0};
    rill_request request = {0};
    rill_client client;
    rill_item item;
    request.host = "good.example";
    request.path = "/v1/chat/completions";
    assert_int_equal(rill_client_begin(&client, &config), RILL_OK);
    assert_int_equal(rill_client_send(&client, &request), RILL_OK);
    assert_int_equal(rill_client_next(&client, &item), RILL_OK);
    assert_int_equal(item.kind, RILL_ITEM_CHAT_CHUNK);
    assert_string_equal(chunk.choices[0].message.content.data, "hello");
    assert_int_equal(rill_client_next(&client, &item), RILL_OK);
    assert_int_equal(item.kind, RILL_ITEM_END);
    assert_int_equal(item.end, RILL_END_DONE);
    rill_client_close(&client);
    server_end(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_connect_timeout),
        cmocka_unit_test(test_no_route),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_not_connected),
        cmocka_unit_test(test_no_socket_left),
        cmocka_unit_test(test_reads_all),
        cmocka_unit_test(test_read_timeout),
        cmocka_unit_test(test_read_wakes_up),
        cmocka_unit_test(test_reset),
        cmocka_unit_test(test_write_to_a_full_peer),
        cmocka_unit_test(test_write_after_close),
        cmocka_unit_test(test_client),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
