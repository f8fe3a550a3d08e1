load build_support

# recipe: a context in ./ctx, with COPY, ADD, RUN and several stages.
recipe() {
  mkdir -p ctx/tree/deep
  echo one > ctx/tree/one; echo two > ctx/tree/deep/two; ln -s one ctx/tree/link
  chmod 755 ctx/tree ctx/tree/deep; chmod 644 ctx/tree/one ctx/tree/deep/two
  tar -C ctx --sort=name --mtime=@1500000000 --owner=0 --group=0 --numeric-owner \
    -czf ctx/archive.tar.gz tree
  cat > ctx/Containerfile <<'F'
FROM base AS maker
WORKDIR /work
RUN mkdir out && for i in 1 2 3; do echo $i > out/$i; done && ln out/1 out/hard && date > /tmp/log
RUN rm -r /tmp/log /home && mkfifo out/fifo && chown -R app out
FROM base AS other
RUN echo other > /other && touch -d '2030-01-01' /future
FROM base
COPY tree /tree
COPY --from=maker --chown=5:6 /work/out /out
COPY --from=other /other /future /
ADD archive.tar.gz /added
RUN --mount=type=cache,target=/cache touch /cache/x; echo last > /last
LABEL a=b
F
}

digest_of() { lade inspect --format '{{.Digest}}' "$1"; }

# built STORE ARGUMENT…: the digest that building in a store of its own gives.
built() {
  local LADE_ROOT=$PWD/$1
  shift
  export LADE_ROOT
  SOURCE_DATE_EPOCH=1700000000 lade copy -q tarball:base.tar base
  lade build -q -t app "$@" ctx > id 2> stderr || { cat stderr; return 1; }
  digest_of app
}

@test "two stores, any number of jobs, and any times of files give one digest" {
  base_tar
  recipe
  local first
  first=$(built one --jobs 1)
  find ctx -exec touch -h -d '2005-05-05' {} +
  equal "$(built two --jobs 4)" "$first"
  find ctx -exec touch -h {} +
  equal "$(built three --jobs 2 --no-cache)" "$first"
}

@test "no cache in one store gives the digest that the cache gave" {
  base_tar
  recipe
  local first
  first=$(built one)
  equal "$(built one)" "$first"
  equal "$(built one --no-cache)" "$first"
}

@test "another directory, order of creation and umask give the same digest" {
  base_tar
  recipe
  local first
  first=$(built one)
  mv ctx away
  (umask 077; mkdir -p ctx/tree/deep; cp away/tree/deep/two ctx/tree/deep/; cp -P away/tree/link ctx/tree/
    cp away/tree/one ctx/tree/; cp away/Containerfile away/archive.tar.gz ctx/
    chmod 755 ctx/tree ctx/tree/deep; chmod 644 ctx/tree/one ctx/tree/deep/two)
  equal "$(built two)" "$first"
}

@test "every compression is reproducible" {
  base_tar
  recipe
  for kind in zstd none; do
    equal "$(built "one-$kind" --compression $kind --jobs 1)" \
      "$(built "two-$kind" --compression $kind --jobs 3)"
  done
}

@test "another time is another digest, and --timestamp is SOURCE_DATE_EPOCH" {
  base_tar
  recipe
  local first
  first=$(built one)
  unset SOURCE_DATE_EPOCH
  equal "$(built two --timestamp 1700000000)" "$first"
  equal "$(built three --build-arg SOURCE_DATE_EPOCH=1700000000)" "$first"
  [ "$(built four --timestamp 1600000000)" != "$first" ]
}

@test "root, an ordinary user, and a user with one id build the same image" {
  [ "$(id -u)" = 0 ] || skip "only root can be two users"
  id lade-test > /dev/null 2>&1 || skip "there is no user lade-test"
  base_tar
  recipe
  sed -i 's/ && chown -R app out//; s/FROM base$/&\nUSER root/' ctx/Containerfile
  local first place
  first=$(built one) || { echo "$first"; return 1; }
  place=$(mktemp -d)
  cp -r ctx "$place/ctx"
  cp -L base.tar "$place/"
  cp "$CONTAINERS_POLICY_CONF" "$place/policy.json"
  install -m 755 "$LADE" "$place/lade"
  chown -R lade-test: "$place"
  cat > "$place/go" <<'F'
cd "$(dirname "$0")"
export LADE_ROOT=$PWD/$1 CONTAINERS_POLICY_CONF=$PWD/policy.json
./lade copy -q tarball:base.tar base
./lade build -q -t app ctx > id
./lade inspect --format '{{.Digest}}' app
F
  mkdir "$place/bin"
  for tool in dirname bash; do ln -s "$(command -v $tool)" "$place/bin/"; done
  local many single
  many=$(runuser -u lade-test -- bash "$place/go" many 2> "$place/log") || cat "$place/log"
  single=$(runuser -u lade-test -- env PATH="$place/bin" bash "$place/go" single 2>> "$place/log") ||
    cat "$place/log"
  rm -rf "$place"
  equal "$many" "$first"
  equal "$single" "$first"
}
