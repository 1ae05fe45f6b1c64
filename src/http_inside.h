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

/* What is being matched: the names, or the value of the field so named. */
enum field {
    CONTENT_TYPE, /* in the order of their names in http_effects.c */
    CONTENT_LENGTH,
    CONTENT_ENCODING,
    TRANSFER_ENCODING,
    RETRY_AFTER,
    REQUEST_ID,
    REQUEST_ID_TOO,
    APPLICATION, /* the value of a Content-Type behind "application/" */
    NAMES,
    OTHER
};

/* Where the reading of a value is. */
enum phase {
    BEFORE, /* nothing of the element came yet */
    INSIDE,
    BEHIND,  /* a blank came behind it */
    SETTLED, /* the rest of the value does not matter */
    BROKEN   /* the value is none that this room knows */
};

/* What holds between any two calls, and within one in front of a byte that comes behind `state`; docs/proof.md. */
/*@ // How long the word is that a candidate's bit stands for; and all bits of a list. EVA compares them with the lists.
    logic integer http_word(integer field, integer bit) =
      field == NAMES ? (bit == 1 ? 12 : bit == 2 ? 14 : bit == 4 ? 16 : bit == 8 ? 17 : bit == 16 ? 11 :
                        bit == 32 ? 12 : bit == 64 ? 10 : 0) :
      field == CONTENT_TYPE ? (bit == 1 ? 17 : bit == 2 ? 12 : 0) :
      field == APPLICATION ? (bit == 1 ? 4 : bit == 2 ? 5 : bit == 4 ? 6 : bit == 8 ? 8 : bit == 16 ? 5 :
                              bit == 32 ? 9 : bit == 64 ? 8 : bit == 128 ? 11 : 0) :
      field == CONTENT_ENCODING && bit == 1 ? 8 : field == TRANSFER_ENCODING && bit == 1 ? 7 : 0;
    logic integer http_words(integer field) =
      field == NAMES ? 0x7f : field == CONTENT_TYPE ? 3 : field == APPLICATION ? 0xff :
      field == CONTENT_ENCODING || field == TRANSFER_ENCODING ? 1 : 0;
    predicate http_candidate(rill_http *http, integer bit) =
      (http->candidates & bit) != 0 ==> http->matched <= http_word(http->field, bit);
    // No candidate is longer matched than it is long.
    predicate http_candidates{L}(rill_http *http) = http->candidates <= http_words(http->field) &&
      http_candidate(http, 1) && http_candidate(http, 2) && http_candidate(http, 4) && http_candidate(http, 8) &&
      http_candidate(http, 16) && http_candidate(http, 32) && http_candidate(http, 64) && http_candidate(http, 128);
    // No rule in the midst of a state's.
    predicate http_is_state{L}(integer state) = 0 <= state <= END && (FIELD <= state < HEAD_LF ==>
      state == FIELD || state == NAME || state == VALUE_BEGIN || state == VALUE || state == VALUE_LF || state == FOLD);
    predicate http_bounds{L}(rill_http *http) =
      http->request_id_length <= RILL_HTTP_REQUEST_ID_SIZE && http->field <= OTHER && http->phase <= BROKEN;
    predicate http_behind{L}(rill_http *http, integer state) = http_bounds(http) &&
      (state == FAILED ==> http->matched > 0) &&
      (state == NAME ==> http->field == NAMES && http_candidates(http)) &&
      (VALUE_BEGIN <= state <= FOLD && http->phase < SETTLED ==> http_candidates(http));
    predicate http_ok{L}(rill_http *http) =
      http_is_state(http->state) && http->state != HEAD_END && http_behind(http, http->state);
    // What may follow, as far as the above depends on it.
    predicate http_follows{L}(integer state, integer next, integer byte) =
      http_is_state(next) && next <= DATA &&
      (next == NAME ==> byte != 0 && (state == FIELD || state == NAME || state == FOLD)) &&
      (next == VALUE_BEGIN ==> state == NAME || state == VALUE_BEGIN) &&
      (next == VALUE ==> byte != 0 && (state == VALUE_BEGIN || state == VALUE || state == FOLD)) &&
      (next == VALUE_LF ==> state == VALUE_BEGIN || state == VALUE) &&
      (next == FOLD ==> state == VALUE_LF);
    axiomatic http_ok_is_rill_http_ok {
      axiom http_ok_is_it{L}: \forall rill_http *http; rill_http_ok(http) <==> http_ok(http);
    }
*/

static inline bool is_blank(unsigned char byte)
{
    return byte == ' ' || byte == '\t';
}

#define HAND_OUT RILL_MORE /* of an effect: there is a piece, without bytes */

/* `byte` led from one state to the next: what that means beyond. */
/*@ requires \valid(http) && from < HEAD_END && http_is_state(from) && http_behind(http, from);
    requires http_follows(from, http->state, byte);
    assigns *http;
    ensures -255 <= \result <= RILL_MORE && (\result >= 0 ==> http_ok(http) && http->state != FAILED);
    ensures http_bounds(http);
*/
rill_status rill_http_enter(rill_http *http, unsigned from, unsigned char byte);

#endif
