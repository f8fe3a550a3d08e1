load support

@test "an empty store lists nothing but a header" {
  equal "$(lade images)" "REPOSITORY   TAG   IMAGE ID   CREATED   SIZE"
  equal "$(lade images -q)" ""
  equal "$(lade images --format json | jq -c .images)" "[]"
}

@test "images lists names, ids and digests" {
  image app:1 web
  equal "$(lade images --format '{{.Repository}}:{{.Tag}}')" "$(printf 'localhost/app:1\nlocalhost/web:latest')"
  equal "$(lade images app --digests --format '{{.Digest}}')" "$(lade inspect --format '{{.Digest}}' app:1)"
  equal "$(lade images app -q --no-trunc)" "$(lade inspect --format '{{.Id}}' app:1)"
  equal "$(lade images app -q)" "$(lade inspect --format '{{.Id}}' app:1 | cut -c 8-19)"
  contains "$(lade images --digests)" "DIGEST"
  equal "$(lade images --format 'table {{.Tag}}' | head -1)" "TAG"
  equal "$(lade images --format json | jq -r '.images[0].Repository')" "localhost/app"
}

@test "images are filtered by name and by having one" {
  image app:1 web
  equal "$(lade images --filter reference='localhost/w*' --format '{{.Tag}}')" "latest"
  equal "$(lade images --filter dangling=true -q)" ""
  lade untag web
  equal "$(lade images --filter dangling=true --format '{{.Repository}}')" "<none>"
  equal "$(lade images --filter dangling=false --format '{{.Tag}}')" "1"
  fails_with 2 "--filter takes" images --filter colour=red
}

@test "a template with an unknown field says which there are" {
  image app
  fails_with 2 "did you mean .Repository?" images --format '{{.Repositry}}'
}

@test "tag adds names, untag takes them, the image stays" {
  image app
  lade tag app quay.io/me/app:2 other
  equal "$(lade images -q | sort -u | wc -l)" 1
  equal "$(lade images -q | wc -l)" 3
  lade untag app other quay.io/me/app:2
  contains "$(lade images)" "<none>"
  lade tag "$(lade images -q)" back
  equal "$(lade cat back etc/name)" app
}

@test "names and ids that are not there are named" {
  image app
  fails_with 3 "nothere" tag nothere x
  fails_with 3 "did you mean" inspect ap
  fails_with 2 "invalid image name" tag app UPPER/x:y:z
  fails_with 2 "no name but an id" untag "$(lade images -q)"
}

@test "rmi of one of several names only untags" {
  image app
  lade tag app second
  equal "$(lade rmi app)" "Untagged: localhost/app:latest"
  equal "$(lade cat second etc/name)" app
  run_lade rmi second
  contains "$output" "Untagged: localhost/second:latest"
  contains "$output" "Deleted: sha256:"
  equal "$(find "$LADE_ROOT/blobs" -type f)" ""
}

@test "rmi by id wants --force where there are several names" {
  image app
  lade tag app second
  fails_with 7 "--force removes them all" rmi "$(lade images -q app)"
  lade rmi -f "$(lade images -q app)"
  equal "$(lade images -q)" ""
}

@test "rmi of what is not there fails, with --force it does not" {
  fails_with 3 "nothere" rmi nothere
  lade rmi -f nothere
  fails_with 2 "--all" rmi
}

@test "rmi --all empties the store" {
  image app web
  lade untag web
  lade rmi -a
  equal "$(lade images -q)" ""
  equal "$(find "$LADE_ROOT/blobs" -type f)" ""
}
