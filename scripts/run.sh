#!/usr/bin/env bash
# Builds the relay and serves the lab: scripts/run.sh [ARGUMENT…], each passed to `simpatico serve`.
# CONFIGURATION is debug (builds fastest) or release (runs fastest).
source "$(dirname "$0")/common.sh"

configuration=${CONFIGURATION:-debug}
need_swift
program="$(swift build -c "$configuration" --show-bin-path)/simpatico"
if [ ! -x "$program" ]; then
  say "The first build compiles the dependencies, which takes some minutes; later builds take seconds."
fi
swift build -c "$configuration" --product simpatico
say "In a second terminal, for a real handshake: ${program#"$PWD/"} connect ws://HOST:PORT/ws"
# The shell gives way to the relay, so that Ctrl-C reaches the relay and nothing in between.
exec "$program" serve "$@"
