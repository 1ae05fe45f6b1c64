#include "faulty_port.h"

#include <string.h>

static void must(faulty_port *port, bool good, const char *misuse)
{
    if (!good && port->misuse == NULL)
        port->misuse = misuse;
}

static int32_t hand_out(faulty_port *port, char *bytes, size_t size, size_t most)
{
    size_t length = port->length - port->given;
    if (length > most)
        length = most;
    if (length > size)
        length = size;
    memcpy(bytes, port->answer + port->given, length);
    port->given += length;
    port->no_read = port->no_read || length == 0;
    return length > 0 ? (int32_t)length : RILL_PORT_CLOSED;
}

static int32_t take(faulty_port *port, const char *bytes, size_t length, size_t most)
{
    if (length > most)
        length = most;
    if (length > sizeof port->sent - port->sent_length) {
        must(port, false, "more bytes than the request has");
        return RILL_PORT_BUS;
    }
    memcpy(port->sent + port->sent_length, bytes, length);
    port->sent_length += length;
    return (int32_t)length;
}

/* Waits for the next drop; true: here it is. */
static bool drips(faulty_port *port, uint32_t timeout_ms)
{
    if (port->drip == 0)
        port->drip = FAULTY_DRIP_MS;
    uint32_t wait = port->drip < timeout_ms ? port->drip : timeout_ms;
    port->clock += wait;
    port->drip -= wait;
    return port->drip == 0;
}

/* The fault that strikes the call at hand. */
static fault_kind strike(faulty_port *port, bool reading, size_t size, uint32_t timeout_ms)
{
    bool first = port->calls == port->at;
    bool stays = port->calls > port->at && (port->fault == FAULT_HANG || port->fault == FAULT_DRIP);
    must(port, port->calls++ < port->most_calls, "more calls than it can need");
    must(port, !(reading ? port->no_read : port->no_write), "called after it had failed");
    must(port, size > 0, "asked for no byte");
    must(port, timeout_ms > 0, "called without time to wait");
    if (first && port->fault != FAULT_NONE) {
        port->struck = reading ? STRUCK_READ : STRUCK_WRITE;
        port->struck_given = port->given;
        port->struck_clock = port->clock;
    }
    if (port->misuse != NULL) { /* so that it comes to an end */
        port->value = RILL_PORT_BUS;
        return FAULT_STATUS;
    }
    return first || stays ? port->fault : FAULT_NONE;
}

/* A server may answer and close before it has read all of a request. */
static int32_t fail(faulty_port *port, int32_t answer)
{
    port->no_write = true;
    port->no_read = port->struck == STRUCK_READ || (answer != RILL_PORT_CLOSED && answer != RILL_PORT_RESET);
    return answer;
}

static int32_t excess(const faulty_port *port, size_t size)
{
    int64_t answer = (int64_t)size + port->value;
    return answer < INT32_MAX ? (int32_t)answer : INT32_MAX;
}

/* A call that moves nothing. */
static int32_t idle(faulty_port *port, fault_kind kind, size_t size, uint32_t timeout_ms)
{
    switch (kind) {
    case FAULT_STATUS:
        return fail(port, port->value);
    case FAULT_EXCESS:
        return fail(port, excess(port, size));
    case FAULT_NOTHING:
        return 0;
    default:
        port->clock += timeout_ms;
        return 0;
    }
}

static int32_t hand_out_garbage(faulty_port *port, char *bytes, size_t size)
{
    int32_t length = hand_out(port, bytes, size, port->read_size);
    if (length > 0) {
        port->garbled = (size_t)length;
        memset(bytes, port->value, (size_t)length);
    }
    return length;
}

static int32_t hand_out_nul(faulty_port *port, char *bytes, size_t size)
{
    *bytes = '\0';
    if (size == 1)
        return 1;
    int32_t length = hand_out(port, bytes + 1, size - 1, port->read_size);
    return length > 0 ? length + 1 : length;
}

static int32_t read_bytes(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    faulty_port *port = context;
    fault_kind kind = strike(port, true, size, timeout_ms);
    memset(bytes, '~', size); /* what it does not count it may have written to */
    switch (kind) {
    case FAULT_NONE:
        return hand_out(port, bytes, size, port->read_size);
    case FAULT_ONE:
        return hand_out(port, bytes, size, 1);
    case FAULT_HALF:
        return hand_out(port, bytes, size, port->read_size / 2);
    case FAULT_CANCEL:
        rill_client_cancel(port->client);
        fail(port, RILL_PORT_CANCELLED);
        return hand_out(port, bytes, size, port->read_size);
    case FAULT_DRIP:
        return drips(port, timeout_ms) ? hand_out(port, bytes, size, 1) : 0;
    case FAULT_NUL:
        return hand_out_nul(port, bytes, size);
    case FAULT_GARBAGE:
        return hand_out_garbage(port, bytes, size);
    default:
        return idle(port, kind, size, timeout_ms);
    }
}

static int32_t write_bytes(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    faulty_port *port = context;
    fault_kind kind = strike(port, false, length, timeout_ms);
    switch (kind) {
    case FAULT_NONE:
    case FAULT_NUL:
    case FAULT_GARBAGE:
        return take(port, bytes, length, port->write_size);
    case FAULT_ONE:
        return take(port, bytes, length, 1);
    case FAULT_HALF:
        return take(port, bytes, length, port->write_size / 2);
    case FAULT_CANCEL:
        rill_client_cancel(port->client);
        fail(port, RILL_PORT_CANCELLED);
        return take(port, bytes, length, port->write_size);
    case FAULT_DRIP:
        return drips(port, timeout_ms) ? take(port, bytes, length, 1) : 0;
    default:
        return idle(port, kind, length, timeout_ms);
    }
}

static void close_port(void *context)
{
    ((faulty_port *)context)->closed++;
}

static uint32_t now(void *context)
{
    return ((faulty_port *)context)->clock;
}

const rill_port faulty_port_functions = {read_bytes, write_bytes, close_port, now};
