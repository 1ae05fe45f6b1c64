#include "struct_log.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "quoted.h"

enum { PATH = 256 };

typedef struct walk {
    struct_taker *take;
    void *context;
    char path[PATH];
    size_t length; /* of the path to the struct at hand */
} walk;

/* ---- telling */

static void tell(walk *at, struct_fact fact, const char *bytes, size_t length)
{
    at->take(at->context, at->path, fact, bytes, length);
}

static void tell_value(walk *at, struct_fact fact, const char *text)
{
    tell(at, fact, text, strlen(text));
}

/* The path to a member or element; gives the length to go back to. */
static size_t enter(walk *at, const char *name, size_t length)
{
    size_t before = at->length, room = PATH - 1 - before;
    if (before > 0 && *name != '[' && room > 0) {
        at->path[at->length++] = '.';
        room--;
    }
    if (length > room)
        length = room;
    memcpy(at->path + at->length, name, length);
    at->length += length;
    at->path[at->length] = '\0';
    return before;
}

static void leave(walk *at, size_t length)
{
    at->length = length;
    at->path[length] = '\0';
}

/* ---- values */

static size_t write_value(char text[64], const char *place, uint8_t kind)
{
    const rill_real *real = (const rill_real *)(const void *)place;
    switch (kind) {
    case RILL_INT64:
        return (size_t)snprintf(text, 64, "%lld", (long long)*(const int64_t *)(const void *)place);
    case RILL_INT32:
        return (size_t)snprintf(text, 64, "%ld", (long)*(const int32_t *)(const void *)place);
    case RILL_BOOL:
        return (size_t)snprintf(text, 64, "%s", *(const unsigned char *)place != 0 ? "true" : "false");
    default:
        return (size_t)snprintf(text, 64, "%llde%ld", (long long)real->mantissa, (long)real->exponent);
    }
}

static bool is_view(uint8_t kind)
{
    return kind == RILL_TEXT || kind == RILL_STRING || kind == RILL_RAW;
}

static bool is_empty(const char *place, uint8_t kind)
{
    const rill_real *real = (const rill_real *)(const void *)place;
    if (is_view(kind))
        return ((const rill_text *)(const void *)place)->data == NULL;
    switch (kind) {
    case RILL_ENUM:
        return ((const rill_enum *)(const void *)place)->data == NULL && ((const rill_enum *)(const void *)place)->value == 0;
    case RILL_INT64:
        return *(const int64_t *)(const void *)place == 0;
    case RILL_INT32:
        return *(const int32_t *)(const void *)place == 0;
    case RILL_BOOL:
        return *(const unsigned char *)place == 0;
    default:
        return real->mantissa == 0 && real->exponent == 0;
    }
}

static void tell_scalar(walk *at, const char *place, uint8_t kind, const char *sign)
{
    char text[64], line[72];
    const rill_text *view = (const rill_text *)(const void *)place;
    const rill_enum *word = (const rill_enum *)(const void *)place;
    if (is_view(kind)) {
        tell(at, STRUCT_TEXT, view->data, view->length);
    } else if (kind == RILL_ENUM) {
        tell(at, STRUCT_TEXT, word->data, word->length);
        snprintf(line, sizeof line, "(%u)", word->value);
        tell_value(at, STRUCT_VALUE, line);
    } else {
        write_value(text, place, kind);
        snprintf(line, sizeof line, "%s%s", sign, text);
        tell_value(at, STRUCT_VALUE, line);
    }
}

static void tell_object(walk *at, const char *base, const rill_schema *schema, const bool *error);

static void tell_array(walk *at, const char *base, const rill_row *row)
{
    const rill_array *array = (const rill_array *)row->child;
    unsigned count = array->count == RILL_NO_COUNT ? 1 : *(const uint16_t *)(const void *)(base + array->count);
    char text[32];
    if (array->count != RILL_NO_COUNT) {
        snprintf(text, sizeof text, "#%u", count);
        tell_value(at, STRUCT_COUNT, text);
    }
    for (unsigned i = 0; i < count; i++) {
        const char *place = base + (array->stride != 0 ? row->offset + (size_t)i * array->stride : 0);
        bool placed = array->kind == RILL_OBJECT && array->stride != 0;
        snprintf(text, sizeof text, "[%lu]",
                 placed ? (unsigned long)((const rill_element *)(const void *)place)->at : (unsigned long)i);
        size_t before = enter(at, text, strlen(text));
        if (array->kind == RILL_OBJECT)
            tell_object(at, place, array->element, NULL);
        else
            tell_scalar(at, place, array->kind, "=");
        leave(at, before);
    }
}

/* ---- rows */

static bool is_container(uint8_t kind)
{
    return kind == RILL_OBJECT || kind == RILL_ARRAY;
}

/* Another name of a member that an earlier row has told. */
static bool is_told(const rill_schema *schema, const rill_row *row)
{
    for (const rill_row *other = schema->rows; other < row; other++)
        if (!is_container(other->kind) && !is_container(row->kind) && other->offset == row->offset &&
            other->header == row->header && other->bit == row->bit)
            return true;
    return false;
}

static void tell_row(walk *at, const char *base, const rill_row *row)
{
    const rill_header *header = (const rill_header *)(const void *)(base + row->header);
    unsigned bit = row->bit & 31;
    const char *place = base + row->offset;
    bool here = rill_has(header, bit), null = rill_is_null(header, bit);
    if (null)
        tell_value(at, STRUCT_VALUE, here ? "=null and not" : "=null");
    if (row->kind == RILL_ARRAY) {
        if (here)
            tell_array(at, base, row);
    } else if (row->kind == RILL_OBJECT) {
        if (here)
            tell_value(at, STRUCT_VALUE, "{}");
        if (here || row->offset != 0) /* else it fills the struct at hand */
            tell_object(at, place, (const rill_schema *)row->child, NULL);
    } else if (here || !is_empty(place, row->kind)) {
        if (!here && !null && is_view(row->kind))
            tell_value(at, STRUCT_VALUE, "!");
        tell_scalar(at, place, row->kind, here ? "=" : "!");
    }
}

static void tell_object(walk *at, const char *base, const rill_schema *schema, const bool *error)
{
    for (const rill_row *row = schema->rows; row < schema->rows + schema->count; row++) {
        if (is_told(schema, row) || (error != NULL && ((row->bit & RILL_IS_ERROR) != 0) != *error))
            continue;
        size_t before = enter(at, row->name, row->name_length);
        tell_row(at, base, row);
        leave(at, before);
    }
}

void struct_walk(const rill_schema *root, const void *target, bool error, struct_taker *take, void *context)
{
    walk at = {.take = take, .context = context};
    tell_object(&at, target, root, root->answer ? &error : NULL);
}

void struct_log_take(void *out, const char *path, struct_fact fact, const char *bytes, size_t length)
{
    sink to = *(const sink *)out;
    sink_char(to, ' ');
    sink_text(to, path);
    if (fact != STRUCT_TEXT) {
        sink_bytes(to, bytes, length);
    } else if (bytes == NULL) {
        sink_text(to, "=gone");
    } else {
        sink_text(to, "=\"");
        quoted_text(to, bytes, length);
        sink_char(to, '"');
    }
}
