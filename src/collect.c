#include "collect_inside.h"

#include <string.h>

void rill_collect_begin(rill_collector *collector, rill_collect_what what, int32_t choice, unsigned call, char *text,
                        size_t size)
{
    memset(collector, 0, sizeof *collector);
    collector->text = text;
    collector->size = size;
    collector->choice = choice;
    collector->what = (uint8_t)what;
    collector->call = call < UINT8_MAX ? (uint8_t)call : UINT8_MAX;
    collector->last = RILL_CALLS_MAX;
    text[0] = '\0';
}

/* The longest beginning of the text that fits and does not end inside a character. */
static size_t fitting(const rill_text *text, size_t room)
{
    if (text->length <= room)
        return text->length;
    while (room > 0 && ((uint8_t)text->data[room] & 0xc0) == 0x80)
        room--;
    return room;
}

void rill_collect_text(rill_collector *collector, const rill_text *text)
{
    size_t length = fitting(text, collector->size - 1 - collector->length);
    if (length > 0)
        memcpy(collector->text + collector->length, text->data, length);
    collector->length += length;
    collector->text[collector->length] = '\0';
    if (length < text->length)
        collector->full = RILL_LIMIT_FULL;
}

/* ---- which tool call a delta belongs to */

/* FNV-1a, folded to 16 bits; never 0. Empty ids, and the word "null" that Mistral's default is, count as none. */
static uint16_t hash_of(const rill_text *id)
{
    uint32_t hash = 2166136261u;
    if (id->length == 0 || (id->length == 4 && memcmp(id->data, "null", 4) == 0))
        return 0;
    for (uint32_t i = 0; i < id->length; i++)
        hash = (hash ^ (uint8_t)id->data[i]) * 16777619u;
    hash = (hash >> 16 ^ hash) & 0xffff;
    return hash != 0 ? (uint16_t)hash : 1;
}

/* Whether this delta goes on with the call of the slot. */
static bool goes_on(const rill_call_slot *slot, uint8_t index, uint16_t id, bool named)
{
    if (slot->index != index)
        return false;
    if (id != 0 && slot->id != 0)
        return id == slot->id;
    return !named || !slot->named; /* without ids a name begins a call */
}

/* The number of the delta's call, or RILL_CALLS_MAX. The newest call is looked at first. */
static uint8_t find_call(rill_collector *collector, uint8_t index, uint16_t id, bool named)
{
    uint8_t call = collector->calls;
    while (call > 0 && !goes_on(&collector->slots[call - 1], index, id, named))
        call--;
    if (call > 0)
        return (uint8_t)(call - 1);
    if (collector->calls == RILL_CALLS_MAX)
        return RILL_CALLS_MAX;
    collector->slots[collector->calls] = (rill_call_slot){0, index, 0};
    return collector->calls++;
}

/* The same, and what this piece tells of its call is remembered. Further parts of one delta belong to one call, also when
 * its index comes behind its id. */
static uint8_t call_of(rill_collector *collector, uint32_t choice_at, const call_piece *piece)
{
    uint16_t id = hash_of(piece->id);
    uint8_t call = collector->last, index = (uint8_t)piece->element->index;
    if (call == RILL_CALLS_MAX || collector->choice_at != choice_at || collector->call_at != piece->element->at)
        call = find_call(collector, index, id, piece->named);
    if (call == RILL_CALLS_MAX)
        return call;
    collector->last = call;
    collector->choice_at = choice_at;
    collector->call_at = piece->element->at;
    rill_call_slot *slot = &collector->slots[call];
    slot->index = index;
    if (id != 0)
        slot->id = id;
    if (piece->named)
        slot->named = 1;
    return call;
}

void rill_collect_call(rill_collector *collector, uint32_t choice_at, const call_piece *piece)
{
    uint8_t call = call_of(collector, choice_at, piece);
    if (call == RILL_CALLS_MAX)
        collector->full = RILL_LIMIT_FULL;
    else if (call == collector->call && collector->full == 0)
        rill_collect_text(collector, piece->text);
}

bool rill_collect_item(rill_collector *collector, const rill_item *item)
{
    if (!rill_item_is_answer(item))
        return false;
    if (item->part == RILL_PART_WHOLE || item->part == RILL_PART_FIRST)
        collector->last = RILL_CALLS_MAX;
    return collector->full == 0;
}

/* ---- rill_chunk */

static const rill_text *text_of_call(const rill_tool_call *call, uint8_t what)
{
    switch (what) {
    case RILL_COLLECT_CALL_ID:
        return &call->id;
    case RILL_COLLECT_CALL_NAME:
        return call->name.length > 0 ? &call->name : &call->custom_name;
    default:
        return call->arguments.length > 0 ? &call->arguments : &call->input;
    }
}

static void collect_calls(rill_collector *collector, const rill_choice *choice)
{
    for (uint16_t i = 0; i < choice->message.tool_call_count; i++) {
        const rill_tool_call *call = &choice->message.tool_calls[i];
        const call_piece piece = {&call->element, &call->id, text_of_call(call, collector->what),
                                  call->name.length > 0 || call->custom_name.length > 0};
        rill_collect_call(collector, choice->element.at, &piece);
    }
}

static void collect_choice(rill_collector *collector, const rill_choice *choice)
{
    const rill_message *message = &choice->message;
    switch (collector->what) {
    case RILL_COLLECT_CONTENT:
        rill_collect_text(collector, &message->content);
        break;
    case RILL_COLLECT_REASONING:
        rill_collect_text(collector, &message->reasoning);
        break;
    case RILL_COLLECT_REFUSAL:
        rill_collect_text(collector, &message->refusal);
        break;
    default:
        collect_calls(collector, choice);
        break;
    }
}

rill_status rill_collect(rill_collector *collector, const rill_item *item, const rill_chunk *chunk)
{
    if (rill_collect_item(collector, item))
        for (uint16_t i = 0; i < chunk->choice_count && collector->full == 0; i++)
            if (chunk->choices[i].element.index == collector->choice)
                collect_choice(collector, &chunk->choices[i]);
    return (rill_status)collector->full;
}
