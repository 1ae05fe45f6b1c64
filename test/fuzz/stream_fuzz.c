/* A whole response, in HTTP or without, an event stream or JSON: the same items for every way to cut it, and in little memory
 * the same joined texts. */
#include <string.h>

#include "flow.h"
#include "linear.h"
#include "mutate.h"

/* Digits of the head. */
enum { HEAD_SCHEMA, HEAD_BODY, HEAD_SIZE, HEAD_TOKENS, HEAD_FEED, HEAD_CUTS, HEAD_OTHER_CUTS, HEAD_SEED, HEAD_CLOSING };

/* Made inputs come first, where new ones are to follow; not each time that known ones are replayed. */
int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    for (int i = 1; i < *count; i++)
        if (strncmp((*arguments)[i], "-runs=", 6) == 0 || strncmp((*arguments)[i], "-max_total_time=", 16) == 0) {
            linear_check();
            return 0;
        }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t sizes[] = {RILL_BUFFER_MIN, 512, 257, 300, 1024, 271, 600, 2048, 4096, 400};
    static const size_t tokens[] = {RILL_TOKENS_MIN, 48, 25, 96, 31};
    fuzz_input input = fuzz_open(data, size);
    const uint8_t *head = input.head;
    flow_schema schema = flow_schema_of(head[HEAD_SCHEMA]);
    flow large = {
        .schema = schema.schema,
        .target = schema.target,
        .size = 4 * input.length + 1024,
        .tokens = 2 * input.length + 64,
        .body = (rill_body)(head[HEAD_BODY] % 4),
        .feed = FLOW_SPACE,
        .cuts = fuzz_cuts_of(0, 0),
        .closing = head[HEAD_CLOSING] % 2 == 1 ? RILL_PORT_RESET : RILL_PORT_CLOSED,
    };
    flow cut = large, small = large;
    merge one, other;
    flow_run(&large, input.bytes, input.length, &one);

    cut.feed = (flow_feed)(head[HEAD_FEED] % 3);
    cut.cuts = fuzz_cuts_of(head[HEAD_CUTS], head[HEAD_SEED]);
    flow_run(&cut, input.bytes, input.length, &other);
    merge_same(schema.name, "the stream in one piece", &one, "in several", &other, false);
    merge_end(&other);

    small.size = sizes[head[HEAD_SIZE] % 10];
    small.tokens = tokens[head[HEAD_TOKENS] % 5];
    small.feed = (flow_feed)(head[HEAD_FEED] / 3 % 3);
    small.cuts = fuzz_cuts_of(head[HEAD_OTHER_CUTS], head[HEAD_SEED]);
    flow_run(&small, input.bytes, input.length, &other);
    merge_same(schema.name, "much memory", &one, "little", &other, schema.schema->answer);
    merge_end(&other);
    merge_end(&one);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    return mutate_events(data, size, most, seed);
}
