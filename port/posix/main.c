/* The rill program: options and the choice of a command. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

static const char usage[] =
    "usage: rill chat [--url URL] [--port PORT] [--model M] [--key-env VAR] [--system S] [--tools FILE] PROMPT\n"
    "       rill decode [--json] [--reuse N] [--body auto|http|sse|json] [FILE]\n"
    "       rill sse [FILE]\n"
    "       rill json [FILE]\n"
    "       rill http [FILE]\n"
    "\n"
    "chat    asks a server and prints its answer as it comes\n"
    "decode  decodes a recorded answer: prints its text, or with --json one line for each item\n"
    "sse     prints the events of an event stream as JSON lines\n"
    "json    exit status 0 when FILE is one valid JSON text\n"
    "http    prints the head of an HTTP response as a JSON line, then its body\n"
    "\n"
    "FILE may be - or left out: standard input. All take\n"
    "  --buffer N  bytes of the decoder's buffer (4096; at least 256)\n"
    "  --tokens N  tokens of the decoder (512; 24 to 65535)\n"
    "  --feed N    bytes given to the decoder at a time (4096)\n"
    "decode takes\n"
    "  --reuse N   bytes that remember the last event, with which the next one is compared (0: none are)\n"
    "chat takes its server from --url, else OPENAI_BASE_URL (https too, where it was built with BearSSL; SSL_CERT_FILE may\n"
    "name a file of trusted certificates), its model from --model, else OPENAI_MODEL, its key from OPENAI_API_KEY, or from\n"
    "VAR. PROMPT may be - for standard input.\n"
    "PORT says which way its bytes go, where that is not straight to the URL's host:\n"
    "  tcp:HOST:PORT, tls:HOST:PORT      to this host instead; without a URL it is the server\n"
    "  uart:DEVICE[,BAUD[,rtscts]]       over a line (115200), whatever is behind it\n"
    "  modem:DEVICE,DIALECT[,WORD...]    through a modem, which connects to the URL's host. Words: apn= or ssid=, user=,\n"
    "                                    password=, pin=, baud=, rtscts; tls and ca=: https is the modem's own\n"
    "DIALECT is quectel, simcom, ublox, esp-at, nordic-slm or hayes.\n"
    "\n"
    "Exit status: 0 done, 1 truncated or broken, 2 wrong use, 3 the server reported an error, 130 cancelled.\n";

static const struct {
    const char *name;
    int (*run)(const command_line *options);
} commands[] = {
    {"chat", command_chat}, {"decode", command_decode}, {"sse", command_sse},
    {"json", command_json}, {"http", command_http},
};

#define NUMBER_MAX ((size_t)1 << 30)

static void fail(const char *program, const char *problem, const char *what)
{
    fprintf(stderr, "%s: %s%s\n%s", program, problem, what, usage);
    exit(EXIT_USAGE);
}

static size_t number(const command_line *options, const char *text, size_t least, size_t most)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value < least || value > most)
        fail(options->program, "not a number in range: ", text);
    return (size_t)value;
}

static rill_body body_of(const command_line *options, const char *text)
{
    static const char *const names[] = {
        [RILL_BODY_AUTO] = "auto", [RILL_BODY_HTTP] = "http", [RILL_BODY_SSE] = "sse", [RILL_BODY_JSON] = "json"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i]) == 0)
            return (rill_body)i;
    fail(options->program, "not a kind of body: ", text);
    return RILL_BODY_AUTO;
}

/* An option with a value. */
static void set(command_line *options, const char *name, const char *value)
{
    const struct {
        const char *name;
        const char **place;
    } texts[] = {
        {"--url", &options->url},         {"--model", &options->model},   {"--port", &options->port},
        {"--key-env", &options->key_env}, {"--system", &options->system}, {"--tools", &options->tools},
    };
    const struct {
        const char *name;
        size_t *place, least, most;
    } numbers[] = {
        {"--buffer", &options->buffer, RILL_BUFFER_MIN, NUMBER_MAX},
        {"--tokens", &options->tokens, RILL_TOKENS_MIN, UINT16_MAX}, /* more are not used */
        {"--feed", &options->feed, 1, NUMBER_MAX},
        {"--reuse", &options->reuse, 0, NUMBER_MAX},
    };
    const char *missing = "a value is missing behind ";
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(name, texts[i].name) != 0)
            continue;
        if (value == NULL)
            fail(options->program, missing, name);
        *texts[i].place = value;
        return;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(name, numbers[i].name) != 0)
            continue;
        if (value == NULL)
            fail(options->program, missing, name);
        *numbers[i].place = number(options, value, numbers[i].least, numbers[i].most);
        return;
    }
    if (strcmp(name, "--body") != 0)
        fail(options->program, "unknown option: ", name);
    if (value == NULL)
        fail(options->program, missing, name);
    options->body = body_of(options, value);
}

int main(int count, char **words)
{
    command_line options = {.program = "rill", .buffer = 4096, .tokens = 512, .feed = 4096, .body = RILL_BODY_AUTO};
    const char *operand = NULL;
    bool plain = false; /* behind "--" */
    if (count >= 2 && (strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0)) {
        fputs(usage, stdout);
        return EXIT_GOOD;
    }
    if (count < 2)
        fail(options.program, "a command is missing", "");
    for (int i = 2; i < count; i++) {
        if (plain || words[i][0] != '-' || words[i][1] == '\0') {
            if (operand != NULL)
                fail(options.program, "too many operands: ", words[i]);
            operand = words[i];
        } else if (strcmp(words[i], "--") == 0) {
            plain = true;
        } else if (strcmp(words[i], "--json") == 0) {
            options.json = true;
        } else {
            set(&options, words[i], words[i + 1]);
            i++;
        }
    }
    options.file = operand;
    options.prompt = operand;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(words[1], commands[i].name) == 0)
            return commands[i].run(&options);
    fail(options.program, "unknown command: ", words[1]);
    return EXIT_USAGE;
}
