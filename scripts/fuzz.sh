#!/usr/bin/env bash
# Looks for bytes that break a law of Fuzz/Bodies, by libFuzzer with the address sanitizer:
#   scripts/fuzz.sh SECONDS [TARGET…]   shares the seconds out among the targets, or all there are
#   scripts/fuzz.sh SECONDS TARGET FILE tries one file again
# New inputs that reach new code stay in .build/fuzz/found; what broke a law in .build/fuzz/broken.
source "$(dirname "$0")/common.sh"

readonly scratch=.build/fuzz
readonly program=$scratch/fuzz
# Where a part of the program may ask for too much, it is stopped and that is reported.
readonly limits=(-timeout=20 -rss_limit_mb=2048 -max_len=4096)

# Compiles our modules one after another, each from all its sources, without SwiftPM: it knows no
# executable whose `main` comes from a library. Debug checks of the standard library stay on. What
# the sockets rest on, SwiftPM builds as it is: only our own code is watched.
build() {
  local bin module sources name file others flags=(
    -O -wmo -g -assert-config Debug -swift-version 6 -parse-as-library -package-name simpatico
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault
    -enable-upcoming-feature MemberImportVisibility
    "-sanitize=fuzzer,address" -I "$scratch"
  )
  swift build --product Echo >&2
  bin=$(swift build --show-bin-path)
  flags+=(-I "$bin/Modules")
  for file in "$bin"/*.build/module.modulemap; do flags+=(-Xcc "-fmodule-map-file=$file"); done
  for file in .build/checkouts/*/Sources/*/include; do flags+=(-Xcc "-I$file"); done
  mapfile -t others < <(
    # A name with a space stands in quotes there.
    grep -Ev '/(Echo|SimpaticoSocket)\.build/' "$bin/Echo.product/Objects.LinkFileList" |
      sed "s/^'\(.*\)'$/\1/"
  )
  mkdir -p "$scratch"
  for module in Sources/Simpatico{Tree,Protocol,World,Socket} Fuzz/Bodies; do
    name=$(basename "$module")
    [ "$name" != Bodies ] || name=SimpaticoFuzz
    mapfile -t sources < <(find "$module/" -name '*.swift' | sort)
    swiftc "${flags[@]}" -module-name "$name" -emit-module \
      -emit-module-path "$scratch/$name.swiftmodule" -c -o "$scratch/$name.o" "${sources[@]}"
  done
  # The linker names each symbol of the sanitizer that it keeps to itself.
  swiftc "${flags[@]}" -module-name Fuzz Fuzz/Main.swift "$scratch"/Simpatico*.o \
    "${others[@]}" -lstdc++ -o "$program" \
    2> >(grep -v 'Cannot export local symbol' >&2)
}

# run TARGET ARGUMENT…: the runtime's own report of a crash waits for a debugger that is not there;
# leaks are looked for by `make sanitize`, which gives the laws the committed inputs.
run() {
  SIMPATICO_FUZZ_TARGET=$1 SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 \
    "$program" -detect_leaks=0 "${limits[@]}" "${@:2}"
}

# search TARGET SECONDS: starts from what is committed and what was found before.
search() {
  local found=$scratch/found/$1 broken=$scratch/broken/$1 log=$scratch/$1.log
  mkdir -p "$found" "$broken"
  if ! run "$1" -max_total_time="$2" -artifact_prefix="$broken/" -print_final_stats=1 \
    "$found" "Fuzz/corpus/$1" >"$log" 2>&1; then
    grep -E 'fatal error|Fatal error|ERROR:|SUMMARY:' "$log" >&2 || tail -n 20 "$log" >&2
    local file
    file=$(grep -oE "$broken/[a-z]+-[0-9a-f]+" "$log" | tail -n 1)
    say "to see it again: make fuzz ARGS=\"$1 $file\" (everything that was said: $log)"
    return 1
  fi
  awk '/^stat::number_of_executed_units/ { runs = $2 } / cov: / { edges = $4 }
    END { printf "%d inputs, %d edges reached\n", runs, edges; exit edges == 0 }' "$log"
}

# A law that is easy to break: were it not broken, nothing that is not found would mean anything.
canary() {
  if run canary -max_total_time=60 -artifact_prefix="$scratch/" >"$scratch/canary.log" 2>&1; then
    say "the fuzzer did not find the three bytes that it was to find"
    return 1
  fi
  grep -q 'it sings' "$scratch/canary.log" || { tail -n 20 "$scratch/canary.log" >&2; return 1; }
  rm -f "$scratch"/crash-*
}

[[ ${1:-} =~ ^[0-9]+$ ]] || fail "usage: scripts/fuzz.sh SECONDS [TARGET… | TARGET FILE]"
seconds=$1
shift
need_swift
say "building the fuzzer"
build
if [ "$#" -eq 2 ] && [ -f "$2" ]; then
  run "$@"
  say "$2 breaks nothing"
  exit
fi
mapfile -t all < <(find Fuzz/corpus/* -maxdepth 0 -printf '%f\n' | sort)
[ "$#" -gt 0 ] || set -- "${all[@]}"
part canary canary
for target in "$@"; do
  [ -d "Fuzz/corpus/$target" ] || fail "no such target: $target (there are: ${all[*]})"
  part "$target" search "$target" "$(((seconds + $# - 1) / $#))"
done
finish_parts
printf 'nothing broke %d laws in %d s\n' "$#" "$seconds"
