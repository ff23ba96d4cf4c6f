#!/usr/bin/env bash
# Puts a release build of the relay under load and faults, one scenario after another, and prints
# what each took. Fails where a scenario does. Arguments choose scenarios by name.
source "$(dirname "$0")/common.sh"

need_swift
need prlimit util-linux "limits the open files of one process"
need_python_packages
need_node
need cc gcc "compiles the load generator"
swift build -c release --product simpatico
SIMPATICO_BIN="$(swift build -c release --show-bin-path)/simpatico"
export SIMPATICO_BIN
export BLAST=$PWD/.build/bench-relay
cc -O2 -Wall -Wextra -Werror Benchmarks/relay/blast.c -o "$BLAST"
# Both ends of all connections are on this machine.
ulimit -n "$(ulimit -Hn)"
exec .venv/bin/python Tests/Peer/soak.py "$@"
