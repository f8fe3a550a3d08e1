load support
load registry_support

# lade push: images of the store to where people ask for them.

@test "an image goes where its name says, and its digest is printed" {
  plain_registry
  image app
  lade tag app "$HOST/team/app:1"
  equal "$(lade push --digestfile digest "$HOST/team/app:1")" "$(remote_digest team/app:1)"
  equal "$(cat digest)" "$(remote_digest team/app:1)"
  equal "$(remote_digest team/app:1)" "$(lade inspect --format '{{.Digest}}' app)"
}

@test "a destination is a name on a registry, or of any transport" {
  plain_registry
  image app
  lade push -q app "$HOST/one:1"
  lade push -q app "docker://$HOST/two"
  lade push -q "$(lade inspect --format '{{.Id}}' app)" oci:layout:x
  equal "$(remote_digest one:1)" "$(remote_digest two:latest)"
  equal "$(lade cat oci:layout:x etc/name)" app
  fails_with 2 "names no registry: say where to push it" push app
  fails_with 3 "no image 'nothing' in the store" push nothing "$HOST/x"
}

@test "format and compression can be changed on the way" {
  plain_registry
  image app
  lade push -q --format v2s2 app "$HOST/app:docker"
  contains "$(lade inspect --raw "docker://$HOST/app:docker")" application/vnd.docker.distribution.manifest.v2
  lade push -q --compression-format zstd --compression-level 3 --force-compression app "$HOST/app:zstd"
  contains "$(lade inspect --raw "docker://$HOST/app:zstd")" tar+zstd
  equal "$(lade cat "docker://$HOST/app:zstd" etc/name)" app
  fails_with 2 "--format is oci, docker or v2s2" push --format v1 app "$HOST/app:1"
}

@test "what was pulled in another process is mounted, not sent" {
  plain_registry
  image app
  lade push -q app "$HOST/one/app:1"
  export LADE_ROOT=$PWD/second
  lade pull -q "$HOST/one/app:1"
  lade push --report json "$HOST/one/app:1" "$HOST/two/app:1" > report
  contains "$(cat report)" '"blobsCopied": 0'
  contains "$(cat report)" '"blobsPresent": 2'
  equal "$(remote_digest two/app:1)" "$(remote_digest one/app:1)"
}

@test "a repository that is gone does not keep an image from being pushed" {
  plain_registry
  image app
  lade push -q app "$HOST/one/app:1"
  export LADE_ROOT=$PWD/second
  lade pull -q "$HOST/one/app:1"
  rm -r plain.data/docker/registry/v2/repositories/one plain.data/docker/registry/v2/blobs
  lade push --report json "$HOST/one/app:1" "$HOST/two/app:1" > report
  contains "$(cat report)" '"blobsCopied": 2'
  lade pull -q "$HOST/two/app:1"
}

@test "skopeo, podman and buildah read what lade pushed" {
  needs skopeo podman buildah
  plain_registry
  image app
  for form in oci docker; do
    digest=$(lade push --format "$form" app "$HOST/$form:1")
    equal "$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$HOST/$form:1")" "$digest"
    skopeo copy -q --src-tls-verify=false "docker://$HOST/$form:1" "dir:$form"
    equal "sha256:$(sha256sum < "$form/manifest.json" | cut -d ' ' -f 1)" "$digest"
    for tool in podman buildah; do
      # a store of its own, in the plainest form
      "$tool" --root "$PWD/c" --runroot "$PWD/r" --storage-driver vfs pull -q --tls-verify=false \
        "$HOST/$form:1" > pulled 2> "$tool.log" || { cat "$tool.log"; return 1; }
      equal "sha256:$(tail -n 1 pulled)" "$(lade inspect --format '{{.Id}}' "docker://$HOST/$form:1")"
    done
  done
}

@test "what skopeo pushed is pulled and pushed on with the same digest" {
  needs skopeo
  plain_registry
  image app
  lade copy -q app oci:layout:x
  for form in oci v2s2; do
    skopeo copy -q --dest-tls-verify=false --format "$form" oci:layout:x "docker://$HOST/theirs:$form"
    lade pull -q "$HOST/theirs:$form"
    equal "$(lade push "$HOST/theirs:$form" "$HOST/ours:$form")" \
      "$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$HOST/theirs:$form")"
  done
}
