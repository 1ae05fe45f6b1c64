/* The same stream with reuse and without: the items are the same, whatever the pieces, the buffer, the memory for reuse. */
#include "flow.h"
#include "mutate.h"

/* Digits of the head. */
enum { HEAD_SCHEMA, HEAD_BODY, HEAD_SIZE, HEAD_TOKENS, HEAD_FEED, HEAD_CUTS, HEAD_REUSE, HEAD_SEED, HEAD_CLOSING };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t sizes[] = {512, 256, 1024, 300, 4096, 271, 600, 2048, 257, 400};
    static const size_t tokens[] = {48, RILL_TOKENS_MIN, 96, 31, 300};
    static const size_t memory[] = {1024, 512, 300, 100, 2000, 31, 1, 701, 8192, 160};
    static const rill_body bodies[] = {RILL_BODY_SSE, RILL_BODY_AUTO, RILL_BODY_HTTP, RILL_BODY_JSON};
    fuzz_input input = fuzz_open(data, size);
    const uint8_t *head = input.head;
    flow_schema schema = flow_schema_of(head[HEAD_SCHEMA]);
    flow plain = {
        .schema = schema.schema,
        .target = schema.target,
        .size = sizes[head[HEAD_SIZE] % 10],
        .tokens = tokens[head[HEAD_TOKENS] % 5],
        .body = bodies[head[HEAD_BODY] % 4],
        .feed = (flow_feed)(head[HEAD_FEED] % 3),
        .cuts = fuzz_cuts_of(head[HEAD_CUTS], head[HEAD_SEED]),
        .closing = head[HEAD_CLOSING] % 2 == 1 ? RILL_PORT_RESET : RILL_PORT_CLOSED,
    };
    flow with = plain;
    merge one, other;
    with.reuse = memory[head[HEAD_REUSE] % 10];
    flow_run(&plain, input.bytes, input.length, &one);
    flow_run(&with, input.bytes, input.length, &other);
    merge_same(schema.name, "without reuse", &one, "with it", &other, schema.schema->answer);
    merge_end(&one);
    merge_end(&other);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    return mutate_events(data, size, most, seed);
}
