#!/usr/bin/env bash
# Fetches the pinned build tools into the given folder. Slow the first time (about 10 minutes on 2 cores), then never again.
# usage: tools.sh FOLDER CARGO_LEPTOS WASM_BINDGEN BINARYEN
set -euo pipefail
root=$1 leptos=$2 bindgen=$3 binaryen=$4
mkdir -p "$root"

say() { printf '==> %s\n' "$*"; }
need() { command -v "$1" >/dev/null || { echo "error: '$1' is missing. $2" >&2; exit 1; }; }
need cargo "Install Rust from https://rustup.rs"
need npm "Install Node.js 20 or newer"
need cc "Run: apt-get install build-essential"

# Unoptimised and without debug information: these tools run for seconds, compiling them is what takes time.
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$root/build"
# Our own flags (.cargo/config.toml) are not for other people's tools.
export RUSTFLAGS=

has() { "$root/bin/$1" --version 2>/dev/null | grep -qF "$2"; }

if ! rustup target list --installed 2>/dev/null | grep -q wasm32-unknown-unknown; then
  if [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]; then :; else
    say "Adding the Rust target for the browser (seconds)."
    rustup target add wasm32-unknown-unknown
  fi
fi
if ! has wasm-bindgen "$bindgen"; then
  say "Building wasm-bindgen $bindgen into .tools (about 2 minutes, once)."
  cargo install --quiet --debug --root "$root" wasm-bindgen-cli --version "$bindgen"
fi
if ! has cargo-leptos "$leptos"; then
  say "Building cargo-leptos $leptos into .tools (about 8 minutes, once)."
  cargo install --quiet --debug --locked --root "$root" cargo-leptos --version "$leptos" --features no_downloads
fi
if ! "$root/node_modules/.bin/wasm-opt" --version 2>/dev/null | grep -q "version ${binaryen%%.*}"; then
  say "Fetching wasm-opt (binaryen $binaryen) into .tools (seconds)."
  npm install --prefix "$root" --no-save --no-audit --no-fund --loglevel=error "binaryen@$binaryen"
fi
rm -rf "$root/build"
say "Build tools are ready."
