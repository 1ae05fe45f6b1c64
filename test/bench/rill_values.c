#include "rill_values.h"

static const rill_row function_rows[] = {
    RILL_ROW_STRING(value_function, name, "name", 0),
    RILL_ROW_TEXT(value_function, arguments, "arguments", 1),
};
static const rill_schema function_schema = RILL_SCHEMA(value_function, function_rows);

static const rill_row call_rows[] = {
    RILL_ROW_INDEX(value_call, "index", VALUE_INDEX),
    RILL_ROW_STRING(value_call, id, "id", 1),
    RILL_ROW_OBJECT(value_call, function, "function", 2, &function_schema),
};
static const rill_schema call_schema = RILL_SCHEMA(value_call, call_rows);
static const rill_array calls = RILL_ARRAY_OF(value_delta, calls, call_count, &call_schema);

static const rill_row delta_rows[] = {
    RILL_ROW_STRING(value_delta, role, "role", 0),
    RILL_ROW_TEXT(value_delta, content, "content", 1),
    RILL_ROW_ARRAY(value_delta, calls, "tool_calls", 2, &calls),
};
static const rill_schema delta_schema = RILL_SCHEMA(value_delta, delta_rows);

static const rill_row choice_rows[] = {
    RILL_ROW_INDEX(value_choice, "index", VALUE_INDEX),
    RILL_ROW_OBJECT(value_choice, delta, "delta", 1, &delta_schema),
    RILL_ROW_STRING(value_choice, finish_reason, "finish_reason", 2),
};
static const rill_schema choice_schema = RILL_SCHEMA(value_choice, choice_rows);
static const rill_array choices = RILL_ARRAY_OF(value_event, choices, choice_count, &choice_schema);

static const rill_row prompt_rows[] = {RILL_ROW_INT64(value_prompt, cached, "cached_tokens", 0)};
static const rill_schema prompt_schema = RILL_SCHEMA(value_prompt, prompt_rows);

static const rill_row completion_rows[] = {RILL_ROW_INT64(value_completion, reasoning, "reasoning_tokens", 0)};
static const rill_schema completion_schema = RILL_SCHEMA(value_completion, completion_rows);

static const rill_row usage_rows[] = {
    RILL_ROW_INT64(value_usage, prompt_tokens, "prompt_tokens", 0),
    RILL_ROW_INT64(value_usage, completion_tokens, "completion_tokens", 1),
    RILL_ROW_INT64(value_usage, total_tokens, "total_tokens", 2),
    RILL_ROW_OBJECT(value_usage, prompt, "prompt_tokens_details", 3, &prompt_schema),
    RILL_ROW_OBJECT(value_usage, completion, "completion_tokens_details", 4, &completion_schema),
};
static const rill_schema usage_schema = RILL_SCHEMA(value_usage, usage_rows);

static const rill_row event_rows[] = {
    RILL_ROW_STRING(value_event, id, "id", VALUE_ID),
    RILL_ROW_STRING(value_event, model, "model", VALUE_MODEL),
    RILL_ROW_INT64(value_event, created, "created", VALUE_CREATED),
    RILL_ROW_ARRAY(value_event, choices, "choices", VALUE_CHOICES, &choices),
    RILL_ROW_OBJECT(value_event, usage, "usage", VALUE_USAGE, &usage_schema),
};
const rill_schema value_schema = RILL_SCHEMA(value_event, event_rows);
