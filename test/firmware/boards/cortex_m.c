/* What all Cortex-M boards have in common: SysTick, NVIC, sleep. */
#include "cortex_m.h"

#include "../board.h"

static volatile uint32_t milliseconds;

void cortex_m_tick_begin(uint32_t clock_hz)
{
    REGISTER(0xe000e014) = clock_hz / 1000u - 1u; /* SYST_RVR */
    REGISTER(0xe000e018) = 0;                     /* SYST_CVR */
    REGISTER(0xe000e010) = 7;                     /* SYST_CSR: the core's clock, interrupt, on */
}

void cortex_m_tick(void)
{
    milliseconds++;
}

void cortex_m_enable(unsigned number)
{
    REGISTER(0xe000e100 + number / 32u * 4u) = 1u << number % 32u; /* NVIC_ISER */
}

void cortex_m_disable(unsigned number)
{
    REGISTER(0xe000e180 + number / 32u * 4u) = 1u << number % 32u; /* NVIC_ICER */
}

bool cortex_m_is_enabled(unsigned number)
{
    return REGISTER(0xe000e100 + number / 32u * 4u) >> number % 32u & 1u;
}

uint32_t board_now(void)
{
    return milliseconds;
}

void board_end_ticks(void)
{
    REGISTER(0xe000e010) = 0; /* SYST_CSR */
}

void board_sleep(void)
{
    __asm__ volatile("wfi" : : : "memory");
}

void board_lock(void)
{
    __asm__ volatile("cpsid i" : : : "memory");
}

void board_unlock(void)
{
    __asm__ volatile("cpsie i" : : : "memory");
}
