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

#define RILL_TOKENS_MIN 24 /* the deepest path of a part and one member fit; 48 take most events in one part */
#define RILL_DIGITS_MAX 40 /* significant digits kept of a number; more only move its exponent */
#define RILL_DEPTH_MAX 64 /* open objects and arrays, wanted or not */
/* Bytes at the buffer's end that are never offered for reading, so that kept text always has room for one more character
 * and the closers of its path, also when every byte was kept: 12 for a character, 11 for closers and NUL, and 15 for what
 * positions, and keys without a name, add to the longest path that is opened again. */
#define RILL_RESERVE 40

/* Storage for one jsmn token. Opaque: its bytes belong to the copy of jsmn inside rill. */
typedef struct rill_token {
    int opaque[4];
} rill_token;

/* One open, kept object or array. */
typedef struct rill_frame {
    const rill_row *row; /* the row that wants it (of an array for its elements too); NULL: the root */
    uint32_t progress;   /* object: rows seen; array: elements seen (24 bits), and of those in this part (8 bits) */
} rill_frame;

/* Where a text stands whose last character is half a surrogate pair, until the next piece of that text comes. */
typedef struct rill_half {
    uint16_t surrogate; /* 0: none */
    uint16_t named;     /* a bit for each level of the path: this identity is the element's own index */
    uint8_t depth;
    uint8_t path[RILL_PATH_MAX]; /* the row of each member, the identity of each element */
} rill_half;

/* Plain data. facts (see rill_rule), sides and flags (of the part at hand) may be read; carries and never may be set behind
 * rill_sieve_begin(). */
typedef struct rill_sieve {
    uint8_t sides; /* RILL_SIDE_ANSWER, RILL_SIDE_ERROR: what the part at hand holds; 0: nothing was kept */
    uint8_t flags; /* RILL_PART_UTF8, RILL_PART_CUT; RILL_TEXT_UTF8 */
    bool carries;  /* half a pair at the end of a text may be joined with the next text */
    /* ---- bytes come first: short instructions of small cores reach only the first 32 */
    uint8_t state, role;   /* of the automaton; what becomes of the value at hand */
    uint8_t depth, base;   /* open brackets; those open where the value that is passed over or kept raw began */
    uint8_t path;          /* open kept brackets: frames in use */
    uint8_t reopened;      /* how many of them the part at hand began with */
    uint8_t members;       /* values and closed brackets kept in the part at hand, up to 2 */
    uint8_t matched;       /* characters of the key, the literal, or digits of the number at hand */
    uint8_t hex;           /* digits of the \uXXXX at hand */
    uint8_t utf8, partial; /* where a UTF-8 sequence stands; its bytes that are kept already */
    bool atomic;           /* the value at hand must not be cut */
    bool key;              /* the string at hand is a key */
    bool borrowed;         /* `high` is of a half that may belong to another element: its index is not known yet */
    uint8_t depth_limit;   /* brackets that may be open, RILL_DEPTH_MAX at most */
    uint8_t stored;        /* the half that waits is of this text: frames of its path that are open still */
    uint8_t step[RILL_PATH_MAX]; /* how each frame is reached: row of a member, identity of an element */
    uint16_t tokens, token_limit;
    uint16_t unit, high; /* the \uXXXX at hand; the high surrogate in front of it, or 0 */
    uint16_t gaps;       /* a bit for each path level: elements of this array were passed over */
    uint16_t named;      /* a bit for each path level: this element's own index came */
    uint32_t facts;      /* see rill_rule */
    uint32_t never;      /* facts that are not to stand */
    char *buffer;
    uint32_t kept;             /* end of the kept text */
    uint32_t mark;             /* where the member at hand begins, while it is atomic */
    uint32_t cut, length;      /* the part at hand: where its closers begin; its length with them. What was kept behind the
                                  cut, up to `kept`, lies behind the part and its NUL: it belongs to the next one */
    const rill_schema *root;
    const rill_schema *schema; /* of the innermost kept object */
    const rill_row *row;       /* of the value at hand, or one whose name begins as the key at hand; NULL: none */
    int32_t exponent;          /* of the number at hand: what its point and its dropped digits do */
    int32_t written;           /* of the number at hand: the exponent that it was sent with */
    uint32_t brackets[2];      /* a bit for each open bracket, 1 for an object; the innermost is bit 0 of the first */
    rill_half half;
    rill_frame frames[RILL_PATH_MAX];
    struct rill_reuse *reuse; /* while the text is being remembered */
} rill_sieve;

enum { RILL_SIDE_ANSWER = 1, RILL_SIDE_ERROR = 2 };
enum {
    RILL_PART_CUT = 1,  /* this part holds a piece of a STRING that exceeded the buffer */
    RILL_PART_UTF8 = 2, /* this part holds invalid UTF-8 */
    RILL_TEXT_UTF8 = 4  /* the JSON text holds invalid UTF-8 somewhere */
};

#ifdef __FRAMAC__
#include "sieve_holds.h"
#endif
/* What holds between any two calls, as far as it can be said of one sieve alone; docs/proof.md. */
/*@ predicate rill_sieve_ok(rill_sieve *sieve) =
      \valid(sieve) && sieve->depth <= sieve->depth_limit <= RILL_DEPTH_MAX && sieve->path <= RILL_PATH_MAX &&
      sieve->path <= sieve->depth && sieve->tokens <= sieve->token_limit;
*/

/* Makes ready: `buffer` takes the kept text, a part costs at most `token_limit` tokens. No facts stand. */
/*@ requires \valid(sieve);
    assigns *sieve;
    ensures sieve->root == root && sieve->buffer == buffer && sieve->depth_limit == RILL_DEPTH_MAX;
    ensures sieve->depth == 0 && sieve->path == 0 && sieve->kept == 0 && sieve->reuse == \null;
*/
void rill_sieve_begin(rill_sieve *sieve, const rill_schema *root, char *buffer, size_t token_limit);

/* Makes ready for a JSON text; facts stay. What was kept of the text before is gone. */
void rill_sieve_open(rill_sieve *sieve);

/* Lets bytes of the text pass. When `ceiling` is NULL they lie in the buffer behind the kept text, which grows up to them
 * and no further; else they lie elsewhere, and kept text may grow to `ceiling`. Sets *used.
 *   RILL_MORE        all are used
 *   RILL_OK          the part must be cut here (tokens or an array are full): rill_sieve_cut(), then go on
 *   RILL_LIMIT_FULL  no room to keep more: make room behind the kept text, or cut, then go on
 *   RILL_JSON_TRAILING             the text is complete, and *used is behind it; rill_sieve_end() still makes its last part
 *   RILL_JSON_*, RILL_LIMIT_DEPTH  the text is broken at *used; only rill_sieve_open() helps */
/*@ requires rill_sieve_ok(sieve) && \valid_read(bytes + (0 .. length - 1)) && \valid(used);
    assigns *sieve, sieve->buffer[0 .. UINT32_MAX], *used;
    ensures rill_sieve_ok(sieve) && *used <= length;
    ensures \result == RILL_MORE ==> *used == length;
    ensures \result <= RILL_MORE;
*/
rill_status rill_sieve_push(rill_sieve *sieve, const char *bytes, size_t length, const char *ceiling, size_t *used);

/* The bytes are not JSON but a text: they go on with the string that the sieve is in. Status as rill_sieve_push(). */
rill_status rill_sieve_push_plain(rill_sieve *sieve, const char *bytes, size_t length, const char *ceiling, size_t *used);

/* The text has ended. RILL_OK: it was complete, and what is left of it is the last part. RILL_JSON_CUT: it was not. */
/*@ requires room(sieve, 2);
    assigns sieve->role, sieve->atomic, sieve->state, sieve->cut, sieve->length, KEPT_OF(sieve);
    ensures \result == RILL_OK || \result == RILL_JSON_CUT;
    ensures \result == RILL_OK ==> sieve->cut == sieve->length == sieve->kept && sieve->buffer[sieve->length] == 0;
*/
rill_status rill_sieve_end(rill_sieve *sieve);

/* Ends the part at hand before its text has ended: closes what is open. */
/*@ requires path_ok(sieve) && frames_ok(sieve) && (sieve->atomic != 0 ==> keep_ok(sieve) && room(sieve, 16));
    assigns sieve->atomic, sieve->flags, sieve->role, KEPT_OF(sieve), sieve->cut, sieve->length;
    ensures path_ok(sieve) && sieve->cut <= sieve->kept;
    ensures \valid(sieve->buffer + (0 .. sieve->length)) && sieve->buffer[sieve->length] == 0;
*/
void rill_sieve_cut(rill_sieve *sieve);
/* Goes on behind a part that was cut: opens what was open. */
/*@ requires rill_sieve_ok(sieve);
    assigns *sieve, sieve->buffer[0 .. UINT32_MAX];
    ensures rill_sieve_ok(sieve);
*/
void rill_sieve_reopen(rill_sieve *sieve);

/* Half a pair still waits for its other half at the end of the stream: makes a text that holds U+FFFD in its place. False
 * when none waits. The whole buffer may be written to. */
bool rill_sieve_take_half(rill_sieve *sieve);

#ifdef __cplusplus
}
#endif

#endif
