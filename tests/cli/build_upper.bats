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
