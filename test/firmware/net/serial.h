/* serial: the board's UART as a port, for the interfaces that run over a line (slip.c, ppp.c). */
#ifndef SERIAL_H
#define SERIAL_H

#include "uart.h"

extern rill_uart serial; /* the context of rill_uart_port */

void serial_begin(void);

/* Sends all of it, however long the line takes. */
void serial_send(const void *bytes, size_t length);

#endif
