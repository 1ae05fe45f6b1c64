/* The lean schema tells what the whole one tells: each golden answer is decoded with both, the lean one at several sizes of
 * memory, and what is heard must be the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cases.h"
#include "growing.h"
#include "rill/rill.h"

enum {
    CHOICES = 4,
    CALLS = 4,
    LARGE = 1 << 16
};

/* What is heard of one answer. */
typedef struct heard {
    growing kinds; /* a line for each whole event, bad event and end */
    struct {
        growing content, reasoning, refusal, finish;
        struct {
            growing id, name, arguments;
        } calls[CALLS];
    } choices[CHOICES];
    growing error_message, error_type, error_code;
    int64_t prompt, completion, total;
} heard;

static void add_text(growing *to, const rill_text *text)
{
    if (text->length > 0)
        growing_add(to, text->data, text->length);
}

static void add_number(growing *to, const char *what, long long number)
{
    char line[64];
    growing_add(to, line, (size_t)snprintf(line, sizeof line, "%s %lld\n", what, number));
}

static unsigned place_of(const rill_element *element, unsigned places)
{
    return (uint32_t)element->index % places;
}

/* ---- the item's frame */

static bool is_last(const rill_item *item)
{
    return item->part == RILL_PART_WHOLE || item->part == RILL_PART_LAST;
}

static void hear_frame(heard *to, const rill_item *item)
{
    if (is_last(item))
        add_number(&to->kinds, "kind", item->kind);
    if (item->kind == RILL_ITEM_BAD || item->kind == RILL_ITEM_END)
        add_number(&to->kinds, "status", item->status);
    if (item->kind == RILL_ITEM_END)
        add_number(&to->kinds, "end", item->end);
}

static void hear_usage(heard *to, const rill_header *header, int64_t prompt, int64_t completion, int64_t total)
{
    if (rill_has(header, RILL_USAGE_PROMPT))
        to->prompt = prompt;
    if (rill_has(header, RILL_USAGE_COMPLETION))
        to->completion = completion;
    if (rill_has(header, RILL_USAGE_TOTAL))
        to->total = total;
}

static void hear_error(heard *to, const rill_item *item, const rill_text *message, const rill_text *type,
                       const rill_text *code_text, int64_t code_number)
{
    add_text(&to->error_message, message);
    add_text(&to->error_type, type);
    add_text(&to->error_code, code_text);
    if (is_last(item))
        add_number(&to->error_code, "number", code_number);
}

static void hear_finish(growing *to, const rill_enum *word)
{
    if (word->length == 0)
        return;
    growing_add(to, word->data, word->length);
    if (word->value != RILL_FINISH_OTHER)
        add_number(to, "", word->value);
}

/* ---- with the whole schema */

static void hear_chat(heard *to, const rill_item *item, const void *target)
{
    const rill_chunk *chunk = target;
    hear_frame(to, item);
    if (item->kind == RILL_ITEM_ERROR)
        hear_error(to, item, &chunk->error.message, &chunk->error.type, &chunk->error.code_text, chunk->error.code_number);
    if (!rill_item_is_answer(item))
        return;
    hear_usage(to, &chunk->usage.header, chunk->usage.prompt, chunk->usage.completion, chunk->usage.total);
    for (unsigned i = 0; i < chunk->choice_count; i++) {
        const rill_choice *choice = &chunk->choices[i];
        const rill_message *message = &choice->message;
        unsigned at = place_of(&choice->element, CHOICES);
        add_text(&to->choices[at].content, &message->content);
        add_text(&to->choices[at].reasoning, &message->reasoning);
        add_text(&to->choices[at].refusal, &message->refusal);
        hear_finish(&to->choices[at].finish, &choice->finish_reason);
        for (unsigned j = 0; j < message->tool_call_count; j++) {
            const rill_tool_call *call = &message->tool_calls[j];
            unsigned which = place_of(&call->element, CALLS);
            add_text(&to->choices[at].calls[which].id, &call->id);
            add_text(&to->choices[at].calls[which].name, &call->name);
            add_text(&to->choices[at].calls[which].arguments, &call->arguments);
        }
    }
}

/* ---- with the lean one */

static void hear_lean(heard *to, const rill_item *item, const void *target)
{
    const rill_lean_chunk *chunk = target;
    const rill_lean_choice *choice = &chunk->choice;
    const rill_lean_error *error = &chunk->error;
    hear_frame(to, item);
    if (item->kind == RILL_ITEM_ERROR)
        hear_error(to, item, &error->message, &error->type, &error->code_text, error->code_number);
    if (!rill_item_is_answer(item))
        return;
    hear_usage(to, &chunk->usage.header, chunk->usage.prompt, chunk->usage.completion, chunk->usage.total);
    if (chunk->choice_count == 0)
        return;
    unsigned at = place_of(&choice->element, CHOICES);
    add_text(&to->choices[at].content, &choice->content);
    add_text(&to->choices[at].reasoning, &choice->reasoning);
    add_text(&to->choices[at].refusal, &choice->refusal);
    hear_finish(&to->choices[at].finish, &choice->finish_reason);
    if (choice->call_count == 0)
        return;
    unsigned which = place_of(&choice->call.element, CALLS);
    add_text(&to->choices[at].calls[which].id, &choice->call.id);
    add_text(&to->choices[at].calls[which].name, &choice->call.name);
    add_text(&to->choices[at].calls[which].arguments, &choice->call.arguments);
}

/* ---- decoding */

typedef void hearer(heard *to, const rill_item *item, const void *target);

static char memory[LARGE];
static rill_token tokens[4096];

static heard *decode(const test_case *of, const rill_stream_config *config, hearer *hear)
{
    heard *result = need(NULL, sizeof *result);
    rill_stream stream;
    rill_item item = {0};
    size_t at = 0;
    memset(result, 0, sizeof *result);
    assert_int_equal(rill_stream_begin(&stream, config), RILL_OK);
    while (item.kind != RILL_ITEM_END) {
        if (rill_stream_next(&stream, &item) == RILL_OK) {
            hear(result, &item, config->target);
            continue;
        }
        char *place;
        size_t space = rill_stream_space(&stream, &place), length = space < of->length - at ? space : of->length - at;
        memcpy(place, of->input + at, length);
        at += length;
        if (length > 0)
            rill_stream_got(&stream, length);
        else
            rill_stream_close(&stream, RILL_PORT_CLOSED);
    }
    return result;
}

static void forget(heard *old)
{
    growing *texts[] = {&old->kinds, &old->error_message, &old->error_type, &old->error_code};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        growing_free(texts[i]);
    for (int at = 0; at < CHOICES; at++) {
        growing_free(&old->choices[at].content);
        growing_free(&old->choices[at].reasoning);
        growing_free(&old->choices[at].refusal);
        growing_free(&old->choices[at].finish);
        for (int which = 0; which < CALLS; which++) {
            growing_free(&old->choices[at].calls[which].id);
            growing_free(&old->choices[at].calls[which].name);
            growing_free(&old->choices[at].calls[which].arguments);
        }
    }
    free(old);
}

/* ---- comparing */

static unsigned differences, runs;

static void compare(const char *name, size_t size, const char *what, const growing *whole, const growing *lean)
{
    if (whole->length == lean->length && (whole->length == 0 || memcmp(whole->text, lean->text, whole->length) == 0))
        return;
    differences++;
    printf("%s, %zu bytes: %s\n%s\n-- with the lean schema\n%s\n", name, size, what, whole->length > 0 ? whole->text : "",
           lean->length > 0 ? lean->text : "");
}

static void compare_choices(const char *name, size_t size, const heard *whole, const heard *lean)
{
    for (int at = 0; at < CHOICES; at++) {
        compare(name, size, "content", &whole->choices[at].content, &lean->choices[at].content);
        compare(name, size, "reasoning", &whole->choices[at].reasoning, &lean->choices[at].reasoning);
        compare(name, size, "refusal", &whole->choices[at].refusal, &lean->choices[at].refusal);
        compare(name, size, "finish", &whole->choices[at].finish, &lean->choices[at].finish);
        for (int which = 0; which < CALLS; which++) {
            compare(name, size, "id", &whole->choices[at].calls[which].id, &lean->choices[at].calls[which].id);
            compare(name, size, "name", &whole->choices[at].calls[which].name, &lean->choices[at].calls[which].name);
            compare(name, size, "arguments", &whole->choices[at].calls[which].arguments,
                    &lean->choices[at].calls[which].arguments);
        }
    }
}

/* What is handed out of an event before it breaks, or before its index comes, depends on buffer and arrays (docs/design.md,
 * known limits). */
static bool depends_on_memory(const char *name)
{
    return strcmp(name, "a long broken event, then a good one") == 0 ||
           strcmp(name, "the index stands last, behind long arguments") == 0;
}

static void compare_case(const test_case *of)
{
    static const struct {
        size_t size, tokens;
    } sizes[] = {{256, 24}, {257, 25}, {288, 24}, {300, 30}, {512, 48}, {LARGE, 4096}};
    static rill_chunk chunk;
    static rill_lean_chunk small;
    rill_body body = strstr(of->options, "body http") ? RILL_BODY_HTTP
                     : strstr(of->options, "body json") ? RILL_BODY_JSON
                                                        : RILL_BODY_AUTO;
    const rill_stream_config all = {memory, sizeof memory, tokens, 4096, &rill_chat_schema, &chunk, body, NULL};
    heard *whole = decode(of, &all, hear_chat);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const size_t size = sizes[i].size;
        const rill_stream_config some = {memory, size, tokens, sizes[i].tokens, &rill_lean_schema, &small, body, NULL};
        heard *lean = decode(of, &some, hear_lean);
        compare(of->name, size, "kinds and ends", &whole->kinds, &lean->kinds);
        compare(of->name, size, "error message", &whole->error_message, &lean->error_message);
        compare(of->name, size, "error type", &whole->error_type, &lean->error_type);
        compare(of->name, size, "error code", &whole->error_code, &lean->error_code);
        compare_choices(of->name, size, whole, lean);
        if (whole->prompt != lean->prompt || whole->completion != lean->completion || whole->total != lean->total) {
            differences++;
            printf("%s, %zu bytes: usage\n", of->name, size);
        }
        forget(lean);
        runs++;
    }
    forget(whole);
}

static void golden_answers_are_heard_alike(void **state)
{
    static const char *const names[] = {"bad",   "ends",  "errors", "http",    "logprobs", "quirks",
                                        "reasoning", "seeds", "tools",  "unicode", "usage"};
    char path[64];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "test/golden/answers/%s.txt", names[i]);
        test_cases cases = test_cases_read(path);
        for (size_t at = 0; at < cases.count; at++)
            if (!depends_on_memory(cases.cases[at].name))
                compare_case(&cases.cases[at]);
        test_cases_free(&cases);
    }
    assert_int_equal(differences, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_answers_are_heard_alike),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    printf("lean: %u runs\n", runs);
    return failed;
}
