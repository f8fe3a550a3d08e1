#!/usr/bin/env bats
# Known vulnerabilities of an image, by databases that were imported here.
bats_require_minimum_version 1.5.0
load support

# osv ID ECOSYSTEM NAME FIXED [SEVERITY-VECTOR]: a record in OSV's form.
osv() {
  mkdir -p osv
  jq -n --arg id "$1" --arg ecosystem "$2" --arg name "$3" --arg fixed "$4" --arg vector "${5:-}" '{
    schema_version: "1.6.0", id: $id, modified: "2026-01-02T00:00:00Z", published: "2026-01-01T00:00:00Z",
    summary: "Bad \($name)", details: "It is bad.",
    severity: (if $vector == "" then [] else [{type: "CVSS_V3", score: $vector}] end),
    affected: [{package: {ecosystem: $ecosystem, name: $name},
      ranges: [{type: "ECOSYSTEM", events: ([{introduced: "0"}] + if $fixed == "" then [] else [{fixed: $fixed}] end)}]}]
  }' > "osv/$1.json"
}

critical=CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H
low=CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N

# debian_image NAME VERSION_ID: with openssl 3.0.1-1 of dpkg and left-pad 1.0.0 of npm.
debian_image() {
  mkdir -p "root.$1/var/lib/dpkg" "root.$1/etc" "root.$1/app/node_modules/left-pad"
  printf 'ID=debian\nVERSION_ID="%s"\nNAME="Debian GNU/Linux"\nPRETTY_NAME="Debian GNU/Linux %s"\n' "$2" "$2" \
    > "root.$1/etc/os-release"
  printf 'Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\nVersion: 3.0.1-1\n\n' \
    > "root.$1/var/lib/dpkg/status"
  echo '{"name":"left-pad","version":"1.0.0"}' > "root.$1/app/node_modules/left-pad/package.json"
  tar -C "root.$1" --sort=name --mtime=@1600000000 --owner=0 --group=0 -cf "$1.tar" .
  lade copy -q "tarball:$1.tar" "$1"
}

@test "findings are told with severity, fix and package, and bars decide the exit code" {
  debian_image app 12
  osv CVE-2026-1 Debian:12 openssl 3.0.2-1 $critical
  osv CVE-2026-2 Debian:12 openssl "" $low
  osv CVE-2026-3 npm left-pad 0.9.0 $critical
  osv CVE-2026-4 Debian:11 openssl 9 $critical
  lade db import osv
  run_lade scan app
  equal "$status" 0
  equal "$errors" ""
  contains "$output" "fixed in 3.0.2-1"
  contains "$(grep CVE-2026-1 <<< "$output")" critical
  contains "$(grep CVE-2026-2 <<< "$output")" "no fix"
  silent_about CVE-2026-3 <<< "$output"
  silent_about CVE-2026-4 <<< "$output"
  contains "$output" "2 known vulnerabilities in 2 of 2 packages"
  for bar in critical high low fixable high+fixable; do
    run_lade scan --fail-on "$bar" app
    equal "$bar $status" "$bar 2"
  done
  for bar in kev risk=1 kev+critical; do lade scan --fail-on "$bar" app > /dev/null; done
  fails_with 1 "--fail-on wants" scan --fail-on bad app
  fails_with 1 "--fail-on wants" scan --fail-on risk=nan app
  lade scan --fail-on unknown app > /dev/null
  fails_with 1 "none" scan none
  run_lade scan --only-fixed app
  silent_about CVE-2026-2 <<< "$output"
  contains "$errors" "left out 1 without a fix"
  fails_with 1 "--attach" scan --only-fixed --attach app
}

@test "what there is no data for, and what has no support any more, is told" {
  debian_image app 12
  fails_with 1 "no database" scan app
  osv CVE-2026-1 Debian:12 openssl 3.0.2-1
  lade db import osv
  run_lade scan app
  contains "$errors" "no data on npm"
  run_lade scan --fail-on low app
  equal "$status" 0
  run_lade scan --fail-on unknown app
  equal "$status" 2
  debian_image old 9
  run_lade scan old
  contains "$errors" "no data on Debian GNU/Linux 9"
  contains "$errors" "no support since 2022"
  contains "$output" "no data on any of 2 packages"
  fails_with 1 "cannot be told" scan --fail-on critical old
  equal "$(lade scan old -o json 2> /dev/null | jq '.gaps | length')" 3
  contains "$(lade scan old -o junit 2> /dev/null)" "<error"
  equal "$(lade scan old -o gitlab 2> /dev/null | jq '[.scan.messages[] | select(.level == "warn")] | length')" 3
  equal "$(lade scan old -o cyclonedx-json 2> /dev/null | jq '[.metadata.properties[] | select(.name == "lade:gap")] | length')" 3
}

@test "documents and rules take findings back, and that stays visible" {
  debian_image app 12
  osv CVE-2026-1 Debian:12 openssl 3.0.2-1 $critical
  osv CVE-2026-5 npm left-pad "" $critical
  lade db import osv
  cat > vex.json << 'EOF'
{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://a.example/1","author":"A","timestamp":"2026-01-01T00:00:00Z","version":1,
 "statements":[{"vulnerability":{"name":"CVE-2026-5"},"products":[{"@id":"pkg:npm/left-pad"}],"status":"not_affected",
 "justification":"vulnerable_code_not_in_execute_path"}]}
EOF
  run_lade scan --vex vex.json --show-suppressed app
  contains "$output" "1 known vulnerability"
  contains "$output" "1 suppressed"
  contains "$output" "vulnerable code not in execute path"
  printf 'schema_version = 1\n[[ignore]]\nid = "CVE-2026-1"\nreason = "not reached"\nexpires = 2099-01-01\n' > rules.toml
  run_lade scan --vex vex.json --ignore-file rules.toml --fail-on low app
  equal "$status" 0
  contains "$output" "2 suppressed"
  equal "$(lade scan --ignore-file rules.toml app -o json | jq -r '.findings[] | select(.suppressed) | .suppressed.reason')" \
    "not reached (rules.toml:2)"
  equal "$(lade scan --vex vex.json --ignore-file rules.toml app -o cyclonedx-json |
    jq -c '[.vulnerabilities[] | [.id, .analysis.state]] | sort')" \
    '[["CVE-2026-1","exploitable"],["CVE-2026-5","not_affected"]]'
  sed -i 's/2099/2020/' rules.toml
  run_lade scan --ignore-file rules.toml --fail-on low app
  equal "$status" 2
  contains "$errors" "rules.toml"
  sed -i '/reason/d' rules.toml
  fails_with 1 "rules.toml" scan --ignore-file rules.toml app
}

@test "reports are valid where there is a schema" {
  debian_image app 12
  osv CVE-2026-1 Debian:12 openssl 3.0.2-1 $critical
  osv GHSA-aaaa-bbbb-cccc npm left-pad "" "$low"
  lade db import osv
  lade scan app -o sarif=a.sarif -o cyclonedx-json=a.cdx.json -o junit=a.xml -o gitlab=a.gitlab -o json=a.json
  cmp a.json <(lade scan app -o json)
  equal "$(jq -r '.vulnerabilities[0].affects[0].ref as $ref | .components[] | select(.["bom-ref"] == $ref) | .name' a.cdx.json)" \
    libssl3
  equal "$(jq -r '.vulnerabilities | length' a.gitlab)" 2
  python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' a.xml
  equal "$(jq -r '.runs[0].results | length' a.sarif)" 2
  python3 "$BATS_TEST_DIRNAME/../support/validate_schema.py" sarif a.sarif || [ $? = 77 ]
  python3 "$BATS_TEST_DIRNAME/../support/validate_sbom.py" a.cdx.json || [ $? = 77 ]
}

@test "a document is scanned as the image is, and the report is attached" {
  debian_image app 12
  osv CVE-2026-1 Debian:12 openssl 3.0.2-1 $critical
  lade db import osv
  lade sbom app -o cyclonedx-json=app.json
  equal "$(lade scan sbom:app.json -o json 2> /dev/null | jq -c '[.findings[] | .id]')" '["CVE-2026-1"]'
  equal "$(lade scan dir:root.app -o json 2> /dev/null | jq -c '[.findings[] | .id]')" '["CVE-2026-1"]'
  keys release
  lade scan --attach --key release.key app > attached
  lade verify --key release.pub --attestation vuln app
  lade verify --key release.pub --attestation vuln \
    --predicate 'scanner.result.bomFormat=CycloneDX' app
}
