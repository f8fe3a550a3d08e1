load support
load registry_support

# What copies do beyond moving blobs: what refers to an image travels with it, what is there already
# is left alone, and what was interrupted is carried on with.

# artifact REPOSITORY TYPE [SUBJECT]: the manifest of an artifact goes to the file "artifact".
artifact() {
  local config layer
  printf '{}' > empty
  echo "$2 of ${3:-}" > content
  config=$(upload "$1" empty)
  layer=$(upload "$1" content)
  jq -cn --arg config "$config" --arg layer "$layer" --arg type "$2" \
    --arg subject "${3:-}" --argjson size "${4:-0}" --argjson length "$(stat -c %s content)" '
    {schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", artifactType: $type,
     config: {mediaType: "application/vnd.oci.empty.v1+json", digest: $config, size: 2},
     layers: [{mediaType: "text/plain", digest: $layer, size: $length}]}
    + if $subject == "" then {} else {subject:
        {mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $subject, size: $size}}
      end' > artifact
}

# signed_image REPOSITORY: an image with the tag 1, an SBOM that refers to it, something that refers to
# the SBOM, and a signature by cosign's tag. $IMAGE, $SBOM, $NOTE and $SIGNATURE are digests.
signed_image() {
  image app
  lade copy -q app "docker://$HOST/$1:1"
  lade inspect --raw app > image.json
  IMAGE=$(digest_of image.json)
  refer "$1" application/x-sbom "$IMAGE" "$(stat -c %s image.json)"
  SBOM=$(digest_of artifact)
  refer "$1" application/x-note "$SBOM" "$(stat -c %s artifact)"
  NOTE=$(digest_of artifact)
  artifact "$1" application/x-signature
  SIGNATURE=$(digest_of artifact)
  put "$1" "${IMAGE/:/-}.sig" artifact $manifest_type
}

# refer REPOSITORY TYPE SUBJECT SIZE: with the list of a registry that keeps none by itself.
refer() {
  artifact "$@"
  put "$1" "$(digest_of artifact)" artifact $manifest_type
  fallback "$1" "$3" artifact "$2"
}

# is_signed REPOSITORY: everything that signed_image made is there.
is_signed() {
  local digest
  for digest in "$IMAGE" "$SBOM" "$NOTE" "$SIGNATURE"; do
    equal "$(curl -sf -H "Accept: $manifest_type" "http://$HOST/v2/$1/manifests/$digest" |
      sha256sum | cut -d' ' -f1)" "${digest#*:}"
  done
  equal "$(curl -sf -H "Accept: $manifest_type" "http://$HOST/v2/$1/manifests/${IMAGE/:/-}.sig" |
    sha256sum | cut -d' ' -f1)" "${SIGNATURE#*:}"
  for digest in "$IMAGE" "$SBOM"; do
    curl -sf -H "Accept: $index_type" "http://$HOST/v2/$1/manifests/${digest/:/-}" > list
    equal "$(jq -r '.manifests | length' list)" 1
  done
}

@test "signatures and what else refers to an image go from registry to registry" {
  needs curl jq
  plain_registry
  signed_image one
  run_lade copy "docker://$HOST/one:1" "docker://$HOST/two:1"
  contains "$output" "with 3 references to it"
  contains "$output" "${IMAGE/:/-}.sig"
  is_signed two
  equal "$(lade copy --report '{{.unchanged}}' "docker://$HOST/one:1" "docker://$HOST/two:1")" true
}

@test "they go through every transport that can hold them" {
  needs curl jq
  plain_registry
  signed_image one
  local number=0 way
  for way in dir:there oci:layout:app oci-archive:saved.tar:app store:localhost/back:1; do
    number=$((number + 1))
    lade copy -q "docker://$HOST/one:1" "$way"
    lade validate "$way"
    lade copy -q "$way" "docker://$HOST/back$number:1"
    is_signed "back$number"
  done
}

@test "skopeo reads a directory, a layout and an archive with signatures in them" {
  needs curl jq skopeo
  plain_registry
  signed_image one
  local way
  for way in dir:there oci:layout:app oci-archive:saved.tar:app; do
    lade copy -q "docker://$HOST/one:1" "$way"
    equal "$(skopeo inspect --format '{{.Digest}}' "$way")" "$IMAGE"
    rm -rf theirs
    skopeo copy -q "$way" dir:theirs
    equal "$(digest_of theirs/manifest.json)" "$IMAGE"
  done
  # and takes the directory for one of its own
  skopeo copy -q oci:layout:app dir:there
  [ ! -e there/referrers.json ]
}

@test "the only image of a layout needs no name beside what is attached to it" {
  needs curl jq
  plain_registry
  signed_image one
  lade copy -q "docker://$HOST/one:1" oci:layout:app
  lade copy -q oci:layout dir:there
  equal "$(digest_of there/manifest.json)" "$IMAGE"
  lade copy -q "docker://$HOST/one:1" oci:unnamed
  lade copy -q oci:unnamed dir:there2
}

@test "what cannot come along is told, and what is not wanted stays behind" {
  needs curl jq
  plain_registry
  signed_image one
  run_lade copy "docker://$HOST/one:1" docker-archive:saved.tar
  contains "$errors" "left out ${IMAGE/:/-}.sig"
  contains "$errors" "docker-archive:saved.tar cannot hold it"
  run_lade copy --format docker "docker://$HOST/one:1" dir:docker
  contains "$errors" "the digest of its subject changes"
  lade copy -q --no-referrers "docker://$HOST/one:1" dir:none
  [ ! -e none/referrers.json ]
  lade copy -q --remove-signatures "docker://$HOST/one:1" dir:unsigned
  equal "$(jq '.manifests | length' unsigned/referrers.json)" 2
  lade copy --report json "docker://$HOST/one:1" dir:all > report
  equal "$(jq -c '[.referrers[].copied]' report)" "[true,true,true]"
  equal "$(jq -r '[.referrers[] | select(.tag)][0].digest' report)" "$SIGNATURE"
}

@test "what is attached goes with the image, and not before" {
  needs curl jq
  plain_registry
  signed_image one
  lade copy -q "docker://$HOST/one:1" signed:1
  lade rmi app
  lade prune
  lade copy -q signed:1 "docker://$HOST/back:1"
  is_signed back
  lade rmi signed:1
  lade prune
  equal "$(find store/blobs -type f | wc -l)" 0
}

@test "a trial writes nothing" {
  needs curl jq
  plain_registry
  signed_image one
  local way
  for way in dir:there/in oci:layout:app oci-archive:saved.tar docker-archive:saved.tar \
    "docker://$HOST/two:1"; do
    run_lade copy --dry-run "docker://$HOST/one:1" "$way"
    equal "$status" 0
    contains "$output" " blobs to copy"
  done
  [ ! -e there ]
  [ ! -e layout ]
  [ ! -e saved.tar ]
  fails_with 3 "MANIFEST_UNKNOWN" inspect "docker://$HOST/two:1"
}

@test "a log tells what is sent from a file" {
  plain_registry
  image app
  run_lade copy --progress plain app "docker://$HOST/app:1"
  contains "$errors" " layer "
  equal "$(grep -c "done in" <<< "$errors")" 2
  run_lade copy --progress json app "docker://$HOST/two:1"
  contains "$errors" '"event":"finish"'
  run_lade copy app "docker://$HOST/three:1"
  equal "$errors" ""
  fails_with 2 "--progress" copy --progress often app "docker://$HOST/four:1"
}

@test "an image gets further tags on a registry" {
  plain_registry
  image app
  lade copy -q --additional-tag 2 --additional-tag "$HOST/app:3" app "docker://$HOST/app:1"
  local tag
  for tag in 1 2 3; do
    equal "$(lade inspect --raw "docker://$HOST/app:$tag")" "$(lade inspect --raw app)"
  done
  lade copy -q --additional-tag 4 app "docker://$HOST/app:1"
  equal "$(lade inspect --raw "docker://$HOST/app:4")" "$(lade inspect --raw app)"
  fails_with 2 "a further tag is one in $HOST/app" copy --additional-tag "$HOST/other:3" app \
    "docker://$HOST/app:1"
}

@test "a repeat finds nothing to do, wherever the image is" {
  needs jq
  plain_registry
  image app
  lade copy -q app "docker://$HOST/app:1"
  local way
  for way in dir:there oci:layout:app store:localhost/back:1 "docker://$HOST/two:1"; do
    lade copy -q "docker://$HOST/app:1" "$way"
    run_lade copy "docker://$HOST/app:1" "$way"
    contains "$output" "nothing to do"
  done
  # but what is damaged is mended
  truncate -s 0 "there/$(lade inspect --raw app | jq -r '.config.digest | ltrimstr("sha256:")')"
  run_lade copy "docker://$HOST/app:1" dir:there
  contains "$output" "copied"
  lade validate dir:there
}

# peak_kib PROCESS: the most memory it has had so far.
peak_kib() { sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$1/status"; }

# The blob has 1 GiB: whoever held it, or hashed what is there already by holding it, would be seen.
@test "a copy that was killed at nine tenths of a blob fetches only the rest, in little memory" {
  needs python3
  export HOME=$BATS_TEST_TMPDIR REGISTRY_AUTH_FILE=$PWD/auth.json
  echo '{}' > auth.json
  local size=$((1 << 30)) partial="" before peak now
  python3 "$BATS_TEST_DIRNAME/../support/sparse_layout.py" layout "$size"
  serve port stalling_registry.py layout $((size / 10 * 9))
  local name=docker://127.0.0.1:$PORT/app:1
  "$LADE" copy -q --src-tls-verify=false "$name" large 3>&- &
  local copy=$!
  for _ in $(seq 600); do
    partial=$(find store/tmp/partials -type f -size +$((size / 100 * 88 >> 20))M 2> /dev/null || true)
    [ -n "$partial" ] && break
    sleep 0.1
  done
  [ -n "$partial" ]
  peak=$(peak_kib "$copy")
  kill -9 "$copy"
  wait "$copy" || true
  [ "$peak" -le $((64 << 10)) ]
  before=$(stat -c %s "$partial")
  touch go
  "$LADE" copy -q --src-tls-verify=false "$name" large 3>&- &
  copy=$!
  while now=$(peak_kib "$copy" 2> /dev/null) && [ -n "$now" ]; do
    peak=$now
    sleep 0.02
  done
  wait "$copy"
  echo "memory: $peak KiB"
  [ "$peak" -le $((64 << 10)) ]
  # the blob was asked for twice, and the second time only for its end
  local blob=sha256:${partial##*sha256-}
  equal "$(grep "GET /v2/app/blobs/$blob" asked | cut -d' ' -f3)" "-
bytes=$before-"
  cmp "layout/blobs/${blob/://}" "store/blobs/${blob/://}"
  [ ! -e "$partial" ]
}

@test "so does one into a layout, which other programs read and clean meanwhile" {
  needs python3
  export HOME=$BATS_TEST_TMPDIR REGISTRY_AUTH_FILE=$PWD/auth.json
  echo '{}' > auth.json
  local size=$((20 << 20)) partial="" before
  python3 "$BATS_TEST_DIRNAME/../support/sparse_layout.py" layout "$size"
  serve port stalling_registry.py layout $((size / 10 * 9))
  local name=docker://127.0.0.1:$PORT/app:1
  image small
  lade copy -q small oci:mirror:small
  "$LADE" copy -q --src-tls-verify=false "$name" oci:mirror:large 3>&- &
  local copy=$!
  for _ in $(seq 200); do
    partial=$(find mirror/blobs -type f -size +17M 2> /dev/null || true)
    [ -n "$partial" ] && break
    sleep 0.1
  done
  [ -n "$partial" ]
  kill -9 "$copy"
  wait "$copy" || true
  contains "$partial" "mirror/blobs/.lade-partial-sha256-"
  lade validate oci:mirror:small
  if command -v skopeo; then skopeo copy -q oci:mirror:small dir:theirs; fi
  if command -v umoci; then umoci gc --layout mirror; fi
  before=$(stat -c %s "$partial")
  touch go
  lade copy -q --src-tls-verify=false "$name" oci:mirror:large
  equal "$(grep -c "bytes=$before-" asked)" 1
  local blob=sha256:${partial##*sha256-}
  cmp "layout/blobs/${blob/://}" "mirror/blobs/${blob/://}"
  lade validate oci:mirror:small
  equal "$(find mirror -name '.lade*')" ""
}

# media_types IMAGE: of its layers, each once.
media_types() { lade inspect --raw "$1" | jq -r '[.layers[].mediaType] | unique | join(" ")'; }

@test "uncompressed layers that programs have at hand are compressed on a registry" {
  needs curl jq
  plain_registry
  tarball one
  tarball two
  lade copy -q tarball:one.tar:two.tar docker-archive:saved.tar:app:1
  run_lade copy docker-archive:saved.tar "docker://$HOST/app:1"
  equal "$(media_types "docker://$HOST/app:1")" application/vnd.docker.image.rootfs.diff.tar.gzip
  local digest
  digest=$(lade inspect --format '{{.Digest}}' "docker://$HOST/app:1")
  contains "$errors" "layers that were not compressed: 2"
  contains "$errors" " to $digest; --dest-compress=false keeps them"
  lade validate "docker://$HOST/app:1"
  # a second time the work is known
  run_lade copy --report '{{.blobsCopied}} {{.digest}}' docker-archive:saved.tar "docker://$HOST/app:1"
  equal "$output" "0 $digest"
  local flag
  for flag in --dest-compress=false --dest-decompress "--compression none"; do
    # shellcheck disable=SC2086
    run_lade copy $flag docker-archive:saved.tar "docker://$HOST/plain:1"
    equal "$errors" ""
    equal "$(media_types "docker://$HOST/plain:1")" application/vnd.docker.image.rootfs.diff.tar
  done
  fails_with 7 "--dest-compress=false keeps it" copy --preserve-digests docker-archive:saved.tar \
    "docker://$HOST/kept:1"
  lade copy -q --preserve-digests --dest-compress=false docker-archive:saved.tar "docker://$HOST/kept:1"
  # elsewhere only if it is asked for
  lade copy -q docker-archive:saved.tar dir:same
  equal "$(media_types dir:same)" application/vnd.docker.image.rootfs.diff.tar
  lade copy -q --dest-compress dir:same dir:packed
  equal "$(media_types dir:packed)" application/vnd.docker.image.rootfs.diff.tar.gzip
}

@test "images of podman and buildah come to a registry compressed" {
  needs curl jq buildah
  plain_registry
  image app
  local place="[vfs@$PWD/vfs+$PWD/run.vfs]"
  lade copy -q app "containers-storage:${place}localhost/app:1" || skip "buildah cannot store here"
  lade copy -q "containers-storage:${place}localhost/app:1" "docker://$HOST/app:1" 2> notes
  contains "$(media_types "docker://$HOST/app:1")" gzip
  lade validate "docker://$HOST/app:1"
  fails_with 7 "cannot be preserved" copy --preserve-digests \
    "containers-storage:${place}localhost/app:1" "docker://$HOST/kept:1"
  [ "$(id -u)" = 0 ] || buildah unshare rm -rf "$PWD/vfs"
}

@test "what may pass is tried again as often as is said" {
  export REGISTRY_AUTH_FILE=$PWD/auth.json
  echo '{}' > auth.json
  image app
  printf '[[registry]]\nlocation = "127.0.0.1:1"\ninsecure = true\n' > registries.conf
  export CONTAINERS_REGISTRIES_CONF=$PWD/registries.conf
  fails_with 8 "127.0.0.1:1" copy --retry-times 1 app docker://127.0.0.1:1/app:1
  equal "$(grep -c "; trying again in [0-9]* s$" <<< "$errors")" 1
}
