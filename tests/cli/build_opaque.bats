load build_support

# opaque_image: "opaque", whose upper layer hides the whole root below it.
opaque_image() {
  base
  rootfs upper
  echo upper > upper/etc/upper
  rm -rf upper/home
  : > upper/.wh..wh..opq
  tar -C upper --sort=name --mtime=@1600000000 --owner=0 --group=0 -cf upper.tar .
  mkdir -p below/only/there
  echo below > below/below
  tar -C below --owner=0 --group=0 -cf below.tar .
  lade copy -q "tarball:below.tar:upper.tar" opaque
}

hides_below() {
  lacks "$1" /below /only /.wh..wh..opq
  has "$1" /etc/upper /bin/busybox
  if lade export "$1" | tar -t | grep -E '(^|/)(below|only|\.wh.*)$'; then false; fi
}

@test "a layer with an opaque root hides everything below it, in every view" {
  opaque_image
  lade validate opaque
  hides_below opaque
  rm -rf out; lade export --dir out opaque
  [ ! -e out/below ]
  [ ! -e out/only ]
  [ -e out/etc/upper ]
}

@test "RUN does not see what an opaque root hides" {
  opaque_image
  build <<'F'
FROM opaque
RUN test ! -e /below && test ! -e /only && test -e /etc/upper && echo ran > /ran
RUN test ! -e /below && mkdir -p /only && echo new > /only/new
COPY --from=opaque /etc/upper /copied
F
  hides_below_but_only
  equal "$(lade cat app only/new)" new
  equal "$(lade cat app ran)" ran
}

hides_below_but_only() {
  lacks app /below /only/there
  has app /etc/upper /copied
}

@test "an opaque root survives squashing" {
  opaque_image
  for how in --squash --squash-all; do
    build "$how" <<'F'
FROM opaque
RUN echo ran > /ran
F
    hides_below app
    equal "$(lade cat app ran)" ran
    lade validate app
  done
  run_lade inspect --format '{{len .RootFS.Layers}}' app
  equal "$output" 1
}

@test "runtimes and other tools see the same of an opaque root" {
  opaque_image
  needs umoci
  lade copy -q opaque oci:layout:x
  umoci unpack --rootless --image layout:x bundle > log 2>&1
  [ -e bundle/rootfs/etc/upper ]
  [ ! -e bundle/rootfs/below ] || skip "this umoci does not heed an opaque root"
}
