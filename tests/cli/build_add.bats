load build_support

# serve DIR: an HTTP server of a directory on the loopback; $url, and $server to end it.
serve() {
  needs python3
  python3 - "$1" > port 2> requests <<'P' &
import functools, http.server, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_address[1], flush=True)
server.serve_forever()
P
  server=$!
  for _ in $(seq 100); do
    [ -s port ] && break
    sleep 0.1
  done
  url=http://127.0.0.1:$(cat port)
}

teardown() {
  [ -z "${server:-}" ] || kill "$server" || true
  empty_stores
}

@test "ADD unpacks local archives of every compression" {
  needs xz bzip2 zstd
  mkdir -p tree/dir ctx; echo in > tree/dir/file; chmod 750 tree/dir; ln -s file tree/dir/link
  tar -C tree --owner=12 --group=13 -cf ctx/plain.tar dir
  gzip -k -c ctx/plain.tar > ctx/a.tar.gz
  xz -k -c ctx/plain.tar > ctx/a.tar.xz
  bzip2 -k -c ctx/plain.tar > ctx/a.tar.bz2
  zstd -q -k -c ctx/plain.tar > ctx/a.tar.zst
  cp ctx/a.tar.gz ctx/odd-name
  build <<'F'
FROM scratch
ADD plain.tar /plain/
ADD a.tar.gz /gz/
ADD a.tar.xz /xz/
ADD a.tar.bz2 /bz2/
ADD a.tar.zst /zst/
ADD odd-name /odd/
COPY a.tar.gz /copied
F
  for kind in plain gz xz bz2 zst odd; do
    equal "$(lade cat app "$kind/dir/file")" in
    equal "$(file_of app "$kind/dir")" "drwxr-x--- 12/13"
  done
  lade cat app copied | cmp - ctx/a.tar.gz
}

@test "ADD --chown of an archive, and ADD of a plain file" {
  mkdir -p ctx tree; echo x > tree/x; echo plain > ctx/file
  tar -C tree -cf ctx/a.tar x
  build <<'F'
FROM scratch
ADD --chown=3:4 a.tar /d/
ADD file /f
F
  equal "$(file_of app d/x | cut -d' ' -f2)" 3/4
  equal "$(lade cat app f)" plain
}

@test "ADD of a truncated or damaged archive fails, COPY of it does not" {
  needs xz bzip2 zstd
  mkdir -p tree ctx; head -c 100000 /dev/urandom > tree/file
  tar -C tree -cf plain.tar file
  gzip -k -c plain.tar > whole.gz; xz -k -c plain.tar > whole.xz
  bzip2 -k -c plain.tar > whole.bz2; zstd -q -k -c plain.tar > whole.zst
  for kind in gz xz bz2 zst; do
    for size in 12 40 300; do
      head -c $size "whole.$kind" > ctx/cut
      build_fails 4 "cut in the build context begins as a " <<'F'
FROM scratch
ADD cut /there/
F
      contains "$errors" "Containerfile:2"
    done
    { head -c 20 "whole.$kind"; head -c 5000 /dev/zero; } > ctx/cut
    build_fails 4 "cannot be unpacked (COPY takes it as it is)" <<'F'
FROM scratch
ADD cut /there/
F
    build <<'F'
FROM scratch
COPY cut /copied
ADD --unpack=false cut /added
F
    lade cat app copied | cmp - ctx/cut
    lade cat app added | cmp - ctx/cut
  done
}

@test "ADD copies what is packed but no archive, and what only looks packed" {
  needs xz bzip2 zstd
  mkdir -p ctx; seq 1 2000 > text
  gzip -k -c text > ctx/a.gz; xz -k -c text > ctx/a.xz; bzip2 -k -c text > ctx/a.bz2
  zstd -q -k -c text > ctx/a.zst; echo short | gzip -c > ctx/short.gz
  printf 'BZh is how this text begins' > ctx/bzh; printf 'BZh9 too, and goes on' > ctx/bzh9
  printf '\037\213 and no method' > ctx/magic; : > ctx/empty
  build <<'F'
FROM scratch
ADD a.gz a.xz a.bz2 a.zst short.gz bzh bzh9 magic empty /d/
F
  for file in a.gz a.xz a.bz2 a.zst short.gz bzh bzh9 magic empty; do
    lade cat app "d/$file" | cmp - "ctx/$file"
  done
}

@test "ADD of a URL, with and without a checksum" {
  mkdir www ctx; echo remote > www/file; tar -C www -czf www/a.tar.gz file
  serve www
  local sum
  sum=$(sha256sum < www/file | cut -d' ' -f1)
  build <<F
FROM scratch
ADD $url/file /
ADD --checksum=sha256:$sum --chmod=755 $url/file /renamed
ADD $url/a.tar.gz /archive
ADD --unpack=true $url/a.tar.gz /unpacked/
F
  equal "$(lade cat app file)" remote
  equal "$(file_of app file)" "-rw------- 0/0"
  equal "$(file_of app renamed)" "-rwxr-xr-x 0/0"
  lade cat app archive | cmp - www/a.tar.gz
  equal "$(lade cat app unpacked/file)" remote
}

@test "ADD of a URL with the wrong checksum, of none, and of no server fails" {
  mkdir www ctx; echo remote > www/file
  serve www
  build_fails 4 "sha256:" <<F
FROM scratch
ADD --checksum=sha256:$(printf '0%.0s' {1..64}) $url/file /
F
  contains "$errors" "Containerfile:2"
  build_fails 3 "404" <<F
FROM scratch
ADD $url/nothing /
F
  kill "$server"; wait "$server" || true
  build_fails 8 "127.0.0.1" <<F
FROM scratch
ADD $url/file /
F
  server=
  fails_with 3 "app" inspect app
}
