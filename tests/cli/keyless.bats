load support

# Signing without a key of one's own, with services of Sigstore's on this machine (tests/npm), and what
# Sigstore's own programs make of it.

setup_file() {
  unset LADE_KEY_PASSPHRASE COSIGN_PASSWORD LADE_TRUSTED_ROOT SIGSTORE_ID_TOKEN
  unset ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN BUILDKITE_JOB_ID CIRCLE_OIDC_TOKEN_V2
  export NPM=$BATS_TEST_DIRNAME/../npm
  export WHO=https://example.com/team/app/release BY=https://issuer.example
  cd "$BATS_FILE_TMPDIR" || return
  command -v node > /dev/null && command -v npm > /dev/null || return 0
  local code=0 place
  place=$("$NPM/install" 2> install.log) || code=$?
  if [ "$code" = 75 ]; then
    export NO_REGISTRY=1
    return 0
  fi
  [ "$code" = 0 ] || { cat install.log && return 1; }
  export NODE_PATH=$place/node_modules SERVICES=$BATS_FILE_TMPDIR
  timeout 900 node "$NPM/services.js" port root.json asked > services.log 2>&1 3>&- &
  echo $! > services.pid
  local n
  for n in $(seq 200); do
    [ ! -s port ] || break
    sleep 0.1
  done
  [ -s port ] || { cat services.log && return 1; }
  URL=http://127.0.0.1:$(cat port)
  export URL
}

teardown_file() {
  [ ! -e "$BATS_FILE_TMPDIR/services.pid" ] || kill "$(cat "$BATS_FILE_TMPDIR/services.pid")" || true
}

services() {
  needs node npm jq openssl
  [ -z "${NO_REGISTRY:-}" ] || skip "no npm registry answers"
  ROOT=$SERVICES/root.json
  : > "$SERVICES/asked"
  FULCIO=(--fulcio-url "$URL/fulcio")
  KEYLESS=("${FULCIO[@]}" --rekor-url "$URL/rekor" --identity-token token)
  TRUST=(--certificate-identity "$WHO" --certificate-oidc-issuer "$BY" --trusted-root "$ROOT")
  token > token
  echo 'the artifact' > file
}

# token [MEMBER=JSON…]: an identity token of $WHO.
token() {
  local claims
  claims=$(jq -nc --arg sub "$WHO" --arg iss "$BY" \
    '{sub: $sub, iss: $iss, aud: "sigstore", exp: (now + 600 | floor)}')
  local one
  for one in "$@"; do claims=$(jq -c ".${one%%=*} = ${one#*=}" <<< "$claims"); done
  printf '%s.%s.c2lnbmF0dXJlLW9mLXRva2Vu' eyJhbGciOiJub25lIn0 \
    "$(printf %s "$claims" | base64 -w0 | tr '+/' '-_' | tr -d '=')"
}

# peer SCRIPT ARGUMENT…: a script of tests/npm.
peer() {
  local script=$1
  shift
  node "$NPM/$script" "$@"
}

@test "an image signed without a key verifies by its identity, in both forms, and by nobody else's" {
  services
  image app
  lade sign "${KEYLESS[@]}" --trusted-root "$ROOT" --format json app > signed.json
  equal "$(jq -r .certificate.issuer signed.json)" "$BY"
  contains "$(jq -r .certificate.identity signed.json)" "$WHO"
  run_lade verify "${TRUST[@]}" --format json app
  equal "$status" 0
  equal "$(jq -r '[.manifests[0].signatures[] | .form + " " + .verdict] | sort | join(", ")' <<< "$output")" \
    "bundle valid, cosign valid"
  fails_with 6 "is untrusted" verify --certificate-identity https://example.com/other \
    --certificate-oidc-issuer "$BY" --trusted-root "$ROOT" app
  fails_with 6 "is untrusted" verify --certificate-identity "$WHO" \
    --certificate-oidc-issuer https://other.example --trusted-root "$ROOT" app
  equal "$(sort "$SERVICES/asked" | uniq -c | tr -s ' ')" \
    "$(printf ' 1 POST /fulcio/api/v2/signingCert\n 2 POST /rekor/api/v1/log/entries')"
}

@test "cosign's tag has certificate, chain, log entry and timestamp in its annotations" {
  services
  image app
  lade sign "${KEYLESS[@]}" --timestamp-server-url "$URL/tsa" --forms cosign app > digest
  lade copy -q app oci:layout:app
  local tag annotations
  tag=$(tr : - < digest).sig
  annotations=$(jq -r --arg tag "$tag" '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == $tag) | .digest' \
    layout/index.json)
  annotations=$(jq '.layers[0].annotations' "layout/blobs/sha256/${annotations#sha256:}")
  contains "$(jq -r '."dev.sigstore.cosign/certificate"' <<< "$annotations")" "BEGIN CERTIFICATE"
  contains "$(jq -r '."dev.sigstore.cosign/chain"' <<< "$annotations")" "BEGIN CERTIFICATE"
  equal "$(jq -r '."dev.sigstore.cosign/bundle" | fromjson | .Payload | keys | join(" ")' <<< "$annotations")" \
    "body integratedTime logID logIndex"
  equal "$(jq -r '."dev.sigstore.cosign/rfc3161timestamp" | fromjson | keys | join(" ")' <<< "$annotations")" \
    SignedRFC3161Timestamp
  lade verify "${TRUST[@]}" --use-signed-timestamps oci:layout:app > verdict
  contains "$(cat verdict)" "time-stamp authority"
}

@test "an attestation is signed without a key" {
  services
  image app
  echo '{"scanner": "x"}' > scan.json
  lade attest "${KEYLESS[@]}" --type vuln --predicate scan.json app > attestation
  lade verify "${TRUST[@]}" --attestation vuln --predicate scanner=x app > verdict
  contains "$(cat verdict)" "$WHO"
}

@test "bundles of files verify with Lade and with Sigstore's own verifier" {
  services
  local log
  for log in "--rekor-url $URL/rekor" "--rekor-url $URL/rekor --timestamp-server-url $URL/tsa" \
    "--rekor-url $URL/rekor-v2 --rekor-version 2 --timestamp-server-url $URL/tsa"; do
    # shellcheck disable=SC2086
    lade sign-blob "${FULCIO[@]}" $log --identity-token token --trusted-root "$ROOT" --bundle bundle.json file
    lade verify-blob --bundle bundle.json "${TRUST[@]}" file > verdict
    peer verify.js bundle.json "$ROOT" artifact=file "identity=$WHO" "issuer=$BY"
    echo other > other
    fails_with 6 untrusted verify-blob --bundle bundle.json "${TRUST[@]}" other
    if peer verify.js bundle.json "$ROOT" artifact=other 2> refusal; then false; fi
  done
}

@test "bundles of images verify with Sigstore's own verifier" {
  services
  image app
  lade sign "${KEYLESS[@]}" --forms bundle app > digest
  lade copy -q app oci:layout:app
  local bundle
  bundle=$(grep -l dsseEnvelope layout/blobs/sha256/*)
  peer verify.js "$bundle" "$ROOT" "identity=$WHO" "issuer=$BY"
  if peer verify.js "$bundle" "$ROOT" identity=https://example.com/other "issuer=$BY" 2> refusal; then false; fi
}

@test "keys sign with a log and a timestamp, and Sigstore's own verifier agrees" {
  services
  local kind
  for kind in ecdsa-p256 ecdsa-p384 ed25519 rsa-2048; do
    lade key generate --no-passphrase --type "$kind" --output-key-prefix "$kind" > /dev/null
    lade sign-blob --key "$kind.key" --rekor-url "$URL/rekor" --timestamp-server-url "$URL/tsa" \
      --trusted-root "$ROOT" --bundle "$kind.json" file
    lade verify-blob --key "$kind.pub" --trusted-root "$ROOT" --bundle "$kind.json" file > verdict
    contains "$(cat verdict)" "transparency log"
  done
  # the others sign by hashes that its verifier does not look for
  for kind in ecdsa-p256 rsa-2048; do
    peer verify.js "$kind.json" "$ROOT" artifact=file "key=$kind.pub"
  done
  lade sign-blob --key rsa-2048.key --bundle alone.json file
  peer verify.js alone.json "$ROOT" artifact=file key=rsa-2048.pub logs=0 times=0
  if peer verify.js alone.json "$ROOT" artifact=file key=ecdsa-p256.pub logs=0 times=0 2> refusal; then false; fi
}

@test "an entry that the log has already is found there" {
  services
  lade key generate --no-passphrase --type rsa-2048 --output-key-prefix rsa > /dev/null
  local n
  for n in 1 2; do
    lade sign-blob --key rsa.key --rekor-url "$URL/rekor" --trusted-root "$ROOT" --bundle "$n.json" file
  done
  equal "$(jq -c .verificationMaterial.tlogEntries 2.json)" "$(jq -c .verificationMaterial.tlogEntries 1.json)"
  contains "$(cat "$SERVICES/asked")" "GET /rekor/api/v1/log/entries/"
}

@test "an image signed with a key is in the log, by Rekor v1 and v2" {
  services
  lade key generate --no-passphrase --output-key-prefix release > /dev/null
  image one two
  lade sign --key release.key --rekor-url "$URL/rekor" one > /dev/null
  lade verify --key release.pub --trusted-root "$ROOT" --format json one > verdict
  equal "$(jq -r '[.manifests[0].signatures[].verdict] | join(" ")' verdict)" "valid valid"
  lade sign --key release.key --rekor-url "$URL/rekor-v2" --rekor-version 2 two > /dev/null
  lade verify --key release.pub --trusted-root "$ROOT" --format json two > verdict
  equal "$(jq -r '[.manifests[0].signatures[] | .form + .verdict] | join(" ")' verdict)" bundlevalid
  fails_with 2 "has no place for entries of Rekor v2" sign --key release.key --rekor-url "$URL/rekor-v2" \
    --rekor-version 2 --forms cosign two
}

@test "what a log cannot check is refused before anybody is asked" {
  services
  image app
  local kind
  for kind in ed25519 ecdsa-p384; do
    lade key generate --no-passphrase --type "$kind" --output-key-prefix "$kind" > /dev/null
  done
  fails_with 5 "Rekor v2 checks hashes, which an Ed25519 key signs no envelope by" sign --key ed25519.key \
    --rekor-url "$URL/rekor-v2" --rekor-version 2 --timestamp-server-url "$URL/tsa" app
  fails_with 5 "Rekor v1 checks envelopes with SHA-256 alone" sign --key ecdsa-p384.key \
    --rekor-url "$URL/rekor" --timestamp-server-url "$URL/tsa" app
  [ ! -s "$SERVICES/asked" ]
  lade sign --key ecdsa-p384.key --rekor-url "$URL/rekor-v2" --rekor-version 2 app > /dev/null
  lade verify --key ecdsa-p384.pub --trusted-root "$ROOT" app > verdict
}

@test "an envelope is in Rekor v2 as the hash of what is signed, with a key or without" {
  services
  local n=0 bundle who
  lade key generate --no-passphrase --output-key-prefix release > /dev/null
  for who in "--key release.key" "${FULCIO[*]} --identity-token token --timestamp-server-url $URL/tsa"; do
    n=$((n + 1))
    image "app$n"
    # shellcheck disable=SC2086
    lade sign $who --rekor-url "$URL/rekor-v2" --rekor-version 2 --trusted-root "$ROOT" "app$n" > digest
    lade copy -q "app$n" "oci:layout$n:app"
    bundle=$(grep -l dsseEnvelope "layout$n/blobs/sha256"/*)
    equal "$(jq -r '.verificationMaterial.tlogEntries[0].kindVersion | .kind + " " + .version' "$bundle")" \
      "hashedrekord 0.0.2"
  done
  lade verify --key release.pub --trusted-root "$ROOT" app1 > verdict
  lade verify "${TRUST[@]}" --use-signed-timestamps app2 > verdict
}

@test "what Sigstore's own signer signs verifies with Lade" {
  services
  peer sign.js "$URL" "$(cat token)" message file > message.json
  lade verify-blob --bundle message.json "${TRUST[@]}" --use-signed-timestamps file > verdict
  local digest
  digest=$(sha256sum < file | cut -c-64)
  jq -nc --arg digest "$digest" '{_type: "https://in-toto.io/Statement/v1",
    subject: [{name: "file", digest: {sha256: $digest}}], predicateType: "https://example.com/p", predicate: {}}' > statement
  peer sign.js "$URL" "$(cat token)" dsse statement application/vnd.in-toto+json > envelope.json
  lade verify-blob --bundle envelope.json "${TRUST[@]}" "sha256:$digest" > verdict
  contains "$(cat verdict)" "$WHO"
  fails_with 6 untrusted verify-blob --bundle envelope.json "${TRUST[@]}" "sha256:$(sha256sum < token | cut -c-64)"
}

@test "the token is taken from a file, the command line, a variable or GitHub" {
  services
  local where=("${FULCIO[@]}" --rekor-url "$URL/rekor" --bundle bundle.json)
  lade sign-blob "${where[@]}" --identity-token "$(cat token)" file
  SIGSTORE_ID_TOKEN=$(cat token) "$LADE" sign-blob "${where[@]}" file
  lade verify-blob --bundle bundle.json "${TRUST[@]}" file > verdict
  ACTIONS_ID_TOKEN_REQUEST_URL="$URL/token?api-version=2" ACTIONS_ID_TOKEN_REQUEST_TOKEN=secret-bearer \
    "$LADE" sign-blob "${where[@]}" file
  lade verify-blob --bundle bundle.json --trusted-root "$ROOT" \
    --certificate-identity-regexp '^https://github.example/team/app/' \
    --certificate-oidc-issuer https://token.actions.example file > verdict
  token 'email="me@example.com"' 'email_verified=true' > token
  lade sign-blob "${where[@]}" --identity-token token file
  lade verify-blob --bundle bundle.json --trusted-root "$ROOT" --certificate-identity me@example.com \
    --certificate-oidc-issuer "$BY" file > verdict
}

@test "a token that is no good is shown to nobody" {
  services
  token exp=1700000000 > token
  fails_with 6 "expired at 2023-11-14T22:13:20Z" sign-blob "${KEYLESS[@]}" --bundle b file
  token 'aud="vault"' > token
  fails_with 6 'is for "vault"; wanted one for the audience "sigstore"' sign-blob "${KEYLESS[@]}" --bundle b file
  lade sign-blob "${KEYLESS[@]}" --oidc-client-id vault --bundle b file
  echo hunter2hunter2 > token
  fails_with 2 "token is no identity token" sign-blob "${KEYLESS[@]}" --bundle c file
  silent_about hunter2 stderr
  fails_with 3 "there is no identity token" sign-blob "${FULCIO[@]}" --rekor-url "$URL/rekor" --bundle c file
  equal "$(grep -c fulcio "$SERVICES/asked")" 1
  [ ! -e c ]
}

@test "whatever may be a token is taken for one, and is in no message" {
  services
  local where=("${FULCIO[@]}" --rekor-url "$URL/rekor" --bundle bundle.json) other
  other="$(printf '{\n"alg":"none"}' | base64 -w0 | tr -d =).$(cut -d. -f2- token)"
  case $other in ey*) false ;; esac
  lade sign-blob "${where[@]}" --identity-token "$other" file
  lade sign-blob "${where[@]}" --identity-token " $(cat token)
" file
  fails_with 2 "the identity token that was given (a file of such a name is ./NAME) is no identity token" \
    sign-blob "${where[@]}" --identity-token hunter2.hunter2.hunter2 file
  silent_about hunter2 stderr
  cp token a.b.c
  lade sign-blob "${where[@]}" --identity-token ./a.b.c file
}

@test "tokens and secrets are in no output, log or error" {
  services
  lade() { "$LADE" --log-level trace "$@"; }
  local signature=c2lnbmF0dXJlLW9mLXRva2Vu payload
  payload=$(cut -d. -f2 token)
  {
    lade sign-blob "${KEYLESS[@]}" --bundle bundle.json file
    lade sign-blob --fulcio-url "$URL/echo" --rekor-url "$URL/rekor" --identity-token token --bundle x file || true
    lade sign-blob --fulcio-url "$URL/echo" --rekor-url "$URL/rekor" --identity-token "$(cat token)" \
      --bundle x file || true
    ACTIONS_ID_TOKEN_REQUEST_URL=$URL/token ACTIONS_ID_TOKEN_REQUEST_TOKEN=wrong-secret-bearer \
      lade sign-blob "${FULCIO[@]}" --rekor-url "$URL/rekor" --bundle x file || true
  } > log 2>&1
  contains "$(cat log)" "/echo answered 403"
  contains "$(cat log)" "lade: debug: POST $URL/"
  contains "$(cat log)" "/token answered 401"
  silent_about "$signature" log bundle.json
  silent_about "${payload:0:40}" log bundle.json
  silent_about secret-bearer log
}

@test "services that answer wrongly leave nothing behind" {
  services
  local rest=(--identity-token token --bundle bundle.json file)
  fails_with 4 "issued a certificate for another key" sign-blob --fulcio-url "$URL/wrong-key" \
    --rekor-url "$URL/rekor" "${rest[@]}"
  fails_with 4 "the answer of Fulcio" sign-blob --fulcio-url "$URL/garbage" --rekor-url "$URL/rekor" "${rest[@]}"
  fails_with 4 "has more than 4194304 bytes" sign-blob --fulcio-url "$URL/huge" --rekor-url "$URL/rekor" "${rest[@]}"
  fails_with 3 "answered 404: no such path" sign-blob --fulcio-url "$URL/nowhere" --rekor-url "$URL/rekor" "${rest[@]}"
  local tsa
  for tsa in other-hash other-nonce; do
    fails_with 4 "a timestamp of something else" sign-blob "${FULCIO[@]}" \
      --timestamp-server-url "$URL/tsa/$tsa" "${rest[@]}"
  done
  fails_with 6 "does not verify with the trusted root" sign-blob "${FULCIO[@]}" --rekor-url "$URL/rekor" \
    --trusted-root <(jq '.tlogs = []' "$ROOT") "${rest[@]}"
  [ ! -e bundle.json ]
}

@test "a certificate is promised by a log of the trusted root, as verifiers want it" {
  services
  jq '.ctlogs = []' "$ROOT" > private.json
  fails_with 6 "does not verify with the trusted root" sign-blob "${KEYLESS[@]}" --trusted-root private.json \
    --bundle bundle.json file
  [ ! -e bundle.json ]
  lade sign-blob "${KEYLESS[@]}" --trusted-root private.json --insecure-ignore-sct --bundle bundle.json file
  lade verify-blob --bundle bundle.json --certificate-identity "$WHO" --certificate-oidc-issuer "$BY" \
    --trusted-root private.json --insecure-ignore-sct file > verdict
}

@test "a service that does not answer is unreachable" {
  services
  fails_with 8 "asking Fulcio at http://127.0.0.1:1" sign-blob --fulcio-url http://127.0.0.1:1 \
    --rekor-url "$URL/rekor" --identity-token token --bundle b file
}

@test "a token goes nowhere by plain http" {
  services
  fails_with 6 "over plain http" sign-blob --fulcio-url http://fulcio.example --rekor-url "$URL/rekor" \
    --identity-token token --bundle b file
}

@test "a token goes nowhere by a redirect" {
  services
  fails_with 6 "$URL/moved/api/v2/signingCert redirects to \"/fulcio/api/v2/signingCert\"" sign-blob \
    --fulcio-url "$URL/moved" --rekor-url "$URL/rekor" --identity-token token --bundle b file
  equal "$(cat "$SERVICES/asked")" "POST /moved/api/v2/signingCert"
}

@test "a signing configuration names the services" {
  services
  jq -n --arg url "$URL" 'def s($path; $v; $who): {url: ($url + $path), majorApiVersion: $v, operator: $who,
      validFor: {start: "2020-01-01T00:00:00Z"}};
    {mediaType: "application/vnd.dev.sigstore.signingconfig.v0.2+json", caUrls: [s("/fulcio"; 1; "a")],
     rekorTlogUrls: [s("/rekor"; 1; "a"), s("/rekor-v2"; 2; "a")], rekorTlogConfig: {selector: "ANY"},
     tsaUrls: [s("/tsa"; 1; "a")], tsaConfig: {selector: "EXACT", count: 1}}' > config.json
  lade sign-blob --signing-config config.json --identity-token token --bundle bundle.json file
  lade verify-blob --bundle bundle.json "${TRUST[@]}" file > verdict
  equal "$(cut -d/ -f2 "$SERVICES/asked" | sort | tr '\n' ' ')" "fulcio rekor-v2 tsa "
  lade sign-blob --signing-config config.json --tlog-upload=false --identity-token token --bundle bundle.json file
  lade verify-blob --bundle bundle.json "${TRUST[@]}" --insecure-ignore-tlog --use-signed-timestamps file > verdict
  jq '.rekorTlogUrls[].validFor.end = "2021-01-01T00:00:00Z"' config.json > old.json
  fails_with 8 "names 0 services in rekorTlogUrls" sign-blob --signing-config old.json --identity-token token file
  lade sign-blob --signing-config old.json --tlog-upload=false --identity-token token --bundle bundle.json file
  lade sign-blob --signing-config old.json --rekor-url "$URL/rekor" --identity-token token --bundle bundle.json file
}

@test "without a URL nobody is asked, and without a time nobody signs" {
  services
  lade key generate --no-passphrase --output-key-prefix release > /dev/null
  image app
  lade sign --key release.key app > /dev/null
  LADE_TRUSTED_ROOT=nowhere "$LADE" sign-blob --key release.key file > /dev/null
  fails_with 2 "--trusted-root has nothing to check" sign-blob --key release.key --trusted-root "$ROOT" file
  fails_with 2 "nobody signs: give --key, or --fulcio-url" sign app
  fails_with 2 "nobody signs" sign-blob --rekor-url "$URL/rekor" file
  fails_with 2 "nobody could tell later" sign-blob "${FULCIO[@]}" --identity-token token file
  fails_with 2 "Rekor v2 tells no times" sign-blob "${FULCIO[@]}" --rekor-url "$URL/rekor-v2" --rekor-version 2 \
    --identity-token token file
  fails_with 2 "names no transparency log" sign-blob --key release.key --tlog-upload file
  fails_with 2 "two ways to sign" sign-blob --key release.key --identity-token token file
  fails_with 2 "give --key" sign "${KEYLESS[@]}" --forms notation --certificate-chain "$ROOT" app
  [ ! -s "$SERVICES/asked" ]
}

@test "what is wrong with a command is told before anybody is asked" {
  services
  image app
  echo '{"scanner": "x"}' > scan.json
  mkdir directory
  local keyless=(--timestamp-server-url "$URL/tsa" "${KEYLESS[@]}")
  fails_with 3 nothing sign-blob "${keyless[@]}" --bundle b nothing
  fails_with 3 missing sign-blob "${keyless[@]}" --bundle missing/b file
  fails_with 3 missing sign-blob "${keyless[@]}" --bundle b --output-certificate missing/c file
  fails_with 2 "it is a directory" sign-blob "${keyless[@]}" --bundle directory file
  fails_with 2 "no time-stamp authority is named" sign-blob "${KEYLESS[@]}" --rfc3161-timestamp t file
  fails_with 3 nothing sign "${keyless[@]}" nothing
  fails_with 3 nothing attest "${keyless[@]}" --predicate scan.json nothing
  fails_with 2 "has no place for entries of Rekor v2" sign --fulcio-url "$URL/fulcio" --identity-token token \
    --rekor-url "$URL/rekor-v2" --rekor-version 2 --timestamp-server-url "$URL/tsa" --forms cosign app
  [ ! -s "$SERVICES/asked" ]
  [ ! -e b ]
}

@test "a flag that would change nothing is refused" {
  services
  image app
  lade key generate --no-passphrase --output-key-prefix release > /dev/null
  echo '{}' > scan.json
  fails_with 2 "--key and --fulcio-url are two ways to sign" sign-blob --key release.key --fulcio-url "$URL/fulcio" file
  fails_with 2 "--key and --oidc-client-id are two ways to sign" sign-blob --key release.key --oidc-client-id x file
  fails_with 2 "--rekor-version is of the log that --rekor-url names" sign --key release.key --rekor-version 2 app
  fails_with 2 "a Notary Project signature has no place" sign --key release.key --rekor-url "$URL/rekor" \
    --forms notation --certificate-chain "$ROOT" app
  fails_with 2 "nobody signs" attest --tlog-upload=false --predicate scan.json app
  fails_with 2 "nobody signs" attest --oidc-client-id x --predicate scan.json app
  fails_with 2 "--trusted-root has nothing to check" attest --trusted-root "$ROOT" --predicate scan.json app
  [ ! -s "$SERVICES/asked" ]
}

@test "an empty value changes nobody's signature" {
  services
  image app
  echo '{}' > scan.json
  local flag
  for flag in --key --identity-token --fulcio-url --rekor-url --timestamp-server-url --signing-config \
    --oidc-client-id --trusted-root; do
    fails_with 2 "is empty: no value was given" attest "$flag" "" --predicate scan.json app
    fails_with 2 "is empty: no value was given" sign "${KEYLESS[@]}" "$flag" "" app
  done
  fails_with 2 "--key: is empty: no value was given" attest --key= --predicate scan.json app
  [ ! -s "$SERVICES/asked" ]
}

@test "a signing configuration with several services has its signatures in a bundle alone" {
  services
  image app
  jq -n --arg url "$URL" 'def s($path; $v; $who): {url: ($url + $path), majorApiVersion: $v, operator: $who,
      validFor: {start: "2020-01-01T00:00:00Z"}};
    {mediaType: "application/vnd.dev.sigstore.signingconfig.v0.2+json", caUrls: [s("/fulcio"; 1; "a")],
     rekorTlogUrls: [s("/rekor"; 1; "a")], rekorTlogConfig: {selector: "ANY"},
     tsaUrls: [s("/tsa"; 1; "a"), s("/tsa"; 1; "b")], tsaConfig: {selector: "ALL"}}' > config.json
  fails_with 2 "nor for a second entry or timestamp" sign --signing-config config.json --identity-token token \
    --forms cosign,bundle app
  [ ! -s "$SERVICES/asked" ]
  lade sign --signing-config config.json --identity-token token app > digest
  run_lade verify "${TRUST[@]}" --format json app
  equal "$(jq -r '[.manifests[0].signatures[] | .form + " " + .verdict] | join(", ")' <<< "$output")" "bundle valid"
}

@test "a timestamp beside a signature is as good as a bundle" {
  services
  run_lade sign-blob "${FULCIO[@]}" --identity-token token --timestamp-server-url "$URL/tsa" \
    --output-signature sig --output-certificate cert --rfc3161-timestamp stamp file
  equal "$status $output$errors" "0 "
  run_lade sign-blob "${KEYLESS[@]}" --output-signature sig --output-certificate cert file
  contains "$errors" "only a bundle (--bundle) or a timestamp"
}
