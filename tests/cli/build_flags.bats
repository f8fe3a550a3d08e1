load build_support

@test "target, labels, annotations and tags are as asked" {
  base
  build --target middle --label one=1 --label "two=with space" --annotation org.example=note \
    -t second:2 -t docker.io/library/third:3 <<'F'
FROM base AS first
LABEL from=file one=overridden
FROM first AS middle
LABEL maintainer="somebody"
FROM middle AS last
RUN exit 1
F
  equal "$(config_of app .config.Labels | jq -cS .)" \
    '{"from":"file","maintainer":"somebody","one":"1","two":"with space"}'
  equal "$(lade inspect --raw app | jq -r '.annotations["org.example"]')" note
  for name in app second:2 docker.io/library/third:3; do
    equal "$(lade inspect --format '{{.Digest}}' "$name")" "$(lade inspect --format '{{.Digest}}' app)"
  done
}

@test "everything a Containerfile says of the image is in its configuration" {
  base
  build <<'F'
FROM base
EXPOSE 80 53/udp
VOLUME /data /more
STOPSIGNAL SIGUSR1
ENTRYPOINT ["/bin/sh", "-c"]
CMD ["echo hello"]
USER app:extra
HEALTHCHECK --interval=5s --retries=3 CMD true
ONBUILD RUN echo triggered > /tmp/triggered
MAINTAINER Somebody
F
  equal "$(config_of app '.config.ExposedPorts | keys')" '["53/udp","80/tcp"]'
  equal "$(config_of app '.config.Volumes | keys')" '["/data","/more"]'
  equal "$(config_of app .config.StopSignal)" SIGUSR1
  equal "$(config_of app .config.Entrypoint)" '["/bin/sh","-c"]'
  equal "$(config_of app .config.Cmd)" '["echo hello"]'
  equal "$(config_of app .config.User)" app:extra
  lade copy -q app parent
  build --format docker <<'F'
FROM parent
HEALTHCHECK --interval=5s --retries=3 CMD true
ONBUILD RUN true
F
  equal "$(lade cat app tmp/triggered)" triggered
  equal "$(config_of app '.config.Healthcheck | [.Interval, .Retries]')" '[5000000000,3]'
  equal "$(config_of app .config.OnBuild)" '["RUN true"]'
  contains "$(lade inspect --raw app)" "application/vnd.docker.distribution.manifest.v2+json"
}

@test "the id, and metadata, are written to files" {
  base
  build --iidfile id --metadata-file meta.json <<'F'
FROM base
RUN true
COPY Containerfile /
F
  equal "$(cat id)" "$output"
  equal "$(cat id)" "sha256:$(lade inspect --config --raw app | sha256sum | cut -d' ' -f1)"
  equal "$(jq -r '."containerimage.digest"' meta.json)" "$(lade inspect --format '{{.Digest}}' app)"
  equal "$(jq -r '."containerimage.config.digest"' meta.json)" "$(cat id)"
  equal "$(jq -r .steps meta.json)" 2
}

@test "a quiet build prints its id and nothing else" {
  base
  build -q <<'F'
FROM base
RUN echo noise; echo noise >&2
F
  equal "$errors" ""
  equal "$(echo "$output" | wc -l)" 1
  contains "$output" sha256:
}

@test "progress as JSON is JSON, line by line" {
  base
  cat > ctx/Containerfile <<'F'
FROM base
RUN echo '"quoted"'; printf '\001\377'
F
  lade build --progress json -t app ctx > id 2> stderr
  jq -es 'length > 2' stderr
  jq -r 'tostring' stderr | grep -q quoted
}

@test "output goes to a directory, a tar, an OCI archive and a docker archive" {
  base
  echo x > ctx/file; chmod 640 ctx/file
  build -o type=local,dest=out -o type=tar,dest=out.tar -o type=oci,dest=oci.tar \
    -o type=docker,dest=docker.tar -o type=oci-layout,dest=layout <<'F'
FROM base
COPY file /d/file
RUN rm /etc/group && ln -s file /d/link
F
  equal "$(cat out/d/file)$(readlink out/d/link)" xfile
  [ ! -e out/etc/group ]
  [ ! -e out/.wh.group ]
  equal "$(tar -tvf out.tar --numeric-owner ./d/file d/file 2> /dev/null | cut -d' ' -f1,2)" "-rw-r----- 0/0"
  contains "$(tar -tf oci.tar)" oci-layout
  contains "$(tar -tf docker.tar)" manifest.json
  for image in oci-archive:oci.tar docker-archive:docker.tar oci:layout:latest; do
    equal "$(lade cat "$image" d/file)" x
  done
  build -o plain <<'F'
FROM scratch
COPY file /only
F
  equal "$(ls plain)" only
}

@test "a tar on stdout is nothing but a tar" {
  base
  cat > ctx/Containerfile <<'F'
FROM base
RUN echo x > /x
F
  lade build -o - ctx 2> stderr | tar -t > listing
  grep -qx '\(./\)\?x' listing
}

@test "squash makes one layer of the new ones, or of all" {
  base
  cat > ctx/Containerfile <<'F'
FROM base
RUN echo 1 > /kept; echo secret > /gone
RUN rm /gone /etc/group
RUN echo 2 >> /kept
F
  build_again
  equal "$(config_of app '.rootfs.diff_ids | length')" 4
  lade copy -q app plain
  build_again --squash
  equal "$(config_of app '.rootfs.diff_ids | length')" 2
  diff <(rootfs_of plain) <(rootfs_of app)
  local blob
  blob=$(lade inspect --raw app | jq -r '.layers[1].digest' | cut -d: -f2)
  zcat "$LADE_ROOT/blobs/sha256/$blob" | silent_about secret
  build_again --squash-all
  equal "$(config_of app '.rootfs.diff_ids | length')" 1
  diff <(rootfs_of plain) <(rootfs_of app)
  lade validate app
}

@test "no time in the image is later than --timestamp" {
  base
  unset SOURCE_DATE_EPOCH
  echo x > ctx/file
  build --timestamp 1234567890 <<'F'
FROM scratch
COPY file /
F
  equal "$(config_of app .created)" 2009-02-13T23:31:30Z
  equal "$(lade export app | tar -tv --utc --full-time | awk '/file/ { print $4, $5 }')" \
    "2009-02-13 23:31:30"
}

@test "the Containerfile comes from elsewhere, or from stdin" {
  base
  echo x > ctx/file
  printf 'FROM base\nCOPY file /elsewhere\n' > recipe
  lade build -q -t app -f recipe ctx
  has app elsewhere
  printf 'FROM base\nCOPY file /stdin\n' | lade build -q -t app -f - ctx
  has app stdin
  printf 'FROM base\nENV A=1\n' | lade build -q -t app -
  contains "$(config_of app .config.Env)" A=1
}

@test "build contexts replace images, and name layouts" {
  base
  tarball one
  lade copy -q tarball:one.tar oci:layout:v1
  lade copy -q tarball:one.tar instead
  build --build-context upstream=docker-image://instead --build-context other=oci-layout://layout:v1 <<'F'
FROM upstream
COPY --from=other /etc/name /copied
F
  equal "$(lade cat app etc/name)$(lade cat app copied)" oneone
}

@test "layers are compressed as asked" {
  base
  echo x > ctx/file
  for kind in gzip zstd none; do
    build --compression $kind <<'F'
FROM base
COPY file /
RUN cat /file > /copy
F
    lade validate app
    local type
    type=$(lade inspect --raw app | jq -r '.layers[-1].mediaType')
    case $kind in
      none) equal "$type" application/vnd.oci.image.layer.v1.tar ;;
      *) equal "$type" application/vnd.oci.image.layer.v1.tar+$kind ;;
    esac
  done
}
