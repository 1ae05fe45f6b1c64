/* A stand-in; see FreeRTOS.h beside this file. */
TickType_t xTaskGetTickCount(void);
