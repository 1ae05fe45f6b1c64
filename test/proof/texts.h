/* Beginnings of JSON texts, one for each place that the sieve can be in. */
#ifndef TEXTS_H
#define TEXTS_H

#include "window.h"

static const char *const texts[] = {
    "",
    "{",
    "{\"",
    "{\"choices\"",
    "{\"choices\":",
    "{\"choices\":[",
    "{\"choices\":[{\"delta\":{\"content\":",
    "{\"choices\":[{\"delta\":{\"content\":\"",
    "{\"choices\":[{\"delta\":{\"content\":\"a\\",
    "{\"choices\":[{\"delta\":{\"content\":\"\\ud83d\\ude0",
    "{\"choices\":[{\"delta\":{\"content\":\"\\ud83d",
    "{\"choices\":[{\"delta\":{\"content\":\"\xf0\x9f\x98",
    "{\"choices\":[{\"index\":1",
    "{\"choices\":[{\"index\":-1.5e",
    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":{\"a\":",
    "{\"usage\":{\"total_tokens\":12",
    "{\"object\":\"chat.completion.chunk",
    "{\"x\":[[{\"y\":\"z",
    "{\"x\":tru",
    "{\"error\":{\"message\":\"a",
    "{\"choices\":[1,2,{\"delta\":{\"content\":\"a\"}},",
    "[{\"error\":{\"code\":12",
    "{\"x\":1}",
    "{\"usage\":{\"total_tokens\":12e" HERE "}}",
    "{\"usage\":{\"total_tokens\":" HERE "2}}",
    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" HERE "\"}}]}",
    "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop" HERE "\"}]}",
};

enum { TEXTS = sizeof texts / sizeof texts[0], TEXT_MOST = 128 };

#endif
