load support
load registry_support

# The data on vulnerabilities: imported, told of, moved, damaged.

setup_file() {
  unset LADE_KEY_PASSPHRASE COSIGN_PASSWORD LADE_TRUSTED_ROOT
}

# advisory ID MODIFIED VERSION: a record of OSV in ID.json.
advisory() {
  cat > "$1.json" <<J
{"id":"$1","modified":"$2","summary":"about $1","affected":[{"package":{"ecosystem":"npm","name":"a"},
"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"$3"}]}]}]}
J
}

# exploited: the list of KEV in kev.json, and scores of EPSS in epss.csv.gz.
exploited() {
  echo '{"catalogVersion":"1","dateReleased":"2023-11-14T00:00:00Z","vulnerabilities":
    [{"cveID":"CVE-2023-1","dateAdded":"2023-11-01","dueDate":"2023-12-01"}]}' > kev.json
  printf '#model_version:v1,score_date:2023-11-14T00:00:00+0000\ncve,epss,percentile\nCVE-2023-1,0.5,0.9\n' |
    gzip -n > epss.csv.gz
}

imported() {
  advisory GHSA-1 2023-11-14T00:00:00Z 1.2.0
  exploited
  lade db import GHSA-1.json kev.json epss.csv.gz > imported
}

@test "files are imported by what they are, and replace what there was" {
  needs jq
  imported
  contains "$(cat imported)" "osv-npm: 1 records, 1 packages"
  run_lade db status --format json
  equal "$(jq -r '.providers | map(.Provider + "/" + .Kind) | join(" ")' <<< "$output")" \
    "epss/epss kev/kev osv-npm/advisories"
  equal "$(jq -r '.providers[2].DataTime' <<< "$output")" 2023-11-14T00:00:00Z
  equal "$(jq -c '.providers[2].Ecosystems' <<< "$output")" '["npm"]'
  contains "$errors" "warning: the data of kev is"
  advisory GHSA-2 2023-11-15T00:00:00Z 3.0.0
  mkdir all
  mv GHSA-*.json all
  lade db import all
  equal "$(lade db status --format json | jq '.providers[] | select(.Provider=="osv-npm").Records')" 2
  equal "$(find "$LADE_ROOT/vulndb" -name 'osv-npm.*' | wc -l)" 2
}

@test "the same data is the same files, in whatever order it comes" {
  advisory GHSA-1 2023-11-14T00:00:00Z 1
  advisory GHSA-2 2023-11-15T00:00:00Z 2
  lade db import GHSA-1.json GHSA-2.json
  sha256sum "$LADE_ROOT"/vulndb/* > before
  lade db import GHSA-2.json GHSA-1.json
  sha256sum -c --quiet before
}

@test "a document that cannot be read is named, and nothing is replaced unless it may be left out" {
  imported
  sha256sum "$LADE_ROOT"/vulndb/* > before
  advisory GHSA-2 yesterday 1
  advisory GHSA-3 2023-11-15T00:00:00Z 1
  fails_with 2 "GHSA-2.json: modified: wanted a time" db import GHSA-2.json GHSA-3.json
  sha256sum -c --quiet before
  run_lade db import --keep-going GHSA-2.json GHSA-3.json
  equal "$status" 0
  contains "$errors" "GHSA-2.json: modified: wanted a time"
  contains "$errors" "1 document could not be read and was left out"
  echo '{}' > odd.json
  fails_with 5 "odd.json is none of OSV" db import odd.json
  fails_with 2 "a provider's name has" db import --name ../up GHSA-3.json
  fails_with 3 "none.json" db import none.json
  mkdir empty
  fails_with 3 "there are no records" db import empty
}

@test "a zip of OSV's is read, and one that lies is refused" {
  needs python3
  advisory GHSA-1 2023-11-14T00:00:00Z 1.2.0
  advisory GHSA-2 2023-11-14T00:00:00Z 1.3.0
  python3 -c 'import zipfile
z=zipfile.ZipFile("all.zip","w",zipfile.ZIP_DEFLATED); z.write("GHSA-1.json"); z.write("GHSA-2.json")'
  lade db import all.zip > imported
  contains "$(cat imported)" "osv-npm: 2 records, 1 packages"
  head -c 300 all.zip > cut.zip
  fails_with 4 "cut.zip" db import cut.zip
  python3 -c 'import zipfile
z=zipfile.ZipFile("bomb.zip","w",zipfile.ZIP_DEFLATED); z.writestr("a.json", b" " * 400000000)'
  run_lade db import bomb.zip
  if [ "$status" = 0 ]; then false; fi
  contains "$errors" "bomb.zip"
}

@test "two imports at once leave a whole pair" {
  advisory GHSA-1 2023-11-14T00:00:00Z 1
  advisory GHSA-2 2023-11-15T00:00:00Z 2
  for _ in 1 2 3 4 5; do
    lade db import GHSA-1.json > /dev/null &
    lade db import GHSA-2.json > /dev/null &
    wait
    lade db verify > /dev/null
    equal "$(find "$LADE_ROOT/vulndb" -name 'osv-npm.*' | wc -l)" 2
  done
}

@test "damage is found, and what is removed is gone" {
  imported
  equal "$(lade db verify osv-npm)" "osv-npm: whole"
  printf 'x' | dd of="$LADE_ROOT/vulndb/osv-npm.vuln" bs=1 seek=200 conv=notrunc 2> /dev/null
  fails_with 4 "osv-npm.vuln is damaged" db verify
  equal "$(lade db remove osv-npm)" osv-npm
  fails_with 3 "there is no vulnerability data of osv-npm" db remove osv-npm
  fails_with 3 "there is no vulnerability data of ../kev" db remove ../kev
  lade db verify kev epss
}

@test "no data is said to be none" {
  run_lade db status
  equal "$status" 0
  contains "$errors" "there is no data on vulnerabilities"
  fails_with 3 "there is no data on vulnerabilities" db push oci:here
}

@test "data travels as an artifact, and only what is asked for comes" {
  needs jq
  imported
  digest=$(lade db push oci:there)
  equal "$(lade db push oci:again)" "$digest"
  run_lade inspect --raw oci:there
  equal "$(jq -r .artifactType <<< "$output")" application/vnd.lade.vulndb.v1
  equal "$(jq '.layers | length' <<< "$output")" 6
  cp -r "$LADE_ROOT" before
  export LADE_ROOT=$PWD/other
  equal "$(lade db pull --provider kev oci:there)" "kev: pulled"
  equal "$(lade db status --format json | jq -r '.providers[].Provider')" kev
  lade db pull oci:there > pulled
  equal "$(cat pulled)" "$(printf 'epss: pulled\nkev: is there\nosv-npm: pulled')"
  diff -r before/vulndb other/vulndb
  fails_with 3 "has no data of debian" db pull --provider debian oci:there
}

@test "what is no database, or not what its digest says, is not pulled" {
  imported
  lade db push oci:there
  export LADE_ROOT=$PWD/other
  image app
  lade copy app oci:image
  fails_with 2 "wanted an artifact of the type application/vnd.lade.vulndb.v1" db pull oci:image
  largest=$(find there/blobs -type f -printf '%s %p\n' | sort -n | tail -2 | head -1 | cut -d' ' -f2)
  chmod u+w "$largest"
  printf 'x' | dd of="$largest" bs=1 seek=30 conv=notrunc 2> /dev/null
  run_lade db pull oci:there
  if [ "$status" = 0 ]; then false; fi
}

@test "a signature is wanted before data is used, if a key is given" {
  imported
  keys release
  keys other
  plain_registry
  lade db push "docker://$HOST/sec/vulndb:1"
  export LADE_ROOT=$PWD/other
  fails_with 3 "the signature of" db pull --key release.pub "docker://$HOST/sec/vulndb:1"
  lade sign --key release.key "docker://$HOST/sec/vulndb:1"
  fails_with 6 "is untrusted" db pull --key other.pub "docker://$HOST/sec/vulndb:1"
  if [ -e other/vulndb/kev.vuln ]; then false; fi
  lade db pull --key release.pub "docker://$HOST/sec/vulndb:1" > pulled
  contains "$(cat pulled)" "osv-npm: pulled"
  lade db verify
}
