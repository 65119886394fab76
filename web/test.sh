#!/usr/bin/env bash
# Tests the UI: its unit tests, then the real binary's pages in Chromium. What the
# machine lacks is said and skipped; with CI=true it is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

lacks() { # WHAT HOW
  echo "SKIPPED: the UI's tests, for want of $1. Get it: $2" >&2
  [[ ${CI:-} == true ]] && exit 1
  exit 0
}
command -v npm >/dev/null || lacks "Node and npm" "https://nodejs.org, or apt-get install npm"
[[ -x ${CHROMIUM:=$(command -v chromium-headless-shell || command -v chromium)} ]] ||
  lacks "Chromium" "apt-get install chromium-headless-shell chromium-common (or chromium), or set CHROMIUM to the program"
export CHROMIUM

make --no-print-directory build
cd web
npm test --silent
SLUICE_BINARY=$PWD/../bin/sluice npm run --silent e2e
