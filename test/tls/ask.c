/* Asks a server over TLS and tells what came of it, in one line of JSON.
 *
 *     ask bearssl|mbedtls HOST PORT NAME CA.pem [WORD...]
 *
 *     time=N     the time that is given to the library (the clock's)
 *     open=MS    for the handshake (20000)
 *     stall=MS   between two bytes of the answer (20000)
 *     feed=N     bytes that the device below hands out in a call (all)
 *     buffer=N   of BearSSL (BR_SSL_BUFSIZE_BIDI, or _MONO)
 *     mono       of BearSSL: one direction at a time
 *     full       of BearSSL: br_ssl_client_init_full
 *     get        a bare GET /answer.http in place of the client's request
 *
 * The heap that is used between the connection and its end is counted (--wrap), and so is the stack of the thread. */
#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

#include "anchors.h"
#include "rill/chat.h"
#include "rill/client.h"
#include "socket.h"
#include "tls_bearssl.h"
#include "tls_mbedtls.h"

enum { STACK_SIZE = 1 << 20, PAINT = 0xa5, EXIT_WRONG_USE = 2 };

/* ---- the heap of one thread while it is watched */

static struct {
    bool watched;
    size_t held, peak, count;
} heap;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);

static void *count_in(void *memory)
{
    if (heap.watched && memory != NULL) {
        heap.count++;
        heap.held += malloc_usable_size(memory);
        heap.peak = heap.held > heap.peak ? heap.held : heap.peak;
    }
    return memory;
}

static void *count_out(void *memory)
{
    if (heap.watched && memory != NULL)
        heap.held -= malloc_usable_size(memory);
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return count_in(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return count_in(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    return count_in(__real_realloc(count_out(memory), size));
}

void __wrap_free(void *memory)
{
    __real_free(count_out(memory));
}

/* ---- the command line */

static struct {
    const char *library, *host, *service, *name, *ca;
    unsigned long time, open, stall, feed, buffer;
    bool mono, full, get;
} asked = {.open = 20000, .stall = 20000, .feed = SIZE_MAX};

static bool take_number(const char *word, const char *name, unsigned long *number)
{
    size_t length = strlen(name);
    if (strncmp(word, name, length) != 0 || word[length] != '=')
        return false;
    *number = strtoul(word + length + 1, NULL, 10);
    return true;
}

static bool take_word(const char *word)
{
    if (strcmp(word, "mono") == 0)
        return asked.mono = true;
    if (strcmp(word, "full") == 0)
        return asked.full = true;
    if (strcmp(word, "get") == 0)
        return asked.get = true;
    return take_number(word, "time", &asked.time) || take_number(word, "open", &asked.open) ||
           take_number(word, "stall", &asked.stall) || take_number(word, "feed", &asked.feed) ||
           take_number(word, "buffer", &asked.buffer);
}

/* ---- the device below: a socket that is read in small pieces */

static rill_socket below = RILL_SOCKET_CLOSED;

static int32_t feed_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    return rill_socket_port.read(context, bytes, size < asked.feed ? size : asked.feed, timeout_ms);
}

static int32_t feed_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    return rill_socket_port.write(context, bytes, length < asked.feed ? length : asked.feed, timeout_ms);
}

static void feed_close(void *context)
{
    rill_socket_port.close(context);
}

static uint32_t feed_now(void *context)
{
    return rill_socket_port.now(context);
}

static const rill_port feed_port = {feed_read, feed_write, feed_close, feed_now};

/* ---- TLS */

static union {
    rill_bearssl bearssl;
    rill_mbedtls mbedtls;
} tls;

static struct {
    anchors bearssl;
    mbedtls_x509_crt mbedtls;
} trusted;

static rill_status open_bearssl(void)
{
    static unsigned char buffer[BR_SSL_BUFSIZE_BIDI], entropy[32];
    FILE *random = fopen("/dev/urandom", "rb");
    if (random == NULL || fread(entropy, sizeof entropy, 1, random) != 1)
        exit(EXIT_WRONG_USE);
    fclose(random);
    rill_bearssl_settings settings = {
        .server_name = asked.name,
        .anchors = trusted.bearssl.list,
        .anchor_count = trusted.bearssl.count,
        .time = (uint32_t)asked.time,
        .entropy = entropy,
        .entropy_length = sizeof entropy,
        .buffer = buffer,
        .buffer_size = asked.buffer != 0 ? asked.buffer : asked.mono ? BR_SSL_BUFSIZE_MONO : BR_SSL_BUFSIZE_BIDI,
        .duplex = !asked.mono,
        .profile = asked.full ? br_ssl_client_init_full : rill_bearssl_ecdhe,
    };
    heap.watched = true;
    return rill_bearssl_open(&tls.bearssl, &feed_port, &below, &settings, (uint32_t)asked.open);
}

static rill_status open_mbedtls(void)
{
    static mbedtls_entropy_context entropy;
    static mbedtls_ctr_drbg_context drbg;
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&drbg);
    if (mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, NULL, 0) != 0)
        exit(EXIT_WRONG_USE);
    rill_mbedtls_settings settings = {
        .server_name = asked.name,
        .anchors = &trusted.mbedtls,
        .time = (uint32_t)asked.time,
        .random = mbedtls_ctr_drbg_random,
        .random_context = &drbg,
    };
    heap.watched = true;
    return rill_mbedtls_open(&tls.mbedtls, &feed_port, &below, &settings, (uint32_t)asked.open);
}

static int error_of_bearssl(void)
{
    return br_ssl_engine_last_error(&tls.bearssl.client.eng);
}

static int error_of_mbedtls(void)
{
    return tls.mbedtls.error;
}

static const struct library {
    const char *name;
    rill_status (*open)(void);
    int (*error)(void);
    const rill_port *port;
} libraries[] = {{"bearssl", open_bearssl, error_of_bearssl, &rill_bearssl_port},
                 {"mbedtls", open_mbedtls, error_of_mbedtls, &rill_mbedtls_port}};

static const struct library *library;

/* ---- the conversation, in a thread with a painted stack */

static struct {
    rill_status open, end_status;
    int error, http, end;
    size_t length; /* bytes of text */
    uint32_t hash; /* FNV-1a of them */
} result = {.hash = 2166136261u};

static void take(const rill_item *item, const rill_chunk *chunk)
{
    if (item->kind == RILL_ITEM_END) {
        result.end = (int)item->end;
        result.end_status = item->status;
    } else if (item->kind == RILL_ITEM_CHAT_CHUNK && chunk->choice_count > 0) {
        const rill_text *text = &chunk->choices[0].message.content;
        for (size_t i = 0; i < text->length; i++)
            result.hash = (result.hash ^ (unsigned char)text->data[i]) * 16777619u;
        result.length += text->length;
    }
}

static void *converse(void *unused)
{
    static char buffer[4096];
    static rill_token tokens[256];
    static rill_chunk chunk;
    static const char get[] = "GET /answer.http HTTP/1.0\r\n\r\n";
    static const rill_request_message message = {.role = "user", .content = {"hello", 5}};
    const rill_stream_config stream = {buffer, sizeof buffer, tokens, 256, &rill_chat_schema, &chunk, RILL_BODY_HTTP, NULL};
    const rill_client_config config = {library->port, &tls, &stream, (uint32_t)asked.stall, 0, 0};
    const rill_request request = {.host = asked.name, .path = "/v1/chat/completions", .model = "m",
                                  .messages = &message, .message_count = 1, .stream = true};
    rill_client client;
    rill_item item;
    (void)unused;
    result.open = library->open();
    rill_client_begin(&client, &config);
    if (result.open == RILL_OK) {
        if (asked.get)
            library->port->write(&tls, get, sizeof get - 1, (uint32_t)asked.open);
        else
            rill_client_send(&client, &request);
        while (rill_client_next(&client, &item) == RILL_OK)
            take(&item, &chunk);
        result.http = client.stream.http.status;
    }
    result.error = library->error();
    rill_client_close(&client);
    heap.watched = false;
    return NULL;
}

static size_t run_on_painted_stack(void)
{
    pthread_t thread;
    pthread_attr_t attributes;
    size_t untouched = 0;
    unsigned char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED)
        exit(EXIT_WRONG_USE);
    memset(stack, PAINT, STACK_SIZE);
    pthread_attr_init(&attributes);
    if (pthread_attr_setstack(&attributes, stack, STACK_SIZE) != 0 ||
        pthread_create(&thread, &attributes, converse, NULL) != 0 || pthread_join(thread, NULL) != 0)
        exit(EXIT_WRONG_USE);
    while (untouched < STACK_SIZE && stack[untouched] == PAINT)
        untouched++;
    return STACK_SIZE - untouched;
}

int main(int count, char **words)
{
    rill_socket_addresses addresses;
    bool good = count >= 6;
    asked.time = (unsigned long)time(NULL);
    for (int i = 6; i < count; i++)
        good = good && take_word(words[i]);
    for (size_t i = 0; good && i < sizeof libraries / sizeof libraries[0]; i++)
        if (strcmp(libraries[i].name, words[1]) == 0)
            library = &libraries[i];
    if (!good || library == NULL) {
        fputs("usage: ask bearssl|mbedtls HOST PORT NAME CA.pem [WORD...]\n", stderr);
        return EXIT_WRONG_USE;
    }
    asked.host = words[2];
    asked.service = words[3];
    asked.name = words[4];
    asked.ca = words[5];
    mbedtls_x509_crt_init(&trusted.mbedtls);
    if (!anchors_read(&trusted.bearssl, asked.ca) || mbedtls_x509_crt_parse_file(&trusted.mbedtls, asked.ca) != 0 ||
        rill_socket_resolve(asked.host, asked.service, &addresses) != RILL_OK ||
        rill_socket_connect(&below, &addresses, 5000) != RILL_OK) {
        fputs("ask: no trust anchors, or no connection\n", stderr);
        return EXIT_WRONG_USE;
    }
    size_t stack = run_on_painted_stack();
    printf("{\"open\":%d,\"error\":%d,\"http\":%d,\"length\":%zu,\"hash\":%" PRIu32 ",\"end\":%d,\"status\":%d,"
           "\"allocations\":%zu,\"heap\":%zu,\"left\":%zu,\"stack\":%zu}\n",
           (int)result.open, result.error, result.http, result.length, result.hash, result.end, (int)result.end_status,
           heap.count, heap.peak, heap.held, stack);
    anchors_free(&trusted.bearssl);
    mbedtls_x509_crt_free(&trusted.mbedtls);
    return 0;
}
