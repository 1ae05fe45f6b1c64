/* job: one input through one room, in given memory. The file of jobs is written on the host and read in blocks. */
#ifndef JOB_H
#define JOB_H

#include <stdint.h>

enum job_kind {
    JOB_ANSWERS, /* a whole answer: lines of items */
    JOB_HTTP,    /* a response: pieces of the http room */
    JOB_SSE,     /* an event stream: pieces of the sse room */
    JOB_EVENTS,  /* an event stream as the standard shows it: events alone */
    JOB_SIEVE,   /* a JSON text: what the sieve keeps of it */
    JOB_GRAMMAR, /* a JSON text: taken or refused */
    JOB_VALUE,   /* a JSON text: its value, written without blanks and escapes */
    JOB_THINGS,  /* an event stream of {"id":...}: the ids until it breaks or ends */
    JOB_END,     /* an event stream: how it ends */
    JOB_COUNT    /* a whole answer: no lines, the instructions of its decoding */
};

enum {
    JOB_GIVE = 1,    /* the input is read where it lies, not in the buffer */
    JOB_HALF = 2,    /* pieces are taken in parts: HTTP: the first half; SSE: three bytes at a time */
    JOB_CLOSE = 4,   /* SSE: the end of the input ends the event */
    JOB_PENDING = 8  /* EVENTS: the input ends inside an event, whose id does not count */
};

/* As it lies in the file: little-endian, without gaps. */
typedef struct conformance_job {
    uint32_t kind, options;
    uint32_t body;           /* ANSWERS: a rill_body */
    uint32_t size, tokens;   /* memory of the decoder: bytes, tokens */
    uint32_t piece;          /* bytes at a time; 0: as many as fit */
    uint32_t offset, length; /* of the input in the file of inputs */
} conformance_job;

#endif
