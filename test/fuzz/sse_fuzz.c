/* The sse room alone: what it hands out does not depend on how the stream is cut, on how much of a piece is taken, or on
 * whether it is looked at as the standard shows it. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "growing.h"
#include "logs/sse_log.h"

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
        uint64_t steps = fuzz_steps - before, most = 200 + (how->held != 0 || how->zero ? 200 : 20) * (uint64_t)length;
        fuzz_must(steps <= most, "%llu steps for %zu bytes", (unsigned long long)steps, length);
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
    return 0;
}
