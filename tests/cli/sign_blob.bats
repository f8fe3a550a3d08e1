load support

# Files signed with keys: what openssl and lade verify-blob make of them.

setup_file() {
  unset LADE_KEY_PASSPHRASE COSIGN_PASSWORD LADE_TRUSTED_ROOT SIGSTORE_ID_TOKEN
}

# key TYPE: a pair without a passphrase, TYPE.key and TYPE.pub.
key() {
  lade key generate --no-passphrase --type "$1" --output-key-prefix "$1" > /dev/null
}

@test "a signature goes to stdout in base64, and openssl agrees with it" {
  needs openssl
  echo 'the artifact' > file
  local row
  for row in ecdsa-p256:256 ecdsa-p384:384 ecdsa-p521:512 rsa-3072:256; do
    key "${row%:*}"
    lade sign-blob --key "${row%:*}.key" file > sig64
    equal "$(wc -l < sig64)" 1
    base64 -d sig64 > sig
    openssl dgst "-sha${row#*:}" -verify "${row%:*}.pub" -signature sig file
    lade verify-blob --key "${row%:*}.pub" --signature sig64 file > verdict
  done
  key ed25519
  lade sign-blob --key ed25519.key --b64=false file > sig
  openssl pkeyutl -verify -pubin -inkey ed25519.pub -rawin -in file -sigfile sig
  lade verify-blob --key ed25519.pub --signature sig file > verdict
}

@test "a bundle is what verify-blob wants, of a file and of its digest" {
  key ecdsa-p256
  echo 'the artifact' > file
  run_lade sign-blob --key ecdsa-p256.key --bundle bundle.json file
  equal "$status $output" "0 "
  lade verify-blob --key ecdsa-p256.pub --bundle bundle.json file > verdict
  lade verify-blob --key ecdsa-p256.pub --bundle bundle.json "sha256:$(sha256sum < file | cut -c-64)" > verdict
  echo other > file
  fails_with 6 "is untrusted" verify-blob --key ecdsa-p256.pub --bundle bundle.json file
}

@test "stdin is signed, and signatures are written to files" {
  key ecdsa-p256
  printf artifact > file
  run_lade sign-blob --key ecdsa-p256.key --output-signature sig - < file
  equal "$status $output" "0 "
  lade verify-blob --key ecdsa-p256.pub --signature sig file > verdict
  lade sign-blob --key ecdsa-p256.key --output-signature raw --b64=false file
  base64 -w0 raw > again
  equal "$(wc -c < again)" "$(wc -c < sig)"
  lade verify-blob --key ecdsa-p256.pub --signature raw file > verdict
}

@test "a file larger than memory is to be used for is signed by its hash" {
  key ecdsa-p256
  key ed25519
  truncate -s 300M file
  lade sign-blob --key ecdsa-p256.key --bundle bundle.json file
  lade verify-blob --key ecdsa-p256.pub --bundle bundle.json file > verdict
  fails_with 2 "bytes" sign-blob --key ed25519.key file
}

@test "what cannot be signed or written is told" {
  key ecdsa-p256
  echo x > file
  fails_with 3 "nothing" sign-blob --key ecdsa-p256.key nothing
  fails_with 2 "a key has no certificate" sign-blob --key ecdsa-p256.key --output-certificate c file
  fails_with 2 "no time-stamp authority is named" sign-blob --key ecdsa-p256.key --rfc3161-timestamp t file
  fails_with 3 "missing" sign-blob --key ecdsa-p256.key --bundle missing/b file
  fails_with 2 "nobody signs" sign-blob file
}

@test "what is no regular file is written into, and links are followed" {
  key ecdsa-p256
  echo x > file
  lade sign-blob --key ecdsa-p256.key --output-signature /dev/null file
  [ -c /dev/null ]
  lade sign-blob --key ecdsa-p256.key --output-signature /dev/stdout file > out
  lade verify-blob --key ecdsa-p256.pub --signature out file > verdict
  lade sign-blob --key ecdsa-p256.key --bundle >(cat > piped) file
  wait $!
  lade verify-blob --key ecdsa-p256.pub --bundle piped file > verdict
  mkfifo pipe
  timeout 20 cat pipe > bundle.json &
  lade sign-blob --key ecdsa-p256.key --bundle pipe file
  wait $!
  [ -p pipe ]
  lade verify-blob --key ecdsa-p256.pub --bundle bundle.json file > verdict
  mkdir place
  echo old > place/old
  ln -s place/old link
  ln -s place/new dangling
  local one
  for one in link dangling; do
    lade sign-blob --key ecdsa-p256.key --bundle "$one" file
    [ -L "$one" ]
    lade verify-blob --key ecdsa-p256.pub --bundle "$one" file > verdict
  done
  [ -f place/new ]
}

@test "nothing is written where not all can be" {
  key ecdsa-p256
  echo x > file
  mkdir directory
  fails_with 3 missing sign-blob --key ecdsa-p256.key --output-signature sig --bundle missing/b file
  fails_with 2 "it is a directory" sign-blob --key ecdsa-p256.key --output-signature sig --bundle directory file
  [ ! -e sig ]
}
