/* The AT engine by itself: lines, placeholders, steps, time. What modems say is a transcript. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "at.h"
#include "modem/transcript.h"

#define END_OF_STEPS {NULL, NULL, 0, 0, 0, 0}
#define END_OF_LINES {NULL, 0, 0}

/* ---- */

typedef struct at_bench {
    transcript play;
    rill_at at;
    char line[RILL_AT_LINE_MIN + 1];
    char data[256];
} at_bench;

static void set_up(at_bench *bench, const exchange *list, size_t count)
{
    memset(bench, 0, sizeof(*bench));
    bench->play.list = list;
    bench->play.count = count;
    bench->line[RILL_AT_LINE_MIN] = '!';
    assert_int_equal(rill_at_begin(&bench->at, &transcript_port, &bench->play, bench->line, RILL_AT_LINE_MIN), RILL_OK);
}

#define SET_UP(bench, ...) \
    static const exchange talk[] = {__VA_ARGS__}; \
    set_up(bench, talk, COUNT_OF(talk))

/* Runs to the end of the script, in calls of 50 ms each, and gives its status. */
static rill_status run(at_bench *bench, const rill_at_step *script)
{
    rill_status status = RILL_MORE;
    rill_at_start(&bench->at, script);
    bench->at.in = bench->data;
    bench->at.in_size = sizeof(bench->data);
    while (status >= 0 && bench->at.step != NULL) {
        uint32_t before = bench->play.clock;
        status = rill_at_run(&bench->at, 50);
        assert_true(bench->play.clock - before <= 50);
        assert_true(bench->play.clock < 3600000);
    }
    assert_int_equal(bench->line[RILL_AT_LINE_MIN], '!');
    return status;
}

static const rill_at_step hello[] = {
    {"AT\r", NULL, 5, 0, 0, 0},
    END_OF_STEPS,
};

/* ---- answers */

static void ok_ends_a_step(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT\r", "\r\nOK\r\n", 0, 0});
    assert_int_equal(run(&bench, hello), RILL_OK);
    assert_true(transcript_is_over(&bench.play));
}

static void the_echo_is_passed_over(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT\r", "AT\r\r\nOK\r\n", 0, 0});
    assert_int_equal(run(&bench, hello), RILL_OK);
}

static void errors_have_names(void **state)
{
    (void)state;
    static const rill_at_code codes[] = {{10, 9, RILL_PORT_SIM}, {30, 1, RILL_PORT_REGISTRATION}, {0, 0, 0}};
    static const struct {
        const char *answer;
        rill_status status;
    } errors[] = {
        {"\r\nERROR\r\n", RILL_PORT_COMMAND},
        {"\r\n+CME ERROR: 10\r\n", RILL_PORT_SIM},
        {"\r\n+CME ERROR: 18\r\n", RILL_PORT_SIM},
        {"\r\n+CME ERROR: 19\r\n", RILL_PORT_COMMAND},
        {"\r\n+CMS ERROR: 30\r\n", RILL_PORT_REGISTRATION},
        {"\r\n+CME ERROR: SIM not inserted\r\n", RILL_PORT_SILENT}, /* no line that is known: it was AT+CMEE=1 */
        {"\r\n+CME ERROR: 99999999999999999999\r\n", RILL_PORT_COMMAND},
    };
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        at_bench bench;
        const exchange talk[] = {{"AT\r", errors[i].answer, 0, 0}};
        set_up(&bench, talk, 1);
        bench.at.codes = codes;
        assert_int_equal(run(&bench, hello), errors[i].status);
    }
}

static void a_step_with_answers_needs_one_of_them(void **state)
{
    (void)state;
    static const rill_at_match answers[] = {{"+CSQ: " RILL_AT_VALUE, RILL_AT_TELL, 0}, END_OF_LINES};
    static const rill_at_step ask[] = {{"AT+CSQ\r", answers, 5, 0, 0, 0}, END_OF_STEPS};
    at_bench bench;
    SET_UP(&bench, {"AT+CSQ\r", "\r\nOK\r\n", 0, 0}, /* late, of an earlier command */
           {NULL, "\r\n+CSQ: 24,99\r\n\r\nOK\r\n", 300, 0});
    assert_int_equal(run(&bench, ask), RILL_OK);
    assert_int_equal(bench.at.told, 24);
}

static void only_ok_says_nothing_within_the_limit(void **state)
{
    (void)state;
    static const rill_at_match answers[] = {{"+QIACT: 1,1", RILL_AT_IS, RILL_OK}, END_OF_LINES};
    static const rill_at_step ask[] = {{"AT+QIACT?\r", answers, 3, 0, 0, RILL_PORT_CONTEXT}, END_OF_STEPS};
    at_bench bench;
    SET_UP(&bench, {"AT+QIACT?\r", "\r\nOK\r\n", 0, 0});
    assert_int_equal(run(&bench, ask), RILL_PORT_CONTEXT);
    assert_in_range(bench.play.clock, 3000, 3050);
}

static void silence_is_told_at_the_limit(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT\r", NULL, 0, 0});
    assert_int_equal(run(&bench, hello), RILL_PORT_SILENT);
    assert_in_range(bench.play.clock, 5000, 5050);
}

static void a_number_is_matched_whole(void **state)
{
    (void)state;
    static const rill_at_match answers[] = {
        {"+R: " RILL_AT_ANY ",1", RILL_AT_IS, RILL_OK},
        {"+R: " RILL_AT_ANY ",", RILL_AT_IS, RILL_PORT_REGISTRATION},
        END_OF_LINES,
    };
    static const rill_at_step ask[] = {{"AT+R?\r", answers, 5, 0, 0, 0}, END_OF_STEPS};
    static const struct {
        const char *answer;
        rill_status status;
    } cases[] = {
        {"+R: 0,1\r\nOK\r\n", RILL_OK},         {"+R: 2,1,\"1A\",7\r\nOK\r\n", RILL_OK},
        {"+R: 0,11\r\nOK\r\n", RILL_PORT_REGISTRATION}, {"+R: ,1\r\nOK\r\n", RILL_PORT_TIMEOUT},
        {"+R: 1\r\nOK\r\n", RILL_PORT_TIMEOUT},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        at_bench bench;
        const exchange talk[] = {{"AT+R?\r", cases[i].answer, 0, 0}};
        set_up(&bench, talk, 1);
        assert_int_equal(run(&bench, ask), cases[i].status);
    }
}

/* ---- lines of any length, and garbage */

static void a_line_that_is_too_long_is_cut(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT\r",
    "\r\n+LONG: 0123456789012345678901234567890123456789012345678901234567890123456789\r\nOK\r\n", 0, 0});
    assert_int_equal(run(&bench, hello), RILL_OK);
}

static void a_number_that_was_cut_does_not_count(void **state)
{
    (void)state;
    static const rill_at_match answers[] = {
        {"+N: 000000000000000000000000000000000000000" RILL_AT_VALUE, RILL_AT_TELL | RILL_AT_FINAL, 0}, END_OF_LINES};
    static const rill_at_step ask[] = {{"AT+N\r", answers, 2, 0, 0, 0}, END_OF_STEPS};
    at_bench whole, cut;
    SET_UP(&whole, {"AT+N\r", "+N: 000000000000000000000000000000000000000123\r\n", 0, 0}); /* 46 characters */
    assert_int_equal(run(&whole, ask), RILL_OK);
    assert_int_equal(whole.at.told, 123);
    static const exchange longer[] = {{"AT+N\r", "+N: 00000000000000000000000000000000000000012345678\r\n", 0, 0}};
    set_up(&cut, longer, 1);
    assert_int_equal(run(&cut, ask), RILL_PORT_SILENT);
}

static void garbage_without_a_line_end_fills_nothing(void **state)
{
    (void)state;
    static char noise[4000];
    memset(noise, 0x80 | 'x', sizeof(noise));
    memcpy(noise + sizeof(noise) - 8, "\nOK\r\n\n\n\n", 8);
    at_bench bench;
    const exchange talk[] = {{"AT\r", noise, 0, sizeof(noise)}};
    set_up(&bench, talk, 1);
    assert_int_equal(run(&bench, hello), RILL_OK);
}

/* ---- data */

static const rill_at_match data_lines[] = {{"+RD: " RILL_AT_VALUE, RILL_AT_DATA, '\r'}, END_OF_LINES};
static const rill_at_step read_data[] = {{"AT+RD=" RILL_AT_COUNT "\r", data_lines, 9, 0, 0, 0}, END_OF_STEPS};

static void data_may_hold_any_bytes(void **state)
{
    (void)state;
    static const char answer[] = "\r\n+RD: 19\r\n\r\nOK\r\nERROR\r\n> \0\r\n!\r\n\r\nOK\r\n";
    at_bench bench;
    const exchange talk[] = {{"AT+RD=100\r", answer, 0, sizeof(answer) - 1}};
    for (size_t piece = 0; piece < 5; piece++) {
        set_up(&bench, talk, 1);
        bench.play.piece = piece;
        bench.at.numbers[RILL_AT_NUMBER_COUNT] = 100;
        assert_int_equal(run(&bench, read_data), RILL_OK);
        assert_int_equal(bench.at.told, 19);
        assert_memory_equal(bench.data, "\r\nOK\r\nERROR\r\n> \0\r\n!", 19);
        assert_ptr_equal(bench.at.in, bench.data + 19);
    }
}

static void more_than_was_asked_for_is_a_lie(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT+RD=10\r", "\r\n+RD: 11\r\n12345678901\r\nOK\r\n", 0, 0});
    bench.at.numbers[RILL_AT_NUMBER_COUNT] = 10;
    assert_int_equal(run(&bench, read_data), RILL_PORT_ANSWER);
    assert_ptr_equal(bench.at.in, bench.data); /* not a byte of it */
    assert_int_equal(rill_at_run(&bench.at, 10), RILL_PORT_ANSWER);
}

static void more_bytes_than_told_are_a_lie(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT+RD=10\r", "\r\n+RD: 5\r\n1234567\r\nOK\r\n", 0, 0});
    bench.at.numbers[RILL_AT_NUMBER_COUNT] = 10;
    assert_int_equal(run(&bench, read_data), RILL_PORT_ANSWER);
}

static void fewer_bytes_than_told_are_waited_for(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT+RD=100\r", "\r\n+RD: 50\r\n12345\r\nOK\r\n", 0, 0});
    bench.at.numbers[RILL_AT_NUMBER_COUNT] = 100;
    assert_int_equal(run(&bench, read_data), RILL_PORT_ANSWER);
    assert_in_range(bench.play.clock, RILL_AT_GAP_MS, RILL_AT_GAP_MS + 50);
}

/* ---- a caller that is away */

/* The limit is passed while nobody calls: what came by then counts, whatever holds up the data in it. Nothing at all is too late. */
static void what_came_while_nobody_called_counts(void **state)
{
    (void)state;
    static const char answer[] = "\r\n+RD: 5\r\nhello\r\nOK\r\n";
    const exchange talk[] = {{"AT+RD=10\r", answer, 100, 0}};
    for (size_t cut = 10; cut < 16; cut++) /* in front of the data to behind it */
        for (size_t piece = 0; piece < 4; piece++) {
            at_bench bench;
            int32_t status = RILL_MORE;
            set_up(&bench, talk, 1);
            bench.play.piece = piece;
            bench.play.cut = cut;
            bench.at.numbers[RILL_AT_NUMBER_COUNT] = 10;
            bench.at.in = bench.data;
            bench.at.in_size = sizeof(bench.data);
            rill_at_start(&bench.at, read_data);
            assert_int_equal(rill_at_run(&bench.at, 50), RILL_MORE);
            bench.play.clock += 20000;
            while (status >= 0 && bench.at.step != NULL)
                status = rill_at_run(&bench.at, 50);
            assert_int_equal(status, RILL_OK);
            assert_memory_equal(bench.data, "hello", 5);
            assert_true(bench.play.clock < 20300);
        }
}

static size_t line_takes; /* so many bytes more */

static int32_t held_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    size_t taken = length < line_takes ? length : line_takes;
    line_takes -= taken;
    return taken > 0 ? transcript_write(context, bytes, taken, timeout_ms) : 0;
}

/* The line takes a part of a request, or nothing of it, and then the caller is away. */
static void a_request_goes_on_where_it_was(void **state)
{
    (void)state;
    static const rill_port held = {transcript_read, held_write, transcript_close, transcript_now};
    for (size_t taken = 0; taken < 3; taken++) {
        at_bench bench;
        SET_UP(&bench, {"AT\r", "\r\nOK\r\n", 0, 0});
        bench.at.port = &held;
        line_takes = taken;
        rill_at_start(&bench.at, hello);
        assert_int_equal(rill_at_run(&bench.at, 0), RILL_MORE);
        bench.play.clock += 20000;
        line_takes = SIZE_MAX;
        assert_int_equal(rill_at_run(&bench.at, 50), RILL_OK);
        assert_true(transcript_is_over(&bench.play));
    }
}

static void nothing_is_late_also_when_nobody_called(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT\r", NULL, 0, 0});
    rill_at_start(&bench.at, hello);
    assert_int_equal(rill_at_run(&bench.at, 50), RILL_MORE);
    bench.play.clock += 20000;
    assert_int_equal(rill_at_run(&bench.at, 50), RILL_PORT_SILENT);
    assert_int_equal(bench.play.clock, 20050);
}

/* Data that waits for the reader is not missing. */
static void data_waits_for_the_reader(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT+RD=10\r", "\r\n+RD: 5\r\nhello\r\nOK\r\n", 0, 0});
    bench.at.numbers[RILL_AT_NUMBER_COUNT] = 10;
    rill_at_start(&bench.at, read_data);
    for (int calls = 0; calls < 4; calls++) {
        assert_int_equal(rill_at_run(&bench.at, 50), RILL_MORE);
        bench.play.clock += RILL_AT_GAP_MS;
    }
    bench.at.in = bench.data;
    bench.at.in_size = sizeof(bench.data);
    assert_int_equal(rill_at_run(&bench.at, 50), RILL_OK);
    assert_memory_equal(bench.data, "hello", 5);
}

/* ---- prompts */

static const rill_at_match send_lines[] = {
    {">", RILL_AT_PROMPT | RILL_AT_OPEN, 0},
    {"@", RILL_AT_PROMPT | RILL_AT_OPEN, 60},
    {"SEND OK", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    {"SEND FAIL", RILL_AT_IS | RILL_AT_FINAL, RILL_END},
    END_OF_LINES,
};
static const rill_at_step send_data[] = {{"AT+WR=" RILL_AT_COUNT "\r", send_lines, 9, 0, 0, 0}, END_OF_STEPS};

static void a_request_may_hold_any_bytes_but_the_placeholders(void **state)
{
    (void)state;
    static const rill_at_step ask[] = {{"AT+X=\"\xc3\xa9\xff\"\r\n", NULL, 5, RILL_AT_GIVEN, 0, 0}, END_OF_STEPS};
    at_bench bench;
    SET_UP(&bench, {"AT+X=\"\xc3\xa9\xff\"\r\n", "\r\nOK\r\n", 0, 0});
    assert_int_equal(run(&bench, ask), RILL_OK);
    assert_true(transcript_is_over(&bench.play));
}

static void a_prompt_has_no_line_end(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT+WR=5\r", "\r\n> ", 0, 0}, {"hello", "\r\nSEND OK\r\n", 0, 0});
    bench.at.numbers[RILL_AT_NUMBER_COUNT] = 5;
    bench.at.out = "hello, and no more";
    bench.at.out_size = 18;
    assert_int_equal(run(&bench, send_data), RILL_OK);
    assert_true(transcript_is_over(&bench.play));
}

static void a_prompt_may_want_a_pause(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT+WR=5\r", "\r\n@", 0, 0}, {"hello", "\r\nSEND OK\r\n", 0, 0});
    bench.at.numbers[RILL_AT_NUMBER_COUNT] = 5;
    bench.at.out = "hello";
    bench.at.out_size = 5;
    assert_int_equal(run(&bench, send_data), RILL_OK);
    assert_int_equal(bench.play.longest_silence, 60);
}

static void what_was_refused_is_sent_again_after_a_pause(void **state)
{
    (void)state;
    at_bench bench;
    SET_UP(&bench, {"AT+WR=5\r", "\r\n> ", 0, 0}, {"hello", "\r\nSEND FAIL\r\n", 0, 0}, {"AT+WR=5\r", "\r\n> ", 0, 0},
           {"hello", "\r\nSEND OK\r\n", 0, 0});
    bench.at.numbers[RILL_AT_NUMBER_COUNT] = 5;
    bench.at.out = "hello";
    bench.at.out_size = 5;
    assert_int_equal(run(&bench, send_data), RILL_OK);
    assert_int_equal(bench.play.longest_silence, RILL_AT_PAUSE_MS);
}

/* ---- scripts */

static void a_row_may_match_any_line(void **state)
{
    (void)state;
    static const rill_at_match any_lines[] = {{"", RILL_AT_IS | RILL_AT_FINAL, RILL_OK}, END_OF_LINES};
    static const rill_at_step ask[] = {{"AT+CGMI\r", any_lines, 5, 0, 0, 0}, END_OF_STEPS};
    at_bench bench;
    SET_UP(&bench, {"AT+CGMI\r", "\r\nQuectel\r\nOK\r\n", 0, 0});
    assert_int_equal(run(&bench, ask), RILL_OK);
}

/* A certificate, say. */
static void a_request_may_be_longer_than_64_kb(void **state)
{
    (void)state;
    static char text[70001], request[70020];
    static const rill_at_step ask[] = {{"AT+CERT=\"\4\"\r", NULL, 5, 0, 0, 0}, END_OF_STEPS};
    at_bench bench;
    memset(text, 'c', sizeof text - 1);
    sprintf(request, "AT+CERT=\"%s\"\r", text);
    SET_UP(&bench, {request, "\r\nOK\r\n", 0, 0});
    bench.at.texts[0] = text;
    assert_int_equal(run(&bench, ask), RILL_OK);
    assert_true(transcript_is_over(&bench.play));
}

static void texts_and_numbers_are_filled_in(void **state)
{
    (void)state;
    static const rill_at_step ask[] = {
        {"AT+A=" RILL_AT_ID ",\"\4\"," RILL_AT_COUNT "," RILL_AT_PORT "\r", NULL, 5, 0, 0, 0},
        {"AT+B=\"\5\"\r", NULL, 5, RILL_AT_GIVEN, 0, 0}, /* left out: the text is empty */
        {"AT+C=\"\4\"\r", NULL, 5, RILL_AT_GIVEN, 0, 0},
        END_OF_STEPS,
    };
    at_bench bench;
    SET_UP(&bench, {"AT+A=3,\"one\",65535,0\r", "\r\nOK\r\n", 0, 0}, {"AT+C=\"one\"\r", "\r\nOK\r\n", 0, 0});
    bench.at.texts[0] = "one";
    bench.at.numbers[RILL_AT_NUMBER_ID] = 3;
    bench.at.numbers[RILL_AT_NUMBER_COUNT] = 65535;
    assert_int_equal(run(&bench, ask), RILL_OK);
}

static void a_good_step_may_leave_out_others(void **state)
{
    (void)state;
    static const rill_at_step ask[] = {
        {"AT+A\r", NULL, 5, RILL_AT_OPTIONAL, 1, 0}, {"AT+B\r", NULL, 5, 0, 0, 0}, {"AT+C\r", NULL, 5, 0, 0, 0},
        END_OF_STEPS};
    at_bench good, bad;
    SET_UP(&good, {"AT+A\r", "\r\nOK\r\n", 0, 0}, {"AT+C\r", "\r\nOK\r\n", 0, 0});
    assert_int_equal(run(&good, ask), RILL_OK);
    static const exchange refused[] = {
        {"AT+A\r", "\r\nERROR\r\n", 0, 0}, {"AT+B\r", "\r\nOK\r\n", 0, 0}, {"AT+C\r", "\r\nOK\r\n", 0, 0}};
    set_up(&bad, refused, 3);
    assert_int_equal(run(&bad, ask), RILL_OK);
}

static void a_modem_that_starts_is_knocked_at(void **state)
{
    (void)state;
    static const rill_at_match lines[] = {{"RDY\r", RILL_AT_BREAK, RILL_PORT_RESTARTED}, END_OF_LINES};
    static const rill_at_step ask[] = {{"AT\r", NULL, 1, RILL_AT_KNOCK, 0, 0}, {"AT+A\r", NULL, 5, 0, 0, 0},
        END_OF_STEPS};
    at_bench bench;
    SET_UP(&bench, {"AT\r", NULL, 0, 0}, {"AT\r", "\xff\xfe\r\nRDY\r\n", 500, 0}, {"AT\r", "\r\nOK\r\n", 0, 0},
           {"AT+A\r", "\r\nRDY\r\n", 0, 0});
    bench.at.lines = lines;
    bench.play.told_once = RILL_PORT_NOISE;
    assert_int_equal(run(&bench, ask), RILL_PORT_RESTARTED);
    assert_true(transcript_is_over(&bench.play));
}

/* In a request, after the first one, in its pause, and where it would be sent again or another would. */
static void a_script_may_be_ended_with_its_step(void **state)
{
    (void)state;
    static const rill_at_match again[] = {{"AGAIN", RILL_AT_IS | RILL_AT_FINAL, RILL_END}, END_OF_LINES};
    static const rill_at_step ask[] = {{"AT+A\r", again, 5, RILL_AT_OPTIONAL, 0, 0}, {"AT+B\r", NULL, 5, 0, 0, 0},
        END_OF_STEPS};
    static const rill_at_step knock[] = {{"AT\r", NULL, 1, RILL_AT_KNOCK, 0, 0}, END_OF_STEPS};
    static const rill_at_step settle[] = {{"AT+C\r", NULL, 1, RILL_AT_SETTLE, 0, 0}, END_OF_STEPS};
    static const struct {
        const rill_at_step *script;
        const char *request, *answer;
        rill_status status;
    } scripts[] = {
        {ask, "AT+A\r", "\r\nERROR\r\n", RILL_OK}, {ask, "AT+A\r", "\r\nAGAIN\r\n", RILL_OK},
        {knock, "AT\r", NULL, RILL_PORT_SILENT},
    };
    at_bench bench;
    for (size_t i = 0; i < COUNT_OF(scripts); i++) {
        const exchange talk[] = {{scripts[i].request, scripts[i].answer, 300, 0}};
        rill_status status = RILL_MORE;
        set_up(&bench, talk, 1);
        rill_at_start(&bench.at, scripts[i].script);
        assert_int_equal(rill_at_run(&bench.at, 50), RILL_MORE);
        rill_at_end(&bench.at);
        while (status == RILL_MORE)
            status = rill_at_run(&bench.at, 50);
        assert_int_equal(status, scripts[i].status);
        assert_null(bench.at.step);
        assert_true(transcript_is_over(&bench.play));
    }
    for (size_t full = 1; full < 5; full++) { /* a request that was begun is sent to its end, and its answer waited for */
        const exchange talk[] = {{"AT+A\r", "\r\nERROR\r\n", 0, 0}};
        set_up(&bench, talk, 1);
        bench.play.full = full;
        rill_at_start(&bench.at, ask);
        assert_int_equal(rill_at_run(&bench.at, 50), RILL_MORE);
        rill_at_end(&bench.at);
        assert_non_null(bench.at.step);
        assert_int_equal(rill_at_run(&bench.at, 50), RILL_OK);
        assert_true(transcript_is_over(&bench.play));
    }
    set_up(&bench, NULL, 0);
    rill_at_start(&bench.at, settle);
    rill_at_end(&bench.at);
    assert_null(bench.at.step);
    rill_at_start(&bench.at, hello);
    rill_at_end(&bench.at);
    assert_null(bench.at.step);
    const exchange talk[] = {{"AT\r", "\r\nOK\r\n", 0, 0}, {"AT+A\r", "\r\nERROR\r\n", 0, 0}, {"AT+B\r", "\r\nOK\r\n", 0, 0}};
    set_up(&bench, talk, 3);
    rill_at_end(&bench.at);
    assert_int_equal(run(&bench, hello), RILL_OK);
    assert_int_equal(run(&bench, ask), RILL_OK); /* the next one has all of its steps */
    assert_true(transcript_is_over(&bench.play));
}

static void knocking_ends(void **state)
{
    (void)state;
    static const rill_at_step ask[] = {{"AT\r", NULL, 1, RILL_AT_KNOCK, 0, 0}, END_OF_STEPS};
    exchange talk[RILL_AT_KNOCKS];
    at_bench bench;
    for (size_t i = 0; i < RILL_AT_KNOCKS; i++)
        talk[i] = (exchange){"AT\r", NULL, 0, 0};
    set_up(&bench, talk, RILL_AT_KNOCKS);
    assert_int_equal(run(&bench, ask), RILL_PORT_SILENT);
    assert_in_range(bench.play.clock, RILL_AT_KNOCKS * 1000, RILL_AT_KNOCKS * 1000 + 50);
}

/* ---- unasked lines */

static void unasked_lines_come_at_any_moment(void **state)
{
    (void)state;
    static const rill_at_match lines[] = {{"+URC: " RILL_AT_ID, RILL_AT_EVENT, 4}, END_OF_LINES};
    static const char *const answers[] = {
        "\r\n+URC: 2\r\nAT\r\r\nOK\r\n",
        "AT\r\r\n+URC: 2\r\n\r\nOK\r\n",
        "A\r\n+URC: 2\r\nT\r\r\nOK\r\n",
        "AT\r\r\n+URC: 23\r\n\r\n+URC: 2,7\r\n\r\nOK\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        at_bench bench;
        const exchange talk[] = {{"AT\r", answers[i], 0, 0}};
        set_up(&bench, talk, 1);
        bench.at.lines = lines;
        bench.at.numbers[RILL_AT_NUMBER_ID] = 2;
        assert_int_equal(run(&bench, hello), RILL_OK);
        assert_int_equal(bench.at.events, 4);
    }
}

static void without_a_script_an_event_ends_the_wait(void **state)
{
    (void)state;
    static const rill_at_match lines[] = {{"+URC", RILL_AT_EVENT, 1}, END_OF_LINES};
    at_bench bench;
    SET_UP(&bench, {NULL, "\r\n+OTHER\r\n\r\n+URC\r\n", 70, 0});
    bench.at.lines = lines;
    assert_int_equal(rill_at_run(&bench.at, 50), RILL_MORE);
    assert_int_equal(bench.play.clock, 50);
    assert_int_equal(rill_at_run(&bench.at, 50), RILL_OK);
    assert_int_equal(bench.play.clock, 70);
    assert_int_equal(bench.at.events, 1);
}

/* ---- the port below */

static int32_t endless_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    (void)context;
    (void)timeout_ms;
    memset(bytes, '\n', size);
    return (int32_t)size;
}

static int32_t endless_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    (void)context;
    (void)bytes;
    (void)timeout_ms;
    return (int32_t)length;
}

/* A line for each millisecond, none of them an answer. */
static int32_t chatty_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    (void)timeout_ms;
    ++*(uint32_t *)context;
    return endless_read(context, bytes, size, 0);
}

static uint32_t chatty_now(void *context)
{
    return *(uint32_t *)context;
}

static int32_t boasting_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    (void)context;
    (void)bytes;
    (void)timeout_ms;
    return (int32_t)size + 1;
}

static uint32_t tick(void *context)
{
    return ++*(uint32_t *)context;
}

static void bytes_without_end_do_not_hold_a_call(void **state)
{
    (void)state;
    static const rill_port endless = {endless_read, endless_write, NULL, tick};
    uint32_t clock = 0;
    char line[RILL_AT_LINE_MIN];
    rill_at at;
    rill_at_begin(&at, &endless, &clock, line, sizeof(line));
    assert_int_equal(rill_at_run(&at, 100), RILL_MORE);
    assert_true(clock < 2000);
}

static void a_limit_ends_on_a_line_that_is_never_silent(void **state)
{
    (void)state;
    static const rill_port chatty = {chatty_read, endless_write, NULL, chatty_now};
    static const rill_at_step knock[] = {{"AT\r", NULL, 1, RILL_AT_KNOCK, 0, 0}, END_OF_STEPS};
    static const struct {
        const rill_at_step *script;
        uint32_t least, most;
    } scripts[] = {{hello, 5000, 5000 + RILL_AT_LATE + 20}, {knock, 20000, RILL_AT_KNOCKS * (1000 + RILL_AT_LATE + 20)}};
    for (size_t i = 0; i < COUNT_OF(scripts); i++) {
        uint32_t clock = 0;
        char line[RILL_AT_LINE_MIN];
        rill_status status = RILL_MORE;
        rill_at at;
        rill_at_begin(&at, &chatty, &clock, line, sizeof(line));
        rill_at_start(&at, scripts[i].script);
        while (status == RILL_MORE && clock < 100000)
            status = rill_at_run(&at, 50);
        assert_int_equal(status, RILL_PORT_SILENT);
        assert_in_range(clock, scripts[i].least, scripts[i].most);
    }
}

static void a_port_that_boasts_is_broken(void **state)
{
    (void)state;
    static const rill_port boasting = {boasting_read, endless_write, NULL, tick};
    uint32_t clock = 0;
    char line[RILL_AT_LINE_MIN];
    rill_at at;
    rill_at_begin(&at, &boasting, &clock, line, sizeof(line));
    assert_int_equal(rill_at_run(&at, 100), RILL_PORT_BROKEN);
    assert_int_equal(rill_at_run(&at, 100), RILL_PORT_BROKEN);
}

static void bad_settings_are_refused(void **state)
{
    (void)state;
    char line[RILL_AT_LINE_MIN];
    rill_at at;
    assert_int_equal(rill_at_begin(NULL, &transcript_port, NULL, line, sizeof(line)), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_at_begin(&at, NULL, NULL, line, sizeof(line)), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_at_begin(&at, &transcript_port, NULL, NULL, sizeof(line)), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_at_begin(&at, &transcript_port, NULL, line, sizeof(line) - 1), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_at_begin(&at, &transcript_port, NULL, line, 65536), RILL_SCHEMA_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ok_ends_a_step),
        cmocka_unit_test(the_echo_is_passed_over),
        cmocka_unit_test(errors_have_names),
        cmocka_unit_test(a_step_with_answers_needs_one_of_them),
        cmocka_unit_test(only_ok_says_nothing_within_the_limit),
        cmocka_unit_test(silence_is_told_at_the_limit),
        cmocka_unit_test(a_number_is_matched_whole),
        cmocka_unit_test(a_line_that_is_too_long_is_cut),
        cmocka_unit_test(a_number_that_was_cut_does_not_count),
        cmocka_unit_test(garbage_without_a_line_end_fills_nothing),
        cmocka_unit_test(data_may_hold_any_bytes),
        cmocka_unit_test(more_than_was_asked_for_is_a_lie),
        cmocka_unit_test(more_bytes_than_told_are_a_lie),
        cmocka_unit_test(fewer_bytes_than_told_are_waited_for),
        cmocka_unit_test(what_came_while_nobody_called_counts),
        cmocka_unit_test(a_request_goes_on_where_it_was),
        cmocka_unit_test(nothing_is_late_also_when_nobody_called),
        cmocka_unit_test(data_waits_for_the_reader),
        cmocka_unit_test(a_request_may_hold_any_bytes_but_the_placeholders),
        cmocka_unit_test(a_prompt_has_no_line_end),
        cmocka_unit_test(a_prompt_may_want_a_pause),
        cmocka_unit_test(what_was_refused_is_sent_again_after_a_pause),
        cmocka_unit_test(a_row_may_match_any_line),
        cmocka_unit_test(a_request_may_be_longer_than_64_kb),
        cmocka_unit_test(texts_and_numbers_are_filled_in),
        cmocka_unit_test(a_good_step_may_leave_out_others),
        cmocka_unit_test(a_modem_that_starts_is_knocked_at),
        cmocka_unit_test(a_script_may_be_ended_with_its_step),
        cmocka_unit_test(knocking_ends),
        cmocka_unit_test(unasked_lines_come_at_any_moment),
        cmocka_unit_test(without_a_script_an_event_ends_the_wait),
        cmocka_unit_test(bytes_without_end_do_not_hold_a_call),
        cmocka_unit_test(a_limit_ends_on_a_line_that_is_never_silent),
        cmocka_unit_test(a_port_that_boasts_is_broken),
        cmocka_unit_test(bad_settings_are_refused),
    };
    return cmocka_run_group_tests_name("at", tests, NULL, NULL);
}
