/* From reset to main(): memory is set up, the stack is painted, and every interrupt leads to board_interrupt(). */
#include "board.h"
#include "boards/inside.h"
#include "host.h"

#include <string.h>

int main(void);

/* Of the linker script. */
extern uint32_t memory_data_from[], memory_data[], memory_data_end[], memory_bss[], memory_bss_end[];
extern uint32_t memory_stack[], memory_stack_top[];

enum { PAINT = 0x5a };

static void start(void)
{
    char here;
    memcpy(memory_data, memory_data_from, (size_t)((char *)memory_data_end - (char *)memory_data));
    memset(memory_bss, 0, (size_t)((char *)memory_bss_end - (char *)memory_bss));
    volatile char *stack = (char *)memory_stack; /* by hand: memset would paint its own frame */
    while ((uintptr_t)stack < (uintptr_t)&here - 64)
        *stack++ = PAINT;
    board_begin();
    host_exit(main());
}

size_t board_stack_used(void)
{
    const char *stack = (const char *)memory_stack;
    while (*stack == PAINT)
        stack++;
    return (size_t)((const char *)memory_stack_top - stack);
}

static void fault(void)
{
    host_print("fault\n");
    host_exit(99);
}

#ifdef __riscv

enum { MACHINE_INTERRUPT = (int)0x80000000 };

__attribute__((interrupt, aligned(4))) static void trap(void)
{
    uintptr_t cause;
    __asm__ volatile("csrr %0, mcause" : "=r"(cause));
    if ((cause & 0x80000000u) == 0)
        fault();
    board_interrupt((unsigned)(cause & 0x7fffffffu));
}

__attribute__((naked, noreturn, section(".vectors"))) void reset(void);
void reset(void)
{
    __asm__ volatile(".option push\n.option norelax\nla gp, __global_pointer$\n.option pop\nla sp, memory_stack_top\n"
                     "la t0, enter\njr t0");
}

__attribute__((used)) static void enter(void)
{
    __asm__ volatile("csrw mtvec, %0" : : "r"(trap));
    start();
}

#else

static void interrupt(void)
{
    uint32_t number;
    __asm__ volatile("mrs %0, ipsr" : "=r"(number));
    board_interrupt((unsigned)number - 16u); /* SysTick: -1 */
}

/* ARMv6-M and ARMv7-M Architecture Reference Manuals, "Exception number definition". */
__attribute__((section(".vectors"), used)) static void (*const vectors[16 + 96])(void) = {
    (void (*)(void))memory_stack_top, start, fault, fault, [4 ... 14] = fault, [15 ... 111] = interrupt,
};

#endif
