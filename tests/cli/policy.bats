load support
load policy_support

# GPG signatures and policy.json, between this program, gpg and skopeo.

setup_file() {
  export CORPORA=${LADE_CORPORA:-$BATS_TEST_DIRNAME/../../../shared/corpora}/policy
}

teardown() { stop_gpg; }

# policy IDENTITY: signed by the user's key, as this identity.
policy() {
  printf '{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"%s","signedIdentity":%s}]}\n' \
    "$PWD/keys.gpg" "$1" > policy.json
}

@test "skopeo verifies what standalone-sign signs" {
  needs skopeo
  signer
  echo '{"schemaVersion":2}' > manifest.json
  lade standalone-sign manifest.json registry.example.com/app:1 "$KEY" --output app.signature
  skopeo standalone-verify manifest.json registry.example.com/app:1 "$KEY" app.signature
  equal "$(lade standalone-verify manifest.json registry.example.com/app:1 "$KEY" app.signature)" \
    "Signature verified using fingerprint $KEY, digest $(lade manifest-digest manifest.json)"
  equal "$(lade manifest-digest manifest.json)" "$(skopeo manifest-digest manifest.json)"
  gpg --batch --quiet --decrypt app.signature 2> /dev/null | jq -e '
    .critical.identity["docker-reference"] == "registry.example.com/app:1"
    and .optional.creator == "lade" and .optional.timestamp == 1700000000'
}

@test "standalone-verify verifies what skopeo signs, with a file of keys or the user's" {
  needs skopeo
  signer
  echo '{"schemaVersion":2}' > manifest.json
  skopeo standalone-sign manifest.json registry.example.com/app:1 "$KEY" --output app.signature
  lade standalone-verify manifest.json registry.example.com/app:1 "$KEY" app.signature
  export GNUPGHOME=$BATS_TEST_TMPDIR/nobody
  mkdir -m 700 "$GNUPGHOME"
  lade standalone-verify --public-key-file keys.gpg manifest.json registry.example.com/app:1 any \
    app.signature
  fails_with 3 "gpg has no public key $KEY" standalone-verify manifest.json \
    registry.example.com/app:1 "$KEY" app.signature
}

@test "standalone-verify says what is not as wanted" {
  signer
  echo '{"schemaVersion":2}' > manifest.json
  echo '{"schemaVersion":3}' > other.json
  lade standalone-sign manifest.json registry.example.com/app:1 "$KEY" -o app.signature
  verify() { fails_with "$1" "$2" standalone-verify --public-key-file keys.gpg "${@:3}"; }
  verify 6 "the signature is of the manifest $(lade manifest-digest manifest.json), not of" \
    other.json registry.example.com/app:1 any app.signature
  verify 6 "the signature is for registry.example.com/app:1; wanted registry.example.com/app:2" \
    manifest.json registry.example.com/app:2 any app.signature
  verify 6 "wanted 0000000000000000000000000000000000000000" \
    manifest.json registry.example.com/app:1 0000000000000000000000000000000000000000 app.signature
  verify 2 "no OpenPGP message" manifest.json registry.example.com/app:1 any manifest.json
  verify 3 "nothing.signature" manifest.json registry.example.com/app:1 any nothing.signature
}

@test "a key with a passphrase signs by --passphrase-file, which is shown nowhere" {
  signer "open sesame"
  echo '{"schemaVersion":2}' > manifest.json
  echo "open barley" > wrong
  fails_with 6 "gpg does not sign with the key" standalone-sign manifest.json a.io/app:1 "$KEY" \
    -o app.signature --passphrase-file wrong
  silent_about barley stderr
  [ ! -e app.signature ]
  echo "open sesame" > passphrase
  lade standalone-sign manifest.json a.io/app:1 "$KEY" -o app.signature --passphrase-file passphrase
  lade standalone-verify --public-key-file keys.gpg manifest.json a.io/app:1 any app.signature
  fails_with 3 "gpg has no secret key" standalone-sign manifest.json a.io/app:1 nobody -o x.signature
}

@test "explain and skopeo agree about a signed directory" {
  needs skopeo
  signer
  image app
  lade copy -q app dir:app
  policy '{"type":"exactReference","dockerReference":"a.io/app:1"}'
  judge() { run_lade policy explain --signature-policy policy.json "$@" dir:app; }
  judge
  equal "$status" 6
  contains "$output" "dir:app is refused"
  contains "$output" "signedBy does not hold: the image has no signature by simple signing"

  lade standalone-sign app/manifest.json a.io/app:1 "$KEY" -o app/signature-1
  judge
  equal "$status" 0
  contains "$output" "dir:app is allowed"
  contains "$output" "rule      the default"
  contains "$output" "signature-1 counts: signed by the key $KEY for a.io/app:1"
  skopeo --policy policy.json copy -q dir:app dir:copied

  lade copy -q dir:app dir:carried
  cmp app/signature-1 carried/signature-1
  skopeo --policy policy.json copy -q dir:carried dir:by-skopeo

  policy '{"type":"exactReference","dockerReference":"a.io/app:2"}'
  judge --format json
  equal "$status" 6
  equal "$(echo "$output" | jq -r '.schemaVersion, .allowed, .requirements[0].verdict, .requirements[0].signatures[0].origin')" \
    "$(printf '1\nfalse\nuntrusted\nsignature-1')"
  if skopeo --policy policy.json copy -q dir:app dir:again 2> /dev/null; then false; fi
}

@test "explain names the scope that decides" {
  image app
  mkdir -p in
  lade copy -q app dir:in/app
  ln -s in link
  cat > policy.json <<P
{"default":[{"type":"reject"}],
 "transports":{"dir":{"$(realpath in)":[{"type":"insecureAcceptAnything"}],"":[{"type":"reject"}]}}}
P
  run_lade policy explain --signature-policy policy.json dir:link/app
  equal "$status" 0
  contains "$output" "the scope \"$(realpath in)\" of dir"
  lade copy -q app dir:elsewhere
  run_lade policy explain --signature-policy policy.json dir:elsewhere
  equal "$status" 6
  contains "$output" "the default of dir"
  contains "$output" "reject does not hold: every image is rejected"
}

@test "the policy that counts is the user's, then the one that is named" {
  export HOME=$PWD/home
  unset XDG_CONFIG_HOME CONTAINERS_POLICY_CONF
  mkdir -p home/.config/containers
  echo '{"default":[{"type":"reject"}]}' > home/.config/containers/policy.json
  contains "$(lade policy check)" "home/.config/containers/policy.json is a valid policy."
  echo '{"default":[]}' > other.json
  CONTAINERS_POLICY_CONF=$PWD/other.json fails_with 2 "default is empty" policy check
  fails_with 3 "nothing.json" policy check nothing.json
}

@test "check warns of what cannot be meant" {
  cat > policy.json <<'P'
{"default":[{"type":"reject"}],
 "transports":{"docker":{"busybox":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/no/such/key"}]}}}
P
  run_lade policy check policy.json
  equal "$status" 1
  contains "$output" "transports.docker.\"busybox\": no image belongs to it"
  contains "$output" "written out it is docker.io/library/busybox"
  contains "$output" "/no/such/key"
  equal "$(lade policy check --format json policy.json | jq '.warnings | length')" 2
  echo '{"default":[{"type":"signedby"}]}' > policy.json
  fails_with 2 "did you mean \"signedBy\"?" policy check policy.json
}

@test "an image on a registry is judged by its signature storage" {
  load registry_support
  plain_registry
  signer
  image app
  lade push -q app "docker://$HOST/app:1"
  policy '{"type":"matchRepoDigestOrExact"}'
  run_lade policy explain --signature-policy policy.json "docker://$HOST/app:1"
  equal "$status" 6
  contains "$output" "the image has no signature by simple signing"

  lade inspect --raw "docker://$HOST/app:1" > manifest.json
  digest=$(lade manifest-digest manifest.json)
  mkdir -p "lookaside/app@${digest/:/=}"
  lade standalone-sign manifest.json "$HOST/app:1" "$KEY" -o "lookaside/app@${digest/:/=}/signature-1"
  run_lade policy explain --signature-policy policy.json "docker://$HOST/app:1"
  equal "$status" 0
  contains "$output" "signed by the key $KEY for $HOST/app:1"
  run_lade policy explain --signature-policy policy.json "docker://$HOST/app@$digest"
  equal "$status" 0
}

@test "cosign's image of the corpus is allowed by its key" {
  [ -d "$CORPORA" ] || skip "no corpora"
  cat > policy.json <<P
{"default":[{"type":"sigstoreSigned","keyPath":"$CORPORA/cosign.pub","signedIdentity":
 {"type":"exactRepository","dockerRepository":"192.168.64.2:5000/cosign-signed-single-sample"}}]}
P
  run_lade policy explain --signature-policy policy.json "dir:$CORPORA/dir-img-cosign-valid"
  equal "$status" 0
  contains "$output" "signature-1 counts: signed by the key ECDSA P-256"
  cp -r "$CORPORA/dir-img-cosign-modified-manifest" changed
  cp --remove-destination "$CORPORA/dir-img-cosign-valid/signature-1" changed/signature-1 ||
    { chmod u+w changed; cp -f "$CORPORA/dir-img-cosign-valid/signature-1" changed/; }
  run_lade policy explain --signature-policy policy.json dir:changed
  equal "$status" 6
  contains "$output" "the signature is of the manifest sha256:634a8f35"
}

# put_blob FILE: straight into the repository app of the registry.
put_blob() {
  local where
  where=$(curl -fsS -X POST -D - -o /dev/null "http://$HOST/v2/app/blobs/uploads/" | tr -d '\r' |
    sed -n 's/^[Ll]ocation: //p')
  curl -fsS -X PUT --data-binary "@$1" -H 'Content-Type: application/octet-stream' \
    "$where&digest=$(lade manifest-digest "$1")"
}

@test "an image on a registry is judged by what cosign's tag names" {
  load registry_support
  needs openssl curl jq
  plain_registry
  image app
  lade push -q app "docker://$HOST/app:1"
  lade inspect --raw "docker://$HOST/app:1" > manifest.json
  digest=$(lade manifest-digest manifest.json)
  openssl ecparam -name prime256v1 -genkey -noout -out key.pem
  openssl pkey -in key.pem -pubout -out key.pub
  printf '{"critical":{"identity":{"docker-reference":"%s/app"},"image":{"docker-manifest-digest":"%s"},"type":"cosign container image signature"},"optional":null}' \
    "$HOST" "$digest" > payload
  printf '{}' > config
  put_blob payload
  put_blob config
  descriptor() {
    jq -cn --arg type "$1" --arg digest "$(lade manifest-digest "$2")" --argjson size "$(wc -c < "$2")" \
      '{mediaType: $type, digest: $digest, size: $size}'
  }
  jq -cn --argjson config "$(descriptor application/vnd.oci.image.config.v1+json config)" \
    --argjson layer "$(descriptor application/vnd.dev.cosign.simplesigning.v1+json payload)" \
    --arg signature "$(openssl dgst -sha256 -sign key.pem payload | base64 -w0)" \
    '{schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config: $config,
      layers: [$layer + {annotations: {"dev.cosignproject.cosign/signature": $signature}}]}' > signature.json
  curl -fsS -X PUT -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' \
    --data-binary @signature.json "http://$HOST/v2/app/manifests/${digest/:/-}.sig"

  printf '{"default":[{"type":"sigstoreSigned","keyPath":"%s","signedIdentity":{"type":"matchRepository"}}]}' \
    "$PWD/key.pub" > policy.json
  run_lade policy explain --signature-policy policy.json "docker://$HOST/app:1"
  equal "$status" 0
  contains "$output" "${digest/:/-}.sig counts: signed by the key ECDSA P-256"
  openssl ecparam -name prime256v1 -genkey -noout | openssl pkey -pubout -out key.pub
  run_lade policy explain --signature-policy policy.json "docker://$HOST/app:1"
  equal "$status" 6
  contains "$output" "the signature is not one of"
}
