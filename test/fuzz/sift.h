/* sift: a JSON text goes through sieve and fill, in a certain memory and in pieces; what its parts leave in the struct becomes
 * an event of a merge. And what should stand there, by another parser. */
#ifndef SIFT_H
#define SIFT_H

#include <jansson.h>

#include "fuzz.h"
#include "merge.h"

typedef struct sift {
    const rill_schema *schema;
    char *target; /* the struct */
    size_t size, tokens;
    fuzz_cuts cuts;
} sift;

typedef struct sifted {
    rill_status status;
    size_t offset; /* where it broke */
    unsigned flags; /* of all parts: RILL_PART_CUT, RILL_TEXT_UTF8 */
    unsigned parts; /* handed out */
    merge log;      /* its open answer is the event; its text is written by sift_write() */
} sifted;

/* merge_end(&out->log) frees what it leaves. */
void sift_run(const sift *how, const char *text, size_t length, sifted *out);
/* The values and how it ended, as text in out->log.text. */
void sift_write(sifted *out);

/* What the JSON value should leave in a struct of this schema, which has no rules, is what the event has. */
void sift_expect(const rill_schema *schema, const json_t *value, merge_event *event);

#endif
