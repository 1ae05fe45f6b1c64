// nlohmann::json: a tree of C++ containers.
#include <nlohmann/json.hpp>

#include "contestant.h"

using nlohmann::json;
typedef const json *node;
#define NONE nullptr

static node member(node object, const char *name)
{
    if (object == nullptr || !object->is_object())
        return nullptr;
    auto found = object->find(name);
    return found != object->end() ? &*found : nullptr;
}

static bool is_list(node value)
{
    return value != nullptr && value->is_array();
}

static bool is_object(node value)
{
    return value != nullptr && value->is_object();
}

static size_t size_of(node list)
{
    return list->size();
}

static node element(node list, size_t at)
{
    return &(*list)[at];
}

static const char *text_of(node value, size_t *length)
{
    const std::string *text = value->get_ptr<const std::string *>();
    if (text == nullptr)
        return nullptr;
    *length = text->size();
    return text->data();
}

static int64_t integer_of(node value)
{
    return value != nullptr && value->is_number() ? value->get<int64_t>() : 0;
}

#include "walk.h"

void bench_event(char *data, size_t length)
{
    json root = json::parse(data, data + length, nullptr, false);
    if (!root.is_discarded())
        walk_event(&root);
}
