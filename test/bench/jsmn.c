/* jsmn by hand: its tokens, walked once in their order, and strings unescaped in place. */
#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>
#include <string.h>

#include "answer.h"
#include "contestant.h"

enum { TOKENS_MOST = 32768 };

static jsmntok_t tokens[TOKENS_MOST];
static char *json;
static int token_count;
static int at; /* the token at hand: each function that takes a value goes behind it */
static answer event;

static void skip(void)
{
    int end = tokens[at].end;
    bool has_inside = tokens[at++].size > 0;
    while (has_inside && at < token_count && tokens[at].start < end)
        at++;
}

static unsigned hex4(const char *digits)
{
    unsigned code = 0;
    for (int i = 0; i < 4; i++) {
        unsigned char digit = (unsigned char)digits[i];
        code = code << 4 | (digit <= '9' ? digit - 0x30u : (digit | 0x20u) - 0x57u);
    }
    return code;
}

static char *put_utf8(char *to, unsigned code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        if (code < 0x10000) {
            *to++ = (char)(0xe0 | code >> 12);
        } else {
            *to++ = (char)(0xf0 | code >> 18);
            *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        }
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

static size_t unescape(char *from, char *end)
{
    char *begin = from, *to = memchr(from, '\\', (size_t)(end - from));
    if (to == NULL)
        return (size_t)(end - from);
    for (from = to; from < end;) {
        if (*from != '\\') {
            *to++ = *from++;
            continue;
        }
        char escape = from[1];
        from += 2;
        switch (escape) {
        case 'n': *to++ = '\n'; break;
        case 't': *to++ = '\t'; break;
        case 'r': *to++ = '\r'; break;
        case 'b': *to++ = '\b'; break;
        case 'f': *to++ = '\f'; break;
        case 'u': {
            unsigned code = hex4(from);
            from += 4;
            if (code - 0xd800u < 0x400u && end - from >= 6 && from[0] == '\\' && from[1] == 'u') {
                code = 0x10000u + ((code - 0xd800u) << 10) + (hex4(from + 2) - 0xdc00u);
                from += 6;
            }
            to = put_utf8(to, code);
            break;
        }
        default: *to++ = escape;
        }
    }
    return (size_t)(to - begin);
}

static inline bool is(int name, const char *word, size_t length)
{
    return (size_t)(tokens[name].end - tokens[name].start) == length && memcmp(json + tokens[name].start, word, length) == 0;
}
#define IS(name, word) is(name, word, sizeof(word) - 1)

static text take_string(void)
{
    text found = {NULL, 0};
    if (tokens[at].type != JSMN_STRING) {
        skip();
        return found;
    }
    found.data = json + tokens[at].start;
    found.length = unescape(json + tokens[at].start, json + tokens[at].end);
    at++;
    return found;
}

static int64_t take_number(void)
{
    const char *digits = json + tokens[at].start;
    bool negative = *digits == '-';
    int64_t number = 0;
    if (tokens[at].type == JSMN_PRIMITIVE)
        for (digits += negative; *digits >= '0' && *digits <= '9'; digits++)
            number = number * 10 + (*digits - '0');
    skip();
    return negative ? -number : number;
}

/* How many elements follow; 0, and behind the value, when it is of another type. */
static int open(jsmntype_t type)
{
    if (tokens[at].type == type)
        return tokens[at++].size;
    skip();
    return 0;
}

static void take_function(answer_call *call)
{
    for (int left = open(JSMN_OBJECT); left > 0; left--) {
        int name = at++;
        if (IS(name, "name"))
            call->name = take_string();
        else if (IS(name, "arguments"))
            call->arguments = take_string();
        else
            skip();
    }
}

static void take_call(answer_call *call)
{
    for (int left = open(JSMN_OBJECT); left > 0; left--) {
        int name = at++;
        if (IS(name, "index"))
            call->index = take_number();
        else if (IS(name, "id"))
            call->id = take_string();
        else if (IS(name, "function"))
            take_function(call);
        else
            skip();
    }
}

static void take_calls(answer_choice *choice)
{
    for (int left = open(JSMN_ARRAY); left > 0; left--)
        take_call(answer_add_call(choice));
}

static void take_delta(answer_choice *choice)
{
    for (int left = open(JSMN_OBJECT); left > 0; left--) {
        int name = at++;
        if (IS(name, "content"))
            choice->content = take_string();
        else if (IS(name, "role"))
            choice->role = take_string();
        else if (IS(name, "tool_calls"))
            take_calls(choice);
        else
            skip();
    }
}

static void take_choice(answer_choice *choice)
{
    for (int left = open(JSMN_OBJECT); left > 0; left--) {
        int name = at++;
        if (IS(name, "index"))
            choice->index = take_number();
        else if (IS(name, "delta"))
            take_delta(choice);
        else if (IS(name, "finish_reason"))
            choice->finish_reason = take_string();
        else
            skip();
    }
}

static void take_choices(void)
{
    event.has_choices = tokens[at].type == JSMN_ARRAY;
    for (int left = open(JSMN_ARRAY); left > 0; left--)
        take_choice(answer_add_choice(&event));
}

static int64_t take_detail(const char *wanted, size_t length)
{
    int64_t number = 0;
    for (int left = open(JSMN_OBJECT); left > 0; left--) {
        if (is(at++, wanted, length))
            number = take_number();
        else
            skip();
    }
    return number;
}

static void take_usage(void)
{
    if (tokens[at].type == JSMN_OBJECT)
        answer_clear_usage(&event);
    for (int left = open(JSMN_OBJECT); left > 0; left--) {
        int name = at++;
        if (IS(name, "prompt_tokens"))
            event.usage[PROMPT_TOKENS] = take_number();
        else if (IS(name, "completion_tokens"))
            event.usage[COMPLETION_TOKENS] = take_number();
        else if (IS(name, "total_tokens"))
            event.usage[TOTAL_TOKENS] = take_number();
        else if (IS(name, "prompt_tokens_details"))
            event.usage[CACHED_TOKENS] = take_detail("cached_tokens", sizeof "cached_tokens" - 1);
        else if (IS(name, "completion_tokens_details"))
            event.usage[REASONING_TOKENS] = take_detail("reasoning_tokens", sizeof "reasoning_tokens" - 1);
        else
            skip();
    }
}

static void take_event(void)
{
    answer_clear(&event);
    for (int left = open(JSMN_OBJECT); left > 0; left--) {
        int name = at++;
        if (IS(name, "id"))
            event.id = take_string();
        else if (IS(name, "model"))
            event.model = take_string();
        else if (IS(name, "created"))
            event.created = take_number();
        else if (IS(name, "choices"))
            take_choices();
        else if (IS(name, "usage"))
            take_usage();
        else
            skip();
    }
    answer_take(&event);
}

void bench_event(char *data, size_t length)
{
    jsmn_parser parser;
    jsmn_init(&parser);
    json = data;
    at = 0;
    token_count = jsmn_parse(&parser, data, length, tokens, TOKENS_MOST);
    if (token_count > 0)
        take_event();
}
