/* flow: an input goes through a stream in a certain way, and what comes out becomes a log (merge.h). On the way what holds
 * for every stream is checked: each call makes progress, texts lie in the buffer, the steps are linear in the input. */
#ifndef FLOW_H
#define FLOW_H

#include "fuzz.h"
#include "merge.h"
#include "rill/stream.h"

typedef enum flow_feed {
    FLOW_SPACE, /* into the buffer */
    FLOW_GIVE,  /* from elsewhere */
    FLOW_BOTH   /* in turns */
} flow_feed;

typedef struct flow {
    const rill_schema *schema;
    size_t target; /* bytes of the struct */
    size_t size, tokens;
    rill_body body;
    flow_feed feed;
    fuzz_cuts cuts;
    rill_status closing;
    size_t reuse; /* bytes of memory for it; 0: without */
} flow;

/* Leaves the log in `log`, which merge_end() frees; NULL: none is kept. */
void flow_run(const flow *how, const char *bytes, size_t length, merge *log);

/* Schemas to choose from, and their structs: chat, lean; the same where they are of no answer, which have no known limits; and
 * one of every kind of row. */
typedef struct flow_schema {
    const char *name;
    const rill_schema *schema;
    size_t target;
} flow_schema;

enum { FLOW_SCHEMAS = 5 };
flow_schema flow_schema_of(uint8_t letter);

#endif
