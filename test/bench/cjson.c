/* cJSON: a tree. */
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <string.h>

#include "contestant.h"

typedef const cJSON *node;
#define NONE NULL

static node member(node object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static bool is_list(node value)
{
    return cJSON_IsArray(value);
}

static bool is_object(node value)
{
    return cJSON_IsObject(value);
}

static size_t size_of(node list)
{
    return (size_t)cJSON_GetArraySize(list);
}

static node element(node list, size_t at)
{
    return cJSON_GetArrayItem(list, (int)at);
}

static const char *text_of(node value, size_t *length)
{
    const char *text = cJSON_GetStringValue(value);
    *length = text != NULL ? strlen(text) : 0;
    return text;
}

static int64_t integer_of(node value)
{
    return cJSON_IsNumber(value) ? (int64_t)value->valuedouble : 0;
}

#include "walk.h"

void bench_event(char *data, size_t length)
{
    cJSON *root = cJSON_ParseWithLengthOpts(data, length + 1, NULL, true);
    walk_event(root);
    cJSON_Delete(root);
}
