#!/usr/bin/env bash
# Checks what a build needs from the system, and gets the pinned packages that put the site together: seconds.
set -euo pipefail
need() { command -v "$1" >/dev/null || { echo "error: '$1' is missing. $2" >&2; exit 1; }; }
need cargo "Install Rust from https://rustup.rs"
need npm "Install Node.js 20 or newer"
need cc "Run: apt-get install build-essential"

if [ ! -d "$(rustc --print target-libdir --target wasm32-unknown-unknown)" ]; then
  need rustup "The Rust target wasm32-unknown-unknown is missing as well."
  echo "==> Adding the Rust target for the browser (seconds)."
  rustup target add wasm32-unknown-unknown
fi
cd "$(dirname "$0")/site"
npm ci --no-audit --no-fund --loglevel=error
