# shellcheck shell=bash
# Helpers of scripts that install what the machine lacks; read by tests/run and benches/peers/run, which set CACHE, a
# folder for logs. Each function answers with failure, having said why.

say() { printf '%s\n' "$*" >&2; }
fail() {
  printf '%s: %s\n' "$0" "$*" >&2
  return 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "root is needed for: $*; run it yourself, or install sudo"
  fi
}

# debian PACKAGE…: installs those that are not there.
debian() {
  local missing=() package
  if ! command -v dpkg-query >/dev/null; then
    fail "this is not Debian; install what these packages hold: $*"
    return
  fi
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" \
    >"$CACHE/apt.log" 2>&1 && return 0
  # Perhaps the lists are old, or have never been read.
  { as_root apt-get update -q &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } \
    >>"$CACHE/apt.log" 2>&1 || fail "apt-get could not install ${missing[*]}; see $CACHE/apt.log"
}

# tool COMMAND PACKAGE…: installs the packages where the command is missing.
tool() {
  local command="$1"
  shift
  command -v "$command" >/dev/null || debian "$@"
}
