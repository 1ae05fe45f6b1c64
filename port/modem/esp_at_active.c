/* ESP-AT in active mode, for firmware without CIPRECVMODE (ESP8266 before 1.7): data comes by itself, as fast as it
 * likes. What the port below cannot hold is lost: give it flow control, or a large ring. */
#include "esp_at.h"

/* [ESP] +IPD,<length>:<data>, anywhere between two lines */
static const rill_at_match lines[] = {
    {"+IPD," VALUE ":", RILL_AT_PUSH | RILL_AT_OPEN, 0},
    ESP_AT_LINES,
    END_OF_LINES,
};

static const rill_at_step open[] = {
    ESP_AT_NETWORK("0", RILL_AT_OPTIONAL),
    ESP_AT_CONNECT("TCP"),
    END_OF_STEPS,
};

const rill_modem_dialect rill_modem_esp_at_active = {
    open, rill_esp_at_send, NULL, rill_esp_at_close, NULL, lines, NULL, 2048, 0, UINT16_MAX, false, NULL,
};
