load build_support

# Nothing that was marked lives on; what the kernel is still taking down gets a moment.
none_left() {
  local left
  for _ in $(seq 100); do
    left=$(ps -eo pid,stat,args | grep -F -- "$1" | grep -v grep || true)
    [ -n "$left" ] || return 0
    sleep 0.1
  done
  echo "still there: $left"
  return 1
}

# killed_at_random ROUNDS COMMAND…: starts it again and again, and kills it -9 a bit later each time.
killed_at_random() {
  local rounds=$1 round pid
  shift
  for round in $(seq "$rounds"); do
    "$@" > /dev/null 2>&1 &
    pid=$!
    sleep "0.$(printf %03d $((RANDOM % 400)))"
    kill -9 "$pid" 2> /dev/null || true
    wait "$pid" 2> /dev/null || true
  done
}

works_after_all() {
  healthy
  base
  echo "$RANDOM" > ctx/new
  build --no-cache <<'F'
FROM base
COPY new /new
RUN cp /new /newer
F
  equal "$(lade cat app newer)" "$(cat ctx/new)"
  lade prune --force
  healthy
}

@test "a build killed at any moment leaves a store that works, and no process" {
  base
  local mark=mark-$$-$RANDOM
  head -c 3000000 /dev/urandom > ctx/big
  cat > ctx/Containerfile <<F
FROM base AS one
COPY big /big
RUN cp /big /copy; : $mark
RUN sh -c 'sleep 0.1; : $mark'; rm /copy
FROM base AS two
RUN sleep 0.1; head -c 2000000 /dev/urandom > /x; : $mark
FROM base
COPY --from=one /big /
COPY --from=two /x /
RUN sleep 30 $mark & sleep 0.2
F
  killed_at_random 25 "$LADE" build --no-cache -t app ctx
  none_left "$mark"
  works_after_all
}

@test "copies into the store killed at any moment leave a store that works" {
  base
  head -c 20000000 /dev/urandom > big
  tar -cf big.tar big
  killed_at_random 25 "$LADE" copy tarball:big.tar big
  healthy
  lade copy -q tarball:big.tar big
  lade cat big big | cmp - big
  works_after_all
}

@test "copies to a layout killed at any moment leave a layout that can be written and read" {
  base
  head -c 20000000 /dev/urandom > big
  tar -cf big.tar big
  lade copy -q tarball:big.tar big
  lade copy -q base oci:layout:base
  killed_at_random 25 "$LADE" copy big oci:layout:big
  lade validate oci:layout:base
  lade copy -q big oci:layout:big
  lade validate oci:layout:big
  lade cat oci:layout:big big | cmp - big
}

@test "archives that were not finished are not there" {
  base
  head -c 30000000 /dev/urandom > big
  tar -cf big.tar big
  lade copy -q tarball:big.tar big
  local round pid
  for round in $(seq 10); do
    rm -f out.tar
    "$LADE" copy big oci-archive:out.tar:x > /dev/null 2>&1 &
    pid=$!
    sleep "0.$(printf %03d $((RANDOM % 150)))"
    kill -9 "$pid" 2> /dev/null || true
    wait "$pid" 2> /dev/null || true
    [ ! -e out.tar ] || lade validate oci-archive:out.tar:x
  done
}

@test "prune killed at any moment leaves a store that works" {
  base
  cat > ctx/Containerfile <<'F'
FROM base
COPY n /n
RUN cp /n /m
F
  local round pid
  for round in $(seq 12); do
    for n in 1 2 3; do
      echo "$round $n" > ctx/n
      lade build -q -t app ctx > /dev/null
    done
    "$LADE" prune --force --build-cache > /dev/null 2>&1 &
    pid=$!
    sleep "0.0$(printf %02d $((RANDOM % 60)))"
    kill -9 "$pid" 2> /dev/null || true
    wait "$pid" 2> /dev/null || true
    equal "$(lade cat app m)" "$round 3"
  done
  works_after_all
}

@test "twenty builds and twenty prunes at once on one store all succeed" {
  base
  cat > ctx/Containerfile <<'F'
FROM base
ARG N
RUN echo $N > /n
COPY Containerfile /
RUN cp /n /m; rm /n
F
  # names that come and go beside them
  lade tag base gone
  local n pids=() failed=0
  for n in $(seq 20); do
    timeout -k 5 300 "$LADE" build -q --build-arg N=$((n % 7)) -t "app$n" ctx > "out$n" 2>&1 &
    pids+=($!)
    timeout -k 5 300 "$LADE" prune --force --build-cache > "prune$n" 2>&1 &
    pids+=($!)
    timeout -k 5 300 "$LADE" tag base "other$n" > "tag$n" 2>&1 &
    pids+=($!)
    if [ $((n % 5)) = 0 ]; then
      timeout -k 5 300 "$LADE" rmi -f gone "other$((n - 4))" > "rmi$n" 2>&1 &
    fi
  done
  for n in "${pids[@]}"; do wait "$n" || failed=$((failed + 1)); done
  wait # rmi may come before the name it removes: only that it does no harm counts
  [ "$failed" = 0 ] || { tail -n 3 out* prune* tag*; return 1; }
  healthy
  for n in $(seq 20); do
    equal "$(lade cat "app$n" m)" $((n % 7))
    lade validate "app$n"
  done
  works_after_all
}

# on_small_disk SIZE COMMAND…: with ./disk as a file system of that size.
on_small_disk() {
  local size=$1
  shift
  mkdir -p disk
  local outer=()
  [ "$(id -u)" = 0 ] && outer=(unshare -m) || outer=(unshare -rm)
  "${outer[@]}" true 2> /dev/null || skip "no mount namespace is to be had"
  "${outer[@]}" bash -c 'mount -t tmpfs -o size="$1" none disk && shift && "$@"' - "$size" "$@"
}

full_disk() {
  export LADE_ROOT=$PWD/disk/store
  "$LADE" copy -q tarball:base.tar base || return 50
  head -c 400000 /dev/zero > disk/ballast
  "$LADE" copy -q tarball:big.tar big 2> errors
  echo "copy $?" > result
  "$LADE" build -t app ctx > out 2>> errors
  echo "build $?" >> result
  "$LADE" build -t app ctx.copy > out 2>> errors
  echo "build $?" >> result
  "$LADE" copy base oci-archive:disk/out.tar:x 2>> errors
  echo "copy $?" >> result
  ls disk disk/store/tmp >> listing
  rm disk/ballast
  "$LADE" prune --force > out 2>> errors || return 51
  "$LADE" store check >> errors || return 52
  "$LADE" images -q > images
  echo small > ctx/small
  printf 'FROM base\nCOPY small /\nRUN true\n' > ctx/Containerfile
  "$LADE" build -q -t app ctx > out 2>> errors || return 53
}

@test "a full disk is said so, and nothing half-written stays" {
  needs unshare
  base_tar
  head -c 9000000 /dev/urandom > big
  tar -cf big.tar big
  mkdir ctx ctx.copy
  cp big ctx.copy/
  printf 'FROM base\nCOPY big /\n' > ctx.copy/Containerfile
  printf 'FROM base\nRUN dd if=/dev/urandom of=/big bs=1M count=9 2>/dev/null; sync; true\n' > ctx/Containerfile
  export -f full_disk
  export LADE
  local code=0
  on_small_disk 5500k bash -c full_disk || code=$?
  [ "$code" = 0 ] || { echo "code $code"; cat errors result listing; return 1; }
  equal "$(sed -n 1p result)" "copy 9"
  equal "$(sed -n 3p result)" "build 9"
  equal "$(sed -n 4p result)" "copy 9"
  contains "$(cat errors)" "No space left on device"
  silent_about out.tar listing
  equal "$(wc -l < images)" 1
}

@test "a reader that goes away does no harm" {
  base
  cat > ctx/Containerfile <<'F'
FROM base
RUN for i in $(seq 2000); do echo "line $i of output"; done; echo done > /done
F
  lade build --progress plain -t app ctx 2>&1 | head -1 > /dev/null
  healthy
  lade build -q -t app ctx > /dev/null
  equal "$(lade cat app done)" "done"
  lade export app | head -c 10 > /dev/null || true
  lade ls -R app | head -1 > /dev/null || true
  lade copy app oci-archive:-:x 2> /dev/null | head -c 1000 > /dev/null || true
  healthy
  equal "$(work_files)" ""
}

interrupted() {
  local signal=$1 mark=mark-$$-$RANDOM pid code=0
  cat > ctx/Containerfile <<F
FROM base
RUN (sleep 60; : $mark) & trap '' INT TERM; echo started; sleep 60; : $mark
F
  # a job in the background of a script does not hear SIGINT, so python3 makes it an ordinary one
  python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$LADE" build --progress plain -t app ctx > out 2> log &
  pid=$!
  for _ in $(seq 300); do
    grep -q '#1 started' log && break
    sleep 0.1
  done
  grep -q '#1 started' log
  kill "-$signal" "$pid"
  wait "$pid" || code=$?
  none_left "$mark"
  [ "$code" = 130 ] || { echo "code $code"; cat log; return 1; }
  fails_with 3 app inspect app
}

@test "an interrupted RUN ends with 130 and leaves no process" {
  needs python3
  base
  interrupted INT
  interrupted TERM
  works_after_all
}

@test "two signals end a build at once, and leave no process" {
  needs python3
  base
  local mark=mark-$$-$RANDOM pid
  printf 'FROM base\nRUN echo started; sleep 60; : %s\n' "$mark" > ctx/Containerfile
  "$LADE" build --progress plain -t app ctx > out 2> log &
  pid=$!
  for _ in $(seq 300); do
    grep -q '#1 started' log && break
    sleep 0.1
  done
  kill -TERM "$pid"; kill -HUP "$pid" 2> /dev/null || true
  local code=0
  wait "$pid" || code=$?
  contains "129 130" "$code" # by the second signal, or by the first if that was quicker
  none_left "$mark"
  works_after_all
}
