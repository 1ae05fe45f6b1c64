/* QEMU's virt (RISC-V, RV32): 16550 UART, PLIC, CLINT. */
#include "../board.h"
#include "inside.h"

#define UART 0x10000000u
#define BYTE(address) (*(volatile uint8_t *)(uintptr_t)(address))
#define UART_DATA BYTE(UART)
#define UART_INTERRUPT BYTE(UART + 1)
#define UART_LINE BYTE(UART + 5)
enum { LINE_RECEIVED = 1, LINE_DAMAGED = 0x1c /* parity, framing, break */, LINE_SEND_EMPTY = 0x20 };

#define PLIC_PRIORITY REGISTER(0x0c000000u + 4u * 10u)
#define PLIC_ENABLE REGISTER(0x0c002000u)
#define PLIC_CLAIM REGISTER(0x0c200004u)
#define TIME_LOW REGISTER(0x0200bff8u) /* CLINT mtime, 10 MHz */
#define TIME_HIGH REGISTER(0x0200bffcu)
#define COMPARE_LOW REGISTER(0x02004000u)
#define COMPARE_HIGH REGISTER(0x02004004u)
enum { EXTERNAL = 11, TIMER = 7, TICKS_PER_MS = 10000, UART_NUMBER = 10 };

static void (*receiver)(void *context, uint8_t byte);
static void (*damage)(void *context);
static void *receiver_context;

static uint64_t ticks(void)
{
    uint32_t high, low;
    do {
        high = TIME_HIGH;
        low = TIME_LOW;
    } while (high != TIME_HIGH);
    return (uint64_t)high << 32 | low;
}

static void next_tick(void)
{
    uint64_t then = ticks() + TICKS_PER_MS;
    COMPARE_HIGH = UINT32_MAX;
    COMPARE_LOW = (uint32_t)then;
    COMPARE_HIGH = (uint32_t)(then >> 32);
}

void board_begin(void)
{
    next_tick();
    __asm__ volatile("csrs mie, %0" : : "r"(1u << EXTERNAL | 1u << TIMER));
    board_unlock();
}

uint32_t board_now(void)
{
    return (uint32_t)(ticks() / TICKS_PER_MS);
}

void board_end_ticks(void)
{
    __asm__ volatile("csrc mie, %0" : : "r"(1u << TIMER));
}

/* Under -icount shift=10 an instruction takes 1024 ns, 10.24 ticks. */
uint32_t board_instructions(void)
{
    return (uint32_t)(ticks() * 100u / 1024u);
}

void board_sleep(void)
{
    __asm__ volatile("wfi" : : : "memory");
}

void board_lock(void)
{
    __asm__ volatile("csrc mstatus, %0" : : "r"(8) : "memory");
}

void board_unlock(void)
{
    __asm__ volatile("csrs mstatus, %0" : : "r"(8) : "memory");
}

void board_uart_listen(void (*received)(void *context, uint8_t byte), void *context)
{
    receiver_context = context;
    receiver = received;
    PLIC_PRIORITY = 1;
    PLIC_ENABLE = 1u << UART_NUMBER;
    board_uart_ready(true);
}

void board_uart_listen_damage(void (*damaged)(void *context))
{
    damage = damaged;
}

void board_uart_ready(bool ready)
{
    UART_INTERRUPT = ready ? 1 : 0;
}

bool board_uart_send(uint8_t byte)
{
    if (!(UART_LINE & LINE_SEND_EMPTY))
        return false;
    UART_DATA = byte;
    return true;
}

void board_interrupt(unsigned number)
{
    if (number == TIMER) {
        next_tick();
        return;
    }
    uint32_t claimed = PLIC_CLAIM;
    for (uint8_t line; UART_INTERRUPT != 0 && (line = UART_LINE) & LINE_RECEIVED;) { /* reading it clears the errors */
        uint8_t byte = UART_DATA;
        if (!(line & LINE_DAMAGED))
            receiver(receiver_context, byte);
        else if (damage != NULL)
            damage(receiver_context);
    }
    PLIC_CLAIM = claimed;
}
