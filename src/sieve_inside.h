/* The inside of the sieve, shared by its files:
 *
 *     sieve.c         the automaton: brackets, values, literals
 *     sieve_kept.c    writing kept text; the path of open brackets; facts
 *     sieve_string.c  keys, strings, escapes, UTF-8
 *     sieve_number.c  numbers
 *     sieve_part.c    the cut, and the way back
 *     sieve_run.c     whole tokens in one step, where code is not to be small */
#ifndef RILL_SIEVE_INSIDE_H
#define RILL_SIEVE_INSIDE_H

#include "reuse_calls.h"
#include "rill/sieve.h"

/* The automaton of RFC 8259: what may come next. */
enum state {
    STATE_VALUE,        /* a value must begin */
    STATE_ARRAY_FIRST,  /* a value or ] */
    STATE_OBJECT_FIRST, /* a key or } */
    STATE_KEY,          /* a key must begin */
    STATE_COLON,
    STATE_AFTER,   /* behind a value: comma or closing bracket */
    STATE_DONE,    /* behind the text: blanks */
    STATE_LITERAL, /* in true, false or null: unit says which, matched how far */
    STATE_STRING,  /* in a string, from here on */
    STATE_ESCAPE,  /* behind its backslash */
    STATE_UNIT,    /* in \uXXXX: hex digits of it are in unit */
    STATE_MINUS,   /* in a number, from here on */
    STATE_ZERO,
    STATE_INTEGER,
    STATE_POINT,
    STATE_FRACTION,
    STATE_EXPONENT,
    STATE_EXPONENT_SIGN,
    STATE_EXPONENT_DIGITS,
    STATE_BROKEN
};

/* What becomes of the value at hand. */
enum role {
    ROLE_SKIP, /* checked and passed over, with all in it */
    ROLE_KEY,  /* a key on the kept path: compared, not kept */
    ROLE_PATH, /* brackets, keys and commas of that path; it and the next two are kept */
    ROLE_KEEP, /* a kept string, number or literal */
    ROLE_RAW   /* kept as JSON text, with all in it */
};

/* UTF-8 (RFC 3629): what the next byte must be. */
enum utf8 {
    UTF8_START,
    UTF8_TAIL_1, /* one more byte 80..BF */
    UTF8_TAIL_2,
    UTF8_TAIL_3,
    UTF8_E0, /* A0..BF, then one more: no overlong */
    UTF8_ED, /* 80..9F, then one more: no surrogate */
    UTF8_F0, /* 90..BF, then two more: no overlong */
    UTF8_F4  /* 80..8F, then two more: not above U+10FFFF */
};

enum {
    CLOSERS = RILL_PATH_MAX + 2, /* a bracket for each frame, a quote, a NUL: always free behind the kept text */
    CHARACTER = 12,              /* room for the longest character: U+FFFD for half a pair, then \u00XX */
    EXPONENT_LIMIT = 99999999,
    PATH_SIZE = RILL_PATH_MAX * 14 + 8, /* of a path that is opened again: bracket, comma, key, position */
    POSITION_MASK = 0xffffff,
    REPLACEMENT = 0xfffd
};

/* The bytes at hand, and how far kept text may grow. */
typedef struct span {
    const char *at, *end;
    const char *ceiling; /* NULL: up to `at`, since the bytes lie behind the kept text */
} span;
/*@ predicate span_ok(span *in) = \valid(in) && in->at <= in->end && \base_addr(in->at) == \base_addr(in->end) &&
      in->end - in->at <= UINT32_MAX && \valid_read(in->at + (0 .. in->end - in->at - 1));
    predicate up_to(rill_sieve *sieve, char *top) = \base_addr(top) == \base_addr(sieve->buffer) && sieve->path <= RILL_PATH_MAX &&
      sieve->kept + sieve->path <= top - sieve->buffer <= UINT32_MAX &&
      (sieve->path > 0 ==> sieve->kept + sieve->path + 2 <= top - sieve->buffer) &&
      \valid(sieve->buffer + (0 .. top - sieve->buffer - 1));
    predicate in_room(rill_sieve *sieve, span *in) = in->ceiling != \null ? up_to(sieve, in->ceiling) :
      up_to(sieve, in->at) && \base_addr(in->end) == \base_addr(sieve->buffer) &&
        in->end - sieve->buffer <= UINT32_MAX && \valid(sieve->buffer + (0 .. in->end - sieve->buffer - 1));
*/

static inline bool has_room(const rill_sieve *sieve, const span *in, size_t length)
{
    const char *top = in->ceiling != NULL ? in->ceiling : in->at;
    return (size_t)(top - (sieve->buffer + sieve->kept)) >= length + CLOSERS;
}

static inline bool in_object(const rill_sieve *sieve)
{
    return (sieve->brackets[0] & 1) != 0;
}

static inline rill_frame *top_frame(rill_sieve *sieve)
{
    return &sieve->frames[sieve->path - 1];
}

static inline uint8_t side_of(const rill_row *row)
{
    return (row->bit & RILL_IS_ERROR) != 0 ? RILL_SIDE_ERROR : RILL_SIDE_ANSWER;
}

static inline void skip_value(rill_sieve *sieve)
{
    sieve->role = ROLE_SKIP;
    sieve->base = sieve->depth;
}

/* A value on the kept path has begun here, and its role is decided: it is told to who remembers the text. */
static inline void tell_value(rill_sieve *sieve, const char *at)
{
    if (sieve->reuse != NULL && sieve->role != ROLE_PATH)
        sieve->reuse->calls->value(sieve, at);
}

static inline void one_more_member(rill_sieve *sieve)
{
    if (sieve->members < 2)
        sieve->members++;
}

static inline bool is_blank(char byte)
{
    return (uint8_t)byte <= ' ' && (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t');
}

static inline bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Where the value of the member at hand begins: behind comma and key. */
static inline uint32_t atomic_value(const rill_sieve *sieve)
{
    uint32_t at = sieve->mark;
    if (sieve->buffer[at] == ',')
        at++;
    return at + 4;
}

/* ---- sieve.c */

extern const char rill_literals[][6]; /* in the order of `unit` */
/* The first byte of a value. */
rill_status rill_begin_value(rill_sieve *sieve, char first);

/* ---- sieve_run.c */

/* RILL_MORE, or a status of rill_sieve_push() at `at`. */
rill_status rill_sieve_run(rill_sieve *sieve, span *in);

/* ---- sieve_kept.c */

void rill_put(rill_sieve *sieve, char byte);
void rill_put_decimal(rill_sieve *sieve, uint32_t value);
void rill_put_comma(rill_sieve *sieve);
void rill_put_null(rill_sieve *sieve);
void rill_put_key(rill_sieve *sieve, uint8_t row);
size_t rill_utf8_encode(uint32_t code, char bytes[4]);
void rill_put_character(rill_sieve *sieve, uint32_t code);
void rill_put_escaped(rill_sieve *sieve, uint32_t code);
void rill_put_byte(rill_sieve *sieve, char byte);
const rill_rule *rill_rule_of(const rill_sieve *sieve, const rill_row *row);
void rill_set_facts(rill_sieve *sieve, uint32_t facts);
void rill_text_filled(rill_sieve *sieve);
const rill_array *rill_array_of_frame(const rill_frame *frame);
bool rill_frame_is_object(const rill_sieve *sieve, int frame);
rill_status rill_push_bracket(rill_sieve *sieve, bool object);
void rill_open_frame(rill_sieve *sieve, const rill_row *row, bool object, uint8_t step);
void rill_value_done(rill_sieve *sieve);
void rill_close_bracket(rill_sieve *sieve);

/* The kind of the kept value at hand, outside of raw values. */
uint8_t rill_kind_at_hand(const rill_sieve *sieve);

/* ---- sieve_string.c */

void rill_key_begin(rill_sieve *sieve);
void rill_key_byte(rill_sieve *sieve, uint8_t byte);
void rill_key_at_once(rill_sieve *sieve, span *in);
void rill_enum_done(rill_sieve *sieve);
void rill_half_fetch(rill_sieve *sieve);
void rill_string_utf8(rill_sieve *sieve, uint8_t byte);
rill_status rill_string_escape(rill_sieve *sieve, char letter);
rill_status rill_string_unit(rill_sieve *sieve, uint8_t byte);
void rill_string_run(rill_sieve *sieve, span *in);
rill_status rill_string_byte(rill_sieve *sieve, char byte);

/* ---- sieve_number.c */

rill_status rill_number_begin(rill_sieve *sieve, char first);
void rill_index_done(rill_sieve *sieve);
void rill_number_end(rill_sieve *sieve);
rill_status rill_number_byte(rill_sieve *sieve, char byte);

#endif
