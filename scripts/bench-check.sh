#!/usr/bin/env bash
# Counts the instructions that one operation of each benchmark takes natively, and compares them
# with Benchmarks/instructions.json: scripts/bench-check.sh [--update]. Unlike times, counts are the
# same in every run, so a small regression shows on a busy machine too.
source "$(dirname "$0")/common.sh"

need_swift
need_node
need valgrind valgrind "counts instructions"

swift build -c release --product SimpaticoBenchmarks
built="$(swift build -c release --show-bin-path)/SimpaticoBenchmarks"
# Without its debugging information, whose form is newer than some a valgrind knows.
program=.build/bench-check
strip -g -o "$program" "$built" 2>/dev/null || cp "$built" "$program"
exec node scripts/bench-check.mjs "$program" Benchmarks/instructions.json "$@"
