/* The vendor's part of the examples in docs/examples: the vector table under CMSIS's names, and the way to main(). */
#include <stdint.h>
#include <string.h>

int main(void);
void UARTRX0_Handler(void);
void SysTick_Handler(void);

/* Of boards/sections.ld. */
extern uint32_t memory_data_from[], memory_data[], memory_data_end[], memory_bss[], memory_bss_end[], memory_stack_top[];

static void reset(void)
{
    memcpy(memory_data, memory_data_from, (size_t)((char *)memory_data_end - (char *)memory_data));
    memset(memory_bss, 0, (size_t)((char *)memory_bss_end - (char *)memory_bss));
    main();
}

static void fault(void)
{
    for (;;) {
    }
}

__attribute__((section(".vectors"), used)) static void (*const vectors[17])(void) = {
    (void (*)(void))memory_stack_top, reset, fault, fault, [4 ... 14] = fault, [15] = SysTick_Handler, [16] = UARTRX0_Handler,
};
