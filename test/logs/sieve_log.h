/* sieve_log: what the sieve keeps of a JSON text, part by part, with a schema that has every kind of row.
 * test/golden/sieve.txt shows and explains the lines. */
#ifndef LOGS_SIEVE_LOG_H
#define LOGS_SIEVE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "rill/sieve.h"
#include "sink.h"

/* Row numbers are the keys of the kept text: they stand in front of the names in sieve_log.c. */
enum { LEAF_INDEX, LEAF_NAME };
typedef struct leaf {
    rill_element element;
    rill_text name;
} leaf;

enum { TREE_TEXT, TREE_ID, TREE_COUNT, TREE_LEAVES, TREE_RAW, TREE_GOOD, TREE_SIZE, TREE_NUMBERS, TREE_KIND };
typedef struct tree {
    rill_header header;
    rill_text text, id, raw;
    int64_t count;
    bool good;
    rill_real size;
    rill_enum kind;
    uint16_t leaf_count, number_count;
    leaf leaves[2];
    int64_t numbers[3];
} tree;
extern const rill_schema tree_schema;

/* Called with each part, cut or last. */
typedef void (*part_taker)(const rill_sieve *sieve, bool last, void *context);

/* A text on its way through the sieve. */
typedef struct sieve_run {
    rill_sieve sieve;
    const char *ceiling; /* of the buffer */
    rill_status status;  /* RILL_MORE: goes on */
    size_t offset;       /* bytes used so far */
    part_taker take;
    void *context;
} sieve_run;

void sieve_run_begin(sieve_run *run, char *buffer, size_t size, size_t tokens, part_taker take, void *context);
void sieve_run_feed(sieve_run *run, const char *bytes, size_t length);
rill_status sieve_run_end(sieve_run *run);

/* The part_taker that writes the lines of test/golden/sieve.txt; its context is a sink. */
void sieve_log_part(const rill_sieve *sieve, bool last, void *out);
/* The last line, of a text that is broken. */
void sieve_log_end(const sieve_run *run, sink out);

#endif
