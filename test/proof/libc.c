/* Functions of the C library, as EVA is to read them. memchr and memcmp: the analyzer's own say little of the result. memcpy and
 * memmove of 0 bytes: the analyzer's contract asks for a byte at the place even then, and what comes behind a call that breaks
 * it would not be looked at. C99 7.21.1 and 7.1.4 ask for a valid pointer, which one past the end of an array is. */
#include "eva.h"
#undef memcpy
#undef memmove

void *proof_memchr(const void *bytes, int wanted, size_t length)
{
    const unsigned char *at = bytes;
    for (; length > 0; at++, length--)
        if (*at == (unsigned char)wanted)
            return (void *)at;
    return NULL;
}

int proof_memcmp(const void *one, const void *other, size_t length)
{
    const unsigned char *a = one, *b = other;
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

/* One past the end may be pointed to, further may not. */
static void check(const void *place)
{
    //@ assert \object_pointer((char *)place);
    (void)place;
}

void *proof_memcpy(void *to, const void *from, size_t length)
{
    check(to);
    check(from);
    return length == 0 ? to : memcpy(to, from, length);
}

void *proof_memmove(void *to, const void *from, size_t length)
{
    check(to);
    check(from);
    return length == 0 ? to : memmove(to, from, length);
}
