/* What the dialects share: placeholders, ends of tables, and the way to a cellular network by 3GPP TS 27.007. Inside of
 * port/modem; not for users. */
#ifndef RILL_MODEM_DIALECT_H
#define RILL_MODEM_DIALECT_H

#include "modem.h"

/* The texts of a request, in the order of rill_modem_open(). */
#define HOST "\4"
#define NETWORK "\5"
#define USER "\6"
#define PIN "\7"
#define CERTIFICATE "\10"
#define PASSWORD "\11" /* the one that may be empty where the others are given */

#define ID RILL_AT_ID
#define COUNT RILL_AT_COUNT
#define PORT RILL_AT_PORT
#define VALUE RILL_AT_VALUE
#define ANY RILL_AT_ANY
#define MAYBE RILL_AT_MAYBE

#define END_OF_STEPS {NULL, NULL, 0, 0, 0, 0}
#define END_OF_LINES {NULL, 0, 0}
#define END_OF_CODES {0, 0, 0}

/* Rows of steps: request, answers, limit in seconds, flags, jump, status. */

/* The modem may be starting, or still be busy with what it was asked before. `end` is the line end it wants. */
#define FIND_THE_MODEM(end) \
    {"AT" end, NULL, 1, RILL_AT_KNOCK, 0, RILL_PORT_SILENT}, \
    {"ATE0" end, NULL, 9, RILL_AT_SETTLE | RILL_AT_OPTIONAL, 0, 0}

/* 27.007 9.1: errors as numbers. 8.3: a PIN is sent again only where the SIM was too busy to look at it: the third
 * wrong one locks the card. */
#define FIND_THE_SIM \
    {"AT+CMEE=1\r", NULL, 9, RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+CPIN=\"" PIN "\"\r", rill_cellular_pin, 9, RILL_AT_GIVEN, 0, 0}, \
    {"AT+CPIN?\r", rill_cellular_sim, 9, 0, 0, RILL_PORT_SIM}

/* 27.007 10.1.1. It may be an error when the context is active already. */
#define SET_THE_CONTEXT \
    {"AT+CGDCONT=1,\"IP\",\"" NETWORK "\"\r", NULL, 9, RILL_AT_GIVEN | RILL_AT_OPTIONAL, 0, 0}

/* 27.007 10.1.22 (LTE), 10.1.20 (GPRS), 7.2: one of them is enough. */
#define FIND_THE_NETWORK \
    {"AT+CEREG?\r", rill_cellular_registered, 9, RILL_AT_OPTIONAL, 2, RILL_PORT_REGISTRATION}, \
    {"AT+CGREG?\r", rill_cellular_registered, 9, RILL_AT_OPTIONAL, 1, RILL_PORT_REGISTRATION}, \
    {"AT+CREG?\r", rill_cellular_registered, 9, 0, -2, RILL_PORT_REGISTRATION}

/* 27.007 9.2.1, 9.2.2: SIM (14: it is busy, ask again), network, GPRS. */
#define CME_CODES \
    {14, 1, RILL_END}, {10, 9, RILL_PORT_SIM}, {30, 3, RILL_PORT_REGISTRATION}, {103, 50, RILL_PORT_CONTEXT}

extern const rill_at_match rill_cellular_pin[], rill_cellular_sim[], rill_cellular_registered[];

#endif
