load support
load registry_support

# Logging in to Debian's docker-registry, with passwords and with tokens, and what others make of it.

# kept FILE: who an auth file has, as "KEY USER:PASSWORD" lines.
kept() {
  jq -r '.auths | to_entries[] | "\(.key) \(.value.auth // "" | @base64d)"' "$1"
}

@test "login checks the password, keeps it for its user alone, and logout forgets it" {
  needs jq
  secure_registry
  fails_with 6 "401" login --cert-dir certs -u me --password-stdin "$HOST" <<< wr0ng
  silent_about wr0ng stderr
  [ ! -e run/containers/auth.json ]
  run_lade login --cert-dir certs -u me --password-stdin "$HOST" <<< s3cret
  equal "$status $output" "0 Login Succeeded!"
  equal "$(stat -c %a run/containers/auth.json)" 600
  equal "$(kept run/containers/auth.json)" "$HOST me:s3cret"
  equal "$(lade login --get-login "$HOST")" me
  image app
  lade copy -q --dest-cert-dir certs app "docker://$HOST/app:1"
  run_lade login --cert-dir certs "$HOST"
  contains "$output" "Already logged in to $HOST"
  equal "$(lade logout "$HOST")" "Removed login credentials for $HOST"
  equal "$(jq -c . run/containers/auth.json)" '{"auths":{}}'
  fails_with 3 "not logged in to $HOST" login --get-login "$HOST"
  fails_with 3 "not logged in to $HOST" logout "$HOST"
  fails_with 6 "401" inspect --cert-dir certs "docker://$HOST/app:1"
}

@test "skopeo, podman and buildah read what lade keeps, and lade what they keep" {
  needs skopeo podman buildah
  secure_registry
  lade login --cert-dir certs -u me --password-stdin "$HOST" <<< s3cret
  for tool in skopeo podman buildah; do
    equal "$($tool login --get-login "$HOST")" me
    $tool logout "$HOST"
    fails_with 3 "not logged in" login --get-login "$HOST"
    $tool login --cert-dir certs -u me --password-stdin "$HOST" <<< s3cret
    equal "$(lade login --get-login "$HOST")" me
  done
  lade logout "$HOST"
  if skopeo login --get-login "$HOST"; then return 1; fi
}

@test "a part of a registry has credentials of its own" {
  needs jq
  secure_registry
  lade login --cert-dir certs --authfile auth.json -u me -p s3cret "$HOST/team"
  equal "$(kept auth.json)" "$HOST/team me:s3cret"
  image app
  lade copy -q --dest-cert-dir certs --authfile auth.json app "docker://$HOST/team/app:1"
  fails_with 6 "401" copy --dest-cert-dir certs --authfile auth.json app "docker://$HOST/other/app:1"
  fails_with 3 "not logged in to $HOST" login --get-login --authfile auth.json "$HOST"
  lade logout --authfile auth.json "$HOST/team"
  fails_with 6 "401" inspect --cert-dir certs --authfile auth.json "docker://$HOST/team/app:1"
}

@test "what else is in the file stays, and --all forgets everybody" {
  needs jq
  secure_registry
  echo '{"auths":{"a.io":{"auth":"dTpw"}},"HttpHeaders":{"X":"1"},"detachKeys":"ctrl-e"}' > auth.json
  lade login --cert-dir certs --authfile auth.json -u me --password-stdin "$HOST" <<< s3cret
  equal "$(kept auth.json)" "a.io u:p
$HOST me:s3cret"
  equal "$(jq -c '[.HttpHeaders.X, .detachKeys]' auth.json)" '["1","ctrl-e"]'
  lade logout --all --authfile auth.json
  equal "$(jq -c . auth.json)" '{"auths":{},"HttpHeaders":{"X":"1"},"detachKeys":"ctrl-e"}'
  contains "$(lade logout -a --authfile auth.json)" "There were no credentials"
}

@test "a credential helper keeps what the file says it keeps" {
  needs jq
  secure_registry
  mkdir bin
  cat > bin/docker-credential-here <<'S'
#!/bin/sh
case $1 in
  store) cat > "$HOME/helper.json" ;;
  get) cat "$HOME/helper.json" 2> /dev/null || { echo "credentials not found in native keychain"; exit 1; } ;;
  erase) rm "$HOME/helper.json" ;;
esac
S
  chmod +x bin/docker-credential-here
  export PATH=$PWD/bin:$PATH
  printf '{"credHelpers":{"%s":"here"}}' "$HOST" > auth.json
  run_lade login -v --cert-dir certs --authfile auth.json -u me --password-stdin "$HOST" <<< s3cret
  contains "$output" "Used: the credential helper here (auth.json)"
  equal "$(jq -r .Secret helper.json)" s3cret
  silent_about czNjcmV0 auth.json
  equal "$(lade login --get-login --authfile auth.json "$HOST")" me
  lade logout --authfile auth.json "$HOST"
  [ ! -e helper.json ]
}

@test "a file for docker has docker's names" {
  needs jq
  plain_registry
  printf '[[registry]]\nprefix = "docker.io"\nlocation = "docker.io"\nblocked = true\n' >> registries.conf
  run_lade login --compat-auth-file config.json -u me --password-stdin "$HOST" <<< s3cret
  contains "$errors" "lets everybody in"
  equal "$(kept config.json)" "$HOST me:s3cret"
  fails_with 2 "knows no paths" login --compat-auth-file config.json -u me -p s3cret "$HOST/team"
  fails_with 2 "different files" login --compat-auth-file a --authfile b -u me -p s3cret "$HOST"
  fails_with 6 "blocked" login -u me --password-stdin <<< s3cret
}

@test "a terminal is asked, and does not show the password" {
  needs jq
  secure_registry
  typed Username: me Password: s3cret -- login --cert-dir certs --authfile auth.json "$HOST"
  contains "$output" "Login Succeeded!"
  silent_about s3cret <<< "$output"
  equal "$(kept auth.json)" "$HOST me:s3cret"
  typed "Username (me):" "" -- login --cert-dir certs --authfile auth.json -p s3cret "$HOST"
  contains "$output" "Login Succeeded!"
  printf '{"auths":{"%s":{"auth":"%s"}}}' "$HOST" "$(printf me:old | base64)" > auth.json
  typed "Username (me):" "" Password: s3cret -- login --cert-dir certs --authfile auth.json "$HOST"
  contains "$output" "the existing credentials are refused"
  equal "$(kept auth.json)" "$HOST me:s3cret"
  fails_with 2 "there is no terminal to ask at" login -u me "$HOST" < /dev/null
  fails_with 2 "no password on standard input" login -u me --password-stdin "$HOST" < /dev/null
  fails_with 2 "goes with --username" login --password-stdin "$HOST" <<< s3cret
}

@test "with tokens: a password is checked with the token server, and never sent to the registry" {
  token_registry
  fails_with 6 "401" login --authfile auth.json -u me --password-stdin "$HOST" <<< wr0ng
  lade login --authfile auth.json -u me --password-stdin "$HOST" <<< s3cret
  equal "$(cut -d' ' -f1,2 token.log)" "401 -
200 me"
  image app
  fails_with 6 "401" copy app "docker://$HOST/team/app:1"
  lade copy -q --authfile auth.json app "docker://$HOST/team/app:1"
  lade copy -q --authfile auth.json app "docker://$HOST/public/app:1"
  lade inspect "docker://$HOST/public/app:1" > inspected
  fails_with 6 "401" inspect "docker://$HOST/team/app:1"
  lade inspect --authfile auth.json "docker://$HOST/team/app:1" > inspected
  contains "$(tail -n 1 token.log)" "200 me repository:team/app:pull"
  # a proxy sees what the registry gets
  printf '[[registry]]\nlocation = "registry.invalid"\ninsecure = true\n' >> registries.conf
  serve proxy.port http_proxy.py "$HOST" "$PWD"
  export HTTP_PROXY=http://127.0.0.1:$PORT
  export HTTPS_PROXY=$HTTP_PROXY
  lade login --authfile auth.json -u me --password-stdin registry.invalid <<< s3cret
  contains "$(cat proxy.log)" "GET http://registry.invalid/v2/ Bearer"
  silent_about Basic proxy.log
}

@test "the log tells each request with its answer, and no secret" {
  token_registry
  image app
  lade --log-level debug login --authfile auth.json -u me --password-stdin "$HOST" <<< s3cret 2> log
  lade --log-level debug copy -q --authfile auth.json app "docker://$HOST/team/app:1" 2>> log
  lade copy -q --log-level debug --creds me:s3cret "docker://$HOST/team/app:1" dir:app 2>> log
  contains "$(cat log)" "lade: debug: GET http://$HOST/v2/: 401"
  contains "$(cat log)" "lade: debug: GET http://127.0.0.1:$PORT/token: 200"
  contains "$(cat log)" "lade: debug: PUT http://$HOST/v2/team/app/manifests/1: 201"
  silent_about s3cret log
  silent_about "$(printf me:s3cret | base64)" log
  silent_about eyJ log # how a token begins
  lade --log-level error copy -q --authfile auth.json "docker://$HOST/team/app:1" dir:again 2> quiet
  [ ! -s quiet ]
  fails_with 2 "--log-level" --log-level loud images
}
