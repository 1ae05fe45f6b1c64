/* What ChibiOS's and CMSIS's Cortex-M files want to know of mps2-an385. */
#ifndef CMPARAMS_H
#define CMPARAMS_H

#define CORTEX_MODEL 3
#define CORTEX_HAS_FPU 0
#define CORTEX_PRIORITY_BITS 3
#define CORTEX_NUM_VECTORS 32

#if !defined(_FROM_ASM_)

typedef enum IRQn {
    MemoryManagement_IRQn = -12,
    BusFault_IRQn = -11,
    UsageFault_IRQn = -10,
    SVCall_IRQn = -5,
    DebugMonitor_IRQn = -4,
    PendSV_IRQn = -2,
    SysTick_IRQn = -1,
    UARTRX0_IRQn = 0
} IRQn_Type;

#define __CM3_REV 0x0201
#define __NVIC_PRIO_BITS CORTEX_PRIORITY_BITS
#define __MPU_PRESENT 0
#define __Vendor_SysTickConfig 0
#include "core_cm3.h"

#endif
#endif
