/* The modem port with each dialect, on a modem that says what the input holds: nothing is read or written outside of memory,
 * no call takes longer than it may, none goes on without progress. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "hayes.h"
#include "modem.h"

/* Digits of the head. */
enum { HEAD_DIALECT, HEAD_LINE, HEAD_CUTS, HEAD_SEED, HEAD_READS, HEAD_SIGNAL, HEAD_PIN, HEAD_USER };

enum { PAUSE_MS = 100 };

/* The modem. The input is its answers, one behind the other between |: the next one comes for each CR that is written, and for
 * each +++. ~ in one is a pause. */
typedef struct fake {
    const char *at, *end;   /* what can be read now */
    const char *later, *all;
    fuzz_cuts cuts;
    uint32_t clock;
    size_t written, idle, most_written;
    unsigned pluses;
} fake;

static void moves(fake *modem, size_t count)
{
    modem->idle = count > 0 ? 0 : modem->idle + 1;
    fuzz_must(modem->idle < 100000, "calls without end while nothing moves, not even the clock");
}

static void passes(fake *modem, uint32_t ms)
{
    modem->clock += ms;
    moves(modem, ms);
}

/* What can be read moves on by one answer; what was not read of the one before stays in front of it. */
static void answer(fake *modem)
{
    const char *end = modem->later < modem->all ? memchr(modem->later, '|', (size_t)(modem->all - modem->later)) : NULL;
    modem->end = end != NULL ? end : modem->all;
    modem->later = end != NULL ? end + 1 : modem->all;
}

static int32_t fake_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    fake *modem = context;
    size_t count = 0;
    fuzz_must(size > 0, "a read of 0 bytes");
    while (modem->at < modem->end && *modem->at == '|')
        modem->at++;
    if (modem->at < modem->end && *modem->at == '~') {
        modem->at++;
        passes(modem, timeout_ms < PAUSE_MS ? timeout_ms : PAUSE_MS);
        if (timeout_ms <= PAUSE_MS)
            return 0;
        timeout_ms -= PAUSE_MS;
    }
    size_t most = modem->at < modem->end ? fuzz_cut(&modem->cuts, (size_t)(modem->end - modem->at)) : 0;
    while (count < size && count < most && *modem->at != '~' && *modem->at != '|')
        bytes[count++] = *modem->at++;
    if (count > 0 && (uint8_t)bytes[0] == 0xfe) /* the line below has an error */
        return RILL_PORT_NOISE;
    if (count == 0)
        passes(modem, timeout_ms);
    moves(modem, count);
    return (int32_t)count;
}

static int32_t fake_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    fake *modem = context;
    size_t most = fuzz_cut(&modem->cuts, length);
    (void)timeout_ms;
    for (size_t i = 0; i < most; i++) {
        modem->pluses = bytes[i] == '+' ? modem->pluses + 1 : 0;
        if (bytes[i] == '\r' || modem->pluses == 3)
            answer(modem);
    }
    modem->written += most;
    moves(modem, most);
    return (int32_t)most;
}

static void fake_close(void *context)
{
    (void)context;
    fuzz_fail("the modem closes the line");
}

static uint32_t fake_now(void *context)
{
    return ((fake *)context)->clock;
}

static const rill_port fake_port = {fake_read, fake_write, fake_close, fake_now};

/* A call may take as long as it was given, and one wait more of the line below. */
static void in_time(const fake *modem, uint32_t since, uint32_t timeout_ms, const char *what)
{
    fuzz_must(modem->clock - since <= timeout_ms, "%s of %u ms takes %u", what, (unsigned)timeout_ms, (unsigned)(modem->clock - since));
}

static void talk(fake *modem, const rill_port *port, void *context, const uint8_t *head)
{
    static const char asks[] = "GET / HTTP/1.1\r";
    size_t sent = 0;
    bool failed = false;
    for (unsigned turn = 0; turn < 60 && !failed; turn++) {
        uint32_t since = modem->clock, timeout_ms = turn % 4 == 3 ? 2000 : turn % 3 * 40u;
        int32_t moved;
        if (sent < sizeof asks - 1 && turn % 2 == 0) {
            char *rest = fuzz_copy(asks + sent, sizeof asks - 1 - sent);
            moved = port->write(context, rest, sizeof asks - 1 - sent, timeout_ms);
            free(rest);
            fuzz_must(moved <= (int32_t)(sizeof asks - 1 - sent), "write takes %d bytes", (int)moved);
            sent += moved > 0 ? (size_t)moved : 0;
            in_time(modem, since, timeout_ms, "write");
        } else {
            size_t size = 1 + (head[HEAD_READS] * 7u + turn) % 90;
            char *bytes = fuzz_memory(size);
            moved = port->read(context, bytes, size, timeout_ms);
            fuzz_must(moved <= (int32_t)size, "read gives %d bytes of %zu", (int)moved, size);
            free(bytes);
            in_time(modem, since, timeout_ms, "read");
        }
        fuzz_must(moved > -32, "a status of another room: %d", (int)moved);
        failed = moved < 0 && moved != RILL_PORT_OVERRUN && moved != RILL_PORT_NOISE;
    }
    uint32_t since = modem->clock;
    port->close(context);
    in_time(modem, since, 8000, "close");
    port->close(context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const rill_modem_dialect *const dialects[] = {
        &rill_modem_quectel, &rill_modem_simcom, &rill_modem_ublox, &rill_modem_esp_at, &rill_modem_esp_at_active,
        &rill_modem_nordic_slm, NULL, &rill_modem_quectel_tls, &rill_modem_ublox_tls, &rill_modem_esp_at_tls,
        &rill_modem_nordic_slm_tls};
    fuzz_input input = fuzz_open(data, size);
    const uint8_t *head = input.head;
    bool pin = head[HEAD_PIN] % 2 == 1, user = head[HEAD_USER] % 2 == 1;
    rill_modem_settings settings = {.host = "h.example", .port = 80, .network = "net", .certificate = "7",
                                    .pin = pin ? "1234" : NULL, .user = user ? "u" : NULL, .password = user ? "p" : NULL};
    const rill_modem_dialect *dialect = dialects[head[HEAD_DIALECT] % (sizeof dialects / sizeof dialects[0])];
    size_t line_size = RILL_AT_LINE_MIN + head[HEAD_LINE] % 60u;
    char *line = fuzz_memory(line_size), *text = fuzz_copy(input.bytes, input.length);
    fake modem = {text, text, text, text + input.length, fuzz_cuts_of(head[HEAD_CUTS], head[HEAD_SEED]), 0, 0, 0, 0, 0};
    uint32_t since = 0;
    rill_status status;
    if (dialect != NULL) {
        rill_modem *with = fuzz_memory(sizeof *with);
        fuzz_must(rill_modem_begin(with, &fake_port, &modem, line, line_size) == RILL_OK, "begin");
        status = rill_modem_open(with, dialect, &settings, 60000);
        in_time(&modem, since, 60000, "open");
        fuzz_must(status <= 0 && (status > -32 || status == RILL_SCHEMA_CONFIG), "open gives %d", (int)status);
        if (status == RILL_OK) {
            int dbm;
            since = modem.clock;
            if (head[HEAD_SIGNAL] % 4 == 1)
                rill_modem_signal(with, &dbm, 500);
            in_time(&modem, since, 500, "signal");
            talk(&modem, &rill_modem_port, with, head);
        }
        free(with);
    } else {
        rill_hayes *with = fuzz_memory(sizeof *with);
        with->carrier = NULL;
        fuzz_must(rill_hayes_begin(with, &fake_port, &modem, line, line_size) == RILL_OK, "begin");
        status = rill_hayes_open(with, &settings, 60000);
        in_time(&modem, since, 60000, "open");
        fuzz_must(status <= 0 && status > -32, "open gives %d", (int)status);
        if (status == RILL_OK)
            talk(&modem, &rill_hayes_port, with, head);
        free(with);
    }
    free(line);
    free(text);
    return 0;
}
