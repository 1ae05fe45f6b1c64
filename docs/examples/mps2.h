/* The registers that the examples use of the MPS2 board with a Cortex-M3 (AN385), which QEMU emulates: two UARTs, the
 * tick, one pin. On your board these few lines are your vendor's header.
 * "Cortex-M System Design Kit Technical Reference Manual", APB UART; "ARMv7-M Architecture Reference Manual", B3. */
#ifndef MPS2_H
#define MPS2_H

#include <stdbool.h>
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

typedef struct uart_registers {
    volatile uint32_t data, state, control, interrupt, divider;
} uart_registers;

#define UART0 ((uart_registers *)0x40004000u) /* its receive interrupt is number 0 */
#define UART1 ((uart_registers *)0x40005000u)
enum { UART_SEND_FULL = 1, UART_RECEIVED = 2, UART_LOST = 8 };   /* state */
enum { UART_SEND = 1, UART_RECEIVE = 2, UART_RECEIVE_INTERRUPT = 8 }; /* control */

#define PIN0 REGISTER(0x40010004u) /* GPIO0 DATAOUT, bit 0 */

enum { CLOCK_HZ = 25000000, BAUD = 115200 };

static volatile uint32_t milliseconds;

static inline void board_begin(void)
{
    UART0->divider = CLOCK_HZ / BAUD;
    UART0->control = UART_SEND | UART_RECEIVE | UART_RECEIVE_INTERRUPT;
    UART1->divider = CLOCK_HZ / BAUD;
    UART1->control = UART_SEND;
    REGISTER(0xe000e014) = CLOCK_HZ / 1000 - 1; /* SysTick: each millisecond */
    REGISTER(0xe000e018) = 0;
    REGISTER(0xe000e010) = 7;
    REGISTER(0xe000e100) = 1; /* NVIC: interrupt 0 */
}

/* The console: what the program has to say goes out of UART1. */
static inline void console(const char *text, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        while (UART1->state & UART_SEND_FULL) {
        }
        UART1->data = (uint8_t)text[i];
    }
}

#endif
