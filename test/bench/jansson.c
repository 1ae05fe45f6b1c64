/* Jansson: a tree with hash tables. */
#include <jansson.h>
#include <stdbool.h>

#include "contestant.h"

typedef json_t *node;
#define NONE NULL

static node member(node object, const char *name)
{
    return json_object_get(object, name);
}

static bool is_list(node value)
{
    return json_is_array(value);
}

static bool is_object(node value)
{
    return json_is_object(value);
}

static size_t size_of(node list)
{
    return json_array_size(list);
}

static node element(node list, size_t at)
{
    return json_array_get(list, at);
}

static const char *text_of(node value, size_t *length)
{
    *length = json_string_length(value);
    return json_string_value(value);
}

static int64_t integer_of(node value)
{
    return json_is_integer(value) ? json_integer_value(value) : (int64_t)json_number_value(value);
}

#include "walk.h"

void bench_event(char *data, size_t length)
{
    json_t *root = json_loadb(data, length, JSON_ALLOW_NUL, NULL);
    walk_event(root);
    json_decref(root);
}
