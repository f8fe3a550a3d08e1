load support
load registry_support

# Indexes: put together in the store from images of anywhere, and pushed.

# two_images: app:amd64 and app:arm64 on the registry.
two_images() {
  local architecture
  for architecture in amd64 arm64; do
    tarball "$architecture"
    lade copy -q "tarball:$architecture.tar" "$architecture"
    skopeo copy -q --dest-tls-verify=false "oci:$(retyped "$architecture")" "docker://$HOST/app:$architecture"
  done
}

# retyped ARCHITECTURE: a layout with the image of that name, for that architecture.
retyped() {
  lade copy -q "$1" "oci:$1.oci:x"
  umoci config --image "$1.oci:x" --architecture "$1" --os linux 2> umoci.log
  echo "$PWD/$1.oci:x"
}

stored() { find store/blobs -type f | wc -l; }

@test "an index of images on a registry is made and pushed without a layer passing by" {
  needs skopeo podman umoci jq
  plain_registry
  two_images
  lade rmi --all > /dev/null
  lade prune > pruned
  lade index create list "docker://$HOST/app:amd64"
  lade index add list "docker://$HOST/app:arm64"
  local architecture layer
  for architecture in amd64 arm64; do
    layer=$(lade inspect --raw "docker://$HOST/app:$architecture" | jq -r '.layers[0].digest')
    equal "$(requests plain GET "/v2/app/blobs/$layer")" 0
    [ ! -e "store/blobs/${layer/://}" ]
  done
  lade prune > pruned
  equal "$(stored)" 1
  equal "$(lade index inspect list | jq -c '[.manifests[].platform.architecture]')" '["amd64","arm64"]'
  lade validate list
  equal "$(lade cat --platform linux/arm64 list etc/name)" arm64
  run_lade index push list "docker://$HOST/team/list:1"
  equal "$status" 0
  equal "$(skopeo inspect --raw --tls-verify=false "docker://$HOST/team/list:1")" \
    "$(lade inspect --raw list)"
  lade validate "docker://$HOST/team/list:1"
  equal "$(podman manifest inspect "$HOST/team/list:1" | jq '.manifests | length')" 2
  fails_with 3 "linux/amd64, linux/arm64" inspect --platform linux/s390x "docker://$HOST/team/list:1"
  equal "$(lade inspect --type index --format '{{len .Manifests}}' "docker://$HOST/team/list:1")" 2
  lade manifest push --rm -q list "docker://$HOST/team/list:2"
  fails_with 3 "list" inspect list
}

@test "images of layouts are copied into the store, and go with the index" {
  needs skopeo umoci jq
  image amd64 arm64
  lade index create list "oci:$(retyped arm64)" amd64
  lade rmi amd64 arm64 > /dev/null
  equal "$(lade cat --platform linux/arm64 list etc/name)" arm64
  lade index push list oci:out:1
  lade validate oci:out:1
  equal "$(skopeo inspect --raw oci:out:1)" "$(lade inspect --raw list)"
  lade index push --format v2s2 list dir:out.dir 2> notes
  equal "$(jq -r .mediaType out.dir/manifest.json)" application/vnd.docker.distribution.manifest.list.v2+json
  lade rmi list > /dev/null
  equal "$(stored)" 0
}

@test "what an index says is changed, and entries are taken out" {
  needs umoci jq
  image amd64 arm64
  lade index create --annotation a=1 list amd64 "oci:$(retyped arm64)"
  lade index annotate --annotation k=v --os-version 10 --os-features x,y list linux/arm64
  equal "$(lade index inspect list | jq -c '.manifests[1] | [.annotations.k, .platform["os.version"], .platform["os.features"]]')" \
    '["v","10",["x","y"]]'
  lade index annotate --features sve --features aes list linux/arm64
  equal "$(lade index inspect list | jq -c '.manifests[1].platform.features')" '["sve","aes"]'
  lade index push -q --format v2s2 list dir:listed 2> notes
  equal "$(jq -c '.manifests[1].platform | [.features, .["os.features"]]' listed/manifest.json)" \
    '[["sve","aes"],["x","y"]]'
  lade index annotate --index --annotation b=2 list
  equal "$(lade index inspect list | jq -c .annotations)" '{"a":"1","b":"2"}'
  fails_with 2 "nothing to change" index annotate list linux/arm64
  fails_with 2 "KEY=VALUE" index annotate --annotation k list linux/arm64
  fails_with 3 "it lists" index remove list linux/s390x
  first=$(lade index inspect --format '{{(index .Manifests 0).digest}}' list)
  lade index remove list "$first"
  equal "$(lade index inspect list | jq '.manifests | length')" 1
}

@test "an index of an index, of artifacts, and names that are taken" {
  needs umoci jq
  image amd64
  lade index create one amd64 "oci:$(retyped amd64)"
  fails_with 7 "--amend" index create one
  lade index create --amend one amd64
  fails_with 2 "is an image" index create amd64
  fails_with 3 "no index localhost/two:latest" index add two amd64
  fails_with 2 "put together in the store" index add oci:x:y amd64
  lade index create two
  lade index add --all two one
  equal "$(lade index inspect two | jq -c .manifests)" "$(lade index inspect one | jq -c .manifests)"
  echo text > note.txt
  lade index add --artifact --artifact-type application/x.note two note.txt
  equal "$(lade index inspect two | jq -r '.manifests[-1].artifactType')" application/x.note
  lade validate two
  fails_with 2 "of no registry" index push two
}
