/* client: joins a port to a stream: sends a request, reads the answer, keeps the time.
 *
 *     rill_stream_config stream = {buffer, sizeof(buffer), tokens, 48, &rill_chat_schema, &chat, RILL_BODY_HTTP, NULL};
 *     rill_client_config config = {&rill_socket_port, &socket, &stream, 30000, 0, 0};
 *     rill_client client;
 *     rill_client_begin(&client, &config);
 *     rill_client_send(&client, &request);
 *     while (rill_client_next(&client, &item) == RILL_OK)
 *         use(&item);
 *     rill_client_close(&client);
 *
 * Opening the connection is the port's business and comes before. One client serves one request; for the next one
 * open the port and begin again. Whatever goes wrong, rill_client_next() goes on to the end item, which says what it
 * was: the status of rill_client_send() may be looked at, but need not.
 *
 * Time is the port's: its `now`, and that it keeps the timeouts it is given. Every wait is cut into slices, and
 * between two of them the limits and rill_client_cancel() are looked at. So no call here takes longer than its limits
 * allow by more than one slice, and with limits of 0 it may wait forever. */
#ifndef RILL_CLIENT_H
#define RILL_CLIENT_H

#include <stdint.h>

#include "rill/port.h"
#include "rill/request.h"
#include "rill/status.h"
#include "rill/stream.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_CLIENT_SLICE_MS 100

/* Referred to, not copied: must stay as it is for as long as the client is used. */
typedef struct rill_client_config {
    const rill_port *port;
    void *context; /* the port's; open */
    const rill_stream_config *stream;
    uint32_t stall_ms; /* longest wait for a byte to come, or to be taken while sending, counted from when rill begins
                          to wait: the caller's own time between two calls is not in it. 0: no limit */
    uint32_t total_ms; /* for everything, from rill_client_begin() on, the caller's time included. 0: no limit */
    uint32_t slice_ms; /* longest single wait of the port, thus until a cancel is seen. 0: RILL_CLIENT_SLICE_MS */
} rill_client_config;

/* stream.http (status, request id, Retry-After) and stream.sse may be read, as rill/stream.h says. The fields below the
 * line are the client's own. */
typedef struct rill_client {
    rill_stream stream;
    /* ---- */
    const rill_client_config *config;
    uint32_t started;           /* the port's now at begin */
    int16_t sent;               /* what became of the request: a rill_status */
    volatile uint8_t cancelled; /* written by rill_client_cancel() alone, from anywhere */
} rill_client;

/* Makes ready for one request and starts the clock of total_ms. Moves no bytes; uses nothing of the port but `now`.
 *   RILL_OK
 *   RILL_SCHEMA_CONFIG, RILL_SCHEMA_TABLE  a NULL, or as rill_stream_begin(); the client must not be used */
rill_status rill_client_begin(rill_client *client, const rill_client_config *config);

/* Sends a request. Small pieces are gathered in the stream's buffer, which is idle until the answer comes; long texts
 * go to the port from where they lie. The request and all it points to are free again afterwards. Call it once, before
 * the first rill_client_next(): what was read before it is lost. It may be left out when the request goes another way,
 * or when the other side sends by itself.
 *   RILL_OK              the port has taken all of it
 *   RILL_SCHEMA_CONFIG, RILL_HTTP_REQUEST, RILL_LIMIT_FULL
 *                        as rill_request_write(); nothing was sent
 *   RILL_PORT_TIMEOUT    the port took no byte for stall_ms
 *   RILL_PORT_DEADLINE   total_ms are over
 *   RILL_PORT_CANCELLED  rill_client_cancel() was called
 *   RILL_PORT_BROKEN     the port claims more bytes than it was given, or an error beyond the range of RILL_PORT_* (-31 to -1)
 *   other RILL_PORT_*    the port's own
 * After RILL_PORT_CLOSED and RILL_PORT_RESET the answer is still read: a server may refuse (401, 413) before it has
 * read all of a request, and then close. After any other error nothing is read; rill_client_next() gives the end
 * item. */
rill_status rill_client_send(rill_client *client, const rill_request *request);

/* Gives the next item, and reads from the port until there is one. Views of the item before become invalid.
 *   RILL_OK   an item. The last one is RILL_ITEM_END: `end` says whether the answer came whole, status is RILL_OK or
 *             what ended it instead:
 *             RILL_PORT_STALLED    no byte came for stall_ms
 *             RILL_PORT_DEADLINE   total_ms are over
 *             RILL_PORT_CANCELLED  rill_client_cancel() was called
 *             RILL_PORT_BROKEN     the port claims more bytes than asked for, or an error beyond the range of RILL_PORT_* (-31 to -1)
 *             what made sending fail, the port's own errors, and those of rill_stream_next()
 *             Items that were complete before the error come first, also after a cancel.
 *   RILL_END  the end item was handed out before */
rill_status rill_client_next(rill_client *client, rill_item *item);

/* Makes sending or reading end with RILL_PORT_CANCELLED, at the latest one slice from now. May be called from another
 * thread, a signal handler or an interrupt, any number of times, between the return of rill_client_begin() and the
 * end of the client's memory. It sets one byte and does not wait. A cancel that comes after the end of the answer
 * does nothing. */
void rill_client_cancel(rill_client *client);

/* Closes the port, and takes as long as that does, of which the port's header tells: no limit of the configuration ends it. May
 * be called twice, and before the end item: nothing more is read then. */
void rill_client_close(rill_client *client);

#ifdef __cplusplus
}
#endif

#endif
