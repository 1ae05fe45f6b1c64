#include "chat_inside.h"

/* ---- rules */

#define ONE_WAY (RILL_FACT_TOLD | RILL_FACT_STREAMED | RILL_FACT_CHUNKED)

const rill_rule rill_chat_rules[] = {
    [RULE_CHOICES] = {.sets = RILL_FACT_CHOICES},
    [RULE_DELTA] = {RILL_FACT_TOLD, RILL_FACT_TOLD, RILL_FACT_HAS_DELTA | RILL_FACT_STREAMED, 0},
    [RULE_MESSAGE] = {ONE_WAY, RILL_FACT_TOLD | RILL_FACT_MESSAGE_TAKEN, RILL_FACT_HAS_MESSAGE, 0},
    [RULE_TEXT] = {ONE_WAY, 0, RILL_FACT_HAS_TEXT, RILL_FACT_TOLD},
    [RULE_REASONING_CONTENT] = {RILL_FACT_REASONING | RILL_FACT_THINKING, 0, 0, RILL_FACT_REASONING_CONTENT},
    [RULE_REASONING] = {RILL_FACT_REASONING_CONTENT | RILL_FACT_THINKING, 0, 0, RILL_FACT_REASONING},
    [RULE_THINKING] = {RILL_FACT_REASONING_CONTENT | RILL_FACT_REASONING, 0, 0, RILL_FACT_THINKING},
    [RULE_FINISH] = {.fills = RILL_FACT_FINISHED},
    [RULE_STOP] = {.forbid = RILL_FACT_STOPPED, .sets = RILL_FACT_STOPPED},
    [RULE_ERROR] = {.sets = RILL_FACT_ERROR},
    [RULE_ERROR_STRING] = {RILL_FACT_ERROR_MESSAGE, 0, RILL_FACT_ERROR_STRING, RILL_FACT_ERROR | RILL_FACT_ERROR_MESSAGE},
    [RULE_ERROR_MESSAGE] = {.forbid = RILL_FACT_ERROR_MESSAGE, .sets = RILL_FACT_ERROR_MESSAGE},
    [RULE_ROOT_MESSAGE] = {RILL_FACT_ERROR_MESSAGE, 0, RILL_FACT_ROOT_MESSAGE, RILL_FACT_ERROR_MESSAGE},
    [RULE_ERROR_TYPE] = {.forbid = RILL_FACT_ERROR_TYPE, .sets = RILL_FACT_ERROR_TYPE},
    [RULE_ERROR_PARAM] = {.forbid = RILL_FACT_ERROR_PARAM, .sets = RILL_FACT_ERROR_PARAM},
    [RULE_ERROR_CODE] = {.forbid = RILL_FACT_ERROR_CODE, .sets = RILL_FACT_ERROR_CODE},
    [RULE_USAGE] = {.sets = RILL_FACT_USAGE},
    [RULE_INNER_USAGE] = {.forbid = RILL_FACT_USAGE},
    [RULE_TOKENS] = {.sets = RILL_FACT_TOKENS},
    [RULE_SIGNATURE] = {.forbid = RILL_FACT_SIGNED, .sets = RILL_FACT_SIGNED},
};

/* ---- words */

static const rill_name finish_words[] = {
    WORD("stop", RILL_FINISH_STOP, 0),
    WORD("length", RILL_FINISH_LENGTH, 0),
    WORD("tool_calls", RILL_FINISH_TOOL_CALLS, 0),
    WORD("content_filter", RILL_FINISH_CONTENT_FILTER, 0),
    WORD("function_call", RILL_FINISH_FUNCTION_CALL, 0),
    WORD("error", RILL_FINISH_ERROR, 0),                          /* OpenRouter, Mistral */
    WORD("model_length", RILL_FINISH_LENGTH, 0),                  /* Mistral */
    WORD("eos", RILL_FINISH_STOP, 0),                             /* Together */
    WORD("eos_token", RILL_FINISH_STOP, 0),                       /* TGI */
    WORD("stop_sequence", RILL_FINISH_STOP, 0),                   /* TGI */
    WORD("abort", RILL_FINISH_ERROR, 0),                          /* SGLang */
    WORD("insufficient_system_resource", RILL_FINISH_ERROR, 0),   /* DeepSeek */
    WORD("network_error", RILL_FINISH_ERROR, 0),                  /* GLM */
};
const rill_names rill_chat_finishes = NAMES(finish_words, 0);

static const rill_name object_words[] = {
    WORD("chat.completion.chunk", RILL_OBJECT_CHAT_CHUNK, RILL_FACT_IS_CHAT_CHUNK | RILL_FACT_CHUNKED),
    WORD("chat.completion", RILL_OBJECT_CHAT_COMPLETION, RILL_FACT_IS_CHAT_COMPLETION),
    WORD("chat.completion.done", RILL_OBJECT_CHAT_CHUNK, RILL_FACT_IS_CHAT_CHUNK), /* Perplexity: message and delta */
    WORD("text_completion", RILL_OBJECT_TEXT_COMPLETION, RILL_FACT_IS_TEXT_COMPLETION),
    WORD("text.completion", RILL_OBJECT_TEXT_COMPLETION, RILL_FACT_IS_TEXT_COMPLETION), /* Together */
    WORD("completion", RILL_OBJECT_TEXT_COMPLETION, RILL_FACT_IS_TEXT_COMPLETION),      /* r9s */
    WORD("error", RILL_OBJECT_ERROR, RILL_FACT_IS_ERROR),                               /* old vLLM */
};
const rill_names rill_chat_objects = NAMES(object_words, RILL_FACT_IS_FOREIGN);
