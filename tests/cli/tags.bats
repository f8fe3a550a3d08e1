load support
load registry_support

# What a registry holds, and taking it away.

each='{{range .Tags}}{{.}}{{" "}}{{end}}'

# sorted FLAG…: the tags of the repository team/app on one line.
sorted() {
  lade list-tags "$@" "docker://$HOST/team/app" | jq -r '.Tags | sort | join(" ")'
}

@test "tags are listed as skopeo lists them, over all pages" {
  needs skopeo
  plain_registry
  image app
  for tag in $(seq 120); do lade copy -q app "docker://$HOST/team/app:v$tag"; done
  equal "$(lade list-tags "docker://$HOST/team/app" | jq -S .)" \
    "$(skopeo list-tags --tls-verify=false "docker://$HOST/team/app" | jq -S .)"
  equal "$(lade list-tags --limit 2 "docker://$HOST/team/app" | jq '.Tags | length')" 2
  equal "$(lade list-tags --format json --filter '^v1$' "docker://$HOST/team/app" | jq -c .)" \
    "{\"schemaVersion\":1,\"Repository\":\"$HOST/team/app\",\"Tags\":[\"v1\"]}"
  equal "$(sorted --filter '^v11.$')" "v110 v111 v112 v113 v114 v115 v116 v117 v118 v119"
  equal "$(lade list-tags --filter '^v11.$' --limit 3 "docker://$HOST/team/app" | jq '.Tags | length')" 3
  equal "$(sorted --semver '>=118 || 7')" "v118 v119 v120 v7"
}

@test "a list of tags that makes no sense is refused" {
  plain_registry
  fails_with 3 "NAME_UNKNOWN" list-tags "docker://$HOST/team/app"
  fails_with 2 "without tag or digest: docker://$HOST/team/app" list-tags "docker://$HOST/team/app:1"
  fails_with 2 "--filter: \"(\" is no regular expression" list-tags --filter '(' "docker://$HOST/team/app"
  fails_with 2 "no range of versions" list-tags --semver new "docker://$HOST/team/app"
  fails_with 2 "named docker://team/app" list-tags team/app
  fails_with 2 "limit" list-tags --limit 0 "docker://$HOST/team/app"
}

@test "archives and layouts tell what they hold" {
  needs skopeo
  image app web:2
  lade copy -q app web:2 docker-archive:both.tar
  equal "$(lade list-tags docker-archive:both.tar | jq -S .)" \
    "$(skopeo list-tags docker-archive:both.tar | jq -S .)"
  lade copy -q app oci:layout:one
  lade copy -q web:2 oci:layout:two
  equal "$(lade list-tags --format "$each" oci:layout)" "one two "
}

@test "a registry's repositories are listed" {
  plain_registry
  image app
  for name in a team/b c; do lade copy -q app "docker://$HOST/$name:1"; done
  equal "$(lade list-repos "$HOST")" "$HOST/a
$HOST/c
$HOST/team/b"
  equal "$(lade list-repos --limit 1 --format '{{.Name}}' "http://$HOST/")" "$HOST/a"
}
