/* What lwIP wants to know of compiler and test. */
#ifndef LWIP_RAW_ARCH_CC_H
#define LWIP_RAW_ARCH_CC_H

#include <stdio.h>
#include <stdlib.h>

#define LWIP_PLATFORM_DIAG(text)
#define LWIP_PLATFORM_ASSERT(text) (fprintf(stderr, "lwIP: %s\n", text), abort())
#define LWIP_RAND() ((u32_t)rand())

#endif
