load support
load registry_support

# Images on Debian's docker-registry: plain, and with TLS of a private authority and passwords.

@test "what goes to a registry comes back with the same digests" {
  plain_registry
  image app
  lade copy -q app "docker://$HOST/team/app:1"
  lade copy -q "docker://$HOST/team/app:1" back
  equal "$(lade inspect --raw back)" "$(lade inspect --raw app)"
  lade copy -q "docker://$HOST/team/app:1" oci:layout:x
  lade validate oci:layout:x
  equal "$(lade cat "docker://$HOST/team/app:1" etc/name)" app
}

@test "every form of a manifest survives the way there and back" {
  plain_registry
  image app
  for form in "--format oci" "--format docker" "--compression zstd" "--compression none"; do
    # shellcheck disable=SC2086
    lade copy -q $form app "docker://$HOST/forms:1"
    lade copy -q "docker://$HOST/forms:1" oci:there:x
    lade copy -q oci:there:x "docker://$HOST/forms:2"
    equal "$(lade inspect --raw "docker://$HOST/forms:2")" "$(lade inspect --raw "docker://$HOST/forms:1")"
    rm -rf there
  done
}

@test "skopeo reads what lade pushed, and lade what skopeo pushed" {
  needs skopeo
  plain_registry
  image app
  lade copy -q app "docker://$HOST/app:1"
  equal "$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$HOST/app:1")" \
    "$(lade inspect --format '{{.Digest}}' app)"
  skopeo copy -q --src-tls-verify=false --dest-tls-verify=false "docker://$HOST/app:1" \
    "docker://$HOST/theirs:1"
  lade copy -q "docker://$HOST/theirs:1" theirs
  equal "$(lade cat theirs etc/name)" app
}

@test "a blob of another repository is mounted" {
  plain_registry
  image app
  lade copy -q app "docker://$HOST/one/app:1"
  run_lade copy "docker://$HOST/one/app:1" "docker://$HOST/two/app:1"
  contains "$output" "0 blobs copied"
  contains "$output" "2 present already"
}

@test "a trial mounts nothing" {
  plain_registry
  image app
  lade copy -q app "docker://$HOST/one/app:1"
  lade copy --dry-run "docker://$HOST/one/app:1" "docker://$HOST/two/app:1"
  lade sync --dry-run --src docker --dest docker "$HOST/one/app" "$HOST/two"
  equal "$(ls plain.data/docker/registry/v2/repositories)" one
}

@test "an image by digest, and what is not there" {
  plain_registry
  image app
  lade copy -q app "docker://$HOST/app:1"
  digest=$(lade inspect --format '{{.Digest}}' app)
  lade copy -q "docker://$HOST/app@$digest" back
  fails_with 3 "MANIFEST_UNKNOWN" copy "docker://$HOST/app:2" back
  fails_with 3 "answered 404" copy "docker://$HOST/nothing:1" back
  fails_with 2 "docker://$HOST/app:1" copy "docker:$HOST/app:1" back
}

@test "plain http is spoken only where it is allowed" {
  plain_registry
  image app
  : > registries.conf
  fails_with 2 "does not speak TLS; a registry without it must be allowed by --tls-verify=false" \
    copy app "docker://$HOST/app:1"
  lade copy -q --dest-tls-verify=false app "docker://$HOST/app:1"
  fails_with 2 "does not speak TLS" copy --dest-tls-verify=false "docker://$HOST/app:1" back
  lade copy -q --tls-verify=false "docker://$HOST/app:1" back
}

@test "a blocked registry is not asked" {
  plain_registry
  image app
  printf '[[registry]]\nlocation = "%s"\nblocked = true\n' "$HOST" > registries.conf
  fails_with 6 "blocked" copy "docker://$HOST/app:1" back
}

@test "mirrors are asked first" {
  plain_registry
  image app
  lade copy -q app "docker://$HOST/cache/app:1"
  cat > registries.conf <<C
[[registry]]
location = "registry.invalid"
[[registry.mirror]]
location = "$HOST/cache"
insecure = true
C
  lade copy -q docker://registry.invalid/app:1 back
  equal "$(lade cat back etc/name)" app
}

@test "a private authority must be named, and a password be right" {
  secure_registry
  image app
  fails_with 6 "certificate" copy --dest-creds me:s3cret app "docker://$HOST/app:1"
  fails_with 6 "401" copy --dest-cert-dir certs app "docker://$HOST/app:1"
  fails_with 6 "401" copy --dest-cert-dir certs --dest-creds me:wr0ng app "docker://$HOST/app:1"
  [[ $errors != *wr0ng* ]]
  lade copy -q --dest-cert-dir certs --dest-creds me:s3cret app "docker://$HOST/app:1"
  mkdir -p .config/containers/certs.d
  cp -r certs ".config/containers/certs.d/$HOST"
  printf '{"auths":{"%s":{"auth":"%s"}}}' "$HOST" "$(printf me:s3cret | base64)" > auth.json
  lade copy -q --authfile auth.json "docker://$HOST/app:1" back
  REGISTRY_AUTH_FILE=$PWD/auth.json lade inspect "docker://$HOST/app:1" > inspected
  fails_with 6 "401" inspect --no-creds --authfile auth.json "docker://$HOST/app:1"
}

@test "a registry with TLS that nobody verifies is spoken to with TLS" {
  secure_registry
  image app
  lade copy -q --dest-tls-verify=false --dest-creds me:s3cret app "docker://$HOST/app:1"
  lade inspect --tls-verify=false --creds me:s3cret "docker://$HOST/app:1" > inspected
  grep -q '"Digest"' inspected
}

@test "a registry that is not there is unavailable" {
  fails_with 8 "127.0.0.1" copy docker://127.0.0.1:1/app:1 back
}

@test "what is asked of an image on a registry reads no more of it than it takes" {
  needs jq
  plain_registry
  mkdir -p below above/etc
  head -c 8000000 /dev/urandom > below/large
  echo above > above/etc/name
  tar -C below -cf below.tar .
  tar -C above -cf above.tar .
  lade copy -q tarball:below.tar:above.tar "docker://$HOST/app:1"
  local layers before whole
  mapfile -t layers < <(lade inspect --raw "docker://$HOST/app:1" | jq -r '.layers[].digest')
  whole=$(lade inspect --raw "docker://$HOST/app:1" | jq '[.layers[].size, .config.size] | add')
  before=$(served plain)
  lade inspect "docker://$HOST/app:1" > inspected
  lade inspect --config "docker://$HOST/app:1" > inspected
  lade history "docker://$HOST/app:1" > inspected
  equal "$(requests plain GET "/v2/app/blobs/${layers[0]}")" 0
  [ $(($(served plain) - before)) -lt 20000 ]
  # to list takes each layer once
  before=$(served plain)
  lade ls -R "docker://$HOST/app:1" > listing
  contains "$(cat listing)" etc/name
  equal "$(requests plain GET "/v2/app/blobs/${layers[0]}")" 1
  equal "$(requests plain GET "/v2/app/blobs/${layers[1]}")" 1
  [ $(($(served plain) - before)) -lt $((whole + 20000)) ]
  # and a file takes no other layer than its own a second time
  before=$(served plain)
  equal "$(lade cat "docker://$HOST/app:1" etc/name)" above
  equal "$(requests plain GET "/v2/app/blobs/${layers[0]}")" 2
  [ $(($(served plain) - before)) -lt $((whole + 20000)) ]
}
