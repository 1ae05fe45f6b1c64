/* What a call of rill can answer: one enum, in ranges by room.
 *
 * Zero and above is good news, below zero is an error. The range says which room speaks, rill_status_room() names it.
 * The texts live in a file of their own (status_text.c), so firmware that never prints them does not link them. */
#ifndef RILL_STATUS_H
#define RILL_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rill_status {
    RILL_OK = 0,   /* done; where a call gives something, it is there */
    RILL_MORE = 1, /* give more input and call again */
    RILL_END = 2,  /* nothing comes any more */

    /* port: the device that moves the bytes */
    RILL_PORT_CLOSED = -1,    /* the other side closed in good order */
    RILL_PORT_RESET = -2,     /* the connection broke */
    RILL_PORT_REFUSED = -3,   /* nobody listens there */
    RILL_PORT_NO_ROUTE = -4,  /* no way to that host */
    RILL_PORT_NAME = -5,      /* no such host name, or no such device */
    RILL_PORT_TIMEOUT = -6,   /* connecting or writing took longer than its deadline */
    RILL_PORT_STALLED = -7,   /* no byte came for as long as the stall limit */
    RILL_PORT_DEADLINE = -8,  /* the whole request took longer than its deadline */
    RILL_PORT_CANCELLED = -9, /* rill_client_cancel() was called */
    RILL_PORT_TLS = -10,      /* the TLS layer failed in a way that none of the RILL_PORT_TLS_* below names */
    RILL_PORT_BUS = -11,      /* the device itself failed */
    RILL_PORT_BROKEN = -12,   /* the port broke its contract (claimed more bytes than asked for) */
    /* a line: what came is not what was sent */
    RILL_PORT_OVERRUN = -13, /* bytes were lost: they came faster than they were taken away */
    RILL_PORT_NOISE = -14,   /* a byte came damaged: framing, parity, break */
    /* TLS: why there is no trustworthy connection */
    RILL_PORT_TLS_NAME = -15,      /* the certificate is for another host */
    RILL_PORT_TLS_TRUST = -16,     /* the certificate comes from nobody who is trusted */
    RILL_PORT_TLS_TIME = -17,      /* the certificate has expired, or is not valid yet; or the clock is wrong */
    RILL_PORT_TLS_VERSION = -18,   /* the two sides have no TLS version in common */
    RILL_PORT_TLS_HANDSHAKE = -19, /* the connection ended in the handshake */
    RILL_PORT_TLS_CUT = -20,       /* the connection ended in a record, or without TLS's own goodbye */
    /* a modem */
    RILL_PORT_SILENT = -21,       /* it does not answer commands */
    RILL_PORT_SIM = -22,          /* no SIM card, or it wants a PIN, or it failed */
    RILL_PORT_REGISTRATION = -23, /* no network: no signal, still searching, or denied */
    RILL_PORT_CONTEXT = -24,      /* the network gives no data connection: APN, subscription, PDP context */
    RILL_PORT_COMMAND = -25,      /* it refuses a command and says nothing that another status names */
    RILL_PORT_ANSWER = -26,       /* what it answers cannot be: a length that lies, a line too long, bytes missing */
    RILL_PORT_RESTARTED = -27,    /* it restarted by itself; every connection is gone */
    RILL_PORT_BUSY = -28,         /* the line, or every socket, is in use */

    /* http: RFC 9112 */
    RILL_HTTP_STATUS_LINE = -32, /* not a status line of HTTP/1.x */
    RILL_HTTP_FIELD = -33,       /* a malformed field line: name, folding, bare CR, NUL */
    RILL_HTTP_LENGTH = -34,      /* Content-Length is no number, too large, or told twice in different ways */
    RILL_HTTP_TRANSFER = -35,    /* a Transfer-Encoding other than chunked, or beside a Content-Length */
    RILL_HTTP_CHUNK = -36,       /* malformed chunk: size, extension, or the line end behind its data */
    RILL_HTTP_CUT = -37,         /* the input ended before head or body did */
    RILL_HTTP_ENCODING = -38,    /* the body is coded (gzip, br, ...); rill asks for identity and cannot undo it */
    RILL_HTTP_REQUEST = -39,     /* host, path or a header of a request holds what may not stand there (CR, LF, ...) */

    /* sse: the event stream */
    RILL_SSE_FORMAT = -64, /* the body is in another format (NDJSON, HTML, ...) */

    /* json: RFC 8259 */
    RILL_JSON_UNEXPECTED = -96, /* a byte that may not stand here */
    RILL_JSON_LITERAL = -97,    /* a word other than true, false, null */
    RILL_JSON_NUMBER = -98,     /* a malformed number */
    RILL_JSON_ESCAPE = -99,     /* a malformed escape in a string */
    RILL_JSON_CONTROL = -100,   /* a control character inside a string */
    RILL_JSON_TRAILING = -101,  /* something stands behind the text */
    RILL_JSON_CUT = -102,       /* the text ended too early */
    RILL_JSON_UTF8 = -103,      /* invalid UTF-8 (a flag elsewhere, an error only for those who ask) */

    /* schema: tables and configuration */
    RILL_SCHEMA_TABLE = -128,  /* a schema that cannot be used: no rows, or more than RILL_ROWS_MAX */
    RILL_SCHEMA_CONFIG = -129, /* a buffer below RILL_BUFFER_MIN, fewer tokens than RILL_TOKENS_MIN, a NULL */
    RILL_SCHEMA_TEXT = -130,   /* kept text and schema disagree: cannot happen unless the buffer was written to */

    /* limit: valid input beyond what rill keeps */
    RILL_LIMIT_DEPTH = -160, /* nesting deeper than RILL_DEPTH_MAX, or an array of more than 16,777,215 elements */
    RILL_LIMIT_ID = -161,    /* an event id longer than RILL_SSE_ID_SIZE: the last id counts as empty */
    RILL_LIMIT_FULL = -162,  /* the caller's memory is full */

    /* server: what the other side says */
    RILL_SERVER_ERROR = -192 /* an error item */
} rill_status;

/* The room of an error: "port", "http", "sse", "json", "schema", "limit" or "server"; "ok" for zero and above. */
const char *rill_status_room(rill_status status);

/* The status in a few plain words. Never NULL. */
const char *rill_status_text(rill_status status);

#ifdef __cplusplus
}
#endif

#endif
