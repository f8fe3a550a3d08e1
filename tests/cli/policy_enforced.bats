load build_support
load registry_support
load policy_support

# policy.json, asked before an image is used; and signatures in files, made and carried by copies.

teardown() {
  stop_gpg
  stop_servers
  empty_stores
}

# policy TEXT: what counts from here on.
policy() {
  export CONTAINERS_POLICY_CONF=$PWD/policy.json
  echo "$1" > policy.json
}

anything='[{"type":"insecureAcceptAnything"}]'
reject='[{"type":"reject"}]'

# signed_by KEYS [IDENTITY]: a requirement.
signed_by() {
  printf '[{"type":"signedBy","keyType":"GPGKeys","keyPath":"%s","signedIdentity":%s}]' \
    "$PWD/$1" "${2:-{\"type\":\"matchRepoDigestOrExact\"\}}"
}

# of_docker REQUIREMENTS: they count on registries, anything goes elsewhere.
of_docker() { policy "{\"default\":$anything,\"transports\":{\"docker\":{\"\":$1}}}"; }

# The store has no image, and not a byte of one.
empty_store() {
  equal "$(lade --insecure-policy images -q)" ""
  equal "$(find "$LADE_ROOT/blobs" -type f 2> /dev/null | wc -l)" 0
}

# refused ARGUMENT…: with the file of the policy and a hint.
refused() {
  fails_with 6 "the policy $PWD/policy.json does not allow " "$@"
  contains "$errors" '"lade policy explain '
  contains "$errors" " tells more"
}

# flip FILE AT: one bit of the byte there is another.
flip() {
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1")
  # shellcheck disable=SC2059
  printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "whatever brings an image is refused by the policy, and leaves nothing" {
  plain_registry
  remote app:1
  mkdir ctx
  echo 'FROM other' > other
  of_docker "$reject"
  refused pull "$HOST/app:1"
  contains "$errors" "docker://$HOST/app:1: by the default of docker: reject: every image is rejected"
  refused pull --multi-arch all "docker://$HOST/app:1"
  refused pull --all-tags "$HOST/app"
  refused copy "docker://$HOST/app:1" app
  refused copy "docker://$HOST/app:1" dir:app
  refused copy "docker://$HOST/app:1" oci:layout:app
  refused copy "docker://$HOST/app:1" "docker://$HOST/app:1" oci:layout
  refused copy "docker://$HOST/app:1" "docker://$HOST/copied:1"
  refused copy --dry-run "docker://$HOST/app:1" dir:app
  refused copy "docker://$HOST/app:1" oci-archive:oci.tar
  refused sync --src docker --dest dir "$HOST/app" synced
  refused sync --src docker --dest oci "$HOST/app" synced
  refused export -o rootfs.tar "docker://$HOST/app:1"
  refused build -t made - <<< "FROM $HOST/app:1"
  refused build -t made - <<< "FROM docker://$HOST/app:1"
  printf 'FROM scratch\nCOPY --from=%s /etc/name /\n' "$HOST/app:1" > copies
  refused build -t made -f copies ctx
  printf 'FROM scratch\nRUN --mount=type=bind,from=%s,target=/m true\n' "$HOST/app:1" > mounts
  refused build -t made -f mounts ctx
  refused build -t made -f other --build-context "other=docker-image://$HOST/app:1" ctx
  empty_store
  for made in app layout synced oci.tar rootfs.tar; do
    [ ! -e "$made" ] || [ -z "$(find "$made" -type f)" ]
  done
  equal "$(tags copied)" "[]"
  refused index create begun "docker://$HOST/app:1"
  fails_with 3 begun index inspect store:begun
  lade index create list
  refused index add list "docker://$HOST/app:1"
  equal "$(lade inspect --raw list | jq '.manifests | length')" 0
}

@test "images of files are judged by the scopes of their transport" {
  image app
  lade copy -q app oci:layout:app
  lade copy -q app dir:app
  lade copy -q app oci-archive:oci.tar
  lade copy -q app docker-archive:docker.tar:app:1
  export LADE_ROOT=$PWD/second
  mkdir ctx
  echo 'FROM other' > other
  policy "{\"default\":$anything,\"transports\":{\"oci\":{\"$PWD/layout\":$reject},
    \"dir\":{\"$PWD\":$reject},\"oci-archive\":{\"\":$reject},\"docker-archive\":{\"\":$reject},
    \"tarball\":{\"\":$reject}}}"
  for name in oci:layout:app dir:app oci-archive:oci.tar docker-archive:docker.tar tarball:app.tar; do
    refused copy "$name" "app"
    refused pull "$name"
    refused build -t made - <<< "FROM $name"
    refused export -o rootfs.tar "$name"
  done
  refused build -t made -f other --build-context other=oci-layout://layout ctx
  refused sync --src dir --dest docker . 127.0.0.1:1/x
  contains "$errors" "by the scope \"$PWD\" of dir"
  empty_store
  cp -r layout free
  lade copy -q oci:free:app app
}

@test "who only looks at an image is not refused" {
  plain_registry
  remote app:1
  of_docker "$reject"
  lade inspect "docker://$HOST/app:1" > /dev/null
  lade ls "docker://$HOST/app:1" > /dev/null
  lade cat "docker://$HOST/app:1" etc/name
  lade tree "docker://$HOST/app:1"
  lade referrers "docker://$HOST/app:1"
  lade validate "docker://$HOST/app:1"
  lade history "docker://$HOST/app:1"
  lade list-tags "docker://$HOST/app"
}

@test "images of the store were judged when they came, and are again if the policy names the store" {
  plain_registry
  remote app:1
  lade pull -q "$HOST/app:1"
  policy "{\"default\":$reject}"
  lade build -t made - <<< "FROM $HOST/app:1"
  lade push -q made "docker://$HOST/made:1"
  lade copy -q made dir:made
  lade export -o rootfs.tar made
  # but the registry is asked by this, and what it has is judged though the store has it, too
  refused pull "$HOST/app:1"
  refused build --pull=always -t made - <<< "FROM $HOST/app:1"
  refused build --pull=newer -t made - <<< "FROM $HOST/app:1"
  lade pull -q --policy missing "$HOST/app:1"
  lade inspect "$HOST/app:1" > /dev/null

  policy "{\"default\":$anything,\"transports\":{\"store\":{\"$HOST/app\":$reject}}}"
  refused push "$HOST/app:1" "docker://$HOST/pushed:1"
  contains "$errors" "by the scope \"$HOST/app\" of store"
  refused copy "$HOST/app:1" dir:app
  refused export -o other.tar "$HOST/app:1"
  refused build -t other - <<< "FROM $HOST/app:1"
  [ ! -e other.tar ]
  lade push -q made "docker://$HOST/pushed:2"
}

@test "without a policy all is allowed, and info says which one counts" {
  image app
  lade copy -q app dir:app
  policy "{\"default\":$reject}"
  equal "$(lade info --format '{{.configuration.policy}}')" "$PWD/policy.json"
  cp policy.json x.json
  equal "$(lade --policy x.json info --format '{{.configuration.policy}}')" x.json
  contains "$(lade --policy y.json info --format '{{.configuration.policy}}')" y.json
  equal "$(lade --insecure-policy info --format '{{.configuration.policy}}')" none
  [ "$(id -u)" = 0 ] || skip "only root can hide the policy of the machine"
  unset CONTAINERS_POLICY_CONF
  export HOME=$PWD/home
  cat > hidden <<'S'
mkdir -p /etc/containers /usr/share/containers
mount -t tmpfs none /etc/containers && mount -t tmpfs none /usr/share/containers || exit 77
"$LADE" copy -q dir:app copied && "$LADE" info --format '{{.configuration.policy}}'
S
  local code=0
  shown=$(LADE=$LADE unshare -m sh hidden) || code=$?
  [ "$code" != 77 ] && [ "$code" != 1 ] || skip "no namespace to hide it in"
  equal "$code $shown" "0 none"
}

@test "the policy is that of the flag, of the environment, of the user, in this order" {
  image app
  lade copy -q app dir:app
  export HOME=$PWD/home
  unset XDG_CONFIG_HOME CONTAINERS_POLICY_CONF
  mkdir -p home/.config/containers
  echo "{\"default\":$reject}" > home/.config/containers/policy.json
  echo "{\"default\":$anything}" > good.json
  echo "{\"default\":$reject}" > bad.json
  export LADE_ROOT=$PWD/second
  fails_with 6 "the policy $HOME/.config/containers/policy.json does not allow dir:app" copy dir:app x
  CONTAINERS_POLICY_CONF=$PWD/good.json lade copy -q dir:app x
  CONTAINERS_POLICY_CONF=$PWD/good.json fails_with 6 "the policy bad.json does not allow" \
    --policy bad.json copy dir:app x
  lade --policy good.json copy -q dir:app x
  lade --insecure-policy copy -q dir:app x
  fails_with 2 "--policy" --policy bad.json --insecure-policy copy dir:app x
  lade pull --signature-policy good.json dir:app
  lade build --signature-policy good.json -t made - <<< "FROM dir:app"
  fails_with 2 "--insecure-policy" --insecure-policy pull --signature-policy bad.json dir:app
  export CONTAINERS_POLICY_CONF=$PWD/good.json
  fails_with 6 "the policy bad.json does not allow" pull --signature-policy bad.json dir:app
  fails_with 6 "the policy bad.json does not allow" build --signature-policy bad.json -t made - \
    <<< "FROM dir:app"
  echo "{\"default\":$anything,\"transports\":{\"store\":{\"\":$reject}}}" > store.json
  fails_with 6 "the policy store.json does not allow" push --signature-policy store.json x dir:pushed
}

@test "a policy that cannot be read stops everything, with its file and the place in it" {
  plain_registry
  remote app:1
  image mine
  policy '{"default":[{"type":"signedby"}]}'
  mkdir ctx
  broken() {
    fails_with 2 "$PWD/policy.json" "$@"
    contains "$errors" 'default[0]'
    contains "$errors" 'did you mean "signedBy"?'
  }
  broken pull "$HOST/app:1"
  broken copy "docker://$HOST/app:1" dir:app
  broken copy mine dir:app
  broken sync --src docker --dest dir "$HOST/app" synced
  broken push mine "docker://$HOST/mine:1"
  broken export -o rootfs.tar mine
  broken build -t made - <<< "FROM scratch"
  echo 'nonsense' > policy.json
  fails_with 2 "$PWD/policy.json" pull "$HOST/app:1"
  rm policy.json
  fails_with 3 "$PWD/policy.json" pull "$HOST/app:1"
  for made in app synced rootfs.tar; do [ ! -e "$made" ]; done
  equal "$(lade --insecure-policy images --format '{{.Repository}}')" localhost/mine
  equal "$(tags mine)" "[]"
}

@test "signedBy wants a good signature for that name and that manifest" {
  plain_registry
  signer
  other_keys
  remote app:1
  digest=$(remote_digest app:1)
  of_docker "$(signed_by keys.gpg)"
  refused pull "$HOST/app:1"
  contains "$errors" "signedBy: the image has no signature by simple signing"
  refused build -t made - <<< "FROM $HOST/app:1"

  lade --insecure-policy copy -q --sign-by "$KEY" "docker://$HOST/app:1" "docker://$HOST/app:1"
  [ -s "lookaside/app@${digest/:/=}/signature-1" ]
  lade pull -q "$HOST/app:1"
  lade pull -q "$HOST/app@$digest"
  lade build -t made - <<< "FROM docker://$HOST/app:1"
  lade copy -q "docker://$HOST/app:1" dir:app
  lade sync -q --src docker --dest dir "$HOST/app:1" synced
  lade export -o rootfs.tar "docker://$HOST/app:1"
  cmp "lookaside/app@${digest/:/=}/signature-1" app/signature-1
  cmp "lookaside/app@${digest/:/=}/signature-1" synced/app:1/signature-1

  export LADE_ROOT=$PWD/second
  signature=lookaside/app@${digest/:/=}/signature-1
  cp "$signature" kept
  for at in 20 200 500; do
    flip "$signature" $at
    refused pull "$HOST/app:1"
    cp kept "$signature"
  done
  of_docker "$(signed_by other.gpg)"
  refused pull "$HOST/app:1"
  # the same image under a name that it is not signed for
  lade --insecure-policy copy -q --remove-signatures "docker://$HOST/app:1" "docker://$HOST/app:2"
  mkdir -p lookaside
  of_docker "$(signed_by keys.gpg)"
  refused pull "$HOST/app:2"
  contains "$errors" "$HOST/app:1"
  of_docker "$(signed_by keys.gpg '{"type":"matchRepository"}')"
  lade pull -q "$HOST/app:2"
  # the tag has moved to what nobody signed
  tarball moved
  LADE_ROOT=$PWD/other lade --insecure-policy copy -q tarball:moved.tar "docker://$HOST/app:1"
  of_docker "$(signed_by keys.gpg)"
  export LADE_ROOT=$PWD/third
  refused pull "$HOST/app:1"
  # and a signature that was put there for it is of another manifest
  moved=$(remote_digest app:1)
  mkdir -p "lookaside/app@${moved/:/=}"
  cp "lookaside/app@${digest/:/=}/signature-1" "lookaside/app@${moved/:/=}/signature-1"
  refused pull "$HOST/app:1"
  contains "$errors" "the signature is of the manifest $digest"
  empty_store
}

@test "signatures are asked for if a requirement wants them, once, and who does not answer is told of" {
  plain_registry
  signer
  remote app:1
  mkdir -p lookaside empty
  lade copy -q --sign-by "$KEY" "docker://$HOST/app:1" "docker://$HOST/app:1"
  file_server lookaside
  storage "http://127.0.0.1:$PORT"
  policy "{\"default\":$reject,\"transports\":{\"docker\":{\"$HOST/app\":$anything}}}"
  lade pull -q "$HOST/app:1"
  silent_about GET served.log
  of_docker "$(signed_by keys.gpg)"
  lade copy -q "docker://$HOST/app:1" dir:app
  equal "$(grep -c 'GET .*/signature-1 ' served.log)" 1
  equal "$(grep -c 'GET .*/signature-2 ' served.log)" 1
  [ -s app/signature-1 ]
  # nobody listens at port 1
  storage http://127.0.0.1:1
  export LADE_ROOT=$PWD/second
  fails_with 8 "127.0.0.1:1" pull "$HOST/app:1"
  fails_with 8 "127.0.0.1:1" copy "docker://$HOST/app:1" dir:other
  empty_store
  [ ! -e other ] || [ -z "$(find other -type f)" ]
  storage "http://127.0.0.1:$PORT/nothing"
  refused pull "$HOST/app:1"
}

@test "sigstoreSigned wants a signature under cosign's tag, which copies make as skopeo does" {
  plain_registry
  image app
  export COSIGN_PASSWORD=secret
  lade key generate --output-key-prefix mine
  lade key generate --output-key-prefix other
  sigstore() {
    of_docker "[{\"type\":\"sigstoreSigned\",\"keyPath\":\"$PWD/$1.pub\",
      \"signedIdentity\":{\"type\":\"matchRepository\"}}]"
  }
  lade push -q app "docker://$HOST/app:1"
  sigstore mine
  refused pull "$HOST/app:1"
  contains "$errors" "sigstoreSigned: the image has no"
  lade push -q --sign-by-sigstore-private-key mine.key app "docker://$HOST/app:1"
  equal "$(tags app)" "[\"1\",\"$(remote_digest app:1 | tr : -).sig\"]"
  export LADE_ROOT=$PWD/second
  lade pull -q "$HOST/app:1"
  sigstore other
  export LADE_ROOT=$PWD/third
  refused pull "$HOST/app:1"
  empty_store
  needs skopeo
  storage "file://$PWD/lookaside"
  sigstore mine
  if ! skopeo --policy policy.json copy -q --src-tls-verify=false "docker://$HOST/app:1" dir:yes 2> skopeo.log
  then
    # Debian builds it without
    contains "$(cat skopeo.log)" "sigstore disabled"
    skip "skopeo does without sigstore here"
  fi
  printf secret > pass
  skopeo --insecure-policy copy -q --src-tls-verify=false --dest-tls-verify=false \
    --sign-by-sigstore-private-key mine.key --sign-passphrase-file pass \
    "docker://$HOST/app:1" "docker://$HOST/theirs:1"
  lade copy -q "docker://$HOST/theirs:1" dir:theirs
  sigstore other
  if skopeo --policy policy.json copy -q --src-tls-verify=false "docker://$HOST/app:1" dir:no; then false; fi
}

@test "what is signed here passes the policies of skopeo and podman" {
  needs skopeo
  plain_registry
  signer
  other_keys
  image app
  mkdir -p staging
  file_server staging
  storage "http://127.0.0.1:$PORT" "file://$PWD/staging"
  lade push -q --sign-by "$KEY" app "docker://$HOST/app:1"
  of_docker "$(signed_by keys.gpg)"
  skopeo --policy policy.json copy -q --src-tls-verify=false "docker://$HOST/app:1" dir:theirs
  export LADE_ROOT=$PWD/second
  lade pull -q "$HOST/app:1"
  podman() {
    command podman --root "$PWD/podman" --runroot "$PWD/podman.run" --storage-driver vfs "$@"
  }
  if command -v podman > /dev/null && [ "$(id -u)" = 0 ]; then
    podman pull -q --tls-verify=false --signature-policy policy.json "docker://$HOST/app:1"
  fi
  of_docker "$(signed_by other.gpg)"
  if skopeo --policy policy.json copy -q --src-tls-verify=false "docker://$HOST/app:1" dir:no; then false; fi
  if command -v podman > /dev/null && [ "$(id -u)" = 0 ]; then
    podman rmi -f -a
    if podman pull -q --tls-verify=false --signature-policy policy.json "docker://$HOST/app:1"; then false; fi
  fi
  export LADE_ROOT=$PWD/third
  refused pull "$HOST/app:1"
}

@test "what skopeo signs is allowed here" {
  needs skopeo
  plain_registry
  signer
  image app
  lade copy -q app dir:app
  mkdir -p staging
  file_server staging
  storage "http://127.0.0.1:$PORT" "file://$PWD/staging"
  skopeo --insecure-policy copy -q --dest-tls-verify=false --sign-by "$KEY" dir:app "docker://$HOST/app:1"
  export LADE_ROOT=$PWD/second
  of_docker "$(signed_by keys.gpg)"
  lade pull -q "$HOST/app:1"
  lade copy -q "docker://$HOST/app:1" dir:copied
  policy "{\"default\":$(signed_by keys.gpg "{\"type\":\"exactReference\",\"dockerReference\":\"$HOST/app:1\"}")}"
  lade copy -q dir:copied again
  lade copy -q --remove-signatures dir:copied dir:bare
  refused copy dir:bare again
}

@test "signatures in files travel from registries to directories and back" {
  plain_registry
  signer
  image app
  lade push -q --sign-by "$KEY" app "docker://$HOST/app:1"
  mv lookaside first
  storage "file://$PWD/first" "file://$PWD/second"
  run_lade copy "docker://$HOST/app:1" dir:app
  contains "$output" "1 signature in files"
  equal "$(lade copy --report '{{.signaturesCopied}}' dir:app "docker://$HOST/back:1")" 1
  digest=$(remote_digest app:1)
  cmp "second/back@${digest/:/=}/signature-1" app/signature-1
  # all is there: nothing is done, and no signature added
  equal "$(lade copy --report '{{.unchanged}}' dir:app "docker://$HOST/back:1")" true
  [ ! -e "second/back@${digest/:/=}/signature-2" ]
  lade copy -q --remove-signatures dir:app "docker://$HOST/bare:1"
  [ ! -e "second/bare@${digest/:/=}" ]
  lade copy -q --remove-signatures dir:app dir:bare
  [ ! -e bare/signature-1 ]
  # a place that cannot be written, or holds none, is told of
  storage http://127.0.0.1:1
  run_lade copy --remove-signatures "docker://$HOST/app:1" dir:bare
  equal "$status" 0
  run_lade copy dir:app "docker://$HOST/none:1"
  equal "$status" 0
  contains "$errors" "signatures of $digest that are left out: 1; the destination has no room"
  run_lade copy dir:app oci:layout:1
  contains "$errors" "signatures of $digest that are left out: 1; the destination has no room"
  # another digest has none that are good
  run_lade copy --compression zstd dir:app dir:packed
  contains "$errors" "the copy has another digest"
}

@test "an empty value drops neither a policy nor a signature" {
  image app
  policy "{\"default\":$anything}"
  local flag
  for flag in --policy --signature-policy --sign-by --sign-by-sigstore-private-key; do
    # a policy of all commands stands before them
    local words=(copy "$flag")
    [ "$flag" != --policy ] || words=("$flag" "" copy)
    [ "$flag" != --signature-policy ] || words=(pull "$flag")
    [ "$flag" = --policy ] || words+=("")
    fails_with 2 "$flag: is empty: no value was given" "${words[@]}" app dir:app
  done
  fails_with 2 "--sign-by: is empty: no value was given" copy --sign-by= app dir:app
  fails_with 2 "--policy: is empty: no value was given" --policy= copy app dir:app
  fails_with 2 "--signature-policy: is empty" policy explain --signature-policy "" dir:app
  fails_with 2 "--as: is empty" policy explain --as "" dir:app
  fails_with 2 "--policy: is empty" policy test --policy "" cases.toml
  [ ! -e app ]
}

@test "--sign-by refuses what cannot be signed, or not be kept" {
  plain_registry
  signer "open sesame"
  image app
  fails_with 5 "has no room for signatures in files" copy --sign-by "$KEY" app oci:layout:1
  fails_with 5 "has no room for signatures in files" copy --sign-by "$KEY" app oci-archive:oci.tar
  storage http://127.0.0.1:1
  fails_with 5 "lookaside-staging" push --sign-by "$KEY" app "docker://$HOST/app:1"
  equal "$(tags app)" "[]"
  storage "file://$PWD/lookaside"
  fails_with 2 "give --sign-identity" copy --sign-by "$KEY" app dir:app
  fails_with 2 "wants a whole name" copy --sign-by "$KEY" --sign-identity a.io/app app dir:app
  echo "open barley" > wrong
  fails_with 6 "gpg does not sign" push --sign-by "$KEY" --sign-passphrase-file wrong app \
    "docker://$HOST/app:1"
  silent_about barley stderr
  fails_with 3 "gpg has no secret key" push --sign-by nobody@example.com app "docker://$HOST/app:1"
  [ ! -e layout ] || [ -z "$(find layout -type f -name '*.json')" ]
  for made in oci.tar app; do [ ! -e "$made" ] || [ -z "$(find "$made" -type f)" ]; done
  equal "$(tags app)" "[]"
  echo "open sesame" > right
  lade copy -q --sign-by "$KEY" --sign-passphrase-file right --sign-identity a.io/app:1 app dir:app
  lade standalone-verify --public-key-file keys.gpg app/manifest.json a.io/app:1 any app/signature-1
  lade sync -q --src dir --dest docker --sign-by "$KEY" --sign-passphrase-file right . "$HOST"
}

@test "of an index the image that is used is judged, as skopeo judges" {
  needs skopeo jq
  signer
  image amd arm
  lade index create list
  lade index add list amd --arch amd64
  lade index add list arm --arch arm64
  lade copy -q --all --sign-by "$KEY" --sign-identity a.io/app:1 store:list dir:signed
  policy "{\"default\":$(signed_by keys.gpg '{"type":"exactReference","dockerReference":"a.io/app:1"}')}"
  one=$(lade inspect --raw list | jq -r '.manifests[0].digest | sub("sha256:";"")')
  two=$(lade inspect --raw list | jq -r '.manifests[1].digest | sub("sha256:";"")')
  arch() { [ "$1" = one ] && echo amd64 || echo arm64; }
  # judged VERDICT ARGUMENT…: here and there
  judged() {
    local verdict=$1 theirs=refused ours=refused
    shift
    rm -rf theirs ours
    if skopeo --policy policy.json --override-arch amd64 copy -q "$@" dir:image dir:theirs 2> skopeo.log
    then theirs=allowed; fi
    if [ "${1:-}" = --all ]; then lade copy -q --all dir:image dir:ours 2> lade.log && ours=allowed
    else lade copy -q --platform linux/amd64 dir:image dir:ours 2> lade.log && ours=allowed; fi || true
    equal "$ours $theirs" "$verdict $verdict"
  }
  cp -r signed image
  judged allowed
  judged allowed --all
  # only the index is signed
  rm "image/$one.signature-1" "image/$two.signature-1"
  judged refused
  judged refused --all
  # only its images are
  rm -rf image && cp -r signed image && rm image/signature-1
  judged allowed
  judged allowed --all
  # one of them is
  rm "image/$two.signature-1"
  judged allowed
  judged refused --all
  run_lade policy explain --platform linux/amd64 dir:image
  equal "$status" 0
  run_lade policy explain --platform linux/arm64 dir:image
  equal "$status" 6
  contains "$output" "$two"
  run_lade policy explain --index dir:image
  equal "$status" 6
}

@test "many images are judged at a time, each for itself" {
  plain_registry
  signer
  for number in 1 2 3 4 5 6; do
    tarball "n$number"
    lade copy -q --sign-by "$KEY" --insecure-policy "tarball:n$number.tar" "docker://$HOST/many:$number"
  done
  of_docker "$(signed_by keys.gpg)"
  lade sync -q --src docker --dest dir "$HOST/many" all
  equal "$(find all -name signature-1 | wc -l)" 6
  digest=$(remote_digest many:4)
  rm "lookaside/many@${digest/:/=}/signature-1"
  fails_with 6 "does not allow docker://$HOST/many:4" sync --keep-going --src docker --dest dir \
    "$HOST/many" others
  equal "$(find others -name manifest.json | wc -l)" 5
  export LADE_ROOT=$PWD/second
  fails_with 6 "does not allow docker://$HOST/many:4" pull --all-tags "$HOST/many"
  equal "$(lade images -q | wc -l)" 5
}

@test "reproduce asks about the bases that it builds on again" {
  plain_registry
  remote app:1
  mkdir ctx
  echo "FROM $HOST/app:1" > ctx/Containerfile
  lade build -q -t made ctx
  lade reproduce --context ctx made
  lade rmi "$HOST/app:1"
  of_docker "$reject"
  refused reproduce --context ctx made
}
