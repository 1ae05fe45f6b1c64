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

static inline const char *digits_end(const char *at, const char *end)
{
    while (at < end && is_digit(*at))
        at++;
    return at;
}

/* ---- values that are passed over */

/* Behind a number without exponent, and behind one byte more; NULL when it is not one, or is not all here. */
static const char *number_end(const char *at, const char *end)
{
    at += *at == '-';
    const char *behind = digits_end(at, end);
    if (behind == at || (*at == '0' && behind > at + 1))
        return NULL;
    if (behind < end && *behind == '.') {
        at = behind + 1;
        behind = digits_end(at, end);
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

/* Behind the token at `at`, or NULL. In a string only the state goes on. */
static const char *nest_token(nesting *nest, const char *at, const char *end)
{
    char byte = *at;
    switch (nest->state) {
    case STATE_ARRAY_FIRST:
        if (byte == ']')
            return nest_close(nest, byte) ? at + 1 : NULL;
        /* fall through */
    case STATE_VALUE:
        if (byte == '"') {
            nest->state = STATE_STRING;
            nest->key = false;
            return at + 1;
        }
        if (byte == '{' || byte == '[')
            return nest_open(nest, byte == '{') ? at + 1 : NULL;
        at = is_digit(byte) || byte == '-' ? number_end(at, end) : literal_end(at, end);
        if (at != NULL)
            nest->state = STATE_AFTER;
        return at;
    case STATE_OBJECT_FIRST:
        if (byte == '}')
            return nest_close(nest, byte) ? at + 1 : NULL;
        /* fall through */
    case STATE_KEY:
        if (byte != '"')
            return NULL;
        nest->state = STATE_STRING;
        nest->key = true;
        return at + 1;
    case STATE_COLON:
        if (byte != ':')
            return NULL;
        nest->state = STATE_VALUE;
        return at + 1;
    case STATE_AFTER:
        if (byte != ',')
            return nest_close(nest, byte) ? at + 1 : NULL;
        nest->state = (nest->brackets & 1) != 0 ? STATE_KEY : STATE_VALUE;
        return at + 1;
    default:
        return NULL;
    }
}

static void skip(rill_sieve *sieve, span *in)
{
    const char *at = in->at, *end = in->end;
    uint8_t base = sieve->base;
    if (sieve->state > STATE_AFTER && sieve->state != STATE_STRING)
        return;
    nesting nest = {(uint64_t)sieve->brackets[1] << 32 | sieve->brackets[0], sieve->depth,
                    sieve->depth_limit, sieve->state, sieve->key};
    while (at < end && (nest.state != STATE_AFTER || nest.depth > base)) {
        if (nest.state == STATE_STRING) {
            at = rill_plain_end(at, end);
            if (at == end || *at != '"')
                break;
            at++;
            nest.state = nest.key ? STATE_COLON : STATE_AFTER;
            continue;
        }
        if (is_blank(*at)) {
            at++;
            continue;
        }
        const char *behind = nest_token(&nest, at, end);
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

/* In a string, with room for it. */
static bool keep_string(rill_sieve *sieve, span *in)
{
    const char *from = in->at, *at = from, *end = in->end;
    char *to = sieve->buffer + sieve->kept;
    if (in->ceiling != NULL) { /* elsewhere: the run may not exceed the room; in place the room moves along */
        size_t room = (size_t)(in->ceiling - to) - (CLOSERS + CHARACTER - 1);
        if (room < (size_t)(end - at))
            end = at + room;
    }
    at = rill_plain_copy(&to, at, end);
    while (end - at >= 2 && *at == '\\' && is_kept_escape(at[1])) {
        *to++ = *at++;
        *to++ = *at++;
        at = rill_plain_copy(&to, at, end);
    }
    in->at = at;
    sieve->kept = (uint32_t)(to - sieve->buffer);
    if (at != from)
        rill_text_filled(sieve);
    if (at == in->end || *at != '"' || !has_room(sieve, in, CHARACTER))
        return false;
    in->at++;
    if (sieve->row->kind == RILL_ENUM)
        return rill_string_byte(sieve, '"') == RILL_MORE;
    *to = '"';
    sieve->kept++;
    value_done(sieve);
    return true;
}

/* In a number, behind its first byte: the digits that are here, and its end. */
static bool keep_digits(rill_sieve *sieve, span *in)
{
    bool fraction = sieve->state == STATE_FRACTION;
    const char *behind = digits_end(in->at, in->end);
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

/* The row behind the last one that this object showed: members mostly come in the order of the schema. */
static uint32_t next_row(const rill_sieve *sieve)
{
    uint32_t seen = sieve->frames[sieve->path - 1].progress;
    return seen == 0 ? 0 : 32 - (uint32_t)__builtin_clz(seen);
}

static inline bool is_named(const rill_row *row, const char *name, size_t length)
{
    return row->name_length == length && rill_same(row->name, name, length);
}

/* The first row of this name. */
static inline const rill_row *row_of(const rill_sieve *sieve, const char *name, size_t length)
{
    const rill_row *rows = sieve->schema->rows, *end = rows + sieve->schema->count, *row = rows + next_row(sieve);
    if (row < end && is_named(row, name, length)) {
        while (row > rows && is_named(row - 1, name, length))
            row--;
        return row;
    }
    for (row = rows; row < end; row++)
        if (is_named(row, name, length))
            return row;
    return NULL;
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

/* Members of an object, from the quote of the next key on. False: no further, or a status says why. */
static bool path_members(rill_sieve *sieve, span *in, rill_status *status)
{
    const char *at = in->at, *end = in->end;
    for (;;) {
        const char *name = at + 1, *quote = rill_plain_end(name, end);
        if (end - quote < 2 || *quote != '"')
            break;
        const rill_row *row = row_of(sieve, name, (size_t)(quote - name));
        sieve->row = row;
        sieve->state = STATE_COLON;
        in->at = at = quote + 1;
        if (*at != ':')
            return true;
        sieve->state = STATE_VALUE;
        in->at = ++at;
        if (at == end || !has_room(sieve, in, CHARACTER))
            return false;
        if (is_blank(*at))
            return true;
        if (row != NULL) {
            *status = rill_begin_member(sieve, *at);
            if (*status != RILL_MORE)
                return false;
            tell_value(sieve, at);
            in->at++;
            if (sieve->role != ROLE_KEEP)
                return true;
            if (!keep(sieve, in))
                return false;
            at = in->at;
        } else {
            skip_value(sieve);
            tell_value(sieve, at);
            at = unwanted_end(at, end);
            if (at == NULL)
                return true;
            in->at = at;
            sieve->role = ROLE_PATH;
            sieve->state = STATE_AFTER;
        }
        if (end - at < 2 || at[0] != ',' || at[1] != '"')
            return true;
        sieve->state = STATE_KEY;
        in->at = ++at;
    }
    return false;
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
