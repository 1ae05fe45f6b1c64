/* The port on lwIP's raw API. Both ends of each connection are lwIP's, over a wire of the test that can lose, hold or cut
 * what is on it. Time is the test's too: each round of the network is a millisecond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/dns.h"
#include "lwip/init.h"
#include "lwip/ip4.h"
#include "lwip/netif.h"
#include "lwip/sys.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"

#include "lwip_raw.h"
#include "rill/rill.h"

enum { NOBODY = 9, SERVER = 80 };
#define HERE "10.0.0.1"

static const rill_port *const port = &rill_lwip_raw_port;

/* ---- memory of lwIP */

static int allocations_left = -1; /* below zero: as many as wanted */
static size_t allocation_max = SIZE_MAX;

void *lwip_malloc(size_t size)
{
    if (size == sizeof(struct sys_timeo)) /* lwIP counts on these: they have a pool that is large enough */
        return malloc(size);
    if (allocations_left == 0 || size > allocation_max)
        return NULL;
    if (allocations_left > 0)
        allocations_left--;
    return malloc(size);
}

void *lwip_calloc(size_t count, size_t size)
{
    void *memory = lwip_malloc(count * size);
    return memory != NULL ? memset(memory, 0, count * size) : NULL;
}

void lwip_free(void *memory)
{
    free(memory);
}

/* ---- the wire, and the time */

enum { WIRE_MAX = 64 };
static struct {
    struct pbuf *packets[WIRE_MAX];
    size_t count;
    bool cut;         /* everything is lost */
    unsigned lose;    /* each packet of this number is lost; 0: none */
    unsigned counted; /* packets so far */
} wire;

static struct netif interface;
static uint32_t milliseconds = UINT32_MAX - 500; /* it wraps soon */

uint32_t sys_now(void)
{
    return milliseconds;
}

static err_t wire_put(struct netif *of, struct pbuf *packet, const ip4_addr_t *to)
{
    (void)of;
    (void)to;
    wire.counted++;
    if (wire.cut || wire.count == WIRE_MAX || (wire.lose != 0 && wire.counted % wire.lose == 0))
        return ERR_OK;
    char bytes[2000];
    assert_true(packet->tot_len <= sizeof(bytes));
    pbuf_copy_partial(packet, bytes, packet->tot_len, 0);
    int left = allocations_left;
    allocations_left = -1; /* what is on the wire is nobody's memory */
    struct pbuf *copy = pbuf_alloc(PBUF_RAW, packet->tot_len, PBUF_RAM);
    allocations_left = left;
    pbuf_take(copy, bytes, packet->tot_len);
    wire.packets[wire.count++] = copy;
    return ERR_OK;
}

static void poll_network(void *rounds)
{
    if (rounds != NULL)
        ++*(uint32_t *)rounds;
    milliseconds++;
    struct pbuf *packets[WIRE_MAX];
    size_t count = wire.count;
    memcpy(packets, wire.packets, sizeof(packets));
    wire.count = 0;
    for (size_t i = 0; i < count; i++)
        if (ip4_input(packets[i], &interface) != ERR_OK)
            pbuf_free(packets[i]);
    sys_check_timeouts();
}

static void poll_for(uint32_t time_ms)
{
    for (uint32_t i = 0; i < time_ms; i++)
        poll_network(NULL);
}

static err_t interface_begin(struct netif *of)
{
    of->output = wire_put;
    of->mtu = 1500;
    return ERR_OK;
}

/* ---- the server: sends a text as fast as lwIP lets it, keeps what it gets, ends as it is told */

enum ending { STAYS_OPEN, CLOSES };

static struct {
    struct tcp_pcb *listener, *pcb;
    const char *text;
    size_t length, sent;
    enum ending ending;
    char got[4096];
    size_t got_length;
    bool got_end;
} server;

static void server_go_on(void)
{
    while (server.pcb != NULL && server.sent < server.length) {
        size_t portion = server.length - server.sent, room = tcp_sndbuf(server.pcb);
        portion = portion < room ? portion : room;
        if (portion == 0 || tcp_write(server.pcb, server.text + server.sent, (u16_t)portion, 0) != ERR_OK)
            break;
        server.sent += portion;
        tcp_output(server.pcb);
    }
    if (server.pcb == NULL || server.sent < server.length || server.ending != CLOSES)
        return;
    struct tcp_pcb *pcb = server.pcb;
    server.ending = STAYS_OPEN;
    tcp_shutdown(pcb, 0, 1);
}

static err_t server_sent(void *context, struct tcp_pcb *pcb, u16_t length)
{
    (void)context;
    (void)pcb;
    (void)length;
    server_go_on();
    return ERR_OK;
}

static err_t server_got(void *context, struct tcp_pcb *pcb, struct pbuf *packet, err_t error)
{
    (void)context;
    (void)error;
    if (packet == NULL) {
        server.got_end = true;
        return ERR_OK;
    }
    size_t room = sizeof(server.got) - server.got_length;
    server.got_length += pbuf_copy_partial(packet, server.got + server.got_length,
                                           (u16_t)(packet->tot_len < room ? packet->tot_len : room), 0);
    tcp_recved(pcb, packet->tot_len);
    pbuf_free(packet);
    return ERR_OK;
}

static void server_lost(void *context, err_t error)
{
    (void)context;
    (void)error;
    server.pcb = NULL;
}

static err_t server_accepts(void *context, struct tcp_pcb *pcb, err_t error)
{
    (void)context;
    if (error != ERR_OK || pcb == NULL)
        return ERR_VAL;
    if (server.pcb != NULL) /* the connection before this one */
        tcp_abort(server.pcb);
    server.pcb = pcb;
    tcp_recv(pcb, server_got);
    tcp_sent(pcb, server_sent);
    tcp_err(pcb, server_lost);
    server_go_on();
    return ERR_OK;
}

static void server_begin(const char *text, size_t length, enum ending ending)
{
    memset(&server, 0, sizeof(server));
    server.text = text;
    server.length = length;
    server.ending = ending;
    struct tcp_pcb *pcb = tcp_new();
    ip_set_option(pcb, SOF_REUSEADDR);
    assert_int_equal(tcp_bind(pcb, IP_ADDR_ANY, SERVER), ERR_OK);
    server.listener = tcp_listen(pcb);
    tcp_accept(server.listener, server_accepts);
}

static void server_end(void)
{
    tcp_close(server.listener);
    if (server.pcb != NULL)
        tcp_abort(server.pcb);
    server.pcb = NULL;
    poll_for(10);
}

/* ---- a name server: answers one name, denies another, is silent about the rest */

static void dns_got(void *context, struct udp_pcb *pcb, struct pbuf *query, const ip_addr_t *from, u16_t from_port)
{
    (void)context;
    uint8_t bytes[512];
    size_t length = pbuf_copy_partial(query, bytes, 256, 0);
    pbuf_free(query);
    static const uint8_t here[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1};
    bool good = memcmp(bytes + 12, "\4good", 5) == 0;
    if (!good && memcmp(bytes + 12, "\3bad", 4) != 0)
        return;
    bytes[2] |= 0x80; /* an answer */
    if (good) {
        bytes[7] = 1; /* of one record */
        memcpy(bytes + length, here, sizeof(here));
        length += sizeof(here);
    } else {
        bytes[3] |= 3; /* no such name */
    }
    struct pbuf *answer = pbuf_alloc(PBUF_TRANSPORT, (u16_t)length, PBUF_RAM);
    pbuf_take(answer, bytes, (u16_t)length);
    udp_sendto(pcb, answer, from, from_port);
    pbuf_free(answer);
}

static int begin(void **state)
{
    (void)state;
    ip4_addr_t address, mask;
    ip_addr_t name_server;
    ipaddr_aton(HERE, &name_server);
    ip4addr_aton(HERE, &address);
    ip4addr_aton("255.255.255.0", &mask);
    lwip_init();
    netif_add(&interface, &address, &mask, &address, NULL, interface_begin, ip4_input);
    netif_set_default(&interface);
    netif_set_up(&interface);
    netif_set_link_up(&interface);
    dns_setserver(0, &name_server);
    struct udp_pcb *pcb = udp_new();
    udp_bind(pcb, IP_ADDR_ANY, 53);
    udp_recv(pcb, dns_got, NULL);
    return 0;
}

/* ---- helpers of the tests */

static rill_lwip_raw closed(void)
{
    rill_lwip_raw raw = {0};
    raw.poll = poll_network;
    return raw;
}

static char *long_text(size_t length)
{
    char *text = malloc(length);
    for (size_t i = 0; i < length; i++)
        text[i] = (char)(i * i / 7 + i);
    return text;
}

/* Reads in pieces of 1 to `most` bytes until something else than bytes comes; gives that. */
static int32_t read_all(rill_lwip_raw *raw, char *bytes, size_t size, size_t *length, size_t most)
{
    *length = 0;
    for (size_t turn = 0; *length < size; turn++) {
        size_t piece = turn * 37 % most + 1, room = size - *length;
        int32_t came = port->read(raw, bytes + *length, piece < room ? piece : room, 20000);
        if (came <= 0)
            return came;
        assert_true((size_t)came <= piece);
        *length += (size_t)came;
    }
    return 1;
}

/* ---- connecting */

static void test_refused(void **state)
{
    (void)state;
    rill_lwip_raw raw = closed();
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, NOBODY, 1000), RILL_PORT_REFUSED);
    assert_null(raw.pcb);
}

static void test_connect_timeout(void **state)
{
    (void)state;
    rill_lwip_raw raw = closed();
    wire.cut = true;
    uint32_t began = milliseconds;
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 700), RILL_PORT_TIMEOUT);
    assert_int_equal(milliseconds - began, 700);
    assert_null(raw.pcb);
    /* without a limit: until lwIP gives up */
    began = milliseconds;
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 0), RILL_PORT_TIMEOUT);
    assert_in_range(milliseconds - began, 10000, 300000);
    wire.cut = false;
}

static void test_no_route(void **state)
{
    (void)state;
    rill_lwip_raw raw = closed();
    netif_set_down(&interface);
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 1000), RILL_PORT_NO_ROUTE);
    netif_set_up(&interface);
}

static void test_not_connected(void **state)
{
    (void)state;
    rill_lwip_raw raw = closed();
    char byte = 0;
    assert_int_equal(port->read(&raw, &byte, 1, 10), RILL_PORT_BUS);
    assert_int_equal(port->write(&raw, &byte, 1, 10), RILL_PORT_BUS);
    port->close(&raw);
}

/* ---- names */

static void test_names(void **state)
{
    (void)state;
    rill_lwip_raw raw = closed();
    server_begin("", 0, STAYS_OPEN);
    assert_int_equal(rill_lwip_raw_connect(&raw, "good.example", SERVER, 1000), RILL_OK);
    port->close(&raw);
    assert_int_equal(rill_lwip_raw_connect(&raw, "bad.example", SERVER, 1000), RILL_PORT_NAME);
    assert_int_equal(rill_lwip_raw_connect(&raw, "silent.example", SERVER, 0), RILL_PORT_NAME);
    assert_int_equal(rill_lwip_raw_connect(&raw, "", SERVER, 0), RILL_PORT_NAME);
    server_end();
}

/* A lookup that was given up goes on in lwIP; the next connect of the same struct waits for its end. */
static void test_name_timeout(void **state)
{
    (void)state;
    rill_lwip_raw raw = closed();
    server_begin("", 0, STAYS_OPEN);
    uint32_t began = milliseconds;
    assert_int_equal(rill_lwip_raw_connect(&raw, "silent.too", SERVER, 300), RILL_PORT_TIMEOUT);
    assert_int_equal(milliseconds - began, 300);
    assert_int_equal(rill_lwip_raw_connect(&raw, "good.too", SERVER, 100), RILL_PORT_TIMEOUT);
    assert_int_equal(rill_lwip_raw_connect(&raw, "good.too", SERVER, 60000), RILL_OK);
    /* while one runs, an address does not wait for it */
    port->close(&raw);
    assert_int_equal(rill_lwip_raw_connect(&raw, "silent.three", SERVER, 300), RILL_PORT_TIMEOUT);
    ip_addr_t here;
    ipaddr_aton(HERE, &here);
    assert_int_equal(rill_lwip_raw_connect_to(&raw, &here, SERVER, 100), RILL_OK);
    poll_for(60000); /* it ends, in the middle of the connection */
    assert_int_equal(port->write(&raw, "x", 1, 100), 1);
    port->close(&raw);
    server_end();
}

/* lwIP's table of names is full of lookups that run. */
static void test_names_at_once(void **state)
{
    (void)state;
    static const char *const silent[DNS_TABLE_SIZE] = {"silent.four", "silent.five"};
    rill_lwip_raw raws[DNS_TABLE_SIZE + 1];
    for (size_t i = 0; i <= DNS_TABLE_SIZE; i++)
        raws[i] = closed();
    for (size_t i = 0; i < DNS_TABLE_SIZE; i++)
        assert_int_equal(rill_lwip_raw_connect(&raws[i], silent[i], SERVER, 5), RILL_PORT_TIMEOUT);
    assert_int_equal(rill_lwip_raw_connect(&raws[DNS_TABLE_SIZE], "silent.six", SERVER, 5), RILL_PORT_BUS);
    poll_for(60000);
}

/* ---- reading */

static void test_reads_all(void **state)
{
    (void)state;
    enum { LENGTH = 200000 };
    char *text = long_text(LENGTH), *got = malloc(LENGTH + 1);
    static const unsigned lost[] = {0, 11, 7};
    for (size_t i = 0; i < 3; i++) {
        size_t length;
        rill_lwip_raw raw = closed();
        server_begin(text, LENGTH, CLOSES);
        assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 1000), RILL_OK);
        wire.lose = lost[i];
        assert_int_equal(read_all(&raw, got, LENGTH + 1, &length, i == 0 ? 20000 : 999), RILL_PORT_CLOSED);
        assert_int_equal(length, LENGTH);
        assert_memory_equal(got, text, LENGTH);
        assert_int_equal(port->read(&raw, got, 1, 10), RILL_PORT_CLOSED); /* said again */
        wire.lose = 0;
        port->close(&raw);
        server_end();
    }
    free(text);
    free(got);
}

/* Who does not read stops the server: what is under way is never more than the window. Of a wide one the port keeps as
 * much as one chain of buffers can hold. */
static void test_backpressure(void **state)
{
    (void)state;
    enum { LENGTH = 400000, KEPT_MAX = TCP_WND < UINT16_MAX ? TCP_WND : UINT16_MAX };
    char *text = long_text(LENGTH), *got = malloc(LENGTH + 1);
    size_t length;
    rill_lwip_raw raw = closed();
    server_begin(text, LENGTH, CLOSES);
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 1000), RILL_OK);
    poll_for(5000);
    assert_in_range(raw.received->tot_len, KEPT_MAX - TCP_MSS, KEPT_MAX);
    assert_in_range(server.sent, KEPT_MAX, TCP_WND + TCP_SND_BUF);
    assert_int_equal(read_all(&raw, got, LENGTH + 1, &length, 500), RILL_PORT_CLOSED);
    assert_int_equal(length, LENGTH);
    assert_memory_equal(got, text, LENGTH);
    port->close(&raw);
    server_end();
    free(text);
    free(got);
}

/* One struct, one connection after the other. */
static void test_again(void **state)
{
    (void)state;
    char bytes[10];
    rill_lwip_raw raw = closed();
    for (int i = 0; i < 3; i++) {
        server_begin("text", 4, CLOSES);
        assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 1000), RILL_OK);
        assert_int_equal(port->read(&raw, bytes, sizeof(bytes), 1000), 4);
        assert_int_equal(port->read(&raw, bytes, sizeof(bytes), 1000), RILL_PORT_CLOSED);
        port->close(&raw);
        server_end();
    }
}

static void test_read_timeout(void **state)
{
    (void)state;
    char bytes[10];
    rill_lwip_raw raw = closed();
    server_begin("now", 3, STAYS_OPEN);
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 1000), RILL_OK);
    assert_int_equal(port->read(&raw, bytes, sizeof(bytes), 100), 3);
    uint32_t began = milliseconds;
    assert_int_equal(port->read(&raw, bytes, sizeof(bytes), 250), 0);
    assert_int_equal(milliseconds - began, 250);
    began = milliseconds;
    uint32_t rounds = 0;
    raw.poll_context = &rounds;
    assert_int_equal(port->read(&raw, bytes, sizeof(bytes), 0), 0);
    assert_int_equal(rounds, 1); /* a look at the network also without time */
    port->close(&raw);
    server_end();
}

static void test_reset(void **state)
{
    (void)state;
    char bytes[10];
    rill_lwip_raw raw = closed();
    server_begin("last", 4, STAYS_OPEN);
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 1000), RILL_OK);
    poll_for(100);
    tcp_abort(server.pcb);
    server.pcb = NULL;
    poll_for(10);
    assert_int_equal(port->read(&raw, bytes, sizeof(bytes), 100), 4); /* what came before is handed out first */
    assert_int_equal(port->read(&raw, bytes, sizeof(bytes), 100), RILL_PORT_RESET);
    assert_int_equal(port->write(&raw, "x", 1, 100), RILL_PORT_RESET);
    assert_int_equal(port->read(&raw, bytes, sizeof(bytes), 100), RILL_PORT_RESET);
    port->close(&raw);
    port->close(&raw);
    assert_int_equal(port->read(&raw, bytes, sizeof(bytes), 100), RILL_PORT_BUS);
    server_end();
}

/* ---- writing */

static void test_writes_all(void **state)
{
    (void)state;
    char *text = long_text(sizeof(server.got));
    rill_lwip_raw raw = closed();
    server_begin("", 0, STAYS_OPEN);
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 1000), RILL_OK);
    for (size_t done = 0; done < sizeof(server.got);) {
        int32_t taken = port->write(&raw, text + done, sizeof(server.got) - done, 1000);
        assert_in_range(taken, 1, TCP_SND_BUF);
        done += (size_t)taken;
    }
    port->close(&raw);
    poll_for(1000);
    assert_int_equal(server.got_length, sizeof(server.got));
    assert_memory_equal(server.got, text, sizeof(server.got));
    assert_true(server.got_end);
    server_end();
    free(text);
}

static void test_writes_after_the_other_side_closed(void **state)
{
    (void)state;
    char byte;
    rill_lwip_raw raw = closed();
    server_begin("", 0, CLOSES);
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 1000), RILL_OK);
    assert_int_equal(port->read(&raw, &byte, 1, 1000), RILL_PORT_CLOSED);
    assert_int_equal(port->write(&raw, "more", 4, 1000), 4);
    poll_for(1000);
    assert_int_equal(server.got_length, 4);
    /* a reset behind the end does not change how reading ended */
    tcp_abort(server.pcb);
    server.pcb = NULL;
    poll_for(10);
    assert_int_equal(port->write(&raw, "more", 4, 1000), RILL_PORT_RESET);
    assert_int_equal(port->read(&raw, &byte, 1, 1000), RILL_PORT_CLOSED);
    port->close(&raw);
    server_end();
}

/* Nobody acknowledges: as much as lwIP keeps is taken, then none, and in the end the connection is lost. */
static void test_write_timeout(void **state)
{
    (void)state;
    char *text = long_text(2 * TCP_SND_BUF);
    rill_lwip_raw raw = closed();
    server_begin("", 0, STAYS_OPEN);
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 1000), RILL_OK);
    wire.cut = true;
    assert_int_equal(port->write(&raw, text, 2 * TCP_SND_BUF, 1000), TCP_SND_BUF);
    uint32_t began = milliseconds;
    assert_int_equal(port->write(&raw, text, 10, 400), 0);
    assert_int_equal(milliseconds - began, 400);
    assert_int_equal(port->write(&raw, text, 10, 10000000), RILL_PORT_RESET);
    wire.cut = false;
    port->close(&raw);
    server_end();
    free(text);
}

/* ---- memory */

/* Memory for a short piece alone: that is what is taken. */
static void test_write_in_little_memory(void **state)
{
    (void)state;
    static const char text[1000];
    rill_lwip_raw raw = closed();
    server_begin("", 0, STAYS_OPEN);
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 1000), RILL_OK);
    allocation_max = 500;
    assert_in_range(port->write(&raw, text, sizeof(text), 1000), 100, 499);
    allocation_max = SIZE_MAX;
    port->close(&raw);
    server_end();
}

static void test_write_waits_for_memory(void **state)
{
    (void)state;
    rill_lwip_raw raw = closed();
    server_begin("", 0, STAYS_OPEN);
    assert_int_equal(rill_lwip_raw_connect(&raw, HERE, SERVER, 1000), RILL_OK);
    allocations_left = 0;
    assert_int_equal(port->write(&raw, "text", 4, 400), 0);
    allocations_left = -1;
    assert_int_equal(port->write(&raw, "text", 4, 400), 4);
    port->close(&raw);
    server_end();
}

/* lwIP's memory runs out at every possible moment, for good: each time a status, and nothing that the sanitizer sees. */
static void test_memory_ends(void **state)
{
    (void)state;
    enum { LENGTH = 20000 };
    char *text = long_text(LENGTH), *got = malloc(LENGTH + 1);
    int whole = 0, broken = 0;
    for (int left = 0; whole == 0; left++) {
        size_t length = 0;
        rill_lwip_raw raw = closed();
        server_begin(text, LENGTH, CLOSES);
        allocations_left = left;
        rill_status status = rill_lwip_raw_connect(&raw, "10.0.0.1", SERVER, 5000);
        int32_t ended = 0;
        if (status == RILL_OK && port->write(&raw, "ask", 3, 3000) >= 0)
            ended = read_all(&raw, got, LENGTH + 1, &length, 3000);
        allocations_left = -1;
        assert_memory_equal(got, text, length);
        if (ended == RILL_PORT_CLOSED && length == LENGTH)
            whole++;
        else
            broken++;
        port->close(&raw);
        server_end();
    }
    assert_in_range(broken, 10, 1000);
    free(text);
    free(got);
}

/* ---- closing */

/* lwIP goes on with a connection after its close; it must not touch the struct any more. */
static void test_close_lets_go(void **state)
{
    (void)state;
    enum { LENGTH = 50000 };
    char *text = long_text(LENGTH), bytes[100];
    for (int unread = 0; unread < 2; unread++) {
        rill_lwip_raw *raw = malloc(sizeof(*raw));
        *raw = closed();
        server_begin(text, unread ? LENGTH : 10, STAYS_OPEN);
        assert_int_equal(rill_lwip_raw_connect(raw, HERE, SERVER, 1000), RILL_OK);
        assert_true(port->read(raw, bytes, sizeof(bytes), 1000) > 0);
        assert_int_equal(port->write(raw, "x", 1, 1000), 1);
        port->close(raw);
        free(raw);
        poll_for(100);
        server_end();
        poll_for(200000);
    }
    free(text);
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
    rill_lwip_raw raw = closed();
    const rill_client_config config = {port, &raw, &stream, 5000, 0, 0};
    rill_request request = {0};
    rill_client client;
    rill_item item;
    request.host = "good.example";
    request.path = "/v1/chat/completions";
    server_begin(text, sizeof(text) - 1, STAYS_OPEN);
    assert_int_equal(rill_lwip_raw_connect(&raw, "good.example", SERVER, 1000), RILL_OK);
    assert_int_equal(rill_client_begin(&client, &config), RILL_OK);
    assert_int_equal(rill_client_send(&client, &request), RILL_OK);
    assert_int_equal(rill_client_next(&client, &item), RILL_OK);
    assert_int_equal(item.kind, RILL_ITEM_CHAT_CHUNK);
    assert_string_equal(chunk.choices[0].message.content.data, "hello");
    assert_int_equal(rill_client_next(&client, &item), RILL_OK);
    assert_int_equal(item.kind, RILL_ITEM_END);
    assert_int_equal(item.end, RILL_END_DONE);
    assert_memory_equal(server.got, "POST /v1/chat/completions HTTP/1.1\r\n", 36);
    rill_client_close(&client);
    server_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_connect_timeout),
        cmocka_unit_test(test_no_route),
        cmocka_unit_test(test_not_connected),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_name_timeout),
        cmocka_unit_test(test_names_at_once),
        cmocka_unit_test(test_reads_all),
        cmocka_unit_test(test_again),
        cmocka_unit_test(test_backpressure),
        cmocka_unit_test(test_read_timeout),
        cmocka_unit_test(test_reset),
        cmocka_unit_test(test_writes_all),
        cmocka_unit_test(test_writes_after_the_other_side_closed),
        cmocka_unit_test(test_write_timeout),
        cmocka_unit_test(test_write_in_little_memory),
        cmocka_unit_test(test_write_waits_for_memory),
        cmocka_unit_test(test_memory_ends),
        cmocka_unit_test(test_close_lets_go),
        cmocka_unit_test(test_client),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
