load build_support

# What RUN leaves behind where that is not plain files: the root directory, odd kinds, odd names.

# members_of IMAGE: the members of its topmost layer.
members_of() {
  tar -tf "$LADE_ROOT/blobs/sha256/$(lade inspect --raw "$1" | jq -r '.layers[-1].digest' | cut -d: -f2)"
}

# no_line LINE FILE: the file has no such line.
no_line() { equal "$(grep -cxF "$1" "$2")" 0; }

# odd_base: the image "odd", whose files are 3's and 4's and whose root directory is 0751.
odd_base() {
  base_tar
  mkdir -p odd ctx
  tar -C odd -xf base.tar
  mkdir odd/links
  ln -s ../etc/passwd odd/links/one
  echo x > odd/links/file
  chmod 751 odd
  touch -d @1500000000 odd
  tar -C odd --sort=name --mtime=@1500000000 --owner=3 --group=4 --numeric-owner -cf odd.tar .
  lade copy -q tarball:odd.tar odd
}

@test "RUN that changes the root directory itself keeps what it changed" {
  base
  build <<'F'
FROM base
RUN chmod 711 / && chown 0:2000 /
RUN stat -c '%a %u:%g' / > /tmp/seen
F
  equal "$(file_of app ./)" "drwx--x--x 0/2000"
  equal "$(lade cat app tmp/seen)" "711 0:2000"
  members_of app > members
  no_line ./ members
  lade copy -q app oci:layout:x
  if command -v umoci > /dev/null; then
    local rootless=--rootless
    [ "$(id -u)" != 0 ] || rootless=
    umoci unpack $rootless --image layout:x bundle 2> log || { cat log; return 1; }
    equal "$(stat -c %a bundle/rootfs)" 711
  fi
  lade validate app
  for flag in --squash --squash-all; do
    build_again "$flag"
    equal "$flag $(file_of app ./)" "$flag drwx--x--x 0/2000"
  done
  healthy
}

@test "RUN sees the root directory that the image has, and leaving it alone makes no layer" {
  odd_base
  build <<'F'
FROM odd
RUN test "$(stat -c '%a %u:%g' /)" = "751 3:4"
F
  equal "$(lade inspect --raw app | jq '.layers | length')" 1
  build --no-cache <<'F'
FROM odd
RUN touch /tmp/x
F
  members_of app > members
  grep -qx 'tmp/x' members
  no_line ./ members
  build --no-cache <<'F'
FROM odd
RUN touch /x
F
  members_of app > members
  grep -qx './' members
  equal "$(file_of app ./)" "drwxr-x--x 3/4"
}

@test "the umask of the caller is not in the image" {
  base_tar
  mkdir -p ctx/dir; echo x > ctx/file; echo y > ctx/dir/file
  chmod 644 ctx/file ctx/dir/file; chmod 755 ctx ctx/dir
  tar -C ctx -cf ctx/a.tar dir
  cat > ctx/Containerfile <<'F'
FROM base
WORKDIR /deep/er
COPY file made/here/
COPY <<E /inline
text
E
ADD a.tar /added/
RUN echo x > /new && mkdir /newdir && umask > /mask
USER app
RUN --mount=type=cache,target=/cache,uid=1000 touch /tmp/x && ls / > /dev/null && touch /cache/x && rm /cache/x
RUN --mount=type=bind,target=/src cat /src/dir/file > /tmp/bound
FROM base
COPY --from=0 / /
F
  printf 'nothing\n' > ctx/.dockerignore
  touch ctx/nothing
  local mask first=
  for mask in 022 000 077 027; do
    (
      umask $mask
      export LADE_ROOT=$PWD/store.$mask
      lade copy -q tarball:base.tar base
      lade build -q -t app ctx > id 2> stderr || { cat stderr; exit 1; }
      lade inspect --format '{{.Digest}}' app > "digest.$mask"
    )
    [ -n "$first" ] || first=$(cat digest.$mask)
    equal "$mask $(cat digest.$mask)" "$mask $first"
  done
}

@test "pipes, links and odd names of RUN are in the image" {
  needs python3
  base
  build <<'F'
FROM base
RUN mkdir /o && cd /o && mkfifo pipe && echo x > one && ln one two && ln -s one link && ln link link2
RUN cd /o && printf x > "$(printf 'new\nline')" && printf x > "$(printf 'bad\377utf8')" && printf x > ' b\c "q" '
RUN long=$(printf 'n%.0s' $(seq 200)); cd /o; for i in $(seq 19); do mkdir $long; cd $long; done; echo deep > file
RUN test "$(stat -c %h /o/one)" = 2 && ln /o/one /tmp/three && cd /o && test "$(cat new*line bad*utf8)" = xx
F
  lade export app > app.tar
  python3 - <<'P'
import tarfile
with tarfile.open("app.tar", errors="surrogateescape") as tar:
    members = {m.name.encode("utf-8", "surrogateescape").removeprefix(b"./"): m for m in tar}
assert members[b"o/pipe"].isfifo()
assert b"o/new\nline" in members, sorted(n for n in members if n.startswith(b"o/"))[:20]
assert b"o/bad\xffutf8" in members, sorted(n for n in members if n.startswith(b"o/"))[:20]
assert b'o/ b\\c "q" ' in members
assert members[b"o/link"].linkname == "one"
assert members[b"tmp/three"].linkname.removeprefix("./") == "o/one"
assert members[b"o/" + b"/".join([b"n" * 200] * 19) + b"/file"].isfile()
P
  lade validate app
  healthy
}

@test "a path longer than any program could name is refused where RUN made it" {
  base
  build_fails 2 "is longer than the 4096 bytes allowed" <<'F'
FROM base
RUN long=$(printf 'n%.0s' $(seq 200)); cd /tmp; for i in $(seq 20); do mkdir $long; cd $long; done; mkdir $long
F
  contains "$errors" "Containerfile:2"
}

@test "a name that means a whiteout is refused where RUN made it" {
  base
  build_fails 5 ".wh.x" <<'F'
FROM base
RUN touch /tmp/.wh.x
F
  contains "$errors" "its name means a whiteout"
  contains "$errors" "Containerfile:2"
}

@test "devices and pipes of the base outlive RUN" {
  needs python3
  base_tar
  python3 - <<'P'
import tarfile
with tarfile.open("base.tar") as base, tarfile.open("devices.tar", "w") as out:
    for member in base:
        out.addfile(member, base.extractfile(member) if member.isreg() else None)
    def add(name, kind, major=0, minor=0):
        entry = tarfile.TarInfo("./" + name)
        entry.type, entry.devmajor, entry.devminor, entry.mode = kind, major, minor, 0o640
        entry.uid, entry.gid = 7, 8
        if kind == tarfile.DIRTYPE:
            entry.mode = 0o755
        out.addfile(entry)
    add("things", tarfile.DIRTYPE)
    add("things/null", tarfile.CHRTYPE, 1, 3)
    add("things/disk", tarfile.BLKTYPE, 7, 0)
    add("things/pipe", tarfile.FIFOTYPE)
P
  lade copy -q tarball:devices.tar devices
  build <<'F'
FROM devices
RUN touch /things/new && ls -l /things > /tmp/list; test -p /things/pipe
RUN touch /tmp/again
F
  equal "$(file_of app things/null)" "crw-r----- 7/8"
  equal "$(file_of app things/disk)" "brw-r----- 7/8"
  equal "$(file_of app things/pipe)" "prw-r----- 7/8"
  has app things/new
  equal "$(members_of app | grep -c '\.wh\.')" 0
  if [ "$(id -u)" = 0 ]; then contains "$(lade cat app tmp/list)" "1,   3"; fi
}

@test "a user with one id only keeps the owners of links" {
  [ "$(id -u)" != 0 ] || skip "root has all ids"
  odd_base
  mkdir -p bin
  cat > ctx/Containerfile <<'F'
FROM odd
RUN touch -h -d '2020-01-01' /links/one && touch /links/file
F
  local helper
  for helper in bash cat id; do ln -s "$(command -v $helper)" bin/; done
  PATH=$PWD/bin "$LADE" build -q -t app ctx > id 2> stderr || { cat stderr; return 1; }
  members_of app > members
  grep -q 'links/one' members
  equal "$(file_of app links/one | cut -d' ' -f2)" 3/4
  equal "$(file_of app links/file | cut -d' ' -f2)" 3/4
}

@test "a cache that starts from an image works on a store on overlayfs too, and lasts" {
  needs unshare mount
  [ "$(id -u)" = 0 ] || skip "mounting an overlay takes root"
  base_tar
  mkdir -p ctx lower upper work merged
  unshare -m mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged ||
    skip "overlays cannot be mounted here"
  cat > ctx/Containerfile <<'F'
FROM base AS seed
RUN mkdir -p /seed/dir && echo from > /seed/dir/file && chown 5:6 /seed/dir/file && ln -s dir /seed/link
FROM base
ARG ROUND
RUN --mount=type=cache,target=/cache,from=seed,source=/seed,mode=0711 \
  cat /cache/link/file && stat -c '%u:%g' /cache/dir/file > /owner && stat -c %a /cache >> /owner && \
  echo $ROUND >> /cache/mine && cat /cache/mine > /mine
F
  cat > go <<'F'
set -e
mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged
export LADE_ROOT=$PWD/merged/store
"$LADE" copy -q tarball:base.tar base
for round in 1 2; do "$LADE" build -q -t app --build-arg ROUND=$round ctx; done
"$LADE" cat app owner
"$LADE" cat app mine
F
  export LADE
  unshare -m bash go > out 2> log || { cat log; return 1; }
  equal "$(tail -n 4 out | tr '\n' ' ')" "5:6 711 1 2 "
}
