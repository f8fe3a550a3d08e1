load support

# Whether an image is fit to ship, judged on images that were really built.

needs_corpora() {
  CORPORA=${LADE_CORPORA:-$BATS_TEST_DIRNAME/../../../shared/corpora}
  [ -d "$CORPORA" ] || skip "the corpora are not here"
}

# good NAME: an image that no check of the profile ci finds anything in.
good() {
  mkdir -p good/rootfs/etc
  printf 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:/bin/false\n' > good/rootfs/etc/passwd
  printf 'root:x:0:\napp:x:1000:\n' > good/rootfs/etc/group
  cat > good/Containerfile <<'END'
FROM scratch
COPY rootfs /
USER 1000
ENTRYPOINT ["/app"]
END
  lade build -q -t "$1" good
}

# bad NAME: one with something of every family.
bad() {
  mkdir -p bad/rootfs/etc bad/rootfs/root/.ssh bad/rootfs/opt
  printf 'root:x:0:0::/root:/bin/sh\ntoor::0:0::/:/bin/sh\n' > bad/rootfs/etc/passwd
  echo key > bad/rootfs/root/.ssh/id_rsa
  echo tool > bad/rootfs/opt/tool
  chmod 4755 bad/rootfs/opt/tool
  printf 'ID=fedora\nPRETTY_NAME="Fedora 37"\nSUPPORT_END=2023-12-05\n' > bad/rootfs/etc/os-release
  cat > bad/Containerfile <<'END'
FROM scratch
ENV API_TOKEN=s3cr3tvalue
LABEL org.opencontainers.image.licenses="who knows" evil="<script>alert(1)</script>"
COPY rootfs /
VOLUME /etc
EXPOSE 22
END
  lade build -q -t "$1" bad
}

@test "an image that is fit passes, one that is not ends with 2 and says why" {
  good fit
  run_lade audit --profile ci fit
  equal "$status" 0
  contains "$output" "under the bar (medium)"
  bad unfit
  run_lade audit unfit
  equal "$status" 2
  contains "$output" "/root/.ssh/id_rsa: 4 B"
  contains "$output" "by layer 1: COPY rootfs /"
  contains "$output" "VOLUME: /etc"
  contains "$output" "Fedora 37 gets no fixes after 2023-12-05"
  contains "$output" "over the bar (high)"
  silent_about s3cr3t <<< "$output"
}

@test "the text of a report is what it was" {
  good fit
  run_lade audit --profile cis --fail-on none fit
  equal "$status" 0
  equal "$(sed -e '2s/sha256:[0-9a-f]*/DIGEST/;2s/linux.[a-z0-9]*/PLATFORM/' <<< "$output" | sed 's/[0-9]* days ago/N days ago/')" \
"store:localhost/fit:latest
DIGEST  PLATFORM  profile cis

LOW
  * config-healthcheck  There is no HEALTHCHECK
      HEALTHCHECK: there is none
      -> Add one, unless the orchestrator has probes of its own.
  * date-old  The image is old
      created: 2023-11-14T22:13:20Z, N days ago; at most 365 are wanted
      -> Build it anew on a base of today.
  * signature-missing  The image is not signed
      attachments: there is no signature
      -> lade sign IMAGE

Not looked at
  base-unapproved  the profile approves of every base

3 low; 14 of 18 checks passed: nothing fails the image"
}

@test "the JSON of a report has every check, and finding with layer and cause" {
  needs jq
  bad unfit
  run_lade audit --format json unfit
  equal "$status" 2
  equal "$(jq -r '.schemaVersion, .verdict, .failOn, .profile' <<< "$output" | paste -sd ' ')" "1 fail high default"
  equal "$(jq -r '[.results[] | select(.findings | length > 0) | .state] | unique | join(" ")' <<< "$output")" "fail warn"
  equal "$(jq -c '.results[] | select(.id == "file-setuid-unusual") | .findings[0] | [.path, .layer, .instruction]' <<< "$output")" \
    '["opt/tool",1,"COPY rootfs /"]'
  equal "$(jq -r '.results[] | select(.id == "base-untrue") | .state' <<< "$output")" skip
  lade audit --format json -o report.json unfit || true
  equal "$(jq .counts report.json)" "$(jq .counts <<< "$output")"
}

@test "SARIF is valid, and the same each time" {
  needs jq
  needs_corpora
  python3 -c 'import jsonschema' 2>/dev/null || skip "jsonschema is not installed"
  bad unfit
  lade audit --format sarif -o a.sarif unfit || true
  lade audit --format sarif -o b.sarif unfit || true
  cmp a.sarif b.sarif
  python3 - a.sarif "$CORPORA/schemas/sarif-2.1.0.schema.json" <<'END'
import json, sys
import jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))
END
  equal "$(jq -r '.runs[0].results[] | select(.ruleId == "file-private-key") | .locations[0].physicalLocation.artifactLocation.uri' a.sarif)" \
    root/.ssh/id_rsa
  silent_about s3cr3t a.sarif
}

@test "the page loads nothing and runs nothing of the image" {
  bad unfit
  lade build -q -t '<b>' bad 2>/dev/null || true
  lade audit --format html -o page.html unfit || true
  silent_about '<script' page.html
  silent_about 'http' page.html
  contains "$(cat page.html)" '<code>/root/.ssh/id_rsa</code>'
}

@test "a profile of one's own decides, with exceptions" {
  bad unfit
  cat > house.toml <<'END'
schema_version = 1
extends = "ci"
fail_on = "critical"
[check.env-secret]
enabled = false
[check.history-secret]
enabled = false
[check.user-empty-password]
severity = "low"
[[exception]]
check = "file-private-key"
path = "root/**"
reason = "a test key"
END
  run_lade audit --profile house.toml unfit
  equal "$status" 0
  contains "$output" "file-private-key  /root/.ssh/id_rsa: a test key"
  run_lade audit --profile house.toml --fail-on low unfit
  equal "$status" 2
  echo '[check.user-rot]' >> house.toml
  fails_with 1 'house.toml:14: check.user-rot: wanted a check; did you mean "user-root"?' \
    audit --profile house.toml unfit
  fails_with 1 'did you mean "strict"?' audit --profile strickt unfit
}

@test "a base that is known is held to what the image says of it" {
  good base
  mkdir -p upper
  printf 'FROM localhost/base\nCOPY f /f\n' > upper/Containerfile
  echo x > upper/f
  lade build -q -t true upper
  run_lade audit --format json true
  equal "$(jq -r '.results[] | select(.id == "base-untrue") | .state' <<< "$output")" pass
  # another image that claims the same base
  lade build -q -t false --annotation "org.opencontainers.image.base.name=localhost/base" \
    --annotation "org.opencontainers.image.base.digest=$(lade inspect --format '{{.Digest}}' base)" - <<'END'
FROM scratch
LABEL a=b
END
  run_lade audit --format json false
  equal "$(jq -r '.results[] | select(.id == "base-untrue") | .state' <<< "$output")" fail
}

@test "what is attached is found, and checked with a key" {
  good app
  run_lade audit --format json app
  equal "$(jq -r '.results[] | select(.id == "provenance-missing" or .id == "sbom-missing") | .state' <<< "$output" | paste -sd ' ')" \
    "warn pass"
  keys release
  lade sign --key release.key app
  lade sbom --attach app > sbom.digest
  run_lade audit --format json --key release.pub --insecure-ignore-tlog app
  equal "$(jq -r '[.results[] | select(.family == "attachment" and .state != "pass") | .id] | join(" ")' <<< "$output")" ""
}
