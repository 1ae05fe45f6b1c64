/* Framing: an event stream on a line that loses bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "framing.h"
#include "rill/rill.h"

/* ---- the line below: hands out a script in reads of a few bytes; ^ is an overrun, ! is noise */

typedef struct tape {
    const char *at;
    size_t step;    /* the most bytes of a read */
    uint32_t clock; /* each read takes a millisecond; with nothing left, all the time it is given */
    int32_t claims; /* what a broken port answers */
    int closed;
} tape;

static int32_t tape_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    tape *line = context;
    size_t count = 0;
    line->clock++;
    if (line->claims != 0)
        return line->claims;
    if (*line->at == '^' || *line->at == '!')
        return *line->at++ == '^' ? RILL_PORT_OVERRUN : RILL_PORT_NOISE;
    while (count < size && count < line->step && *line->at != '\0' && *line->at != '^' && *line->at != '!')
        bytes[count++] = *line->at++;
    if (count == 0)
        line->clock += timeout_ms;
    return (int32_t)count;
}

static int32_t tape_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    (void)context;
    (void)bytes;
    return timeout_ms == 7 ? (int32_t)length : RILL_PORT_BUS;
}

static void tape_close(void *context)
{
    ((tape *)context)->closed++;
}

static uint32_t tape_now(void *context)
{
    return ((tape *)context)->clock;
}

static const rill_port tape_port = {tape_read, tape_write, tape_close, tape_now};

/* ---- what a client makes of it */

typedef struct setup {
    size_t step;
    size_t buffer, tokens;
    bool amid;
} setup;

/* Texts as they are, <bad>, and how it ended. */
static void decode(const char *script, const setup *with, uint32_t gaps, char *log)
{
    static char buffer[1024];
    static rill_token tokens[64];
    static rill_chunk chunk;
    tape line = {script, with->step, 0, 0, 0};
    rill_framing framing;
    rill_stream_config stream = {buffer, with->buffer, tokens, with->tokens, &rill_chat_schema, &chunk, RILL_BODY_SSE, NULL};
    rill_client_config config = {&rill_framing_port, &framing, &stream, 200, 0, 0};
    rill_client client;
    rill_item item = {0};
    *log = '\0';
    rill_framing_begin(&framing, &tape_port, &line, with->amid);
    assert_int_equal(rill_client_begin(&client, &config), RILL_OK);
    while (rill_client_next(&client, &item) == RILL_OK && item.kind != RILL_ITEM_END)
        if (item.kind == RILL_ITEM_BAD)
            strcat(log, "<bad>");
        else if (item.kind == RILL_ITEM_CHAT_CHUNK && chunk.choices[0].message.content.data != NULL)
            strcat(log, chunk.choices[0].message.content.data);
    strcat(log, item.end == RILL_END_DONE ? "<done>" : item.status == RILL_PORT_STALLED ? "<stalled>" : "<?>");
    assert_int_equal(framing.gaps, gaps);
}

static const setup setups[] = {{1, 256, 24, false},  {2, 256, 24, false},   {7, 256, 24, false},
                               {64, 512, 48, false}, {1000, 1024, 64, false}};

#define HEAD "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
#define TAIL "\"}}]}"
#define EVENT(text) HEAD text TAIL "\n\n"
#define DONE "data: [DONE]\n\n"

static void a_gap_costs_the_event_that_it_is_in(void **state)
{
    static const struct {
        const char *script, *log;
    } cases[] = {
        {EVENT("a") EVENT("b") DONE, "ab<done>"},
        /* in a text, a name, a number, behind a number, behind the JSON text */
        {EVENT("a") HEAD "x^y" TAIL "\n\n" EVENT("c") DONE, "a<bad>c<done>"},
        {EVENT("a") HEAD "x!y" TAIL "\n\n" EVENT("c") DONE, "a<bad>c<done>"},
        {"data: {\"obj^ect\":1}\n\n" EVENT("c") DONE, "<bad>c<done>"},
        {"data: {\"created\":1^2}\n\n" EVENT("c") DONE, "<bad>c<done>"},
        {"data: {\"created\":12^}\n\n" EVENT("c") DONE, "<bad>c<done>"},
        {"data: {\"created\":12}^\n\n" EVENT("c") DONE, "<bad>c<done>"},
        {"data: {\"created\":12}\n^\n" EVENT("lost, too: this line end may be the first") EVENT("d") DONE, "<bad>d<done>"},
        /* in a field's name, a comment, a type, an id */
        {"da^ta: {}\n\n" EVENT("c") DONE, "<bad>c<done>"},
        {": keep^ alive\n\n" EVENT("c") DONE, "<bad>c<done>"},
        {"event: mess^age\ndata: {}\n\n" EVENT("c") DONE, "<bad>c<done>"},
        {"event: error^\ndata: {}\n\n" EVENT("c") DONE, "<bad>c<done>"},
        {"id: 1^2\ndata: {}\n\n" EVENT("c") DONE, "<bad>c<done>"},
        {"retry: 1^2\ndata: {}\n\n" EVENT("c") DONE, "<bad>c<done>"},
        /* between events, at the very beginning, at the end */
        {EVENT("a") "^" EVENT("perhaps not whole") EVENT("c") DONE, "a<bad>c<done>"},
        {"^" EVENT("perhaps not whole") EVENT("c") DONE, "<bad>c<done>"},
        {EVENT("a") "data: [DO^NE]\n\n", "a<bad><stalled>"},
        {EVENT("a") "data: [DONE]^\n\n", "a<bad><stalled>"},
        {EVENT("a") DONE "^" EVENT("nobody reads"), NULL},
        /* lines that end in CRLF or CR */
        {"data: {\"x^y\":1}\r\n\r\n" EVENT("c") DONE, "<bad>c<done>"},
        {"data: {\"x^y\":1}\r\r" EVENT("c") DONE, "<bad>c<done>"},
        {"data: {\"x^y\":1}\n\r\n" EVENT("c") DONE, "<bad>c<done>"},
        {"data: {\"x^y\":1}\r\n\n" EVENT("c") DONE, "<bad>c<done>"},
        {"data: {\"x^y\":1}\r\ndata: in the same event\r\n\r\n" EVENT("c") DONE, "<bad>c<done>"},
        {"data: {\"created\":1}\r^\n\r\n" EVENT("c") DONE, "<bad>c<done>"},
    };
    char log[256];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t s = 0; s < sizeof setups / sizeof setups[0]; s++) {
            bool lossless = strpbrk(cases[i].script, "^!") == NULL || cases[i].log == NULL;
            decode(cases[i].script, &setups[s], !lossless, log);
            if (strcmp(log, cases[i].log != NULL ? cases[i].log : "a<done>") != 0)
                fail_msg("\"%s\" in reads of %zu gives %s", cases[i].script, setups[s].step, log);
        }
}

static void gaps_in_one_event_are_told_once(void **state)
{
    char log[256];
    (void)state;
    for (size_t s = 0; s < sizeof setups / sizeof setups[0]; s++) {
        decode(EVENT("a") HEAD "x^y!^z" TAIL "\n\n" EVENT("c") DONE, &setups[s], 3, log);
        assert_string_equal(log, "a<bad>c<done>");
        decode(EVENT("a") HEAD "x^y" TAIL "\n^\n" EVENT("lost") HEAD "u^v" TAIL "\n\n" EVENT("c") DONE, &setups[s], 3, log);
        assert_string_equal(log, "a<bad><bad>c<done>");
    }
}

/* Wherever the gap is and however much it takes: what ended before it and what begins behind a blank line is decoded. */
static void every_gap_leaves_the_other_events(void **state)
{
    static const char stream[] = "id: 7\n" EVENT("a") ": comment\n\n" EVENT("b") EVENT("c") EVENT("d") DONE;
    static const struct {
        const char *text, *says;
    } events[] = {{EVENT("a"), "a"}, {EVENT("b"), "b"}, {EVENT("c"), "c"}, {EVENT("d"), "d"}, {DONE, "<done>"}};
    size_t length = sizeof stream - 1;
    unsigned runs = 0;
    (void)state;
    for (size_t from = 0; from <= length - (sizeof DONE - 1); from++)
        for (size_t taken = 0; from + taken < length; taken += taken < 3 ? 1 : 37) {
            char script[sizeof stream + 1], log[256], expected[256] = "";
            const char *behind = strstr(stream + from + taken, "\n\n");
            size_t again = behind != NULL ? (size_t)(behind - stream) + 2 : length;
            bool told = false, done = false;
            for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
                size_t start = (size_t)(strstr(stream, events[i].text) - stream);
                bool before = start + strlen(events[i].text) <= from;
                if (!before && !told)
                    strcat(expected, "<bad>");
                told = told || !before;
                if (before || start >= again) {
                    strcat(expected, events[i].says);
                    done = i == sizeof events / sizeof events[0] - 1;
                }
            }
            strcat(expected, done ? "" : "<stalled>");
            sprintf(script, "%.*s^%s", (int)from, stream, stream + from + taken);
            decode(script, &setups[runs % (sizeof setups / sizeof setups[0])], 1, log);
            if (strcmp(log, expected) != 0)
                fail_msg("\"%s\" gives %s, not %s", script, log, expected);
            runs++;
        }
    printf("gaps: %u, each in another place or of another length\n", runs);
}

static void joined_amid_a_stream_it_begins_with_the_next_event(void **state)
{
    setup with = {5, 512, 48, true};
    char log[256];
    (void)state;
    decode("\":\"lf of an event\"}\n\n" EVENT("b") EVENT("c") DONE, &with, 0, log);
    assert_string_equal(log, "bc<done>");
    decode("half ^of\n\n" EVENT("b") DONE, &with, 1, log);
    assert_string_equal(log, "b<done>");
}

static void a_cut_id_is_no_id(void **state)
{
    static char buffer[256];
    static rill_token tokens[24];
    static rill_chunk chunk;
    tape line = {"id: 41\n" EVENT("a") "id: 4^2\n" EVENT("b") EVENT("c") DONE, 1000, 0, 0, 0};
    rill_framing framing;
    rill_stream_config stream = {buffer, sizeof buffer, tokens, 24, &rill_chat_schema, &chunk, RILL_BODY_SSE, NULL};
    rill_client_config config = {&rill_framing_port, &framing, &stream, 200, 0, 0};
    rill_client client;
    rill_item item = {0};
    (void)state;
    rill_framing_begin(&framing, &tape_port, &line, false);
    assert_int_equal(rill_client_begin(&client, &config), RILL_OK);
    while (rill_client_next(&client, &item) == RILL_OK)
        if (item.kind == RILL_ITEM_CHAT_CHUNK) {
            assert_int_equal(client.stream.sse.id_length, 2);
            assert_memory_equal(client.stream.sse.id, "41", 2);
        }
    assert_int_equal(item.end, RILL_END_DONE);
}

static void time_and_the_port_below(void **state)
{
    char bytes[16];
    tape line = {"abc", 1, 0, 0, 0};
    rill_framing framing;
    (void)state;
    /* reading through what is dropped ends in time */
    line.at = "a line without end, of which nothing is wanted";
    rill_framing_begin(&framing, &tape_port, &line, true);
    assert_int_equal(rill_framing_port.read(&framing, bytes, sizeof bytes, 10), 0);
    assert_int_equal(line.clock, 10);
    assert_int_equal(rill_framing_port.read(&framing, bytes, sizeof bytes, 0), 0);
    assert_int_equal(line.clock, 11);
    /* the silence behind it is not waited for anew */
    line.at = "abc";
    line.clock = 0;
    rill_framing_begin(&framing, &tape_port, &line, true);
    assert_int_equal(rill_framing_port.read(&framing, bytes, sizeof bytes, 10), 0);
    assert_int_equal(line.clock, 11);
    /* so does a line of nothing but gaps */
    line.at = "a^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^";
    rill_framing_begin(&framing, &tape_port, &line, false);
    assert_int_equal(rill_framing_port.read(&framing, bytes, sizeof bytes, 10), 1);
    assert_int_equal(rill_framing_port.read(&framing, bytes, sizeof bytes, 10), 10); /* the notice */
    assert_memory_equal(bytes, "\0\ndata:\0\n\n", 10);
    uint32_t since = line.clock;
    assert_int_equal(rill_framing_port.read(&framing, bytes, sizeof bytes, 10), 0);
    assert_int_equal(line.clock - since, 10);
    /* the notice comes at once, in pieces where there is little room */
    line.at = "^";
    rill_framing_begin(&framing, &tape_port, &line, false);
    assert_int_equal(rill_framing_port.read(&framing, bytes, 4, 0), 4);
    assert_int_equal(rill_framing_port.read(&framing, bytes, 4, 0), 4);
    assert_int_equal(rill_framing_port.read(&framing, bytes, 4, 0), 2);
    assert_int_equal(rill_framing_port.read(&framing, bytes, 4, 0), 0);
    /* other statuses pass; a claim of more bytes than asked for does not */
    line.claims = RILL_PORT_CLOSED;
    assert_int_equal(rill_framing_port.read(&framing, bytes, 4, 10), RILL_PORT_CLOSED);
    line.claims = 5;
    assert_int_equal(rill_framing_port.read(&framing, bytes, 4, 10), RILL_PORT_BROKEN);
    assert_int_equal(rill_framing_port.write(&framing, "abc", 3, 7), 3);
    assert_int_equal(rill_framing_port.now(&framing), line.clock);
    rill_framing_port.close(&framing);
    assert_int_equal(line.closed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gap_costs_the_event_that_it_is_in),
        cmocka_unit_test(gaps_in_one_event_are_told_once),
        cmocka_unit_test(every_gap_leaves_the_other_events),
        cmocka_unit_test(joined_amid_a_stream_it_begins_with_the_next_event),
        cmocka_unit_test(a_cut_id_is_no_id),
        cmocka_unit_test(time_and_the_port_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
