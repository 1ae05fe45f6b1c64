/* A port on a modem that is spoken to in AT commands, over any byte port. See README.md beside this file.
 *
 *     static char line[64];
 *     rill_modem modem;
 *     rill_modem_settings settings = {.host = "192.0.2.1", .port = 8080, .network = "internet"};
 *     status = rill_modem_begin(&modem, &rill_uart_port, &uart, line, sizeof(line));
 *     if (status == RILL_OK)
 *         status = rill_modem_open(&modem, &rill_modem_quectel, &settings, 90000);
 *     if (status == RILL_OK)
 *         ... a client, or TLS, on &rill_modem_port and &modem
 *
 * One modem serves one connection at a time; for the next one close the port and open again. */
#ifndef RILL_MODEM_H
#define RILL_MODEM_H

#include "at.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_MODEM_CLOSE_MS 3000 /* the longest that close takes */

/* ---- what a kind of modem needs to be told, and says: const tables, in a file for each maker. One that is not named
 * in a program is not linked. With _tls the modem itself speaks TLS and checks the server's certificate; see
 * README.md. */
typedef struct rill_modem_dialect {
    const rill_at_step *open;    /* from the first AT to the connection */
    const rill_at_step *send;    /* one block: NUMBER_COUNT bytes behind a prompt */
    const rill_at_step *receive; /* up to NUMBER_COUNT bytes. NULL: they come by themselves */
    const rill_at_step *close;
    const rill_at_step *why;     /* asks for the reason behind a bare ERROR, and always fails. NULL: there is none */
    const rill_at_match *lines;  /* unasked lines; the events are RILL_MODEM_READABLE and RILL_MODEM_ENDED */
    const rill_at_code *codes;
    uint16_t send_max, receive_max; /* bytes of one block; receive_max 0: the modem does not take such a number */
    uint16_t poll_ms;               /* ask for data after so long without a word of it */
    bool certificate;               /* settings.certificate must be given */
    /* Where not all bytes can be sent alike: shortens *length, which stays above 0, to what the script it gives can
     * send. NULL: `send` sends all. */
    const rill_at_step *(*split)(const char *bytes, size_t *length);
} rill_modem_dialect;

extern const rill_modem_dialect rill_modem_quectel, rill_modem_quectel_tls;       /* EC21, EC25, BG95, BG96, ... */
extern const rill_modem_dialect rill_modem_simcom;                               /* A7670, A7600, SIM7600, ... */
extern const rill_modem_dialect rill_modem_ublox, rill_modem_ublox_tls;           /* SARA-R4, SARA-R5, ... */
extern const rill_modem_dialect rill_modem_esp_at, rill_modem_esp_at_tls;         /* ESP-AT 2.x */
extern const rill_modem_dialect rill_modem_esp_at_active;                         /* older ones; see esp_at_active.c */
extern const rill_modem_dialect rill_modem_nordic_slm, rill_modem_nordic_slm_tls; /* Serial LTE Modem on nRF91 */

/* Strings are NUL-terminated, at most 255 bytes, and without control characters, '"', '\' and ';': nothing that is
 * given here can end a command or begin another. They are used until rill_modem_open() returns. NULL is an empty
 * string. */
typedef struct rill_modem_settings {
    const char *host;        /* name or address; it is the modem that looks it up */
    const char *network;     /* APN. Empty: the one the modem has, or the network's. ESP-AT: the name (SSID) of the
                                Wi-Fi; empty: the one it joins by itself */
    const char *user;        /* of the APN; empty: none */
    const char *password;    /* of the APN, or of the Wi-Fi */
    const char *pin;         /* of the SIM; empty: one that asks for a PIN is RILL_PORT_SIM */
    const char *certificate; /* _tls: what the modem calls the CA certificate that was stored in it; see each dialect.
                                Without ',' either */
    uint16_t port;           /* TCP port */
} rill_modem_settings;

/* Bits of at.events: there may be data; the other side has closed; the modem refuses to send. */
enum { RILL_MODEM_READABLE = 1, RILL_MODEM_ENDED = 2, RILL_MODEM_LOST = 4 };

/* The context of rill_modem_port. All fields are the port's own. */
typedef struct rill_modem {
    uint8_t job;        /* what the script in flight is for */
    bool open;          /* there is a connection to close, or may come to be one */
    bool yields;        /* write() came to nothing since the modem was busy with a read: now it is its turn */
    int32_t failed;     /* what every call answers, a rill_status; RILL_OK: connected */
    uint32_t asked;     /* when data was last asked for */
    uint32_t taken;     /* bytes that the modem has taken and write() has not told yet */
    const rill_modem_dialect *dialect;
    rill_at at;
} rill_modem;

/* Keeps the contract of rill/port.h. A call that ends while a command is in flight leaves it there; the next call goes
 * on. Two things follow:
 *   - what write() did not take must be given to the next write() again, the same bytes and no fewer, as TLS libraries
 *     want it too: a block may already be on its way, and is taken when the modem has said so. Between the calls the
 *     bytes are not looked at;
 *   - write() answers 0 while bytes wait that must be read first, and read() while the modem waits for a block's bytes.
 * Statuses of read and write:
 *   RILL_PORT_CLOSED     the other side has closed in good order, and all it sent was handed out
 *   RILL_PORT_RESET      the connection broke: the modem refuses to send or receive. What came before can be read
 *   RILL_PORT_CONTEXT    the network took the data connection away
 *   RILL_PORT_SILENT     the modem no longer answers
 *   RILL_PORT_ANSWER     a length that lies, or a part of an answer is missing. Bytes that were handed out just before
 *                        may be wrong
 *   RILL_PORT_RESTARTED  the modem restarted
 *   RILL_PORT_OVERRUN, RILL_PORT_NOISE and others: of the port below. All of them end the connection, since a line with
 *                        missing bytes has no reliable frames
 * Between two calls any time may pass, and what came meanwhile counts; only within a block it may be no more than the step's
 * limit, some seconds. close() takes up to RILL_MODEM_CLOSE_MS, also when rill_modem_open() ended while the modem was
 * connecting. It does not close the port below. */
extern const rill_port rill_modem_port;

/* Makes ready; sends nothing. `line` must stay for as long as the modem is used.
 *   RILL_OK
 *   RILL_SCHEMA_CONFIG  as rill_at_begin() */
rill_status rill_modem_begin(rill_modem *modem, const rill_port *port, void *context, char *line, size_t line_size);

/* Brings a modem that listens to commands to a connection: finds it, waits for SIM and network, sets up the data
 * connection and connects. `timeout_ms` is for all of this together; a modem that was just switched on may need a
 * minute and more.
 *   RILL_OK                 connected
 *   RILL_SCHEMA_CONFIG      a setting that cannot be sent, or a certificate is missing; nothing was sent
 *   RILL_PORT_SILENT        no answer
 *   RILL_PORT_SIM           no SIM card, it wants a PIN and none was given, or not this one (it is tried once only)
 *   RILL_PORT_REGISTRATION  denied, or still searching when the time was over. ESP-AT: the Wi-Fi cannot be joined
 *   RILL_PORT_CONTEXT       no data connection: APN, user, password, subscription
 *   RILL_PORT_NAME, RILL_PORT_REFUSED, RILL_PORT_NO_ROUTE, RILL_PORT_BUSY, RILL_PORT_TLS*
 *                           where the modem says so
 *   RILL_PORT_TIMEOUT       the time was over
 *   RILL_PORT_COMMAND       an error without a reason, or one that no table knows
 *   RILL_PORT_RESTARTED     it restarted meanwhile
 *   RILL_PORT_ANSWER and others as above */
rill_status rill_modem_open(rill_modem *modem, const rill_modem_dialect *dialect, const rill_modem_settings *settings,
                            uint32_t timeout_ms);

/* Runs commands of your own: before rill_modem_open(), when it failed, after close, or, where data does not come by itself,
 * between reads and writes. After a failure of the last kind the connection may be gone as well. What an earlier call left in
 * flight comes to its end first, within the same timeout_ms. Only close does not wait for a slow command: its answer may come
 * behind, and be taken for one to these.
 *   RILL_OK            the script is done
 *   RILL_PORT_BUSY     connected, and a command is in flight: try again after the next read or write
 *   RILL_PORT_TIMEOUT  not done in time
 *   other              as rill_at_run() */
rill_status rill_modem_run(rill_modem *modem, const rill_at_step *script, uint32_t timeout_ms);

/* Received signal strength in *dbm, -113 to -51 (AT+CSQ, 3GPP TS 27.007 clause 8.5); 0: not known. Not for Wi-Fi.
 *   RILL_OK
 *   other    as rill_modem_run() */
rill_status rill_modem_signal(rill_modem *modem, int *dbm, uint32_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
