#include <string.h>

#include "differential.h"

/* xorshift32 */
static size_t next(mutation *how, size_t below)
{
    how->random ^= how->random << 13;
    how->random ^= how->random >> 17;
    how->random ^= how->random << 5;
    return how->random % below;
}

/* Puts bytes in the place of others, where there is room. */
static void splice(document *one, size_t at, size_t old, const char *bytes, size_t length)
{
    if (one->length - old + length > DOCUMENT_MAX)
        return;
    memmove(one->bytes + at + length, one->bytes + at + old, one->length - at - old);
    memcpy(one->bytes + at, bytes, length);
    one->length += length - old;
}

/* A piece of up to `most` bytes somewhere in a document. */
static size_t piece_of(mutation *how, const document *from, size_t most, size_t *at)
{
    *at = next(how, from->length + 1);
    size_t left = from->length - *at, length = 1 + next(how, most);
    return length < left ? length : left;
}

static const char *word_of(mutation *how)
{
    size_t count = 0;
    while (how->words[count] != NULL)
        count++;
    return how->words[next(how, count)];
}

static bool in_run(char byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || byte == '-' || byte == '.';
}

/* A run of letters and digits somewhere, which is a name, a number or a word in most texts: its length. */
static size_t run_of(mutation *how, const document *from, size_t *at)
{
    size_t end = *at = next(how, from->length + 1);
    while (*at > 0 && in_run(from->bytes[*at - 1]))
        --*at;
    while (end < from->length && in_run(from->bytes[end]))
        end++;
    return end - *at;
}

static void mutate_once(mutation *how, document *one, const document *other)
{
    char piece[256];
    size_t at = next(how, one->length + 1), inside = at < one->length ? at : 0, from, length;
    const char *word;
    switch (next(how, 12)) {
    case 0: /* a bit */
        if (one->length > 0)
            one->bytes[inside] = (char)(one->bytes[inside] ^ 1 << next(how, 8));
        break;
    case 1: /* a byte of any kind in the place of one */
        piece[0] = (char)next(how, 256);
        splice(one, inside, one->length > 0, piece, 1);
        break;
    case 2: /* a word in between */
        word = word_of(how);
        splice(one, at, 0, word, strlen(word));
        break;
    case 3: /* a word in the place of a byte */
        word = word_of(how);
        splice(one, inside, one->length > 0, word, strlen(word));
        break;
    case 4: /* a few bytes less */
        length = piece_of(how, one, 8, &from);
        splice(one, from, length, "", 0);
        break;
    case 5: /* a piece less */
        length = piece_of(how, one, 64, &from);
        splice(one, from, length, "", 0);
        break;
    case 6: /* a piece twice */
        length = piece_of(how, one, 64, &from);
        memcpy(piece, one->bytes + from, length);
        splice(one, at, 0, piece, length);
        break;
    case 7:
    case 8: /* a word in the place of a run */
        length = run_of(how, one, &at);
        word = word_of(how);
        splice(one, at, length, word, strlen(word));
        break;
    case 9:
    case 10: /* a run of another one in its place */
        length = run_of(how, other, &from);
        memcpy(piece, other->bytes + from, length < sizeof piece ? length : sizeof piece);
        inside = run_of(how, one, &at);
        splice(one, at, inside, piece, length < sizeof piece ? length : sizeof piece);
        break;
    default: /* a piece of another one */
        length = piece_of(how, other, sizeof piece, &from);
        splice(one, at, 0, other->bytes + from, length);
    }
}

void mutate(mutation *how, document *one, const document *other)
{
    static const unsigned often[] = {1, 1, 1, 1, 2, 2, 3, 4};
    for (unsigned times = often[next(how, 8)]; times > 0; times--)
        mutate_once(how, one, other);
}
