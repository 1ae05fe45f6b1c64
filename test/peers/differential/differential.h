/* differential: two parsers read the same documents. Where they say different things, a row of a table says why; what no row
 * explains is a failure. */
#ifndef DIFFERENTIAL_H
#define DIFFERENTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a document is made of others; the same number gives the same one on every machine. */
typedef struct mutation {
    uint32_t random; /* not 0 */
    const char *const *words; /* what is put in, beside single bytes; ends with NULL */
} mutation;

enum { DOCUMENT_MAX = 16384 };

typedef struct document {
    char bytes[DOCUMENT_MAX];
    size_t length;
} document;

/* Changes a document once to four times: bits, bytes, words, pieces of its own or of another one. */
void mutate(mutation *how, document *one, const document *other);

/* A way in which the two may differ, and a document that shows it. */
typedef struct deviation {
    const char *what, *why, *example;
    size_t example_length;
} deviation;
#define SHOWN_BY(text) text, sizeof(text) - 1

enum { BOTH_TAKE = -1, BOTH_REFUSE = -2, NOT_LISTED = -3 };

typedef struct subject {
    const char *name, *peer;
    const char *const *words;
    const deviation *deviations; /* end with zeros */
    int (*compare)(const document *one, char *told, size_t size); /* a row of these, or one of the above; told: what each says */
} subject;

extern const subject framing, grammar;

#endif
