/* What lwIP wants to know of compiler and board. */
#ifndef NET_ARCH_CC_H
#define NET_ARCH_CC_H

#include <stdint.h>

void net_assert(const char *text);
uint32_t net_random(void);

#define LWIP_PLATFORM_DIAG(text)
#define LWIP_PLATFORM_ASSERT(text) net_assert(text)
#define LWIP_RAND() net_random()

#endif
