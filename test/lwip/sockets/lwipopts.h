/* lwIP with threads, as an RTOS brings it; the threads are Debian's port of lwIP to pthreads. */
#ifndef LWIP_SOCKETS_LWIPOPTS_H
#define LWIP_SOCKETS_LWIPOPTS_H

#define NO_SYS 0
#define SYS_LIGHTWEIGHT_PROT 1
#define LWIP_TCPIP_CORE_LOCKING 1
#define LWIP_SOCKET 1
#define LWIP_NETCONN 1
#define LWIP_COMPAT_SOCKETS 0
#define LWIP_POSIX_SOCKETS_IO_NAMES 0
#define LWIP_SOCKET_SELECT 1
#define LWIP_SO_RCVTIMEO 1
#define LWIP_TIMEVAL_PRIVATE 0
#define LWIP_ARP 0
#define LWIP_ETHERNET 0
#define LWIP_RAW 0
#define LWIP_DNS 1
#define DNS_MAX_RETRIES 2
#define LWIP_NETIF_LOOPBACK 1 /* the peers are sockets of the same lwIP */
#define LWIP_HAVE_LOOPIF 1
#define MEM_ALIGNMENT 8
#define MEM_LIBC_MALLOC 1
#define MEMP_NUM_NETCONN 8
#define MEMP_NUM_TCP_PCB 8
#define MEMP_NUM_TCP_SEG 32
#define MEMP_NUM_TCPIP_MSG_API 16
#define MEMP_NUM_TCPIP_MSG_INPKT 32
#define TCP_MSS 1460
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (2 * TCP_MSS)
#define DEFAULT_TCP_RECVMBOX_SIZE 32
#define DEFAULT_UDP_RECVMBOX_SIZE 8
#define DEFAULT_ACCEPTMBOX_SIZE 8
#define TCPIP_MBOX_SIZE 32
#define LWIP_STATS 0

/* Debian has patched lwIP to ask for these; they are what lwIP itself does. */
#define IP4ADDR_SOCKADDR_SET_LEN(address) (address)->sin_len = sizeof(struct sockaddr_in)
#define IP6ADDR_SOCKADDR_SET_LEN(address) (address)->sin6_len = sizeof(struct sockaddr_in6)
#define IPADDR_SOCKADDR_GET_LEN(address) (address)->sa.sa_len

#endif
