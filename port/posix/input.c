/* The file that a command reads. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

FILE *open_input(const command_line *options)
{
    FILE *file = stdin;
    if (options->file != NULL && strcmp(options->file, "-") != 0)
        file = fopen(options->file, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s: %s: %s\n", options->program, options->file, strerror(errno));
        exit(EXIT_USAGE);
    }
    return file;
}

int close_input(const command_line *options, FILE *file, int status)
{
    const char *name = options->file != NULL ? options->file : "-";
    if (ferror(file)) {
        fprintf(stderr, "%s: %s: cannot be read\n", options->program, name);
        status = EXIT_USAGE;
    } else if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "%s: the output cannot be written\n", options->program);
        status = EXIT_USAGE;
    }
    if (file != stdin)
        fclose(file);
    return status;
}

static void write_to_file(void *file, const char *bytes, size_t length)
{
    fwrite(bytes, 1, length, file);
}

sink file_sink(FILE *file)
{
    return (sink){write_to_file, file};
}
