/* lwIP for one connection at a time on a microcontroller. What counts here is told in port/lwip/README.md. */
#ifndef NET_LWIPOPTS_H
#define NET_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_RAW 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define LWIP_DNS 1

#define MEM_ALIGNMENT 4
#define TCP_MSS 1460
#define TCP_WND (4 * TCP_MSS)     /* the LAN9118 holds 10 KB of received frames: more would be lost there */
#define TCP_SND_BUF (2 * TCP_MSS) /* copies of what was written, until it is acknowledged */
#define TCP_SND_QUEUELEN 8
#define MEMP_NUM_TCP_SEG 8
#define MEM_SIZE 4096 /* holds them */
#define PBUF_POOL_SIZE 8
#define MEMP_NUM_TCP_PCB 2 /* one is used, one waits for the end of the last connection */
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define MEMP_NUM_UDP_PCB 3
#define TCP_QUEUE_OOSEQ 1

#if NET_ETHERNET
#define LWIP_DHCP 1
#define LWIP_ARP 1
#else /* over a line */
#define LWIP_DHCP 0
#define LWIP_ARP 0
#define LWIP_ETHERNET 0
#define SLIP_USE_RX_THREAD 0
#endif

#if NET_PPP
#define PPP_SUPPORT 1
#define PPPOS_SUPPORT 1
#define PPP_NOTIFY_PHASE 0
#define VJ_SUPPORT 0 /* compressed headers (RFC 1144): with them the line stands still after a while */
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 4)
#endif

#define LWIP_STATS 1 /* the tests print what was lost */
#define LWIP_STATS_DISPLAY 0
#define MIB2_STATS 0

#endif
