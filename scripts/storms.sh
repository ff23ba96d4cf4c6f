#!/usr/bin/env bash
# Simulates chats in which everything breaks, optimised: wires, processes, the relay and its honesty.
# SIMPATICO_STORMS says how many (1000), SIMPATICO_TEST_SEED from which seed on (1). It prints what
# the storms had in them; a storm after which a law is broken is named by its seed.
source "$(dirname "$0")/common.sh"

need_swift
export SIMPATICO_STORMS=${SIMPATICO_STORMS:-1000}
say "$SIMPATICO_STORMS storms from seed ${SIMPATICO_TEST_SEED:-1} on"
# The scratch folder of the laws, because code that tests may look into is built otherwise.
exec swift test -c release -Xswiftc -enable-testing --scratch-path .build/laws \
  --disable-xctest --filter Storms
