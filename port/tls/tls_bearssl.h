/* TLS over any byte port, by BearSSL (https://bearssl.org): TLS 1.2, no heap. See README.md beside this file.
 *
 *     static rill_bearssl tls;
 *     static unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
 *     rill_bearssl_settings settings = {
 *         .server_name = "api.example.com", .anchors = anchors, .anchor_count = 1, .time = time_now,
 *         .entropy = seed, .entropy_length = sizeof(seed),
 *         .buffer = buffer, .buffer_size = sizeof(buffer), .duplex = true, .profile = rill_bearssl_ecdhe};
 *     status = rill_bearssl_open(&tls, &rill_socket_port, &socket, &settings, 10000);
 *     if (status == RILL_OK)
 *         ... a client on &rill_bearssl_port and &tls
 *
 * The server's certificate is always checked: its name, its time, and who signed it. There is no switch for that; what
 * the check needs must be given. */
#ifndef RILL_TLS_BEARSSL_H
#define RILL_TLS_BEARSSL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bearssl.h>

#include "rill/port.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_BEARSSL_CLOSE_MS 1000   /* the longest that saying goodbye takes */
#define RILL_BEARSSL_ENTROPY_MIN 32  /* bytes */
#define RILL_BEARSSL_BUFFER_MIN 837  /* bytes: records of 512 bytes, one direction at a time */
#define RILL_BEARSSL_DUPLEX_MIN 1434 /* bytes: the same in both directions */

/* Sets up what is linked of BearSSL: versions, cipher suites, hashes, keys. rill_bearssl_ecdhe, br_ssl_client_init_full
 * (all that BearSSL has), or a function of your own, shaped like these. What it sets of versions, renegotiation and the
 * check of certificates is overruled: it cannot turn that check off. */
typedef void rill_bearssl_profile(br_ssl_client_context *client, br_x509_minimal_context *x509,
                                  const br_x509_trust_anchor *anchors, size_t anchor_count);

/* ECDHE with ECDSA or RSA certificates; ChaCha20-Poly1305 and AES-128-GCM; SHA-256, SHA-384, SHA-512. Each in the form
 * that BearSSL takes for the fastest on the processor. */
rill_bearssl_profile rill_bearssl_ecdhe;

/* Everything is required, and read only while rill_bearssl_open() runs, except for the buffer. */
typedef struct rill_bearssl_settings {
    const char *server_name;             /* the host that the certificate must be for; 1 to 255 bytes and a NUL */
    const br_x509_trust_anchor *anchors; /* whose signatures are trusted */
    size_t anchor_count;                 /* at least 1 */
    uint32_t time;                       /* now: seconds since 1970-01-01 00:00 UTC; 0 is refused */
    const void *entropy;                 /* bytes that nobody can guess, fresh for each connection */
    size_t entropy_length;               /* at least RILL_BEARSSL_ENTROPY_MIN */
    unsigned char *buffer;               /* of records; used until the port is closed */
    size_t buffer_size;                  /* BR_SSL_BUFSIZE_MONO, or BR_SSL_BUFSIZE_BIDI when duplex. Less, down to
                                            RILL_BEARSSL_BUFFER_MIN or _DUPLEX_MIN: the server is asked for shorter records
                                            (RFC 6066, section 4); one that sends a longer one ends with RILL_PORT_TLS */
    bool duplex;                         /* the buffer is split, one part for each direction. false: both directions use
                                            it by turns; see README.md */
    rill_bearssl_profile *profile;
} rill_bearssl_settings;

/* The context of rill_bearssl_port; must stay where it is while the port is open. Further information is BearSSL's own:
 * br_ssl_engine_last_error(&tls.client.eng) is its error number. The fields below the line are the port's own. */
typedef struct rill_bearssl {
    br_ssl_client_context client;
    br_x509_minimal_context x509;
    /* ---- */
    const rill_port *port; /* the device below */
    void *context;
    int16_t failed; /* what every call answers; RILL_OK: none */
    int16_t unsent; /* why the device takes no more bytes; reading goes on. RILL_OK: it does */
    uint8_t phase;
} rill_bearssl;

/* Keeps the contract of rill/port.h. A call that ends within a record leaves it there; the next call goes on. What write()
 * took is on its way, or goes out with the next read() or write(). Statuses of read and write:
 *   RILL_PORT_CLOSED    the server has said goodbye (close_notify), and all it sent was handed out
 *   RILL_PORT_TLS_CUT   the device below has closed without that, or in a record: what came may not be all
 *   RILL_PORT_TLS       the server sent an alert; a record was damaged, forged or longer than the buffer
 *   others              of the device below, RILL_PORT_OVERRUN and RILL_PORT_NOISE too; all of them end the connection
 * After rill_bearssl_open() has failed, both say its status.
 * close() says goodbye, for up to RILL_BEARSSL_CLOSE_MS, does not wait for the server's, and closes the device below. It
 * must be called after a failed rill_bearssl_open() too, unless you close the device yourself. */
extern const rill_port rill_bearssl_port;

/* Shakes hands over a device that is open. `timeout_ms` is for all of it; a slow processor computes for seconds.
 *   RILL_OK                  the server is the one that was named; read and write
 *   RILL_SCHEMA_CONFIG       something is missing in the settings, or too small or too long; nothing was sent
 *   RILL_PORT_TLS_NAME       its certificate is for another host
 *   RILL_PORT_TLS_TRUST      its certificate comes from nobody in `anchors`, or cannot be checked with the profile
 *   RILL_PORT_TLS_TIME       its certificate has expired or is not valid yet; or `time` is wrong
 *   RILL_PORT_TLS_VERSION    it does not speak TLS 1.2
 *   RILL_PORT_TLS_HANDSHAKE  the device below closed or broke (RESET) before the handshake was done
 *   RILL_PORT_TIMEOUT        not done in time
 *   RILL_PORT_TLS            no common cipher suite, another alert of the server's, or no TLS at all
 *   other                    of the device below */
rill_status rill_bearssl_open(rill_bearssl *tls, const rill_port *port, void *context,
                              const rill_bearssl_settings *settings, uint32_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
