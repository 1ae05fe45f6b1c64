/* ESP-AT 2.x on ESP32 and ESP8266: one connection, passive receiving: data stays in the module until it is asked for.
 *
 * [ESP] Espressif, ESP-AT User Guide, AT Command Set: Wi-Fi AT Commands, TCP/IP AT Commands */
#include "esp_at.h"

/* [ESP] CWJAP: +CWJAP:<error> is timeout, password, no such network, failed. Leaving another network is part of it. */
const rill_at_match rill_esp_at_joined[] = {
    {"WIFI DISCONNECT", RILL_AT_EVENT, 0},
    {"WIFI GOT IP", RILL_AT_IS, RILL_OK},
    {"+CWJAP:" ANY, RILL_AT_IS, RILL_MORE},
    {"FAIL\r", RILL_AT_IS | RILL_AT_FINAL, RILL_MORE},
    END_OF_LINES,
};

const rill_at_match rill_esp_at_member[] = {
    {"+CWJAP:", RILL_AT_IS, RILL_OK},
    {"No AP", RILL_AT_IS, RILL_END},
    END_OF_LINES,
};

const rill_at_match rill_esp_at_opened[] = {
    {"CONNECT", RILL_AT_IS, RILL_OK},
    {"CLOSED", RILL_AT_IS, RILL_PORT_REFUSED},
    {"DNS Fail", RILL_AT_IS, RILL_PORT_NAME},
    {"no ip", RILL_AT_IS, RILL_PORT_REGISTRATION},
    {"ALREADY CONNECTED", RILL_AT_IS, RILL_PORT_BUSY},
    {"ERROR\r", RILL_AT_IS | RILL_AT_FINAL, RILL_PORT_REFUSED},
    END_OF_LINES,
};

static const rill_at_match sent[] = {
    {">", RILL_AT_PROMPT | RILL_AT_OPEN, 0},
    {"SEND OK", RILL_AT_IS | RILL_AT_FINAL, RILL_OK},
    {"SEND FAIL", RILL_AT_IS | RILL_AT_FINAL, RILL_END},
    END_OF_LINES,
};

static const rill_at_match received[] = {
    {"+CIPRECVDATA:" VALUE ",", RILL_AT_DATA | RILL_AT_OPEN, '\r'},
    END_OF_LINES,
};

const rill_at_step rill_esp_at_send[] = {
    {"AT+CIPSEND=" COUNT "\r\n", sent, 20, 0, 0, 0},
    END_OF_STEPS,
};

/* An error means that there is nothing. */
const rill_at_step rill_esp_at_receive[] = {
    {"AT+CIPRECVDATA=" COUNT "\r\n", received, 9, RILL_AT_OPTIONAL, 0, 0},
    END_OF_STEPS,
};

const rill_at_step rill_esp_at_close[] = {
    {"AT+CIPCLOSE\r\n", NULL, 9, 0, 0, 0},
    END_OF_STEPS,
};

/* [ESP] CIPRECVMODE: in passive mode +IPD has no data behind it */
const rill_at_match rill_esp_at_lines[] = {
    {"+IPD,", RILL_AT_EVENT, RILL_MODEM_READABLE},
    ESP_AT_LINES,
    END_OF_LINES,
};

static const rill_at_step open[] = {
    ESP_AT_NETWORK("1", 0),
    ESP_AT_CONNECT("TCP"),
    END_OF_STEPS,
};

const rill_modem_dialect rill_modem_esp_at = {
    open, rill_esp_at_send, rill_esp_at_receive, rill_esp_at_close, NULL, rill_esp_at_lines, NULL,
    2048, 2048, 5000, false, NULL,
};
