/* lm3s6965evb (Cortex-M3): PL011 UART. "PrimeCell UART (PL011) Technical Reference Manual". */
#include "../board.h"
#include "cortex_m.h"

enum { CLOCK = 12500000, RECEIVED = 5 }; /* the clock of QEMU's reset state */
#define UART 0x4000c000u
#define UART_DATA REGISTER(UART)
#define UART_FLAGS REGISTER(UART + 0x18)
#define UART_CTRL REGISTER(UART + 0x30)
#define UART_MASK REGISTER(UART + 0x38)
enum { DATA_DAMAGED = 0x700 }; /* break, parity, framing */
enum { FLAG_RECEIVE_EMPTY = 0x10, FLAG_SEND_FULL = 0x20, INTERRUPT_RECEIVED = 0x10, INTERRUPT_RECEIVE_TIMEOUT = 0x40 };

static void (*receiver)(void *context, uint8_t byte);
static void (*damage)(void *context);
static void *receiver_context;

void board_begin(void)
{
    UART_CTRL = 0x301; /* on, both ways */
    cortex_m_tick_begin(CLOCK);
}

void board_uart_listen(void (*received)(void *context, uint8_t byte), void *context)
{
    receiver_context = context;
    receiver = received;
    cortex_m_enable(RECEIVED);
    board_uart_ready(true);
}

void board_uart_listen_damage(void (*damaged)(void *context))
{
    damage = damaged;
}

void board_uart_ready(bool ready)
{
    UART_MASK = ready ? INTERRUPT_RECEIVED | INTERRUPT_RECEIVE_TIMEOUT : 0;
}

bool board_uart_send(uint8_t byte)
{
    if (UART_FLAGS & FLAG_SEND_FULL)
        return false;
    UART_DATA = byte;
    return true;
}

uint32_t board_instructions(void)
{
    return 0; /* counted on the other boards */
}

void board_interrupt(unsigned number)
{
    if (number == CORTEX_M_SYSTICK) {
        cortex_m_tick();
        return;
    }
    while (UART_MASK != 0 && !(UART_FLAGS & FLAG_RECEIVE_EMPTY)) {
        uint32_t data = UART_DATA;
        if (!(data & DATA_DAMAGED))
            receiver(receiver_context, (uint8_t)data);
        else if (damage != NULL)
            damage(receiver_context);
    }
}
