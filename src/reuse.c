#include "reuse_inside.h"

#include "fill_inside.h"
#include "sieve_inside.h"
#include "words.h"

/* ---- an event is remembered */

static void remember(rill_stream *stream, const char *bytes, size_t length)
{
    rill_reuse *reuse = stream->config->reuse;
    if (length > (size_t)(reuse->size - reuse->length) - reuse->marks * sizeof(mark)) {
        do_not_remember(stream);
        return;
    }
    memcpy(reuse->memory + reuse->length, bytes, length);
    reuse->length = (uint16_t)(reuse->length + length);
}

static void read(rill_stream *stream, const char *bytes, const rill_sse_piece *piece)
{
    rill_reuse *reuse = stream->config->reuse;
    remember(stream, bytes, piece->used);
    if (stream->sieve.reuse == NULL || piece->kind != RILL_SSE_DATA || piece->length == 0) /* RILL_MORE leaves an empty one */
        return;
    reuse->span = piece->data;
    reuse->span_at = reuse->length;
    remember(stream, piece->data, piece->length);
}

static void value(rill_sieve *sieve, const char *at)
{
    rill_reuse *reuse = sieve->reuse;
    size_t offset = (size_t)(at - reuse->span), marks = (reuse->marks + 1u) * sizeof(mark);
    if (sieve->role != ROLE_RAW && (*at == 't' || *at == 'f' || *at == 'n'))
        return;
    if (sieve->role == ROLE_RAW || reuse->marks == MARK_NONE || reuse->length + marks > reuse->size ||
        offset >= (size_t)(reuse->length - reuse->span_at)) {
        sieve->reuse = NULL;
        return;
    }
    mark *added = mark_at(reuse, reuse->marks++);
    memset(added, 0, sizeof *added);
    added->at = (uint16_t)(reuse->span_at + offset);
    if (sieve->role == ROLE_SKIP) {
        added->kind = MARK_SKIPPED;
        added->place = sieve->base;
        return;
    }
    added->kind = rill_kind_at_hand(sieve);
    added->place = (uint16_t)(sieve->tokens - 1);
    if (in_object(sieve) && rill_rule_of(sieve, sieve->row)->fills != 0)
        added->flags = MARK_FILLS;
}

size_t rill_behind_string(const rill_reuse *reuse, size_t at)
{
    const char *text = reuse->memory, *end = text + reuse->length, *byte = text + at + 1;
    while (*(byte = rill_plain_end(byte, end)) != '"')
        byte += *byte == '\\' ? 2 : 1;
    return (size_t)(byte + 1 - text);
}

/* Asks the tokens where each kept value went, and the text how long each string is. What another value has cleared since is no
 * view: its place is empty. False: a place lies behind 64 KB, and marks are small; or a text ends with half a pair, which did
 * not wait as the index was (sieve_number.c), and may with another one. */
static bool complete_marks(rill_stream *stream)
{
    rill_reuse *reuse = stream->config->reuse;
    for (size_t i = 0; i < reuse->marks; i++) {
        mark *one = mark_at(reuse, i);
        if (one->kind == MARK_SKIPPED)
            continue;
        size_t where = rill_fill_place(&stream->config->tokens[one->place]);
        if (where > UINT16_MAX)
            return false;
        one->place = (uint16_t)where;
        const char *text = reuse->memory, *place = (const char *)stream->config->target + one->place;
        if (one->kind > RILL_ENUM || *(char *const *)(const void *)place == NULL)
            continue;
        one->flags |= MARK_VIEW;
        one->end = (uint16_t)rill_behind_string(reuse, one->at);
        if (memchr(text + one->at, '\\', (size_t)(one->end - one->at)) == NULL)
            continue;
        one->flags |= MARK_ESCAPES;
        if (rill_ends_in_half(text + one->at, (size_t)(one->end - one->at)))
            return false;
    }
    return true;
}

void rill_link_marks(rill_reuse *reuse)
{
    uint8_t next = MARK_NONE;
    for (uint8_t i = reuse->marks; i-- > 0;) {
        mark *one = mark_at(reuse, i);
        one->next = next;
        if ((one->flags & (MARK_HOLE | MARK_VIEW)) != 0)
            next = i;
    }
    reuse->first = next;
}

/* Whether the text is one data line and the blank line behind it, without a CR. */
static bool is_one_line(const rill_reuse *reuse)
{
    const char *text = reuse->memory, *line_end = memchr(text, '\n', reuse->length);
    return line_end != NULL && line_end + 2 == text + reuse->length && memchr(text, '\r', reuse->length) == NULL;
}

static void finish(rill_stream *stream, const rill_item *item)
{
    rill_reuse *reuse = stream->config->reuse;
    const rill_sieve *sieve = &stream->sieve;
    enum { NOT_AGAIN = RILL_ITEM_CUT | RILL_ITEM_UTF8 | RILL_ITEM_PENDING };
    do_not_remember(stream);
    if (item->part != RILL_PART_WHOLE || (item->flags & NOT_AGAIN) != 0 || item->kind > RILL_ITEM_TEXT_COMPLETION ||
        stream->next != NEXT_EVENT || sieve->half.surrogate != 0 || !is_one_line(reuse) || !complete_marks(stream))
        return;
    rill_link_marks(reuse);
    reuse->mark = reuse->first;
    reuse->kept = (uint16_t)sieve->length;
    reuse->facts = sieve->facts;
    reuse->kind = (uint8_t)item->kind;
    reuse->valid = true;
}

/* ---- what the other rooms call */

static void begin(rill_reuse *reuse)
{
    reuse->rest_length = 0;
    reuse->misses = 0;
    reuse->pause = 0;
    reuse->valid = false; /* the first event is like no other, and all else begins behind it */
}

static const struct rill_reuse_calls calls = {begin, rill_reuse_take, rill_reuse_refill, read, value, finish};

void rill_reuse_begin(rill_reuse *reuse, void *memory, size_t size)
{
    memset(reuse, 0, sizeof *reuse);
    reuse->calls = &calls;
    reuse->memory = (char *)memory;
    if (size > UINT16_MAX)
        size = UINT16_MAX;
    if (((uintptr_t)memory + size) % sizeof(uint16_t) != 0 && size > 0)
        size--;
    reuse->size = (uint16_t)size;
}
