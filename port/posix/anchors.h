/* Trust anchors for BearSSL out of a file of PEM certificates, as systems have one, on the heap. */
#ifndef ANCHORS_H
#define ANCHORS_H

#include <stdbool.h>
#include <stddef.h>

#include <bearssl.h>

typedef struct anchors {
    br_x509_trust_anchor *list;
    size_t count;
} anchors;

/* Reads the certificates of a file into *trusted. One that BearSSL cannot use (another kind of key) is left out; what
 * stands between the certificates is passed over. False: the file cannot be read, is broken, or has none to use. */
bool anchors_read(anchors *trusted, const char *path);
void anchors_free(anchors *trusted);

#endif
