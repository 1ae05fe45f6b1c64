/* yajl: calls out each value. Texts that it unescapes live in its own buffer for the time of the call, so they are copied. */
#include <stdlib.h>
#include <yajl/yajl_parse.h>

#include "contestant.h"
#include "sax.h"

static sax at;
static const char *event_begin, *event_end;
static char unescaped[4 * 1024 * 1024];
static size_t unescaped_length;

/* In place of its own numbers: those that 64 bits do not hold end its parsing. */
static int on_number(void *context, const char *digits, size_t length)
{
    (void)context;
    (void)length;
    if (at.number_field != NULL)
        sax_integer(&at, strtoll(digits, NULL, 10));
    return 1;
}

static int on_string(void *context, const unsigned char *bytes, size_t length)
{
    (void)context;
    const char *data = (const char *)bytes;
    if (at.text_field != NULL && (data < event_begin || data >= event_end)) {
        if (length > sizeof unescaped - unescaped_length)
            return 0;
        data = memcpy(unescaped + unescaped_length, data, length);
        unescaped_length += length;
    }
    sax_string(&at, data, length);
    return 1;
}

static int on_key(void *context, const unsigned char *name, size_t length)
{
    (void)context;
    sax_key(&at, (const char *)name, length);
    return 1;
}

static int on_object(void *context)
{
    (void)context;
    sax_object(&at);
    return 1;
}

static int on_array(void *context)
{
    (void)context;
    sax_array(&at);
    return 1;
}

static int on_close(void *context)
{
    (void)context;
    sax_close(&at);
    return 1;
}

void bench_event(char *data, size_t length)
{
    static const yajl_callbacks callbacks = {
        .yajl_number = on_number,       .yajl_string = on_string, .yajl_map_key = on_key,     .yajl_start_map = on_object,
        .yajl_start_array = on_array, .yajl_end_map = on_close, .yajl_end_array = on_close,
    };
    yajl_handle handle = yajl_alloc(&callbacks, NULL, NULL);
    event_begin = data;
    event_end = data + length;
    unescaped_length = 0;
    sax_begin(&at);
    if (yajl_parse(handle, (const unsigned char *)data, length) == yajl_status_ok &&
        yajl_complete_parse(handle) == yajl_status_ok)
        answer_take(&at.event);
    yajl_free(handle);
}
