/* Received signal strength; see modem.h. */
#include "modem.h"

/* 3GPP TS 27.007 8.5: <rssi> 0 to 31 in steps of 2 dB from -113 dBm on; 99 is not known */
static const rill_at_match answer[] = {
    {"+CSQ: " RILL_AT_VALUE, RILL_AT_TELL, 0},
    {NULL, 0, 0},
};

static const rill_at_step ask[] = {
    {"AT+CSQ\r", answer, 9, 0, 0, 0},
    {NULL, NULL, 0, 0, 0, 0},
};

rill_status rill_modem_signal(rill_modem *modem, int *dbm, uint32_t timeout_ms)
{
    *dbm = 0;
    rill_status status = rill_modem_run(modem, ask, timeout_ms);
    if (status == RILL_OK && modem->at.told <= 31)
        *dbm = (int)modem->at.told * 2 - 113;
    return status;
}
