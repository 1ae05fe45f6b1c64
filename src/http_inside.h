/* The inside of http, shared by its files:
 *
 *     http.c          the automaton: what may stand behind what; the pieces
 *     http_effects.c  what the bytes mean: status, fields, framing */
#ifndef RILL_HTTP_INSIDE_H
#define RILL_HTTP_INSIDE_H

#include "rill/http.h"

/* What stood before the next byte; X_LF waits for the LF of a CRLF. A state is the index of its first rule.
 * RFC 9112 2.2 lets a reader take a bare LF for a line end. Here it cannot be: two readers of one stream must not see
 * different lines, and Node's parser refuses it too, so no server in use can depend on it. */
enum state {
    FAILED,
    BEGIN, /* nothing but empty lines: some servers send one behind a 100 (Continue) */
    BEGIN_LF = BEGIN + 2,
    VERSION = BEGIN_LF + 1, /* behind the H of HTTP/1.1: a state for each byte */
    MINOR = VERSION + 7,
    STATUS = MINOR + 1, /* behind the blank: a state for each digit */
    STATUS_2 = STATUS + 1,
    STATUS_3 = STATUS_2 + 1,
    STATUS_END = STATUS_3 + 1,
    REASON_BEGIN = STATUS_END + 2,
    REASON = REASON_BEGIN + 2,
    REASON_LF = REASON + 2,

    FIELD = REASON_LF + 1, /* the beginning of a field line, in the head or in the trailer section */
    NAME = FIELD + 2,
    VALUE_BEGIN = NAME + 2,
    VALUE = VALUE_BEGIN + 3,
    VALUE_LF = VALUE + 2,
    FOLD = VALUE_LF + 1, /* behind a field line: the next may go on with its value, RFC 9112 5.2 */
    HEAD_LF = FOLD + 3,

    CHUNK_BEGIN = HEAD_LF + 1,
    SIZE = CHUNK_BEGIN + 1,
    EXTENSION_BEGIN = SIZE + 4, /* RFC 9112 7.1.1 */
    EXTENSION_NAME = EXTENSION_BEGIN + 2,
    EXTENSION_NAME_END = EXTENSION_NAME + 5,
    EXTENSION_VALUE_BEGIN = EXTENSION_NAME_END + 3,
    EXTENSION_VALUE = EXTENSION_VALUE_BEGIN + 3,
    QUOTED = EXTENSION_VALUE + 4,
    QUOTED_PAIR = QUOTED + 3,
    QUOTED_END = QUOTED_PAIR + 1,
    EXTENSION_END = QUOTED_END + 3,
    SIZE_LF = EXTENSION_END + 2,
    DATA_CR = SIZE_LF + 1,
    DATA_LF = DATA_CR + 1,

    HEAD_END = DATA_LF + 1, /* from here on without rules */
    DATA,
    DONE, /* complete, not yet handed out */
    END
};

enum flag {
    LENGTH = 1,       /* Content-Length came; it is in `remaining` */
    LEADING_ZERO = 2, /* ... with a zero in front */
    CHUNKED = 4,      /* Transfer-Encoding: chunked came */
    VERSION_1_0 = 8,  /* the status line says HTTP/1.0 */
    PASSED_OVER = 16  /* the fields are not those of the final head: 1xx, trailers */
};

static inline bool is_blank(unsigned char byte)
{
    return byte == ' ' || byte == '\t';
}

#define HAND_OUT RILL_MORE /* of an effect: there is a piece, without bytes */

/* `byte` led from one state to the next: what that means beyond. */
rill_status rill_http_enter(rill_http *http, unsigned from, unsigned char byte);

#endif
