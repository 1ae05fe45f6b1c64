/* sse: an event stream in two calls, cut in front of the window or within it; then its end. */
#include "rill/sse.h"
#include "window.h"

static const char *const lines[] = {
    "", "\xef", "\xef\xbb", "\r", "\n", "d", "dat", "data", "data:", "data: ", "data: a", "data:a\r", "data:a\ndata",
    "data:a\ndata:", "event", "event: 0123456789abcd", "event: 0123456789abcde", "id", "id: ",
    "id: 0123456789012345678901234567890", "id: 01234567890123456789012345678901", "retry:", "retry: 1844674407370955161",
    "retry: 18446744073709551615", "error: a", ":", "unknown", "data:a\nevent:b\n",
};
enum { LINES = sizeof lines / sizeof lines[0], MOST = 64 };

static void read(rill_sse *sse, const char *bytes, size_t length)
{
    rill_sse_piece piece;
    while (rill_sse_next(sse, bytes, length, &piece) != RILL_MORE) {
        size_t used = piece.used;
        if (piece.kind == RILL_SSE_DATA || piece.kind == RILL_SSE_ERROR)
            used += rill_sse_take(sse, piece.length);
        bytes += used;
        length -= used;
    }
}

int main(void)
{
    static char bytes[MOST];
    for (size_t i = 0; i < LINES; i++) {
        rill_sse sse;
        rill_sse_piece piece;
        size_t length = put_window(bytes, lines[i]);
        rill_sse_begin(&sse);
        read(&sse, bytes, length - WINDOW);
        read(&sse, bytes + length - WINDOW, WINDOW);
        while (rill_sse_close(&sse, &piece) != RILL_END)
            rill_sse_take(&sse, piece.length);
        //@ slevel merge;
        ;
    }
    return 0;
}
