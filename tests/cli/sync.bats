load support
load registry_support

# Repositories, directories and layouts kept in step.

# tagged REPOSITORY TAG…: an image of its own under each tag.
tagged() {
  local repository=$1 tag
  shift
  for tag in "$@"; do
    image "app-$tag"
    lade copy -q "app-$tag" "docker://$HOST/$repository:$tag"
  done
}

@test "all tags of a repository go to another registry's, and only once" {
  needs curl jq
  plain_registry
  tagged team/app 1.0 1.1 latest
  run_lade sync --src docker --dest docker "$HOST/team/app" "$HOST/mirror"
  contains "$output" "3 copied"
  equal "$(tags mirror/app)" '["1.0","1.1","latest"]'
  equal "$(lade inspect --raw "docker://$HOST/mirror/app:1.1")" "$(lade inspect --raw app-1.1)"
  run_lade sync --src docker --dest docker "$HOST/team/app" "$HOST/mirror"
  contains "$output" "0 copied (0 B), 3 unchanged"
  tagged team/app 1.2
  lade sync -q --src docker --dest docker --append-suffix -x "$HOST/team/app:1.2" "$HOST/mirror"
  equal "$(tags mirror/app)" '["1.0","1.1","1.2-x","latest"]'
  lade sync -q --src docker --dest dir --scoped "$HOST/team/app:1.2" media
  [ -e "media/$HOST/team/app:1.2/manifest.json" ]
}

@test "a repository goes through directories and layouts to another" {
  needs curl jq
  plain_registry
  tagged team/app 1 2
  local way
  for way in dir oci; do
    lade sync -q --src docker --dest "$way" "$HOST/team/app" "media-$way"
    lade sync -q --src "$way" --dest docker "media-$way" "$HOST/from-$way"
    equal "$(tags "from-$way/app")" '["1","2"]'
    equal "$(lade inspect --raw "docker://$HOST/from-$way/app:2")" "$(lade inspect --raw app-2)"
    run_lade sync --src docker --dest "$way" "$HOST/team/app" "media-$way"
    contains "$output" "2 unchanged"
  done
  [ -e media-dir/app:1/manifest.json ]
}

@test "a scoped name keeps the port of its registry, wherever it goes and comes back from" {
  needs curl jq
  plain_registry
  tagged team/app 1
  local port=${HOST#*:} name
  name=127.0.0.1_$port/team/app
  lade sync -q --scoped --src docker --dest docker "$HOST/team/app" "$HOST/mirror"
  equal "$(tags "mirror/$name")" '["1"]'
  lade sync -q --scoped --src docker --dest oci "$HOST/team/app" media-oci
  equal "$(jq -r '.manifests[0].annotations["org.opencontainers.image.ref.name"]' media-oci/index.json)" \
    "$HOST/team/app:1"
  lade validate "oci:media-oci:$HOST/team/app:1"
  lade sync -q --scoped --src docker --dest dir "$HOST/team/app" media-dir
  lade validate "dir:media-dir/$HOST/team/app:1"
  local way
  for way in dir oci; do
    lade sync -q --scoped --src "$way" --dest docker "media-$way" "$HOST/back-$way"
    equal "$(tags "back-$way/$name")" '["1"]'
  done
  if command -v skopeo; then
    skopeo sync --scoped --src-tls-verify=false --src docker --dest dir "$HOST/team/app" theirs
    equal "$(cd theirs && find . -name manifest.json)" "$(cd media-dir && find . -name manifest.json)"
  fi
}

@test "skopeo and lade name things alike" {
  needs skopeo curl jq
  plain_registry
  tagged team/app 1 2
  skopeo sync --src-tls-verify=false --src docker --dest dir "$HOST/team/app" theirs
  lade sync -q --src docker --dest dir "$HOST/team/app" ours
  equal "$(ls ours)" "$(ls theirs)"
  lade sync -q --src dir --dest docker theirs "$HOST/back"
  equal "$(tags back/app)" '["1","2"]'
  skopeo sync --dest-tls-verify=false --src dir --dest docker ours "$HOST/back2"
  equal "$(tags back2/app)" '["1","2"]'
}

@test "a file says what is wanted" {
  needs curl jq
  plain_registry
  tagged a 1.0 1.5 2.0
  tagged b 1.0 nightly
  cat > wanted.yml <<Y
$HOST:
  tls-verify: false
  images:
    b: ["nightly", "$(lade inspect --format '{{.Digest}}' app-1.0)"]
  images-by-semver:
    a: ">= 1.5"
Y
  run_lade sync --dry-run --src yaml --dest docker wanted.yml "$HOST/m"
  contains "$output" "4 to copy"
  equal "$(tags m/a)" "[]"
  lade sync --report json --src yaml --dest docker wanted.yml "$HOST/m" > report
  equal "$(jq -c '[.copied, .failed, (.images | length)]' report)" "[4,0,4]"
  equal "$(tags m/a)" '["1.5","2.0"]'
  equal "$(tags m/b)" '["nightly"]'
  printf 'x: {image: {}}\n' > wanted.yml
  fails_with 2 'wanted.yml:1:12: wanted images' sync --src yaml --dest docker wanted.yml "$HOST/m"
}

@test "an image that fails ends the run, or is told of at its end" {
  needs curl jq
  plain_registry
  tagged app 1 2 3
  printf '%s: {images: {app: ["0", "1", "2", "3"]}}\n' "$HOST" > wanted.yml
  fails_with 3 "app:0 to dir:ours/app:0" sync --jobs 1 --src yaml --dest dir wanted.yml ours
  [ ! -e ours/app:1 ]
  run_lade sync --keep-going --src yaml --dest dir wanted.yml ours
  equal "$status" 3
  contains "$output" "3 copied"
  contains "$output" "1 failed"
  [ -e ours/app:3/manifest.json ]
}

@test "credentials and certificates of both ends, by flags and by a file" {
  needs curl jq
  secure_registry
  local theirs=$HOST
  mv certs theirs
  plain_registry
  image app-1
  lade copy -q --dest-cert-dir theirs --dest-creds me:s3cret app-1 "docker://$theirs/app:1"
  fails_with 6 "certificate" sync --src-creds me:s3cret --src docker --dest docker "$theirs/app" "$HOST/m"
  fails_with 6 "401" sync --src-cert-dir theirs --src docker --dest docker "$theirs/app" "$HOST/m"
  lade sync -q --src-cert-dir theirs --src-creds me:s3cret --src docker --dest docker "$theirs/app" "$HOST/m"
  equal "$(tags m/app)" '["1"]'
  lade sync -q --dest-cert-dir theirs --dest-creds me:s3cret --src docker --dest docker "$HOST/m/app" \
    "$theirs/back"
  equal "$(lade list-tags --cert-dir theirs --creds me:s3cret "docker://$theirs/back/app" | jq -c .Tags)" '["1"]'
  cat > wanted.yml <<Y
$theirs:
  cert-dir: $PWD/theirs
  credentials: {username: me, password: s3cret}
  images: {back/app: []}
Y
  run_lade sync --src yaml --dest docker wanted.yml "$HOST/f"
  equal "$status" 0
  equal "$(tags f/app)" '["1"]'
  sed -i 's/s3cret/wr0ng/' wanted.yml
  fails_with 6 "401" sync --src yaml --dest docker wanted.yml "$HOST/f"
  silent_about wr0ng stderr
}

@test "of an index one platform goes, or all with --all" {
  needs curl jq umoci
  plain_registry
  local architecture
  for architecture in amd64 arm64; do
    image "$architecture"
    lade copy -q "$architecture" "oci:$architecture.oci:x"
    umoci config --image "$architecture.oci:x" --architecture "$architecture" --os linux 2> umoci.log
  done
  lade index create list oci:amd64.oci:x oci:arm64.oci:x
  lade index push -q list "docker://$HOST/app:1"
  lade sync -q --src docker --dest docker "$HOST/app" "$HOST/one"
  equal "$(lade inspect --raw "docker://$HOST/one/app:1" | jq -r '.mediaType')" $manifest_type
  lade sync -q --all --src docker --dest docker "$HOST/app" "$HOST/all"
  equal "$(remote_index all/app:1)" "$(remote_index app:1)"
  equal "$(lade cat --platform linux/arm64 "docker://$HOST/all/app:1" etc/name)" arm64
  lade sync -q --all --src docker --dest dir "$HOST/app" media
  equal "$(digest_of media/app:1/manifest.json)" "$(remote_index app:1)"
}

@test "what refers to the images goes with them" {
  needs curl jq
  plain_registry
  tagged app 1
  local digest
  digest=$(lade inspect --format '{{.Digest}}' app-1)
  lade copy -q app-1 "docker://$HOST/app:${digest/:/-}.sig"
  run_lade sync --src docker --dest docker "$HOST/app" "$HOST/m"
  contains "$output" "1 copied"
  equal "$(tags m/app)" "[\"1\",\"${digest/:/-}.sig\"]"
}

@test "words that make no sense together are refused" {
  fails_with 2 "from or to a registry" sync --src dir --dest oci a b
  fails_with 2 "--src" sync --dest dir a b
  fails_with 2 "tarball" sync --src tarball --dest dir a b
  fails_with 3 "not a directory" sync --src dir --dest docker nowhere registry.invalid
}
