/* Dials through a modem whose serial line is a TCP connection on this machine, and asks a server there.
 *
 *     dial DIALECT LINE-PORT SERVER-PORT [name=value ...]
 *
 * Names: host, network, user, password, pin, certificate, open_ms, stall_ms, ask (bytes of the question), fill (the
 * character it is made of), signal=1.
 * Prints the text of the answer on standard output, and one line about how it went on standard error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hayes.h"
#include "modem.h"
#include "rill/rill.h"
#include "socket.h"

typedef struct named_dialect {
    const char *name;
    const rill_modem_dialect *dialect; /* NULL: Hayes */
} named_dialect;

static const named_dialect dialects[] = {
    {"quectel", &rill_modem_quectel},
    {"quectel-tls", &rill_modem_quectel_tls},
    {"simcom", &rill_modem_simcom},
    {"ublox", &rill_modem_ublox},
    {"ublox-tls", &rill_modem_ublox_tls},
    {"esp-at", &rill_modem_esp_at},
    {"esp-at-active", &rill_modem_esp_at_active},
    {"esp-at-tls", &rill_modem_esp_at_tls},
    {"nordic-slm", &rill_modem_nordic_slm},
    {"nordic-slm-tls", &rill_modem_nordic_slm_tls},
    {"hayes", NULL},
};

typedef struct dial {
    const named_dialect *modem;
    const char *line_port, *server_port;
    rill_modem_settings settings;
    uint32_t open_ms, stall_ms;
    size_t ask;
    char fill;
    bool signal;
} dial;

static const char *status_name(rill_status status)
{
    static const char *const names[] = {"ok",      "closed",       "reset",   "refused", "no_route", "name",   "timeout",
                                        "stalled", "deadline",     "cancelled", "tls",   "bus",      "broken", "overrun",
                                        "noise",   "tls_name",     "tls_trust", "tls_time", "tls_version",
                                        "tls_handshake", "tls_cut", "silent",  "sim",     "registration", "context",
                                        "command", "answer",       "restarted", "busy"};
    size_t index = (size_t)-(int)status;
    return index < sizeof(names) / sizeof(names[0]) ? names[index] : rill_status_text(status);
}

static bool setting(dial *job, const char *text)
{
    static const struct {
        const char *name;
        size_t offset;
    } strings[] = {
        {"host", offsetof(rill_modem_settings, host)},         {"network", offsetof(rill_modem_settings, network)},
        {"user", offsetof(rill_modem_settings, user)},         {"password", offsetof(rill_modem_settings, password)},
        {"pin", offsetof(rill_modem_settings, pin)},           {"certificate", offsetof(rill_modem_settings, certificate)},
    };
    const char *equals = strchr(text, '=');
    if (equals == NULL)
        return false;
    size_t length = (size_t)(equals - text);
    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
        if (strlen(strings[i].name) == length && memcmp(strings[i].name, text, length) == 0) {
            const char *value = equals + 1;
            memcpy((char *)&job->settings + strings[i].offset, &value, sizeof(value));
            return true;
        }
    unsigned long number = strtoul(equals + 1, NULL, 10);
    if (strncmp(text, "open_ms=", 8) == 0)
        job->open_ms = (uint32_t)number;
    else if (strncmp(text, "stall_ms=", 9) == 0)
        job->stall_ms = (uint32_t)number;
    else if (strncmp(text, "ask=", 4) == 0)
        job->ask = number;
    else if (strncmp(text, "fill=", 5) == 0)
        job->fill = equals[1];
    else if (strncmp(text, "signal=", 7) == 0)
        job->signal = number != 0;
    else
        return false;
    return true;
}

/* Sends the request and prints the text of the answer; gives what ended it. */
static rill_status ask(const dial *job, const rill_port *port, void *context, rill_end *end)
{
    static char buffer[512];
    static rill_token tokens[48];
    static rill_chunk chunk;
    const rill_stream_config config = {buffer, sizeof(buffer), tokens, 48, &rill_chat_schema, &chunk, RILL_BODY_HTTP, NULL};
    const rill_client_config client_config = {port, context, &config, job->stall_ms, 0, 0};
    char *question = malloc(job->ask);
    rill_request_message message = {0};
    rill_request request = {0};
    rill_client client;
    rill_item item = {0};
    if (question == NULL || rill_client_begin(&client, &client_config) != RILL_OK)
        exit(2);
    memset(question, job->fill, job->ask);
    message.role = "user";
    message.content.data = question;
    message.content.length = job->ask;
    request.host = "localhost";
    request.path = "/v1/chat/completions";
    request.model = "test";
    request.messages = &message;
    request.message_count = 1;
    request.stream = true;
    rill_client_send(&client, &request);
    while (rill_client_next(&client, &item) == RILL_OK) {
        if (item.kind == RILL_ITEM_CHAT_CHUNK && chunk.choice_count > 0) {
            const rill_text *text = &chunk.choices[0].message.content;
            if (text->length > 0)
                fwrite(text->data, 1, text->length, stdout);
        } else if (item.kind == RILL_ITEM_BAD)
            fprintf(stderr, ", bad");
    }
    free(question);
    rill_client_close(&client);
    *end = item.end;
    return item.status;
}

static rill_status open_line(const char *port, rill_socket *line)
{
    rill_socket_addresses addresses;
    rill_status status = rill_socket_resolve("127.0.0.1", port, &addresses);
    return status == RILL_OK ? rill_socket_connect(line, &addresses, 5000) : status;
}

typedef union modem {
    rill_modem modem;
    rill_hayes hayes;
} modem;

static rill_status open_modem(const dial *job, modem *device, rill_socket *line)
{
    static char buffer[64];
    rill_status status;
    if (job->modem->dialect == NULL) {
        status = rill_hayes_begin(&device->hayes, &rill_socket_port, line, buffer, sizeof(buffer));
        return status != RILL_OK ? status : rill_hayes_open(&device->hayes, &job->settings, job->open_ms);
    }
    status = rill_modem_begin(&device->modem, &rill_socket_port, line, buffer, sizeof(buffer));
    return status != RILL_OK ? status
                             : rill_modem_open(&device->modem, job->modem->dialect, &job->settings, job->open_ms);
}

static int run(const dial *job)
{
    static const char *const ends[] = {"none", "done", "eof", "truncated"};
    rill_socket line = RILL_SOCKET_CLOSED;
    modem device;
    rill_end end = RILL_END_NONE;
    if (open_line(job->line_port, &line) != RILL_OK) {
        fprintf(stderr, "no line\n");
        return 2;
    }
    rill_status status = open_modem(job, &device, &line);
    fprintf(stderr, "open: %s", status_name(status));
    if (status == RILL_OK && job->signal) {
        int dbm = 1;
        status = rill_modem_signal(&device.modem, &dbm, 5000);
        fprintf(stderr, ", signal: %s %d", status_name(status), dbm);
    }
    if (status == RILL_OK) {
        status = ask(job, job->modem->dialect == NULL ? &rill_hayes_port : &rill_modem_port, &device, &end);
        fprintf(stderr, ", end: %s, %s", ends[end], status_name(status));
    }
    fprintf(stderr, "\n");
    rill_socket_port.close(&line);
    return end == RILL_END_DONE && status == RILL_OK ? 0 : 1;
}

int main(int count, char **arguments)
{
    dial job = {0};
    job.open_ms = 20000;
    job.stall_ms = 8000;
    job.ask = 40;
    job.fill = '"';
    job.settings.host = "127.0.0.1";
    if (count < 4)
        return 2;
    for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
        if (strcmp(dialects[i].name, arguments[1]) == 0)
            job.modem = &dialects[i];
    job.line_port = arguments[2];
    job.server_port = arguments[3];
    job.settings.port = (uint16_t)strtoul(job.server_port, NULL, 10);
    for (int i = 4; i < count; i++)
        if (!setting(&job, arguments[i])) {
            fprintf(stderr, "no such setting: %s\n", arguments[i]);
            return 2;
        }
    return job.modem != NULL ? run(&job) : 2;
}
