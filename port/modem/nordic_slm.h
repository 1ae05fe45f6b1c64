/* What Nordic's Serial LTE Modem shares with and without TLS. Inside of port/modem; not for users. */
#ifndef RILL_MODEM_NORDIC_SLM_H
#define RILL_MODEM_NORDIC_SLM_H

#include "dialect.h"

/* The context of LTE is number 0, must be set while the radio is off, and is mostly active by itself: CGACT? tells. */
#define NORDIC_SLM_NETWORK \
    FIND_THE_MODEM("\r"), \
    {"AT+CGDCONT=0,\"IP\",\"" NETWORK "\"\r", NULL, 9, RILL_AT_GIVEN | RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+CGAUTH=0,1,\"" USER "\",\"" PASSWORD "\"\r", NULL, 9, RILL_AT_GIVEN | RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+CFUN=1\r", NULL, 30, 0, 0, 0}, \
    FIND_THE_SIM, \
    {"AT+CEREG?\r", rill_cellular_registered, 9, 0, 0, RILL_PORT_REGISTRATION}, \
    {"AT+CGACT=1,0\r", NULL, 150, RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+CGACT?\r", rill_nordic_slm_active, 3, 0, 0, RILL_PORT_CONTEXT}, \
    {"AT#XSOCKET=0\r", NULL, 9, RILL_AT_OPTIONAL, 0, 0}

#define NORDIC_SLM_CONNECT \
    {"AT#XCONNECT=\"" HOST "\"," PORT "\r", rill_nordic_slm_connected, 130, RILL_AT_FRESH, 0, 0}

#define NORDIC_SLM_LIMITS 1024, 0, 100

extern const rill_at_match rill_nordic_slm_active[], rill_nordic_slm_connected[], rill_nordic_slm_lines[];
extern const rill_at_step rill_nordic_slm_send[], rill_nordic_slm_receive[], rill_nordic_slm_close[];
extern const rill_at_code rill_nordic_slm_codes[];

/* The terminator of data mode must not be in the data; see nordic_slm.c. */
const rill_at_step *rill_nordic_slm_split(const char *bytes, size_t *length);

#endif
