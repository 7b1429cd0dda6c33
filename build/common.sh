# Sourced by ./atrium and ./test: what a build needs and how it is done. Sets nothing outside its own process.

say() { printf '%s\n' "$*" >&2; }
die() { say "atrium: $*"; exit 1; }

# A fresh account may have no home that dotnet can write to.
if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
  export DOTNET_CLI_HOME="$root/artifacts/.home"
  export HOME="$DOTNET_CLI_HOME"
  mkdir -p "$HOME"
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

find_dotnet() {
  if command -v dotnet >/dev/null 2>&1; then dotnet=dotnet; return; fi
  for candidate in "${DOTNET_ROOT:-/nonexistent}/dotnet" "$HOME/.dotnet/dotnet" /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
    if [ -x "$candidate" ]; then dotnet=$candidate; return; fi
  done
  die "the .NET SDK 10 is needed and 'dotnet' was not found. Install it (https://learn.microsoft.com/dotnet/core/install/linux) and run this again."
}

need_sdk() {
  local found
  found=$("$dotnet" --list-sdks 2>/dev/null | cut -d' ' -f1 | tr '\n' ' ')
  case " $found" in
    *" 10."*) ;;
    *) die "the .NET SDK 10 is needed; found: ${found:-none}. Install it (https://learn.microsoft.com/dotnet/core/install/linux) and run this again." ;;
  esac
}

# One line that changes whenever a source file is added, removed or written. Asks the file system, not git.
stamp_of() {
  (cd "$root" && find "$@" Directory.Build.props Directory.Packages.props global.json .editorconfig build \
    \( -name bin -o -name obj -o -name node_modules -o -path "*/wwwroot/fonts" \) -prune -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort | cksum)
}

# build_project LOG PROJECT_OR_SOLUTION: quiet when it works, the log's end when it does not. No build process outlives it.
build_project() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! (cd "$root" && "$dotnet" build "$@" -c Release -nologo -v minimal -nodeReuse:false -p:UseSharedCompilation=false -p:RestoreLockedMode=true) >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    return 1
  fi
}
