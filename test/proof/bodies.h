/* Beginnings of responses, one for each place that a stream can be in. */
#ifndef BODIES_H
#define BODIES_H

#include "window.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define CHUNKED OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"
#define DELTA "{\"choices\":[{\"delta\":{\"content\":\""

static const char *const bodies[] = {
    "",
    "d",
    "data: ",
    "data: {\"choices\":",
    "data: " DELTA,
    "data: " DELTA "a\"}}]}",
    "data: " DELTA "a\"}}]}\n",
    "data: " DELTA "\ndata: ",
    "data: [DONE",
    "data: [DONE]\n",
    "event: error\ndata: ",
    "error: x",
    "id: 1",
    "retry: 1",
    "{\"choices\":[{\"message\":{\"content\":\"",
    "{\"error\":{\"message\":\"a\"}",
    "{\"choices\":[]}\ndata:",
    "HTTP/1.1 20",
    OK_HEAD,
    OK_HEAD "Content-Length: 1",
    OK_HEAD "Content-Length: 9\r\n\r\ndata: ",
    CHUNKED,
    CHUNKED "1",
    CHUNKED "6\r\ndata:",
    "HTTP/1.1 500 X\r\n\r\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\ud83d\"}}]}\n\n",
    "data: " DELTA "a\"}},{\"index\":1,\"delta\":{\"content\":\"" HERE "\"}}]}\n\n",
    "data: {\"usage\":{\"total_tokens\":1e" HERE "}}\n\n",
};

enum { BODIES = sizeof bodies / sizeof bodies[0], BODY_MOST = 192 };

#endif
