/* Functions of the C library that the analyzer knows by their contract alone, which says little of the result. */
#include <string.h>

int memcmp(const void *one, const void *other, size_t length)
{
    const unsigned char *a = one, *b = other;
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

void *memchr(const void *bytes, int wanted, size_t length)
{
    const unsigned char *at = bytes;
    for (; length > 0; at++, length--)
        if (*at == (unsigned char)wanted)
            return (void *)at;
    return NULL;
}
