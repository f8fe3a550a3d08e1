#!/usr/bin/env bats
# What an image contains: against dpkg-query, the official schemas, and what was put in.
bats_require_minimum_version 1.5.0
load support

# debian NAME [PACKAGE VERSION]…: a tar of a root that dpkg would know.
debian() {
  local name=$1
  shift
  mkdir -p "root.$name/var/lib/dpkg/info" "root.$name/etc"
  printf 'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\n' > "root.$name/etc/os-release"
  : > "root.$name/var/lib/dpkg/status"
  while [ $# -gt 0 ]; do
    printf 'Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: %s\nMaintainer: A. Name <a@example.org>\nDescription: does\n\n' \
      "$1" "$2" >> "root.$name/var/lib/dpkg/status"
    printf '/.\n/usr/share/doc/%s/copyright\n' "$1" > "root.$name/var/lib/dpkg/info/$1.list"
    mkdir -p "root.$name/usr/share/doc/$1"
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: 2020 A. Name\nLicense: %s\n the words of it\n' \
      "${LICENSE_OF_ALL:-Expat}" > "root.$name/usr/share/doc/$1/copyright"
    shift 2
  done
  tar -C "root.$name" --sort=name --mtime=@1600000000 --owner=0 --group=0 -cf "$name.tar" .
}

valid() {
  local status=0
  python3 "$BATS_TEST_DIRNAME/../support/validate_sbom.py" "$@" || status=$?
  [ "$status" != 77 ] || skip "python3-jsonschema or the corpora are missing"
  return "$status"
}

@test "the packages are those that dpkg-query lists, on this machine" {
  needs dpkg-query
  mkdir -p root/var/lib/dpkg/info root/etc
  cp /var/lib/dpkg/status root/var/lib/dpkg/
  cp /var/lib/dpkg/info/*.list root/var/lib/dpkg/info/
  cp -L /etc/os-release root/etc/
  tar -C root -cf root.tar .
  lade copy -q tarball:root.tar here
  lade sbom here -o syft-json | jq -r '.artifacts[] | select(.type == "deb") | "\(.name) \(.version)"' |
    sort -u > got
  dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\n' | sed -n 's/^installed //p' |
    sort -u > wanted
  diff wanted got
}

@test "documents are valid by the official schemas, and the same bytes each time" {
  debian a alpha 1:2.3-4 beta '2~rc1'
  mkdir -p root.a/app/node_modules/left-pad
  echo '{"name":"left-pad","version":"1.3.0","license":"WTFPL"}' > root.a/app/node_modules/left-pad/package.json
  tar -C root.a --sort=name -cf a.tar .
  lade copy -q tarball:a.tar a:1
  lade sbom a:1 -o spdx-json=a.spdx.json -o cyclonedx-json=a.cdx.json -o spdx-tag-value=a.spdx \
    -o cyclonedx-xml=a.xml -o spdx3-json=a.spdx3.json -o github-json=a.github -o syft-json=a.syft
  valid a.spdx.json a.cdx.json
  equal "$(jq -r '[.packages[].name] | sort | join(" ")' a.spdx.json)" "alpha beta debian left-pad localhost/a"
  for format in spdx-json=a.spdx.json cyclonedx-json=a.cdx.json spdx-tag-value=a.spdx \
    cyclonedx-xml=a.xml spdx3-json=a.spdx3.json github-json=a.github syft-json=a.syft; do
    lade --root "$PWD/other" copy -q tarball:a.tar a:1
    lade --root "$PWD/other" sbom a:1 -o "${format%%=*}" > again
    cmp again "${format#*=}"
  done
  contains "$(lade sbom a:1 -o purls)" "pkg:deb/debian/alpha@1:2.3-4?arch=amd64&distro=debian-12"
  contains "$(lade sbom a:1)" left-pad
}

@test "a layer is read once: what was found in it answers without its blob" {
  debian a alpha 1
  lade copy -q tarball:a.tar a
  lade sbom a -o purls > first
  blob=$(lade inspect --raw a | jq -r '.layers[0].digest' | cut -d: -f2)
  chmod u+w "$LADE_ROOT/blobs/sha256/$blob"
  : > "$LADE_ROOT/blobs/sha256/$blob"
  lade sbom a -o purls > second
  cmp first second
  # damaged notes are as good as none, and then the layer is wanted
  for note in "$LADE_ROOT"/notes/*.finds-*; do echo damaged > "$note"; done
  fails_with 4 "the configuration of the image says" sbom a
}

@test "an image cannot speak for another one's layers" {
  debian good alpha 1
  debian bad evil 1
  lade copy -q tarball:good.tar oci:good:1
  lade copy -q tarball:bad.tar oci:bad:1
  diff_id=$(lade inspect --config --raw oci:good:1 | jq -r '.rootfs.diff_ids[0]')
  config=$(lade inspect --config --raw oci:bad:1 | jq -c ".rootfs.diff_ids=[\"$diff_id\"]")
  digest=$(printf %s "$config" | sha256sum | cut -d' ' -f1)
  printf %s "$config" > "bad/blobs/sha256/$digest"
  manifest=$(lade inspect --raw oci:bad:1 |
    jq -c ".config.digest=\"sha256:$digest\" | .config.size=${#config}")
  named=$(printf %s "$manifest" | sha256sum | cut -d' ' -f1)
  printf %s "$manifest" > "bad/blobs/sha256/$named"
  jq -c ".manifests[0].digest=\"sha256:$named\" | .manifests[0].size=${#manifest}" bad/index.json > index
  cp index bad/index.json
  fails_with 4 "the configuration of the image says" sbom oci:bad:1
  contains "$(lade sbom oci:good:1 -o purls)" alpha
}

@test "each package knows the layer that brought it and the one that changed it" {
  debian a alpha 1 beta 1
  lade copy -q tarball:a.tar base
  mkdir ctx
  debian b alpha 2 beta 1 gamma 1
  cp root.b/var/lib/dpkg/status ctx/status
  printf 'FROM localhost/base\nCOPY status /var/lib/dpkg/status\n' > ctx/Containerfile
  lade build -q -t app ctx
  lade sbom app -o cyclonedx-json > app.json
  layers() {
    jq -r ".components[] | select(.name == \"$1\") | [.properties[] |
      select(.name | test(\"^lade:(introduced|changed)-layer:diff-id\")) | .value] | unique | length" app.json
  }
  equal "$(layers beta)" 1
  equal "$(layers alpha)" 2
  equal "$(layers gamma)" 1
}

@test "directories and documents are read as images are" {
  debian a alpha 1
  lade copy -q tarball:a.tar a
  lade sbom a -o purls > image
  lade sbom dir:root.a -o purls > directory
  cmp image directory
  lade sbom a -o spdx-json=a.json
  lade sbom sbom:a.json -o purls > document
  cmp image document
  lade sbom a -o syft-json | lade sbom sbom:- -o purls > document
  cmp image document
  # skopeo's directories are images
  lade copy -q a dir:copied
  lade sbom dir:copied -o purls > copy
  cmp image copy
  fails_with 3 "none" sbom dir:none
}

@test "documents are converted, merged, compared and checked" {
  debian a alpha 1 beta 1
  debian b alpha 2 beta 1 gamma 1
  lade copy -q tarball:a.tar a
  lade copy -q tarball:b.tar b
  lade sbom a -o spdx-json=a.json
  lade sbom b -o cyclonedx-json=b.json
  lade sbom convert a.json -o cyclonedx-json=converted.json -o spdx-json=again.json
  valid converted.json again.json
  cmp a.json again.json
  lade sbom merge a.json b.json -o spdx-json=merged.json
  equal "$(lade sbom sbom:merged.json -o purls | wc -l)" 4
  lade sbom diff a a > none
  run_lade sbom diff a sbom:b.json
  equal "$status" 1
  contains "$output" "alpha 1 -> 2"
  contains "$output" "+ gamma"
  run_lade sbom diff a b --format json
  equal "$(jq .schemaVersion <<< "$output")" 1
  run_lade sbom --check ntia sbom:a.json
  contains "$output" NTIA
  run_lade sbom --check bsi a --format json
  equal "$status" 1
  equal "$(jq -r .profile <<< "$output")" bsi
  fails_with 2 "bsi" sbom --check other a
}

@test "a document is attached to the image, signed or not" {
  debian a alpha 1
  lade copy -q tarball:a.tar a
  keys release
  digest=$(lade sbom a --attach -o spdx-json)
  lade referrers a --format json > referrers
  equal "$(jq -r '.referrers[] | select(.Digest == "'"$digest"'") | .ArtifactType' referrers)" \
    application/spdx+json
  lade sbom a --attach --key release.key -o cyclonedx-json > signed
  lade verify --key release.pub --attestation cyclonedx a
  fails_with 2 --attach sbom a --key release.key
  fails_with 2 "no image" sbom --attach sbom:none.json 2>/dev/null ||
    fails_with 3 none.json sbom --attach sbom:none.json
}

@test "mistakes are told before anything is written" {
  debian a alpha 1
  lade copy -q tarball:a.tar a
  fails_with 2 "spdx-json" sbom a -o spdx-jsom=out
  [ ! -e out ]
  fails_with 3 "" sbom a -o spdx-json=none/out
  fails_with 2 "directory" sbom a -o purls=first -o spdx-json=root.a
  [ ! -e first ]
  fails_with 3 "none" sbom none
  fails_with 2 "name an image" sbom
  echo '{"a":1}' > odd.json
  fails_with 5 "odd.json" sbom sbom:odd.json
}

@test "a package database that lies is told, and the rest is listed" {
  debian a alpha 1
  mkdir -p root.a/usr/lib/node_modules/x
  echo '{"name":"x","version":"1.0.0"}' > root.a/usr/lib/node_modules/x/package.json
  : > root.a/var/lib/dpkg/status
  truncate -s 4G root.a/var/lib/dpkg/status
  tar -C root.a --sparse -cf a.tar .
  lade copy -q tarball:a.tar a
  run_lade sbom a -o purls
  equal "$status" 0
  equal "$output" pkg:npm/x@1.0.0
  contains "$errors" "var/lib/dpkg/status"
  contains "$errors" "not read"
  contains "$(lade sbom a -o spdx-json 2>/dev/null | jq -r '.annotations[]?.comment')" "not read"
}

@test "licences are told, judged, and their texts collected" {
  debian a alpha 1
  LICENSE_OF_ALL=GPL-3+ debian b beta 1
  cp -r root.a/usr/share/doc/alpha root.b/usr/share/doc/
  cat root.a/var/lib/dpkg/status >> root.b/var/lib/dpkg/status
  tar -C root.b -cf b.tar .
  lade copy -q tarball:b.tar b
  lade licenses b > table
  contains "$(grep alpha table)" MIT
  contains "$(grep beta table)" GPL-3.0-or-later
  printf 'version = 1\n[allow]\nlicenses = ["MIT"]\n[deny]\nlicenses = ["GPL-3.0-or-later"]\n' > licenses.toml
  run_lade licenses --license-policy licenses.toml b
  equal "$status" 2
  contains "$output" denied
  equal "$(lade licenses b --format json | jq -r '.packages[] | select(.name == "beta") | .license')" \
    GPL-3.0-or-later
  sed -i 's/"MIT"/"MIT", "GPL-3.0-or-later"/; /deny/,$d' licenses.toml
  lade licenses --license-policy licenses.toml b > allowed
  echo 'version = 99' > licenses.toml
  fails_with 1 "licenses.toml" licenses --license-policy licenses.toml b
  fails_with 1 "" licenses none
  lade licenses --bundle notices b
  contains "$(cat notices)" "the words of it"
  equal "$(grep -c '^License: Expat' notices)" 1
  contains "$(lade licenses --summary b)" "GPL-3.0-or-later"
}
