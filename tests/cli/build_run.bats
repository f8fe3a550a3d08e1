load build_support

@test "RUN changes files, and removes them" {
  base
  build <<'F'
FROM base
RUN mkdir -p /a/b && echo one > /a/b/file && echo gone > /gone && ln -s b /a/link
RUN rm /gone && rm -r /home/app && chown 1000:1001 /a/b/file && chmod 4750 /a/b/file
RUN ["/bin/busybox", "touch", "/exec form"]
F
  equal "$(lade cat app a/b/file)" one
  equal "$(file_of app a/b/file)" "-rwsr-x--- 1000/1001"
  has app "exec form" a/link
  lacks app gone home/app
}

@test "every owner that the image knows can be written in RUN" {
  [ "$(id -u)" = 0 ] || needs newuidmap
  base
  build <<'F'
FROM base
RUN touch /a && chown 65534:65534 /a && touch /b && chown app:extra /b
F
  equal "$(file_of app a | cut -d' ' -f2)" 65534/65534
  equal "$(file_of app b | cut -d' ' -f2)" 1000/2000
}

@test "ENV, ARG, WORKDIR, USER and SHELL hold in RUN" {
  base
  build --build-arg given=yes --build-arg FROM_FLAG=flag <<'F'
ARG BASE=base
FROM $BASE
ARG given=no
ARG other=default
ARG FROM_FLAG
ENV A=1 B="two words"
ENV C=$A$given
WORKDIR /work
WORKDIR deeper
RUN echo "$A|$B|$C|$given|$other|$FROM_FLAG|$(pwd)" > /values
USER app
RUN id > /tmp/id; echo $HOME >> /tmp/id
USER 1234:77
RUN echo "$(id -u):$(id -g)" > /tmp/ids
USER root
SHELL ["/bin/busybox", "ash", "-e", "-c"]
RUN false || echo "$0" > /shell; echo in > file
F
  equal "$(lade cat app values)" "1|two words|1yes|yes|default|flag|/work/deeper"
  contains "$(lade cat app tmp/id)" "uid=1000(app) gid=1001(app)"
  contains "$(lade cat app tmp/id)" "2000(extra)"
  contains "$(lade cat app tmp/id)" "/home/app"
  equal "$(lade cat app tmp/ids)" 1234:77
  equal "$(lade cat app work/deeper/file)" in
  equal "$(config_of app .config.WorkingDir)" /work/deeper
  equal "$(config_of app '.config.Env | map(select(test("^[ABC]=")))')" '["A=1","B=two words","C=1yes"]'
  equal "$(config_of app '.config.Env | map(select(test("given|other|FROM_FLAG")))')" '[]'
}

@test "the exit code of RUN is the exit code of the build" {
  base
  build_fails 42 "exit code 42" <<'F'
FROM base
RUN echo before; exit 42
F
  contains "$errors" "ctx/Containerfile:2: "
  contains "$errors" "before"
  fails_with 3 "app" inspect app
  build_fails 137 "killed by signal 9" <<'F'
FROM base
RUN kill -9 $$
F
  build_fails 127 "not-there" <<'F'
FROM base
RUN not-there
F
}

@test "a command that is not there is said so" {
  base
  run_build <<'F'
FROM base
RUN ["/bin/no-such-program"]
F
  [ "$status" != 0 ]
  contains "$errors" "/bin/no-such-program"
  contains "$errors" "Containerfile:2"
  run_build <<'F'
FROM scratch
RUN echo
F
  [ "$status" != 0 ]
  contains "$errors" "/bin/sh"
}

@test "each line of output says which step wrote it" {
  base
  build <<'F'
FROM base
RUN echo to-stdout; echo to-stderr >&2; printf unfinished
F
  contains "$errors" "#1 to-stdout"
  contains "$errors" "#1 to-stderr"
  contains "$errors" "#1 unfinished"
  equal "$(grep -c '^#1 ' stderr)" "$(grep -c '^#' stderr)"
}

@test "RUN without a network has none, and the host's only if asked" {
  base
  build <<'F'
FROM base
RUN --network=none cat /proc/net/dev | grep -c : > /none
F
  equal "$(lade cat app none)" 1
  build --network none <<'F'
FROM base
RUN cat /proc/net/dev | grep -c : > /none
F
  equal "$(lade cat app none)" 1
}

@test "RUN is confined" {
  base
  mkdir -p host; echo precious > host/file
  build <<F
FROM base
RUN test ! -e $PWD/host && test "\$\$" -lt 10 && test "\$(hostname)" != "$(hostname)"
RUN grep -q '^NoNewPrivs:.*1' /proc/self/status && grep -q '^Seccomp:.*2' /proc/self/status
RUN ! mount -t tmpfs none /tmp 2>/dev/null
RUN for d in / /dev /tmp /dev/shm; do mknod \$d/x c 1 5 2>/dev/null && { ! head -c1 \$d/x >/dev/null 2>&1 || exit 1; }; done; rm -f /x /tmp/x
RUN ! echo 1 2>/dev/null > /proc/sys/kernel/sysrq; ! cat /proc/kcore 2>/dev/null | head -c1 | grep -q .
F
}

@test "capabilities, limits, hosts and shared memory are as asked" {
  base
  build --cap-drop CAP_CHOWN --ulimit nofile=123:456 --add-host there:10.1.2.3 --shm-size 1m <<'F'
FROM base
RUN touch /a; ! chown 1:1 /a
RUN ulimit -n > /limit; ulimit -Hn >> /limit
RUN cat /etc/hosts > /hosts; df -k /dev/shm | tail -1 > /shm
F
  equal "$(lade cat app limit)" $'123\n456'
  contains "$(lade cat app hosts)" there
  contains "$(lade cat app shm)" 1024
  lacks app etc/hosts etc/resolv.conf
}

@test "independent stages run, needed ones only" {
  base
  build --jobs 4 <<'F'
FROM base AS a
RUN sleep 0.2; echo a > /a
FROM base AS b
RUN sleep 0.1; echo b > /b
FROM base AS never
RUN exit 1
FROM base
COPY --from=a /a /
COPY --from=b /b /
F
  equal "$(lade cat app a)$(lade cat app b)" ab
}

@test "a second build takes everything from the cache, until something changes" {
  base
  echo one > ctx/file
  build <<'F'
FROM base
COPY file /
RUN cat /file > /copy; head -c 8 /dev/urandom | od -x > /random
F
  local random
  random=$(lade cat app random)
  touch -d '2001-01-01' ctx/file
  build_again
  equal "$(lade cat app random)" "$random"
  contains "$errors" cached
  build_again --no-cache
  [ "$(lade cat app random)" != "$random" ]
  echo two > ctx/file
  build_again
  equal "$(lade cat app copy)" two
}

@test "a user with one id only can build" {
  needs unshare
  [ "$(id -u)" != 0 ] || skip "root has all ids"
  base
  cat > ctx/Containerfile <<'F'
FROM base
RUN id -u > /id; echo x > /file
COPY --chown=7:8 Containerfile /
WORKDIR /made
F
  # without the helpers there is one id: one's own
  local helper bin=$PWD/bin
  mkdir bin
  for helper in bash cat id; do ln -s "$(command -v $helper)" bin/; done
  PATH=$bin "$LADE" build -q -t app ctx > id 2> stderr || { cat stderr; return 1; }
  equal "$(lade cat app id)" 0
  equal "$(file_of app Containerfile | cut -d' ' -f2)" 7/8
  equal "$(file_of app file | cut -d' ' -f2)" 0/0
  healthy
}

@test "a build works inside a user namespace" {
  needs unshare
  unshare -r true 2> /dev/null || skip "user namespaces are not to be had"
  base
  cat > ctx/Containerfile <<'F'
FROM base
RUN id -u > /id
F
  unshare -r "$LADE" build -q -t app ctx > id 2> stderr || { cat stderr; return 1; }
  equal "$(lade cat app id)" 0
  healthy
}
