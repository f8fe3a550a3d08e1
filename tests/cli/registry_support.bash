# Registries for tests of the program. Each ends with its test.

# registry NAME YAML: a registry on a free port of the loopback device; $HOST is its address, NAME.log
# what it was asked. Nothing is known of registries and credentials but what a test writes.
registry() {
  needs docker-registry
  export HOME=$BATS_TEST_TMPDIR
  export XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run
  mkdir -p "$XDG_RUNTIME_DIR"
  chmod 700 "$XDG_RUNTIME_DIR"
  unset REGISTRY_AUTH_FILE DOCKER_CONFIG XDG_CONFIG_HOME
  # signatures in files lie beside, whatever the machine's registries.d says
  mkdir -p "$HOME/.config/containers/registries.d"
  [ -e "$HOME/.config/containers/registries.d/default.yaml" ] ||
    printf 'default-docker:\n  lookaside: file://%s/lookaside\n' "$BATS_TEST_TMPDIR" \
      > "$HOME/.config/containers/registries.d/default.yaml"
  local name=$1 http=$2
  cat > "$name.yml" <<Y
version: 0.1
log: {level: info, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $PWD/$name.data}, delete: {enabled: true}}
http:
  addr: 127.0.0.1:0
$http
Y
  : > "$name.log"
  timeout 600 docker-registry serve "$name.yml" > "$name.log" 2>&1 3>&- &
  SERVER=$!
  SERVERS+=("$SERVER")
  for _ in $(seq 100); do
    HOST=$(sed -n 's/.* msg="listening on \(127\.0\.0\.1:[0-9]*\).*/\1/p' "$name.log")
    [ -z "$HOST" ] || return 0
    kill -0 "$SERVER" || break
    sleep 0.1
  done
  cat "$name.log"
  return 1
}

# serve PORT_FILE SCRIPT ARGUMENT…: a server of tests/support that writes its port to that file; $PORT.
serve() {
  needs python3
  local file=$1 script=$2
  shift 2
  timeout 600 python3 "$BATS_TEST_DIRNAME/../support/$script" "$@" > "$script.log" 2>&1 3>&- &
  SERVERS+=($!)
  for _ in $(seq 100); do
    if [ -s "$file" ]; then
      PORT=$(cat "$file")
      return 0
    fi
    sleep 0.1
  done
  cat "$script.log"
  return 1
}

stop_registry() {
  kill "$SERVER"
  wait "$SERVER" || true
}

# requests NAME METHOD PATTERN: how many such requests the registry answered; the pattern is of their
# URLs.
requests() {
  grep -cE "msg=\"response completed\".* http\.request\.method=$2 .* http\.request\.uri=\"?$3" "$1.log" || true
}

# served NAME: the bytes of all bodies that the registry sent.
served() {
  sed -n 's/.* msg="response completed".* http\.response\.written=\([0-9]*\).*/\1/p' "$1.log" |
    awk '{ sum += $1 } END { printf "%d", sum }'
}

plain_registry() {
  registry plain ""
  cat > registries.conf <<C
[[registry]]
location = "$HOST"
insecure = true
C
  export CONTAINERS_REGISTRIES_CONF=$PWD/registries.conf
}

secure_registry() {
  needs openssl
  needs htpasswd
  mkdir -p certs
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=test authority" \
    -keyout ca.key -out certs/ca.crt
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=127.0.0.1" \
    -keyout server.key -out server.csr
  openssl x509 -req -in server.csr -CA certs/ca.crt -CAkey ca.key -CAcreateserial -days 2 -out server.crt \
    -extfile <(echo "subjectAltName = IP:127.0.0.1")
  htpasswd -Bbn me s3cret > users
  registry secure "  tls: {certificate: $PWD/server.crt, key: $PWD/server.key}
auth: {htpasswd: {realm: test, path: $PWD/users}}"
  export CONTAINERS_REGISTRIES_CONF=$PWD/registries.conf
  touch registries.conf
} 2> openssl.log

# token_registry: one that sends its users to a token server (tests/support/token_server.py).
token_registry() {
  needs openssl
  serve token.port token_server.py "$PWD"
  registry tokens "auth:
  token:
    realm: http://127.0.0.1:$PORT/token
    service: test registry
    issuer: test issuer
    rootcertbundle: $PWD/token.crt"
  printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$HOST" > registries.conf
  export CONTAINERS_REGISTRIES_CONF=$PWD/registries.conf
}

# remote NAME…: images on the registry that are not in the store.
remote() {
  local name
  for name in "$@"; do
    tarball "$(basename "${name%%:*}")"
    LADE_ROOT=$PWD/other lade copy -q "tarball:$(basename "${name%%:*}").tar" "docker://$HOST/$name"
  done
}

remote_digest() { lade inspect --format '{{.Digest}}' "docker://$HOST/$1"; }

remote_index() { lade inspect --type index --format '{{.Digest}}' "docker://$HOST/$1"; }

# tags REPOSITORY: as a list of JSON.
tags() { curl -s "http://$HOST/v2/$1/tags/list" | jq -c '.tags // [] | sort'; }

manifest_type=application/vnd.oci.image.manifest.v1+json
index_type=application/vnd.oci.image.index.v1+json

digest_of() { echo "sha256:$(sha256sum < "$1" | cut -d' ' -f1)"; }

# upload REPOSITORY FILE: a blob on the registry; its digest is printed.
upload() {
  local digest location
  digest=$(digest_of "$2")
  location=$(curl -sfi -X POST "http://$HOST/v2/$1/blobs/uploads/" | tr -d '\r' |
    sed -n 's/^[Ll]ocation: //p')
  curl -sf -X PUT -H 'Content-Type: application/octet-stream' --data-binary "@$2" \
    "$location&digest=$digest"
  echo "$digest"
}

# put REPOSITORY REFERENCE FILE TYPE: a manifest on the registry.
put() { curl -sf -X PUT -H "Content-Type: $4" --data-binary "@$3" "http://$HOST/v2/$1/manifests/$2"; }

# fallback REPOSITORY SUBJECT FILE TYPE: the tag of the subject lists that manifest, as in a registry that
# keeps no such list by itself.
fallback() {
  jq -cn --arg digest "$(digest_of "$3")" --argjson size "$(stat -c %s "$3")" --arg type "$4" \
    --argjson notes "$(jq '{annotations} | map_values(values)' "$3")" '
    {schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [
      {mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $digest, size: $size,
       artifactType: $type} + $notes]}' > list
  put "$1" "${2/:/-}" list $index_type
}

# everything that was started, each by its id
stop_servers() {
  local server
  for server in ${SERVERS[@]+"${SERVERS[@]}"}; do
    kill "$server" 2> /dev/null || true
    wait "$server" || true
  done
}

teardown() {
  stop_servers
  if declare -F empty_stores > /dev/null; then empty_stores; fi
}
