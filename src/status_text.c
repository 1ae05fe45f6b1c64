#include "rill/status.h"

static const struct {
    rill_status status;
    const char *text;
} texts[] = {
    {RILL_OK, "ok"},
    {RILL_MORE, "more input is needed"},
    {RILL_END, "nothing comes any more"},
    {RILL_PORT_CLOSED, "closed by the other side"},
    {RILL_PORT_RESET, "connection reset"},
    {RILL_PORT_REFUSED, "connection refused"},
    {RILL_PORT_NO_ROUTE, "no route to host"},
    {RILL_PORT_NAME, "no such host or device"},
    {RILL_PORT_TIMEOUT, "connecting or writing took too long"},
    {RILL_PORT_STALLED, "no byte came for too long"},
    {RILL_PORT_DEADLINE, "the request took too long"},
    {RILL_PORT_CANCELLED, "cancelled"},
    {RILL_PORT_TLS, "TLS failed"},
    {RILL_PORT_BUS, "the device failed"},
    {RILL_PORT_BROKEN, "the port broke its contract"},
    {RILL_PORT_OVERRUN, "bytes were lost: they came too fast"},
    {RILL_PORT_NOISE, "a byte came damaged"},
    {RILL_PORT_TLS_NAME, "the certificate is for another host"},
    {RILL_PORT_TLS_TRUST, "the certificate is not trusted"},
    {RILL_PORT_TLS_TIME, "the certificate is not valid at this time"},
    {RILL_PORT_TLS_VERSION, "no TLS version in common"},
    {RILL_PORT_TLS_HANDSHAKE, "cut off in the TLS handshake"},
    {RILL_PORT_TLS_CUT, "cut off without TLS's goodbye"},
    {RILL_PORT_SILENT, "the modem does not answer"},
    {RILL_PORT_SIM, "no usable SIM card"},
    {RILL_PORT_REGISTRATION, "no mobile network"},
    {RILL_PORT_CONTEXT, "the network gives no data connection"},
    {RILL_PORT_COMMAND, "the modem refused a command"},
    {RILL_PORT_ANSWER, "the modem's answer cannot be"},
    {RILL_PORT_RESTARTED, "the modem restarted"},
    {RILL_PORT_BUSY, "the line is busy"},
    {RILL_HTTP_STATUS_LINE, "malformed status line"},
    {RILL_HTTP_FIELD, "malformed field line"},
    {RILL_HTTP_LENGTH, "bad Content-Length"},
    {RILL_HTTP_TRANSFER, "bad Transfer-Encoding"},
    {RILL_HTTP_CHUNK, "malformed chunk"},
    {RILL_HTTP_CUT, "the response was cut short"},
    {RILL_HTTP_ENCODING, "the body is compressed"},
    {RILL_HTTP_REQUEST, "the request cannot be sent as it is"},
    {RILL_SSE_FORMAT, "the body is in another format"},
    {RILL_JSON_UNEXPECTED, "unexpected byte"},
    {RILL_JSON_LITERAL, "malformed literal"},
    {RILL_JSON_NUMBER, "malformed number"},
    {RILL_JSON_ESCAPE, "malformed escape"},
    {RILL_JSON_CONTROL, "control character in a string"},
    {RILL_JSON_TRAILING, "something stands behind the text"},
    {RILL_JSON_CUT, "the text ended too early"},
    {RILL_JSON_UTF8, "invalid UTF-8"},
    {RILL_SCHEMA_TABLE, "the schema cannot be used"},
    {RILL_SCHEMA_CONFIG, "the configuration cannot be used"},
    {RILL_SCHEMA_TEXT, "the buffer was changed from outside"},
    {RILL_LIMIT_DEPTH, "nested too deep"},
    {RILL_LIMIT_ID, "event id too long"},
    {RILL_LIMIT_FULL, "memory is full"},
    {RILL_SERVER_ERROR, "the server reports an error"},
};

const char *rill_status_text(rill_status status)
{
    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].status == status)
            return texts[i].text;
    return "unknown status";
}

const char *rill_status_room(rill_status status)
{
    static const char *const rooms[] = {"port", "http", "sse", "json", "schema", "limit", "server"};
    unsigned room = status < 0 ? (unsigned)-status / 32 : 0;
    if (status >= 0)
        return "ok";
    return room < sizeof rooms / sizeof rooms[0] ? rooms[room] : "unknown";
}
