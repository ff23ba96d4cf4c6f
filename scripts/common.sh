# What every script here shares: finding the house, talking, and fetching what is missing.
# Sourced, never run. It installs only what is not there and never asks a question.
# shellcheck shell=bash

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Prints one line for people. It goes to standard error, so that output stays fit for machines.
say() { printf '==> %s\n' "$*" >&2; }

# Ends with a line that says what is wrong and what to do about it.
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Installs Debian packages, saying which and what for: as root, or by a sudo that asks nothing.
apt_install() {
  local purpose=$1 as_root=()
  shift
  has apt-get || fail "$purpose: please install $* (this machine has no apt-get)"
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || fail "$purpose: please run as root: apt-get install $*"
    as_root=(sudo -n)
  fi
  say "installing from Debian: $* ($purpose)"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >&2
}

# need COMMAND PACKAGE PURPOSE: installs PACKAGE only where COMMAND is not on PATH.
need() {
  has "$1" || apt_install "$3" "$2"
  has "$1" || fail "$2 is installed, but there is no $1 on PATH"
}

# Builds a product for the browser as the committed cores are built: wasm_build PRODUCT.
wasm_build() {
  swift build -c release --triple wasm32-unknown-none-wasm --toolset wasm/toolset.json \
    -debug-info-format none --experimental-lto-mode full --scratch-path .build/wasm --product "$1"
}

# The compiler, and the header that the store is compiled with; macOS has that in its SDK.
need_swift() {
  has swift || fail "Swift 6.3 or newer is needed: https://www.swift.org/install/linux/"
  if [ "$(uname)" = Linux ] && [ ! -e /usr/include/sqlite3.h ]; then
    apt_install "the store is compiled with SQLite" libsqlite3-dev
  fi
  # A library of the system that the relay compresses its pages with.
  [ -e /usr/include/zlib.h ] || ! has apt-get ||
    apt_install "compresses the pages that a relay serves" zlib1g-dev
}

need_node() { need node nodejs "runs the page's tests and the yardstick"; }

need_decoder() { need zbarimg zbar-tools "reads the QR codes that the tests draw"; }

need_tmux() { need tmux tmux "is the terminal that the tests of the chat type into"; }

# The browser that the page's tests drive. Sets SIMPATICO_CHROMIUM.
need_chromium() {
  has chromium || has chromium-browser || has google-chrome ||
    apt_install "the browser that the page's tests drive" chromium fonts-dejavu-core
  SIMPATICO_CHROMIUM=$(
    command -v chromium || command -v chromium-browser || command -v google-chrome
  ) || fail "chromium is installed, but not on PATH"
  export SIMPATICO_CHROMIUM
}

# A Python of our own in .venv, with the packages that Tests/Peer/requirements.txt names.
# A copy of the list inside .venv tells whether it is still up to date.
need_python_packages() {
  local wanted=Tests/Peer/requirements.txt installed=.venv/requirements.txt
  [ -f "$wanted" ] || fail "$wanted is missing"
  if [ -x .venv/bin/python ] && cmp -s "$wanted" "$installed"; then return; fi
  need python3 python3 "runs the independent client"
  python3 -c 'import ensurepip, venv' 2>/dev/null ||
    apt_install "Python's own virtual environments" python3-venv
  say "installing into .venv: $(grep -Ev '^ *(#|$)' "$wanted" | tr '\n' ' ')"
  python3 -m venv --clear .venv
  .venv/bin/python -m pip install --quiet --requirement "$wanted"
  cp "$wanted" "$installed"
}

# part NAME COMMAND…: runs one part of a check and closes it with a line that says how it went.
# A failed part does not keep the next one from running: finish_parts ends the whole.
parts_failed=()
part() {
  local name=$1 status=0 start=$SECONDS
  shift
  printf '\n--- %s\n' "$name"
  # A subshell outside any condition, because `set -e` sleeps inside one.
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
  if [ "$status" -eq 0 ]; then
    printf -- '--- %s: passed (%d s)\n' "$name" "$((SECONDS - start))"
  else
    printf -- '--- %s: FAILED (%d s)\n' "$name" "$((SECONDS - start))"
    parts_failed+=("$name")
  fi
}

# Whether every part so far has passed.
all_passed() { [ "${#parts_failed[@]}" -eq 0 ]; }

# Ends with failure where a part failed, naming each that did.
finish_parts() {
  printf '\n'
  all_passed || {
    printf 'FAILED: %s\n' "${parts_failed[@]}"
    exit 1
  }
}
