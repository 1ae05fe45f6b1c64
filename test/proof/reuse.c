/* reuse: two events that are known, so that the second is taken by comparing, and behind them any bytes where the third
 * should be like them. The bytes are given, not copied, in pieces that end within events. */
#include "rill/lean.h"
#include "rill/reuse.h"
#include "rill/stream.h"
#include "window.h"

#define EVENT(number, text) "data: {\"choices\":[{\"index\":" number ",\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define GROUP(number, text) "data: {\"x\":{\"y\":" number "},\"choices\":[{\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define TWO EVENT("0", "a") EVENT("0", "bc")

static const char *const bodies[] = {
    TWO,
    TWO "data: {\"choices\":[{\"inde",
    TWO "data: {\"choices\":[{\"index\":",
    TWO "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"",
    TWO "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\u00e",
    TWO "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}",
    TWO "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n",
    TWO EVENT("0", "") "da",
    TWO EVENT("0", "\\u00e" HERE),
    TWO EVENT("0", "a" HERE),
    GROUP("1", "a") GROUP("22", "b") GROUP(HERE, "c"),
};
enum { BODIES = sizeof bodies / sizeof bodies[0], MOST = 256, PIECE = 70 };

static char buffer[RILL_BUFFER_MIN], bytes[MOST], memory[256];
static rill_token tokens[RILL_TOKENS_MIN];
static rill_lean_chunk chunk;

static void drain(rill_stream *stream)
{
    rill_item item;
    while (rill_stream_next(stream, &item) == RILL_OK)
        ;
}

int main(void)
{
    static rill_reuse reuse;
    static const rill_stream_config config = {buffer, sizeof buffer, tokens, RILL_TOKENS_MIN, &rill_lean_schema, &chunk,
                                              RILL_BODY_SSE, &reuse};
    for (size_t i = 0; i < BODIES; i++) {
        rill_stream stream;
        rill_reuse_begin(&reuse, memory, sizeof memory);
        rill_stream_begin(&stream, &config);
        size_t length = put_window(bytes, bodies[i]);
        for (size_t at = 0; at < length; at += PIECE) {
            rill_stream_give(&stream, bytes + at, length - at < PIECE ? length - at : PIECE);
            drain(&stream);
        }
        rill_stream_close(&stream, RILL_PORT_CLOSED);
        drain(&stream);
        //@ slevel merge;
        ;
    }
    return 0;
}
