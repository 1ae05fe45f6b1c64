/* port/tls, both of its libraries, against a BearSSL server in the same thread: no sockets, and a clock that only goes on
 * when somebody waits, so that deadlines are tested to the millisecond and connections are cut after each single byte.
 * Real servers: test/tls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/version.h>

#include "anchors.h"
#include "rill/status.h"
#include "tls_bearssl.h"
#include "tls_mbedtls.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FOLDER "build/tls/unit"
#define NEVER SIZE_MAX
#define BEGINS 1577836800u /* the server's certificate: 2020-01-01 00:00:00 */
#define ENDS 4070908800u   /* 2099-01-01 00:00:00 */
#define IN_TIME 1900000000u

/* ---- what is read once */

static anchors trusted;         /* for BearSSL */
static mbedtls_x509_crt parsed; /* for Mbed TLS */
static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;
static br_x509_certificate chain[1];
static br_skey_decoder_context key;
static unsigned char certificate[2048];

static void append(void *context, const void *bytes, size_t length)
{
    size_t *used = context;
    assert_true(length <= sizeof(certificate) - *used);
    memcpy(certificate + *used, bytes, length);
    *used += length;
}

static void append_key(void *context, const void *bytes, size_t length)
{
    (void)context;
    br_skey_decoder_push(&key, bytes, length);
}

static void read_pem(const char *path, void (*take)(void *, const void *, size_t), void *context)
{
    char text[4096];
    br_pem_decoder_context pem;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof(text), file), used = 0;
    fclose(file);
    br_pem_decoder_init(&pem);
    while (used < length) {
        used += br_pem_decoder_push(&pem, text + used, length - used);
        if (br_pem_decoder_event(&pem) == BR_PEM_BEGIN_OBJ)
            br_pem_decoder_setdest(&pem, take, context);
    }
}

static int read_all(void **state)
{
    size_t used = 0;
    (void)state;
    assert_int_equal(system("test/tls/certificates.sh " FOLDER), 0);
    assert_true(anchors_read(&trusted, FOLDER "/ca.pem"));
    mbedtls_x509_crt_init(&parsed);
    assert_int_equal(mbedtls_x509_crt_parse_file(&parsed, FOLDER "/ca.pem"), 0);
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&drbg);
    assert_int_equal(mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, NULL, 0), 0);
    read_pem(FOLDER "/lasting.pem", append, &used);
    chain[0].data = certificate;
    chain[0].data_len = used;
    br_skey_decoder_init(&key);
    read_pem(FOLDER "/lasting.key", append_key, NULL);
    assert_int_equal(br_skey_decoder_key_type(&key), BR_KEYTYPE_EC);
    return 0;
}

static int free_all(void **state)
{
    (void)state;
    anchors_free(&trusted);
    mbedtls_x509_crt_free(&parsed);
    mbedtls_ctr_drbg_free(&drbg);
    mbedtls_entropy_free(&entropy);
    return 0;
}

/* ---- the device below, with the server at its other end */

typedef struct world {
    uint32_t clock;
    /* what the device does */
    size_t piece;       /* bytes moved by a call, at most */
    size_t cut_read;    /* after so many bytes read, read answers `cut`; NEVER */
    size_t cut_write;   /* the same of write */
    int32_t cut;
    size_t flip;        /* this byte of those read comes damaged */
    size_t pause;       /* after so many bytes read, nothing comes */
    bool shy;           /* takes no bytes while there are some to read, as a modem */
    int32_t lie;        /* when not 0: what read answers */
    const char *noise;  /* instead of a server: these bytes, again and again */
    uint32_t longest;   /* wait that was asked for */
    size_t read, written, calls, closed;
    /* what the server does */
    const char *answer; /* after the first byte heard; NULL: it echoes nothing and says nothing */
    size_t answer_times, said;
    bool goodbye;       /* behind the answer */
    bool ended;
    char heard[512];
    size_t heard_length;
    br_ssl_server_context server;
    unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
} world;

static void begin_server(world *w)
{
    static const char seed[] = "the server's random numbers, which nobody needs to guess";
    br_ssl_server_init_full_ec(&w->server, chain, 1, BR_KEYTYPE_EC, &key.key.ec);
    br_ssl_engine_set_buffer(&w->server.eng, w->buffer, sizeof(w->buffer), 1);
    br_ssl_engine_inject_entropy(&w->server.eng, seed, sizeof(seed));
    assert_int_equal(br_ssl_server_reset(&w->server), 1);
}

static world *begin_world(void)
{
    world *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    w->piece = w->cut_read = w->cut_write = w->flip = w->pause = NEVER;
    w->cut = RILL_PORT_CLOSED;
    w->answer = "pong";
    w->answer_times = 1;
    w->goodbye = true;
    begin_server(w);
    return w;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void listen_and_speak(world *w)
{
    br_ssl_engine_context *engine = &w->server.eng;
    size_t length, size = w->answer != NULL ? strlen(w->answer) : 0;
    unsigned char *place = br_ssl_engine_recvapp_buf(engine, &length);
    if (place != NULL) {
        assert_true(length <= sizeof(w->heard) - w->heard_length);
        memcpy(w->heard + w->heard_length, place, length);
        w->heard_length += length;
        br_ssl_engine_recvapp_ack(engine, length);
    }
    place = br_ssl_engine_sendapp_buf(engine, &length);
    if (w->heard_length == 0 || place == NULL)
        return;
    if (w->said < size * w->answer_times) {
        length = least(length, size * w->answer_times - w->said);
        for (size_t i = 0; i < length; i++)
            place[i] = (unsigned char)w->answer[w->said++ % size];
        br_ssl_engine_sendapp_ack(engine, length);
        br_ssl_engine_flush(engine, 0);
    } else if (w->goodbye && !w->ended) {
        w->ended = true;
        br_ssl_engine_close(engine);
    }
}

/* Bytes that the server has for the client. */
static const unsigned char *pending(world *w, size_t *length)
{
    listen_and_speak(w);
    return br_ssl_engine_sendrec_buf(&w->server.eng, length);
}

static int32_t wait_in_vain(world *w, uint32_t timeout_ms)
{
    w->clock += timeout_ms;
    return 0;
}

static void count_call(world *w, uint32_t timeout_ms)
{
    w->calls++;
    if (timeout_ms > w->longest)
        w->longest = timeout_ms;
    if (w->calls % 16 == 0)
        w->clock++;
    assert_true(w->calls < 1000000); /* else it loops */
}

static int32_t world_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    world *w = context;
    size_t length;
    count_call(w, timeout_ms);
    assert_true(size > 0);
    if (w->lie != 0)
        return w->lie < 0 ? w->lie : (int32_t)size + w->lie;
    if (w->noise != NULL) {
        for (size_t i = 0; i < size; i++)
            bytes[i] = w->noise[w->read++ % 7];
        return (int32_t)size;
    }
    if (w->read == w->cut_read)
        return w->cut;
    const unsigned char *from = pending(w, &length);
    if (from == NULL && w->written == w->cut_write)
        return RILL_PORT_RESET;
    if (from == NULL && (w->ended || br_ssl_engine_current_state(&w->server.eng) == BR_SSL_CLOSED))
        return RILL_PORT_CLOSED;
    if (from == NULL || w->read == w->pause)
        return wait_in_vain(w, timeout_ms);
    length = least(least(length, size), least(w->piece, least(w->cut_read, w->pause) - w->read));
    memcpy(bytes, from, length);
    if (w->flip >= w->read && w->flip - w->read < length)
        bytes[w->flip - w->read] ^= 1;
    w->read += length;
    br_ssl_engine_sendrec_ack(&w->server.eng, length);
    return (int32_t)length;
}

static int32_t world_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    world *w = context;
    size_t size;
    count_call(w, timeout_ms);
    assert_true(length > 0);
    if (w->written == w->cut_write)
        return RILL_PORT_RESET;
    if (w->noise != NULL)
        return (int32_t)length;
    if (w->shy && pending(w, &size) != NULL)
        return wait_in_vain(w, timeout_ms);
    listen_and_speak(w);
    if (br_ssl_engine_current_state(&w->server.eng) == BR_SSL_CLOSED)
        return RILL_PORT_RESET;
    unsigned char *to = br_ssl_engine_recvrec_buf(&w->server.eng, &size);
    if (to == NULL)
        return wait_in_vain(w, timeout_ms);
    length = least(least(length, size), least(w->piece, w->cut_write - w->written));
    memcpy(to, bytes, length);
    w->written += length;
    br_ssl_engine_recvrec_ack(&w->server.eng, length);
    listen_and_speak(w);
    return (int32_t)length;
}

static void world_close(void *context)
{
    ((world *)context)->closed++;
}

static uint32_t world_now(void *context)
{
    return ((world *)context)->clock;
}

static const rill_port world_port = {world_read, world_write, world_close, world_now};

/* ---- the client, by either library */

typedef struct settings {
    const char *server_name;
    uint32_t time;
    bool anchors, random; /* are given */
    size_t buffer_size;   /* BearSSL only */
    bool duplex;
} settings;

static const settings good = {"rill.test", IN_TIME, true, true, BR_SSL_BUFSIZE_BIDI, true};

static union {
    rill_bearssl bearssl;
    rill_mbedtls mbedtls;
} tls;

static rill_status open_bearssl(world *w, const settings *with, uint32_t timeout_ms)
{
    static unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
    rill_bearssl_settings all = {
        .server_name = with->server_name,
        .anchors = with->anchors ? trusted.list : NULL,
        .anchor_count = trusted.count,
        .time = with->time,
        .entropy = "thirty-two bytes that anybody can guess",
        .entropy_length = with->random ? 32 : 31,
        .buffer = buffer,
        .buffer_size = with->buffer_size,
        .duplex = with->duplex,
        .profile = rill_bearssl_ecdhe,
    };
    return rill_bearssl_open(&tls.bearssl, &world_port, w, &all, timeout_ms);
}

static rill_status open_mbedtls(world *w, const settings *with, uint32_t timeout_ms)
{
    static mbedtls_x509_crt none;
    rill_mbedtls_settings all = {
        .server_name = with->server_name,
        .anchors = with->anchors ? &parsed : &none,
        .time = with->time,
        .random = with->random ? mbedtls_ctr_drbg_random : NULL,
        .random_context = &drbg,
    };
    return rill_mbedtls_open(&tls.mbedtls, &world_port, w, &all, timeout_ms);
}

static const struct library {
    const char *name;
    rill_status (*open)(world *w, const settings *with, uint32_t timeout_ms);
    const rill_port *port;
} libraries[] = {{"BearSSL", open_bearssl, &rill_bearssl_port}, {"Mbed TLS", open_mbedtls, &rill_mbedtls_port}};

#define EACH_LIBRARY(l) (const struct library *l = libraries; l < libraries + COUNT(libraries); l++)

/* Closes the client and the world. */
static void end_world(const struct library *l, world *w)
{
    l->port->close(&tls);
    assert_int_equal(w->closed, 1);
    l->port->close(&tls);
    assert_int_equal(w->closed, 1);
    free(w);
}

/* Reads until something other than bytes comes, for at most `limit` calls. */
static int32_t read_to_end(const struct library *l, char *bytes, size_t size, size_t *length, size_t limit)
{
    int32_t came = 0;
    *length = 0;
    for (size_t i = 0; i < limit && came >= 0; i++) {
        came = l->port->read(&tls, bytes + *length, size - *length, 10);
        if (came > 0)
            *length += (size_t)came;
        assert_true(*length < size);
    }
    return came;
}

/* Asks, hears the answer to its end; gives what the connection ended with. */
static int32_t converse(const struct library *l, world *w, char *bytes, size_t size, size_t *length)
{
    *length = 0;
    rill_status status = l->open(w, &good, 1000);
    if (status != RILL_OK)
        return status;
    int32_t taken = l->port->write(&tls, "ping", 4, 1000);
    if (taken < 0)
        return taken;
    assert_int_equal(taken, 4);
    return read_to_end(l, bytes, size, length, 100);
}

/* ---- tests */

static void test_a_conversation(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        world *w = begin_world();
        char bytes[64];
        size_t length;
        assert_int_equal(converse(l, w, bytes, sizeof(bytes), &length), RILL_PORT_CLOSED);
        assert_int_equal(length, 4);
        assert_memory_equal(bytes, "pong", 4);
        assert_int_equal(w->heard_length, 4);
        assert_memory_equal(w->heard, "ping", 4);
        assert_int_equal(l->port->read(&tls, bytes, sizeof(bytes), 10), RILL_PORT_CLOSED);
        assert_int_equal(l->port->write(&tls, "x", 1, 10), RILL_PORT_CLOSED);
        assert_int_equal(l->port->now(&tls), w->clock);
        end_world(l, w);
    }
}

static void test_what_verification_needs_is_required(void **state)
{
    static const char long_name[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                                    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                                    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                                    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    static const settings bad[] = {
        {NULL, IN_TIME, true, true, BR_SSL_BUFSIZE_BIDI, true},
        {"", IN_TIME, true, true, BR_SSL_BUFSIZE_BIDI, true},
        {long_name, IN_TIME, true, true, BR_SSL_BUFSIZE_BIDI, true},
        {"rill.test", 0, true, true, BR_SSL_BUFSIZE_BIDI, true},
        {"rill.test", IN_TIME, false, true, BR_SSL_BUFSIZE_BIDI, true},
        {"rill.test", IN_TIME, true, false, BR_SSL_BUFSIZE_BIDI, true},
    };
    (void)state;
    for EACH_LIBRARY (l) {
        for (size_t i = 0; i < COUNT(bad); i++) {
            world *w = begin_world();
            char byte;
            assert_int_equal(l->open(w, &bad[i], 1000), RILL_SCHEMA_CONFIG);
            assert_int_equal(w->written, 0);
            assert_true(l->port->read(&tls, &byte, 1, 10) < 0);
            assert_true(l->port->write(&tls, "x", 1, 10) < 0);
            assert_int_equal(w->written, 0);
            end_world(l, w);
        }
    }
}

static void test_bearssl_settings(void **state)
{
    unsigned char buffer[RILL_BEARSSL_BUFFER_MIN];
    const rill_bearssl_settings least_good = {
        .server_name = "rill.test", .anchors = trusted.list, .anchor_count = 1, .time = IN_TIME, .entropy = certificate,
        .entropy_length = 32, .buffer = buffer, .buffer_size = sizeof(buffer), .profile = rill_bearssl_ecdhe};
    rill_bearssl_settings bad[6];
    world *w = begin_world();
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        bad[i] = least_good;
    bad[0].anchor_count = 0;
    bad[1].entropy = NULL;
    bad[2].buffer = NULL;
    bad[3].buffer_size = RILL_BEARSSL_BUFFER_MIN - 1;
    bad[4].profile = NULL;
    bad[5].duplex = true; /* the buffer is too small for both directions */
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(rill_bearssl_open(&tls.bearssl, &world_port, w, &bad[i], 1000), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_bearssl_open(&tls.bearssl, &world_port, w, NULL, 1000), RILL_SCHEMA_CONFIG);
    assert_int_equal(w->calls, 0);
    assert_int_equal(rill_bearssl_open(&tls.bearssl, NULL, NULL, &least_good, 1000), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_bearssl_port.read(&tls.bearssl, (char *)buffer, 1, 10), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_bearssl_port.write(&tls.bearssl, "x", 1, 10), RILL_SCHEMA_CONFIG);
    rill_bearssl_port.close(&tls.bearssl);
    assert_int_equal(rill_bearssl_open(&tls.bearssl, &world_port, w, &least_good, 1000), RILL_OK);
    end_world(&libraries[0], w);
}

/* Profiles that would leave the check of certificates out. */
static void trusts_known_key(br_ssl_client_context *client, br_x509_minimal_context *x509,
                             const br_x509_trust_anchor *list, size_t count)
{
    static br_x509_knownkey_context known;
    rill_bearssl_ecdhe(client, x509, list, count);
    br_x509_knownkey_init_ec(&known, &trusted.list[0].pkey.key.ec, BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN);
    br_ssl_engine_set_x509(&client->eng, &known.vtable);
    br_ssl_engine_set_versions(&client->eng, BR_TLS10, BR_TLS10);
    br_x509_minimal_set_time(x509, 1, 1);
}

static void forgets_anchors(br_ssl_client_context *client, br_x509_minimal_context *x509,
                            const br_x509_trust_anchor *list, size_t count)
{
    (void)count;
    rill_bearssl_ecdhe(client, x509, list, 0);
}

static void does_nothing(br_ssl_client_context *client, br_x509_minimal_context *x509,
                         const br_x509_trust_anchor *list, size_t count)
{
    (void)client, (void)x509, (void)list, (void)count;
}

static void test_a_profile_cannot_turn_verification_off(void **state)
{
    static unsigned char buffer[BR_SSL_BUFSIZE_MONO];
    static const struct {
        rill_bearssl_profile *profile;
        const char *server_name;
        rill_status status;
    } cases[] = {
        {trusts_known_key, "rill.test", RILL_OK}, /* overruled: checked as always */
        {trusts_known_key, "other.test", RILL_PORT_TLS_NAME},
        {forgets_anchors, "rill.test", RILL_SCHEMA_CONFIG},
        {does_nothing, "rill.test", RILL_SCHEMA_CONFIG},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        world *w = begin_world();
        const rill_bearssl_settings with = {
            .server_name = cases[i].server_name, .anchors = trusted.list, .anchor_count = 1, .time = IN_TIME,
            .entropy = certificate, .entropy_length = 32, .buffer = buffer, .buffer_size = sizeof(buffer),
            .profile = cases[i].profile};
        assert_int_equal(rill_bearssl_open(&tls.bearssl, &world_port, w, &with, 1000), cases[i].status);
        end_world(&libraries[0], w);
    }
}

static void turns_it_off(mbedtls_ssl_config *config)
{
    mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_NONE);
    mbedtls_ssl_conf_ca_chain(config, NULL, NULL);
    mbedtls_ssl_conf_verify(config, NULL, NULL);
}

static void test_configure_cannot_turn_verification_off(void **state)
{
    rill_mbedtls_settings with = {.server_name = "other.test", .anchors = &parsed, .time = IN_TIME,
                                  .random = mbedtls_ctr_drbg_random, .random_context = &drbg, .configure = turns_it_off};
    world *w = begin_world();
    (void)state;
    assert_int_equal(rill_mbedtls_open(&tls.mbedtls, &world_port, w, &with, 1000), RILL_PORT_TLS_NAME);
    assert_int_equal(tls.mbedtls.error, MBEDTLS_ERR_X509_CERT_VERIFY_FAILED);
    end_world(&libraries[1], w);
    w = begin_world();
    with.server_name = "rill.test";
    with.time = ENDS + 1;
    assert_int_equal(rill_mbedtls_open(&tls.mbedtls, &world_port, w, &with, 1000), RILL_PORT_TLS_TIME);
    end_world(&libraries[1], w);
}

#ifdef MBEDTLS_KEY_EXCHANGE_PSK_ENABLED

/* A server that knows a secret and has no certificate, with both ends' bytes in memory. */
typedef struct pipe_end {
    unsigned char bytes[8192];
    size_t given, have;
} pipe_end;

typedef struct keyed {
    pipe_end to_server, to_client;
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
} keyed;

static const unsigned char secret[] = "a secret of both sides";
static const int keyed_suites[] = {MBEDTLS_TLS_PSK_WITH_AES_128_GCM_SHA256, 0};

static void put(pipe_end *pipe, const unsigned char *bytes, size_t length)
{
    assert_true(pipe->have + length <= sizeof pipe->bytes);
    memcpy(pipe->bytes + pipe->have, bytes, length);
    pipe->have += length;
}

static size_t get(pipe_end *pipe, unsigned char *bytes, size_t size)
{
    size_t length = least(pipe->have - pipe->given, size);
    memcpy(bytes, pipe->bytes + pipe->given, length);
    pipe->given += length;
    return length;
}

static int keyed_send(void *context, const unsigned char *bytes, size_t length)
{
    put(&((keyed *)context)->to_client, bytes, length);
    return (int)length;
}

static int keyed_receive(void *context, unsigned char *bytes, size_t size)
{
    size_t length = get(&((keyed *)context)->to_server, bytes, size);
    return length > 0 ? (int)length : MBEDTLS_ERR_SSL_WANT_READ;
}

static int32_t keyed_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    keyed *server = context;
    (void)timeout_ms;
    (void)mbedtls_ssl_handshake(&server->ssl);
    return (int32_t)get(&server->to_client, (unsigned char *)bytes, size);
}

static int32_t keyed_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    (void)timeout_ms;
    put(&((keyed *)context)->to_server, (const unsigned char *)bytes, length);
    return (int32_t)length;
}

static void keyed_close(void *context)
{
    (void)context;
}

static uint32_t keyed_now(void *context)
{
    (void)context;
    return 0;
}

static void share_the_secret(mbedtls_ssl_config *config)
{
    assert_int_equal(mbedtls_ssl_conf_psk(config, secret, sizeof secret, (const unsigned char *)"me", 2), 0);
    mbedtls_ssl_conf_ciphersuites(config, keyed_suites);
#if MBEDTLS_VERSION_NUMBER >= 0x03020000
    mbedtls_ssl_conf_max_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
#endif
}

/* A cipher suite without certificates is no way around their check. */
static void test_a_secret_is_no_certificate(void **state)
{
    static const rill_port keyed_port = {keyed_read, keyed_write, keyed_close, keyed_now};
    static keyed server;
    const rill_mbedtls_settings with = {.server_name = "rill.test", .anchors = &parsed, .time = IN_TIME,
                                        .random = mbedtls_ctr_drbg_random, .random_context = &drbg,
                                        .configure = share_the_secret};
    (void)state;
    mbedtls_ssl_init(&server.ssl);
    mbedtls_ssl_config_init(&server.config);
    assert_int_equal(mbedtls_ssl_config_defaults(&server.config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                                 MBEDTLS_SSL_PRESET_DEFAULT), 0);
    share_the_secret(&server.config);
    mbedtls_ssl_conf_rng(&server.config, mbedtls_ctr_drbg_random, &drbg);
    mbedtls_ssl_set_bio(&server.ssl, &server, keyed_send, keyed_receive, NULL);
    assert_int_equal(mbedtls_ssl_setup(&server.ssl, &server.config), 0);
    assert_int_equal(rill_mbedtls_open(&tls.mbedtls, &keyed_port, &server, &with, 1000), RILL_PORT_TLS_TRUST);
    assert_true(server.to_client.given > 0); /* it came as far as that */
    assert_int_equal(rill_mbedtls_port.write(&tls.mbedtls, "x", 1, 10), RILL_PORT_TLS_TRUST);
    rill_mbedtls_port.close(&tls.mbedtls);
    mbedtls_ssl_free(&server.ssl);
    mbedtls_ssl_config_free(&server.config);
}

#endif

static void test_name_and_time_of_the_certificate(void **state)
{
    static const struct {
        const char *name;
        uint32_t time;
        rill_status status;
    } cases[] = {
        {"rill.test", IN_TIME, RILL_OK},
        {"localhost", IN_TIME, RILL_OK},
        {"RILL.test", IN_TIME, RILL_OK},
        {"a.rill.test", IN_TIME, RILL_PORT_TLS_NAME},
        {"ill.test", IN_TIME, RILL_PORT_TLS_NAME},
        {"127.0.0.1", IN_TIME, RILL_PORT_TLS_NAME},
        {"rill.test", 1, RILL_PORT_TLS_TIME},
        {"rill.test", BEGINS - 1, RILL_PORT_TLS_TIME},
        {"rill.test", BEGINS, RILL_OK},
        {"rill.test", ENDS, RILL_OK},
        {"rill.test", ENDS + 1, RILL_PORT_TLS_TIME},
        {"rill.test", UINT32_MAX, RILL_PORT_TLS_TIME},
        {"other.test", ENDS + 1, RILL_PORT_TLS_TIME}, /* the order of both libraries */
    };
    (void)state;
    for EACH_LIBRARY (l) {
        for (size_t i = 0; i < COUNT(cases); i++) {
            world *w = begin_world();
            settings with = good;
            with.server_name = cases[i].name;
            with.time = cases[i].time;
            rill_status status = l->open(w, &with, 1000);
            if (status != cases[i].status)
                fail_msg("%s: %s at %lu: %s", l->name, cases[i].name, (unsigned long)cases[i].time,
                         rill_status_text(status));
            end_world(l, w);
        }
    }
}

/* Cut after each byte that comes from the server, in the order of the device below; after some of them not in order. */
static void test_cut_after_every_byte(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        for (size_t cut = 0, whole = 1; cut <= whole; cut++) {
            for (int reset = 0; reset <= (cut % 8 == 0); reset++) {
                world *w = begin_world();
                char bytes[64];
                size_t length;
                w->cut_read = cut;
                w->cut = reset ? RILL_PORT_RESET : RILL_PORT_CLOSED;
                int32_t end = converse(l, w, bytes, sizeof(bytes), &length);
                if (w->read < cut || end == RILL_PORT_CLOSED) { /* all of it, the goodbye too */
                    assert_int_equal(end, RILL_PORT_CLOSED);
                    assert_int_equal(length, 4);
                    whole = 0;
                } else if (w->heard_length == 0) {
                    assert_int_equal(end, RILL_PORT_TLS_HANDSHAKE);
                } else {
                    assert_int_equal(end, reset ? RILL_PORT_RESET : RILL_PORT_TLS_CUT);
                    assert_true(length == 0 || (length == 4 && memcmp(bytes, "pong", 4) == 0));
                }
                if (whole != 0)
                    whole = cut + 1;
                end_world(l, w);
            }
        }
    }
}

static bool tls_is_open(const world *w)
{
    return (w->server.eng.application_data & 1) != 0;
}

/* The device breaks after each byte that goes to the server. */
static void test_broken_while_sending(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        int32_t end = RILL_PORT_RESET;
        for (size_t cut = 0; end != RILL_PORT_CLOSED; cut++) {
            world *w = begin_world();
            char bytes[64];
            size_t length;
            w->cut_write = cut;
            end = converse(l, w, bytes, sizeof(bytes), &length);
            assert_int_equal(length, end == RILL_PORT_CLOSED ? 4 : 0);
            if (end != RILL_PORT_CLOSED)
                assert_int_equal(end, tls_is_open(w) ? RILL_PORT_RESET : RILL_PORT_TLS_HANDSHAKE);
            assert_true(cut < 5000);
            end_world(l, w);
        }
    }
}

/* Whichever byte comes damaged: nothing wrong is ever handed out. */
static void test_damaged_bytes(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        world *w = begin_world();
        char bytes[64];
        size_t length, came, step;
        assert_int_equal(converse(l, w, bytes, sizeof(bytes), &length), RILL_PORT_CLOSED);
        came = w->read;
        assert_true(came > 600);
        end_world(l, w);
        for (size_t at = 0; at < came; at += step) {
            w = begin_world();
            w->flip = at;
            int32_t end = converse(l, w, bytes, sizeof(bytes), &length);
            if (length > 0)
                assert_memory_equal(bytes, "pong", 4);
            assert_true(length == 0 || length == 4);
            if (end == RILL_PORT_CLOSED) /* in the handshake a few bytes carry no meaning: the records' version */
                assert_int_equal(length, 4);
            step = at < 100 || at + 100 > came ? 1 : 13;
            end_world(l, w);
        }
    }
}

/* The version stands in each record's header. */
static void test_a_damaged_version_is_no_other_version(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        for (size_t at = 1; at <= 2; at++) {
            world *w = begin_world();
            char bytes[64];
            size_t length;
            assert_int_equal(l->open(w, &good, 1000), RILL_OK);
            w->flip = w->read + at;
            assert_int_equal(l->port->write(&tls, "ping", 4, 1000), 4);
            assert_int_equal(read_to_end(l, bytes, sizeof(bytes), &length, 100), RILL_PORT_TLS);
            end_world(l, w);
        }
    }
}

static void test_nothing_is_taken_behind_the_end(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        world *w = begin_world();
        char bytes[64];
        size_t length;
        w->goodbye = false;
        assert_int_equal(l->open(w, &good, 1000), RILL_OK);
        assert_int_equal(l->port->write(&tls, "ping", 4, 1000), 4);
        assert_int_equal(read_to_end(l, bytes, sizeof(bytes), &length, 10), 0);
        w->cut_read = w->read;
        assert_int_equal(l->port->read(&tls, bytes, sizeof(bytes), 10), RILL_PORT_TLS_CUT);
        assert_int_equal(l->port->write(&tls, "x", 1, 10), RILL_PORT_TLS_CUT);
        assert_int_equal(l->port->read(&tls, bytes, sizeof(bytes), 10), RILL_PORT_TLS_CUT);
        end_world(l, w);
    }
}

static void test_any_pieces(void **state)
{
    static const size_t pieces[] = {1, 2, 3, 5, 100};
    (void)state;
    for EACH_LIBRARY (l) {
        for (size_t i = 0; i < COUNT(pieces); i++) {
            world *w = begin_world();
            char bytes[4096];
            size_t length;
            w->piece = pieces[i];
            w->answer_times = 500;
            assert_int_equal(converse(l, w, bytes, sizeof(bytes), &length), RILL_PORT_CLOSED);
            assert_int_equal(length, 2000);
            for (size_t at = 0; at < length; at++)
                assert_int_equal(bytes[at], "pong"[at % 4]);
            end_world(l, w);
        }
    }
}

static void test_deadlines(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        world *w = begin_world();
        char bytes[64];
        w->pause = 0;
        assert_int_equal(l->open(w, &good, 1000), RILL_PORT_TIMEOUT);
        assert_int_equal(w->clock, 1000);
        assert_int_equal(l->port->read(&tls, bytes, sizeof(bytes), 10), RILL_PORT_TIMEOUT);
        end_world(l, w);

        w = begin_world();
        assert_int_equal(l->open(w, &good, 1000), RILL_OK);
        uint32_t since = w->clock;
        assert_int_equal(l->port->read(&tls, bytes, sizeof(bytes), 250), 0); /* it was not asked */
        assert_int_equal(w->clock - since, 250);
        assert_int_equal(l->port->write(&tls, "ping", 4, 1000), 4);
        size_t here = w->read;
        for (w->pause = here + 1; w->pause < here + 20; w->pause++) { /* byte by byte within the record */
            since = w->clock;
            assert_int_equal(l->port->read(&tls, bytes, sizeof(bytes), 10), 0);
            assert_true(w->clock - since >= 10 && w->clock - since <= 11);
        }
        w->pause = NEVER;
        assert_int_equal(l->port->read(&tls, bytes, sizeof(bytes), 10), 4);
        end_world(l, w);
    }
}

/* A timeout of 0 polls: it makes progress, and never waits. */
static void test_polling(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        world *w = begin_world();
        char bytes[64];
        int32_t came = 0;
        size_t calls = 0;
        assert_int_equal(l->open(w, &good, 1000), RILL_OK);
        w->piece = 3;
        w->longest = 0;
        for (; came == 0 && calls < 100; calls++)
            came = l->port->write(&tls, "ping", 4, 0);
        assert_int_equal(came, 4);
        for (came = 0; came == 0 && calls < 200; calls++)
            came = l->port->read(&tls, bytes, sizeof(bytes), 0);
        assert_int_equal(came, 4);
        assert_int_equal(w->longest, 0);
        assert_int_equal(w->heard_length, 4);
        end_world(l, w);
    }
}

/* Warnings (RFC 5246, section 7.2) without end, as fast as they are read: the deadline holds. */
static void test_endless_warnings(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        world *w = begin_world();
        w->noise = "\x15\x03\x03\x00\x02\x01\x5a";
        rill_status status = l->open(w, &good, 1000);
        assert_int_equal(status, RILL_PORT_TIMEOUT);
        assert_true(w->clock <= 1002);
        end_world(l, w);
    }
}

static void test_not_tls(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        world *w = begin_world();
        w->noise = "HTTP/1.";
        assert_int_equal(l->open(w, &good, 1000), RILL_PORT_TLS);
        end_world(l, w);
    }
}

/* Errors of the device below are told as they are, and stay. */
static void test_errors_from_below(void **state)
{
    static const struct {
        int32_t lie;
        rill_status status;
    } cases[] = {
        {RILL_PORT_BUS, RILL_PORT_BUS},         {RILL_PORT_NOISE, RILL_PORT_NOISE},
        {RILL_PORT_OVERRUN, RILL_PORT_OVERRUN}, {RILL_PORT_CONTEXT, RILL_PORT_CONTEXT},
        {1, RILL_PORT_BROKEN}, /* more than asked for */
        {INT32_MIN, RILL_PORT_BROKEN},          {RILL_HTTP_CUT, RILL_PORT_BROKEN},
    };
    (void)state;
    for EACH_LIBRARY (l) {
        for (size_t i = 0; i < COUNT(cases); i++) {
            for (int opened = 0; opened < 2; opened++) {
                world *w = begin_world();
                char byte;
                if (opened) {
                    assert_int_equal(l->open(w, &good, 1000), RILL_OK);
                    w->lie = cases[i].lie;
                    assert_int_equal(l->port->read(&tls, &byte, 1, 10), cases[i].status);
                } else {
                    w->lie = cases[i].lie;
                    assert_int_equal(l->open(w, &good, 1000), cases[i].status);
                }
                w->lie = 0;
                assert_int_equal(l->port->read(&tls, &byte, 1, 10), cases[i].status);
                end_world(l, w);
            }
        }
    }
}

static void test_a_device_that_must_be_read_first(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        world *w = begin_world();
        char bytes[64];
        w->shy = true;
        w->goodbye = false;
        assert_int_equal(l->open(w, &good, 1000), RILL_OK);
        assert_int_equal(l->port->write(&tls, "ping", 4, 100), 4);
        int32_t taken = l->port->write(&tls, "more", 4, 100); /* the answer waits */
        assert_true(taken == 0 || taken == 4);
        assert_int_equal(l->port->read(&tls, bytes, sizeof(bytes), 100), 4);
        if (taken == 0)
            taken = l->port->write(&tls, "more", 4, 100);
        assert_int_equal(taken, 4);
        assert_int_equal(l->port->read(&tls, bytes, sizeof(bytes), 100), 0);
        assert_int_equal(w->heard_length, 8);
        assert_memory_equal(w->heard, "pingmore", 8);
        end_world(l, w);
    }
}

/* A server refuses before it has read all, and the rest cannot be sent: its answer is still read. */
static void test_an_early_answer(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        world *w = begin_world();
        char bytes[64];
        size_t length;
        assert_int_equal(l->open(w, &good, 1000), RILL_OK);
        assert_int_equal(l->port->write(&tls, "ping", 4, 100), 4);
        w->cut_write = w->written;
        l->port->write(&tls, "more", 4, 100);
        assert_int_equal(l->port->write(&tls, "more", 4, 100), RILL_PORT_RESET);
        assert_int_equal(read_to_end(l, bytes, sizeof(bytes), &length, 10), RILL_PORT_CLOSED);
        assert_int_equal(length, 4);
        end_world(l, w);
    }
}

/* With one buffer for both directions that answer is lost, and nothing waits for it. */
static void test_an_early_answer_without_duplex(void **state)
{
    const struct library *l = &libraries[0];
    settings with = good;
    world *w = begin_world();
    char byte;
    (void)state;
    with.buffer_size = BR_SSL_BUFSIZE_MONO;
    with.duplex = false;
    assert_int_equal(l->open(w, &with, 1000), RILL_OK);
    assert_int_equal(l->port->write(&tls, "ping", 4, 100), 4);
    w->cut_write = w->written;
    l->port->write(&tls, "more", 4, 100);
    assert_int_equal(l->port->write(&tls, "more", 4, 100), RILL_PORT_RESET);
    assert_int_equal(l->port->read(&tls, &byte, 1, 100), RILL_PORT_RESET);
    end_world(l, w);
}

static void test_the_goodbye(void **state)
{
    (void)state;
    for EACH_LIBRARY (l) {
        world *w = begin_world();
        w->goodbye = false;
        assert_int_equal(l->open(w, &good, 1000), RILL_OK);
        l->port->close(&tls);
        assert_int_equal(br_ssl_engine_last_error(&w->server.eng), BR_ERR_OK);
        assert_int_equal(w->server.eng.shutdown_recv, 1);
        end_world(l, w);

        w = begin_world(); /* it cannot be said: close keeps its time, and closes below all the same */
        w->goodbye = false;
        assert_int_equal(l->open(w, &good, 1000), RILL_OK);
        w->shy = true;
        w->answer_times = 10000;
        w->heard_length = 1; /* so it answers */
        uint32_t since = w->clock;
        l->port->close(&tls);
        assert_true(w->clock - since <= RILL_BEARSSL_CLOSE_MS + 1);
        end_world(l, w);
    }
}

/* BearSSL with less memory: the server is asked for short records. One that does not care is told. */
static void test_small_buffers(void **state)
{
    static const struct {
        size_t size;
        bool duplex;
        size_t record; /* bytes of text that are asked for */
    } sizes[] = {{RILL_BEARSSL_BUFFER_MIN, false, 512},
                 {RILL_BEARSSL_DUPLEX_MIN, true, 512},
                 {2048, false, 1024},
                 {5000, true, 512}};
    const struct library *l = &libraries[0];
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        for (int obeys = 1; obeys >= 0; obeys--) {
            world *w = begin_world();
            char bytes[64001];
            size_t length;
            settings with = good;
            with.buffer_size = sizes[i].size;
            with.duplex = sizes[i].duplex;
            w->answer_times = 16000;
            assert_int_equal(l->open(w, &with, 1000), RILL_OK);
            if (!obeys)
                w->server.eng.max_frag_len = 16384;
            assert_int_equal(l->port->write(&tls, "ping", 4, 1000), 4);
            int32_t end = read_to_end(l, bytes, sizeof(bytes), &length, 200);
            assert_int_equal(end, obeys ? RILL_PORT_CLOSED : RILL_PORT_TLS);
            assert_int_equal(length, obeys ? 64000 : sizes[i].record); /* its first record was laid out before */
            if (!obeys)
                assert_int_equal(br_ssl_engine_last_error(&tls.bearssl.client.eng), BR_ERR_TOO_LARGE);
            end_world(l, w);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_conversation),
        cmocka_unit_test(test_what_verification_needs_is_required),
        cmocka_unit_test(test_bearssl_settings),
        cmocka_unit_test(test_a_profile_cannot_turn_verification_off),
        cmocka_unit_test(test_configure_cannot_turn_verification_off),
#ifdef MBEDTLS_KEY_EXCHANGE_PSK_ENABLED
        cmocka_unit_test(test_a_secret_is_no_certificate),
#endif
        cmocka_unit_test(test_name_and_time_of_the_certificate),
        cmocka_unit_test(test_cut_after_every_byte),
        cmocka_unit_test(test_broken_while_sending),
        cmocka_unit_test(test_damaged_bytes),
        cmocka_unit_test(test_a_damaged_version_is_no_other_version),
        cmocka_unit_test(test_nothing_is_taken_behind_the_end),
        cmocka_unit_test(test_any_pieces),
        cmocka_unit_test(test_deadlines),
        cmocka_unit_test(test_polling),
        cmocka_unit_test(test_endless_warnings),
        cmocka_unit_test(test_not_tls),
        cmocka_unit_test(test_errors_from_below),
        cmocka_unit_test(test_a_device_that_must_be_read_first),
        cmocka_unit_test(test_an_early_answer),
        cmocka_unit_test(test_an_early_answer_without_duplex),
        cmocka_unit_test(test_the_goodbye),
        cmocka_unit_test(test_small_buffers),
    };
    return cmocka_run_group_tests(tests, read_all, free_all);
}
