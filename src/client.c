/* The client; see rill/client.h. */
#include "rill/client.h"

#define PORT_LAST (-31) /* the port range of rill_status ends here */

/* ---- time: differences only, since the port's clock wraps */

/* False when the limit is reached; else shortens the wait to what is left of it. */
static bool within(uint32_t limit, uint32_t passed, uint32_t *wait)
{
    if (limit == 0)
        return true;
    if (passed >= limit)
        return false;
    if (*wait > limit - passed)
        *wait = limit - passed;
    return true;
}

/* RILL_OK and how long the port may wait this time, or why it may not. `since`: when this wait began. */
static rill_status may_wait(const rill_client *client, uint32_t since, rill_status stalled, uint32_t *wait)
{
    const rill_client_config *config = client->config;
    uint32_t now = config->port->now(config->context);
    *wait = config->slice_ms != 0 ? config->slice_ms : RILL_CLIENT_SLICE_MS;
    if (client->cancelled != 0)
        return RILL_PORT_CANCELLED;
    if (!within(config->total_ms, now - client->started, wait))
        return RILL_PORT_DEADLINE;
    if (!within(config->stall_ms, now - since, wait))
        return stalled;
    return RILL_OK;
}

/* ---- what a port answers */

/* Bytes that a port is asked for at once: its answer is an int32_t. */
static size_t portion(size_t length)
{
    enum { MOST = 1 << 20 };
    return length < MOST ? length : MOST;
}

/* RILL_OK for a number of bytes up to `asked` (0: none yet), else the status that the port's answer stands for. */
static rill_status judge(int32_t answer, size_t asked)
{
    if (answer >= 0)
        return (uint32_t)answer <= asked ? RILL_OK : RILL_PORT_BROKEN;
    return answer >= PORT_LAST ? (rill_status)answer : RILL_PORT_BROKEN;
}

/* ---- sending */

typedef struct sender {
    rill_client *client;
    char *buffer;
    size_t size;
    size_t gathered;
} sender;

static rill_status transmit(const rill_client *client, const char *bytes, size_t length)
{
    const rill_client_config *config = client->config;
    uint32_t wait, since = config->port->now(config->context);
    while (length != 0) {
        rill_status status = may_wait(client, since, RILL_PORT_TIMEOUT, &wait);
        if (status != RILL_OK)
            return status;
        int32_t taken = config->port->write(config->context, bytes, portion(length), wait);
        status = judge(taken, portion(length));
        if (status != RILL_OK)
            return status;
        if (taken != 0)
            since = config->port->now(config->context);
        bytes += taken;
        length -= (size_t)taken;
    }
    return RILL_OK;
}

static rill_status flush(sender *out)
{
    size_t length = out->gathered;
    out->gathered = 0;
    return transmit(out->client, out->buffer, length);
}

static rill_status gather(void *context, const char *bytes, size_t length)
{
    sender *out = context;
    rill_status status = RILL_OK;
    if (length > out->size - out->gathered)
        status = flush(out);
    if (status == RILL_OK && length >= out->size)
        return transmit(out->client, bytes, length);
    if (status == RILL_OK) {
        memcpy(out->buffer + out->gathered, bytes, length);
        out->gathered += length;
    }
    return status;
}

rill_status rill_client_send(rill_client *client, const rill_request *request)
{
    const rill_stream_config *stream = client->config->stream;
    sender out = {client, stream->buffer, stream->size, 0};
    rill_status status = rill_request_write(request, gather, &out);
    if (status == RILL_OK)
        status = flush(&out);
    (void)rill_stream_begin(&client->stream, stream); /* what came before, if anything did, was written over */
    client->sent = (int16_t)status;
    if (status != RILL_OK && status != RILL_PORT_CLOSED && status != RILL_PORT_RESET)
        rill_stream_close(&client->stream, status);
    return status;
}

/* ---- reading */

/* A close in good order does not explain a missing answer when the request had not even gone out. */
static void end_input(rill_client *client, rill_status status)
{
    if (status == RILL_PORT_CLOSED && client->sent != RILL_OK)
        status = (rill_status)client->sent;
    rill_stream_close(&client->stream, status);
}

/* Waits for bytes of the answer and gives them, or what came in their place, to the stream. */
static void receive(rill_client *client)
{
    const rill_client_config *config = client->config;
    uint32_t wait, since = config->port->now(config->context);
    char *place;
    size_t space = portion(rill_stream_space(&client->stream, &place));
    int32_t came = 0;
    while (came == 0) {
        rill_status status = may_wait(client, since, RILL_PORT_STALLED, &wait);
        if (status == RILL_OK) {
            came = config->port->read(config->context, place, space, wait);
            status = judge(came, space);
        }
        if (status != RILL_OK) {
            end_input(client, status);
            return;
        }
    }
    rill_stream_got(&client->stream, (size_t)came);
}

rill_status rill_client_next(rill_client *client, rill_item *item)
{
    rill_status status;
    while ((status = rill_stream_next(&client->stream, item)) == RILL_MORE)
        receive(client);
    return status;
}

/* ---- */

rill_status rill_client_begin(rill_client *client, const rill_client_config *config)
{
    if (client == NULL || config == NULL || config->port == NULL || config->stream == NULL)
        return RILL_SCHEMA_CONFIG;
    client->config = config;
    client->sent = RILL_OK;
    client->cancelled = 0;
    client->started = config->port->now(config->context);
    return rill_stream_begin(&client->stream, config->stream);
}

void rill_client_cancel(rill_client *client)
{
    client->cancelled = 1;
}

void rill_client_close(rill_client *client)
{
    client->config->port->close(client->config->context);
}
