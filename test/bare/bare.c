/* In a build without HTTP: decodes the event stream that comes in, with the lean schema and in the smallest memory, and
 * prints text and tool call. Exit status 1: something else was refused or flagged than should be. */
#include <stdio.h>
#include <string.h>

#include "rill/rill.h"

static char buffer[RILL_BUFFER_MIN], name[32], arguments[128];
static rill_token tokens[RILL_TOKENS_MIN];
static rill_lean_chunk chunk;
static rill_stream stream;

static const rill_stream_config framed = {buffer, sizeof buffer, tokens, RILL_TOKENS_MIN, &rill_lean_schema, &chunk,
                                          RILL_BODY_HTTP, NULL};
static const rill_stream_config bare = {buffer, sizeof buffer, tokens, RILL_TOKENS_MIN, &rill_lean_schema, &chunk,
                                        RILL_BODY_AUTO, NULL};

/* An id that this build has no room for. */
static bool flags_long_id(void)
{
    static const char event[] = "id: 123456789\ndata: {\"choices\":[]}\n\n";
    rill_item item = {0};
    rill_stream_begin(&stream, &bare);
    rill_stream_give(&stream, event, sizeof event - 1);
    return rill_stream_next(&stream, &item) == RILL_OK && (item.flags & RILL_ITEM_ID) != 0 && stream.sse.id_length == 0;
}

int main(void)
{
    rill_collector called, given;
    rill_item item = {0};
    if (rill_stream_begin(&stream, &framed) != RILL_SCHEMA_CONFIG || !flags_long_id())
        return 1;
    rill_collect_begin(&called, RILL_COLLECT_CALL_NAME, 0, 0, name, sizeof name);
    rill_collect_begin(&given, RILL_COLLECT_ARGUMENTS, 0, 0, arguments, sizeof arguments);
    rill_stream_begin(&stream, &bare);
    while (item.kind != RILL_ITEM_END) {
        if (rill_stream_next(&stream, &item) == RILL_MORE) {
            char *place;
            size_t space = rill_stream_space(&stream, &place), length = fread(place, 1, space, stdin);
            if (length > 0)
                rill_stream_got(&stream, length);
            else
                rill_stream_close(&stream, RILL_PORT_CLOSED);
            continue;
        }
        rill_lean_collect(&called, &item, &chunk);
        rill_lean_collect(&given, &item, &chunk);
        if (rill_item_is_answer(&item) && chunk.choice_count > 0 && chunk.choice.content.length > 0)
            fwrite(chunk.choice.content.data, 1, chunk.choice.content.length, stdout);
    }
    printf("\n%s %s\n", called.text, given.text);
    return item.end == RILL_END_DONE ? 0 : 1;
}
