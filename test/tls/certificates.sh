#!/bin/sh
# Makes keys and certificates for the TLS tests: certificates.sh FOLDER. Each server has NAME.key and NAME.pem, its chain.
#
#   ca.pem        the CA that clients of the tests trust; stranger.pem: one that they do not know
#   ec            ECDSA P-256, signed by the CA; like all but those below for rill.test and localhost
#   rsa           RSA 2048, signed by an intermediate CA with an RSA key
#   p384          ECDSA P-384, signed with SHA-384 by an intermediate CA with such a key
#   wildcard      for *.rill.test
#   wrong-name    for another host
#   expired, early   since 2021; until 2100. lasting: valid from 2020-01-01 to 2099-01-01 00:00:00 UTC
#   stranger      signed by the CA that nobody knows
#   self-signed
#   no-ca         signed with the key of a server's certificate, which is no CA
set -eu

mkdir -p "$1"
cd "$1"
days=30
rm -rf ./*.pem ./*.key ./*.csr ./*.cnf ./db

key() { # NAME KIND
    case "$2" in
    rsa) openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1.key" 2>/dev/null ;;
    *) openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$2" -out "$1.key" ;;
    esac
}

request() { # NAME KIND
    key "$1" "$2"
    openssl req -new -key "$1.key" -subj "/O=rill tests/CN=$1" -out "$1.csr"
}

cat >ca.cnf <<CONFIG
[ca]
default_ca = one
[one]
database = db/index
new_certs_dir = db
rand_serial = yes
policy = any
unique_subject = no
default_md = sha256
default_days = $days
[any]
organizationName = optional
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[server]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:rill.test, DNS:localhost
[wildcard]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:*.rill.test
[other]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:other.test
CONFIG
mkdir db
: >db/index

root() { # NAME KIND OPTION...
    name=$1
    request "$1" "$2"
    shift 2
    openssl ca -batch -notext -selfsign -config ca.cnf -extensions authority -keyfile "$name.key" "$@" \
        -in "$name.csr" -out "$name.pem" 2>/dev/null
}

sign() { # NAME SIGNER EXTENSIONS OPTION...: SIGNER's chain stays behind NAME's own, but for the roots
    name=$1 signer=$2 extensions=$3
    shift 3
    openssl ca -batch -notext -config ca.cnf -cert "$signer.pem" -keyfile "$signer.key" -extensions "$extensions" "$@" \
        -in "$name.csr" -out "$name.pem" 2>/dev/null
    case "$signer" in
    ca | stranger-ca) ;;
    *) cat "$signer.pem" >>"$name.pem" ;;
    esac
}

root ca P-256 -startdate 20200101000000Z -enddate 21000101000000Z
root stranger-ca P-256
request ec P-256 && sign ec ca server
request between-rsa rsa && sign between-rsa ca authority
request rsa rsa && sign rsa between-rsa server
request between-p384 P-384 && sign between-p384 ca authority
request p384 P-384 && sign p384 between-p384 server -md sha384
request wildcard P-256 && sign wildcard ca wildcard
request wrong-name P-256 && sign wrong-name ca other
request expired P-256 && sign expired ca server -startdate 20200101000000Z -enddate 20210101000000Z
request early P-256 && sign early ca server -startdate 21000101000000Z -enddate 21010101000000Z
request lasting P-256 && sign lasting ca server -startdate 20200101000000Z -enddate 20990101000000Z
request stranger P-256 && sign stranger stranger-ca server
request no-ca P-256 && sign no-ca ec server
request self-signed P-256
openssl ca -batch -notext -selfsign -config ca.cnf -extensions server -keyfile self-signed.key -in self-signed.csr \
    -out self-signed.pem 2>/dev/null
mv stranger-ca.pem stranger-root.pem
