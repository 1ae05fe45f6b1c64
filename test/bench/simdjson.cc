// simdjson, on demand: values are parsed where they are asked for, in the order of the text. Names are compared as they are
// written, which misses one that is written with escapes.
#include <simdjson.h>

#include "answer.h"
#include "contestant.h"

using namespace simdjson;

static answer event;

static text text_of(ondemand::value value)
{
    std::string_view view;
    if (value.get_string().get(view) != SUCCESS)
        return {nullptr, 0};
    return {view.data(), view.size()};
}

static int64_t integer_of(ondemand::value value)
{
    int64_t number;
    if (value.get_int64().get(number) == SUCCESS)
        return number;
    double real;
    return value.get_double().get(real) == SUCCESS ? (int64_t)real : 0;
}

// Each member of the object, if it is one.
template <typename use> static void each_member(ondemand::value value, use &&take)
{
    ondemand::object object;
    if (value.get_object().get(object) != SUCCESS)
        return;
    for (auto field : object)
        take(field.key(), field.value());
}

static void call_of(ondemand::value value, answer_choice *choice)
{
    answer_call *call = answer_add_call(choice);
    each_member(value, [&](ondemand::raw_json_string name, ondemand::value member) {
        if (name == "index")
            call->index = integer_of(member);
        else if (name == "id")
            call->id = text_of(member);
        else if (name == "function")
            each_member(member, [&](ondemand::raw_json_string inner, ondemand::value of) {
                if (inner == "name")
                    call->name = text_of(of);
                else if (inner == "arguments")
                    call->arguments = text_of(of);
            });
    });
}

static void delta_of(ondemand::value value, answer_choice *choice)
{
    each_member(value, [&](ondemand::raw_json_string name, ondemand::value member) {
        ondemand::array calls;
        if (name == "role")
            choice->role = text_of(member);
        else if (name == "content")
            choice->content = text_of(member);
        else if (name == "tool_calls" && member.get_array().get(calls) == SUCCESS)
            for (auto call : calls)
                call_of(call.value(), choice);
    });
}

static void choice_of(ondemand::value value)
{
    answer_choice *choice = answer_add_choice(&event);
    each_member(value, [&](ondemand::raw_json_string name, ondemand::value member) {
        if (name == "index")
            choice->index = integer_of(member);
        else if (name == "delta")
            delta_of(member, choice);
        else if (name == "finish_reason")
            choice->finish_reason = text_of(member);
    });
}

static void detail_of(ondemand::value value, const char *wanted, size_t number)
{
    each_member(value, [&](ondemand::raw_json_string name, ondemand::value member) {
        if (name == wanted)
            event.usage[number] = integer_of(member);
    });
}

static void usage_of(ondemand::value value)
{
    if (value.type() != ondemand::json_type::object)
        return;
    answer_clear_usage(&event);
    each_member(value, [&](ondemand::raw_json_string name, ondemand::value member) {
        if (name == "prompt_tokens")
            event.usage[PROMPT_TOKENS] = integer_of(member);
        else if (name == "completion_tokens")
            event.usage[COMPLETION_TOKENS] = integer_of(member);
        else if (name == "total_tokens")
            event.usage[TOTAL_TOKENS] = integer_of(member);
        else if (name == "prompt_tokens_details")
            detail_of(member, "cached_tokens", CACHED_TOKENS);
        else if (name == "completion_tokens_details")
            detail_of(member, "reasoning_tokens", REASONING_TOKENS);
    });
}

static void event_of(ondemand::document &document)
{
    ondemand::object root;
    if (document.get_object().get(root) != SUCCESS)
        return;
    for (auto field : root) {
        ondemand::raw_json_string name = field.key();
        ondemand::value member = field.value();
        ondemand::array choices;
        if (name == "id") {
            event.id = text_of(member);
        } else if (name == "model") {
            event.model = text_of(member);
        } else if (name == "created") {
            event.created = integer_of(member);
        } else if (name == "choices" && member.get_array().get(choices) == SUCCESS) {
            event.has_choices = true;
            for (auto choice : choices)
                choice_of(choice.value());
        } else if (name == "usage") {
            usage_of(member);
        }
    }
}

void bench_event(char *data, size_t length)
{
    static ondemand::parser parser;
    ondemand::document document;
    answer_clear(&event);
    try {
        if (parser.iterate(data, length, length + EVENT_PADDING).get(document) != SUCCESS)
            return;
        event_of(document);
    } catch (const simdjson_error &) {
        return;
    }
    answer_take(&event);
}
