/* walk: takes the values out of a parser's tree. The file that includes this defines before
 *
 *     node                      the type of a value of the tree; NONE: none
 *     node member(node object, const char *name)            NONE: absent, or it is no object
 *     bool is_list(node), bool is_object(node)
 *     size_t size_of(node list), node element(node list, size_t at)
 *     const char *text_of(node, size_t *length)             NULL: it is no string
 *     int64_t integer_of(node)                              0: it is no number
 *
 * All but text_of, size_of and element take NONE. */
#ifndef WALK_H
#define WALK_H

static void walk_text(node object, const char *name)
{
    node value = member(object, name);
    size_t length = 0;
    const char *text = value == NONE ? NULL : text_of(value, &length);
    take_text(text, length);
}

static void walk_integer(node object, const char *name)
{
    take_integer(integer_of(member(object, name)));
}

static void walk_call(node call)
{
    node function = member(call, "function");
    walk_integer(call, "index");
    walk_text(call, "id");
    walk_text(function, "name");
    walk_text(function, "arguments");
}

static void walk_choice(node choice)
{
    node delta = member(choice, "delta");
    walk_integer(choice, "index");
    walk_text(delta, "role");
    walk_text(delta, "content");
    walk_text(choice, "finish_reason");
    node calls = member(delta, "tool_calls");
    size_t count = is_list(calls) ? size_of(calls) : 0;
    take_integer((int64_t)count);
    for (size_t i = 0; i < count; i++)
        walk_call(element(calls, i));
}

static void walk_usage(node usage)
{
    take_integer(is_object(usage));
    if (!is_object(usage))
        return;
    walk_integer(usage, "prompt_tokens");
    walk_integer(usage, "completion_tokens");
    walk_integer(usage, "total_tokens");
    walk_integer(member(usage, "prompt_tokens_details"), "cached_tokens");
    walk_integer(member(usage, "completion_tokens_details"), "reasoning_tokens");
}

static void walk_event(node root)
{
    node choices = member(root, "choices");
    if (!is_list(choices))
        return;
    taken.events++;
    walk_text(root, "id");
    walk_text(root, "model");
    walk_integer(root, "created");
    size_t count = size_of(choices);
    take_integer((int64_t)count);
    for (size_t i = 0; i < count; i++)
        walk_choice(element(choices, i));
    walk_usage(member(root, "usage"));
}

#endif
