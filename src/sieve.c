#include "rill/sieve.h"

#include <string.h>

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
    STATE_UNIT,    /* in \uXXXX: unit begins with a 1 bit above the digits so far */
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
    ROLE_PATH, /* brackets, keys and commas of that path; it and the next two are kept, and need room */
    ROLE_KEEP, /* a kept string, number or literal */
    ROLE_RAW   /* kept as JSON text, with all in it */
};

enum {
    CLOSERS = RILL_PATH_MAX + 2, /* a bracket for each frame, a quote, a NUL: always free behind the kept text */
    CHARACTER = 12,              /* room for the longest character: U+FFFD for half a pair, then \u00XX */
    NUMBER_DIGITS = 40,          /* significant digits kept of a number; more only move its exponent */
    EXPONENT_LIMIT = 99999999,
    PATH_SIZE = RILL_PATH_MAX * 14 + 8, /* of a path that is opened again: bracket, comma, key, position */
    POSITION_MASK = 0xffffff,
    REPLACEMENT = 0xfffd
};

enum type {
    TYPE_STRING = 1,
    TYPE_NUMBER = 2,
    TYPE_OBJECT = 4,
    TYPE_ARRAY = 8,
    TYPE_BOOL = 16,
    TYPE_NULL = 32
};

/* JSON types that a row of each kind takes; null fits everywhere. */
static const uint8_t accepted[] = {
    [RILL_TEXT] = TYPE_STRING,
    [RILL_STRING] = TYPE_STRING,
    [RILL_ENUM] = TYPE_STRING,
    [RILL_INT64] = TYPE_NUMBER | TYPE_STRING,
    [RILL_INT32] = TYPE_NUMBER | TYPE_STRING,
    [RILL_BOOL] = TYPE_BOOL,
    [RILL_REAL] = TYPE_NUMBER,
    [RILL_OBJECT] = TYPE_OBJECT,
    [RILL_ARRAY] = TYPE_ARRAY,
    [RILL_RAW] = TYPE_NUMBER | TYPE_OBJECT | TYPE_ARRAY | TYPE_BOOL,
};

static const char *const literals[] = {"true", "false", "null"};
enum { LITERAL_TRUE, LITERAL_FALSE, LITERAL_NULL };

/* A root that is an array counts as an array of roots, one a part (Gemini sends errors so). */
static const rill_array root_array = {NULL, 1, 0, RILL_NO_COUNT, RILL_OBJECT, false};

/* The bytes at hand, and how far kept text may grow. */
typedef struct span {
    const char *at, *end;
    const char *ceiling; /* NULL: up to `at`, since the bytes lie behind the kept text */
} span;

/* ---- writing kept text */

static bool has_room(const rill_sieve *sieve, const span *in, size_t length)
{
    const char *top = in->ceiling != NULL ? in->ceiling : in->at;
    return (size_t)(top - (sieve->buffer + sieve->kept)) >= length + CLOSERS;
}

static void put(rill_sieve *sieve, char byte)
{
    sieve->buffer[sieve->kept++] = byte;
}

static void put_decimal(rill_sieve *sieve, uint32_t value)
{
    uint32_t unit = 1;
    while (value / 10 >= unit)
        unit *= 10;
    for (; unit > 0; unit /= 10)
        put(sieve, (char)('0' + value / unit % 10));
}

static void put_comma(rill_sieve *sieve)
{
    char last = sieve->buffer[sieve->kept - 1];
    if (last != '{' && last != '[')
        put(sieve, ',');
}

static void put_key(rill_sieve *sieve, uint8_t row)
{
    put(sieve, '"');
    put(sieve, (char)('0' + row));
    put(sieve, '"');
    put(sieve, ':');
}

static size_t utf8_encode(uint32_t code, char bytes[4])
{
    size_t tails = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t at = tails; at > 0; at--, code >>= 6)
        bytes[at] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(lead[tails] | code);
    return tails + 1;
}

static void put_character(rill_sieve *sieve, uint32_t code)
{
    sieve->kept += (uint32_t)utf8_encode(code, sieve->buffer + sieve->kept);
}

/* A character in a kept string: escaped when JSON wants it so. */
static void put_escaped(rill_sieve *sieve, uint32_t code)
{
    static const char hex[] = "0123456789abcdef";
    if (code < 0x20) {
        put(sieve, '\\');
        put(sieve, 'u');
        put(sieve, '0');
        put(sieve, '0');
        put(sieve, hex[code >> 4]);
        put(sieve, hex[code & 15]);
        return;
    }
    if (code == '"' || code == '\\')
        put(sieve, '\\');
    put_character(sieve, code);
}

/* ---- rules and facts */

static const rill_rule *rule_of(const rill_sieve *sieve, const rill_row *row)
{
    return row->rule != 0 && sieve->root->rules != NULL ? &sieve->root->rules[row->rule] : NULL;
}

static void set_facts(rill_sieve *sieve, uint32_t facts)
{
    sieve->facts |= facts & ~sieve->never;
}

/* The first character of a text. */
static void text_filled(rill_sieve *sieve)
{
    const rill_rule *rule = rule_of(sieve, sieve->row);
    if (rule != NULL && rule->when_filled)
        set_facts(sieve, rule->sets);
}

static uint8_t side_of(const rill_row *row)
{
    return (row->kind & RILL_IS_ERROR) != 0 ? RILL_SIDE_ERROR : RILL_SIDE_ANSWER;
}

/* ---- frames: the open brackets that are kept */

static rill_frame *top_frame(rill_sieve *sieve)
{
    return &sieve->frames[sieve->path - 1];
}

/* Whether the bracket of a frame is a {: frames are the outermost brackets of the bit stack. */
static bool frame_is_object(const rill_sieve *sieve, uint8_t frame)
{
    uint32_t up = (uint32_t)sieve->depth - 1 - frame;
    return (sieve->brackets[up >> 5] >> (up & 31) & 1) != 0;
}

static bool in_object(const rill_sieve *sieve)
{
    return (sieve->brackets[0] & 1) != 0;
}

static const rill_array *array_of(const rill_frame *frame)
{
    return frame->row == NULL ? &root_array : (const rill_array *)frame->row->child;
}

/* The schema of the innermost kept object, after a bracket was opened or closed. */
static void find_schema(rill_sieve *sieve)
{
    uint8_t top = sieve->path;
    if (top == 0 || !frame_is_object(sieve, (uint8_t)(top - 1)))
        return;
    const rill_row *row = sieve->frames[top - 1].row;
    if (row == NULL)
        sieve->schema = sieve->root;
    else if ((row->kind & RILL_KIND_MASK) == RILL_ARRAY)
        sieve->schema = ((const rill_array *)row->child)->element;
    else
        sieve->schema = (const rill_schema *)row->child;
}

static rill_status push_bracket(rill_sieve *sieve, bool object)
{
    if (sieve->depth == RILL_DEPTH_MAX)
        return RILL_LIMIT_DEPTH;
    sieve->brackets[1] = sieve->brackets[1] << 1 | sieve->brackets[0] >> 31;
    sieve->brackets[0] = sieve->brackets[0] << 1 | (object ? 1u : 0u);
    sieve->depth++;
    sieve->state = object ? STATE_OBJECT_FIRST : STATE_ARRAY_FIRST;
    return RILL_MORE;
}

/* Opens a kept bracket; its key or comma is written already. `step` says how it is reached, for half a pair. */
static rill_status open_frame(rill_sieve *sieve, const rill_row *row, bool object, uint8_t step)
{
    rill_status status = push_bracket(sieve, object);
    if (status != RILL_MORE)
        return status;
    put(sieve, object ? '{' : '[');
    sieve->step[sieve->path] = step;
    sieve->frames[sieve->path].row = row;
    sieve->frames[sieve->path].progress = 0;
    sieve->gaps &= (uint16_t)~(1u << sieve->path);
    sieve->path++;
    if (object) {
        find_schema(sieve);
        sieve->facts &= ~sieve->schema->forgets;
    }
    return RILL_MORE;
}

static void skip_value(rill_sieve *sieve)
{
    sieve->role = ROLE_SKIP;
    sieve->base = sieve->depth;
}

/* A value of any role has ended. */
static void value_done(rill_sieve *sieve)
{
    if (sieve->role != ROLE_PATH && sieve->depth == sieve->base) {
        if (sieve->role == ROLE_RAW)
            put(sieve, '"');
        sieve->role = ROLE_PATH;
    }
    sieve->atomic = false;
    sieve->state = sieve->depth == 0 ? STATE_DONE : STATE_AFTER;
}

static void one_more_member(rill_sieve *sieve)
{
    if (sieve->members < 2)
        sieve->members++;
}

static void close_bracket(rill_sieve *sieve)
{
    if (sieve->role == ROLE_PATH) {
        put(sieve, in_object(sieve) ? '}' : ']');
        sieve->path--;
        one_more_member(sieve);
    }
    sieve->brackets[0] = sieve->brackets[0] >> 1 | sieve->brackets[1] << 31;
    sieve->brackets[1] >>= 1;
    sieve->depth--;
    if (sieve->role == ROLE_PATH)
        find_schema(sieve);
    value_done(sieve);
}

/* ---- keys */

static bool is_plain(char byte)
{
    return (uint8_t)((uint8_t)byte - 0x20) < 0x60 && byte != '"' && byte != '\\';
}

static void key_begin(rill_sieve *sieve)
{
    sieve->state = STATE_STRING;
    sieve->key = true;
    sieve->high = 0;
    if (sieve->role != ROLE_PATH)
        return;
    sieve->role = ROLE_KEY;
    sieve->matched = 0;
    sieve->candidates = sieve->schema->count >= RILL_ROWS_MAX ? UINT32_MAX : (1u << sieve->schema->count) - 1;
}

static void key_byte(rill_sieve *sieve, uint8_t byte)
{
    const rill_row *row = sieve->schema->rows;
    uint32_t left = sieve->candidates;
    for (uint32_t bit = 1; left != 0; bit <<= 1, row++) {
        if ((left & bit) == 0)
            continue;
        left &= ~bit;
        if (row->name_length <= sieve->matched || (uint8_t)row->name[sieve->matched] != byte)
            sieve->candidates &= ~bit;
    }
    if (sieve->matched < UINT8_MAX)
        sieve->matched++;
    else
        sieve->candidates = 0;
}

static void key_done(rill_sieve *sieve)
{
    const rill_row *row = sieve->schema->rows;
    sieve->row = NULL;
    for (uint32_t left = sieve->candidates; left != 0 && sieve->row == NULL; left >>= 1, row++)
        if ((left & 1) != 0 && row->name_length == sieve->matched)
            sieve->row = row;
    sieve->role = ROLE_PATH;
    sieve->state = STATE_COLON;
}

/* The common case, a key without escapes that lies in one piece: compared whole. In other cases nothing happens. */
static void key_at_once(rill_sieve *sieve, span *in)
{
    const char *at = in->at;
    while (at < in->end && is_plain(*at))
        at++;
    if (at == in->end || *at != '"')
        return;
    size_t length = (size_t)(at - in->at);
    const rill_row *row = sieve->schema->rows, *end = row + sieve->schema->count;
    while (row < end && (row->name_length != length || memcmp(row->name, in->at, length) != 0))
        row++;
    sieve->row = row < end ? row : NULL;
    in->at = at + 1;
    sieve->role = ROLE_PATH;
    sieve->state = STATE_COLON;
}

/* ---- half a surrogate pair that waits for the next piece of its text */

static uint8_t half_path(const rill_sieve *sieve, uint8_t path[RILL_PATH_MAX])
{
    memcpy(path, sieve->step + 1, (size_t)sieve->path - 1);
    path[sieve->path - 1] = (uint8_t)(sieve->row - sieve->schema->rows);
    return sieve->path;
}

/* Only texts of array elements (choices) go on from event to event. */
static bool may_carry(const rill_sieve *sieve)
{
    return sieve->carries && sieve->path > 2 && !frame_is_object(sieve, 1) && in_object(sieve) &&
           (sieve->row->kind & RILL_KIND_MASK) == RILL_TEXT;
}

static void half_store(rill_sieve *sieve)
{
    sieve->half.surrogate = sieve->high;
    sieve->half.depth = half_path(sieve, sieve->half.path);
    sieve->high = 0;
}

static void half_fetch(rill_sieve *sieve)
{
    uint8_t path[RILL_PATH_MAX];
    sieve->high = 0;
    if (sieve->half.surrogate == 0 || !may_carry(sieve))
        return;
    if (half_path(sieve, path) != sieve->half.depth || memcmp(path, sieve->half.path, sieve->half.depth) != 0)
        return;
    sieve->high = sieve->half.surrogate;
    sieve->half.surrogate = 0;
}

/* ---- values */

static enum type type_of(char first)
{
    switch (first) {
    case '"':
        return TYPE_STRING;
    case '{':
        return TYPE_OBJECT;
    case '[':
        return TYPE_ARRAY;
    case 't':
    case 'f':
        return TYPE_BOOL;
    case 'n':
        return TYPE_NULL;
    default:
        return TYPE_NUMBER;
    }
}

static bool accepts(const rill_row *row, enum type type)
{
    uint8_t kind = row->kind & RILL_KIND_MASK;
    if (type == TYPE_NULL || (accepted[kind] & type) != 0)
        return true;
    return kind == RILL_ARRAY && type == TYPE_OBJECT && ((const rill_array *)row->child)->or_one;
}

/* The row of the same name that takes this type. */
static const rill_row *variant_of(const rill_sieve *sieve, const rill_row *row, enum type type)
{
    const rill_row *end = sieve->schema->rows + sieve->schema->count;
    const rill_row *first = row;
    for (; row < end && row->name_length == first->name_length &&
           memcmp(row->name, first->name, first->name_length) == 0; row++)
        if (accepts(row, type))
            return row;
    return NULL;
}

/* The automaton enters the value whose first byte is `first`; its role is decided. */
static rill_status enter(rill_sieve *sieve, char first)
{
    sieve->matched = 1;
    sieve->exponent = 0;
    sieve->written = 0;
    switch (first) {
    case '"':
        sieve->state = STATE_STRING;
        sieve->key = false;
        sieve->high = 0;
        return RILL_MORE;
    case '{':
    case '[':
        return push_bracket(sieve, first == '{');
    case 't':
    case 'f':
    case 'n':
        sieve->state = STATE_LITERAL;
        sieve->unit = first == 't' ? LITERAL_TRUE : first == 'f' ? LITERAL_FALSE : LITERAL_NULL;
        return RILL_MORE;
    case '-':
        sieve->state = STATE_MINUS;
        return RILL_MORE;
    default:
        if (first < '0' || first > '9')
            return RILL_JSON_UNEXPECTED;
        sieve->state = first == '0' ? STATE_ZERO : STATE_INTEGER;
        return RILL_MORE;
    }
}

static void number_digit(rill_sieve *sieve, char digit);

/* Begins a kept value behind its key or comma. */
static rill_status keep_value(rill_sieve *sieve, const rill_row *row, uint8_t kind, enum type type, char first,
                              uint8_t step)
{
    if ((type == TYPE_OBJECT || type == TYPE_ARRAY) && kind != RILL_RAW)
        return open_frame(sieve, row, type == TYPE_OBJECT, step); /* an object may stand for its array: or_one */
    sieve->row = row;
    if (kind == RILL_RAW && type != TYPE_NULL) {
        put(sieve, '"');
        put_escaped(sieve, (uint8_t)first);
        sieve->role = ROLE_RAW;
        sieve->base = sieve->depth;
        return enter(sieve, first);
    }
    sieve->role = ROLE_KEEP;
    sieve->base = sieve->depth;
    rill_status status = enter(sieve, first);
    sieve->matched = type == TYPE_NUMBER ? 0 : 1;
    if (type == TYPE_STRING) {
        put(sieve, '"');
        sieve->partial = 0;
        half_fetch(sieve);
    } else if (first == '-') {
        put(sieve, '-');
    } else if (type == TYPE_NUMBER) {
        number_digit(sieve, first);
    }
    return status;
}

static rill_status begin_root(rill_sieve *sieve, char first)
{
    if ((first == '{' || first == '[') && sieve->root->count > 0) {
        sieve->tokens = 1;
        return open_frame(sieve, NULL, first == '{', 0);
    }
    skip_value(sieve);
    return enter(sieve, first);
}

static rill_status begin_member(rill_sieve *sieve, char first)
{
    const rill_row *named = sieve->row;
    rill_frame *frame = top_frame(sieve);
    enum type type = type_of(first);
    const rill_row *row = NULL;
    uint32_t bit = 0;
    if (named != NULL) {
        bit = 1u << (named - sieve->schema->rows);
        if ((frame->progress & bit) == 0)
            row = variant_of(sieve, named, type);
    }
    const rill_rule *rule = row != NULL ? rule_of(sieve, row) : NULL;
    if (rule != NULL && type != TYPE_NULL)
        set_facts(sieve, rule->shows);
    uint8_t kind = row != NULL ? row->kind & RILL_KIND_MASK : 0;
    bool bracket = (type == TYPE_OBJECT || type == TYPE_ARRAY) && kind != RILL_RAW;
    if (row == NULL || (rule != NULL && (rule->forbid & sieve->facts) != 0) ||
        (bracket && sieve->path == RILL_PATH_MAX)) {
        skip_value(sieve);
        return enter(sieve, first);
    }
    if (sieve->tokens + 2 > sieve->token_limit)
        return RILL_OK;
    frame->progress |= bit;
    if (type != TYPE_NULL && rule != NULL && !rule->when_filled)
        set_facts(sieve, rule->sets);
    if (sieve->path == 1 || (sieve->path == 2 && !frame_is_object(sieve, 0)) || side_of(row) == RILL_SIDE_ERROR)
        sieve->sides |= side_of(row);
    sieve->tokens = (uint16_t)(sieve->tokens + 2);
    sieve->atomic = !bracket && (type == TYPE_NULL || (kind != RILL_TEXT && kind != RILL_RAW));
    sieve->mark = sieve->kept;
    if (!bracket)
        one_more_member(sieve);
    uint8_t index = (uint8_t)(row - sieve->schema->rows);
    put_comma(sieve);
    put_key(sieve, index);
    return keep_value(sieve, row, kind, type, first, index);
}

/* Elements that were passed over: the next kept one says its position. */
static void put_position(rill_sieve *sieve, uint32_t position)
{
    put_comma(sieve);
    put_decimal(sieve, position);
    sieve->tokens++;
    sieve->gaps &= (uint16_t)~(1u << (sieve->path - 1));
}

static rill_status begin_element(rill_sieve *sieve, char first)
{
    rill_frame *frame = top_frame(sieve);
    const rill_array *array = array_of(frame);
    enum type type = type_of(first);
    uint32_t position = frame->progress & POSITION_MASK, in_part = frame->progress >> 24;
    bool objects = array->kind == RILL_OBJECT;
    bool wanted = objects ? type == TYPE_OBJECT && sieve->path < RILL_PATH_MAX
                          : type == TYPE_NULL || (accepted[array->kind] & type) != 0;
    bool bracket = objects;
    if (!wanted && objects) {
        if (position < POSITION_MASK)
            frame->progress++;
        sieve->gaps |= (uint16_t)(1u << (sieve->path - 1));
        skip_value(sieve);
        return enter(sieve, first);
    }
    if (in_part == array->capacity || sieve->tokens + 2 > sieve->token_limit || position == POSITION_MASK)
        return position == POSITION_MASK ? RILL_LIMIT_DEPTH : RILL_OK;
    frame->progress = (position + 1) | (in_part + 1) << 24;
    sieve->atomic = !bracket && (type == TYPE_NULL || (array->kind != RILL_TEXT && array->kind != RILL_RAW));
    sieve->mark = sieve->kept;
    if ((sieve->gaps >> (sieve->path - 1) & 1) != 0)
        put_position(sieve, position);
    put_comma(sieve);
    sieve->tokens++;
    if (!bracket)
        one_more_member(sieve);
    if (!wanted) { /* scalars keep their places: one of another type is a null */
        memcpy(sieve->buffer + sieve->kept, "null", 4);
        sieve->kept += 4;
        sieve->atomic = false;
        skip_value(sieve);
        return enter(sieve, first);
    }
    uint8_t identity = position < UINT8_MAX ? (uint8_t)position : UINT8_MAX;
    return keep_value(sieve, frame->row, array->kind, type, first, identity);
}

/* The first byte of a value. */
static rill_status begin_value(rill_sieve *sieve, char first)
{
    if (sieve->role != ROLE_PATH)
        return enter(sieve, first);
    if (sieve->depth == 0)
        return begin_root(sieve, first);
    return in_object(sieve) ? begin_member(sieve, first) : begin_element(sieve, first);
}

/* ---- numbers and literals */

static void number_digit(rill_sieve *sieve, char digit)
{
    bool fraction = sieve->state == STATE_FRACTION || sieve->state == STATE_POINT;
    if (sieve->matched == 0 && digit == '0') {
        if (fraction && sieve->exponent > -EXPONENT_LIMIT)
            sieve->exponent--;
        return;
    }
    if (sieve->matched < NUMBER_DIGITS) {
        put(sieve, digit);
        sieve->matched++;
        if (fraction && sieve->exponent > -EXPONENT_LIMIT)
            sieve->exponent--;
    } else if (!fraction && sieve->exponent < EXPONENT_LIMIT) {
        sieve->exponent++;
    }
}

/* Where the value of the member at hand begins: behind comma and key. */
static uint32_t atomic_value(const rill_sieve *sieve)
{
    uint32_t at = sieve->mark;
    if (sieve->buffer[at] == ',')
        at++;
    return at + 4;
}

static void number_done(rill_sieve *sieve)
{
    if (sieve->matched == 0) {
        put(sieve, '0');
        return;
    }
    if ((sieve->row->kind & RILL_KIND_MASK) == RILL_INT32 && sieve->path > 1 &&
        !frame_is_object(sieve, (uint8_t)(sieve->path - 2))) { /* names its element */
        uint32_t identity = 0;
        for (uint32_t at = atomic_value(sieve); at < sieve->kept; at++)
            identity = identity * 10 + (uint32_t)(sieve->buffer[at] - '0');
        sieve->step[sieve->path - 1] = (uint8_t)identity;
    }
    int32_t exponent = sieve->exponent + sieve->written;
    if (exponent == 0)
        return;
    put(sieve, 'e');
    if (exponent < 0)
        put(sieve, '-');
    put_decimal(sieve, (uint32_t)(exponent < 0 ? -exponent : exponent));
}

/* A number has ended in front of the byte at hand. */
static void end_number(rill_sieve *sieve)
{
    if (sieve->role == ROLE_KEEP)
        number_done(sieve);
    value_done(sieve);
}

static void exponent_digit(rill_sieve *sieve, char digit)
{
    int32_t sign = (sieve->unit & 1) != 0 ? -1 : 1;
    if (sieve->written < EXPONENT_LIMIT && sieve->written > -EXPONENT_LIMIT)
        sieve->written = sieve->written * 10 + sign * (digit - '0');
}

/* One byte inside a number. RILL_OK says that the number ended in front of it. */
static rill_status number_byte(rill_sieve *sieve, char byte)
{
    bool digit = byte >= '0' && byte <= '9';
    switch (sieve->state) {
    case STATE_MINUS:
        if (!digit)
            return RILL_JSON_NUMBER;
        sieve->state = byte == '0' ? STATE_ZERO : STATE_INTEGER;
        break;
    case STATE_ZERO:
    case STATE_INTEGER:
        if (digit && sieve->state == STATE_ZERO)
            return RILL_JSON_NUMBER;
        if (digit)
            break;
        if (byte == '.')
            sieve->state = STATE_POINT;
        else if (byte == 'e' || byte == 'E')
            sieve->state = STATE_EXPONENT;
        else
            return RILL_OK;
        return RILL_MORE;
    case STATE_POINT:
    case STATE_FRACTION:
        if (digit) {
            if (sieve->role == ROLE_KEEP)
                number_digit(sieve, byte);
            sieve->state = STATE_FRACTION;
            return RILL_MORE;
        }
        if (sieve->state == STATE_POINT)
            return RILL_JSON_NUMBER;
        if (byte != 'e' && byte != 'E')
            return RILL_OK;
        sieve->state = STATE_EXPONENT;
        return RILL_MORE;
    case STATE_EXPONENT:
        sieve->unit = byte == '-';
        if (byte == '-' || byte == '+') {
            sieve->state = STATE_EXPONENT_SIGN;
            return RILL_MORE;
        }
        if (!digit)
            return RILL_JSON_NUMBER;
        sieve->state = STATE_EXPONENT_DIGITS;
        exponent_digit(sieve, byte);
        return RILL_MORE;
    default:
        if (!digit)
            return sieve->state == STATE_EXPONENT_SIGN ? RILL_JSON_NUMBER : RILL_OK;
        sieve->state = STATE_EXPONENT_DIGITS;
        exponent_digit(sieve, byte);
        return RILL_MORE;
    }
    if (sieve->role == ROLE_KEEP)
        number_digit(sieve, byte);
    return RILL_MORE;
}

static rill_status literal_byte(rill_sieve *sieve, char byte)
{
    const char *word = literals[sieve->unit];
    if (byte != word[sieve->matched])
        return RILL_JSON_LITERAL;
    sieve->matched++;
    if (word[sieve->matched] != '\0')
        return RILL_MORE;
    if (sieve->role == ROLE_KEEP) {
        memcpy(sieve->buffer + sieve->kept, word, sieve->matched);
        sieve->kept += sieve->matched;
    }
    value_done(sieve);
    return RILL_MORE;
}

/* ---- strings */

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

static void utf8_invalid(rill_sieve *sieve)
{
    sieve->flags |= RILL_TEXT_UTF8;
    if (sieve->role == ROLE_KEEP || sieve->role == ROLE_RAW)
        sieve->flags |= RILL_PART_UTF8;
    sieve->utf8 = UTF8_START;
    sieve->partial = 0;
}

static void utf8_byte(rill_sieve *sieve, uint8_t byte)
{
    static const uint8_t low[] = {0, 0x80, 0x80, 0x80, 0xa0, 0x80, 0x90, 0x80};
    static const uint8_t high[] = {0, 0xbf, 0xbf, 0xbf, 0xbf, 0x9f, 0xbf, 0x8f};
    static const uint8_t next[] = {0, UTF8_START, UTF8_TAIL_1, UTF8_TAIL_2, UTF8_TAIL_1, UTF8_TAIL_1, UTF8_TAIL_2,
                                   UTF8_TAIL_2};
    if (sieve->utf8 != UTF8_START) {
        if (byte >= low[sieve->utf8] && byte <= high[sieve->utf8]) {
            sieve->utf8 = next[sieve->utf8];
            sieve->partial = sieve->utf8 == UTF8_START ? 0 : (uint8_t)(sieve->partial + 1);
            return;
        }
        utf8_invalid(sieve);
    }
    if (byte < 0x80)
        return;
    if (byte < 0xc2 || byte > 0xf4) {
        utf8_invalid(sieve);
        return;
    }
    sieve->partial = 1;
    if (byte < 0xe0)
        sieve->utf8 = UTF8_TAIL_1;
    else if (byte < 0xf0)
        sieve->utf8 = byte == 0xe0 ? UTF8_E0 : byte == 0xed ? UTF8_ED : UTF8_TAIL_2;
    else
        sieve->utf8 = byte == 0xf0 ? UTF8_F0 : byte == 0xf4 ? UTF8_F4 : UTF8_TAIL_3;
}

/* A decoded character below U+0080, or any from an escape. */
static void string_character(rill_sieve *sieve, uint32_t code)
{
    if (sieve->role == ROLE_KEEP) {
        text_filled(sieve);
        put_escaped(sieve, code);
    } else if (sieve->role == ROLE_KEY) {
        char bytes[4];
        size_t length = utf8_encode(code, bytes);
        for (size_t at = 0; at < length; at++)
            key_byte(sieve, (uint8_t)bytes[at]);
    }
}

/* Half a pair is not followed by its other half. */
static void high_alone(rill_sieve *sieve)
{
    if (sieve->high == 0)
        return;
    sieve->high = 0;
    string_character(sieve, REPLACEMENT);
}

static void string_unit(rill_sieve *sieve, uint16_t unit)
{
    bool low = (unit & 0xfc00) == 0xdc00;
    if (low && sieve->high != 0) {
        uint32_t code = 0x10000 + ((uint32_t)(sieve->high & 0x3ff) << 10) + (unit & 0x3ffu);
        sieve->high = 0;
        string_character(sieve, code);
        return;
    }
    high_alone(sieve);
    if ((unit & 0xfc00) == 0xd800)
        sieve->high = unit;
    else
        string_character(sieve, low ? REPLACEMENT : unit);
}

/* The word of an ENUM may be a fact. */
static void enum_done(rill_sieve *sieve)
{
    const rill_names *names = (const rill_names *)sieve->row->child;
    uint32_t at = atomic_value(sieve) + 1, facts = names->other;
    size_t length = sieve->kept - at;
    if (length == 0)
        return;
    for (uint32_t i = 0; i < names->count; i++) {
        const rill_name *name = &names->names[i];
        if (name->length == length && memcmp(name->name, sieve->buffer + at, length) == 0)
            facts = name->facts;
    }
    set_facts(sieve, facts);
}

static void string_end(rill_sieve *sieve)
{
    bool keep = sieve->role == ROLE_KEEP;
    if (sieve->utf8 != UTF8_START)
        utf8_invalid(sieve);
    if (sieve->high != 0) {
        if (keep && sieve->half.surrogate == 0 && may_carry(sieve))
            half_store(sieve);
        else
            high_alone(sieve);
    }
    if (keep) {
        if (sieve->atomic && in_object(sieve) && (sieve->row->kind & RILL_KIND_MASK) == RILL_ENUM)
            enum_done(sieve);
        put(sieve, '"');
    }
    if (sieve->role == ROLE_KEY)
        key_done(sieve);
    else if (sieve->key) /* inside of what is passed over or kept raw */
        sieve->state = STATE_COLON;
    else
        value_done(sieve);
}

/* The escapes of one letter, and what they mean. */
static const char escape_letters[] = {'"', '\\', '/', 'b', 'f', 'n', 'r', 't'};
static const char escape_meanings[] = {'"', '\\', '/', '\b', '\f', '\n', '\r', '\t'};

static rill_status escape_byte(rill_sieve *sieve, char letter)
{
    if (letter == 'u') {
        sieve->unit = 0;
        sieve->hex = 0;
        sieve->state = STATE_UNIT;
        return RILL_MORE;
    }
    const char *found = memchr(escape_letters, letter, sizeof escape_letters);
    if (found == NULL)
        return RILL_JSON_ESCAPE;
    sieve->state = STATE_STRING;
    high_alone(sieve);
    char meaning = escape_meanings[found - escape_letters];
    if (sieve->role == ROLE_KEEP && (uint8_t)meaning < 0x20) { /* the short form stays: two bytes in place of six */
        text_filled(sieve);
        put(sieve, '\\');
        put(sieve, letter);
    } else {
        string_character(sieve, (uint8_t)meaning);
    }
    return RILL_MORE;
}

static rill_status unit_byte(rill_sieve *sieve, uint8_t byte)
{
    uint8_t letter = byte | 0x20, digit;
    if (byte >= '0' && byte <= '9')
        digit = (uint8_t)(byte - '0');
    else if (letter >= 'a' && letter <= 'f')
        digit = (uint8_t)(letter - 'a' + 10);
    else
        return RILL_JSON_ESCAPE;
    sieve->unit = (uint16_t)(sieve->unit << 4 | digit);
    if (++sieve->hex < 4)
        return RILL_MORE;
    sieve->state = STATE_STRING;
    string_unit(sieve, sieve->unit);
    return RILL_MORE;
}

/* A run of plain ASCII in a string, behind its first byte: the hot loop. */
static void plain_run(rill_sieve *sieve, span *in)
{
    const char *at = in->at, *end = in->end;
    if (sieve->role >= ROLE_KEEP) {
        char *to = sieve->buffer + sieve->kept;
        if (in->ceiling != NULL) { /* elsewhere: the run may not exceed the room; in place the room moves along */
            size_t room = (size_t)(in->ceiling - to) - CLOSERS;
            if (room < (size_t)(end - at))
                end = at + room;
        }
        while (at < end && is_plain(*at))
            *to++ = *at++;
        sieve->kept = (uint32_t)(to - sieve->buffer);
    } else if (sieve->role == ROLE_KEY) {
        while (at < end && is_plain(*at))
            key_byte(sieve, (uint8_t)*at++);
    } else {
        while (at < end && is_plain(*at))
            at++;
    }
    in->at = at;
}

static rill_status string_byte(rill_sieve *sieve, char byte)
{
    if (byte == '"') {
        string_end(sieve);
        return RILL_MORE;
    }
    if ((uint8_t)byte < 0x20)
        return RILL_JSON_CONTROL;
    if ((uint8_t)byte >= 0x80 || sieve->utf8 != UTF8_START)
        utf8_byte(sieve, (uint8_t)byte);
    if (byte == '\\') {
        sieve->state = STATE_ESCAPE;
        return RILL_MORE;
    }
    high_alone(sieve);
    if (sieve->role == ROLE_KEEP) {
        text_filled(sieve);
        put(sieve, byte);
    } else if (sieve->role == ROLE_KEY) {
        key_byte(sieve, (uint8_t)byte);
    }
    return RILL_MORE;
}

/* ---- the automaton */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* A byte between values, blanks aside. */
static rill_status structure_byte(rill_sieve *sieve, char byte)
{
    bool object = in_object(sieve);
    switch (sieve->state) {
    case STATE_OBJECT_FIRST:
    case STATE_KEY:
        if (byte == '"') {
            key_begin(sieve);
            return RILL_MORE;
        }
        if (sieve->state == STATE_KEY)
            return RILL_JSON_UNEXPECTED;
        break;
    case STATE_COLON:
        if (byte != ':')
            return RILL_JSON_UNEXPECTED;
        sieve->state = STATE_VALUE;
        return RILL_MORE;
    case STATE_ARRAY_FIRST:
        if (byte != ']')
            return begin_value(sieve, byte);
        break;
    case STATE_VALUE:
        return begin_value(sieve, byte);
    case STATE_AFTER:
        if (byte == ',') {
            sieve->state = object ? STATE_KEY : STATE_VALUE;
            return RILL_MORE;
        }
        break;
    case STATE_DONE:
        return RILL_JSON_TRAILING;
    default:
        return RILL_JSON_UNEXPECTED;
    }
    if (byte != (object ? '}' : ']'))
        return RILL_JSON_UNEXPECTED;
    close_bracket(sieve);
    return RILL_MORE;
}

/* A byte outside of numbers. */
static rill_status other_byte(rill_sieve *sieve, char byte)
{
    switch (sieve->state) {
    case STATE_STRING:
        return string_byte(sieve, byte);
    case STATE_ESCAPE:
        return escape_byte(sieve, byte);
    case STATE_UNIT:
        return unit_byte(sieve, (uint8_t)byte);
    case STATE_LITERAL:
        return literal_byte(sieve, byte);
    default:
        return structure_byte(sieve, byte);
    }
}

/* One byte; of a string or key perhaps the bytes behind it too. */
static rill_status step(rill_sieve *sieve, span *in)
{
    char byte = *in->at;
    uint8_t state = sieve->state;
    bool raw = sieve->role == ROLE_RAW;
    if (sieve->role >= ROLE_PATH && state != STATE_DONE && !has_room(sieve, in, CHARACTER))
        return RILL_LIMIT_FULL;
    if (state < STATE_LITERAL && is_blank(byte)) {
        in->at++;
        return RILL_MORE;
    }
    if (state >= STATE_MINUS && state < STATE_BROKEN) {
        rill_status status = number_byte(sieve, byte);
        if (status == RILL_OK) { /* the number has ended, and the byte comes again */
            end_number(sieve);
            return RILL_MORE;
        }
        if (status != RILL_MORE)
            return status;
        if (raw)
            put(sieve, byte);
    } else {
        if (raw) /* kept first: the last byte of a raw value ends it */
            put_escaped(sieve, (uint8_t)byte);
        rill_status status = other_byte(sieve, byte);
        if (status != RILL_MORE)
            return status;
    }
    in->at++;
    if (sieve->state != STATE_STRING)
        return RILL_MORE;
    if (state == STATE_STRING && sieve->utf8 == UTF8_START)
        plain_run(sieve, in);
    else if (state < STATE_LITERAL && sieve->role == ROLE_KEY)
        key_at_once(sieve, in);
    return RILL_MORE;
}

void rill_sieve_begin(rill_sieve *sieve, const rill_schema *root, char *buffer, size_t token_limit)
{
    memset(sieve, 0, sizeof *sieve);
    sieve->root = root;
    sieve->buffer = buffer;
    sieve->token_limit = token_limit < UINT16_MAX ? (uint16_t)token_limit : UINT16_MAX;
}

void rill_sieve_open(rill_sieve *sieve)
{
    sieve->state = STATE_VALUE;
    sieve->role = ROLE_PATH;
    sieve->sides = 0;
    sieve->flags = 0;
    sieve->depth = 0;
    sieve->path = 0;
    sieve->reopened = 0;
    sieve->gaps = 0;
    sieve->kept = 0;
    sieve->tail = 0;
    sieve->tokens = 0;
    sieve->members = 0;
    sieve->utf8 = UTF8_START;
    sieve->partial = 0;
    sieve->high = 0;
    sieve->atomic = false;
}

rill_status rill_sieve_push(rill_sieve *sieve, const char *bytes, size_t length, const char *ceiling, size_t *used)
{
    span in = {bytes, bytes + length, ceiling};
    rill_status status = RILL_MORE;
    while (in.at < in.end && status == RILL_MORE)
        status = step(sieve, &in);
    if (status < 0 && status != RILL_LIMIT_FULL)
        sieve->state = STATE_BROKEN;
    *used = (size_t)(in.at - bytes);
    return status;
}

rill_status rill_sieve_push_plain(rill_sieve *sieve, const rill_row *row, const char *bytes, size_t length,
                                  const char *ceiling, size_t *used)
{
    span in = {bytes, bytes + length, ceiling};
    if (sieve->state == STATE_VALUE && has_room(sieve, &in, CHARACTER)) {
        open_frame(sieve, NULL, true, 0);
        put_key(sieve, (uint8_t)(row - sieve->root->rows));
        put(sieve, '"');
        sieve->tokens = 3;
        sieve->sides = side_of(row);
        sieve->row = row;
        sieve->role = ROLE_KEEP;
        sieve->base = 1;
        sieve->key = false;
        sieve->state = STATE_STRING;
    }
    for (; in.at < in.end && has_room(sieve, &in, CHARACTER); in.at++) {
        uint8_t byte = (uint8_t)*in.at;
        if (byte >= 0x80 || sieve->utf8 != UTF8_START)
            utf8_byte(sieve, byte);
        if (byte >= 0x80)
            put(sieve, (char)byte);
        else
            put_escaped(sieve, byte);
    }
    *used = (size_t)(in.at - bytes);
    return in.at < in.end ? RILL_LIMIT_FULL : RILL_MORE;
}

rill_status rill_sieve_end(rill_sieve *sieve)
{
    switch (sieve->state) {
    case STATE_ZERO:
    case STATE_INTEGER:
    case STATE_FRACTION:
    case STATE_EXPONENT_DIGITS:
        if (sieve->depth > 0)
            return RILL_JSON_CUT;
        value_done(sieve); /* a number ends with its text; at the root none is kept */
        break;
    case STATE_DONE:
        break;
    default:
        return RILL_JSON_CUT;
    }
    sieve->cut = sieve->length = sieve->kept;
    sieve->tail = 0;
    sieve->buffer[sieve->kept] = '\0';
    return RILL_OK;
}

/* ---- the cut */

/* A text or raw value is open: it ends with this part and goes on in the next. */
static bool text_is_open(const rill_sieve *sieve)
{
    return sieve->role == ROLE_RAW || (sieve->role == ROLE_KEEP && !sieve->atomic);
}

/* The row of the root's member that the path, or the value at hand, belongs to; NULL when it is the root itself. */
static const rill_row *root_member(const rill_sieve *sieve)
{
    if (sieve->path == 0)
        return NULL;
    uint8_t root = frame_is_object(sieve, 0) ? 0 : 1;
    if (root + 1 < sieve->path)
        return sieve->frames[root + 1].row;
    return root + 1 == sieve->path && (sieve->atomic || text_is_open(sieve)) ? sieve->row : NULL;
}

void rill_sieve_cut(rill_sieve *sieve)
{
    if (sieve->atomic && sieve->members < 2 && sieve->state >= STATE_STRING && sieve->state <= STATE_UNIT) {
        sieve->atomic = false; /* too long even alone */
        sieve->flags |= RILL_PART_CUT;
    }
    bool text = text_is_open(sieve);
    uint32_t cut = sieve->atomic ? sieve->mark : text ? sieve->kept - sieve->partial : sieve->kept;
    uint32_t closers = sieve->path + (text ? 1u : 0u);
    char *at = sieve->buffer + cut;
    sieve->tail = sieve->kept - cut;
    memmove(at + closers + 1, at, sieve->tail);
    if (text)
        *at++ = '"';
    for (uint8_t i = sieve->path; i > 0; i--)
        *at++ = frame_is_object(sieve, (uint8_t)(i - 1)) ? '}' : ']';
    *at = '\0';
    sieve->cut = cut;
    sieve->length = cut + closers;
}

/* Opens the array of a frame again: it says how many elements were before. */
static void reopen_array(rill_sieve *sieve, uint8_t frame, bool in_element)
{
    uint32_t position = sieve->frames[frame].progress & POSITION_MASK;
    sieve->frames[frame].progress = position | (in_element ? 1u << 24 : 0);
    sieve->gaps &= (uint16_t)~(1u << frame);
    put_decimal(sieve, in_element ? position - 1 : position);
    sieve->tokens++;
}

/* Opens the brackets of the path, and the text at hand, again. */
static void put_path(rill_sieve *sieve, bool text, bool value)
{
    bool member = false;
    for (uint8_t i = 0; i < sieve->path; i++) {
        if (i > 0 && !member)
            put(sieve, ',');
        if (member) {
            put_key(sieve, sieve->step[i]);
            sieve->tokens++;
        }
        member = frame_is_object(sieve, i);
        put(sieve, member ? '{' : '[');
        sieve->tokens++;
        if (!member)
            reopen_array(sieve, i, i + 1 < sieve->path || value);
    }
    if (!value)
        return;
    sieve->tokens = (uint16_t)(sieve->tokens + (member ? 2 : 1));
    if (!member)
        put(sieve, ',');
    if (text && member)
        put_key(sieve, (uint8_t)(sieve->row - sieve->schema->rows));
    if (text)
        put(sieve, '"');
}

void rill_sieve_reopen(rill_sieve *sieve)
{
    char *buffer = sieve->buffer, path[PATH_SIZE];
    const char *tail = buffer + sieve->length + 1;
    bool text = text_is_open(sieve), value = text || sieve->atomic;
    if (sieve->tail > 0 && sieve->atomic && *tail == ',')
        tail++, sieve->tail--;
    sieve->buffer = path; /* aside: the path may grow over the tail */
    sieve->kept = 0;
    sieve->tokens = 0;
    put_path(sieve, text, value);
    sieve->buffer = buffer;
    memmove(buffer + sieve->kept, tail, sieve->tail);
    memcpy(buffer, path, sieve->kept);
    sieve->mark = sieve->kept;
    sieve->kept += sieve->tail;
    sieve->tail = 0;
    sieve->reopened = sieve->path;
    sieve->members = value ? 1 : 0;
    sieve->flags &= RILL_TEXT_UTF8;
    if (text && sieve->role == ROLE_KEEP && (sieve->row->kind & RILL_KIND_MASK) != RILL_TEXT)
        sieve->flags |= RILL_PART_CUT;
    const rill_row *row = root_member(sieve);
    sieve->sides = row != NULL ? side_of(row) : 0;
    if (value)
        sieve->sides |= side_of(sieve->row) & RILL_SIDE_ERROR;
}

bool rill_sieve_take_half(rill_sieve *sieve)
{
    const rill_half half = sieve->half;
    const rill_schema *schema = sieve->root;
    if (half.surrogate == 0)
        return false;
    rill_sieve_open(sieve);
    sieve->half.surrogate = 0;
    sieve->tokens = 1;
    open_frame(sieve, NULL, true, 0);
    for (uint8_t i = 0; i < half.depth; i++) {
        schema = sieve->schema;
        const rill_row *row = &schema->rows[half.path[i]];
        const rill_rule *rule = rule_of(sieve, row);
        uint8_t kind = row->kind & RILL_KIND_MASK;
        if (sieve->path == 1)
            sieve->sides = side_of(row);
        if (rule != NULL)
            set_facts(sieve, rule->sets);
        put_key(sieve, half.path[i]);
        if (kind == RILL_TEXT) {
            put(sieve, '"');
            put_character(sieve, REPLACEMENT);
            put(sieve, '"');
            break;
        }
        open_frame(sieve, row, kind == RILL_OBJECT, half.path[i]);
        if (kind == RILL_ARRAY && i + 1 < half.depth) {
            put_decimal(sieve, half.path[++i]);
            put(sieve, ',');
            open_frame(sieve, row, true, half.path[i]);
        }
    }
    while (sieve->depth > 0)
        close_bracket(sieve);
    rill_sieve_end(sieve);
    return true;
}
