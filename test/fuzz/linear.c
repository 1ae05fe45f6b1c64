#include "linear.h"

#include <stdlib.h>
#include <string.h>

#include "flow.h"

#define HEAD "HTTP/1.1 200 OK\r\n"
#define CHUNKED HEAD "Transfer-Encoding: chunked\r\n\r\n"

static const struct {
    const char *what, *before, *again, *behind;
} kinds[] = {
    {"a long text", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"", "a", "\"}}]}\n\n"},
    {"a long text of escapes", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"", "\\u00e9", "\"}}]}\n\n"},
    {"a long text over lines", "data: {\"choices\":[\n", "data:\n", "data: ]}\n\n"},
    {"a long string that is passed over", "data: {\"x\":\"", "a", "\"}\n\n"},
    {"a long number", "data: {\"created\":", "1", "}\n\n"},
    {"blanks", "data: {\"x\":", " ", "1}\n\n"},
    {"an array that is passed over", "data: {\"x\":[", "1,", "1]}\n\n"},
    {"members that are passed over", "data: {", "\"idx\":1,", "\"x\":1}\n\n"},
    {"choices", "data: {\"choices\":[", "{\"index\":1,\"delta\":{\"content\":\"a\"}},", "{}]}\n\n"},
    {"choices without anything", "data: {\"choices\":[", "{},", "{}]}\n\n"},
    {"events", "", "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", ""},
    {"empty events", "", "data: {}\n\n", ""},
    {"empty lines", "", "\n", ""},
    {"a comment", ":", "c", "\n"},
    {"an unknown field", "x: ", "y", "\n"},
    {"an id", "id: ", "1", "\n"},
    {"a type", "event: ", "e", "\n\n"},
    {"an error line", "error: ", "e", "\n\n"},
    {"an error", "event: error\ndata: ", "e", "\n\n"},
    {"a JSON body", "{\"choices\":[{\"message\":{\"content\":\"", "a", "\"}}]}"},
    {"members that are passed over in a JSON body", "{", "\"idx\":1,", "\"x\":1}"},
    {"a number in a JSON body", "{\"created\":", "1", "}"},
    {"a number that is passed over in a JSON body", "{\"x\":", "1", "}"},
    {"a field of a head", HEAD "X: ", "h", "\r\n\r\n"},
    {"fields of a head", HEAD, "A: b\r\n", "\r\n"},
    {"chunks of a byte", CHUNKED, "1\r\n:\r\n", "0\r\n\r\n"},
    {"an extension of a chunk", CHUNKED "1;x=", "y", "\r\n:\r\n0\r\n\r\n"},
    {"a chunk", CHUNKED "FFFFFF\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"", "a", "\"}}]}\n\n"},
};

static double steps_of_byte(size_t kind, size_t times, const flow *how)
{
    growing text = {NULL, 0, 0};
    growing_add(&text, kinds[kind].before, strlen(kinds[kind].before));
    for (size_t i = 0; i < times; i++)
        growing_add(&text, kinds[kind].again, strlen(kinds[kind].again));
    growing_add(&text, kinds[kind].behind, strlen(kinds[kind].behind));
    uint64_t before = fuzz_steps;
    flow_run(how, text.text, text.length, NULL);
    double steps = (double)(fuzz_steps - before) / (double)text.length;
    growing_free(&text);
    return steps;
}

void linear_check(void)
{
    static const flow_feed feeds[] = {FLOW_SPACE, FLOW_GIVE};
    static const size_t sizes[] = {RILL_BUFFER_MIN, 1 << 16};
    flow_schema schema = flow_schema_of(0);
    for (unsigned way = 0; way < 16; way++) {
        flow how = {.schema = schema.schema, .target = schema.target, .size = sizes[way >> 3], .tokens = 48,
                    .body = RILL_BODY_AUTO, .feed = feeds[way & 1], .cuts = fuzz_cuts_of((way & 2) != 0 ? 4 : 0, 0),
                    .closing = RILL_PORT_CLOSED, .reuse = (way & 4) != 0 ? 1024 : 0};
        for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
            size_t length = strlen(kinds[kind].again);
            double few = steps_of_byte(kind, 4000 / length, &how), many = steps_of_byte(kind, 64000 / length, &how);
            fuzz_must(many <= 1.1 * few + 1, "%s, %s, pieces %s, %s reuse, %zu bytes of buffer: %.1f steps a byte of 4 KB, %.1f of 64 KB",
                      kinds[kind].what, (way & 1) != 0 ? "given" : "in the buffer", (way & 2) != 0 ? "of 13" : "whole",
                      (way & 4) != 0 ? "with" : "without", how.size, few, many);
        }
    }
}
