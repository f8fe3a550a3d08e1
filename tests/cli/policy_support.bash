# What tests of signatures by gpg and of policies share.

# signer [PASSPHRASE]: a user with a key; $KEY is its fingerprint, keys.gpg its public half.
signer() {
  needs gpg
  export GNUPGHOME=$BATS_TEST_TMPDIR/gnupg
  mkdir -m 700 "$GNUPGHOME"
  gpg --batch --quiet --pinentry-mode loopback --passphrase "${1:-}" \
    --quick-generate-key signer@example.com rsa3072 sign never 2> /dev/null
  KEY=$(gpg --batch --with-colons --list-keys 2> /dev/null | sed -n 's/^fpr:*\([0-9A-F]*\):/\1/p' | head -1)
  gpg --batch --quiet --export > keys.gpg
}

# other_keys: other.gpg, of somebody who signs nothing here.
other_keys() {
  mkdir -m 700 other-gnupg
  GNUPGHOME=$PWD/other-gnupg gpg --batch --quiet --pinentry-mode loopback --passphrase '' \
    --quick-generate-key other@example.com rsa3072 sign never 2> /dev/null
  GNUPGHOME=$PWD/other-gnupg gpg --batch --quiet --export > other.gpg
  GNUPGHOME=$PWD/other-gnupg gpgconf --kill all || true
}

stop_gpg() {
  [ ! -d "$BATS_TEST_TMPDIR/gnupg" ] || GNUPGHOME=$BATS_TEST_TMPDIR/gnupg gpgconf --kill all || true
}

# file_server DIRECTORY: it is served at http://127.0.0.1:$PORT; what was asked is in served.log.
file_server() {
  needs python3
  : > served.log
  timeout 600 python3 -u -m http.server --bind 127.0.0.1 --directory "$1" 0 >> served.log 2>&1 3>&- &
  SERVERS+=($!)
  for _ in $(seq 100); do
    PORT=$(sed -n 's/^Serving HTTP on 127.0.0.1 port \([0-9]*\).*/\1/p' served.log)
    [ -z "$PORT" ] || return 0
    sleep 0.1
  done
  cat served.log
  return 1
}

# storage READ [WRITE]: where signatures of images on registries are.
storage() {
  { printf 'default-docker:\n  lookaside: %s\n' "$1"
    [ -z "${2:-}" ] || printf '  lookaside-staging: %s\n' "$2"
    echo '  use-sigstore-attachments: true'; } > "$HOME/.config/containers/registries.d/default.yaml"
}
