load support

@test "--help lists every command, by group" {
  run_lade --help
  equal "$status" 0
  for command in build images inspect history ls cat copy export validate tag untag rmi prune \
    store info man version; do
    contains "$output" "$command"
  done
}

@test "each command has examples in its help and a page for man" {
  for command in images inspect history ls cat copy export validate tag untag rmi prune store \
    info man; do
    run_lade "$command" --help
    equal "$status" 0
    contains "$output" "Examples:"
    contains "$output" "lade $command"
    run_lade man "$command"
    equal "$status" 0
    contains "$output" ".SH EXIT STATUS"
    if command -v mandoc > /dev/null; then lade man "$command" | mandoc -Tlint -W error; fi
  done
}

@test "the manual of the whole program names the commands" {
  contains "$(lade man)" "fBexport"
}

@test "--version and version agree" {
  equal "$(lade --version)" "$(lade version)"
  contains "$(lade version)" "lade 0."
}

@test "a mistyped command is met with what was meant" {
  fails_with 2 'did you mean "images"?' imges
  fails_with 3 'did you mean "copy"?' man copi
}

@test "unknown flags and missing arguments are mistakes of the user" {
  fails_with 2 "--help tells more" images --nope
  fails_with 2 "NAME" tag only-one
  fails_with 2 "DESTINATION" copy onlyone
}

@test "a reader that goes away ends the program quietly" {
  image app
  lade ls -R app | head -1
  "$LADE" man copy | head -1
}

@test "info tells of store, machine and user" {
  run_lade info
  equal "$status" 0
  contains "$output" "root: $LADE_ROOT"
  equal "$(lade info --format '{{.store.root}}')" "$LADE_ROOT"
  equal "$(lade info --format json | jq -r .schemaVersion)" 1
}

@test "a root that holds something else is refused" {
  mkdir other && touch other/file
  run_lade --root other images
  [ "$status" != 0 ]
}
