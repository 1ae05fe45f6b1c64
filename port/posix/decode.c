/* rill decode: a recorded answer becomes items, or its text. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "growing.h"
#include "print.h"
#include "rill/reuse.h"
#include "terminal.h"

typedef struct decoding {
    const command_line *options;
    item_printer printer;
    terminal out, errors;
    rill_chunk chunk;
    rill_stream_config config;
    rill_stream stream;
    rill_reuse reuse;
    int exit;
} decoding;

/* The text of the first choice, and tool calls in a readable form. */
static void print_text(terminal *out, const rill_chunk *chunk)
{
    for (uint16_t i = 0; i < chunk->choice_count; i++) {
        const rill_message *message = &chunk->choices[i].message;
        if (chunk->choices[i].element.index != 0)
            continue;
        terminal_write(out, message->content.data, message->content.length);
        for (uint16_t call = 0; call < message->tool_call_count; call++) {
            const rill_tool_call *tool = &message->tool_calls[call];
            if (tool->name.length > 0) {
                terminal_write(out, "\n", 1);
                terminal_write(out, tool->name.data, tool->name.length);
                terminal_write(out, " ", 1);
            }
            terminal_write(out, tool->arguments.data, tool->arguments.length);
        }
    }
}

/* A message may come in parts. */
static void print_error_text(terminal *errors, const rill_item *item, const rill_text *message)
{
    if (item->part == RILL_PART_WHOLE || item->part == RILL_PART_FIRST)
        fputs("rill: error: ", stderr);
    terminal_write(errors, message->data, message->length);
    if (message->length == 0 && item->part == RILL_PART_WHOLE)
        fputs("(no message)", stderr);
    if (item->part == RILL_PART_WHOLE || item->part == RILL_PART_LAST)
        terminal_write(errors, "\n", 1);
}

static void take_item(decoding *decoder, const rill_item *item)
{
    if (decoder->options->json)
        print_item(&decoder->printer, &decoder->stream, item, &decoder->chunk);
    switch (item->kind) {
    case RILL_ITEM_ERROR:
        decoder->exit = EXIT_SERVER;
        if (!decoder->options->json)
            print_error_text(&decoder->errors, item, &decoder->chunk.error.message);
        break;
    case RILL_ITEM_BAD:
        if (decoder->exit == EXIT_GOOD)
            decoder->exit = EXIT_BROKEN;
        if (!decoder->options->json)
            fprintf(stderr, "rill: bad event at byte %lu: %s\n", (unsigned long)item->offset,
                    rill_status_text(item->status));
        break;
    case RILL_ITEM_END:
        if (item->end == RILL_END_TRUNCATED && decoder->exit == EXIT_GOOD)
            decoder->exit = EXIT_BROKEN;
        if (!decoder->options->json) {
            terminal_write(&decoder->out, "\n", 1);
            if (item->end == RILL_END_TRUNCATED)
                fputs("rill: truncated\n", stderr);
        }
        break;
    default:
        if (!decoder->options->json)
            print_text(&decoder->out, &decoder->chunk);
        break;
    }
}

int command_decode(const command_line *options)
{
    decoding *decoder = need(NULL, sizeof *decoder);
    memset(decoder, 0, sizeof *decoder);
    decoder->options = options;
    decoder->printer.out = file_sink(stdout);
    decoder->out = terminal_on(stdout);
    decoder->errors = terminal_on(stderr);
    decoder->config = (rill_stream_config){
        .buffer = need(NULL, options->buffer),
        .size = options->buffer,
        .tokens = need(NULL, options->tokens * sizeof(rill_token)),
        .token_count = options->tokens,
        .schema = &rill_chat_schema,
        .target = &decoder->chunk,
        .body = options->body,
    };
    if (options->reuse > 0) {
        rill_reuse_begin(&decoder->reuse, need(NULL, options->reuse), options->reuse);
        decoder->config.reuse = &decoder->reuse;
    }
    FILE *file = open_input(options);
    rill_stream_begin(&decoder->stream, &decoder->config);
    for (;;) {
        rill_item item;
        rill_status status;
        char *place;
        while ((status = rill_stream_next(&decoder->stream, &item)) == RILL_OK)
            take_item(decoder, &item);
        if (status != RILL_MORE)
            break;
        size_t space = rill_stream_space(&decoder->stream, &place);
        size_t length = fread(place, 1, space < options->feed ? space : options->feed, file);
        if (length > 0)
            rill_stream_got(&decoder->stream, length);
        else
            rill_stream_close(&decoder->stream, RILL_PORT_CLOSED);
    }
    int exit_status = decoder->exit;
    print_end(&decoder->printer);
    free(decoder->config.buffer);
    free(decoder->config.tokens);
    free(decoder->reuse.memory);
    free(decoder);
    return close_input(options, file, exit_status);
}
