/* sax: puts what a parser calls out, value by value, into an answer. */
#ifndef SAX_H
#define SAX_H

#include <string.h>

#include "answer.h"

/* Where a value stands: the object or array around it. */
typedef enum place { ELSEWHERE, START, ROOT, CHOICES, CHOICE, DELTA, CALLS, CALL, FUNCTION, USAGE, PROMPT, COMPLETION } place;

enum { DEPTH_MOST = 512 };

typedef struct sax {
    answer event;
    place places[DEPTH_MOST];
    size_t depth;          /* of places; beyond the most, values are elsewhere */
    place inside;          /* what an object or array that begins now will be */
    text *text_field;      /* where the member at hand goes; NULL: nowhere */
    int64_t *number_field;
} sax;

static inline void sax_begin(sax *to)
{
    answer_clear(&to->event);
    to->depth = 0;
    to->inside = ROOT;
    to->text_field = NULL;
    to->number_field = NULL;
}

static inline bool sax_is(const char *name, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(name, word, length) == 0;
}

static inline place sax_place(const sax *to)
{
    return to->depth > 0 && to->depth <= DEPTH_MOST ? to->places[to->depth - 1] : ELSEWHERE;
}

static inline void sax_key(sax *to, const char *name, size_t length)
{
    answer *event = &to->event;
    answer_choice *choice = event->choice_count > 0 ? &event->choices[event->choice_count - 1] : NULL;
    answer_call *call = choice != NULL && choice->call_count > 0 ? &choice->calls[choice->call_count - 1] : NULL;
    to->inside = ELSEWHERE;
    to->text_field = NULL;
    to->number_field = NULL;
#define TEXT(word, field) if (sax_is(name, length, word)) to->text_field = &(field)
#define NUMBER(word, field) if (sax_is(name, length, word)) to->number_field = &(field)
#define INSIDE(word, there) if (sax_is(name, length, word)) to->inside = there
    switch (sax_place(to)) {
    case ROOT:
        TEXT("id", event->id);
        else TEXT("model", event->model);
        else NUMBER("created", event->created);
        else INSIDE("choices", CHOICES);
        else INSIDE("usage", USAGE);
        break;
    case CHOICE:
        NUMBER("index", choice->index);
        else INSIDE("delta", DELTA);
        else TEXT("finish_reason", choice->finish_reason);
        break;
    case DELTA:
        TEXT("role", choice->role);
        else TEXT("content", choice->content);
        else INSIDE("tool_calls", CALLS);
        break;
    case CALL:
        NUMBER("index", call->index);
        else TEXT("id", call->id);
        else INSIDE("function", FUNCTION);
        break;
    case FUNCTION:
        TEXT("name", call->name);
        else TEXT("arguments", call->arguments);
        break;
    case USAGE:
        NUMBER("prompt_tokens", event->usage[PROMPT_TOKENS]);
        else NUMBER("completion_tokens", event->usage[COMPLETION_TOKENS]);
        else NUMBER("total_tokens", event->usage[TOTAL_TOKENS]);
        else INSIDE("prompt_tokens_details", PROMPT);
        else INSIDE("completion_tokens_details", COMPLETION);
        break;
    case PROMPT:
        NUMBER("cached_tokens", event->usage[CACHED_TOKENS]);
        break;
    case COMPLETION:
        NUMBER("reasoning_tokens", event->usage[REASONING_TOKENS]);
        break;
    default:
        break;
    }
#undef TEXT
#undef NUMBER
#undef INSIDE
}

static inline void sax_open(sax *to, place there)
{
    if (to->depth < DEPTH_MOST)
        to->places[to->depth] = there;
    to->depth++;
    to->inside = ELSEWHERE;
    to->text_field = NULL;
    to->number_field = NULL;
}

static inline void sax_object(sax *to)
{
    place there = to->inside;
    switch (sax_place(to)) {
    case CHOICES:
        there = CHOICE;
        answer_add_choice(&to->event);
        break;
    case CALLS:
        there = CALL;
        answer_add_call(&to->event.choices[to->event.choice_count - 1]);
        break;
    default:
        if (there == CHOICES || there == CALLS)
            there = ELSEWHERE;
        else if (there == USAGE)
            answer_clear_usage(&to->event);
    }
    sax_open(to, there);
}

static inline void sax_array(sax *to)
{
    place there = to->inside == CHOICES || to->inside == CALLS ? to->inside : ELSEWHERE;
    if (there == CHOICES)
        to->event.has_choices = true;
    sax_open(to, there);
}

static inline void sax_close(sax *to)
{
    to->depth--;
}

/* The text must stay where it is until the event ends. */
static inline void sax_string(sax *to, const char *data, size_t length)
{
    if (to->text_field != NULL) {
        to->text_field->data = data;
        to->text_field->length = length;
    }
}

static inline void sax_integer(sax *to, int64_t number)
{
    if (to->number_field != NULL)
        *to->number_field = number;
}

#endif
