load support
load registry_support

# Signatures and attestations of images: made, checked, copied, tampered with.

setup_file() {
  unset LADE_KEY_PASSPHRASE COSIGN_PASSWORD LADE_TRUSTED_ROOT
}

# signed NAME: an image in the store that release.key has signed.
signed() {
  image "$1"
  keys release
  lade sign --key release.key "$1" > signed.digest
}

@test "a signature is written in two forms, and either is enough to verify" {
  needs jq
  signed app
  equal "$(lade inspect --format '{{.Digest}}' app)" "$(cat signed.digest)"
  run_lade verify --key release.pub --format json app
  equal "$status" 0
  equal "$(jq -r .verdict <<< "$output")" valid
  equal "$(jq -r '[.manifests[0].signatures[].form] | sort | join(" ")' <<< "$output")" "bundle cosign"
  equal "$(jq -r '[.manifests[0].signatures[].verdict] | unique | join(" ")' <<< "$output")" valid
  equal "$(jq -r '[.manifests[0].signatures[].dockerReference] | unique | join(" ")' <<< "$output")" \
    localhost/app:latest
  run_lade verify --key release.pub app
  contains "$output" ": valid"
  contains "$output" "the key sha256:"
}

@test "the four verdicts have words and codes of their own" {
  needs jq
  signed app
  keys other
  fails_with 6 "is untrusted" verify --key other.pub app
  image plain
  fails_with 3 "is absent: there is no signature" verify --key release.pub plain
  fails_with 3 "there is no attestation of the type" verify --key release.pub \
    --attestation certification app
  fails_with 2 "nobody was named to trust" verify app
  local verdict
  verdict=$(lade verify --key other.pub --format json app 2> /dev/null | jq -r .verdict)
  equal "$verdict" untrusted
}

@test "an image on a registry that does not answer is unreachable, or cannot be found" {
  keys release
  printf '[[registry]]\nlocation = "127.0.0.1:1"\ninsecure = true\n' > registries.conf
  export CONTAINERS_REGISTRIES_CONF=$PWD/registries.conf
  fails_with 8 "127.0.0.1:1" verify --key release.pub docker://127.0.0.1:1/app:1
  local verdict
  verdict=$(lade verify --key release.pub --format '{{.verdict}}' docker://127.0.0.1:1/app:1 2> /dev/null ||
    true)
  equal "$verdict" unreachable
  # of several images each has its reason, also the one that does not decide
  image app
  run_lade verify --key release.pub app docker://127.0.0.1:1/app:1
  contains "$output" "docker://127.0.0.1:1/app:1 unreachable: "
  contains "$(grep unreachable <<< "$output")" "Failed to connect"
}

@test "what is said of a signature stands below it" {
  signed app
  run_lade verify --key release.pub app
  [[ $output =~ $'\n  bundle '[^$'\n']*$'\n    signed by     the key sha256:' ]]
  fails_with 2 "--attestation nonsense: wanted a URI or one of" verify --key release.pub --attestation nonsense app
}

@test "several images are checked at once: each has its answer, and the worst decides" {
  needs jq
  signed app
  keys other
  image second third
  lade sign --key release.key second > /dev/null
  run_lade verify --key release.pub app second
  equal "$status" 0
  contains "$output" "store:localhost/app:latest sha256:"
  contains "$output" "store:localhost/second:latest sha256:"
  lade sign --key other.key third > /dev/null
  image plain
  fails_with 6 "store:localhost/third:latest: the signature of sha256:" verify --key release.pub app plain third
  local verdicts
  verdicts=$(lade verify --key release.pub --format json third app plain 2> /dev/null | jq -r .verdict || true)
  equal "$(tr '\n' ' ' <<< "$verdicts")" "untrusted valid absent "
}

@test "several keys: how many of them have signed is counted, each once" {
  signed app
  keys second third
  lade sign --key release.key app > /dev/null
  fails_with 6 "1 of 2 wanted signers" verify --key release.pub --key second.pub --threshold 2 app
  lade sign --key second.key app > /dev/null
  lade verify --key release.pub --key second.pub --key third.pub --threshold 2 app > /dev/null
  fails_with 6 "2 of 3 wanted signers" verify --key release.pub --key second.pub --key third.pub \
    --threshold 3 app
}

@test "a key counts in its time alone" {
  signed app
  lade verify --key release.pub,not-before=2024-01-01,not-after=2999-01-01T00:00:00Z app > /dev/null
  fails_with 6 "the key is trusted until 2024-01-01T00:00:00Z, and the signature counts as of" \
    verify --key release.pub,not-after=2024-01-01 app
  fails_with 6 "the key is trusted 2999-01-01T00:00:00Z on" verify --key release.pub,not-before=2999-01-01 app
  fails_with 2 'not-after: wanted a date or a time such as' verify --key release.pub,not-after=soon app
  # given twice it counts in either time, whichever is first
  lade verify --key release.pub --key release.pub,not-after=2024-01-01 app > /dev/null
  lade verify --key release.pub,not-after=2024-01-01 --key release.pub app > /dev/null
  lade verify --key release.pub,not-before=2024-01-01 --key release.pub,not-after=2024-01-01 app > /dev/null
  mv release.pub "re,lease.pub"
  lade verify --key "re,lease.pub" app > /dev/null
}

@test "keys of all kinds sign" {
  image app
  local kind
  for kind in ecdsa-p256 ecdsa-p384 ecdsa-p521 ed25519 rsa-3072; do
    lade key generate --no-passphrase --type "$kind" --output-key-prefix "$kind" > /dev/null
    lade sign --key "$kind.key" app > /dev/null
    lade verify --key "$kind.pub" app > verdict
    contains "$(cat verdict)" ": valid"
  done
}

@test "a name and annotations are signed, and asked for" {
  needs jq
  image app
  keys release
  lade sign --key release.key --sign-container-identity registry.example/team/app:1 -a build=7 app > out
  lade verify --key release.pub --sign-container-identity registry.example/team/app:1 app > /dev/null
  fails_with 6 "it was made for registry.example/team/app:1" verify --key release.pub \
    --sign-container-identity registry.example/other:1 app
  equal "$(lade verify --key release.pub --format json app |
    jq -r '.manifests[0].signatures[] | select(.form == "bundle") | .statement.predicate.build')" 7
}

@test "attestations say what a file says, and conditions are held against it" {
  signed app
  echo '{"builder":{"id":"https://ci.example"},"tests":[{"name":"unit","passed":true}]}' > predicate
  run_lade attest --key release.key --type custom --predicate predicate app
  equal "$status" 0
  local verify="verify --key release.pub --attestation custom"
  # shellcheck disable=SC2086
  {
    lade $verify app > /dev/null
    lade $verify --predicate builder.id=https://ci.example --predicate 'tests.*.passed=true' app > /dev/null
    lade $verify --predicate 'builder.id~^https://ci' --predicate 'tests.0.name!=e2e' app > /dev/null
    fails_with 6 'builder.id is https://ci.example, wanted "https://evil.example"' $verify \
      --predicate builder.id=https://evil.example app
    fails_with 6 "it has no builder.name" $verify --predicate builder.name=x app
  }
  fails_with 2 "wanted PATH=VALUE" verify --key release.pub --attestation custom --predicate nothing app
  fails_with 2 "did you mean cyclonedx" attest --type cyclondx --predicate predicate app
  # the signature is not mistaken for one, nor it for a signature
  fails_with 3 "no attestation" verify --key release.pub --attestation slsaprovenance app
  contains "$(lade tree app)" "application/vnd.dev.sigstore.bundle.v0.3+json"
}

@test "signatures stay with the image from registry to layout to directory and back" {
  needs curl jq
  plain_registry
  signed app
  echo '{}' > predicate
  lade attest --key release.key --type certification --predicate predicate app > /dev/null
  local place
  lade push app "docker://$HOST/app:1" 2> /dev/null
  lade copy -q "docker://$HOST/app:1" oci:layout:app
  lade copy -q oci:layout:app dir:directory
  lade copy -q dir:directory "docker://$HOST/back:1"
  for place in "docker://$HOST/app:1" oci:layout:app dir:directory "docker://$HOST/back:1"; do
    lade verify --key release.pub "$place" > /dev/null
    lade verify --key release.pub --attestation certification "$place" > /dev/null
  done
  lade sync -q --src docker --dest docker "$HOST/app" "$HOST/synced" 2> /dev/null
  lade verify --key release.pub "docker://$HOST/synced/app:1" > /dev/null
}

@test "an image is signed where it is: a registry, a layout, a directory" {
  needs curl jq
  plain_registry
  image app
  keys release
  lade push app "docker://$HOST/app:1" 2> /dev/null
  lade copy -q app oci:layout:app
  lade copy -q app dir:directory
  local place before
  for place in "docker://$HOST/app:1" oci:layout:app dir:directory; do
    before=$(lade inspect --format '{{.Digest}}' "$place")
    lade sign --key release.key "$place" > /dev/null
    lade verify --key release.pub "$place" > /dev/null
    equal "$(lade inspect --format '{{.Digest}}' "$place")" "$before"
    lade validate "$place"
  done
  lade copy -q app oci-archive:archive.tar
  fails_with 5 "copy it to" sign --key release.key oci-archive:archive.tar
}

@test "those who sign at the same time lose nothing, on a registry and in the store" {
  needs curl jq
  plain_registry
  image app
  lade push app "docker://$HOST/app:1" 2> /dev/null
  local place number flags signers=()
  for number in 1 2 3 4; do keys "signer$number"; done
  for place in "docker://$HOST/app:1" app; do
    signers=() flags=()
    for number in 1 2 3 4; do
      "$LADE" sign --key "signer$number.key" "$place" > /dev/null 3>&- &
      signers+=($!)
      flags+=(--key "signer$number.pub")
    done
    for number in "${signers[@]}"; do wait "$number"; done
    run_lade verify "${flags[@]}" --threshold 4 --format json "$place"
    equal "$status" 0
    equal "$(jq '.manifests[0].signatures | length' <<< "$output")" 8
  done
}

@test "the images of an index are signed with it" {
  needs jq
  image amd arm
  keys release
  lade index create both
  lade index add --arch amd64 both app amd > /dev/null 2>&1 || lade index add both amd > /dev/null
  lade index add --arch arm64 --os linux both arm > /dev/null
  lade sign --recursive --key release.key both > digests
  equal "$(wc -l < digests)" 3
  run_lade verify --recursive --key release.pub --format json both
  equal "$(jq -r '[.manifests[].verdict] | join(" ")' <<< "$output")" "valid valid valid"
}

@test "a byte that was changed anywhere is caught" {
  needs jq python3
  signed app
  lade copy -q app oci:layout:app
  lade verify --key release.pub oci:layout:app > /dev/null
  local blob good
  # every small blob: the manifests, the bundle, the payload; digests are mended so that only
  # signatures can tell
  python3 "$BATS_TEST_DIRNAME/../support/tamper_layout.py" layout tampered > cases
  [ "$(wc -l < cases)" -ge 4 ]
  while read -r good; do
    run_lade verify --key release.pub "oci:$good:app"
    [ "$status" != 0 ] || { echo "$good: $output"; return 1; }
  done < cases
}

@test "a tag that was moved has no signature" {
  needs curl jq
  plain_registry
  signed app
  image other
  lade push app "docker://$HOST/app:1" 2> /dev/null
  lade push other "docker://$HOST/app:1" 2> /dev/null
  fails_with 3 "is absent" verify --key release.pub "docker://$HOST/app:1"
}

@test "a secret is in no message, whatever the level" {
  needs curl jq
  plain_registry
  image app
  lade push -q app "docker://$HOST/app:1"
  echo 'correct horse' > pass
  {
    lade --log-level trace key generate --passphrase-file pass --output-key-prefix sealed
    lade --log-level trace sign --key sealed.key --passphrase-file pass "docker://$HOST/app:1"
    lade --log-level trace verify --key sealed.pub "docker://$HOST/app:1"
    LADE_KEY_PASSPHRASE='wrong horse' lade --log-level trace sign --key sealed.key "docker://$HOST/app:1" ||
      echo "exit code $?"
  } > log 2>&1
  contains "$(cat log)" "exit code 6"
  contains "$(cat log)" "lade: debug: PUT http://$HOST/v2/app/manifests/sha256-"
  silent_about horse log
  silent_about "$(sed -n 2p sealed.key | cut -c1-20)" log
}

@test "a delivery is recorded at its destination, signed, and shows in the trail" {
  needs jq
  signed app
  keys courier
  fails_with 2 "--record-delivery needs --delivery-key" copy --record-delivery app oci:layout:app
  lade copy -q --record-delivery --delivery-key courier.key --delivery-actor "team ops" app oci:layout:app
  lade verify --key courier.pub --attestation delivery --predicate "actor=team ops" \
    --predicate source~localhost/app oci:layout:app > /dev/null
  # nothing was delivered, nothing is recorded
  lade copy -q --record-delivery --delivery-key courier.key app oci:layout:app
  run_lade trail --key courier.pub --key release.pub --format json oci:layout:app
  equal "$status" 0
  equal "$(jq -r '[.trail[] | select(.kind == "delivered") | .standing] | join(" ")' <<< "$output")" verified
  equal "$(jq -r '[.trail[].time] | . == sort' <<< "$output")" true
  contains "$(lade trail oci:layout:app)" "not checked"
  lade trail --format html oci:layout:app > page.html
  contains "$(cat page.html)" "from store:localhost/app:latest to oci:layout:app by team ops"
}

@test "several images in one archive have no room for signatures, and that is said" {
  image app other
  keys release
  fails_with 2 "--sign-key and --record-delivery go with one image, got 2" \
    copy --sign-key release.key app other docker-archive:both.tar
  [ ! -e both.tar ]
}

@test "sync asks for a passphrase once, whatever it signs" {
  needs curl jq
  plain_registry
  image app other
  printf secret > passphrase
  lade key generate --passphrase-file passphrase --output-key-prefix sealed > /dev/null
  lade push -q app "docker://$HOST/app:1"
  lade push -q other "docker://$HOST/app:2"
  lade sync -q --src docker --dest docker --sign-key sealed.key --sign-passphrase-fd 3 \
    "$HOST/app" "$HOST/synced" 3< passphrase
  lade verify --key sealed.pub "docker://$HOST/synced/app:1" > /dev/null
  lade verify --key sealed.pub "docker://$HOST/synced/app:2" > /dev/null
}

@test "copy signs what it copied, under the name that it has there" {
  needs curl jq
  plain_registry
  image app
  keys release
  lade push --sign-key release.key app "docker://$HOST/team/app:1" > /dev/null 2>&1
  lade verify --key release.pub --sign-container-identity "$HOST/team/app:1" "docker://$HOST/team/app:1" > /dev/null
}
