load support
load registry_support

# lade pull: names to images in the store.

# search REGISTRY…: these are searched for short names.
search() {
  local list
  list=$(printf '"%s", ' "$@")
  { echo "unqualified-search-registries = [${list%, }]"; cat registries.conf; } > with_search
  mv with_search registries.conf
}

@test "pull prints the id, and the image has the name it was asked for by" {
  plain_registry
  remote team/app:1
  id=$(lade pull "$HOST/team/app:1")
  equal "sha256:$id" "$(lade inspect --format '{{.Id}}' "$HOST/team/app:1")"
  equal "$(lade inspect --format '{{.Digest}}' "$HOST/team/app:1")" "$(remote_digest team/app:1)"
  equal "$(lade inspect --format '{{index .RepoDigests 0}}' "$HOST/team/app:1")" \
    "$HOST/team/app@$(remote_digest team/app:1)"
  equal "$(lade cat "$HOST/team/app:1" etc/name)" app
  equal "$(lade pull -q "docker://$HOST/team/app:1")" "$id"
}

@test "a name without a tag is latest, and a digest will do" {
  plain_registry
  remote app:latest
  digest=$(remote_digest app)
  lade pull "$HOST/app"
  contains "$(lade images)" "$HOST/app"
  lade rmi "$HOST/app:latest"
  lade pull "$HOST/app@$digest"
  equal "$(lade cat "$HOST/app@$digest" etc/name)" app
}

@test "every form of manifest keeps its digest from registry to store to registry" {
  plain_registry
  image app
  for form in "--format oci" "--format docker" "--compression zstd" "--compression none"; do
    # shellcheck disable=SC2086
    LADE_ROOT=$PWD/store lade copy -q $form app "docker://$HOST/forms:1"
    export LADE_ROOT=$PWD/second
    lade pull -q "$HOST/forms:1"
    equal "$(lade push "$HOST/forms:1" "$HOST/again:1")" "$(remote_digest forms:1)"
    equal "$(lade inspect --raw "docker://$HOST/again:1")" "$(lade inspect --raw "docker://$HOST/forms:1")"
    export LADE_ROOT=$PWD/store
    rm -rf second
  done
}

# enforce: of several registries none is guessed.
enforce() { sed -i '1s/^/short-name-mode = "enforcing"\n/' registries.conf; }

# index NAME: an index of two platforms on the registry, made by buildah's format of it.
index() {
  needs python3
  image amd arm
  mkdir -p idx
  lade copy -q amd "docker://$HOST/$1:amd"
  lade copy -q arm "docker://$HOST/$1:arm"
  python3 - "$HOST" "$1" << 'P'
import json, sys, urllib.request
host, name = sys.argv[1:]
entries = []
for tag in ("amd", "arm"):
    request = urllib.request.Request(f"http://{host}/v2/{name}/manifests/{tag}", headers={
        "Accept": "application/vnd.oci.image.manifest.v1+json"})
    answer = urllib.request.urlopen(request)
    body = answer.read()
    entries.append({"mediaType": answer.headers["Content-Type"], "size": len(body),
                    "digest": answer.headers["Docker-Content-Digest"],
                    "platform": {"os": "linux", "architecture": tag + "64"}})
index = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
                    "manifests": entries}).encode()
request = urllib.request.Request(f"http://{host}/v2/{name}/manifests/1", data=index, method="PUT",
    headers={"Content-Type": "application/vnd.oci.image.index.v1+json"})
urllib.request.urlopen(request)
P
  lade rmi amd arm
  lade prune > pruned
}

@test "of an index one image comes, under the digest of the index; the others can follow" {
  plain_registry
  index multi
  equal "$(lade pull --platform linux/arm64 --format '{{.digest}}' "$HOST/multi:1")" \
    "$(remote_index multi:1)"
  equal "$(lade inspect --platform linux/arm64 --config "$HOST/multi:1")" \
    "$(lade inspect --config "docker://$HOST/multi:arm")"
  fails_with 3 "is not in the store" inspect --config --platform linux/amd64 "$HOST/multi:1"
  # the only one there is goes back
  equal "$(lade push "$HOST/multi:1" "$HOST/one:1")" "$(remote_digest multi:arm)"
  fails_with 3 "$(remote_digest multi:amd)" push --all "$HOST/multi:1" "$HOST/all:1"
  lade pull --policy missing --arch amd64 "$HOST/multi:1"
  equal "$(lade push --all "$HOST/multi:1" "$HOST/all:1")" \
    "$(remote_index multi:1)"
  equal "$(lade inspect --raw "docker://$HOST/all:1")" "$(lade inspect --raw "docker://$HOST/multi:1")"
  export LADE_ROOT=$PWD/second
  lade pull --multi-arch all "$HOST/multi:1"
  equal "$(lade inspect --raw "$HOST/multi:1")" "$(lade inspect --raw "docker://$HOST/multi:1")"
  lade push --all "$HOST/multi:1" "$HOST/more:1"
}

@test "a manifest list of Docker's keeps its digest from registry to store to registry" {
  needs jq
  plain_registry
  index multi
  lade copy -q --all --format v2s2 "docker://$HOST/multi:1" "docker://$HOST/list:1"
  equal "$(lade inspect --raw "docker://$HOST/list:1" | jq -r '[.mediaType, .manifests[].mediaType] | unique | .[]')" \
    'application/vnd.docker.distribution.manifest.list.v2+json
application/vnd.docker.distribution.manifest.v2+json'
  equal "$(lade pull --multi-arch all --format '{{.digest}}' "$HOST/list:1")" "$(remote_index list:1)"
  equal "$(lade push --all "$HOST/list:1" "$HOST/again:1")" "$(remote_index list:1)"
  equal "$(lade inspect --raw "docker://$HOST/again:1")" "$(lade inspect --raw "docker://$HOST/list:1")"
}

@test "a platform that there is none for is told with those there are" {
  plain_registry
  index multi
  fails_with 3 "it has: linux/amd64, linux/arm64" pull --platform linux/s390x "$HOST/multi:1"
  fails_with 2 "--platform already says" pull --platform linux/arm64 --arch arm64 "$HOST/multi:1"
}

@test "short names go to the search registries in turn" {
  plain_registry
  remote team/app:1
  search 127.0.0.1:1 "$HOST"
  lade pull --retry 0 team/app:1
  equal "$(lade cat "$HOST/team/app:1" etc/name)" app
  run_lade pull --retry 0 team/nothing:1
  equal "$status" 8
  contains "$errors" "127.0.0.1:1/team/nothing:1"
  contains "$errors" "$HOST/team/nothing:1"
  contains "$errors" "unqualified-search-registries"
}

@test "an alias says what a short name means" {
  plain_registry
  remote deep/app:1
  printf '[aliases]\nshort = "%s/deep/app"\n' "$HOST" >> registries.conf
  lade pull short:1
  equal "$(lade cat "$HOST/deep/app:1" etc/name)" app
}

@test "an enforcing mode refuses to guess where nobody can be asked" {
  plain_registry
  remote app:1
  search 127.0.0.1:1 "$HOST"
  enforce
  fails_with 7 "short-name-mode is enforcing" pull app:1
}

@test "no search registry is an error that says so" {
  plain_registry
  echo 'unqualified-search-registries = []' > registries.conf
  fails_with 3 "unqualified-search-registries is empty" pull nothing
}

@test "on a terminal one is asked which registry is meant, once" {
  [ "$(id -u)" != 0 ] || skip "root's choices are kept in /var/cache"
  plain_registry
  remote team/app:1
  search 127.0.0.1:1 "$HOST"
  enforce
  export XDG_CACHE_HOME=$PWD/cache
  typed "Which one?" 2 -- pull team/app:1
  equal "$status" 0
  contains "$output" "2  $HOST/team/app:1"
  contains "$(cat cache/containers/short-name-aliases.conf)" "\"team/app\" = \"$HOST/team/app\""
  lade pull team/app:1
}

@test "a question can be left by a signal" {
  plain_registry
  search 127.0.0.1:1 "$HOST"
  enforce
  typed "Which one?" $'\x03' -- pull team/app:1
  equal "$status" 130
  contains "$output" "Which one?"
}

@test "the policy decides when the registry is asked" {
  plain_registry
  remote app:1
  fails_with 3 "the pull policy is never" pull --policy never "$HOST/app:1"
  lade pull --policy missing "$HOST/app:1"
  old=$(lade inspect --format '{{.Digest}}' "$HOST/app:1")
  tarball web
  LADE_ROOT=$PWD/other lade copy -q tarball:web.tar "docker://$HOST/app:1"
  lade pull --policy missing "$HOST/app:1"
  equal "$(lade inspect --format '{{.Digest}}' "$HOST/app:1")" "$old"
  lade pull --policy newer "$HOST/app:1"
  equal "$(lade cat "$HOST/app:1" etc/name)" web
  stop_registry
  lade pull --retry 0 --policy newer "$HOST/app:1"
  lade pull --policy missing "$HOST/app:1"
  lade pull --policy never "$HOST/app:1"
  fails_with 8 "$HOST" pull --retry 0 "$HOST/app:1"
  fails_with 2 "--policy is always, missing, newer or never" pull --policy sometimes "$HOST/app:1"
}

@test "several names come at once, and what fails does not keep the others away" {
  plain_registry
  remote a:1 b:1
  run_lade pull "$HOST/a:1" "$HOST/nothing:1" "$HOST/b:1"
  equal "$status" 3
  equal "$(wc -l <<< "$output")" 2
  equal "$(lade cat "$HOST/a:1" etc/name)" a
  equal "$(lade cat "$HOST/b:1" etc/name)" b
}

@test "all tags of a repository" {
  plain_registry
  remote app:1 app:2
  lade pull -a "$HOST/app"
  lade inspect "$HOST/app:1"
  lade inspect "$HOST/app:2"
  fails_with 2 "must not say one" pull --all-tags "$HOST/app:1"
}

@test "json tells what came" {
  plain_registry
  remote app:1
  lade pull --format json "$HOST/app:1" > record
  contains "$(cat record)" '"schemaVersion"'
  contains "$(cat record)" "\"name\": \"$HOST/app:1\""
  contains "$(cat record)" "\"digest\": \"$(remote_digest app:1)\""
}

@test "archives and layouts come in by the names they have" {
  image app:3
  lade copy -q app:3 docker-archive:archive.tar:team/app:3
  lade copy -q app:3 oci:layout:3
  id=$(lade inspect --format '{{.Id}}' app:3)
  export LADE_ROOT=$PWD/second
  equal "sha256:$(lade pull docker-archive:archive.tar)" "$id"
  lade cat docker.io/team/app:3 etc/name
  equal "sha256:$(lade pull oci:layout:3)" "$id"
}

@test "a mirror is asked first, a blocked registry never, http only where it is allowed" {
  plain_registry
  remote cache/app:1
  cat > registries.conf <<C
[[registry]]
location = "registry.invalid"
[[registry.mirror]]
location = "$HOST/cache"
insecure = true
[[registry]]
location = "blocked.invalid"
blocked = true
C
  lade pull registry.invalid/app:1
  equal "$(lade cat registry.invalid/app:1 etc/name)" app
  fails_with 6 "blocked" pull blocked.invalid/app:1
  fails_with 2 "does not speak TLS" pull "$HOST/cache/app:1"
  lade pull --tls-verify=false "$HOST/cache/app:1"
}

@test "a private authority and a password" {
  secure_registry
  image app
  fails_with 6 "certificate" push --creds me:s3cret app "$HOST/app:1"
  lade push --cert-dir certs --creds me:s3cret app "$HOST/app:1"
  export LADE_ROOT=$PWD/second
  fails_with 6 "401" pull --cert-dir certs "$HOST/app:1"
  fails_with 6 "401" pull --cert-dir certs --creds me:wr0ng "$HOST/app:1"
  silent_about wr0ng stderr
  lade pull --cert-dir certs --creds me:s3cret "$HOST/app:1"
  printf '{"auths":{"%s":{"auth":"%s"}}}' "$HOST" "$(printf me:s3cret | base64)" > auth.json
  lade pull --cert-dir certs --authfile auth.json "$HOST/app:1"
}

@test "retries are counted and bounded" {
  plain_registry
  fails_with 2 "--retry-delay" pull --retry-delay soon "$HOST/app:1"
  fails_with 2 "--retry" pull --retry -1 "$HOST/app:1"
  fails_with 8 "after 3 attempts" pull --retry 2 --retry-delay 1ms 127.0.0.1:1/app:1
  # what is not there will not be there a moment later
  fails_with 3 "404" pull --retry 2 --retry-delay 1ms "$HOST/app:1"
  silent_about "trying again" stderr
}

@test "a proxy is asked as HTTP_PROXY, HTTPS_PROXY and NO_PROXY say" {
  plain_registry
  remote app:1
  printf '[[registry]]\nlocation = "registry.invalid"\ninsecure = true\n' >> registries.conf
  serve proxy.port http_proxy.py "$HOST" "$PWD"
  export HTTP_PROXY=http://127.0.0.1:$PORT
  export HTTPS_PROXY=$HTTP_PROXY
  lade pull --retry 0 registry.invalid/app:1
  equal "$(lade cat registry.invalid/app:1 etc/name)" app
  contains "$(cat proxy.log)" "CONNECT registry.invalid:443"
  contains "$(cat proxy.log)" "GET http://registry.invalid/v2/app/manifests/1"
  # this machine is spoken to directly
  : > proxy.log
  lade pull "$HOST/app:1"
  equal "$(cat proxy.log)" ""
  REQUEST_METHOD=GET fails_with 6 "HTTP_PROXY is not to be trusted" pull --retry 0 registry.invalid/app:1
}
