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
enum { BIG, SMALL, FLAG, REAL, TEXT, ID, RAW, TREE, IN, LONGS, INTS, REALS, FLAGS, WORDS, POINTS };
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
};
static const rill_schema sample_schema = RILL_SCHEMA(sample, sample_rows);

static size_t size_of(const rill_schema *schema)
{
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
    const char *show; /* names, with a blank around each */
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
    to->parts = to->parts || item->part != RILL_PART_WHOLE;
    to->at_hand = &to->events[error];
    if (first != !to->at_hand->begun)
        test_log_add(&to->log, "PARTS OUT OF ORDER ");
    if (first)
        to->at_hand->count = 0;
    to->at_hand->begun = !last;
    if (to->how == SHOWN)
        test_log_add(&to->log, "%s%s", kinds[item->kind], parts[item->part]);
    if (to->how == ITEMS)
        test_log_add(&to->log, "%s%s flags %d", kinds[item->kind], parts[item->part], item->flags);
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
        test_log_add(&to->log, "end %s %s%s\n", ends[item->end], rill_status_text(item->status),
                     closed ? "" : ", before the input was closed");
}

/* ---- a run */

typedef struct way {
    const rill_schema *schema;
    size_t size, tokens;
    size_t memory; /* for reuse; 0: without */
    bool give;     /* the input lies elsewhere, else it comes into the buffer */
    bool both;     /* by turns */
    bool moves;    /* between two feeds all is saved, spoiled and restored */
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
        {on->config.target, size_of(on->config.schema)}, {on->reuse.memory, on->reuse.size},
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
    memset(on->config.target, 0xa5, size_of(how->schema));
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
    to->how = as;
    to->config = &on.config;
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
    at->events = copy(run(at->input, at->length, plain, EVENTS, NULL));
    at->failures = 0;
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
    char *events = copy(run(at->input, at->length, how, EVENTS, NULL));
    way plain = how;
    plain.memory = 0;
    if (strcmp(events, at->events) != 0 && strcmp(run(at->input, at->length, plain, EVENTS, NULL), events) != 0)
        failed(at, &how, at->events, events);
    free(events);
}

/* Every place to cut, given and in the buffer; byte by byte and in other pieces; several buffers and memories. */
static void check_everywhere(check *at, size_t memory)
{
    static const size_t sizes[] = {256, 300, 2048}, pieces[] = {1, 2, 3, 7, 64};
    for (unsigned i = 0; i < 2 * COUNT(sizes); i++) {
        way how = {.schema = at->schema, .size = sizes[i / 2], .tokens = SMALL_TOKENS, .memory = memory, .give = i % 2 != 0};
        for (how.first = 1; how.first < at->length; how.first++)
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
    for (how.memory = 1; how.memory < 1024; how.memory += how.memory < 400 ? 1 : 31)
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

int main(void)
{
    test_cases cases = test_cases_read(EXAMPLES);
    struct CMUnitTest *tests = must(calloc(cases.count, sizeof *tests));
    for (size_t i = 0; i < cases.count; i++)
        tests[i] = (struct CMUnitTest){cases.cases[i].name, example_is_decoded_alike, NULL, NULL, &cases.cases[i]};
    int failures = _cmocka_run_group_tests("reuse", tests, cases.count, NULL, NULL);
    printf("reuse: %lu runs\n", runs);
    free(tests);
    test_cases_free(&cases);
    return failures;
}
