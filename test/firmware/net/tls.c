/* TLS by BearSSL; see tls.h. */
#include "tls.h"

#include "../host.h"

#include <string.h>

enum { HANDSHAKE_MS = 60000 };

/* For tests only: everybody can guess this. A product takes it from a true random number generator. */
static const char entropy[RILL_BEARSSL_ENTROPY_MIN] = "this is known to all the world.";

rill_bearssl tls;
static unsigned char records[BR_SSL_BUFSIZE_MONO];

static br_x509_decoder_context decoder; /* the key that it finds stays in here */
static unsigned char name[256];
static br_x509_trust_anchor anchor = {.dn = {name, 0}, .flags = BR_X509_TA_CA};

static void add_to_name(void *unused, const void *bytes, size_t length)
{
    (void)unused;
    if (length > sizeof name - anchor.dn.len)
        host_exit(5);
    memcpy(name + anchor.dn.len, bytes, length);
    anchor.dn.len += length;
}

bool tls_trust(const char *path)
{
    unsigned char piece[128];
    size_t length;
    int file = host_open(path, HOST_READ);
    br_x509_decoder_init(&decoder, add_to_name, NULL);
    while (file >= 0 && (length = host_read(file, piece, sizeof piece)) > 0)
        br_x509_decoder_push(&decoder, piece, length);
    const br_x509_pkey *key = br_x509_decoder_get_pkey(&decoder);
    if (key != NULL)
        anchor.pkey = *key;
    return key != NULL;
}

rill_status tls_open(const rill_port *port, void *context, const char *server_name, uint32_t time)
{
    const rill_bearssl_settings settings = {.server_name = server_name,
                                            .anchors = &anchor,
                                            .anchor_count = 1,
                                            .time = time,
                                            .entropy = entropy,
                                            .entropy_length = sizeof entropy,
                                            .buffer = records,
                                            .buffer_size = sizeof records,
                                            .profile = rill_bearssl_ecdhe};
    rill_status status = rill_bearssl_open(&tls, port, context, &settings, HANDSHAKE_MS);
    if (status != RILL_OK)
        rill_bearssl_port.close(&tls);
    return status;
}
