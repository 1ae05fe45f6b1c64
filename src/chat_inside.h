/* What the schemas of OpenAI-style answers share: rules, words, and ways to write their rows. */
#ifndef RILL_CHAT_INSIDE_H
#define RILL_CHAT_INSIDE_H

#include "rill/chat.h"

/* The places of rill_chat_rules. */
enum rule {
    RULE_NONE,
    RULE_CHOICES,
    RULE_DELTA,
    RULE_MESSAGE,
    RULE_TEXT,
    RULE_REASONING_CONTENT,
    RULE_REASONING,
    RULE_THINKING,
    RULE_FINISH,
    RULE_STOP,
    RULE_ERROR,
    RULE_ERROR_STRING,
    RULE_ERROR_MESSAGE,
    RULE_ROOT_MESSAGE,
    RULE_ERROR_TYPE,
    RULE_ERROR_PARAM,
    RULE_ERROR_CODE,
    RULE_USAGE,
    RULE_INNER_USAGE,
    RULE_TOKENS,
    RULE_SIGNATURE
};

extern const rill_rule rill_chat_rules[];
extern const rill_names rill_chat_finishes; /* a rill_finish */
extern const rill_names rill_chat_objects;  /* a rill_object */

#define WORD(text, value, facts) {(text), (facts), (uint8_t)(sizeof(text) - 1), (uint8_t)(value)}
#define NAMES(words, other) {(words), sizeof(words) / sizeof((words)[0]), (other)}
#define ROW RILL_ROW
#define OFFSET(type, member) ((uint16_t)offsetof(type, member))
#define COUNT(rows) ((uint8_t)(sizeof(rows) / sizeof((rows)[0])))
/* The schema of an object whose members fill the struct around it. */
#define WITHIN(rows) {(rows), NULL, 0, 0, COUNT(rows), false}
/* The array of such objects. */
#define EACH_WITHIN(schema) {(schema), 1, 0, RILL_NO_COUNT, RILL_OBJECT, false}
/* A member of `type` that fills its member `error`. */
#define ERROR_ROW(type, member, wire, bit, kind, rule)                                                                      \
    {                                                                                                                       \
        (wire), NULL, OFFSET(type, error.member), OFFSET(type, error.header), (uint8_t)(sizeof(wire) - 1),                  \
            (kind), (bit) | RILL_IS_ERROR, (rule)                                                                           \
    }

#endif
