/* What u-blox's modems share with and without TLS. Inside of port/modem; not for users. */
#ifndef RILL_MODEM_UBLOX_H
#define RILL_MODEM_UBLOX_H

#include "dialect.h"

/* [R4] UAUTHREQ. The context of LTE is mostly active by itself: CGACT? tells. UPSD, UPSDA: only SARA-R5, whose sockets
 * use profile 0. */
#define UBLOX_SOCKET \
    FIND_THE_MODEM("\r"), \
    FIND_THE_SIM, \
    SET_THE_CONTEXT, \
    {"AT+UAUTHREQ=1,3,\"" USER "\",\"" PASSWORD "\"\r", NULL, 9, RILL_AT_GIVEN | RILL_AT_OPTIONAL, 0, 0}, \
    FIND_THE_NETWORK, \
    {"AT+CGACT=1,1\r", NULL, 150, RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+CGACT?\r", rill_ublox_active, 3, 0, 0, RILL_PORT_CONTEXT}, \
    {"AT+UPSD=0,100,1\r", NULL, 9, RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+UPSDA=0,3\r", NULL, 150, RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+USOCL=0\r", NULL, 15, RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+USOCR=6\r", rill_ublox_created, 9, 0, 0, 0}

#define UBLOX_CONNECT {"AT+USOCO=" ID ",\"" HOST "\"," PORT "\r", NULL, 130, RILL_AT_FRESH, 0, 0}

extern const rill_at_match rill_ublox_active[], rill_ublox_created[], rill_ublox_lines[];
extern const rill_at_step rill_ublox_send[], rill_ublox_receive[], rill_ublox_close[], rill_ublox_why[];
extern const rill_at_code rill_ublox_codes[];

#endif
