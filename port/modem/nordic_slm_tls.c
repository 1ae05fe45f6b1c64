/* Nordic's Serial LTE Modem: the modem speaks TLS. certificate: the security tag (sec_tag) of the CA, such as 42, that
 * AT%CMNG has stored in it.
 *
 * [SLM] #XSSOCKET with peer_verify 2: the server's certificate is checked; #XSSOCKETOPT 2: it must be for this name. */
#include "nordic_slm.h"

static const rill_at_match created[] = {
    {"#XSSOCKET: " VALUE, RILL_AT_NAME, 0},
    END_OF_LINES,
};

static const rill_at_step open[] = {
    NORDIC_SLM_NETWORK,
    {"AT#XSSOCKET=1,1,0," CERTIFICATE ",2\r", created, 9, 0, 0, RILL_PORT_TLS},
    {"AT#XSSOCKETOPT=1,2,\"" HOST "\"\r", NULL, 9, 0, 0, RILL_PORT_TLS},
    NORDIC_SLM_CONNECT,
    END_OF_STEPS,
};

const rill_modem_dialect rill_modem_nordic_slm_tls = {
    open, rill_nordic_slm_send, rill_nordic_slm_receive, rill_nordic_slm_close, NULL, rill_nordic_slm_lines,
    rill_nordic_slm_codes, NORDIC_SLM_LIMITS, true, rill_nordic_slm_split,
};
