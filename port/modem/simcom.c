/* SIMCom: A7670, A7600, SIM7500, SIM7600, SIM7800: the IP stack that is opened with NETOPEN.
 *
 * [TCP] SIMCom, A76XX Series TCPIP Application Note; SIM7500_SIM7600_SIM7800 Series TCPIP AT Command Manual */
#include "dialect.h"

enum { OWN = 1 }; /* errors of these commands are codes from 1000 on */

static const rill_at_match network[] = {
    {"+NETOPEN: " VALUE, RILL_AT_CODE | RILL_AT_FINAL, OWN},
    {"+IP ERROR: Network is already", RILL_AT_IS, RILL_OK},
    END_OF_LINES,
};

static const rill_at_match opened[] = {
    {"+CIPOPEN: 0," VALUE, RILL_AT_CODE | RILL_AT_FINAL, OWN},
    END_OF_LINES,
};

/* [TCP] CIPSEND: <link>,<asked>,<taken>: 0 the buffer is full, -1 disconnected; or <link>,<error> */
static const rill_at_match sent[] = {
    {">", RILL_AT_PROMPT | RILL_AT_OPEN, 0},
    {"+CIPSEND: 0," ANY ",0", RILL_AT_IS | RILL_AT_FINAL, RILL_END},
    {"+CIPSEND: 0," ANY "," VALUE, RILL_AT_TELL | RILL_AT_FINAL, 0},
    {"+CIPSEND: 0,", RILL_AT_IS | RILL_AT_FINAL, RILL_MORE},
    END_OF_LINES,
};

/* [TCP] CIPRXGET: 2,<link>,<length>,<rest> */
static const rill_at_match received[] = {
    {"+CIPRXGET: 2,0," VALUE "," ANY, RILL_AT_DATA, '\r'},
    {"+IP ERROR: No data", RILL_AT_IS, RILL_OK},
    END_OF_LINES,
};

static const rill_at_step open[] = {
    FIND_THE_MODEM("\r"),
    FIND_THE_SIM,
    SET_THE_CONTEXT,
    {"AT+CGAUTH=1,3,\"" USER "\",\"" PASSWORD "\"\r", NULL, 9, RILL_AT_GIVEN | RILL_AT_OPTIONAL, 0, 0},
    FIND_THE_NETWORK,
    {"AT+CIPRXGET=1\r", NULL, 9, 0, 0, 0},
    {"AT+NETOPEN\r", network, 120, 0, 0, RILL_PORT_CONTEXT},
    {"AT+CIPCLOSE=0\r", NULL, 15, RILL_AT_OPTIONAL, 0, 0},
    {"AT+CIPOPEN=0,\"TCP\",\"" HOST "\"," PORT "\r", opened, 130, RILL_AT_FRESH, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step send[] = {
    {"AT+CIPSEND=0," COUNT "\r", sent, 20, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step receive[] = {
    {"AT+CIPRXGET=2,0," COUNT "\r", received, 9, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step close[] = {
    {"AT+CIPCLOSE=0\r", NULL, 15, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_match lines[] = {
    {"+CIPRXGET: 1,0", RILL_AT_EVENT, RILL_MODEM_READABLE},
    {"+IPCLOSE: 0", RILL_AT_EVENT, RILL_MODEM_ENDED},
    {"+CIPEVENT: NETWORK CLOSED", RILL_AT_BREAK, RILL_PORT_CONTEXT},
    {"*ATREADY", RILL_AT_BREAK, RILL_PORT_RESTARTED},
    {"RDY\r", RILL_AT_BREAK, RILL_PORT_RESTARTED},
    END_OF_LINES,
};

/* [TCP] <err>: 1 network failure, 2 not opened, 5 no socket, 8 busy, 9 all sockets open, 10 timeout, 11 name */
static const rill_at_code codes[] = {
    CME_CODES,
    {1001, 2, RILL_PORT_CONTEXT},
    {1005, 1, RILL_PORT_REFUSED},
    {1008, 2, RILL_PORT_BUSY},
    {1010, 1, RILL_PORT_TIMEOUT},
    {1011, 1, RILL_PORT_NAME},
    END_OF_CODES,
};

const rill_modem_dialect rill_modem_simcom = {
    open, send, receive, close, NULL, lines, codes, 1500, 1500, 5000, false, NULL,
};
