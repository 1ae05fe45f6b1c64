/* A schema of rill for the values of values.h: these and no other members are kept. */
#ifndef RILL_VALUES_H
#define RILL_VALUES_H

#include "rill/schema.h"

typedef struct value_function {
    rill_header header;
    rill_text name, arguments;
} value_function;

typedef struct value_call {
    rill_element element;
    rill_text id;
    value_function function;
} value_call;

typedef struct value_delta {
    rill_header header;
    rill_text role, content;
    uint16_t call_count;
    value_call calls[1];
} value_delta;

typedef struct value_choice {
    rill_element element;
    rill_text finish_reason;
    value_delta delta;
} value_choice;

typedef struct value_prompt {
    rill_header header;
    int64_t cached;
} value_prompt;

typedef struct value_completion {
    rill_header header;
    int64_t reasoning;
} value_completion;

typedef struct value_usage {
    rill_header header;
    int64_t prompt_tokens, completion_tokens, total_tokens;
    value_prompt prompt;
    value_completion completion;
} value_usage;

enum { VALUE_ID, VALUE_MODEL, VALUE_CREATED, VALUE_CHOICES, VALUE_USAGE }; /* bits of value_event */
enum { VALUE_INDEX }; /* of choices and calls */

typedef struct value_event {
    rill_header header;
    rill_text id, model;
    int64_t created;
    value_usage usage;
    uint16_t choice_count;
    value_choice choices[1];
} value_event;

extern const rill_schema value_schema;

#endif
