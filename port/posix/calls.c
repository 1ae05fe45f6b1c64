/* Tool calls; see calls.h. A delta's own index may come in a later part of its event than its id or its arguments, so
 * the deltas of an event are gathered first, by where they stand, and join their calls at its end. */
#include "calls.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

enum { LEGACY_INDEX = -1 }; /* of a function_call, which has none */

static call *add_call(call **list, size_t *count)
{
    *list = need(*list, (*count + 1) * sizeof **list);
    call *added = &(*list)[(*count)++];
    memset(added, 0, sizeof *added);
    return added;
}

static void free_calls(call **list, size_t *count)
{
    for (size_t i = 0; i < *count; i++) {
        growing_free(&(*list)[i].id);
        growing_free(&(*list)[i].name);
        growing_free(&(*list)[i].arguments);
    }
    free(*list);
    *list = NULL;
    *count = 0;
}

/* ---- the deltas of an event */

static call *delta_at(calls *joined, uint32_t choice_at, uint32_t at, int32_t index)
{
    call *delta = NULL;
    for (size_t i = 0; i < joined->delta_count && delta == NULL; i++)
        if (joined->deltas[i].choice_at == choice_at && joined->deltas[i].at == at)
            delta = &joined->deltas[i];
    if (delta == NULL) {
        delta = add_call(&joined->deltas, &joined->delta_count);
        delta->choice_at = choice_at;
        delta->at = at;
    }
    delta->index = index; /* the last part knows it best */
    return delta;
}

void calls_begin_event(calls *joined)
{
    free_calls(&joined->deltas, &joined->delta_count);
}

void calls_gather(calls *joined, const rill_choice *choice)
{
    const rill_message *message = &choice->message;
    const rill_function_call *legacy = &message->function_call;
    uint32_t choice_at = choice->element.at;
    for (uint16_t i = 0; i < message->tool_call_count; i++) {
        const rill_tool_call *piece = &message->tool_calls[i];
        call *delta = delta_at(joined, choice_at, piece->element.at, piece->element.index);
        growing_add(&delta->id, piece->id.data, piece->id.length);
        growing_add(&delta->name, piece->name.data, piece->name.length);
        growing_add(&delta->name, piece->custom_name.data, piece->custom_name.length);
        growing_add(&delta->arguments, piece->arguments.data, piece->arguments.length);
        growing_add(&delta->arguments, piece->input.data, piece->input.length);
    }
    if (legacy->name.length > 0 || legacy->arguments.length > 0) {
        call *delta = delta_at(joined, choice_at, UINT32_MAX, LEGACY_INDEX);
        growing_add(&delta->name, legacy->name.data, legacy->name.length);
        growing_add(&delta->arguments, legacy->arguments.data, legacy->arguments.length);
    }
}

/* ---- the calls */

static bool is_id(const growing *id) /* Mistral says "null" where it has none */
{
    return id->length > 0 && strcmp(id->text, "null") != 0;
}

/* Whether a delta goes on with this call. Some servers number all calls 0: then another id begins a call, or a name
 * where there are no ids. */
static bool goes_on(const call *begun, const call *delta)
{
    if (begun->index != delta->index)
        return false;
    if (is_id(&begun->id) && is_id(&delta->id))
        return strcmp(begun->id.text, delta->id.text) == 0;
    return begun->name.length == 0 || delta->name.length == 0;
}

static call *find_call(calls *joined, const call *delta)
{
    for (size_t i = joined->count; i > 0; i--)
        if (goes_on(&joined->list[i - 1], delta))
            return &joined->list[i - 1];
    call *begun = add_call(&joined->list, &joined->count);
    begun->index = delta->index;
    return begun;
}

static void add(growing *text, const growing *more)
{
    growing_add(text, more->text, more->length);
}

void calls_end_event(calls *joined)
{
    for (size_t i = 0; i < joined->delta_count; i++) {
        const call *delta = &joined->deltas[i];
        call *target = find_call(joined, delta);
        if (!is_id(&target->id))
            add(&target->id, &delta->id);
        if (target->name.length == 0) /* some servers repeat it with the id */
            add(&target->name, &delta->name);
        add(&target->arguments, &delta->arguments);
    }
    free_calls(&joined->deltas, &joined->delta_count);
}

void calls_free(calls *joined)
{
    free_calls(&joined->deltas, &joined->delta_count);
    free_calls(&joined->list, &joined->count);
}
