/* script: a modem in memory, a port that answers at once and each time alike. It answers the commands that port/modem
 * sends when nothing goes wrong as the modem emulator does; any other command is OK. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdbool.h>

#include "rill/port.h"

typedef struct script {
    /* set by the user; all else is 0 */
    const char *answer; /* of the server */
    size_t answer_left; /* its bytes that were not read yet */
    bool crlf;          /* commands end with CR LF, not with CR */
    /* ---- */
    char command[80]; /* that is being received; its length */
    size_t length;
    const struct script_reply *taking; /* data comes for this one */
    size_t asked, taken, pluses;       /* its bytes: how many it was to be, so far, and of these + at the end */
    bool carrying;                     /* the line is the connection */
    char head[64];       /* a text of `next` with a number in it */
    const char *next[4]; /* texts that are to be said */
    size_t next_length[4];
    uint32_t now; /* goes on by what reads wait in vain */
} script;

/* The context is a script. */
extern const rill_port script_port;

#endif
