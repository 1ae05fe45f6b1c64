#include "fill_inside.h"

#include <string.h>

/* The one place that knows jsmn. Its symbols stay in this file, so an application may have a jsmn of its own. What it checks
 * beyond the least (JSMN_STRICT) the sieve has checked before. */
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#define JSMN_STATIC
#include <jsmn.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

/* C99 has no static assertion: an array of negative length stops the compiler. */
typedef char rill_token_is_a_jsmn_token[sizeof(rill_token) == sizeof(jsmntok_t) ? 1 : -1];

/* An open object or array. Small, since the stack holds nine of them; more lies in its token, in the field `size`, which
 * nobody else reads: of an object where its struct is, of an array the position of its next element. */
typedef struct level {
    const void *table; /* object: its rill_schema; array: the rill_row that wants it, NULL for the root */
    uint16_t token;    /* its number */
    uint8_t in_part;   /* array: elements met */
    bool told;         /* array: it said a position */
} level;

typedef struct walk {
    const rill_sieve *sieve;
    jsmntok_t *tokens;
    char *root;
    uint8_t depth;
    uint8_t containers; /* brackets met so far; the first `reopened` of them go on from the part before */
    bool forget;        /* the part was handed out: clear what does not last */
    bool stored;        /* a value was: a piece of a string that exceeds the buffer can only be a part's first value */
    level levels[RILL_PATH_MAX];
} walk;

static const rill_array root_array = {NULL, 1, 0, RILL_NO_COUNT, RILL_OBJECT, false};

static const rill_array *array_of(const rill_row *row)
{
    return row != NULL ? (const rill_array *)row->child : &root_array;
}

/* ---- values */

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

static void store_text(char *place, char *text, uint32_t length)
{
    rill_text *view = (rill_text *)(void *)place;
    view->length = unescape(text, length);
    view->data = text;
    text[view->length] = '\0';
}

/* A piece of a word, or one of 64 KB, is none of the list. */
static void store_enum(char *place, char *text, uint32_t length, const rill_names *names, bool whole)
{
    rill_enum *word = (rill_enum *)(void *)place;
    length = unescape(text, length);
    if (length > UINT16_MAX) /* longer than any name */
        length = UINT16_MAX;
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

/* A value that is no bracket. False: it could not be stored, and counts as absent. Its token says where it went. */
static bool store(walk *at, char *place, uint8_t kind, const void *child, jsmntok_t *token)
{
    char *text = at->sieve->buffer + token->start;
    uint32_t length = (uint32_t)(token->end - token->start);
    bool stored = at->stored;
    at->stored = true;
    if (at->forget) {
        forget_view(place, kind);
        return true;
    }
    token->size = (int)(place - at->root);
    switch (kind) {
    case RILL_TEXT:
    case RILL_STRING:
    case RILL_RAW:
        store_text(place, text, length);
        return true;
    case RILL_ENUM:
        store_enum(place, text, length, (const rill_names *)child, stored || (at->sieve->flags & RILL_PART_CUT) == 0);
        return true;
    case RILL_BOOL:
        *(bool *)(void *)place = *text == 't';
        return true;
    default: /* digits in a string come as they were sent */
        if ((token->type != JSMN_STRING || length <= RILL_DIGITS_MAX) &&
            rill_store_number(place, text, text + length, kind))
            return true;
        token->size = 0;
        return false;
    }
}

/* ---- the walk over the tokens */

static char first_byte(const walk *at, const jsmntok_t *token)
{
    return at->sieve->buffer[token->start];
}

static bool is_null(const walk *at, const jsmntok_t *token)
{
    return token->type == JSMN_PRIMITIVE && first_byte(at, token) == 'n';
}

static void push_level(walk *at, jsmntok_t *token, const void *table)
{
    level *inner = &at->levels[at->depth++];
    inner->table = table;
    inner->token = (uint16_t)(token - at->tokens);
    inner->in_part = 0;
    inner->told = false;
    at->containers++;
    token->size = 0;
}

/* The struct that the values of an object fill, or those of an array: that of the object around it. */
static char *base_of(const walk *at, const level *open)
{
    if (at->tokens[open->token].type == JSMN_ARRAY) {
        if (open == at->levels)
            return at->root;
        open--;
    }
    return at->root + at->tokens[open->token].size;
}

/* An object begins: its struct is cleared, unless it goes on from the part before. */
static void open_object(walk *at, jsmntok_t *token, char *base, const rill_schema *schema)
{
    push_level(at, token, schema);
    token->size = (int)(base - at->root);
    if (at->containers > at->sieve->reopened && !at->forget)
        memset(base, 0, schema->clear);
}

static void set_count(char *base, const rill_array *array, uint16_t count)
{
    if (array->count != RILL_NO_COUNT)
        *(uint16_t *)(void *)(base + array->count) = count;
}

static void open_array(walk *at, jsmntok_t *token, char *base, const rill_row *row)
{
    push_level(at, token, row);
    set_count(base, array_of(row), 0);
}

/* An element of an array of structs, at this place. */
static void open_element(walk *at, jsmntok_t *token, char *place, const rill_array *array, uint32_t position)
{
    bool fresh = at->containers >= at->sieve->reopened && !at->forget && array->stride != 0;
    open_object(at, token, place, array->element != NULL ? array->element : at->sieve->root);
    if (fresh) {
        ((rill_element *)(void *)place)->at = position;
        ((rill_element *)(void *)place)->index = (int32_t)position;
    }
}

static void value_of_member(walk *at, const level *object, const rill_row *row, jsmntok_t *token)
{
    char *base = base_of(at, object), *place = base + row->offset;
    rill_header *header = (rill_header *)(void *)(base + row->header);
    uint32_t bit = 1u << (row->bit & 31);
    uint8_t kind = row->kind;
    if (is_null(at, token)) {
        if (!at->forget && (header->present & bit) == 0)
            header->nulls |= bit;
        return;
    }
    if (token->type == JSMN_ARRAY) {
        open_array(at, token, base, row);
    } else if (kind == RILL_OBJECT) {
        open_object(at, token, place, (const rill_schema *)row->child);
    } else if (kind == RILL_ARRAY) { /* or_one: an object stands for the array that holds it */
        const rill_array *array = (const rill_array *)row->child;
        set_count(base, array, at->forget ? 0 : 1);
        open_element(at, token, array->stride != 0 ? place : base, array, 0);
    } else if (!store(at, place, kind, row->child, token)) {
        return;
    }
    if (!at->forget) {
        header->present |= bit;
        header->nulls &= ~bit;
    }
}

static void value_of_element(walk *at, level *outer, jsmntok_t *token)
{
    const rill_row *row = (const rill_row *)outer->table;
    const rill_array *array = array_of(row);
    jsmntok_t *whole = &at->tokens[outer->token];
    bool digits = token->type == JSMN_PRIMITIVE && (uint8_t)(first_byte(at, token) - '0') < 10;
    bool reopened = at->containers <= at->sieve->reopened && outer->in_part == 0 && !outer->told;
    if (digits && (array->kind == RILL_OBJECT || reopened)) { /* the next element's position */
        const char *text = at->sieve->buffer;
        rill_store_number((char *)&whole->size, text + token->start, text + token->end, RILL_INT32);
        outer->told = true;
        return;
    }
    char *base = base_of(at, outer), *place = base;
    if (array->stride != 0) {
        char *first = base + row->offset;
        place = first + (size_t)outer->in_part++ * array->stride;
        if (!at->forget)
            set_count(base, array, outer->in_part);
        if (at->forget && token->type == JSMN_OBJECT && (uint32_t)token->end > at->sieve->cut) {
            memmove(first, place, array->stride); /* goes on in the next part, in the first place */
            place = first;
        }
    }
    if (token->type == JSMN_OBJECT)
        open_element(at, token, place, array, (uint32_t)whole->size++);
    else if (is_null(at, token) ? !at->forget : !store(at, place, array->kind, NULL, token))
        memset(place, 0, array->stride);
}

/* The sieve's text is valid and its paths are the schema's, so the shape of the tokens needs no checks but these bounds. */
static void walk_tokens(walk *at, size_t count)
{
    jsmntok_t *token = at->tokens, *end = token + count;
    for (; token < end; token++) {
        level *outer = &at->levels[at->depth];
        while (outer > at->levels && at->tokens[outer[-1].token].end <= token->start)
            outer--, at->depth--;
        outer--;
        if (at->depth == 0) {
            if (token->type == JSMN_OBJECT)
                open_object(at, token, at->root, at->sieve->root);
            else
                open_array(at, token, at->root, NULL);
        } else if (at->tokens[outer->token].type == JSMN_OBJECT) {
            const rill_row *rows = ((const rill_schema *)outer->table)->rows;
            const rill_row *row = &rows[first_byte(at, token) - '0'];
            value_of_member(at, outer, row, ++token);
        } else {
            value_of_element(at, outer, token);
        }
    }
}

size_t rill_fill_place(const rill_token *token)
{
    return (size_t)((const jsmntok_t *)(const void *)token)->size;
}

rill_status rill_tokenize(const rill_sieve *sieve, rill_token *tokens, size_t *count)
{
    jsmn_parser parser;
    if (tokens == NULL) /* then jsmn would count only; the compiler leaves that out */
        return RILL_SCHEMA_CONFIG;
    jsmn_init(&parser);
    int found = jsmn_parse(&parser, sieve->buffer, sieve->length, (jsmntok_t *)(void *)tokens, (unsigned)sieve->token_limit);
    *count = found > 0 ? (size_t)found : 0;
    return found > 0 ? RILL_OK : RILL_SCHEMA_TEXT;
}

static void begin_walk(walk *at, const rill_sieve *sieve, rill_token *tokens, void *target)
{
    at->sieve = sieve;
    at->tokens = (jsmntok_t *)(void *)tokens;
    at->root = (char *)target;
    at->depth = 0;
    at->containers = 0;
    at->stored = false;
    at->forget = false;
}

void rill_fill(const rill_sieve *sieve, rill_token *tokens, size_t count, void *target)
{
    walk at;
    begin_walk(&at, sieve, tokens, target);
    walk_tokens(&at, count);
}

void rill_forget(const rill_sieve *sieve, rill_token *tokens, size_t count, void *target)
{
    walk at;
    begin_walk(&at, sieve, tokens, target);
    at.forget = true;
    walk_tokens(&at, count);
}
