/* What Quectel's modems share with and without TLS. Inside of port/modem; not for users. */
#ifndef RILL_MODEM_QUECTEL_H
#define RILL_MODEM_QUECTEL_H

#include "dialect.h"

/* QISDE=0: data is not echoed. QICSGP and QIACT may be errors when the context is active already; QIACT? tells. */
#define QUECTEL_NETWORK \
    FIND_THE_MODEM("\r"), \
    FIND_THE_SIM, \
    FIND_THE_NETWORK, \
    {"AT+QISDE=0\r", NULL, 9, RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+QICSGP=1,1,\"" NETWORK "\",\"" USER "\",\"" PASSWORD "\",3\r", NULL, 9, RILL_AT_GIVEN | RILL_AT_OPTIONAL, 1, 0}, \
    {"AT+QICSGP=1,1,\"" NETWORK "\"\r", NULL, 9, RILL_AT_GIVEN | RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+QIACT=1\r", NULL, 150, RILL_AT_OPTIONAL, 0, RILL_PORT_CONTEXT}, \
    {"AT+QIACT?\r", rill_quectel_active, 3, 0, 0, RILL_PORT_CONTEXT}

extern const rill_at_match rill_quectel_active[], rill_quectel_sent[];
extern const rill_at_step rill_quectel_why[];
extern const rill_at_code rill_quectel_codes[];

#endif
