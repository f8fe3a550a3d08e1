load build_support

# Everything that Lade writes is read by others, and what others write Lade builds from.

setup_file() {
  export DEBIAN_TAR=$BATS_FILE_TMPDIR/debian.tar
}

# made: the image "app", with several layers, removals, links, owners and a configuration.
made() {
  base
  echo hello > ctx/file
  build "$@" <<'F'
FROM base
COPY --chown=app:app --chmod=640 file /srv/file
RUN rm /etc/group && ln -s file /srv/link && ln /srv/file /srv/hard && mkfifo /srv/fifo
ENV GREETING=hello
WORKDIR /srv
LABEL made=here
CMD ["/bin/sh", "-c", "echo $GREETING from $(pwd)"]
F
}

# buildah, with all it keeps within this test.
buildah() {
  command buildah --root "$PWD/buildah" --runroot "$PWD/buildah-run" --storage-driver vfs "$@"
}

# What buildah keeps belongs to several ids, too.
teardown() {
  empty_stores
  [ ! -d buildah ] || [ "$(id -u)" = 0 ] || command buildah unshare rm -rf "$PWD/buildah"
}

schema() {
  python3 -c 'import jsonschema' 2> /dev/null || return 0
  local corpora=${LADE_CORPORA:-$BATS_TEST_DIRNAME/../../../shared/corpora}
  [ -r "$corpora/schemas/oci" ] || return 0
  python3 -W ignore "$BATS_TEST_DIRNAME/../support/validate_schema.py" layout "$1"
}

@test "every image written is valid, by lade and by the schemas of image-spec" {
  for arguments in "" "--compression zstd" "--squash" "--annotation a=b --label c=d"; do
    # shellcheck disable=SC2086
    made $arguments
    lade validate app
    lade copy -q app "oci:layout$RANDOM:x"
  done
  for layout in layout*; do
    lade validate "oci:$layout:x"
    schema "$layout"
  done
}

@test "skopeo inspects and copies what lade builds, of every transport" {
  needs skopeo
  made
  for there in oci:layout:x dir:dir oci-archive:oci.tar:x docker-archive:docker.tar:app:latest; do
    lade copy -q app "$there"
    skopeo inspect "$there" > inspected
    equal "$(jq -r .Labels.made inspected)" here
    skopeo --insecure-policy copy -q "$there" "oci:from-${there%%:*}:x"
    equal "$(lade cat "oci:from-${there%%:*}:x" srv/file)" hello
    lade validate "oci:from-${there%%:*}:x"
  done
}

@test "umoci unpacks what lade builds" {
  needs umoci
  made
  lade copy -q app oci:layout:x
  local rootless=--rootless
  [ "$(id -u)" != 0 ] || rootless=
  umoci unpack $rootless --image layout:x bundle 2> log || { cat log; return 1; }
  equal "$(cat bundle/rootfs/srv/file)" hello
  [ ! -e bundle/rootfs/etc/group ]
  [ -p bundle/rootfs/srv/fifo ]
  [ -L bundle/rootfs/srv/link ]
  equal "$(stat -c %i bundle/rootfs/srv/file)" "$(stat -c %i bundle/rootfs/srv/hard)"
  [ "$(id -u)" != 0 ] || equal "$(stat -c %u:%g bundle/rootfs/srv/file)" 1000:1001
}

@test "buildah runs what lade builds" {
  needs buildah
  made
  lade copy -q app oci-archive:app.tar:app
  buildah from --name work --pull-never oci-archive:app.tar > log 2>&1 ||
    skip "buildah cannot work here: $(tail -1 log)"
  equal "$(buildah run --isolation chroot work -- /bin/sh -c 'echo $GREETING; cat /srv/link; pwd')" \
    $'hello\nhello\n/srv'
}

@test "podman runs what lade builds" {
  needs podman runc
  [ "$(id -u)" = 0 ] || skip "podman is tried as root"
  made
  lade copy -q app docker-archive:app.tar:localhost/app:latest
  podman() {
    command podman --root "$PWD/podman" --runroot "$PWD/podman-run" --storage-driver vfs \
      --tmpdir "$PWD/podman-tmp" --cgroup-manager cgroupfs --events-backend none --runtime runc "$@"
  }
  podman load -q -i app.tar > log 2>&1 || skip "podman cannot work here: $(tail -1 log)"
  run podman run --rm --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 \
    --network none localhost/app
  contains "$output" "hello from /srv"
}

@test "docker loads what lade builds" {
  [ "$(id -u)" = 0 ] || skip "dockerd wants root"
  needs dockerd docker
  made
  lade copy -q app docker-archive:app.tar:app:loaded
  local here daemon
  here=$(mktemp -d)
  dockerd --bridge=none --iptables=false --ip-masq=false --storage-driver=vfs --data-root "$here/data" \
    --exec-root "$here/exec" --pidfile "$here/pid" -H "unix://$here/sock" > dockerd.log 2>&1 &
  daemon=$!
  docker() { timeout 60 "$(type -P docker)" -H "unix://$here/sock" "$@"; }
  for _ in $(seq 150); do
    docker version > /dev/null 2>&1 && break
    kill -0 "$daemon" 2> /dev/null || break
    sleep 0.1
  done
  if ! docker version > /dev/null 2>&1; then
    kill "$daemon" 2> /dev/null || true
    wait "$daemon" || true
    rm -rf "$here"
    skip "dockerd does not start here: $(tail -1 dockerd.log)"
  fi
  docker load -i app.tar > loaded 2>&1 || true
  docker inspect app:loaded > inspected 2>&1 || true
  docker save app:loaded -o saved.tar || true
  kill "$daemon"
  wait "$daemon" || true
  rm -rf "$here"
  contains "$(cat loaded)" "app:loaded"
  equal "$(jq -r '.[0].Config.Labels.made' inspected)" here
  equal "$(jq -r '.[0].Id' inspected)" "sha256:$(lade inspect --config --raw docker-archive:app.tar | sha256sum | cut -d' ' -f1)"
  lade copy -q docker-archive:saved.tar back
  equal "$(lade cat back srv/file)" hello
}

@test "runc runs a bundle that lade exports" {
  needs runc
  made
  lade export --bundle bundle app
  local id=lade-test-$$-$RANDOM
  mkdir -m 700 runc
  jq '.process.terminal = false' bundle/config.json > config && mv config bundle/config.json
  run timeout 60 runc --root runc run -b bundle "$id"
  runc --root runc delete --force "$id" > /dev/null 2>&1 || true
  if [ "$status" != 0 ] && [[ $output == *cgroup* ]]; then skip "runc cannot work here: $output"; fi
  equal "$output" "hello from /srv"
}

# their_build ARGUMENT…: buildah builds a small image on base, and pushes it to each place.
their_build() {
  needs buildah
  base
  mkdir theirs; echo theirs > theirs/file
  lade copy -q base oci-archive:base.oci:base
  cat > theirs/Containerfile <<F
FROM oci-archive:$PWD/base.oci
COPY file /file
RUN echo ran > /ran; rm /etc/group
ENV BY=buildah
F
  buildah bud --isolation chroot --layers -t theirs theirs > log 2>&1 ||
    skip "buildah cannot work here: $(tail -1 log)"
}

@test "lade copies and builds from what buildah writes" {
  their_build
  buildah push -q --compression-format zstd --format oci theirs dir:zstd > log 2>&1 || cat log
  for there in oci-archive:theirs.tar:x docker-archive:theirs.docker.tar:theirs:x dir:dir oci:layout:x; do
    buildah push -q theirs "$there" 2> log || { cat log; return 1; }
  done
  for there in oci-archive:theirs.tar:x docker-archive:theirs.docker.tar:theirs:x dir:dir oci:layout:x dir:zstd; do
    lade validate "$there"
    lade copy -q "$there" theirs
    build <<'F'
FROM theirs
RUN cat /file /ran > /both; echo $BY >> /both; test ! -e /etc/group
COPY --from=theirs /file /copied
F
    equal "$(lade cat app both)$(lade cat app copied)" $'theirs\nran\nbuildahtheirs'
    lade validate app
  done
  contains "$(lade inspect --raw dir:zstd)" "tar+zstd"
  equal "$(lade cat app copied)" theirs
}

@test "lade reads what podman saves, several images in one archive too" {
  needs podman buildah
  [ "$(id -u)" = 0 ] || skip "podman is tried as root"
  their_build
  buildah tag theirs localhost/second:2
  podman() {
    command podman --root "$PWD/buildah" --runroot "$PWD/buildah-run" --storage-driver vfs \
      --tmpdir "$PWD/podman-tmp" --cgroup-manager cgroupfs --events-backend none "$@"
  }
  podman save -q --format oci-archive -o oci.tar theirs || skip "podman cannot work here"
  podman save -q -m --format docker-archive -o multi.tar localhost/theirs:latest localhost/second:2
  lade copy -q oci-archive:oci.tar one
  equal "$(lade cat one file)" theirs
  for name in localhost/theirs:latest localhost/second:2; do
    lade copy -q "docker-archive:multi.tar:$name" two
    equal "$(lade cat two file)" theirs
  done
}

@test "lade builds from what skopeo and umoci write" {
  needs skopeo umoci
  layout in
  skopeo --insecure-policy copy -q oci:in:latest dir:dir
  skopeo --insecure-policy copy -q oci:in:latest oci-archive:a.tar:x
  for there in oci:in:latest dir:dir oci-archive:a.tar:x; do
    lade copy -q "$there" theirs
    build <<'F'
FROM theirs
COPY --from=theirs /umoci /copied
LABEL on=top
F
    equal "$(lade cat app copied)" made
    lade validate app
  done
}

# debian: the image "debian" in the store, from a root file system made once for this file.
debian() {
  needs mmdebstrap
  if [ ! -e "$DEBIAN_TAR" ]; then
    [ ! -e "$DEBIAN_TAR.failed" ] || skip "mmdebstrap cannot work here"
    # shellcheck disable=SC2024
    if ! timeout 400 mmdebstrap --variant=minbase --include=ca-certificates bookworm "${DEBIAN_TAR%.tar}.made.tar" \
      > "$BATS_FILE_TMPDIR/mmdebstrap.log" 2>&1 < /dev/null; then
      touch "$DEBIAN_TAR.failed"
      skip "mmdebstrap cannot work here: $(tail -1 "$BATS_FILE_TMPDIR/mmdebstrap.log")"
    fi
    mv "${DEBIAN_TAR%.tar}.made.tar" "$DEBIAN_TAR"
  fi
  lade copy -q "tarball:$DEBIAN_TAR" debian
}

@test "a Debian root file system is a base like any other" {
  debian
  build <<'F'
FROM debian AS one
RUN apt-get --version > /version && useradd -m somebody && dpkg -l > /packages
RUN rm -rf /usr/share/doc && ldconfig
USER somebody
RUN id > /tmp/id
FROM debian
COPY --from=one /version /packages /tmp/id /
COPY --from=one /etc /copied-etc
F
  contains "$(lade cat app version)" "apt "
  contains "$(lade cat app id)" "somebody"
  lade validate app
  lade copy -q app oci:layout:x
  schema layout
  if command -v umoci > /dev/null; then
    local rootless=--rootless
    [ "$(id -u)" != 0 ] || rootless=
    umoci unpack $rootless --image layout:x bundle 2> log || { cat log; return 1; }
    [ -e bundle/rootfs/copied-etc/passwd ]
    chmod -R u+w bundle
  fi
  healthy
}
