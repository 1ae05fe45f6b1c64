/* Runs of bytes looked at a word at a time, where a core reads one from any address, and where code is not to be small. */
#ifndef RILL_WORDS_H
#define RILL_WORDS_H

#include <stddef.h>
#include <string.h>

#if !defined(__OPTIMIZE_SIZE__) && defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && \
    (defined(__x86_64__) || defined(__i386__) || defined(__ARM_FEATURE_UNALIGNED))
#define RILL_WORDS

typedef unsigned long rill_word;

static inline rill_word rill_word_at(const char *at)
{
    rill_word bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/* So many times the same byte. */
static inline rill_word rill_word_of(unsigned char byte)
{
    return ~(rill_word)0 / 255 * byte;
}

/* The place of the first byte whose top bit is set; there is one. */
static inline size_t rill_word_first(rill_word tops)
{
    return (size_t)__builtin_ctzl(tops) >> 3;
}
#endif

#endif
