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

@test "archives that leave their directory are refused by copy" {
  archives
  for name in dotdot middle; do
    fails_with 4 "" copy "tarball:ctx/$name.tar" bad ||
      { status=0; lade validate "tarball:ctx/$name.tar" || status=$?; equal "$status" 1; }
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
  LADE_ROOT=$PWD/other fails_with 4 "" copy oci:layout:x bad
  rm "$blob"
  LADE_ROOT=$PWD/other run_lade copy oci:layout:x bad
  [ "$status" = 3 ] || [ "$status" = 4 ]
  lade copy -q app docker-archive:a.tar:app
  head -c 1000000 a.tar > cut.tar
  LADE_ROOT=$PWD/other fails_with 4 "" copy docker-archive:cut.tar bad
  LADE_ROOT=$PWD/other lade store check
}
