# Images of a Docker daemon of our own, on a private root and socket. It needs root.
load support

setup_file() {
  [ "$(id -u)" = 0 ] || return 0
  command -v dockerd > /dev/null || return 0
  # the paths of sockets are short
  DAEMON=$(mktemp -d /tmp/lade-dockerd.XXXXXX)
  export DAEMON
  DOCKER_RAMDISK=true dockerd --bridge=none --iptables=false --storage-driver=vfs \
    --data-root "$DAEMON/root" --exec-root "$DAEMON/exec" --pidfile "$DAEMON/pid" \
    -H "unix://$DAEMON/docker.sock" > "$DAEMON/log" 2>&1 3>&- < /dev/null &
  echo $! > "$DAEMON/child"
  local turn
  for turn in {1..150}; do
    if [ -S "$DAEMON/docker.sock" ] && daemon_answers; then break; fi
    sleep 0.2
  done
}

teardown_file() {
  [ -n "${DAEMON:-}" ] || return 0
  kill "$(cat "$DAEMON/child")" || true
  while kill -0 "$(cat "$DAEMON/child")" 2> /dev/null; do sleep 0.1; done
  rm -rf "$DAEMON"
}

daemon_answers() {
  curl -sf --unix-socket "$DAEMON/docker.sock" http://docker/_ping > /dev/null
}

# with_daemon: what follows talks to it.
with_daemon() {
  [ "$(id -u)" = 0 ] || skip "a daemon needs root"
  needs dockerd curl jq
  daemon_answers || skip "dockerd does not start here: $(tail -1 "$DAEMON/log")"
  export DOCKER_HOST=unix://$DAEMON/docker.sock
}

# told FORMAT NAME: what the daemon says of an image.
told() {
  curl -sf --unix-socket "$DAEMON/docker.sock" "http://docker/images/$2/json" | jq -r "$1"
}

@test "an image goes to a daemon and comes back the same" {
  with_daemon
  tarball one
  tarball two
  lade copy -q --format docker --compression gzip tarball:one.tar:two.tar dir:image
  lade copy -q dir:image docker-daemon:team/app:1
  local id
  id=$(jq -r .config.digest image/manifest.json)
  equal "$(told .Id team/app:1)" "$id"
  equal "$(told '.RootFS.Layers[0]' team/app:1)" "sha256:$(sha256sum < one.tar | cut -d' ' -f1)"
  lade copy -q docker-daemon:team/app:1 dir:back
  equal "$(jq -r .config.digest back/manifest.json)" "$id"
  cmp one.tar "back/$(sha256sum < one.tar | cut -d' ' -f1)"
  cmp two.tar "back/$(sha256sum < two.tar | cut -d' ' -f1)"
  lade validate docker-daemon:team/app:1
  lade validate "docker-daemon:$id"
}

@test "skopeo copies the same out of a daemon" {
  needs skopeo
  with_daemon
  tarball one
  lade copy -q tarball:one.tar docker-daemon:app:2
  skopeo copy -q --src-daemon-host "$DOCKER_HOST" docker-daemon:app:2 dir:theirs
  lade copy -q --src-daemon-host "$DOCKER_HOST" docker-daemon:app:2 dir:ours
  rm theirs/manifest.json ours/manifest.json # skopeo calls plain layers compressed
  diff -r theirs ours
}

@test "an image of a daemon is asked about where it lies" {
  with_daemon
  tarball one
  lade copy -q tarball:one.tar docker-daemon:app:3
  unset DOCKER_HOST
  local flag=(--daemon-host "unix://$DAEMON/docker.sock")
  equal "$(lade cat "${flag[@]}" docker-daemon:app:3 /etc/name)" one
  contains "$(lade ls "${flag[@]}" docker-daemon:app:3 /etc)" hard
  contains "$(lade history "${flag[@]}" docker-daemon:app:3)" "ADD file"
  contains "$(lade inspect "${flag[@]}" docker-daemon:app:3)" Layers
  lade export "${flag[@]}" docker-daemon:app:3 -o rootfs.tar
  contains "$(tar -tf rootfs.tar)" etc/name
}

@test "FROM takes an image of a daemon" {
  with_daemon
  tarball one
  lade copy -q tarball:one.tar docker-daemon:base:1
  printf 'FROM docker-daemon:base:1\nLABEL a=b\n' > Containerfile
  lade build -q -t more .
  equal "$(lade cat more /etc/name)" one
}

@test "several images of a daemon go into one archive under their names" {
  with_daemon
  tarball one
  tarball two
  lade copy -q tarball:one.tar docker-daemon:team/one:1
  lade copy -q tarball:two.tar docker-daemon:team/two:2
  lade copy -q docker-daemon:team/one:1 docker-daemon:team/two:2 docker-archive:both.tar
  equal "$(tar -xOf both.tar manifest.json | jq -c '[.[].RepoTags[]]')" \
    '["docker.io/team/one:1","docker.io/team/two:2"]'
}

@test "what a daemon does not have is missed" {
  with_daemon
  fails_with 3 "has no such image" validate docker-daemon:nothing:1
  fails_with 3 "has no such image" validate "docker-daemon:sha256:$(printf '0%.0s' {1..64})"
}

@test "no daemon is a clear error" {
  tarball one
  fails_with 8 "there is no Docker daemon at $PWD/none" \
    copy -q --dest-daemon-host "unix://$PWD/none" tarball:one.tar docker-daemon:app
  DOCKER_HOST=unix://$PWD/none fails_with 8 "is it running" validate docker-daemon:app
  DOCKER_HOST=none fails_with 2 "wanted unix:///PATH" validate docker-daemon:app
  DOCKER_HOST=tcp://127.0.0.1:1 fails_with 8 "127.0.0.1:1" validate docker-daemon:app
}
