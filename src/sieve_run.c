/* The sieve's way through what comes most: whole tokens that lie in one piece and hold nothing unusual. It stops in front of
 * all else, in a state that the automaton of sieve.c goes on from byte by byte; each byte is looked at twice at most. */
#include "sieve_inside.h"
#include "words.h"

#ifdef RILL_RUNS

static inline const char *blanks_end(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

/* ---- values that are passed over */

/* Behind a number without exponent, and behind one byte more; NULL when it is not one, or is not all here. */
static const char *number_end(const char *at, const char *end)
{
    at += *at == '-';
    const char *behind = rill_digits_end(at, end);
    if (behind == at || (*at == '0' && behind > at + 1))
        return NULL;
    if (behind < end && *behind == '.') {
        at = behind + 1;
        behind = rill_digits_end(at, end);
        if (behind == at)
            return NULL;
    }
    return behind < end && (*behind | 0x20) != 'e' ? behind : NULL;
}

/* Behind a literal, or NULL. */
static const char *literal_end(const char *at, const char *end)
{
    if (end - at < 5)
        return NULL;
    if (memcmp(at, "null", 4) == 0 || memcmp(at, "true", 4) == 0)
        return at + 4;
    return memcmp(at, "false", 5) == 0 ? at + 5 : NULL;
}

/* The open brackets, and where the automaton stands in them. */
typedef struct nesting {
    uint64_t brackets; /* as those of the sieve */
    uint8_t depth, limit;
    uint8_t state;
    bool key;
} nesting;

static bool nest_open(nesting *nest, bool object)
{
    if (nest->depth == nest->limit)
        return false;
    nest->brackets = nest->brackets << 1 | object;
    nest->depth++;
    nest->state = object ? STATE_OBJECT_FIRST : STATE_ARRAY_FIRST;
    return true;
}

static bool nest_close(nesting *nest, char byte)
{
    if (byte != ((nest->brackets & 1) != 0 ? '}' : ']'))
        return false;
    nest->brackets >>= 1;
    nest->depth--;
    nest->state = STATE_AFTER;
    return true;
}

/* Behind a string of which `at` is inside, or where it goes on. */
static inline const char *nest_string(nesting *nest, const char *at, const char *end, bool key)
{
    nest->state = STATE_STRING;
    nest->key = key;
    at = rill_plain_end(at, end);
    if (at == end || *at != '"')
        return at;
    at++;
    nest->state = key ? STATE_COLON : STATE_AFTER;
    if (key && at < end && *at == ':') {
        at++;
        nest->state = STATE_VALUE;
    }
    return at;
}

/* Behind a number, and in an array behind those that follow it, or NULL. */
static inline const char *nest_numbers(nesting *nest, const char *at, const char *end)
{
    bool array = (nest->brackets & 1) == 0;
    at = number_end(at, end);
    while (at != NULL && array && end - at > 1 && *at == ',' && is_digit(at[1])) {
        const char *behind = number_end(at + 1, end);
        if (behind == NULL)
            break;
        at = behind;
    }
    return at;
}

/* Behind the token at `at`, or NULL. Of a string not all may be here. */
static inline const char *nest_token(nesting *nest, const char *at, const char *end)
{
    char byte = *at;
    switch (nest->state) {
    case STATE_ARRAY_FIRST:
        if (byte == ']')
            break;
        /* fall through */
    case STATE_VALUE:
        if (byte == '"')
            return nest_string(nest, at + 1, end, false);
        if (byte == '{' || byte == '[')
            return nest_open(nest, byte == '{') ? at + 1 : NULL;
        at = is_digit(byte) || byte == '-' ? nest_numbers(nest, at, end) : literal_end(at, end);
        if (at != NULL)
            nest->state = STATE_AFTER;
        return at;
    case STATE_OBJECT_FIRST:
        if (byte == '}')
            break;
        /* fall through */
    case STATE_KEY:
        return byte == '"' ? nest_string(nest, at + 1, end, true) : NULL;
    case STATE_COLON:
        if (byte != ':')
            return NULL;
        nest->state = STATE_VALUE;
        return at + 1;
    default: /* STATE_AFTER */
        if (byte != ',')
            break;
        nest->state = (nest->brackets & 1) != 0 ? STATE_KEY : STATE_VALUE;
        return at + 1;
    }
    return nest_close(nest, byte) ? at + 1 : NULL;
}

static void skip(rill_sieve *sieve, span *in)
{
    const char *at = in->at, *end = in->end;
    uint8_t base = sieve->base;
    nesting nest = {(uint64_t)sieve->brackets[1] << 32 | sieve->brackets[0], sieve->depth,
                    sieve->depth_limit, sieve->state, sieve->key};
    if (nest.state > STATE_AFTER && nest.state != STATE_STRING)
        return;
    if (nest.state == STATE_STRING) /* goes on */
        at = nest_string(&nest, at, end, nest.key);
    while (at < end && nest.state != STATE_STRING && (nest.state != STATE_AFTER || nest.depth > base)) {
        const char *behind = is_blank(*at) ? at + 1 : nest_token(&nest, at, end);
        if (behind == NULL)
            break;
        at = behind;
    }
    in->at = at;
    sieve->brackets[0] = (uint32_t)nest.brackets;
    sieve->brackets[1] = (uint32_t)(nest.brackets >> 32);
    sieve->depth = nest.depth;
    sieve->state = nest.state;
    sieve->key = nest.key;
    if (nest.state == STATE_AFTER && nest.depth == base)
        rill_value_done(sieve);
}

/* ---- kept values */

static inline void value_done(rill_sieve *sieve) /* of a kept scalar: an array or an object is around it */
{
    sieve->role = ROLE_PATH;
    sieve->state = STATE_AFTER;
    sieve->atomic = false;
}

/* A short escape that stays as it is. */
static bool is_kept_escape(char letter)
{
    switch (letter) {
    case '"':
    case '\\':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return true;
    default:
        return false;
    }
}

/* How far a run that is copied to `to` may go, where there is room for some of it: elsewhere no further than the room; in
 * place the room moves along. */
static inline const char *copy_end(const span *in, const char *to)
{
    size_t room = in->ceiling != NULL ? (size_t)(in->ceiling - to) - (CLOSERS + CHARACTER - 1) : SIZE_MAX;
    return room < (size_t)(in->end - in->at) ? in->at + room : in->end;
}

/* Copies what stands for itself in a string, escapes that stay included: up to its end, to something unusual, or as far as
 * the room goes, of which there is some. */
static inline char *copy_string(char *to, span *in)
{
    const char *end = copy_end(in, to), *at = rill_plain_copy(&to, in->at, end);
    while (end - at >= 2 && *at == '\\' && is_kept_escape(at[1])) {
        *to++ = *at++;
        *to++ = *at++;
        at = rill_plain_copy(&to, at, end);
    }
    in->at = at;
    return to;
}

/* In a string, with room for it. */
static bool keep_string(rill_sieve *sieve, span *in)
{
    const char *from = in->at;
    char *to = sieve->buffer + sieve->kept;
    to = copy_string(to, in);
    sieve->kept = (uint32_t)(to - sieve->buffer);
    if (in->at != from)
        rill_text_filled(sieve);
    if (in->at == in->end || *in->at != '"' || !has_room(sieve, in, CHARACTER))
        return false;
    in->at++;
    return rill_string_byte(sieve, '"') == RILL_MORE;
}

/* In a value that is kept raw, all but the plain bytes of its strings goes byte by byte. */
static void keep_raw_string(rill_sieve *sieve, span *in)
{
    if (sieve->state != STATE_STRING || !has_room(sieve, in, CHARACTER))
        return;
    char *to = sieve->buffer + sieve->kept;
    in->at = rill_plain_copy(&to, in->at, copy_end(in, to));
    sieve->kept = (uint32_t)(to - sieve->buffer);
}

/* In a number, behind its first byte: the digits that are here, and its end. */
static bool keep_digits(rill_sieve *sieve, span *in)
{
    bool fraction = sieve->state == STATE_FRACTION;
    size_t most = RILL_DIGITS_MAX + 1u - sieve->matched; /* `matched` is that many at most */
    const char *end = (size_t)(in->end - in->at) < most ? in->end : in->at + most;
    const char *behind = rill_digits_end(in->at, end);
    size_t length = (size_t)(behind - in->at);
    if (sieve->matched == 0 || sieve->matched + length > RILL_DIGITS_MAX || !has_room(sieve, in, CHARACTER + length))
        return false;
    memcpy(sieve->buffer + sieve->kept, in->at, length);
    sieve->kept += (uint32_t)length;
    sieve->matched = (uint8_t)(sieve->matched + length);
    if (fraction)
        sieve->exponent -= (int32_t)length;
    in->at = behind;
    if (behind == in->end || (*behind == '.' && !fraction) || (*behind | 0x20) == 'e')
        return false;
    rill_number_end(sieve);
    return true;
}

/* In a literal, behind its first byte. */
static bool keep_literal(rill_sieve *sieve, span *in)
{
    const char *word = rill_literals[sieve->unit];
    size_t length = strlen(word);
    if (sieve->matched != 1 || (size_t)(in->end - in->at) < length - 1 || memcmp(in->at, word + 1, length - 1) != 0)
        return false;
    memcpy(sieve->buffer + sieve->kept, word, length);
    sieve->kept += (uint32_t)length;
    in->at += length - 1;
    value_done(sieve);
    return true;
}

static bool keep(rill_sieve *sieve, span *in)
{
    if (!has_room(sieve, in, CHARACTER) || sieve->high != 0)
        return false;
    switch (sieve->state) {
    case STATE_STRING:
        return keep_string(sieve, in);
    case STATE_LITERAL:
        return keep_literal(sieve, in);
    case STATE_INTEGER:
    case STATE_FRACTION:
        return keep_digits(sieve, in);
    default:
        return false;
    }
}

/* ---- the path */

static inline bool is_named(const rill_row *row, const char *name, size_t length)
{
    return row->name_length == length && rill_same(row->name, name, length);
}

/* At the quote of a key: the place behind its last quote, which another byte follows, and the first row of its name or NULL.
 * Looked at first is the row behind the last one that this object showed, since members mostly come in the order of the
 * schema. NULL: not all is here, or it holds something unusual. */
static inline const char *key_end(const rill_sieve *sieve, const char *at, const char *end, const rill_row **found)
{
    const rill_row *rows = sieve->schema->rows, *last = rows + sieve->schema->count, *row = rows;
    uint32_t seen = sieve->frames[sieve->path - 1].progress;
    if (seen != 0)
        row += 32 - __builtin_clz(seen);
    at++;
    if (row < last && (size_t)(end - at) > row->name_length && at[row->name_length] == '"' &&
        is_named(row, at, row->name_length)) {
        size_t length = row->name_length;
        while (row > rows && is_named(row - 1, at, length))
            row--;
        *found = row;
        return at + length + 1;
    }
    const char *quote = rill_plain_end(at, end);
    if (end - quote < 2 || *quote != '"')
        return NULL;
    for (row = rows; row < last; row++)
        if (is_named(row, at, (size_t)(quote - at)))
            break;
    *found = row < last ? row : NULL;
    return quote + 1;
}

/* Behind a scalar that nobody wants and that nothing unusual is in, or NULL. */
static inline const char *unwanted_end(const char *at, const char *end)
{
    if (*at == '"') {
        at = rill_plain_end(at + 1, end);
        return at < end && *at == '"' ? at + 1 : NULL;
    }
    return *at >= 'a' ? literal_end(at, end) : NULL;
}

enum { PREFIX = 6 }; /* of a member: comma, key, colon, quote */

static inline bool takes_string(uint8_t kind)
{
    return kind == RILL_TEXT || kind == RILL_STRING || kind == RILL_ENUM;
}

/* Behind an integer of few digits, or NULL. */
static inline const char *integer_end(const char *at, const char *end)
{
    const char *behind = rill_digits_end(at, end);
    if (behind == end || *behind == '.' || (*behind | 0x20) == 'e' || (*at == '0' && behind > at + 1) ||
        behind - at > RILL_DIGITS_MAX)
        return NULL;
    return behind;
}

/* A string of a member, from its quote on; its comma and key are written up to `to`. */
static inline void keep_member_string(rill_sieve *sieve, span *in, char *to)
{
    uint8_t kind = sieve->row->kind;
    *to++ = '"';
    in->at++;
    to = copy_string(to, in);
    bool whole = in->at < in->end && *in->at == '"' &&
                 (in->ceiling == NULL || in->ceiling - to >= CHARACTER + CLOSERS);
    sieve->kept = (uint32_t)(to - sieve->buffer);
    if (whole && kind == RILL_ENUM)
        rill_enum_done(sieve);
    if (whole) {
        *to = '"';
        sieve->kept++;
        in->at++;
        return;
    }
    sieve->state = STATE_STRING;
    sieve->role = ROLE_KEEP;
    sieve->base = sieve->depth;
    sieve->atomic = kind != RILL_TEXT;
    sieve->key = false;
}

/* Keeps a member in one step: a string, or an integer or literal that is all here, whose row has no rule. False: nothing has
 * happened. Of a string perhaps not all is kept yet. */
static inline bool keep_member(rill_sieve *sieve, span *in, const rill_row *row)
{
    uint32_t *seen = &sieve->frames[sieve->path - 1].progress, index = (uint32_t)(row - sieve->schema->rows);
    const char *at = in->at, *end = in->end, *top = in->ceiling != NULL ? in->ceiling : at;
    char *to = sieve->buffer + sieve->kept;
    uint8_t kind = row->kind;
    bool string = *at == '"', number = is_digit(*at);
    size_t room = PREFIX + CHARACTER + CLOSERS;
    if (number) {
        end = integer_end(at, end);
        room += end != NULL ? (size_t)(end - at) : 0;
    }
    if (row->rule != 0 || (*seen >> index & 1) != 0 || sieve->tokens + 2 > sieve->token_limit ||
        (size_t)(top - to) < room)
        return false;
    if (string ? !takes_string(kind) || sieve->half.surrogate != 0
        : number
            ? (kind != RILL_INT64 && kind != RILL_INT32) || end == NULL
            : end - at < 4 || memcmp(at, "null", 4) != 0)
        return false;
    *seen |= 1u << index;
    sieve->tokens = (uint16_t)(sieve->tokens + 2);
    sieve->sides |= side_of(row);
    sieve->mark = sieve->kept;
    one_more_member(sieve);
    if (sieve->reuse != NULL)
        sieve->reuse->calls->value(sieve, at);
    if (to[-1] != '{')
        *to++ = ',';
    to[0] = '"';
    to[1] = (char)('0' + index);
    to[2] = '"';
    to[3] = ':';
    to += 4;
    if (string) {
        keep_member_string(sieve, in, to);
        return true;
    }
    if (!number)
        end = at + 4;
    while (at < end)
        *to++ = *at++;
    in->at = at;
    sieve->kept = (uint32_t)(to - sieve->buffer);
    if (number && kind == RILL_INT32)
        rill_index_done(sieve);
    return true;
}

/* Members of an object, from the quote of the next key on. False: no further, or a status says why. */
static bool path_members(rill_sieve *sieve, span *in, rill_status *status)
{
    const char *at = in->at, *end = in->end;
    for (;;) {
        const rill_row *row;
        at = key_end(sieve, at, end, &row);
        if (at == NULL)
            return false;
        sieve->row = row;
        in->at = at;
        if (at == end || *at != ':') {
            sieve->state = STATE_COLON;
            return at < end;
        }
        sieve->state = STATE_VALUE;
        in->at = ++at;
        if (at == end || !has_room(sieve, in, CHARACTER))
            return false;
        if (is_blank(*at))
            return true;
        if (row == NULL) {
            skip_value(sieve);
            tell_value(sieve, at);
            at = unwanted_end(at, end);
            if (at == NULL)
                return true;
            in->at = at;
            sieve->role = ROLE_PATH;
            sieve->state = STATE_AFTER;
        } else if (keep_member(sieve, in, row)) {
            if (sieve->role != ROLE_PATH)
                return true;
            sieve->state = STATE_AFTER;
        } else {
            *status = rill_begin_value(sieve, *at);
            if (*status != RILL_MORE)
                return false;
            tell_value(sieve, at);
            in->at++;
            if (sieve->role == ROLE_KEEP && !keep(sieve, in))
                return false;
            at = in->at;
            if (sieve->role != ROLE_PATH)
                return true;
            if (sieve->state == STATE_OBJECT_FIRST && at < end && *at == '"')
                continue;
            if (sieve->state != STATE_AFTER)
                return true;
        }
        at = in->at;
        while (end - at >= 2 && *at != ',') {
            if (*at != (in_object(sieve) ? '}' : ']') || sieve->depth == 0)
                return true;
            in->at = ++at;
            rill_close_bracket(sieve);
        }
        if (end - at < 2 || at[1] != '"' || sieve->depth == 0 || !in_object(sieve))
            return true;
        sieve->state = STATE_KEY;
        in->at = ++at;
    }
}

/* Between values on the path. False: no further, or a status says why. */
static bool path(rill_sieve *sieve, span *in, rill_status *status)
{
    uint8_t state = sieve->state;
    if (state > STATE_DONE || (state <= STATE_ARRAY_FIRST && !has_room(sieve, in, CHARACTER)))
        return false;
    in->at = blanks_end(in->at, in->end);
    if (in->at == in->end)
        return false;
    char byte = *in->at;
    switch (state) {
    case STATE_ARRAY_FIRST:
        if (byte == ']')
            break;
        /* fall through */
    case STATE_VALUE:
        *status = rill_begin_value(sieve, byte);
        if (*status != RILL_MORE)
            return false;
        tell_value(sieve, in->at);
        in->at++;
        return true;
    case STATE_OBJECT_FIRST:
        if (byte == '}')
            break;
        /* fall through */
    case STATE_KEY:
        return byte == '"' && path_members(sieve, in, status);
    case STATE_COLON:
        if (byte != ':')
            return false;
        in->at++;
        sieve->state = STATE_VALUE;
        return true;
    case STATE_AFTER:
        if (byte != ',')
            break;
        in->at++;
        sieve->state = in_object(sieve) ? STATE_KEY : STATE_VALUE;
        return true;
    default:
        return false;
    }
    if (byte != (in_object(sieve) ? '}' : ']'))
        return false;
    in->at++;
    rill_close_bracket(sieve);
    return true;
}

rill_status rill_sieve_run(rill_sieve *sieve, span *in)
{
    rill_status status = RILL_MORE;
    bool more = sieve->utf8 == UTF8_START && sieve->high == 0;
    while (more && in->at < in->end) {
        switch (sieve->role) {
        case ROLE_SKIP:
            skip(sieve, in);
            more = sieve->role != ROLE_SKIP;
            break;
        case ROLE_RAW:
            keep_raw_string(sieve, in);
            more = false;
            break;
        case ROLE_PATH:
            more = path(sieve, in, &status);
            break;
        case ROLE_KEEP:
            more = keep(sieve, in);
            break;
        default:
            more = false;
        }
    }
    return status;
}

#endif
