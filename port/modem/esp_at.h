/* What the dialects of ESP-AT share. Inside of port/modem; not for users. */
#ifndef RILL_MODEM_ESP_AT_H
#define RILL_MODEM_ESP_AT_H

#include "dialect.h"

/* CWJAP? of a module that joins by itself says No AP until it has. receive: CIPRECVMODE; flags: whether it may be an
 * error. */
#define ESP_AT_NETWORK(receive, flags) \
    FIND_THE_MODEM("\r\n"), \
    {"AT+CWMODE=1\r\n", NULL, 9, RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+CWJAP=\"" NETWORK "\",\"" PASSWORD "\"\r\n", rill_esp_at_joined, 30, RILL_AT_GIVEN, 1, RILL_PORT_REGISTRATION}, \
    {"AT+CWJAP?\r\n", rill_esp_at_member, 9, 0, 0, RILL_PORT_REGISTRATION}, \
    {"AT+CIPCLOSE\r\n", NULL, 9, RILL_AT_OPTIONAL, 0, 0}, \
    {"AT+CIPMUX=0\r\n", NULL, 9, 0, 0, 0}, \
    {"AT+CIPRECVMODE=" receive "\r\n", NULL, 9, flags, 0, 0}

#define ESP_AT_CONNECT(type) \
    {"AT+CIPSTART=\"" type "\",\"" HOST "\"," PORT "\r\n", rill_esp_at_opened, 60, RILL_AT_FRESH, 0, 0}

/* Common to all rows of unasked lines. */
#define ESP_AT_LINES \
    {"CLOSED", RILL_AT_EVENT, RILL_MODEM_ENDED}, \
    {"busy ", RILL_AT_IS | RILL_AT_FINAL, RILL_END}, \
    {"WIFI DISCONNECT", RILL_AT_BREAK, RILL_PORT_RESET}, \
    {"ready\r", RILL_AT_BREAK, RILL_PORT_RESTARTED}

extern const rill_at_match rill_esp_at_joined[], rill_esp_at_member[], rill_esp_at_opened[], rill_esp_at_lines[];
extern const rill_at_step rill_esp_at_send[], rill_esp_at_receive[], rill_esp_at_close[];

#endif
