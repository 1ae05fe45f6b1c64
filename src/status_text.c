#include "rill/status.h"

#include <stdint.h>
#include <string.h>

/* Numbers and texts lie apart: a table of both would hold a pointer for each text. */
#define TEXTS(X)                                                        \
    X(RILL_OK, "ok")                                                    \
    X(RILL_MORE, "more input is needed")                                \
    X(RILL_END, "nothing comes any more")                               \
    X(RILL_PORT_CLOSED, "closed by the other side")                     \
    X(RILL_PORT_RESET, "connection reset")                              \
    X(RILL_PORT_REFUSED, "connection refused")                          \
    X(RILL_PORT_NO_ROUTE, "no route to host")                           \
    X(RILL_PORT_NAME, "no such host or device")                         \
    X(RILL_PORT_TIMEOUT, "connecting or writing took too long")         \
    X(RILL_PORT_STALLED, "no byte came for too long")                   \
    X(RILL_PORT_DEADLINE, "the request took too long")                  \
    X(RILL_PORT_CANCELLED, "cancelled")                                 \
    X(RILL_PORT_TLS, "TLS failed")                                      \
    X(RILL_PORT_BUS, "the device failed")                               \
    X(RILL_PORT_BROKEN, "the port broke its contract")                  \
    X(RILL_PORT_OVERRUN, "bytes were lost: they came too fast")         \
    X(RILL_PORT_NOISE, "a byte came damaged")                           \
    X(RILL_PORT_TLS_NAME, "the certificate is for another host")        \
    X(RILL_PORT_TLS_TRUST, "the certificate is not trusted")            \
    X(RILL_PORT_TLS_TIME, "the certificate is not valid at this time")  \
    X(RILL_PORT_TLS_VERSION, "no TLS version in common")                \
    X(RILL_PORT_TLS_HANDSHAKE, "cut off in the TLS handshake")          \
    X(RILL_PORT_TLS_CUT, "cut off without TLS's goodbye")               \
    X(RILL_PORT_SILENT, "the modem does not answer")                    \
    X(RILL_PORT_SIM, "no usable SIM card")                              \
    X(RILL_PORT_REGISTRATION, "no mobile network")                      \
    X(RILL_PORT_CONTEXT, "the network gives no data connection")        \
    X(RILL_PORT_COMMAND, "the modem refused a command")                 \
    X(RILL_PORT_ANSWER, "the modem's answer cannot be")                 \
    X(RILL_PORT_RESTARTED, "the modem restarted")                       \
    X(RILL_PORT_BUSY, "the line is busy")                               \
    X(RILL_HTTP_STATUS_LINE, "malformed status line")                   \
    X(RILL_HTTP_FIELD, "malformed field line")                          \
    X(RILL_HTTP_LENGTH, "bad Content-Length")                           \
    X(RILL_HTTP_TRANSFER, "bad Transfer-Encoding")                      \
    X(RILL_HTTP_CHUNK, "malformed chunk")                               \
    X(RILL_HTTP_CUT, "the response was cut short")                      \
    X(RILL_HTTP_ENCODING, "the body is compressed")                     \
    X(RILL_HTTP_REQUEST, "the request cannot be sent as it is")         \
    X(RILL_SSE_FORMAT, "the body is in another format")                 \
    X(RILL_JSON_UNEXPECTED, "unexpected byte")                          \
    X(RILL_JSON_LITERAL, "malformed literal")                           \
    X(RILL_JSON_NUMBER, "malformed number")                             \
    X(RILL_JSON_ESCAPE, "malformed escape")                             \
    X(RILL_JSON_CONTROL, "control character in a string")               \
    X(RILL_JSON_TRAILING, "something stands behind the text")           \
    X(RILL_JSON_CUT, "the text ended too early")                        \
    X(RILL_JSON_UTF8, "invalid UTF-8")                                  \
    X(RILL_SCHEMA_TABLE, "the schema cannot be used")                   \
    X(RILL_SCHEMA_CONFIG, "the configuration cannot be used")           \
    X(RILL_SCHEMA_TEXT, "the buffer was changed from outside")          \
    X(RILL_LIMIT_DEPTH, "nested too deep")                              \
    X(RILL_LIMIT_ID, "event id too long")                               \
    X(RILL_LIMIT_FULL, "memory is full")                                \
    X(RILL_SERVER_ERROR, "the server reports an error")

#define NUMBER(status, text) status,
#define TEXT(status, text) text "\0"

static const int16_t numbers[] = {TEXTS(NUMBER)};
static const char texts[] = TEXTS(TEXT);

const char *rill_status_text(rill_status status)
{
    const char *text = texts;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++, text += strlen(text) + 1)
        if (numbers[i] == status)
            return text;
    return "unknown status";
}

const char *rill_status_room(rill_status status)
{
    static const char *const rooms[] = {"port", "http", "sse", "json", "schema", "limit", "server"};
    unsigned room = status < 0 ? (0u - (unsigned)status) / 32 : 0;
    if (status >= 0)
        return "ok";
    return room < sizeof rooms / sizeof rooms[0] ? rooms[room] : "unknown";
}
