/* collect: any items, whose texts lie where their lengths say, joined in memory of any small size.
 * (An absent text, NULL and 0, is no more than an empty one here.) */
#include "rill/collect.h"
#include "any.h"

enum { MOST = 3 };

static char bytes[MOST + 1], memory[MOST];

static rill_text text(void)
{
    rill_text text = {bytes, (uint32_t)any_up_to(MOST)};
    return text;
}

static void any_call(rill_tool_call *call)
{
    Frama_C_make_unknown((char *)&call->element, sizeof call->element);
    call->id = text();
    call->name = text();
    call->custom_name = text();
    call->arguments = text();
    call->input = text();
}

static void any_chunk(rill_chunk *chunk)
{
    chunk->choice_count = (uint16_t)any_up_to(RILL_CHOICES);
    for (size_t i = 0; i < RILL_CHOICES; i++) {
        rill_choice *choice = &chunk->choices[i];
        Frama_C_make_unknown((char *)&choice->element, sizeof choice->element);
        choice->message.content = text();
        choice->message.reasoning = text();
        choice->message.refusal = text();
        choice->message.tool_call_count = (uint16_t)any_up_to(RILL_TOOL_CALLS);
        for (size_t k = 0; k < RILL_TOOL_CALLS; k++)
            any_call(&choice->message.tool_calls[k]);
    }
}

static void any_lean(rill_lean_chunk *chunk)
{
    Frama_C_make_unknown((char *)&chunk->choice.element, sizeof chunk->choice.element);
    Frama_C_make_unknown((char *)&chunk->choice.call.element, sizeof chunk->choice.call.element);
    chunk->choice_count = (uint16_t)any_up_to(1);
    chunk->choice.call_count = (uint16_t)any_up_to(1);
    chunk->choice.content = text();
    chunk->choice.reasoning = text();
    chunk->choice.refusal = text();
    chunk->choice.call.id = text();
    chunk->choice.call.name = text();
    chunk->choice.call.arguments = text();
}

/* The state is any that can stand between two calls, and must be one again: so it holds for any number of items. */
int main(void)
{
    static rill_chunk chunk;
    static rill_lean_chunk lean;
    rill_collector collector;
    size_t size = any_up_to(MOST - 1) + 1;
    //@ split size;
    rill_collect_begin(&collector, (rill_collect_what)any_up_to(RILL_COLLECT_ARGUMENTS), any, (unsigned)any, memory, size);
    collector.length = any_up_to(size - 1);
    //@ split collector.length;
    collector.calls = (uint8_t)any_up_to(RILL_CALLS_MAX);
    collector.last = any_up_to(1) ? RILL_CALLS_MAX : (uint8_t)any_up_to(RILL_CALLS_MAX - 1);
    collector.choice_at = any_number();
    collector.call_at = any_number();
    collector.full = any ? RILL_OK : RILL_LIMIT_FULL;
    collector.named = (uint8_t)any_up_to(UINT8_MAX);
    Frama_C_make_unknown((char *)collector.indices, sizeof collector.indices);
    Frama_C_make_unknown((char *)collector.ids, sizeof collector.ids);
    any_bytes(bytes, MOST);
    any_bytes(memory, size);
    memory[collector.length] = '\0';
    rill_item item = {(rill_item_kind)any_up_to(RILL_ITEM_END), (rill_part)any_up_to(RILL_PART_LAST), RILL_END_NONE,
                      (uint8_t)any_up_to(2 * RILL_ITEM_NEXT - 1), RILL_OK, 0};
    if (any) {
        any_chunk(&chunk);
        rill_collect(&collector, &item, &chunk);
    } else {
        any_lean(&lean);
        rill_lean_collect(&collector, &item, &lean);
    }
    //@ assert collector.length < size;
    //@ assert collector.calls <= RILL_CALLS_MAX && collector.last <= RILL_CALLS_MAX;
    return 0;
}
