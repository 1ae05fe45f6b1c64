/* TLS by BearSSL; see tls_bearssl.h. */
#include "tls_bearssl.h"

#include <string.h>

#define PORT_LAST (-31)     /* the port range of rill_status ends here */
#define SLICE_MS 50u        /* waits for room this long before it looks whether something has come */
#define DAYS_TO_1970 719528u /* BearSSL counts days from January 1st of year 0 */
#define DAY_S 86400u

enum { PHASE_SHUT, PHASE_HANDSHAKE, PHASE_OPEN };

static uint32_t now(const rill_bearssl *tls)
{
    return tls->port->now(tls->context);
}

static br_ssl_engine_context *engine_of(rill_bearssl *tls)
{
    return &tls->client.eng;
}

/* ---- why the engine stopped */

static rill_status status_of_error(const rill_bearssl *tls)
{
    const br_ssl_engine_context *engine = &tls->client.eng;
    int error = br_ssl_engine_last_error(engine);
    if (tls->phase == PHASE_OPEN) /* the server's certificate and version were good */
        return error == BR_ERR_OK ? RILL_PORT_CLOSED : RILL_PORT_TLS;
    switch (error) {
    case BR_ERR_OK:
        return RILL_PORT_CLOSED;
    case BR_ERR_X509_EXPIRED:
    case BR_ERR_X509_TIME_UNKNOWN:
        return RILL_PORT_TLS_TIME;
    case BR_ERR_X509_BAD_SERVER_NAME:
        return RILL_PORT_TLS_NAME;
    case BR_ERR_RECV_FATAL_ALERT + BR_ALERT_PROTOCOL_VERSION:
    case BR_ERR_SEND_FATAL_ALERT + BR_ALERT_PROTOCOL_VERSION:
        return RILL_PORT_TLS_VERSION;
    case BR_ERR_UNSUPPORTED_VERSION: /* of the server's answer; or its first bytes were no TLS record */
        return engine->version_in != 0 ? RILL_PORT_TLS_VERSION : RILL_PORT_TLS;
    default:
        return error >= BR_ERR_X509_INVALID_VALUE && error <= BR_ERR_X509_NOT_TRUSTED ? RILL_PORT_TLS_TRUST
                                                                                      : RILL_PORT_TLS;
    }
}

/* An end that is in order below TLS is none in TLS: anybody on the way can close a connection. */
static rill_status status_of_end(const rill_bearssl *tls, rill_status status)
{
    if (tls->phase == PHASE_HANDSHAKE && (status == RILL_PORT_CLOSED || status == RILL_PORT_RESET))
        return RILL_PORT_TLS_HANDSHAKE;
    return status == RILL_PORT_CLOSED ? RILL_PORT_TLS_CUT : status;
}

/* ---- records, to and from the device below */

/* RILL_OK for a number of bytes up to `asked`, else what the device's answer stands for. */
static rill_status judge(int32_t answer, size_t asked)
{
    if (answer >= 0)
        return (uint32_t)answer <= asked ? RILL_OK : RILL_PORT_BROKEN;
    return answer >= PORT_LAST ? (rill_status)answer : RILL_PORT_BROKEN;
}

/* True: bytes went out. */
static bool send_records(rill_bearssl *tls, uint32_t wait_ms)
{
    size_t length;
    const unsigned char *from = br_ssl_engine_sendrec_buf(engine_of(tls), &length);
    int32_t sent = tls->port->write(tls->context, (const char *)from, length, wait_ms);
    rill_status status = judge(sent, length);
    if (status != RILL_OK)
        tls->unsent = (int16_t)status_of_end(tls, status);
    else if (sent > 0)
        br_ssl_engine_sendrec_ack(engine_of(tls), (size_t)sent);
    return sent > 0;
}

static void receive_records(rill_bearssl *tls, uint32_t wait_ms)
{
    size_t size;
    unsigned char *to = br_ssl_engine_recvrec_buf(engine_of(tls), &size);
    int32_t came = tls->port->read(tls->context, (char *)to, size, wait_ms);
    rill_status status = judge(came, size);
    if (status != RILL_OK)
        tls->failed = (int16_t)status_of_end(tls, status);
    else if (came > 0)
        br_ssl_engine_recvrec_ack(engine_of(tls), (size_t)came);
}

/* Moves bytes one way or the other. A device may take nothing as long as it holds bytes to be read (a modem does so). */
static void move(rill_bearssl *tls, unsigned state, uint32_t wait_ms)
{
    bool can_send = (state & BR_SSL_SENDREC) != 0 && tls->unsent == RILL_OK;
    bool can_receive = (state & BR_SSL_RECVREC) != 0;
    if (can_send && send_records(tls, can_receive && wait_ms > SLICE_MS ? SLICE_MS : wait_ms))
        return;
    if (can_receive)
        receive_records(tls, can_send ? 0 : wait_ms);
    else
        tls->failed = tls->unsent;
}

/* What ends the wait for `wanted`; RILL_OK: nothing. */
static rill_status end_of(rill_bearssl *tls, unsigned state, unsigned wanted)
{
    if (tls->failed == RILL_OK && (state & BR_SSL_CLOSED) != 0)
        tls->failed = (int16_t)status_of_error(tls);
    else if (tls->failed == RILL_OK && engine_of(tls)->shutdown_recv != 0)
        tls->failed = RILL_PORT_CLOSED; /* our own goodbye waits for close() */
    if (tls->failed == RILL_PORT_CLOSED && tls->phase == PHASE_HANDSHAKE)
        tls->failed = RILL_PORT_TLS_HANDSHAKE;
    if (tls->failed == RILL_OK && tls->phase == PHASE_OPEN && wanted == BR_SSL_SENDAPP)
        return (rill_status)tls->unsent;
    return (rill_status)tls->failed;
}

/* Moves records until the engine can do what is wanted: RILL_OK. RILL_MORE: not in time, or bytes must be read first. */
static rill_status run(rill_bearssl *tls, unsigned wanted, uint32_t timeout_ms)
{
    uint32_t since = now(tls), passed = 0;
    bool tried = false;
    for (;;) {
        unsigned state = br_ssl_engine_current_state(engine_of(tls));
        if (tls->phase != PHASE_SHUT && (state & wanted) != 0)
            return RILL_OK;
        rill_status status = end_of(tls, state, wanted);
        if (status != RILL_OK)
            return status;
        if ((tried && passed >= timeout_ms) || (state & (BR_SSL_SENDREC | BR_SSL_RECVREC)) == 0)
            return RILL_MORE;
        move(tls, state, passed < timeout_ms ? timeout_ms - passed : 0);
        passed = now(tls) - since;
        tried = true;
    }
}

/* ---- the port */

static int32_t bearssl_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_bearssl *tls = context;
    size_t length;
    if (tls->phase != PHASE_OPEN) /* it never was, or is closed: there may be neither a device nor an engine */
        return tls->failed;
    rill_status status = run(tls, BR_SSL_RECVAPP, timeout_ms);
    if (status != RILL_OK)
        return status == RILL_MORE ? 0 : status;
    const unsigned char *from = br_ssl_engine_recvapp_buf(engine_of(tls), &length);
    if (length > size)
        length = size;
    memcpy(bytes, from, length);
    br_ssl_engine_recvapp_ack(engine_of(tls), length);
    return (int32_t)length;
}

static int32_t bearssl_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    rill_bearssl *tls = context;
    size_t room;
    if (tls->failed != RILL_OK)
        return tls->failed;
    uint32_t since = now(tls);
    rill_status status = run(tls, BR_SSL_SENDAPP, timeout_ms);
    if (status != RILL_OK)
        return status == RILL_MORE ? 0 : status;
    unsigned char *to = br_ssl_engine_sendapp_buf(engine_of(tls), &room);
    if (length > room)
        length = room;
    memcpy(to, bytes, length);
    br_ssl_engine_sendapp_ack(engine_of(tls), length);
    br_ssl_engine_flush(engine_of(tls), 0);
    uint32_t passed = now(tls) - since;
    run(tls, BR_SSL_SENDAPP, passed < timeout_ms ? timeout_ms - passed : 0); /* a failure is said by the next call */
    return (int32_t)length;
}

static void say_goodbye(rill_bearssl *tls)
{
    uint32_t since = now(tls), passed = 0;
    size_t length;
    if (br_ssl_engine_recvapp_buf(engine_of(tls), &length) != NULL) /* else a buffer of both directions stays taken */
        br_ssl_engine_recvapp_ack(engine_of(tls), length);
    br_ssl_engine_close(engine_of(tls));
    while (tls->unsent == RILL_OK && passed < RILL_BEARSSL_CLOSE_MS &&
           br_ssl_engine_sendrec_buf(engine_of(tls), &length) != NULL) {
        send_records(tls, RILL_BEARSSL_CLOSE_MS - passed);
        passed = now(tls) - since;
    }
}

static void bearssl_close(void *context)
{
    rill_bearssl *tls = context;
    if (tls->phase == PHASE_SHUT)
        return;
    if (tls->phase == PHASE_OPEN && (tls->failed == RILL_OK || tls->failed == RILL_PORT_CLOSED))
        say_goodbye(tls);
    tls->port->close(tls->context);
    tls->phase = PHASE_SHUT;
    if (tls->failed == RILL_OK)
        tls->failed = RILL_PORT_CLOSED;
}

static uint32_t bearssl_now(void *context)
{
    return now(context);
}

const rill_port rill_bearssl_port = {bearssl_read, bearssl_write, bearssl_close, bearssl_now};

/* ---- opening */

static bool is_complete(const rill_bearssl_settings *settings)
{
    return settings->server_name != NULL && settings->server_name[0] != '\0' && settings->anchors != NULL &&
           settings->anchor_count > 0 && settings->time != 0 && settings->entropy != NULL &&
           settings->entropy_length >= RILL_BEARSSL_ENTROPY_MIN && settings->buffer != NULL && settings->profile != NULL;
}

/* Whatever the profile did, these certificates are checked against these anchors. */
static bool will_verify(const rill_bearssl *tls, const rill_bearssl_settings *settings)
{
    const br_x509_minimal_context *x509 = &tls->x509;
    return x509->vtable == &br_x509_minimal_vtable && x509->trust_anchors == settings->anchors &&
           x509->trust_anchors_num == settings->anchor_count;
}

static rill_status prepare(rill_bearssl *tls, const rill_bearssl_settings *settings)
{
    br_ssl_engine_context *engine = engine_of(tls);
    memset(&tls->client, 0, sizeof(tls->client));
    memset(&tls->x509, 0, sizeof(tls->x509));
    if (!is_complete(settings))
        return RILL_SCHEMA_CONFIG;
    settings->profile(&tls->client, &tls->x509, settings->anchors, settings->anchor_count);
    if (!will_verify(tls, settings))
        return RILL_SCHEMA_CONFIG;
    br_ssl_engine_set_x509(engine, &tls->x509.vtable);
    br_x509_minimal_set_time(&tls->x509, DAYS_TO_1970 + settings->time / DAY_S, settings->time % DAY_S);
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_add_flags(engine, BR_OPT_NO_RENEGOTIATION);
    br_ssl_engine_set_buffer(engine, settings->buffer, settings->buffer_size, settings->duplex);
    if (br_ssl_engine_last_error(engine) != BR_ERR_OK) /* the buffer is too small; a reset would forget that */
        return RILL_SCHEMA_CONFIG;
    br_ssl_engine_inject_entropy(engine, settings->entropy, settings->entropy_length);
    return br_ssl_client_reset(&tls->client, settings->server_name, 0) != 0 ? RILL_OK : RILL_SCHEMA_CONFIG;
}

rill_status rill_bearssl_open(rill_bearssl *tls, const rill_port *port, void *context,
                              const rill_bearssl_settings *settings, uint32_t timeout_ms)
{
    tls->port = port;
    tls->context = context;
    tls->phase = port != NULL ? PHASE_HANDSHAKE : PHASE_SHUT;
    tls->failed = tls->unsent = RILL_OK;
    rill_status status = port != NULL && settings != NULL ? prepare(tls, settings) : RILL_SCHEMA_CONFIG;
    if (status == RILL_OK)
        status = run(tls, BR_SSL_SENDAPP, timeout_ms);
    if (status == RILL_MORE) /* where the device took no more bytes, waiting for an answer was in vain */
        status = tls->unsent != RILL_OK ? (rill_status)tls->unsent : RILL_PORT_TIMEOUT;
    if (status == RILL_OK)
        tls->phase = PHASE_OPEN;
    tls->failed = (int16_t)status;
    return status;
}
