/* mps2-an385 (Cortex-M3) and mps2-an505 (Cortex-M33, secure side): CMSDK UART and timer.
 * "Arm Cortex-M System Design Kit Technical Reference Manual", APB UART and APB timer. */
#include "../board.h"
#include "cortex_m.h"

#if defined(__ARM_ARCH_8M_MAIN__)
enum { CLOCK = 20000000, RECEIVED = 32 };
#define UART 0x50200000u
#define TIMER 0x50000000u
#else
enum { CLOCK = 25000000, RECEIVED = 0 };
#define UART 0x40004000u
#define TIMER 0x40000000u
#endif

#define UART_DATA REGISTER(UART)
#define UART_STATE REGISTER(UART + 4)
#define UART_CTRL REGISTER(UART + 8)
#define UART_INTERRUPT REGISTER(UART + 12)
#define UART_BAUD REGISTER(UART + 16)
enum { STATE_SEND_FULL = 1, STATE_RECEIVED = 2, CTRL_SEND = 1, CTRL_RECEIVE = 2, CTRL_RECEIVE_INTERRUPT = 8 };

static void (*receiver)(void *context, uint8_t byte);
static void *receiver_context;

void board_begin(void)
{
    UART_BAUD = CLOCK / 115200;
    UART_CTRL = CTRL_SEND | CTRL_RECEIVE;
    REGISTER(TIMER + 8) = 0xffffffff; /* RELOAD */
    REGISTER(TIMER + 4) = 0xffffffff; /* VALUE */
    REGISTER(TIMER) = 1;              /* CTRL: on */
    cortex_m_tick_begin(CLOCK);
}

void board_uart_listen(void (*received)(void *context, uint8_t byte), void *context)
{
    receiver_context = context;
    receiver = received;
    UART_CTRL = CTRL_SEND | CTRL_RECEIVE | CTRL_RECEIVE_INTERRUPT;
    if (UART_STATE & STATE_RECEIVED) /* it came before, and so will never interrupt */
        receiver(receiver_context, (uint8_t)UART_DATA);
    board_uart_ready(true);
}

void board_uart_listen_damage(void (*damaged)(void *context))
{
    (void)damaged; /* never told by the emulator */
}

void board_uart_ready(bool ready)
{
    if (ready)
        cortex_m_enable(RECEIVED); /* not in CTRL: a byte that comes while it is off there never interrupts */
    else
        cortex_m_disable(RECEIVED);
}

bool board_uart_send(uint8_t byte)
{
    if (UART_STATE & STATE_SEND_FULL)
        return false;
    UART_DATA = byte;
    return true;
}

/* The timer counts down at CLOCK; under -icount shift=10 an instruction takes 1024 ns. The timer wraps after 168 million
 * instructions (CLOCK 25 MHz): who counts longer asks at least as often. */
uint32_t board_instructions(void)
{
    static uint64_t ticks;
    ticks += (uint32_t)(~REGISTER(TIMER + 4) - (uint32_t)ticks);
    return (uint32_t)(ticks * (1000000000u / CLOCK) / 1024u);
}

void board_interrupt(unsigned number)
{
    if (number == CORTEX_M_SYSTICK) {
        cortex_m_tick();
        return;
    }
    UART_INTERRUPT = 2;
    while (cortex_m_is_enabled(RECEIVED) && UART_STATE & STATE_RECEIVED)
        receiver(receiver_context, (uint8_t)UART_DATA);
}
