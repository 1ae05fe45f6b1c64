/* request: writes the request for an answer: an HTTP/1.1 POST whose JSON body asks for a chat or text completion.
 *
 * Nothing is stored and no buffer is needed: the text goes out piece by piece through a function of the caller's. The
 * body is generated twice, once to count it for Content-Length and once to send it, so all that the request points to
 * must stay as it is until the writing has returned; afterwards none of it is referred to.
 *
 *     static const char key[] = "Bearer sk-...";
 *     rill_request_message messages[2] = {{0}};
 *     messages[0].role = "system";
 *     messages[0].content = rill_span_of("Answer in one sentence.");
 *     messages[1].role = "user";
 *     messages[1].content = rill_span_of(question);
 *
 *     rill_request request = {0};
 *     request.host = "api.openai.com";
 *     request.path = "/v1/chat/completions";
 *     request.authorization = key;
 *     request.model = "gpt-4o-mini";
 *     request.messages = messages;
 *     request.message_count = 2;
 *     request.stream = true;
 *     request.extra = "\"temperature\":0.2,\"max_completion_tokens\":200";
 *     status = rill_client_send(&client, &request);
 *
 * A struct of zeros is the place to start: every member that is 0, false or NULL is not sent. Text is UTF-8; it is
 * escaped as JSON asks and otherwise passed through unchecked. `tools`, `extra` and what else is called raw is JSON
 * of the caller's: it goes out as it stands, and a mistake in it is the server's to find. */
#ifndef RILL_REQUEST_H
#define RILL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Text of the caller's, of any length, with or without a NUL behind it. data NULL: absent. */
typedef struct rill_span {
    const char *data;
    size_t length; /* bytes at data */
} rill_span;

/* Initializer of a rill_span from a string literal: rill_span question = RILL_SPAN("Why?"); */
#define RILL_SPAN(literal) {"" literal, sizeof(literal) - 1}

/* The span of a NUL-terminated text; NULL gives an absent one. */
static inline rill_span rill_span_of(const char *text)
{
    rill_span span;
    span.data = text;
    span.length = text != NULL ? strlen(text) : 0;
    return span;
}

/* A tool call of an earlier assistant turn, sent back so that the results behind it have something to refer to. */
typedef struct rill_request_call {
    const char *id;      /* needed */
    const char *name;    /* of the function; needed */
    rill_span arguments; /* the JSON text as the model wrote it; absent or empty: sent as {} (many servers parse it) */
} rill_request_call;

/* One turn of the conversation, or a tool's result. */
typedef struct rill_request_message {
    const char *role;         /* "system", "developer", "user", "assistant" or "tool"; needed */
    rill_span content;        /* absent: null beside tool calls, else not sent */
    const char *parts;        /* in place of content: a raw JSON array of content parts (images, audio, ...) */
    const char *name;         /* of the speaker */
    const char *tool_call_id; /* role "tool": the id of the call that content is the result of */
    const rill_request_call *tool_calls; /* role "assistant": the calls of that turn */
    size_t tool_call_count;
    const char *extra; /* raw members for what is not here: "\"reasoning_content\":\"...\"" */
} rill_request_message;

/* A header line of the caller's. */
typedef struct rill_request_header {
    const char *name;  /* a token of RFC 9110: letters, digits, - and the like; needed */
    const char *value; /* no control characters but tabs; needed, may be empty */
} rill_request_header;

typedef struct rill_request {
    /* the head */
    const char *host; /* as in a URL: a name, or an address (an IPv6 address in brackets); needed */
    uint16_t port;    /* for the Host header alone; 0: not told, which means 80, or 443 under TLS */
    const char *path; /* e.g. "/v1/chat/completions", with its query; for a proxy the whole URL; needed */
    const char *authorization;          /* the whole value of that header: "Bearer sk-..." */
    const rill_request_header *headers; /* more header lines: {"api-key", "..."} for Azure */
    size_t header_count;

    /* the body; each is the member of that name */
    const char *model; /* NULL where the path names it, as with Azure */
    const rill_request_message *messages;
    size_t message_count;
    rill_span prompt;    /* in place of messages: a legacy text completion */
    const char *tools;   /* a raw JSON array */
    uint32_t max_tokens; /* servers that want max_completion_tokens get it through extra */
    bool stream;         /* the answer comes in pieces */
    bool include_usage;  /* with stream: `stream_options`, the last chunk tells the token counts */
    const char *extra;   /* raw members, joined by commas: "\"temperature\":0.2,\"seed\":7" */
} rill_request;

/* Takes the next piece of the text, at least 1 byte, and answers RILL_OK. Any other answer ends the writing. The bytes
 * may be the caller's own, a literal or on the stack: they are valid during the call. */
typedef rill_status rill_sink(void *context, const char *bytes, size_t length);

/* Writes head and body. The request is checked and counted before the first piece goes out. Headers are Host,
 * User-Agent, Accept, Accept-Encoding: identity, Connection: close, Content-Type, Content-Length, Authorization and
 * the caller's.
 *   RILL_OK             all of it went through the sink
 *   RILL_SCHEMA_CONFIG  something that is needed is NULL; nothing was sent
 *   RILL_HTTP_REQUEST   host, path or a header line is empty where it may not be, holds a byte that may not stand there
 *                       (CR, LF and other control characters; blanks in host, path and names), or has the name of a
 *                       header that rill writes itself (Authorization: when `authorization` is given), or of
 *                       Transfer-Encoding; nothing was sent
 *   RILL_LIMIT_FULL     the body would be 4 GiB or longer; nothing was sent
 *   other               the sink's answer */
rill_status rill_request_write(const rill_request *request, rill_sink *sink, void *context);

/* Writes the JSON body alone, for those who have an HTTP client of their own. host, path and headers are not looked at.
 * Answers as rill_request_write(), but never RILL_HTTP_REQUEST or a RILL_LIMIT_FULL of its own. */
rill_status rill_request_body(const rill_request *request, rill_sink *sink, void *context);

#ifdef __cplusplus
}
#endif

#endif
