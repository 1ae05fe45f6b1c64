/* microbit (Cortex-M0, 16 KB of RAM): the UART of the nRF51. "nRF51 Series Reference Manual", UART. */
#include "../board.h"
#include "cortex_m.h"

enum { CLOCK = 16000000, RECEIVED = 2 };
#define UART 0x40002000u
#define TASK_START_RECEIVE REGISTER(UART + 0x000)
#define TASK_START_SEND REGISTER(UART + 0x008)
#define EVENT_RECEIVED REGISTER(UART + 0x108)
#define EVENT_SENT REGISTER(UART + 0x11c)
#define INTERRUPT_SET REGISTER(UART + 0x304)
#define INTERRUPT_CLEAR REGISTER(UART + 0x308)
#define ENABLE REGISTER(UART + 0x500)
#define RECEIVE_DATA REGISTER(UART + 0x518)
#define SEND_DATA REGISTER(UART + 0x51c)
#define BAUD REGISTER(UART + 0x524)
enum { INTERRUPT_RECEIVED = 1 << 2 };

static void (*receiver)(void *context, uint8_t byte);
static void *receiver_context;
static bool sent_one;

void board_begin(void)
{
    ENABLE = 4;
    BAUD = 0x01d7e000; /* 115200 */
    TASK_START_SEND = 1;
    TASK_START_RECEIVE = 1;
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
    (void)damaged; /* never told by the emulator */
}

void board_uart_ready(bool ready)
{
    if (ready)
        INTERRUPT_SET = INTERRUPT_RECEIVED;
    else
        INTERRUPT_CLEAR = INTERRUPT_RECEIVED;
}

bool board_uart_send(uint8_t byte)
{
    if (sent_one && EVENT_SENT == 0)
        return false;
    EVENT_SENT = 0;
    sent_one = true;
    SEND_DATA = byte;
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
    if (EVENT_RECEIVED != 0) {
        EVENT_RECEIVED = 0;
        receiver(receiver_context, (uint8_t)RECEIVE_DATA);
    }
}
