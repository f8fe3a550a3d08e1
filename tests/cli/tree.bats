load support
load registry_support

# What refers to an image, on a registry, in a layout and in the store.

# artifact SUBJECT TYPE: a manifest in artifact.json that is about the image with that digest; prints
# its digest. SUBJECT is "DIGEST SIZE".
artifact() {
  local subject=${1% *} size=${1#* }
  printf '{}' > empty
  cat > artifact.json <<J
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"$2",
"config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":"$(digest_of empty)"},
"layers":[],"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"$subject","size":$size},
"annotations":{"org.opencontainers.image.created":"2024-01-02T03:04:05Z","by":"test"}}
J
  digest_of artifact.json
}

# push_artifact DIGEST: what `artifact` made, into the repository app of the registry.
push_artifact() {
  upload app empty > uploaded
  put app "$1" artifact.json $manifest_type
}

@test "a tree shows an image, what refers to it, and what refers to that" {
  needs curl jq
  plain_registry
  image app
  lade copy -q app "docker://$HOST/app:1"
  image=$(lade inspect --format '{{.Digest}}' app)
  sbom=$(artifact "$image $(lade inspect --raw app | wc -c)" application/x.sbom)
  push_artifact "$sbom"
  fallback app "$image" artifact.json application/x.sbom
  signature=$(artifact "$sbom $(stat -c %s artifact.json)" application/x.signature)
  push_artifact "$signature"
  fallback app "$sbom" artifact.json application/x.signature
  run_lade tree "docker://$HOST/app:1"
  equal "$status" 0
  equal "$(sed -E 's/ [0-9.]+ [kM]?B//' <<< "$output")" "docker://$HOST/app:1
└── image $image
    └── application/x.sbom $sbom 2024-01-02T03:04:05Z
        └── application/x.signature $signature 2024-01-02T03:04:05Z"
  contains "$(lade tree --annotations "docker://$HOST/app:1")" "by=test"
  equal "$(lade tree --format json "docker://$HOST/app:1" | jq -r '.referrers[0].referrers[0].descriptor.digest')" "$signature"
  run_lade tree --artifact-type application/x.other "docker://$HOST/app:1"
  equal "$status" 0
  contains "$output" "image $image"
  silent_about x.sbom <<< "$output"
  equal "$(lade referrers --format '{{.ArtifactType}} {{.Digest}}' "docker://$HOST/app:1")" \
    "application/x.sbom $sbom"
  run_lade referrers --artifact-type application/x.other --format '{{.Digest}}' "docker://$HOST/app:1"
  equal "$status $output" "0 "
  contains "$(lade referrers "docker://$HOST/app:1")" "2024-01-02T03:04:05Z"
}

@test "a tree of an index shows its platforms, and which are not there" {
  image app
  lade index create list app
  contains "$(lade tree list)" "    └── image linux/"
  lade copy -q --multi-arch index-only list oci:layout:x
  contains "$(lade tree oci:layout:x)" "(not there)"
  run_lade referrers --format '{{.Digest}}' list
  equal "$status $output" "0 "
  fails_with 3 "nothing" tree nothing
}
