/* The commands of the rill program, a file each, and what they share. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "rill/stream.h"
#include "sink.h"

enum { /* exit status */
    EXIT_GOOD = 0,   /* done or eof; valid */
    EXIT_BROKEN = 1, /* truncated, bad events seen, invalid */
    EXIT_USAGE = 2,
    EXIT_SERVER = 3, /* the server reported an error */
    EXIT_CANCELLED = 130 /* as a shell says of a program that Ctrl-C ended */
};

typedef struct command_line {
    const char *program;
    size_t buffer; /* --buffer: bytes of the decoder's buffer */
    size_t tokens; /* --tokens */
    size_t feed;   /* --feed: bytes at a time */
    size_t reuse;  /* --reuse: bytes of memory for it; 0: without */
    rill_body body;
    bool json; /* --json: items as lines */
    const char *file; /* NULL or "-": standard input */
    const char *port, *url, *model, *key_env, *system, *tools, *prompt; /* rill chat */
} command_line;

int command_chat(const command_line *options);
int command_decode(const command_line *options);
int command_sse(const command_line *options);
int command_json(const command_line *options);
int command_http(const command_line *options);

/* The file of the options, or standard input; ends the program with a message when it cannot be opened. */
FILE *open_input(const command_line *options);
/* Closes it and gives the command's exit status: EXIT_USAGE, with a message, when the file could not be read or the output
 * not be written, else `status`. */
int close_input(const command_line *options, FILE *file, int status);

/* A sink that writes to a file, whose errors its owner looks for. */
sink file_sink(FILE *file);

#endif
