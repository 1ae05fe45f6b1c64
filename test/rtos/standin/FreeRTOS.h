/* A stand-in: what port/rtos/freertos.c uses of FreeRTOS, with the types that its documentation gives. It lets a compiler
 * check our spelling; nothing of it runs, and it is not FreeRTOS. */
#include <stdint.h>

typedef long BaseType_t;
typedef uint32_t TickType_t;
typedef struct QueueDefinition *SemaphoreHandle_t;
typedef struct StaticSemaphore {
    void *standin;
} StaticSemaphore_t;

#define pdFALSE ((BaseType_t)0)
#define pdTRUE ((BaseType_t)1)
#define portYIELD_FROM_ISR(woken) portYIELD_FROM_ISR_(woken)
void portYIELD_FROM_ISR_(BaseType_t woken);
#define configTICK_RATE_HZ ((TickType_t)1000)
