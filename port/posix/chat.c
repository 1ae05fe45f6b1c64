/* rill chat: asks a server and shows its answer as it comes. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "commands.h"
#include "growing.h"
#include "rill/client.h"
#include "rill/json.h"
#include "route.h"
#include "url.h"

enum { STALL_MS = 60000 /* a model may think for long before its first byte */ };

/* What was asked for, with the environment looked at. */
typedef struct question {
    route way;
    url server;
    const char *model;
    char *authorization, *prompt, *tools; /* on the heap; NULL: none */
    rill_request_message messages[2];
    rill_request request;
} question;

static void refuse(const char *problem, const char *what)
{
    fprintf(stderr, "rill: %s%s\n", problem, what);
    exit(EXIT_USAGE);
}

/* ---- the question */

/* An empty variable counts as none, as with the SDKs. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

static char *join(const char *first, const char *second)
{
    size_t size = strlen(first) + strlen(second) + 1;
    char *joined = need(NULL, size);
    snprintf(joined, size, "%s%s", first, second);
    return joined;
}

/* The whole file, with a NUL behind it. */
static char *read_all(FILE *file, const char *name, size_t *length)
{
    size_t size = 4096, count;
    char *text = need(NULL, size);
    *length = 0;
    while ((count = fread(text + *length, 1, size - *length - 1, file)) > 0) {
        *length += count;
        if (size - *length < 4096)
            text = need(text, size *= 2);
    }
    if (ferror(file))
        refuse("cannot be read: ", name);
    text[*length] = '\0';
    return text;
}

static void find_way(const command_line *options, route *way)
{
    const char *problem = route_parse(options->port, way);
    if (problem != NULL) {
        fprintf(stderr, "rill: not a port: %s: %s\n", options->port, problem);
        exit(EXIT_USAGE);
    }
}

/* The URL that a port stands for, where none is given. */
static const char *url_of(const route *way, char *text, size_t size)
{
    bool literal = way->host != NULL && strchr(way->host, ':') != NULL;
    if (way->kind == ROUTE_UART)
        return "http://localhost";
    if (way->kind != ROUTE_TCP && way->kind != ROUTE_TLS)
        return NULL;
    snprintf(text, size, "%s://%s%s%s:%s", way->kind == ROUTE_TLS ? "https" : "http", literal ? "[" : "", way->host,
             literal ? "]" : "", way->service);
    return text;
}

static url find_server(const command_line *options, const route *way)
{
    url server;
    char told[ROUTE_TEXT_SIZE + 16];
    const char *text = options->url != NULL ? options->url : environment("OPENAI_BASE_URL");
    if (text == NULL)
        text = url_of(way, told, sizeof told);
    if (text == NULL)
        refuse("no server: give --url, or set OPENAI_BASE_URL, e.g. http://127.0.0.1:8080/v1", "");
    const char *problem = url_parse(text, &server);
    if (problem != NULL) {
        fprintf(stderr, "rill: not a URL of a server: %s: %s\n", text, problem);
        exit(EXIT_USAGE);
    }
    if (way->kind == ROUTE_TLS)
        server.tls = true;
    if (server.tls && !way->modem_tls && secure_port == NULL)
        refuse("built without TLS: only http:// works, or a proxy on this machine that speaks https; not ", text);
    return server;
}

static char *find_authorization(const command_line *options)
{
    const char *key = environment(options->key_env != NULL ? options->key_env : "OPENAI_API_KEY");
    if (key == NULL && options->key_env != NULL)
        refuse("there is no key in the environment variable ", options->key_env);
    return key != NULL ? join("Bearer ", key) : NULL;
}

static char *read_prompt(const command_line *options)
{
    size_t length;
    if (options->prompt == NULL)
        refuse("a prompt is missing: rill chat \"Why is the sky blue?\"; rill --help tells more", "");
    if (strcmp(options->prompt, "-") != 0)
        return join(options->prompt, "");
    char *text = read_all(stdin, "standard input", &length);
    if (strlen(text) != length)
        refuse("the prompt holds a NUL", "");
    if (length > 0 && text[length - 1] == '\n')
        text[length - 1] = '\0';
    return text;
}

/* The request takes tools as they stand, so a mistake in them is better found here. */
static char *read_tools(const command_line *options)
{
    size_t length, used;
    rill_json_check check;
    if (options->tools == NULL)
        return NULL;
    FILE *file = fopen(options->tools, "rb");
    if (file == NULL) {
        fprintf(stderr, "rill: %s: %s\n", options->tools, strerror(errno));
        exit(EXIT_USAGE);
    }
    char *text = read_all(file, options->tools, &length);
    fclose(file);
    rill_json_check_begin(&check);
    rill_status status = rill_json_check_push(&check, text, length, &used);
    if (status == RILL_MORE)
        status = rill_json_check_end(&check);
    if (status != RILL_OK) {
        fprintf(stderr, "rill: %s: byte %lu: %s\n", options->tools, (unsigned long)used, rill_status_text(status));
        exit(EXIT_USAGE);
    }
    if (text[strspn(text, " \t\r\n")] != '[')
        refuse("tools must be a JSON array: ", options->tools);
    return text;
}

static rill_status discard(void *context, const char *bytes, size_t length)
{
    (void)context, (void)bytes, (void)length;
    return RILL_OK;
}

static void prepare(question *asked, const command_line *options)
{
    memset(asked, 0, sizeof *asked);
    find_way(options, &asked->way);
    asked->server = find_server(options, &asked->way);
    asked->prompt = read_prompt(options);
    asked->tools = read_tools(options);
    asked->authorization = find_authorization(options);
    asked->model = options->model != NULL ? options->model : environment("OPENAI_MODEL");

    rill_request_message *message = asked->messages;
    if (options->system != NULL) {
        message->role = "system";
        message->content = rill_span_of(options->system);
        message++;
    }
    message->role = "user";
    message->content = rill_span_of(asked->prompt);
    message++;

    rill_request *request = &asked->request;
    request->host = asked->server.host;
    request->port = asked->server.told_port;
    request->path = asked->server.path;
    request->authorization = asked->authorization;
    request->model = asked->model != NULL ? asked->model : "default"; /* local servers take any word */
    request->messages = asked->messages;
    request->message_count = (size_t)(message - asked->messages);
    request->tools = asked->tools;
    request->stream = true;
    request->include_usage = true;
    if (rill_request_write(request, discard, NULL) != RILL_OK)
        refuse("the URL or the key holds what may not be sent in a header", "");
}

/* ---- Ctrl-C */

static rill_client *volatile cancellable; /* while an answer is on its way */

static void on_interrupt(int signal_number)
{
    static const char notice[] = "\nrill: cancelled\n";
    (void)signal_number;
    if (cancellable != NULL) {
        rill_client_cancel(cancellable);
        return;
    }
    ssize_t written = write(STDERR_FILENO, notice, sizeof notice - 1);
    (void)written;
    _exit(EXIT_CANCELLED); /* nothing is open yet but a connection without a request */
}

/* The first one cancels; a second one, should that take too long, ends the program. */
static void catch_interrupt(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_interrupt;
    action.sa_flags = SA_RESTART | (int)SA_RESETHAND;
    sigaction(SIGINT, &action, NULL);
}

/* ---- a port that keeps --feed: another one, read in small pieces */

typedef struct slow_port {
    connection below;
    size_t feed;
} slow_port;

static int32_t slow_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    slow_port *slow = context;
    return slow->below.port->read(slow->below.context, bytes, size < slow->feed ? size : slow->feed, timeout_ms);
}

static int32_t slow_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    slow_port *slow = context;
    return slow->below.port->write(slow->below.context, bytes, length, timeout_ms);
}

static void slow_close(void *context)
{
    connection_close(&((slow_port *)context)->below);
}

static uint32_t slow_now(void *context)
{
    slow_port *slow = context;
    return slow->below.port->now(slow->below.context);
}

static const rill_port slowly = {slow_read, slow_write, slow_close, slow_now};

/* ---- the conversation */

static int ask(const rill_request *request, const rill_client_config *config)
{
    const rill_chunk *chunk = config->stream->target;
    rill_client client;
    rill_item item;
    answer shown;
    answer_begin(&shown);
    rill_client_begin(&client, config);
    cancellable = &client;
    rill_client_send(&client, request); /* what went wrong comes with the end item */
    while (rill_client_next(&client, &item) == RILL_OK)
        answer_item(&shown, &client.stream, &item, chunk);
    rill_client_close(&client);
    cancellable = NULL;
    return answer_end(&shown);
}

int command_chat(const command_line *options)
{
    question asked;
    slow_port slow = {.feed = options->feed};
    const char *where;
    int exit_status = EXIT_BROKEN;
    prepare(&asked, options);
    catch_interrupt();
    rill_status status = connection_open(&slow.below, &asked.way, &asked.server, &where);
    if (status == RILL_OK) {
        rill_chunk *chunk = need(NULL, sizeof *chunk);
        rill_stream_config stream = {
            .buffer = need(NULL, options->buffer),
            .size = options->buffer,
            .tokens = need(NULL, options->tokens * sizeof(rill_token)),
            .token_count = options->tokens,
            .schema = &rill_chat_schema,
            .target = chunk,
            .body = asked.way.kind == ROUTE_UART ? RILL_BODY_AUTO : RILL_BODY_HTTP,
        };
        rill_client_config config = {.port = &slowly, .context = &slow, .stream = &stream, .stall_ms = STALL_MS};
        exit_status = ask(&asked.request, &config);
        free(stream.buffer);
        free(stream.tokens);
        free(chunk);
    } else {
        connection_close(&slow.below);
        fprintf(stderr, "rill: %s: %s\n", where, rill_status_text(status));
    }
    free(asked.authorization);
    free(asked.prompt);
    free(asked.tools);
    return exit_status;
}
