/* sieve, by induction: one byte, or a cut and the way back, from every state of the automaton that can stand between two calls.
 * Behind it such a state must stand again. What can stand is said once, by may_stand() and are_in_range(): they pick the states
 * in front, and are asked behind. So what is seen for one byte goes for texts of any length, as far as every state is met:
 *
 *   shapes of the path    all: each walk from the root through the tables, up to RILL_PATH_MAX frames
 *   role, state, row      all
 *   byte                  all
 *   brackets in what is passed over or kept raw    several depths and patterns: they are only shifted (brackets.smt2)
 *   room                  none but for what closes; one byte less than a character takes; enough
 *   numbers and texts     drawn anew for each byte: their least, their most, or in between
 *
 * The program is run, under sanitizers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/sieve_inside.h"
#include "rill/chat.h"
#include "rill/lean.h"
#include "rill/stream.h"

enum {
    KEPT = 200,    /* bytes of kept text in front of the byte at hand */
    LONGEST = 60,  /* of them those of the value at hand, at most */
    SIZE = 512,
    MORE = 40,     /* bytes that are pushed behind the one at hand, at most */
    NO_PATH = 0xee /* no step of a path */
};

static char buffer[SIZE];
static unsigned long states, steps, halves;

/* ---- what is drawn: xorshift */

static uint32_t drawn = 2463534242u;

static uint32_t draw(void)
{
    drawn ^= drawn << 13;
    drawn ^= drawn >> 17;
    drawn ^= drawn << 5;
    return drawn;
}

/* Every third is the least, every third the most. */
static int64_t any_from(int64_t least, int64_t most)
{
    uint32_t third = draw() % 3;
    return third == 0 ? least : third == 1 ? most : least + (int64_t)(draw() % ((uint64_t)(most - least) + 1));
}

static uint32_t any_up_to(uint32_t most)
{
    return (uint32_t)any_from(0, most);
}

static uint32_t any_number(void)
{
    return draw() % 2 != 0 ? draw() : any_up_to(UINT32_MAX);
}

static void some_bytes(char *to, size_t length)
{
    static const char some[] = "{}[],:\"\"\"\\01-.eEtfnuai \xc3\xa9\xf0";
    for (size_t i = 0; i < length; i++)
        to[i] = some[draw() % (sizeof some - 1)];
}

/* ---- schemas: the project's own two; one of every kind, also as elements; and one that is as deep as a path can be */

enum { SOME };
typedef struct any_struct {
    rill_element element;
    uint16_t count;
} any_struct;

#define KIND(name, kind, child) RILL_ROW(any_struct, count, name, SOME, kind, child, 0)
#define EACH(kind) {NULL, 2, 8, 0, kind, false}

static const rill_name words[] = {{"stop", 1, 4, 1}, {"s", 2, 1, 2}};
static const rill_names word_set = {words, 2, 4};
static const rill_row leaf_rows[] = {KIND("i", RILL_INT32, NULL), KIND("text", RILL_TEXT, NULL), KIND("i", RILL_ENUM, &word_set)};
static const rill_schema leaf = {leaf_rows, NULL, 2, 0, 3, false};
static const rill_array leaves = {&leaf, 2, sizeof(any_struct), 0, RILL_OBJECT, true};
static const rill_array texts = EACH(RILL_TEXT), strings = EACH(RILL_STRING), longs = EACH(RILL_INT64), numbers = EACH(RILL_INT32),
                        bools = EACH(RILL_BOOL), reals = EACH(RILL_REAL), raws = EACH(RILL_RAW);
static const rill_row kind_rows[] = {
    KIND("a", RILL_TEXT, NULL), KIND("a", RILL_RAW, NULL), KIND("ab", RILL_STRING, NULL), KIND("b", RILL_ENUM, &word_set),
    KIND("c", RILL_INT64, NULL), KIND("d", RILL_INT32, NULL), KIND("e", RILL_BOOL, NULL), KIND("f", RILL_REAL, NULL),
    KIND("g", RILL_OBJECT, &leaf), KIND("h", RILL_ARRAY, &leaves), KIND("i", RILL_ARRAY, &texts), KIND("j", RILL_ARRAY, &strings),
    KIND("k", RILL_ARRAY, &longs), KIND("l", RILL_ARRAY, &numbers), KIND("m", RILL_ARRAY, &bools), KIND("n", RILL_ARRAY, &reals),
    KIND("o", RILL_ARRAY, &raws),
};
static const rill_schema kinds = {kind_rows, NULL, 1, 0, 17, false};

static const rill_schema tree;
static const rill_array trees = {&tree, 1, sizeof(any_struct), 0, RILL_OBJECT, false};
static const rill_row tree_rows[] = {
    KIND("i", RILL_INT32, NULL), KIND("text", RILL_TEXT, NULL), KIND("deeper", RILL_ARRAY, &trees)};
static const rill_schema tree = {tree_rows, NULL, 0, 0, 3, false};

static const struct {
    const char *name;
    const rill_schema *root;
} schemas[] = {{"chat", &rill_chat_schema}, {"lean", &rill_lean_schema}, {"kinds", &kinds}, {"tree", &tree}};

/* ---- what can stand */

static bool object_in(const rill_sieve *sieve, int frame)
{
    int up = sieve->depth - 1 - frame;
    return (sieve->brackets[up / 32] >> up % 32 & 1) != 0;
}

/* The schema of the objects that a row of this kind opens; NULL: it opens none. */
static const rill_schema *object_of(const rill_row *row)
{
    if (row->kind == RILL_OBJECT)
        return row->child;
    return row->kind == RILL_ARRAY ? ((const rill_array *)row->child)->element : NULL;
}

/* Whether a bracket of this kind is kept where the row is wanted; an object may stand for its array: or_one. */
static bool opens(const rill_row *row, bool object)
{
    if (row->kind == RILL_ARRAY)
        return !object || ((const rill_array *)row->child)->or_one;
    return object && row->kind == RILL_OBJECT;
}

static const rill_array *array_of(const rill_sieve *sieve, int frame)
{
    return rill_array_of_frame(&sieve->frames[frame]);
}

/* Whether the frames are a walk through the tables, and the schema is that of the innermost, if it is an object. */
static bool is_walk(const rill_sieve *sieve)
{
    const rill_schema *schema = sieve->root;
    for (int i = 0; i < sieve->path; i++) {
        const rill_row *row = sieve->frames[i].row;
        bool object = object_in(sieve, i);
        if (i == 0) {
            if (row != NULL)
                return false;
        } else if (!object_in(sieve, i - 1)) { /* an element has the row of its array */
            if (row != sieve->frames[i - 1].row || !object || array_of(sieve, i - 1)->kind != RILL_OBJECT)
                return false;
            schema = row == NULL ? sieve->root : object_of(row);
        } else {
            size_t at = (size_t)sieve->step[i];
            if (at >= schema->count || row != &schema->rows[at])
                return false;
            if (!opens(row, object))
                return false;
            if (object)
                schema = object_of(row);
        }
    }
    return sieve->path == 0 || !object_in(sieve, sieve->path - 1) || sieve->schema == schema;
}

static bool row_is_of_schema(const rill_sieve *sieve)
{
    for (uint8_t i = 0; i < sieve->schema->count; i++)
        if (sieve->row == &sieve->schema->rows[i])
            return true;
    return false;
}

/* The kind of the value at hand; 255: the row at hand is none that could have begun it. */
static uint8_t kind_of(const rill_sieve *sieve)
{
    int top = sieve->path - 1;
    if (sieve->path == 0)
        return 255;
    if (!object_in(sieve, top))
        return sieve->row == sieve->frames[top].row && sieve->row != NULL ? array_of(sieve, top)->kind : 255;
    return row_is_of_schema(sieve) ? sieve->row->kind : 255;
}

/* A state between values, within brackets. */
static bool between(uint8_t state, bool object)
{
    if (state == STATE_VALUE || state == STATE_AFTER)
        return true;
    return object ? state == STATE_OBJECT_FIRST || state == STATE_KEY || state == STATE_COLON : state == STATE_ARRAY_FIRST;
}

static bool in_string(uint8_t state)
{
    return state == STATE_STRING || state == STATE_ESCAPE || state == STATE_UNIT;
}

static bool in_number(uint8_t state)
{
    return state >= STATE_MINUS && state <= STATE_EXPONENT_DIGITS;
}

static bool may_be_kept(const rill_sieve *sieve)
{
    uint8_t kind = kind_of(sieve);
    if (sieve->depth != sieve->base || kind > RILL_RAW)
        return false;
    if (in_string(sieve->state))
        return !sieve->key && (kind == RILL_TEXT ? !sieve->atomic : kind <= RILL_ENUM || (kind <= RILL_INT32 && sieve->atomic));
    if (in_number(sieve->state))
        return sieve->atomic && (kind == RILL_INT64 || kind == RILL_INT32 || kind == RILL_REAL);
    return sieve->atomic && sieve->state == STATE_LITERAL && (kind == RILL_BOOL || sieve->unit == 2);
}

static bool may_stand(const rill_sieve *sieve)
{
    uint8_t state = sieve->state;
    if (sieve->path > RILL_PATH_MAX || sieve->path > sieve->depth || sieve->depth > RILL_DEPTH_MAX || !is_walk(sieve))
        return false;
    bool object = sieve->depth > 0 && object_in(sieve, sieve->depth - 1);
    switch (sieve->role) {
    case ROLE_PATH:
        if (sieve->atomic || sieve->depth != sieve->path)
            return false;
        if (sieve->depth == 0)
            return state == STATE_VALUE || state == STATE_DONE;
        if (!between(state, object))
            return false;
        return !object || (state != STATE_COLON && state != STATE_VALUE) || sieve->row == NULL || row_is_of_schema(sieve);
    case ROLE_KEY:
        return !sieve->atomic && object && sieve->depth == sieve->path && in_string(state) && sieve->key &&
               (sieve->row == NULL || (row_is_of_schema(sieve) && sieve->matched <= sieve->row->name_length));
    case ROLE_KEEP:
        return may_be_kept(sieve);
    case ROLE_RAW:
        if (sieve->atomic || kind_of(sieve) != RILL_RAW)
            return false;
        break;
    default:
        if (sieve->atomic)
            return false;
    }
    if (sieve->base != sieve->path)
        return false;
    if (sieve->depth == sieve->base)
        return (in_string(state) && !sieve->key) || in_number(state) || state == STATE_LITERAL;
    return between(state, object) || (in_string(state) && (object || !sieve->key)) || in_number(state) || state == STATE_LITERAL;
}

/* Bytes of a UTF-8 sequence that are there already, at most; at least one is, once it has begun. */
static const uint8_t partial_most[] = {0, 3, 2, 1, 1, 1, 1, 1};

/* Elements whose objects have an index may be named by it. */
static bool may_be_named(const rill_sieve *sieve, int frame)
{
    if (frame == 0 || !object_in(sieve, frame) || object_in(sieve, frame - 1))
        return false;
    const rill_row *row = sieve->frames[frame].row;
    const rill_schema *schema = row == NULL ? sieve->root : object_of(row);
    for (uint8_t i = 0; i < schema->count; i++)
        if (schema->rows[i].kind == RILL_INT32)
            return true;
    return false;
}

/* Of arrays of objects elements may have been passed over. */
static bool may_have_gaps(const rill_sieve *sieve, int frame)
{
    return !object_in(sieve, frame) && array_of(sieve, frame)->kind == RILL_OBJECT;
}

/* The numbers that go with it. */
static bool are_in_range(const rill_sieve *sieve)
{
    uint8_t state = sieve->state;
    if (sieve->members > 2 || sieve->tokens > sieve->token_limit || sieve->stored > sieve->path)
        return false;
    if (sieve->utf8 > UTF8_F4 || sieve->partial > partial_most[sieve->utf8] || (sieve->partial == 0) != (sieve->utf8 == UTF8_START))
        return false;
    if (state != STATE_STRING && sieve->utf8 != UTF8_START)
        return false;
    if (state == STATE_LITERAL && (sieve->unit > 2 || sieve->matched < 1 || sieve->matched > (sieve->unit == 1 ? 4 : 3)))
        return false;
    if (state == STATE_UNIT && sieve->hex > 3)
        return false;
    if (in_number(state) && (sieve->matched > RILL_DIGITS_MAX || sieve->exponent < -EXPONENT_LIMIT - sieve->matched ||
                                sieve->exponent > EXPONENT_LIMIT || sieve->written < -999999999 || sieve->written > 999999999))
        return false;
    if (sieve->atomic && object_in(sieve, sieve->path - 1) && sieve->kept - sieve->mark < (buffer[sieve->mark] == ',' ? 5u : 4u))
        return false;
    for (int i = 0; i < sieve->path; i++)
        if (((sieve->named >> i & 1) != 0 && !may_be_named(sieve, i)) || ((sieve->gaps >> i & 1) != 0 && !may_have_gaps(sieve, i)))
            return false;
    for (int i = 0; i + 1 < sieve->path; i++) /* an array in which an element is open has one */
        if (!object_in(sieve, i) && (sieve->frames[i].progress & POSITION_MASK) == 0)
            return false;
    return true;
}

/* ---- walking the shapes */

typedef struct shape {
    int path;
    uint8_t way[RILL_PATH_MAX]; /* of each frame: the row times two, and one for an object in place of its array */
} shape;

/* Opens the frames of the shape. False: there is no such one. */
static bool open_shape(rill_sieve *sieve, const shape *shape)
{
    for (int i = 0; i < shape->path; i++) {
        const rill_row *row = NULL;
        bool object = (shape->way[i] & 1) != 0;
        uint8_t step = 0;
        if (i > 0 && !object_in(sieve, i - 1)) {
            row = sieve->frames[i - 1].row;
            if (!object || shape->way[i] != 1 || array_of(sieve, i - 1)->kind != RILL_OBJECT)
                return false;
        } else if (i > 0) {
            step = shape->way[i] / 2;
            if (step >= sieve->schema->count)
                return false;
            row = &sieve->schema->rows[step];
            if (!opens(row, object))
                return false;
        } else if (shape->way[0] > 1) {
            return false;
        }
        rill_open_frame(sieve, row, object, step);
    }
    return true;
}

static bool next_shape(shape *shape, bool opened)
{
    if (opened && shape->path < RILL_PATH_MAX) {
        shape->way[shape->path++] = 0;
        return true;
    }
    while (shape->path > 0) {
        uint8_t *last = &shape->way[shape->path - 1];
        if (++*last < 2 * RILL_ROWS_MAX)
            return true;
        shape->path--;
    }
    return false;
}

/* ---- one state */

static bool left(const rill_sieve *sieve, const char *top)
{
    long room = (long)(top - (sieve->buffer + sieve->kept));
    return room >= sieve->path + (sieve->path > 0 ? 2 : 0);
}

/* The half that waits is of a place that there is: what is written to it is a whole path, or the identity of the element at hand. */
static bool half_is_kept(const rill_sieve *sieve, const rill_sieve *before)
{
    const rill_half *half = &sieve->half;
    if (before->half.surrogate == 0 && half->surrogate != 0) {
        for (int i = 1; i < sieve->path; i++)
            if (half->path[i - 1] != sieve->step[i])
                return false;
        return half->depth == sieve->path && sieve->stored == sieve->path && sieve->row != NULL &&
               sieve->row->kind == RILL_TEXT && sieve->row == &sieve->schema->rows[half->path[sieve->path - 1]];
    }
    for (int i = 0; i < RILL_PATH_MAX; i++)
        if (half->path[i] != before->half.path[i] &&
            (i + 2 != before->path || before->path > before->stored || object_in(before, i)))
            return false;
    return half->depth == before->half.depth;
}

static void must(bool holds, const char *what, const rill_sieve *before, const rill_sieve *sieve, int byte)
{
    if (holds)
        return;
    printf("wrong: %s behind %02x: role %d, state %d, path %d, depth %d, kept %u; in front: role %d, state %d, path %d, depth %d\n",
        what, (unsigned)(byte & 0xff), sieve->role, sieve->state, sieve->path, sieve->depth, (unsigned)sieve->kept, before->role,
        before->state, before->path, before->depth);
    exit(1);
}

/* The half that waits leads to a text, which is made. */
static void take_half(rill_sieve sieve)
{
    const rill_sieve before = sieve;
    must(rill_sieve_take_half(&sieve) && sieve.length < SIZE && buffer[sieve.length] == '\0', "a half's text", &before, &sieve, 0);
    must(sieve.state == STATE_DONE && may_stand(&sieve) && are_in_range(&sieve), "a state behind a half", &before, &sieve, 0);
    halves++;
}

/* Most times one byte; some times others behind it, for what takes more than one at once. */
static void push(rill_sieve sieve, int room, bool in_place, char byte)
{
    char elsewhere[MORE + 1], *at = in_place ? buffer + KEPT + room : elsewhere;
    const char *ceiling = in_place ? NULL : buffer + KEPT + room;
    const rill_sieve before = sieve;
    size_t length = draw() % 4 != 0 ? 1 : 1 + any_up_to(MORE), used = length + 1;
    at[0] = byte;
    some_bytes(at + 1, length - 1);
    steps++;
    rill_status status = rill_sieve_push(&sieve, at, length, ceiling, &used);
    must(used <= length && status <= RILL_MORE && (status != RILL_MORE || used == length), "a status", &before, &sieve, byte);
    if (status < RILL_OK && status != RILL_LIMIT_FULL && status != RILL_JSON_TRAILING)
        return;
    must(may_stand(&sieve), "a state", &before, &sieve, byte);
    must(are_in_range(&sieve), "a number", &before, &sieve, byte);
    must(left(&sieve, in_place ? at + used : ceiling), "no room to close", &before, &sieve, byte);
    must(half_is_kept(&sieve, &before), "half a pair's path", &before, &sieve, byte);
    if (before.half.surrogate == 0 && sieve.half.surrogate != 0)
        take_half(sieve);
}

static void cut(rill_sieve sieve)
{
    const rill_sieve before = sieve;
    rill_sieve_cut(&sieve);
    must(sieve.cut <= sieve.kept && sieve.length < SIZE && buffer[sieve.length] == '\0', "a cut", &before, &sieve, 0);
    rill_sieve_reopen(&sieve);
    must(may_stand(&sieve), "a state of what is opened again", &before, &sieve, 0);
    must(are_in_range(&sieve), "a number of what is opened again", &before, &sieve, 0);
}

static void end(rill_sieve sieve)
{
    const rill_sieve before = sieve;
    rill_status status = rill_sieve_end(&sieve);
    must(status != RILL_OK || buffer[sieve.length] == '\0', "an end", &before, &sieve, 0);
}

/* What the state at hand leaves open takes any value. */
static void fill_in(rill_sieve *sieve)
{
    uint8_t state = sieve->state;
    sieve->sides = (uint8_t)any_up_to(3);
    sieve->flags = (uint8_t)any_up_to(7);
    sieve->carries = any_up_to(1) != 0;
    sieve->reopened = (uint8_t)any_up_to(RILL_PATH_MAX);
    sieve->members = (uint8_t)any_up_to(2);
    sieve->tokens = (uint16_t)any_up_to(RILL_TOKENS_MIN);
    sieve->token_limit = RILL_TOKENS_MIN;
    sieve->named = (uint16_t)any_up_to(UINT16_MAX);
    sieve->gaps = (uint16_t)any_up_to(UINT16_MAX);
    for (int i = 0; i < sieve->path; i++) {
        if (!may_be_named(sieve, i))
            sieve->named &= (uint16_t)~(1u << i);
        if (!may_have_gaps(sieve, i))
            sieve->gaps &= (uint16_t)~(1u << i);
    }
    sieve->high = any_up_to(1) != 0 ? 0xd83d : 0;
    sieve->borrowed = any_up_to(1) != 0;
    sieve->stored = (uint8_t)any_up_to(sieve->path);
    sieve->facts = any_number();
    sieve->never = any_number();
    sieve->kept = KEPT;
    sieve->mark = any_up_to(KEPT);
    sieve->half.surrogate = any_up_to(1) != 0 ? 0xd83d : 0;
    sieve->half.named = (uint16_t)any_up_to(UINT16_MAX);
    for (int i = 0; i < sieve->path; i++)
        if (object_in(sieve, i))
            sieve->frames[i].progress = any_number();
        else
            sieve->frames[i].progress = (uint32_t)any_up_to(POSITION_MASK - (i + 1 < sieve->path)) + (i + 1 < sieve->path) +
                                        ((uint32_t)any_up_to(UINT8_MAX) << 24);
    for (int i = 1; i < sieve->path; i++)
        if (!object_in(sieve, i - 1))
            sieve->step[i] = (uint8_t)any_up_to(UINT8_MAX);
    if (sieve->role == ROLE_KEY && sieve->row != NULL)
        sieve->matched = (uint8_t)any_up_to(sieve->row->name_length);
    if (state == STATE_LITERAL)
        sieve->matched = (uint8_t)any_from(1, sieve->unit == 1 ? 4 : 3);
    if (in_string(state)) {
        sieve->utf8 = sieve->state == STATE_STRING ? (uint8_t)any_up_to(UTF8_F4) : UTF8_START;
        sieve->partial = sieve->utf8 == UTF8_START ? 0 : (uint8_t)any_from(1, partial_most[sieve->utf8]);
        sieve->hex = (uint8_t)any_up_to(3);
        sieve->unit = (uint16_t)any_up_to(UINT16_MAX);
    }
    if (in_number(state)) {
        sieve->matched = (uint8_t)any_up_to(RILL_DIGITS_MAX);
        sieve->exponent = (int32_t)any_from(-EXPONENT_LIMIT - sieve->matched, EXPONENT_LIMIT);
        sieve->written = (int32_t)any_from(-999999999, 999999999);
        sieve->unit = (uint16_t)any_up_to(UINT16_MAX);
    }
}

/* A value that must not be cut: behind its key, and perhaps a comma. */
static void begin_atomic(rill_sieve *sieve)
{
    static const char comma_and_key[] = {',', '"', '0', '"', ':'};
    uint32_t length = object_in(sieve, sieve->path - 1) ? 4 + any_up_to(1) : 0;
    sieve->mark = KEPT - any_up_to(LONGEST) - length;
    memcpy(buffer + sieve->mark, comma_and_key + sizeof comma_and_key - length, length);
}

/* The path of the half that waits is that of the text at hand, or none that there is. */
static void place_half(rill_sieve *sieve)
{
    memset(sieve->half.path, NO_PATH, sizeof sieve->half.path);
    sieve->half.depth = (uint8_t)any_up_to(RILL_PATH_MAX);
    if (sieve->path == 0 || draw() % 2 != 0)
        return;
    sieve->half.depth = sieve->path;
    memcpy(sieve->half.path, sieve->step + 1, (size_t)sieve->path - 1);
    if (object_in(sieve, sieve->path - 1) && sieve->row != NULL)
        sieve->half.path[sieve->path - 1] = (uint8_t)(sieve->row - sieve->schema->rows);
}

static void meet_byte(rill_sieve sieve, int byte)
{
    fill_in(&sieve);
    some_bytes(buffer + KEPT - LONGEST - 5, LONGEST + 5);
    if (sieve.atomic)
        begin_atomic(&sieve);
    place_half(&sieve);
    int rooms[] = {sieve.path + 2, CLOSERS + CHARACTER - 1, CLOSERS + CHARACTER + (int)any_up_to(1)};
    for (size_t i = 0; i < sizeof rooms / sizeof rooms[0]; i++)
        push(sieve, rooms[i], draw() % 2 != 0, (char)byte);
    if (byte % 16 != 0)
        return;
    end(sieve);
    cut(sieve);
}

/* Where a value begins, in one that is kept, and at its end, most depends on what is drawn: it is drawn more often. */
static void meet(const rill_sieve *state)
{
    if (!may_stand(state))
        return;
    bool begins = state->role == ROLE_PATH && state->state <= STATE_ARRAY_FIRST, kept = state->role == ROLE_KEEP;
    states++;
    for (int byte = 0; byte < 256; byte++) {
        int rounds = begins ? 32 : !kept ? 1 : byte == '"' ? 256 : 4;
        for (int i = 0; i < rounds; i++)
            meet_byte(*state, byte);
    }
}

/* ---- all states of a shape */

/* The rows that can be at hand: of a member, of an element; of what is passed over none is looked at. */
static void meet_rows(rill_sieve *sieve)
{
    sieve->row = NULL;
    if (sieve->role == ROLE_SKIP || sieve->path == 0) {
        meet(sieve);
        return;
    }
    if (!object_in(sieve, sieve->path - 1)) {
        sieve->row = sieve->frames[sieve->path - 1].row;
        meet(sieve);
        return;
    }
    meet(sieve);
    for (uint8_t i = 0; i < sieve->schema->count; i++) {
        sieve->row = &sieve->schema->rows[i];
        meet(sieve);
    }
}

static void meet_states(rill_sieve *sieve)
{
    uint8_t behind = sieve->depth > sieve->base + 1 ? STATE_DONE : STATE_BROKEN; /* a scalar is the same in any depth */
    for (sieve->state = STATE_VALUE; sieve->state < behind; sieve->state++) {
        int literals = sieve->state == STATE_LITERAL ? 3 : 1, keys = in_string(sieve->state) ? 2 : 1;
        for (sieve->unit = 0; sieve->unit < literals; sieve->unit++)
            for (int key = 0; key < keys; key++)
                for (int atomic = 0; atomic < 2; atomic++) {
                    sieve->key = key != 0;
                    sieve->atomic = atomic != 0;
                    meet_rows(sieve);
                }
    }
}

/* Brackets in what is passed over or kept raw: none, a few, and as many as there may be; all of one kind, but for the innermost. */
static void meet_depths(rill_sieve *sieve)
{
    const rill_sieve base = *sieve;
    int most = RILL_DEPTH_MAX - base.path;
    const int depths[] = {0, 1, 2, 31, most - 1, most};
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++)
        for (int pattern = 0; pattern < 4 && (pattern == 0 || depths[i] > 0); pattern++) {
            rill_sieve deep = base;
            for (int k = 0; k < depths[i]; k++)
                (void)rill_push_bracket(&deep, k + 1 < depths[i] ? (pattern & 1) != 0 : (pattern & 2) != 0);
            meet_states(&deep);
        }
}

static void meet_shape(rill_sieve *sieve)
{
    sieve->base = sieve->depth;
    for (sieve->role = ROLE_KEY; sieve->role <= ROLE_KEEP; sieve->role++)
        meet_states(sieve);
    sieve->role = ROLE_SKIP;
    meet_depths(sieve);
    sieve->role = ROLE_RAW;
    if (sieve->path > 0)
        meet_depths(sieve);
}

static void meet_schema(const char *name, const rill_schema *root)
{
    shape shape = {0, {0}};
    unsigned long shapes = 0, before = states;
    bool opened;
    do {
        rill_sieve sieve;
        rill_sieve_begin(&sieve, root, buffer, RILL_TOKENS_MIN);
        rill_sieve_open(&sieve);
        opened = open_shape(&sieve, &shape);
        shapes += opened;
        if (opened)
            meet_shape(&sieve);
    } while (next_shape(&shape, opened));
    printf("%s: %lu shapes, %lu states; ", name, shapes, states - before);
}

int main(void)
{
    for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++)
        meet_schema(schemas[i].name, schemas[i].root);
    printf("%lu steps, %lu halves, 0 wrong\n", steps, halves);
    return 0;
}
