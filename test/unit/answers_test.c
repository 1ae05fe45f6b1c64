/* Whole answers: each golden case must give its lines however its bytes are cut, and the same merged lines at every
 * size of buffer and token array; then inputs far larger than any buffer, made here.
 *
 * Built twice: with arrays of one element (small) and with those of the program (roomy). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <jansson.h>

#include "cases.h"
#include "print.h"
#include "rill/reuse.h"

enum {
    LARGE = 1 << 20, /* a buffer that takes every event whole, and as many tokens */
    LARGE_TOKENS = 65535,
    ALIKE = 8, /* so many sizes in a row that need no parts, and only every STRIDE-th is looked at from there */
    STRIDE = 32,
    CUTS_MAX = 1500, /* positions that a long input is cut at */
    SHOWN = 8        /* failures of a file that are shown */
};

#define COUNT(list) (sizeof (list) / sizeof (list)[0])

static const bool roomy = RILL_CHOICES > 1;

/* ---- runs */

/* How an input is decoded. */
typedef struct run_options {
    rill_body body;
    size_t size, tokens;
    size_t first; /* bytes of the first feed; 0: as many as the others */
    size_t piece; /* bytes of each further feed; 0: as many as fit */
    bool give;    /* as spans outside the buffer */
    size_t reuse; /* bytes of memory for it; 0: without */
} run_options;

static growing lines; /* of the run at hand */
static rill_chunk chunk;
static char *large_buffer;
static rill_token *large_tokens;
static unsigned long runs;
static const size_t reuses[] = {64, 256, 700, 4096};

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static void add_to_lines(void *text, const char *bytes, size_t length)
{
    growing_add(text, bytes, length);
}

/* Feeds the next bytes; gives how many. Spans lie in blocks of their own, so that ASan sees every byte read too far. */
static size_t feed(rill_stream *stream, const run_options *options, const char *input, size_t left, char **span)
{
    char *place;
    size_t length = options->piece;
    if (options->first != 0)
        length = options->first;
    if (length == 0 || length > left)
        length = left;
    if (options->give) {
        *span = must(malloc(length));
        memcpy(*span, input, length);
        rill_stream_give(stream, *span, length);
        return length;
    }
    size_t space = rill_stream_space(stream, &place);
    assert_true(space > 0);
    if (length > space)
        length = space;
    memcpy(place, input, length);
    rill_stream_got(stream, length);
    return length;
}

/* Decodes the input and leaves its lines in `lines`. */
static void run(const char *input, size_t length, const run_options *how)
{
    run_options options = *how;
    bool large = options.size == LARGE;
    rill_stream stream;
    rill_item item;
    rill_status status;
    char *span = NULL;
    size_t items_left = 4 * length + 16;
    rill_stream_config config = {
        .buffer = large ? large_buffer : must(malloc(options.size)),
        .size = options.size,
        .tokens = large ? large_tokens : must(malloc(options.tokens * sizeof(rill_token))),
        .token_count = options.tokens,
        .schema = &rill_chat_schema,
        .target = &chunk,
        .body = options.body,
    };
    rill_reuse reuse;
    if (options.reuse > 0) {
        rill_reuse_begin(&reuse, must(malloc(options.reuse)), options.reuse);
        config.reuse = &reuse;
    }
    runs++;
    lines.length = 0;
    item_printer printer = {.out = {add_to_lines, &lines}};
    memset(&chunk, 0xa5, sizeof chunk);
    assert_int_equal(rill_stream_begin(&stream, &config), RILL_OK);
    for (;;) {
        while ((status = rill_stream_next(&stream, &item)) == RILL_OK) {
            print_item(&printer, &stream, &item, &chunk);
            assert_true(items_left-- > 0); /* else it goes on for ever */
        }
        free(span);
        span = NULL;
        if (status != RILL_MORE)
            break;
        if (!large)
            memset(config.tokens, 0xa5, options.tokens * sizeof(rill_token)); /* another stream may have used them */
        if (length == 0) {
            rill_stream_close(&stream, RILL_PORT_CLOSED);
            continue;
        }
        size_t fed = feed(&stream, &options, input, length, &span);
        options.first -= options.first > fed ? fed : options.first;
        input += fed;
        length -= fed;
    }
    assert_int_equal(status, RILL_END);
    print_end(&printer);
    if (options.reuse > 0)
        free(reuse.memory);
    if (!large) {
        free(config.buffer);
        free(config.tokens);
    }
}

/* ---- lines as trees, for merging the parts of an event
 *
 * Strings and numbers stay as they are written, so invalid UTF-8 and large numbers compare exactly. */

typedef enum node_kind { NODE_OBJECT, NODE_ARRAY, NODE_STRING, NODE_PIECE, NODE_OTHER } node_kind;

typedef struct node {
    node_kind kind;
    const char *name, *text; /* of a PIECE: what is between its quotes */
    size_t name_length, length;
    struct node *first, *last, *next; /* members, elements, or the pieces of a string */
} node;

typedef struct node_block {
    struct node_block *next;
    size_t used;
    node nodes[1024];
} node_block;

static node_block *blocks;

static node *new_node(node_kind kind, const char *text, size_t length)
{
    if (blocks == NULL || blocks->used == sizeof blocks->nodes / sizeof blocks->nodes[0]) {
        node_block *block = must(malloc(sizeof *block));
        block->next = blocks;
        block->used = 0;
        blocks = block;
    }
    node *made = &blocks->nodes[blocks->used++];
    *made = (node){.kind = kind, .text = text, .length = length};
    return made;
}

/* All nodes but those of the block that is kept for the next time. */
static void free_nodes(void)
{
    while (blocks != NULL && blocks->next != NULL) {
        node_block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
    if (blocks != NULL)
        blocks->used = 0;
}

static void append(node *parent, node *child)
{
    child->next = NULL;
    if (parent->first == NULL)
        parent->first = child;
    else
        parent->last->next = child;
    parent->last = child;
}

static const char *string_end(const char *at)
{
    for (at++; *at != '"'; at++) {
        assert_true(*at != '\0' && *at != '\n');
        if (*at == '\\')
            at++;
    }
    return at;
}

/* Reads a value of a line; a line is JSON without blanks, which jansson checks where it can. */
static node *parse(const char **text)
{
    const char *at = *text, *end;
    node *value;
    if (*at == '"') {
        end = string_end(at);
        value = new_node(NODE_STRING, NULL, 0);
        append(value, new_node(NODE_PIECE, at + 1, (size_t)(end - at - 1)));
        *text = end + 1;
        return value;
    }
    if (*at != '{' && *at != '[') {
        size_t length = strcspn(at, ",]}\n");
        assert_true(length > 0);
        *text = at + length;
        return new_node(NODE_OTHER, at, length);
    }
    bool object = *at == '{';
    value = new_node(object ? NODE_OBJECT : NODE_ARRAY, NULL, 0);
    for (at++; *at != (object ? '}' : ']'); at += *at == ',') {
        const char *name = at;
        if (object) {
            assert_int_equal(*at, '"');
            at = string_end(at) + 1;
            assert_int_equal(*at++, ':');
        }
        size_t name_length = object ? (size_t)(at - name) - 3 : 0;
        node *child = parse(&at);
        child->name = name + 1;
        child->name_length = name_length;
        append(value, child);
        assert_true(*at == ',' || *at == '}' || *at == ']');
    }
    *text = at + 1;
    return value;
}

static node *member(const node *object, const char *name, size_t length)
{
    for (node *at = object->first; at != NULL; at = at->next)
        if (at->name_length == length && memcmp(at->name, name, length) == 0)
            return at;
    return NULL;
}

static bool is_text(const node *value, const char *text)
{
    size_t length = strlen(text);
    if (value == NULL)
        return false;
    if (value->kind == NODE_STRING)
        value = value->first;
    return value->length == length && memcmp(value->text, text, length) == 0;
}

static long position_of(const node *element)
{
    const node *at = element->kind == NODE_OBJECT ? member(element, "at", 2) : NULL;
    return at != NULL ? strtol(at->text, NULL, 10) : -1;
}

static void conflict(node *parent, const char *what)
{
    node *note = new_node(NODE_OTHER, what, strlen(what));
    note->name = "CONFLICT";
    note->name_length = 8;
    append(parent, note);
}

static void merge(node *into, node *from);

static void merge_elements(node *into, node *from)
{
    node *next;
    for (node *element = from->first; element != NULL; element = next) {
        long position = position_of(element);
        node *same = into->first;
        next = element->next;
        while (same != NULL && position_of(same) != position)
            same = same->next;
        if (position < 0)
            conflict(into, "\"an array came twice\"");
        else if (same != NULL)
            merge(same, element);
        else
            append(into, element);
    }
}

/* A later part's value of the same member: strings join, elements meet by `at`, all else is said once or again. */
static void merge(node *into, node *from)
{
    bool null = is_text(into, "null");
    if (into->kind == NODE_OTHER && null) {
        node *next = into->next;
        const char *name = into->name;
        size_t name_length = into->name_length;
        *into = *from;
        into->next = next;
        into->name = name;
        into->name_length = name_length;
        return;
    }
    if (into->kind != from->kind) {
        into->kind = NODE_OTHER;
        into->text = "CONFLICT";
        into->length = 8;
    } else if (into->kind == NODE_STRING) {
        into->last->next = from->first;
        into->last = from->last;
    } else if (into->kind == NODE_ARRAY) {
        merge_elements(into, from);
    } else if (into->kind == NODE_OBJECT) {
        node *next;
        for (node *at = from->first; at != NULL; at = next) {
            node *same = member(into, at->name, at->name_length);
            next = at->next;
            if (same == NULL)
                append(into, at);
            else
                merge(same, at);
        }
    } else if (into->name_length == 5 && memcmp(into->name, "index", 5) == 0) {
        into->text = from->text; /* an element's own index may come later than its position, which was said before */
        into->length = from->length;
    } else if (into->length != from->length || memcmp(into->text, from->text, into->length) != 0) {
        into->text = "CONFLICT";
        into->length = 8;
    }
}

static void add(test_log *log, const char *text, size_t length)
{
    test_log_add(log, "%.*s", (int)length, text);
}

static int by_name(const void *left, const void *right)
{
    const node *a = *(node *const *)left, *b = *(node *const *)right;
    int order = memcmp(a->name, b->name, a->name_length < b->name_length ? a->name_length : b->name_length);
    return order != 0 ? order : (a->name_length > b->name_length) - (a->name_length < b->name_length);
}

static void write_tree(test_log *log, const node *value);

/* Members by name, without the position of an element. */
static void write_object(test_log *log, const node *object)
{
    node *sorted[64];
    size_t count = 0;
    for (node *at = object->first; at != NULL; at = at->next) {
        assert_true(count < 64);
        sorted[count++] = at;
    }
    qsort(sorted, count, sizeof sorted[0], by_name);
    test_log_add(log, "{");
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && by_name(&sorted[i - 1], &sorted[i]) == 0)
            test_log_add(log, "TWICE ");
        if (sorted[i]->name_length == 2 && memcmp(sorted[i]->name, "at", 2) == 0)
            continue;
        add(log, sorted[i]->name, sorted[i]->name_length);
        test_log_add(log, ":");
        write_tree(log, sorted[i]);
        test_log_add(log, " ");
    }
    test_log_add(log, "}");
}

static void write_tree(test_log *log, const node *value)
{
    switch (value->kind) {
    case NODE_OBJECT:
        write_object(log, value);
        break;
    case NODE_ARRAY: {
        long before = -1;
        test_log_add(log, "[");
        for (node *at = value->first; at != NULL; at = at->next) {
            long position = position_of(at);
            if (position >= 0 && position <= before)
                test_log_add(log, "DISORDER ");
            before = position;
            write_tree(log, at);
            test_log_add(log, " ");
        }
        test_log_add(log, "]");
        break;
    }
    case NODE_STRING:
        test_log_add(log, "\"");
        for (node *at = value->first; at != NULL; at = at->next)
            add(log, at->text, at->length);
        test_log_add(log, "\"");
        break;
    default:
        add(log, value->text, value->length);
        break;
    }
}

/* Takes a member out of its object. */
static node *detach(node *object, const char *name)
{
    node **link = &object->first, *before = NULL;
    while (*link != NULL && ((*link)->name_length != strlen(name) || memcmp((*link)->name, name, strlen(name)) != 0)) {
        before = *link;
        link = &before->next;
    }
    node *found = *link;
    if (found == NULL)
        return NULL;
    *link = found->next;
    if (object->last == found)
        object->last = before;
    return found;
}

static void write_line(test_log *log, const node *kind, const node *line)
{
    write_tree(log, kind);
    test_log_add(log, " ");
    write_tree(log, line);
    test_log_add(log, "\n");
}

/* The open events are that of an answer and that of an error beside it. */
static void take_line(test_log *log, node *line, node *open[2])
{
    node *kind = detach(line, "kind"), *part = detach(line, "part");
    assert_non_null(kind);
    if (is_text(kind, "bad") || is_text(kind, "end")) { /* what a broken event handed out before depends on the size */
        open[0] = open[1] = NULL;
        write_line(log, kind, line);
        return;
    }
    node **event = &open[is_text(kind, "error") ? 1 : 0];
    bool whole = part == NULL || is_text(part, "whole");
    bool first = whole || is_text(part, "first");
    if (first != (*event == NULL))
        test_log_add(log, "PARTS OUT OF ORDER\n");
    if (first || *event == NULL)
        *event = line;
    else
        merge(*event, line);
    if (whole || is_text(part, "last")) {
        write_line(log, kind, *event); /* the last part knows the kind best */
        *event = NULL;
    }
}

/* Merges the parts of each event; members come in the order of their names. */
static void merge_lines(test_log *log, const char *text)
{
    node *open[2] = {NULL, NULL};
    test_log_clear(log);
    while (*text != '\0') {
        node *line = parse(&text);
        assert_int_equal(*text++, '\n');
        take_line(log, line, open);
    }
    free_nodes();
}

/* ---- golden cases */

/* A case at work: what it must give, and what went wrong. */
typedef struct check {
    const char *file;
    const test_case *golden;
    run_options options;
    bool parts;  /* even a large buffer gives parts */
    bool utf8;   /* the lines hold invalid UTF-8 */
    char *whole; /* its lines in a large buffer */
    test_log merged, seen;
    char *last; /* the lines of the last run that was merged and found good */
    size_t last_size;
    unsigned failures;
} check;

static void failed(check *at, const char *how, const char *expected, const char *seen)
{
    if (at->failures++ < SHOWN)
        fprintf(stderr, "%s: \"%s\": %s\nexpected:\n%s\nseen:\n%s\n", at->file, at->golden->name, how, expected, seen);
}

static void describe(char text[160], const run_options *options)
{
    snprintf(text, 160, "%zu bytes, %zu tokens, first %zu, then %zu bytes%s, %zu for reuse", options->size, options->tokens,
             options->first, options->piece, options->give ? ", as spans elsewhere" : "", options->reuse);
}

static void keep_last(check *at)
{
    if (lines.length >= at->last_size) {
        at->last_size = 2 * lines.length + 1;
        at->last = must(realloc(at->last, at->last_size));
    }
    memcpy(at->last, lines.text, lines.length + 1);
}

/* One more way to decode the case: the same lines, or where memory is short the same merged lines. Gives whether the
 * lines themselves are the same. */
static bool check_run(check *at, run_options options)
{
    char how[160];
    options.body = at->options.body;
    run(at->golden->input, at->golden->length, &options);
    if (strcmp(lines.text, at->whole) == 0)
        return true;
    if (at->last != NULL && strcmp(lines.text, at->last) == 0)
        return false;
    describe(how, &options);
    if (options.size == LARGE && options.tokens == LARGE_TOKENS) {
        failed(at, how, at->whole, lines.text);
        return false;
    }
    merge_lines(&at->seen, lines.text);
    if (strcmp(at->seen.text, at->merged.text) != 0) {
        failed(at, how, at->merged.text, at->seen.text);
        if (at->failures <= SHOWN)
            fprintf(stderr, "in parts:\n%s\n", lines.text);
    } else {
        keep_last(at);
    }
    return false;
}

static void check_jansson(check *at)
{
    json_error_t error;
    for (const char *line = at->whole, *end; *line != '\0'; line = end + 1) {
        end = strchr(line, '\n');
        json_t *value = json_loadb(line, (size_t)(end - line), JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
        if (value == NULL)
            failed(at, "jansson refuses a line", error.text, line);
        json_decref(value);
    }
}

/* Whole, in a large buffer: the lines of the file. */
static void check_whole(check *at)
{
    memset(&chunk, 0xa5, sizeof chunk);
    run(at->golden->input, at->golden->length, &at->options);
    at->whole = must(strdup(lines.text));
    merge_lines(&at->merged, at->whole);
    if (at->parts || (!roomy && strstr(at->whole, "\"part\":\"first\"") != NULL)) {
        merge_lines(&at->seen, at->golden->expect);
        if (strcmp(at->seen.text, at->merged.text) != 0)
            failed(at, "merged", at->seen.text, at->merged.text);
    } else if (strcmp(at->whole, at->golden->expect) != 0) {
        failed(at, "whole", at->golden->expect, at->whole);
    }
    if (!at->utf8)
        check_jansson(at);
}

/* The same with reuse, its memory in turns of several sizes; cut everywhere where the buffer is small. */
static void check_cuts_with_reuse(check *at, run_options options, size_t step)
{
    static const size_t pieces[] = {1, 7, 64};
    for (size_t i = 0; i < COUNT(reuses); i++) {
        options.reuse = reuses[i];
        options.first = 0;
        for (size_t j = 0; j < COUNT(pieces); j++) {
            options.piece = pieces[j];
            check_run(at, options);
        }
        options.piece = 0;
        options.first = options.size == LARGE ? at->golden->length : 1 + i * step;
        for (; options.first < at->golden->length; options.first += COUNT(reuses) * step)
            check_run(at, options);
    }
}

/* Cut at every position, byte by byte and in odd pieces; in the buffer and elsewhere; in much memory and in little. */
static void check_cuts(check *at)
{
    static const size_t pieces[] = {1, 2, 3, 5, 7, 13, 64, 255};
    const size_t length = at->golden->length, step = (length / CUTS_MAX + 1) * test_stride();
    for (unsigned way = 0; way < 4; way++) {
        run_options options = at->options;
        options.give = (way & 1) != 0;
        if ((way & 2) != 0) {
            options.size = RILL_BUFFER_MIN;
            options.tokens = RILL_TOKENS_MIN;
        }
        check_run(at, options);
        for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
            options.piece = pieces[i];
            check_run(at, options);
        }
        options.piece = 0;
        for (options.first = 1; options.first < length && (way == 0 || way == 3); options.first += step)
            check_run(at, options);
        check_cuts_with_reuse(at, options, step);
    }
}

/* From the least memory to the most; where the lines no longer change, in larger steps. */
static void check_ladder(check *at, run_options *options, size_t *memory, size_t least, size_t most)
{
    unsigned alike = 0;
    for (*memory = least; *memory <= most && at->failures < SHOWN; *memory += (alike < ALIKE ? 1 : STRIDE) * test_stride())
        alike = check_run(at, *options) ? alike + 1 : 0;
}

static void check_memory(check *at)
{
    static const size_t tokens[] = {RILL_TOKENS_MIN, 256}, sizes[] = {RILL_BUFFER_MIN, 4096};
    run_options options = at->options;
    for (size_t i = 0; i < 2; i++) {
        options.tokens = tokens[i];
        check_ladder(at, &options, &options.size, RILL_BUFFER_MIN, 4096);
        options.size = sizes[i];
        check_ladder(at, &options, &options.tokens, RILL_TOKENS_MIN, 256);
    }
    options.tokens = RILL_TOKENS_MIN;
    options.size = RILL_BUFFER_MIN;
    for (options.reuse = 1; options.reuse < 1024; options.reuse += 31 * test_stride())
        check_run(at, options);
}

static void drop_bad_lines(char *text)
{
    static const char bad[] = "{\"kind\":\"bad\"";
    char *to = text;
    for (char *line = text, *end; *line != '\0'; line = end) {
        end = strchr(line, '\n') + 1;
        if (strncmp(line, bad, sizeof bad - 1) != 0) {
            memmove(to, line, (size_t)(end - line));
            to += end - line;
        }
    }
    *to = '\0';
}

/* A broken event in front of each event costs itself alone: a half pair, an ending, names and shapes of its own do not count. */
static void check_broken(check *at)
{
    static const char *const events[] = {
        "data: {oops\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\\ud83e\"}}]}}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"x\\ud83e\"},\"finish_reason\":\"stop\"}]\n\n",
        "data: {\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\"\\ude00x\\ud83e\"}],\"error\":{\"message\":\"m\"},\"id\":tru}\n\n",
    };
    const char *input = at->golden->input;
    size_t length = at->golden->length;
    growing with = {0};
    if (at->options.body == RILL_BODY_HTTP || at->options.body == RILL_BODY_JSON || length < 5 || memcmp(input, "data:", 5) != 0)
        return; /* no event stream, or not from its first byte on */
    char *expected = must(strdup(at->whole));
    drop_bad_lines(expected);
    for (size_t i = 0; i < COUNT(events); i++) {
        with.length = 0;
        for (size_t j = 0; j < length; j++) {
            if (j == 0 || (j > 1 && input[j - 1] == '\n' && input[j - 2] == '\n'))
                growing_add(&with, events[i], strlen(events[i]));
            growing_add(&with, input + j, 1);
        }
        run(with.text, with.length, &at->options);
        drop_bad_lines(lines.text);
        if (strcmp(lines.text, expected) != 0)
            failed(at, events[i], expected, lines.text);
    }
    growing_free(&with);
    free(expected);
}

/* Options of a case: `body http|sse|json`, `parts`, `utf8`. */
static void read_options(check *at)
{
    static const char *const names[] = {
        [RILL_BODY_AUTO] = "auto", [RILL_BODY_HTTP] = "http", [RILL_BODY_SSE] = "sse", [RILL_BODY_JSON] = "json"};
    char words[128];
    at->options = (run_options){.size = LARGE, .tokens = LARGE_TOKENS, .body = RILL_BODY_AUTO};
    snprintf(words, sizeof words, "%s", at->golden->options);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        at->parts = at->parts || strcmp(word, "parts") == 0;
        at->utf8 = at->utf8 || strcmp(word, "utf8") == 0;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (strcmp(word, names[i]) == 0)
                at->options.body = (rill_body)i;
    }
}

static unsigned check_case(const char *file, const test_case *golden)
{
    check at = {.file = file, .golden = golden};
    read_options(&at);
    check_whole(&at);
    check_broken(&at);
    check_cuts(&at);
    check_memory(&at);
    test_log_free(&at.merged);
    test_log_free(&at.seen);
    free(at.whole);
    free(at.last);
    return at.failures;
}

#define GOLDEN "test/golden/answers/"

static void golden_file(void **state)
{
    char path[128];
    unsigned failures = 0;
    unsigned long before = runs;
    snprintf(path, sizeof path, GOLDEN "%s", (const char *)*state);
    test_cases cases = test_cases_read(path);
    for (size_t i = 0; i < cases.count; i++)
        failures += check_case((const char *)*state, &cases.cases[i]) != 0;
    printf("%s: %zu cases, %lu runs, %u cases failed\n", path, cases.count, runs - before, failures);
    test_cases_free(&cases);
    assert_int_equal(failures, 0);
}

static void every_golden_file_is_run(void **state)
{
    DIR *folder = opendir(GOLDEN);
    unsigned count = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += strstr(entry->d_name, ".txt") != NULL;
    closedir(folder);
    assert_int_equal(count, *(const unsigned *)*state);
}

/* ---- long texts */

static uint32_t dice;

static uint32_t roll(uint32_t sides)
{
    dice = dice * 1664525 + 1013904223;
    return (dice >> 8) % sides;
}

/* One more piece of a text, as JSON writes it and as it is meant. */
static void add_piece(test_log *json, test_log *meant)
{
    static const struct {
        const char *json, *meant;
    } pieces[] = {
        {"\\n", "\n"},
        {"\\\"", "\""},
        {"\\\\", "\\"},
        {"\\/", "/"},
        {"\\t", "\t"},
        {"\\b\\f\\r", "\b\f\r"},
        {"\\u0041", "A"},
        {"\\u00e9", "\xc3\xa9"},
        {"\\u20AC", "\xe2\x82\xac"},
        {"\\u001f", "\x1f"},
        {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
        {"\\uD834\\uDD1E", "\xf0\x9d\x84\x9e"},
        {"\\ud83dx", "\xef\xbf\xbdx"},
        {"\\ude00", "\xef\xbf\xbd"},
        {"\\ud83d\\n", "\xef\xbf\xbd\n"},
        {"\\ud83d\\ud83d\\ude00", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {"\xc3\xa9", "\xc3\xa9"},
        {"\xe2\x82\xac", "\xe2\x82\xac"},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"\x7f", "\x7f"},
        {"the quick brown fox jumps over the lazy dog", "the quick brown fox jumps over the lazy dog"},
        {"[DONE]", "[DONE]"},
        {"{}[],:", "{}[],:"},
        {"data: ", "data: "},
    };
    uint32_t which = roll(sizeof pieces / sizeof pieces[0] + 4);
    if (which < sizeof pieces / sizeof pieces[0]) {
        test_log_add(json, "%s", pieces[which].json);
        test_log_add(meant, "%s", pieces[which].meant);
    } else if (which == sizeof pieces / sizeof pieces[0]) {
        test_log_add(json, "\\u0000");
        test_log_add(meant, "%c", '\0');
    } else {
        for (uint32_t count = roll(20); count > 0; count--) {
            char letter = (char)('a' + roll(26));
            test_log_add(json, "%c", letter);
            test_log_add(meant, "%c", letter);
        }
    }
}

/* A member whose text may have any length. */
typedef struct long_text {
    const char *name;
    const char *before, *behind; /* the input around it */
    size_t offset;               /* of its rill_text in the chunk */
    rill_item_kind kind;
} long_text;

#define IN_CHOICE(member) (offsetof(rill_chunk, choices) + offsetof(rill_choice, member))
#define CHUNK(before, behind) \
    "data: {\"choices\":[{\"index\":0,\"delta\":{" before "\"", "\"" behind "}}]}\n\ndata: [DONE]\n\n"

static const long_text long_texts[] = {
    {"content", CHUNK("\"content\":", ""), IN_CHOICE(message.content), RILL_ITEM_CHAT_CHUNK},
    {"reasoning_content", CHUNK("\"reasoning_content\":", ""), IN_CHOICE(message.reasoning), RILL_ITEM_CHAT_CHUNK},
    {"reasoning", CHUNK("\"reasoning\":", ""), IN_CHOICE(message.reasoning), RILL_ITEM_CHAT_CHUNK},
    {"refusal", CHUNK("\"refusal\":", ""), IN_CHOICE(message.refusal), RILL_ITEM_CHAT_CHUNK},
    {"content part", CHUNK("\"content\":[{\"type\":\"text\",\"text\":", "}]"), IN_CHOICE(message.content),
     RILL_ITEM_CHAT_CHUNK},
    {"thinking part", CHUNK("\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":", "}]}]"),
     IN_CHOICE(message.reasoning), RILL_ITEM_CHAT_CHUNK},
    {"arguments", CHUNK("\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":", "}}]"),
     IN_CHOICE(message.tool_calls[0].arguments), RILL_ITEM_CHAT_CHUNK},
    {"custom input", CHUNK("\"tool_calls\":[{\"index\":0,\"custom\":{\"input\":", ",\"name\":\"f\"}}]"),
     IN_CHOICE(message.tool_calls[0].input), RILL_ITEM_CHAT_CHUNK},
    {"thought_signature",
     CHUNK("\"tool_calls\":[{\"index\":0,\"extra_content\":{\"google\":{\"thought_signature\":", "}}}]"),
     IN_CHOICE(message.tool_calls[0].thought_signature), RILL_ITEM_CHAT_CHUNK},
    {"function_call", CHUNK("\"function_call\":{\"arguments\":", "}"), IN_CHOICE(message.function_call.arguments),
     RILL_ITEM_CHAT_CHUNK},
    {"audio data", CHUNK("\"audio\":{\"id\":\"a\",\"data\":", ",\"expires_at\":1}"), IN_CHOICE(message.audio.data),
     RILL_ITEM_CHAT_CHUNK},
    {"audio transcript", CHUNK("\"audio\":{\"transcript\":", "}"), IN_CHOICE(message.audio.transcript),
     RILL_ITEM_CHAT_CHUNK},
    {"legacy text", "data: {\"object\":\"text_completion\",\"choices\":[{\"text\":\"",
     "\",\"index\":0}]}\n\ndata: [DONE]\n\n", IN_CHOICE(message.content), RILL_ITEM_TEXT_COMPLETION},
    {"message in a JSON body", "{\"object\":\"chat.completion\",\"choices\":[{\"message\":{\"content\":\"",
     "\"},\"index\":0}]}", IN_CHOICE(message.content), RILL_ITEM_CHAT_COMPLETION},
    {"error message", "data: {\"error\":{\"code\":500,\"message\":\"", "\",\"type\":\"t\"}}\n\ndata: [DONE]\n\n",
     offsetof(rill_chunk, error.message), RILL_ITEM_ERROR},
    {"error string", "data: {\"error\":\"", "\",\"code\":\"c\"}\n\ndata: [DONE]\n\n",
     offsetof(rill_chunk, error.message), RILL_ITEM_ERROR},
    {"event: error", "event: error\ndata: {\"message\":\"", "\"}\n\ndata: [DONE]\n\n",
     offsetof(rill_chunk, error.message), RILL_ITEM_ERROR},
};

/* Feeds an input in pieces of random length and joins the texts at `offset`. */
static void join_text(const test_log *input, const run_options *options, size_t offset, rill_item_kind kind,
                      test_log *joined)
{
    rill_stream stream;
    rill_item item;
    rill_status status;
    size_t at = 0;
    rill_part before = RILL_PART_LAST;
    rill_stream_config config = {must(malloc(options->size)),
                                 options->size,
                                 must(malloc(options->tokens * sizeof(rill_token))),
                                 options->tokens,
                                 &rill_chat_schema,
                                 &chunk,
                                 RILL_BODY_AUTO,
                                 NULL};
    char *span = NULL;
    bool ended = false;
    runs++;
    test_log_clear(joined);
    assert_int_equal(rill_stream_begin(&stream, &config), RILL_OK);
    for (;;) {
        while ((status = rill_stream_next(&stream, &item)) == RILL_OK) {
            if (item.kind == RILL_ITEM_END) {
                ended = true;
                continue;
            }
            assert_int_equal(item.kind, kind);
            bool starts = item.part == RILL_PART_WHOLE || item.part == RILL_PART_FIRST;
            assert_true(starts == (before == RILL_PART_LAST));
            before = item.part == RILL_PART_WHOLE ? RILL_PART_LAST : item.part;
            const rill_text *text = (const rill_text *)(const void *)((const char *)&chunk + offset);
            for (uint32_t i = 0; i < text->length; i++)
                joined->text[joined->length++] = text->data[i];
            assert_true(joined->length < joined->size);
        }
        free(span);
        span = NULL;
        if (status != RILL_MORE)
            break;
        if (at == input->length) {
            rill_stream_close(&stream, RILL_PORT_CLOSED);
            continue;
        }
        run_options feeding = *options;
        feeding.first = options->piece == 0 ? 0 : 1 + roll((uint32_t)options->piece);
        at += feed(&stream, &feeding, input->text + at, input->length - at, &span);
    }
    assert_true(ended);
    assert_int_equal(before, RILL_PART_LAST);
    free(config.buffer);
    free(config.tokens);
}

static void compare_joined(const char *name, const test_log *expected, const test_log *joined,
                           const run_options *options)
{
    char how[160];
    size_t same = 0;
    describe(how, options);
    while (same < expected->length && same < joined->length && expected->text[same] == joined->text[same])
        same++;
    if (same == expected->length && same == joined->length)
        return;
    test_log shown = {0};
    size_t from = same > 40 ? same - 40 : 0;
    test_log_bytes(&shown, joined->text + from, joined->length - from < 80 ? joined->length - from : 80);
    fail_msg("%s, %s: %zu bytes, not %zu; alike up to %zu; around it: %s", name, how, joined->length, expected->length,
             same, shown.text);
}

static const run_options memories[] = {
    {.size = 256, .tokens = 24, .piece = 300},
    {.size = 256, .tokens = 24, .piece = 1},
    {.size = 256, .tokens = 24, .give = true},
    {.size = 257, .tokens = 25, .piece = 17},
    {.size = 300, .tokens = 24, .piece = 90, .give = true},
    {.size = 511, .tokens = 48},
    {.size = 4096, .tokens = 256, .piece = 1000},
};

static void check_long(const char *name, const test_log *input, const test_log *meant, size_t offset,
                       rill_item_kind kind)
{
    test_log joined = {.text = must(malloc(meant->length + 4096)), .size = meant->length + 4096};
    for (size_t i = 0; i < sizeof memories / sizeof memories[0]; i++) {
        join_text(input, &memories[i], offset, kind, &joined);
        compare_joined(name, meant, &joined, &memories[i]);
    }
    test_log_free(&joined);
}

/* Every text member, of a megabyte where it is the content and the arguments. */
static void long_text_is_joined(void **state)
{
    const long_text *member_of = *state;
    bool longest = strcmp(member_of->name, "content") == 0 || strcmp(member_of->name, "arguments") == 0;
    test_log input = {0}, meant = {0};
    dice = 1;
    test_log_clear(&meant);
    test_log_add(&input, "%s", member_of->before);
    while (meant.length < (longest ? 1u << 20 : 1u << 16))
        add_piece(&input, &meant);
    test_log_add(&input, "%s", member_of->behind);
    check_long(member_of->name, &input, &meant, member_of->offset, member_of->kind);
    test_log_free(&input);
    test_log_free(&meant);
}

/* Arguments sent as an object come as their text without blanks, whatever is in it. */
static void long_object_is_joined(void **state)
{
    (void)state;
    test_log input = {0}, meant = {0}, ignored = {0};
    dice = 2;
    test_log_add(&input, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\": { \"list\" :[");
    test_log_add(&meant, "{\"list\":[");
    while (meant.length < 1u << 20) {
        static const char *const others[][2] = {
            {"-0.5e+10", "-0.5e+10"},
            {"true", "true"},
            {"null ", "null"},
            {"{ }", "{}"},
            {"[ ]", "[]"},
            {"\"\"", "\"\""},
            {"[[\t], { \"\" :[0 ] } ]", "[[],{\"\":[0]}]"},
            {"12345678901234567890", "12345678901234567890"},
            {"{\"\\\"\" : \"\\\\\"}", "{\"\\\"\":\"\\\\\"}"},
        };
        uint32_t which = roll(12);
        if (which < sizeof others / sizeof others[0]) {
            test_log_add(&input, "%s , ", others[which][0]);
            test_log_add(&meant, "%s,", others[which][1]);
            continue;
        }
        test_log text = {0};
        test_log_clear(&text);
        for (uint32_t count = roll(9); count > 0; count--)
            add_piece(&text, &ignored);
        test_log_add(&input, "\"%s\",", text.text);
        test_log_add(&meant, "\"%s\",", text.text);
        test_log_free(&text);
    }
    test_log_add(&input, "0]}}}]}}]}\n\ndata: [DONE]\n\n");
    test_log_add(&meant, "0]}");
    check_long("arguments as an object", &input, &meant, IN_CHOICE(message.tool_calls[0].arguments),
               RILL_ITEM_CHAT_CHUNK);
    test_log_free(&input);
    test_log_free(&meant);
    test_log_free(&ignored);
}

/* Quotes and backslashes alone, all of which grow: kept text catches up with the unread bytes. */
static void growing_object_is_joined(void **state)
{
    static const char *const grows[] = {"\"\",", "\"\\\\\",", "\"\\\"\\\\\\\"\","};
    (void)state;
    for (size_t which = 0; which < sizeof grows / sizeof grows[0]; which++) {
        test_log input = {0}, meant = {0};
        test_log_add(&input, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":[");
        test_log_add(&meant, "[");
        while (meant.length < 1u << 16) {
            test_log_add(&input, "%s", grows[which]);
            test_log_add(&meant, "%s", grows[which]);
        }
        test_log_add(&input, "0]}}]}}]}\n\ndata: [DONE]\n\n");
        test_log_add(&meant, "0]");
        check_long("quotes", &input, &meant, IN_CHOICE(message.tool_calls[0].arguments), RILL_ITEM_CHAT_CHUNK);
        test_log_free(&input);
        test_log_free(&meant);
    }
}

/* ---- many elements */

/* An event whose members are told in the order in which they are printed, so that the line is nearly its text. */
static void check_many(const char *name, const char *json)
{
    test_log input = {0}, expect = {0};
    test_log_add(&input, "data: %s\n\ndata: [DONE]\n\n", json);
    test_log_add(&expect, "{\"kind\":\"chat.chunk\",%.*s,\"part\":\"whole\"}\n{\"kind\":\"end\",\"reason\":\"done\"}\n",
                 (int)strlen(json) - 2, json + 1);
    test_case golden = {(char *)"made here", (char *)"", input.text, input.length, expect.text};
    check at = {.file = name, .golden = &golden, .parts = true};
    read_options(&at);
    at.parts = true;
    check_whole(&at);
    for (size_t i = 0; i < sizeof memories / sizeof memories[0]; i++)
        check_run(&at, memories[i]);
    test_log_free(&at.merged);
    test_log_free(&at.seen);
    free(at.whole);
    free(at.last);
    test_log_free(&input);
    test_log_free(&expect);
    assert_int_equal(at.failures, 0);
}

static void many_choices(void **state)
{
    test_log json = {0};
    (void)state;
    test_log_add(&json,
                 "{\"id\":\"many\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[");
    for (int i = 0; i < 300; i++)
        test_log_add(&json,
                     "%s{\"index\":%d,\"delta\":{\"role\":\"assistant\",\"content\":\"choice %d\"},\"logprobs\":null,"
                     "\"finish_reason\":\"stop\"}",
                     i > 0 ? "," : "", 299 - i, i);
    test_log_add(&json, "],\"usage\":{\"total_tokens\":7}}");
    check_many("many choices", json.text);
    test_log_free(&json);
}

static void many_tool_calls(void **state)
{
    test_log json = {0};
    (void)state;
    test_log_add(&json, "{\"id\":\"many\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[");
    for (int i = 0; i < 300; i++)
        test_log_add(&json,
                     "%s{\"index\":%d,\"id\":\"call_%d\",\"type\":\"function\",\"function\":{\"name\":\"f%d\","
                     "\"arguments\":\"{\\\"n\\\":%d}\"}}",
                     i > 0 ? "," : "", i, i, i, i);
    test_log_add(&json, "]},\"finish_reason\":\"tool_calls\"}]}");
    check_many("many tool calls", json.text);
    test_log_free(&json);
}

static void add_logprob(test_log *json, int i)
{
    test_log_add(json, "{\"token\":\" t%d\",\"logprob\":-%d.%02d,\"bytes\":[32,116,%d]", i, i + 1, 1 + i % 99, i);
}

static void many_logprobs(void **state)
{
    test_log json = {0};
    (void)state;
    test_log_add(
        &json, "{\"id\":\"many\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"},\"logprobs\":{\"content\":[");
    for (int i = 0; i < 50; i++) {
        test_log_add(&json, i > 0 ? "," : "");
        add_logprob(&json, i);
        test_log_add(&json, ",\"top_logprobs\":[");
        for (int top = 0; top < 20; top++) {
            test_log_add(&json, top > 0 ? "," : "");
            add_logprob(&json, top);
            test_log_add(&json, "}");
        }
        test_log_add(&json, "]}");
    }
    test_log_add(&json, "],\"refusal\":null},\"finish_reason\":null}]}");
    for (char *zero = json.text; (zero = strstr(zero, "0,\"bytes")) != NULL; zero++)
        *zero = '1'; /* a fraction that ends in 0 prints without it */
    check_many("many logprobs", json.text);
    test_log_free(&json);
}

/* ---- a text that is kept to its last byte */

typedef struct deep_leaf {
    rill_element element;
    rill_text e;
} deep_leaf;
#define DEEP(outer, inner)    \
    typedef struct outer {    \
        rill_element element; \
        uint16_t count;       \
        inner list[1];        \
    } outer
DEEP(deep_3, deep_leaf);
DEEP(deep_2, deep_3);
DEEP(deep_1, deep_2);
typedef struct deep_root {
    rill_header header;
    uint16_t count;
    deep_1 list[1];
} deep_root;

static const rill_row leaf_rows[] = {RILL_ROW_TEXT(deep_leaf, e, "e", 0)};
static const rill_schema leaf_schema = RILL_SCHEMA(deep_leaf, leaf_rows);
#define DEEP_ROWS(type, below, wire)                                                            \
    static const rill_array type##_array = RILL_ARRAY_OF(type, list, count, &below##_schema);   \
    static const rill_row type##_rows[] = {RILL_ROW_ARRAY(type, list, wire, 0, &type##_array)}; \
    static const rill_schema type##_schema = RILL_SCHEMA(type, type##_rows)
DEEP_ROWS(deep_3, leaf, "d");
DEEP_ROWS(deep_2, deep_3, "c");
DEEP_ROWS(deep_1, deep_2, "b");
DEEP_ROWS(deep_root, deep_1, "a");

/* The text of each part behind where it stands; a place is said once. */
static void log_deep(const deep_root *root, test_log *log, char place[64])
{
    char now[64];
    if (root->count == 0 || root->list[0].count == 0 || root->list[0].list[0].count == 0 ||
        root->list[0].list[0].list[0].count == 0)
        return;
    const deep_1 *one = &root->list[0];
    const deep_2 *two = &one->list[0];
    const deep_3 *three = &two->list[0];
    const deep_leaf *leaf = &three->list[0];
    snprintf(now, sizeof now, "\n%u %u %u %u ", (unsigned)one->element.at, (unsigned)two->element.at,
             (unsigned)three->element.at, (unsigned)leaf->element.at);
    if (strcmp(now, place) != 0)
        test_log_add(log, "%s", now);
    memcpy(place, now, sizeof now);
    if (leaf->e.data != NULL)
        test_log_add(log, "%s", leaf->e.data);
}

static void make_deep(test_log *json, test_log *meant)
{
    test_log_add(json, "{\"a\":[");
    for (unsigned a = 0; a < 12; a++) {
        test_log_add(json, "%s{\"b\":[", a > 0 ? "," : "");
        for (unsigned b = 0; b < 2; b++) {
            test_log_add(json, "%s{\"c\":[", b > 0 ? "," : "");
            for (unsigned c = 0; c < 11; c++) {
                test_log_add(json, "%s{\"d\":[", c > 0 ? "," : "");
                for (unsigned d = 0; d < 1 + roll(12); d++) {
                    test_log text = {0};
                    test_log_clear(&text);
                    for (uint32_t length = roll(4) == 0 ? roll(400) : roll(8); length > 0; length--)
                        test_log_add(&text, "%c", 'a' + (char)roll(26));
                    test_log_add(json, "%s{\"e\":\"%s\"}", d > 0 ? "," : "", text.text);
                    test_log_add(meant, "\n%u %u %u %u %s", a, b, c, d, text.text);
                    test_log_free(&text);
                }
                test_log_add(json, "]}");
            }
            test_log_add(json, "]}");
        }
        test_log_add(json, "]}");
    }
    test_log_add(json, "]}");
}

static void text_kept_to_its_last_byte(void **state)
{
    (void)state;
    test_log json = {0}, meant = {0}, seen = {0};
    dice = 3;
    make_deep(&json, &meant);
    for (size_t size = RILL_BUFFER_MIN; size < 400; size++) {
        deep_root root;
        rill_stream stream;
        rill_item item;
        rill_status status;
        char place[64] = "", *to;
        size_t at = 0;
        char *buffer = must(malloc(size));
        rill_token tokens[RILL_TOKENS_MIN];
        rill_stream_config config = {buffer, size, tokens, RILL_TOKENS_MIN, &deep_root_schema, &root, RILL_BODY_JSON, NULL};
        runs++;
        test_log_clear(&seen);
        assert_int_equal(rill_stream_begin(&stream, &config), RILL_OK);
        for (;;) {
            while ((status = rill_stream_next(&stream, &item)) == RILL_OK) {
                if (item.kind == RILL_ITEM_EVENT)
                    log_deep(&root, &seen, place);
                else
                    assert_int_equal(item.kind, RILL_ITEM_END);
            }
            if (status != RILL_MORE)
                break;
            size_t length = rill_stream_space(&stream, &to);
            assert_true(length > 0);
            if (length > json.length - at)
                length = json.length - at;
            if (length == 0)
                rill_stream_close(&stream, RILL_PORT_CLOSED);
            memcpy(to, json.text + at, length);
            rill_stream_got(&stream, length);
            at += length;
        }
        free(buffer);
        run_options options = {.size = size, .tokens = RILL_TOKENS_MIN};
        compare_joined("kept to its last byte", &meant, &seen, &options);
    }
    test_log_free(&json);
    test_log_free(&meant);
    test_log_free(&seen);
}

static int print_runs(void **state)
{
    (void)state;
    printf("answers (%s): %lu runs\n", roomy ? "roomy" : "small", runs);
    growing_free(&lines);
    free(large_buffer);
    free(large_tokens);
    free_nodes();
    free(blocks);
    return 0;
}

static int prepare(void **state)
{
    (void)state;
    large_buffer = must(malloc(LARGE));
    large_tokens = must(malloc(LARGE_TOKENS * sizeof(rill_token)));
    return 0;
}

static const char *const golden_files[] = {
    "seeds.txt", "quirks.txt",    "errors.txt", "tools.txt", "logprobs.txt", "usage.txt",
    "ends.txt",  "reasoning.txt", "bad.txt",    "http.txt",  "unicode.txt",
};
enum {
    GOLDEN_FILES = sizeof golden_files / sizeof golden_files[0],
    LONG_TEXTS = sizeof long_texts / sizeof long_texts[0]
};

/* An argument names the tests to run, as `long*`. */
int main(int count_of_arguments, char **arguments)
{
    static unsigned files = GOLDEN_FILES;
    static const struct CMUnitTest others[] = {
        cmocka_unit_test_prestate(every_golden_file_is_run, &files),
        cmocka_unit_test(many_choices),
        cmocka_unit_test(many_tool_calls),
        cmocka_unit_test(many_logprobs),
        cmocka_unit_test(long_object_is_joined),
        cmocka_unit_test(growing_object_is_joined),
        cmocka_unit_test(text_kept_to_its_last_byte),
    };
    enum { OTHERS = sizeof others / sizeof others[0] };
    struct CMUnitTest tests[GOLDEN_FILES + LONG_TEXTS + OTHERS];
    size_t count = 0;
    for (size_t i = 0; i < GOLDEN_FILES; i++)
        tests[count++] =
            (struct CMUnitTest){golden_files[i], golden_file, NULL, NULL, (void *)(uintptr_t)golden_files[i]};
    for (size_t i = 0; i < LONG_TEXTS; i++)
        tests[count++] =
            (struct CMUnitTest){long_texts[i].name, long_text_is_joined, NULL, NULL, (void *)(uintptr_t)&long_texts[i]};
    memcpy(tests + count, others, sizeof others);
    if (count_of_arguments > 1)
        cmocka_set_test_filter(arguments[1]);
    return cmocka_run_group_tests(tests, prepare, print_runs);
}
