load build_support

@test "secrets reach the command, and neither image, store nor history" {
  base
  local secret="tell-$RANDOM$RANDOM-nobody"
  echo "$secret" > secret.txt
  export VARIABLE_SECRET="$secret"
  build --secret id=file,src=secret.txt --secret id=variable,env=VARIABLE_SECRET <<'F'
FROM base
RUN --mount=type=secret,id=file test "$(wc -c < /run/secrets/file)" -gt 10
RUN --mount=type=secret,id=file,target=/etc/token,mode=0444,uid=1000 stat -c '%a %u' /etc/token > /stat
RUN --mount=type=secret,id=variable,env=TOKEN test -n "$TOKEN" && ! test -e /run/secrets/variable
RUN --mount=type=secret,id=absent ! test -e /run/secrets/absent
F
  equal "$(lade cat app stat)" "444 1000"
  lade export app | silent_about "$secret"
  silent_about "$secret" "$LADE_ROOT"
  lade history --no-trunc app | silent_about "$secret"
  silent_about "$secret" stderr
  lacks app run/secrets/file etc/token
  for blob in "$LADE_ROOT"/blobs/sha256/*; do
    { zcat "$blob" 2> /dev/null || cat "$blob"; } | silent_about "$secret"
  done
  build_fails 3 "absent" <<'F'
FROM base
RUN --mount=type=secret,id=absent,required=true true
F
}

@test "another secret does not make the step run again" {
  base
  echo one > secret.txt
  build --secret id=s,src=secret.txt <<'F'
FROM base
RUN --mount=type=secret,id=s head -c 8 /dev/urandom | od -x > /random
F
  local random
  random=$(lade cat app random)
  echo two > secret.txt
  build_again --secret id=s,src=secret.txt
  equal "$(lade cat app random)" "$random"
}

@test "an ssh agent's socket reaches the command" {
  needs python3
  base
  python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.bind("agent"); s.listen()
c, _ = s.accept(); c.sendall(b"agent-speaks\n"); c.close()' &
  local agent=$!
  for _ in $(seq 50); do [ -S agent ] && break; sleep 0.1; done
  build --ssh default="$PWD/agent" <<'F'
FROM base
RUN --mount=type=ssh nc local:$SSH_AUTH_SOCK < /dev/null > /answer || test -S "$SSH_AUTH_SOCK"
RUN test -z "$SSH_AUTH_SOCK"
F
  kill "$agent" 2> /dev/null || true
  build_fails 3 "ssh" <<'F'
FROM base
RUN --mount=type=ssh,required=true true # none given
F
}

@test "bind mounts show contexts, stages and images, and keep nothing" {
  base
  mkdir ctx/src other; echo context > ctx/src/f; echo other > other/f
  build --build-context extra=other <<'F'
FROM base AS stage
RUN echo stage > /f
FROM base
RUN --mount=type=bind,source=src,target=/in cat /in/f >> /all
RUN --mount=type=bind,from=stage,source=/f,target=/in/f cat /in/f >> /all
RUN --mount=type=bind,from=extra,target=/extra cat /extra/f >> /all
RUN --mount=type=bind,from=base,source=etc,target=/mnt/etc test -f /mnt/etc/passwd
RUN --mount=target=/ro ! touch /ro/x 2>/dev/null
RUN --mount=target=/rw,rw touch /rw/new && echo changed > /rw/src/f
F
  equal "$(lade cat app all)" $'context\nstage\nother'
  lacks app in/f extra/f rw/new ro/src
  equal "$(cat ctx/src/f)" context
  [ ! -e ctx/new ]
}

@test "cache mounts last from build to build, tmpfs mounts do not" {
  base
  build <<'F'
FROM base
RUN --mount=type=cache,target=/cache,id=c echo 1 >> /cache/n
RUN --mount=type=cache,target=/cache,id=c,sharing=locked echo 2 >> /cache/n; cat /cache/n > /n
RUN --mount=type=tmpfs,target=/scratch,size=1m echo x > /scratch/x && ! head -c 2m /dev/zero > /scratch/y 2> /dev/null
F
  equal "$(lade cat app n)" $'1\n2'
  lacks app cache/n scratch/x
  build --no-cache <<'F'
FROM base
RUN --mount=type=cache,target=/cache,id=c,ro ! touch /cache/no 2>/dev/null && cat /cache/n > /n
RUN --mount=type=cache,target=/cache,id=other,mode=0700,uid=1000 ls /cache | wc -l > /count; stat -c '%a %u' /cache >> /count
F
  equal "$(lade cat app n)" $'1\n2'
  equal "$(lade cat app count)" $'0\n700 1000'
}

@test "prune removes cache mounts with the build cache, and leaves those in use" {
  base
  build <<'F'
FROM base
RUN --mount=type=cache,target=/one,uid=1000,mode=0700 mkdir /one/d && echo 1 > /one/d/f && chmod 700 /one/d && chown -R 1000:1001 /one/d
RUN --mount=type=cache,target=/two,sharing=private echo 2 > /two/f
RUN --mount=type=cache,target=/three,sharing=locked echo 3 > /three/f
F
  equal "$(lade info --format '{{.store.cacheMounts}}')" 3
  contains "$(lade info)" "cacheMounts: 3"
  lade prune --force
  lade prune --force --build-cache --filter type=regular
  lade prune --force --build-cache --filter type=exec.cachemount --filter until=1h
  equal "$(lade info --format '{{.store.cacheMounts}}')" 3
  local free='{{.removedCacheMounts}} {{.removedCacheRecords}} {{.freedBytes}}'
  equal "$(lade prune --build-cache --filter type=exec.cachemount --dry-run --format "$free")" "3 0 6"
  equal "$(lade info --format '{{.store.cacheMounts}}')" 3

  printf 'FROM base\nRUN --mount=type=cache,target=/one echo up; while [ ! -e /one/end ]; do sleep 0.1; done; cat /one/d/f\n' > ctx/Containerfile
  timeout 60 "$LADE" build --progress plain --no-cache ctx > out 2> log 3>&- &
  local builder=$!
  for _ in $(seq 200); do grep -q '#1 up' log && break; sleep 0.1; done
  touch -d '2 days ago' "$LADE_ROOT"/caches/*.used
  equal "$(lade prune --build-cache --filter type=exec.cachemount --filter until=24h --format "$free")" "2 0 4"
  printf 'FROM base\nRUN --mount=type=cache,target=/one : > /one/end\n' > ctx/Containerfile
  build_again
  wait "$builder"
  contains "$(cat log)" "#1 1"

  run_lade prune --force --build-cache
  equal "$errors" ""
  contains "$output" "Deleted 1 cache mount"
  equal "$(lade info --format '{{.store.cacheMounts}}')" 0
  equal "$(ls -d "$LADE_ROOT"/caches/*/ 2> /dev/null)" ""
  build --no-cache <<'F'
FROM base
RUN --mount=type=cache,target=/one test ! -e /one/d && echo new > /one/f
F
  healthy
}
