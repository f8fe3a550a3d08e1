load build_support

export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example GIT_COMMITTER_NAME=A
export GIT_COMMITTER_EMAIL=a@example GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_DATE='@1500000000 +0000' GIT_COMMITTER_DATE='@1500000000 +0000'

# repository: ./work and its bare copy www/r.git; $first and $second are its commits.
repository() {
  needs git python3
  git init -q -b main work
  mkdir -p work/dir/deep work/secret
  echo one > work/file; echo in > work/dir/deep/file; echo hidden > work/secret/s
  echo '$Format:%H$' > work/subst; printf 'a\nb\n' > work/crlf
  printf '#!/bin/sh\n' > work/tool; chmod 755 work/tool; ln -s dir work/link; ln -s / work/root
  printf '/secret export-ignore\nsubst export-subst\ncrlf text eol=crlf\nfile filter=evil\n' \
    > work/.gitattributes
  git -C work add -A; git -C work commit -q -m first; git -C work tag light
  first=$(git -C work rev-parse HEAD)
  git -C work checkout -q -b side; echo two > work/file; git -C work commit -q -a -m second
  git -C work tag -a -m noted noted
  second=$(git -C work rev-parse HEAD)
  git -C work checkout -q main
  mkdir -p www; git clone -q --bare work www/r.git; git -C www/r.git update-server-info
}

# serve: www over dumb http and the git protocol; $http and $daemon.
serve() {
  python3 - > port 2> requests <<'P' &
import functools, http.server
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="www")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_address[1], flush=True)
server.serve_forever()
P
  servers=($!)
  local i
  for i in $(seq 100); do [ -s port ] && break; sleep 0.1; done
  http=http://127.0.0.1:$(cat port)
  local at
  at=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "$(git --exec-path)/git-daemon" --listen=127.0.0.1 --port="$at" --base-path="$PWD/www" \
    --export-all "$PWD/www" 2> daemon.log &
  servers+=($!)
  daemon=git://127.0.0.1:$at
  for i in $(seq 100); do
    git ls-remote "$daemon/r.git" > /dev/null 2>&1 && break
    sleep 0.1
  done
}

teardown() {
  local server
  for server in ${servers[@]+"${servers[@]}"}; do kill "$server" || true; done
  empty_stores
}

@test "ADD of a repository gives the files of its default branch, as a checkout has them" {
  repository; serve
  for remote in "$http/r.git" "$daemon/r.git"; do
    build --no-cache <<F
FROM scratch
ADD $remote /src
F
    equal "$(lade cat app src/file)" one
    equal "$(file_of app src/file)" "-rw-r--r-- 0/0"
    equal "$(file_of app src/tool)" "-rwxr-xr-x 0/0"
    equal "$(file_of app src/dir)" "drwxr-xr-x 0/0"
    equal "$(lade cat app src/secret/s)" hidden
    equal "$(lade cat app src/subst)" '$Format:%H$'
    lade cat app src/crlf | cmp - <(printf 'a\r\nb\r\n')
    equal "$(lade ls -l app src/link | grep -c ' dir$')" 1
    lacks app src/.git
  done
}

@test "ADD of a repository takes branches, tags, commits, subdirectories and the query form" {
  repository; serve
  for remote in "$http/r.git" "$daemon/r.git"; do
    build --no-cache <<F
FROM scratch
ADD $remote#side /branch/
ADD $remote#refs/heads/side /full/
ADD $remote#light /light/
ADD $remote#noted /noted/
ADD $remote#$second /commit/
ADD $remote#main:dir /sub
ADD $remote#:link/deep /linked/
ADD $remote?branch=side&subdir=dir/deep /query/
ADD --checksum=$second $remote#noted /sum
ADD --checksum=${first:0:9} $remote /short
ADD --exclude=file --chown=7 --chmod=700 $remote?tag=light&checksum=$first /flags/
F
    for place in branch full noted commit sum; do equal "$(lade cat app $place/file)" two; done
    for place in light short; do equal "$(lade cat app $place/file)" one; done
    equal "$(lade cat app sub/deep/file)" in
    equal "$(lade cat app linked/file)" in
    equal "$(lade cat app query/file)" in
    lacks app flags/file sub/file
    equal "$(file_of app flags/tool)" "-rwx------ 7/7"
  done
}

@test "files of a repository have the time of the commit, or the epoch" {
  repository; serve
  build_times() {
    build --no-cache <<F
FROM scratch
ADD $http/r.git /src
F
    equal "$(lade export app | TZ=UTC tar -tv --full-time |
      awk '$6 ~ /^src/ { print $4 "T" $5 }' | sort -u)" "$1"
  }
  build_times 2023-11-14T22:13:20
  unset SOURCE_DATE_EPOCH
  build_times 2017-07-14T02:40:00
}

@test "a commit that was added before is not fetched again" {
  repository; serve
  build <<F
FROM scratch
ADD $http/r.git#$first /src
F
  : > requests
  build_again
  contains "$errors" "1 from the cache"
  equal "$(cat requests)" ""
  cat > ctx/Containerfile <<F
FROM scratch
ADD $http/r.git#main /src
F
  build_again
  contains "$errors" "1 from the cache"
  silent_about objects requests
  git -C work commit -q --allow-empty -m third; echo new > work/file
  git -C work commit -q -a -m fourth; git -C work push -q ../www/r.git main
  git -C www/r.git update-server-info
  build_again
  equal "$(lade cat app src/file)" new
}

@test "ADD --keep-git-dir keeps a repository that git can work on" {
  repository; serve
  for remote in "$http/r.git" "$daemon/r.git"; do
    build --no-cache <<F
FROM scratch
ADD --keep-git-dir=true $remote#side /src
ADD $remote?keep-git-dir&tag=noted /tagged/
F
    rm -rf out; mkdir out; lade export app | tar -x -C out --no-same-owner
    equal "$(git -C out/src rev-parse HEAD)" "$second"
    equal "$(git -C out/src status --porcelain)" ""
    equal "$(git -C out/src remote get-url origin)" "$remote"
    equal "$(git -C out/tagged describe)" noted
    git -C out/src fsck
    lacks app src/.git/info src/.git/hooks
  done
  lade export app | sha256sum > before
  build_again --no-cache
  lade export app | sha256sum | cmp - before
}

@test "a ref, checksum or subdirectory that is not there fails" {
  repository; serve
  for remote in "$http/r.git" "$daemon/r.git"; do
    build_fails 3 'no branch, tag or ref "nowhere"' <<F
FROM scratch
ADD $remote#nowhere /
F
    contains "$errors" "Containerfile:2"
    build_fails 4 "wanted commit 0123456789" <<F
FROM scratch
ADD --checksum=0123456789 $remote /
F
    build_fails 3 "no directory nowhere" <<F
FROM scratch
ADD $remote#main:nowhere /
F
    build_fails 2 "wanted a directory" <<F
FROM scratch
ADD $remote#main:file /
F
    build_fails 3 "" <<F
FROM scratch
ADD $remote#$(printf '0%.0s' {1..40}) /
F
    build_fails 3 "no directory root/etc" <<F
FROM scratch
ADD $http/r.git#main:root/etc /
F
  done
  build_fails 3 "nothing.git" <<F
FROM scratch
ADD $http/nothing.git /
F
  build_fails 6 "nothing.git" <<F
FROM scratch
ADD $daemon/nothing.git /
F
}

@test "hostile names of refs, remotes and subdirectories never reach git as options" {
  repository; serve
  for ref in '--upload-pack=touch pwned' '--upload-pack=x' '-x' '--output=x' 'a..b'; do
    build_fails 2 "cannot be the name of a git ref" <<F
FROM scratch
ADD ["$http/r.git#$ref", "/"]
F
  done
  build_fails 3 'no branch, tag or ref "+main"' <<F
FROM scratch
ADD $http/r.git#+main:dir /
F
  for subdir in ../../etc dir/../../x; do
    build_fails 2 "leads out of the repository" <<F
FROM scratch
ADD $http/r.git#main:$subdir /
F
  done
  for source in 'ext::touch pwned' 'file:///etc.git' '-oProxyCommand=x@h:b'; do
    build_fails 3 "no such file" <<F
FROM scratch
ADD ["$source", "/"]
F
  done
  [ ! -e pwned ]
}

@test "no setting of the user or of the repository makes git run something" {
  repository
  printf '[filter "evil"]\n  smudge = touch %s/pwned\n' "$PWD" > evil
  printf '[core]\n  fsmonitor = touch %s/pwned\n  hooksPath = %s/hooks\n' "$PWD" "$PWD" >> evil
  mkdir hooks
  for hook in post-checkout reference-transaction post-index-change; do
    printf '#!/bin/sh\ntouch %s/pwned\n' "$PWD" > "hooks/$hook"; chmod 755 "hooks/$hook"
  done
  serve
  export HOME=$PWD/home; mkdir home; cp evil home/.gitconfig
  GIT_CONFIG_GLOBAL=$PWD/evil GIT_DIR=$PWD/nowhere build <<F
FROM scratch
ADD --keep-git-dir $http/r.git /src
F
  [ ! -e pwned ]
  equal "$(lade cat app src/file)" one
}

@test "a password in a remote shows nowhere, and gets to the server" {
  repository
  needs git python3
  python3 - > port 2> /dev/null <<'P' &
import functools, http.server
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        with open("headers", "a") as log:
            log.write(str(self.headers.get("Authorization")) + "\n")
        if self.headers.get("Authorization") == "Basic dXNlcjpobi9zaA==":
            return super().do_GET()
        self.send_response(401)
        self.send_header("WWW-Authenticate", "Basic realm=x")
        self.end_headers()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory="www"))
print(server.server_address[1], flush=True)
server.serve_forever()
P
  servers=($!)
  local i
  for i in $(seq 100); do [ -s port ] && break; sleep 0.1; done
  local at
  at=127.0.0.1:$(cat port)
  build <<F
FROM scratch
ADD --keep-git-dir http://user:hn%2Fsh@$at/r.git /src
F
  equal "$(lade cat app src/file)" one
  silent_about hn%2Fsh stderr
  local secret
  for secret in hn%2Fsh hn/sh dXNlcjpobi9zaA==; do silent_about "$secret" "$LADE_ROOT"; done
  equal "$(lade history --no-trunc app | grep -c "http://$at/r.git /src")" 1
  build_fails 6 "http://$at/r.git" <<F
FROM scratch
ADD http://user:wrong@$at/r.git /src
F
  silent_about wrong stderr
}

@test "submodules are told of and stay empty directories" {
  repository
  git -C work -c protocol.file.allow=always submodule add -q "$PWD/www/r.git" mod
  git -C work commit -q -m module; git -C work push -q ../www/r.git main
  serve
  build <<F
FROM scratch
ADD $daemon/r.git /src
F
  contains "$errors" "submodules are not fetched, mod stays an empty directory"
  equal "$(lade ls app src/mod)" ""
  build_fails 5 "submodules" <<F
FROM scratch
ADD $daemon/r.git?submodules=true /src
F
}

@test "a remote over ssh is asked by ssh, without questions" {
  repository
  mkdir bin
  cat > bin/ssh <<'S'
#!/bin/sh
echo "$@" > ssh-words
case $* in *BatchMode=yes*example*) ;; *) exit 9 ;; esac
for command; do :; done
exec sh -c "cd '$REPOSITORIES' && $command"
S
  sed -i "s|^echo.*|echo \"\$@\" > $PWD/ssh-words|; s|\$REPOSITORIES|$PWD/www|" bin/ssh
  chmod 755 bin/ssh
  PATH=$PWD/bin:$PATH build <<F
FROM scratch
ADD git@example:r.git#side:dir /scp/
ADD ssh://git:word@example/$PWD/www/r.git /url/
F
  equal "$(lade cat app scp/deep/file)" in
  equal "$(lade cat app url/file)" one
  silent_about word ssh-words
}

@test "without git ADD says what is missing" {
  mkdir nothing ctx
  printf 'FROM scratch\nADD https://127.0.0.1/r.git /\n' > ctx/Containerfile
  local code=0
  PATH=$PWD/nothing "$LADE" build ctx 2> stderr || code=$?
  equal "$code" 3
  contains "$(cat stderr)" "there is no program git on this machine"
}

@test "a repository is added on top of what RUN left" {
  repository; serve; base
  build <<F
FROM base
RUN echo made > /made && mkdir -p /real && ln -s real /src
ADD --chown=app $http/r.git /src
RUN test "\$(cat /src/file /made | tr '\\n' ' ')" = "one made "
F
  equal "$(lade cat app real/file)" one
  equal "$(file_of app real/file)" "-rw-r--r-- 1000/1001"
}

@test "COPY of a URL or repository says that ADD takes them, and no password" {
  for source in https://u:word@h/r.git https://u:word@h/file git@h:r.git; do
    build_fails 2 "COPY takes nothing from the network, ADD does" <<F
FROM scratch
COPY $source /
F
    silent_about word stderr
  done
}
