/* u-blox: SARA-R4, SARA-R5, LARA-R6 and others with the same sockets.
 *
 * [R4] u-blox, SARA-R4 series AT commands manual, UBX-17003787, chapter 19 and appendix A.7 */
#include "ublox.h"

enum { OWN = 1 }; /* errors of sockets are codes from 1000 on */
enum { PROMPT_PAUSE_MS = 60 }; /* [R4] 19.10.4: at least 50 ms between the prompt and the data */

const rill_at_match rill_ublox_active[] = {
    {"+CGACT: 1,1", RILL_AT_IS, RILL_OK},
    END_OF_LINES,
};

const rill_at_match rill_ublox_created[] = {
    {"+USOCR: " VALUE, RILL_AT_NAME, 0},
    END_OF_LINES,
};

static const rill_at_match sent[] = {
    {"@", RILL_AT_PROMPT | RILL_AT_OPEN, PROMPT_PAUSE_MS},
    {"+USOWR: " ID ",0", RILL_AT_IS, RILL_END},
    {"+USOWR: " ID "," VALUE, RILL_AT_TELL, 0},
    END_OF_LINES,
};

/* 11: would block, 12: no memory: its buffer is full */
static const rill_at_match unsent[] = {
    {"+USOER: 11", RILL_AT_IS, RILL_END},
    {"+USOER: 12", RILL_AT_IS, RILL_END},
    {"+USOER: 0", RILL_AT_IS, RILL_MORE},
    {"+USOER: " VALUE, RILL_AT_CODE, OWN},
    END_OF_LINES,
};

/* [R4] 19.12: <socket>,<length>,"<data>"; without data "" alone */
static const rill_at_match received[] = {
    {"+USORD: " ID "," VALUE ",\"", RILL_AT_DATA | RILL_AT_OPEN, '"'},
    {"+USORD: " ID ",\"\"", RILL_AT_IS, RILL_OK},
    END_OF_LINES,
};

static const rill_at_match reason[] = {
    {"+USOER: 0", RILL_AT_IS, RILL_MORE},
    {"+USOER: " VALUE, RILL_AT_CODE, OWN},
    END_OF_LINES,
};

static const rill_at_step open[] = {
    UBLOX_SOCKET,
    UBLOX_CONNECT,
    END_OF_STEPS,
};

const rill_at_step rill_ublox_send[] = {
    {"AT+USOWR=" ID "," COUNT "\r", sent, 20, RILL_AT_OPTIONAL, 1, 0},
    {"AT+USOER\r", unsent, 9, 0, -1, 0},
    END_OF_STEPS,
};

const rill_at_step rill_ublox_receive[] = {
    {"AT+USORD=" ID "," COUNT "\r", received, 9, 0, 0, 0},
    END_OF_STEPS,
};

const rill_at_step rill_ublox_close[] = {
    {"AT+USOCL=" ID "\r", NULL, 15, 0, 0, 0},
    END_OF_STEPS,
};

const rill_at_step rill_ublox_why[] = {
    {"AT+USOER\r", reason, 9, 0, 0, 0},
    END_OF_STEPS,
};

const rill_at_match rill_ublox_lines[] = {
    {"+UUSORD: " ID, RILL_AT_EVENT, RILL_MODEM_READABLE},
    {"+UUSOCL: " ID, RILL_AT_EVENT, RILL_MODEM_ENDED},
    END_OF_LINES,
};

/* [R4] A.7: the numbers of BSD sockets; 2: the name was not found */
const rill_at_code rill_ublox_codes[] = {
    CME_CODES,
    {1002, 1, RILL_PORT_NAME},
    {1011, 2, RILL_PORT_BUSY},
    {1101, 1, RILL_PORT_NO_ROUTE},
    {1103, 2, RILL_PORT_RESET},
    {1107, 1, RILL_PORT_RESET},
    {1110, 1, RILL_PORT_TIMEOUT},
    {1111, 1, RILL_PORT_REFUSED},
    {1113, 1, RILL_PORT_NO_ROUTE},
    END_OF_CODES,
};

const rill_modem_dialect rill_modem_ublox = {
    open, rill_ublox_send, rill_ublox_receive, rill_ublox_close, rill_ublox_why, rill_ublox_lines, rill_ublox_codes,
    1024, 1024, 5000, false, NULL,
};
