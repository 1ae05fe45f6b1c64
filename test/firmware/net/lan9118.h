/* lan9118: SMSC's Ethernet controller, as on the mps2-an385 board; a frame at a time, without interrupts. */
#ifndef LAN9118_H
#define LAN9118_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False: it does not answer. Gives its hardware address, which it has read from its EEPROM. */
bool lan9118_begin(uint8_t address[6]);

/* Bytes of the next frame that came, without its checksum; 0: there is none. A damaged one is skipped and counted. */
size_t lan9118_waiting(void);
/* Takes that frame, which is `length` bytes long, in words: `words` has room for (length + 3) / 4 of them, or is NULL to
 * throw it away. */
void lan9118_take(uint32_t *words, size_t length);

/* Sends a frame; `words` is readable up to the end of its last word. False: no room. */
bool lan9118_send(const uint32_t *words, size_t length);

/* Frames that were damaged or for which it had no room. */
uint32_t lan9118_lost(void);

#endif
