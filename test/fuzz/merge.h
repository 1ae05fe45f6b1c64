/* merge: what the items of a stream leave in the struct, as a log that does not depend on how events came in parts: an event
 * a block of lines. A schema says where values lie; each line is a place in the struct and what it holds, texts joined over
 * the parts of their event. */
#ifndef MERGE_H
#define MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "growing.h"
#include "rill/schema.h"
#include "rill/stream.h"

enum { MERGE_DEPTH = RILL_PATH_MAX + 1 };

/* A place: the arrays on the way with the position in each, and where the value lies in the innermost struct. */
typedef struct merge_key {
    uint32_t level[2 * MERGE_DEPTH];
    uint16_t offset;
    uint8_t depth, kind; /* a rill_kind, or MERGE_HEADER */
} merge_key;

enum { MERGE_HEADER = RILL_RAW + 1 };

typedef struct merge_value {
    merge_key key;
    uint32_t next;  /* with the same hash, as in merge_event.first */
    unsigned part;  /* the part that told it last */
    growing text;   /* joined: texts, elements of arrays of scalars */
    char fixed[24]; /* what the last part told */
} merge_value;

/* The values of an event. Places stay for the next one. */
typedef struct merge_event {
    merge_value *values;
    size_t count, size;
    uint32_t first[256]; /* by a hash of the key: 1 + the number of a value; 0: none */
    unsigned part; /* parts so far; 0: it has not begun */
    unsigned flags;
} merge_event;

typedef struct merge_entry {
    size_t at; /* in the log's text */
    bool parts; /* it came in several */
} merge_entry;

typedef struct merge {
    const rill_schema *schema;
    const char *target;        /* the struct */
    const char *views, *end;   /* where texts may lie */
    merge_event answer, error; /* open events */
    growing text;
    merge_entry *entries;
    size_t entry_count, entry_size;
} merge;

void merge_begin(merge *log, const rill_schema *schema, const void *target, const char *buffer, size_t size);
void merge_item(merge *log, const rill_item *item);
void merge_end(merge *log);

/* The values of the struct alone are added to the event: those of rows with this side of the root (0: all rows). */
void merge_struct(merge *log, merge_event *event, int side);
/* Ends the event: its values are lines of the log. */
void merge_event_done(merge *log, merge_event *event);
merge_value *merge_place(merge_event *event, const merge_key *key);
bool merge_is_empty(const merge_value *value);

/* The logs are the same. `known_limits`: of answers that came in parts what they are may differ, and whether they are one
 * (docs/design.md, "Known limits of one pass"). */
void merge_same(const char *what, const char *one_name, const merge *one, const char *other_name, const merge *other,
                bool known_limits);

#endif
