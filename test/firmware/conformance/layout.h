/* layout: the files that the conformance image reads its jobs from.
 *
 *     jobs.bin     see job.h
 *     inputs.bin   the inputs, one behind the other
 *     expects.bin  the logs that golden and conformance cases ask for, one behind the other
 *     list.txt     a line for each job, with tabs between: group, name, how it is run, bytes of input, where its log
 *                  stands in expects.bin and the length of that, or "-" and "-" */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "job.h"
#include "rill/stream.h"

typedef struct folder {
    FILE *jobs, *inputs, *expects, *list;
    uint32_t input_at, expect_at;
} folder;

/* One input, and the log that it is to give. */
typedef struct example {
    const char *group, *name;
    const char *input;
    size_t length;
    const char *expect; /* NULL: not told */
} example;

/* An input in its file, for which jobs are added. */
typedef struct laid_out {
    folder *to;
    const example *at;
    uint32_t input_at, expect_at;
} laid_out;

/* All of these end the program with a message when they fail. */
void folder_open(folder *to, const char *root, const char *name);
void folder_close(folder *to);
laid_out add_input(folder *to, const example *at);
void add_job(const laid_out *input, enum job_kind kind, uint32_t options, rill_body body, uint32_t size,
             uint32_t tokens, uint32_t piece);

void stop(const char *what, const char *which);
/* "before/name", in memory of its own. */
char *joined(const char *before, const char *name);

#endif
