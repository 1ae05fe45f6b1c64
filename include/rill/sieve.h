/* sieve: lets the bytes of a JSON text pass, checks them all, and keeps the members that a schema names.
 *
 * A pushdown automaton over single bytes. Every byte is checked against RFC 8259, skipped members included; nesting goes
 * to RILL_DEPTH_MAX on a bit stack. What is kept lies in the buffer as a complete, minified, small JSON text in which a
 * key is one character (`0` + its row in the schema), numbers are digits and an exponent, and \u escapes are characters.
 * When memory is full the text is closed, handed out as a part, and opened again at the same place: see docs/design.md.
 *
 * Most users want rill_stream_* or rill_json_*; this header is for those who build on the room itself. */
#ifndef RILL_SIEVE_H
#define RILL_SIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rill/schema.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_DEPTH_MAX 64 /* open objects and arrays, wanted or not */
#define RILL_RESERVE 24   /* bytes at the buffer's end that are never offered for reading: closers, a NUL, one character */

/* Storage for one jsmn token. Opaque: its bytes belong to the copy of jsmn inside rill. */
typedef struct rill_token {
    int opaque[4];
} rill_token;

/* One open, kept object or array. */
typedef struct rill_frame {
    const rill_row *row; /* the row that wants it (of an array for its elements too); NULL: the root */
    uint32_t progress;   /* object: rows seen; array: elements seen (24 bits), and of those in this part (8 bits) */
} rill_frame;

/* The place of a string whose last character is half a surrogate pair, until the next piece of that string comes. */
typedef struct rill_half {
    uint16_t surrogate; /* 0: none */
    uint8_t depth;
    uint8_t path[RILL_PATH_MAX]; /* row of each object, identity of each element */
} rill_half;

/* Plain data, the room's own. */
typedef struct rill_sieve {
    const rill_schema *root;
    const rill_schema *schema; /* of the innermost kept object */
    const rill_row *row;       /* of the value at hand */
    char *buffer;
    uint32_t kept;        /* end of the kept text */
    uint32_t mark;        /* start of a member that must not be cut, while `atomic` */
    uint32_t cut;         /* where the part at hand ends: its closers begin here */
    uint32_t tail;        /* bytes kept behind those closers, which belong to the next part */
    uint32_t facts;       /* see rill_rule */
    uint32_t candidates;  /* rows that the key so far may name */
    uint64_t brackets;    /* a bit for each open bracket: 1 an object; the innermost is bit 0 */
    int32_t exponent;     /* of the number at hand: what dropped digits and the point do to it */
    int32_t written;      /* its own exponent */
    uint16_t tokens, token_limit;
    uint16_t unit;        /* \uXXXX so far, or the high surrogate before it */
    uint16_t high;
    uint8_t state, depth, path, skip;
    uint8_t kind, matched, digits, utf8;
    uint8_t flags, sides, reopened, atomic;
    rill_half half;
    uint8_t row_at[RILL_PATH_MAX];
    rill_frame frames[RILL_PATH_MAX];
} rill_sieve;

#ifdef __cplusplus
}
#endif

#endif
