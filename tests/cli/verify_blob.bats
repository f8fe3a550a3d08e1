load support

# Signatures of files, checked by the real program.

setup_file() {
  export CORPORA=${LADE_CORPORA:-$BATS_TEST_DIRNAME/../../../shared/corpora}
  export CASES=$CORPORA/sigstore/bundle-verify
  export PUBLIC_GOOD=$CORPORA/sigstore/trusted_root.public-good.json
  export BEACON=https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main
  export GITHUB=https://token.actions.githubusercontent.com
}

needs_corpora() { [ -d "$CASES" ] || skip "no corpora"; }

# client CASE ARTIFACT: what the conformance suite runs.
client() {
  local dir=$CASES/$1 root=$PUBLIC_GOOD identity=$BEACON issuer=$GITHUB
  [ ! -e "$dir/trusted_root.json" ] || root=$dir/trusted_root.json
  [ ! -e "$dir/identity" ] || identity=$(cat "$dir/identity")
  [ ! -e "$dir/issuer" ] || issuer=$(cat "$dir/issuer")
  local who=(--certificate-identity "$identity" --certificate-oidc-issuer "$issuer")
  [ ! -e "$dir/key.pub" ] || who=(--key "$dir/key.pub")
  "$BATS_TEST_DIRNAME/../conformance/sigstore-client" verify-bundle --bundle "$dir/bundle.sigstore.json" \
    "${who[@]}" --trusted-root "$root" "$2"
}

@test "every case of the conformance suite gets the verdict in its name, by file and by digest" {
  needs_corpora
  local dir name artifact form code wrong=0
  for dir in "$CASES"/*/; do
    name=$(basename "$dir")
    artifact=$CASES/a.txt
    [ ! -e "$dir/artifact" ] || artifact=$dir/artifact
    for form in "$artifact" "sha256:$(sha256sum < "$artifact" | cut -c-64)"; do
      code=0
      client "$name" "$form" > out 2>&1 || code=$?
      case $name:$code in
        *_fail:6) ;;
        *_fail:*) echo "$name $form: $code $(cat out)"; wrong=1 ;;
        *:0) ;;
        *) echo "$name $form: $code $(cat out)"; wrong=1 ;;
      esac
    done
  done
  [ "$wrong" = 0 ]
}

@test "a good signature is told of: who, when, which log, which trusted root" {
  needs_corpora
  run_lade verify-blob --bundle "$CASES/happy-path-v0.1/bundle.sigstore.json" --trusted-root "$PUBLIC_GOOD" \
    --certificate-identity-regexp '^https://github.com/sigstore-conformance/' \
    --certificate-oidc-issuer "$GITHUB" "$CASES/a.txt"
  [ "$status" = 0 ]
  contains "$output" "a.txt: valid"
  contains "$output" "$BEACON"
  contains "$output" "2023-07-12T15:56:36Z, by transparency log https://rekor.sigstore.dev"
  contains "$output" "as entry 27246492 of https://rekor.sigstore.dev"
  contains "$output" "$PUBLIC_GOOD"
}

@test "a verdict is told as JSON, a refusal with its reason" {
  needs_corpora
  needs jq
  local flags=(--format json --trusted-root "$PUBLIC_GOOD" --certificate-identity "$BEACON"
    --certificate-oidc-issuer "$GITHUB")
  lade verify-blob "${flags[@]}" --bundle "$CASES/happy-path-v0.1/bundle.sigstore.json" "$CASES/a.txt" > good.json
  equal "$(jq -r '.verdict, .signer.extensions.buildTrigger, .logEntries[0].index' good.json | xargs)" \
    "valid workflow_dispatch 27246492"
  run_lade verify-blob "${flags[@]}" --bundle "$CASES/signature-mismatch_fail/bundle.sigstore.json" "$CASES/a.txt"
  [ "$status" = 6 ]
  equal "$(jq -r .verdict <<< "$output")" untrusted
  contains "$(jq -r .reason <<< "$output")" "is not by the key of its certificate"
}

@test "a signature by openssl is checked with the key, without any network or trusted root" {
  needs openssl
  printf hello > file
  openssl ecparam -name prime256v1 -genkey -noout -out k.pem
  openssl ec -in k.pem -pubout -out k.pub 2> /dev/null
  openssl dgst -sha256 -sign k.pem -out raw file
  base64 -w0 raw > file.sig
  lade verify-blob --key k.pub --signature file.sig --insecure-ignore-tlog file
  lade verify-blob --key k.pub --signature raw --insecure-ignore-tlog - < file
  lade verify-blob --key k.pub --signature raw --insecure-ignore-tlog "sha256:$(sha256sum < file | cut -c-64)"
  printf hellO > other
  fails_with 6 "other is untrusted: the signature is not one of" \
    verify-blob --key k.pub --signature file.sig --insecure-ignore-tlog other
  echo '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}' > nobody.json
  fails_with 6 "0 of 1 entries in transparency logs" \
    verify-blob --key k.pub --signature file.sig --trusted-root nobody.json file
}

@test "an Ed25519 signature is over bytes, and a digest does not do" {
  needs openssl
  printf hello > file
  openssl genpkey -algorithm ed25519 -out k.pem
  openssl pkey -in k.pem -pubout -out k.pub
  openssl pkeyutl -sign -inkey k.pem -rawin -in file -out file.sig
  lade verify-blob --key k.pub --signature file.sig --insecure-ignore-tlog file
  fails_with 6 "is over the bytes themselves" verify-blob --key k.pub --signature file.sig \
    --insecure-ignore-tlog "sha256:$(sha256sum < file | cut -c-64)"
}

@test "the trusted root is found where the user has it" {
  needs_corpora
  mkdir -p home/.sigstore/root/tuf-repo-cdn.sigstore.dev/targets
  cp "$PUBLIC_GOOD" home/.sigstore/root/tuf-repo-cdn.sigstore.dev/targets/trusted_root.json
  local flags=(--bundle "$CASES/happy-path-v0.1/bundle.sigstore.json" --certificate-identity "$BEACON"
    --certificate-oidc-issuer "$GITHUB" "$CASES/a.txt")
  HOME=$PWD/home run_lade verify-blob "${flags[@]}"
  contains "$output" "home/.sigstore/root/tuf-repo-cdn.sigstore.dev/targets/trusted_root.json"
  cp "$PUBLIC_GOOD" mine.json
  LADE_TRUSTED_ROOT=mine.json HOME=$PWD/home run_lade verify-blob "${flags[@]}"
  contains "$output" "mine.json"
  HOME=$PWD/nobody fails_with 3 "there is no trusted root" verify-blob "${flags[@]}"
}

@test "flags that leave open whom to trust are refused" {
  fails_with 2 "nobody was named to trust" verify-blob --bundle b file
  fails_with 2 "give the signature by one of --bundle and --signature" verify-blob --key k file
  fails_with 2 "--certificate-oidc-issuer-regexp" verify-blob --bundle b --certificate-identity me file
  fails_with 2 "--certificate goes with --signature" verify-blob --bundle b --certificate c --key k file
  printf x > file
  openssl ecparam -name prime256v1 -genkey -noout 2> /dev/null | openssl ec -pubout -out k.pub 2> /dev/null
  fails_with 3 "file is absent" verify-blob --bundle none --key k.pub --insecure-ignore-tlog file
}
