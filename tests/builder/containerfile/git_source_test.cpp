#include "builder/containerfile/git_source.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade::containerfile {
namespace {

constexpr const char* commit = "0123456789012345678901234567890123456789";

TEST_CASE("a git source is taken apart into remote, ref and subdirectory") {
  struct Row {
    std::string text;
    GitSource expected;
  };
  const Row rows[] = {
      {"https://h/a/b.git", {"https://h/a/b.git", "", "", "", {}, {}}},
      {"HTTP://h/b.git", {"HTTP://h/b.git", "", "", "", {}, {}}},
      {"https://u:p@h/b.git#v1", {"https://u:p@h/b.git", "v1", "", "", {}, {}}},
      {"https://h/b.git#a/b:c/d", {"https://h/b.git", "a/b", "", "c/d", {}, {}}},
      {"https://h/b.git#:/c/./d/", {"https://h/b.git", "", "", "c/d", {}, {}}},
      {"https://h/b.git#main:.", {"https://h/b.git", "main", "", "", {}, {}}},
      {"https://h/b.git#", {"https://h/b.git", "", "", "", {}, {}}},
      {"git://h/b", {"git://h/b", "", "", "", {}, {}}},
      {"ssh://git@h:22/b#r", {"ssh://git@h:22/b", "r", "", "", {}, {}}},
      {"git@h:a/b", {"git@h:a/b", "", "", "", {}, {}}},
      {"git@h.example:b.git#r:d", {"git@h.example:b.git", "r", "", "d", {}, {}}},
      {"https://h/b.git?branch=x", {"https://h/b.git", "refs/heads/x", "", "", {}, {}}},
      {"https://h/b.git?tag=x", {"https://h/b.git", "refs/tags/x", "", "", {}, {}}},
      {"https://h/b.git?tag=refs/tags/x", {"https://h/b.git", "refs/tags/x", "", "", {}, {}}},
      {"https://h/b.git?ref=x&subdir=/d", {"https://h/b.git", "x", "", "d", {}, {}}},
      {"https://h/b.git?ref=x#x:d", {"https://h/b.git", "x", "", "d", {}, {}}},
      {"git@h:b?ref=x", {"git@h:b", "x", "", "", {}, {}}},
      {"https://h/b.git?keep-git-dir", {"https://h/b.git", "", "", "", true, {}}},
      {"https://h/b.git?keep-git-dir=0&submodules=f",
       {"https://h/b.git", "", "", "", false, false}},
      {"https://h/b.git?checksum=ABCDEF0&ref=x", {"https://h/b.git", "x", "abcdef0", "", {}, {}}},
      {std::string("https://h/b.git?commit=") + commit,
       {"https://h/b.git", commit, commit, "", {}, {}}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto got = find_git_source(row.text);
    REQUIRE(got);
    CHECK(*got == row.expected);
  }
}

TEST_CASE("what names no repository is no git source") {
  for (const char* text : {"",
                           ".",
                           "file",
                           "dir/b.git",
                           "./git@h:b",
                           "../b.git",
                           "https://h/b",
                           "https://h/b.git/",
                           "https://h/b.git.gz",
                           "https://h.git",
                           "https:///b.git",
                           "https://h/b#x.git",
                           "https://h/b?x=.git",
                           "ftp://h/b.git",
                           "file:///b.git",
                           "ext::sh -c x",
                           "ext://h/b.git",
                           "h:b.git",
                           "git@h",
                           "git@h:",
                           "@h:b",
                           "-u@h:b",
                           "git@-oProxyCommand=x:b",
                           "a b@h:c",
                           "git@h/x:b",
                           "ssh://h",
                           "git://"}) {
    CAPTURE(text);
    CHECK_FALSE(find_git_source(text));
  }
}

TEST_CASE("a git source that cannot be says why, and no password") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row rows[] = {
      {"https://u:secret@h/b.git#--upload-pack=x", "cannot be the name of a git ref"},
      {"https://u:secret@h/b.git#-x", "cannot be the name of a git ref"},
      {"git@h:b#a..b", "cannot be the name of a git ref"},
      {"git@h:b#a*", "cannot be the name of a git ref"},
      {"git@h:b#a^{tree}", "cannot be the name of a git ref"},
      {"git@h:b#@{1}", "cannot be the name of a git ref"},
      {"git@h:b#a%20b", "cannot be the name of a git ref"},
      {"git@h:b#a%0ab", "cannot be the name of a git ref"},
      {"git@h:b#a/.b", "cannot be the name of a git ref"},
      {"git@h:b#a//b", "cannot be the name of a git ref"},
      {"git@h:b#a.lock", "cannot be the name of a git ref"},
      {"git@h:b#%zz", "no two hex digits"},
      {"git@h:b#:../x", "leads out of the repository"},
      {"git@h:b?subdir=a/../../x", "leads out of the repository"},
      {"git@h:b?ref=", "has no value"},
      {"git@h:b?ref=a&ref=a", "twice"},
      {"git@h:b?ref=a#b", "two values of the ref"},
      {"git@h:b?tag=a&branch=a", "a tag and a branch"},
      {"git@h:b?token=secret", "unknown \"token\""},
      {"git@h:b?checksum=abc", "no commit id"},
      {"git@h:b?checksum=--------", "no commit id"},
      {"git@h:b?keep-git-dir=maybe", "wanted true or false"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    try {
      find_git_source(row.text);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid);
      CHECK_THAT(error.message(), Catch::Contains(row.message));
      CHECK_THAT(error.message(), !Catch::Contains("secret"));
    }
  }
}

}  // namespace
}  // namespace lade::containerfile
