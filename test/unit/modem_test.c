/* The modem port and its dialects. What goes over the line is a transcript from the makers' manuals; each is played
 * whole, byte by byte, and with a pause at every place, so that calls end and go on there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hayes.h"
#include "modem.h"
#include "modem/transcript.h"

#define OK "\r\nOK\r\n"
#define SAYS(text) "\r\n" text "\r\n"
#define SLICE_MS 40 /* of each call: below TRANSCRIPT_CUT_MS, so that a pause ends a call */

/* ---- how transcripts begin */

#define FOUND {"AT\r", OK, 0, 0}, {"ATE0\r", OK, 0, 0}
#define READY {"AT+CMEE=1\r", OK, 0, 0}, {"AT+CPIN?\r", SAYS("+CPIN: READY") OK, 0, 0}
#define REGISTERED {"AT+CEREG?\r", SAYS("+CEREG: 0,1") OK, 0, 0}

#define QUECTEL_ATTACHED \
    FOUND, READY, REGISTERED, {"AT+QISDE=0\r", OK, 0, 0}, {"AT+QICSGP=1,1,\"internet\"\r", OK, 0, 0}, \
    {"AT+QIACT=1\r", OK, 900, 0}, {"AT+QIACT?\r", SAYS("+QIACT: 1,1,1,\"10.0.0.2\"") OK, 0, 0}, \
    {"AT+QICLOSE=0\r", OK, 0, 0}
#define QUECTEL_OPEN \
    QUECTEL_ATTACHED, {"AT+QIOPEN=1,0,\"TCP\",\"example.com\",80,0,0\r", OK SAYS("+QIOPEN: 0,0"), 120, 0}
#define QUECTEL_SENT {"AT+QISEND=0,3\r", "\r\n> ", 0, 0}, {"GET", SAYS("SEND OK"), 0, 0}
#define QUECTEL_TELLS {NULL, SAYS("+QIURC: \"recv\",0"), 200, 0}
#define QUECTEL_READ(text, told) {"AT+QIRD=0,200\r", SAYS("+QIRD: " told) text OK, 0, 0}
#define QUECTEL_EMPTY {"AT+QIRD=0,200\r", SAYS("+QIRD: 0") OK, 0, 0}
#define QUECTEL_CLOSED {NULL, SAYS("+QIURC: \"closed\",0"), 0, 0}
#define QUECTEL_LAST QUECTEL_CLOSED, QUECTEL_EMPTY

#define UBLOX_OPEN \
    FOUND, READY, {"AT+CGDCONT=1,\"IP\",\"internet\"\r", SAYS("+CME ERROR: 3"), 0, 0}, \
    {"AT+CEREG?\r", SAYS("+CIEV: 2,1") SAYS("+CEREG: 2,5,\"1A2B\",\"01C3D4E5\",7") OK, 0, 0}, {"AT+CGACT=1,1\r", OK, \
    0, 0}, \
    {"AT+CGACT?\r", SAYS("+CGACT: 1,1") OK, 0, 0}, \
    {"AT+UPSD=0,100,1\r", SAYS("ERROR"), 0, 0}, {"AT+UPSDA=0,3\r", SAYS("ERROR"), 0, 0}, {"AT+USOCL=0\r", \
    SAYS("ERROR"), 0, 0}, \
    {"AT+USOCR=6\r", SAYS("+USOCR: 4") OK, 0, 0}, {"AT+USOCO=4,\"example.com\",80\r", OK, 0, 0}

#define ESP_OPEN_(receive, connected) \
    {"AT\r\n", OK, 0, 0}, {"ATE0\r\n", OK, 0, 0}, {"AT+CWMODE=1\r\n", OK, 0, 0}, \
    {"AT+CWJAP=\"internet\",\"\"\r\n", "WIFI CONNECTED\r\nWIFI GOT IP\r\n" OK, 0, 0}, {"AT+CIPCLOSE\r\n", \
    "\r\nERROR\r\n", 0, 0}, \
    {"AT+CIPMUX=0\r\n", OK, 0, 0}, {"AT+CIPRECVMODE=" receive "\r\n", OK, 0, 0}, \
    {"AT+CIPSTART=\"TCP\",\"example.com\",80\r\n", connected, 0, 0}
#define ESP_OPEN ESP_OPEN_("1", "CONNECT\r\n" OK)
#define ESP_ACTIVE ESP_OPEN_("0", "CONNECT\r\n" OK)

/* ---- playing one */

typedef struct exchange_list {
    const exchange *list;
    size_t count;
} exchange_list;

typedef struct scene {
    const char *name;
    const rill_modem_dialect *dialect;
    exchange_list talk;
    rill_status opened;  /* what rill_modem_open() gives */
    const char *asks;    /* what is written; "GET" */
    const char *text;    /* all that is read */
    rill_status ended;   /* what read() gives behind it; RILL_OK: nothing more */
} scene;

typedef struct outcome {
    transcript play;
    rill_modem modem;
    rill_status opened;
    int32_t ended;
    char line[RILL_AT_LINE_MIN], text[4096];
    size_t length;
} outcome;

static const rill_modem_settings settings = {.host = "example.com", .port = 80, .network = "internet"};

/* Writes and reads in short calls, as rill_client does. */
static void talk(outcome *out, const rill_port *port, void *context, const char *asks)
{
    size_t left = strlen(asks);
    int32_t moved = 0;
    out->ended = RILL_OK;
    for (uint32_t since = out->play.clock; left != 0 && out->play.clock - since < 60000; left -= (size_t)moved) {
        uint32_t before = out->play.clock;
        asks += moved;
        moved = port->write(context, asks, left, SLICE_MS);
        assert_true(out->play.clock - before <= SLICE_MS);
        if (moved < 0)
            break; /* read() tells the rest */
    }
    for (uint32_t since = out->play.clock; out->play.clock - since < 20000;) {
        uint32_t before = out->play.clock;
        moved = port->read(context, out->text + out->length, 200, SLICE_MS);
        assert_true(out->play.clock - before <= SLICE_MS);
        if (moved < 0) {
            out->ended = moved;
            assert_int_equal(port->read(context, out->text + out->length, 200, SLICE_MS), moved); /* said again */
            return;
        }
        if (moved > 0)
            since = out->play.clock;
        out->length += (size_t)moved;
        assert_true(out->length < sizeof(out->text) - 200);
    }
}

static void play(const scene *what, outcome *out, size_t piece, size_t cut)
{
    memset(out, 0, sizeof(*out));
    out->play.list = what->talk.list;
    out->play.count = what->talk.count;
    out->play.piece = piece;
    out->play.cut = cut;
    assert_int_equal(rill_modem_begin(&out->modem, &transcript_port, &out->play, out->line, sizeof(out->line)),
        RILL_OK);
    out->opened = rill_modem_open(&out->modem, what->dialect, &settings, 60000);
    if (out->opened == RILL_OK)
        talk(out, &rill_modem_port, &out->modem, what->asks != NULL ? what->asks : "GET");
}

static void judge(const scene *what, const outcome *out, size_t piece, size_t cut)
{
    const char *text = what->text != NULL ? what->text : "";
    bool good = out->opened == what->opened;
    if (good && out->opened == RILL_OK)
        good = out->ended == (int32_t)what->ended && out->length == strlen(text) && memcmp(out->text, text,
        out->length) == 0;
    if (good && !transcript_is_over(&out->play))
        good = what->ended != RILL_OK && what->ended != RILL_PORT_CLOSED;
    if (!good)
        fail_msg("%s (piece %zu, cut %zu): open %d, end %d, step %zu of %zu, text \"%.*s\"", what->name, piece, cut,
                 (int)out->opened, (int)out->ended, out->play.at, out->play.count, (int)out->length, out->text);
}

static void play_at_every_place(const scene *scenes, size_t count)
{
    static outcome out;
    for (size_t i = 0; i < count; i++) {
        play(&scenes[i], &out, 0, 0);
        judge(&scenes[i], &out, 0, 0);
        size_t total = out.play.total;
        play(&scenes[i], &out, 1, 0);
        judge(&scenes[i], &out, 1, 0);
        for (size_t cut = 1; cut < total; cut++) {
            play(&scenes[i], &out, 0, cut);
            judge(&scenes[i], &out, 0, cut);
        }
    }
}

#define TALK(...) {(const exchange[]){__VA_ARGS__}, sizeof((const exchange[]){__VA_ARGS__}) / sizeof(exchange)}

/* ---- one conversation with each kind of modem */

static void each_dialect_has_a_conversation(void **state)
{
    (void)state;
    static const char esp_data[] = "+CIPRECVDATA:5,hello" OK;
    const scene scenes[] = {
        {"quectel", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_TELLS, QUECTEL_READ("hello", "5"), QUECTEL_EMPTY, QUECTEL_LAST),
         RILL_OK, NULL, "hello", RILL_PORT_CLOSED},
        {"simcom", &rill_modem_simcom,
         TALK(FOUND, READY, {"AT+CGDCONT=1,\"IP\",\"internet\"\r", OK, 0, 0}, REGISTERED, {"AT+CIPRXGET=1\r", OK, 0, 0},
              {"AT+NETOPEN\r", OK SAYS("+NETOPEN: 0"), 0, 0}, {"AT+CIPCLOSE=0\r",
              SAYS("+CIPCLOSE: 0,4") SAYS("ERROR"), 0, 0},
              {"AT+CIPOPEN=0,\"TCP\",\"example.com\",80\r", OK SAYS("+CIPOPEN: 0,0"), 0, 0},
              {"AT+CIPSEND=0,3\r", "\r\n>", 0, 0}, {"GET", OK SAYS("+CIPSEND: 0,3,3"), 0, 0},
              {NULL, SAYS("+CIPRXGET: 1,0"), 50, 0},
              {"AT+CIPRXGET=2,0,200\r", SAYS("+CIPRXGET: 2,0,5,0") "hello" OK, 0, 0},
              {"AT+CIPRXGET=2,0,200\r", SAYS("+IP ERROR: No data") SAYS("ERROR"), 0, 0}, {NULL,
              SAYS("+IPCLOSE: 0,1"), 0, 0},
              {"AT+CIPRXGET=2,0,200\r", SAYS("+IP ERROR: No data") SAYS("ERROR"), 0, 0}),
         RILL_OK, NULL, "hello", RILL_PORT_CLOSED},
        {"u-blox: the modem names the socket, data in quotes", &rill_modem_ublox,
         TALK(UBLOX_OPEN, {"AT+USOWR=4,3\r", "\r\n@", 0, 0},
              {"GET", SAYS("+USOWR: 4,3") OK, 0, 0}, {NULL, SAYS("+UUSORD: 3,9") SAYS("+UUSORD: 4,6"), 50, 0},
              {"AT+USORD=4,200\r", SAYS("+USORD: 4,6,\"hel\"lo\"") OK, 0, 0},
              {"AT+USORD=4,200\r", SAYS("+USORD: 4,\"\"") OK SAYS("+UUSOCL: 4"), 0, 0},
              {"AT+USORD=4,200\r", SAYS("+CME ERROR: 3"), 0, 0}),
         RILL_OK, NULL, "hel\"lo", RILL_PORT_CLOSED},
        {"ESP-AT, passive", &rill_modem_esp_at,
         TALK(ESP_OPEN, {"AT+CIPSEND=3\r\n", OK "\r\n>", 0, 0}, {"GET", "\r\nRecv 3 bytes\r\n\r\nSEND OK\r\n", 0, 0},
              {NULL, SAYS("+IPD,5"), 50, 0}, {"AT+CIPRECVDATA=200\r\n", esp_data, 0, 0},
              {"AT+CIPRECVDATA=200\r\n", SAYS("ERROR"), 0, 0}, {NULL, "CLOSED\r\n", 0, 0},
              {"AT+CIPRECVDATA=200\r\n", SAYS("ERROR"), 0, 0}),
         RILL_OK, NULL, "hello", RILL_PORT_CLOSED},
        {"ESP-AT, active: data in front of SEND OK, and between lines", &rill_modem_esp_at_active,
         TALK(ESP_ACTIVE, {"AT+CIPSEND=3\r\n", OK "\r\n>", 0, 0},
              {"GET", "\r\nRecv 3 bytes\r\n\r\n+IPD,6:he\r\n>l\r\nSEND OK\r\n\r\n+IPD,2:lo", 0, 0}, {NULL,
              "CLOSED\r\n", 50, 0}),
         RILL_OK, NULL, "he\r\n>llo", RILL_PORT_CLOSED},
        {"Nordic SLM: asked again and again, +++ split", &rill_modem_nordic_slm,
         TALK({"AT\r", OK, 0, 0}, {"ATE0\r", SAYS("ERROR"), 0, 0}, {"AT+CGDCONT=0,\"IP\",\"internet\"\r", OK, 0, 0},
              {"AT+CFUN=1\r", OK, 0, 0}, READY, REGISTERED, {"AT+CGACT=1,0\r", SAYS("ERROR"), 0, 0},
              {"AT+CGACT?\r", SAYS("+CGACT: 0,1") OK, 0, 0}, {"AT#XSOCKET=0\r", SAYS("ERROR"), 0, 0},
              {"AT#XSOCKET=1,1,0\r", SAYS("#XSOCKET: 2,1,6") OK, 0, 0},
              {"AT#XCONNECT=\"example.com\",80\r", SAYS("#XCONNECT: 1") OK, 0, 0}, {"AT#XSEND\r", OK, 0, 0}, {"G+E",
              NULL, 0, 0},
              {"+++", SAYS("#XDATAMODE: 0"), 0, 0}, {"AT#XSEND=\"+\"\r", SAYS("#XSEND: 1") OK, 0, 0},
              {"AT#XSEND\r", OK, 0, 0}, {"++T", NULL, 0, 0}, {"+++", SAYS("#XDATAMODE: 0"), 0, 0},
              {"AT#XPOLL=0,2\r", OK, 0, 0}, {"AT#XRECV=0,64\r", SAYS("ERROR"), 0, 0},
              {"AT#XPOLL=0,2\r", SAYS("#XPOLL: 2,\"0x0001\"") OK, 0, 0},
              {"AT#XRECV=0,64\r", SAYS("#XRECV: 5") "hello" OK, 0, 0},
              {"AT#XPOLL=0,2\r", SAYS("#XPOLL: 2,\"0x0011\"") OK, 0, 0},
              {"AT#XRECV=0,64\r", SAYS("#XRECV: 5") "hello" OK, 0, 0},
              {"AT#XPOLL=0,2\r", SAYS("#XPOLL: 2,\"0x0011\"") OK, 0, 0}, {"AT#XRECV=0,64\r", OK, 0, 0}),
         RILL_OK, "G+E+++T", "hellohello", RILL_PORT_CLOSED},
    };
    play_at_every_place(scenes, COUNT_OF(scenes));
}

/* ---- what a modem may do at any time */

static void lines_may_come_anywhere(void **state)
{
    (void)state;
    const scene scenes[] = {
        {"the echo cannot be switched off", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, {"AT+QISEND=0,3\r", "AT+QISEND=0,3\r\r\n> ", 0, 0}, {"GET", "GET" SAYS("SEND OK"), 0, 0},
              QUECTEL_TELLS,
              {"AT+QIRD=0,200\r", "AT+QIRD=0,200\r" SAYS("+QIRD: 5") "hello" OK, 0, 0}, QUECTEL_EMPTY, QUECTEL_LAST),
         RILL_OK, NULL, "hello", RILL_PORT_CLOSED},
        {"an unasked line between request and answer, and inside the echo", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, {"AT+QISEND=0,3\r", SAYS("+QIURC: \"recv\",0") "\r\n> ", 0, 0}, {"GET",
              SAYS("+CREG: 1") SAYS("SEND OK"), 0, 0},
              {"AT+QIRD=0,200\r", "AT+QI" SAYS("+QIND: \"csq\",24,99") "RD=0,200\r" SAYS("+QIRD: 5") "hello" SAYS("+CEREG: 1") OK, 0, 0},
              QUECTEL_EMPTY, QUECTEL_LAST),
         RILL_OK, NULL, "hello", RILL_PORT_CLOSED},
        {"more data is told before the empty answer", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_TELLS, {"AT+QIRD=0,200\r",
              SAYS("+QIURC: \"recv\",0") SAYS("+QIRD: 0") OK, 0, 0},
              QUECTEL_READ("hello", "5"), QUECTEL_EMPTY, QUECTEL_LAST),
         RILL_OK, NULL, "hello", RILL_PORT_CLOSED},
        {"data is left when the other side has closed", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_CLOSED, QUECTEL_READ("hel", "3"), QUECTEL_READ("lo", "2"),
              QUECTEL_EMPTY),
         RILL_OK, NULL, "hello", RILL_PORT_CLOSED},
        {"data that nobody told of is found", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_READ("hello", "5"), QUECTEL_EMPTY, QUECTEL_LAST),
         RILL_OK, NULL, "hello", RILL_PORT_CLOSED},
        {"data looks like answers", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_TELLS,
              QUECTEL_READ("\r\nRDY\r\n\r\n+QIURC: \"closed\",0\r\n\r\nERROR\r\n> ", "40"),
              QUECTEL_EMPTY, QUECTEL_LAST),
         RILL_OK, NULL, "\r\nRDY\r\n\r\n+QIURC: \"closed\",0\r\n\r\nERROR\r\n> ", RILL_PORT_CLOSED},
        {"another socket's lines", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, {NULL, SAYS("+QIURC: \"closed\",1") SAYS("+QIURC: \"recv\",01"), 10, 0},
              QUECTEL_READ("hello", "5"),
              QUECTEL_EMPTY, QUECTEL_LAST),
         RILL_OK, NULL, "hello", RILL_PORT_CLOSED},
        {"lines that are too long, and bytes that are no text", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT,
              {NULL, "\xff\xfe\x80 \r\n+QNOTE: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n", 10, 0}, QUECTEL_TELLS,
              QUECTEL_READ("hello", "5"), QUECTEL_EMPTY, QUECTEL_LAST),
         RILL_OK, NULL, "hello", RILL_PORT_CLOSED},
        {"late answers of an earlier session", &rill_modem_quectel,
         TALK({"AT\r", SAYS("+QIOPEN: 0,566") OK OK, 0, 0}, {"ATE0\r", OK, 0, 0}, READY, REGISTERED, {"AT+QISDE=0\r",
              OK, 0, 0},
              {"AT+QICSGP=1,1,\"internet\"\r", OK, 0, 0}, {"AT+QIACT=1\r", SAYS("ERROR"), 0, 0},
              {"AT+QIACT?\r", SAYS("+QIACT: 1,1,1,\"10.0.0.2\"") OK, 0, 0}, {"AT+QICLOSE=0\r", OK, 0, 0},
              {"AT+QIOPEN=1,0,\"TCP\",\"example.com\",80,0,0\r",
              SAYS("+QIURC: \"closed\",0") OK OK SAYS("+QIOPEN: 0,0"), 0, 0}, QUECTEL_SENT,
              QUECTEL_CLOSED, QUECTEL_EMPTY),
         RILL_OK, NULL, "", RILL_PORT_CLOSED},
    };
    play_at_every_place(scenes, COUNT_OF(scenes));
}

static void blocks_may_be_refused_or_taken_in_part(void **state)
{
    (void)state;
    const scene scenes[] = {
        {"quectel: the buffer is full twice", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, {"AT+QISEND=0,3\r", "\r\n> ", 0, 0}, {"GET", SAYS("SEND FAIL"), 0, 0},
              {"AT+QISEND=0,3\r", "\r\n> ", 0, 0},
              {"GET", SAYS("SEND FAIL"), 0, 0}, QUECTEL_SENT, QUECTEL_CLOSED, QUECTEL_EMPTY),
         RILL_OK, NULL, "", RILL_PORT_CLOSED},
        {"quectel: the connection is gone", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, {"AT+QISEND=0,3\r", SAYS("ERROR"), 0, 0}, {"AT+QIRD=0,200\r", SAYS("ERROR"), 0, 0}),
              RILL_OK, NULL, "",
         RILL_PORT_RESET},
        {"quectel: the connection is gone, with something to read", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, {"AT+QISEND=0,3\r", SAYS("ERROR"), 0, 0}, QUECTEL_READ("hello", "5"), QUECTEL_EMPTY),
              RILL_OK, NULL, "hello",
         RILL_PORT_RESET},
        {"quectel: it was closed while data was sent", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, {"AT+QISEND=0,3\r", SAYS("+QIURC: \"closed\",0") SAYS("ERROR"), 0, 0},
              QUECTEL_READ("hello", "5"), QUECTEL_EMPTY),
         RILL_OK, NULL, "hello", RILL_PORT_CLOSED},
        {"simcom: a part, nothing, the rest", &rill_modem_simcom,
         TALK(FOUND, READY, {"AT+CGDCONT=1,\"IP\",\"internet\"\r", OK, 0, 0}, REGISTERED, {"AT+CIPRXGET=1\r", OK, 0, 0},
              {"AT+NETOPEN\r", SAYS("+IP ERROR: Network is already opened") SAYS("ERROR"), 0, 0}, {"AT+CIPCLOSE=0\r",
              OK SAYS("+CIPCLOSE: 0,0"), 0, 0},
              {"AT+CIPOPEN=0,\"TCP\",\"example.com\",80\r", OK SAYS("+CIPOPEN: 0,0"), 0, 0}, {"AT+CIPSEND=0,3\r",
              "\r\n>", 0, 0},
              {"GET", OK SAYS("+CIPSEND: 0,3,2"), 0, 0}, {"AT+CIPSEND=0,1\r", "\r\n>", 0, 0}, {"T",
              OK SAYS("+CIPSEND: 0,1,0"), 0, 0},
              {"AT+CIPSEND=0,1\r", "\r\n>", 0, 0}, {"T", OK SAYS("+CIPSEND: 0,1,1"), 0, 0}, {NULL,
              SAYS("+IPCLOSE: 0,1"), 0, 0},
              {"AT+CIPRXGET=2,0,200\r", SAYS("+IP ERROR: No data") SAYS("ERROR"), 0, 0}),
         RILL_OK, NULL, "", RILL_PORT_CLOSED},
        {"ESP-AT: busy", &rill_modem_esp_at,
         TALK(ESP_OPEN, {"AT+CIPSEND=3\r\n", SAYS("busy p..."), 0, 0}, {"AT+CIPSEND=3\r\n", OK "\r\n>", 0, 0},
              {"GET", "\r\nRecv 3 bytes\r\n\r\nSEND OK\r\n", 0, 0}, {NULL, "CLOSED\r\n", 0, 0},
              {"AT+CIPRECVDATA=200\r\n", SAYS("ERROR"), 0, 0}),
         RILL_OK, NULL, "", RILL_PORT_CLOSED},
        {"a modem that takes more than it was given", &rill_modem_simcom,
         TALK(FOUND, READY, {"AT+CGDCONT=1,\"IP\",\"internet\"\r", OK, 0, 0}, REGISTERED, {"AT+CIPRXGET=1\r", OK, 0, 0},
              {"AT+NETOPEN\r", OK SAYS("+NETOPEN: 0"), 0, 0}, {"AT+CIPCLOSE=0\r", OK, 0, 0},
              {"AT+CIPOPEN=0,\"TCP\",\"example.com\",80\r", OK SAYS("+CIPOPEN: 0,0"), 0, 0}, {"AT+CIPSEND=0,3\r",
              "\r\n>", 0, 0},
              {"GET", OK SAYS("+CIPSEND: 0,3,4"), 0, 0}),
         RILL_OK, NULL, "", RILL_PORT_ANSWER},
    };
    play_at_every_place(scenes, COUNT_OF(scenes));
}

static void what_breaks_a_connection_has_a_status(void **state)
{
    (void)state;
    const scene scenes[] = {
        {"more than was asked for", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_TELLS, QUECTEL_READ("hello", "201")), RILL_OK, NULL, "",
              RILL_PORT_ANSWER},
        {"more than can be counted", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_TELLS, QUECTEL_READ("hello", "4294967297")), RILL_OK, NULL, "",
              RILL_PORT_ANSWER},
        {"fewer bytes than told, and silence", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_TELLS, {"AT+QIRD=0,200\r", SAYS("+QIRD: 9") "hello", 0, 0}),
              RILL_OK, NULL, "hello",
         RILL_PORT_ANSWER},
        {"more bytes than told", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_TELLS, QUECTEL_READ("hello, world", "5")), RILL_OK, NULL, "hello",
              RILL_PORT_ANSWER},
        {"it restarts", &rill_modem_quectel, TALK(QUECTEL_OPEN, QUECTEL_SENT, {NULL, SAYS("RDY"), 900, 0}), RILL_OK,
        NULL, "",
         RILL_PORT_RESTARTED},
        {"it restarts in front of an answer", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_TELLS, {"AT+QIRD=0,200\r", SAYS("RDY") SAYS("APP RDY"), 0, 0}),
              RILL_OK, NULL, "",
         RILL_PORT_RESTARTED},
        {"the network takes the context away", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, {NULL, SAYS("+QIURC: \"pdpdeact\",1"), 0, 0}), RILL_OK, NULL, "",
              RILL_PORT_CONTEXT},
        {"it no longer answers", &rill_modem_quectel, TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_TELLS,
        {"AT+QIRD=0,200\r", NULL, 0, 0}), RILL_OK,
         NULL, "", RILL_PORT_SILENT},
        {"it refuses to read", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_TELLS, {"AT+QIRD=0,200\r", SAYS("ERROR"), 0, 0}), RILL_OK, NULL,
              "", RILL_PORT_RESET},
        {"the head of an answer is damaged, behind the other side's close", &rill_modem_quectel,
         TALK(QUECTEL_OPEN, QUECTEL_SENT, QUECTEL_CLOSED, {"AT+QIRD=0,200\r", SAYS("+QIRD: )05") "hello" OK, 0, 0}),
              RILL_OK, NULL, "",
         RILL_PORT_ANSWER},
        {"a byte is lost in front of the closing quote", &rill_modem_ublox,
         TALK(UBLOX_OPEN, {"AT+USOWR=4,3\r", "\r\n@", 0, 0}, {"GET", SAYS("+USOWR: 4,3") OK, 0, 0}, {NULL,
              SAYS("+UUSORD: 4,6"), 50, 0},
              {"AT+USORD=4,200\r", SAYS("+USORD: 4,6,\"hello\"") OK, 0, 0}),
         RILL_OK, NULL, "hello\"", RILL_PORT_ANSWER},
        {"the Wi-Fi is lost", &rill_modem_esp_at,
         TALK(ESP_OPEN, {"AT+CIPSEND=3\r\n", OK "\r\n>", 0, 0}, {"GET", "\r\nRecv 3 bytes\r\n\r\nSEND OK\r\n", 0, 0},
              {NULL, "WIFI DISCONNECT\r\n", 0, 0}),
         RILL_OK, NULL, "", RILL_PORT_RESET},
        {"active mode: a length without bytes", &rill_modem_esp_at_active,
         TALK(ESP_ACTIVE, {"AT+CIPSEND=3\r\n", OK "\r\n>", 0, 0}, {"GET", "\r\nRecv 3 bytes\r\n\r\nSEND OK\r\n", 0, 0},
              {NULL, "\r\n+IPD,99999999:hello", 0, 0}),
         RILL_OK, NULL, "hello", RILL_PORT_ANSWER},
    };
    play_at_every_place(scenes, COUNT_OF(scenes));
}

/* ---- why there is no connection */

static void what_prevents_a_connection_has_a_status(void **state)
{
    (void)state;
    const scene scenes[] = {
        {"no SIM", &rill_modem_quectel, TALK(FOUND, {"AT+CMEE=1\r", OK, 0, 0}, {"AT+CPIN?\r", SAYS("+CME ERROR: 10"),
        0, 0}),
         RILL_PORT_SIM, NULL, NULL, RILL_OK},
        {"a PIN is wanted", &rill_modem_quectel, TALK(FOUND, {"AT+CMEE=1\r", OK, 0, 0}, {"AT+CPIN?\r",
        SAYS("+CPIN: SIM PIN") OK, 0, 0}),
         RILL_PORT_SIM, NULL, NULL, RILL_OK},
        {"denied by all networks", &rill_modem_quectel,
         TALK(FOUND, READY, {"AT+CEREG?\r", SAYS("+CEREG: 0,3") OK, 0, 0}, {"AT+CGREG?\r", SAYS("+CGREG: 0,3") OK, 0,
              0},
              {"AT+CREG?\r", SAYS("+CREG: 0,3") OK, 0, 0}),
         RILL_PORT_REGISTRATION, NULL, NULL, RILL_OK},
        {"the APN is refused", &rill_modem_quectel,
         TALK(FOUND, READY, REGISTERED, {"AT+QISDE=0\r", OK, 0, 0}, {"AT+QICSGP=1,1,\"internet\"\r", OK, 0, 0},
              {"AT+QIACT=1\r", SAYS("ERROR"), 0, 0},
              {"AT+QIACT?\r", OK, 0, 0}),
         RILL_PORT_CONTEXT, NULL, NULL, RILL_OK},
        {"quectel: nobody listens", &rill_modem_quectel,
         TALK(QUECTEL_ATTACHED, {"AT+QIOPEN=1,0,\"TCP\",\"example.com\",80,0,0\r", OK SAYS("+QIOPEN: 0,566"), 0, 0}),
              RILL_PORT_REFUSED, NULL, NULL,
         RILL_OK},
        {"quectel: no such name", &rill_modem_quectel,
         TALK(QUECTEL_ATTACHED, {"AT+QIOPEN=1,0,\"TCP\",\"example.com\",80,0,0\r", OK SAYS("+QIOPEN: 0,565"), 0, 0}),
              RILL_PORT_NAME, NULL, NULL,
         RILL_OK},
        {"quectel: an error whose reason is asked for", &rill_modem_quectel,
         TALK(QUECTEL_ATTACHED, {"AT+QIOPEN=1,0,\"TCP\",\"example.com\",80,0,0\r", SAYS("ERROR"), 0, 0},
              {"AT+QIGETERROR\r", SAYS("+QIGETERROR: 563,socket identity has been used") OK, 0, 0}),
         RILL_PORT_BUSY, NULL, NULL, RILL_OK},
        {"quectel: an error without a reason", &rill_modem_quectel,
         TALK(QUECTEL_ATTACHED, {"AT+QIOPEN=1,0,\"TCP\",\"example.com\",80,0,0\r", SAYS("ERROR"), 0, 0},
              {"AT+QIGETERROR\r", SAYS("+QIGETERROR: 0,operate successfully") OK, 0, 0}),
         RILL_PORT_COMMAND, NULL, NULL, RILL_OK},
        {"it restarts meanwhile", &rill_modem_quectel, TALK(FOUND, {"AT+CMEE=1\r", SAYS("RDY"), 0, 0}),
        RILL_PORT_RESTARTED, NULL, NULL, RILL_OK},
        {"ESP-AT: wrong password", &rill_modem_esp_at,
         TALK({"AT\r\n", OK, 0, 0}, {"ATE0\r\n", OK, 0, 0}, {"AT+CWMODE=1\r\n", OK, 0, 0},
              {"AT+CWJAP=\"internet\",\"\"\r\n", "WIFI DISCONNECT\r\n+CWJAP:2\r\n" SAYS("ERROR"), 0, 0}),
         RILL_PORT_REGISTRATION, NULL, NULL, RILL_OK},
        {"ESP-AT: no such name", &rill_modem_esp_at, TALK(ESP_OPEN_("1", "DNS Fail\r\n" SAYS("ERROR"))),
        RILL_PORT_NAME, NULL, NULL, RILL_OK},
        {"ESP-AT: nobody listens", &rill_modem_esp_at, TALK(ESP_OPEN_("1", "CLOSED\r\n" SAYS("ERROR"))),
        RILL_PORT_REFUSED, NULL, NULL, RILL_OK},
        {"ESP-AT: it cannot connect", &rill_modem_esp_at, TALK(ESP_OPEN_("1", SAYS("ERROR"))), RILL_PORT_REFUSED,
        NULL, NULL, RILL_OK},
        {"ESP-AT: nothing comes of it in time", &rill_modem_esp_at, TALK(ESP_OPEN_("1", SAYS("WIFI GOT IP"))),
        RILL_PORT_TIMEOUT, NULL, NULL, RILL_OK},
        {"ESP-AT: data cannot be left in the module, so some would be lost", &rill_modem_esp_at,
         TALK({"AT\r\n", OK, 0, 0}, {"ATE0\r\n", OK, 0, 0}, {"AT+CWMODE=1\r\n", OK, 0, 0},
              {"AT+CWJAP=\"internet\",\"\"\r\n", "WIFI GOT IP\r\n" OK, 0, 0}, {"AT+CIPCLOSE\r\n", OK, 0, 0},
              {"AT+CIPMUX=0\r\n", OK, 0, 0}, {"AT+CIPRECVMODE=1\r\n", SAYS("ERROR"), 0, 0}),
         RILL_PORT_COMMAND, NULL, NULL, RILL_OK},
    };
    play_at_every_place(scenes, COUNT_OF(scenes));
}

static rill_status open_with(outcome *out, const exchange *list, size_t count, const rill_modem_dialect *dialect,
                             const rill_modem_settings *wanted, uint32_t timeout_ms)
{
    memset(out, 0, sizeof(*out));
    out->play.list = list;
    out->play.count = count;
    assert_int_equal(rill_modem_begin(&out->modem, &transcript_port, &out->play, out->line, sizeof(out->line)),
        RILL_OK);
    return rill_modem_open(&out->modem, dialect, wanted, timeout_ms);
}

#define OPEN_WITH(out, wanted, timeout_ms, ...) \
    open_with(out, (const exchange[]){__VA_ARGS__}, sizeof((const exchange[]){__VA_ARGS__}) / sizeof(exchange), \
              &rill_modem_quectel, wanted, timeout_ms)

static void the_pin_is_tried_once(void **state)
{
    (void)state;
    outcome out;
    rill_modem_settings with_pin = settings;
    with_pin.pin = "1234";
    assert_int_equal(OPEN_WITH(&out, &with_pin, 60000, FOUND, {"AT+CMEE=1\r", OK, 0, 0}, {"AT+CPIN=\"1234\"\r",
        SAYS("+CME ERROR: 16"), 0, 0},
                               {"AT+CPIN?\r", SAYS("+CPIN: SIM PIN") OK, 0, 0}),
                     RILL_PORT_SIM);
    assert_true(transcript_is_over(&out.play));
    /* wrong, and the SIM is busy behind it */
    assert_int_equal(OPEN_WITH(&out, &with_pin, 60000, FOUND, {"AT+CMEE=1\r", OK, 0, 0},
                               {"AT+CPIN=\"1234\"\r", SAYS("+CME ERROR: 16"), 0, 0},
                               {"AT+CPIN?\r", SAYS("+CME ERROR: 14"), 0, 0},
                               {"AT+CPIN?\r", SAYS("+CPIN: SIM PIN") OK, 0, 0}),
                     RILL_PORT_SIM);
    assert_true(transcript_is_over(&out.play));
    /* too busy to look at it; then still busy with it */
    assert_int_equal(OPEN_WITH(&out, &with_pin, 60000, FOUND, {"AT+CMEE=1\r", OK, 0, 0},
                               {"AT+CPIN=\"1234\"\r", SAYS("+CME ERROR: 14"), 0, 0},
                               {"AT+CPIN=\"1234\"\r", OK, 0, 0}, {"AT+CPIN?\r", SAYS("+CME ERROR: 14"), 0, 0},
                               {"AT+CPIN?\r", SAYS("+CPIN: READY") OK, 0, 0}, {"AT+CEREG?\r", SAYS("RDY"), 0, 0}),
                     RILL_PORT_RESTARTED);
    assert_true(transcript_is_over(&out.play));
    /* none is wanted */
    assert_int_equal(OPEN_WITH(&out, &with_pin, 60000, FOUND, {"AT+CMEE=1\r", OK, 0, 0},
                               {"AT+CPIN=\"1234\"\r", SAYS("ERROR"), 0, 0},
                               {"AT+CPIN?\r", SAYS("+CPIN: READY") OK, 0, 0}, {"AT+CEREG?\r", SAYS("RDY"), 0, 0}),
                     RILL_PORT_RESTARTED);
    assert_true(transcript_is_over(&out.play));
}

static void user_and_password_are_told(void **state)
{
    (void)state;
    outcome out;
    rill_modem_settings with_user = settings;
    with_user.user = "me";
    with_user.password = "secret";
    assert_int_equal(OPEN_WITH(&out, &with_user, 60000, FOUND, READY, REGISTERED, {"AT+QISDE=0\r", OK, 0, 0},
                               {"AT+QICSGP=1,1,\"internet\",\"me\",\"secret\",3\r", OK, 0, 0}, {"AT+QIACT=1\r",
                               SAYS("RDY"), 0, 0}),
                     RILL_PORT_RESTARTED);
}

static void searching_goes_on_until_the_time_is_over(void **state)
{
    (void)state;
    enum { ROUNDS = 12 };
    static exchange talk_of_searching[5 + ROUNDS * 3];
    static const exchange start[] = {FOUND, READY};
    size_t count = COUNT_OF(start);
    outcome out;
    memcpy(talk_of_searching, start, sizeof(start));
    for (size_t i = 0; i < ROUNDS; i++) {
        talk_of_searching[count++] = (exchange){"AT+CEREG?\r", SAYS("+CEREG: 0,2") OK, 0, 0};
        talk_of_searching[count++] = (exchange){"AT+CGREG?\r", SAYS("+CGREG: 0,0") OK, 0, 0};
        talk_of_searching[count++] = (exchange){"AT+CREG?\r", SAYS("+CREG: 0,2") OK, 0, 0};
    }
    assert_int_equal(open_with(&out, talk_of_searching, count, &rill_modem_quectel, &settings,
        RILL_AT_PAUSE_MS * ROUNDS),
                     RILL_PORT_REGISTRATION);
    assert_int_equal(out.play.clock, RILL_AT_PAUSE_MS * ROUNDS);
    assert_int_equal(rill_modem_port.read(&out.modem, out.text, 1, 10), RILL_PORT_REGISTRATION);
}

static void a_network_of_an_older_kind_is_enough(void **state)
{
    (void)state;
    outcome out;
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, FOUND, READY, {"AT+CEREG?\r", SAYS("ERROR"), 0, 0},
                               {"AT+CGREG?\r", SAYS("+CGREG: 2,5,\"1A2B\",\"01C3D4E5\",2") OK, 0, 0},
                               {"AT+QISDE=0\r", SAYS("RDY"), 0, 0}),
                     RILL_PORT_RESTARTED);
    assert_true(transcript_is_over(&out.play));
}

static void a_silent_modem_is_told(void **state)
{
    (void)state;
    exchange knocks[RILL_AT_KNOCKS];
    outcome out;
    for (size_t i = 0; i < RILL_AT_KNOCKS; i++)
        knocks[i] = (exchange){"AT\r", NULL, 0, 0};
    assert_int_equal(open_with(&out, knocks, RILL_AT_KNOCKS, &rill_modem_quectel, &settings, 90000), RILL_PORT_SILENT);
    assert_int_equal(out.play.clock, RILL_AT_KNOCKS * 1000);
    assert_int_equal(open_with(&out, knocks, 3, &rill_modem_quectel, &settings, 2500), RILL_PORT_SILENT);
    assert_int_equal(out.play.clock, 2500);
}

/* ---- settings */

static void nothing_that_ends_a_command_is_sent(void **state)
{
    (void)state;
    static const char *const bad[] = {"a\"b", "a\rb", "a\nb", "a;b", "a\\b", "a\x7f", "\x1b", "a\tb", "\x1a"};
    outcome out;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const char *texts[6];
        for (size_t which = 0; which < 6; which++) {
            for (size_t k = 0; k < 6; k++)
                texts[k] = k == which ? bad[i] : "x";
            const rill_modem_settings wanted = {texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], 80};
            assert_int_equal(open_with(&out, NULL, 0, &rill_modem_quectel, &wanted, 1000), RILL_SCHEMA_CONFIG);
            assert_int_equal(out.play.writes, 0);
        }
    }
}

static void missing_or_endless_settings_are_refused(void **state)
{
    (void)state;
    static char endless[257];
    memset(endless, 'x', 256);
    const rill_modem_settings bad[] = {{.host = NULL, .port = 80}, {.host = "", .port = 80}, {.host = endless,
        .port = 80}};
    outcome out;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(open_with(&out, NULL, 0, &rill_modem_quectel, &bad[i], 1000), RILL_SCHEMA_CONFIG);
    /* TLS in the modem without a CA to check against */
    static const rill_modem_dialect *const checking[] = {&rill_modem_quectel_tls, &rill_modem_ublox_tls,
        &rill_modem_esp_at_tls,
                                                         &rill_modem_nordic_slm_tls};
    for (size_t i = 0; i < COUNT_OF(checking); i++)
        assert_int_equal(open_with(&out, NULL, 0, checking[i], &settings, 1000), RILL_SCHEMA_CONFIG);
    assert_int_equal(out.play.writes, 0);
}

/* Nordic: AT#XSSOCKET=1,1,0,42,0,2 would take the 0 for "do not verify". */
static void a_certificate_cannot_switch_the_check_off(void **state)
{
    (void)state;
    static const rill_modem_settings wanted = {.host = "example.com", .port = 443, .certificate = "42,0"};
    outcome out;
    assert_int_equal(open_with(&out, NULL, 0, &rill_modem_nordic_slm_tls, &wanted, 1000), RILL_SCHEMA_CONFIG);
    assert_int_equal(open_with(&out, NULL, 0, &rill_modem_esp_at_tls, &wanted, 1000), RILL_SCHEMA_CONFIG);
    assert_int_equal(out.play.writes, 0);
}

/* ---- close, signal, the port below */

static void close_lets_a_command_end_first(void **state)
{
    (void)state;
    outcome out;
    char byte;
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN, {NULL, SAYS("+QIURC: \"recv\",0"), 0, 0},
                               {"AT+QIRD=0,1\r", SAYS("+QIRD: 1") "h" OK, 300, 0}, {"AT+QICLOSE=0\r", OK, 0, 0}),
                     RILL_OK);
    assert_int_equal(rill_modem_port.read(&out.modem, &byte, 1, 100), 0); /* AT+QIRD is in flight */
    rill_modem_port.close(&out.modem);
    assert_true(transcript_is_over(&out.play));
    assert_int_equal(rill_modem_port.read(&out.modem, &byte, 1, 100), RILL_PORT_CLOSED);
    assert_int_equal(rill_modem_port.write(&out.modem, &byte, 1, 100), RILL_PORT_CLOSED);
    rill_modem_port.close(&out.modem);
}

static void close_does_not_wait_for_a_dead_modem(void **state)
{
    (void)state;
    outcome out;
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN, {"AT+QICLOSE=0\r", NULL, 0, 0}), RILL_OK);
    uint32_t before = out.play.clock;
    rill_modem_port.close(&out.modem);
    assert_in_range(out.play.clock - before, 1, RILL_MODEM_CLOSE_MS);
}

static void close_takes_no_longer_than_it_may(void **state)
{
    (void)state;
    outcome out;
    char byte;
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN, {NULL, SAYS("+QIURC: \"recv\",0"), 0, 0},
                               {"AT+QIRD=0,1\r", SAYS("+QIRD: 1") "h" OK, 1400, 0}, {"AT+QICLOSE=0\r", NULL, 0, 0}),
                     RILL_OK);
    assert_int_equal(rill_modem_port.read(&out.modem, &byte, 1, 50), 0); /* AT+QIRD is in flight */
    uint32_t before = out.play.clock;
    rill_modem_port.close(&out.modem);
    assert_in_range(out.play.clock - before, RILL_MODEM_CLOSE_MS, RILL_MODEM_CLOSE_MS + 20);
    assert_true(transcript_is_over(&out.play));
}

/* The command in flight takes longer than close may. */
static void close_speaks_to_a_busy_modem(void **state)
{
    (void)state;
    outcome out;
    char byte;
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN, {NULL, SAYS("+QIURC: \"recv\",0"), 0, 0},
                               {"AT+QIRD=0,1\r", NULL, 0, 0}, {"AT+QICLOSE=0\r", SAYS("+QIRD: 1") "h" OK OK, 500, 0}),
                     RILL_OK);
    assert_int_equal(rill_modem_port.read(&out.modem, &byte, 1, 50), 0); /* AT+QIRD is in flight */
    uint32_t before = out.play.clock;
    rill_modem_port.close(&out.modem);
    assert_int_equal(out.play.at, out.play.count);
    assert_in_range(out.play.clock - before, 2000, RILL_MODEM_CLOSE_MS);
}

/* The data that answers it does not end; the answer to AT+QICLOSE would be looked for in it. */
static void close_says_nothing_into_data(void **state)
{
    (void)state;
    outcome out;
    char byte;
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN, {NULL, SAYS("+QIURC: \"recv\",0"), 0, 0},
                               {"AT+QIRD=0,9\r", SAYS("+QIRD: 9") "hello", 0, 0}),
                     RILL_OK);
    assert_int_equal(rill_modem_port.read(&out.modem, out.text, 9, 50), 5);
    uint32_t before = out.play.clock;
    rill_modem_port.close(&out.modem);
    assert_in_range(out.play.clock - before, RILL_MODEM_CLOSE_MS / 2, RILL_MODEM_CLOSE_MS);
    assert_int_equal(rill_modem_port.read(&out.modem, &byte, 1, 50), RILL_PORT_CLOSED);
}

/* The data comes slowly, but to its end. */
static void close_waits_for_data(void **state)
{
    (void)state;
    outcome out;
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN, {NULL, SAYS("+QIURC: \"recv\",0"), 0, 0},
                               {"AT+QIRD=0,9\r", SAYS("+QIRD: 9") "hello", 0, 0}, {NULL, "1234" OK, 1800, 0},
                               {"AT+QICLOSE=0\r", OK, 0, 0}),
                     RILL_OK);
    assert_int_equal(rill_modem_port.read(&out.modem, out.text, 9, 50), 5);
    rill_modem_port.close(&out.modem);
    assert_true(transcript_is_over(&out.play));
}

/* open() gives its settings back, also when it leaves a command in flight. */
static void settings_are_the_callers_behind_a_failed_open(void **state)
{
    (void)state;
    outcome out;
    char *pin = malloc(5), *host = malloc(12);
    assert_non_null(pin);
    assert_non_null(host);
    strcpy(pin, "1234");
    strcpy(host, "example.com");
    const rill_modem_settings lent = {.host = host, .pin = pin, .port = 80};
    assert_int_equal(OPEN_WITH(&out, &lent, 1000, FOUND, {"AT+CMEE=1\r", OK, 1500, 0},
                               {"AT+QICLOSE=0\r", OK, 0, 0}), RILL_PORT_TIMEOUT);
    free(pin); /* the sanitizer sees a look at them */
    free(host);
    rill_modem_port.close(&out.modem);
    assert_true(transcript_is_over(&out.play));
}

/* The time of open is over while the modem connects: it may connect yet, and what is connected must be closed. */
static void close_ends_a_connection_that_was_made_too_late(void **state)
{
    (void)state;
    outcome out;
    assert_int_equal(OPEN_WITH(&out, &settings, 3000, QUECTEL_ATTACHED,
                               {"AT+QIOPEN=1,0,\"TCP\",\"example.com\",80,0,0\r", OK SAYS("+QIOPEN: 0,0"), 2500, 0},
                               {"AT+QICLOSE=0\r", OK, 0, 0}),
                     RILL_PORT_TIMEOUT);
    assert_int_equal(rill_modem_port.read(&out.modem, out.text, 1, 50), RILL_PORT_TIMEOUT);
    rill_modem_port.close(&out.modem);
    assert_true(transcript_is_over(&out.play));
}

/* ---- commands of one's own */

static const rill_at_step hello[] = {{"AT+X\r", NULL, 5, 0, 0, 0}, {NULL, NULL, 0, 0, 0, 0}};

static void what_is_done_as_the_time_ends_is_done(void **state)
{
    (void)state;
    for (uint32_t wait = 0; wait < 200; wait += 100) {
        const exchange talk[] = {{"AT+X\r", OK, wait, 0}};
        outcome out;
        memset(&out, 0, sizeof(out));
        out.play.list = talk;
        out.play.count = 1;
        rill_modem_begin(&out.modem, &transcript_port, &out.play, out.line, sizeof(out.line));
        assert_int_equal(rill_modem_run(&out.modem, hello, wait), RILL_OK);
        assert_int_equal(out.play.clock, wait);
    }
}

/* Its late answer is not the next one's. */
static void a_command_that_took_too_long_holds_nothing_up(void **state)
{
    (void)state;
    static const exchange talk[] = {
        {"AT+CSQ\r", SAYS("+CSQ: 10,99") OK, 3000, 0},
        {"AT+CSQ\r", SAYS("+CSQ: 24,99") OK, 300, 0},
    };
    outcome out;
    int dbm;
    memset(&out, 0, sizeof(out));
    out.play.list = talk;
    out.play.count = 2;
    rill_modem_begin(&out.modem, &transcript_port, &out.play, out.line, sizeof(out.line));
    assert_int_equal(rill_modem_signal(&out.modem, &dbm, 1000), RILL_PORT_TIMEOUT);
    assert_int_equal(rill_modem_signal(&out.modem, &dbm, 1000), RILL_PORT_TIMEOUT);
    assert_int_equal(dbm, 0);
    assert_int_equal(rill_modem_signal(&out.modem, &dbm, 1400), RILL_OK);
    assert_int_equal(dbm, -65);
    assert_int_equal(out.play.clock, 3300);
}

/* The wait for an older command's answer counts. */
static void a_command_has_what_is_left_of_the_time(void **state)
{
    (void)state;
    static const exchange talk[] = {
        {"AT+CSQ\r", SAYS("+CSQ: 10,99") OK, 3000, 0},
        {"AT+CSQ\r", SAYS("+CSQ: 24,99") OK, 300, 0},
    };
    outcome out;
    int dbm;
    memset(&out, 0, sizeof(out));
    out.play.list = talk;
    out.play.count = 2;
    rill_modem_begin(&out.modem, &transcript_port, &out.play, out.line, sizeof(out.line));
    assert_int_equal(rill_modem_signal(&out.modem, &dbm, 2000), RILL_PORT_TIMEOUT);
    assert_int_equal(rill_modem_signal(&out.modem, &dbm, 1200), RILL_PORT_TIMEOUT); /* 1,000 ms went by */
    assert_int_equal(out.play.clock, 3200);
}

static void a_broken_line_is_told_to_each_command(void **state)
{
    (void)state;
    static const exchange talk[] = {{"AT+X\r", NULL, 0, 0}};
    outcome out;
    memset(&out, 0, sizeof(out));
    out.play.list = talk;
    out.play.count = 1;
    out.play.told = RILL_PORT_RESET;
    rill_modem_begin(&out.modem, &transcript_port, &out.play, out.line, sizeof(out.line));
    for (int i = 0; i < 3; i++)
        assert_int_equal(rill_modem_run(&out.modem, hello, 1000), RILL_PORT_RESET);
}

/* Of a script whose time was over nothing more is sent. */
static void commands_may_follow_a_failed_open_and_a_close(void **state)
{
    (void)state;
    outcome out;
    char byte;
    int dbm;
    assert_int_equal(OPEN_WITH(&out, &settings, 1000, FOUND, {"AT+CMEE=1\r", OK, 1500, 0}, {"AT+CSQ\r",
                               SAYS("+CSQ: 24,99") OK, 0, 0}),
                     RILL_PORT_TIMEOUT);
    assert_int_equal(rill_modem_signal(&out.modem, &dbm, 1000), RILL_OK);
    assert_int_equal(dbm, -65);
    assert_true(transcript_is_over(&out.play));
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN, {NULL, SAYS("+QIURC: \"recv\",0"), 0, 0},
                               {"AT+QIRD=0,1\r", NULL, 0, 0}, {"AT+QICLOSE=0\r", SAYS("+QIRD: 1") "h" OK OK, 4000, 0},
                               {"AT+CSQ\r", SAYS("+CSQ: 24,99") OK, 0, 0}),
                     RILL_OK);
    assert_int_equal(rill_modem_port.read(&out.modem, &byte, 1, 50), 0); /* AT+QIRD is in flight */
    assert_int_equal(rill_modem_signal(&out.modem, &dbm, 1000), RILL_PORT_BUSY);
    rill_modem_port.close(&out.modem);
    assert_int_equal(rill_modem_signal(&out.modem, &dbm, 4000), RILL_OK);
    assert_int_equal(dbm, -65);
    assert_true(transcript_is_over(&out.play));
}

/* A caller has its own work between two reads. */
static void a_caller_may_be_away(void **state)
{
    (void)state;
    static const exchange talk[] = {
        QUECTEL_OPEN, QUECTEL_TELLS, {"AT+QIRD=0,3\r", SAYS("+QIRD: 3") "hel" OK, 200, 0},
        {"AT+QIRD=0,3\r", SAYS("+QIRD: 2") "lo" OK, 0, 0}};
    for (size_t piece = 0; piece < 3; piece++) {
        outcome out;
        char text[8];
        size_t length = 0;
        assert_int_equal(open_with(&out, talk, COUNT_OF(talk), &rill_modem_quectel, &settings, 60000), RILL_OK);
        out.play.piece = piece;
        while (length < 5) {
            int32_t came = rill_modem_port.read(&out.modem, text + length, 3, 100);
            assert_true(came >= 0 && out.play.clock < 1000000);
            length += (size_t)came;
            out.play.clock += 20000;
        }
        assert_memory_equal(text, "hello", 5);
    }
}

static void nothing_is_open_before_open(void **state)
{
    (void)state;
    transcript play = {.count = 0};
    rill_modem modem;
    rill_hayes call;
    char line[RILL_AT_LINE_MIN], byte;
    memset(&modem, 0x5a, sizeof(modem));
    memset(&call, 0x5a, sizeof(call));
    assert_int_equal(rill_modem_begin(&modem, &transcript_port, &play, line, sizeof(line)), RILL_OK);
    assert_int_equal(rill_modem_port.read(&modem, &byte, 1, 10), RILL_PORT_CLOSED);
    assert_int_equal(rill_modem_port.write(&modem, &byte, 1, 10), RILL_PORT_CLOSED);
    assert_int_equal(rill_hayes_begin(&call, &transcript_port, &play, line, sizeof(line)), RILL_OK);
    assert_int_equal(rill_hayes_port.read(&call, &byte, 1, 10), RILL_PORT_CLOSED);
    assert_int_equal(rill_hayes_port.write(&call, &byte, 1, 10), RILL_PORT_CLOSED);
}

/* ---- a block that is on its way when write() ends */

static void between_calls_the_bytes_are_the_callers(void **state)
{
    (void)state;
    outcome out;
    char bytes[] = "GET";
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN, {"AT+QISEND=0,3\r", "\r\n> ", 200, 0},
                               {"GET", SAYS("SEND OK"), 0, 0}),
                     RILL_OK);
    assert_int_equal(rill_modem_port.write(&out.modem, bytes, 3, 100), 0); /* AT+QISEND is in flight */
    memset(bytes, '?', 3);
    assert_int_equal(rill_modem_port.read(&out.modem, out.text, 5, 300), 0);
    memcpy(bytes, "GET", 3);
    assert_int_equal(rill_modem_port.write(&out.modem, bytes, 3, 100), 3);
}

static size_t zeros;

/* A transcript holds no zeros. */
static int32_t count_zeros(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    if (*bytes != '\0')
        return transcript_write(context, bytes, length, timeout_ms);
    zeros++;
    return 1;
}

static int32_t count_zeros_slowly(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    if (*bytes == '\0')
        ((transcript *)context)->clock += 100;
    return count_zeros(context, bytes, length, timeout_ms);
}

static void close_fills_a_block_up(void **state)
{
    (void)state;
    static const rill_port counting = {transcript_read, count_zeros, transcript_close, transcript_now};
    static const rill_port slow = {transcript_read, count_zeros_slowly, transcript_close, transcript_now};
    for (int slowly = 0; slowly < 2; slowly++) { /* 2 of the 3 seconds: the command must not go into the block */
        outcome out;
        zeros = 0;
        assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN, {"AT+QISEND=0,20\r", "\r\n> ", 200, 0},
                                   {NULL, SAYS("SEND OK"), 0, 0}, {"AT+QICLOSE=0\r", OK, 0, 0}),
                         RILL_OK);
        out.modem.at.port = slowly ? &slow : &counting;
        assert_int_equal(rill_modem_port.write(&out.modem, "GET / HTTP/1.1\r\nHost", 20, 100), 0);
        rill_modem_port.close(&out.modem);
        assert_int_equal(zeros, 20);
        assert_true(transcript_is_over(&out.play));
    }
}

/* Active mode: data is there before SEND OK, so write() does not wait for that. What follows must not go out twice. */
static void a_block_that_fails_after_all_is_told(void **state)
{
    (void)state;
    static const exchange talk[] = {
        ESP_ACTIVE, {"AT+CIPSEND=3\r\n", OK "\r\n>", 0, 0}, {"GET", "\r\n+IPD,5:hello", 0, 0},
        {NULL, "\r\nSEND FAIL\r\n", 0, 0}, {"AT+CIPSEND=3\r\n", OK "\r\n>", 0, 0},
    };
    outcome out;
    int32_t moved = 0;
    assert_int_equal(open_with(&out, talk, COUNT_OF(talk), &rill_modem_esp_at_active, &settings, 60000), RILL_OK);
    assert_int_equal(rill_modem_port.write(&out.modem, "GET", 3, 100), 3);
    assert_int_equal(rill_modem_port.read(&out.modem, out.text, 5, 100), 5);
    for (int calls = 0; moved == 0 && calls < 20; calls++)
        moved = rill_modem_port.write(&out.modem, "PUT", 3, 100);
    assert_int_equal(moved, RILL_PORT_RESET);
}

static void a_modem_may_be_opened_again(void **state)
{
    (void)state;
    outcome out;
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN, {NULL, SAYS("+QIURC: \"pdpdeact\",1"), 0, 0},
        QUECTEL_OPEN), RILL_OK);
    assert_int_equal(rill_modem_port.read(&out.modem, out.text, 1, 100), RILL_PORT_CONTEXT);
    rill_modem_port.close(&out.modem);
    assert_int_equal(rill_modem_open(&out.modem, &rill_modem_quectel, &settings, 60000), RILL_OK);
    assert_true(transcript_is_over(&out.play));
}

static void the_signal_is_in_dbm(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        int dbm;
    } signals[] = {{SAYS("+CSQ: 0,99") OK, -113}, {SAYS("+CSQ: 24,99") OK, -65}, {SAYS("+CSQ: 31,0") OK, -51},
    {SAYS("+CSQ: 99,99") OK, 0},
                   {SAYS("+CSQ: 32,0") OK, 0}};
    for (size_t i = 0; i < COUNT_OF(signals); i++) {
        outcome out;
        int dbm = 1;
        const exchange asked[] = {{"AT+CSQ\r", signals[i].answer, 0, 0}};
        memset(&out, 0, sizeof(out));
        out.play.list = asked;
        out.play.count = 1;
        rill_modem_begin(&out.modem, &transcript_port, &out.play, out.line, sizeof(out.line));
        assert_int_equal(rill_modem_signal(&out.modem, &dbm, 1000), RILL_OK);
        assert_int_equal(dbm, signals[i].dbm);
    }
}

static void lost_bytes_on_the_line_end_the_connection(void **state)
{
    (void)state;
    outcome out;
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN), RILL_OK);
    out.play.told_once = RILL_PORT_OVERRUN;
    assert_int_equal(rill_modem_port.read(&out.modem, out.text, 1, 100), RILL_PORT_OVERRUN);
    assert_int_equal(rill_modem_port.read(&out.modem, out.text, 1, 100), RILL_PORT_OVERRUN);
}

/* A modem that says OK to each line as long after it as a read and a write take: always in the time of a read. */
typedef struct slow_modem {
    uint32_t clock, ready;
    size_t given; /* of its answer */
} slow_modem;

static const char slow_answer[] = "\r\nOK\r\n";

static int32_t slow_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    slow_modem *modem = context;
    (void)timeout_ms;
    if (bytes[length - 1] == '\r') {
        modem->ready = modem->clock + 400;
        modem->given = 0;
    }
    return (int32_t)length;
}

static int32_t slow_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    slow_modem *modem = context;
    assert_int_equal(size, 1);
    if (modem->given == strlen(slow_answer) || modem->ready - modem->clock > timeout_ms) {
        modem->clock += timeout_ms;
        return 0;
    }
    modem->clock = modem->ready;
    *bytes = slow_answer[modem->given++];
    return 1;
}

static uint32_t slow_now(void *context)
{
    return ((slow_modem *)context)->clock;
}

static void reads_and_writes_take_turns(void **state)
{
    (void)state;
    static const rill_port slow_port = {slow_read, slow_write, transcript_close, slow_now};
    static const rill_at_match takes[] = {{"OK\r", RILL_AT_PROMPT, 1}, {NULL, 0, 0}};
    static const rill_at_step steps[] = {{"AT\r", NULL, 9, 0, 0, 0}, {NULL, NULL, 0, 0, 0, 0}};
    static const rill_at_step send[] = {{"ATS\r", takes, 9, 0, 0, 0}, {"ATE\r", NULL, 9, 0, 0, 0}, {NULL, NULL, 0, 0,
        0, 0}};
    static const rill_modem_dialect asked_again_and_again = {steps, send, steps, steps, NULL, NULL, NULL, 100, 100,
        10, false, NULL};
    slow_modem line = {0, 0, sizeof(slow_answer) - 1};
    outcome out;
    assert_int_equal(rill_modem_begin(&out.modem, &slow_port, &line, out.line, sizeof(out.line)), RILL_OK);
    assert_int_equal(rill_modem_open(&out.modem, &asked_again_and_again, &settings, 1000), RILL_OK);
    for (int calls = 0, sent = 0; sent < 10 * 3; calls++) {
        assert_true(calls < 10 * 10);
        assert_int_equal(rill_modem_port.read(&out.modem, out.text, 5, 200), 0);
        sent += rill_modem_port.write(&out.modem, "GET", 3, 200);
    }
}

static void write_gives_way_to_data_that_must_be_read(void **state)
{
    (void)state;
    outcome out;
    assert_int_equal(OPEN_WITH(&out, &settings, 60000, QUECTEL_OPEN, {NULL, SAYS("+QIURC: \"recv\",0"), 0, 0},
                               {"AT+QIRD=0,5\r", SAYS("+QIRD: 5") "hello" OK, 200, 0}, {"AT+QISEND=0,3\r", "\r\n> ",
                               0, 0},
                               {"GET", SAYS("SEND OK"), 0, 0}),
                     RILL_OK);
    assert_int_equal(rill_modem_port.read(&out.modem, out.text, 5, 100), 0);
    assert_int_equal(rill_modem_port.write(&out.modem, "GET", 3, 300), 0);
    assert_int_equal(rill_modem_port.read(&out.modem, out.text, 5, 100), 5);
    assert_int_equal(rill_modem_port.write(&out.modem, "GET", 3, 100), 3);
}

/* ---- Hayes */

#define HAYES_OPEN FOUND, {"ATX4\r", OK, 0, 0}, {"ATDTexample.com:80\r", SAYS("CONNECT 57600"), 0, 0}

static rill_hayes hayes; /* of the case at hand */

static rill_status dial(outcome *out, const exchange *list, size_t count, size_t piece, size_t cut)
{
    memset(out, 0, sizeof(*out));
    out->play.list = list;
    out->play.count = count;
    out->play.piece = piece;
    out->play.cut = cut;
    assert_int_equal(rill_hayes_begin(&hayes, &transcript_port, &out->play, out->line, sizeof(out->line)), RILL_OK);
    return rill_hayes_open(&hayes, &settings, 60000);
}

static void a_call_is_transparent_until_the_other_side_hangs_up(void **state)
{
    (void)state;
    static const struct {
        const char *comes, *text;
        int32_t ended;
    } calls[] = {
        {"hello\r\nNO CARRIER\r\n", "hello", RILL_PORT_CLOSED},
        {"hello\r\n\r\nNO CARRIER\r\n", "hello\r\n", RILL_PORT_CLOSED},
        {"\r\nNO CARRIER\r\n", "", RILL_PORT_CLOSED},
        {"\r\nNO CARRIER\r\nhello", "\r\nNO CARRIER\r\nhello", RILL_OK},
        {"NO CARRIER\r\n", "NO CARRIER\r\n", RILL_OK}, /* not in a line of its own */
        {"\r\nNO CARRIE", "\r\nNO CARRIE", RILL_OK},
        {"\r\nNO CARRIER\r\nNO CARRIER\r\n", "\r\nNO CARRIER", RILL_PORT_CLOSED},
        {"\r\r\n\r\nNO\r\n", "\r\r\n\r\nNO\r\n", RILL_OK},
        {"OK\r\nERROR\r\n+QIURC", "OK\r\nERROR\r\n+QIURC", RILL_OK},
    };
    static outcome out;
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        const exchange list[] = {HAYES_OPEN, {"GET", calls[i].comes, 0, 0}};
        size_t total = 1;
        for (size_t cut = 0; cut < total; cut++)
            for (size_t piece = 0; piece < 2; piece++) {
                assert_int_equal(dial(&out, list, COUNT_OF(list), piece, cut), RILL_OK);
                talk(&out, &rill_hayes_port, &hayes, "GET");
                total = out.play.total;
                assert_int_equal(out.ended, calls[i].ended);
                assert_int_equal(out.length, strlen(calls[i].text));
                assert_memory_equal(out.text, calls[i].text, out.length);
            }
    }
}

static bool carrier;

static bool has_carrier(void *context)
{
    assert_non_null(context);
    return carrier;
}

static void a_dcd_line_tells_without_a_doubt(void **state)
{
    (void)state;
    static const exchange list[] = {HAYES_OPEN, {"GET", "hello\r\nNO CARRIER\r\n", 0, 0}};
    static outcome out;
    carrier = true;
    assert_int_equal(dial(&out, list, COUNT_OF(list), 0, 0), RILL_OK);
    hayes.carrier = has_carrier;
    talk(&out, &rill_hayes_port, &hayes, "GET");
    assert_int_equal(out.ended, RILL_OK);
    assert_int_equal(out.length, 19);
    carrier = false;
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 10, 10), RILL_PORT_CLOSED);
    assert_int_equal(rill_hayes_port.write(&hayes, "x", 1, 10), RILL_PORT_CLOSED);
}

static int looks; /* so many more find the carrier on */

static bool falls(void *context)
{
    (void)context;
    return looks-- > 0;
}

/* Bytes that came before it fell, and what the modem says then. */
static void nothing_is_lost_when_the_carrier_falls(void **state)
{
    (void)state;
    static const exchange list[] = {
        HAYES_OPEN, {"GET", "hello", 100, 0}, {NULL, "\r\n", 50, 0}, {NULL, "\r\nNO CARRIER\r\n", 0, 0}};
    static outcome out;
    for (int last = 0; last < 30; last++)
        for (size_t piece = 0; piece < 2; piece++) {
            assert_int_equal(dial(&out, list, COUNT_OF(list), piece, 0), RILL_OK);
            looks = 1000;
            hayes.carrier = falls;
            assert_int_equal(rill_hayes_port.write(&hayes, "GET", 3, 100), 3);
            looks = last;
            while ((out.ended = rill_hayes_port.read(&hayes, out.text + out.length, 100, 10)) >= 0)
                out.length += (size_t)out.ended;
            assert_int_equal(out.ended, RILL_PORT_CLOSED);
            assert_true(out.length >= 7);
            assert_memory_equal(out.text, "hello\r\n", 7);
        }
}

/* The goodbye is in the data, and what is behind it came while the caller was away. */
static void silence_is_the_lines_not_the_callers(void **state)
{
    (void)state;
    static const exchange list[] = {HAYES_OPEN, {"GET", "hello\r\nNO CARRIER\r\nworld", 0, 0}};
    for (size_t piece = 1; piece < 20; piece++) {
        outcome out;
        assert_int_equal(dial(&out, list, COUNT_OF(list), 0, 0), RILL_OK);
        assert_int_equal(rill_hayes_port.write(&hayes, "GET", 3, 100), 3);
        out.play.piece = piece;
        while (out.length < 24) {
            int32_t came = rill_hayes_port.read(&hayes, out.text + out.length, 100, 0);
            assert_true(came >= 0 && out.play.clock < 1000000);
            out.length += (size_t)came;
            out.play.clock += RILL_HAYES_QUIET_MS;
        }
        assert_memory_equal(out.text, "hello\r\nNO CARRIER\r\nworld", 24);
    }
}

/* What waits for silence is handed out by it, and not by the end of the reader's time; which is kept all the same. */
static void a_read_ends_with_the_silence_or_with_its_time(void **state)
{
    (void)state;
    static const exchange list[] = {HAYES_OPEN, {"GET", "hello\r\n", 0, 0}};
    for (uint32_t wait = RILL_HAYES_QUIET_MS / 2; wait < 10000; wait *= 4) {
        outcome out;
        uint32_t shorter = wait < RILL_HAYES_QUIET_MS ? wait : RILL_HAYES_QUIET_MS;
        assert_int_equal(dial(&out, list, COUNT_OF(list), 0, 0), RILL_OK);
        assert_int_equal(rill_hayes_port.write(&hayes, "GET", 3, 100), 3);
        assert_int_equal(rill_hayes_port.read(&hayes, out.text, 10, wait), 5);
        uint32_t since = out.play.clock;
        assert_int_equal(rill_hayes_port.read(&hayes, out.text, 10, wait), wait < RILL_HAYES_QUIET_MS ? 0 : 2);
        assert_int_equal(out.play.clock - since, shorter);
    }
}

static void what_came_before_a_status_is_handed_out_before(void **state)
{
    (void)state;
    static const exchange list[] = {HAYES_OPEN, {"GET", "0\r\n\r\n", 0, 0}};
    static outcome out;
    assert_int_equal(dial(&out, list, COUNT_OF(list), 0, 0), RILL_OK);
    assert_int_equal(rill_hayes_port.write(&hayes, "GET", 3, 100), 3);
    out.play.told = RILL_PORT_RESET;
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 10, 10), 3);
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 10, 10), 2);
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 10, 10), RILL_PORT_RESET);
    /* said once, and bytes still come behind it */
    assert_int_equal(dial(&out, list, COUNT_OF(list), 0, 0), RILL_OK);
    assert_int_equal(rill_hayes_port.write(&hayes, "GET", 3, 100), 3);
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 10, 10), 3);
    out.play.told_once = RILL_PORT_NOISE;
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 1, 10), 1);
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 1, 10), 1);
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 1, 10), RILL_PORT_NOISE);
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 1, 10), 0);
    /* and so is more than one byte, where one was asked for */
    assert_int_equal(dial(&out, list, COUNT_OF(list), 0, 0), RILL_OK);
    assert_int_equal(rill_hayes_port.write(&hayes, "GET", 3, 100), 3);
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 10, 10), 3);
    out.play.told_once = 2;
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 10, 10), 2);
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 10, 10), RILL_PORT_BROKEN);
}

static void the_escape_has_silence_around_it(void **state)
{
    (void)state;
    static const exchange list[] = {HAYES_OPEN, {"GET", "hello", 0, 0}, {"+++", OK, 1000, 0}, {"ATH\r",
        SAYS("NO CARRIER"), 0, 0}};
    static outcome out;
    assert_int_equal(dial(&out, list, COUNT_OF(list), 0, 0), RILL_OK);
    assert_int_equal(rill_hayes_port.write(&hayes, "GET", 3, 100), 3);
    out.play.longest_silence = 0;
    rill_hayes_port.close(&hayes);
    assert_true(transcript_is_over(&out.play));
    assert_in_range(out.play.longest_silence, RILL_HAYES_GUARD_MS, RILL_HAYES_GUARD_MS + 100);
    rill_hayes_port.close(&hayes);
    assert_int_equal(rill_hayes_port.read(&hayes, out.text, 10, 10), RILL_PORT_CLOSED);
}

static void a_modem_that_has_hung_up_is_not_escaped_from(void **state)
{
    (void)state;
    static const exchange list[] = {HAYES_OPEN, {"GET", "hello\r\nNO CARRIER\r\n", 0, 0}};
    static outcome out;
    for (size_t read = 1; read < 19; read++) { /* so many bytes were read before */
        assert_int_equal(dial(&out, list, COUNT_OF(list), 0, 0), RILL_OK);
        assert_int_equal(rill_hayes_port.write(&hayes, "GET", 3, 100), 3);
        out.play.piece = read;
        assert_true(rill_hayes_port.read(&hayes, out.text, 100, 0) >= 0);
        rill_hayes_port.close(&hayes);
    }
}

/* The time of open is over while the modem dials. */
static void close_ends_the_dialling(void **state)
{
    (void)state;
    static const exchange ended[] = {FOUND, {"ATX4\r", OK, 0, 0}, {"ATDTexample.com:80\r", NULL, 0, 0},
        {"\r", SAYS("NO CARRIER"), 200, 0}};
    static const exchange too_late[] = {FOUND, {"ATX4\r", OK, 0, 0}, {"ATDTexample.com:80\r", NULL, 0, 0},
        {"\r", SAYS("CONNECT 57600"), 200, 0}, {"+++", OK, 1000, 0}, {"ATH\r", OK, 0, 0}};
    static const exchange mute[] = {FOUND, {"ATX4\r", OK, 0, 0}, {"ATDTexample.com:80\r", NULL, 0, 0}, {"\r", NULL, 0, 0}};
    const exchange_list talks[] = {{ended, COUNT_OF(ended)}, {too_late, COUNT_OF(too_late)}, {mute, COUNT_OF(mute)}};
    for (size_t i = 0; i < COUNT_OF(talks); i++) {
        outcome out;
        assert_int_equal(dial(&out, talks[i].list, talks[i].count, 0, 0), RILL_PORT_TIMEOUT);
        uint32_t before = out.play.clock;
        rill_hayes_port.close(&hayes);
        assert_true(transcript_is_over(&out.play));
        assert_in_range(out.play.clock - before, 1, 4000 + 7000);
        size_t writes = out.play.writes;
        rill_hayes_port.close(&hayes);
        assert_int_equal(out.play.writes, writes);
        assert_int_equal(rill_hayes_port.read(&hayes, out.text, 1, 10), RILL_PORT_CLOSED);
    }
}

/* The goodbye with more behind it, read already or in the guard time, is none: the call is still there to be ended. */
static void a_goodbye_inside_data_ends_no_call(void **state)
{
    (void)state;
    static const char *const lines[] = {"hello\r\nNO CARRIER\r\nworld", "\r\nNO CARRIER was said\r\n", "NO CARRIER\r\n", "\r\nNO CARRIE"};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        for (size_t read = 0; read < 25; read++) { /* so many bytes were read before */
            const exchange list[] = {HAYES_OPEN, {"GET", lines[i], 0, 0}, {"+++", OK, 1000, 0}, {"ATH\r", OK, 0, 0}};
            outcome out;
            assert_int_equal(dial(&out, list, COUNT_OF(list), 0, 0), RILL_OK);
            assert_int_equal(rill_hayes_port.write(&hayes, "GET", 3, 100), 3);
            out.play.piece = read;
            if (read > 0)
                assert_true(rill_hayes_port.read(&hayes, out.text, 100, 0) >= 0);
            rill_hayes_port.close(&hayes);
            assert_true(transcript_is_over(&out.play));
        }
}

static void why_a_call_fails_has_a_status(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        rill_status status;
    } answers[] = {
        {SAYS("NO CARRIER"), RILL_PORT_REFUSED}, {SAYS("BUSY"), RILL_PORT_BUSY},   {SAYS("NO DIALTONE"),
        RILL_PORT_REGISTRATION},
        {SAYS("NO ANSWER"), RILL_PORT_TIMEOUT},  {SAYS("ERROR"), RILL_PORT_NAME}, {NULL, RILL_PORT_TIMEOUT},
    };
    static outcome out;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        const exchange list[] = {FOUND, {"ATX4\r", OK, 0, 0}, {"ATDTexample.com:80\r", answers[i].answer, 0, 0}};
        assert_int_equal(dial(&out, list, COUNT_OF(list), 0, 0), answers[i].status);
    }
}

/* ---- whatever comes */

typedef struct chatter {
    uint32_t clock, state;
    unsigned calls;
} chatter;

static uint32_t draw(chatter *noise)
{
    noise->state = noise->state * 1664525u + 1013904223u;
    return noise->state >> 8;
}

/* What every request may take for an answer. */
#define AGREEABLE \
    "\r\n+CPIN: READY\r\n+CEREG: 0,1\r\n+QIACT: 1,1\r\n+USOCR: 0\r\nWIFI GOT IP\r\n#XSOCKET: 0\r\n#XCONNECT: 1\r\nCONNECT\r\n" \
    "OK\r\n+NETOPEN: 0\r\n+CIPOPEN: 0,0\r\n+QIOPEN: 0,0\r\n"

/* Bytes that are random, or pieces of what modems say. */
static int32_t chatter_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    static const char *const words[] = {
        "\r\n", AGREEABLE, AGREEABLE, AGREEABLE, AGREEABLE, AGREEABLE, AGREEABLE, AGREEABLE, AGREEABLE, AGREEABLE,
        AGREEABLE, AGREEABLE, "OK\r\n", "ERROR\r\n", "> ", "@", "+QIURC: \"recv\",0\r\n", "+QIURC: \"closed\",0\r\n",
        "+QIRD: ", "+IPD,", ":", "SEND OK\r\n",
        "SEND FAIL\r\n", "+CPIN: READY\r\n", "+CEREG: 0,1\r\n", "+QIACT: 1,1\r\n", "+QIOPEN: 0,0\r\n", "7", "0",
        "99999999999", "CONNECT\r\n",
        "+CIPRECVDATA:", ",", "+USORD: 0,", "\"", "#XRECV: ", "#XDATAMODE: 0\r\n", "NO CARRIER\r\n",
        "WIFI GOT IP\r\n", "+USOCR: 0\r\n",
        "#XSOCKET: 0\r\n", "#XCONNECT: 1\r\n", "+NETOPEN: 0\r\n", "+CIPOPEN: 0,0\r\n", "+CIPRXGET: 2,0,",
        "+CIPSEND: 0,3,3\r\n"};
    chatter *noise = context;
    assert_true(++noise->calls < 3000000);
    assert_true(size > 0);
    memset(bytes, 0, size < 4096 ? size : 4096);
    noise->clock += draw(noise) % 3;
    if (draw(noise) % 16 == 0) {
        noise->clock += timeout_ms;
        return 0;
    }
    size_t length = 0;
    if (draw(noise) % 32 == 0)
        bytes[length++] = (char)draw(noise);
    else
        for (const char *word = words[draw(noise) % COUNT_OF(words)]; *word != '\0' && length < size; word++)
            bytes[length++] = *word;
    return (int32_t)length;
}

/* One byte at a time, which is how lines are read, would never make a word. */
typedef struct stutter {
    chatter noise;
    char held[4096];
    size_t have, given;
} stutter;

static int32_t stutter_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    stutter *of = context;
    if (of->given == of->have) {
        int32_t came = chatter_read(&of->noise, of->held, sizeof(of->held), timeout_ms);
        if (came <= 0)
            return came;
        of->have = (size_t)came;
        of->given = 0;
    }
    size_t length = of->have - of->given < size ? of->have - of->given : size;
    memcpy(bytes, of->held + of->given, length);
    of->given += length;
    return (int32_t)length;
}

static int32_t stutter_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    stutter *of = context;
    (void)bytes;
    if (draw(&of->noise) % 8 == 0) {
        of->noise.clock += timeout_ms;
        return 0;
    }
    of->noise.clock++;
    return (int32_t)(1 + draw(&of->noise) % length);
}

static uint32_t stutter_now(void *context)
{
    return ((stutter *)context)->noise.clock;
}

static const rill_port stutter_port = {stutter_read, stutter_write, transcript_close, stutter_now};

static void use_for_a_while(stutter *noise, const rill_port *port, void *context)
{
    for (int i = 0; i < 60; i++) {
        size_t size = 1 + draw(&noise->noise) % 64;
        char *room = malloc(size); /* of just this size, for the sanitizer */
        uint32_t before = noise->noise.clock, limit = draw(&noise->noise) % 200;
        int32_t moved;
        assert_non_null(room);
        memset(room, '+', size);
        if (draw(&noise->noise) % 3 == 0)
            moved = port->write(context, room, size, limit);
        else
            moved = port->read(context, room, size, limit);
        assert_true(moved <= (int32_t)size && moved > -32);
        assert_true(noise->noise.clock - before <= limit + 1000); /* a byte takes up to 3 ms here: 256 of them */
        free(room);
    }
}

static void any_bytes_end_in_a_status(void **state)
{
    (void)state;
    static const rill_modem_dialect *const dialects[] = {&rill_modem_quectel, &rill_modem_simcom,
        &rill_modem_ublox,
                                                         &rill_modem_esp_at,  &rill_modem_esp_at_active,
                                                         &rill_modem_nordic_slm};
    unsigned opened = 0;
    for (uint32_t seed = 0; seed < 1200; seed++) {
        static stutter noise;
        static rill_modem modem;
        char *line = malloc(RILL_AT_LINE_MIN);
        memset(&noise, 0, sizeof(noise));
        noise.noise.state = seed;
        rill_modem_begin(&modem, &stutter_port, &noise, line, RILL_AT_LINE_MIN);
        rill_status status = rill_modem_open(&modem, dialects[seed % COUNT_OF(dialects)], &settings, 60000);
        assert_true(status <= 0);
        opened += status == RILL_OK;
        modem.failed = RILL_OK; /* as if it had been opened, whatever state it is in */
        use_for_a_while(&noise, &rill_modem_port, &modem);
        rill_modem_port.close(&modem);
        rill_hayes_begin(&hayes, &stutter_port, &noise, line, RILL_AT_LINE_MIN);
        opened += rill_hayes_open(&hayes, &settings, 60000) == RILL_OK;
        hayes.modem.failed = RILL_OK;
        use_for_a_while(&noise, &rill_hayes_port, &hayes);
        rill_hayes_port.close(&hayes);
        free(line);
    }
    assert_true(opened > 50); /* it gets behind the first commands too */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_dialect_has_a_conversation),
        cmocka_unit_test(lines_may_come_anywhere),
        cmocka_unit_test(blocks_may_be_refused_or_taken_in_part),
        cmocka_unit_test(what_breaks_a_connection_has_a_status),
        cmocka_unit_test(what_prevents_a_connection_has_a_status),
        cmocka_unit_test(the_pin_is_tried_once),
        cmocka_unit_test(user_and_password_are_told),
        cmocka_unit_test(searching_goes_on_until_the_time_is_over),
        cmocka_unit_test(a_network_of_an_older_kind_is_enough),
        cmocka_unit_test(a_silent_modem_is_told),
        cmocka_unit_test(nothing_that_ends_a_command_is_sent),
        cmocka_unit_test(missing_or_endless_settings_are_refused),
        cmocka_unit_test(a_certificate_cannot_switch_the_check_off),
        cmocka_unit_test(close_lets_a_command_end_first),
        cmocka_unit_test(close_does_not_wait_for_a_dead_modem),
        cmocka_unit_test(close_takes_no_longer_than_it_may),
        cmocka_unit_test(close_speaks_to_a_busy_modem),
        cmocka_unit_test(close_says_nothing_into_data),
        cmocka_unit_test(close_waits_for_data),
        cmocka_unit_test(settings_are_the_callers_behind_a_failed_open),
        cmocka_unit_test(close_ends_a_connection_that_was_made_too_late),
        cmocka_unit_test(what_is_done_as_the_time_ends_is_done),
        cmocka_unit_test(a_command_that_took_too_long_holds_nothing_up),
        cmocka_unit_test(a_command_has_what_is_left_of_the_time),
        cmocka_unit_test(a_broken_line_is_told_to_each_command),
        cmocka_unit_test(commands_may_follow_a_failed_open_and_a_close),
        cmocka_unit_test(a_caller_may_be_away),
        cmocka_unit_test(nothing_is_open_before_open),
        cmocka_unit_test(between_calls_the_bytes_are_the_callers),
        cmocka_unit_test(close_fills_a_block_up),
        cmocka_unit_test(a_block_that_fails_after_all_is_told),
        cmocka_unit_test(a_modem_may_be_opened_again),
        cmocka_unit_test(the_signal_is_in_dbm),
        cmocka_unit_test(lost_bytes_on_the_line_end_the_connection),
        cmocka_unit_test(reads_and_writes_take_turns),
        cmocka_unit_test(write_gives_way_to_data_that_must_be_read),
        cmocka_unit_test(a_call_is_transparent_until_the_other_side_hangs_up),
        cmocka_unit_test(a_dcd_line_tells_without_a_doubt),
        cmocka_unit_test(nothing_is_lost_when_the_carrier_falls),
        cmocka_unit_test(silence_is_the_lines_not_the_callers),
        cmocka_unit_test(a_read_ends_with_the_silence_or_with_its_time),
        cmocka_unit_test(what_came_before_a_status_is_handed_out_before),
        cmocka_unit_test(the_escape_has_silence_around_it),
        cmocka_unit_test(a_modem_that_has_hung_up_is_not_escaped_from),
        cmocka_unit_test(close_ends_the_dialling),
        cmocka_unit_test(a_goodbye_inside_data_ends_no_call),
        cmocka_unit_test(why_a_call_fails_has_a_status),
        cmocka_unit_test(any_bytes_end_in_a_status),
    };
    return cmocka_run_group_tests_name("modem", tests, NULL, NULL);
}
