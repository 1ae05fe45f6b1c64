/* The URL of a server, as people give it, becomes what a socket and a request need. */
#ifndef URL_H
#define URL_H

#include <stdbool.h>
#include <stdint.h>

enum {
    URL_HOST_SIZE = 256,
    URL_PATH_SIZE = 2048
};

typedef struct url {
    bool tls;                  /* https */
    char host[URL_HOST_SIZE];  /* as in the Host header: an IPv6 address has brackets */
    char name[URL_HOST_SIZE];  /* as for a lookup: it has none */
    uint16_t port;             /* the scheme's own where the URL names none */
    uint16_t told_port;        /* for the Host header: 0 where it is the scheme's own */
    char service[6];           /* the port in digits */
    char path[URL_PATH_SIZE];  /* with its query, beginning with a slash */
} url;

/* Takes a URL apart as the OpenAI SDKs take theirs: it is a base such as http://localhost:8080/v1, and
 * /chat/completions is added to its path, unless it ends so already. A query stays behind the path (Azure wants one).
 * More than the SDKs: the scheme may be left out (http), and so may the path (/v1).
 * Gives NULL, or what is wrong in a few words. */
const char *url_parse(const char *text, url *parsed);

#endif
