load build_support

# wrong CODE TEXT LINES: building a file of these lines ends so.
wrong() { printf '%b\n' "$3" > in && build_fails "$1" "$2" < in; }

@test "an unknown instruction is pointed at, and the near one named" {
  wrong 2 "ctx/Containerfile:3:1" 'FROM scratch\n\nCOPPY a b'
  contains "$errors" 'COPPY a b'
  contains "$errors" '^'
  contains "$errors" 'did you mean "COPY"'
}

@test "an unknown flag is pointed at, and the near one named" {
  wrong 2 "ctx/Containerfile:2:6" 'FROM scratch\nCOPY --chwon=1 a b'
  contains "$errors" 'chown'
  wrong 2 "ctx/Containerfile:2:" 'FROM scratch\nRUN --mount=type=cahce,target=/x true'
  contains "$errors" 'cache'
}

@test "mistakes are found at their line" {
  wrong 2 "ctx/Containerfile" ''
  wrong 2 "ctx/Containerfile:1:" 'RUN true'
  wrong 2 "ctx/Containerfile:2:" 'FROM scratch\nCOPY one'
  wrong 2 "ctx/Containerfile:4:" 'FROM scratch\nENV a=1 \\\n  b=2\nENV ='
  wrong 2 "ctx/Containerfile:2:" 'FROM scratch\nCOPY <<EOF /x\nnever ended'
  wrong 2 "ctx/Containerfile:2:" 'FROM scratch\nEXPOSE 99999'
  wrong 2 "ctx/Containerfile:2:" 'FROM scratch\nENV A=${B:?B must be given}'
}

@test "what is missing is named, with what is near" {
  base
  wrong 3 "nothing" 'FROM base\nCOPY nothing /'
  contains "$errors" "ctx/Containerfile:2"
  wrong 3 "no-such-image" 'FROM no-such-image'
  contains "$errors" "ctx/Containerfile:1"
  wrong 3 "biuld" 'FROM base AS build\nFROM scratch\nCOPY --from=biuld /x /'
  contains "$errors" "ctx/Containerfile:3"
  contains "$errors" 'did you mean "build"?'
  wrong 3 'did you mean "build"?' 'FROM base AS build\nFROM biuld'
  mkdir -p ctx/src; echo x > ctx/src/main.c; printf '*.c\n!src/*.c\n# and\nsecret*\n' > ctx/.dockerignore
  wrong 3 'did you mean "src/main.c"?' 'FROM base\nCOPY src/mian.c /'
  wrong 3 'did you mean "src/main.c"?' 'FROM base\nADD scr/main.c /'
  wrong 3 'did you mean "/etc/passwd"?' 'FROM base AS a\nFROM scratch\nCOPY --from=a /etc/paswd /'
  echo x > ctx/secret.txt
  wrong 3 'it is there, but line 4 of ctx/.dockerignore ("secret*") leaves it out' \
    'FROM base\nCOPY secret.txt /'
  echo 'FROM base AS stage' > in
  build_fails 2 'did you mean "stage"' --target stgae < in
}

@test "a stage cannot use itself or one that comes later" {
  base
  for from in one two 1; do
    run_build --target one <<F
FROM base AS one
COPY --from=$from /x /
FROM base AS two
F
    [ "$status" != 0 ]
    contains "$errors" "ctx/Containerfile:2"
  done
}

@test "flags that make no sense are refused" {
  mkdir ctx; echo 'FROM scratch' > ctx/Containerfile
  fails_with 2 "progress" build --progress loud ctx
  fails_with 2 "did you mean" build -o type=lokal,dest=x ctx
  fails_with 2 "--secret" build --secret src=x ctx
  fails_with 2 "ulimit" build --ulimit nofile=x ctx
  fails_with 2 "timestamp" build --timestamp soon ctx
  fails_with 2 "invalid image name" build -t 'Not A Name' ctx
  fails_with 3 "no-such-directory/Containerfile" build no-such-directory
  fails_with 3 "no-such-file" build -f no-such-file ctx
  mkdir empty
  fails_with 3 "Containerfile" build empty
}

@test "the checks tell what is doubtful, and can be errors" {
  mkdir ctx
  printf 'from scratch as One\nENV password=x\nCMD echo hi\n' > ctx/Containerfile
  run_lade build --check ctx
  equal "$status" 1
  contains "$output" "Containerfile:"
  printf '# check=error=true\nFROM scratch\nCMD echo hi\n' > ctx/Containerfile
  fails_with 2 "check" build ctx
  printf 'FROM scratch\nCMD ["hi"]\n' > ctx/Containerfile
  lade build --check ctx
}
