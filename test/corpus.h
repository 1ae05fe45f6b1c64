/* What the shared conformance cases say, in the words of the logs (test/logs). */
#ifndef TEST_CORPUS_H
#define TEST_CORPUS_H

#include <jansson.h>
#include <stddef.h>

#include "cases.h"

/* The lines that sse_log writes for this case. */
void corpus_sse_log(test_log *log, const json_t *file);

/* The input of an http case as a whole response: chunks and fields get a head before them. `name` has the case's folder in
 * front. Memory of its own; *length changes. */
char *corpus_http_response(const json_t *expect, const char *name, const char *input, size_t *length);


#endif
