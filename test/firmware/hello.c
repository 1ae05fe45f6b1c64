/* The smallest image: decodes one chunk, and answers with the board's clock, its stack and an exit status. */
#include "board.h"
#include "host.h"
#include "rill/rill.h"

static char buffer[256];
static rill_token tokens[24];
static rill_chunk chunk;
static const char input[] = "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                            "{\"content\":\"hello\"}}]}\n\ndata: [DONE]\n\n";

int main(void)
{
    const rill_stream_config config = {buffer, sizeof buffer, tokens, 24, &rill_chat_schema, &chunk, RILL_BODY_SSE, NULL};
    rill_stream stream;
    rill_item item = {0};
    uint32_t began = board_instructions();
    rill_stream_begin(&stream, &config);
    rill_stream_give(&stream, input, sizeof input - 1);
    while (rill_stream_next(&stream, &item) == RILL_OK && item.kind != RILL_ITEM_END)
        if (item.kind == RILL_ITEM_CHAT_CHUNK)
            host_print(chunk.choices[0].message.content.data);
    host_print("\n");
    host_print_value("instructions", board_instructions() - began);
    host_print_value("stack", (uint32_t)board_stack_used());
    uint32_t now = board_now();
    while (board_now() - now < 5)
        board_sleep();
    return item.kind == RILL_ITEM_END && item.end == RILL_END_DONE ? 0 : 1;
}
