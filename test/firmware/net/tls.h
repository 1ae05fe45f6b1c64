/* tls: TLS by BearSSL, over a port that is open. */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "tls_bearssl.h"

extern rill_bearssl tls; /* the context of rill_bearssl_port */

/* Reads the certificate of the CA that is trusted, in DER, from a file of the machine that runs the emulator. */
bool tls_trust(const char *file);

/* Shakes hands; `time` is now, in seconds since 1970. As rill_bearssl_open(); closed when it fails. */
rill_status tls_open(const rill_port *port, void *context, const char *server_name, uint32_t time);

#endif
