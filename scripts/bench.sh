#!/usr/bin/env bash
# Measures the core natively, in WebAssembly and against plain JavaScript, and scrubbing in the
# lab's page, one after the other on the same machine: a table for people, and .build/bench.json
# for machines.
source "$(dirname "$0")/common.sh"

need_swift
need_node
need_chromium
need_python_packages

readonly rows=.build/bench
# measure NAME COMMAND…: keeps the rows that a program prints, and fails with its name.
measure() {
  local name=$1
  shift
  say "measuring: $name"
  "$@" >"$rows/$name.jsonl" || fail "the $name benchmark failed: $*"
  [ -s "$rows/$name.jsonl" ] || fail "the $name benchmark printed no row: $*"
}

swift build -c release --product SimpaticoBenchmarks
for product in SimpaticoBenchmarks SimpaticoTreeWasm; do
  wasm_build "$product"
done
readonly wasm=.build/wasm/wasm32-unknown-none-wasm/release
mkdir -p "$rows"
measure native "$(swift build -c release --show-bin-path)/SimpaticoBenchmarks"
measure wasm node Benchmarks/wasm.mjs "$wasm/SimpaticoBenchmarks.wasm" \
  "$wasm/SimpaticoTreeWasm.wasm" Sources/SimpaticoWeb/Public/{lab,chat}/simpatico.wasm
measure yardstick node Benchmarks/yardstick.mjs
swift build --product simpatico
measure scrub .venv/bin/python Benchmarks/scrub.py "$(swift build --show-bin-path)/simpatico"
node scripts/bench-table.mjs "$rows/native.jsonl" "$rows/wasm.jsonl" "$rows/yardstick.jsonl" \
  "$rows/scrub.jsonl" .build/bench.json
