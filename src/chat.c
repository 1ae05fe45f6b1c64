#include "chat_inside.h"

/* ---- words */

static const rill_name role_words[] = {
    WORD("assistant", RILL_ROLE_ASSISTANT, 0), WORD("user", RILL_ROLE_USER, 0),
    WORD("system", RILL_ROLE_SYSTEM, 0),       WORD("developer", RILL_ROLE_DEVELOPER, 0),
    WORD("tool", RILL_ROLE_TOOL, 0),           WORD("function", RILL_ROLE_FUNCTION, 0),
};
static const rill_names roles = NAMES(role_words, 0);

static const rill_name tool_type_words[] = {
    WORD("function", RILL_TOOL_FUNCTION, 0),
    WORD("custom", RILL_TOOL_CUSTOM, 0),
};
static const rill_names tool_types = NAMES(tool_type_words, 0);

/* ---- tool calls: the objects inside a call fill the call's own struct */

static const rill_row tool_function_rows[] = {
    RILL_ROW_TEXT(rill_tool_call, arguments, "arguments", RILL_TOOL_ARGUMENTS),
    RILL_ROW_RAW(rill_tool_call, arguments, "arguments", RILL_TOOL_ARGUMENTS),
    RILL_ROW_STRING(rill_tool_call, name, "name", RILL_TOOL_NAME),
};
static const rill_schema tool_function = WITHIN(tool_function_rows);

static const rill_row tool_custom_rows[] = {
    RILL_ROW_TEXT(rill_tool_call, input, "input", RILL_TOOL_INPUT),
    RILL_ROW_STRING(rill_tool_call, custom_name, "name", RILL_TOOL_CUSTOM_NAME),
};
static const rill_schema tool_custom = WITHIN(tool_custom_rows);

static const rill_row tool_signature_rows[] = {
    ROW(rill_tool_call, thought_signature, "thought_signature", RILL_TOOL_THOUGHT_SIGNATURE, RILL_TEXT, NULL,
        RULE_SIGNATURE),
};
static const rill_schema tool_signature = WITHIN(tool_signature_rows);

static const rill_row tool_extra_rows[] = {
    RILL_ROW_OBJECT(rill_tool_call, element, "google", RILL_TOOL_GOOGLE, &tool_signature),
    RILL_ROW_OBJECT(rill_tool_call, element, "vertex", RILL_TOOL_VERTEX, &tool_signature),
};
static const rill_schema tool_extra = WITHIN(tool_extra_rows);

static const rill_row tool_rows[] = {
    RILL_ROW_INDEX(rill_tool_call, "index", RILL_TOOL_INDEX),
    RILL_ROW_OBJECT(rill_tool_call, element, "function", RILL_TOOL_FUNCTION_OBJECT, &tool_function),
    RILL_ROW_STRING(rill_tool_call, id, "id", RILL_TOOL_ID),
    RILL_ROW_ENUM(rill_tool_call, type, "type", RILL_TOOL_TYPE, &tool_types),
    RILL_ROW_OBJECT(rill_tool_call, element, "custom", RILL_TOOL_CUSTOM_OBJECT, &tool_custom),
    RILL_ROW_OBJECT(rill_tool_call, element, "extra_content", RILL_TOOL_EXTRA_CONTENT, &tool_extra),
};
static const rill_schema tool_call = {
    tool_rows, NULL, RILL_FACT_SIGNED, sizeof(rill_tool_call), COUNT(tool_rows), false};

/* TGI sends one object in place of the array. */
static const rill_array tool_calls = {&tool_call, RILL_TOOL_CALLS, sizeof(rill_tool_call),
                                      OFFSET(rill_message, tool_call_count), RILL_OBJECT, true};

/* ---- message, or delta */

static const rill_row function_call_rows[] = {
    RILL_ROW_TEXT(rill_function_call, arguments, "arguments", RILL_CALL_ARGUMENTS),
    RILL_ROW_RAW(rill_function_call, arguments, "arguments", RILL_CALL_ARGUMENTS),
    RILL_ROW_STRING(rill_function_call, name, "name", RILL_CALL_NAME),
};
static const rill_schema function_call = RILL_SCHEMA(rill_function_call, function_call_rows);

static const rill_row audio_rows[] = {
    RILL_ROW_STRING(rill_audio, id, "id", RILL_AUDIO_ID),
    RILL_ROW_TEXT(rill_audio, data, "data", RILL_AUDIO_DATA),
    RILL_ROW_TEXT(rill_audio, transcript, "transcript", RILL_AUDIO_TRANSCRIPT),
    RILL_ROW_INT64(rill_audio, expires_at, "expires_at", RILL_AUDIO_EXPIRES_AT),
};
static const rill_schema audio = RILL_SCHEMA(rill_audio, audio_rows);

/* Content as parts (Mistral): texts fill the message, one at a time. */
static const rill_row thinking_rows[] = {
    ROW(rill_message, reasoning, "text", RILL_MESSAGE_REASONING, RILL_TEXT, NULL, RULE_THINKING),
};
static const rill_schema thinking_part = WITHIN(thinking_rows);
static const rill_array thinking = EACH_WITHIN(&thinking_part);

static const rill_row part_rows[] = {
    RILL_ROW_TEXT(rill_message, content, "text", RILL_MESSAGE_CONTENT),
    RILL_ROW_ARRAY(rill_message, header, "thinking", RILL_MESSAGE_THINKING, &thinking),
    ROW(rill_message, reasoning, "thinking", RILL_MESSAGE_REASONING, RILL_TEXT, NULL, RULE_THINKING),
};
static const rill_schema content_part = WITHIN(part_rows);
static const rill_array content_parts = EACH_WITHIN(&content_part);

static const rill_row message_rows[] = {
    RILL_ROW_TEXT(rill_message, content, "content", RILL_MESSAGE_CONTENT),
    RILL_ROW_ARRAY(rill_message, content, "content", RILL_MESSAGE_CONTENT, &content_parts),
    RILL_ROW_ENUM(rill_message, role, "role", RILL_MESSAGE_ROLE, &roles),
    ROW(rill_message, reasoning, "reasoning_content", RILL_MESSAGE_REASONING, RILL_TEXT, NULL, RULE_REASONING_CONTENT),
    ROW(rill_message, reasoning, "reasoning", RILL_MESSAGE_REASONING, RILL_TEXT, NULL, RULE_REASONING),
    RILL_ROW_ARRAY(rill_message, tool_calls, "tool_calls", RILL_MESSAGE_TOOL_CALLS, &tool_calls),
    RILL_ROW_TEXT(rill_message, refusal, "refusal", RILL_MESSAGE_REFUSAL),
    RILL_ROW_OBJECT(rill_message, function_call, "function_call", RILL_MESSAGE_FUNCTION_CALL, &function_call),
    RILL_ROW_STRING(rill_message, name, "name", RILL_MESSAGE_NAME),
    RILL_ROW_STRING(rill_message, tool_call_id, "tool_call_id", RILL_MESSAGE_TOOL_CALL_ID),
    RILL_ROW_OBJECT(rill_message, audio, "audio", RILL_MESSAGE_AUDIO, &audio),
};
static const rill_schema message = {
    message_rows, NULL, 0, offsetof(rill_message, tool_calls), COUNT(message_rows), false};

/* ---- log probabilities */

static const rill_row top_rows[] = {
    RILL_ROW_STRING(rill_top_logprob, token, "token", RILL_TOP_TOKEN),
    RILL_ROW_REAL(rill_top_logprob, logprob, "logprob", RILL_TOP_LOGPROB),
    RILL_ROW_RAW(rill_top_logprob, bytes, "bytes", RILL_TOP_BYTES),
};
static const rill_schema top_logprob = RILL_SCHEMA(rill_top_logprob, top_rows);
static const rill_array top_logprobs = RILL_ARRAY_OF(rill_logprob, top, top_count, &top_logprob);

static const rill_row logprob_rows[] = {
    RILL_ROW_STRING(rill_logprob, token, "token", RILL_LOGPROB_TOKEN),
    RILL_ROW_REAL(rill_logprob, logprob, "logprob", RILL_LOGPROB_LOGPROB),
    RILL_ROW_RAW(rill_logprob, bytes, "bytes", RILL_LOGPROB_BYTES),
    RILL_ROW_ARRAY(rill_logprob, top, "top_logprobs", RILL_LOGPROB_TOP, &top_logprobs),
};
static const rill_schema logprob = {
    logprob_rows, NULL, 0, offsetof(rill_logprob, top), COUNT(logprob_rows), false};
static const rill_array logprobs_content = RILL_ARRAY_OF(rill_logprobs, content, content_count, &logprob);
static const rill_array logprobs_refusal = RILL_ARRAY_OF(rill_logprobs, refusal, refusal_count, &logprob);

static const rill_row logprobs_rows[] = {
    RILL_ROW_ARRAY(rill_logprobs, content, "content", RILL_LOGPROBS_CONTENT, &logprobs_content),
    RILL_ROW_ARRAY(rill_logprobs, refusal, "refusal", RILL_LOGPROBS_REFUSAL, &logprobs_refusal),
    RILL_ROW_RAW(rill_logprobs, tokens, "tokens", RILL_LOGPROBS_TOKENS),
    RILL_ROW_RAW(rill_logprobs, token_logprobs, "token_logprobs", RILL_LOGPROBS_TOKEN_LOGPROBS),
    RILL_ROW_RAW(rill_logprobs, text_offset, "text_offset", RILL_LOGPROBS_TEXT_OFFSET),
    RILL_ROW_RAW(rill_logprobs, top_logprobs, "top_logprobs", RILL_LOGPROBS_TOP_LOGPROBS),
};
static const rill_schema logprobs = {
    logprobs_rows, NULL, 0, offsetof(rill_logprobs, content), COUNT(logprobs_rows), false};

/* ---- usage: the detail objects fill the same struct */

#define TOKENS(member, wire, bit) RILL_ROW_INT64(rill_usage, member, wire, bit)

static const rill_row prompt_details_rows[] = {
    TOKENS(cached, "cached_tokens", RILL_USAGE_CACHED),
    TOKENS(prompt_audio, "audio_tokens", RILL_USAGE_PROMPT_AUDIO),
    TOKENS(cache_write, "cache_write_tokens", RILL_USAGE_CACHE_WRITE),
    TOKENS(prompt_text, "text_tokens", RILL_USAGE_PROMPT_TEXT),
    TOKENS(prompt_image, "image_tokens", RILL_USAGE_PROMPT_IMAGE),
    TOKENS(prompt_video, "video_tokens", RILL_USAGE_PROMPT_VIDEO),
};
static const rill_schema prompt_details = WITHIN(prompt_details_rows);

static const rill_row completion_details_rows[] = {
    TOKENS(reasoning, "reasoning_tokens", RILL_USAGE_REASONING),
    TOKENS(completion_audio, "audio_tokens", RILL_USAGE_COMPLETION_AUDIO),
    TOKENS(accepted_prediction, "accepted_prediction_tokens", RILL_USAGE_ACCEPTED_PREDICTION),
    TOKENS(rejected_prediction, "rejected_prediction_tokens", RILL_USAGE_REJECTED_PREDICTION),
    TOKENS(completion_text, "text_tokens", RILL_USAGE_COMPLETION_TEXT),
    TOKENS(completion_image, "image_tokens", RILL_USAGE_COMPLETION_IMAGE),
};
static const rill_schema completion_details = WITHIN(completion_details_rows);

static const rill_row usage_rows[] = {
    ROW(rill_usage, prompt, "prompt_tokens", RILL_USAGE_PROMPT, RILL_INT64, NULL, RULE_TOKENS),
    ROW(rill_usage, completion, "completion_tokens", RILL_USAGE_COMPLETION, RILL_INT64, NULL, RULE_TOKENS),
    TOKENS(total, "total_tokens", RILL_USAGE_TOTAL),
    RILL_ROW_OBJECT(rill_usage, header, "prompt_tokens_details", RILL_USAGE_PROMPT_DETAILS, &prompt_details),
    RILL_ROW_OBJECT(rill_usage, header, "completion_tokens_details", RILL_USAGE_COMPLETION_DETAILS, &completion_details),
    TOKENS(cache_hit, "prompt_cache_hit_tokens", RILL_USAGE_CACHE_HIT),
    TOKENS(cache_miss, "prompt_cache_miss_tokens", RILL_USAGE_CACHE_MISS),
    TOKENS(top_cached, "cached_tokens", RILL_USAGE_TOP_CACHED),
    RILL_ROW_REAL(rill_usage, cost, "cost", RILL_USAGE_COST),
};
static const rill_schema usage = RILL_SCHEMA(rill_usage, usage_rows);

/* ---- choice */

#define STOP(member, wire, bit, kind) ROW(rill_choice, member, wire, bit, kind, NULL, RULE_STOP)

/* Atoma's schema: stop_reason as a tagged Rust enum. */
static const rill_row tagged_rows[] = {
    RILL_ROW_INT64(rill_choice, stop_number, "Int", RILL_CHOICE_STOP_NUMBER),
    RILL_ROW_STRING(rill_choice, stop_text, "String", RILL_CHOICE_STOP_TEXT),
};
static const rill_schema tagged = WITHIN(tagged_rows);

static const rill_row choice_rows[] = {
    RILL_ROW_INDEX(rill_choice, "index", RILL_CHOICE_INDEX),
    ROW(rill_choice, message, "delta", RILL_CHOICE_DELTA, RILL_OBJECT, &message, RULE_DELTA),
    ROW(rill_choice, finish_reason, "finish_reason", RILL_CHOICE_FINISH_REASON, RILL_ENUM, &rill_chat_finishes, RULE_FINISH),
    RILL_ROW_OBJECT(rill_choice, logprobs, "logprobs", RILL_CHOICE_LOGPROBS, &logprobs),
    RILL_ROW_REAL(rill_choice, logprob, "logprobs", RILL_CHOICE_LOGPROB),
    ROW(rill_choice, message, "message", RILL_CHOICE_MESSAGE, RILL_OBJECT, &message, RULE_MESSAGE),
    ROW(rill_choice, message.content, "text", RILL_CHOICE_TEXT, RILL_TEXT, NULL, RULE_TEXT),
    RILL_ROW_STRING(rill_choice, native_finish_reason, "native_finish_reason", RILL_CHOICE_NATIVE_FINISH_REASON),
    STOP(stop_text, "stop_reason", RILL_CHOICE_STOP_TEXT, RILL_STRING),
    STOP(stop_number, "stop_reason", RILL_CHOICE_STOP_NUMBER, RILL_INT64),
    ROW(rill_choice, element, "stop_reason", RILL_CHOICE_STOP_TAGGED, RILL_OBJECT, &tagged, RULE_STOP),
    STOP(stop_text, "matched_stop", RILL_CHOICE_MATCHED_TEXT, RILL_STRING),
    STOP(stop_number, "matched_stop", RILL_CHOICE_MATCHED_NUMBER, RILL_INT64),
    RILL_ROW_OBJECT(rill_choice, usage, "usage", RILL_CHOICE_USAGE, &usage),
};
static const rill_schema choice = {choice_rows, NULL, RILL_FACT_TOLD | RILL_FACT_STOPPED,
                                   offsetof(rill_choice, logprobs) + offsetof(rill_logprobs, content),
                                   COUNT(choice_rows), false};
/* Offsets and sizes are 16 bits wide; arrays are counted in 8. */
typedef char rill_capacities_fit[sizeof(rill_choice) <= UINT16_MAX && offsetof(rill_chunk, choices) <= UINT16_MAX &&
                                         RILL_TOOL_CALLS <= 255 && RILL_CHOICES <= 255
                                     ? 1
                                     : -1];

static const rill_array choices = RILL_ARRAY_OF(rill_chunk, choices, choice_count, &choice);

/* ---- error: as the object `error`, and with its members at the top */

static const rill_row error_rows[] = {
    ROW(rill_error, message, "message", RILL_ERROR_MESSAGE, RILL_TEXT | RILL_IS_ERROR, NULL, RULE_ERROR_MESSAGE),
    ROW(rill_error, type, "type", RILL_ERROR_TYPE, RILL_STRING | RILL_IS_ERROR, NULL, RULE_ERROR_TYPE),
    ROW(rill_error, param, "param", RILL_ERROR_PARAM, RILL_STRING | RILL_IS_ERROR, NULL, RULE_ERROR_PARAM),
    ROW(rill_error, code_text, "code", RILL_ERROR_CODE_TEXT, RILL_STRING | RILL_IS_ERROR, NULL, RULE_ERROR_CODE),
    ROW(rill_error, code_number, "code", RILL_ERROR_CODE_NUMBER, RILL_INT64 | RILL_IS_ERROR, NULL, RULE_ERROR_CODE),
};
static const rill_schema error = WITHIN(error_rows);

#define TOP_ERROR(member, wire, bit, kind, rule) ERROR_ROW(rill_chunk, member, wire, bit, kind, rule)

static const rill_row groq_rows[] = {
    ROW(rill_chunk, usage, "usage", RILL_CHUNK_GROQ_USAGE, RILL_OBJECT, &usage, RULE_INNER_USAGE),
    TOP_ERROR(message, "error", RILL_ERROR_MESSAGE, RILL_TEXT, RULE_ERROR_STRING),
};
static const rill_schema groq = WITHIN(groq_rows);

/* ---- chunk, or whole answer */

static const rill_row chunk_rows[] = {
    RILL_ROW_STRING(rill_chunk, id, "id", RILL_CHUNK_ID),
    RILL_ROW_ENUM(rill_chunk, object, "object", RILL_CHUNK_OBJECT, &rill_chat_objects),
    RILL_ROW_INT64(rill_chunk, created, "created", RILL_CHUNK_CREATED),
    RILL_ROW_STRING(rill_chunk, model, "model", RILL_CHUNK_MODEL),
    ROW(rill_chunk, choices, "choices", RILL_CHUNK_CHOICES, RILL_ARRAY, &choices, RULE_CHOICES),
    ROW(rill_chunk, usage, "usage", RILL_CHUNK_USAGE, RILL_OBJECT, &usage, RULE_USAGE),
    RILL_ROW_STRING(rill_chunk, system_fingerprint, "system_fingerprint", RILL_CHUNK_SYSTEM_FINGERPRINT),
    RILL_ROW_STRING(rill_chunk, service_tier, "service_tier", RILL_CHUNK_SERVICE_TIER),
    RILL_ROW_OBJECT(rill_chunk, header, "x_groq", RILL_CHUNK_GROQ, &groq),
    RILL_ROW_STRING(rill_chunk, signature, "signature", RILL_CHUNK_SIGNATURE),
    RILL_ROW_STRING(rill_chunk, response_hash, "response_hash", RILL_CHUNK_RESPONSE_HASH),
    ROW(rill_chunk, error, "error", RILL_CHUNK_ERROR, RILL_OBJECT | RILL_IS_ERROR, &error, RULE_ERROR),
    TOP_ERROR(message, "error", RILL_ERROR_MESSAGE, RILL_TEXT, RULE_ERROR_STRING),
    TOP_ERROR(message, "message", RILL_ERROR_MESSAGE, RILL_TEXT, RULE_ROOT_MESSAGE),
    TOP_ERROR(message, "detail", RILL_ERROR_MESSAGE, RILL_TEXT, RULE_ROOT_MESSAGE),
    TOP_ERROR(type, "type", RILL_ERROR_TYPE, RILL_STRING, RULE_ERROR_TYPE),
    TOP_ERROR(type, "error_type", RILL_ERROR_TYPE, RILL_STRING, RULE_ERROR_TYPE),
    TOP_ERROR(param, "param", RILL_ERROR_PARAM, RILL_STRING, RULE_ERROR_PARAM),
    TOP_ERROR(code_text, "code", RILL_ERROR_CODE_TEXT, RILL_STRING, RULE_ERROR_CODE),
    TOP_ERROR(code_number, "code", RILL_ERROR_CODE_NUMBER, RILL_INT64, RULE_ERROR_CODE),
    TOP_ERROR(status_code, "status_code", RILL_ERROR_STATUS_CODE, RILL_INT64, 0),
};

const rill_schema rill_chat_schema = {
    chunk_rows, rill_chat_rules, 0, offsetof(rill_chunk, choices), COUNT(chunk_rows), true};
