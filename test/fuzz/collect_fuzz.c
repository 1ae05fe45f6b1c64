/* The collector on any stream: what little memory holds is the beginning of what much memory holds, ends between characters, and
 * a collector that is full says so for good. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mutate.h"
#include "rill/collect.h"

/* Digits of the head. */
enum { HEAD_WHAT, HEAD_CHOICE, HEAD_CALL, HEAD_SIZE, HEAD_SIZE_TOO, HEAD_LEAN };

typedef struct pair {
    rill_collector much, little;
    bool full;
} pair;

static void collect(pair *both, const rill_item *item, const void *target, bool lean)
{
    rill_status much, little;
    if (lean) {
        much = rill_lean_collect(&both->much, item, target);
        little = rill_lean_collect(&both->little, item, target);
    } else {
        much = rill_collect(&both->much, item, target);
        little = rill_collect(&both->little, item, target);
    }
    fuzz_must(much == RILL_OK || much == RILL_LIMIT_FULL, "status %d", (int)much);
    fuzz_must(little == RILL_OK || little == RILL_LIMIT_FULL, "status %d", (int)little);
    fuzz_must(!both->full || little == RILL_LIMIT_FULL, "full, and no longer");
    fuzz_must(little == RILL_OK || both->little.length <= both->much.length, "more in little memory");
    both->full = little == RILL_LIMIT_FULL;
    if (little == RILL_OK)
        fuzz_must(both->little.length == both->much.length, "%zu bytes of %zu, and not full", both->little.length, both->much.length);
    const char *text = both->little.text, *all = both->much.text;
    fuzz_must(text[both->little.length] == '\0' && all[both->much.length] == '\0', "no NUL behind the text");
    for (size_t i = 0; i < both->little.length; i++)
        fuzz_must(text[i] == all[i], "another text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = fuzz_open(data, size);
    const uint8_t *head = input.head;
    bool lean = head[HEAD_LEAN] % 2 == 1;
    size_t target_size = lean ? sizeof(rill_lean_chunk) : sizeof(rill_chunk), memory = 2 * input.length + 64;
    size_t little = 1 + (head[HEAD_SIZE] * 10u + head[HEAD_SIZE_TOO]) % 600;
    char *much_text = fuzz_memory(memory), *little_text = fuzz_memory(little);
    rill_stream_config config = {.buffer = fuzz_memory(300), .size = 300, .tokens = fuzz_memory(48 * sizeof(rill_token)),
                                 .token_count = 48, .schema = lean ? &rill_lean_schema : &rill_chat_schema,
                                 .target = fuzz_memory(target_size), .body = RILL_BODY_AUTO};
    rill_stream stream;
    rill_item item;
    rill_status status;
    pair both = {.full = false};
    rill_collect_what what = (rill_collect_what)(head[HEAD_WHAT] % (RILL_COLLECT_ARGUMENTS + 1));
    rill_collect_begin(&both.much, what, head[HEAD_CHOICE] % 3, head[HEAD_CALL] % 9, much_text, memory);
    rill_collect_begin(&both.little, what, head[HEAD_CHOICE] % 3, head[HEAD_CALL] % 9, little_text, little);
    fuzz_must(rill_stream_begin(&stream, &config) == RILL_OK, "begin");
    rill_stream_give(&stream, input.bytes, input.length);
    while ((status = rill_stream_next(&stream, &item)) != RILL_END) {
        if (status == RILL_MORE)
            rill_stream_close(&stream, RILL_PORT_CLOSED);
        else
            collect(&both, &item, config.target, lean);
    }
    free(config.buffer);
    free(config.tokens);
    free(config.target);
    free(much_text);
    free(little_text);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    return mutate_events(data, size, most, seed);
}
