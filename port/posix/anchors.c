/* Trust anchors; see anchors.h. */
#ifdef RILL_WITH_BEARSSL
#include "anchors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "growing.h"

/* ---- one certificate */

static unsigned char *copy(const unsigned char *bytes, size_t length)
{
    unsigned char *copied = need(NULL, length);
    memcpy(copied, bytes, length);
    return copied;
}

static void copy_key(br_x509_pkey *to, const br_x509_pkey *from)
{
    *to = *from;
    if (from->key_type == BR_KEYTYPE_RSA) {
        to->key.rsa.n = copy(from->key.rsa.n, from->key.rsa.nlen);
        to->key.rsa.e = copy(from->key.rsa.e, from->key.rsa.elen);
    } else {
        to->key.ec.q = copy(from->key.ec.q, from->key.ec.qlen);
    }
}

static void add_bytes(void *context, const void *bytes, size_t length)
{
    growing_add(context, bytes, length);
}

/* A certificate that is no CA's is trusted for itself alone: a server that signed its own. */
static void add_anchor(anchors *trusted, const growing *certificate)
{
    growing name = {NULL, 0, 0};
    br_x509_decoder_context decoder;
    br_x509_decoder_init(&decoder, add_bytes, &name);
    br_x509_decoder_push(&decoder, certificate->text, certificate->length);
    const br_x509_pkey *key = br_x509_decoder_get_pkey(&decoder);
    if (key != NULL) {
        trusted->list = need(trusted->list, (trusted->count + 1) * sizeof *trusted->list);
        br_x509_trust_anchor *anchor = &trusted->list[trusted->count++];
        anchor->dn.data = (unsigned char *)name.text;
        anchor->dn.len = name.length;
        anchor->flags = br_x509_decoder_isCA(&decoder) ? BR_X509_TA_CA : 0;
        copy_key(&anchor->pkey, key);
    } else {
        growing_free(&name);
    }
}

/* ---- the file */

typedef struct reader {
    br_pem_decoder_context pem;
    growing certificate; /* the one at hand */
    bool wanted;         /* and not something else, such as a key */
    anchors *trusted;
} reader;

static bool take_event(reader *file)
{
    switch (br_pem_decoder_event(&file->pem)) {
    case BR_PEM_BEGIN_OBJ:
        file->wanted = strcmp(br_pem_decoder_name(&file->pem), "CERTIFICATE") == 0;
        br_pem_decoder_setdest(&file->pem, file->wanted ? add_bytes : NULL, &file->certificate);
        return true;
    case BR_PEM_END_OBJ:
        if (file->wanted)
            add_anchor(file->trusted, &file->certificate);
        file->certificate.length = 0;
        return true;
    default:
        return false;
    }
}

static bool take_bytes(reader *file, const char *bytes, size_t length)
{
    bool good = true;
    while (good && length > 0) {
        size_t used = br_pem_decoder_push(&file->pem, bytes, length);
        bytes += used;
        length -= used;
        if (length > 0) /* it stopped for an event */
            good = take_event(file);
    }
    return good;
}

bool anchors_read(anchors *trusted, const char *path)
{
    char bytes[4096];
    size_t length;
    bool good = true;
    reader file = {.trusted = trusted};
    memset(trusted, 0, sizeof *trusted);
    FILE *from = fopen(path, "rb");
    if (from == NULL)
        return false;
    br_pem_decoder_init(&file.pem);
    while (good && (length = fread(bytes, 1, sizeof bytes, from)) > 0)
        good = take_bytes(&file, bytes, length);
    good = good && !ferror(from) && take_bytes(&file, "\n", 1); /* the last line may lack its end */
    fclose(from);
    growing_free(&file.certificate);
    if (good && trusted->count > 0)
        return true;
    anchors_free(trusted);
    return false;
}

void anchors_free(anchors *trusted)
{
    for (size_t i = 0; i < trusted->count; i++) {
        br_x509_trust_anchor *anchor = &trusted->list[i];
        free(anchor->dn.data);
        if (anchor->pkey.key_type == BR_KEYTYPE_RSA) {
            free(anchor->pkey.key.rsa.n);
            free(anchor->pkey.key.rsa.e);
        } else {
            free(anchor->pkey.key.ec.q);
        }
    }
    free(trusted->list);
    memset(trusted, 0, sizeof *trusted);
}
#else
typedef int anchors_are_for_bearssl; /* a file of C must not be empty */
#endif
