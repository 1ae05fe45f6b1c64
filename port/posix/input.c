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
