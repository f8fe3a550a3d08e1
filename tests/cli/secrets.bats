#!/usr/bin/env bats
# lade secrets. No secret stands in this file: each is put together when a test runs.
load support

made_up() { printf '%s' "$1" | sha256sum | tr -d ' -' | tr 'abc' 'XyZ' | head -c "$2"; }

# layered: an image whose upper layer deletes a key and replaces a token, and shows another.
layered() {
  token=ghp_$(made_up token 36)
  password=$(made_up password 12)
  mkdir -p low/srv high/srv
  echo "token: $token" > low/srv/settings
  { echo "-----BEGIN RSA PRIVATE"" KEY-----"; made_up key 64; echo; } > low/srv/key.pem
  printf 'A=1\nDB_PASSWORD=%s\n' "$password" > high/srv/.env
  echo "token: none" > high/srv/settings
  : > high/srv/.wh.key.pem
  tar -C low --owner=0 --group=0 -cf low.tar .
  lade copy -q tarball:low.tar low
  layer_on_top
}

# A layer with a whiteout comes from a layout that is made by hand.
layer_on_top() {
  lade copy -q low oci:image:app
  tar -C high --owner=0 --group=0 -cf top.tar .
  python3 - <<'EOF'
import hashlib, json
def put(data):
    name = hashlib.sha256(data).hexdigest()
    open("image/blobs/sha256/" + name, "wb").write(data)
    return "sha256:" + name, len(data)
def get(descriptor):
    return json.load(open("image/blobs/sha256/" + descriptor["digest"][7:]))
index = json.load(open("image/index.json"))
manifest = get(index["manifests"][0])
config = get(manifest["config"])
layer, size = put(open("top.tar", "rb").read())
manifest["layers"].append({"mediaType": "application/vnd.oci.image.layer.v1.tar",
                           "digest": layer, "size": size})
config["rootfs"]["diff_ids"].append(layer)
config["history"] = [{"created_by": "low"}, {"created_by": "high"}]
config.setdefault("config", {})["Env"] = ["PATH=/bin", "APP_TOKEN=" + open("top.tar.token").read()]
digest, size = put(json.dumps(config).encode())
manifest["config"].update(digest=digest, size=size)
digest, size = put(json.dumps(manifest).encode())
index["manifests"][0].update(digest=digest, size=size)
json.dump(index, open("image/index.json", "w"))
EOF
}

setup_image() {
  needs python3 jq
  made_up env 20 > top.tar.token
  layered
}

@test "secrets of all layers are told, with what became of them" {
  setup_image
  run_lade secrets --format json oci:image:app
  equal "$status" 0
  equal "$(jq -r '.findings[] | [.rule, .path // .part, .state, .layers[0], .hiddenByLayer] |
    map(tostring) | join(" ")' <<< "$output")" \
"private-key /srv/key.pem deleted 1 2
github-token /srv/settings replaced 1 2
environment-secret /srv/.env visible 2 null
environment-secret environment visible null null"
  equal "$(jq -r .schemaVersion <<< "$output")" 1
  equal "$(jq -r '.findings[1].line' <<< "$output")" 1
  run_lade secrets --visible-only oci:image:app
  silent_about github-token <<< "$output"
  contains "$output" environment-secret
}

@test "no secret is in any output, and none in the store" {
  setup_image
  local format
  for format in table json sarif; do
    run_lade secrets --format $format oci:image:app
    for secret in "$token" "$password" "$(made_up key 64)" "$(cat top.tar.token)"; do
      silent_about "${secret:4:8}" <<< "$output$errors"
      silent_about "${secret:4:8}" "$LADE_ROOT/notes"
    done
  done
}

@test "the second time the notes answer, the same" {
  setup_image
  run_lade secrets --format json oci:image:app
  first=$output
  [ -n "$(find "$LADE_ROOT/notes" -name '*secrets-*')" ]
  run_lade secrets --format json oci:image:app
  equal "$output" "$first"
  lade copy -q oci:image:app app
  run_lade secrets --format json app
  equal "$(jq .findings <<< "$output")" "$(jq .findings <<< "$first")"
}

@test "--fail-on ends with 2 for what is over the bar and not accepted" {
  setup_image
  run_lade secrets --fail-on critical oci:image:app
  equal "$status" 2
  run_lade secrets --fail-on critical --visible-only oci:image:app
  equal "$status" 0
  run_lade secrets --fail-on medium --visible-only oci:image:app
  equal "$status" 2
  print=$(lade secrets --format json oci:image:app |
    jq -r '.findings[] | select(.rule == "github-token").fingerprint')
  cat > rules.toml <<EOF
version = 1
disable = ["private-key"]
[[allow]]
reason = "was revoked"
fingerprint = "$print"
EOF
  run_lade secrets --rules rules.toml --fail-on critical oci:image:app
  equal "$status" 0
  contains "$output" "1 accepted"
  fails_with 1 dreadful secrets --fail-on dreadful oci:image:app
}

@test "an own rule finds what it is for; a bad one is told with its line" {
  setup_image
  cat > rules.toml <<'EOF'
version = 1
[[rule]]
id = "none-token"
title = "A token of none"
severity = "low"
keywords = ["token: "]
pattern = 'token: (?P<secret>none)'
EOF
  run_lade secrets --rules rules.toml --format json oci:image:app
  equal "$(jq -r '.findings[] | select(.rule == "none-token").path' <<< "$output")" /srv/settings
  lade secrets --rules rules.toml --list-rules | grep -q '^none-token '
  echo 'colour = 1' >> rules.toml
  fails_with 1 "rules.toml:8: rule.colour: unknown key" secrets --rules rules.toml oci:image:app
  fails_with 1 "nothere.toml" secrets --rules nothere.toml oci:image:app
}

@test "SARIF logs are as their schema wants them" {
  setup_image
  local corpora=${LADE_CORPORA:-$BATS_TEST_DIRNAME/../../../shared/corpora}
  [ -e "$corpora/schemas/sarif-2.1.0.schema.json" ] || skip "the schema is missing"
  python3 -c 'import jsonschema' || skip "jsonschema is missing"
  lade secrets --format sarif -o log.sarif oci:image:app
  python3 "$BATS_TEST_DIRNAME/../support/validate_schema.py" sarif log.sarif
  equal "$(jq -r '.runs[0].results | length' log.sarif)" 4
  equal "$(jq -r '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri' log.sarif)" \
    srv/key.pem
}

@test "an image without secrets has none" {
  image plain:1
  run_lade secrets plain:1
  equal "$output" "No secrets found."
  fails_with 1 "name the IMAGE" secrets
}
