# Images of podman and buildah, read from their stores as these programs and skopeo do, and handed
# to them. Every test has a store of its own; both drivers that machines have.
load support

# in_store DRIVER: what follows lies in a store of this driver.
in_store() {
  driver=$1
  root=$BATS_TEST_TMPDIR/$driver
  # podman allows an ordinary user 50 characters for it
  run_root=$(mktemp -d /tmp/lade-run.XXXXXX)
  echo "$run_root" >> run_roots
  place="[$driver@$root+$run_root]"
  flags=(--root "$root" --runroot "$run_root" --storage-driver "$driver")
}

# What programs leave behind: a mount of the driver, files of other ids.
teardown() {
  [ ! -e run_roots ] || xargs rm -rf < run_roots
  if [ "$(id -u)" = 0 ]; then
    umount -q "$BATS_TEST_TMPDIR/overlay/overlay" || true
  elif command -v buildah > /dev/null; then
    buildah unshare rm -rf "$BATS_TEST_TMPDIR/overlay" "$BATS_TEST_TMPDIR/vfs"
  fi
}

# skopeo must be where files of all ids can be read.
skopeo_inside() {
  if [ "$(id -u)" = 0 ]; then skopeo "$@"; else buildah "${flags[@]}" unshare skopeo "$@"; fi
}

# built NAME: an image in the store, of layers with all that is hard to keep.
built() {
  needs buildah busybox skopeo
  mkdir -p context/bin
  cp "$(command -v busybox)" context/bin/
  cat > context/Containerfile << 'END'
FROM scratch
COPY bin/busybox /bin/busybox
RUN ["/bin/busybox","sh","-c","cd /; b=/bin/busybox; $b mkdir -p etc d/e; echo a > etc/a; $b ln etc/a etc/hard; $b ln -s a etc/link; echo s > etc/setuid; $b chown 33:33 etc/setuid; $b chmod 4755 etc/setuid; echo hidden > d/e/hidden; $b chown 5:5 d/e/hidden; $b chmod 600 d/e/hidden; echo none > d/none; $b chmod 0 d/none; $b mkfifo d/pipe; $b seq 1 50000 > d/big"]
RUN ["/bin/busybox","sh","-c","cd /; b=/bin/busybox; $b rm -r d/e; $b mkdir d/e; echo q > d/e/q; $b chown 7:7 d/e; $b chmod 700 d/e; $b rm etc/link"]
LABEL k=v
END
  buildah "${flags[@]}" bud -q --isolation chroot --layers -t "$1" context > /dev/null 2> build.log ||
    skip "buildah cannot build with the driver $driver here: $(tail -1 build.log)"
}

# like_skopeo NAME: lade reads what skopeo reads, byte for byte.
like_skopeo() {
  skopeo_inside copy -q "containers-storage:$place$1" dir:theirs
  lade copy -q "containers-storage:$place$1" dir:ours
  diff -r theirs ours
}

@test "overlay: an image comes out as skopeo copies it" {
  in_store overlay
  built localhost/app:1
  like_skopeo localhost/app:1
}

@test "vfs: an image comes out as skopeo copies it" {
  in_store vfs
  built localhost/app:1
  like_skopeo localhost/app:1
}

@test "an image is asked about where it lies" {
  in_store overlay
  built localhost/app:1
  local image="containers-storage:${place}localhost/app:1"
  lade validate "$image"
  equal "$(lade cat "$image" /d/e/q)" q
  equal "$(lade cat "$image" /etc/hard)" a
  contains "$(lade ls -l "$image" /etc)" rwsr-xr-x
  run_lade ls "$image" /etc
  equal "$status" 0
  contains "$output" hard
  silent_about link <<< "$output"
  contains "$(lade history "$image")" "LABEL k=v"
  equal "$(lade inspect --format '{{.Digest}}' "$image")" \
    "$(skopeo_inside inspect --format '{{.Digest}}' "$image")"
  lade export "$image" -o rootfs.tar
  contains "$(tar -tf rootfs.tar)" etc/setuid
  lade copy -q "$image" app
  equal "$(lade inspect --format '{{index .Layers 0}}' app)" \
    "$(lade inspect --format '{{index .Layers 0}}' "$image")"
}

@test "FROM and COPY --from take images of podman and buildah" {
  in_store overlay
  built localhost/app:1
  printf 'FROM containers-storage:%slocalhost/app:1\nCOPY --from=containers-storage:%slocalhost/app:1 /etc/a /b\n' \
    "$place" "$place" > Containerfile
  lade build -q -t more .
  equal "$(lade cat more /b)" a
  equal "$(lade cat more /d/e/q)" q
}

@test "diff ids are those that podman tells" {
  needs podman
  in_store vfs
  built localhost/app:1
  local theirs ours
  theirs=$(podman "${flags[@]}" inspect --format '{{range .RootFS.Layers}}{{.}} {{end}}' localhost/app:1)
  ours=$(lade inspect --format '{{range .Layers}}{{.}} {{end}}' "containers-storage:${place}localhost/app:1")
  equal "$ours" "$theirs"
}

@test "an image is found by its id, in a store whose driver nobody names" {
  in_store vfs
  built localhost/app:1
  local id
  id=$(buildah "${flags[@]}" images --quiet --no-trunc localhost/app:1)
  id=${id#sha256:}
  lade validate "containers-storage:[$root]$id"
  lade validate "containers-storage:[$root]${id:0:12}"
  lade validate "containers-storage:[$root]localhost/app:1@$id"
  fails_with 3 "there is localhost/app:1" validate "containers-storage:[$root]app:1"
}

@test "without a specifier the store is that of storage.conf and the environment" {
  in_store vfs
  built localhost/app:1
  printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$root" "$run_root" > storage.conf
  CONTAINERS_STORAGE_CONF=storage.conf lade validate containers-storage:localhost/app:1
  STORAGE_DRIVER=zfs CONTAINERS_STORAGE_CONF=storage.conf \
    fails_with 5 "only overlay and vfs" validate containers-storage:localhost/app:1
}

# hard_tar NAME: members that few programs write, and all must give back.
hard_tar() {
  mkdir -p "$1.d/dir/$(printf 'long%.0s' {1..40})"
  echo x > "$1.d/dir/file"
  setfattr -n user.note -v kept "$1.d/dir/file" 2> /dev/null || true
  ln "$1.d/dir/file" "$1.d/dir/hard"
  printf 'n\303\244me' > "$1.d/n"$'\303\244'"me"
  printf 'latin' > "$1.d/n"$'\344'"me"
  truncate -s 3000000 "$1.d/sparse"
  echo end >> "$1.d/sparse"
  chmod 4711 "$1.d/dir/hard"
  tar -C "$1.d" --sort=name --format=posix --xattrs --owner=33 --group=33 -cf "$1.tar" .
}

@test "an image that is written through podman comes back with the same layers" {
  needs podman setfattr
  hard_tar first
  mkdir -p second.d/dir
  : > second.d/dir/.wh.file
  : > second.d/.wh..wh..opq
  tar -C second.d --sort=name --owner=0 --group=0 -cf second.tar .
  for driver in overlay vfs; do
    in_store "$driver"
    lade copy -q tarball:first.tar:second.tar "containers-storage:${place}localhost/hard:1"
    contains "$(podman "${flags[@]}" images --format '{{.Repository}}:{{.Tag}}')" localhost/hard:1
    lade validate "containers-storage:${place}localhost/hard:1"
    rm -rf back
    lade copy -q "containers-storage:${place}localhost/hard:1" dir:back
    cmp first.tar "back/$(sha256sum < first.tar | cut -d' ' -f1)"
    cmp second.tar "back/$(sha256sum < second.tar | cut -d' ' -f1)"
  done
}

@test "Docker's manifests and compressed layers keep their digests on the way into a store" {
  needs podman
  tarball one
  lade copy -q --format docker --compression gzip tarball:one.tar dir:one
  in_store vfs
  lade copy -q --preserve-digests dir:one "containers-storage:${place}localhost/one:1"
  equal "$(podman "${flags[@]}" inspect --format '{{.Digest}}' localhost/one:1)" \
    "sha256:$(sha256sum < one/manifest.json | cut -d' ' -f1)"
  # the compressed bytes are gone, the layer is not
  lade validate "containers-storage:${place}localhost/one:1"
  lade copy -q "containers-storage:${place}localhost/one:1" dir:back
  cmp one.tar "back/$(sha256sum < one.tar | cut -d' ' -f1)"
}

@test "without podman and buildah a store can be read and not written" {
  tarball one
  mkdir -p empty
  ln -s "$(command -v cat)" empty/
  PATH=$PWD/empty fails_with 5 "install one of them" copy -q tarball:one.tar containers-storage:one
}

@test "what podman says when it fails is told" {
  needs podman
  tarball one
  fails_with 9 "failed with code" copy -q tarball:one.tar "containers-storage:[vfs@/proc/none]one"
}

@test "a list of images gives the one for this machine" {
  needs podman
  in_store vfs
  built localhost/app:1
  buildah "${flags[@]}" manifest create localhost/list:1 > /dev/null
  buildah "${flags[@]}" manifest add localhost/list:1 localhost/app:1 > /dev/null
  equal "$(lade cat "containers-storage:${place}localhost/list:1" /d/e/q)" q
  lade copy -q "containers-storage:${place}localhost/list:1" listed
  equal "$(lade inspect --format '{{.Digest}}' listed)" \
    "$(lade inspect --format '{{.Digest}}' "containers-storage:${place}localhost/app:1")"
}

@test "a file that was changed in the store is noticed" {
  in_store vfs
  built localhost/app:1
  local file
  for file in $(find "$root/vfs/dir" -path '*/d/big' 2> /dev/null); do
    tr 1 2 < "$file" > changed
    cat changed > "$file"
  done
  fails_with 4 "layer 2" copy -q "containers-storage:${place}localhost/app:1" dir:changed.d
  [ ! -e changed.d/manifest.json ]
}

@test "a store of somebody else is denied" {
  [ "$(id -u)" != 0 ] || skip "root may read everything"
  [ -d /var/lib/containers ] || skip "there is no store of root"
  fails_with 6 "Permission denied" validate "containers-storage:[/var/lib/containers/storage]x"
}
