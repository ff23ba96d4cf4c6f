#!/bin/bash
# Writes ../openssl.json (key pairs, fingerprints, boxes) and ../keys.json (other spellings of good
# keys, and keys that must be refused), made by the OpenSSL command line alone.
# Usage: bash openssl.sh
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

hex() { od -An -v -tx1 "$@" | tr -d ' \n'; }
json_string() { printf '"'; awk '{ printf "%s\\n", $0 }' "$1"; printf '"'; }
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
fingerprint() {
  openssl pkey -pubin -in "$1" -outform DER | openssl dgst -sha256 -binary | base64url
}

generate() {
  openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$2" -out "$work/$1.private"
  openssl pkey -in "$work/$1.private" -pubout -out "$work/$1.public"
}

secret() {
  openssl pkeyutl -derive -inkey "$work/$1.private" -peerkey "$work/$2.public" -out "$work/secret"
  hex "$work/secret"
}

# One partner for each of the two values that the first byte of a shared secret can have.
partner() {
  until generate "$1" P-521 && [[ $(secret alice "$1") == "$2"* ]]; do :; done
}

key_pair() {
  printf '    {\n      "name": "%s",\n      "privateKeyPEM": ' "$1"
  json_string "$work/$1.private"
  printf ',\n      "publicKeyPEM": '
  json_string "$work/$1.public"
  printf ',\n      "fingerprint": "%s"\n    }' "$(fingerprint "$work/$1.public")"
}

box() {
  local name=$1 to=$2 message=$3 vector key
  vector=$(openssl rand -hex 16)
  key=$(secret alice "$to" | cut -c 1-64)
  openssl enc -aes-256-cbc -K "$key" -iv "$vector" -in "$message" -out "$work/ciphertext"
  printf '    {\n      "name": "%s",\n      "from": "alice",\n      "to": "%s",\n' "$name" "$to"
  printf '      "initializationVector": "%s",\n' "$vector"
  printf '      "message": "%s",\n' "$(hex "$message")"
  printf '      "box": "%s%s"\n    }' "$vector" "$(hex "$work/ciphertext")"
}

write_openssl_json() {
  generate alice P-521
  partner bob 00
  partner charlie 01
  printf '' > "$work/empty"
  printf 'fifteen bytes..' > "$work/15 bytes"
  printf 'sixteen bytes...' > "$work/16 bytes"
  printf 'seventeen bytes..' > "$work/17 bytes"
  openssl rand -out "$work/3 KB" 3072
  printf 'Grüße, Κόσμε, 世界, שלום, 🕊️' > "$work/UTF-8"

  printf '{\n  "madeBy": "%s",\n  "keyPairs": [\n' "$(openssl version | cut -d ' ' -f 1-2)"
  key_pair alice; printf ',\n'; key_pair bob; printf ',\n'; key_pair charlie
  printf '\n  ],\n  "boxes": ['
  local separator='\n'
  for name in empty '15 bytes' '16 bytes' '17 bytes' '3 KB' UTF-8; do
    for to in bob charlie; do
      printf "$separator"
      box "$name" "$to" "$work/$name"
      separator=',\n'
    done
  done
  printf '\n  ]\n}\n'
}

# An entry of keys.json: what it is, the file, and the fingerprint of the key or null if refused.
separator='\n'
key() {
  printf "$separator"
  printf '    { "name": "%s", "pem": ' "$1"
  json_string "$2"
  printf ', "fingerprint": %s }' "$3"
  separator=',\n'
}

write_keys_json() {
  local good="\"$(fingerprint "$work/alice.public")\"" curve
  printf '{\n  "publicKeys": ['
  key 'uncompressed point' "$work/alice.public" "$good"
  openssl ec -pubin -in "$work/alice.public" -conv_form compressed -out "$work/key" 2> "$work/log"
  key 'compressed point' "$work/key" "$good"
  openssl ec -pubin -in "$work/alice.public" -conv_form hybrid -out "$work/key" 2> "$work/log"
  key 'hybrid point' "$work/key" null
  openssl ec -pubin -in "$work/alice.public" -param_enc explicit -out "$work/key" 2> "$work/log"
  key 'P-521 with explicit parameters' "$work/key" null
  key 'a private key' "$work/alice.private" null
  for curve in P-256 P-384 secp256k1 brainpoolP512r1 sect571r1; do
    generate other "$curve"
    key "$curve" "$work/other.public" null
  done
  openssl genpkey -algorithm X25519 -out "$work/key"
  openssl pkey -in "$work/key" -pubout -out "$work/other"
  key X25519 "$work/other" null
  openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/rsa.private"
  openssl pkey -in "$work/rsa.private" -pubout -out "$work/other"
  key RSA "$work/other" null

  separator='\n'
  printf '\n  ],\n  "privateKeys": ['
  key 'PKCS#8' "$work/alice.private" "$good"
  openssl ec -in "$work/alice.private" -no_public 2> "$work/log" |
    openssl pkcs8 -topk8 -nocrypt -out "$work/key"
  key 'PKCS#8 without the public half' "$work/key" "$good"
  openssl pkey -in "$work/alice.private" -ec_conv_form compressed -out "$work/key"
  key 'PKCS#8 with a compressed public half' "$work/key" "$good"
  openssl pkey -in "$work/alice.private" -ec_param_enc explicit -out "$work/key"
  key 'P-521 with explicit parameters' "$work/key" null
  openssl pkey -in "$work/alice.private" -traditional -out "$work/key"
  key 'SEC 1' "$work/key" null
  openssl pkcs8 -topk8 -in "$work/alice.private" -passout pass:secret -out "$work/key"
  key 'encrypted PKCS#8' "$work/key" null
  key 'a public key' "$work/alice.public" null
  for curve in P-256 P-384 secp256k1 brainpoolP512r1; do
    generate other "$curve"
    key "$curve" "$work/other.private" null
  done
  key RSA "$work/rsa.private" null
  printf '\n  ]\n}\n'
}

write_openssl_json > ../openssl.json
write_keys_json > ../keys.json
