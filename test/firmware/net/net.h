/* net: the board's way into a network: Ethernet (ethernet.c) or SLIP (slip.c), whichever is linked. */
#ifndef NET_H
#define NET_H

#include <stdbool.h>
#include <stdint.h>

/* Brings the interface up and waits, for 20 s at most, until it has an address. */
bool net_begin(void);

/* One round of the network; sleeps until the next interrupt when nothing came. For rill_lwip_raw. */
void net_poll(void *unused);

/* Instructions that the sleeping would have taken; see board_instructions(). */
uint32_t net_slept(void);

/* Frames and packets that were thrown away, by the interface or by lwIP. */
uint32_t net_lost(void);

/* ---- what the two have in common (common.c) */

/* Gives lwIP the next frame or packet that came; false: there is none. */
bool net_receive(void);
uint32_t net_interface_lost(void);

#endif
