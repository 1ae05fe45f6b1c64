/* ESP-AT: the module speaks TLS. certificate: the number of the CA among those in the module's flash, such as 0.
 *
 * [ESP] CIPSSLCCONF 2: the server's certificate is checked against that CA; CIPSSLCCN: it must be for this name;
 * CIPSSLCSNI: the name that is told. A module that does not know the time does not look at dates. */
#include "esp_at.h"

static const rill_at_step open[] = {
    ESP_AT_NETWORK("1", 0),
    {"AT+CIPSSLCCONF=2,0," CERTIFICATE "\r\n", NULL, 9, 0, 0, RILL_PORT_TLS},
    {"AT+CIPSSLCCN=\"" HOST "\"\r\n", NULL, 9, 0, 0, RILL_PORT_TLS},
    {"AT+CIPSSLCSNI=\"" HOST "\"\r\n", NULL, 9, 0, 0, RILL_PORT_TLS},
    ESP_AT_CONNECT("SSL"),
    END_OF_STEPS,
};

const rill_modem_dialect rill_modem_esp_at_tls = {
    open, rill_esp_at_send, rill_esp_at_receive, rill_esp_at_close, NULL, rill_esp_at_lines, NULL,
    2048, 2048, 5000, true, NULL,
};
