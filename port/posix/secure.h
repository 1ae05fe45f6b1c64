/* TLS for the program, over any port: with the system's trust anchors, clock and random numbers. */
#ifndef SECURE_H
#define SECURE_H

#include <stdint.h>

#include "rill/port.h"
#include "rill/status.h"

typedef struct secure secure; /* on the heap; the context of *secure_port */

/* NULL: the program was built without TLS (BearSSL); then the functions must not be called. */
extern const rill_port *const secure_port;

/* Reads whom to trust: the file that SSL_CERT_FILE names, else that of the system. Ends the program with a message when
 * there is none. */
secure *secure_begin(void);

/* Shakes hands with the server of that name over a port that is open. Answers as rill_bearssl_open() does. In any case
 * secure_port->close() closes the port below. */
rill_status secure_open(secure *tls, const rill_port *port, void *context, const char *name, uint32_t timeout_ms);

/* After the close. Takes NULL too. */
void secure_free(secure *tls);

#endif
