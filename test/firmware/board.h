/* board: what the firmware of the tests needs of an emulated board. One file under boards/ implements it for each.
 *
 * The boards are QEMU's; boards/ names the machine, the core, the memory map and the UART of each. */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Called once, before main(), by the startup code: clock of board_now(), UART without interrupts. */
void board_begin(void);

/* ---- the UART: 8N1 at 115200 baud; the emulator does not pace it */

/* From now on each byte that comes is handed to `received`, in the interrupt. */
void board_uart_listen(void (*received)(void *context, uint8_t byte), void *context);
/* Bytes that came damaged are told there, in the interrupt, with the context above. Call it in front of that. Only lm3s and
 * virt: the other emulated UARTs cannot tell. */
void board_uart_listen_damage(void (*damaged)(void *context));
/* The line that says "go on" (RTS). False: the board takes no byte, and the emulator holds them back at the other end. */
void board_uart_ready(bool ready);
/* Puts a byte into the transmitter; false when that is full. */
bool board_uart_send(uint8_t byte);

/* ---- time */

/* Milliseconds since board_begin(). */
uint32_t board_now(void);
/* No ticks from now on, so that instructions can be counted without them: board_now() and board_sleep() are of no use any
 * more. Each tick costs the emulator as long as thousands of instructions. */
void board_end_ticks(void);
/* Instructions since board_begin(): exact under `-icount shift=10`, else without meaning. For differences of up to 100
 * million: the counter behind it wraps. */
uint32_t board_instructions(void);
/* Sleeps until an interrupt (WFI). One that came just before is not missed for longer than a tick of board_now(). */
void board_sleep(void);
/* No interrupt between the two. May not be nested. */
void board_lock(void);
void board_unlock(void);

/* ---- memory */

/* The deepest stack since the reset, in bytes, told by the pattern that the startup code leaves there. */
size_t board_stack_used(void);

#endif
