# What the tests of building share, besides support.bash: a base image that runs, and a way to say
# a build in a few lines.
load support

# rootfs DIR: a root file system of busybox, with users of every kind of name.
rootfs() {
  needs busybox
  local applet
  mkdir -p "$1/bin" "$1/etc" "$1/root" "$1/home/app"
  install -d -m 1777 "$1/tmp"
  cp "$(command -v busybox)" "$1/bin/busybox"
  for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$1/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n' > "$1/etc/passwd"
  printf 'root:x:0:\napp:x:1001:\nextra:x:2000:app\n' > "$1/etc/group"
}

# base_tar: base.tar, made once for each file of tests.
base_tar() {
  local made=$BATS_FILE_TMPDIR/base.tar
  if [ ! -e "$made" ]; then
    rootfs "$BATS_FILE_TMPDIR/base"
    tar -C "$BATS_FILE_TMPDIR/base" --sort=name --mtime=@1600000000 --owner=0 --group=0 \
      -cf "$made.tmp" .
    mv "$made.tmp" "$made"
  fi
  ln -sf "$made" base.tar
}

# base: the image "base" in the store, and an empty context.
base() {
  base_tar
  lade copy -q tarball:base.tar base
  mkdir -p ctx
}

# run_build ARGUMENT…: builds "app" of ./ctx and the Containerfile on stdin, within bounds. The code
# goes to $status, stdout to $output, stderr to $errors.
run_build() {
  mkdir -p ctx
  cat > ctx/Containerfile
  run_build_again "$@"
}

# run_build_again: the same with the Containerfile that is there.
run_build_again() {
  status=0
  output=$(timeout -k 5 120 "$LADE" build --progress plain -t app "$@" ctx 2> stderr) || status=$?
  errors=$(cat stderr)
}

# build ARGUMENT…: the same, and it succeeds.
build() {
  mkdir -p ctx
  cat > ctx/Containerfile
  build_again "$@"
}

build_again() {
  run_build_again "$@"
  [ "$status" = 0 ] && return
  echo "build $*: code $status: $errors"
  return 1
}

# build_fails CODE TEXT ARGUMENT…: the build ends with this code and says this.
build_fails() {
  local code=$1 text=$2
  shift 2
  run_build "$@"
  [ "$status" = "$code" ] && [[ $errors == *"$text"* ]] && return
  echo "build $*: wanted code $code and \"$text\", got $status: $errors"
  return 1
}

# rootfs_of IMAGE: its files by another program's eyes: "MODE OWNER PATH" of each, sorted.
rootfs_of() {
  lade export "$1" | tar -tv --numeric-owner --full-time --quoting-style=literal |
    awk '{ $3 = ""; $4 = ""; $5 = ""; gsub(/ +/, " "); print }' | LC_ALL=C sort -k3
}

# file_of IMAGE PATH: "MODE OWNER" of a file.
file_of() {
  lade export "$1" | tar -tv --numeric-owner --quoting-style=literal |
    awk -v path="$2" '$6 == path || $6 == path "/" { print $1, $2 }'
}

# has IMAGE PATH…: the files are there. lacks: they are not.
has() {
  local image=$1 path
  shift
  for path; do
    lade ls "$image" "$path" > /dev/null || { echo "there is no $path in $image"; return 1; }
  done
}

lacks() {
  local image=$1 path
  shift
  for path; do
    if lade ls "$image" "$path" > /dev/null 2>&1; then
      echo "there is $path in $image"
      return 1
    fi
  done
}

# config_of IMAGE FILTER: what jq finds in its configuration.
config_of() { lade inspect --config "$1" | jq -cr "$2"; }

healthy() { lade store check; }

# An ordinary user cannot remove the files of other ids in snapshots, Lade can.
empty_stores() {
  local database
  [ "$(id -u)" != 0 ] || return 0
  for database in $(find "$BATS_TEST_TMPDIR" -maxdepth 2 -name lade.db); do
    lade --root "$(dirname "$database")" prune --all --force --build-cache > /dev/null 2>&1 || true
  done
}

teardown() { empty_stores; }
