/* request: texts of the least and of some length, any bytes; a sink that may refuse at any call. */
#include "rill/request.h"
#include "any.h"

enum { MOST = 3 };

static rill_status sink(void *context, const char *bytes, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++)
        (void)(bytes[i] == '\0');
    return any ? RILL_OK : RILL_PORT_RESET;
}

/* A text of any bytes and up to this length, or none. */
static const char *text(char *memory)
{
    any_bytes(memory, MOST);
    memory[MOST] = '\0';
    return Frama_C_nondet_ptr(memory, NULL);
}

static rill_span span(char *memory)
{
    any_bytes(memory, MOST);
    rill_span span = {memory, MOST};
    return span;
}

/* What is pointed to, and how often: all that is there; but one of them may be any, also against what is needed. */
enum which { NOTHING, CALLS, MESSAGES, HEADERS, ARGUMENTS, CONTENT, PROMPT, WHICH };

static size_t any_count(enum which at, enum which which, const void **first, size_t count)
{
    if (at != which)
        return count;
    if (any)
        *first = NULL;
    return any ? count : 0;
}

static void write(enum which which)
{
    static char memory[16][MOST + 1];
    const void *first;
    rill_request_call call = {text(memory[0]), text(memory[1]), span(memory[2])};
    first = call.arguments.data;
    call.arguments.length = any_count(ARGUMENTS, which, &first, MOST);
    call.arguments.data = first;

    first = &call;
    size_t count = any_count(CALLS, which, &first, 1);
    rill_request_message message = {text(memory[3]), span(memory[4]), text(memory[5]), text(memory[6]), text(memory[7]),
                                    first, count, text(memory[8])};
    first = message.content.data;
    message.content.length = any_count(CONTENT, which, &first, MOST);
    message.content.data = first;

    rill_request_header header = {text(memory[9]), text(memory[10])};
    rill_request request = {text(memory[11]), (uint16_t)any_up_to(UINT16_MAX), text(memory[12]), text(memory[13]),
                            NULL, 0, text(memory[14]), NULL, 0, span(memory[15]), text(memory[0]), any_number(), any != 0,
                            any != 0, text(memory[1])};
    first = &header;
    request.header_count = any_count(HEADERS, which, &first, 1);
    request.headers = first;
    first = &message;
    request.message_count = any_count(MESSAGES, which, &first, 1);
    request.messages = first;
    first = request.prompt.data;
    request.prompt.length = any_count(PROMPT, which, &first, MOST);
    request.prompt.data = first;
    if (any)
        rill_request_write(&request, sink, NULL);
    else
        rill_request_body(&request, sink, NULL);
}

int main(void)
{
    for (int which = NOTHING; which < WHICH; which++) {
        write((enum which)which);
        //@ slevel merge;
        ;
    }
    return 0;
}
