/* Quectel: the modem speaks TLS. certificate: the file of the CA in the modem, such as UFS:ca.pem (AT+QFUPL puts it
 * there).
 *
 * [SSL] Quectel, BG96 SSL AT Commands Manual; EC2x&EG9x&EM05 Series SSL Application Note
 * seclevel 1: the server's certificate is checked against that CA. sni 1: the host's name is told. checkhost 1: the
 * certificate must be for that name; firmware that does not know checkhost would take any name, so it is
 * RILL_PORT_TLS. */
#include "quectel.h"

static const rill_at_match opened[] = {
    {"+QSSLOPEN: 0," VALUE, RILL_AT_CODE | RILL_AT_FINAL, 0},
    END_OF_LINES,
};

static const rill_at_match received[] = {
    {"+QSSLRECV: " VALUE, RILL_AT_DATA, '\r'},
    END_OF_LINES,
};

static const rill_at_step open[] = {
    QUECTEL_NETWORK,
    {"AT+QSSLCFG=\"sslversion\",1,3\r", NULL, 9, 0, 0, RILL_PORT_TLS}, /* TLS 1.2 */
    {"AT+QSSLCFG=\"ciphersuite\",1,0XFFFF\r", NULL, 9, 0, 0, RILL_PORT_TLS},
    {"AT+QSSLCFG=\"seclevel\",1,1\r", NULL, 9, 0, 0, RILL_PORT_TLS},
    {"AT+QSSLCFG=\"cacert\",1,\"" CERTIFICATE "\"\r", NULL, 9, 0, 0, RILL_PORT_TLS},
    {"AT+QSSLCFG=\"sni\",1,1\r", NULL, 9, RILL_AT_OPTIONAL, 0, 0},
    {"AT+QSSLCFG=\"checkhost\",1,1\r", NULL, 9, 0, 0, RILL_PORT_TLS},
    {"AT+QSSLCLOSE=0\r", NULL, 15, RILL_AT_OPTIONAL, 0, 0},
    {"AT+QSSLOPEN=1,1,0,\"" HOST "\"," PORT ",0\r", opened, 150, RILL_AT_FRESH, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step send[] = {
    {"AT+QSSLSEND=0," COUNT "\r", rill_quectel_sent, 20, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step receive[] = {
    {"AT+QSSLRECV=0," COUNT "\r", received, 9, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_step close[] = {
    {"AT+QSSLCLOSE=0\r", NULL, 15, 0, 0, 0},
    END_OF_STEPS,
};

static const rill_at_match lines[] = {
    {"+QSSLURC: \"recv\",0", RILL_AT_EVENT, RILL_MODEM_READABLE},
    {"+QSSLURC: \"closed\",0", RILL_AT_EVENT, RILL_MODEM_ENDED},
    {"+QIURC: \"pdpdeact\",1", RILL_AT_BREAK, RILL_PORT_CONTEXT},
    {"RDY\r", RILL_AT_BREAK, RILL_PORT_RESTARTED},
    END_OF_LINES,
};

const rill_modem_dialect rill_modem_quectel_tls = {
    open, send, receive, close, rill_quectel_why, lines, rill_quectel_codes, 1460, 1500, 5000, true, NULL,
};
