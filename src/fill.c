#include "rill/fill.h"

#include <string.h>

/* The one place that knows jsmn. Its symbols stay in this file, so an application may have a jsmn of its own. */
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#define JSMN_STATIC
#define JSMN_STRICT
#include <jsmn.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

/* C99 has no static assertion: an array of negative length stops the compiler. */
typedef char rill_token_is_a_jsmn_token[sizeof(rill_token) == sizeof(jsmntok_t) ? 1 : -1];

/* An open object or array: where its values go. */
typedef struct level {
    char *base;        /* object: the struct; array: the struct that holds it */
    const void *table; /* object: its rill_schema; array: the rill_row that wants it, NULL for the root */
    int end;           /* offset behind its closing bracket */
    uint32_t position; /* array: of the next element */
    uint8_t in_part;   /* array: elements met */
    bool told;         /* array: it said a position */
    bool object;
} level;

typedef struct walk {
    const rill_sieve *sieve;
    char *root;
    char *text;
    uint8_t depth;
    uint8_t containers; /* brackets met so far; the first `reopened` of them go on from the part before */
    bool forget;        /* the part was handed out: clear what does not last */
    level levels[RILL_PATH_MAX];
} walk;

static const rill_array root_array = {NULL, 1, 0, RILL_NO_COUNT, RILL_OBJECT, false};

static const rill_array *array_of(const level *array)
{
    return array->table == NULL ? &root_array : (const rill_array *)((const rill_row *)array->table)->child;
}

/* ---- values of strings and numbers */

static int hex_digit(char byte)
{
    return byte <= '9' ? byte - '0' : byte - 'a' + 10;
}

/* Undoes the escapes that the sieve left: letters, and \u00XX for control characters. Gives the length. */
static uint32_t unescape(char *text, uint32_t length)
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    const char *from = memchr(text, '\\', length);
    char *to = text;
    if (from == NULL)
        return length;
    to += from - text;
    for (const char *end = text + length; from < end; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        from++;
        const char *letter = memchr(letters, *from, sizeof letters - 1);
        if (letter != NULL) {
            *to++ = meanings[letter - letters];
        } else if (*from == 'u') {
            *to++ = (char)(hex_digit(from[3]) << 4 | hex_digit(from[4]));
            from += 4;
        } else {
            *to++ = *from;
        }
    }
    return (uint32_t)(to - text);
}

enum { EXPONENT_LIMIT = 99999999 };

typedef struct number {
    bool negative;
    const char *digits;
    int32_t count;
    int32_t exponent;
} number;

/* Reads a number in the sieve's form: sign, digits, exponent; a string may hold anything. */
static bool read_number(const char *text, uint32_t length, number *value)
{
    const char *end = text + length;
    value->negative = length > 0 && *text == '-';
    value->digits = text += value->negative ? 1 : 0;
    while (text < end && *text >= '0' && *text <= '9')
        text++;
    value->count = (int32_t)(text - value->digits);
    value->exponent = 0;
    if (text < end && *text == 'e') {
        bool negative = *++text == '-';
        if (negative)
            text++;
        const char *first = text;
        for (; text < end && *text >= '0' && *text <= '9'; text++)
            if (value->exponent < EXPONENT_LIMIT) /* more changes nothing: the value is 0, or out of range */
                value->exponent = value->exponent * 10 + (*text - '0');
        if (text == first)
            return false;
        if (negative)
            value->exponent = -value->exponent;
    }
    return value->count > 0 && text == end;
}

/* Appends a digit; false when the value would exceed `most`. */
static bool append_digit(uint64_t *value, uint32_t digit, uint64_t most)
{
    if (*value > (uint64_t)INT64_MAX / 10)
        return false;
    uint64_t more = (*value << 3) + (*value << 1) + digit;
    if (more > most)
        return false;
    *value = more;
    return true;
}

/* The magnitude with its sign; it is at most INT64_MAX, or one more when negative. */
static int64_t with_sign(uint64_t magnitude, bool negative)
{
    if (!negative || magnitude == 0)
        return (int64_t)magnitude;
    return -(int64_t)(magnitude - 1) - 1;
}

/* The integer part. False when it does not fit. */
static bool to_integer(const number *value, int64_t *result)
{
    uint64_t magnitude = 0, most = (uint64_t)INT64_MAX + (value->negative ? 1 : 0);
    int32_t digits = value->count, zeros = value->exponent;
    if (zeros < 0) {
        digits = digits + zeros > 0 ? digits + zeros : 0;
        zeros = 0;
    }
    for (int32_t i = 0; i < digits; i++)
        if (!append_digit(&magnitude, (uint32_t)(value->digits[i] - '0'), most))
            return false;
    for (; zeros > 0 && magnitude != 0; zeros--)
        if (!append_digit(&magnitude, 0, most))
            return false;
    *result = with_sign(magnitude, value->negative);
    return true;
}

static void to_real(const number *value, rill_real *result)
{
    uint64_t magnitude = 0;
    int32_t used = 0;
    while (used < value->count && append_digit(&magnitude, (uint32_t)(value->digits[used] - '0'), INT64_MAX))
        used++;
    result->mantissa = with_sign(magnitude, value->negative);
    result->exponent = value->exponent + (value->count - used);
}

/* Whether the text is a number whose integer part fits; then it is stored. */
static bool store_integer(char *place, const char *text, uint32_t length, uint8_t kind)
{
    number value;
    int64_t integer;
    if (!read_number(text, length, &value) || !to_integer(&value, &integer))
        return false;
    if (kind == RILL_INT64)
        *(int64_t *)(void *)place = integer;
    else if (integer < INT32_MIN || integer > INT32_MAX)
        return false;
    else
        *(int32_t *)(void *)place = (int32_t)integer;
    return true;
}

static void store_text(char *place, char *text, uint32_t length)
{
    rill_text *view = (rill_text *)(void *)place;
    view->length = unescape(text, length);
    view->data = text;
    text[view->length] = '\0';
}

/* A piece of a word, or one of 64 KB, is none of the list. */
static void store_enum(const walk *at, char *place, char *text, uint32_t length, const rill_names *names)
{
    rill_enum *word = (rill_enum *)(void *)place;
    bool whole = (at->sieve->flags & RILL_PART_CUT) == 0;
    length = unescape(text, length);
    if (length > UINT16_MAX)
        length = UINT16_MAX, whole = false;
    word->length = (uint16_t)length;
    word->data = text;
    text[length] = '\0';
    for (uint32_t i = 0; whole && i < names->count; i++)
        if (names->names[i].length == length && memcmp(names->names[i].name, text, length) == 0)
            word->value = names->names[i].value;
}

static void forget_view(char *place, uint8_t kind)
{
    if (kind == RILL_ENUM) { /* its value lasts */
        ((rill_enum *)(void *)place)->data = NULL;
        ((rill_enum *)(void *)place)->length = 0;
    } else if (kind == RILL_TEXT || kind == RILL_STRING || kind == RILL_RAW) {
        memset(place, 0, sizeof(rill_text));
    }
}

/* A value that is no bracket. False: it could not be stored, and counts as absent. */
static bool store(const walk *at, char *place, uint8_t kind, const void *child, const jsmntok_t *token)
{
    char *text = at->text + token->start;
    uint32_t length = (uint32_t)(token->end - token->start);
    switch (kind) {
    case RILL_TEXT:
    case RILL_STRING:
    case RILL_RAW:
        store_text(place, text, length);
        return true;
    case RILL_ENUM:
        store_enum(at, place, text, length, (const rill_names *)child);
        return true;
    case RILL_BOOL:
        *(bool *)(void *)place = *text == 't';
        return true;
    case RILL_REAL: {
        number value;
        if (!read_number(text, length, &value))
            return false;
        to_real(&value, (rill_real *)(void *)place);
        return true;
    }
    default: /* digits in a string come as they were sent */
        if (token->type == JSMN_STRING && length > RILL_DIGITS_MAX)
            return false;
        return store_integer(place, text, length, kind);
    }
}

/* ---- the walk over the tokens */

static level *push_level(walk *at, const jsmntok_t *token)
{
    level *inner = &at->levels[at->depth++];
    inner->end = token->end;
    inner->position = 0;
    inner->in_part = 0;
    inner->told = false;
    return inner;
}

/* An object begins: its struct is cleared, unless it goes on from the part before. */
static void open_object(walk *at, const jsmntok_t *token, char *base, const rill_schema *schema)
{
    bool fresh = at->containers++ >= at->sieve->reopened;
    level *inner = push_level(at, token);
    inner->base = base;
    inner->table = schema;
    inner->object = true;
    if (fresh && !at->forget)
        memset(base, 0, schema->clear);
}

static void begin_array(level *array_level, char *base, const rill_row *row)
{
    array_level->base = base;
    array_level->table = row;
    array_level->object = false;
    const rill_array *array = array_of(array_level);
    if (array->count != RILL_NO_COUNT)
        *(uint16_t *)(void *)(base + array->count) = 0;
}

static char *first_place(const level *array_level)
{
    return array_level->base + ((const rill_row *)array_level->table)->offset;
}

/* The place of the next element; outside of forgetting it is counted. */
static char *next_place(const walk *at, level *array_level, const rill_array *array)
{
    char *place = first_place(array_level) + (size_t)array_level->in_part * array->stride;
    array_level->in_part++;
    if (!at->forget && array->count != RILL_NO_COUNT)
        *(uint16_t *)(void *)(array_level->base + array->count) = (uint16_t)array_level->in_part;
    return place;
}

/* An element of an array of structs. */
static void open_element(walk *at, const jsmntok_t *token, level *array_level)
{
    const rill_array *array = array_of(array_level);
    const rill_schema *schema = array->element != NULL ? array->element : at->sieve->root;
    if (array->stride == 0) {
        open_object(at, token, array_level->base, schema);
        return;
    }
    bool fresh = at->containers >= at->sieve->reopened;
    char *place = next_place(at, array_level, array);
    if (at->forget && (uint32_t)token->end > at->sieve->cut) { /* goes on in the next part, in the first place */
        char *first = first_place(array_level);
        memmove(first, place, array->stride);
        place = first;
    }
    open_object(at, token, place, schema);
    if (fresh && !at->forget) {
        ((rill_element *)(void *)place)->at = array_level->position;
        ((rill_element *)(void *)place)->index = (int32_t)array_level->position;
    }
    array_level->position++;
}

static void value_of_member(walk *at, const level *object, const rill_row *row, const jsmntok_t *token)
{
    char *place = object->base + row->offset;
    rill_header *header = (rill_header *)(void *)(object->base + row->header);
    uint32_t bit = 1u << row->bit;
    uint8_t kind = row->kind & RILL_KIND_MASK;
    if (token->type == JSMN_PRIMITIVE && at->text[token->start] == 'n') {
        if (!at->forget && (header->present & bit) == 0)
            header->nulls |= bit;
        return;
    }
    if (kind == RILL_OBJECT) {
        open_object(at, token, place, (const rill_schema *)row->child);
    } else if (token->type == JSMN_ARRAY) {
        at->containers++;
        begin_array(push_level(at, token), object->base, row);
    } else if (kind == RILL_ARRAY) { /* or_one: an object stands for the array that holds it */
        level only = {0};
        begin_array(&only, object->base, row);
        open_element(at, token, &only);
    } else if (at->forget) {
        forget_view(place, kind);
    } else if (!store(at, place, kind, row->child, token)) {
        return;
    }
    if (!at->forget) {
        header->present |= bit;
        header->nulls &= ~bit;
    }
}

static void value_of_element(walk *at, level *array_level, const jsmntok_t *token)
{
    const rill_array *array = array_of(array_level);
    bool digits = token->type == JSMN_PRIMITIVE && (uint8_t)(at->text[token->start] - '0') < 10;
    bool reopened = at->containers <= at->sieve->reopened && array_level->in_part == 0 && !array_level->told;
    if (token->type == JSMN_OBJECT) {
        open_element(at, token, array_level);
    } else if (digits && (array->kind == RILL_OBJECT || reopened)) { /* the next element's position */
        int64_t position = 0;
        store_integer((char *)&position, at->text + token->start, (uint32_t)(token->end - token->start), RILL_INT64);
        array_level->position = (uint32_t)position;
        array_level->told = true;
    } else {
        char *place = next_place(at, array_level, array);
        if (at->forget)
            forget_view(place, array->kind);
        else if (at->text[token->start] == 'n' && token->type == JSMN_PRIMITIVE)
            memset(place, 0, array->stride);
        else if (!store(at, place, array->kind, NULL, token))
            memset(place, 0, array->stride);
    }
}

/* The sieve's text is valid and its paths are the schema's, so the shape of the tokens needs no checks but these bounds. */
static void walk_tokens(walk *at, const jsmntok_t *tokens, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const jsmntok_t *token = &tokens[i];
        while (at->depth > 0 && at->levels[at->depth - 1].end <= token->start)
            at->depth--;
        level *outer = at->depth > 0 ? &at->levels[at->depth - 1] : NULL;
        if (outer == NULL) {
            if (token->type == JSMN_OBJECT) {
                open_object(at, token, at->root, at->sieve->root);
            } else {
                at->containers++;
                begin_array(push_level(at, token), at->root, NULL);
            }
        } else if (outer->object) {
            value_of_member(at, outer, &((const rill_schema *)outer->table)->rows[at->text[token->start] - '0'], token + 1);
            i++;
        } else {
            value_of_element(at, outer, token);
        }
    }
}

rill_status rill_fill(const rill_sieve *sieve, rill_token *tokens, size_t *count, void *target)
{
    jsmn_parser parser;
    jsmntok_t *jsmn_tokens = (jsmntok_t *)(void *)tokens;
    jsmn_init(&parser);
    int found = jsmn_parse(&parser, sieve->buffer, sieve->length, jsmn_tokens, (unsigned)sieve->token_limit);
    *count = found > 0 ? (size_t)found : 0;
    if (found <= 0)
        return RILL_SCHEMA_TEXT;
    walk at = {.sieve = sieve, .root = (char *)target, .text = sieve->buffer};
    walk_tokens(&at, jsmn_tokens, *count);
    return RILL_OK;
}

void rill_forget(const rill_sieve *sieve, const rill_token *tokens, size_t count, void *target)
{
    walk at = {.sieve = sieve, .root = (char *)target, .text = sieve->buffer, .forget = true};
    walk_tokens(&at, (const jsmntok_t *)(const void *)tokens, count);
}
