/* Sieve and fill with schemas that the input makes up, over JSON that the input makes up: nothing is written where no row
 * points, what is kept is what jansson reads, and it is the same in every memory and however the text is cut. */
#include <stdlib.h>
#include <string.h>

#include "growing.h"
#include "peer.h"
#include "sift.h"

/* ---- bytes that decide; when they have run out, all zeros */

typedef struct dice {
    const uint8_t *at, *end;
} dice;

static unsigned below(dice *from, unsigned most)
{
    return from->at < from->end ? *from->at++ % most : 0;
}

/* ---- a schema */

enum { SCHEMAS = 12, ROWS = 7, GAP = 8, DEPTH = 4 };

static const char *const names[] = {"a", "ab", "abc", "b", "ba", "index", "\xc3\xa9", "a\"b", "", "c\\", "dd", "long name of a member"};
enum { NAMES = sizeof names / sizeof names[0] };
static const rill_name word_list[] = {{"oak", 0, 3, 1}, {"a", 0, 1, 2}, {"", 0, 0, 3}};
static const rill_names words = {word_list, 3, 0};

/* A struct and the rows that fill it. Places have gaps between them. */
typedef struct made {
    rill_schema schema;
    rill_row rows[ROWS];
    size_t size;
} made;

static made schemas[SCHEMAS];
static rill_array arrays[SCHEMAS * ROWS];
static size_t schema_count, array_count;

static size_t place(made *in, size_t size)
{
    size_t at = in->size + GAP;
    in->size = at + (size + 7) / 8 * 8;
    return at;
}

static made *make_schema(dice *from, unsigned depth, bool element);

static size_t size_of(unsigned kind)
{
    static const size_t sizes[] = {
        [RILL_TEXT] = sizeof(rill_text), [RILL_STRING] = sizeof(rill_text), [RILL_ENUM] = sizeof(rill_enum),
        [RILL_INT64] = 8, [RILL_INT32] = 4, [RILL_BOOL] = sizeof(bool), [RILL_REAL] = sizeof(rill_real),
        [RILL_RAW] = sizeof(rill_text)};
    return sizes[kind];
}

static void make_array(dice *from, made *in, rill_row *row, unsigned depth)
{
    static const uint8_t scalars[] = {RILL_STRING, RILL_INT64, RILL_INT32, RILL_BOOL, RILL_REAL};
    rill_array *array = &arrays[array_count++];
    made *element = below(from, 2) == 0 ? make_schema(from, depth + 1, true) : NULL;
    unsigned capacity = 1 + below(from, 3);
    array->capacity = (uint16_t)capacity;
    array->kind = element != NULL ? RILL_OBJECT : scalars[below(from, sizeof scalars)];
    array->element = element != NULL ? &element->schema : NULL;
    array->stride = (uint16_t)(element != NULL ? element->size + GAP : size_of(array->kind));
    array->or_one = element != NULL && below(from, 3) == 0;
    array->count = (uint16_t)place(in, sizeof(uint16_t));
    row->child = array;
    row->offset = (uint16_t)place(in, (size_t)capacity * array->stride);
}

static void make_row(dice *from, made *in, const char *name, unsigned kind, unsigned depth)
{
    unsigned number = in->schema.count;
    rill_row *row = &in->rows[in->schema.count++];
    *row = (rill_row){name, NULL, 0, 0, (uint8_t)strlen(name), (uint8_t)kind, (uint8_t)number, 0};
    made *child = kind == RILL_OBJECT ? make_schema(from, depth + 1, false) : NULL;
    if (child != NULL) {
        row->child = &child->schema;
        row->offset = (uint16_t)place(in, child->size);
    } else if (kind == RILL_ARRAY) {
        make_array(from, in, row, depth);
    } else {
        row->kind = kind == RILL_OBJECT ? RILL_BOOL : (uint8_t)kind;
        row->child = kind == RILL_ENUM ? &words : NULL;
        row->offset = (uint16_t)place(in, size_of(row->kind));
    }
}

/* NULL where there are enough. */
static made *make_schema(dice *from, unsigned depth, bool element)
{
    static const uint8_t kinds[] = {RILL_TEXT, RILL_STRING, RILL_ENUM, RILL_INT64, RILL_BOOL, RILL_REAL, RILL_RAW, RILL_OBJECT,
                                    RILL_ARRAY, RILL_ARRAY, RILL_OBJECT};
    if (schema_count == SCHEMAS || depth == DEPTH)
        return NULL;
    made *in = &schemas[schema_count++];
    memset(in, 0, sizeof *in);
    in->schema.rows = in->rows;
    in->size = element ? sizeof(rill_element) : sizeof(rill_header);
    bool indexed = element && below(from, 2) == 0;
    if (indexed) {
        in->rows[in->schema.count++] =
            (rill_row){"index", NULL, offsetof(rill_element, index), 0, 5, RILL_INT32, 0, 0};
    }
    unsigned rows = 1 + below(from, ROWS - 2), name = below(from, NAMES);
    for (; rows > 0 && in->schema.count < ROWS; rows--, name++) {
        const char *word = names[name % NAMES];
        if (indexed && strcmp(word, "index") == 0)
            continue;
        unsigned kind = kinds[below(from, sizeof kinds)];
        make_row(from, in, word, kind, depth);
        if (kind == RILL_TEXT && in->schema.count < ROWS && below(from, 2) == 0) { /* the same member as another type */
            make_row(from, in, word, RILL_RAW, depth);
            in->rows[in->schema.count - 1].offset = in->rows[in->schema.count - 2].offset;
            in->rows[in->schema.count - 1].bit = in->rows[in->schema.count - 2].bit;
        }
    }
    if (in->schema.count == 0)
        make_row(from, in, "a", RILL_TEXT, depth);
    in->schema.clear = (uint16_t)in->size;
    return in;
}

/* ---- places that no row points to */

static void cover(const rill_schema *schema, uint8_t *map, size_t base, bool element)
{
    memset(map + base, 1, element ? sizeof(rill_element) : sizeof(rill_header));
    for (size_t i = 0; i < schema->count; i++) {
        const rill_row *row = &schema->rows[i];
        const rill_array *array = row->child;
        if (row->kind == RILL_OBJECT) {
            cover(row->child, map, base + row->offset, false);
        } else if (row->kind != RILL_ARRAY) {
            memset(map + base + row->offset, 1, size_of(row->kind));
        } else {
            memset(map + base + array->count, 1, sizeof(uint16_t));
            for (size_t j = 0; j < array->capacity; j++) {
                size_t at = base + row->offset + j * array->stride;
                if (array->element != NULL)
                    cover(array->element, map, at, true);
                else
                    memset(map + at, 1, array->stride);
            }
        }
    }
}

/* They are as they were, or cleared with the struct. */
static void check_gaps(const made *root, const char *target)
{
    uint8_t *map = fuzz_memory(root->size);
    memset(map, 0, root->size);
    cover(&root->schema, map, 0, false);
    for (size_t i = 0; i < root->size; i++)
        fuzz_must(map[i] != 0 || target[i] == 0 || target[i] == (char)0xa5, "a byte at %zu of the struct was written to", i);
    free(map);
}

/* ---- a JSON text */

static void add(growing *text, const char *bytes)
{
    growing_add(text, bytes, strlen(bytes));
}

static void make_string(dice *from, growing *text)
{
    static const char *const pieces[] = {"a", "oak", "12", "\\n", "\\u00e9", "\\ud83d\\ude00", "\xe2\x82\xac", "\\\"", "-7", "e1",
                                         " ", "\\u0000", "0123456789012345678901234567890123456789"};
    add(text, "\"");
    for (unsigned count = below(from, 6); count > 0; count--)
        add(text, pieces[below(from, sizeof pieces / sizeof pieces[0])]);
    if (below(from, 16) == 1)
        for (unsigned count = below(from, 64); count > 0; count--)
            add(text, "a long text, ");
    add(text, "\"");
}

static void make_value(dice *from, growing *text, const rill_schema *schema, unsigned depth);

static void make_array_text(dice *from, growing *text, const rill_schema *element, unsigned depth)
{
    add(text, "[");
    for (unsigned count = below(from, 6), i = 0; i < count; i++) {
        add(text, i > 0 ? "," : "");
        make_value(from, text, element, depth + 1);
    }
    add(text, "]");
}

/* Members of the schema, as a rule. */
static void make_object(dice *from, growing *text, const rill_schema *schema, unsigned depth)
{
    add(text, "{");
    for (unsigned count = below(from, 7), i = 0; i < count; i++) {
        const rill_row *row = schema != NULL && below(from, 5) != 0 ? &schema->rows[below(from, schema->count)] : NULL;
        const char *name = row != NULL ? row->name : names[below(from, NAMES)];
        const rill_schema *child = NULL;
        if (row != NULL && row->kind == RILL_OBJECT)
            child = row->child;
        else if (row != NULL && row->kind == RILL_ARRAY)
            child = ((const rill_array *)row->child)->element;
        add(text, i > 0 ? ", \"" : "\"");
        for (; *name != '\0'; name++) {
            if (*name == '"' || *name == '\\')
                add(text, "\\");
            growing_add(text, name, 1);
        }
        add(text, "\":");
        if (row != NULL && row->kind == RILL_ARRAY && below(from, 5) != 0)
            make_array_text(from, text, child, depth + 1);
        else if (row != NULL && row->kind == RILL_OBJECT && below(from, 5) != 0)
            make_object(from, text, child, depth + 1);
        else
            make_value(from, text, child, depth + 1);
    }
    add(text, "}");
}

static void make_value(dice *from, growing *text, const rill_schema *schema, unsigned depth)
{
    static const char *const scalars[] = {"null", "true", "false", "0", "-1", "12", "1.5", "1e2", "25e-1", "2147483648",
                                          "-9223372036854775808", "9223372036854775807", "0.1", "-0.0"};
    unsigned kind = depth > 12 ? 0 : below(from, 5);
    if (kind <= 1 || text->length > 6000)
        add(text, scalars[below(from, sizeof scalars / sizeof scalars[0])]);
    else if (kind == 2)
        make_string(from, text);
    else if (kind == 3)
        make_array_text(from, text, schema, depth);
    else
        make_object(from, text, schema, depth);
}

/* ---- */

/* Digits of the head. */
enum { HEAD_SIZE, HEAD_TOKENS, HEAD_CUTS, HEAD_SEED, HEAD_SPLIT };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t sizes[] = {RILL_BUFFER_MIN, 257, 300, 333, 400, 512, 1024, 271, 280, 290};
    static const size_t tokens[] = {RILL_TOKENS_MIN, 25, 31, 48, 96};
    fuzz_input input = fuzz_open(data, size);
    const uint8_t *head = input.head;
    size_t share = input.length < 24 ? input.length : 24; /* for the schema */
    dice of_schema = {(const uint8_t *)input.bytes, (const uint8_t *)input.bytes + share};
    dice of_text = {of_schema.end, (const uint8_t *)input.bytes + input.length};
    growing text = {NULL, 0, 0};
    sifted one, other;
    schema_count = array_count = 0;
    const made *root = make_schema(&of_schema, 0, false);
    make_object(&of_text, &text, &root->schema, 0);
    char *target = fuzz_memory(root->size);
    sift large = {&root->schema, target, 6 * text.length + 1024, 2 * text.length + 64, fuzz_cuts_of(0, 0)}, small = large;
    small.size = sizes[head[HEAD_SIZE] % 10];
    small.tokens = tokens[head[HEAD_TOKENS] % 5];
    small.cuts = fuzz_cuts_of(head[HEAD_CUTS], head[HEAD_SEED]);

    sift_run(&large, text.text, text.length, &one);
    fuzz_must(one.status == RILL_OK, "a valid text is refused: %s\n%s", rill_status_text(one.status), text.text);
    check_gaps(root, target);
    json_t *value = peer_read(text.text, text.length, one.status, (one.flags & RILL_TEXT_UTF8) != 0);
    if (value != NULL)
        sift_expect(&root->schema, value, &one.log.answer);
    json_decref(value);
    sift_write(&one);
    memset(target, 0xa5, root->size);
    sift_run(&small, text.text, text.length, &other);
    check_gaps(root, target);
    sift_write(&other);
    bool joins = true; /* of an array of strings no element tells that it goes on */
    for (size_t i = 0; i < array_count; i++)
        joins = joins && (arrays[i].kind != RILL_STRING || (other.flags & RILL_PART_CUT) == 0);
    if (joins)
        fuzz_same_text(text.text, "in one piece and much memory", one.log.text.text, "in several and little",
                       other.log.text.text);
    merge_end(&one.log);
    merge_end(&other.log);
    growing_free(&text);
    free(target);
    return 0;
}
