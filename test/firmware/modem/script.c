/* See script.h. */
#include "script.h"

#include <string.h>

enum { SEGMENT = 1460 }; /* of data at most that a read gives which names no number */

typedef enum script_act {
    SAY,   /* says first */
    TAKE,  /* prompts with first, takes as many bytes as the command's number says, or up to +++ (all), says then */
    GIVE,  /* first, as many bytes of data as the number says, or a segment (all), then behind it */
    CARRY, /* says first, and is transparent from then on */
} script_act;

/* A % stands for how many bytes of data are given, or were taken. */
typedef struct script_reply {
    const char *command; /* how it begins */
    script_act act;
    bool all;
    const char *first, *then;
} script_reply;

#define OK "\r\nOK\r\n"

static const script_reply replies[] = {
    {"AT+CPIN?", SAY, false, "\r\n+CPIN: READY\r\n" OK, ""},
    {"AT+CEREG?", SAY, false, "\r\n+CEREG: 0,1\r\n" OK, ""},
    {"AT+CGACT?", SAY, false, "\r\n+CGACT: 0,1\r\n+CGACT: 1,1\r\n" OK, ""},
    {"AT+QIACT?", SAY, false, "\r\n+QIACT: 1,1,1,\"10.0.0.2\"\r\n" OK, ""},
    {"AT+QIOPEN=", SAY, false, OK "\r\n+QIOPEN: 0,0\r\n", ""},
    {"AT+QISEND=", TAKE, false, "\r\n> ", "\r\nSEND OK\r\n\r\n+QIURC: \"recv\",0\r\n"},
    {"AT+QIRD=", GIVE, false, "\r\n+QIRD: %\r\n", "\r\n" OK},
    {"AT+NETOPEN", SAY, false, OK "\r\n+NETOPEN: 0\r\n", ""},
    {"AT+CIPOPEN=", SAY, false, OK "\r\n+CIPOPEN: 0,0\r\n", ""},
    {"AT+CIPSEND=0,", TAKE, false, "\r\n>", OK "\r\n+CIPSEND: 0,%,%\r\n\r\n+CIPRXGET: 1,0\r\n"},
    {"AT+CIPRXGET=2,", GIVE, false, "\r\n+CIPRXGET: 2,0,%,0\r\n", OK},
    {"AT+USOCR=", SAY, false, "\r\n+USOCR: 0\r\n" OK, ""},
    {"AT+USOWR=", TAKE, false, "\r\n@", "\r\n+USOWR: 0,%\r\n" OK "\r\n+UUSORD: 0,1\r\n"},
    {"AT+USORD=", GIVE, false, "\r\n+USORD: 0,%,\"", "\"\r\n" OK},
    {"AT+CWJAP=", SAY, false, "WIFI CONNECTED\r\nWIFI GOT IP\r\n" OK, ""},
    {"AT+CWJAP?", SAY, false, "+CWJAP:\"internet\"\r\n" OK, ""},
    {"AT+CIPSTART=", SAY, false, "CONNECT\r\n" OK, ""},
    {"AT+CIPSEND=", TAKE, false, OK ">", "\r\nSEND OK\r\n\r\n+IPD,1\r\n"},
    {"AT+CIPRECVDATA=", GIVE, false, "+CIPRECVDATA:%,", "\r\n" OK},
    {"AT#XSOCKET=1", SAY, false, "\r\n#XSOCKET: 1,1,6\r\n" OK, ""},
    {"AT#XCONNECT=", SAY, false, "\r\n#XCONNECT: 1\r\n" OK, ""},
    {"AT#XSEND=", SAY, false, "\r\n#XSEND: 1\r\n" OK, ""},
    {"AT#XSEND", TAKE, true, OK, "\r\n#XDATAMODE: 0\r\n"},
    {"AT#XPOLL=", SAY, false, "\r\n#XPOLL: 1,\"0x0001\"\r\n" OK, ""},
    {"AT#XRECV=", GIVE, true, "\r\n#XRECV: %\r\n", "\r\n" OK},
    {"ATD", CARRY, false, "\r\nCONNECT 57600\r\n", ""},
    {"", SAY, false, OK, ""},
};

/* ---- what it says */

static void queue(script *modem, const char *text, size_t length)
{
    size_t at = 0;
    while (modem->next_length[at] != 0)
        at++;
    modem->next[at] = text;
    modem->next_length[at] = length;
}

/* The number takes the place of each %. */
static void queue_numbered(script *modem, const char *text, size_t number)
{
    char digits[8];
    size_t length = 0, count = 0;
    for (; *text != '\0'; text++) {
        if (*text != '%') {
            modem->head[length++] = *text;
            continue;
        }
        for (size_t rest = number; rest != 0 || count == 0; rest /= 10)
            digits[count++] = (char)('0' + rest % 10);
        while (count != 0)
            modem->head[length++] = digits[--count];
    }
    queue(modem, modem->head, length);
}

static void give(script *modem, const script_reply *reply, size_t asked)
{
    size_t length = asked < modem->answer_left ? asked : modem->answer_left;
    queue_numbered(modem, reply->first, length);
    queue(modem, modem->answer, length);
    queue(modem, reply->then, strlen(reply->then));
    modem->answer += length;
    modem->answer_left -= length;
}

static int32_t script_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    script *modem = context;
    if (modem->next_length[0] == 0 && modem->carrying) {
        queue(modem, modem->answer, modem->answer_left);
        modem->answer_left = 0;
    }
    size_t length = size < modem->next_length[0] ? size : modem->next_length[0];
    memcpy(bytes, modem->next[0], length);
    modem->next[0] += length;
    modem->next_length[0] -= length;
    if (modem->next_length[0] == 0)
        for (size_t at = 0; at < 3; at++) {
            modem->next[at] = modem->next[at + 1];
            modem->next_length[at] = modem->next_length[at + 1];
            modem->next_length[at + 1] = 0;
        }
    if (length == 0)
        modem->now += timeout_ms;
    return (int32_t)length;
}

/* ---- what it is told */

static size_t number_at_end(const char *text)
{
    size_t number = 0;
    for (; *text != '\0'; text++)
        number = *text >= '0' && *text <= '9' ? number * 10 + (size_t)(*text - '0') : 0;
    return number;
}

static void obey(script *modem)
{
    const script_reply *reply = replies;
    while (strncmp(modem->command, reply->command, strlen(reply->command)) != 0)
        reply++;
    size_t number = number_at_end(modem->command);
    if (reply->act == GIVE) {
        give(modem, reply, reply->all ? SEGMENT : number);
        return;
    }
    queue(modem, reply->first, strlen(reply->first));
    modem->carrying = reply->act == CARRY;
    if (reply->act == TAKE) {
        modem->taking = reply;
        modem->asked = number;
        modem->taken = modem->pluses = 0;
    }
}

static void take_data(script *modem, char byte)
{
    const script_reply *reply = modem->taking;
    modem->taken++;
    modem->pluses = byte == '+' ? modem->pluses + 1 : 0;
    if (reply->all ? modem->pluses < 3 : modem->taken < modem->asked)
        return;
    queue_numbered(modem, reply->then, modem->taken);
    modem->taking = NULL;
}

static void take(script *modem, char byte)
{
    if (modem->carrying)
        return;
    if (modem->taking != NULL) {
        take_data(modem, byte);
    } else if (byte == (modem->crlf ? '\n' : '\r')) {
        modem->command[modem->length] = '\0';
        modem->length = 0;
        obey(modem);
    } else if (byte != '\r' && modem->length < sizeof modem->command - 1) {
        modem->command[modem->length++] = byte;
    }
}

static int32_t script_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    (void)timeout_ms;
    for (size_t at = 0; at < length; at++)
        take(context, bytes[at]);
    return (int32_t)length;
}

static void script_close(void *context)
{
    (void)context;
}

static uint32_t script_now(void *context)
{
    return ((const script *)context)->now;
}

const rill_port script_port = {script_read, script_write, script_close, script_now};
