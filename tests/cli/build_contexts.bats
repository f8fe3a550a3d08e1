load build_support

# sources: ./src with a Containerfile, an ignore file and files.
sources() {
  mkdir -p src/dir
  echo content > src/file; echo in > src/dir/file; echo left > src/out; chmod 700 src/dir/file
  echo out > src/.containerignore
  printf 'FROM scratch\nCOPY . /all/\n' > src/Containerfile
  printf 'FROM scratch\nCOPY dir /other/\n' > src/Other
}

# serve: the directory www over http; $url.
serve() {
  needs python3
  python3 - > port 2> requests <<'P' &
import functools, http.server
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="www")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_address[1], flush=True)
server.serve_forever()
P
  server=$!
  local i
  for i in $(seq 100); do [ -s port ] && break; sleep 0.1; done
  url=http://127.0.0.1:$(cat port)
}

teardown() {
  [ -z "${server:-}" ] || kill "$server" || true
  empty_stores
}

whole() {
  equal "$(lade cat app all/file)" content
  equal "$(file_of app all/dir/file)" "-rwx------ 0/0"
  equal "$(file_of app all)" "drwxr-xr-x 0/0"
  lacks app all/out
}

@test "a context comes from stdin, as an archive of any compression" {
  needs xz zstd
  sources
  lade build -q -t app src; lade export app | sha256sum > wanted
  for program in cat gzip xz zstd bzip2; do
    tar -C src -c . | $program | lade build -q -t app -
    whole
    lade export app | sha256sum | cmp - wanted
    tar -C src -c . | $program | lade build -q -t app -f Other -
    equal "$(lade cat app other/file)" in
  done
  [ -z "$(ls "$LADE_ROOT/contexts" | sed 1d)" ]
}

@test "a Containerfile comes from stdin, with a context or without" {
  sources
  printf 'FROM scratch\nCOPY <<X /f\nhere\nX\n' | lade build -q -t app -
  equal "$(lade cat app f)" here
  printf 'FROM scratch\nCOPY file /f\n' | lade build -q -t app -f - src
  equal "$(lade cat app f)" content
  printf 'FROM scratch\nCOPY <<X /f\nhere\nX\n' | lade build -q -t app -f - -
  equal "$(lade cat app f)" here
  local code=0
  printf 'FROM scratch\nCOPY file /f\n' | lade build -q -t app - 2> stderr || code=$?
  equal "$code" 3
  contains "$(cat stderr)" "stdin:2"
  contains "$(cat stderr)" "no context directory"
  code=0; echo text | lade build -q -f src/Other - 2> stderr || code=$?
  equal "$code" 2
  contains "$(cat stderr)" "is no archive"
}

@test "an archive without a Containerfile, or with a hostile one, is no context" {
  sources
  mkdir bad; echo "secret of the host" > host; ln -s "$PWD/host" bad/Containerfile
  local code=0
  tar -C bad -c . | lade build -q - 2> stderr || code=$?
  equal "$code" 3
  contains "$(cat stderr)" "there is no Containerfile in the build context stdin"
  silent_about secret stderr
  rm bad/Containerfile; mkfifo bad/Containerfile
  code=0; tar -C bad -c . | timeout 20 "$LADE" build -q - 2> stderr || code=$?
  equal "$code" 2
  rm bad/Containerfile; cp src/Other bad/
  code=0; tar -C bad -c . | lade build -q -f ../bad/Nothing - 2> stderr || code=$?
  equal "$code" 3
  printf 'FROM scratch\nCOPY link /f\n' > bad/Containerfile; ln -s "$PWD/host" bad/link
  code=0; tar -C bad -c . | lade build -q - 2> stderr || code=$?
  equal "$code" 3
}

@test "a context comes from a URL: an archive or a Containerfile" {
  sources; mkdir www; tar -C src -czf www/src.tar.gz .
  printf 'FROM scratch\nCOPY <<X /f\nhere\nX\n' > www/Plain
  serve
  lade build -q -t app "$url/src.tar.gz"; whole
  lade build -q -t app "$url/Plain"
  equal "$(lade cat app f)" here
  fails_with 3 404 build -q "$url/nothing"
}

@test "a context comes from a git repository" {
  needs git jq
  sources
  export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example
  chmod 755 src/dir/file
  git init -q -b main work; mkdir work/sub; cp -r src/. "work/sub/[x]" ; cp -r src/. work/sub/
  git -C work add -A -f; git -C work commit -q -m one; git -C work tag v1
  git -C work rm -q sub/Containerfile; git -C work commit -q -m two
  mkdir www; git clone -q --bare work www/r.git; git -C www/r.git update-server-info
  serve
  lade build -q -t app "$url/r.git#v1:sub"
  equal "$(lade cat app all/dir/file)" in
  lacks app all/out all/.git
  local annotation=org.opencontainers.image
  equal "$(lade inspect --raw app | jq -r ".annotations.\"$annotation.revision\"")" \
    "$(git -C work rev-parse v1)"
  equal "$(lade inspect --raw app | jq -r ".annotations.\"$annotation.source\"")" "$url/r.git"
  lade build -q -t app "$url/r.git?tag=v1&subdir=sub/[x]"
  equal "$(lade cat app all/dir/file)" in
  lade build -q -t app -f Other "$url/r.git#main:sub"
  equal "$(lade cat app other/file)" in
  fails_with 3 "there is no Containerfile in the build context $url/r.git#main:sub" \
    build -q "$url/r.git#main:sub"
  fails_with 3 'no branch, tag or ref "nowhere"' build -q "$url/r.git#nowhere"
  fails_with 2 "cannot be the name of a git ref" build -q "$url/r.git#-x"

  printf 'FROM scratch\nCOPY --from=r sub/file /one\nCOPY --from=t file /two\nCOPY --from=d src.tar /d/\n' > src/Containerfile
  tar -C src -cf www/src.tar .; cp src/file www/plain
  lade build -q -t app --build-context "r=$url/r.git#v1" --build-context "t=$url/src.tar" \
    --build-context d=www src
  equal "$(lade cat app one)" content
  equal "$(lade cat app two)" content
  printf 'FROM scratch\nCOPY --from=p plain /p\n' > src/Containerfile
  lade build -q -t app --build-context "p=$url/plain" src
  equal "$(lade cat app p)" content
  equal "$(work_files)" ""
}

@test "RUN binds files of a context that was fetched" {
  base; sources
  printf 'FROM base\nUSER app\nRUN --mount=type=bind,target=/src cp /src/file /tmp/f; ls /src > /tmp/l\n' > src/Containerfile
  tar -C src -c . | lade build -q -t app -
  equal "$(lade cat app tmp/f)" content
  equal "$(lade cat app tmp/l)" $'Containerfile\nOther\ndir\nfile'
}

@test "--ignorefile and images as contexts" {
  sources; echo dir > ignored
  lade build -q -t app --ignorefile ignored src
  has app all/out; lacks app all/dir
  lade copy -q app oci:layout:latest
  printf 'FROM other\nCOPY --from=third /all/file /again\n' > src/Containerfile
  lade build -q -t app2 --build-context other=docker-image://app \
    --build-context third=oci-layout://layout:latest src
  equal "$(lade cat app2 again)" content
}
