#include "merge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "quoted.h"

void merge_begin(merge *log, const rill_schema *schema, const void *target, const char *buffer, size_t size)
{
    memset(log, 0, sizeof *log);
    log->schema = schema;
    log->target = target;
    log->views = buffer;
    log->end = buffer + size;
    growing_add(&log->text, "\n", 1);
    log->text.text[log->text.length = 0] = '\0';
}

static void free_event(merge_event *event)
{
    for (size_t i = 0; i < event->size; i++)
        growing_free(&event->values[i].text);
    free(event->values);
}

void merge_end(merge *log)
{
    free_event(&log->answer);
    free_event(&log->error);
    growing_free(&log->text);
    free(log->entries);
}

/* ---- values of an event */

/* Not by memcmp(), from which libFuzzer takes ideas for its mutations. */
static int compare_keys(const merge_key *one, const merge_key *other)
{
    if (one->depth != other->depth)
        return one->depth < other->depth ? -1 : 1;
    for (unsigned i = 0; i < 2u * one->depth; i++)
        if (one->level[i] != other->level[i])
            return one->level[i] < other->level[i] ? -1 : 1;
    if (one->offset != other->offset)
        return one->offset < other->offset ? -1 : 1;
    return (int)one->kind - (int)other->kind;
}

static uint8_t hash(const merge_key *key)
{
    uint32_t sum = key->offset * 31u + key->kind;
    for (unsigned i = 0; i < 2u * key->depth; i++)
        sum = sum * 31u + key->level[i];
    return (uint8_t)(sum ^ sum >> 8 ^ sum >> 16);
}

merge_value *merge_place(merge_event *event, const merge_key *key)
{
    uint32_t *first = &event->first[hash(key)];
    for (uint32_t i = *first; i != 0; i = event->values[i - 1].next)
        if (compare_keys(&event->values[i - 1].key, key) == 0)
            return &event->values[i - 1];
    if (event->count == event->size) {
        size_t size = event->size + 64;
        event->values = need(event->values, size * sizeof *event->values);
        memset(event->values + event->size, 0, 64 * sizeof *event->values);
        event->size = size;
    }
    merge_value *made = &event->values[event->count++];
    made->key = *key;
    made->next = *first;
    *first = (uint32_t)event->count;
    return made;
}

/* The struct at hand, and the way to it. */
typedef struct visit {
    merge *log;
    merge_event *event;
    merge_key key;
    int side; /* of the root's rows; 0: all */
} visit;

/* A place that this part has told already under another name gives NULL. */
static merge_value *place_at(visit *at, size_t offset, unsigned kind)
{
    at->key.offset = (uint16_t)offset;
    at->key.kind = (uint8_t)kind;
    merge_value *value = merge_place(at->event, &at->key);
    if (value->part == at->event->part)
        return NULL;
    value->part = at->event->part;
    return value;
}

static void check_view(const visit *at, const char *data, size_t length)
{
    const merge *log = at->log;
    if (data == NULL) {
        fuzz_must(length == 0, "a text that is not there has a length of %zu", length);
        return;
    }
    fuzz_must(data >= log->views && data < log->end && length < (size_t)(log->end - data), "a text lies outside the buffer");
    fuzz_must(data[length] == '\0', "no NUL behind a text");
}

static void add_fixed(merge_value *value, const char *from, unsigned kind)
{
    switch (kind) {
    case RILL_BOOL:
        fuzz_must(*(const unsigned char *)from <= 1, "a bool of %d", *(const unsigned char *)from);
        value->fixed[0] = *from;
        break;
    case RILL_INT32:
        memcpy(value->fixed, from, sizeof(int32_t));
        break;
    case RILL_INT64:
        memcpy(value->fixed, from, sizeof(int64_t));
        break;
    case RILL_REAL:
        memcpy(value->fixed, from, sizeof(int64_t));
        memcpy(value->fixed + 8, from + offsetof(rill_real, exponent), sizeof(int32_t));
        break;
    default:
        memcpy(value->fixed, from, sizeof(rill_header));
    }
}

static void visit_scalar(visit *at, const char *base, size_t offset, unsigned kind)
{
    const char *place = base + offset;
    /* the kinds that are views share places */
    unsigned view = kind == RILL_STRING || kind == RILL_RAW ? RILL_TEXT : kind;
    merge_value *value = place_at(at, offset, view);
    if (value == NULL)
        return;
    if (view == RILL_TEXT) {
        const rill_text *text = (const rill_text *)(const void *)place;
        check_view(at, text->data, text->length);
        if (text->data != NULL)
            growing_add(&value->text, text->data, text->length);
    } else if (view == RILL_ENUM) {
        const rill_enum *word = (const rill_enum *)(const void *)place;
        check_view(at, word->data, word->length);
        if (word->data != NULL)
            growing_add(&value->text, word->data, word->length);
        value->fixed[0] = (char)(word->value & 0xff);
    } else {
        add_fixed(value, place, view);
    }
}

static void visit_object(visit *at, const char *base, const rill_schema *schema, bool root);

static size_t size_of(unsigned kind)
{
    static const size_t sizes[] = {[RILL_STRING] = sizeof(rill_text), [RILL_INT64] = 8, [RILL_INT32] = 4,
                                   [RILL_BOOL] = sizeof(bool), [RILL_REAL] = sizeof(rill_real)};
    return kind < sizeof sizes / sizeof sizes[0] ? sizes[kind] : 0;
}

/* Elements of scalars do not tell their position; they come in order. */
static void visit_scalars(visit *at, const char *base, const rill_row *row, const rill_array *array, size_t count)
{
    merge_value *value = place_at(at, row->offset, RILL_ARRAY);
    if (value == NULL)
        return;
    fuzz_must(size_of(array->kind) > 0, "an array of the kind %d", array->kind);
    for (size_t i = 0; i < count; i++) {
        const char *place = base + row->offset + i * array->stride;
        merge_value one = {.part = 0};
        if (array->kind == RILL_STRING) {
            const rill_text *text = (const rill_text *)(const void *)place;
            check_view(at, text->data, text->length);
            growing_add(&value->text, text->data != NULL ? "+" : "-", 1);
            growing_add(&value->text, text->data, text->length);
        } else {
            add_fixed(&one, place, array->kind);
            growing_add(&value->text, one.fixed, sizeof one.fixed);
        }
    }
}

static void visit_array(visit *at, const char *base, const rill_row *row)
{
    const rill_array *array = row->child;
    size_t count = array->count == RILL_NO_COUNT ? 1 : *(const uint16_t *)(const void *)(base + array->count);
    fuzz_must(count <= array->capacity, "%zu elements in an array of %d", count, array->capacity);
    if (array->kind != RILL_OBJECT) {
        visit_scalars(at, base, row, array, count);
        return;
    }
    if (array->stride == 0) { /* its element fills this struct, where it has a place */
        if (count > 0)
            visit_object(at, base, array->element, false);
        return;
    }
    merge_key key = at->key;
    for (size_t i = 0; i < count; i++) {
        const char *place = base + row->offset + i * array->stride;
        at->key = key;
        memset(&at->key.level[2 * key.depth], 0, sizeof key.level - 2 * key.depth * sizeof key.level[0]);
        at->key.level[2 * key.depth] = row->offset;
        at->key.level[2 * key.depth + 1] = ((const rill_element *)(const void *)place)->at;
        at->key.depth++;
        visit_object(at, place, array->element, false);
    }
    at->key = key;
}

static void visit_header(visit *at, const char *base, size_t offset, uint32_t bits)
{
    merge_value *value = place_at(at, offset, MERGE_HEADER);
    const rill_header *header = (const rill_header *)(const void *)(base + offset);
    if (value == NULL)
        return;
    rill_header seen = {header->present & bits, header->nulls & bits};
    fuzz_must((header->present & header->nulls) == 0, "a member is null and present");
    add_fixed(value, (const char *)&seen, MERGE_HEADER);
}

/* Places of rows that lie in an object of this struct are told with the offset in the struct around it all: objects add to
 * the base and to the offset. */
static void visit_rows(visit *at, const char *outer, size_t inside, const rill_schema *schema, bool root)
{
    for (size_t i = 0; i < schema->count; i++) {
        const rill_row *row = &schema->rows[i];
        if (root && at->side != 0 && ((row->bit & RILL_IS_ERROR) != 0) != (at->side == RILL_SIDE_ERROR))
            continue;
        uint32_t bits = 0;
        for (size_t j = 0; j < schema->count; j++)
            if (schema->rows[j].header == row->header && (!root || at->side == 0 ||
                ((schema->rows[j].bit & RILL_IS_ERROR) != 0) == (at->side == RILL_SIDE_ERROR)))
                bits |= 1u << (schema->rows[j].bit & 31);
        visit_header(at, outer, inside + row->header, root ? bits : UINT32_MAX);
        if (row->kind == RILL_OBJECT) {
            visit_rows(at, outer, inside + row->offset, row->child, false);
        } else if (row->kind == RILL_ARRAY) {
            rill_row moved = *row;
            const rill_array *array = row->child;
            rill_array there = *array;
            moved.offset = (uint16_t)(row->offset + inside);
            moved.child = &there;
            if (array->count != RILL_NO_COUNT)
                there.count = (uint16_t)(array->count + inside);
            if (array->stride == 0 && array->kind == RILL_OBJECT) {
                if (array->count == RILL_NO_COUNT || *(const uint16_t *)(const void *)(outer + there.count) > 0)
                    visit_rows(at, outer, inside, array->element, false);
            } else {
                visit_array(at, outer, &moved);
            }
        } else {
            visit_scalar(at, outer, inside + row->offset, row->kind);
        }
    }
}

static void visit_object(visit *at, const char *base, const rill_schema *schema, bool root)
{
    visit_rows(at, base, 0, schema, root);
}

void merge_struct(merge *log, merge_event *event, int side)
{
    visit at = {.log = log, .event = event, .side = side};
    event->part++;
    visit_object(&at, log->target, log->schema, true);
}

/* ---- the log */

static void add_text(void *context, const char *bytes, size_t length)
{
    growing_add(context, bytes, length);
}

static int by_key(const void *one, const void *other)
{
    return compare_keys(&(*(merge_value *const *)one)->key, &(*(merge_value *const *)other)->key);
}

static void forget(merge_event *event)
{
    for (size_t i = 0; i < event->count; i++) {
        merge_value *value = &event->values[i];
        value->part = 0;
        value->text.length = 0;
        memset(value->fixed, 0, sizeof value->fixed);
    }
    event->part = 0;
    event->flags = 0;
}

bool merge_is_empty(const merge_value *value)
{
    for (size_t i = 0; i < sizeof value->fixed; i++)
        if (value->fixed[i] != 0)
            return false;
    return value->text.length == 0;
}

static void write_value(sink out, const merge_value *value)
{
    const merge_key *key = &value->key;
    int64_t number;
    int32_t small;
    uint32_t bits[2];
    sink_text(out, "  ");
    for (unsigned i = 0; i < key->depth; i++) {
        sink_unsigned(out, key->level[2 * i]);
        sink_char(out, '[');
        sink_unsigned(out, key->level[2 * i + 1]);
        sink_text(out, "].");
    }
    sink_unsigned(out, key->offset);
    memcpy(&number, value->fixed, sizeof number);
    memcpy(&small, value->fixed, sizeof small);
    memcpy(bits, value->fixed, sizeof bits);
    switch (key->kind) {
    case MERGE_HEADER:
        sink_text(out, " bits ");
        sink_unsigned(out, bits[0]);
        sink_text(out, " nulls ");
        sink_unsigned(out, bits[1]);
        break;
    case RILL_TEXT:
    case RILL_ARRAY:
        quoted_word(out, "", value->text.text, value->text.length);
        break;
    case RILL_ENUM:
        quoted_word(out, "", value->text.text, value->text.length);
        sink_text(out, " is ");
        sink_unsigned(out, (uint8_t)value->fixed[0]);
        break;
    case RILL_INT32:
        sink_char(out, ' ');
        sink_integer(out, small);
        break;
    case RILL_REAL:
        memcpy(&small, value->fixed + 8, sizeof small);
        sink_char(out, ' ');
        sink_integer(out, number);
        sink_char(out, 'e');
        sink_integer(out, small);
        break;
    default:
        sink_char(out, ' ');
        sink_integer(out, number);
    }
    sink_char(out, '\n');
}

static void begin_entry(merge *log, bool parts)
{
    if (log->entry_count == log->entry_size) {
        log->entry_size += 64;
        log->entries = need(log->entries, log->entry_size * sizeof *log->entries);
    }
    log->entries[log->entry_count++] = (merge_entry){log->text.length, parts};
}

void merge_event_done(merge *log, merge_event *event)
{
    sink out = {add_text, &log->text};
    merge_value **told = fuzz_memory(event->count * sizeof *told);
    size_t count = 0;
    for (size_t i = 0; i < event->count; i++)
        if (!merge_is_empty(&event->values[i]))
            told[count++] = &event->values[i];
    qsort(told, count, sizeof *told, by_key);
    for (size_t i = 0; i < count; i++)
        write_value(out, told[i]);
    free(told);
    forget(event);
}

static const char *const kinds[] = {"event", "chunk", "completion", "text completion", "error", "bad", "end"};

static void add_part(merge *log, merge_event *event, const rill_item *item, int side)
{
    bool whole = item->part == RILL_PART_WHOLE, first = whole || item->part == RILL_PART_FIRST;
    fuzz_must(first == (event->part == 0), "parts out of order: part %d of an event that has %u", (int)item->part,
              event->part);
    event->flags |= item->flags & (RILL_ITEM_UTF8 | RILL_ITEM_PENDING);
    merge_struct(log, event, side);
    if (!whole && item->part != RILL_PART_LAST)
        return;
    sink out = {add_text, &log->text};
    begin_entry(log, event->part > 1);
    sink_text(out, kinds[item->kind]);
    sink_text(out, (event->flags & RILL_ITEM_UTF8) != 0 ? " utf8" : "");
    sink_text(out, (event->flags & RILL_ITEM_PENDING) != 0 ? " pending\n" : "\n");
    merge_event_done(log, event);
}

void merge_item(merge *log, const rill_item *item)
{
    if (item->kind != RILL_ITEM_BAD && item->kind != RILL_ITEM_END) {
        bool error = item->kind == RILL_ITEM_ERROR;
        int side = !log->schema->answer ? 0 : error ? RILL_SIDE_ERROR : RILL_SIDE_ANSWER;
        add_part(log, error ? &log->error : &log->answer, item, side);
        return;
    }
    forget(&log->answer); /* what a broken event handed out before does not count */
    forget(&log->error);
    sink out = {add_text, &log->text};
    begin_entry(log, false);
    sink_text(out, kinds[item->kind]);
    sink_char(out, ' ');
    sink_text(out, rill_status_text(item->status));
    sink_text(out, item->kind == RILL_ITEM_BAD ? " at " : " by ");
    sink_unsigned(out, item->kind == RILL_ITEM_BAD ? item->offset : (uint32_t)item->end);
    sink_char(out, '\n');
}

/* ---- two logs */

static size_t end_of(const merge *log, size_t entry)
{
    return entry + 1 < log->entry_count ? log->entries[entry + 1].at : log->text.length;
}

static bool is_same_entry(const merge *one, size_t i, const merge *other, size_t j, bool kinds_too)
{
    const char *text = one->text.text + one->entries[i].at, *text_end = one->text.text + end_of(one, i);
    const char *also = other->text.text + other->entries[j].at, *also_end = other->text.text + end_of(other, j);
    if (!kinds_too) {
        text = memchr(text, '\n', (size_t)(text_end - text));
        also = memchr(also, '\n', (size_t)(also_end - also));
    }
    return text_end - text == also_end - also && memcmp(text, also, (size_t)(text_end - text)) == 0;
}

void merge_same(const char *what, const char *one_name, const merge *one, const char *other_name, const merge *other,
                bool known_limits)
{
    size_t i = 0, j = 0;
    if (!known_limits) {
        fuzz_same_text(what, one_name, one->text.text, other_name, other->text.text);
        return;
    }
    while (i < one->entry_count || j < other->entry_count) {
        bool parts = i < one->entry_count && one->entries[i].parts;
        bool other_parts = j < other->entry_count && other->entries[j].parts;
        if (i < one->entry_count && j < other->entry_count && is_same_entry(one, i, other, j, !parts && !other_parts))
            i++, j++;
        else if (parts)
            i++;
        else if (other_parts)
            j++;
        else
            fuzz_fail("%s: %s has\n%s\n%s has\n%s", what, one_name,
                      i < one->entry_count ? one->text.text + one->entries[i].at : "nothing more", other_name,
                      j < other->entry_count ? other->text.text + other->entries[j].at : "nothing more");
    }
}
