/* chat: the structs of OpenAI-style answers, and the schema that fills them.
 *
 * One family serves the chat chunk, the whole chat answer and the legacy text completion: the delta of a choice and its
 * message are the same struct, and a legacy choice's `text` lands where content does. The item's kind tells which it was.
 *
 * Give a stream `&rill_chat_schema` and a rill_chunk to fill:
 *
 *     rill_chunk chunk;
 *     rill_stream_config config = {buffer, sizeof buffer, tokens, 48, &rill_chat_schema, &chunk, RILL_BODY_HTTP, NULL};
 *
 * Every struct begins with its rill_header; rill_has(&chunk.header, RILL_CHUNK_USAGE) asks whether a member came.
 * An absent or null number is 0, an absent or null text has data NULL. Texts are views: see rill_stream_next(). Read the
 * struct while an answer or an error is the last item; bad events and the end leave nothing in it. */
#ifndef RILL_CHAT_H
#define RILL_CHAT_H

#include "rill/schema.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How many elements of each array fit into the struct at once. More come in further parts of the same event, so 1 loses
 * nothing. Set them for the whole build, library and application alike, as plain numbers from 1 to 255:
 * -DRILL_CHOICES=4. A rill_choice must stay below 64 KB. */
#ifndef RILL_CHOICES
#define RILL_CHOICES 1
#endif
#ifndef RILL_TOOL_CALLS
#define RILL_TOOL_CALLS 1
#endif
#ifndef RILL_LOGPROBS
#define RILL_LOGPROBS 1
#endif
#ifndef RILL_TOP_LOGPROBS
#define RILL_TOP_LOGPROBS 1
#endif

/* ---- words; 0 is a word that is not in the list: see the view beside it */

typedef enum rill_role {
    RILL_ROLE_OTHER,
    RILL_ROLE_ASSISTANT,
    RILL_ROLE_USER,
    RILL_ROLE_SYSTEM,
    RILL_ROLE_DEVELOPER,
    RILL_ROLE_TOOL,
    RILL_ROLE_FUNCTION
} rill_role;

typedef enum rill_finish {
    RILL_FINISH_OTHER, /* also the empty word, which means "not finished" */
    RILL_FINISH_STOP,  /* also eos, eos_token, stop_sequence */
    RILL_FINISH_LENGTH, /* also model_length */
    RILL_FINISH_TOOL_CALLS,
    RILL_FINISH_CONTENT_FILTER,
    RILL_FINISH_FUNCTION_CALL,
    RILL_FINISH_ERROR /* also abort, insufficient_system_resource, network_error */
} rill_finish;

typedef enum rill_object {
    RILL_OBJECT_OTHER,
    RILL_OBJECT_CHAT_CHUNK,      /* chat.completion.chunk, chat.completion.done */
    RILL_OBJECT_CHAT_COMPLETION, /* chat.completion */
    RILL_OBJECT_TEXT_COMPLETION, /* text_completion, text.completion, completion */
    RILL_OBJECT_ERROR            /* error */
} rill_object;

typedef enum rill_tool_type {
    RILL_TOOL_OTHER,
    RILL_TOOL_FUNCTION,
    RILL_TOOL_CUSTOM
} rill_tool_type;

/* ---- tool calls */

enum {
    RILL_TOOL_INDEX,
    RILL_TOOL_ID,
    RILL_TOOL_TYPE,
    RILL_TOOL_FUNCTION_OBJECT, /* the member `function` */
    RILL_TOOL_CUSTOM_OBJECT,   /* the member `custom` */
    RILL_TOOL_NAME,
    RILL_TOOL_ARGUMENTS,
    RILL_TOOL_CUSTOM_NAME,
    RILL_TOOL_INPUT,
    RILL_TOOL_EXTRA_CONTENT,
    RILL_TOOL_GOOGLE, /* the member `google` of extra_content, or */
    RILL_TOOL_VERTEX, /* `vertex` */
    RILL_TOOL_THOUGHT_SIGNATURE
};

typedef struct rill_tool_call {
    rill_element element; /* index: of the call within the message; `at` where the server sends none (Gemini, Mistral) */
    rill_text id;         /* comes with the first delta of a call only; may be empty later */
    rill_enum type;       /* rill_tool_type */
    rill_text name;       /* of the function; with the first delta only */
    rill_text arguments;  /* JSON text in pieces; sent as an object: its minified text */
    rill_text custom_name, input; /* the same of a custom tool; its input is any text */
    rill_text thought_signature; /* Gemini: to be sent back with the call */
} rill_tool_call;

/* ---- message, or delta */

enum {
    RILL_CALL_NAME,
    RILL_CALL_ARGUMENTS
};

typedef struct rill_function_call { /* the way tools were called before tool_calls */
    rill_header header;
    rill_text name;
    rill_text arguments; /* JSON text in pieces */
} rill_function_call;

enum {
    RILL_AUDIO_ID,
    RILL_AUDIO_DATA,
    RILL_AUDIO_TRANSCRIPT,
    RILL_AUDIO_EXPIRES_AT
};

typedef struct rill_audio {
    rill_header header;
    rill_text id;
    rill_text data; /* base64, in pieces */
    rill_text transcript;
    int64_t expires_at; /* Unix time, seconds */
} rill_audio;

enum {
    RILL_MESSAGE_ROLE,
    RILL_MESSAGE_CONTENT,
    RILL_MESSAGE_REASONING,
    RILL_MESSAGE_REFUSAL,
    RILL_MESSAGE_NAME,
    RILL_MESSAGE_TOOL_CALL_ID,
    RILL_MESSAGE_TOOL_CALLS,
    RILL_MESSAGE_FUNCTION_CALL,
    RILL_MESSAGE_AUDIO,
    RILL_MESSAGE_THINKING /* a content part had an array of thinking parts */
};

typedef struct rill_message {
    rill_header header;
    rill_enum role;      /* rill_role */
    rill_text content;   /* sent as parts: the text of one part at a time */
    rill_text reasoning; /* `reasoning_content`, `reasoning` or a thinking part, whichever the stream used first */
    rill_text refusal;
    rill_text name;
    rill_text tool_call_id; /* of messages with the role tool */
    rill_function_call function_call;
    rill_audio audio;
    uint16_t tool_call_count; /* of this part */
    rill_tool_call tool_calls[RILL_TOOL_CALLS];
} rill_message;

/* ---- log probabilities */

enum {
    RILL_TOP_TOKEN,
    RILL_TOP_LOGPROB,
    RILL_TOP_BYTES
};

typedef struct rill_top_logprob {
    rill_element element;
    rill_text token;
    rill_real logprob;
    rill_text bytes; /* JSON text of an array of numbers, in pieces */
} rill_top_logprob;

enum {
    RILL_LOGPROB_TOKEN,
    RILL_LOGPROB_LOGPROB,
    RILL_LOGPROB_BYTES,
    RILL_LOGPROB_TOP
};

typedef struct rill_logprob {
    rill_element element;
    rill_text token;
    rill_real logprob;
    rill_text bytes; /* as above */
    uint16_t top_count;
    rill_top_logprob top[RILL_TOP_LOGPROBS];
} rill_logprob;

enum {
    RILL_LOGPROBS_CONTENT,
    RILL_LOGPROBS_REFUSAL,
    RILL_LOGPROBS_TOKENS,
    RILL_LOGPROBS_TOKEN_LOGPROBS,
    RILL_LOGPROBS_TEXT_OFFSET,
    RILL_LOGPROBS_TOP_LOGPROBS
};

typedef struct rill_logprobs {
    rill_header header;
    /* the legacy shape: JSON texts of arrays, in pieces */
    rill_text tokens, token_logprobs, text_offset, top_logprobs;
    uint16_t content_count, refusal_count; /* of this part */
    rill_logprob content[RILL_LOGPROBS];
    rill_logprob refusal[RILL_LOGPROBS];
} rill_logprobs;

/* ---- usage: tokens */

enum {
    RILL_USAGE_PROMPT,
    RILL_USAGE_COMPLETION,
    RILL_USAGE_TOTAL,
    RILL_USAGE_PROMPT_DETAILS,     /* the object prompt_tokens_details came */
    RILL_USAGE_COMPLETION_DETAILS, /* the object completion_tokens_details came */
    RILL_USAGE_CACHED,
    RILL_USAGE_CACHE_WRITE,
    RILL_USAGE_PROMPT_AUDIO,
    RILL_USAGE_PROMPT_TEXT,
    RILL_USAGE_PROMPT_IMAGE,
    RILL_USAGE_PROMPT_VIDEO,
    RILL_USAGE_REASONING,
    RILL_USAGE_COMPLETION_AUDIO,
    RILL_USAGE_COMPLETION_TEXT,
    RILL_USAGE_COMPLETION_IMAGE,
    RILL_USAGE_ACCEPTED_PREDICTION,
    RILL_USAGE_REJECTED_PREDICTION,
    RILL_USAGE_CACHE_HIT,
    RILL_USAGE_CACHE_MISS,
    RILL_USAGE_TOP_CACHED,
    RILL_USAGE_COST
};

typedef struct rill_usage {
    rill_header header;
    int64_t prompt, completion, total; /* *_tokens; total need not be the sum of the others */
    /* prompt_tokens_details */
    int64_t cached, cache_write, prompt_audio, prompt_text, prompt_image, prompt_video;
    /* completion_tokens_details */
    int64_t reasoning, completion_audio, completion_text, completion_image, accepted_prediction, rejected_prediction;
    int64_t cache_hit, cache_miss; /* DeepSeek: prompt_cache_hit_tokens, prompt_cache_miss_tokens */
    int64_t top_cached;            /* Moonshot: cached_tokens beside the totals */
    rill_real cost;                /* OpenRouter, Perplexity: where it is a number */
} rill_usage;

/* Prompt tokens that came from a cache, by whichever of the three names told it; 0 when none did. */
static inline int64_t rill_usage_cached(const rill_usage *usage)
{
    if (rill_has(&usage->header, RILL_USAGE_CACHED))
        return usage->cached;
    return rill_has(&usage->header, RILL_USAGE_CACHE_HIT) ? usage->cache_hit : usage->top_cached;
}

/* ---- choice */

enum {
    RILL_CHOICE_INDEX,
    RILL_CHOICE_DELTA,   /* what `message` below came as */
    RILL_CHOICE_MESSAGE,
    RILL_CHOICE_TEXT,    /* legacy: its text is message.content */
    RILL_CHOICE_FINISH_REASON,
    RILL_CHOICE_NATIVE_FINISH_REASON,
    RILL_CHOICE_STOP_TEXT,   /* stop_reason as a string */
    RILL_CHOICE_STOP_NUMBER, /* stop_reason as a number */
    RILL_CHOICE_MATCHED_TEXT,   /* matched_stop (SGLang), in the same fields */
    RILL_CHOICE_MATCHED_NUMBER,
    RILL_CHOICE_LOGPROBS,
    RILL_CHOICE_LOGPROB, /* Together: a bare number in place of the object */
    RILL_CHOICE_USAGE,   /* Moonshot: usage inside the choice */
    RILL_CHOICE_STOP_TAGGED /* stop_reason came as {"Int":n} or {"String":"s"} */
};

typedef struct rill_choice {
    rill_element element; /* index: which of the n answers this is */
    rill_enum finish_reason; /* rill_finish; absent, null or empty: not finished */
    rill_text native_finish_reason;
    rill_text stop_text;
    int64_t stop_number;
    rill_real logprob;
    rill_usage usage; /* where the chunk itself has none */
    rill_message message;
    rill_logprobs logprobs;
} rill_choice;

/* ---- error */

enum {
    RILL_ERROR_MESSAGE,
    RILL_ERROR_TYPE,
    RILL_ERROR_PARAM,
    RILL_ERROR_CODE_TEXT,
    RILL_ERROR_CODE_NUMBER,
    RILL_ERROR_STATUS_CODE
};

typedef struct rill_error {
    rill_header header;
    rill_text message; /* may come in parts */
    rill_text type;
    rill_text param;
    rill_text code_text; /* code, when it is a string */
    int64_t code_number; /* code, when it is a number */
    int64_t status_code; /* Cerebras: an HTTP status inside the body */
} rill_error;

/* ---- chunk, or whole answer */

enum {
    RILL_CHUNK_ID,
    RILL_CHUNK_OBJECT,
    RILL_CHUNK_CREATED,
    RILL_CHUNK_MODEL,
    RILL_CHUNK_SYSTEM_FINGERPRINT,
    RILL_CHUNK_SERVICE_TIER,
    RILL_CHUNK_CHOICES,
    RILL_CHUNK_USAGE,
    RILL_CHUNK_GROQ,       /* Groq: the object x_groq came */
    RILL_CHUNK_GROQ_USAGE, /* Groq: usage inside x_groq; it is in usage */
    RILL_CHUNK_SIGNATURE,
    RILL_CHUNK_RESPONSE_HASH,
    RILL_CHUNK_ERROR /* the member `error` came as an object */
};

typedef struct rill_chunk {
    rill_header header;
    rill_text id;
    rill_enum object; /* rill_object */
    rill_text model;
    rill_text system_fingerprint;
    rill_text service_tier;
    rill_text signature, response_hash; /* Atoma */
    int64_t created;                    /* Unix time as the server sent it: seconds, of some servers milliseconds */
    rill_usage usage; /* the top level's, or that of x_groq when it stands in front or alone */
    rill_error error; /* items of kind RILL_ITEM_ERROR */
    uint16_t choice_count; /* of this part */
    rill_choice choices[RILL_CHOICES];
} rill_chunk;

/* Its name in the objects says the capacities, so that library and application with other ones do not link. */
#define RILL_CHAT_NAME_(choices, calls, logprobs, top) rill_chat_schema_##choices##_##calls##_##logprobs##_##top
#define RILL_CHAT_NAME(choices, calls, logprobs, top) RILL_CHAT_NAME_(choices, calls, logprobs, top)
#define rill_chat_schema RILL_CHAT_NAME(RILL_CHOICES, RILL_TOOL_CALLS, RILL_LOGPROBS, RILL_TOP_LOGPROBS)
extern const rill_schema rill_chat_schema;

/* ---- facts: what a stream, an event and a choice have shown; the rows' rules refer to them */
enum {
    /* of the stream */
    RILL_FACT_STREAMED = 1 << 0,           /* a delta came */
    RILL_FACT_REASONING_CONTENT = 1 << 1,  /* reasoning comes as reasoning_content */
    RILL_FACT_REASONING = 1 << 2,          /* as reasoning */
    RILL_FACT_THINKING = 1 << 3,           /* as thinking parts */
    RILL_FACT_FINISHED = 1 << 4,           /* a finish reason came */
    RILL_FACTS_OF_STREAM = (1 << 5) - 1,
    /* of the event */
    RILL_FACT_CHOICES = 1 << 6,
    RILL_FACT_CHUNKED = 1 << 5,       /* `object` says chat.completion.chunk: message and text only repeat the delta */
    RILL_FACT_IS_CHAT_CHUNK = 1 << 7, /* by `object` */
    RILL_FACT_IS_CHAT_COMPLETION = 1 << 8,
    RILL_FACT_IS_TEXT_COMPLETION = 1 << 9,
    RILL_FACT_IS_ERROR = 1 << 10,
    RILL_FACT_IS_FOREIGN = 1 << 23,   /* by an `object` that is none of ours */
    RILL_FACT_ERROR = 1 << 11,        /* the member `error` */
    RILL_FACT_ROOT_MESSAGE = 1 << 12, /* a message beside it, or in place of it */
    RILL_FACT_USAGE = 1 << 13,        /* usage at the top */
    RILL_FACT_TOKENS = 1 << 14,       /* prompt or completion tokens */
    RILL_FACT_HAS_DELTA = 1 << 15,    /* the shapes of choices */
    RILL_FACT_HAS_MESSAGE = 1 << 16,
    RILL_FACT_HAS_TEXT = 1 << 17,
    RILL_FACT_ERROR_MESSAGE = 1 << 18, /* which members of the error are filled */
    RILL_FACT_ERROR_TYPE = 1 << 19,
    RILL_FACT_ERROR_PARAM = 1 << 20,
    RILL_FACT_ERROR_CODE = 1 << 21,
    /* of the choice */
    RILL_FACT_TOLD = 1 << 22, /* this choice's message was kept, in one of its three ways */
    RILL_FACT_STOPPED = 1 << 24, /* its stop reason was kept */
    /* of the tool call */
    RILL_FACT_SIGNED = 1 << 25,
    /* of the event, again */
    RILL_FACT_MESSAGE_TAKEN = 1 << 26,
    RILL_FACT_ERROR_STRING = 1 << 27, /* the member `error` is a string, which a message in front of it keeps from being told */
    /* in a body that is one JSON text these never stand: there message wins */
    RILL_FACTS_NOT_OF_BODY = RILL_FACT_STREAMED | RILL_FACT_CHUNKED | RILL_FACT_HAS_DELTA,
    /* nor this in a stream: there a message is a way to tell a delta, unless `object` says otherwise; what it is called must
       not depend on a delta that stands behind it */
    RILL_FACTS_NOT_OF_STREAM = RILL_FACT_HAS_MESSAGE
};

#ifdef __cplusplus
}
#endif

#endif
