/* The sse room alone: what it hands out does not depend on how the stream is cut and on how much of a piece is taken; and its
 * events are those of the HTML standard. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "growing.h"
#include "logs/sse_log.h"
#include "quoted.h"

/* Digits of the head. */
enum { HEAD_CUTS, HEAD_SEED, HEAD_HELD, HEAD_CLOSE };

static void add(void *text, const char *bytes, size_t length)
{
    growing_add(text, bytes, length);
}

typedef struct way {
    bool standard, zero, close;
    size_t held;
    fuzz_cuts cuts;
} way;

static void run(const fuzz_input *input, const way *how, growing *text)
{
    sse_log log;
    fuzz_cuts cuts = how->cuts;
    sse_log_begin(&log, (sink){add, text}, how->standard);
    log.held = how->held;
    log.zero = how->zero;
    for (size_t at = 0; at < input->length;) {
        size_t length = fuzz_cut(&cuts, input->length - at);
        char *piece = fuzz_copy(input->bytes + at, length);
        uint64_t before = fuzz_steps;
        sse_log_feed(&log, piece, length);
        /* who takes bytes one by one has the rest of the line looked at again each time, twice where each is refused first */
        uint64_t looks = how->zero ? 2 : how->held != 0;
        uint64_t again = looks * (200 + 2 * (uint64_t)length);
        fuzz_must(fuzz_steps - before <= 200 + (20 + again) * length, "%llu steps for %zu bytes",
                  (unsigned long long)(fuzz_steps - before), length);
        free(piece);
        at += length;
    }
    if (how->close)
        sse_log_close(&log);
    sse_log_end(&log, false);
    growing_add(text, "\n", 1);
    const char *fault = strstr(text->text, "\nFAULT ");
    fuzz_must(fault == NULL, "a piece breaks the contract of the room: %.80s", fault);
}

static void same(const fuzz_input *input, const way *one, const way *other)
{
    growing first = {NULL, 0, 0}, second = {NULL, 0, 0};
    run(input, one, &first);
    run(input, other, &second);
    fuzz_same_text("sse", "in one piece", first.text, "in several", second.text);
    growing_free(&first);
    growing_free(&second);
}

/* ---- the standard in a few lines, for a stream that is there as a whole */

typedef struct value {
    const char *text;
    size_t length;
} value;

static bool is(value word, const char *name)
{
    return word.length == strlen(name) && (word.length == 0 || memcmp(word.text, name, word.length) == 0);
}

static void reference(const fuzz_input *input, growing *out)
{
    sink to = {add, out};
    const char *at = input->bytes, *end = at + input->length;
    growing data = {NULL, 0, 0};
    value type = {NULL, 0}, id = {NULL, 0};
    bool has_data = false;
    if (input->length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    while (at < end) {
        const char *stop = at;
        while (stop < end && *stop != '\r' && *stop != '\n')
            stop++;
        if (stop == end)
            break; /* a line without an end */
        const char *colon = memchr(at, ':', (size_t)(stop - at));
        value field = {at, (size_t)((colon != NULL ? colon : stop) - at)};
        value text = {colon != NULL ? colon + 1 : stop, colon != NULL ? (size_t)(stop - colon - 1) : 0};
        if (text.length > 0 && *text.text == ' ')
            text.text++, text.length--;
        if (at == stop) {
            if (has_data) {
                quoted_word(to, "EVENT", type.length > 0 ? type.text : "message", type.length > 0 ? type.length : 7);
                quoted_word(to, "", data.text, data.length);
                quoted_word(to, "", id.text, id.length);
                sink_char(to, '\n');
            }
            has_data = false;
            data.length = 0;
            type.length = 0;
        } else if (is(field, "data")) {
            growing_add(&data, "\n", has_data ? 1 : 0);
            growing_add(&data, text.text, text.length);
            has_data = true;
        } else if (is(field, "event")) {
            type = text;
        } else if (is(field, "id") && memchr(text.text, '\0', text.length) == NULL) {
            id = text;
        }
        at = stop + (*stop == '\r' && stop + 1 < end && stop[1] == '\n' ? 2 : 1);
    }
    growing_free(&data);
}

/* The events, without what stands behind them in the log. */
static void check_standard(const fuzz_input *input)
{
    growing seen = {NULL, 0, 0}, expected = {NULL, 0, 0};
    way whole = {.standard = true, .cuts = fuzz_cuts_of(0, 0)};
    run(input, &whole, &seen);
    char *last = strncmp(seen.text, "LAST", 4) == 0 ? seen.text : strstr(seen.text, "\nLAST \"");
    fuzz_must(last != NULL, "the log has no end");
    last[last == seen.text ? 0 : 1] = '\0';
    growing_add(&expected, "\n", 1);
    expected.text[expected.length = 0] = '\0';
    reference(input, &expected);
    fuzz_same_text("sse", "the standard", expected.text, "the room", seen.text);
    growing_free(&seen);
    growing_free(&expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = fuzz_open(data, size);
    const uint8_t *head = input.head;
    way whole = {.close = head[HEAD_CLOSE] % 2 == 0, .cuts = fuzz_cuts_of(0, 0)}, cut = whole;
    cut.cuts = fuzz_cuts_of(head[HEAD_CUTS], head[HEAD_SEED]);
    cut.held = head[HEAD_HELD] % 5;
    cut.zero = head[HEAD_HELD] % 2 == 1;
    same(&input, &whole, &cut);
    whole.standard = cut.standard = true;
    same(&input, &whole, &cut);
    check_standard(&input);
    return 0;
}
