/* An answer over TLS over TCP: rill's client on two ports that stand on each other. */
#include "ask.h"

#include "../board.h"
#include "../host.h"
#include "lwip_raw.h"
#include "net.h"
#include "tls.h"

enum { CONNECT_MS = 5000 };

static rill_lwip_raw connection = {.poll = net_poll};

static rill_status open(const ask_words *words)
{
    uint32_t began = board_instructions(), slept = net_slept();
    rill_status status = tls_open(&rill_lwip_raw_port, &connection, words->name, ask_number(words->time));
    host_print_value("instructions of the handshake", board_instructions() - began - (net_slept() - slept));
    return status;
}

int main(void)
{
    ask_words words = ask_words_read();
    if (!tls_trust("build/net/ca.der") || !net_begin()) {
        host_print("no CA, or no network\n");
        return 4;
    }
    uint16_t port = (uint16_t)ask_number(words.port);
    rill_status status = rill_lwip_raw_connect(&connection, words.address, port, CONNECT_MS);
    if (status == RILL_OK)
        status = open(&words);
    return status == RILL_OK ? ask(&rill_bearssl_port, &tls, &words) : ask_not_connected(status);
}
