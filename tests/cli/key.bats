load support

# Keys: made, read, converted and shown, with openssl, libsodium and SoftHSM on the other side.

PASS='correct horse'

setup_file() {
  # the tests say where a passphrase comes from
  unset LADE_KEY_PASSPHRASE COSIGN_PASSWORD LADE_PKCS11_PIN COSIGN_PKCS11_PIN
  unset LADE_PKCS11_MODULE_PATH COSIGN_PKCS11_MODULE_PATH
}

# pair [ARGUMENT…]: a pair of keys in lade.key and lade.pub that opens with $PASS.
pair() {
  [ -e pass ] || echo "$PASS" > pass
  lade key generate --passphrase-file pass "$@" > /dev/null
}

# openssl_signs_for KEY PUBLIC: openssl signs with one, and checks with the other.
openssl_signs_for() {
  echo message > message
  if openssl pkey -in "$1" -noout -text 2> /dev/null | grep -q ED25519; then
    openssl pkeyutl -sign -rawin -inkey "$1" -in message -out signature
    openssl pkeyutl -verify -rawin -pubin -inkey "$2" -in message -sigfile signature > /dev/null
  else
    openssl dgst -sha256 -sign "$1" -out signature message
    openssl dgst -sha256 -verify "$2" -signature signature message > /dev/null
  fi
}

# soft_token: a token of SoftHSM with the key soft.pem as "release"; $MODULE is its module.
soft_token() {
  needs softhsm2-util openssl
  MODULE=$(ls /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so 2> /dev/null | head -1)
  [ -n "$MODULE" ] || skip "SoftHSM's module is missing"
  mkdir tokens
  echo "directories.tokendir = $PWD/tokens" > softhsm.conf
  export SOFTHSM2_CONF=$PWD/softhsm.conf
  softhsm2-util --init-token --free --label 'build token' --so-pin 5678 --pin 271828 > /dev/null
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out soft.pem
  softhsm2-util --import soft.pem --token 'build token' --label release --id 0a --pin 271828 > /dev/null
}

@test "generate writes a pair that only its owner may read, and says where" {
  run_lade key generate --passphrase-file <(echo "$PASS")
  equal "$status $output" "0 Private key written to lade.key
Public key written to lade.pub"
  equal "$(stat -c %a lade.key) $(stat -c %a lade.pub)" "600 644"
  equal "$(head -1 lade.key)" "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----"
  equal "$(sed '1d;$d' lade.key | base64 -d | jq -c '.kdf.params')" '{"N":65536,"r":8,"p":1}'
  equal "$(COSIGN_PASSWORD=$PASS "$LADE" key public --key lade.key)" "$(cat lade.pub)"
  equal "$(ls -A | grep -v -e store -e stderr -e registries -e policy)" "lade.key
lade.pub"
}

@test "every type is made, and openssl signs with what lade wrote" {
  needs openssl
  local type
  for type in ecdsa-p256 ecdsa-p384 ecdsa-p521 ed25519 rsa-2048; do
    lade key generate --type $type --format pkcs8 --no-passphrase --output-key-prefix $type
    equal "$(lade key public --key $type.key --format '{{.kind}}')" "${type%-2048}"
    openssl_signs_for $type.key $type.pub
  done
  equal "$(lade key generate --type rsa-4096 --format pkcs8 --no-passphrase --output-key-prefix big > /dev/null &&
    lade key public --key big.key --format '{{.description}}')" "RSA 4096"
  fails_with 2 "--type must be one of ecdsa-p256, ecdsa-p384" key generate --type dsa --no-passphrase
}

@test "the names that cosign has do the same" {
  needs openssl
  COSIGN_PASSWORD=$PASS lade key generate-key-pair --output-key-prefix cosign
  equal "$(COSIGN_PASSWORD=$PASS "$LADE" key public-key --key cosign.key)" "$(cat cosign.pub)"
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out theirs.pem 2> /dev/null
  COSIGN_PASSWORD=$PASS lade key import-key-pair --key theirs.pem --output-key-prefix import-cosign
  equal "$(cat import-cosign.pub)" "$(openssl pkey -in theirs.pem -pubout)"
}

@test "nothing is replaced without --force" {
  pair
  cp lade.key before
  fails_with 7 "there is already lade.key; --force replaces it" key generate --no-passphrase
  rm lade.key
  fails_with 7 "there is already lade.pub" key generate --no-passphrase
  [ ! -e lade.key ]
  ln -s /nowhere lade.key
  fails_with 7 "there is already lade.key" key generate --no-passphrase
  rm lade.key
  mv before lade.key
  fails_with 7 "there is already lade.pub" key convert --key lade.key --passphrase-file pass \
    --format pkcs8 --output lade.pub
  fails_with 7 "there is already lade.pub" key public --key lade.pub --output lade.pub
  lade key generate --force --passphrase-file pass
  equal "$(stat -c %a lade.key)" 600
  equal "$(lade key public --key lade.key --passphrase-file pass)" "$(cat lade.pub)"
}

@test "what cannot be written leaves nothing" {
  pair
  mkdir closed
  fails_with 3 "no/such" key generate --no-passphrase --output-key-prefix no/such/place
  if [ "$(id -u)" != 0 ]; then
    chmod 500 closed
    fails_with 6 "closed" key generate --no-passphrase --output-key-prefix closed/k
  fi
  equal "$(ls -A closed)" ""
}

@test "keys go from openssl to lade in every form" {
  needs openssl
  echo "$PASS" > pass
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out ec.pem
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2> /dev/null
  openssl ec -in ec.pem -out sec1.pem 2> /dev/null
  openssl ec -in ec.pem -aes256 -passout file:pass -out sec1-locked.pem 2> /dev/null
  openssl rsa -in rsa.pem -traditional -out pkcs1.pem 2> /dev/null
  openssl pkcs8 -topk8 -in ec.pem -passout file:pass -out pbkdf2.pem
  openssl pkcs8 -topk8 -in ec.pem -passout file:pass -scrypt -out scrypt.pem
  openssl pkcs8 -topk8 -in ec.pem -passout file:pass -v1 PBE-SHA1-3DES -out old.pem
  local file
  for file in ec rsa sec1 sec1-locked pkcs1 pbkdf2 scrypt; do
    lade key import --key $file.pem --passphrase-file pass --output-key-prefix $file > /dev/null
    equal "$(cat $file.pub)" "$(openssl pkey -in $file.pem -passin file:pass -pubout)"
    equal "$(lade key public --key $file.key --passphrase-file pass)" "$(cat $file.pub)"
  done
  fails_with 5 "wanted PBES2" key import --key old.pem --passphrase-file pass --output-key-prefix old
}

@test "keys go from lade to openssl in every form" {
  needs openssl
  pair --type ecdsa-p256
  pair --type rsa-2048 --output-key-prefix rsa
  lade key convert --key lade.key --passphrase-file pass --format pkcs8 --output locked.pem
  equal "$(head -1 locked.pem) $(stat -c %a locked.pem)" "-----BEGIN ENCRYPTED PRIVATE KEY----- 600"
  equal "$(openssl pkey -in locked.pem -passin file:pass -pubout)" "$(cat lade.pub)"
  contains "$(openssl asn1parse -in locked.pem)" "hmacWithSHA256"
  lade key convert --key lade.key --passphrase-file pass --format pkcs8 --no-passphrase -o plain.pem
  equal "$(head -1 plain.pem)" "-----BEGIN PRIVATE KEY-----"
  lade key convert --key lade.key --passphrase-file pass --format sec1 --no-passphrase -o sec1.pem
  equal "$(head -1 sec1.pem)" "-----BEGIN EC PRIVATE KEY-----"
  lade key convert --key rsa.key --passphrase-file pass --format pkcs1 --no-passphrase -o pkcs1.pem
  equal "$(head -1 pkcs1.pem)" "-----BEGIN RSA PRIVATE KEY-----"
  openssl_signs_for plain.pem lade.pub
  openssl_signs_for sec1.pem lade.pub
  openssl_signs_for pkcs1.pem rsa.pub
}

@test "a form says what it cannot hold, and a bare key must be asked for" {
  pair
  fails_with 2 "sec1 has no encryption that holds; --no-passphrase says" \
    key convert --key lade.key --passphrase-file pass --format sec1 --output out.pem
  fails_with 2 "pkcs1 is for RSA keys; this one is ECDSA P-256" \
    key convert --key lade.key --passphrase-file pass --format pkcs1 --no-passphrase --output out.pem
  fails_with 2 "--format must be one of cosign, pkcs8, pkcs1, sec1" \
    key convert --key lade.key --passphrase-file pass --format jwk --output out.pem
  [ ! -e out.pem ]
}

@test "the passphrase stays when a key is converted, unless there is a new one" {
  pair
  echo other > other
  lade key convert --key lade.key --passphrase-file pass --format pkcs8 -o same.pem
  lade key public --key same.pem --passphrase-file pass
  lade key convert --key lade.key --passphrase-file pass --new-passphrase-file other \
    --format cosign -o other.pem
  lade key public --key other.pem --passphrase-file other
  fails_with 6 "the passphrase does not open other.pem" key public --key other.pem --passphrase-file pass
  lade key convert --key lade.key --passphrase-fd 5 --new-passphrase-fd 6 --format pkcs8 -o fd.pem \
    5< pass 6< other
  lade key public --key fd.pem --passphrase-fd 5 5< other
}

@test "an empty passphrase must be meant" {
  : > empty
  fails_with 2 "an empty passphrase protects nothing" key generate --passphrase-file empty
  COSIGN_PASSWORD='' lade key generate --output-key-prefix a
  COSIGN_PASSWORD='' lade key public --key a.key
  lade key generate --no-passphrase --output-key-prefix b
  LADE_KEY_PASSPHRASE='' lade key public --key b.key
  printf 'one\ntwo\n' > two
  fails_with 2 "two has more than one line" key generate --passphrase-file two --output-key-prefix c
}

@test "LADE_KEY_PASSPHRASE comes before cosign's variable, and flags before both" {
  pair
  LADE_KEY_PASSPHRASE=$PASS COSIGN_PASSWORD=wrong lade key public --key lade.key
  LADE_KEY_PASSPHRASE=wrong lade key public --key lade.key --passphrase-file pass
  LADE_KEY_PASSPHRASE=wrong fails_with 6 "the passphrase does not open lade.key" key public --key lade.key
}

@test "without a terminal a passphrase that nobody gave is an error" {
  pair
  fails_with 2 "there is no terminal to ask at: give --passphrase-file" key public --key lade.key < /dev/null
  fails_with 2 "there is no terminal to ask at" key generate --output-key-prefix new < /dev/null
  [ ! -e new.key ]
}

@test "at a terminal a passphrase is asked for twice, and never shown" {
  typed "private key: " "$PASS" "again: " "$PASS" -- key generate
  equal "$status" 0
  silent_about horse <<< "$output"
  typed "Passphrase of lade.key: " "$PASS" -- key public --key lade.key
  contains "$output" "$(cat lade.pub)"
  silent_about horse <<< "$output"
  typed "private key: " "$PASS" "again: " "wrong horse" -- key generate --output-key-prefix new
  equal "$status" 2
  contains "$output" "the two passphrases differ"
  silent_about horse <<< "$output"
  typed "private key: " "" "again: " "" -- key generate --output-key-prefix new
  contains "$output" "an empty passphrase protects nothing"
  [ ! -e new.key ]
}

@test "public shows a key's facts wherever it stands" {
  needs openssl
  pair
  lade key convert --key lade.key --passphrase-file pass --format pkcs8 --no-passphrase -o plain.pem
  openssl req -x509 -new -key plain.pem -subj /CN=x -days 1 -out crt.pem
  local id
  id=sha256:$(openssl pkey -pubin -in lade.pub -outform DER | sha256sum | cut -d' ' -f1)
  local file
  for file in lade.key:'private key' plain.pem:'private key' lade.pub:'public key' crt.pem:certificate; do
    equal "$(lade key public --key "${file%%:*}" --passphrase-file pass --format json |
      jq -r '"\(.schemaVersion) \(.kind) \(.description) \(.source) \(.id)"')" \
      "1 ecdsa-p256 ECDSA P-256 ${file#*:} $id"
  done
  equal "$(lade key public --key lade.pub --format '{{.hint}}' | base64 -d | od -An -tx1 | tr -d ' \n')" \
    "${id#sha256:}"
  lade key public --key lade.pub --outfile copy.pub
  cmp copy.pub lade.pub
}

@test "a key comes from a variable, too" {
  pair
  KEY=$(cat lade.key) COSIGN_PASSWORD=$PASS lade key public --key env://KEY > from-env.pub
  cmp from-env.pub lade.pub
  fails_with 3 "there is no key: NO_SUCH_KEY is not set" key public --key env://NO_SUCH_KEY
}

@test "what is no key, or too much, is refused as what it is" {
  echo nothing > text
  fails_with 2 "text holds no key: there is no PEM block in it" key public --key text
  fails_with 3 "cannot read the key: " key public --key missing
  fails_with 5 "not from awskms://" key public --key awskms://x
  head -c 100000 /dev/zero > large
  fails_with 2 "large is larger than the 65536 bytes allowed" key public --key large
  pair
  # a file that wants 128 GiB and an hour is refused before anything is asked for
  sed '1d;$d' lade.key | base64 -d | jq -c '.kdf.params.N=134217728' | base64 > body
  (head -1 lade.key; cat body; tail -1 lade.key) > costly.key
  fails_with 5 "asks for scrypt with N=134217728" key public --key costly.key < /dev/null
  needs openssl
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out k1.pem
  fails_with 5 "not P-256, P-384 or P-521" key import --key k1.pem --no-passphrase \
    --output-key-prefix k1
  openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out small.pem 2> /dev/null
  fails_with 5 "an RSA key of 1024 bits" key import --key small.pem --no-passphrase \
    --output-key-prefix small
}

@test "keys on a token are reached by their URI, and stay there" {
  soft_token
  openssl pkey -in soft.pem -pubout -out soft.pub
  local uri="pkcs11:token=build%20token;object=release"
  equal "$(lade key public --key "$uri?module-path=$MODULE&pin-value=271828")" "$(cat soft.pub)"
  echo 271828 > pin
  equal "$(lade key public --key "$uri?pin-source=$PWD/pin" --pkcs11-module "$MODULE")" "$(cat soft.pub)"
  equal "$(LADE_PKCS11_MODULE_PATH=$MODULE LADE_PKCS11_PIN=271828 "$LADE" key public --key 'pkcs11:id=%0a' \
    --format '{{.source}}')" token
  equal "$(COSIGN_PKCS11_MODULE_PATH=$MODULE COSIGN_PKCS11_PIN=271828 "$LADE" key public --key "$uri")" \
    "$(cat soft.pub)"
  fails_with 6 "does not accept the PIN" key public --key "$uri" --pkcs11-module "$MODULE" \
    --passphrase-file <(echo 314159)
  silent_about 314159 stderr
  fails_with 3 "names none of the 1 keys there" key public --key 'pkcs11:object=other' \
    --pkcs11-module "$MODULE" --passphrase-file pin
  fails_with 2 "needs a module" key public --key "$uri" --passphrase-file pin
  fails_with 5 "is on a token, which does not give keys away" key convert --key "$uri" --format pkcs8 -o x
}

@test "a sealed key is what cosign says it is: secretbox under scrypt, PKCS#8 in it" {
  needs python3 openssl
  pair
  sed '1d;$d' lade.key | base64 -d > sealed.json
  python3 - sealed.json "$PASS" > key.der <<'P'
import base64, ctypes, ctypes.util, hashlib, json, sys

sealed = json.load(open(sys.argv[1]))
kdf, cost = sealed["kdf"], sealed["kdf"]["params"]
lock = hashlib.scrypt(sys.argv[2].encode(), salt=base64.b64decode(kdf["salt"]), n=cost["N"],
                      r=cost["r"], p=cost["p"], maxmem=1 << 28, dklen=32)
box = base64.b64decode(sealed["ciphertext"])
sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
key = ctypes.create_string_buffer(len(box) - 16)
if sodium.crypto_secretbox_open_easy(key, box, ctypes.c_ulonglong(len(box)),
                                     base64.b64decode(sealed["cipher"]["nonce"]), lock) != 0:
    sys.exit("it does not open")
sys.stdout.buffer.write(key.raw)
P
  openssl pkcs8 -nocrypt -topk8 -inform DER -in key.der -out key.pem
  equal "$(openssl pkey -in key.pem -pubout)" "$(cat lade.pub)"
}

@test "secrets are in no output, log or error" {
  pair
  lade() { "$LADE" --log-level debug "$@"; }
  lade key convert --key lade.key --passphrase-file pass --format pkcs8 --no-passphrase -o plain.pem
  local body
  body=$(sed -n 2p plain.pem)
  export COSIGN_PASSWORD=$PASS
  {
    lade key public --key lade.key --format json
    lade key import --key plain.pem --output-key-prefix again
    lade key public --key again.key
    COSIGN_PASSWORD='wrong horse' lade key public --key lade.key || true
    KEY="$(head -2 plain.pem)" lade key public --key env://KEY || true
  } > log 2>&1 < /dev/null
  silent_about "${body:0:20}" log
  silent_about horse log
}

@test "a process that holds a key leaves no core dump" {
  mkfifo pass
  "$LADE" key generate --passphrase-file pass > /dev/null 3>&- &
  local program=$!
  exec 4> pass # opened once the program reads it
  contains "$(grep 'Max core' "/proc/$program/limits" | tr -s ' ')" "Max core file size 0 0"
  # what may not be dumped is root's in /proc
  [ "$(id -u)" = 0 ] || equal "$(stat -c %u "/proc/$program/environ")" 0
  echo "$PASS" >&4
  exec 4>&-
  wait "$program"
  [ -s lade.key ]
}

@test "a key without a passphrase is converted where nobody can be asked" {
  keys plain
  lade key convert --key plain.key --format pkcs8 --no-passphrase -o plain.pem < /dev/null
  equal "$(openssl pkey -in plain.pem -pubout)" "$(cat plain.pub)"
  fails_with 2 "no terminal" key convert --key plain.key --format pkcs8 -o again.pem
  [ ! -e again.pem ]
}
