/* Quectel: EC21, EC25, EG9x, BG95, BG96 and others with the same TCP/IP commands.
 *
 * [TCP] Quectel, EC2x&EG9x&EG2x-G&EM05 Series TCP/IP Application Note; BG96 TCP/IP AT Commands Manual */
#include "quectel.h"

/* [TCP] QIACT?: context 1, state 1 */
const rill_at_match rill_quectel_active[] = {
    {"+QIACT: 1,1", RILL_AT_IS, RILL_OK},
    END_OF_LINES,
};

/* [TCP] QISEND. SEND FAIL: its buffer is full */
const rill_at_match rill_quectel_sent[] = {
    {">", RILL_AT_PROMPT | RILL_AT_OPEN, 0},
    {"SEND OK", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    {"SEND FAIL", RILL_AT_IS | RILL_AT_FINAL, RILL_END},
    END_OF_LINES,
};

static const rill_at_match opened[] = {
    {"+QIOPEN: 0," VALUE, RILL_AT_CODE | RILL_AT_FINAL, 0},
    END_OF_LINES,
};

static const rill_at_match received[] = {
    {"+QIRD: " VALUE, RILL_AT_DATA, '\r'},
    END_OF_LINES,
};

static const rill_at_match reason[] = {
    {"+QIGETERROR: 0", RILL_AT_IS, RILL_MORE},
    {"+QIGETERROR: " VALUE, RILL_AT_CODE, 0},
    END_OF_LINES,
};

static const rill_at_step open[] = {
    QUECTEL_NETWORK,
    {"AT+QICLOSE=0\r", NULL, 15, RILL_AT_OPTIONAL, 0, 0},
    {"AT+QIOPEN=1,0,\"TCP\",\"" HOST "\"," PORT ",0,0\r", opened, 150, RILL_AT_FRESH, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step send[] = {
    {"AT+QISEND=0," COUNT "\r", rill_quectel_sent, 20, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step receive[] = {
    {"AT+QIRD=0," COUNT "\r", received, 9, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step close[] = {
    {"AT+QICLOSE=0\r", NULL, 15, 0, 0, 0},
    END_OF_STEPS,
};

const rill_at_step rill_quectel_why[] = {
    {"AT+QIGETERROR\r", reason, 9, 0, 0, 0},
    END_OF_STEPS,
};

/* [TCP] URC: "recv" once for an empty buffer; "closed" while data may still be there; "pdpdeact" */
static const rill_at_match lines[] = {
    {"+QIURC: \"recv\",0", RILL_AT_EVENT, RILL_MODEM_READABLE},
    {"+QIURC: \"closed\",0", RILL_AT_EVENT, RILL_MODEM_ENDED},
    {"+QIURC: \"pdpdeact\",1", RILL_AT_BREAK, RILL_PORT_CONTEXT},
    {"RDY\r", RILL_AT_BREAK, RILL_PORT_RESTARTED},
    END_OF_LINES,
};

/* [TCP] summary of error codes; 579: SSL handshake */
const rill_at_code rill_quectel_codes[] = {
    CME_CODES,
    {561, 2, RILL_PORT_CONTEXT},
    {563, 1, RILL_PORT_BUSY},
    {564, 2, RILL_PORT_NAME},
    {566, 1, RILL_PORT_REFUSED},
    {568, 1, RILL_PORT_BUSY},
    {569, 1, RILL_PORT_TIMEOUT},
    {570, 1, RILL_PORT_CONTEXT},
    {573, 1, RILL_PORT_CONTEXT},
    {574, 1, RILL_PORT_BUSY},
    {579, 1, RILL_PORT_TLS_HANDSHAKE},
    END_OF_CODES,
};

const rill_modem_dialect rill_modem_quectel = {
    open, send, receive, close, rill_quectel_why, lines, rill_quectel_codes, 1460, 1500, 5000, false, NULL,
};
