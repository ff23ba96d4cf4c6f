#!/usr/bin/env bash
# Tries every law of the core on many random cases, on optimised code, one law after another, each
# with the time that it took. SIMPATICO_CASES says on how many (100000), SIMPATICO_TEST_SEED from
# which one on (1). Arguments go to `swift test`: `scripts/laws.sh --filter ProgramLaws`.
source "$(dirname "$0")/common.sh"

need_swift
need_node
export SIMPATICO_CASES=${SIMPATICO_CASES:-100000}
[ $# -gt 0 ] || set -- --filter SimpaticoTreeTests --filter SimpaticoWorldTests
say "trying every law on $SIMPATICO_CASES cases from seed ${SIMPATICO_TEST_SEED:-1} on"
# A scratch folder of its own, because code that tests may look into is built otherwise.
exec swift test -c release -Xswiftc -enable-testing --scratch-path .build/laws \
  --disable-xctest --no-parallel "$@"
