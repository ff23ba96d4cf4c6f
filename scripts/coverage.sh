#!/usr/bin/env bash
# Runs the Swift tests and tells which lines of the core no test reaches: scripts/coverage.sh
# [ARGUMENT…], each passed on to `swift test`. Fails where docs/COVERAGE.md does not explain one.
source "$(dirname "$0")/common.sh"

need_swift
need_node
need_decoder

# The toolchain's own, because another version cannot read what its compiler has written.
llvm_cov="$(swift -print-target-info |
  node -p 'JSON.parse(require("fs").readFileSync(0)).paths.runtimeResourcePath')/../../bin/llvm-cov"
# Tests run on several threads: without atomic counters some of what they reach would be lost.
readonly flags=(--enable-code-coverage --scratch-path .build/coverage
  -Xswiftc -Xllvm -Xswiftc -instrprof-atomic-counter-update-all)
readonly core=(Sources/SimpaticoTree Sources/SimpaticoProtocol Sources/SimpaticoWorld)

# What an earlier run left behind would be counted in.
rm -rf .build/coverage/*/debug/codecov
swift test --disable-xctest "${flags[@]}" "$@"
folder=$(swift build --show-bin-path "${flags[@]}")
"$llvm_cov" export -format=lcov -instr-profile="$folder/codecov/default.profdata" \
  "$folder/simpaticoPackageTests.xctest" "${core[@]}" >.build/coverage/core.lcov
exec node scripts/coverage.mjs .build/coverage/core.lcov docs/COVERAGE.md
