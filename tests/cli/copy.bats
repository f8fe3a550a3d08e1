load support

@test "a layout goes into the store and out again without a changed byte" {
  needs umoci
  layout in
  lade copy oci:in:latest app
  lade copy app oci:out:latest
  equal "$(lade inspect --raw oci:out:latest | sha256sum)" "$(lade inspect --raw oci:in:latest | sha256sum)"
  equal "$(ls out/blobs/sha256)" "$(lade copy -q app oci:again:latest; ls again/blobs/sha256)"
  lade validate oci:out:latest
}

@test "copy says in a line what it did" {
  tarball app
  run_lade copy tarball:app.tar app
  equal "$(echo "$output" | wc -l)" 1
  contains "$output" "sha256:"
  contains "$output" "2 blobs copied"
  run_lade copy tarball:app.tar app:again
  contains "$output" "2 present already"
  equal "$(lade copy -q tarball:app.tar app)" ""
  equal "$(lade copy --report '{{.blobsPresent}}' app app:3)" 2
}

@test "every transport gives back the image" {
  image app
  for there in oci:layout:x oci-archive:a.tar:x dir:d docker-archive:d.tar:app:latest; do
    lade copy -q app "$there"
    lade copy -q "$there" back
    equal "$(lade cat back etc/name)" app
    equal "$(lade inspect --format '{{.RootFS.Layers}}' "$there")" \
      "$(lade inspect --format '{{.RootFS.Layers}}' app)"
  done
}

@test "archives go through pipes" {
  image app
  lade copy app docker-archive:- | lade copy docker-archive:- piped
  equal "$(lade cat piped etc/name)" app
  lade copy app oci-archive:-:x | tar -t | grep -q '^oci-layout$'
}

@test "skopeo reads what copy writes, and the other way round" {
  needs skopeo
  image app
  lade copy -q app oci:layout:x
  equal "$(skopeo inspect oci:layout:x | jq -r .Digest)" "$(lade inspect --format '{{.Digest}}' app)"
  skopeo --insecure-policy copy -q oci:layout:x dir:theirs
  lade copy -q dir:theirs theirs
  equal "$(lade cat theirs etc/name)" app
}

@test "inspect prints what skopeo prints" {
  needs skopeo umoci
  layout in
  lade inspect oci:in:latest | jq -S . > ours
  skopeo inspect oci:in:latest | jq -S . > theirs
  # older versions of skopeo do not print this
  if ! jq -e .LayersData theirs; then jq 'del(.LayersData)' ours > same && mv same ours; fi
  diff theirs ours
  lade inspect --raw oci:in:latest | cmp - <(skopeo inspect --raw oci:in:latest)
  diff <(lade inspect --config oci:in:latest | jq -S .) <(skopeo inspect --config oci:in:latest | jq -S .)
}

@test "layers are recompressed on demand" {
  image app
  lade copy -q --compression zstd --compression-level 5 app oci:z:x
  contains "$(lade inspect --format '{{(index .LayersData 0).MIMEType}}' oci:z:x)" "tar+zstd"
  equal "$(lade cat oci:z:x etc/name)" app
  fails_with 2 "--compression" copy --compression lzma app oci:y:x
  fails_with 2 "1 to 12" copy --compression gzip --compression-level 22 app oci:y:x
  fails_with 2 "goes with --compression" copy --compression-level 3 app oci:y:x
}

@test "manifests are converted, unless digests are to be preserved" {
  image app
  lade copy -q --format v2s2 app dir:d
  contains "$(lade inspect --raw dir:d)" "vnd.docker.distribution.manifest.v2+json"
  fails_with 7 "cannot be preserved" copy --preserve-digests --format docker app dir:e
}

@test "digests are written to a file, more names are given" {
  tarball app
  lade copy -q --digestfile digest --additional-tag two --additional-tag three:3 tarball:app.tar app
  equal "$(cat digest)" "$(lade inspect --format '{{.Digest}}' app)"
  equal "$(lade images -q | wc -l)" 3
  fails_with 2 "--additional-tag goes with" copy --additional-tag x app oci:l:x
}

@test "a transport that does not exist is told from a name" {
  fails_with 2 "did you mean" copy ocy:/x app
  fails_with 3 "is not an OCI layout" copy oci:/does/not/exist:x app
  fails_with 2 "already says" copy --platform linux/amd64 --override-os linux a b
}

@test "one platform of several, or all of them" {
  tarball one
  tarball two
  lade copy -q tarball:one.tar oci:a:x
  lade copy -q tarball:two.tar oci:b:x
  lade copy -q oci:a:x dir:m
  python3 - <<'PY'
import hashlib, json, os, shutil
os.makedirs("multi/blobs/sha256")
entries = []
for layout, arch in (("a", "amd64"), ("b", "arm64")):
    for name in os.listdir(f"{layout}/blobs/sha256"):
        shutil.copy(f"{layout}/blobs/sha256/{name}", "multi/blobs/sha256/")
    index = json.load(open(f"{layout}/index.json"))["manifests"][0]
    entries.append({k: index[k] for k in ("mediaType", "digest", "size")} |
                   {"platform": {"os": "linux", "architecture": arch}})
kind = "application/vnd.oci.image.index.v1+json"
data = json.dumps({"schemaVersion": 2, "mediaType": kind, "manifests": entries}).encode()
digest = hashlib.sha256(data).hexdigest()
open(f"multi/blobs/sha256/{digest}", "wb").write(data)
open("multi/oci-layout", "w").write('{"imageLayoutVersion":"1.0.0"}')
json.dump({"schemaVersion": 2, "manifests": [{"mediaType": kind, "digest": "sha256:" + digest,
    "size": len(data), "annotations": {"org.opencontainers.image.ref.name": "x"}}]},
    open("multi/index.json", "w"))
PY
  lade copy -q --all oci:multi:x multi
  equal "$(lade inspect --type index --format '{{len .Manifests}}' multi)" 2
  equal "$(lade cat --platform linux/arm64 multi etc/name)" two
  equal "$(lade cat --override-arch amd64 multi etc/name)" one
  lade inspect --raw multi | jq -e '.manifests | length == 2'
  lade inspect --raw --platform linux/arm64 multi | jq -e .layers
  lade copy -q --multi-arch linux/arm64 oci:multi:x oci:listed:x
  fails_with 3 "linux/arm64" inspect --platform linux/s390x multi
  lade copy -q --platform linux/arm64 multi single
  equal "$(lade cat single etc/name)" two
  contains "$(lade images --format '{{.Repository}}')" "localhost/multi"
}

@test "a copy shows progress on a terminal, and none in a pipe" {
  needs script
  tarball app
  contains "$(script -qec "$LADE copy tarball:app.tar app" /dev/null)" "=> layer"
  equal "$(lade copy tarball:app.tar oci:l:x 2>&1 > /dev/null)" ""
  equal "$(script -qec "$LADE copy -q tarball:app.tar oci:m:x" /dev/null)" ""
}

@test "an archive is not written to a terminal" {
  needs script
  image app
  contains "$(script -qec "$LADE copy app oci-archive:-" /dev/null)" "nothing for a terminal"
  contains "$(script -qec "$LADE export app" /dev/null)" "nothing for a terminal"
}

@test "several images go into one docker-archive, which others read" {
  image app web:2
  lade tag app localhost/again:1
  lade copy -q app localhost/again:1 web:2 docker-archive:both.tar
  equal "$(tar -xOf both.tar manifest.json | jq -c '[.[].RepoTags]')" \
    '[["localhost/app:latest","localhost/again:1"],["localhost/web:2"]]'
  equal "$(tar -xOf both.tar repositories | jq -c '[keys, (.["localhost/web"] | keys)]')" \
    '[["localhost/again","localhost/app","localhost/web"],["2"]]'
  for name in localhost/app:latest localhost/again:1 localhost/web:2; do
    lade copy -q "docker-archive:both.tar:$name" oci:back:x
    equal "$(lade inspect --format '{{.Id}}' oci:back:x)" "$(lade inspect --format '{{.Id}}' "$name")"
    lade validate "docker-archive:both.tar:$name"
  done
  fails_with 2 "localhost/web:2" inspect docker-archive:both.tar
  fails_with 7 "both.tar exists" copy app web:2 docker-archive:both.tar
  if command -v skopeo > /dev/null; then
    equal "$(skopeo list-tags docker-archive:both.tar | jq -c .Tags)" \
      '["localhost/app:latest","localhost/again:1","localhost/web:2"]'
    skopeo --insecure-policy copy -q docker-archive:both.tar:localhost/web:2 dir:theirs
  fi
}

@test "podman loads an archive of several images" {
  needs podman
  image app web:2
  lade copy -q app web:2 docker-archive:both.tar
  podman --root "$PWD/podman" --runroot "$PWD/podman.run" --storage-driver vfs \
    load -q -i both.tar > loaded 2> problems || skip "podman does not work here: $(cat problems)"
  contains "$(cat loaded)" localhost/app:latest
  contains "$(cat loaded)" localhost/web:2
}

@test "several images go into one OCI archive or layout under their names" {
  image app web:2
  for there in oci:layout oci-archive:both.tar; do
    run_lade copy app web:2 "$there"
    equal "$status" 0
    equal "$(echo "$output" | wc -l)" 2
    for name in localhost/app:latest localhost/web:2; do
      equal "$(lade inspect --format '{{.Id}}' "$there:$name")" "$(lade inspect --format '{{.Id}}' "$name")"
      lade validate "$there:$name"
    done
  done
  # names go on from place to place
  lade copy -q oci:layout:localhost/app:latest oci-archive:both.tar:localhost/web:2 docker-archive:d.tar
  equal "$(tar -xOf d.tar manifest.json | jq -c '[.[].RepoTags[]]')" \
    '["localhost/app:latest","localhost/web:2"]'
}

@test "several images keep what names they have, and it is said if they have none" {
  image app
  tarball other
  run_lade copy app tarball:other.tar docker-archive:both.tar
  equal "$status" 0
  contains "$errors" "tarball:other.tar has no name"
  equal "$(tar -xOf both.tar manifest.json | jq -c '[.[].RepoTags]')" '[["localhost/app:latest"],[]]'
  lade validate docker-archive:both.tar:@1
}

@test "several images want a place for several" {
  image app web
  fails_with 5 "several images" copy app web dir:d
  fails_with 5 "several images" copy app web third
  fails_with 2 "several images cannot have one name" copy app web oci:layout:x
  fails_with 2 "several images cannot have one name" copy app web docker-archive:x.tar:x
  fails_with 2 "--additional-tag" copy --additional-tag a app web docker-archive:x.tar
  fails_with 3 "nowhere" copy app nowhere docker-archive:x.tar
  [ ! -e x.tar ]
  fails_with 2 "DESTINATION" copy app
}

@test "a layer that umoci left without its end is read" {
  needs umoci
  layout in
  echo inserted > inserted
  umoci insert --rootless --image in:latest inserted /inserted > log 2>&1 || skip "$(cat log)"
  equal "$(lade cat oci:in:latest inserted)" inserted
  lade copy -q oci:in:latest app
  equal "$(lade cat app inserted)" inserted
  lade validate app
}
