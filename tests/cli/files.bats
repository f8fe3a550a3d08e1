load support

@test "ls lists a directory, cat prints a file" {
  image app
  equal "$(lade ls app)" "$(printf 'bin\netc')"
  equal "$(lade ls app /etc)" "$(printf 'hard\nlink\nname\npasswd')"
  equal "$(lade cat app /etc/name)" app
  equal "$(lade cat app etc/link etc/hard)" "$(printf 'app\napp')"
}

@test "ls -l tells mode, owner, size, time and links" {
  image app
  run_lade ls -l app etc
  contains "$output" "link -> name"
  contains "$output" "2020-09-13T12:26:40Z"
  contains "$(lade ls -l app etc/name)" "-rw-r--r--"
  equal "$(lade ls -R app | wc -l)" 6
  equal "$(lade ls -R --format json app | jq -r '.entries[] | select(.path == "/etc/name") | .sizeBytes')" 4
  equal "$(lade ls --format '{{.mode}} {{.type}}' app etc/passwd)" "0644 file"
}

@test "ls and cat work on images outside of the store" {
  tarball app
  lade copy -q tarball:app.tar oci-archive:app.ociar:x
  equal "$(lade cat oci-archive:app.ociar:x etc/link)" app
  equal "$(lade ls tarball:app.tar)" "$(printf 'bin\netc')"
  equal "$(find "$LADE_ROOT" -type f 2>/dev/null)" ""
}

@test "paths that are not there or no files are errors" {
  image app
  fails_with 3 "there is no nothere" cat app nothere
  fails_with 3 "there is no nothere" ls app nothere
  fails_with 2 "is no file: directory" cat app etc
  fails_with 2 '".." in it' ls app ../..
}

@test "export writes the root file system as an archive" {
  image app
  lade export app | tar -t | sort > names
  equal "$(cat names)" "$(printf './\nbin/\netc/\netc/hard\netc/link\netc/name\netc/passwd')"
  lade export -o out.tar app
  cmp out.tar <(lade export app)
  mkdir out && tar -C out -xf out.tar
  diff -r --no-dereference out root.app
  [ out/etc/hard -ef out/etc/name ]
}

@test "export of an image outside of the store is the same" {
  image app
  cmp <(lade export app) <(lade export tarball:app.tar)
}

@test "export unpacks into a new directory" {
  image app
  lade export --dir out app
  diff -r --no-dereference out root.app
  fails_with 7 "not empty" export --dir out app
  fails_with 2 "excludes" export --dir x -o y app
}

@test "a bundle runs in runc" {
  needs runc jq
  [ "$(id -u)" = 0 ] || skip "not root"
  busybox_layout box
  lade export --bundle bundle oci:box:latest
  jq '.process.args = ["/bin/sh", "-c", "id -u; echo $HOSTNAME$PATH"]' bundle/config.json > c
  mv c bundle/config.json
  runc --root "$BATS_TEST_TMPDIR/runc" run -b bundle "lade-test-$$" > ran 2> problems ||
    { grep -q cgroup problems && skip "runc has no cgroups here"; cat problems; return 1; }
  equal "$(head -1 ran)" 0
}

@test "an ordinary user's bundle runs in rootless runc" {
  needs runc jq setpriv
  [ "$(id -u)" = 0 ] || skip "needs root to become an ordinary user"
  busybox_layout box
  chmod 755 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR" "$BATS_SUITE_TMPDIR" "$BATS_FILE_TMPDIR"
  mkdir home && chown 65534:65534 home
  cd home
  as_user="setpriv --reuid 65534 --regid 65534 --clear-groups env LADE_ROOT=$PWD/store XDG_RUNTIME_DIR=$PWD"
  $as_user "$LADE" export --bundle bundle oci:../box:latest 2> warnings
  equal "$(jq -c '.linux.uidMappings' bundle/config.json)" '[{"containerID":0,"hostID":65534,"size":1}]'
  $as_user sh -c 'jq ".process.args = [\"/bin/id\", \"-u\"]" bundle/config.json > c && mv c bundle/config.json'
  $as_user runc --root "$PWD/runc" run -b bundle "lade-test-$$" > ran 2> problems ||
    { grep -Eq 'cgroup|user namespaces' problems && skip "$(cat problems)"; cat problems; return 1; }
  equal "$(head -1 ran)" 0
}

@test "history shows steps with the size of their layers" {
  needs umoci
  layout in
  run_lade history oci:in:latest
  contains "$output" "CREATED BY"
  equal "$(lade history -q --no-trunc oci:in:latest | head -1)" "$(lade inspect --format '{{.Id}}' oci:in:latest)"
  equal "$(lade history --format json oci:in:latest | jq '[.history[].SizeBytes] | add')" \
    "$(lade inspect oci:in:latest | jq '[.LayersData[].Size] | add')"
}

@test "export into a pipe that closes ends quietly" {
  image app
  { "$LADE" export app; echo "$?" > code; } 2> problems | head -c 0
  equal "$(cat problems)" ""
}

@test "a failed export leaves no half of an archive" {
  image app
  lade copy -q app oci:bad:x
  blob=bad/blobs/sha256/$(lade inspect --format '{{index .Layers 0}}' oci:bad:x | cut -d: -f2)
  chmod u+w "$blob" && truncate -s -600 "$blob"
  fails_with 4 "ends early" export -o out.tar oci:bad:x
  [ ! -e out.tar ]
}
