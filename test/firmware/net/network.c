/* An answer over TCP: interface up, request, decode. */
#include "ask.h"

#include "../host.h"
#include "lwip_raw.h"
#include "net.h"

static rill_lwip_raw connection = {.poll = net_poll};

int main(void)
{
    ask_words words = ask_words_read();
    if (!net_begin()) {
        host_print("no network\n");
        return 4;
    }
    uint16_t port = (uint16_t)ask_number(words.port);
    rill_status status = rill_lwip_raw_connect(&connection, words.address, port, 5000);
    return status == RILL_OK ? ask(&rill_lwip_raw_port, &connection, &words) : ask_not_connected(status);
}
