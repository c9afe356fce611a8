#!/usr/bin/env bash
# Holds a running server to its own openapi.json: schemathesis with all its checks, on an instance of its own.
# usage: check.sh BINARY TOOLS [EXAMPLES]
set -euo pipefail
binary=$(realpath "$1") tools=$2 examples=${3:-25}
here=$(realpath "$(dirname "$0")")
place="$tools/schemathesis"
if ! "$place/bin/schemathesis" --version 2>/dev/null | grep -qF 4.32.5; then
  echo "==> Getting schemathesis 4.32.5 into .tools (a minute)."
  python3 -m venv "$place" && "$place/bin/pip" install --quiet schemathesis==4.32.5
fi

data=$(mktemp -d)
export PARCELWIRE_DATA_DIR=$data PARCELWIRE_LISTEN=127.0.0.1:${PORT:-3979}
export PARCELWIRE_ADMIN_USER=admin PARCELWIRE_ADMIN_PASSWORD=$(head -c 18 /dev/urandom | base64)
"$binary" serve >"$data/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$data"' EXIT
for _ in $(seq 1 300); do curl -sf "http://$PARCELWIRE_LISTEN/readyz" >/dev/null && break; sleep 0.1; done
token=$("$binary" token create --name schemathesis --scope admin --json | sed -n 's/.*"token": *"\([^"]*\)".*/\1/p')
for carrier in pos-malaysia fast; do "$binary" endpoint add "$carrier" --label "For $carrier" >/dev/null; done

"$place/bin/schemathesis" --config-file "$here/schemathesis.toml" run "http://$PARCELWIRE_LISTEN/api/v1/openapi.json" \
  --header "Authorization: Bearer $token" --checks all --max-examples "$examples" --continue-on-failure
if grep -E ' (ERROR|WARN) |panicked' "$data/log"; then
  echo "error: the server complained (above)" >&2
  exit 1
fi
