/* What the Cortex-M boards share. */
#ifndef CORTEX_M_H
#define CORTEX_M_H

#include <stdbool.h>

#include "inside.h"

#define CORTEX_M_SYSTICK ((unsigned)-1)

void cortex_m_tick_begin(uint32_t clock_hz); /* a SysTick each millisecond */
void cortex_m_tick(void);                    /* in that interrupt */
void cortex_m_enable(unsigned number);       /* an interrupt of the NVIC */
void cortex_m_disable(unsigned number);      /* what comes then is kept for later */
bool cortex_m_is_enabled(unsigned number);

#endif
