/* TLS over any byte port, by Mbed TLS: 2.28, or 3.x (see README.md beside this file for what was built). The library uses
 * its own heap; so this port does, through it.
 *
 *     static rill_mbedtls tls;
 *     rill_mbedtls_settings settings = {
 *         .server_name = "api.example.com", .anchors = &anchors, .time = time_now,
 *         .random = mbedtls_ctr_drbg_random, .random_context = &drbg};
 *     status = rill_mbedtls_open(&tls, &rill_socket_port, &socket, &settings, 10000);
 *     if (status == RILL_OK)
 *         ... a client on &rill_mbedtls_port and &tls
 *
 * The server's certificate is always checked: its name, its time, and who signed it. There is no switch for that; what
 * the check needs must be given. */
#ifndef RILL_TLS_MBEDTLS_H
#define RILL_TLS_MBEDTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include "rill/port.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_MBEDTLS_CLOSE_MS 1000 /* the longest that saying goodbye takes */

/* Everything but `configure` is required. All of it is used until the port is closed. */
typedef struct rill_mbedtls_settings {
    const char *server_name;    /* the host that the certificate must be for; 1 to 255 bytes and a NUL */
    mbedtls_x509_crt *anchors;  /* the certificates whose signatures are trusted, parsed; at least one */
    uint32_t time;              /* now: seconds since 1970-01-01 00:00 UTC; 0 is refused. Where Mbed TLS was built with
                                   MBEDTLS_HAVE_TIME_DATE, its own clock must agree as well */
    int (*random)(void *context, unsigned char *bytes, size_t length); /* a seeded generator, as Mbed TLS has them */
    void *random_context;
    void (*configure)(mbedtls_ssl_config *config); /* sets cipher suites, curves, the length of records, ... after the
                                                      defaults. Of versions, randomness and the check of certificates it
                                                      is overruled. NULL: the defaults */
} rill_mbedtls_settings;

/* The context of rill_mbedtls_port; must stay where it is while the port is open. The fields below the line are the
 * port's own. */
typedef struct rill_mbedtls {
    int error; /* Mbed TLS's own number for what failed last; 0: nothing */
    /* ---- */
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config config;
    const rill_port *port; /* the device below */
    void *context;
    uint32_t day, second;           /* of settings.time */
    uint32_t since, limit_ms;       /* of the call at hand */
    int16_t failed;                 /* what every call answers; RILL_OK: none */
    int16_t unsent;                 /* why the device takes no more bytes; reading goes on. RILL_OK: it does */
    int16_t below;                  /* why the device gives no more bytes; RILL_OK: it does */
    uint8_t phase, moved;           /* moved: the call at hand has used the device */
    bool checked;                   /* the server's certificate was looked at */
} rill_mbedtls;

/* Keeps the contract of rill/port.h. A call that ends within a record leaves it there; the next call goes on. What write()
 * did not take must be given to the next write() again, the same bytes and no fewer: part of them may be on its way.
 * Statuses of read and write:
 *   RILL_PORT_CLOSED    the server has said goodbye (close_notify), and all it sent was handed out
 *   RILL_PORT_TLS_CUT   the device below has closed without that, or in a record: what came may not be all
 *   RILL_PORT_TLS       the server sent an alert; a record was damaged, forged or too long
 *   others              of the device below, RILL_PORT_OVERRUN and RILL_PORT_NOISE too; all of them end the connection
 * After rill_mbedtls_open() has failed, both say its status.
 * close() says goodbye, for up to RILL_MBEDTLS_CLOSE_MS, does not wait for the server's, gives the memory back and closes
 * the device below. It must be called after a failed rill_mbedtls_open() too, unless you close the device yourself. */
extern const rill_port rill_mbedtls_port;

/* Shakes hands over a device that is open. `timeout_ms` is for all of it; a slow processor computes for seconds.
 *   RILL_OK                  the server is the one that was named; read and write
 *   RILL_SCHEMA_CONFIG       something is missing in the settings, or too long; nothing was sent
 *   RILL_PORT_TLS_NAME       its certificate is for another host
 *   RILL_PORT_TLS_TRUST      its certificate comes from nobody in `anchors`, or cannot be checked, or there is none (a
 *                            cipher suite of `configure`); too little heap can look like this too
 *   RILL_PORT_TLS_TIME       its certificate has expired or is not valid yet; or `time` is wrong
 *   RILL_PORT_TLS_VERSION    the two sides have no version in common
 *   RILL_PORT_TLS_HANDSHAKE  the device below closed or broke (RESET) before the handshake was done
 *   RILL_PORT_TIMEOUT        not done in time
 *   RILL_PORT_TLS            no common cipher suite, another alert of the server's, no TLS at all, no memory
 *   other                    of the device below
 * After an error no memory is held. */
rill_status rill_mbedtls_open(rill_mbedtls *tls, const rill_port *port, void *context,
                              const rill_mbedtls_settings *settings, uint32_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
