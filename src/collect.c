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

/* FNV-1a; never 0. Empty ids, and the word "null" that Mistral's default is, count as none. */
static uint32_t hash_of(const rill_text *id)
{
    uint32_t hash = 2166136261u;
    if (id->length == 0 || (id->length == 4 && memcmp(id->data, "null", 4) == 0))
        return 0;
    for (uint32_t i = 0; i < id->length; i++)
        hash = (hash ^ (uint8_t)id->data[i]) * 16777619u;
    return hash != 0 ? hash : 1;
}

/* Whether this delta goes on with that call. */
static bool goes_on(const rill_collector *collector, uint8_t call, uint8_t index, uint32_t id, bool named)
{
    if (collector->indices[call] != index)
        return false;
    if (id != 0 && collector->ids[call] != 0)
        return id == collector->ids[call];
    return !named || (collector->named >> call & 1) == 0; /* without ids a name begins a call */
}

/* The number of the delta's call, or RILL_CALLS_MAX. The newest call is looked at first. */
static uint8_t find_call(const rill_collector *collector, uint8_t index, uint32_t id, bool named)
{
    uint8_t call = collector->calls;
    while (call > 0 && !goes_on(collector, (uint8_t)(call - 1), index, id, named))
        call--;
    return call > 0 ? (uint8_t)(call - 1) : collector->calls;
}

/* Further parts of one delta belong to one call, also when its index comes behind its id. */
static bool is_further_part(const rill_collector *collector, uint32_t choice_at, const call_piece *piece)
{
    return collector->last != RILL_CALLS_MAX && collector->choice_at == choice_at && collector->call_at == piece->element->at;
}

/* The number of the piece's call, of which is remembered what the piece tells; or RILL_CALLS_MAX. */
static uint8_t call_of(rill_collector *collector, uint32_t choice_at, const call_piece *piece, bool further)
{
    uint32_t id = hash_of(piece->id);
    uint8_t call = collector->last, index = (uint8_t)piece->element->index;
    if (!further)
        call = find_call(collector, index, id, piece->named);
    if (call == RILL_CALLS_MAX)
        return call;
    if (call == collector->calls)
        collector->calls++;
    collector->last = call;
    collector->choice_at = choice_at;
    collector->call_at = piece->element->at;
    collector->indices[call] = index;
    if (collector->ids[call] == 0) /* of an id in pieces the first counts */
        collector->ids[call] = id;
    if (piece->named)
        collector->named |= (uint8_t)(1u << call);
    return call;
}

/* Some servers send id and name with each delta. */
static bool says_again(const rill_collector *collector, const rill_text *text)
{
    return collector->what != RILL_COLLECT_ARGUMENTS && text->length > 0 && text->length == collector->length &&
           memcmp(text->data, collector->text, text->length) == 0;
}

void rill_collect_call(rill_collector *collector, uint32_t choice_at, const call_piece *piece)
{
    bool further = is_further_part(collector, choice_at, piece);
    if (!further)
        collector->brought = false;
    if (!piece->tells && !further)
        return; /* a part may end where a delta has begun: which call it is of will be known when more has come */
    uint8_t call = call_of(collector, choice_at, piece, further);
    if (call == RILL_CALLS_MAX)
        collector->full = RILL_LIMIT_FULL;
    else if (call == collector->call && collector->full == 0 && (collector->brought || !says_again(collector, piece->text)))
        rill_collect_text(collector, piece->text);
    collector->brought = collector->brought || piece->text->length > 0;
}

bool rill_collect_item(rill_collector *collector, const rill_item *item)
{
    if (!rill_item_is_answer(item))
        return false;
    if (item->part == RILL_PART_WHOLE || item->part == RILL_PART_FIRST || (item->flags & RILL_ITEM_NEXT) != 0)
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
        bool named = call->name.length > 0 || call->custom_name.length > 0;
        const call_piece piece = {&call->element, &call->id, text_of_call(call, collector->what), named,
                                  named || call->id.length > 0 || call->arguments.length > 0 || call->input.length > 0};
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
