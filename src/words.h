/* Runs of bytes looked at many at a time: by vectors where the compiler has them, by words where a core reads one from any
 * address. RILL_RUNS says that code is to be fast; without it, as at -Os, it is small. */
#ifndef RILL_WORDS_H
#define RILL_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(__OPTIMIZE_SIZE__) && !defined(RILL_NO_RUNS) && defined(__GNUC__)
#define RILL_RUNS
#endif

#if defined(RILL_RUNS) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#if defined(__SSE2__) || defined(__aarch64__)
#define RILL_VECTORS
#endif
#if defined(__x86_64__) || defined(__i386__) || defined(__aarch64__) || defined(__ARM_FEATURE_UNALIGNED)
#define RILL_WORDS
#endif
#endif

/* A plain byte stands for itself in a string: ASCII, no control character, no quote, no backslash. */
static inline bool rill_is_plain(char byte)
{
    return (uint8_t)((uint8_t)byte - 0x20) < 0x60 && byte != '"' && byte != '\\';
}

static inline bool rill_is_low(char byte)
{
    return (uint8_t)byte <= '\r';
}

#ifdef RILL_WORDS
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

/* The top bit of each byte that is not plain; of bytes behind the first one it may be wrong. By an exclusive or with 2 the
 * quote stands next to the control characters. */
static inline rill_word rill_word_odd(rill_word bytes)
{
    rill_word controls = (bytes ^ rill_word_of(2)) - rill_word_of(('"' ^ 2) + 1);
    rill_word backslashes = (bytes ^ rill_word_of('\\')) - rill_word_of(1);
    return (controls | backslashes | bytes) & rill_word_of(0x80);
}

/* The same of bytes that are no digits. */
static inline rill_word rill_word_no_digit(rill_word bytes)
{
    rill_word digits = bytes ^ rill_word_of('0');
    return ((digits + rill_word_of(0x80 - 10)) | digits) & rill_word_of(0x80);
}

/* The same of bytes as low as the line ends. */
static inline rill_word rill_word_low(rill_word bytes)
{
    return (bytes - rill_word_of('\r' + 1)) & ~bytes & rill_word_of(0x80);
}
#endif

#ifdef RILL_VECTORS
enum { RILL_BLOCK = 16 };

#ifdef __SSE2__
#include <emmintrin.h>

typedef __m128i rill_block;
typedef unsigned rill_marks; /* a bit for each byte */

static inline rill_block rill_block_at(const char *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static inline void rill_block_put(char *to, rill_block block)
{
    _mm_storeu_si128((__m128i *)(void *)to, block);
}

/* As rill_word_odd(), signed: bytes from 0x80 on are below the control characters. */
static inline rill_marks rill_block_odd(rill_block block)
{
    __m128i controls = _mm_subs_epi8(_mm_xor_si128(block, _mm_set1_epi8(2)), _mm_set1_epi8(('"' ^ 2) + 1));
    return (rill_marks)_mm_movemask_epi8(_mm_or_si128(controls, _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'))));
}

static inline rill_block rill_block_least(rill_block one, rill_block other)
{
    return _mm_min_epu8(one, other);
}

static inline rill_marks rill_block_low(rill_block block)
{
    return (rill_marks)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8('\r')), block));
}

static inline size_t rill_marks_first(rill_marks marks)
{
    return (size_t)__builtin_ctz(marks);
}
#else
#include <arm_neon.h>

typedef uint8x16_t rill_block;
typedef uint64_t rill_marks; /* four bits for each byte */

static inline rill_block rill_block_at(const char *at)
{
    return vld1q_u8((const uint8_t *)at);
}

static inline void rill_block_put(char *to, rill_block block)
{
    vst1q_u8((uint8_t *)to, block);
}

static inline rill_marks rill_marks_of(uint8x16_t bytes)
{
    return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(bytes), 4)), 0);
}

static inline rill_marks rill_block_odd(rill_block block)
{
    int8x16_t swapped = vreinterpretq_s8_u8(veorq_u8(block, vdupq_n_u8(2)));
    uint8x16_t controls = vcltq_s8(swapped, vdupq_n_s8(('"' ^ 2) + 1));
    return rill_marks_of(vorrq_u8(controls, vceqq_u8(block, vdupq_n_u8('\\'))));
}

static inline rill_block rill_block_least(rill_block one, rill_block other)
{
    return vminq_u8(one, other);
}

static inline rill_marks rill_block_low(rill_block block)
{
    return rill_marks_of(vcleq_u8(block, vdupq_n_u8('\r')));
}

static inline size_t rill_marks_first(rill_marks marks)
{
    return (size_t)__builtin_ctzll(marks) >> 2;
}
#endif
#endif

/* Bytes that may be read, and a place among them or at their end; docs/proof.md. */
/*@ predicate rill_within(char *place, char *at, char *end) =
      \base_addr(place) == \base_addr(at) && at <= place <= end;
    predicate rill_run(char *at, char *end) = rill_within(end, at, end) && \valid_read(at + (0 .. end - at - 1));
*/

/* The first byte that is no digit, or the end. */
/*@ requires rill_run(at, end);
    assigns \result \from at;
    ensures rill_within(\result, at, end);
*/
static inline const char *rill_digits_end(const char *at, const char *end)
{
#ifdef RILL_WORDS
    for (; (size_t)(end - at) >= sizeof(rill_word); at += sizeof(rill_word)) {
        rill_word other = rill_word_no_digit(rill_word_at(at));
        if (other != 0)
            return at + rill_word_first(other);
    }
#endif
    /*@ loop invariant rill_within(at, \at(at, Pre), end);
        loop assigns at;
        loop variant end - at;
    */
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* The first byte that is not plain, or the end. */
/*@ requires rill_run(at, end);
    assigns \result \from at;
    ensures rill_within(\result, at, end);
*/
static inline const char *rill_plain_end(const char *at, const char *end)
{
#ifdef RILL_VECTORS
    for (; end - at >= RILL_BLOCK; at += RILL_BLOCK) {
        rill_marks odd = rill_block_odd(rill_block_at(at));
        if (odd != 0)
            return at + rill_marks_first(odd);
    }
#endif
#ifdef RILL_WORDS
    for (; (size_t)(end - at) >= sizeof(rill_word); at += sizeof(rill_word)) {
        rill_word odd = rill_word_odd(rill_word_at(at));
        if (odd != 0)
            return at + rill_word_first(odd);
    }
#endif
    /*@ loop invariant rill_within(at, \at(at, Pre), end);
        loop assigns at;
        loop variant end - at;
    */
    while (at < end && rill_is_plain(*at))
        at++;
    return at;
}

/* Copies up to there, and gives both ends. Behind `*to` there is room for RILL_COPY bytes beyond what is copied, also when
 * the run lies not far behind it. */
enum { RILL_COPY = 16 };
/*@ requires rill_run(at, end) && \valid(to) && \valid(*to + (0 .. end - at - 1));
    assigns *to, (*to)[0 .. end - at - 1];
    ensures rill_within(\result, at, end) && *to == \old(*to) + (\result - at);
*/
static inline const char *rill_plain_copy(char **to, const char *at, const char *end)
{
    char *copy = *to;
#ifdef RILL_VECTORS
    for (; end - at >= RILL_BLOCK; at += RILL_BLOCK, copy += RILL_BLOCK) {
        rill_block block = rill_block_at(at);
        rill_marks odd = rill_block_odd(block);
        rill_block_put(copy, block);
        if (odd != 0) {
            *to = copy + rill_marks_first(odd);
            return at + rill_marks_first(odd);
        }
    }
#endif
#ifdef RILL_WORDS
    for (; (size_t)(end - at) >= sizeof(rill_word); at += sizeof(rill_word), copy += sizeof(rill_word)) {
        rill_word bytes = rill_word_at(at), odd = rill_word_odd(bytes);
        memcpy(copy, &bytes, sizeof bytes);
        if (odd != 0) {
            *to = copy + rill_word_first(odd);
            return at + rill_word_first(odd);
        }
    }
#endif
    /*@ loop invariant rill_within(at, \at(at, Pre), end);
        loop invariant copy == \at(*to, Pre) + (at - \at(at, Pre));
        loop assigns at, copy, (\at(*to, Pre))[0 .. end - \at(at, Pre) - 1];
        loop variant end - at;
    */
    while (at < end && rill_is_plain(*at))
        *copy++ = *at++;
    *to = copy;
    return at;
}

/* The next byte as low as the line ends: few are. */
/*@ requires rill_run(at, end);
    assigns \result \from at;
    ensures rill_within(\result, at, end);
*/
static inline const char *rill_low_byte(const char *at, const char *end)
{
#ifdef RILL_VECTORS
    for (; end - at >= 4 * RILL_BLOCK; at += 4 * RILL_BLOCK) {
        rill_block first = rill_block_least(rill_block_at(at), rill_block_at(at + RILL_BLOCK));
        rill_block last = rill_block_least(rill_block_at(at + 2 * RILL_BLOCK), rill_block_at(at + 3 * RILL_BLOCK));
        if (rill_block_low(rill_block_least(first, last)) != 0)
            break;
    }
    for (; end - at >= RILL_BLOCK; at += RILL_BLOCK) {
        rill_marks low = rill_block_low(rill_block_at(at));
        if (low != 0)
            return at + rill_marks_first(low);
    }
#endif
#ifdef RILL_WORDS
    for (; (size_t)(end - at) >= sizeof(rill_word); at += sizeof(rill_word)) {
        rill_word low = rill_word_low(rill_word_at(at));
        if (low != 0)
            return at + rill_word_first(low);
    }
#endif
    /*@ loop invariant rill_within(at, \at(at, Pre), end);
        loop assigns at;
        loop variant end - at;
    */
    while (at < end && !rill_is_low(*at))
        at++;
    return at;
}

/* Whether bytes of one length are the same. */
/*@ requires \valid_read(one + (0 .. length - 1)) && \valid_read(other + (0 .. length - 1));
    assigns \nothing;
*/
static inline bool rill_same(const char *one, const char *other, size_t length)
{
#ifdef RILL_WORDS
    uint32_t ends[4];
    if (length >= sizeof(rill_word)) {
        size_t last = length - sizeof(rill_word);
        for (size_t at = 0; at < last; at += sizeof(rill_word))
            if (rill_word_at(one + at) != rill_word_at(other + at))
                return false;
        return rill_word_at(one + last) == rill_word_at(other + last);
    }
    if (length >= sizeof ends[0]) {
        memcpy(&ends[0], one, sizeof ends[0]);
        memcpy(&ends[1], other, sizeof ends[0]);
        memcpy(&ends[2], one + length - sizeof ends[0], sizeof ends[0]);
        memcpy(&ends[3], other + length - sizeof ends[0], sizeof ends[0]);
        return ends[0] == ends[1] && ends[2] == ends[3];
    }
#endif
    size_t at = 0;
    while (at < length && one[at] == other[at])
        at++;
    return at == length;
}

#endif
