/* A gateway: one thread, epoll, thousands of streams at once. Linux.
 *
 *     gateway ADDRESS PORT PATH STREAMS
 *
 * It asks an HTTP server (a numeric address) for STREAMS answers at the same time and decodes them all as their bytes
 * come. A stream's memory is one struct of a fixed size, below; all come from one block that is asked for at the start.
 * Where a real gateway would pass text on, this one counts it. At the end it prints what it held and what that cost. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "rill/rill.h"

enum {
    CONNECTING_MOST = 256, /* connections that are being made at the same time: a listener's queue is short */
    READS_MOST = 8,        /* reads of one stream before the next one's turn */
    STALL_MS = 30000       /* a stream that is silent for longer is given up */
};

/* ---- what a gateway wants of an answer: its text and why it ended. All else passes without using memory. */

typedef struct message {
    rill_header header;
    rill_text content;
} message;
enum { MESSAGE_CONTENT };
static const rill_row message_rows[] = {RILL_ROW_TEXT(message, content, "content", MESSAGE_CONTENT)};
static const rill_schema message_schema = RILL_SCHEMA(message, message_rows);

typedef struct choice {
    rill_element element;
    message delta;
    rill_text finish_reason;
} choice;
enum { CHOICE_DELTA, CHOICE_FINISH_REASON };
static const rill_row choice_rows[] = {
    RILL_ROW_OBJECT(choice, delta, "delta", CHOICE_DELTA, &message_schema),
    RILL_ROW_STRING(choice, finish_reason, "finish_reason", CHOICE_FINISH_REASON),
};
static const rill_schema choice_schema = RILL_SCHEMA(choice, choice_rows);

typedef struct answer {
    rill_header header;
    uint16_t choice_count;
    choice choices[1];
} answer;
enum { ANSWER_CHOICES };
static const rill_array answer_choices = RILL_ARRAY_OF(answer, choices, choice_count, &choice_schema);
static const rill_row answer_rows[] = {RILL_ROW_ARRAY(answer, choices, "choices", ANSWER_CHOICES, &answer_choices)};
static const rill_schema answer_schema = RILL_SCHEMA(answer, answer_rows);

/* ---- a stream */

enum connection_state { IDLE, CONNECTING, SENDING, RECEIVING, ENDED };

typedef struct connection {
    int descriptor;
    uint8_t state;       /* a connection_state */
    uint8_t end;         /* ENDED: a rill_end */
    uint32_t heard;      /* milliseconds: when something came last */
    uint32_t sent;       /* bytes of the request */
    uint32_t text_bytes; /* what a gateway would have passed on */
    uint32_t text_hash;
    rill_stream_config config;
    rill_stream stream;
    answer target;
    char buffer[RILL_BUFFER_MIN];
} connection;

/* Streams take turns, and each is driven until it wants more input: one token array is enough for all. */
static rill_token tokens[RILL_TOKENS_MIN];

static struct {
    connection *list;
    size_t count, begun, connecting, open, open_most, ended, events, bytes;
    int epoll;
    struct sockaddr_in server;
    char request[512];
    size_t request_length;
} gateway;

static uint32_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint32_t)((uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u);
}

/* ---- items */

static void pass_on(connection *one, const rill_text *text)
{
    one->text_bytes += text->length;
    for (uint32_t i = 0; i < text->length; i++)
        one->text_hash = (one->text_hash ^ (unsigned char)text->data[i]) * 16777619u; /* FNV-1a */
}

static void end(connection *one, rill_end how)
{
    if (one->descriptor >= 0)
        close(one->descriptor); /* takes it out of epoll too */
    gateway.connecting -= one->state == CONNECTING;
    gateway.open -= one->state == RECEIVING;
    one->descriptor = -1;
    one->state = ENDED;
    one->end = (uint8_t)how;
    gateway.ended++;
}

static void decode(connection *one)
{
    rill_item item;
    while (one->state == RECEIVING && rill_stream_next(&one->stream, &item) == RILL_OK) {
        if (item.kind == RILL_ITEM_END) {
            end(one, item.end);
        } else if (item.kind == RILL_ITEM_EVENT) {
            gateway.events++;
            for (uint16_t i = 0; i < one->target.choice_count; i++)
                pass_on(one, &one->target.choices[i].delta.content);
        }
    }
}

/* ---- sockets */

static void watch(connection *one, uint32_t events, int operation)
{
    struct epoll_event wanted = {.events = events, .data.ptr = one};
    epoll_ctl(gateway.epoll, operation, one->descriptor, &wanted);
}

static void begin(connection *one)
{
    one->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    one->heard = now();
    one->state = CONNECTING;
    gateway.connecting++;
    const struct sockaddr *server = (const struct sockaddr *)&gateway.server;
    if (one->descriptor < 0 || (connect(one->descriptor, server, sizeof gateway.server) != 0 && errno != EINPROGRESS))
        end(one, RILL_END_TRUNCATED);
    else
        watch(one, EPOLLOUT, EPOLL_CTL_ADD);
}

/* Connected, or failed. */
static void connected(connection *one)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(one->descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        end(one, RILL_END_TRUNCATED);
        return;
    }
    gateway.connecting--;
    one->state = SENDING;
    one->config = (rill_stream_config){one->buffer, sizeof one->buffer, tokens,        RILL_TOKENS_MIN,
                                       &answer_schema, &one->target,    RILL_BODY_HTTP, NULL};
    rill_stream_begin(&one->stream, &one->config);
}

static void transmit(connection *one)
{
    ssize_t moved = send(one->descriptor, gateway.request + one->sent, gateway.request_length - one->sent, MSG_NOSIGNAL);
    if (moved > 0)
        one->sent += (uint32_t)moved;
    else if (errno != EAGAIN)
        end(one, RILL_END_TRUNCATED);
    if (one->state != SENDING || one->sent < gateway.request_length)
        return;
    one->state = RECEIVING;
    gateway.open++;
    if (gateway.open_most < gateway.open)
        gateway.open_most = gateway.open;
    watch(one, EPOLLIN, EPOLL_CTL_MOD);
}

static void receive(connection *one)
{
    for (int i = 0; i < READS_MOST && one->state == RECEIVING; i++) {
        char *place;
        size_t space = rill_stream_space(&one->stream, &place);
        ssize_t came = recv(one->descriptor, place, space, 0);
        if (came < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        one->heard = now();
        if (came > 0) {
            gateway.bytes += (size_t)came;
            rill_stream_got(&one->stream, (size_t)came);
        } else {
            rill_stream_close(&one->stream, came == 0 ? RILL_PORT_CLOSED : RILL_PORT_RESET);
        }
        decode(one);
    }
}

static void handle(connection *one)
{
    if (one->state == CONNECTING)
        connected(one);
    if (one->state == SENDING)
        transmit(one);
    else if (one->state == RECEIVING)
        receive(one);
}

/* Once a second: a server that says nothing must not hold its stream for ever. */
static void give_up_the_silent(void)
{
    static uint32_t before;
    uint32_t time = now();
    if (time - before < 1000)
        return;
    before = time;
    for (size_t i = 0; i < gateway.begun; i++)
        if (gateway.list[i].state != ENDED && time - gateway.list[i].heard > STALL_MS)
            end(&gateway.list[i], RILL_END_TRUNCATED);
}

static void run(void)
{
    static struct epoll_event ready[512];
    while (gateway.ended < gateway.count) {
        while (gateway.begun < gateway.count && gateway.connecting < CONNECTING_MOST)
            begin(&gateway.list[gateway.begun++]);
        int count = epoll_wait(gateway.epoll, ready, 512, 1000);
        for (int i = 0; i < count; i++)
            handle(ready[i].data.ptr);
        give_up_the_silent();
    }
}

/* ---- what it cost */

static size_t resident(void)
{
    unsigned long all = 0, here = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%lu %lu", &all, &here) != 2)
        here = 0;
    if (file != NULL)
        fclose(file);
    return here * (size_t)sysconf(_SC_PAGESIZE);
}

static void report(size_t resident_before)
{
    size_t ends[4] = {0}, text = 0, different = 0;
    const connection *first = &gateway.list[0];
    for (size_t i = 0; i < gateway.count; i++) {
        const connection *one = &gateway.list[i];
        ends[one->end]++;
        text += one->text_bytes;
        different += one->text_bytes != first->text_bytes || one->text_hash != first->text_hash;
    }
    printf("streams: %zu, at once: %zu\n", gateway.count, gateway.open_most);
    printf("done: %zu, ended: %zu, cut off: %zu\n", ends[RILL_END_DONE], ends[RILL_END_EOF], ends[RILL_END_TRUNCATED]);
    printf("bytes: %zu, events: %zu, text: %zu, texts that differ: %zu\n", gateway.bytes, gateway.events, text, different);
    printf("memory of a stream: %zu bytes: state %zu, configuration %zu, buffer %zu, struct %zu, its own %zu\n",
           sizeof *first, sizeof first->stream, sizeof first->config, sizeof first->buffer, sizeof first->target,
           sizeof *first - sizeof first->stream - sizeof first->config - sizeof first->buffer - sizeof first->target);
    printf("shared by all: tokens %zu, request %zu\n", sizeof tokens, sizeof gateway.request);
    printf("resident, measured: %zu bytes a stream\n", (resident() - resident_before) / gateway.count);
}

static rill_status append(void *context, const char *bytes, size_t length)
{
    (void)context;
    if (length > sizeof gateway.request - gateway.request_length)
        return RILL_LIMIT_FULL;
    memcpy(gateway.request + gateway.request_length, bytes, length);
    gateway.request_length += length;
    return RILL_OK;
}

int main(int count, char **words)
{
    rill_request_message question = {.role = "user", .content = RILL_SPAN("What is a rill?")};
    rill_request request = {.model = "any", .messages = &question, .message_count = 1, .stream = true};
    if (count != 5 || inet_pton(AF_INET, words[1], &gateway.server.sin_addr) != 1 || atol(words[4]) < 1) {
        fputs("usage: gateway ADDRESS PORT PATH STREAMS\n", stderr);
        return 2;
    }
    request.host = words[1];
    request.port = (uint16_t)atoi(words[2]);
    request.path = words[3];
    gateway.server.sin_family = AF_INET;
    gateway.server.sin_port = htons(request.port);
    gateway.count = (size_t)atol(words[4]);
    struct rlimit files = {gateway.count + 16, gateway.count + 16};
    if (setrlimit(RLIMIT_NOFILE, &files) != 0) {
        fprintf(stderr, "gateway: %zu streams need as many open files (ulimit -n)\n", gateway.count);
        return 2;
    }
    if (rill_request_write(&request, append, NULL) != RILL_OK) {
        fputs("gateway: the request cannot be sent\n", stderr);
        return 2;
    }
    size_t before = resident();
    gateway.list = calloc(gateway.count, sizeof *gateway.list);
    gateway.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (gateway.list == NULL || gateway.epoll < 0) {
        fputs("gateway: no memory\n", stderr);
        return 2;
    }
    run();
    report(before);
    size_t whole = 0;
    for (size_t i = 0; i < gateway.count; i++)
        whole += gateway.list[i].end == RILL_END_DONE;
    return whole == gateway.count ? 0 : 1;
}
