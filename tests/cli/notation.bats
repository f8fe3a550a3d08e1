load support
load registry_support

# Notary Project signatures: made, held against openssl, checked by roots and trust policies.

setup_file() {
  unset LADE_KEY_PASSPHRASE COSIGN_PASSWORD LADE_TRUSTED_ROOT XDG_CONFIG_HOME
}

# authority NAME: a root, NAME.pem, with its key, NAME.key.
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -config /dev/null \
    -subj "/C=US/O=Example/CN=$1" -keyout "$1.key" -out "$1.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2> /dev/null
}

# signer NAME AUTHORITY [OPTION…]: a key, NAME.key, and NAME.chain with its certificate and the
# authority's. Options are those of openssl genpkey; by default it makes a P-256 key.
signer() {
  local name=$1 authority=$2
  shift 2
  [ $# -gt 0 ] || set -- -algorithm EC -pkeyopt ec_paramgen_curve:P-256
  openssl genpkey "$@" -out "$name.key" 2> /dev/null
  openssl req -new -key "$name.key" -config /dev/null -subj "/C=US/ST=WA/O=Example/CN=$name" -out csr
  printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n' > extensions
  openssl x509 -req -in csr -CA "$authority.pem" -CAkey "$authority.key" -days 20 -extfile extensions \
    -out "$name.pem" 2> /dev/null
  cat "$name.pem" "$authority.pem" > "$name.chain"
}

# policy LEVEL SCOPE: a trust policy of one statement on the store "acme".
policy() {
  printf '{"version":"1.0","trustPolicies":[{"name":"one","registryScopes":["%s"],
    "signatureVerification":{"level":"%s"},"trustStores":["ca:acme"],
    "trustedIdentities":["x509.subject: C=US, ST=WA, O=Example"]}]}' "$2" "$1"
}

# trust AUTHORITY: a trust store that has this authority as "acme", in ./trust.
trust() {
  rm -rf trust
  mkdir -p trust/x509/ca/acme
  cp "$1.pem" trust/x509/ca/acme/root.pem
}

@test "what is written is what openssl verifies, with ECDSA and RSA" {
  needs python3
  needs openssl
  authority root
  signer ec root
  signer rsa root -algorithm RSA -pkeyopt rsa_keygen_bits:2048
  local name
  for name in ec rsa; do
    image "app-$name"
    lade sign --key "$name.key" --forms notation --certificate-chain "$name.chain" -a build=7 \
      "app-$name" > digest
    lade copy -q "app-$name" "oci:layout-$name:app"
    python3 - "layout-$name" "$name.pem" "$(cat digest)" << 'EOF'
import base64, glob, hashlib, json, subprocess, sys
layout, certificate, digest = sys.argv[1:]
def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
def blobs():
    for path in glob.glob(layout + "/blobs/sha256/*"):
        data = open(path, "rb").read()
        if data[:1] == b"{":
            yield json.loads(data)
manifest, = [b for b in blobs() if b.get("config", {}).get("mediaType") == "application/vnd.cncf.notary.signature"]
assert manifest["subject"]["digest"] == digest
assert manifest["layers"][0]["mediaType"] == "application/jose+json"
envelope, = [b for b in blobs() if "payload" in b]
header = json.loads(decode(envelope["protected"]))
assert header["cty"] == "application/vnd.cncf.notary.payload.v1+json"
assert header["crit"] == ["io.cncf.notary.signingScheme"]
target = json.loads(decode(envelope["payload"]))["targetArtifact"]
assert target["digest"] == digest and target["annotations"] == {"build": "7"}, target
thumbprints = json.loads(manifest["annotations"]["io.cncf.notary.x509chain.thumbprint#S256"])
chain = [base64.b64decode(one) for one in envelope["header"]["x5c"]]
assert thumbprints == [hashlib.sha256(one).hexdigest() for one in chain]
open("signed", "w").write(envelope["protected"] + "." + envelope["payload"])
signature = decode(envelope["signature"])
options = []
if header["alg"] == "ES256":
    assert len(signature) == 64
    def number(data):
        data = data.lstrip(b"\0")
        data = b"\0" + data if data[:1] > b"\x7f" else data
        return b"\x02" + bytes([len(data)]) + data
    both = number(signature[:32]) + number(signature[32:])
    signature = b"\x30" + bytes([len(both)]) + both
else:
    assert header["alg"] == "PS256"
    options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
open("signature", "wb").write(signature)
key = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-pubkey"], check=True, capture_output=True)
open("public", "wb").write(key.stdout)
subprocess.run(["openssl", "dgst", "-sha256", "-verify", "public", *options, "-signature", "signature", "signed"], check=True)
EOF
    lade verify --certificate-chain root.pem "app-$name" > verdict
    contains "$(cat verdict)" ": valid"
    contains "$(cat verdict)" "CN=$name"
  done
}

@test "a root that did not issue the certificate is not enough, nor is a key alone" {
  needs openssl
  needs jq
  authority root
  authority other
  signer release root
  image app
  fails_with 3 "is absent" verify --certificate-chain root.pem app
  lade sign --key release.key --forms notation --certificate-chain release.chain app > /dev/null
  fails_with 6 "authenticity: " verify --certificate-chain other.pem app
  fails_with 2 "nobody was named" verify app
  openssl pkey -in release.key -pubout -out release.pub
  fails_with 6 "and neither was given" verify --key release.pub app
  run_lade verify --certificate-chain root.pem --format json app
  equal "$(jq -r '.manifests[0].signatures[0] | .form + " " + .verdict + " " + .rule' <<< "$output")" \
    "notation valid --certificate-chain"
  equal "$(jq -r '[.manifests[0].signatures[0].checks[].check] | join(" ")' <<< "$output")" \
    "integrity authenticity authenticTimestamp expiry revocation"
  equal "$(jq -r '[.manifests[0].signatures[0].checks[].result] | unique | join(" ")' <<< "$output")" passed
  contains "$(lade trail app)" "not checked"
  equal "$(lade trail --certificate-chain root.pem --format json app | jq -r '.trail[0].standing')" verified
  contains "$(lade trail --certificate-chain root.pem app)" "notation signature, signed by CN=release"
  contains "$(lade trail --certificate-chain other.pem app)" "not verified: "
}

@test "signing wants the certificates of the key, and they want to be a signer's" {
  needs openssl
  authority root
  signer release root
  signer other root
  image app
  fails_with 2 "go together" sign --key release.key --forms notation app
  fails_with 2 "go together" sign --key release.key --certificate-chain release.chain app
  fails_with 2 "is not one of the key" sign --key other.key --forms notation \
    --certificate-chain release.chain app
  fails_with 2 "an authority's" sign --key root.key --forms notation --certificate-chain root.pem app
  fails_with 2 "is no root" sign --key release.key --forms notation --certificate-chain release.pem app
  fails_with 3 "is absent" verify --certificate-chain root.pem app
}

@test "a trust policy decides, and says by which statement" {
  needs openssl
  needs jq
  authority root
  authority other
  signer release root
  image app
  lade sign --key release.key --forms notation --certificate-chain release.chain app > /dev/null
  trust root
  policy strict '*' > policy.json
  run_lade verify --notation-trust-policy policy.json --notation-trust-store trust app
  equal "$status" 0
  contains "$output" 'rule          the statement "one", level strict, of policy.json'
  policy strict localhost/app > policy.json
  lade verify --notation-trust-policy policy.json --notation-trust-store trust app > /dev/null
  contains "$(lade trail --notation-trust-policy policy.json --notation-trust-store trust app)" " verified, "
  policy strict localhost/other > policy.json
  fails_with 6 "policy.json has no statement for localhost/app" verify \
    --notation-trust-policy policy.json --notation-trust-store trust app
  trust other
  policy strict '*' > policy.json
  fails_with 6 'enforced by the statement "one"' verify --notation-trust-policy policy.json \
    --notation-trust-store trust app
  policy audit '*' > policy.json
  run_lade verify --notation-trust-policy policy.json --notation-trust-store trust app
  equal "$status" 0
  contains "$output" "authenticity failed, logged"
  policy lax '*' > policy.json
  fails_with 2 'the level "lax"' verify --notation-trust-policy policy.json \
    --notation-trust-store trust app
}

@test "Notation's own policy and store are what counts if nobody else is named" {
  needs openssl
  authority root
  signer release root
  image app
  lade sign --key release.key --forms notation --certificate-chain release.chain app > /dev/null
  export XDG_CONFIG_HOME=$PWD/config
  fails_with 2 "nobody was named" verify app
  fails_with 3 "there is no trust policy of Notation" verify --notation-trust-store trust app
  mkdir -p config/notation
  trust root
  mv trust config/notation/truststore
  policy strict '*' > config/notation/trustpolicy.json
  lade verify app > /dev/null
  printf '{"version":"1.0","trustPolicies":[{"name":"off","registryScopes":["localhost/app"],
    "signatureVerification":{"level":"skip"}}]}' > config/notation/trustpolicy.oci.json
  run_lade verify app
  equal "$status" 0
  contains "$output" 'valid: nothing was looked at: the statement "off", level skip'
}

@test "Notary Project signatures travel with the image, and a byte that was changed is caught" {
  needs curl
  needs openssl
  needs python3
  plain_registry
  authority root
  signer release root
  image app
  lade push app "docker://$HOST/app:1" 2> /dev/null
  lade sign --key release.key --forms notation,bundle --certificate-chain release.chain \
    "docker://$HOST/app:1" > /dev/null
  lade copy -q "docker://$HOST/app:1" oci:layout:app
  lade copy -q oci:layout:app dir:directory
  local place part
  for place in "docker://$HOST/app:1" oci:layout:app dir:directory; do
    lade verify --certificate-chain root.pem "$place" > /dev/null
  done
  for part in payload protected signature x5c; do
    # all digests on the way to the envelope are made right again: only the signature can tell
    python3 - "$part" << 'EOF'
import hashlib, json, os, shutil, sys
part = sys.argv[1]
root = "tampered-" + part
shutil.copytree("layout", root)
def path(digest):
    return root + "/blobs/sha256/" + digest.removeprefix("sha256:")
def store(data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    open(path(digest), "wb").write(data)
    return digest
for name in os.listdir(root + "/blobs/sha256"):
    data = open(root + "/blobs/sha256/" + name, "rb").read()
    if b'"application/vnd.cncf.notary.signature"' in data and b'"layers"' in data:
        break
manifest = json.loads(data)
envelope = json.loads(open(path(manifest["layers"][0]["digest"]), "rb").read())
holder = envelope["header"] if part == "x5c" else envelope
value = holder[part][0] if part == "x5c" else holder[part]
at = len(value) // 2
value = value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1:]
holder[part] = [value] + holder[part][1:] if part == "x5c" else value
changed = json.dumps(envelope).encode()
manifest["layers"][0].update(digest=store(changed), size=len(changed))
changed = json.dumps(manifest).encode()
index = json.load(open(root + "/index.json"))
# what refers to an image is listed under the fallback tag
entry, = [e for e in index["manifests"]
          if "sha256-" in e.get("annotations", {}).get("org.opencontainers.image.ref.name", "")]
listed = json.load(open(path(entry["digest"])))
referrer, = [e for e in listed["manifests"] if e["digest"].endswith(name)]
referrer.update(digest=store(changed), size=len(changed))
changed = json.dumps(listed).encode()
entry.update(digest=store(changed), size=len(changed))
json.dump(index, open(root + "/index.json", "w"))
EOF
    fails_with 6 "is untrusted" verify --certificate-chain root.pem "oci:tampered-$part:app"
  done
}
