#!/usr/bin/env bash
# Gets cargo-leptos, which rebuilds on change (`make dev`), and its wasm-bindgen into the given folder, once.
# usage: leptos.sh FOLDER CARGO_LEPTOS WASM_BINDGEN
set -euo pipefail
root=$1 leptos=$2 bindgen=$3

# Unoptimised and without debug information: compiling these tools is what takes time.
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$root/build"
# Our own flags (.cargo/config.toml) are not for other people's tools.
export RUSTFLAGS=

has() { "$root/bin/$1" --version 2>/dev/null | grep -qF "$2"; }

if ! has wasm-bindgen "$bindgen"; then
  echo "==> Building wasm-bindgen $bindgen into .tools (about 2 minutes, once)."
  cargo install --quiet --debug --root "$root" wasm-bindgen-cli --version "$bindgen"
fi
if ! has cargo-leptos "$leptos"; then
  echo "==> Building cargo-leptos $leptos into .tools (about 12 minutes, once)."
  cargo install --quiet --debug --locked --root "$root" cargo-leptos --version "$leptos" --features no_downloads
fi
rm -rf "$root/build"
