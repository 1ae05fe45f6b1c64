/* The profile rill_bearssl_ecdhe; see tls_bearssl.h. In a file of its own: who names another does not link it. */
#include "tls_bearssl.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint16_t suites[] = {
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
};

static const struct {
    int id;
    const br_hash_class *hash;
} hashes[] = {
    {br_sha256_ID, &br_sha256_vtable},
    {br_sha384_ID, &br_sha384_vtable},
    {br_sha512_ID, &br_sha512_vtable},
};

void rill_bearssl_ecdhe(br_ssl_client_context *client, br_x509_minimal_context *x509, const br_x509_trust_anchor *anchors,
                        size_t anchor_count)
{
    br_ssl_engine_context *engine = &client->eng;
    br_ssl_client_zero(client);
    br_x509_minimal_init(x509, &br_sha256_vtable, anchors, anchor_count);
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_suites(engine, suites, COUNT(suites));
    for (size_t i = 0; i < COUNT(hashes); i++) {
        br_ssl_engine_set_hash(engine, hashes[i].id, hashes[i].hash);
        br_x509_minimal_set_hash(x509, hashes[i].id, hashes[i].hash);
    }
    br_ssl_engine_set_prf_sha256(engine, &br_tls12_sha256_prf);
    br_ssl_engine_set_default_rsavrfy(engine);
    br_ssl_engine_set_default_ecdsa(engine);
    br_x509_minimal_set_rsa(x509, br_ssl_engine_get_rsavrfy(engine));
    br_x509_minimal_set_ecdsa(x509, br_ssl_engine_get_ec(engine), br_ssl_engine_get_ecdsa(engine));
    br_ssl_engine_set_default_aes_gcm(engine);
    br_ssl_engine_set_default_chapol(engine);
}
