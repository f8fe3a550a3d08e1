load support
load registry_support

# What a registry holds, and taking it away.

each='{{range .Tags}}{{.}}{{" "}}{{end}}'

# sorted FLAG…: the tags of the repository team/app on one line.
sorted() {
  lade list-tags "$@" "docker://$HOST/team/app" | jq -r '.Tags | sort | join(" ")'
}

@test "tags are listed as skopeo lists them, over all pages" {
  needs skopeo jq
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
  needs skopeo jq
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

@test "a tag is deleted, and other tags of the image only with --force" {
  plain_registry
  image app
  for tag in 1 2 3; do lade copy -q app "docker://$HOST/app:$tag"; done
  digest=$(lade inspect --format '{{.Digest}}' app)
  run_lade delete --dry-run "docker://$HOST/app:1"
  equal "$output" "Would delete: $HOST/app@$digest"
  contains "$errors" "2, 3"
  run_lade delete "docker://$HOST/app:1"
  if [ "$status" = 0 ]; then
    equal "$output" "Untagged: $HOST/app:1"
  else
    contains "$errors" "has other tags, which would go with it: 2, 3; --force deletes them all"
    equal "$status" 7
    equal "$(lade delete --force "docker://$HOST/app:1" 2> warned)" "Deleted: $HOST/app@$digest"
    contains "$(cat warned)" "tags that went with it: 2, 3"
  fi
  fails_with 3 "MANIFEST_UNKNOWN" inspect "docker://$HOST/app:1"
  fails_with 3 "it is not there" delete "docker://$HOST/app:1"
}

@test "a registry that has deletion turned off says so" {
  export REGISTRY_STORAGE_DELETE_ENABLED=false
  plain_registry
  image app
  lade copy -q app "docker://$HOST/app:1"
  fails_with 5 "deletion is turned off" delete "docker://$HOST/app:1"
  lade inspect "docker://$HOST/app:1" > inspected
}

@test "images in layouts and in the store are deleted, too" {
  image app
  lade copy -q app oci:layout:one
  contains "$(lade delete --dry-run oci:layout:one app)" "Would delete: store:localhost/app:latest"
  lade delete oci:layout:one app
  equal "$(find layout/blobs -type f)" ""
  fails_with 3 "no image" inspect app
  equal "$(find store/blobs -type f)" ""
  fails_with 5 "cannot remove images" delete docker-archive:x.tar
}

@test "an image on a registry is told of as skopeo tells" {
  needs skopeo jq
  plain_registry
  image app
  for tag in 1 2; do lade copy -q app "docker://$HOST/team/app:$tag"; done
  theirs=$(skopeo inspect --tls-verify=false "docker://$HOST/team/app:1" | jq -S 'del(.RepoTags, .LayersData, .Env)')
  equal "$(lade inspect "docker://$HOST/team/app:1" | jq -S 'del(.RepoTags, .LayersData, .Env)')" "$theirs"
  equal "$(lade inspect --tags "docker://$HOST/team/app:1" | jq -c '.RepoTags | sort')" '["1","2"]'
  equal "$(lade inspect --format '{{len .RepoTags}}' "docker://$HOST/team/app:1")" 2
  equal "$(lade inspect --no-tags --format '{{len .RepoTags}}' "docker://$HOST/team/app:1")" 0
  equal "$(lade inspect --raw "docker://$HOST/team/app:1")" \
    "$(skopeo inspect --raw --tls-verify=false "docker://$HOST/team/app:1")"
  equal "$(lade inspect --config "docker://$HOST/team/app:1" | jq -S .)" \
    "$(skopeo inspect --config --tls-verify=false "docker://$HOST/team/app:1" | jq -S .)"
}
