#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests: the system's own, or, as root on Debian, its package.
set -euo pipefail
path="${CHROMIUM_PATH:-/usr/bin/chromium}"
if [ -x "$path" ]; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
  exit 0
fi
echo "The browser tests need Chromium at $path: install it, or set CHROMIUM_PATH to where it is." >&2
exit 1
