load support

@test "a new store is healthy" {
  image app
  equal "$(lade store check)" "The store is healthy."
  equal "$(lade store check --format json | jq -c '[.healthy, .flaws]')" "[true,[]]"
}

@test "a damaged blob is found, and mended away" {
  image app
  blob=$(find "$LADE_ROOT/blobs" -type f -size +0 | head -1)
  chmod u+w "$blob" && printf x >> "$blob"
  run_lade store check
  equal "$status" 1
  contains "$output" "${blob##*/}"
  run_lade store check --mend
  contains "$output" "(mended)"
  lade store check
}

@test "validate finds what is wrong with an image" {
  image app
  equal "$(lade validate app)" "The image is valid."
  lade copy -q app oci:bad:x
  blob=bad/blobs/sha256/$(lade inspect --format '{{index .Layers 0}}' oci:bad:x | cut -d: -f2)
  chmod u+w "$blob" && printf x >> "$blob"
  run_lade validate oci:bad:x
  equal "$status" 1
  contains "$output" "layer"
  equal "$(lade validate --format json oci:bad:x | jq .valid)" false
}

@test "prune removes what has no name, and keeps the rest" {
  image app web
  lade untag web
  id=$(lade images -q --no-trunc --filter dangling=true)
  contains "$(lade prune --dry-run)" "would be freed"
  equal "$(lade images -q | wc -l)" 2
  run_lade prune
  equal "$status" 0
  contains "$output" "Deleted: sha256:"
  contains "$output" "Total freed: "
  equal "$(lade images --format '{{.Repository}}')" "localhost/app"
  lade validate app
  fails_with 3 "no image" inspect "$id"
}

@test "prune --all removes named images, too" {
  image app
  equal "$(lade prune -a -f --format '{{.removedImages}}')" "[localhost/app:latest]"
  equal "$(lade images -q)" ""
}

@test "prune wants filters that it knows" {
  fails_with 2 "--filter takes until=" prune --filter label=x
  fails_with 2 "72h" prune --build-cache --filter until=soon
  fails_with 2 "--build-cache" prune --filter until=1h
  fails_with 2 "regular or exec.cachemount" prune --build-cache --filter type=volume
  lade prune --build-cache --filter until=1h
}

@test "prune deletes snapshots whose files belong to subordinate ids" {
  needs setpriv unshare newuidmap
  [ "$(id -u)" = 0 ] || skip "needs root to become an ordinary user"
  user=$(head -1 /etc/subuid | cut -d: -f1)
  [ -n "$user" ] && id "$user" || skip "nobody has subordinate ids"
  chmod 755 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR" "$BATS_SUITE_TMPDIR" "$BATS_FILE_TMPDIR"
  mkdir home && chown "$user" home && cd home
  as_user="setpriv --reuid $user --regid $user --clear-groups env LADE_ROOT=$PWD/store"
  $as_user "$LADE" images
  snapshot=$PWD/store/snapshots/$(printf %064d 0)
  $as_user unshare --user --map-root-user --map-auto sh -c \
    "mkdir -p $snapshot/fs/d && touch $snapshot/fs/d/f && chown -R 33:33 $snapshot/fs/d &&
     chmod 700 $snapshot/fs/d" || skip "unshare cannot map subordinate ids"
  contains "$($as_user "$LADE" prune -f)" "Deleted 1 snapshot"
  [ ! -e "$snapshot" ]
}

@test "a damaged image does not hide the others in lists" {
  image app web
  config=$(lade inspect --format '{{.Id}}' app | cut -d: -f2)
  chmod u+w "$LADE_ROOT/blobs/sha256/$config" && printf x > "$LADE_ROOT/blobs/sha256/$config"
  run_lade images --format '{{.Repository}}'
  equal "$output" "localhost/web"
  contains "$errors" "localhost/app"
}

@test "prune asks on a terminal, and takes no answer for no" {
  needs script
  image app
  lade untag app
  contains "$(echo n | script -qec "$LADE prune" /dev/null)" "Go on? [y/N]"
  equal "$(lade images -q | wc -l)" 1
  contains "$(echo y | script -qec "$LADE prune" /dev/null)" "Total freed"
  equal "$(lade images -q | wc -l)" 0
}

@test "what a process that died left behind is told, is no flaw, and is mended away" {
  image app
  mkdir -p "$LADE_ROOT/tmp/session-dead/blob"
  : > "$LADE_ROOT/tmp/session-dead/lock"
  run_lade store check
  equal "$status" 0
  contains "$output" "tmp/session-dead: was left by a process that died"
  contains "$output" "The store is healthy."
  equal "$(lade store check --format json | jq -c '[.healthy, .flaws[0].garbage]')" "[true,true]"
  run_lade store check --mend
  equal "$status" 0
  contains "$output" "(mended)"
  [ ! -e "$LADE_ROOT/tmp/session-dead" ]
  equal "$(lade store check)" "The store is healthy."
}

@test "an image that is being read is not collected" {
  head -c 3000000 /dev/urandom > big
  tar -cf whole.tar big
  lade copy -q tarball:whole.tar app
  mkfifo pipe
  for command in "export app" "copy app oci-archive:-" "cat app big"; do
    lade copy -q tarball:whole.tar app
    # shellcheck disable=SC2086
    lade $command > pipe &
    local pid=$!
    { head -c 100; lade rmi app; lade prune -af; cat; } < pipe > got
    wait "$pid"
    [ "$(stat -c %s got)" -gt 3000000 ] # what rmi and prune said is in it, too
  done
  fails_with 3 "no image" inspect app
  lade store check
}
