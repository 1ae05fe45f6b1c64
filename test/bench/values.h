/* values: what every contestant takes out of a stream.
 *
 * Of each event that has choices, in this order: id, model, created, the number of choices; of each choice index, delta.role,
 * delta.content, finish_reason, the number of tool calls; of each of these index, id, function.name, function.arguments; then
 * 1 when usage is there and not null, else 0, and when it is there prompt_tokens, completion_tokens, total_tokens,
 * prompt_tokens_details.cached_tokens and completion_tokens_details.reasoning_tokens. A text that is absent, null or no string
 * counts as null, an integer that is absent or no number as 0.
 *
 * Each contestant is built twice. With BENCH_CHECK all values are folded into one checksum (FNV-1a 64; a text as its length,
 * 32 bits, and its bytes, null as ff ff ff ff; an integer as 64 bits), which must be the one that is known. Without, they
 * are only added up, which hardly counts; these sums must be those of the other build. */
#ifndef VALUES_H
#define VALUES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct values {
    uint64_t checksum;   /* with BENCH_CHECK */
    uint32_t events;     /* those with choices */
    uint32_t text_bytes; /* modulo 2^32 */
    uint32_t integers;   /* modulo 2^32 */
} values;

extern values taken;

#define VALUES_NONE {0xcbf29ce484222325u, 0, 0, 0}

#ifdef BENCH_CHECK
static inline void fold_bytes(const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        taken.checksum = (taken.checksum ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
}

static inline void fold_number(uint64_t number, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        const unsigned char byte = (unsigned char)(number >> 8 * i);
        fold_bytes(&byte, 1);
    }
}
#endif

static inline void take_integer(int64_t value)
{
#ifdef BENCH_CHECK
    fold_number((uint64_t)value, 8);
#endif
    taken.integers += (uint32_t)value;
}

/* `text` NULL: null. */
static inline void take_text(const char *text, size_t length)
{
#ifdef BENCH_CHECK
    fold_number(text != NULL ? length : 0xffffffffu, 4);
    if (text != NULL)
        fold_bytes(text, length);
#endif
    if (text != NULL)
        taken.text_bytes += (uint32_t)length;
}

#ifdef __cplusplus
}
#endif

#endif
