/* TLS for the program; see secure.h. */
#include "secure.h"

#include <stddef.h>

#ifdef RILL_WITH_BEARSSL
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "anchors.h"
#include "commands.h"
#include "growing.h"
#include "tls_bearssl.h"

struct secure {
    rill_bearssl tls; /* first: a context of rill_bearssl_port */
    anchors trusted;
    unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
};

const rill_port *const secure_port = &rill_bearssl_port;

/* Where systems keep their trust anchors: Debian; Fedora; BSD, macOS, Alpine. */
static const char *const files[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                    "/etc/ssl/cert.pem"};

static const char *find_file(void)
{
    const char *named = getenv("SSL_CERT_FILE");
    if (named != NULL && *named != '\0')
        return named;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (access(files[i], R_OK) == 0)
            return files[i];
    return files[0];
}

secure *secure_begin(void)
{
    const char *file = find_file();
    secure *tls = need(NULL, sizeof *tls);
    memset(&tls->tls, 0, sizeof tls->tls);
    if (!anchors_read(&tls->trusted, file)) {
        fprintf(stderr, "rill: no certificates to trust in %s; SSL_CERT_FILE may name another file\n", file);
        exit(EXIT_USAGE);
    }
    return tls;
}

static bool read_random(unsigned char *bytes, size_t length)
{
    FILE *source = fopen("/dev/urandom", "rb");
    if (source == NULL)
        return false;
    setvbuf(source, NULL, _IONBF, 0); /* no more than what is used */
    bool good = fread(bytes, 1, length, source) == length;
    fclose(source);
    return good;
}

rill_status secure_open(secure *tls, const rill_port *port, void *context, const char *name, uint32_t timeout_ms)
{
    unsigned char entropy[RILL_BEARSSL_ENTROPY_MIN];
    time_t now = time(NULL);
    rill_bearssl_settings settings = {
        .server_name = name,
        .anchors = tls->trusted.list,
        .anchor_count = tls->trusted.count,
        .time = now > 0 && (uint64_t)now <= UINT32_MAX ? (uint32_t)now : 0,
        .entropy = read_random(entropy, sizeof entropy) ? entropy : NULL,
        .entropy_length = sizeof entropy,
        .buffer = tls->buffer,
        .buffer_size = sizeof tls->buffer,
        .duplex = true,
        .profile = br_ssl_client_init_full,
    };
    return rill_bearssl_open(&tls->tls, port, context, &settings, timeout_ms);
}

void secure_free(secure *tls)
{
    if (tls != NULL)
        anchors_free(&tls->trusted);
    free(tls);
}
#else
const rill_port *const secure_port = NULL;

secure *secure_begin(void)
{
    return NULL;
}

rill_status secure_open(secure *tls, const rill_port *port, void *context, const char *name, uint32_t timeout_ms)
{
    (void)tls, (void)port, (void)context, (void)name, (void)timeout_ms;
    return RILL_PORT_TLS;
}

void secure_free(secure *tls)
{
    (void)tls;
}
#endif
