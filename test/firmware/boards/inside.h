/* What startup code and boards share. */
#ifndef BOARDS_INSIDE_H
#define BOARDS_INSIDE_H

#include <stdint.h>

/* Every interrupt. ARM: the number in the NVIC, SysTick is (unsigned)-1. RISC-V: that of mcause. */
void board_interrupt(unsigned number);

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

#endif
