/* TLS by Mbed TLS; see tls_mbedtls.h. */
#include "tls_mbedtls.h"

#include <stdbool.h>
#include <string.h>

#include <mbedtls/version.h>

#if MBEDTLS_VERSION_NUMBER < 0x021C0000 || MBEDTLS_VERSION_NUMBER >= 0x04000000
#error "written for Mbed TLS 2.28 and 3.x"
#endif

/* ---- 2.28 and 3.x */

#if MBEDTLS_VERSION_NUMBER < 0x03000000
#define BAD_VERSION MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION
#define ALERT_OF(ssl) ((ssl)->in_msg[1])
#else
#define BAD_VERSION MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION
#define ALERT_OF(ssl) ((ssl)->MBEDTLS_PRIVATE(in_msg)[1]) /* no function tells it */
#endif

#if MBEDTLS_VERSION_NUMBER >= 0x03000000 && (defined(MBEDTLS_USE_PSA_CRYPTO) || defined(MBEDTLS_SSL_PROTO_TLS1_3))
#include <psa/crypto.h>
static bool start_psa(void)
{
    return psa_crypto_init() == PSA_SUCCESS;
}
#else
static bool start_psa(void)
{
    return true;
}
#endif

static void set_least_version(mbedtls_ssl_config *config)
{
#if MBEDTLS_VERSION_NUMBER >= 0x03020000
    mbedtls_ssl_conf_min_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
#else
    mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
#endif
}

static bool is_not_yet(int result)
{
#ifdef MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET /* 3.x with TLS 1.3: it came instead of data */
    if (result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
        return true;
#endif
    return result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE;
}

/* ---- */

#define PORT_LAST (-31)      /* the port range of rill_status ends here */
#define DAYS_TO_1970 719468u /* from 0000-03-01 */
#define DAY_S 86400u

enum { PHASE_SHUT, PHASE_HANDSHAKE, PHASE_OPEN };

/* ---- time */

static void begin_call(rill_mbedtls *tls, uint32_t timeout_ms)
{
    tls->since = tls->port->now(tls->context);
    tls->limit_ms = timeout_ms;
    tls->moved = 0;
}

static uint32_t time_left(const rill_mbedtls *tls)
{
    uint32_t passed = tls->port->now(tls->context) - tls->since;
    return passed < tls->limit_ms ? tls->limit_ms - passed : 0;
}

/* ---- bytes, to and from the device below, as Mbed TLS asks for them */

/* Each call of the port uses the device at least once, and not again when its time is over. */
static bool may_move(rill_mbedtls *tls, uint32_t *wait_ms)
{
    bool first = tls->moved == 0;
    *wait_ms = time_left(tls);
    tls->moved = 1;
    return first || *wait_ms > 0;
}

/* RILL_OK for a number of bytes up to `asked`, else what the device's answer stands for. */
static rill_status judge(int32_t answer, size_t asked)
{
    if (answer >= 0)
        return (uint32_t)answer <= asked ? RILL_OK : RILL_PORT_BROKEN;
    return answer >= PORT_LAST ? (rill_status)answer : RILL_PORT_BROKEN;
}

static int send_bytes(void *context, const unsigned char *bytes, size_t length)
{
    rill_mbedtls *tls = context;
    uint32_t wait_ms;
    if (!may_move(tls, &wait_ms))
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    int32_t sent = tls->port->write(tls->context, (const char *)bytes, length, wait_ms);
    tls->unsent = (int16_t)judge(sent, length);
    if (tls->unsent != RILL_OK)
        return MBEDTLS_ERR_SSL_CONN_EOF;
    return sent > 0 ? (int)sent : MBEDTLS_ERR_SSL_WANT_WRITE;
}

static int receive_bytes(void *context, unsigned char *bytes, size_t size)
{
    rill_mbedtls *tls = context;
    uint32_t wait_ms;
    if (!may_move(tls, &wait_ms))
        return MBEDTLS_ERR_SSL_WANT_READ;
    int32_t came = tls->port->read(tls->context, (char *)bytes, size, wait_ms);
    tls->below = (int16_t)judge(came, size);
    if (tls->below != RILL_OK)
        return MBEDTLS_ERR_SSL_CONN_EOF;
    return came > 0 ? (int)came : MBEDTLS_ERR_SSL_WANT_READ;
}

/* ---- certificates */

/* Days since 0000-03-01, of a date in the calendar of today. */
static uint32_t day_of(const mbedtls_x509_time *date)
{
    if (date->year <= 0)
        return 0;
    uint32_t month = ((uint32_t)date->mon + 9) % 12; /* from March on: the leap day comes last */
    uint32_t year = (uint32_t)date->year - (month >= 10);
    return year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + (uint32_t)date->day - 1;
}

/* Whether now is before (-1), in (0) or after (1) the second of that date. */
static int compare(const rill_mbedtls *tls, const mbedtls_x509_time *date)
{
    uint32_t day = day_of(date);
    uint32_t second = ((uint32_t)date->hour * 60 + (uint32_t)date->min) * 60 + (uint32_t)date->sec;
    if (tls->day != day)
        return tls->day < day ? -1 : 1;
    return (tls->second > second) - (tls->second < second);
}

/* Called for each certificate of the chain. Only adds flags: Mbed TLS may have been built without a clock. */
static int check_time(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    rill_mbedtls *tls = context;
    if (depth == 0)
        tls->checked = true;
    if (compare(tls, &certificate->valid_to) > 0)
        *flags |= MBEDTLS_X509_BADCERT_EXPIRED;
    if (compare(tls, &certificate->valid_from) < 0)
        *flags |= MBEDTLS_X509_BADCERT_FUTURE;
    return 0;
}

/* ---- why it stopped */

static rill_status status_of_certificate(const mbedtls_ssl_context *ssl)
{
    uint32_t flags = mbedtls_ssl_get_verify_result(ssl);
    if ((flags & (MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE)) != 0)
        return RILL_PORT_TLS_TIME;
    return (flags & MBEDTLS_X509_BADCERT_CN_MISMATCH) != 0 ? RILL_PORT_TLS_NAME : RILL_PORT_TLS_TRUST;
}

/* An end that is in order below TLS is none in TLS: anybody on the way can close a connection. */
static rill_status status_of_end(const rill_mbedtls *tls, rill_status status)
{
    if (tls->phase == PHASE_HANDSHAKE && (status == RILL_PORT_CLOSED || status == RILL_PORT_RESET))
        return RILL_PORT_TLS_HANDSHAKE;
    return status == RILL_PORT_CLOSED ? RILL_PORT_TLS_CUT : status;
}

static rill_status status_of(const rill_mbedtls *tls, int result)
{
    rill_status end = (rill_status)(tls->below != RILL_OK ? tls->below : tls->unsent);
    if ((result == 0 || result == MBEDTLS_ERR_SSL_CONN_EOF) && end != RILL_OK)
        return status_of_end(tls, end);
    if (tls->phase == PHASE_OPEN) /* the server's certificate and version were good */
        return result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? RILL_PORT_CLOSED : RILL_PORT_TLS;
    switch (result) {
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
        return RILL_PORT_TLS_HANDSHAKE;
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
        return status_of_certificate(&tls->ssl);
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
        return ALERT_OF(&tls->ssl) == MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION ? RILL_PORT_TLS_VERSION : RILL_PORT_TLS;
    case BAD_VERSION:
        return RILL_PORT_TLS_VERSION;
    default:
        return RILL_PORT_TLS;
    }
}

static rill_status fail(rill_mbedtls *tls, int result)
{
    tls->error = result;
    tls->failed = (int16_t)status_of(tls, result);
    return (rill_status)tls->failed;
}

/* ---- the port */

static int32_t mbedtls_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_mbedtls *tls = context;
    int result = MBEDTLS_ERR_SSL_WANT_READ;
    if (tls->failed != RILL_OK)
        return tls->failed;
    begin_call(tls, timeout_ms);
    do
        result = mbedtls_ssl_read(&tls->ssl, (unsigned char *)bytes, size <= INT32_MAX ? size : INT32_MAX);
    while (is_not_yet(result) && time_left(tls) > 0);
    if (is_not_yet(result))
        return 0;
    return result > 0 ? (int32_t)result : fail(tls, result);
}

static int32_t mbedtls_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    rill_mbedtls *tls = context;
    int result;
    if (tls->failed != RILL_OK)
        return tls->failed;
    if (tls->unsent != RILL_OK)
        return status_of_end(tls, (rill_status)tls->unsent);
    begin_call(tls, timeout_ms);
    do
        result = mbedtls_ssl_write(&tls->ssl, (const unsigned char *)bytes, length <= INT32_MAX ? length : INT32_MAX);
    while (is_not_yet(result) && time_left(tls) > 0);
    if (is_not_yet(result))
        return 0;
    if (result <= 0 && tls->unsent != RILL_OK)
        return status_of_end(tls, (rill_status)tls->unsent);
    return result > 0 ? (int32_t)result : fail(tls, result);
}

static void give_back(rill_mbedtls *tls)
{
    mbedtls_ssl_free(&tls->ssl);
    mbedtls_ssl_config_free(&tls->config);
}

static void say_goodbye(rill_mbedtls *tls)
{
    int result;
    begin_call(tls, RILL_MBEDTLS_CLOSE_MS);
    do
        result = mbedtls_ssl_close_notify(&tls->ssl);
    while (is_not_yet(result) && time_left(tls) > 0);
}

static void mbedtls_close(void *context)
{
    rill_mbedtls *tls = context;
    if (tls->phase == PHASE_SHUT)
        return;
    if (tls->phase == PHASE_OPEN) {
        if (tls->unsent == RILL_OK && (tls->failed == RILL_OK || tls->failed == RILL_PORT_CLOSED))
            say_goodbye(tls);
        give_back(tls);
    }
    tls->port->close(tls->context);
    tls->phase = PHASE_SHUT;
    if (tls->failed == RILL_OK)
        tls->failed = RILL_PORT_CLOSED;
}

static uint32_t mbedtls_now(void *context)
{
    const rill_mbedtls *tls = context;
    return tls->port->now(tls->context);
}

const rill_port rill_mbedtls_port = {mbedtls_read, mbedtls_write, mbedtls_close, mbedtls_now};

/* ---- opening */

static bool is_complete(const rill_mbedtls_settings *settings)
{
    return settings != NULL && settings->server_name != NULL && settings->server_name[0] != '\0' &&
           strlen(settings->server_name) <= MBEDTLS_SSL_MAX_HOST_NAME_LEN && settings->anchors != NULL &&
           settings->anchors->raw.p != NULL && settings->time != 0 && settings->random != NULL;
}

static int prepare(rill_mbedtls *tls, const rill_mbedtls_settings *settings)
{
    mbedtls_ssl_config *config = &tls->config;
    int result = mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                             MBEDTLS_SSL_PRESET_DEFAULT);
    if (result != 0 || !start_psa())
        return result != 0 ? result : MBEDTLS_ERR_SSL_ALLOC_FAILED;
    if (settings->configure != NULL)
        settings->configure(config);
    set_least_version(config);
    mbedtls_ssl_conf_rng(config, settings->random, settings->random_context);
    mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(config, settings->anchors, NULL);
    mbedtls_ssl_conf_verify(config, check_time, tls);
    tls->day = DAYS_TO_1970 + settings->time / DAY_S;
    tls->second = settings->time % DAY_S;
    mbedtls_ssl_set_bio(&tls->ssl, tls, send_bytes, receive_bytes, NULL);
    result = mbedtls_ssl_setup(&tls->ssl, config);
    return result != 0 ? result : mbedtls_ssl_set_hostname(&tls->ssl, settings->server_name);
}

static rill_status shake_hands(rill_mbedtls *tls, const rill_mbedtls_settings *settings, uint32_t timeout_ms)
{
    int result = prepare(tls, settings);
    if (result == 0) {
        begin_call(tls, timeout_ms);
        do
            result = mbedtls_ssl_handshake(&tls->ssl);
        while (is_not_yet(result) && time_left(tls) > 0);
    }
    if (is_not_yet(result))
        return RILL_PORT_TIMEOUT;
    if (result == 0 && !tls->checked) /* a suite without certificates (PSK), which `configure` has set */
        return RILL_PORT_TLS_TRUST;
    return result == 0 ? RILL_OK : fail(tls, result);
}

rill_status rill_mbedtls_open(rill_mbedtls *tls, const rill_port *port, void *context,
                              const rill_mbedtls_settings *settings, uint32_t timeout_ms)
{
    rill_status status = RILL_SCHEMA_CONFIG;
    tls->error = 0;
    tls->port = port;
    tls->context = context;
    tls->phase = port != NULL ? PHASE_HANDSHAKE : PHASE_SHUT;
    tls->failed = tls->unsent = tls->below = RILL_OK;
    tls->checked = false;
    mbedtls_ssl_init(&tls->ssl);
    mbedtls_ssl_config_init(&tls->config);
    if (port != NULL && is_complete(settings))
        status = shake_hands(tls, settings, timeout_ms);
    tls->failed = (int16_t)status;
    if (status == RILL_OK)
        tls->phase = PHASE_OPEN;
    else
        give_back(tls);
    return status;
}
