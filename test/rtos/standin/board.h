/* What the snippets of port/rtos/README.md take from a board. */
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    volatile uint32_t DR;
} USART_TypeDef;
#define USART1 ((USART_TypeDef *)0x40013800)

bool uart_send(void *context, uint8_t byte);
void uart_rts(void *context, bool ready);
void line_begin(void);
