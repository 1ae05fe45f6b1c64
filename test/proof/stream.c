/* stream: a response that breaks off behind any bytes, in a buffer and with tokens of the least size; then its end. */
#include "bodies.h"
#include "rill/lean.h"
#include "rill/stream.h"
#include "window.h"

static char buffer[RILL_BUFFER_MIN], bytes[BODY_MOST + WINDOW];
static rill_token tokens[RILL_TOKENS_MIN];
static rill_lean_chunk chunk;

static void drain(rill_stream *stream)
{
    rill_item item;
    while (rill_stream_next(stream, &item) == RILL_OK)
        ;
}

static void read_in(rill_stream *stream, size_t length)
{
    char *place;
    size_t done = 0;
    while (done < length) {
        size_t space = rill_stream_space(stream, &place);
        size_t some = space < length - done ? space : length - done;
        for (size_t i = 0; i < some; i++)
            place[i] = bytes[done + i];
        rill_stream_got(stream, some);
        done += some;
        drain(stream);
    }
}

int main(void)
{
    static const rill_stream_config config = {buffer, sizeof buffer, tokens, RILL_TOKENS_MIN, &rill_lean_schema, &chunk,
                                              RILL_BODY_AUTO, NULL};
    for (size_t i = 0; i < BODIES; i++) {
        rill_stream stream;
        rill_stream_begin(&stream, &config);
        read_in(&stream, put_window(bytes, bodies[i]));
        rill_stream_close(&stream, RILL_PORT_CLOSED);
        drain(&stream);
        //@ slevel merge;
        ;
    }
    return 0;
}
