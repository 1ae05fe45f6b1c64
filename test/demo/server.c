/* A small server for the demo: answers chat requests on 127.0.0.1 with event streams from files.
 *
 *     server TEXT.sse TOOLS.sse CAPTURE-DIRECTORY
 *
 * Prints the port that the system chose, then answers one request after the other until it is ended by a signal. A
 * request with tools gets TOOLS.sse, any other TEXT.sse. The stream goes out in chunks whose borders fall anywhere in
 * events and characters, with pauses between them; all that was sent is in CAPTURE-DIRECTORY/text.http or tools.http,
 * as it was on the wire. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
    PAUSE_MS = 30,       /* between two chunks */
    KEEP_ALIVE_MS = 300, /* behind a keep-alive comment: the model is busy */
    PATIENCE_S = 10,     /* for a client that sends or reads nothing */
    REQUEST_MAX = 65536
};

static const char keep_alive[] = ": keep-alive\n\n";

typedef struct reply {
    const char *name; /* of its capture */
    char *stream;
    size_t length;
} reply;

typedef struct connection {
    int socket;
    FILE *capture;
    bool broken; /* the client has gone */
} connection;

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

static void pause_ms(long milliseconds)
{
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* ---- files */

static reply load(const char *name, const char *path)
{
    reply loaded = {name, NULL, 0};
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        give_up(path);
    long size = ftell(file);
    rewind(file);
    loaded.stream = size > 0 ? malloc((size_t)size) : NULL;
    if (loaded.stream == NULL || fread(loaded.stream, 1, (size_t)size, file) != (size_t)size)
        give_up(path);
    loaded.length = (size_t)size;
    fclose(file);
    return loaded;
}

static FILE *open_capture(const char *directory, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.http", directory, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        give_up(path);
    return file;
}

/* ---- the request */

/* Bytes of the body that the head tells, 0 where it tells none. */
static size_t content_length(const char *head)
{
    const char *field = strstr(head, "\r\nContent-Length: "); /* as rill spells it, and most others */
    return field != NULL ? strtoul(field + 18, NULL, 10) : 0;
}

/* Reads head and body; false when they do not come or are too long. */
static bool read_request(int client, char *request)
{
    size_t length = 0;
    for (;;) {
        request[length] = '\0';
        const char *end = strstr(request, "\r\n\r\n");
        if (end != NULL && length >= (size_t)(end + 4 - request) + content_length(request))
            return true;
        ssize_t count = length < REQUEST_MAX ? recv(client, request + length, REQUEST_MAX - length, 0) : 0;
        if (count <= 0)
            return false;
        length += (size_t)count;
    }
}

/* ---- the answer */

static void transmit(connection *to, const char *bytes, size_t length)
{
    fwrite(bytes, 1, length, to->capture);
    while (length > 0 && !to->broken) {
        ssize_t count = send(to->socket, bytes, length, MSG_NOSIGNAL);
        to->broken = count <= 0;
        if (count > 0)
            bytes += count, length -= (size_t)count;
    }
}

static void transmit_word(connection *to, const char *word)
{
    transmit(to, word, strlen(word));
}

static void transmit_chunk(connection *to, const char *bytes, size_t length)
{
    char chunk[1024];
    int head = snprintf(chunk, sizeof chunk, "%lx\r\n", (unsigned long)length);
    memcpy(chunk + head, bytes, length);
    memcpy(chunk + head + length, "\r\n", 2);
    transmit(to, chunk, (size_t)head + length + 2);
}

/* The next chunk's length: up to and with a keep-alive comment, else one of these, which suits no event. */
static size_t chunk_length(const char *stream, size_t left, unsigned turn)
{
    static const size_t lengths[] = {263, 41, 409, 187, 7, 331, 229, 113, 353};
    size_t mark = sizeof keep_alive - 1;
    size_t length = lengths[turn % (sizeof lengths / sizeof lengths[0])];
    if (length > left)
        length = left;
    for (size_t end = mark; end <= length; end++)
        if (memcmp(stream + end - mark, keep_alive, mark) == 0)
            return end;
    return length;
}

static bool ends_with_keep_alive(const char *bytes, size_t length)
{
    size_t mark = sizeof keep_alive - 1;
    return length >= mark && memcmp(bytes + length - mark, keep_alive, mark) == 0;
}

static void replay(connection *to, const reply *answer)
{
    size_t sent = 0;
    transmit_word(to, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
                      "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    for (unsigned turn = 0; sent < answer->length && !to->broken; turn++) {
        const char *bytes = answer->stream + sent;
        size_t length = chunk_length(bytes, answer->length - sent, turn);
        transmit_chunk(to, bytes, length);
        pause_ms(ends_with_keep_alive(bytes, length) ? KEEP_ALIVE_MS : PAUSE_MS);
        sent += length;
    }
    transmit_word(to, "0\r\n\r\n");
}

static void refuse(connection *to)
{
    static const char body[] = "{\"error\":{\"message\":\"this server knows POST /v1/chat/completions alone\","
                               "\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}";
    char head[160];
    snprintf(head, sizeof head, "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: %lu\r\n"
             "Connection: close\r\n\r\n", (unsigned long)(sizeof body - 1));
    transmit_word(to, head);
    transmit_word(to, body);
}

static void serve(int client, const reply *text, const reply *tools, const char *directory)
{
    static const char wanted[] = "POST /v1/chat/completions ";
    static char request[REQUEST_MAX + 1];
    if (!read_request(client, request))
        return;
    bool known = strncmp(request, wanted, sizeof wanted - 1) == 0;
    const reply *answer = strstr(request, ",\"tools\":[") != NULL ? tools : text;
    connection to = {client, open_capture(directory, known ? answer->name : "refused"), false};
    if (known)
        replay(&to, answer);
    else
        refuse(&to);
    fclose(to.capture);
}

/* ---- */

/* A listening socket on a port that the system chooses. */
static int listen_here(unsigned *port)
{
    struct sockaddr_in here;
    socklen_t length = sizeof here;
    memset(&here, 0, sizeof here);
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&here, length) != 0 || listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&here, &length) != 0)
        give_up("127.0.0.1");
    *port = ntohs(here.sin_port);
    return listener;
}

int main(int count, char **words)
{
    unsigned port;
    const struct timeval patience = {PATIENCE_S, 0};
    if (count != 4) {
        fputs("usage: server TEXT.sse TOOLS.sse CAPTURE-DIRECTORY\n", stderr);
        return 2;
    }
    reply text = load("text", words[1]), tools = load("tools", words[2]);
    int listener = listen_here(&port);
    printf("%u\n", port);
    fflush(stdout);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            give_up("accept");
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        serve(client, &text, &tools, words[3]);
        close(client);
    }
}
