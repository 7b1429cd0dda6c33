#!/usr/bin/env bash
# build/fonts.sh FOLDER: the portal's typefaces (SIL Open Font License) from their npm packages, each file checked to the byte.
# Without npm or a registry the portal is built all the same and shows the system's typefaces.
set -uo pipefail
folder=$1
mkdir -p "$folder"
folder=$(realpath "$folder")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fetch PACKAGE VERSION SHA256 FILE ...
fetch() {
  local package=$1 version=$2
  shift 2
  (cd "$work" && rm -rf package ./*.tgz && npm pack "$package@$version" --silent >/dev/null 2>&1 </dev/null && tar xzf ./*.tgz) \
    || { echo "fonts: $package $version could not be fetched; the portal will show the system's typefaces." >&2; return 1; }
  while [ $# -gt 0 ]; do
    echo "$1  $work/package/files/$2" | sha256sum --check --status || { echo "fonts: $2 of $package $version is not the file that was pinned." >&2; return 1; }
    mv "$work/package/files/$2" "$folder/$2"
    shift 2
  done
  cp "$work/package/LICENSE" "$folder/${package##*/}-LICENSE.txt"
}

fetch @fontsource-variable/inter 5.3.0 \
  3100e775e8616cd2611beecfa23a4263d7037586789b43f035236a2e6fbd4c62 inter-latin-wght-normal.woff2 \
  34b9c504cab7a73e37b746343a449132e56cf7b5481af2cb81dc74dcff25c956 inter-latin-ext-wght-normal.woff2
fetch @fontsource-variable/jetbrains-mono 5.3.0 \
  18be452724bfdc236c074ca94a249a7f41a86752c7d04ab258ce9ed5651f6a7e jetbrains-mono-latin-wght-normal.woff2
exit 0
