#!/usr/bin/env bash
# Checks what the browser tests need from the system, and installs it when it may (root); else says the line to run.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v openssl >/dev/null || missing+=(openssl)
command -v curl >/dev/null || missing+=(curl)
command -v cc >/dev/null || missing+=(build-essential)
[ ${#missing[@]} -eq 0 ] && exit 0
line="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "==> Installing what the tests need: ${missing[*]} (about a minute)."
  DEBIAN_FRONTEND=noninteractive bash -c "apt-get update -qq && apt-get install -y -qq --no-install-recommends ${missing[*]}" >/dev/null
else
  echo "error: the tests need ${missing[*]}. Run as root:" >&2
  echo "  $line" >&2
  exit 1
fi
