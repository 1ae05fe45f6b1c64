/* Which way `rill chat` goes to its server: what --port says becomes an open port. */
#ifndef ROUTE_H
#define ROUTE_H

#include "hayes.h"
#include "modem.h"
#include "rill/port.h"
#include "secure.h"
#include "serial.h"
#include "socket.h"
#include "url.h"

enum { ROUTE_TEXT_SIZE = 1024, ROUTE_LINE_SIZE = 128 };

typedef enum route_kind {
    ROUTE_URL,  /* none was given: where the URL says */
    ROUTE_TCP,  /* tcp:HOST:PORT */
    ROUTE_TLS,  /* tls:HOST:PORT */
    ROUTE_UART, /* uart:DEVICE,BAUD: whatever is behind the line brings the bytes to the server */
    ROUTE_MODEM /* modem:DEVICE,DIALECT,NAME=VALUE...: the modem connects to the URL's host */
} route_kind;

/* Points into itself: not to be copied. */
typedef struct route {
    route_kind kind;
    char text[ROUTE_TEXT_SIZE]; /* holds the words that the pointers below point to */
    const char *host, *service; /* TCP, TLS */
    const char *device;         /* UART, MODEM */
    rill_serial_settings line;
    const rill_modem_dialect *dialect; /* NULL: hayes */
    const rill_modem_dialect *secure;  /* its TLS; NULL: none */
    bool modem_tls;                    /* the modem speaks TLS, and checks the certificate, in our place */
    rill_modem_settings modem; /* without host and port */
} route;

/* Takes the text of --port apart; NULL gives ROUTE_URL. Gives NULL, or what is wrong in a few words. */
const char *route_parse(const char *text, route *parsed);

/* An open connection. port and context are for a client. */
typedef struct connection {
    const rill_port *port;
    void *context;
    /* ---- */
    rill_socket socket;
    rill_serial serial;
    rill_modem modem;
    rill_hayes hayes;
    char line[ROUTE_LINE_SIZE]; /* of the modem's answers */
    secure *tls;                /* on top of these; NULL: none */
} connection;

/* Opens the way to the server, and TLS where its URL wants it (then *secure_port must not be NULL). Of an error the end of
 * the way that it came from is in *where. */
rill_status connection_open(connection *opened, const route *way, const url *server, const char **where);

/* Closes all that it stands on. */
void connection_close(connection *opened);

#endif
