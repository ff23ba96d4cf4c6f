#!/usr/bin/env bash
# What the lab's page loads together, as Brotli: `scripts/pages.sh build` replaces the committed
# files, `scripts/pages.sh check` fails where one is not what the page's files are joined to.
source "$(dirname "$0")/common.sh"

need_swift
need_node

swift build --product simpatico
binary="$(swift build --show-bin-path)/simpatico"
case "${1:-}" in
build)
  node scripts/joined.mjs write "$binary"
  # They are resources of the program.
  swift build --product simpatico
  ;;
check) node scripts/joined.mjs check "$binary" ;;
*) fail "usage: scripts/pages.sh build|check" ;;
esac
