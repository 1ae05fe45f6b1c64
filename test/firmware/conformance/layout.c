#include "layout.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void stop(const char *what, const char *which)
{
    fprintf(stderr, "jobs: %s: %s\n", what, which);
    exit(EXIT_FAILURE);
}

char *joined(const char *before, const char *name)
{
    size_t size = strlen(before) + strlen(name) + 2;
    char *path = malloc(size);
    if (path == NULL)
        abort();
    snprintf(path, size, "%s/%s", before, name);
    return path;
}

static FILE *open_file(const char *path, const char *name)
{
    char *whole = joined(path, name);
    FILE *file = fopen(whole, "wb");
    if (file == NULL)
        stop("cannot be written", whole);
    free(whole);
    return file;
}

void folder_open(folder *to, const char *root, const char *name)
{
    char *path = joined(root, name);
    mkdir(root, 0777);
    mkdir(path, 0777);
    *to = (folder){open_file(path, "jobs.bin"), open_file(path, "inputs.bin"), open_file(path, "expects.bin"),
                   open_file(path, "list.txt"), 0, 0};
    free(path);
}

void folder_close(folder *to)
{
    FILE *const files[] = {to->jobs, to->inputs, to->expects, to->list};
    for (size_t i = 0; i < 4; i++)
        if (fflush(files[i]) != 0 || ferror(files[i]) || fclose(files[i]) != 0)
            stop("cannot be written", "a file of jobs");
}

laid_out add_input(folder *to, const example *at)
{
    laid_out made = {to, at, to->input_at, to->expect_at};
    to->input_at += (uint32_t)at->length;
    fwrite(at->input, 1, at->length, to->inputs);
    if (at->expect != NULL) {
        size_t length = strlen(at->expect);
        fwrite(at->expect, 1, length, to->expects);
        to->expect_at += (uint32_t)length;
    }
    return made;
}

void add_job(const laid_out *input, enum job_kind kind, uint32_t options, rill_body body, uint32_t size,
             uint32_t tokens, uint32_t piece)
{
    const conformance_job made = {(uint32_t)kind, options, (uint32_t)body,   size,
                                  tokens,         piece,   input->input_at, (uint32_t)input->at->length};
    fwrite(&made, sizeof made, 1, input->to->jobs);
    fprintf(input->to->list, "%s\t%s\t%u bytes, %u tokens, pieces of %u%s\t%zu\t", input->at->group, input->at->name,
            (unsigned)size, (unsigned)tokens, (unsigned)piece, (options & JOB_GIVE) != 0 ? ", given" : "",
            input->at->length);
    if (input->at->expect != NULL)
        fprintf(input->to->list, "%u\t%zu\n", (unsigned)input->expect_at, strlen(input->at->expect));
    else
        fprintf(input->to->list, "-\t-\n");
}
