/* The http room alone: what it hands out does not depend on how the response is cut; and it says what Debian's http-parser says,
 * but for the rows of test/peers/differential/framing.c. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "growing.h"
#include "logs/http_log.h"
#include "peers/differential/differential.h"

/* Digits of the head. */
enum { HEAD_CUTS, HEAD_SEED, HEAD_HALF };

static void add(void *text, const char *bytes, size_t length)
{
    growing_add(text, bytes, length);
}

static void run(const fuzz_input *input, bool half, fuzz_cuts cuts, growing *text)
{
    http_log log;
    http_log_begin(&log, (sink){add, text}, half);
    for (size_t at = 0; at < input->length && log.end == RILL_MORE;) {
        size_t length = fuzz_cut(&cuts, input->length - at);
        char *piece = fuzz_copy(input->bytes + at, length);
        uint64_t before = fuzz_steps;
        http_log_feed(&log, piece, length);
        uint64_t steps = fuzz_steps - before;
        fuzz_must(steps <= 400 + 200 * (uint64_t)length, "%llu steps for %zu bytes", (unsigned long long)steps, length);
        free(piece);
        at += length;
    }
    http_log_end(&log, input->length);
    const char *fault = strstr(text->text, "\nFAULT ");
    fuzz_must(fault == NULL, "a piece breaks the contract of the room: %.80s", fault);
}

/* Beside http-parser, where the document is shorter than what test/peers/differential takes. */
static void differ(const fuzz_input *input)
{
    static document one;
    char told[256];
    if (input->length >= sizeof one.bytes)
        return;
    memcpy(one.bytes, input->bytes, input->length);
    one.bytes[input->length] = '\0'; /* nothing of the document before */
    one.length = input->length;
    fuzz_must(framing.compare(&one, told, sizeof told) != NOT_LISTED, "no row of framing.c tells why: %s", told);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = fuzz_open(data, size);
    const uint8_t *head = input.head;
    growing whole = {NULL, 0, 0}, cut = {NULL, 0, 0};
    run(&input, false, fuzz_cuts_of(0, 0), &whole);
    run(&input, head[HEAD_HALF] % 2 == 1, fuzz_cuts_of(head[HEAD_CUTS], head[HEAD_SEED]), &cut);
    fuzz_same_text("http", "in one piece", whole.text, "in several", cut.text);
    growing_free(&whole);
    growing_free(&cut);
    differ(&input);
    return 0;
}
