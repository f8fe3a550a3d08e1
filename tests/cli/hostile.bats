load build_support

# archives: hostile ones in ./ctx, beside a file that none of them may change.
archives() {
  needs python3
  mkdir -p ctx
  python3 "$BATS_TEST_DIRNAME/../support/hostile_archives.py" ctx
  echo untouched > ctx/victim
}

untouched() {
  equal "$(cat ctx/victim)" untouched
  local found
  found=$(find "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." -maxdepth 2 -name escaped)
  equal "$found" ""
}

@test "archives that leave their directory write nothing outside of it, and validate tells of them" {
  archives
  for name in dotdot middle; do
    lade copy -q "tarball:ctx/$name.tar" bad
    run_lade validate "tarball:ctx/$name.tar"
    equal "$status" 1
    contains "$output$errors" 'has a ".." in it'
  done
  untouched
  healthy
}

@test "nothing gets out of a root file system that is unpacked" {
  archives
  base
  for name in dotdot middle absolute symlink symlink_up hardlink hardlink_absolute whiteout_root; do
    rm -rf out
    run_lade copy -q "tarball:ctx/$name.tar" bad
    if [ "$status" = 0 ]; then
      run_lade export --dir out bad
      [ "$status" -le 9 ] || { echo "$name: $status $errors"; return 1; }
    else
      [ "$status" = 4 ] || { echo "$name: $status $errors"; return 1; }
    fi
    untouched
  done
  healthy
}

@test "nothing gets out of an image that RUN unpacks" {
  archives
  base
  for name in dotdot middle absolute symlink symlink_up hardlink hardlink_absolute whiteout_root; do
    run_lade copy -q "tarball:base.tar:ctx/$name.tar" bad
    [ "$status" = 0 ] || { equal "$status" 4; continue; }
    run_build <<'F'
FROM bad
RUN echo ran > /ran
F
    # a hard link to nothing in the image is a name that is not found
    [[ $status = [034] ]] || { echo "$name: $status $errors"; return 1; }
    untouched
  done
  healthy
}

@test "nothing gets out of ADD" {
  archives
  for name in dotdot middle absolute symlink symlink_up hardlink hardlink_absolute whiteout_root; do
    run_build <<F
FROM scratch
ADD $name.tar /in/
F
    case $status in
      0) ;;
      2 | 4 | 5) contains "$errors" "$name.tar" ;;
      *) echo "$name: $status $errors"; return 1 ;;
    esac
    untouched
    if [ "$status" = 0 ]; then
      lade validate app
      # all of it is below /in
      equal "$(lade ls app)" in
    fi
  done
  healthy
}

@test "devices of an archive are kept in images, and opened by nobody" {
  archives
  base
  lade copy -q "tarball:base.tar:ctx/device.tar" devices
  build <<'F'
FROM devices
RUN ! echo x 2>/dev/null > /null || test ! -c /null
F
}

@test "archives that are cut, damaged, or go on after their end are corrupt" {
  archives
  for name in truncated.tar truncated.tar.gz flipped.tar.gz garbage.tar.gz; do
    fails_with 4 "$name" copy "tarball:ctx/$name" bad
    build_fails 4 "$name" <<F
FROM scratch
ADD $name /in/
F
  done
  fails_with 3 bad inspect bad
  healthy
}

@test "an archive that grows out of all proportion is refused" {
  archives
  needs zstd
  { head -c 512 ctx/zeros.header; head -c 1G /dev/zero; head -c 1024 /dev/zero; } |
    zstd -q -o ctx/bomb.tar.zst
  fails_with 2 "--max-layer-ratio" copy tarball:ctx/bomb.tar.zst bad
  build_fails 2 "bomb.tar.zst" <<'F'
FROM scratch
ADD bomb.tar.zst /
F
  healthy
}

# gzip_bomb: bomb.tar.gz, a megabyte that unpacks to 1.1 GiB of zeros in one file.
gzip_bomb() {
  needs python3
  python3 - "$1" <<'P'
import gzip, sys, tarfile
size, piece = 1100 << 20, gzip.compress(bytes(1 << 20), mtime=0)
info = tarfile.TarInfo("zeros")
info.size = size
with open(sys.argv[1], "wb") as out:
    out.write(gzip.compress(info.tobuf(tarfile.GNU_FORMAT), mtime=0))
    for _ in range(size >> 20):
        out.write(piece)
    out.write(gzip.compress(bytes(1024), mtime=0))
P
  [ "$(stat -c %s "$1")" -lt 1500000 ]
}

# layout_of_bomb: the layout ./bomb, whose image has bomb.tar.gz for a layer.
layout_of_bomb() {
  lade copy -q --max-layer-ratio 2000 tarball:bomb.tar.gz oci:bomb:x
}

@test "a gzip bomb is refused wherever a layer is unpacked, and the flag lets it in" {
  gzip_bomb bomb.tar.gz
  fails_with 2 "--max-layer-ratio" copy tarball:bomb.tar.gz bad
  fails_with 2 "--max-layer-ratio" copy tarball:- bad < bomb.tar.gz
  layout_of_bomb
  fails_with 2 "--max-layer-ratio" ls oci:bomb:x
  fails_with 2 "--max-layer-ratio" cat oci:bomb:x zeros
  fails_with 2 "--max-layer-ratio" export -o out.tar oci:bomb:x
  [ ! -e out.tar ]
  fails_with 2 "--max-layer-ratio" copy --compression zstd oci:bomb:x oci:other:x
  run_lade validate oci:bomb:x
  equal "$status" 1
  contains "$output" "--max-layer-ratio"
  lade copy -q oci:bomb:x stored # nothing is unpacked by it
  fails_with 2 "--max-layer-ratio" ls stored
  build_fails 2 "--max-layer-ratio" <<'F'
FROM stored
COPY --from=stored /zeros /
F
  contains "$(lade ls --max-layer-ratio 2000 -l stored)" 1153433600
  # what was accepted once is not asked about again
  equal "$(lade cat stored zeros | head -c 5 | od -An -tx1 | tr -d ' ')" 0000000000
  lade store check
}

@test "a layer may be held to a size, in every unit" {
  gzip_bomb bomb.tar.gz
  layout_of_bomb
  fails_with 2 "--max-layer-size" ls --max-layer-size 1000 oci:bomb:x
  fails_with 2 "more than 1048576 bytes" ls --max-layer-size 1MiB oci:bomb:x
  fails_with 2 "--max-layer-size" copy --max-layer-size 512m tarball:bomb.tar.gz bad
  lade ls --max-layer-size 2g --max-layer-ratio 1100 oci:bomb:x
  fails_with 2 "--max-layer-size x" ls --max-layer-size x oci:bomb:x
  fails_with 2 "--max-layer-ratio 0" ls --max-layer-ratio 0 oci:bomb:x
}

@test "a bomb around a whole archive is refused, also on stdin" {
  gzip_bomb bomb.tar.gz
  fails_with 2 "--max-layer-ratio" inspect docker-archive:bomb.tar.gz
  fails_with 2 "--max-layer-ratio" inspect oci-archive:- < bomb.tar.gz
}

@test "ADD holds archives to the limits, and to the size of what sparse files become" {
  needs python3
  mkdir -p ctx
  gzip_bomb ctx/bomb.tar.gz
  build_fails 2 "--max-layer-ratio" <<'F'
FROM scratch
ADD bomb.tar.gz /
F
  build_fails 2 "--max-layer-size" --max-layer-size 10m <<'F'
FROM scratch
ADD bomb.tar.gz /
F
  # a file of 200 GiB that is one hole
  truncate -s 200G ctx/hole
  tar -C ctx --sparse -cf ctx/sparse.tar hole
  rm ctx/hole
  build_fails 2 "--max-layer-size" <<'F'
FROM scratch
ADD sparse.tar /
F
  # what Lade wrote itself it reads again without a flag
  head -c 1100M /dev/zero > ctx/disk
  build <<'F'
FROM scratch
COPY disk /
F
  lade export app | tail -c 1100 > /dev/null
  healthy
}

@test "damaged layouts and archives are refused" {
  base
  echo x > ctx/x
  build <<'F'
FROM base
COPY x /
F
  lade copy -q app oci:layout:x
  local blob
  blob=layout/blobs/sha256/$(lade inspect --raw app | jq -r '.layers[1].digest' | cut -d: -f2)
  chmod u+w "$blob"; cp "$blob" kept
  printf X | dd of="$blob" bs=1 seek=40 conv=notrunc 2> /dev/null
  LADE_ROOT=$PWD/other fails_with 4 "sha256:" copy oci:layout:x bad
  head -c 50 kept > "$blob"
  LADE_ROOT=$PWD/other fails_with 4 "got 50" copy oci:layout:x bad
  rm "$blob"
  LADE_ROOT=$PWD/other run_lade copy oci:layout:x bad
  [ "$status" = 3 ] || [ "$status" = 4 ]
  lade copy -q app docker-archive:a.tar:app
  head -c 1000000 a.tar > cut.tar
  LADE_ROOT=$PWD/other fails_with 4 "cut.tar is truncated" copy docker-archive:cut.tar bad
  LADE_ROOT=$PWD/other lade store check
}
