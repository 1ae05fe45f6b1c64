/* See ask.h. */
#include "ask.h"

#include "../board.h"
#include "../host.h"

#include <string.h>

static char buffer[512];
static rill_token tokens[48];
static rill_chunk chunk;
static rill_client client;

static const rill_stream_config stream_config = {buffer, sizeof buffer, tokens, 48, &rill_chat_schema, &chunk,
                                                 RILL_BODY_HTTP, NULL};

static void send_question(const rill_client_config *config)
{
    static const rill_request_message message = {.role = "user", .content = RILL_SPAN("What is a rill?\r\nOK\r\n+++")};
    static const rill_request request = {.host = "llm.example",
                                         .path = "/v1/chat/completions",
                                         .authorization = "Bearer a-key-for-tests",
                                         .model = "gpt-4o-mini",
                                         .messages = &message,
                                         .message_count = 1,
                                         .stream = true};
    rill_client_begin(&client, config);
    rill_client_send(&client, &request); /* what went wrong comes with the end item */
}

static void add_text(uint32_t *length, uint32_t *hash)
{
    for (size_t i = 0; i < chunk.choice_count; i++) {
        const rill_text *text = &chunk.choices[i].message.content;
        for (size_t at = 0; at < text->length; at++)
            *hash = (*hash ^ (uint8_t)text->data[at]) * 16777619u;
        *length += (uint32_t)text->length;
    }
}

void ask(const rill_port *port, void *context, uint32_t stall_ms)
{
    const rill_client_config config = {port, context, &stream_config, stall_ms, 0, 0};
    rill_item item = {0};
    uint32_t length = 0, hash = 2166136261u, bad = 0, since = board_now();
    send_question(&config);
    while (rill_client_next(&client, &item) == RILL_OK) {
        bad += item.kind == RILL_ITEM_BAD || item.kind == RILL_ITEM_ERROR;
        if (rill_item_is_answer(&item))
            add_text(&length, &hash);
    }
    host_print_value("milliseconds", board_now() - since);
    rill_client_close(&client);
    host_print_value("text", length);
    host_print_value("hash", hash);
    host_print_value("bad", bad);
    host_print_value("end", (uint32_t)item.end);
    host_print_value("status", (uint32_t)-item.status);
}

void ask_send(const rill_port *port, void *context)
{
    static rill_client_config config;
    config = (rill_client_config){port, context, &stream_config, 0, 0, 0};
    send_question(&config);
}

rill_end ask_receive(void)
{
    rill_item item = {0};
    while (rill_client_next(&client, &item) == RILL_OK)
        ;
    return item.end;
}

rill_end ask_memory(const char *answer, size_t length)
{
    rill_item item = {0};
    rill_stream_begin(&client.stream, &stream_config);
    rill_stream_give(&client.stream, answer, length);
    while (rill_stream_next(&client.stream, &item) == RILL_OK)
        ;
    return item.end;
}
