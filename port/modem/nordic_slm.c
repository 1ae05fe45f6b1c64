/* Nordic's Serial LTE Modem on nRF91.
 *
 * [SLM] nRF Connect SDK 2.x, Serial LTE Modem: Socket AT commands; Running in data mode
 *
 * No line tells of data or of the end: the socket is asked again and again (#XPOLL). #XRECV has no limit of bytes. */
#include "nordic_slm.h"

const rill_at_match rill_nordic_slm_active[] = {
    {"+CGACT: 0,1", RILL_AT_IS, RILL_OK},
    END_OF_LINES,
};

const rill_at_match rill_nordic_slm_connected[] = {
    {"#XCONNECT: 1", RILL_AT_IS, RILL_OK},
    {"#XCONNECT: 0", RILL_AT_IS, RILL_MORE},
    END_OF_LINES,
};

static const rill_at_match created[] = {
    {"#XSOCKET: " VALUE, RILL_AT_NAME, 0},
    END_OF_LINES,
};

static const rill_at_match data_mode[] = {
    {"OK\r", RILL_AT_PROMPT, 1},
    END_OF_LINES,
};

static const rill_at_match data_mode_left[] = {
    {"#XDATAMODE: 0", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    {"#XDATAMODE: -", RILL_AT_IS | RILL_AT_FINAL, RILL_MORE},
    END_OF_LINES,
};

/* POLLIN is 1, POLLHUP 16; all else is an error; without any there is no line */
static const rill_at_match polled[] = {
    {"#XPOLL: " ID ",\"0x0001\"", RILL_AT_EVENT, 0},
    {"#XPOLL: " ID ",\"0x0010\"", RILL_AT_EVENT, RILL_MODEM_ENDED},
    {"#XPOLL: " ID ",\"0x0011\"", RILL_AT_EVENT, RILL_MODEM_ENDED},
    {"#XPOLL: " ID ",", RILL_AT_IS, RILL_MORE},
    {"OK\r", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    END_OF_LINES,
};

static const rill_at_match received[] = {
    {"#XRECV: " VALUE, RILL_AT_DATA, '\r'},
    {"OK\r", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    END_OF_LINES,
};

const rill_at_step rill_nordic_slm_send[] = {
    {"AT#XSEND\r", data_mode, 9, 0, 0, 0},
    {"+++", data_mode_left, 20, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step send_plus[] = {
    {"AT#XSEND=\"+\"\r", NULL, 20, 0, 0, 0},
    END_OF_STEPS,
};

/* 64: do not wait; an error means that there is nothing */
const rill_at_step rill_nordic_slm_receive[] = {
    {"AT#XPOLL=0," ID "\r", polled, 9, 0, 0, 0},
    {"AT#XRECV=0,64\r", received, 9, RILL_AT_OPTIONAL, 0, 0},
    END_OF_STEPS,
};

const rill_at_step rill_nordic_slm_close[] = {
    {"AT#XSOCKET=0\r", NULL, 9, 0, 0, 0},
    END_OF_STEPS,
};

const rill_at_match rill_nordic_slm_lines[] = {
    {"Ready\r", RILL_AT_BREAK, RILL_PORT_RESTARTED},
    END_OF_LINES,
};

const rill_at_code rill_nordic_slm_codes[] = {
    CME_CODES,
    END_OF_CODES,
};

/* Data mode ends with +++ at once, wherever it stands. So no block has it, nor ends with a +; those that stay in
 * between go one by one, as text. */
const rill_at_step *rill_nordic_slm_split(const char *bytes, size_t *length)
{
    size_t end = 0;
    while (end < *length && !(*length - end >= 3 && bytes[end] == '+' && bytes[end + 1] == '+' && bytes[end + 2] == '+'))
        end++;
    while (end != 0 && bytes[end - 1] == '+')
        end--;
    *length = end != 0 ? end : 1;
    return end != 0 ? rill_nordic_slm_send : send_plus;
}

static const rill_at_step open[] = {
    NORDIC_SLM_NETWORK,
    {"AT#XSOCKET=1,1,0\r", created, 9, 0, 0, RILL_PORT_CONTEXT},
    NORDIC_SLM_CONNECT,
    END_OF_STEPS,
};

const rill_modem_dialect rill_modem_nordic_slm = {
    open, rill_nordic_slm_send, rill_nordic_slm_receive, rill_nordic_slm_close, NULL, rill_nordic_slm_lines,
    rill_nordic_slm_codes, NORDIC_SLM_LIMITS, false, rill_nordic_slm_split,
};
