/* rill, with a schema for just these values. Its memory, and how it gets the bytes, are set by macros:
 *
 *     BENCH_BUFFER, BENCH_TOKENS   512 and 48 unless told otherwise
 *     BENCH_REUSE                  bytes of memory for reuse; without it there is none
 *     BENCH_INTO_BUFFER            reads land in the stream's buffer; else they lie elsewhere and are handed over
 *
 * An event that comes whole is taken as it is. The parts of one that does not fit are joined first, since the checksum is
 * one of whole texts. */
#include <string.h>

#include "answer.h"
#include "contestant.h"
#include "rill/reuse.h"
#include "rill/stream.h"
#include "rill_values.h"

#ifndef BENCH_BUFFER
#define BENCH_BUFFER 512
#define BENCH_TOKENS 48
#endif

static char buffer[BENCH_BUFFER];
static rill_token tokens[BENCH_TOKENS];
static value_event target;
static rill_stream stream;
static rill_item item;
#ifdef BENCH_REUSE
static char memory[BENCH_REUSE];
static rill_reuse reuse;
#define REUSE &reuse
#else
#define REUSE NULL
#endif
static const rill_stream_config config = {buffer,        sizeof buffer, tokens,        BENCH_TOKENS,
                                          &value_schema, &target,       RILL_BODY_AUTO,
                                          REUSE};

static int64_t index_of(const rill_element *element)
{
    return rill_has(&element->header, VALUE_INDEX) ? element->index : 0;
}

/* ---- an event that came whole: one choice and one call at most */

static void take(const rill_text *text)
{
    take_text(text->data, text->length);
}

static void take_choice(const value_choice *choice)
{
    const value_delta *delta = &choice->delta;
    take_integer(index_of(&choice->element));
    take(&delta->role);
    take(&delta->content);
    take(&choice->finish_reason);
    take_integer(delta->call_count);
    if (delta->call_count > 0) {
        const value_call *call = &delta->calls[0];
        take_integer(index_of(&call->element));
        take(&call->id);
        take(&call->function.name);
        take(&call->function.arguments);
    }
}

static void take_usage(const value_usage *usage)
{
    take_integer(usage->prompt_tokens);
    take_integer(usage->completion_tokens);
    take_integer(usage->total_tokens);
    take_integer(usage->prompt.cached);
    take_integer(usage->completion.reasoning);
}

static void take_whole(void)
{
    if (!rill_has(&target.header, VALUE_CHOICES))
        return;
    taken.events++;
    take(&target.id);
    take(&target.model);
    take_integer(target.created);
    take_integer(target.choice_count);
    if (target.choice_count > 0)
        take_choice(&target.choices[0]);
    bool has_usage = rill_has(&target.header, VALUE_USAGE);
    take_integer(has_usage);
    if (has_usage)
        take_usage(&target.usage);
}

/* ---- the parts of an event */

#ifdef BENCH_BOARD
enum { JOINED = 512 * 1024 };
#else
enum { JOINED = 4 * 1024 * 1024 };
#endif

static char joined[JOINED];
static size_t joined_length;
static answer event;

/* Texts stand one behind the other; one that goes on after another has begun moves behind that. */
static void join(text *to, const rill_text *piece)
{
    if (piece->data == NULL)
        return;
    if (to->data == NULL || to->data + to->length != joined + joined_length) {
        if (to->length + piece->length > JOINED - joined_length)
            return;
        if (to->length > 0)
            memcpy(joined + joined_length, to->data, to->length);
        to->data = joined + joined_length;
        joined_length += to->length;
    }
    if (piece->length > JOINED - joined_length)
        return;
    memcpy(joined + joined_length, piece->data, piece->length);
    joined_length += piece->length;
    to->length += piece->length;
}

static void join_call(answer_choice *choice, const value_call *call)
{
    if (call->element.at >= choice->call_count)
        answer_add_call(choice);
    answer_call *to = &choice->calls[choice->call_count - 1];
    to->index = index_of(&call->element);
    join(&to->id, &call->id);
    join(&to->name, &call->function.name);
    join(&to->arguments, &call->function.arguments);
}

static void join_choice(const value_choice *choice)
{
    if (choice->element.at >= event.choice_count)
        answer_add_choice(&event);
    answer_choice *to = &event.choices[event.choice_count - 1];
    to->index = index_of(&choice->element);
    join(&to->role, &choice->delta.role);
    join(&to->content, &choice->delta.content);
    join(&to->finish_reason, &choice->finish_reason);
    if (choice->delta.call_count > 0)
        join_call(to, &choice->delta.calls[0]);
}

static void join_part(void)
{
    if (item.part == RILL_PART_FIRST) {
        answer_clear(&event);
        joined_length = 0;
    }
    join(&event.id, &target.id);
    join(&event.model, &target.model);
    if (target.choice_count > 0)
        join_choice(&target.choices[0]);
    if (item.part != RILL_PART_LAST)
        return;
    event.has_choices = rill_has(&target.header, VALUE_CHOICES);
    event.has_usage = rill_has(&target.header, VALUE_USAGE);
    event.created = target.created;
    event.usage[PROMPT_TOKENS] = target.usage.prompt_tokens;
    event.usage[COMPLETION_TOKENS] = target.usage.completion_tokens;
    event.usage[TOTAL_TOKENS] = target.usage.total_tokens;
    event.usage[CACHED_TOKENS] = target.usage.prompt.cached;
    event.usage[REASONING_TOKENS] = target.usage.completion.reasoning;
    answer_take(&event);
}

/* ---- the stream */

static void decode(void)
{
    while (rill_stream_next(&stream, &item) == RILL_OK) {
        if (item.kind != RILL_ITEM_EVENT)
            continue;
        if (item.part == RILL_PART_WHOLE)
            take_whole();
        else
            join_part();
    }
}

void bench_begin(void)
{
#ifdef BENCH_REUSE
    rill_reuse_begin(&reuse, memory, sizeof memory);
#endif
    rill_stream_begin(&stream, &config);
    decode();
}

#ifdef BENCH_INTO_BUFFER
size_t bench_space(char **place)
{
    return rill_stream_space(&stream, place);
}

void bench_got(size_t length)
{
    rill_stream_got(&stream, length);
    decode();
}
#else
static char read_bytes[BENCH_READ];

size_t bench_space(char **place)
{
    *place = read_bytes;
    return sizeof read_bytes;
}

void bench_got(size_t length)
{
    rill_stream_give(&stream, read_bytes, length);
    decode();
}
#endif

void bench_end(void)
{
    rill_stream_close(&stream, RILL_PORT_CLOSED);
    decode();
}
