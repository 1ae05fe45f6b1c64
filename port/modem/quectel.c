/* Quectel: EC21, EC25, EG9x, BG95, BG96 and others with the same TCP/IP commands.
 *
 * [TCP] Quectel, EC2x&EG9x&EG2x-G&EM05 Series TCP/IP Application Note; BG95&BG77 Series TCP/IP Application Note
 * [SSL] Quectel, EC2x&EG9x&EM05 Series SSL Application Note */
#include "cellular.h"

/* [TCP] QIACT?: context 1, state 1 */
static const rill_at_match active[] = {
    {"+QIACT: 1,1", RILL_AT_IS, RILL_OK},
    END_OF_LINES,
};

static const rill_at_match opened[] = {
    {"+QIOPEN: " ID "," VALUE, RILL_AT_CODE | RILL_AT_FINAL, 0},
    END_OF_LINES,
};

/* SEND FAIL: its buffer is full */
static const rill_at_match sent[] = {
    {">", RILL_AT_PROMPT | RILL_AT_OPEN, 0},
    {"SEND OK", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    {"SEND FAIL", RILL_AT_IS | RILL_AT_FINAL, RILL_END},
    END_OF_LINES,
};

static const rill_at_match received[] = {
    {"+QIRD: " VALUE, RILL_AT_DATA, 0},
    END_OF_LINES,
};

static const rill_at_match reason[] = {
    {"+QIGETERROR: " VALUE, RILL_AT_CODE, 0},
    END_OF_LINES,
};

/* QIACT of a context that is active already is an error; QIACT? tells. */
#define SET_UP \
    {"AT+QISDE=0\r", NULL, 9, RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+QICSGP=1,1,\"" NETWORK "\",\"" USER "\",\"" PASSWORD "\",3\r", NULL, 9, RILL_AT_GIVEN, 1, RILL_PORT_CONTEXT}, \
    {"AT+QICSGP=1,1,\"" NETWORK "\"\r", NULL, 9, RILL_AT_GIVEN, 0, RILL_PORT_CONTEXT}, \
    {"AT+QIACT=1\r", NULL, 150, RILL_AT_OPTIONAL, 0, RILL_PORT_CONTEXT}, \
    {"AT+QIACT?\r", active, 3, 0, 0, RILL_PORT_CONTEXT}

static const rill_at_step open[] = {
    FIND_THE_MODEM("\r"),
    FIND_THE_SIM,
    FIND_THE_NETWORK,
    SET_UP,
    {"AT+QICLOSE=0\r", NULL, 15, RILL_AT_OPTIONAL, 0, 0},
    {"AT+QIOPEN=1,0,\"TCP\",\"" HOST "\"," PORT ",0,0\r", opened, 150, RILL_AT_FRESH, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step send[] = {
    {"AT+QISEND=0," COUNT "\r", sent, 20, 0, 0, RILL_PORT_RESET},
    END_OF_STEPS,
};

static const rill_at_step receive[] = {
    {"AT+QIRD=0," COUNT "\r", received, 9, 0, 0, RILL_PORT_RESET},
    END_OF_STEPS,
};

static const rill_at_step close[] = {
    {"AT+QICLOSE=0\r", NULL, 15, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step why[] = {
    {"AT+QIGETERROR\r", reason, 9, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_match lines[] = {
    {"+QIURC: \"recv\"," ID, RILL_AT_EVENT, RILL_MODEM_READABLE},
    {"+QIURC: \"closed\"," ID, RILL_AT_EVENT, RILL_MODEM_ENDED},
    {"+QIURC: \"pdpdeact\",1", RILL_AT_BREAK, RILL_PORT_CONTEXT},
    {"RDY\r", RILL_AT_BREAK, RILL_PORT_RESTARTED},
    END_OF_LINES,
};

/* [TCP] summary of error codes; 579: [SSL] */
static const rill_at_code codes[] = {
    CME_CODES,
    {561, 2, RILL_PORT_CONTEXT},
    {563, 1, RILL_PORT_BUSY},
    {564, 2, RILL_PORT_NAME},
    {566, 1, RILL_PORT_REFUSED},
    {567, 1, RILL_PORT_CLOSED},
    {568, 1, RILL_PORT_BUSY},
    {569, 1, RILL_PORT_TIMEOUT},
    {570, 1, RILL_PORT_CONTEXT},
    {573, 1, RILL_PORT_CONTEXT},
    {574, 1, RILL_PORT_BUSY},
    {579, 1, RILL_PORT_TLS_HANDSHAKE},
    END_OF_CODES,
};

const rill_modem_dialect rill_modem_quectel = {
    open, send, receive, close, why, lines, codes, 1460, 1500, 5000, false, NULL,
};
