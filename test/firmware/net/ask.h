/* ask: one request over any port, its answer decoded and counted; and what the image cost. */
#ifndef ASK_H
#define ASK_H

#include "rill/rill.h"

/* The image's words: "TIME ADDRESS PORT NAME PATH [MESSAGE...]"; a word "-" is empty. */
typedef struct ask_words {
    const char *time;    /* TLS: seconds since 1970 */
    const char *address; /* where to connect to */
    const char *port;
    const char *name; /* of the server, as in a URL */
    const char *path;
    const char *message; /* of the user; the rest of the line, with its blanks */
} ask_words;

ask_words ask_words_read(void);
uint32_t ask_number(const char *digits);

/* Sends the request over an open port, prints the answer's facts as lines "name: number", closes. The exit status:
 * 0 the answer came whole; 1 it did not, and the reason is printed. */
int ask(const rill_port *port, void *context, const ask_words *words);

/* Prints why there is no connection; gives the exit status, 2. */
int ask_not_connected(rill_status status);

#endif
