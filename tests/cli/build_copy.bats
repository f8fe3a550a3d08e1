load build_support

@test "owners without a user or without a group are read as buildah and BuildKit read them" {
  base; echo x > ctx/f
  build <<'F'
FROM base
COPY --chown=:extra f /group
COPY --chown=:7 f /gid
COPY --chown=app: f /user
ADD --chown=:app f /added
USER :extra
RUN id -u > /tmp/id; id -g >> /tmp/id
F
  equal "$(file_of app group | cut -d' ' -f2)" 0/2000
  equal "$(file_of app gid | cut -d' ' -f2)" 0/7
  equal "$(file_of app user | cut -d' ' -f2)" 1000/1001
  equal "$(file_of app added | cut -d' ' -f2)" 0/1001
  equal "$(lade cat app tmp/id | tr '\n' ' ')" "0 2000 "
  build_fails 3 'no group "nobody"' <<'F'
FROM base
COPY --chown=:nobody f /
F
  build_fails 2 'must be [USER][:GROUP]' <<'F'
FROM base
COPY --chown=app:app:app f /
F
}

@test "COPY takes files, wildcards, directories and renames" {
  mkdir -p ctx/dir/sub ctx/logs
  echo a > ctx/a.txt; echo b > ctx/b.txt; echo c > ctx/c.md; echo s > ctx/dir/sub/s
  ln -s sub ctx/dir/link
  echo odd > 'ctx/with space'
  build <<'F'
FROM scratch
COPY a.txt /one
COPY *.txt /all/
COPY dir /dir/
COPY dir/sub/s ./here/
COPY ["with space", "/odd name"]
COPY [ab].tx? c.md /mixed/
F
  equal "$(lade cat app one)" a
  equal "$(lade ls app all)" $'a.txt\nb.txt'
  equal "$(lade cat app dir/sub/s)" s
  equal "$(lade export app | tar -tv | grep -o 'dir/link -> .*')" "dir/link -> sub"
  equal "$(lade cat app here/s)" s
  equal "$(lade cat app 'odd name')" odd
  equal "$(lade ls app mixed)" $'a.txt\nb.txt\nc.md'
}

@test "COPY --chown and --chmod take names and numbers" {
  base
  echo a > ctx/a; mkdir ctx/d; echo b > ctx/d/b; chmod 640 ctx/a ctx/d/b; chmod 755 ctx/d
  build <<'F'
FROM base
COPY --chown=app a /name
COPY --chown=app:extra a /both
COPY --chown=7:8 a /ids
COPY --chown=7 a /id
ADD --chown=1000 a /known
COPY --link --chown=9 a /linked
COPY --chmod=4711 a /octal
COPY --chmod=u=rwX,go=rX d /symbolic
COPY --chmod=+x a /plus
F
  equal "$(file_of app name)" "-rw-r----- 1000/1001"
  equal "$(file_of app both)" "-rw-r----- 1000/2000"
  equal "$(file_of app ids)" "-rw-r----- 7/8"
  equal "$(file_of app id)" "-rw-r----- 7/7"
  equal "$(file_of app known)" "-rw-r----- 1000/1000" # whatever its group in /etc/passwd
  equal "$(file_of app linked)" "-rw-r----- 9/9"
  equal "$(file_of app octal)" "-rws--x--x 0/0"
  equal "$(file_of app symbolic)" "drwxr-xr-x 0/0"
  equal "$(file_of app symbolic/b)" "-rw-r--r-- 0/0"
  equal "$(file_of app plus)" "-rwxr-x--x 0/0"
  build_fails 3 "nobody-here" <<'F'
FROM base
COPY --chown=nobody-here a /a
F
  contains "$errors" "Containerfile:2"
}

@test "COPY --exclude, --parents and --link" {
  mkdir -p ctx/src/deep ctx/other
  touch ctx/src/a.c ctx/src/a.o ctx/src/deep/b.c ctx/src/deep/b.o ctx/other/x.c
  build <<'F'
# syntax=docker/dockerfile:1.7-labs
FROM scratch
COPY --exclude=*.o --exclude=deep/*.o src /kept
COPY --parents src/deep/b.c other/x.c /parents/
COPY --parents ./src/./deep/*.o /pivot/
COPY --link other/x.c /linked/
F
  equal "$(lade ls -R app kept)" $'kept/a.c\nkept/deep\nkept/deep/b.c'
  has app parents/src/deep/b.c parents/other/x.c pivot/deep/b.o linked/x.c
  lacks app kept/a.o kept/deep/b.o pivot/src
}

@test "COPY --from takes stages by name and number, images, and other contexts" {
  base
  mkdir other; echo other > other/file
  build --build-context extra=other <<'F'
FROM base AS first
RUN echo made > /made
FROM scratch AS second
COPY --from=first /made /by-name
COPY --from=0 /made /by-number
COPY --from=base /etc/passwd /by-image
COPY --from=extra file /by-context
FROM second
COPY --from=second /by-name /again
F
  equal "$(lade cat app by-name)$(lade cat app by-number)$(lade cat app again)" mademademade
  contains "$(lade cat app by-image)" "app:x:1000"
  equal "$(lade cat app by-context)" other
}

@test "COPY and RUN take heredocs" {
  base
  build <<'F'
FROM base
ENV NAME=world
COPY <<one <<"two" /files/
hello $NAME
one
hello $NAME
two
COPY --chmod=755 <<-SCRIPT /bin/script
	#!/bin/sh
	echo scripted
	SCRIPT
RUN <<EOF
set -e
/bin/script > /run-output
echo second >> /run-output
EOF
RUN cat <<EOF > /cat-output
from $NAME
EOF
F
  equal "$(lade cat app files/one)" "hello world"
  equal "$(lade cat app files/two)" 'hello $NAME'
  equal "$(lade cat app run-output)" $'scripted\nsecond'
  equal "$(lade cat app cat-output)" "from world"
}

@test "ignore files leave out, and take back in" {
  mkdir -p ctx/keep ctx/drop
  touch ctx/a.log ctx/keep/b.log ctx/keep/c.txt ctx/drop/d ctx/drop/important ctx/e
  printf '# a comment\n**/*.log\ndrop\n!drop/important\n\n!keep/b.log\n' > ctx/.dockerignore
  build <<'F'
FROM scratch
COPY . /
F
  lacks app a.log drop/d
  has app keep/b.log keep/c.txt drop/important e
  printf 'e\n' > ctx/.containerignore
  build_again
  has app a.log
  lacks app e
  printf 'keep\n' > ctx/Containerfile.containerignore
  build_again
  has app e
  lacks app keep
  build_fails 3 "keep/c.txt" <<'F'
FROM scratch
COPY keep/c.txt /
F
  contains "$errors" "Containerfile:2"
}

@test "COPY stays inside the context" {
  echo secret > outside
  ln -s ../outside ctx.link
  mkdir ctx; mv ctx.link ctx/link; ln -s /usr ctx/absolute
  for source in ../outside /../outside absolute/share; do
    run_build <<F
FROM scratch
COPY $source /got
F
    [ "$status" = 3 ] || { echo "$source: $status $errors"; return 1; }
  done
  echo inside > ctx/file; mkdir ctx/dir; ln -s ../../outside ctx/dir/out
  build_fails 3 "link" <<'F'
FROM scratch
COPY link /got
F
  build <<'F'
FROM scratch
COPY dir /dir
F
  contains "$(lade export app | tar -tv)" "dir/out -> ../../outside"
}

@test "hard links and extended names survive COPY" {
  mkdir ctx; echo x > ctx/one; ln ctx/one ctx/two
  long=$(printf 'n%.0s' {1..200}); touch "ctx/$long"; touch $'ctx/\xc3\xa9t\xc3\xa9'
  build <<'F'
FROM scratch
COPY . /
F
  equal "$(lade cat app one)$(lade cat app two)" xx
  has app "$long" $'\xc3\xa9t\xc3\xa9'
}

@test "COPY of a name that is a hard link in an image is the file" {
  base
  tarball one
  lade copy -q tarball:one.tar one
  build <<'F'
FROM scratch
COPY --from=one /etc/name /etc/hard /etc/
COPY --from=one /etc /all
F
  equal "$(lade cat app etc/name)$(lade cat app etc/hard)$(lade cat app all/name)" oneoneone
}
