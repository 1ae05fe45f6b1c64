/* Ways to a server; see route.h. */
#include "route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CONNECT_MS = 10000,
    HANDSHAKE_MS = 30000, /* of TLS: it may go over a slow line */
    MODEM_MS = 180000,    /* a modem may have to find its network first */
    BAUD = 115200
};

/* ---- the text of --port */

/* Where `secure` is not NULL the modem can speak TLS itself; it is asked to by the word "tls". */
static const struct {
    const char *name;
    const rill_modem_dialect *plain, *secure;
} dialects[] = {
    {"quectel", &rill_modem_quectel, &rill_modem_quectel_tls},
    {"simcom", &rill_modem_simcom, NULL},
    {"ublox", &rill_modem_ublox, &rill_modem_ublox_tls},
    {"esp-at", &rill_modem_esp_at, &rill_modem_esp_at_tls},
    {"nordic-slm", &rill_modem_nordic_slm, &rill_modem_nordic_slm_tls},
    {"hayes", NULL, NULL}, /* its connection is the line itself: a port of its own */
};

/* Cuts the next word off the text, up to a comma. NULL: there is none. */
static char *next_word(char **text)
{
    char *word = *text;
    if (word == NULL)
        return NULL;
    char *comma = strchr(word, ',');
    *text = comma != NULL ? comma + 1 : NULL;
    if (comma != NULL)
        *comma = '\0';
    return word;
}

static bool take_baud(const char *digits, rill_serial_settings *line)
{
    char *end;
    unsigned long baud = strtoul(digits, &end, 10);
    line->baud = (uint32_t)baud;
    return *digits >= '0' && *digits <= '9' && *end == '\0' && baud <= 4000000;
}

/* HOST:PORT, where HOST may be an IPv6 address in brackets. */
static const char *parse_host(char *text, route *parsed)
{
    char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text || colon[1] == '\0')
        return "it needs HOST:PORT";
    *colon = '\0';
    if (text[0] == '[' && colon[-1] == ']') {
        colon[-1] = '\0';
        text++;
    }
    parsed->host = text;
    parsed->service = colon + 1;
    return NULL;
}

static const char *parse_tcp(char *text, route *parsed)
{
    parsed->kind = ROUTE_TCP;
    return parse_host(text, parsed);
}

static const char *parse_tls(char *text, route *parsed)
{
    parsed->kind = ROUTE_TLS;
    return parse_host(text, parsed);
}

static const char *parse_uart(char *text, route *parsed)
{
    parsed->kind = ROUTE_UART;
    parsed->device = next_word(&text);
    const char *baud = next_word(&text);
    if (baud != NULL && !take_baud(baud, &parsed->line))
        return "its baud rate is no number";
    const char *flow = next_word(&text);
    if (flow != NULL && strcmp(flow, "rtscts") != 0)
        return "behind the baud rate only rtscts may stand";
    parsed->line.rts_cts = flow != NULL;
    return text == NULL ? NULL : "nothing may stand behind rtscts";
}

/* NAME=VALUE of a modem. */
static const char *take_setting(char *word, route *parsed)
{
    const struct {
        const char *name;
        const char **place;
    } texts[] = {
        {"apn", &parsed->modem.network},       {"ssid", &parsed->modem.network}, {"user", &parsed->modem.user},
        {"password", &parsed->modem.password}, {"pin", &parsed->modem.pin},      {"ca", &parsed->modem.certificate},
    };
    char *value = strchr(word, '=');
    if (strcmp(word, "rtscts") == 0) {
        parsed->line.rts_cts = true;
        return NULL;
    }
    if (strcmp(word, "tls") == 0) {
        parsed->dialect = parsed->secure;
        parsed->modem_tls = true;
        return parsed->secure != NULL ? NULL : "that modem's own TLS is not supported; leave the word tls out for ours";
    }
    if (value == NULL)
        return "behind the dialect it has a word that is none of NAME=VALUE, rtscts, tls";
    *value++ = '\0';
    if (strcmp(word, "baud") == 0)
        return take_baud(value, &parsed->line) ? NULL : "its baud rate is no number";
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(word, texts[i].name) == 0) {
            *texts[i].place = value;
            return NULL;
        }
    }
    return "a modem has no such setting: apn, ssid, user, password, pin, ca, baud, rtscts";
}

static const char *parse_modem(char *text, route *parsed)
{
    parsed->kind = ROUTE_MODEM;
    parsed->device = next_word(&text);
    const char *name = next_word(&text), *problem = NULL;
    bool known = false;
    for (size_t i = 0; name != NULL && i < sizeof dialects / sizeof dialects[0]; i++) {
        if (strcmp(name, dialects[i].name) == 0) {
            parsed->dialect = dialects[i].plain;
            parsed->secure = dialects[i].secure;
            known = true;
        }
    }
    if (!known)
        return "it names no dialect: quectel, simcom, ublox, esp-at, nordic-slm or hayes";
    for (char *word = next_word(&text); word != NULL && problem == NULL; word = next_word(&text))
        problem = take_setting(word, parsed);
    return problem;
}

const char *route_parse(const char *text, route *parsed)
{
    static const struct {
        const char *scheme;
        const char *(*parse)(char *text, route *parsed);
    } schemes[] = {{"tcp:", parse_tcp}, {"tls:", parse_tls}, {"uart:", parse_uart}, {"modem:", parse_modem}};
    memset(parsed, 0, sizeof *parsed);
    parsed->line.baud = BAUD;
    if (text == NULL)
        return NULL;
    if (strlen(text) >= ROUTE_TEXT_SIZE)
        return "it is too long";
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t length = strlen(schemes[i].scheme);
        if (strncmp(text, schemes[i].scheme, length) == 0) {
            strcpy(parsed->text, text + length);
            return schemes[i].parse(parsed->text, parsed);
        }
    }
    return "it begins with none of tcp: tls: uart: modem:";
}

/* ---- opening */

static rill_status open_socket(connection *opened, const char *host, const char *service)
{
    rill_socket_addresses addresses;
    opened->port = &rill_socket_port;
    opened->context = &opened->socket;
    rill_status status = rill_socket_resolve(host, service, &addresses);
    return status == RILL_OK ? rill_socket_connect(&opened->socket, &addresses, CONNECT_MS) : status;
}

static rill_status open_serial(connection *opened, const route *way)
{
    opened->port = &rill_serial_port;
    opened->context = &opened->serial;
    return rill_serial_open(&opened->serial, way->device, &way->line);
}

static rill_status open_modem(connection *opened, const route *way, const url *server)
{
    rill_modem_settings settings = way->modem;
    settings.host = server->name;
    settings.port = server->port;
    if (way->dialect == NULL) {
        opened->port = &rill_hayes_port;
        opened->context = &opened->hayes;
        rill_status begun = rill_hayes_begin(&opened->hayes, &rill_serial_port, &opened->serial, opened->line,
                                             sizeof opened->line);
        return begun == RILL_OK ? rill_hayes_open(&opened->hayes, &settings, MODEM_MS) : begun;
    }
    opened->port = &rill_modem_port;
    opened->context = &opened->modem;
    rill_status status = rill_modem_begin(&opened->modem, &rill_serial_port, &opened->serial, opened->line,
                                          sizeof opened->line);
    return status == RILL_OK ? rill_modem_open(&opened->modem, way->dialect, &settings, MODEM_MS) : status;
}

static rill_status open_way(connection *opened, const route *way, const url *server, const char **where)
{
    rill_status status;
    switch (way->kind) {
    case ROUTE_UART:
        *where = way->device;
        return open_serial(opened, way);
    case ROUTE_MODEM:
        *where = way->device;
        status = open_serial(opened, way);
        if (status != RILL_OK)
            return status;
        *where = server->host;
        if (isatty(STDERR_FILENO))
            fputs("rill: the modem connects; this may take a minute or two\n", stderr);
        return open_modem(opened, way, server);
    case ROUTE_TCP:
    case ROUTE_TLS:
        *where = way->host;
        return open_socket(opened, way->host, way->service);
    default:
        *where = server->host;
        return open_socket(opened, server->name, server->service);
    }
}

static rill_status open_tls(connection *opened, const url *server)
{
    const rill_port *below = opened->port;
    void *context = opened->context;
    opened->port = secure_port;
    opened->context = opened->tls;
    return secure_open(opened->tls, below, context, server->name, HANDSHAKE_MS);
}

rill_status connection_open(connection *opened, const route *way, const url *server, const char **where)
{
    static const connection closed = {.socket = RILL_SOCKET_CLOSED, .serial = RILL_SERIAL_CLOSED};
    *opened = closed;
    bool ours = server->tls && !way->modem_tls;
    if (ours)
        opened->tls = secure_begin();
    rill_status status = open_way(opened, way, server, where);
    if (status != RILL_OK || !ours)
        return status;
    *where = server->host;
    return open_tls(opened, server);
}

void connection_close(connection *opened)
{
    opened->port->close(opened->context);
    rill_serial_port.close(&opened->serial);
    rill_socket_port.close(&opened->socket);
    secure_free(opened->tls);
    opened->tls = NULL;
    opened->port = &rill_socket_port; /* closed: a second call does nothing */
    opened->context = &opened->socket;
}
