/* Cases in text files: input and expected event log side by side, so that a test reads like an example.
 *
 *     == name of the case
 *     -- options                     (optional; one line, the test's own words)
 *     body http
 *     -- input
 *     "HTTP/1.1 200 OK\r\n"          quoted pieces, one or more a line; escapes \r \n \t \0 \\ \" \xHH
 *     "\r\n"
 *     repeat 1000 "x"                a piece said N times
 *     | data: {"id":"a"}             a line as it stands, and its LF
 *     |                              an empty line
 *     -- expect
 *     HEAD 200                       compared as it stands, line by line, up to a blank line
 *
 * Lines that begin with # before the first part of a case, and blank lines between cases, mean nothing. */
#ifndef TEST_CASES_H
#define TEST_CASES_H

#include <stdbool.h>
#include <stddef.h>

#include "sink.h"

typedef struct test_case {
    char *name;
    char *options; /* "" when there are none */
    char *input;
    size_t length;
    char *expect; /* lines, each with its LF */
} test_case;

typedef struct test_cases {
    test_case *cases;
    size_t count;
} test_cases;

/* Reads a file of cases; ends the program with file and line when it is malformed, empty, or names a case twice. */
test_cases test_cases_read(const char *path);
void test_cases_free(test_cases *cases);

/* A growing text: the event log of a run. */
typedef struct test_log {
    char *text; /* NUL-terminated */
    size_t length, size;
} test_log;

void test_log_clear(test_log *log);
void test_log_free(test_log *log);
void test_log_add(test_log *log, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds bytes in a form that can be read: \r \n \t \\ \" \xHH, other printable ASCII and UTF-8 as they are. */
void test_log_bytes(test_log *log, const char *bytes, size_t length);

/* The sink that adds to a log. */
sink test_log_sink(test_log *log);

/* A whole file in memory of its own (a NUL behind it), or NULL. */
char *test_file_read(const char *path, size_t *length);

/* The folder of shared cases (RILL_CORPUS, else ../shared/corpus), or NULL after saying "skipped: ..." on stdout. */
const char *test_corpus(const char *what);

/* Of many places to cut, to fail or to end a memory, one of so many is tried: RILL_STRIDE, or else 1. */
size_t test_stride(void);

#endif
