/* json-c: a tree of counted objects, with a tokener that is kept. */
#include <json-c/json.h>
#include <stdbool.h>

#include "contestant.h"

typedef struct json_object *node;
#define NONE NULL

static node member(node object, const char *name)
{
    node value = NULL;
    json_object_object_get_ex(object, name, &value);
    return value;
}

static bool is_list(node value)
{
    return json_object_is_type(value, json_type_array);
}

static bool is_object(node value)
{
    return json_object_is_type(value, json_type_object);
}

static size_t size_of(node list)
{
    return json_object_array_length(list);
}

static node element(node list, size_t at)
{
    return json_object_array_get_idx(list, at);
}

static const char *text_of(node value, size_t *length)
{
    if (!json_object_is_type(value, json_type_string))
        return NULL;
    *length = (size_t)json_object_get_string_len(value);
    return json_object_get_string(value);
}

static int64_t integer_of(node value)
{
    bool number = json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double);
    return number ? json_object_get_int64(value) : 0;
}

#include "walk.h"

void bench_event(char *data, size_t length)
{
    static struct json_tokener *tokener;
    if (tokener == NULL)
        tokener = json_tokener_new_ex(64);
    json_tokener_reset(tokener);
    node root = json_tokener_parse_ex(tokener, data, (int)length);
    if (json_tokener_get_parse_end(tokener) == length) /* nothing stands behind it */
        walk_event(root);
    json_object_put(root);
}
