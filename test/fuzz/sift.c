#include "sift.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quoted.h"
#include "rill/fill.h"

/* ---- through the sieve */

static void take_part(const sift *how, rill_sieve *sieve, rill_token *tokens, sifted *out, bool last)
{
    size_t count = 0;
    out->flags |= sieve->flags;
    fuzz_must(sieve->length < how->size && sieve->buffer[sieve->length] == '\0', "no NUL behind the kept text");
    if (sieve->sides == 0)
        return;
    fuzz_must(rill_tokenize(sieve, tokens, &count) == RILL_OK, "jsmn does not take the kept text: %s", sieve->buffer);
    fuzz_must(count <= how->tokens, "%zu tokens of %zu", count, how->tokens);
    rill_fill(sieve, tokens, count, how->target);
    out->parts++;
    merge_struct(&out->log, &out->log.answer, 0);
    if (!last)
        rill_forget(sieve, tokens, count, how->target);
}

void sift_run(const sift *how, const char *text, size_t length, sifted *out)
{
    rill_sieve sieve;
    char *buffer = fuzz_memory(how->size);
    rill_token *tokens = fuzz_memory(how->tokens * sizeof *tokens);
    fuzz_cuts cuts = how->cuts;
    size_t idle = 0;
    *out = (sifted){.status = RILL_MORE};
    merge_begin(&out->log, how->schema, how->target, buffer, how->size);
    rill_sieve_begin(&sieve, how->schema, buffer, how->tokens);
    rill_sieve_open(&sieve);
    while (length > 0 && out->status == RILL_MORE) {
        size_t piece = fuzz_cut(&cuts, length), at = 0;
        char *bytes = fuzz_copy(text, piece);
        uint64_t before = fuzz_steps;
        while (at < piece && out->status == RILL_MORE) {
            size_t used = SIZE_MAX;
            rill_status status = rill_sieve_push(&sieve, bytes + at, piece - at, buffer + how->size, &used);
            fuzz_must(used <= piece - at, "more used than given");
            fuzz_must(status != RILL_MORE || used == piece - at, "RILL_MORE, but not all is used");
            idle = used > 0 ? 0 : idle + 1;
            fuzz_must(idle <= 2, "no progress");
            if (status == RILL_OK || status == RILL_LIMIT_FULL) {
                rill_sieve_cut(&sieve);
                take_part(how, &sieve, tokens, out, false);
                rill_sieve_reopen(&sieve);
            } else {
                out->status = status;
            }
            at += used;
            out->offset += used;
        }
        uint64_t steps = fuzz_steps - before;
        fuzz_must(steps <= 20000 + 400 * (uint64_t)piece, "%llu steps for %zu bytes", (unsigned long long)steps, piece);
        text += piece;
        length -= piece;
        free(bytes);
    }
    if (out->status == RILL_MORE)
        out->status = rill_sieve_end(&sieve);
    if (out->status == RILL_OK)
        take_part(how, &sieve, tokens, out, true);
    out->flags |= sieve.flags;
    free(buffer);
    free(tokens);
}

static void add_text(void *context, const char *bytes, size_t length)
{
    growing_add(context, bytes, length);
}

void sift_write(sifted *out)
{
    sink to = {add_text, &out->log.text};
    sink_text(to, rill_status_text(out->status));
    sink_text(to, (out->flags & RILL_TEXT_UTF8) != 0 ? " utf8" : "");
    if (out->status != RILL_OK) { /* what was handed out before depends on the memory */
        sink_text(to, " at ");
        sink_unsigned(to, out->offset);
        return;
    }
    sink_char(to, '\n');
    merge_event_done(&out->log, &out->log.answer);
}

/* ---- what should stand there */

enum { EXPECTED = INT_MAX }; /* in place of the part: this place was looked at */

/* The struct at hand: where it lies in the one that has its own place, and how many kept brackets are open around it. */
typedef struct place {
    merge_event *event;
    merge_key key;
    size_t inside;
    unsigned path;
} place;

static merge_value *value_at(place *at, size_t offset, unsigned kind)
{
    at->key.offset = (uint16_t)offset;
    at->key.kind = (uint8_t)kind;
    merge_value *value = merge_place(at->event, &at->key);
    value->part = EXPECTED;
    return value;
}

/* ---- each kind: whether it is there; what is there is as it should be */

typedef enum verdict { ABSENT, THERE, UNKNOWN } verdict;

static bool is_text(const merge_value *value, const char *text, size_t length)
{
    return value->text.length == length && (length == 0 || memcmp(value->text.text, text, length) == 0);
}

static verdict expect_text(place *at, const rill_row *row, const json_t *value)
{
    const merge_value *seen = value_at(at, at->inside + row->offset, RILL_TEXT);
    fuzz_must(is_text(seen, json_string_value(value), json_string_length(value)), "%s is \"%s\", by jansson \"%s\"", row->name,
              seen->text.text, json_string_value(value));
    return THERE;
}

static verdict expect_word(place *at, const rill_row *row, const json_t *value)
{
    const rill_names *names = row->child;
    const merge_value *seen = value_at(at, at->inside + row->offset, RILL_ENUM);
    uint8_t word = 0;
    fuzz_must(is_text(seen, json_string_value(value), json_string_length(value)), "%s is \"%s\", by jansson \"%s\"", row->name,
              seen->text.text, json_string_value(value));
    for (uint32_t i = 0; i < names->count; i++)
        if (is_text(seen, names->names[i].name, names->names[i].length))
            word = names->names[i].value;
    fuzz_must((uint8_t)seen->fixed[0] == word, "%s is the word %d, not %d", row->name, seen->fixed[0], word);
    return THERE;
}

/* A whole number in a string, where it is not too long to be sure. */
static verdict number_in_string(const json_t *value, int64_t *number)
{
    const char *text = json_string_value(value), *first = *text == '-' ? text + 1 : text;
    size_t digits = strspn(first, "0123456789");
    if (strlen(text) != json_string_length(value) || digits == 0)
        return ABSENT;
    if (first[digits] == 'e' || digits > 18)
        return UNKNOWN;
    if (first[digits] != '\0')
        return ABSENT;
    *number = strtoll(text, NULL, 10);
    return THERE;
}

/* As a whole number, whose fraction is dropped; UNKNOWN where a double is not exact enough to tell. */
static verdict whole_number(const json_t *value, int64_t *number)
{
    if (json_is_string(value))
        return number_in_string(value, number);
    if (json_is_integer(value)) {
        *number = json_integer_value(value);
        return THERE;
    }
    double real = json_real_value(value), whole = trunc(real), fraction = fabs(real - whole);
    if (fabs(real) > 1e19)
        return ABSENT;
    *number = fabs(real) < 1e9 ? (int64_t)whole : 0;
    return fabs(real) < 1e9 && fraction < 0.999999 && (fraction > 0.000001 || whole == 0) ? THERE : UNKNOWN;
}

static verdict check_whole(const char *name, const char *fixed, unsigned kind, const json_t *value)
{
    int64_t expected = 0, number = 0;
    int32_t small;
    verdict found = whole_number(value, &expected);
    memcpy(&number, fixed, sizeof number);
    memcpy(&small, fixed, sizeof small);
    if (kind == RILL_INT32) {
        number = small;
        if (found == THERE && (expected < INT32_MIN || expected > INT32_MAX))
            return ABSENT;
    }
    fuzz_must(found != THERE || number == expected, "%s is %" PRId64 ", by jansson %" PRId64, name, number, expected);
    return found;
}

static verdict check_real(const char *name, const char *fixed, const json_t *value)
{
    int64_t mantissa;
    int32_t exponent;
    char text[48];
    double expected = json_number_value(value), seen;
    memcpy(&mantissa, fixed, sizeof mantissa);
    memcpy(&exponent, fixed + 8, sizeof exponent);
    snprintf(text, sizeof text, "%" PRId64 "e%" PRId32, mantissa, exponent);
    seen = strtod(text, NULL);
    fuzz_must(fabs(seen - expected) <= fabs(expected) * 1e-14 + 1e-300, "%s is %s, by jansson %.20g", name, text, expected);
    return THERE;
}

static verdict expect_raw(place *at, const rill_row *row, const json_t *value)
{
    const merge_value *seen = value_at(at, at->inside + row->offset, RILL_TEXT);
    json_error_t error;
    json_t *again = json_loadb(seen->text.text, seen->text.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    fuzz_must(again != NULL && json_equal(again, value), "%s is kept as %s", row->name, seen->text.text);
    json_decref(again);
    return THERE;
}

static verdict expect_scalar(place *at, const rill_row *row, const json_t *value)
{
    const merge_value *seen;
    switch (row->kind) {
    case RILL_TEXT:
    case RILL_STRING:
        return expect_text(at, row, value);
    case RILL_ENUM:
        return expect_word(at, row, value);
    case RILL_RAW:
        return expect_raw(at, row, value);
    case RILL_BOOL:
        seen = value_at(at, at->inside + row->offset, RILL_BOOL);
        fuzz_must(seen->fixed[0] == (json_is_true(value) ? 1 : 0), "%s is %d", row->name, seen->fixed[0]);
        return THERE;
    case RILL_REAL:
        return check_real(row->name, value_at(at, at->inside + row->offset, RILL_REAL)->fixed, value);
    default:
        return check_whole(row->name, value_at(at, at->inside + row->offset, row->kind)->fixed, row->kind, value);
    }
}

static void expect_object(place *at, const rill_schema *schema, const json_t *object);

static bool takes(unsigned kind, const json_t *value)
{
    switch (kind) {
    case RILL_TEXT:
    case RILL_STRING:
    case RILL_ENUM:
        return json_is_string(value);
    case RILL_INT64:
    case RILL_INT32:
        return json_is_number(value) || json_is_string(value);
    case RILL_BOOL:
        return json_is_boolean(value);
    case RILL_REAL:
        return json_is_number(value);
    case RILL_OBJECT:
        return json_is_object(value);
    case RILL_ARRAY:
        return json_is_array(value);
    default:
        return !json_is_string(value);
    }
}

static bool row_takes(const rill_row *row, const json_t *value)
{
    bool or_one = row->kind == RILL_ARRAY && json_is_object(value) && ((const rill_array *)row->child)->or_one;
    return json_is_null(value) || or_one || takes(row->kind, value);
}

static void expect_element(place *at, const rill_row *row, const rill_array *array, size_t position, const json_t *value)
{
    place inner = {.event = at->event, .key = at->key, .path = at->path + 1};
    inner.key.level[2 * at->key.depth] = (uint32_t)(at->inside + row->offset);
    inner.key.level[2 * at->key.depth + 1] = (uint32_t)position;
    inner.key.depth++;
    expect_object(&inner, array->element, value);
}

static void expect_scalars(place *at, const rill_row *row, const rill_array *array, const json_t *value)
{
    static const char zeros[sizeof((merge_value *)0)->fixed];
    const merge_value *seen = value_at(at, at->inside + row->offset, RILL_ARRAY);
    const char *text = seen->text.text;
    size_t left = seen->text.length, i;
    const json_t *element;
    json_array_foreach(value, i, element)
    {
        bool wanted = !json_is_null(element) && takes(array->kind, element);
        size_t length = array->kind != RILL_STRING ? sizeof zeros : 1 + (wanted ? json_string_length(element) : 0);
        fuzz_must(left >= length, "%s has only %zu elements", row->name, i);
        if (array->kind == RILL_STRING) {
            fuzz_must(*text == (wanted ? '+' : '-') && (!wanted || memcmp(text + 1, json_string_value(element), length - 1) == 0),
                      "%s[%zu] is another text", row->name, i);
        } else {
            verdict found = !wanted ? ABSENT
                            : array->kind == RILL_BOOL ? THERE
                            : array->kind == RILL_REAL ? check_real(row->name, text, element)
                                                       : check_whole(row->name, text, array->kind, element);
            fuzz_must(array->kind != RILL_BOOL || !wanted || *text == (json_is_true(element) ? 1 : 0), "%s[%zu] is %d",
                      row->name, i, *text);
            fuzz_must(found != ABSENT || memcmp(text, zeros, sizeof zeros) == 0, "%s[%zu] is not 0", row->name, i);
        }
        text += length;
        left -= length;
    }
    fuzz_must(left == 0, "%s has more elements", row->name);
}

static void expect_array(place *at, const rill_row *row, const json_t *value)
{
    const rill_array *array = row->child;
    size_t i;
    const json_t *element;
    if (array->kind != RILL_OBJECT) {
        expect_scalars(at, row, array, value);
        return;
    }
    place inside = *at;
    inside.path++;
    if (json_is_object(value)) { /* its one element */
        inside.path--;
        expect_element(&inside, row, array, 0, value);
        return;
    }
    json_array_foreach(value, i, element)
        if (json_is_object(element) && inside.path < RILL_PATH_MAX)
            expect_element(&inside, row, array, i, element);
}

static verdict expect_value(place *at, const rill_row *row, const json_t *value)
{
    if (row->kind == RILL_ARRAY) {
        expect_array(at, row, value);
        return THERE;
    }
    if (row->kind != RILL_OBJECT)
        return expect_scalar(at, row, value);
    place inner = {.event = at->event, .key = at->key, .inside = at->inside + row->offset, .path = at->path + 1};
    expect_object(&inner, row->child, value);
    return THERE;
}

static const rill_row *row_of(const rill_schema *schema, const char *name, const json_t *value)
{
    for (size_t i = 0; i < schema->count; i++)
        if (strcmp(schema->rows[i].name, name) == 0 && row_takes(&schema->rows[i], value))
            return &schema->rows[i];
    return NULL;
}

/* The object's header: each member's bit is as it should be. */
static void expect_object(place *at, const rill_schema *schema, const json_t *object)
{
    uint32_t present = 0, nulls = 0, unknown = 0, seen[2];
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        const rill_row *row = row_of(schema, name, value);
        bool bracket = json_is_object(value) || json_is_array(value);
        if (row == NULL || (bracket && at->path == RILL_PATH_MAX && row->kind != RILL_RAW))
            continue;
        verdict found = json_is_null(value) ? ABSENT : expect_value(at, row, value);
        nulls |= json_is_null(value) ? 1u << row->bit : 0;
        present |= found == THERE ? 1u << row->bit : 0;
        unknown |= found == UNKNOWN ? 1u << row->bit : 0;
    }
    for (size_t i = 0; i < schema->count; i++) {
        const rill_row *row = &schema->rows[i];
        if (row->kind == RILL_INT32 && row->offset == offsetof(rill_element, index) && (present >> row->bit & 1) == 0) {
            int32_t index;
            memcpy(&index, value_at(at, at->inside + row->offset, RILL_INT32)->fixed, sizeof index);
            fuzz_must((unknown >> row->bit & 1) != 0 || index == (int32_t)at->key.level[2 * at->key.depth - 1],
                      "an element without an index of its own has the index %d", (int)index);
        }
    }
    memcpy(seen, value_at(at, at->inside, MERGE_HEADER)->fixed, sizeof seen);
    fuzz_must((seen[0] & ~unknown) == (present & ~unknown), "bits %x, by jansson %x", seen[0], present);
    fuzz_must((seen[1] & ~unknown) == (nulls & ~unknown), "nulls %x, by jansson %x", seen[1], nulls);
}

void sift_expect(const rill_schema *schema, const json_t *value, merge_event *event)
{
    place at = {.event = event, .path = 1};
    if (json_is_array(value)) /* its elements are roots, one a part: they lie over each other in the event */
        return;
    if (json_is_object(value))
        expect_object(&at, schema, value);
    for (size_t i = 0; i < event->count; i++) {
        const merge_value *left = &event->values[i];
        fuzz_must(left->part == EXPECTED || merge_is_empty(left), "a value at %d that nothing put there", left->key.offset);
    }
}
