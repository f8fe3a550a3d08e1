load support
load registry_support

# policy.toml: images that are really signed, attested and built, judged by each kind of requirement.

setup_file() {
  unset LADE_KEY_PASSPHRASE COSIGN_PASSWORD LADE_TRUSTED_ROOT LADE_POLICY CONTAINERS_POLICY_CONF
}

# policy TEXT: a policy.toml with signers of all public keys here, by their names.
policy() {
  {
    echo 'version = 1'
    local key
    for key in *.pub; do
      [ ! -e "$key" ] || printf '[signers.%s]\nkey = "%s"\n' "${key%.pub}" "$key"
    done
    echo "$1"
  } > policy.toml
}

# judged CODE TEXT IMAGE [ARGUMENT…]: the policy's word on an image, and something it says.
judged() {
  local code=$1 text=$2
  shift 2
  run_lade policy explain --signature-policy policy.toml "$@"
  if [ "$status" != "$code" ] || [[ $output != *"$text"* ]]; then
    echo "explain $*: wanted code $code and \"$text\", got $status: $output $errors"
    return 1
  fi
}

# attested IMAGE TYPE KEY PREDICATE
attested() {
  echo "$4" > predicate.json
  lade attest --key "$3.key" --type "$2" --predicate predicate.json "$1" > /dev/null
}

# scan TIME SEVERITY…: cosign's vuln predicate with findings as Grype has them.
scan() {
  local time=$1 list="" number=0 severity
  shift
  for severity in "$@"; do
    number=$((number + 1))
    list="$list${list:+,}{\"vulnerability\":{\"id\":\"CVE-2026-$number\",\"severity\":\"$severity\"}}"
  done
  printf '{"scanner":{"uri":"grype","result":{"matches":[%s]}},"metadata":{"scanFinishedOn":"%s"}}' \
    "$list" "$time"
}

ago() { date -u -d "$1 ago" +%Y-%m-%dT%H:%M:%SZ; }

@test "a signature by a signer that is named is wanted, and of none other counts" {
  keys release other
  image app
  policy '[default]
[[default.signature]]
signers = ["release"]'
  judged 6 "signature does not hold: there is no signature" store:app
  lade sign --key other.key app > /dev/null
  judged 6 "signature does not hold" store:app
  contains "$output" "does not count: the signature is not one of"
  lade sign --key release.key app > /dev/null
  judged 0 "store:app is allowed" store:app
  contains "$output" "counts: release, by the key ECDSA P-256 sha256:"
  contains "$output" '"default" (policy.toml:6), the default'
}

@test "all forms of signatures count: bundles, cosign's tags and Notary Project signatures" {
  needs openssl
  keys release
  policy '[default]
[[default.signature]]
signers = ["release"]'
  local form
  for form in bundle cosign; do
    image "$form"
    lade sign --key release.key --forms "$form" "$form" > /dev/null
    judged 0 "$form" "store:$form"
  done
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -config /dev/null \
    -subj "/C=US/O=Example/CN=root" -keyout root.key -out root.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2> /dev/null
  openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out notary.key
  openssl req -new -key notary.key -config /dev/null -subj "/C=US/ST=WA/O=Example/CN=notary" -out csr
  printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n' > extensions
  openssl x509 -req -in csr -CA root.pem -CAkey root.key -days 20 -extfile extensions \
    -out notary.pem 2> /dev/null
  cat notary.pem root.pem > chain
  image notation
  lade sign --key notary.key --forms notation --certificate-chain chain notation > /dev/null
  policy '[signers.vendor]
authorities = ["root.pem"]
subject = "C=US, ST=WA, O=Example"
[signers.by-key]
key = "notary.pem"
[signers.stranger]
authorities = ["root.pem"]
subject = "C=US, ST=WA, O=Somebody"
[default]
[[default.signature]]
signers = ["vendor"]
[[rule]]
name = "key"
scope = "example.com/key"
[[rule.signature]]
signers = ["by-key"]
[[rule]]
name = "stranger"
scope = "example.com/stranger"
[[rule.signature]]
signers = ["stranger"]'
  judged 0 "counts: vendor, by a certificate for" store:notation
  judged 0 "counts: by-key" --as example.com/key:1 store:notation
  judged 6 "does not count" --as example.com/stranger:1 store:notation
}

@test "a threshold counts parties: who signs twice, or by two names, counts once" {
  keys alice bob carol
  cp alice.pub twin.pub
  image app
  policy '[groups]
maintainers = ["alice", "bob", "carol"]
twins = ["alice", "twin"]
[default]
[[default.signature]]
signers = ["maintainers"]
threshold = 2
[[rule]]
name = "twins"
scope = "example.com/twins"
[[rule.signature]]
signers = ["twins"]
threshold = 2'
  lade sign --key alice.key app > /dev/null
  lade sign --key alice.key app > /dev/null
  judged 6 "1 of 2 wanted signers signed it" store:app
  judged 6 "1 of 2 wanted signers signed it" --as example.com/twins:1 store:app
  lade sign --key carol.key app > /dev/null
  judged 0 "2 of 2 wanted signers signed it" store:app
}

@test "a key counts in its time alone" {
  keys old new later
  image app
  lade sign --key old.key app > /dev/null
  policy '[signers.team]
keys = [{ file = "old.pub", not_after = 2024-01-01T00:00:00Z }, "new.pub",
  { file = "later.pub", not_before = 2999-01-01 }]
[default]
[[default.signature]]
signers = ["team"]'
  judged 6 "the key is trusted until 2024-01-01T00:00:00Z, and the signature counts as of" store:app
  lade sign --key later.key app > /dev/null
  judged 6 "the key is trusted 2999-01-01T00:00:00Z on" store:app
  lade sign --key new.key app > /dev/null
  judged 0 "1 of 1 wanted signers" store:app
  policy '[signers.team]
keys = ["old.pub", { file = "old.pub", not_after = 2024-01-01T00:00:00Z }]
[default]
[[default.signature]]
signers = ["team"]'
  judged 0 "1 of 1 wanted signers" store:app
}

@test "the most exact scope decides, whatever stands around it" {
  image app
  policy '[default]
verdict = "refuse"
[[rule]]
name = "wild"
scope = "*.example.com"
verdict = "refuse"
[[rule]]
name = "host"
scope = ["a.example.com", "localhost:5000"]
verdict = "allow"
[[rule]]
name = "namespace"
scope = "a.example.com/team"
verdict = "refuse"
[[rule]]
name = "tag"
scope = "a.example.com/team/app:1"
verdict = "allow"
[[rule]]
name = "files"
scope = "oci:'"$PWD"'"
verdict = "allow"'
  judged 6 '"default"' --as docker.io/library/app store:app
  judged 6 '"wild"' --as b.a.example.com/x store:app
  judged 0 '"host" (policy.toml:8), by the scope a.example.com' --as a.example.com/other/app store:app
  judged 0 '"host"' --as localhost:5000/x store:app
  judged 6 '"namespace"' --as a.example.com/team/app:2 store:app
  judged 0 '"tag"' --as a.example.com/team/app:1 store:app
  lade copy -q app oci:layout:app
  judged 0 '"files"' oci:layout:app
  lade copy -q app dir:files
  judged 6 '"default"' dir:files
}

@test "a policy is enforced on whatever brings an image, and leaves nothing" {
  needs curl jq
  plain_registry
  image app
  keys release
  lade push -q app "docker://$HOST/team/app:1"
  policy "[default]
verdict = \"refuse\"
[[rule]]
name = \"team\"
scope = \"$HOST/team\"
[[rule.signature]]
signers = [\"release\"]"
  sed -i "1a audit_log = \"$PWD/audit.log\"" policy.toml
  export LADE_POLICY=$PWD/policy.toml LADE_ROOT=$PWD/fresh
  printf 'FROM %s/team/app:1\n' "$HOST" > Containerfile
  local refused="policy.toml"
  fails_with 6 "$refused" pull "$HOST/team/app:1"
  fails_with 6 "$refused" copy "docker://$HOST/team/app:1" oci:layout:app
  fails_with 6 "$refused" build -q -t built .
  equal "$(lade images -q)" ""
  [ ! -e layout ]
  equal "$(jq -r .refused audit.log | sort -u)" true
  lade inspect "docker://$HOST/team/app:1" > /dev/null
  lade --insecure-policy copy -q "docker://$HOST/team/app:1" oci:insecure:app
  lade sign --key release.key "docker://$HOST/team/app:1" > /dev/null
  lade pull -q "$HOST/team/app:1"
  lade copy -q "docker://$HOST/team/app:1" oci:layout:app
  lade build -q -t built .
  equal "$(tail -n 1 audit.log | jq -r .rule)" team
  # what is not below a scope is for the default
  fails_with 6 'the rule "default"' copy oci:layout:app dir:out
  [ ! -e out ]
}

@test "a policy that warns lets pass with one warning, and --policy takes either kind" {
  image app
  keys release
  policy '[default]
mode = "warn"
[[default.signature]]
signers = ["release"]'
  run_lade --policy policy.toml copy -q store:app oci:layout:app
  equal "$status" 0
  equal "$(grep -c "lade: warning: .*app" <<< "$errors")" 1
  sed -i 's/mode = "warn"/mode = "audit"/' policy.toml
  run_lade --policy policy.toml copy -q store:app oci:audited:app
  equal "$status:$errors" 0:
  sed -i 's/mode = "audit"/mode = "enforce"/' policy.toml
  fails_with 6 "policy.toml" --policy policy.toml copy -q store:app oci:enforced:app
  [ ! -e enforced ]
  echo 'version = 2' > policy.toml
  fails_with 2 "policy.toml:1" --policy policy.toml copy -q store:app oci:enforced:app
  echo '{"default":[{"type":"reject"}]}' > reject.json
  fails_with 6 reject.json --policy reject.json copy -q oci:layout:app oci:enforced:app
  fails_with 3 nowhere.toml --policy nowhere.toml copy -q oci:layout:app oci:enforced:app
}

@test "a policy is told by its content, whatever it is called, and may be a pipe" {
  needs jq
  image app
  lade copy -q app dir:app
  echo '{"default":[{"type":"reject"}]}' > named.toml
  fails_with 6 "the policy named.toml does not allow" --policy named.toml copy -q dir:app oci:layout:app
  printf 'version = 1\n[default]\nverdict = "refuse"\n' > named
  fails_with 6 'the rule "default" (named:2) refuses it' --policy named copy -q dir:app oci:layout:app
  equal "$(lade --policy named info --format '{{.configuration.ladePolicy}}')" named
  run_lade policy explain --signature-policy <(cat named) store:app
  equal "$status" 6
  run_lade policy explain --signature-policy <(cat named.toml) dir:app
  equal "$status" 6
  fails_with 6 'the rule "default"' --policy <(cat named) copy -q dir:app oci:layout:app
  contains "$(lade policy check <(cat named))" "is a valid policy."
  contains "$(lade policy check <(cat named.toml))" "is a valid policy."
  equal "$(lade policy convert <(cat named) | jq -r '.default[0].type')" reject
  contains "$(lade policy convert <(cat named.toml))" 'verdict = "refuse"'
  printf 'version = 1\n[default]\nverdict = "allow"\n' > other
  fails_with 2 "of one kind: wanted one of them" --policy named pull --signature-policy other dir:app
  fails_with 3 nowhere --policy nowhere copy -q dir:app oci:layout:app
  [ ! -e layout ]
}

@test "explain judges by the name that is given, whichever policy answers" {
  needs jq
  image app
  cat > policy.json <<'P'
{"default":[{"type":"reject"}],
 "transports":{"docker":{"a.io/team":[{"type":"insecureAcceptAnything"}]}}}
P
  run_lade policy explain --signature-policy policy.json --as a.io/team/app:1 store:app
  equal "$status" 0
  contains "$output" 'the scope "a.io/team" of docker'
  run_lade policy explain --signature-policy policy.json --as a.io/app:1 store:app
  equal "$status" 6
  # a bare name is one of the store, as it is everywhere
  equal "$(lade --policy policy.json policy explain --format '{{.image}} {{.transport}}' app || true)" "store:app store"
  printf 'version = 1\n[default]\nverdict = "allow"\n' > policy.toml
  judged 0 "store:app is allowed" app
  fails_with 2 "--insecure-policy asks no policy" --insecure-policy policy explain app
}

@test "convert writes through a link, and into a pipe" {
  echo '{"default":[{"type":"reject"}]}' > policy.json
  mkdir real
  echo old > real/policy.toml
  ln -s real/policy.toml link.toml
  lade policy convert policy.json -o link.toml
  [ -L link.toml ]
  contains "$(cat real/policy.toml)" 'verdict = "refuse"'
  contains "$(lade policy convert policy.json -o /dev/stdout)" 'verdict = "refuse"'
  fails_with 3 "missing" policy convert policy.json -o missing/policy.toml
}

@test "warn and audit tell of what enforce refuses" {
  needs jq
  image app
  local mode
  for mode in warn audit; do
    policy "[default]
mode = \"$mode\"
verdict = \"refuse\""
    judged 0 "store:app is not allowed, but used" store:app
    equal "$(lade policy explain --signature-policy policy.toml --format json store:app |
      jq -r '"\(.schemaVersion) \(.allowed) \(.refused) \(.mode)"')" "1 false false $mode"
  done
}

@test "an attestation has to say what is wanted, by builder, source, conditions and age" {
  keys ci other
  image app
  local provenance='{"buildDefinition":{"buildType":"https://ci.example/v1","externalParameters":
    {"workflow":{"repository":"https://git.example/team/app.git"}}},"runDetails":{"builder":
    {"id":"https://ci.example/runner"},"metadata":{"finishedOn":"%s"}}}'
  wanting() {
    policy "[default]
[[default.attestation]]
name = \"provenance\"
type = \"slsaprovenance\"
signers = [\"ci\"]
$1"
  }
  wanting ""
  judged 6 "provenance does not hold: there is no attestation of the type" store:app
  # shellcheck disable=SC2059
  attested app slsaprovenance other "$(printf "$provenance" "$(ago '1 day')")"
  judged 6 "provenance does not hold: the signature is not one of" store:app
  # shellcheck disable=SC2059
  attested app slsaprovenance ci "$(printf "$provenance" "$(ago '3 days')")"
  judged 0 "1 of 1 wanted signers attested it" store:app
  wanting 'builder = "https://ci.example/runner"
source = "https://git.example/team/app"
conditions = ["buildDefinition.buildType=https://ci.example/v1"]
max_age = "4d"'
  judged 0 "provenance holds" store:app
  wanting 'builder = { pattern = "^https://build[.]example/" }'
  judged 6 "its builder is https://ci.example/runner; wanted a match of ^https://build[.]example/" store:app
  wanting 'source = "https://git.example/team/other"'
  judged 6 "its source is https://git.example/team/app; wanted https://git.example/team/other" store:app
  wanting 'conditions = ["buildDefinition.buildType!=https://ci.example/v1"]'
  judged 6 "its predicate is not as wanted" store:app
  wanting 'max_age = "2d"'
  judged 6 "older than 2 days" store:app
}

@test "a certification that has expired certifies nothing" {
  keys auditor
  image app
  policy '[default]
[[default.attestation]]
type = "certification"
signers = ["auditor"]
conditions = ["scope=PCI"]'
  attested app certification auditor '{"issuer":"a","scope":"PCI","issuedOn":"2020-01-01T00:00:00Z","expires":"2021-01-01T00:00:00Z"}'
  judged 6 "it expired at 2021-01-01T00:00:00Z" store:app
  attested app certification auditor '{"issuer":"a","scope":"PCI","issuedOn":"2020-01-01T00:00:00Z","expires":"2999-01-01T00:00:00Z"}'
  judged 0 "attestation holds" store:app
}

@test "the newest report of a scan is held to thresholds, and single findings can be waived" {
  keys scanner
  image app
  scanning() {
    policy "[default]
[[default.scan]]
signers = [\"scanner\"]
max_critical = 0
max_high = 1
max_age = \"7d\"
$1"
  }
  scanning ""
  judged 6 "there is no attestation of the type" store:app
  attested app vuln scanner "$(scan "$(ago '9 days')" Low)"
  judged 6 "older than 7 days" store:app
  attested app vuln scanner "$(scan "$(ago '2 days')" High Medium)"
  judged 0 "scan holds" store:app
  attested app vuln scanner "$(scan "$(ago '1 day')" High Critical High)"
  judged 6 "it has 1 critical finding, 0 are allowed: CVE-2026-2" store:app
  contains "$output" "there is a newer report"
  scanning '[[waiver]]
rule = "default"
requirement = "scan"
findings = ["CVE-2026-2", "CVE-2026-3"]
reason = "no way to reach it"
by = "security@example.com"
expires = 2999-01-01'
  judged 0 "scan holds" store:app
  contains "$output" "without CVE-2026-2, CVE-2026-3, waived by security@example.com until 2999-01-01"
  contains "$(lade policy explain --signature-policy policy.toml --format json store:app)" \
    '"findingWaivers"'
  scanning '[[waiver]]
rule = "default"
requirement = "scan"
findings = ["CVE-2026-2"]
reason = "no way to reach it"
by = "security@example.com"
expires = 2020-01-01'
  judged 6 "the waiver of scan has expired: by security@example.com until 2020-01-01T00:00:00Z" store:app
  attested app vuln scanner '{"scanner":{"result":{"findings":[]}},"metadata":{"scanFinishedOn":"'"$(ago '1 hour')"'"}}'
  judged 6 "its report is none of Grype, Trivy or CycloneDX" store:app
}

@test "a waiver lets a requirement pass for the images it is for, until it expires" {
  needs jq
  keys release
  image app
  image other
  local digest
  digest=$(lade inspect --format '{{.Digest}}' app)
  waiving() {
    policy "[default]
[[default.signature]]
signers = [\"release\"]
[[waiver]]
rule = \"default\"
requirement = \"signature\"
digest = \"$digest\"
reason = \"built before the key was there\"
by = \"security@example.com\"
expires = $1"
  }
  waiving 2999-01-01
  judged 0 "waived by security@example.com until 2999-01-01T00:00:00Z: built before the key" store:app
  judged 6 "signature does not hold" store:other
  equal "$(lade policy explain --signature-policy policy.toml --format json store:app |
    jq -r '.requirements[0] | "\(.verdict) \(.waiver.by)"')" "absent security@example.com"
  waiving 2020-01-01
  judged 6 "the waiver of signature has expired" store:app
  run_lade policy check policy.toml
  equal "$status" 1
  contains "$output" "policy.toml:7: the waiver has expired: by security@example.com"
}

# built NAME BASE: an image that this program builds on another, signed by release.key.
built() {
  mkdir -p "$1/context"
  echo "$1" > "$1/context/name"
  printf 'FROM %s\nCOPY name /\n' "$2" > "$1/context/Containerfile"
  lade build -q --sign-key release.key -t "$1" "$1/context" > /dev/null
  lade sign --key release.key "$1" > /dev/null
}

@test "bases are held to a hierarchy, each told by who is believed" {
  keys release other
  image debian
  built localhost/runtime localhost/debian
  built localhost/app localhost/runtime
  built localhost/direct localhost/debian
  basing() {
    policy "[default]
[default.bases]
signers = [\"$1\"]
[[default.bases.level]]
images = [\"localhost/runtime\"]
[[default.bases.level]]
images = [\"$2\"]"
  }
  basing release localhost/debian
  judged 0 "it is made on localhost/runtime:latest (sha256:" store:localhost/app
  contains "$output" ", on localhost/debian"
  judged 6 "the base localhost/debian" store:localhost/direct
  contains "$output" "is none of level 1: localhost/runtime"
  basing release docker.io/library/alpine
  judged 6 "is none of level 2: docker.io/library/alpine" store:localhost/app
  basing release "$(lade inspect --format '{{.Digest}}' localhost/debian)"
  judged 0 "bases holds" store:localhost/app
  basing other localhost/debian
  judged 6 "nobody who is believed tells its base" store:localhost/app
  basing release localhost/debian
  lade copy -q localhost/app oci:layout:app
  judged 0 "bases holds" oci:layout:app
  export LADE_ROOT=$BATS_TEST_TMPDIR/empty
  judged 6 "cannot be looked at: it is not in the store, and the policy lets nobody else be asked" \
    oci:layout:app
}

@test "cases hold a policy to what it has to say, as if it were another day" {
  needs jq
  keys release
  image app
  lade copy -q app oci:plain:app
  lade sign --key release.key app > /dev/null
  lade copy -q app oci:signed:app
  policy '[default]
verdict = "refuse"
[[rule]]
name = "prod"
scope = "example.com/prod"
[[rule.signature]]
signers = ["release"]
[[waiver]]
rule = "prod"
reason = "late"
by = "me"
expires = 2026-06-01'
  cat > cases.toml << 'EOF'
version = 1
policy = "policy.toml"
now = 2026-07-01T00:00:00Z

[[case]]
name = "signed"
image = "oci:signed:app"
as = "example.com/prod/app:1"
expect = "allow"
rule = "prod"

[[case]]
image = "oci:plain:app"
as = "example.com/prod/app:1"
expect = "refuse"
reason = "there is no signature"

[[case]]
name = "waived"
image = "oci:plain:app"
as = "example.com/prod/app:1"
now = 2026-05-01T00:00:00Z
expect = "allow"
reason = "waived by me"

[[case]]
name = "elsewhere"
image = "oci:signed:app"
expect = "refuse"
EOF
  run_lade policy test cases.toml
  equal "$status" 0
  equal "$output" "$(printf 'ok 1 signed\nok 2 example.com/prod/app:1\nok 3 waived\nok 4 elsewhere\n4 cases, 0 failed')"
  sed -i 's/expect = "allow"/expect = "refuse"/; s/reason = "there is no signature"/reason = "another"/' cases.toml
  run_lade policy test cases.toml
  equal "$status" 1
  contains "$output" "not ok 1 signed: wanted refuse, got allow"
  contains "$output" 'not ok 2 example.com/prod/app:1: wanted "another" among the reasons, got: the rule "prod"'
  contains "$output" "3 failed"
  equal "$(lade policy test --format json cases.toml | jq -r '"\(.failed) \(.cases[3].ok)"')" "3 true"
  sed -i 's/oci:plain:app/oci:nothing:app/' cases.toml
  run_lade policy test cases.toml
  contains "$output" "not ok 2 example.com/prod/app:1: "
  echo '[[case]]' >> cases.toml
  fails_with 2 "cases.toml:30: case: there is no image" policy test cases.toml
  sed -i 's/expect = "refuse"/expect = "deny"/' cases.toml
  fails_with 2 'case.expect: wanted "allow", "refuse", "warn" or "audit", got "deny"' policy test cases.toml
}

@test "the policy that counts is found by LADE_POLICY and below XDG_CONFIG_HOME" {
  image app
  export XDG_CONFIG_HOME=$PWD/config CONTAINERS_POLICY_CONF=$PWD/none.json
  mkdir -p config/lade
  printf 'version = 1\n[default]\nverdict = "refuse"\n' > config/lade/policy.toml
  printf 'version = 1\n[default]\nverdict = "allow"\n' > allowing.toml
  echo '{"default":[{"type":"reject"}],"transports":{"store":{"":[{"type":"reject"}]}}}' > none.json
  run_lade policy explain store:app
  equal "$status" 6
  contains "$output" "policy    $PWD/config/lade/policy.toml"
  contains "$output" "policy    $PWD/none.json"
  LADE_POLICY=$PWD/allowing.toml run_lade policy explain store:app
  contains "$output" "store:app is allowed"
  contains "$output" "store:app is refused"
  equal "$status" 6
  LADE_POLICY=$PWD/nothing.toml fails_with 3 "nothing.toml" policy explain store:app
}

@test "check reads each kind of policy by its content, and says where it is wrong" {
  keys release
  policy '[default]
[[default.signature]]
signers = ["release"]'
  run_lade policy check policy.toml
  equal "$status" 0
  equal "$output" "policy.toml is a valid policy."
  policy '[default]
[[default.signature]]
signers = ["relase"]'
  fails_with 2 'policy.toml:6: default.signature.signers: wanted a name of [signers] or [groups], got "relase"; did you mean "release"?' \
    policy check policy.toml
  echo '{"version":"1.0","trustPolicies":[{"name":"one","registryScopes":["a.io/app"],"signatureVerification":{"level":"skip"}}]}' > trust.json
  run_lade policy check trust.json
  equal "$status" 0
  echo '{"default":[{"type":"insecureAcceptAnything"}]}' > policy.json
  run_lade policy check policy.json
  equal "$status" 0
  echo '{"trustPolicies":[]}' > trust.json
  fails_with 2 "trust.json" policy check trust.json
}

@test "convert goes both ways, tells what is lost, and allows no more than before" {
  needs jq
  keys release
  image app
  lade sign --key release.key --sign-container-identity a.io/app:1 app > /dev/null
  printf '{"default":[{"type":"reject"}],"transports":{"docker":{"a.io":[{"type":"sigstoreSigned",
    "keyPath":"%s","signedIdentity":{"type":"matchRepository"}}],
    "b.io":[{"type":"insecureAcceptAnything"}]}}}' "$PWD/release.pub" > policy.json
  lade policy convert policy.json -o policy.toml
  judged 0 '"a.io"' --as a.io/app:2 store:app
  judged 6 "signature does not hold" --as a.io/other:2 store:app
  judged 0 '"b.io"' --as b.io/x store:app
  judged 6 '"default"' --as c.io/x store:app

  lade policy convert policy.toml -o back.json
  equal "$(jq -c '.default, .transports.docker["b.io"], (.transports.docker["a.io"][0] | del(.keyData))' back.json)" \
    "$(printf '%s\n' '[{"type":"reject"}]' '[{"type":"insecureAcceptAnything"}]' \
      '{"type":"sigstoreSigned","signedIdentity":{"type":"matchRepository"}}')"
  run_lade policy check back.json
  equal "$status" 0

  printf '{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/k.gpg"}]}' > policy.json
  fails_with 5 "says 1 thing that the other form cannot say" policy convert policy.json
  contains "$errors" "what is lost: default: signedBy cannot be said"
  lade policy convert --lossy policy.json -o policy.toml 2> /dev/null
  judged 6 '"default"' store:app

  policy '[default]
mode = "warn"
[[default.signature]]
signers = ["release"]'
  fails_with 5 "default: the mode warn cannot be said; it is enforced" policy convert policy.toml
  equal "$(lade policy convert --lossy policy.toml 2> /dev/null | jq -c .default)" '[{"type":"reject"}]'
}

@test "a trust policy of Notation's becomes a policy.toml that judges the same" {
  needs openssl
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -config /dev/null \
    -subj "/C=US/ST=WA/O=Example" -keyout notary.key -out notary.pem \
    -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
    -addext extendedKeyUsage=codeSigning 2> /dev/null
  mkdir -p trust/x509/ca/acme
  cp notary.pem trust/x509/ca/acme/
  echo '{"version":"1.0","trustPolicies":[{"name":"acme","registryScopes":["a.io/app"],
    "signatureVerification":{"level":"strict","override":{"revocation":"log"}},"trustStores":["ca:acme"],
    "trustedIdentities":["x509.subject: C=US, ST=WA, O=Example"]},
    {"name":"free","registryScopes":["a.io/free"],"signatureVerification":{"level":"skip"}}]}' > trust.json
  lade policy convert --notation-trust-store "$PWD/trust" trust.json -o policy.toml
  image app
  judged 6 "there is no signature" --as a.io/app:1 store:app
  judged 0 '"free"' --as a.io/free store:app
  judged 6 '"default"' store:app
  lade sign --key notary.key --forms notation --certificate-chain notary.pem app > /dev/null
  judged 0 "counts: signer-1" --as a.io/app:1 store:app
}

@test "the examples are policies, and the cases hold" {
  local name examples=$BATS_TEST_DIRNAME/../../examples/policy
  [ -d "$examples" ] || skip "the examples are not here"
  image app
  cp "$examples"/*.toml .
  keys release security ci alice alice-2025 bob carol scanner
  for name in policy supply-chain; do
    run_lade policy check "$name.toml"
    contains "$output$errors" "$name.toml is a valid policy"
  done
  run_lade policy test cases.toml
  equal "$status" 0
  contains "$output" "4 cases, 0 failed"
}

@test "bases are looked at on their registry where the policy lets that be asked" {
  registry plain ""
  export CONTAINERS_REGISTRIES_CONF=$PWD/registries.conf
  printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$HOST" > registries.conf
  keys release
  image debian
  lade tag debian "$HOST/debian:12"
  built "$HOST/runtime:1" "$HOST/debian:12"
  built "$HOST/app:1" "$HOST/runtime:1"
  local name
  for name in debian:12 runtime:1 app:1; do
    lade copy -q "store:$HOST/$name" "docker://$HOST/$name"
  done
  basing() {
    policy "[default]
[default.bases]
signers = [\"release\"]
look_in = $1
[[default.bases.level]]
images = [\"$HOST/runtime\"]
[[default.bases.level]]
images = [\"$HOST/debian:12\"]"
  }
  lade copy -q "docker://$HOST/app:1" oci:app:1
  export LADE_ROOT=$BATS_TEST_TMPDIR/empty
  basing '["store"]'
  judged 6 "the policy lets nobody else be asked" "docker://$HOST/app:1"
  basing '["store", "registry"]'
  judged 0 "on $HOST/debian:12 (sha256:" "docker://$HOST/app:1"
  judged 0 "bases holds" oci:app:1
  stop_registry
  judged 6 "the base $HOST/runtime:1 (sha256:" oci:app:1
  contains "$output" "cannot be looked at: "
}

@test "an image that an index only lists is judged by its name on the registry" {
  plain_registry
  image app
  lade push -q app "docker://$HOST/team/app:1"
  lade index create list "docker://$HOST/team/app:1"
  judging() {
    policy "[default]
verdict = \"$1\"
[[rule]]
name = \"team\"
scope = \"$HOST/team\"
verdict = \"$2\""
  }
  judging allow refuse
  fails_with 6 'the rule "team"' --policy policy.toml index push list "docker://$HOST/list:1"
  fails_with 6 'the rule "team"' --policy policy.toml index create other "docker://$HOST/team/app:1"
  judging refuse allow
  lade --policy policy.toml index push list "docker://$HOST/list:1" > /dev/null
  lade --policy policy.toml index create other "docker://$HOST/team/app:1" > /dev/null
}

@test "explain judges the image of an index that would be used, or the index" {
  keys release
  image app
  image other
  lade index create list
  lade index add --os linux --arch amd64 list app
  lade index add --os linux --arch arm64 list other
  lade sign --key release.key app > /dev/null
  policy '[default]
[[default.signature]]
signers = ["release"]'
  judged 0 "signature holds" --platform linux/amd64 store:list
  judged 6 "there is no signature" --platform linux/arm64 store:list
  judged 6 "there is no signature" --index store:list
  lade sign --key release.key list > /dev/null
  judged 0 "signature holds" --platform linux/arm64 store:list
  judged 0 "signature holds" --index store:list
}

@test "attestations that an index lists are no images, and anything else that says so is one" {
  needs jq
  keys release
  image app
  lade sign --key release.key app > /dev/null
  lade copy -q app oci:layout:app
  policy '[default]
[[default.signature]]
signers = ["release"]'
  # put TYPE: an index of the image and of what says that it is an attestation about it, with a layer
  put() {
    local config layer made index
    config=$(blob '{"architecture":"unknown","os":"unknown","rootfs":{"type":"layers","diff_ids":[]}}')
    layer=$(blob '{}')
    made=$(blob "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",
      \"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",$config},
      \"layers\":[{\"mediaType\":\"$1\",$layer}]}")
    index=$(blob "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[
      $(jq -c '.manifests[0] | del(.annotations) + {"platform":{"os":"linux","architecture":"amd64"}}' layout/index.json),
      {\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",$made,
      \"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"},
      \"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}}]}")
    jq -c ".manifests += [{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",$index,
      \"annotations\":{\"org.opencontainers.image.ref.name\":\"$2\"}}]" layout/index.json > changed
    mv changed layout/index.json
  }
  # blob TEXT: digest and size of it, in the layout.
  blob() {
    local digest
    printf %s "$1" > text
    digest=$(sha256sum < text | cut -d' ' -f1)
    cp text "layout/blobs/sha256/$digest"
    printf '"digest":"sha256:%s","size":%s' "$digest" "$(wc -c < text)"
  }
  put application/vnd.in-toto+json attested
  put application/vnd.oci.image.layer.v1.tar disguised
  lade --policy policy.toml copy -q --all oci:layout:attested oci:out:app
  fails_with 6 "policy.toml" --policy policy.toml copy -q --all oci:layout:disguised oci:out:other
}

@test "the image that is reproduced is asked about, since what it says is run" {
  keys release
  image debian
  built localhost/app localhost/debian
  policy '[default]
verdict = "refuse"
[[rule]]
name = "base"
scope = "localhost/debian"
verdict = "allow"'
  fails_with 6 'the rule "default"' --policy policy.toml reproduce --context localhost/app/context localhost/app
}

@test "a registry by another spelling of its host has the same rule" {
  image app
  policy '[default]
verdict = "allow"
[[rule]]
name = "prod"
scope = ["registry.example.com/prod", "docker.io/library"]
verdict = "refuse"'
  local name
  for name in REGISTRY.example.com/prod/x registry.example.com:443/prod/x registry-1.docker.io/library/x \
    index.docker.io/x; do
    judged 6 '"prod"' --as "$name" store:app
  done
}
