# Registries for tests of the program. Each ends with its test.

# registry NAME YAML: a registry on a free port of the loopback device; $HOST is its address. Nothing
# is known of registries and credentials but what a test writes.
registry() {
  needs docker-registry
  export HOME=$BATS_TEST_TMPDIR
  export XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run
  mkdir -p "$XDG_RUNTIME_DIR"
  chmod 700 "$XDG_RUNTIME_DIR"
  unset REGISTRY_AUTH_FILE DOCKER_CONFIG XDG_CONFIG_HOME
  local name=$1 http=$2 port
  for _ in $(seq 20); do
    port=$((20000 + RANDOM % 20000))
    HOST=127.0.0.1:$port
    cat > "$name.yml" <<Y
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $PWD/$name.data}, delete: {enabled: true}}
http:
  addr: $HOST
$http
Y
    docker-registry serve "$name.yml" > "$name.log" 2>&1 &
    SERVER=$!
    for _ in $(seq 50); do
      (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null && return
      kill -0 "$SERVER" 2> /dev/null || break
      sleep 0.1
    done
  done
  cat "$name.log"
  return 1
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

# A directory that skopeo and podman, run by an ordinary user, cannot do without.
runtime_directory() {
  export XDG_RUNTIME_DIR=$PWD/run
  mkdir -p -m 700 run
}

# token_registry: one that sends its users to a token server (tests/support/token_server.py).
token_registry() {
  needs openssl python3
  python3 "$BATS_TEST_DIRNAME/../support/token_server.py" "$PWD" > token_server.log 2>&1 3>&- &
  TOKEN_SERVER=$!
  for _ in $(seq 100); do
    [ -s token.port ] && break
    sleep 0.1
  done
  registry tokens "auth:
  token:
    realm: http://127.0.0.1:$(cat token.port)/token
    service: test registry
    issuer: test issuer
    rootcertbundle: $PWD/token.crt"
  printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$HOST" > registries.conf
  export CONTAINERS_REGISTRIES_CONF=$PWD/registries.conf
}

teardown() {
  local server
  for server in ${SERVER:-} ${TOKEN_SERVER:-}; do
    kill "$server"
    wait "$server" || true
  done
}
