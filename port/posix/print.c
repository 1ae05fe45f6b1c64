#include "print.h"

#include <stdbool.h>
#include <string.h>

/* Written here and not taken from a JSON library, since those refuse the invalid UTF-8 that rill passes through. */

typedef struct json_line {
    item_printer *printer;
    sink out;
    bool parts;    /* elements say their position */
    bool complete; /* the event is complete with it */
    bool comma;    /* a member or element stands in front */
} json_line;

void print_string(sink out, const char *text, size_t length)
{
    static const char hex[] = "0123456789abcdef";
    size_t plain = 0; /* bytes in front of text[i] that pass as they are */
    sink_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            plain++;
            continue;
        }
        sink_bytes(out, text + i - plain, plain);
        plain = 0;
        if (byte < 0x20) {
            sink_text(out, "\\u00");
            sink_char(out, hex[byte >> 4]);
            sink_char(out, hex[byte & 15]);
        } else {
            sink_char(out, '\\');
            sink_char(out, (char)byte);
        }
    }
    sink_bytes(out, text + length - plain, plain);
    sink_char(out, '"');
}

static void comma(json_line *line)
{
    if (line->comma)
        sink_char(line->out, ',');
    line->comma = true;
}

static void name(json_line *line, const char *name)
{
    comma(line);
    sink_char(line->out, '"');
    sink_text(line->out, name);
    sink_text(line->out, "\":");
}

static void open_bracket(json_line *line, char bracket)
{
    sink_char(line->out, bracket);
    line->comma = false;
}

static void close_bracket(json_line *line, char bracket)
{
    sink_char(line->out, bracket);
    line->comma = true;
}

static void word(json_line *line, const char *member, const char *value)
{
    name(line, member);
    print_string(line->out, value, strlen(value));
}

static void integer(json_line *line, const char *member, int64_t value)
{
    name(line, member);
    sink_integer(line->out, value);
}

/* A real as a decimal: an integer where it is one. */
static void real(json_line *line, const rill_real *value)
{
    char digits[20];
    size_t first = sizeof digits;
    bool negative = value->mantissa < 0;
    uint64_t magnitude = negative ? 0 - (uint64_t)value->mantissa : (uint64_t)value->mantissa;
    int32_t exponent = value->exponent;
    while (exponent < 0 && magnitude % 10 == 0 && magnitude != 0)
        magnitude /= 10, exponent++;
    if (magnitude == 0)
        exponent = 0;
    if (negative && magnitude != 0)
        sink_char(line->out, '-');
    do {
        digits[--first] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude > 0);
    const char *text = digits + first;
    int length = (int)(sizeof digits - first);
    if (exponent >= 0 && length + exponent <= 21) {
        sink_bytes(line->out, text, (size_t)length);
        for (; exponent > 0; exponent--)
            sink_char(line->out, '0');
    } else if (exponent < 0 && exponent > -length) {
        sink_bytes(line->out, text, (size_t)(length + exponent));
        sink_char(line->out, '.');
        sink_bytes(line->out, text + length + exponent, (size_t)-exponent);
    } else if (exponent < 0 && exponent > -30) {
        sink_text(line->out, "0.");
        for (int zeros = -exponent - length; zeros > 0; zeros--)
            sink_char(line->out, '0');
        sink_bytes(line->out, text, (size_t)length);
    } else {
        sink_bytes(line->out, text, (size_t)length);
        sink_char(line->out, 'e');
        sink_integer(line->out, exponent);
    }
}

/* Prints null for a member that is null and says whether it has a value. */
static bool has(json_line *line, const rill_header *header, unsigned bit, const char *member)
{
    if (rill_is_null(header, bit)) {
        name(line, member);
        sink_text(line->out, "null");
    }
    return rill_has(header, bit);
}

static void text(json_line *line, const rill_header *header, unsigned bit, const char *member, const rill_text *value)
{
    if (!has(line, header, bit, member) || value->data == NULL)
        return;
    name(line, member);
    print_string(line->out, value->data, value->length);
}

static void enumerated(json_line *line, const rill_header *header, unsigned bit, const char *member, const rill_enum *value)
{
    rill_text view = {value->data, value->length};
    text(line, header, bit, member, &view);
}

static void number(json_line *line, const rill_header *header, unsigned bit, const char *member, int64_t value)
{
    if (has(line, header, bit, member))
        integer(line, member, value);
}

static void decimal(json_line *line, const rill_header *header, unsigned bit, const char *member, const rill_real *value)
{
    if (!has(line, header, bit, member))
        return;
    name(line, member);
    real(line, value);
}

/* Whether a raw array is complete: its brackets are closed. */
static bool is_balanced(const char *raw, size_t length)
{
    long depth = 0;
    bool string = false;
    for (size_t i = 0; i < length; i++) {
        if (string) {
            if (raw[i] == '\\')
                i++;
            else if (raw[i] == '"')
                string = false;
        } else if (raw[i] == '"') {
            string = true;
        } else if (raw[i] == '[' || raw[i] == '{') {
            depth++;
        } else if (raw[i] == ']' || raw[i] == '}') {
            depth--;
        }
    }
    return depth == 0 && !string;
}

enum { PENDING = sizeof((item_printer){0}.pending) / sizeof((item_printer){0}.pending[0]) };

/* The pieces of the array at this place, else room for them. */
static item_pieces *find_pieces(item_printer *printer, const long place[5])
{
    item_pieces *room = &printer->pending[0];
    for (size_t i = PENDING; i > 0; i--) {
        item_pieces *pieces = &printer->pending[i - 1];
        if (pieces->text.length == 0)
            room = pieces;
        else if (memcmp(place, pieces->place, sizeof pieces->place) == 0)
            return pieces;
    }
    return room;
}

static void forget_pieces(item_printer *printer)
{
    for (size_t i = 0; i < PENDING; i++)
        printer->pending[i].text.length = 0;
}

/* A raw array, or a piece of it: printed with the piece that completes it. `place` tells it from the others. */
static void raw(json_line *line, const rill_header *header, unsigned bit, const char *member, const rill_text *value,
                const long place[5])
{
    if (!has(line, header, bit, member) || value->data == NULL)
        return;
    item_pieces *pieces = find_pieces(line->printer, place);
    growing_add(&pieces->text, value->data, value->length);
    memcpy(pieces->place, place, sizeof pieces->place);
    if (pieces->text.length == 0 || !is_balanced(pieces->text.text, pieces->text.length))
        return;
    name(line, member);
    sink_bytes(line->out, pieces->text.text, pieces->text.length);
    pieces->text.length = 0;
}

static void begin_element(json_line *line, const rill_element *element)
{
    comma(line);
    open_bracket(line, '{');
    if (line->parts)
        integer(line, "at", element->at);
}

/* ---- the structs */

static void print_call(json_line *line, const rill_tool_call *call)
{
    const rill_header *header = &call->element.header;
    begin_element(line, &call->element);
    number(line, header, RILL_TOOL_INDEX, "index", call->element.index);
    text(line, header, RILL_TOOL_ID, "id", &call->id);
    enumerated(line, header, RILL_TOOL_TYPE, "type", &call->type);
    if (has(line, header, RILL_TOOL_FUNCTION_OBJECT, "function")) {
        name(line, "function");
        open_bracket(line, '{');
        text(line, header, RILL_TOOL_NAME, "name", &call->name);
        text(line, header, RILL_TOOL_ARGUMENTS, "arguments", &call->arguments);
        close_bracket(line, '}');
    }
    if (has(line, header, RILL_TOOL_CUSTOM_OBJECT, "custom")) {
        name(line, "custom");
        open_bracket(line, '{');
        text(line, header, RILL_TOOL_CUSTOM_NAME, "name", &call->custom_name);
        text(line, header, RILL_TOOL_INPUT, "input", &call->input);
        close_bracket(line, '}');
    }
    if (has(line, header, RILL_TOOL_EXTRA_CONTENT, "extra_content")) {
        name(line, "extra_content");
        open_bracket(line, '{');
        if (rill_has(header, RILL_TOOL_GOOGLE) || rill_has(header, RILL_TOOL_VERTEX)) {
            name(line, rill_has(header, RILL_TOOL_GOOGLE) ? "google" : "vertex");
            open_bracket(line, '{');
            text(line, header, RILL_TOOL_THOUGHT_SIGNATURE, "thought_signature", &call->thought_signature);
            close_bracket(line, '}');
        }
        close_bracket(line, '}');
    }
    close_bracket(line, '}');
}

static void print_message(json_line *line, const rill_message *message)
{
    const rill_header *header = &message->header;
    open_bracket(line, '{');
    enumerated(line, header, RILL_MESSAGE_ROLE, "role", &message->role);
    text(line, header, RILL_MESSAGE_CONTENT, "content", &message->content);
    text(line, header, RILL_MESSAGE_REASONING, "reasoning_content", &message->reasoning);
    text(line, header, RILL_MESSAGE_REFUSAL, "refusal", &message->refusal);
    text(line, header, RILL_MESSAGE_NAME, "name", &message->name);
    text(line, header, RILL_MESSAGE_TOOL_CALL_ID, "tool_call_id", &message->tool_call_id);
    if (has(line, header, RILL_MESSAGE_FUNCTION_CALL, "function_call")) {
        const rill_function_call *call = &message->function_call;
        name(line, "function_call");
        open_bracket(line, '{');
        text(line, &call->header, RILL_CALL_NAME, "name", &call->name);
        text(line, &call->header, RILL_CALL_ARGUMENTS, "arguments", &call->arguments);
        close_bracket(line, '}');
    }
    if (has(line, header, RILL_MESSAGE_AUDIO, "audio")) {
        const rill_audio *audio = &message->audio;
        name(line, "audio");
        open_bracket(line, '{');
        text(line, &audio->header, RILL_AUDIO_ID, "id", &audio->id);
        text(line, &audio->header, RILL_AUDIO_DATA, "data", &audio->data);
        text(line, &audio->header, RILL_AUDIO_TRANSCRIPT, "transcript", &audio->transcript);
        number(line, &audio->header, RILL_AUDIO_EXPIRES_AT, "expires_at", audio->expires_at);
        close_bracket(line, '}');
    }
    if (has(line, header, RILL_MESSAGE_TOOL_CALLS, "tool_calls")) {
        name(line, "tool_calls");
        open_bracket(line, '[');
        for (uint16_t i = 0; i < message->tool_call_count; i++)
            print_call(line, &message->tool_calls[i]);
        close_bracket(line, ']');
    }
    close_bracket(line, '}');
}

static void print_logprob(json_line *line, const rill_logprob *entry, long place[5])
{
    const rill_header *header = &entry->element.header;
    begin_element(line, &entry->element);
    place[2] = (long)entry->element.at;
    place[3] = place[4] = -1;
    text(line, header, RILL_LOGPROB_TOKEN, "token", &entry->token);
    decimal(line, header, RILL_LOGPROB_LOGPROB, "logprob", &entry->logprob);
    raw(line, header, RILL_LOGPROB_BYTES, "bytes", &entry->bytes, place);
    if (has(line, header, RILL_LOGPROB_TOP, "top_logprobs")) {
        name(line, "top_logprobs");
        open_bracket(line, '[');
        for (uint16_t i = 0; i < entry->top_count; i++) {
            const rill_top_logprob *top = &entry->top[i];
            begin_element(line, &top->element);
            place[3] = (long)top->element.at;
            text(line, &top->element.header, RILL_TOP_TOKEN, "token", &top->token);
            decimal(line, &top->element.header, RILL_TOP_LOGPROB, "logprob", &top->logprob);
            raw(line, &top->element.header, RILL_TOP_BYTES, "bytes", &top->bytes, place);
            close_bracket(line, '}');
        }
        close_bracket(line, ']');
    }
    close_bracket(line, '}');
}

static void print_logprobs(json_line *line, const rill_choice *choice)
{
    const rill_logprobs *logprobs = &choice->logprobs;
    const rill_header *header = &logprobs->header;
    const struct {
        unsigned bit;
        const char *name;
        const rill_logprob *entries;
        uint16_t count;
    } lists[] = {
        {RILL_LOGPROBS_CONTENT, "content", logprobs->content, logprobs->content_count},
        {RILL_LOGPROBS_REFUSAL, "refusal", logprobs->refusal, logprobs->refusal_count},
    };
    const struct {
        unsigned bit;
        const char *name;
        const rill_text *value;
    } arrays[] = {
        {RILL_LOGPROBS_TOKENS, "tokens", &logprobs->tokens},
        {RILL_LOGPROBS_TOKEN_LOGPROBS, "token_logprobs", &logprobs->token_logprobs},
        {RILL_LOGPROBS_TOP_LOGPROBS, "top_logprobs", &logprobs->top_logprobs},
        {RILL_LOGPROBS_TEXT_OFFSET, "text_offset", &logprobs->text_offset},
    };
    open_bracket(line, '{');
    for (size_t list = 0; list < 2; list++) {
        long place[5] = {(long)choice->element.at, (long)list, 0, 0, 0};
        if (!has(line, header, lists[list].bit, lists[list].name))
            continue;
        name(line, lists[list].name);
        open_bracket(line, '[');
        for (uint16_t i = 0; i < lists[list].count; i++)
            print_logprob(line, &lists[list].entries[i], place);
        close_bracket(line, ']');
    }
    for (size_t i = 0; i < 4; i++) {
        long place[5] = {(long)choice->element.at, 2, (long)i, -1, -1};
        raw(line, header, arrays[i].bit, arrays[i].name, arrays[i].value, place);
    }
    close_bracket(line, '}');
}

static void print_usage(json_line *line, const rill_usage *usage)
{
    static const struct {
        unsigned bit;
        const char *name;
        size_t offset;
    } totals[] = {
        {RILL_USAGE_PROMPT, "prompt_tokens", offsetof(rill_usage, prompt)},
        {RILL_USAGE_COMPLETION, "completion_tokens", offsetof(rill_usage, completion)},
        {RILL_USAGE_TOTAL, "total_tokens", offsetof(rill_usage, total)},
        {RILL_USAGE_TOP_CACHED, "cached_tokens", offsetof(rill_usage, top_cached)},
        {RILL_USAGE_CACHE_HIT, "prompt_cache_hit_tokens", offsetof(rill_usage, cache_hit)},
        {RILL_USAGE_CACHE_MISS, "prompt_cache_miss_tokens", offsetof(rill_usage, cache_miss)},
    }, prompt[] = {
        {RILL_USAGE_CACHED, "cached_tokens", offsetof(rill_usage, cached)},
        {RILL_USAGE_CACHE_WRITE, "cache_write_tokens", offsetof(rill_usage, cache_write)},
        {RILL_USAGE_PROMPT_AUDIO, "audio_tokens", offsetof(rill_usage, prompt_audio)},
        {RILL_USAGE_PROMPT_TEXT, "text_tokens", offsetof(rill_usage, prompt_text)},
        {RILL_USAGE_PROMPT_IMAGE, "image_tokens", offsetof(rill_usage, prompt_image)},
        {RILL_USAGE_PROMPT_VIDEO, "video_tokens", offsetof(rill_usage, prompt_video)},
    }, completion[] = {
        {RILL_USAGE_REASONING, "reasoning_tokens", offsetof(rill_usage, reasoning)},
        {RILL_USAGE_COMPLETION_AUDIO, "audio_tokens", offsetof(rill_usage, completion_audio)},
        {RILL_USAGE_COMPLETION_TEXT, "text_tokens", offsetof(rill_usage, completion_text)},
        {RILL_USAGE_COMPLETION_IMAGE, "image_tokens", offsetof(rill_usage, completion_image)},
        {RILL_USAGE_ACCEPTED_PREDICTION, "accepted_prediction_tokens", offsetof(rill_usage, accepted_prediction)},
        {RILL_USAGE_REJECTED_PREDICTION, "rejected_prediction_tokens", offsetof(rill_usage, rejected_prediction)},
    };
    const rill_header *header = &usage->header;
    const char *base = (const char *)usage;
    open_bracket(line, '{');
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++)
        number(line, header, totals[i].bit, totals[i].name, *(const int64_t *)(const void *)(base + totals[i].offset));
    if (has(line, header, RILL_USAGE_PROMPT_DETAILS, "prompt_tokens_details")) {
        name(line, "prompt_tokens_details");
        open_bracket(line, '{');
        for (size_t i = 0; i < sizeof prompt / sizeof prompt[0]; i++)
            number(line, header, prompt[i].bit, prompt[i].name,
                   *(const int64_t *)(const void *)(base + prompt[i].offset));
        close_bracket(line, '}');
    }
    if (has(line, header, RILL_USAGE_COMPLETION_DETAILS, "completion_tokens_details")) {
        name(line, "completion_tokens_details");
        open_bracket(line, '{');
        for (size_t i = 0; i < sizeof completion / sizeof completion[0]; i++)
            number(line, header, completion[i].bit, completion[i].name,
                   *(const int64_t *)(const void *)(base + completion[i].offset));
        close_bracket(line, '}');
    }
    decimal(line, header, RILL_USAGE_COST, "cost", &usage->cost);
    close_bracket(line, '}');
}

static void print_usage_member(json_line *line, const rill_header *header, unsigned bit, const rill_usage *usage)
{
    if (!has(line, header, bit, "usage"))
        return;
    name(line, "usage");
    print_usage(line, usage);
}

/* The message by the name that the item's kind gives it, whichever way it came. */
static void print_told(json_line *line, rill_item_kind kind, const rill_choice *choice)
{
    static const unsigned ways[] = {RILL_CHOICE_DELTA, RILL_CHOICE_MESSAGE, RILL_CHOICE_TEXT};
    const rill_header *header = &choice->element.header;
    const char *told = kind == RILL_ITEM_CHAT_CHUNK ? "delta" : "message";
    bool has_any = false, null_any = false;
    for (size_t i = 0; i < 3; i++) {
        has_any = has_any || rill_has(header, ways[i]);
        null_any = null_any || rill_is_null(header, ways[i]);
    }
    if (kind == RILL_ITEM_TEXT_COMPLETION) {
        text(line, header, RILL_CHOICE_TEXT, "text", &choice->message.content);
    } else if (has_any) {
        name(line, told);
        if (!rill_has(header, RILL_CHOICE_TEXT)) {
            print_message(line, &choice->message);
            return;
        }
        open_bracket(line, '{');
        text(line, header, RILL_CHOICE_TEXT, "content", &choice->message.content);
        close_bracket(line, '}');
    } else if (null_any) {
        name(line, told);
        sink_text(line->out, "null");
    }
}

static void print_choice(json_line *line, rill_item_kind kind, const rill_choice *choice)
{
    const rill_header *header = &choice->element.header;
    begin_element(line, &choice->element);
    integer(line, "index", choice->element.index);
    print_told(line, kind, choice);
    if (has(line, header, RILL_CHOICE_LOGPROBS, "logprobs")) {
        name(line, "logprobs");
        print_logprobs(line, choice);
    }
    decimal(line, header, RILL_CHOICE_LOGPROB, "logprobs", &choice->logprob);
    enumerated(line, header, RILL_CHOICE_FINISH_REASON, "finish_reason", &choice->finish_reason);
    text(line, header, RILL_CHOICE_NATIVE_FINISH_REASON, "native_finish_reason", &choice->native_finish_reason);
    text(line, header, RILL_CHOICE_STOP_TEXT, "stop_reason", &choice->stop_text);
    number(line, header, RILL_CHOICE_STOP_NUMBER, "stop_reason", choice->stop_number);
    text(line, header, RILL_CHOICE_MATCHED_TEXT, "matched_stop", &choice->stop_text);
    number(line, header, RILL_CHOICE_MATCHED_NUMBER, "matched_stop", choice->stop_number);
    print_usage_member(line, header, RILL_CHOICE_USAGE, &choice->usage);
    close_bracket(line, '}');
}

static void print_chunk(json_line *line, rill_item_kind kind, const rill_chunk *chunk)
{
    static const char *const kinds[] = {
        [RILL_ITEM_CHAT_CHUNK] = "chat.chunk",
        [RILL_ITEM_CHAT_COMPLETION] = "chat.completion",
        [RILL_ITEM_TEXT_COMPLETION] = "text.completion",
    };
    const rill_header *header = &chunk->header;
    word(line, "kind", kinds[kind]);
    text(line, header, RILL_CHUNK_ID, "id", &chunk->id);
    enumerated(line, header, RILL_CHUNK_OBJECT, "object", &chunk->object);
    number(line, header, RILL_CHUNK_CREATED, "created", chunk->created);
    text(line, header, RILL_CHUNK_MODEL, "model", &chunk->model);
    text(line, header, RILL_CHUNK_SYSTEM_FINGERPRINT, "system_fingerprint", &chunk->system_fingerprint);
    text(line, header, RILL_CHUNK_SERVICE_TIER, "service_tier", &chunk->service_tier);
    if (has(line, header, RILL_CHUNK_CHOICES, "choices")) {
        name(line, "choices");
        open_bracket(line, '[');
        for (uint16_t i = 0; i < chunk->choice_count; i++)
            print_choice(line, kind, &chunk->choices[i]);
        close_bracket(line, ']');
    }
    print_usage_member(line, header, RILL_CHUNK_USAGE, &chunk->usage);
    if (has(line, header, RILL_CHUNK_GROQ, "x_groq")) {
        name(line, "x_groq");
        open_bracket(line, '{');
        if (line->complete) /* shares its struct with the top's, which has the last word */
            print_usage_member(line, header, RILL_CHUNK_GROQ_USAGE, &chunk->usage);
        close_bracket(line, '}');
    }
    text(line, header, RILL_CHUNK_SIGNATURE, "signature", &chunk->signature);
    text(line, header, RILL_CHUNK_RESPONSE_HASH, "response_hash", &chunk->response_hash);
}

static void print_error(json_line *line, const rill_stream *stream, const rill_error *error)
{
    const rill_header *header = &error->header;
    word(line, "kind", "error");
    if (stream->http.status >= 400)
        integer(line, "status", stream->http.status);
    else if (rill_has(header, RILL_ERROR_STATUS_CODE) && error->status_code >= 400)
        integer(line, "status", error->status_code);
    text(line, header, RILL_ERROR_MESSAGE, "message", &error->message);
    text(line, header, RILL_ERROR_TYPE, "type", &error->type);
    text(line, header, RILL_ERROR_PARAM, "param", &error->param);
    text(line, header, RILL_ERROR_CODE_TEXT, "code", &error->code_text);
    number(line, header, RILL_ERROR_CODE_NUMBER, "code", error->code_number);
}

const char *print_reason(rill_status status)
{
    if (status == RILL_SSE_FORMAT)
        return "format";
    return status == RILL_HTTP_ENCODING ? "encoding" : rill_status_room(status);
}

void print_item(item_printer *printer, const rill_stream *stream, const rill_item *item, const rill_chunk *chunk)
{
    static const char *const parts[] = {"whole", "first", "middle", "last"};
    static const char *const ends[] = {"", "done", "eof", "truncated"};
    bool complete = item->part == RILL_PART_WHOLE || item->part == RILL_PART_LAST;
    json_line line = {printer, printer->out, item->part != RILL_PART_WHOLE, complete, false};
    bool begins = item->part == RILL_PART_WHOLE || item->part == RILL_PART_FIRST;
    if (item->kind != RILL_ITEM_ERROR && begins)
        forget_pieces(printer); /* of an event that broke */
    open_bracket(&line, '{');
    switch (item->kind) {
    case RILL_ITEM_BAD:
        word(&line, "kind", "bad");
        word(&line, "reason", print_reason(item->status));
        integer(&line, "offset", item->offset);
        break;
    case RILL_ITEM_END:
        word(&line, "kind", "end");
        word(&line, "reason", ends[item->end]);
        break;
    case RILL_ITEM_ERROR:
        print_error(&line, stream, &chunk->error);
        if (line.parts)
            word(&line, "part", parts[item->part]);
        break;
    default:
        print_chunk(&line, item->kind, chunk);
        word(&line, "part", parts[item->part]);
        break;
    }
    close_bracket(&line, '}');
    sink_char(printer->out, '\n');
}

void print_end(item_printer *printer)
{
    for (size_t i = 0; i < PENDING; i++)
        growing_free(&printer->pending[i].text);
}
