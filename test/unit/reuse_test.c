/* Reuse gives what comes without it. Examples (test/golden/reuse.txt), which also say how many of their events were taken by comparing; made-up
 * streams; and the recorded ones, for how many are taken.
 *
 * What comes out is written item by item with the whole struct (struct_log.h). Where the buffer is small, parts may be cut at
 * other places: then the joined events are compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/reuse_calls.h"
#include "cases.h"
#include "growing.h"
#include "logs/struct_log.h"
#include "rill/rill.h"

enum {
    LARGE = 1 << 16, /* takes every event whole, but for what exceeds the struct's arrays */
    LARGE_TOKENS = 4096,
    SMALL_TOKENS = 64
};

#define COUNT(list) (sizeof (list) / sizeof (list)[0])

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* ---- a schema with every kind of row */

typedef struct point {
    rill_element element;
    rill_text label;
    int32_t x;
} point;
enum { POINT_INDEX, POINT_X, POINT_LABEL };
static const rill_row point_rows[] = {
    RILL_ROW(point, x, "x", POINT_X, RILL_INT32, NULL, 0),
    RILL_ROW_TEXT(point, label, "label", POINT_LABEL),
};
static const rill_schema point_schema = RILL_SCHEMA(point, point_rows);

typedef struct inner {
    rill_header header;
    rill_text note;
    int64_t count;
} inner;
enum { INNER_NOTE, INNER_COUNT };
static const rill_row inner_rows[] = {
    RILL_ROW_INT64(inner, count, "count", INNER_COUNT),
    RILL_ROW_STRING(inner, note, "note", INNER_NOTE),
};
static const rill_schema inner_schema = RILL_SCHEMA(inner, inner_rows);

typedef struct sample {
    rill_header header;
    int64_t big;
    int32_t small;
    bool flag;
    rill_real real;
    rill_text text, id, raw;
    rill_enum tree;
    inner in;
    uint16_t long_count, int_count, real_count, flag_count, word_count, point_count;
    int64_t longs[4];
    int32_t ints[4];
    rill_real reals[4];
    bool flags[4];
    rill_text words[4];
    point points[2];
} sample;
enum { BIG, SMALL, FLAG, REAL, TEXT, ID, RAW, TREE, IN, LONGS, INTS, REALS, FLAGS, WORDS, POINTS, GREAT, INSIDE };
static const rill_name tree_words[] = {{"oak", 0, 3, 1}, {"fir", 0, 3, 2}};
static const rill_names trees = {tree_words, 2, 0};
static const rill_array longs = RILL_ARRAY_OF_SCALARS(sample, longs, long_count, RILL_INT64);
static const rill_array ints = RILL_ARRAY_OF_SCALARS(sample, ints, int_count, RILL_INT32);
static const rill_array reals = RILL_ARRAY_OF_SCALARS(sample, reals, real_count, RILL_REAL);
static const rill_array flags = RILL_ARRAY_OF_SCALARS(sample, flags, flag_count, RILL_BOOL);
static const rill_array words = RILL_ARRAY_OF_SCALARS(sample, words, word_count, RILL_STRING);
static const rill_array points = RILL_ARRAY_OF(sample, points, point_count, &point_schema);
static const rill_row sample_rows[] = {
    RILL_ROW_INT64(sample, big, "big", BIG),
    RILL_ROW(sample, small, "small", SMALL, RILL_INT32, NULL, 0),
    RILL_ROW_BOOL(sample, flag, "flag", FLAG),
    RILL_ROW_REAL(sample, real, "real", REAL),
    RILL_ROW_TEXT(sample, text, "text", TEXT),
    RILL_ROW_RAW(sample, text, "text", TEXT),
    RILL_ROW_STRING(sample, id, "id", ID),
    RILL_ROW_RAW(sample, raw, "raw", RAW),
    RILL_ROW_ENUM(sample, tree, "tree", TREE, &trees),
    RILL_ROW_OBJECT(sample, in, "in", IN, &inner_schema),
    RILL_ROW_ARRAY(sample, longs, "longs", LONGS, &longs),
    RILL_ROW_ARRAY(sample, ints, "ints", INTS, &ints),
    RILL_ROW_ARRAY(sample, reals, "reals", REALS, &reals),
    RILL_ROW_ARRAY(sample, flags, "flags", FLAGS, &flags),
    RILL_ROW_ARRAY(sample, words, "words", WORDS, &words),
    RILL_ROW_ARRAY(sample, points, "points", POINTS, &points),
    RILL_ROW_INT64(sample, big, "great", GREAT), /* another name of `big` */
    RILL_ROW_OBJECT(sample, in, "inside", INSIDE, &inner_schema), /* another name of `in` */
};
static const rill_schema sample_schema = RILL_SCHEMA(sample, sample_rows);

/* A struct of more than 64 KB, of which the fifth pile lies where the first does in 16 bits. */
typedef struct heap {
    rill_header header;
    uint16_t pile_count;
    struct pile {
        rill_element element;
        rill_text text;
        char stones[0x4000 - sizeof(rill_element) - sizeof(rill_text)];
    } piles[8];
} heap;
typedef struct pile pile;
static const rill_row pile_rows[] = {RILL_ROW_STRING(pile, text, "text", 0)};
static const rill_schema pile_schema = RILL_SCHEMA(pile, pile_rows);
static const rill_array piles = RILL_ARRAY_OF(heap, piles, pile_count, &pile_schema);
static const rill_row heap_rows[] = {RILL_ROW_ARRAY(heap, piles, "piles", 0, &piles)};
static const rill_schema heap_schema = {heap_rows, NULL, 0, offsetof(heap, piles), COUNT(heap_rows), false};

static size_t size_of(const rill_schema *schema)
{
    if (schema == &heap_schema)
        return sizeof(heap);
    if (schema == &rill_chat_schema)
        return sizeof(rill_chunk);
    return schema == &rill_lean_schema ? sizeof(rill_lean_chunk) : sizeof(sample);
}

/* ---- what was taken by comparing: the call that does it, looked over its shoulder */

static const struct rill_reuse_calls *behind_spy;
static unsigned taken;
static unsigned long taken_bytes;

static rill_status spy_take(rill_stream *stream, const char *bytes, size_t length, rill_item *item)
{
    uint32_t before = stream->given_length;
    rill_status status = behind_spy->take(stream, bytes, length, item);
    if (status == RILL_OK) {
        taken++;
        taken_bytes += before - stream->given_length;
    }
    return status;
}

static void begin_reuse(rill_reuse *reuse, void *memory, size_t size)
{
    static struct rill_reuse_calls spy;
    rill_reuse_begin(reuse, memory, size);
    behind_spy = reuse->calls;
    spy = *reuse->calls;
    spy.take = spy_take;
    reuse->calls = &spy;
}

/* ---- the log of a run */

typedef enum writing {
    ITEMS,  /* item by item */
    EVENTS, /* the parts of an event joined, its values in the order of their paths */
    SHOWN   /* of each item the values that are asked for */
} writing;

/* A value of an event whose parts are being joined. */
typedef struct joined {
    char path[128];
    growing text;
} joined;

typedef struct event {
    joined *values;
    size_t count, size;
    bool begun;
} event;

typedef struct record {
    writing how;
    const rill_stream_config *config;
    const rill_sse *sse;
    const char *show;  /* names, with a blank around each */
    const char *shown; /* the last text that was: a member may have several names */
    test_log log;
    event events[2]; /* that of an answer, and that of an error beside it */
    event *at_hand;
    bool parts;
} record;

static record the_record;

static void check_view(const record *to, const char *bytes, size_t length)
{
    const char *buffer = to->config->buffer, *end = buffer + to->config->size;
    if (bytes == NULL) {
        assert_int_equal(length, 0);
        return;
    }
    assert_true(bytes >= buffer && bytes < end && length < (size_t)(end - bytes));
    assert_int_equal(bytes[length], '\0');
}

static void take_item_value(void *context, const char *path, struct_fact fact, const char *bytes, size_t length)
{
    record *to = context;
    sink out = test_log_sink(&to->log);
    if (fact == STRUCT_TEXT)
        check_view(to, bytes, length);
    struct_log_take(&out, path, fact, bytes, length);
}

static void take_shown_value(void *context, const char *path, struct_fact fact, const char *bytes, size_t length)
{
    record *to = context;
    const char *name = strrchr(path, '.');
    char word[64];
    snprintf(word, sizeof word, " %s ", name != NULL ? name + 1 : path);
    if (strstr(to->show, word) == NULL)
        return;
    if (fact != STRUCT_TEXT) {
        test_log_add(&to->log, " %.*s", (int)length - (*bytes == '='), bytes + (*bytes == '='));
        return;
    }
    if (bytes != NULL && bytes == to->shown)
        return;
    to->shown = bytes;
    test_log_add(&to->log, " '");
    test_log_bytes(&to->log, bytes, length);
    test_log_add(&to->log, "'");
}

static joined *value_at(event *of, const char *path)
{
    for (size_t i = 0; i < of->count; i++)
        if (strcmp(of->values[i].path, path) == 0)
            return &of->values[i];
    if (of->count == of->size) {
        of->size += 64;
        of->values = must(realloc(of->values, of->size * sizeof *of->values));
        memset(of->values + of->count, 0, 64 * sizeof *of->values);
    }
    joined *made = &of->values[of->count++];
    snprintf(made->path, sizeof made->path, "%s", path);
    made->text.length = 0;
    return made;
}

static void take_part_value(void *context, const char *path, struct_fact fact, const char *bytes, size_t length)
{
    record *to = context;
    char key[128];
    if (fact == STRUCT_COUNT)
        return;
    if (fact == STRUCT_TEXT)
        check_view(to, bytes, length);
    snprintf(key, sizeof key, "%s%s", path, fact == STRUCT_TEXT ? "\"" : "");
    joined *value = value_at(to->at_hand, key);
    if (fact == STRUCT_VALUE)
        value->text.length = 0;
    if (length > 0)
        growing_add(&value->text, bytes, length);
}

static int by_path(const void *one, const void *other)
{
    return strcmp(((const joined *)one)->path, ((const joined *)other)->path);
}

static void write_event(record *to, event *of)
{
    if (of->count > 0)
        qsort(of->values, of->count, sizeof *of->values, by_path);
    for (size_t i = 0; i < of->count; i++) {
        test_log_add(&to->log, " %s", of->values[i].path);
        test_log_bytes(&to->log, of->values[i].text.text, of->values[i].text.length);
    }
    of->count = 0;
    of->begun = false;
}

static const char *const kinds[] = {"event", "chunk", "completion", "text", "error", "bad", "end"};
static const char *const ends[] = {"none", "done", "eof", "cut"};
static const char *const parts[] = {"", " first", " middle", " last"};

static void write_filled(record *to, const rill_item *item)
{
    bool error = item->kind == RILL_ITEM_ERROR, last = item->part == RILL_PART_WHOLE || item->part == RILL_PART_LAST;
    bool first = item->part == RILL_PART_WHOLE || item->part == RILL_PART_FIRST;
    struct_taker *const takers[] = {take_item_value, take_part_value, take_shown_value};
    to->parts = to->parts || item->part != RILL_PART_WHOLE || (item->flags & RILL_ITEM_CUT) != 0;
    to->shown = NULL;
    to->at_hand = &to->events[error];
    if (first != !to->at_hand->begun)
        test_log_add(&to->log, "PARTS OUT OF ORDER ");
    if (first)
        to->at_hand->count = 0;
    to->at_hand->begun = !last;
    if (to->how == SHOWN)
        test_log_add(&to->log, "%s%s", kinds[item->kind], parts[item->part]);
    if (to->how == ITEMS) {
        test_log_add(&to->log, "%s%s flags %d", kinds[item->kind], parts[item->part], item->flags);
        test_log_add(&to->log, " type '%.*s'%s id '%.*s'", (int)to->sse->type_length, to->sse->type,
                     to->sse->type_cut ? " cut" : "", (int)to->sse->id_length, to->sse->id);
    }
    struct_walk(to->config->schema, to->config->target, error, takers[to->how], to);
    if (to->how == EVENTS && last) {
        test_log_add(&to->log, "%s", kinds[item->kind]);
        write_event(to, to->at_hand);
    }
    if (to->how != EVENTS || last)
        test_log_add(&to->log, "\n");
}

static void write_item(record *to, const rill_item *item, bool closed)
{
    if (item->kind != RILL_ITEM_BAD && item->kind != RILL_ITEM_END) {
        write_filled(to, item);
        return;
    }
    to->events[0].begun = to->events[1].begun = false; /* what a broken event handed out before depends on the size */
    if (item->kind == RILL_ITEM_BAD)
        test_log_add(&to->log, "bad %s at %lu\n", rill_status_text(item->status), (unsigned long)item->offset);
    else
        test_log_add(&to->log, "end %s%s%s%s\n", ends[item->end], item->status != RILL_OK ? ": " : "",
                     item->status != RILL_OK ? rill_status_text(item->status) : "",
                     closed ? "" : ", not closed");
}

static void free_record(record *of)
{
    for (size_t i = 0; i < COUNT(of->events); i++) {
        for (size_t j = 0; j < of->events[i].size; j++)
            growing_free(&of->events[i].values[j].text);
        free(of->events[i].values);
    }
    test_log_free(&of->log);
}

/* ---- a run */

typedef struct way {
    const rill_schema *schema;
    size_t size, tokens;
    size_t memory; /* for reuse; 0: without */
    bool give;     /* the input lies elsewhere, else it comes into the buffer */
    bool both;     /* by turns */
    bool moves;    /* between two feeds all is saved, spoiled and restored */
    size_t before;       /* so many bytes of the input are decoded, others are given, and the stream begins anew; 0: no */
    size_t first, piece; /* bytes of the first feed, and of the others; 0: as many as fit */
    uint32_t dice;       /* pieces of random length, up to `piece`; 0: no */
} way;

static unsigned long runs;

static uint32_t roll(uint32_t *dice, uint32_t sides)
{
    *dice = *dice * 1664525 + 1013904223;
    return (*dice >> 8) % sides;
}

/* What lasts from call to call. */
typedef struct bench {
    rill_stream stream;
    rill_reuse reuse;
    rill_stream_config config;
    char *span;
    size_t turns;
} bench;

static size_t feed(bench *on, way *how, const char *input, size_t left)
{
    size_t length = how->piece != 0 ? how->piece : left;
    bool give = how->both ? on->turns++ % 2 == 0 : how->give;
    char *place;
    if (how->dice != 0)
        length = 1 + roll(&how->dice, (uint32_t)length);
    if (how->first != 0)
        length = how->first;
    if (length > left)
        length = left;
    if (give) {
        on->span = must(malloc(length));
        memcpy(on->span, input, length);
        rill_stream_give(&on->stream, on->span, length);
    } else {
        size_t space = rill_stream_space(&on->stream, &place);
        assert_true(space > 0);
        assert_true(place >= on->config.buffer && space <= (size_t)(on->config.buffer + on->config.size - place));
        if (length > space)
            length = space;
        memcpy(place, input, length);
        rill_stream_got(&on->stream, length);
    }
    how->first -= how->first < length ? how->first : length;
    return length;
}

/* Of a struct with many choices the first ones: all would take most of the test's time. */
static size_t spoiled(const rill_schema *schema)
{
    return size_of(schema) < 16384 ? size_of(schema) : 16384;
}

static void spoil(void *memory, size_t size, char *saved)
{
    memcpy(saved, memory, size);
    memset(memory, 0xa5, size);
}

/* The stream is saved with its buffer, struct and memory for reuse, all are spoiled, and come back. */
static void save_and_restore(bench *on)
{
    const struct {
        void *memory;
        size_t size;
    } all[] = {
        {&on->stream, sizeof on->stream}, {&on->reuse, sizeof on->reuse}, {on->config.buffer, on->config.size},
        {on->config.target, spoiled(on->config.schema)}, {on->reuse.memory, on->reuse.size},
    };
    char *saved[COUNT(all)];
    for (size_t i = 0; i < COUNT(all); i++) {
        saved[i] = must(malloc(all[i].size + 1));
        if (all[i].size > 0)
            spoil(all[i].memory, all[i].size, saved[i]);
    }
    for (size_t i = 0; i < COUNT(all); i++) {
        if (all[i].size > 0)
            memcpy(all[i].memory, saved[i], all[i].size);
        free(saved[i]);
    }
}

static void open_bench(bench *on, const way *how)
{
    memset(on, 0xa5, sizeof *on);
    memset(&on->reuse, 0, sizeof on->reuse);
    on->span = NULL;
    on->turns = 0;
    on->config = (rill_stream_config){.buffer = must(malloc(how->size)), .size = how->size,
                                      .tokens = must(malloc(how->tokens * sizeof(rill_token))),
                                      .token_count = how->tokens, .schema = how->schema,
                                      .target = must(malloc(size_of(how->schema))), .body = RILL_BODY_AUTO};
    memset(on->config.buffer, 0xa5, how->size);
    memset(on->config.target, 0xa5, spoiled(how->schema));
    if (how->memory > 0) {
        begin_reuse(&on->reuse, must(malloc(how->memory)), how->memory);
        on->config.reuse = &on->reuse;
    }
    assert_int_equal(rill_stream_begin(&on->stream, &on->config), RILL_OK);
}

static void close_bench(bench *on)
{
    free(on->config.buffer);
    free(on->config.tokens);
    free(on->config.target);
    free(on->reuse.memory);
}

/* Leaves the stream amid the input, with bytes that wait in the buffer and some that were given behind them. */
static void begin_anew(bench *on, const char *input, size_t length, size_t before)
{
    rill_item item;
    char *place;
    size_t space = rill_stream_space(&on->stream, &place);
    if (before > space)
        before = space;
    memcpy(place, input, before);
    rill_stream_got(&on->stream, before);
    while (rill_stream_next(&on->stream, &item) == RILL_OK)
        ;
    rill_stream_give(&on->stream, input + before, length - before);
    memset(on->config.target, 0xa5, spoiled(on->config.schema)); /* it was another stream's */
    assert_int_equal(rill_stream_begin(&on->stream, &on->config), RILL_OK);
}

/* Decodes the input, and gives the log; it stays until the next run. */
static const char *run(const char *input, size_t length, way how, writing as, const char *show)
{
    bench on;
    rill_item item;
    rill_status status;
    bool closed = false;
    size_t items_left = 4 * length + 16;
    record *to = &the_record;
    open_bench(&on, &how);
    if (how.before > 0)
        begin_anew(&on, input, length, how.before);
    to->how = as;
    to->config = &on.config;
    to->sse = &on.stream.sse;
    to->show = show;
    to->parts = false;
    to->events[0].begun = to->events[1].begun = false;
    test_log_clear(&to->log);
    taken = 0;
    taken_bytes = 0;
    runs++;
    for (;;) {
        memset(&item, 0xa5, sizeof item);
        while ((status = rill_stream_next(&on.stream, &item)) == RILL_OK) {
            write_item(to, &item, closed);
            assert_true(items_left-- > 0); /* else it goes on for ever */
        }
        free(on.span);
        on.span = NULL;
        if (status != RILL_MORE)
            break;
        assert_false(closed);
        memset(on.config.tokens, 0xa5, how.tokens * sizeof(rill_token)); /* another stream may have used them */
        if (how.moves)
            save_and_restore(&on);
        if (length == 0) {
            rill_stream_close(&on.stream, RILL_PORT_CLOSED);
            closed = true;
            continue;
        }
        size_t fed = feed(&on, &how, input, length);
        input += fed;
        length -= fed;
    }
    assert_int_equal(status, RILL_END);
    close_bench(&on);
    return to->log.text;
}

/* ---- with reuse and without */

/* An input, and what comes of it without reuse. */
typedef struct check {
    const char *name;
    const char *input;
    size_t length;
    const rill_schema *schema;
    bool parts;                   /* in a large buffer too */
    char *items, *events;         /* in a large buffer */
    unsigned failures;
} check;

static char *copy(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(must(malloc(size)), text, size);
}

static void open_check(check *at)
{
    const way plain = {.schema = at->schema, .size = LARGE, .tokens = LARGE_TOKENS};
    at->items = copy(run(at->input, at->length, plain, ITEMS, NULL));
    at->parts = the_record.parts;
    at->events = NULL;
    at->failures = 0;
}

/* Its events; made when they are first asked for. */
static const char *events_of(check *at)
{
    const way plain = {.schema = at->schema, .size = LARGE, .tokens = LARGE_TOKENS};
    if (at->events == NULL)
        at->events = copy(run(at->input, at->length, plain, EVENTS, NULL));
    return at->events;
}

static void close_check(check *at)
{
    free(at->items);
    free(at->events);
    assert_int_equal(at->failures, 0);
}

static void failed(check *at, const way *how, const char *expected, const char *seen)
{
    size_t same = 0;
    while (expected[same] != '\0' && expected[same] == seen[same])
        same++;
    size_t from = same > 100 ? same - 100 : 0;
    if (at->failures++ >= 3)
        return;
    fprintf(stderr, "\"%s\": %zu bytes, %zu tokens, %zu for reuse, first %zu, then %zu, dice %lu%s%s\n"
            "without it ... %.300s\nwith it    ... %.300s\n", at->name, how->size, how->tokens, how->memory, how->first,
            how->piece, (unsigned long)how->dice, how->both ? ", by turns" : how->give ? ", given" : "",
            how->moves ? ", moved" : "", expected + from, seen + from);
}

/* The same items; or where memory is short, the same events. What an event's parts say before they say which element they
 * are of (docs/design.md, known limits) depends on the size: then it is as without reuse in the same memory. */
static void check_way(check *at, way how)
{
    const char *seen = run(at->input, at->length, how, ITEMS, NULL);
    if (strcmp(seen, at->items) == 0)
        return;
    if (!at->parts && !the_record.parts) {
        failed(at, &how, at->items, seen);
        return;
    }
    const char *expected = events_of(at);
    char *events = copy(run(at->input, at->length, how, EVENTS, NULL));
    way plain = how;
    plain.memory = 0;
    if (strcmp(events, expected) != 0 && strcmp(run(at->input, at->length, plain, EVENTS, NULL), events) != 0)
        failed(at, &how, expected, events);
    free(events);
}

/* Every place to cut, given and in the buffer; byte by byte and in other pieces; several buffers and memories. */
static void check_everywhere(check *at, size_t memory)
{
    static const size_t sizes[] = {256, 2048, 300}, pieces[] = {1, 2, 3, 7, 64};
    for (unsigned i = 0; i < 2 * COUNT(sizes); i++) {
        way how = {.schema = at->schema, .size = sizes[i / 2], .tokens = SMALL_TOKENS, .memory = memory, .give = i % 2 != 0};
        for (how.first = 1; how.first < at->length && i != 2 && i < 4; how.first += test_stride())
            check_way(at, how);
        how.first = 0;
        for (size_t j = 0; j < COUNT(pieces); j++) {
            how.piece = pieces[j];
            how.moves = j % 2 == 0;
            check_way(at, how);
            how.both = true;
            check_way(at, how);
            how.both = false;
        }
    }
    way how = {.schema = at->schema, .size = 512, .tokens = SMALL_TOKENS, .piece = 100};
    for (how.memory = 1; how.memory < 1024; how.memory += (how.memory < 300 ? 3 : 31) * test_stride())
        check_way(at, how);
}

/* ---- examples: test/golden/reuse.txt */

#define EXAMPLES "test/golden/reuse.txt"

/* An example's options: `lean`, `chat` or `sample`; `taken N`; `memory N`; behind `show` the members that are told. */
typedef struct options {
    const rill_schema *schema;
    unsigned taken; /* events that are taken by comparing, when all comes at once */
    size_t memory;
    char show[128]; /* a blank around each */
} options;

static options read_options(const test_case *of)
{
    options read = {.schema = &rill_lean_schema, .memory = 2048};
    char text[160];
    snprintf(text, sizeof text, "%s", of->options);
    char *show = strstr(text, "show ");
    assert_non_null(show);
    snprintf(read.show, sizeof read.show, " %s ", show + 5);
    *show = '\0';
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
        if (strcmp(word, "chat") == 0)
            read.schema = &rill_chat_schema;
        else if (strcmp(word, "sample") == 0)
            read.schema = &sample_schema;
        else if (strcmp(word, "taken") == 0)
            read.taken = (unsigned)strtoul(strtok(NULL, " "), NULL, 10);
        else if (strcmp(word, "memory") == 0)
            read.memory = strtoul(strtok(NULL, " "), NULL, 10);
        else
            assert_string_equal(word, "lean");
    }
    return read;
}

static void example_is_decoded_alike(void **state)
{
    const test_case *of = *state;
    options as = read_options(of);
    check at = {.name = of->name, .input = of->input, .length = of->length, .schema = as.schema};
    const way whole = {.schema = as.schema, .size = 4096, .tokens = 512, .memory = as.memory, .give = true};
    open_check(&at);
    const char *said = run(at.input, at.length, whole, SHOWN, as.show);
    assert_string_equal(said, of->expect);
    assert_int_equal(taken, as.taken);
    check_way(&at, whole);
    check_everywhere(&at, as.memory);
    close_check(&at);
}

/* ---- what is too long to be an example */

/* The content of the last event is a value of so many bytes, with its quotes, that begins in this way. Lengths are kept in
 * 16 bits: a longer one is no value of a remembered event. */
static void value_of_64_kb(void **state)
{
    static const struct {
        const char *begin;
        size_t length;
        unsigned taken; /* of five */
    } cases[] = {{"", 65535, 3}, {"", 65536, 2}, {"\\u00e9", 65535, 3}, {"\\u00e9", 65536, 2}};
    way how = {.schema = &rill_lean_schema, .size = 1 << 17, .tokens = SMALL_TOKENS, .give = true};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        test_log input = {NULL, 0, 0};
        for (char content = 'a'; content < 'e'; content++)
            test_log_add(&input, "data: {\"choices\":[{\"delta\":{\"content\":\"%c\"}}]}\n\n", content);
        test_log_add(&input, "data: {\"choices\":[{\"delta\":{\"content\":\"%s%0*d\"}}]}\n\n", cases[i].begin,
                     (int)(cases[i].length - strlen(cases[i].begin) - 2), 7);
        how.memory = 0;
        char *expected = copy(run(input.text, input.length, how, ITEMS, NULL));
        how.memory = 512;
        assert_string_equal(run(input.text, input.length, how, ITEMS, NULL), expected);
        assert_int_equal(taken, cases[i].taken);
        free(expected);
        test_log_free(&input);
    }
}

/* An event is remembered when all of its values lie in the first 64 KB of the struct. */
static void struct_of_more_than_64_kb(void **state)
{
    way how = {.schema = &heap_schema, .size = 4096, .tokens = 64, .give = true};
    (void)state;
    for (int count = 1; count <= 8; count++) {
        test_log input = {NULL, 0, 0};
        for (int k = 0; k < 6; k++) {
            test_log_add(&input, "data: {\"piles\":[");
            for (int i = 0; i < count; i++)
                test_log_add(&input, "%s{\"text\":\"%d of %d\"}", i > 0 ? "," : "", k / 2, i);
            test_log_add(&input, "]}\n\n");
        }
        how.memory = 0;
        char *expected = copy(run(input.text, input.length, how, ITEMS, NULL));
        how.memory = 1024;
        assert_string_equal(run(input.text, input.length, how, ITEMS, NULL), expected);
        assert_int_equal(taken, count <= 4 ? 4 : 0);
        free(expected);
        test_log_free(&input);
    }
}

/* What does not fit is not remembered, down to no memory at all; nothing beside it is touched. */
static void tiny_memories(void **state)
{
    static const char input[] = "data:{\"\":1}\n\ndata:{\"\":2}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
                                "data: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}\n\n";
    way how = {.schema = &rill_lean_schema, .size = 4096, .tokens = 64, .give = true};
    static char large[70000];
    rill_reuse reuse;
    char odd[2];
    (void)state;
    char *expected = copy(run(input, sizeof input - 1, how, ITEMS, NULL));
    for (how.memory = 1; how.memory < 100; how.memory++)
        for (how.piece = 1; how.piece < sizeof input; how.piece += 3)
            assert_string_equal(run(input, sizeof input - 1, how, ITEMS, NULL), expected);
    free(expected);
    for (size_t i = 0; i < 2; i++) {
        rill_reuse_begin(&reuse, odd + i, 0);
        assert_int_equal(reuse.size, 0);
        rill_reuse_begin(&reuse, large + i, sizeof large - i); /* of more than 65,535 bytes the rest is not used */
        assert_in_range(reuse.size, 65534, 65535);
    }
}

/* What one stream remembered, or left over, is nothing to the next one; nor that its events were like no other. */
static void stream_begins_anew(void **state)
{
    test_log input = {NULL, 0, 0};
    way how = {.schema = &rill_lean_schema, .size = 4096, .tokens = 64, .give = true};
    (void)state;
    test_log_add(&input, "data: :passed over, and the struct stays\n\n");
    for (char content = 'a'; content < 'l'; content++) {
        test_log_add(&input, "data: {\"choices\":[{\"delta\":{\"content\":\"%c\"}}]}\n\n", content);
        for (int unlike = 1; content == 'c' && unlike < 9; unlike++)
            test_log_add(&input, "data: {\"%0*d\":1,\"choices\":[{\"delta\":{\"content\":\"u\"}}]}\n\n", unlike, unlike);
    }
    char *expected = copy(run(input.text, input.length, how, ITEMS, NULL));
    how.memory = 512;
    assert_string_equal(run(input.text, input.length, how, ITEMS, NULL), expected);
    unsigned fresh = taken;
    assert_true(fresh > 0);
    for (how.before = 1; how.before <= input.length; how.before++) {
        assert_string_equal(run(input.text, input.length, how, ITEMS, NULL), expected);
        assert_int_equal(taken, fresh);
    }
    free(expected);
    test_log_free(&input);
}

/* ---- streams made up: events of a few shapes, whose values change */

enum { DEPTH = 7 };

typedef struct maker {
    uint32_t values; /* the dice of values, */
    uint32_t shape;  /* and that of the shape, which begins anew with each event of it */
    bool odd;        /* the event at hand may differ from others of its shape in more than values */
    test_log *out;
    const rill_schema *schema;
} maker;

static bool in_shape(maker *make, uint32_t percent)
{
    return roll(&make->shape, 100) < percent;
}

static bool now(maker *make, uint32_t percent)
{
    return roll(&make->values, 100) < percent;
}

static bool oddly(maker *make, uint32_t percent)
{
    return make->odd && now(make, percent);
}

static void put_blanks(maker *make)
{
    static const char *const blanks[] = {" ", "  ", "\t"};
    if (in_shape(make, 5))
        test_log_add(make->out, "%s", blanks[roll(&make->shape, 3)]);
    if (oddly(make, 3))
        test_log_add(make->out, " ");
}

/* Only texts are long: a string that is longer than the buffer is cut, and what is in front of the choices may be lost
 * (docs/design.md, known limits). */
static void put_string(maker *make, bool may_be_long)
{
    static const char *const pieces[] = {"a", "word", " and ", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\\n", "\\\"",
                                         "\\\\", "\\/", "\\u00e9", "\\u0000", "\\ud83d\\ude00", "{", "]", ",", "data: "};
    static const char *const rare[] = {"\\ud83d", "\\ude00", "\xff", "\xc3", "\x01", "\\x", "\\u12", "\xed\xa0\x80"};
    uint32_t count = roll(&make->values, 5);
    if (may_be_long && now(make, 5))
        count = 40 + roll(&make->values, 80);
    test_log_add(make->out, "\"");
    for (; count > 0; count--)
        test_log_add(make->out, "%s", pieces[roll(&make->values, now(make, 60) ? 3 : COUNT(pieces))]);
    if (oddly(make, 10) || now(make, 1))
        test_log_add(make->out, "%s", rare[roll(&make->values, COUNT(rare))]);
    test_log_add(make->out, "\"");
}

static void put_number(maker *make, bool fixed)
{
    static const char *const odd[] = {"0", "-0", "1.0", "1e3", "-2.50", "12e-1", "2147483647", "2147483648", "-2147483648",
                                      "9223372036854775807", "9223372036854775808", "999999999999999999", "1E+2", "01", "-"};
    if (in_shape(make, fixed ? 80 : 30))
        test_log_add(make->out, "%d", 17);
    else if (oddly(make, 30) || now(make, 2))
        test_log_add(make->out, "%s", odd[roll(&make->values, COUNT(odd))]);
    else
        test_log_add(make->out, "%ld", (long)roll(&make->values, now(make, 50) ? 10 : 1u << 24) - 3);
}

static void put_any(maker *make, unsigned depth)
{
    uint32_t kind = roll(oddly(make, 30) ? &make->values : &make->shape, depth > 0 ? 7 : 5);
    if (kind < 2)
        put_string(make, false);
    else if (kind < 4)
        put_number(make, false);
    else if (kind == 4)
        test_log_add(make->out, "%s", in_shape(make, 50) ? "null" : "true");
    else {
        test_log_add(make->out, kind == 5 ? "[" : "{\"k\":");
        put_any(make, depth - 1);
        test_log_add(make->out, kind == 5 ? "]" : "}");
    }
}

static void put_object(maker *make, const rill_schema *schema, unsigned depth);

/* A value that the row takes. */
static void put_kind(maker *make, const rill_row *row, unsigned depth)
{
    static const char *const known[] = {"assistant", "stop", "length", "oak", "elm"};
    const rill_array *array = row->child;
    switch (row->kind) {
    case RILL_TEXT:
    case RILL_STRING:
        put_string(make, row->kind == RILL_TEXT && depth < DEPTH - 1);
        break;
    case RILL_ENUM:
        if (row->name_length == 6 && memcmp(row->name, "object", 6) == 0) /* another service's answer is known by it too late */
            test_log_add(make->out, "\"chat.completion.chunk\"");
        else
            test_log_add(make->out, "\"%s\"", known[roll(oddly(make, 30) ? &make->values : &make->shape, COUNT(known))]);
        break;
    case RILL_BOOL:
        test_log_add(make->out, "%s", (oddly(make, 50) ? now(make, 50) : in_shape(make, 50)) ? "true" : "false");
        break;
    case RILL_OBJECT:
        put_object(make, row->child, depth);
        break;
    case RILL_ARRAY:
        test_log_add(make->out, "[");
        for (uint32_t count = in_shape(make, 80) ? 1 : roll(&make->shape, 4), i = 0; i < count; i++) {
            rill_row element = {.kind = array->kind, .child = array->element};
            test_log_add(make->out, i > 0 ? "," : "");
            put_blanks(make);
            put_kind(make, &element, depth);
        }
        test_log_add(make->out, "]");
        break;
    case RILL_RAW:
        put_any(make, 2);
        break;
    default:
        put_number(make, row->kind == RILL_REAL);
    }
}

static void put_member(maker *make, const char *name, size_t length, const rill_row *row, unsigned depth, bool *first)
{
    test_log_add(make->out, "%s", *first ? "" : ",");
    *first = false;
    put_blanks(make);
    test_log_add(make->out, "\"%.*s\"", (int)length, name);
    put_blanks(make);
    test_log_add(make->out, ":");
    put_blanks(make);
    if (in_shape(make, 8))
        test_log_add(make->out, "null");
    else if (row == NULL || in_shape(make, 5) || oddly(make, 5))
        put_any(make, 2);
    else
        put_kind(make, row, depth);
    put_blanks(make);
}

static void put_object(maker *make, const rill_schema *schema, unsigned depth)
{
    static const char *const always[] = {"choices", "delta", "content", "index"};
    bool first = true;
    test_log_add(make->out, "{");
    for (const rill_row *row = schema->rows; row < schema->rows + schema->count && depth > 0; row++) {
        uint32_t percent = 2 * schema->count > 16 ? 12 : 30;
        for (size_t i = 0; i < COUNT(always); i++)
            if (row->name_length == strlen(always[i]) && memcmp(row->name, always[i], row->name_length) == 0)
                percent = row->kind == RILL_ARRAY && i == 2 ? 2 : 90;
        if (row->kind == RILL_RAW)
            percent = 2;
        if ((row->bit & RILL_IS_ERROR) != 0) /* one inside of an answer is told by the parts of both */
            percent = schema == make->schema ? 2 : 0;
        if (row->name_length == 6 && memcmp(row->name, "vertex", 6) == 0) /* beside `google` two names of one text */
            percent = 0;
        if (in_shape(make, percent))
            put_member(make, row->name, row->name_length, row, depth - 1, &first);
        if (in_shape(make, 4))
            put_member(make, "unknown", 7, NULL, depth, &first);
    }
    test_log_add(make->out, "}");
}

/* Breaks the event's text: a byte goes, is doubled, or becomes another one. */
static void break_text(maker *make, size_t from)
{
    test_log *out = make->out;
    size_t at = from + roll(&make->values, (uint32_t)(out->length - from));
    static const char bytes[] = "\"\\{}[],:0-x\n\r ";
    if (now(make, 50)) {
        memmove(out->text + at, out->text + at + 1, out->length - at);
        out->length--;
    } else {
        out->text[at] = bytes[roll(&make->values, sizeof bytes - 1)];
    }
}

static void put_event(maker *make, uint32_t shape, const char *line_end)
{
    static const char *const extras[] = {"event: chunk", "id: 7", ": comment", "retry: 5", "event: error", "x", ""};
    make->odd = now(make, 20);
    if (oddly(make, 20))
        test_log_add(make->out, "%s%s", extras[roll(&make->values, COUNT(extras))], line_end);
    size_t from = make->out->length;
    test_log_add(make->out, oddly(make, 10) ? "data:" : "data: ");
    make->shape = shape;
    put_object(make, make->schema, DEPTH);
    if (oddly(make, 15))
        break_text(make, from);
    test_log_add(make->out, "%s%s", line_end, line_end);
}

static void make_stream(maker *make)
{
    static const char *const line_ends[] = {"\n", "\n", "\n", "\n", "\n", "\n", "\r\n", "\r"};
    const char *line_end = line_ends[roll(&make->values, COUNT(line_ends))];
    uint32_t shapes[3], shape = 0;
    test_log_clear(make->out);
    for (size_t i = 0; i < COUNT(shapes); i++)
        shapes[i] = roll(&make->values, 1u << 24);
    for (uint32_t events = 5 + roll(&make->values, 20); events > 0; events--) {
        if (now(make, 10))
            shape = roll(&make->values, COUNT(shapes));
        put_event(make, shapes[shape], line_end);
    }
    test_log_add(make->out, "data: [DONE]%s%s", line_end, line_end);
}

/* The same body in HTTP chunks of random length. */
static void put_in_chunks(const test_log *body, test_log *out, uint32_t *dice)
{
    uint32_t most = roll(dice, 2) == 0 ? 30 : 600;
    test_log_clear(out);
    test_log_add(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (size_t at = 0, length; at < body->length; at += length) {
        length = 1 + roll(dice, most);
        if (length > body->length - at)
            length = body->length - at;
        test_log_add(out, "%zx\r\n%.*s\r\n", length, (int)length, body->text + at);
    }
    test_log_add(out, "0\r\n\r\n");
}

enum { STREAMS = 600, WAYS = 12 };

static void made_up_streams_are_decoded_alike(void **state)
{
    const rill_schema *schema = *state;
    static const size_t sizes[] = {256, 257, 280, 300, 400, 512, 700, 1024, 2048, 4096};
    test_log body = {0}, chunked = {0};
    maker make = {.values = 4, .out = &body, .schema = schema};
    unsigned long events = 0, all_taken = 0;
    const unsigned count = test_stride() == 1 ? STREAMS : STREAMS / 10;
    for (unsigned stream = 0; stream < count; stream++) {
        char name[64];
        make_stream(&make);
        bool framed = stream % 4 == 3;
        if (framed)
            put_in_chunks(&body, &chunked, &make.values);
        const test_log *input = framed ? &chunked : &body;
        snprintf(name, sizeof name, "made-up stream %u", stream);
        check at = {.name = name, .input = input->text, .length = input->length, .schema = schema};
        open_check(&at);
        for (unsigned i = 0; i < WAYS; i++) {
            way how = {.schema = schema, .size = sizes[roll(&make.values, COUNT(sizes))],
                       .tokens = RILL_TOKENS_MIN + roll(&make.values, 100), .memory = 1 + roll(&make.values, i % 2 == 0 ? 4096 : 600),
                       .give = i % 3 == 0, .both = i % 3 == 1, .moves = i % 5 == 0,
                       .piece = roll(&make.values, 4) == 0 ? 8 : 600, .dice = 1 + roll(&make.values, 1u << 24)};
            check_way(&at, how);
        }
        way whole = {.schema = schema, .size = 8192, .tokens = 512, .memory = 8192, .give = true};
        run(at.input, at.length, whole, SHOWN, "");
        all_taken += taken;
        for (const char *line = the_record.log.text; (line = strchr(line, '\n')) != NULL; line++)
            events++;
        if (at.failures > 0)
            fprintf(stderr, "%s\n", at.input);
        close_check(&at);
    }
    printf("made up: %u streams, %lu items, %lu taken by comparing\n", count, events, all_taken);
    assert_true(all_taken > events / 10);
    test_log_free(&body);
    test_log_free(&chunked);
}

/* ---- recorded streams */

typedef struct provider {
    char name[32];
    unsigned long items, taken, bytes, taken_bytes;
} provider;

static void count_recorded(const char *path, provider *of)
{
    size_t length;
    char *input = test_file_read(path, &length);
    check at = {.name = path, .input = input, .length = length, .schema = &rill_chat_schema};
    const way ways[] = {
        {.schema = at.schema, .size = 256, .tokens = 48, .memory = 700, .piece = 7},
        {.schema = at.schema, .size = 512, .tokens = 48, .memory = 1024, .piece = 1460, .give = true},
        {.schema = at.schema, .size = 4096, .tokens = 512, .memory = 2048, .give = true},
    };
    assert_non_null(input);
    open_check(&at);
    for (const char *line = at.items; (line = strchr(line, '\n')) != NULL; line++)
        of->items++;
    for (size_t i = 0; i < COUNT(ways); i++)
        check_way(&at, ways[i]);
    run(input, length, ways[2], SHOWN, "");
    of->taken += taken;
    of->taken_bytes += taken_bytes;
    of->bytes += length;
    close_check(&at);
    free(input);
}

static int by_share(const void *one, const void *other)
{
    const provider *a = one, *b = other;
    double left = (double)a->taken_bytes / (double)a->bytes, right = (double)b->taken_bytes / (double)b->bytes;
    return (left > right) - (left < right);
}

/* How many of the recorded events are taken, by provider: a table in the test's log. */
static void recorded_streams_are_decoded_alike(void **state)
{
    const char *corpus = test_corpus("recorded streams with reuse");
    char path[512], line[2048];
    provider all[128], sum = {"all", 0, 0, 0, 0};
    size_t count = 0, streams = 0;
    (void)state;
    if (corpus == NULL)
        skip();
    snprintf(path, sizeof path, "%s/streams/index.tsv", corpus);
    FILE *index = fopen(path, "r");
    assert_non_null(index);
    while (fgets(line, sizeof line, index) != NULL) {
        char *file = strtok(line, "\t"), *name = strtok(NULL, "\t"), *kind = strtok(NULL, "\t");
        if (kind == NULL || strcmp(kind, "chat-stream") != 0 || strstr(file, ".sse") == NULL)
            continue;
        size_t i = 0;
        while (i < count && strncmp(all[i].name, name, sizeof all[i].name - 1) != 0)
            i++;
        if (i == count) {
            assert_true(count < COUNT(all));
            memset(&all[count], 0, sizeof all[count]);
            snprintf(all[count++].name, sizeof all[i].name, "%s", name);
        }
        snprintf(path, sizeof path, "%s/streams/%s", corpus, file);
        count_recorded(path, &all[i]);
        streams++;
    }
    fclose(index);
    assert_true(count > 0);
    qsort(all, count, sizeof all[0], by_share);
    for (size_t i = 0; i < count; i++) {
        printf("    %-28s %6lu items, %3lu %% taken; %3lu %% of the bytes\n", all[i].name, all[i].items,
               100 * all[i].taken / all[i].items, 100 * all[i].taken_bytes / all[i].bytes);
        sum.items += all[i].items;
        sum.taken += all[i].taken;
        sum.bytes += all[i].bytes;
        sum.taken_bytes += all[i].taken_bytes;
    }
    printf("recorded: %zu streams, %lu items, %lu %% taken by comparing, %lu %% of the bytes; by provider %lu %% to %lu %%\n",
           streams, sum.items, 100 * sum.taken / sum.items, 100 * sum.taken_bytes / sum.bytes,
           100 * all[0].taken_bytes / all[0].bytes, 100 * all[count - 1].taken_bytes / all[count - 1].bytes);
    assert_true(sum.taken > sum.items / 2);
}

int main(void)
{
    static const struct {
        const char *name;
        const rill_schema *schema;
    } made_up[] = {
        {"made up, the chat schema", &rill_chat_schema},
        {"made up, the lean schema", &rill_lean_schema},
        {"made up, a schema of one's own", &sample_schema},
    };
    test_cases cases = test_cases_read(EXAMPLES);
    struct CMUnitTest *tests = must(calloc(cases.count + COUNT(made_up) + 5, sizeof *tests));
    for (size_t i = 0; i < cases.count; i++)
        tests[i] = (struct CMUnitTest){cases.cases[i].name, example_is_decoded_alike, NULL, NULL, &cases.cases[i]};
    for (size_t i = 0; i < COUNT(made_up); i++)
        tests[cases.count + i] =
            (struct CMUnitTest){made_up[i].name, made_up_streams_are_decoded_alike, NULL, NULL, (void *)(uintptr_t)made_up[i].schema};
    tests[cases.count + COUNT(made_up)] = (struct CMUnitTest)cmocka_unit_test(recorded_streams_are_decoded_alike);
    tests[cases.count + COUNT(made_up) + 1] = (struct CMUnitTest)cmocka_unit_test(value_of_64_kb);
    tests[cases.count + COUNT(made_up) + 2] = (struct CMUnitTest)cmocka_unit_test(struct_of_more_than_64_kb);
    tests[cases.count + COUNT(made_up) + 3] = (struct CMUnitTest)cmocka_unit_test(stream_begins_anew);
    tests[cases.count + COUNT(made_up) + 4] = (struct CMUnitTest)cmocka_unit_test(tiny_memories);
    int failures = _cmocka_run_group_tests("reuse", tests, cases.count + COUNT(made_up) + 5, NULL, NULL);
    printf("reuse: %lu runs\n", runs);
    free(tests);
    free_record(&the_record);
    test_cases_free(&cases);
    return failures;
}
