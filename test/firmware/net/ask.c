/* One request, its answer decoded; see ask.h.
 *
 * What the port gives is also kept in the board's second RAM, decoded once more from there without interrupts, and the
 * instructions of that are counted: with `-icount shift=10` they are exact, the same in each run. */
#include "ask.h"

#include "../board.h"
#include "../host.h"
#include "net.h"

#include <string.h>

#define KEPT ((char *)0x21000000) /* mps2-an385: 16 MB of PSRAM */
enum { KEPT_SIZE = 256 * 1024, STALL_MS = 20000 };

static char buffer[512];
static rill_token tokens[48];
static rill_chunk chunk;

/* ---- words */

static char words_text[256];

static char *next_word(char **rest)
{
    char *word = *rest, *end = word + strcspn(word, " ");
    *rest = *end != '\0' ? end + 1 : end;
    *end = '\0';
    if (strcmp(word, "-") == 0)
        word[0] = '\0';
    return word;
}

ask_words ask_words_read(void)
{
    char *rest = words_text;
    ask_words words;
    host_arguments(words_text, sizeof words_text);
    words.time = next_word(&rest);
    words.address = next_word(&rest);
    words.port = next_word(&rest);
    words.name = next_word(&rest);
    words.path = next_word(&rest);
    words.message = rest;
    return words;
}

uint32_t ask_number(const char *digits)
{
    uint32_t number = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++)
        number = number * 10u + (uint32_t)(*digits - '0');
    return number;
}

/* ---- a port that keeps what it reads, as far as there is room */

typedef struct keeper {
    const rill_port *port;
    void *context;
    uint32_t came, kept; /* bytes */
} keeper;

static int32_t keeper_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    keeper *of = context;
    int32_t came = of->port->read(of->context, bytes, size, timeout_ms);
    if (came <= 0)
        return came;
    if (of->came == of->kept && (uint32_t)came <= KEPT_SIZE - of->kept) {
        memcpy(KEPT + of->kept, bytes, (size_t)came);
        of->kept += (uint32_t)came;
    }
    of->came += (uint32_t)came;
    return came;
}

static int32_t keeper_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    keeper *of = context;
    return of->port->write(of->context, bytes, length, timeout_ms);
}

static void keeper_close(void *context)
{
    keeper *of = context;
    of->port->close(of->context);
}

static uint32_t keeper_now(void *context)
{
    keeper *of = context;
    return of->port->now(of->context);
}

static const rill_port keeper_port = {keeper_read, keeper_write, keeper_close, keeper_now};

/* ---- the answer */

typedef struct answer {
    uint32_t items, length, hash; /* of the text: bytes and FNV-1a */
    uint32_t input, output;       /* tokens of usage */
    int bad;
    rill_end end;
    rill_status status;
} answer;

static void add(answer *sum, const rill_item *item)
{
    sum->items++;
    if (item->kind == RILL_ITEM_BAD || item->kind == RILL_ITEM_ERROR)
        sum->bad++;
    if (item->kind == RILL_ITEM_END) {
        sum->end = item->end;
        sum->status = item->status;
    }
    if (!rill_item_is_answer(item))
        return;
    for (size_t i = 0; i < chunk.choice_count; i++) {
        const rill_text *text = &chunk.choices[i].message.content;
        for (size_t at = 0; at < text->length; at++)
            sum->hash = (sum->hash ^ (uint8_t)text->data[at]) * 16777619u;
        sum->length += (uint32_t)text->length;
    }
}

static const rill_stream_config stream_config = {buffer, sizeof buffer, tokens, 48, &rill_chat_schema, &chunk,
                                                 RILL_BODY_HTTP, NULL};

static answer from_port(rill_client *client, const rill_client_config *config, const rill_request *request)
{
    answer sum = {.hash = 2166136261u};
    rill_item item;
    sum.status = rill_client_begin(client, config);
    if (sum.status != RILL_OK)
        return sum;
    rill_client_send(client, request);
    while (rill_client_next(client, &item) == RILL_OK)
        add(&sum, &item);
    return sum;
}

/* The instructions of decoding what was kept. */
static uint32_t count_decoding(rill_stream *stream, uint32_t length)
{
    rill_item item;
    board_lock();
    uint32_t began = board_instructions();
    rill_stream_begin(stream, &stream_config);
    rill_stream_give(stream, KEPT, length);
    while (rill_stream_next(stream, &item) == RILL_OK)
        ;
    uint32_t instructions = board_instructions() - began;
    board_unlock();
    return instructions;
}

static void print(const answer *sum)
{
    host_print_value("items", sum->items);
    host_print_value("text", sum->length);
    host_print_value("hash", sum->hash);
    host_print_value("bad", (uint32_t)sum->bad);
}

static void set_words(rill_request *request, rill_request_message *message, const ask_words *words)
{
    memset(request, 0, sizeof *request);
    memset(message, 0, sizeof *message);
    message->role = "user";
    message->content = rill_span_of(words->message);
    request->host = words->name;
    request->path = words->path;
    request->authorization = "Bearer a-key-for-tests";
    request->model = "gpt-4o-mini";
    request->messages = message;
    request->message_count = 1;
    request->stream = true;
}

int ask(const rill_port *port, void *context, const ask_words *words)
{
    keeper kept = {port, context, 0, 0};
    rill_client_config config = {&keeper_port, &kept, &stream_config, STALL_MS, 0, 0};
    rill_client client;
    rill_request request;
    rill_request_message message;
    set_words(&request, &message, words);

    uint32_t began = board_now(), instructions = board_instructions(), slept = net_slept(), lost = net_lost();
    answer first = from_port(&client, &config, &request);
    instructions = board_instructions() - instructions - (net_slept() - slept);
    uint32_t took = board_now() - began;
    rill_client_close(&client);
    host_print_value("http", (uint32_t)client.stream.http.status);
    print(&first);
    host_print_value("bytes", kept.came);
    host_print_value("milliseconds", took);
    host_print_value("instructions in all", instructions);
    host_print_value("stack", (uint32_t)board_stack_used());
    host_print_value("lost", net_lost() - lost);
    if (first.end != RILL_END_DONE || first.status != RILL_OK || first.bad != 0) {
        host_print("ended: ");
        host_print(rill_status_text(first.status));
        host_print("\n");
        return 1;
    }
    if (kept.kept == kept.came)
        host_print_value("instructions of rill", count_decoding(&client.stream, kept.kept));
    return 0;
}

int ask_not_connected(rill_status status)
{
    host_print("not connected: ");
    host_print(rill_status_text(status));
    host_print("\n");
    return 2;
}
