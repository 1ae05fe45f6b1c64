/* lean: a smaller struct and schema of the same answers as chat.h, for boards that count every byte. Text and tool calls,
 * finish reason, errors and token totals; all else passes at no cost of memory. Kinds of items, their parts, errors and ends
 * are told in the same way. Give a stream `&rill_lean_schema` and a rill_lean_chunk to fill:
 *
 *     rill_lean_chunk chunk;
 *     rill_stream_config config = {buffer, sizeof buffer, tokens, 24, &rill_lean_schema, &chunk, RILL_BODY_AUTO, NULL};
 *
 * One choice and one tool call at a time: more of an event come in further parts. Fields are as those of the same names in
 * chat.h. Not here, beyond the members that have no field: function_call (the old way to call a tool), custom tools, usage
 * inside a choice (Moonshot). rill_lean_collect() in collect.h joins texts. */
#ifndef RILL_LEAN_H
#define RILL_LEAN_H

#include "rill/chat.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    RILL_LEAN_CALL_INDEX,
    RILL_LEAN_CALL_FUNCTION, /* the member `function` */
    RILL_LEAN_CALL_ID,
    RILL_LEAN_CALL_NAME,
    RILL_LEAN_CALL_ARGUMENTS
};

typedef struct rill_lean_call {
    rill_element element; /* index: of the call within the message; `at` where the server sends none */
    rill_text id;         /* comes with the first delta of a call only; may be empty later */
    rill_text name;       /* likewise */
    rill_text arguments;  /* JSON text in pieces */
} rill_lean_call;

/* A choice and its delta, or message, in one. */
enum {
    RILL_LEAN_INDEX,
    RILL_LEAN_DELTA, /* which of these three the choice had */
    RILL_LEAN_MESSAGE,
    RILL_LEAN_LEGACY_TEXT,
    RILL_LEAN_FINISH_REASON,
    RILL_LEAN_CONTENT,
    RILL_LEAN_REASONING,
    RILL_LEAN_REFUSAL,
    RILL_LEAN_THINKING, /* a content part had an array of thinking parts */
    RILL_LEAN_TOOL_CALLS
};

typedef struct rill_lean_choice {
    rill_element element;    /* index: which of the n answers this is */
    rill_enum finish_reason; /* rill_finish; absent, null or empty: not finished */
    rill_text content;       /* legacy text, too */
    rill_text reasoning;
    rill_text refusal;
    uint16_t call_count; /* 0 or 1: whether this part has a piece of a tool call */
    rill_lean_call call;
} rill_lean_choice;

typedef struct rill_lean_usage { /* tokens; bits: RILL_USAGE_PROMPT, _COMPLETION, _TOTAL */
    rill_header header;
    int64_t prompt, completion, total;
} rill_lean_usage;

typedef struct rill_lean_error { /* bits: RILL_ERROR_MESSAGE, _TYPE, _CODE_TEXT, _CODE_NUMBER */
    rill_header header;
    rill_text message; /* may come in parts */
    rill_text type;
    rill_text code_text; /* code, when it is a string */
    int64_t code_number; /* code, when it is a number */
} rill_lean_error;

typedef struct rill_lean_chunk {
    rill_header header; /* bits: RILL_CHUNK_OBJECT, _CHOICES, _USAGE, _GROQ, _GROQ_USAGE, _ERROR */
    rill_enum object;   /* rill_object */
    rill_lean_usage usage;
    rill_lean_error error;
    uint16_t choice_count; /* 0 or 1: whether this part has a choice */
    rill_lean_choice choice;
} rill_lean_chunk;

extern const rill_schema rill_lean_schema;

#ifdef __cplusplus
}
#endif

#endif
