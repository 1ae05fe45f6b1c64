/* The event stream for parsers of JSON, as somebody writes it who knows what he does: lines are found with memchr, an event's
 * text stays where it was read, and only the beginning of a line that a read cuts is moved. */
#include <stdbool.h>
#include <string.h>

#include "contestant.h"

#ifdef BENCH_BOARD
enum { BUFFER = 600 * 1024 };
#else
enum { BUFFER = 4 * 1024 * 1024 };
#endif

static char buffer[BUFFER + EVENT_PADDING];
static size_t filled;   /* bytes in it */
static size_t line;     /* where the line at hand begins */
static size_t searched; /* up to where there is no end of line */
static size_t data;     /* the event's text, in front of the line */
static size_t data_end;
static bool has_data, done, began;

void bench_begin(void)
{
    filled = line = searched = 0;
    has_data = done = began = false;
}

/* The event ends. */
static void dispatch(void)
{
    size_t length = data_end - data;
    if (!has_data)
        return;
    has_data = false;
    if (length == 6 && memcmp(buffer + data, "[DONE]", 6) == 0) {
        done = true;
        return;
    }
    char behind = buffer[data_end];
    buffer[data_end] = '\0';
    bench_event(buffer + data, length);
    buffer[data_end] = behind;
}

/* A line of the event: bytes from `line` to `end`. */
static void take_line(size_t end)
{
    if (end > line && buffer[end - 1] == '\r')
        end--;
    if (end == line) {
        dispatch();
        return;
    }
    if (end - line < 5 || memcmp(buffer + line, "data:", 5) != 0)
        return;
    size_t from = line + 5;
    if (from < end && buffer[from] == ' ')
        from++;
    if (has_data) { /* a second line of the same text stands right behind the first */
        buffer[data_end++] = '\n';
        memmove(buffer + data_end, buffer + from, end - from);
        data_end += end - from;
    } else {
        data = from;
        data_end = end;
        has_data = true;
    }
}

size_t bench_space(char **place)
{
    size_t keep = has_data ? data : line;
    if (keep > 0) {
        memmove(buffer, buffer + keep, filled - keep);
        filled -= keep;
        line -= keep;
        searched -= keep;
        data -= has_data ? keep : 0;
        data_end -= has_data ? keep : 0;
    }
    *place = buffer + filled;
    return BUFFER - filled;
}

void bench_got(size_t length)
{
    filled += length;
    if (!began && filled >= 3) {
        began = true;
        if (memcmp(buffer, "\xef\xbb\xbf", 3) == 0)
            line = searched = 3;
    }
    while (!done) {
        const char *end = memchr(buffer + searched, '\n', filled - searched);
        if (end == NULL) {
            searched = filled;
            return;
        }
        take_line((size_t)(end - buffer));
        line = searched = (size_t)(end - buffer) + 1;
    }
    line = searched = filled;
}

/* An event that the end of the stream cuts off is handed out too, as rill does. */
void bench_end(void)
{
    if (!done && filled > line)
        take_line(filled);
    if (!done)
        dispatch();
}
