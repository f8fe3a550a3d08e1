load build_support

# Where images come from: what a build records, and that it can be done again.

setup_file() {
  unset LADE_KEY_PASSPHRASE COSIGN_PASSWORD LADE_BUILDER_ID
}

context() {
  mkdir -p ctx
  echo hello > ctx/file
  printf 'FROM scratch\nARG VERSION\nLABEL version=$VERSION\nCOPY file /data/\n' > ctx/Containerfile
}

# statement IMAGE: the provenance that is attached to it.
statement() {
  local manifest
  manifest=$(lade referrers --format json "$1" | jq -r '.referrers[] | select(.ArtifactType == "application/vnd.in-toto+json") | .Digest' | head -1)
  cat "store/blobs/sha256/$(jq -r '.layers[0].digest' "store/blobs/sha256/${manifest#sha256:}" | cut -d: -f2)"
}

@test "a build records its inputs by digest, and a repeat adds nothing" {
  needs jq
  context
  lade build -q -t app --build-arg VERSION=1 ctx
  statement app > record
  equal "$(jq -r ._type record)" https://in-toto.io/Statement/v1
  equal "$(jq -r .predicateType record)" https://slsa.dev/provenance/v1
  equal "$(jq -r '.subject[0].digest.sha256' record)" "$(lade inspect --format '{{.Digest}}' app | cut -d: -f2)"
  equal "$(jq -r '.predicate.buildDefinition.externalParameters.configSource.path' record)" Containerfile
  equal "$(jq -r '.predicate.buildDefinition.externalParameters.configSource.digest.sha256' record)" \
    "$(sha256sum < ctx/Containerfile | cut -d' ' -f1)"
  equal "$(jq -c '.predicate.buildDefinition.externalParameters.request.buildArgs' record)" '["VERSION"]'
  lade build -q -t app --build-arg VERSION=1 ctx
  equal "$(lade referrers --format json app | jq '.referrers | length')" 1
  contains "$(lade tree app)" "application/vnd.in-toto+json (slsaprovenance)"
}

@test "what others have attached, and nobody can read, does not stop a build" {
  needs jq
  context
  lade build -q -t app ctx
  lade copy -q app oci:layout:app
  printf nonsense > statement
  # put FILE: into the layout; prints its descriptor without a media type
  put() {
    local hex
    hex=$(sha256sum "$1" | cut -d' ' -f1)
    cp "$1" "layout/blobs/sha256/$hex"
    printf '"digest":"sha256:%s","size":%s' "$hex" "$(stat -c %s "$1")"
  }
  printf '{}' > empty
  local in_toto=application/vnd.in-toto+json manifest=application/vnd.oci.image.manifest.v1+json
  cat > artifact << JSON
{"schemaVersion":2,"mediaType":"$manifest","artifactType":"$in_toto",
"config":{"mediaType":"application/vnd.oci.empty.v1+json",$(put empty)},
"layers":[{"mediaType":"$in_toto",$(put statement)}],
"subject":$(jq -c '.manifests[0] | {mediaType, digest, size}' layout/index.json)}
JSON
  jq -c ".manifests += [{\"mediaType\":\"$manifest\",\"artifactType\":\"$in_toto\",$(put artifact)}]" \
    layout/index.json > index && mv index layout/index.json
  lade copy -q oci:layout:app app
  contains "$(lade referrers app)" "$(sha256sum artifact | cut -c1-12)"
  lade build -q -t app ctx
}

@test "how much is recorded is said, as docker says it, too" {
  needs jq
  context
  lade build -q -t none --provenance=false ctx
  equal "$(lade referrers --format json none | jq '.referrers | length')" 0
  lade build -q -t all --build-arg VERSION=2 --attest type=provenance,mode=max ctx
  equal "$(statement all | jq -r '.predicate.buildDefinition.externalParameters.request.buildArgs.VERSION')" 2
  equal "$(statement all | jq -r '.predicate.buildDefinition.externalParameters.configSource.content')" \
    "$(cat ctx/Containerfile)"
  lade build -q -t named --provenance mode=min,builder-id=https://ci.example ctx
  equal "$(statement named | jq -r .predicate.runDetails.builder.id)" https://ci.example
  fails_with 2 'unknown mode "maximal", wanted min, max or off' build --provenance maximal ctx
}

@test "BuildKit's form is an index that lists image and attestation" {
  needs jq
  context
  lade build -q -t app --attestation-format buildkit ctx
  lade inspect --raw app > index
  equal "$(jq -r '.manifests | length' index)" 2
  equal "$(jq -r '.manifests[1].annotations["vnd.docker.reference.type"]' index)" attestation-manifest
  equal "$(jq -r '.manifests[1].annotations["vnd.docker.reference.digest"]' index)" \
    "$(jq -r '.manifests[0].digest' index)"
  lade validate app
  equal "$(lade cat app /data/file)" hello
  lade reproduce --context ctx app > verdict
  contains "$(cat verdict)" identical
}

@test "images say base, time, revision and source" {
  needs jq git
  context
  git -C ctx init -q .
  git -C ctx -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m one
  git -C ctx remote add origin https://somebody:hunter2@git.example/app.git
  lade build -q -t base ctx
  local annotations
  annotations=$(lade inspect --raw base | jq .annotations)
  equal "$(jq -r '."org.opencontainers.image.revision"' <<< "$annotations")" "$(git -C ctx rev-parse HEAD)"
  equal "$(jq -r '."org.opencontainers.image.source"' <<< "$annotations")" https://git.example/app.git
  equal "$(jq -r '."org.opencontainers.image.created"' <<< "$annotations")" 2023-11-14T22:13:20Z
  silent_about hunter2 store/blobs
  lade build -q -t plain --no-source-annotations ctx
  lade inspect --raw plain | lacks revision
}

@test "a build with an epoch is reproduced, or what differs is told" {
  context
  lade build -q -t app --build-arg VERSION=1 ctx
  fails_with 2 "give --build-arg VERSION=" reproduce --context ctx app
  run_lade reproduce --context ctx --build-arg VERSION=1 app
  equal "$status" 0
  contains "$output" "identical: sha256:"
  lade rmi app > /dev/null
  equal "$(lade images -q --filter dangling=true)" ""
  lade build -q -t app --build-arg VERSION=1 ctx
  run_lade reproduce --context ctx --build-arg VERSION=2 app
  equal "$status" 1
  contains "$output" "all files are the same"
  echo more >> ctx/file
  run_lade reproduce --context ctx --build-arg VERSION=1 app
  equal "$status" 1
  contains "$output" "input context: sha256:"
  contains "$output" "changed /data/file: size 6 to 11"
  echo "# changed" >> ctx/Containerfile
  fails_with 7 "is not what the image was built from" reproduce --context ctx --build-arg VERSION=1 app
  lade copy -q "tarball:$(tarball x && echo x.tar)" other
  fails_with 3 "has no provenance" reproduce other
}

@test "a base that moved on is taken as it was" {
  context
  image base
  printf 'FROM base\nCOPY file /data/\n' > ctx/Containerfile
  lade build -q -t app ctx
  echo other > root.base/etc/name
  tar -C root.base --sort=name --mtime=@1600000000 --owner=0 --group=0 -cf base.tar .
  lade copy -q tarball:base.tar base
  run_lade reproduce --context ctx app
  contains "$output$errors" identical
}

@test "build --sign-key signs the image and its provenance" {
  context
  lade key generate --no-passphrase --output-key-prefix ci > /dev/null
  lade build -q -t app --sign-key ci.key ctx
  lade verify --key ci.pub app > /dev/null
  lade verify --key ci.pub --attestation slsaprovenance \
    --predicate buildDefinition.buildType=urn:lade:build:containerfile:v1 app > /dev/null
}
