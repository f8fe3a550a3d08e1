# What the tests of the program share. Every test has a store and a directory of its own.

setup() {
  LADE=${LADE:?the program to test}
  cd "$BATS_TEST_TMPDIR" || return
  export LADE_ROOT=$BATS_TEST_TMPDIR/store
  export SOURCE_DATE_EPOCH=1700000000
  unset NO_COLOR
  # the machine has a policy of its own
  export CONTAINERS_POLICY_CONF=$BATS_TEST_TMPDIR/.policy.json
  echo '{"default":[{"type":"insecureAcceptAnything"}]}' > "$CONTAINERS_POLICY_CONF"
  # a name that the store does not have is looked for nowhere else unless a test says so
  export CONTAINERS_REGISTRIES_CONF=$BATS_TEST_TMPDIR/.registries.conf
  echo 'unqualified-search-registries = []' > "$CONTAINERS_REGISTRIES_CONF"
}

lade() { "$LADE" "$@"; }

# run_lade ARGUMENT…: stdout in $output, stderr in $errors, the code in $status.
run_lade() {
  status=0
  output=$("$LADE" "$@" 2>stderr) || status=$?
  errors=$(cat stderr)
}

# typed [PROMPT ANSWER]… -- ARGUMENT…: the program at a terminal, where each answer is typed once its
# prompt is there; what that shows is in $output.
typed() {
  needs python3
  local talk=()
  while [ "$1" != -- ]; do
    talk+=("$1")
    shift
  done
  shift
  status=0
  output=$(timeout 60 python3 "$BATS_TEST_DIRNAME/../support/typist.py" "${talk[@]}" -- "$LADE" "$@") ||
    status=$?
}

# fails_with CODE TEXT ARGUMENT…: the program ends with this code and says this.
fails_with() {
  local code=$1 text=$2
  shift 2
  run_lade "$@"
  if [ "$status" != "$code" ] || [[ $errors != *"$text"* ]]; then
    echo "lade $*: wanted code $code and \"$text\", got $status: $errors"
    return 1
  fi
}

equal() {
  [ "$1" = "$2" ] && return
  printf 'wanted: %s\ngot:    %s\n' "$2" "$1"
  return 1
}

contains() {
  [[ $1 == *"$2"* ]] && return
  printf 'wanted in it: %s\ngot: %s\n' "$2" "$1"
  return 1
}

# silent_about TEXT [PATH…]: the text is in no file there, stdin if there is no path.
silent_about() {
  local text=$1 code=0
  shift
  grep -rqaF -e "$text" -- "${@:--}" || code=$?
  # an ordinary user may not read every file of a store
  [ "$code" = 1 ] || { [ "$code" = 2 ] && [ -d "${1:-}" ]; } && return
  echo "there is \"$text\" in ${*:-the input}, or that cannot be read"
  return 1
}

# What commands that work on the store have in it meanwhile; the room for interrupted downloads stays.
work_files() {
  [ ! -d "$LADE_ROOT/tmp" ] || find "$LADE_ROOT/tmp" -mindepth 1 ! -path "$LADE_ROOT/tmp/partials"
}

# tarball NAME: a tar of a small root file system with a few kinds of files.
tarball() {
  mkdir -p "root.$1/etc" "root.$1/bin"
  echo "$1" > "root.$1/etc/name"
  ln -sf name "root.$1/etc/link"
  ln -f "root.$1/etc/name" "root.$1/etc/hard"
  echo 'root:x:0:0:root:/root:/bin/sh' > "root.$1/etc/passwd"
  tar -C "root.$1" --sort=name --mtime=@1600000000 --owner=0 --group=0 -cf "$1.tar" .
}

# image NAME…: images in the store, each of one layer.
image() {
  local name
  for name in "$@"; do
    tarball "${name%%:*}"
    lade copy -q "tarball:${name%%:*}.tar" "$name"
  done
}

# keys NAME…: pairs of keys without a passphrase, NAME.key and NAME.pub.
keys() {
  local name
  for name in "$@"; do
    lade key generate --no-passphrase --output-key-prefix "$name" > /dev/null
  done
}

# layout NAME: an OCI layout that umoci made: a layer with /umoci, and a configuration.
layout() {
  umoci init --layout "$1" && umoci new --image "$1:latest"
  umoci unpack --rootless --image "$1:latest" "$1.bundle"
  echo made > "$1.bundle/rootfs/umoci"
  umoci repack --image "$1:latest" "$1.bundle"
  umoci config --image "$1:latest" --config.env A=1 --config.label k=v --config.cmd /bin/sh \
    --config.user 0 --architecture amd64 --os linux
} 2> umoci.log

# busybox_layout NAME: a layout whose image runs.
busybox_layout() {
  needs busybox
  mkdir -p "$1.root/bin" "$1.root/etc" "$1.root/tmp"
  cp "$(command -v busybox)" "$1.root/bin/busybox"
  for applet in sh id echo cat env; do ln -sf busybox "$1.root/bin/$applet"; done
  echo 'root:x:0:0:root:/root:/bin/sh' > "$1.root/etc/passwd"
  tar -C "$1.root" --owner=0 --group=0 -cf "$1.tar" .
  lade copy -q "tarball:$1.tar" "oci:$1:latest"
}

needs() {
  local program
  for program in "$@"; do
    command -v "$program" > /dev/null || skip "$program is missing"
  done
}
