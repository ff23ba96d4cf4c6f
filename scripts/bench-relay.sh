#!/usr/bin/env bash
# Measures the relay beside a router on Node's `ws`, nats-server and mosquitto, all in one run: a
# table for people, and .build/bench-relay.json for machines. See Benchmarks/relay/README.md.
source "$(dirname "$0")/common.sh"

need_swift
need_node
need taskset util-linux "keeps server and load generator on processors of their own"
need cc gcc "compiles the load generator"
has nats-server || [ -x /usr/sbin/nats-server ] ||
  apt_install "is compared with the relay" nats-server
has mosquitto || [ -x /usr/sbin/mosquitto ] || apt_install "is compared with the relay" mosquitto
[ -e /usr/share/nodejs/ws ] || [ -n "${NODE_MODULES:-}" ] ||
  apt_install "is compared with the relay" node-ws
# Debian keeps servers where only root looks.
export PATH=$PATH:/usr/sbin

readonly blast=.build/bench-relay
# The relay is built as operators are told to (docs/OPERATING.md), in a folder of its own.
readonly shipped=(-c release --static-swift-stdlib --scratch-path .build/shipped)
if [ -z "${SIMPATICO_BIN:-}" ]; then
  swift build "${shipped[@]}" --product simpatico
  SIMPATICO_BIN=$(swift build "${shipped[@]}" --show-bin-path)/simpatico
fi
export SIMPATICO_BIN
swift build -c release --product SimpaticoRegistrationYardstick
bin=$(swift build -c release --show-bin-path)
cc -O2 -Wall -Wextra -Werror Benchmarks/relay/blast.c -o "$blast"
yardstick=$bin/SimpaticoRegistrationYardstick
node Benchmarks/relay/run.mjs "$PWD/$blast" "$yardstick" .build/bench-relay.json "$@"
say "the rows are in .build/bench-relay.json"
