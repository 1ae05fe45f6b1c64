#include "rill/lean.h"

#include "chat_inside.h"

/* ---- tool calls */

static const rill_row function_rows[] = {
    RILL_ROW_TEXT(rill_lean_call, arguments, "arguments", RILL_LEAN_CALL_ARGUMENTS),
    RILL_ROW_RAW(rill_lean_call, arguments, "arguments", RILL_LEAN_CALL_ARGUMENTS),
    RILL_ROW_STRING(rill_lean_call, name, "name", RILL_LEAN_CALL_NAME),
};
static const rill_schema function = WITHIN(function_rows);

static const rill_row call_rows[] = {
    RILL_ROW_INDEX(rill_lean_call, "index", RILL_LEAN_CALL_INDEX),
    RILL_ROW_OBJECT(rill_lean_call, element, "function", RILL_LEAN_CALL_FUNCTION, &function),
    RILL_ROW_STRING(rill_lean_call, id, "id", RILL_LEAN_CALL_ID),
};
static const rill_schema call = RILL_SCHEMA(rill_lean_call, call_rows);

/* TGI sends one object in place of the array. */
static const rill_array calls = {&call, 1, sizeof(rill_lean_call), OFFSET(rill_lean_choice, call_count), RILL_OBJECT, true};

/* ---- message, or delta: its members fill the choice */

static const rill_row thinking_rows[] = {
    ROW(rill_lean_choice, reasoning, "text", RILL_LEAN_REASONING, RILL_TEXT, NULL, RULE_THINKING),
};
static const rill_schema thinking_part = WITHIN(thinking_rows);
static const rill_array thinking = EACH_WITHIN(&thinking_part);

/* Content as parts (Mistral): texts fill the choice, one at a time. */
static const rill_row part_rows[] = {
    RILL_ROW_TEXT(rill_lean_choice, content, "text", RILL_LEAN_CONTENT),
    RILL_ROW_ARRAY(rill_lean_choice, element, "thinking", RILL_LEAN_THINKING, &thinking),
    ROW(rill_lean_choice, reasoning, "thinking", RILL_LEAN_REASONING, RILL_TEXT, NULL, RULE_THINKING),
};
static const rill_schema content_part = WITHIN(part_rows);
static const rill_array content_parts = EACH_WITHIN(&content_part);

static const rill_row message_rows[] = {
    RILL_ROW_TEXT(rill_lean_choice, content, "content", RILL_LEAN_CONTENT),
    RILL_ROW_ARRAY(rill_lean_choice, content, "content", RILL_LEAN_CONTENT, &content_parts),
    ROW(rill_lean_choice, reasoning, "reasoning_content", RILL_LEAN_REASONING, RILL_TEXT, NULL, RULE_REASONING_CONTENT),
    ROW(rill_lean_choice, reasoning, "reasoning", RILL_LEAN_REASONING, RILL_TEXT, NULL, RULE_REASONING),
    RILL_ROW_ARRAY(rill_lean_choice, call, "tool_calls", RILL_LEAN_TOOL_CALLS, &calls),
    RILL_ROW_TEXT(rill_lean_choice, refusal, "refusal", RILL_LEAN_REFUSAL),
};
static const rill_schema message = WITHIN(message_rows);

/* ---- choice */

static const rill_row choice_rows[] = {
    RILL_ROW_INDEX(rill_lean_choice, "index", RILL_LEAN_INDEX),
    ROW(rill_lean_choice, element, "delta", RILL_LEAN_DELTA, RILL_OBJECT, &message, RULE_DELTA),
    ROW(rill_lean_choice, finish_reason, "finish_reason", RILL_LEAN_FINISH_REASON, RILL_ENUM, &rill_chat_finishes,
        RULE_FINISH),
    ROW(rill_lean_choice, element, "message", RILL_LEAN_MESSAGE, RILL_OBJECT, &message, RULE_MESSAGE),
    ROW(rill_lean_choice, content, "text", RILL_LEAN_LEGACY_TEXT, RILL_TEXT, NULL, RULE_TEXT),
};
static const rill_schema choice = {
    choice_rows, NULL, RILL_FACT_TOLD, offsetof(rill_lean_choice, call), COUNT(choice_rows), false};
static const rill_array choices = {
    &choice, 1, sizeof(rill_lean_choice), OFFSET(rill_lean_chunk, choice_count), RILL_OBJECT, false};

/* ---- usage */

static const rill_row usage_rows[] = {
    ROW(rill_lean_usage, prompt, "prompt_tokens", RILL_USAGE_PROMPT, RILL_INT64, NULL, RULE_TOKENS),
    ROW(rill_lean_usage, completion, "completion_tokens", RILL_USAGE_COMPLETION, RILL_INT64, NULL, RULE_TOKENS),
    RILL_ROW_INT64(rill_lean_usage, total, "total_tokens", RILL_USAGE_TOTAL),
};
static const rill_schema usage = RILL_SCHEMA(rill_lean_usage, usage_rows);

/* ---- error: as the object `error`, and with its members at the top */

static const rill_row error_rows[] = {
    ROW(rill_lean_error, message, "message", RILL_ERROR_MESSAGE, RILL_TEXT | RILL_IS_ERROR, NULL, RULE_ERROR_MESSAGE),
    ROW(rill_lean_error, type, "type", RILL_ERROR_TYPE, RILL_STRING | RILL_IS_ERROR, NULL, RULE_ERROR_TYPE),
    ROW(rill_lean_error, code_text, "code", RILL_ERROR_CODE_TEXT, RILL_STRING | RILL_IS_ERROR, NULL, RULE_ERROR_CODE),
    ROW(rill_lean_error, code_number, "code", RILL_ERROR_CODE_NUMBER, RILL_INT64 | RILL_IS_ERROR, NULL, RULE_ERROR_CODE),
};
static const rill_schema error = WITHIN(error_rows);

#define TOP_ERROR(member, wire, bit, kind, rule) ERROR_ROW(rill_lean_chunk, member, wire, bit, kind, rule)

static const rill_row groq_rows[] = {
    ROW(rill_lean_chunk, usage, "usage", RILL_CHUNK_GROQ_USAGE, RILL_OBJECT, &usage, RULE_INNER_USAGE),
    TOP_ERROR(message, "error", RILL_ERROR_MESSAGE, RILL_TEXT, RULE_ERROR_STRING),
};
static const rill_schema groq = WITHIN(groq_rows);

/* ---- chunk, or whole answer */

static const rill_row chunk_rows[] = {
    RILL_ROW_ENUM(rill_lean_chunk, object, "object", RILL_CHUNK_OBJECT, &rill_chat_objects),
    ROW(rill_lean_chunk, choice, "choices", RILL_CHUNK_CHOICES, RILL_ARRAY, &choices, RULE_CHOICES),
    ROW(rill_lean_chunk, usage, "usage", RILL_CHUNK_USAGE, RILL_OBJECT, &usage, RULE_USAGE),
    RILL_ROW_OBJECT(rill_lean_chunk, header, "x_groq", RILL_CHUNK_GROQ, &groq),
    ROW(rill_lean_chunk, error, "error", RILL_CHUNK_ERROR, RILL_OBJECT | RILL_IS_ERROR, &error, RULE_ERROR),
    TOP_ERROR(message, "error", RILL_ERROR_MESSAGE, RILL_TEXT, RULE_ERROR_STRING),
    TOP_ERROR(message, "message", RILL_ERROR_MESSAGE, RILL_TEXT, RULE_ROOT_MESSAGE),
    TOP_ERROR(message, "detail", RILL_ERROR_MESSAGE, RILL_TEXT, RULE_ROOT_MESSAGE),
    TOP_ERROR(type, "type", RILL_ERROR_TYPE, RILL_STRING, RULE_ERROR_TYPE),
    TOP_ERROR(type, "error_type", RILL_ERROR_TYPE, RILL_STRING, RULE_ERROR_TYPE),
    TOP_ERROR(code_text, "code", RILL_ERROR_CODE_TEXT, RILL_STRING, RULE_ERROR_CODE),
    TOP_ERROR(code_number, "code", RILL_ERROR_CODE_NUMBER, RILL_INT64, RULE_ERROR_CODE),
};

const rill_schema rill_lean_schema = {
    chunk_rows, rill_chat_rules, 0, offsetof(rill_lean_chunk, choice), COUNT(chunk_rows), true};
