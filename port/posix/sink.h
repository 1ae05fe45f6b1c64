/* A sink: where text goes piece by piece: a file, a log, a hash. Needs nothing of the system. */
#ifndef SINK_H
#define SINK_H

#include <stddef.h>
#include <stdint.h>

typedef struct sink {
    void (*write)(void *context, const char *bytes, size_t length);
    void *context;
} sink;

void sink_bytes(sink to, const char *bytes, size_t length);
void sink_text(sink to, const char *text);
void sink_char(sink to, char character);
void sink_unsigned(sink to, uint64_t value);
void sink_integer(sink to, int64_t value);

#endif
