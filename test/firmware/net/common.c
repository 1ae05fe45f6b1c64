/* What lwIP needs of the board, and what both interfaces share. */
#include "net.h"

#include "lwip/stats.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

#include "../board.h"
#include "../host.h"

static uint32_t slept;

uint32_t sys_now(void)
{
    return board_now();
}

void net_assert(const char *text)
{
    host_print("lwIP: ");
    host_print(text);
    host_print("\n");
    host_exit(98);
}

/* Numerical Recipes' generator: ports and ids that anybody can guess. For tests only. */
uint32_t net_random(void)
{
    static uint32_t state = 20260101;
    state = state * 1664525u + 1013904223u;
    return state;
}

void net_poll(void *unused)
{
    bool came = false;
    (void)unused;
    while (net_receive())
        came = true;
    sys_check_timeouts();
    if (came)
        return;
    uint32_t began = board_instructions();
    board_sleep();
    slept += board_instructions() - began;
}

uint32_t net_slept(void)
{
    return slept;
}

uint32_t net_lost(void)
{
    return (uint32_t)(lwip_stats.link.drop + lwip_stats.ip.drop + lwip_stats.tcp.drop + lwip_stats.tcp.memerr) +
           net_interface_lost();
}
