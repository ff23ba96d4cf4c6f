#!/usr/bin/env bash
# Builds the documentation of SimpaticoTree with the toolchain's own DocC, into .build/docs. A link
# to a symbol or a page that does not exist is an error, as is every warning.
source "$(dirname "$0")/common.sh"

need_swift
docc="$(dirname "$(command -v swiftc)")/docc"
[ -x "$docc" ] || fail "there is no docc beside swiftc: install a Swift toolchain from swift.org"

readonly symbols=.build/docs-symbols out=.build/docs
rm -rf "$symbols" "$out"
mkdir -p "$symbols"

# A folder of its own for what is built, because other flags would rebuild everything in the usual
# one. Only this target and what it needs is compiled, which is itself.
swift build --target SimpaticoTree --scratch-path .build/docs-scratch \
  -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc "$symbols"
[ -s "$symbols/SimpaticoTree.symbols.json" ] ||
  fail "the compiler has written no symbol graph: remove .build/docs-scratch and try again"

"$docc" convert Sources/SimpaticoTree/SimpaticoTree.docc --additional-symbol-graph-dir "$symbols" \
  --fallback-display-name SimpaticoTree --fallback-bundle-identifier simpatico.SimpaticoTree \
  --warnings-as-errors --output-path "$out"
say "built: $out; to read it: python3 -m http.server --directory $out 8090"
say "then open http://127.0.0.1:8090/documentation/simpaticotree"
