/* lwIP without threads, as on a microcontroller; its memory is the test's, so that the sanitizer sees each piece. */
#ifndef LWIP_RAW_LWIPOPTS_H
#define LWIP_RAW_LWIPOPTS_H

#include <stddef.h>

void *lwip_malloc(size_t size);
void *lwip_calloc(size_t count, size_t size);
void lwip_free(void *memory);

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_RAW 0
#define LWIP_ARP 0
#define LWIP_ETHERNET 0
#define LWIP_DNS 1
#define DNS_LOCAL_HOSTLIST 0
#define DNS_TABLE_SIZE 2
#define MEM_ALIGNMENT 8
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define mem_clib_malloc lwip_malloc
#define mem_clib_calloc lwip_calloc
#define mem_clib_free lwip_free
#define TCP_MSS 1460
#ifdef WIDE_WINDOW
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 2
#define TCP_WND 150000
#else
#define TCP_WND (4 * TCP_MSS)
#endif
#define TCP_SND_BUF (2 * TCP_MSS)
#define SO_REUSE 1
#define LWIP_STATS 0

#endif
