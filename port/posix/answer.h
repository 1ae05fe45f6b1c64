/* An answer for people: text as it comes, reasoning, refusals, tool calls, the usage, and what went wrong. */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>

#include "calls.h"
#include "growing.h"
#include "rill/chat.h"
#include "rill/stream.h"
#include "terminal.h"

/* What the standard output shows at the moment. */
typedef enum answer_section {
    SECTION_NONE,
    SECTION_REASONING,
    SECTION_TEXT,
    SECTION_REFUSAL,
    SECTION_CALLS,
    SECTION_USAGE
} answer_section;

typedef struct answer {
    terminal out; /* standard output */
    bool dim;     /* it takes colours: reasoning is dimmed */
    bool line_open;
    answer_section section;
    calls calls;
    rill_usage usage; /* the last one that came */
    rill_finish finish;
    growing error_message, error_type, error_code; /* of the error that is on its way */
    int exit; /* as the program's */
} answer;

void answer_begin(answer *shown);
/* Shows an item; the chunk is that of the stream's configuration. */
void answer_item(answer *shown, const rill_stream *stream, const rill_item *item, const rill_chunk *chunk);
/* Gives the memory back, and the exit status. */
int answer_end(answer *shown);

/* Ends the line on standard output, so that standard error can begin one. */
void answer_pause(answer *shown);

#endif
