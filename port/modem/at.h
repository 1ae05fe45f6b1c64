/* at: an engine for AT commands (ITU-T V.250, 3GPP TS 27.007 and what vendors add) over any byte port.
 *
 * A script is a const table of steps: a request, the lines that may answer it, a time limit. Lines that come unasked
 * are another table, looked at all the time. The shape is that of Zephyr's modem_chat. modem.h stands on this; the
 * engine can also be used by itself, for commands of your own:
 *
 *     static const rill_at_match signal[] = {{"+CSQ: " RILL_AT_VALUE, RILL_AT_TELL, 0}, {NULL, 0, 0}};
 *     static const rill_at_step ask[] = {{"AT+CSQ\r", signal, 5, 0, 0, 0}, {NULL, NULL, 0, 0, 0, 0}};
 *     rill_at_begin(&at, &rill_uart_port, &uart, line, sizeof(line));
 *     rill_at_start(&at, ask);
 *     do
 *         status = rill_at_run(&at, 100);
 *     while (status >= 0 && at.step != NULL);
 *     ... RILL_OK: the value is in at.told
 *
 * Bytes are taken from the port below one by one while lines are read, and never beyond what a line or the length in it
 * asks for. So data goes straight to the reader's memory, whatever bytes it holds, and the line buffer holds only the
 * line at hand. A line that is too long is cut: what is kept of it still counts, but a number that may have been cut
 * does not. Lines that no table knows, echoed requests among them, are passed over. */
#ifndef RILL_AT_H
#define RILL_AT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rill/port.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_AT_LINE_MIN 48   /* bytes of the smallest line buffer */
#define RILL_AT_KNOCKS 20     /* see RILL_AT_KNOCK */
#define RILL_AT_PAUSE_MS 250  /* before a step is tried again */
#define RILL_AT_GAP_MS 5000   /* longest silence inside of data whose length was told */
#define RILL_AT_LATE 255      /* bytes that are taken behind a limit, when nobody called before */
#define RILL_AT_NUMBER 99999  /* larger numbers in lines count as this */

/* Placeholders, written between the strings of a request or of a line: "AT+QIRD=" RILL_AT_ID "," RILL_AT_COUNT "\r" */
#define RILL_AT_ID "\1"    /* the socket's number. In a line: this number and no other */
#define RILL_AT_COUNT "\2" /* request: how many bytes */
#define RILL_AT_VALUE "\2" /* line: a number, which becomes the value of the line */
#define RILL_AT_PORT "\3"  /* request: the number of the TCP port */
#define RILL_AT_ANY "\3"   /* line: a number of no interest */
#define RILL_AT_MAYBE "\4" /* line: one character or none, in front of the one that follows in the pattern */
/* \4 to \11 in a request: texts[0] to texts[5] */
#define RILL_AT_TEXTS 6

enum { RILL_AT_NUMBER_ID, RILL_AT_NUMBER_COUNT, RILL_AT_NUMBER_PORT, RILL_AT_NUMBERS };

/* What a line does. Those marked * give the step at hand its outcome, when it has none yet. */
typedef enum rill_at_act {
    RILL_AT_EVENT,   /* sets the bits of status in `events`; 0: hides the line from the tables behind this one */
    RILL_AT_BREAK,   /* the connection is lost: nothing but the row's status from now on */
    RILL_AT_PROMPT,  /* the modem now takes data, as many bytes as the request's COUNT said. Status: so many
                        milliseconds from now; 1: at once, and the step ends with the data */
    RILL_AT_IS,      /* * the status: RILL_OK is as wanted; RILL_END: not yet, the step is tried again after a pause;
                        RILL_MORE: failed, the status is the step's own or RILL_PORT_COMMAND */
    RILL_AT_CODE,    /* * as wanted when the value is 0; else what `codes` has for the value plus 1000 times the status,
                        or as RILL_MORE */
    RILL_AT_TELL,    /* * as wanted; the value is kept in `told` */
    RILL_AT_NAME,    /* * as wanted; the value is the socket's number from now on */
    RILL_AT_DATA,    /* * as wanted; as many bytes as the value says follow behind the line, which is kept in `told`,
                        and behind them the character that is the status. More than COUNT, or another character, is
                        RILL_PORT_ANSWER */
    RILL_AT_PUSH,    /* as many bytes as the value says follow, unasked */
    RILL_AT_FINAL = 0x40, /* added: the line ends the step, if that has an outcome */
    RILL_AT_OPEN = 0x80   /* added: nothing may follow in the line; it counts as soon as its last character, which is no
                             placeholder, is there */
} rill_at_act;

/* A row of a table that ends with a NULL. */
typedef struct rill_at_match {
    const char *line; /* how the line begins, with placeholders */
    uint8_t act;      /* rill_at_act */
    int8_t status;    /* as the act says */
} rill_at_match;

/* Codes of errors: `count` numbers from `first` on mean `status`. A table ends with a count of 0. */
typedef struct rill_at_code {
    uint16_t first;
    uint8_t count;
    int8_t status;
} rill_at_code;

enum {
    RILL_AT_OPTIONAL = 1, /* an error: go on with the next step; not when no answer came in time */
    RILL_AT_GIVEN = 2,    /* left out when one of the texts of its request is empty; texts[5] may be */
    RILL_AT_SETTLE = 4,   /* begins with a pause, in which late answers to earlier commands pass */
    RILL_AT_KNOCK = 8,    /* sent up to RILL_AT_KNOCKS times, until it is answered; restarts and noise are passed
                             over */
    RILL_AT_FRESH = 16    /* ends with all events forgotten */
};

/* A row of a script that ends with a request of NULL. */
typedef struct rill_at_step {
    const char *request;          /* as it is sent, line end included, with placeholders */
    const rill_at_match *answers; /* OK alone is no answer then. NULL: OK is */
    uint8_t limit_s;              /* seconds that the answer may take */
    uint8_t flags;                /* RILL_AT_OPTIONAL, ... */
    int8_t jump;                  /* > 0: when good, leave out so many of the next steps; < 0: again goes so far back */
    int8_t status;                /* of a failure that says nothing more, and of OK without any of the answers */
} rill_at_step;

typedef struct rill_at {
    /* the engine's; may be read */
    uint8_t phase, behind;
    uint8_t tries;          /* knocks without an answer; RILL_AT_KNOCKS: the script ends with the step at hand */
    uint8_t events;         /* bits that lines have set; the user clears them */
    bool cut;               /* the line is longer than its buffer */
    bool answered;          /* something has come for the step */
    bool given;             /* a prompt was answered with all of its bytes */
    bool ends;              /* the step ends with them */
    uint8_t late;           /* bytes that were taken behind the limit */
    char fence;             /* data has ended: this must follow; 0: no data */
    uint16_t length;        /* of the line so far */
    uint32_t sent;          /* bytes of the request, or of what answers a prompt */
    int32_t outcome;        /* of the step, a rill_status; RILL_MORE: none yet; RILL_END: again */
    int32_t news;           /* of this call; RILL_MORE: none yet */
    int32_t broken;         /* RILL_OK, or what is said from now on */
    const rill_at_step *step; /* NULL: no script runs */
    uint32_t since, limit;  /* when the phase began, or data last came; how long it may take */
    uint32_t value;         /* of the line that was looked at last */
    uint32_t told;          /* by a line with RILL_AT_TELL or RILL_AT_DATA */
    uint32_t left;          /* bytes of data that are still to come */
    /* set by rill_at_begin(); may be changed while no script runs */
    const rill_port *port;  /* of the device below */
    void *context;
    const rill_at_match *lines; /* known at any time; NULL: none */
    const rill_at_code *codes;  /* NULL: none */
    char *line;
    size_t line_size;
    uint32_t numbers[RILL_AT_NUMBERS]; /* id, count, port; at most 65535 */
    const char *texts[RILL_AT_TEXTS];  /* of requests; none may be NULL */
    /* set before each call of rill_at_run(), where there is something */
    const char *out; /* what a prompt is answered with: out_size bytes, from the first one on; NULL: as many zeros as it
                        wants */
    size_t out_size;
    char *in; /* where data goes; both move on with each byte */
    size_t in_size;
} rill_at;

/* Makes ready. `line` must stay for as long as the engine is used.
 *   RILL_OK
 *   RILL_SCHEMA_CONFIG  a NULL, or a line of less than RILL_AT_LINE_MIN or more than 65535 bytes */
rill_status rill_at_begin(rill_at *at, const rill_port *port, void *context, char *line, size_t line_size);

/* Begins a script, in place of the one that runs. Moves no bytes. Not while data is on its way (`left` is not 0): what is left
 * of it would be read as lines. */
void rill_at_start(rill_at *at, const rill_at_step *script);

/* Lets the script end with the step at hand: what was sent is still waited for, and no other step is begun. */
void rill_at_end(rill_at *at);

/* Goes on for up to timeout_ms, also with 0. A limit counts while nobody calls, too, but what has come by then is
 * taken: up to RILL_AT_LATE bytes of lines, and all of data. While the modem waits for a block's bytes the limit is the
 * caller's own.
 *   RILL_OK      something has happened: the script is done (step is NULL); or data came, and `in` and `in_size` have
 *                moved on; or a line has set events
 *   RILL_MORE    not yet, call again. At once where data waits and in_size is 0, or a prompt and all of `out` was taken
 *   RILL_PORT_*  the script failed, and no script runs any more. The step's or the line's status; SILENT: no answer
 *                within its limit; TIMEOUT: a part of the answer was missing by then; COMMAND: an error without a
 *                reason. Said again by all later calls: ANSWER (a length that lies, bytes that are missing), what
 *                RILL_AT_BREAK says, and errors of the port below */
rill_status rill_at_run(rill_at *at, uint32_t timeout_ms);

/* What it should be called when the caller's own time is over: the status of the step at hand, or RILL_PORT_TIMEOUT. */
rill_status rill_at_late(const rill_at *at);

#ifdef __cplusplus
}
#endif

#endif
