/* faulty_port: a port that has an answer to give, and misbehaves at one of its calls, or from it on, in one way.
 *
 * The clock is its own and stands still but where the port waits. What must not be done with a port is noted. */
#ifndef FAULTY_PORT_H
#define FAULTY_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rill/client.h"

typedef enum fault_kind {
    FAULT_NONE,
    FAULT_NOTHING, /* no byte, at once */
    FAULT_WAIT,    /* no byte, when the timeout is over */
    FAULT_ONE,     /* one byte */
    FAULT_HALF,    /* half of the bytes */
    FAULT_STATUS,  /* `value` as the answer; from here on the port has failed */
    FAULT_EXCESS,  /* `value` more bytes than asked for, as far as an int32_t goes; likewise */
    FAULT_CANCEL,  /* bytes as ever, and rill_client_cancel() inside of the call */
    FAULT_HANG,    /* from here on no byte, each time when the timeout is over */
    FAULT_DRIP,    /* from here on one byte at a time, each FAULTY_DRIP_MS after the one before */
    FAULT_NUL,     /* read: a NUL in front of the bytes */
    FAULT_GARBAGE  /* read: `value` in the place of each byte */
} fault_kind;

enum { FAULTY_DRIP_MS = 240 };

enum { FAULTY_SENT_MAX = 1024 };

typedef struct faulty_port {
    /* ---- set by its user; the rest is zero then */
    const char *answer;
    size_t length;
    size_t read_size, write_size; /* bytes that it moves in a call */
    fault_kind fault;
    int32_t value;
    unsigned at, most_calls; /* the call that is struck, counted from 0; how many are at most to be expected */
    uint32_t clock;
    rill_client *client; /* for FAULT_CANCEL */
    /* ---- what became of it */
    enum { STRUCK_NOT, STRUCK_READ, STRUCK_WRITE } struck;
    size_t struck_given;   /* bytes of the answer given before the fault */
    size_t garbled;        /* bytes of it that the fault replaced */
    uint32_t struck_clock; /* when */
    unsigned calls, closed;
    size_t given; /* bytes of the answer */
    char sent[FAULTY_SENT_MAX];
    size_t sent_length;
    const char *misuse; /* what was done with it that must not be; NULL: nothing */
    /* ---- its own */
    bool no_read, no_write;
    uint32_t drip;
} faulty_port;

/* The port's functions; the context is a faulty_port. */
extern const rill_port faulty_port_functions;

#endif
