load build_support
load registry_support

# Images of registries in a build, and builds that go to registries.

# remote_base NAME: the image to build on, on the registry alone.
remote_base() {
  base_tar
  LADE_ROOT=$PWD/other lade copy -q tarball:base.tar "docker://$HOST/$1"
  mkdir -p ctx
}

@test "FROM names an image on a registry, which is pulled once" {
  plain_registry
  remote_base base:1
  echo hello > ctx/file
  build <<C
FROM $HOST/base:1 AS one
COPY file /one
FROM $HOST/base:1
COPY --from=one /one /two
COPY file /
RUN cat /two > /three
C
  equal "$(lade cat app three)" hello
  contains "$(lade images)" "$HOST/base"
  contains "$(lade inspect --raw app)" "\"org.opencontainers.image.base.name\":\"$HOST/base:1\""
  digest=$(lade inspect --format '{{.Digest}}' app)
  stop_registry
  # now everything is in the store
  build_again
  equal "$(lade inspect --format '{{.Digest}}' app)" "$digest"
  contains "$errors" "4 from the cache"
}

@test "what a stage that is not built names is not looked for" {
  plain_registry
  remote_base base:1
  build --target wanted <<C
FROM $HOST/nothing:1 AS unwanted
FROM $HOST/base:1 AS wanted
ENV A=1
C
  contains "$(lade inspect --format '{{.Config.Env}}' app)" "A=1"
}

@test "COPY --from and RUN --mount=from name images on registries" {
  plain_registry
  remote_base base:1
  build <<C
FROM $HOST/base:1
COPY --from=docker://$HOST/base:1 /etc/passwd /copied
RUN --mount=from=$HOST/base:1,target=/mnt cat /mnt/etc/group > /mounted
C
  contains "$(lade cat app copied)" root
  contains "$(lade cat app mounted)" extra
}

@test "short names in FROM are found as pull finds them" {
  plain_registry
  remote_base team/base:1
  { echo "unqualified-search-registries = [\"$HOST\"]"; cat registries.conf; } > new
  mv new registries.conf
  printf '[aliases]\nmybase = "%s/team/base"\n' "$HOST" >> registries.conf
  build <<< "FROM team/base:1"
  build <<< "FROM mybase:1"
  # what was built here and has the name wins
  lade copy -q tarball:base.tar mybase:1
  build <<< "FROM mybase:1"
  contains "$(lade inspect --raw app)" localhost/mybase:1
  run_build <<< "FROM team/nothing:1"
  equal "$status" 3
  contains "$errors" "Containerfile:1"
  contains "$errors" "cannot pull $HOST/team/nothing:1"
}

@test "--pull says whether registries are asked" {
  plain_registry
  remote_base base:1
  run_build --pull=never <<< "FROM $HOST/base:1"
  equal "$status" 3
  contains "$errors" "the pull policy is never"
  build_again
  tar -C "$BATS_FILE_TMPDIR/base" --owner=0 --group=0 -cf newer.tar ./etc
  LADE_ROOT=$PWD/other lade copy -q tarball:newer.tar "docker://$HOST/base:1"
  build_again
  lade ls app /bin/busybox
  build_again --pull
  fails_with 3 "/bin/busybox" ls app /bin/busybox
  build_again --pull-never
  build_again --pull=newer
  stop_registry
  build_again --retry 0 --pull=newer
  build_again --pull=missing
  run_build_again --retry 0 --pull-always
  equal "$status" 8
  run_build_again --pull=often
  equal "$status" 2
  contains "$errors" "--pull is always, missing, newer or never"
}

@test "a digest in FROM finds the image again without a request" {
  plain_registry
  remote_base base:1
  digest=$(lade inspect --format '{{.Digest}}' "docker://$HOST/base:1")
  build <<< "FROM $HOST/base:1@$digest"
  first=$(lade inspect --format '{{.Digest}}' app)
  stop_registry
  build <<< "FROM $HOST/base:1@$digest"
  equal "$(lade inspect --format '{{.Digest}}' app)" "$first"
}

@test "credentials and certificates are for the build, too" {
  secure_registry
  base
  lade push -q --cert-dir certs --creds me:s3cret base "$HOST/base:1"
  export LADE_ROOT=$PWD/second
  run_build --cert-dir certs <<< "FROM $HOST/base:1"
  equal "$status" 6
  build_again --cert-dir certs --creds me:s3cret
  silent_about s3cret second
  silent_about "$(printf me:s3cret | base64)" second
}

# base_layer: the file that is the layer of the base, in the store.
base_layer() {
  echo "$LADE_ROOT/blobs/sha256/$(lade inspect --raw "docker://$HOST/base:1" |
    jq -r '.layers[0].digest[7:]')"
}

@test "COPY --link leaves the base on its registry if the image goes to one, too" {
  needs jq
  plain_registry
  remote_base base:1
  echo x > ctx/x
  cat > ctx/Containerfile <<C
FROM scratch AS files
COPY x /y
FROM $HOST/base:1
COPY --link x /
COPY --link --from=files /y /
ENV A=1
C
  run_lade build --progress plain -t "docker://$HOST/team/app:1" ctx
  equal "$status" 0
  [ ! -e "$(base_layer)" ]
  contains "$errors" "the store does not keep the image"
  lade validate "docker://$HOST/team/app:1"
  equal "$(lade cat "docker://$HOST/team/app:1" y)" x
  contains "$(lade cat "docker://$HOST/team/app:1" etc/passwd)" root
  fails_with 3 "" inspect "$HOST/team/app:1"
  lade store check
  lade prune --build-cache
  lade store check
  equal "$(find "$LADE_ROOT/blobs" -type f | wc -l)" 0
}

@test "a base that was left is passed on to another registry" {
  needs jq
  plain_registry
  remote_base base:1
  local base=$HOST first=$SERVER
  cp registries.conf first.conf
  registry second ""
  cat first.conf > registries.conf
  printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$HOST" >> registries.conf
  export CONTAINERS_REGISTRIES_CONF=$PWD/registries.conf
  echo x > ctx/x
  printf 'FROM %s/base:1\nCOPY --link x /\n' "$base" > ctx/Containerfile
  lade build -q -t "docker://$HOST/app:1" ctx
  kill "$first"
  lade validate "docker://$HOST/app:1"
  contains "$(lade cat "docker://$HOST/app:1" etc/passwd)" root
  equal "$(find "$LADE_ROOT/blobs" -type f -size +100k | wc -l)" 0
}

@test "whoever reads the base, or keeps the image, fetches it" {
  needs jq
  plain_registry
  remote_base base:1
  echo x > ctx/x
  printf 'FROM %s/base:1\nCOPY --link x /\n' "$HOST" > ctx/Containerfile
  lade build -q -t "docker://$HOST/app:1" -o type=oci,dest=app.tar ctx
  [ -e "$(base_layer)" ]
  rm -rf "$LADE_ROOT"
  lade build -q --squash-all -t "docker://$HOST/app:1" ctx
  [ -e "$(base_layer)" ]
  rm -rf "$LADE_ROOT"
  lade build -q -t app ctx
  [ -e "$(base_layer)" ]
  rm -rf "$LADE_ROOT"
  printf 'FROM %s/base:1\nCOPY --link x /\nWORKDIR /etc/new\n' "$HOST" > ctx/Containerfile
  lade build -q -t "docker://$HOST/app:1" ctx
  [ -e "$(base_layer)" ]
  lade inspect "$HOST/app:1"
}

@test "a build goes to a registry by -t docker:// or --push" {
  plain_registry
  remote_base base:1
  echo x > ctx/x
  printf 'FROM %s/base:1\nCOPY x /\n' "$HOST" > ctx/Containerfile
  lade build -q --provenance off -t "docker://$HOST/team/app:1" ctx
  equal "$(lade inspect --format '{{.Digest}}' "docker://$HOST/team/app:1")" \
    "$(lade inspect --format '{{.Digest}}' "$HOST/team/app:1")"
  lade build -q --push -t "$HOST/team/app:2" -t "$HOST/other/app:2" --iidfile iid ctx
  equal "$(lade inspect --format '{{.Id}}' "docker://$HOST/other/app:2")" "$(cat iid)"
  lade inspect "docker://$HOST/team/app:2"
  fails_with 2 "names no registry to push to" build -q --push -t app ctx
  fails_with 2 "--push needs a --tag" build -q --push ctx
}

@test "a build that goes to its base's registry mounts the layers of the base" {
  needs jq
  plain_registry
  remote_base base:1
  echo x > ctx/x
  printf 'FROM %s/base:1\nCOPY x /\n' "$HOST" > ctx/Containerfile
  lade build -q --provenance off -t "docker://$HOST/team/app:1" ctx
  local below
  below=$(lade inspect --raw "docker://$HOST/base:1" | jq -r '.layers[0].digest')
  equal "$(lade inspect --raw "docker://$HOST/team/app:1" | jq -r '.layers[0].digest')" "$below"
  # one layer and the configuration are sent, the base's layer is not
  equal "$(requests plain POST "/v2/team/app/blobs/uploads/\?mount=$below")" 1
  equal "$(requests plain PUT /v2/team/app/blobs/uploads/)" 2
  lade validate "docker://$HOST/team/app:1"
}
