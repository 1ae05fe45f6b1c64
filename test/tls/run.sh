#!/bin/sh
# port/tls against servers that we did not write: Debian's nginx and `openssl s_server`, and a relay that cuts connections
# between them. All on 127.0.0.1; what is made lies in build/tls. Certificates are made anew each time.
set -eu

cd "$(dirname "$0")/../.."
for program in build/small/tls/ask build/small-san/tls/ask build/roomy-san/rill; do
    [ -x "$program" ] && continue
    echo "$program is missing: make it, with BearSSL and Mbed TLS (libbearssl-dev, libmbedtls-dev)"
    exit 1
done
test/tls/certificates.sh build/tls/certificates
exec node test/tls/run.mjs
