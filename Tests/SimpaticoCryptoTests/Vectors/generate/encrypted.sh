#!/bin/bash
# Writes ../encrypted.json: private keys under a passphrase, made by the OpenSSL command line alone.
# Those that this house refuses say why. Usage: bash encrypted.sh
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

json_string() { printf '"'; awk '{ printf "%s\\n", $0 }' "$1"; printf '"'; }
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out "$work/alice"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/other"
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out "$work/rsa"
openssl ec -in "$work/alice" -no_public 2> "$work/log" |
  openssl pkcs8 -topk8 -nocrypt -out "$work/half"
openssl pkey -in "$work/alice" -ec_conv_form compressed -out "$work/compressed"
fingerprint=$(openssl pkey -in "$work/alice" -pubout -outform DER |
  openssl dgst -sha256 -binary | base64url)

# key NAME KEY PASSPHRASE FAULT OPTION…: one entry; an empty FAULT is for a key that is read.
separator='\n'
key() {
  local name=$1 file=$2 passphrase=$3 fault=$4
  shift 4
  openssl pkcs8 -topk8 -in "$work/$file" -passout "pass:$passphrase" -out "$work/key" "$@"
  printf '%b    {\n      "name": "%s",\n      "passphrase": "%s",\n      "pem": ' \
    "$separator" "$name" "$passphrase"
  json_string "$work/key"
  if [ -z "$fault" ]; then
    printf ',\n      "fingerprint": "%s"\n    }' "$fingerprint"
  else
    printf ',\n      "fault": "%s"\n    }' "$fault"
  fi
  separator=',\n'
}

# Options are those of pkcs8: the scheme PBES2 is `-v2`, its pseudo-random function `-v2prf`.
aes=(-v2 aes-256-cbc)
sha256=("${aes[@]}" -v2prf hmacWithSHA256)
{
  printf '{\n  "madeBy": "%s",\n  "keys": [' "$(openssl version | cut -d ' ' -f 1,2)"
  key 'as OpenSSL writes it unless told otherwise' alice 'correct horse' ''
  key '600,000 iterations' alice 'correct horse battery staple' '' "${sha256[@]}" -iter 600000
  key 'one iteration' alice 'x' '' "${sha256[@]}" -iter 1
  key 'HMAC-SHA-512' alice 'Grüße, 世界 🕊️' '' "${aes[@]}" -v2prf hmacWithSHA512 -iter 1000
  key 'a passphrase of 1,024 bytes' alice "$(printf 'p%.0s' {1..1024})" '' "${sha256[@]}"
  key 'no public half' half 'secret' '' "${sha256[@]}"
  key 'a compressed public half' compressed 'secret' '' "${sha256[@]}"
  key 'HMAC-SHA-1' alice 'secret' unsupportedEncryption "${aes[@]}" -v2prf hmacWithSHA1
  key 'HMAC-SHA-384' alice 'secret' unsupportedEncryption "${aes[@]}" -v2prf hmacWithSHA384
  key 'AES-128' alice 'secret' unsupportedEncryption -v2 aes-128-cbc
  key 'triple DES' alice 'secret' unsupportedEncryption -v2 des3
  key 'scrypt' alice 'secret' unsupportedEncryption -scrypt
  key 'PBES1' alice 'secret' unsupportedEncryption -v1 PBE-SHA1-3DES
  key '10,000,001 iterations' alice 'secret' tooManyIterations "${sha256[@]}" -iter 10000001
  key 'P-256' other 'secret' notP521 "${sha256[@]}"
  key 'RSA' rsa 'secret' notP521 "${sha256[@]}"
  printf '\n  ]\n}\n'
} > ../encrypted.json
