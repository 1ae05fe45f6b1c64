/* Answers of 3GPP TS 27.007 that all cellular modems share; see dialect.h. */
#include "dialect.h"

/* 8.3. 14: the SIM is busy. Other errors: a wrong PIN, or none is wanted; what follows tells. */
const rill_at_match rill_cellular_pin[] = {
    {"OK\r", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    {"+CME ERROR: 14", RILL_AT_IS | RILL_AT_FINAL, RILL_END},
    {"+CME ERROR: ", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    {"ERROR\r", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    END_OF_LINES,
};

/* 8.3 */
const rill_at_match rill_cellular_sim[] = {
    {"+CPIN: READY", RILL_AT_IS, RILL_OK},
    {"+CPIN: ", RILL_AT_IS, RILL_MORE},
    END_OF_LINES,
};

/* 7.2: <n>,<stat>: 1 home, 5 roaming, 3 denied; all else may still become one of these */
const rill_at_match rill_cellular_registered[] = {
    {"+C" MAYBE "REG: " ANY ",1", RILL_AT_IS, RILL_OK},
    {"+C" MAYBE "REG: " ANY ",5", RILL_AT_IS, RILL_OK},
    {"+C" MAYBE "REG: " ANY ",3", RILL_AT_IS, RILL_MORE},
    {"+C" MAYBE "REG: " ANY ",", RILL_AT_IS, RILL_END},
    END_OF_LINES,
};
