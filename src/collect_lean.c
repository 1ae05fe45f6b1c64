#include "collect_inside.h"

static const rill_text *text_of(const rill_lean_choice *choice, uint8_t what)
{
    switch (what) {
    case RILL_COLLECT_CONTENT:
        return &choice->content;
    case RILL_COLLECT_REASONING:
        return &choice->reasoning;
    case RILL_COLLECT_REFUSAL:
        return &choice->refusal;
    case RILL_COLLECT_CALL_ID:
        return &choice->call.id;
    case RILL_COLLECT_CALL_NAME:
        return &choice->call.name;
    default:
        return &choice->call.arguments;
    }
}

rill_status rill_lean_collect(rill_collector *collector, const rill_item *item, const rill_lean_chunk *chunk)
{
    const rill_lean_choice *choice = &chunk->choice;
    const rill_lean_call *call = &choice->call;
    const rill_text *text = text_of(choice, collector->what);
    if (!rill_collect_item(collector, item) || chunk->choice_count == 0 || choice->element.index != collector->choice)
        return (rill_status)collector->full;
    if (collector->what < RILL_COLLECT_CALL_ID) {
        rill_collect_text(collector, text);
    } else if (choice->call_count > 0) {
        bool named = call->name.length > 0;
        const call_piece piece = {&call->element, &call->id, text, named,
                                  named || call->id.length > 0 || call->arguments.length > 0};
        rill_collect_call(collector, choice->element.at, &piece);
    }
    return (rill_status)collector->full;
}
