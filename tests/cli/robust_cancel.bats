load build_support

# start_lade ARGUMENT…: in the background, with signals as an ordinary job has them (a job in the
# background of a script does not hear SIGINT); its id goes to $pid.
start_lade() {
  needs python3
  python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$LADE" "$@" > out 2> log 3>&- &
  pid=$!
}

# until_true COMMAND…: waits until it succeeds, for half a minute at most.
until_true() {
  local _
  for _ in $(seq 300); do
    "$@" && return
    sleep 0.1
  done
  echo "in vain: $*"
  return 1
}

# ends_with CODE: the process $pid ends, with this code. A test that hangs here is ended by its runner.
ends_with() {
  local code=0
  timeout 60 tail --pid="$pid" -f /dev/null || kill -KILL "$pid"
  wait "$pid" || code=$?
  [ "$code" = "$1" ] || { echo "wanted code $1, got $code"; cat log; return 1; }
}

# nothing_left: neither in the store nor in the directories that were written to.
nothing_left() {
  equal "$(work_files)" ""
  equal "$(find . -name '*.lade-*' -o -name '.lade-*' -o -name '*.tmp' | grep -v '^./store')" ""
}

# opened FILE: a process other than this one has it open.
opened() { ls -l "/proc/$pid/fd" 2> /dev/null | grep -q -- "$1\$"; }

# runs_lade: the process $pid is the program already, and heeds signals.
runs_lade() {
  [ "$(readlink "/proc/$pid/exe")" = "$(realpath "$LADE")" ] &&
    grep -q '^SigCgt:.*[1-9a-f]' "/proc/$pid/status"
}

# half_a_tar: a tar whose second half never comes, through the pipe ./pipe.
half_a_tar() {
  head -c 3000000 /dev/urandom > big
  tar -cf whole.tar big
  mkfifo pipe
  (head -c 2000000 whole.tar; exec sleep 300) > pipe 3>&- &
  writer=$!
}

stop_writer() {
  [ -n "${writer:-}" ] || return 0
  kill "$writer" 2> /dev/null || true
  wait "$writer" 2> /dev/null || true
  writer=
}

teardown() {
  stop_writer
  empty_stores
}

@test "a copy that waits for its source ends on the first signal" {
  for signal in INT TERM HUP; do
    rm -f pipe
    half_a_tar
    start_lade copy tarball:pipe app
    until_true opened pipe
    kill "-$signal" "$pid"
    ends_with 130
    stop_writer
    fails_with 3 "no image" inspect app
    nothing_left
  done
}

@test "a copy that waits for somebody to write a pipe at all ends on the first signal" {
  mkfifo pipe
  start_lade copy docker-archive:pipe oci:layout:x
  until_true opened pipe
  kill -INT "$pid"
  ends_with 130
  nothing_left
  fails_with 3 "layout is not an OCI layout" inspect oci:layout:x
}

@test "a copy whose stdin comes slowly ends on the first signal" {
  half_a_tar
  needs python3
  python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$LADE" copy tarball:- app < pipe > out 2> log &
  pid=$!
  until_true runs_lade
  sleep 0.5
  kill -INT "$pid"
  ends_with 130
  stop_writer
  nothing_left
}

@test "an archive whose reader reads nothing ends on the first signal" {
  head -c 3000000 /dev/urandom > big
  tar -cf whole.tar big
  lade copy -q tarball:whole.tar app
  mkfifo pipe
  for command in "export app" "copy app oci-archive:-" "cat app big"; do
    # a reader that opens the pipe and sleeps
    (exec sleep 300) < pipe 3>&- &
    writer=$!
    # shellcheck disable=SC2086
    python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$LADE" $command > pipe 2> log &
    pid=$!
    until_true runs_lade
    sleep 0.5
    kill -INT "$pid"
    ends_with 130
    stop_writer
    nothing_left
  done
}

# slow_server: answers on $port, sends a little of a large body and no more.
slow_server() {
  needs python3
  python3 -u - > port 3>&- <<'P' &
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1])
kept = []
while True:
    client, _ = listener.accept()
    client.recv(65536)
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nslow")
    kept.append(client)
    open("asked", "w").close()
P
  writer=$!
  until_true test -s port
  port=$(cat port)
}

@test "a build that waits for a download ends on the first signal" {
  slow_server
  mkdir -p ctx
  printf 'FROM scratch\nADD http://127.0.0.1:%s/file /file\n' "$port" > ctx/Containerfile
  for signal in INT TERM; do
    rm -f asked
    start_lade build -t app ctx
    until_true test -e asked
    kill "-$signal" "$pid"
    ends_with 130
    fails_with 3 "no image" inspect app
    nothing_left
  done
  stop_writer
  healthy
}

@test "a build that waits for its base image ends on the first signal" {
  half_a_tar
  mkdir -p ctx
  printf 'FROM tarball:pipe\nCOPY x /\n' > ctx/Containerfile
  echo x > ctx/x
  start_lade build -t app ctx
  if ! until_true opened pipe; then cat log; stop_writer; return 1; fi
  kill -INT "$pid"
  ends_with 130
  stop_writer
  nothing_left
  healthy
}

@test "a reader that goes away leaves nothing behind, and is told by the code" {
  head -c 3000000 /dev/urandom > big
  tar -cf whole.tar big
  lade copy -q tarball:whole.tar app
  for command in "export app" "cat app big" "copy -q app docker-archive:-" "copy -q app oci-archive:-"; do
    # shellcheck disable=SC2086
    { code=0; "$LADE" $command 2> log || code=$?; echo "$code" > code; } | head -c 10 > /dev/null
    equal "$(cat code)" 141
    equal "$(cat log)" ""
    nothing_left
  done
}
