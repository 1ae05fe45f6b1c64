#include "flow.h"

#include <stdlib.h>
#include <string.h>

#include "logs/sieve_log.h"
#include "rill/chat.h"
#include "rill/lean.h"
#include "rill/reuse.h"

/* ---- schemas */

flow_schema flow_schema_of(uint8_t letter)
{
    static rill_schema chat, lean;
    chat = rill_chat_schema;
    lean = rill_lean_schema;
    chat.answer = lean.answer = false;
    const flow_schema all[FLOW_SCHEMAS] = {
        {"chat", &rill_chat_schema, sizeof(rill_chunk)},
        {"lean", &rill_lean_schema, sizeof(rill_lean_chunk)},
        {"chat as no answer", &chat, sizeof(rill_chunk)},
        {"lean as no answer", &lean, sizeof(rill_lean_chunk)},
        {"tree", &tree_schema, sizeof(tree)},
    };
    return all[letter % FLOW_SCHEMAS];
}

/* ---- a run */

/* What a call of rill_stream_next() may take: so many steps, and so many for each byte that it may look at. Measured, with a
 * margin; beyond it something is quadratic. */
enum { STEPS_OF_CALL = 20000, STEPS_OF_BYTE = 400 };

typedef struct run {
    const flow *how;
    rill_stream stream;
    rill_stream_config config;
    rill_reuse reuse;
    fuzz_cuts cuts;
    char *span;     /* given */
    bool last_whole; /* the last item was the last of its event */
    unsigned turns;
} run;

static void begin(run *at, const flow *how)
{
    memset(at, 0xa5, sizeof *at);
    at->how = how;
    at->cuts = how->cuts;
    at->span = NULL;
    at->turns = 0;
    at->last_whole = false;
    at->config = (rill_stream_config){fuzz_memory(how->size), how->size, fuzz_memory(how->tokens * sizeof(rill_token)),
                                      how->tokens, how->schema, fuzz_memory(how->target), how->body, NULL};
    if (how->reuse > 0) {
        rill_reuse_begin(&at->reuse, fuzz_memory(how->reuse), how->reuse);
        at->config.reuse = &at->reuse;
    }
    fuzz_must(rill_stream_begin(&at->stream, &at->config) == RILL_OK, "the stream does not begin");
}

static void end(run *at)
{
    free(at->span);
    free(at->config.buffer);
    free(at->config.tokens);
    free(at->config.target);
    if (at->how->reuse > 0)
        free(at->reuse.memory);
}

/* What lasts to the next call is in the stream, the buffer and, within an event, the struct. */
static void spoil(run *at)
{
    size_t tokens = at->how->tokens < 64 ? at->how->tokens : 64;
    memset(at->config.tokens, 0xa5, tokens * sizeof(rill_token));
    if (at->how->reuse == 0 && at->last_whole)
        memset(at->config.target, 0xa5, at->how->target);
    at->last_whole = false;
}

static size_t feed(run *at, const char *bytes, size_t left)
{
    size_t length = fuzz_cut(&at->cuts, left), space;
    bool give = at->how->feed == FLOW_GIVE || (at->how->feed == FLOW_BOTH && at->turns++ % 2 == 0);
    char *place;
    free(at->span);
    at->span = NULL;
    if (give) {
        at->span = fuzz_copy(bytes, length);
        rill_stream_give(&at->stream, at->span, length);
        return length;
    }
    space = rill_stream_space(&at->stream, &place);
    fuzz_must(space > 0, "no space after RILL_MORE");
    fuzz_must(place >= at->config.buffer && space <= (size_t)(at->config.buffer + at->config.size - place),
              "the space lies outside the buffer");
    if (length > space)
        length = space;
    memcpy(place, bytes, length);
    rill_stream_got(&at->stream, length);
    return length;
}

void flow_run(const flow *how, const char *bytes, size_t length, merge *log)
{
    run at;
    rill_item item;
    rill_status status;
    size_t items = 0, all = length, fed = 0;
    bool closed = false, ended = false;
    begin(&at, how);
    if (log != NULL)
        merge_begin(log, how->schema, at.config.target, at.config.buffer, how->size);
    for (;;) {
        uint64_t before = fuzz_steps;
        memset(&item, 0xa5, sizeof item);
        status = rill_stream_next(&at.stream, &item);
        uint64_t steps = fuzz_steps - before;
        fuzz_must(steps <= STEPS_OF_CALL + STEPS_OF_BYTE * (fed + how->size),
                  "a call takes %llu steps for %zu bytes and a buffer of %zu", (unsigned long long)steps, fed, how->size);
        if (status == RILL_END)
            break;
        if (status == RILL_OK) {
            fuzz_must(!ended, "an item behind the end item");
            fuzz_must(items++ <= 4 * all + 16, "items without end");
            if (log != NULL)
                merge_item(log, &item);
            ended = item.kind == RILL_ITEM_END;
            at.last_whole = item.part == RILL_PART_WHOLE || item.part == RILL_PART_LAST;
            continue;
        }
        fuzz_must(status == RILL_MORE, "rill_stream_next() answers %d", (int)status);
        fuzz_must(!closed, "more is wanted behind the end of the input");
        fuzz_must(!ended, "more is wanted behind the end item");
        spoil(&at);
        fed = 0;
        if (length == 0) {
            rill_stream_close(&at.stream, how->closing);
            closed = true;
            continue;
        }
        fed = feed(&at, bytes, length);
        bytes += fed;
        length -= fed;
    }
    fuzz_must(ended, "no end item");
    end(&at);
}
