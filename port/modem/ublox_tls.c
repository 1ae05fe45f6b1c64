/* u-blox: the modem speaks TLS. certificate: the name that AT+USECMNG gave the CA in the modem.
 *
 * [R4] 20: USECPRF, profile 0. 0,2: the chain and the name of the server are checked; 3: the CA; 4: the name it must
 * have; 10: the name that is told (SNI). Level 2 does not look at dates: the modem may not know the time. */
#include "ublox.h"

static const rill_at_step open[] = {
    UBLOX_SOCKET,
    {"AT+USECPRF=0\r", NULL, 9, 0, 0, RILL_PORT_TLS},
    {"AT+USECPRF=0,0,2\r", NULL, 9, 0, 0, RILL_PORT_TLS},
    {"AT+USECPRF=0,3,\"" CERTIFICATE "\"\r", NULL, 9, 0, 0, RILL_PORT_TLS},
    {"AT+USECPRF=0,4,\"" HOST "\"\r", NULL, 9, 0, 0, RILL_PORT_TLS},
    {"AT+USECPRF=0,10,\"" HOST "\"\r", NULL, 9, RILL_AT_OPTIONAL, 0, 0},
    {"AT+USOSEC=" ID ",1,0\r", NULL, 9, 0, 0, RILL_PORT_TLS},
    UBLOX_CONNECT,
    END_OF_STEPS,
};

const rill_modem_dialect rill_modem_ublox_tls = {
    open, rill_ublox_send, rill_ublox_receive, rill_ublox_close, rill_ublox_why, rill_ublox_lines, rill_ublox_codes,
    1024, 1024, 5000, true, NULL,
};
