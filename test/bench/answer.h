/* answer: an event's values, for contestants that meet them in the order of the text and so have to keep them. */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>

#include "values.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { CHOICES_MOST = 16, CALLS_MOST = 32 };

typedef struct text {
    const char *data; /* NULL: null */
    size_t length;
} text;

typedef struct answer_call {
    int64_t index;
    text id, name, arguments;
} answer_call;

typedef struct answer_choice {
    int64_t index;
    text role, content, finish_reason;
    size_t call_count;
    answer_call calls[CALLS_MOST];
} answer_choice;

enum { PROMPT_TOKENS, COMPLETION_TOKENS, TOTAL_TOKENS, CACHED_TOKENS, REASONING_TOKENS, USAGE_NUMBERS };

typedef struct answer {
    bool has_choices, has_usage;
    text id, model;
    int64_t created;
    int64_t usage[USAGE_NUMBERS];
    size_t choice_count;
    answer_choice choices[CHOICES_MOST];
} answer;

/* The elements of arrays are cleared one by one, as they come. */
static inline void answer_clear(answer *event)
{
    const text none = {NULL, 0};
    event->has_choices = event->has_usage = false;
    event->id = event->model = none;
    event->created = 0;
    event->choice_count = 0;
}

static inline void answer_clear_usage(answer *event)
{
    event->has_usage = true;
    for (size_t i = 0; i < USAGE_NUMBERS; i++)
        event->usage[i] = 0;
}

/* The next choice; beyond the most, the last again. */
static inline answer_choice *answer_add_choice(answer *event)
{
    const text none = {NULL, 0};
    if (event->choice_count < CHOICES_MOST)
        event->choice_count++;
    answer_choice *choice = &event->choices[event->choice_count - 1];
    choice->index = 0;
    choice->role = choice->content = choice->finish_reason = none;
    choice->call_count = 0;
    return choice;
}

static inline answer_call *answer_add_call(answer_choice *choice)
{
    const text none = {NULL, 0};
    if (choice->call_count < CALLS_MOST)
        choice->call_count++;
    answer_call *call = &choice->calls[choice->call_count - 1];
    call->index = 0;
    call->id = call->name = call->arguments = none;
    return call;
}

static inline void answer_take_choice(const answer_choice *choice)
{
    take_integer(choice->index);
    take_text(choice->role.data, choice->role.length);
    take_text(choice->content.data, choice->content.length);
    take_text(choice->finish_reason.data, choice->finish_reason.length);
    take_integer((int64_t)choice->call_count);
    for (size_t i = 0; i < choice->call_count; i++) {
        const answer_call *call = &choice->calls[i];
        take_integer(call->index);
        take_text(call->id.data, call->id.length);
        take_text(call->name.data, call->name.length);
        take_text(call->arguments.data, call->arguments.length);
    }
}

static inline void answer_take(const answer *event)
{
    if (!event->has_choices)
        return;
    taken.events++;
    take_text(event->id.data, event->id.length);
    take_text(event->model.data, event->model.length);
    take_integer(event->created);
    take_integer((int64_t)event->choice_count);
    for (size_t i = 0; i < event->choice_count; i++)
        answer_take_choice(&event->choices[i]);
    take_integer(event->has_usage);
    if (event->has_usage)
        for (size_t i = 0; i < USAGE_NUMBERS; i++)
            take_integer(event->usage[i]);
}

#ifdef __cplusplus
}
#endif

#endif
