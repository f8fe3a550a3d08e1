#include "libimage/base/error.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

namespace lade {
namespace {

class Special : public Error {
 public:
  using Error::Error;
};

TEST_CASE("a handler that adds context passes on what was thrown, with its type") {
  const auto outer = [] {
    try {
      throw Special(ErrorKind::denied, "no way in");
    } catch (Error& error) {
      error.add_context("cannot open a/b");
      throw;
    }
  };
  CHECK_THROWS_AS(outer(), Special);
  CHECK(error_of(ErrorKind::denied, outer) == "cannot open a/b: no way in");
}

TEST_CASE("a failed system call has the kind of its errno and names its reason") {
  const struct {
    int number;
    ErrorKind kind;
    const char* message;
  } cases[] = {
      {ENOENT, ErrorKind::not_found, "open a: No such file or directory"},
      {ENOTDIR, ErrorKind::not_found, "open a: Not a directory"},
      {EACCES, ErrorKind::denied, "open a: Permission denied"},
      {EROFS, ErrorKind::denied, "open a: Read-only file system"},
      {EEXIST, ErrorKind::conflict, "open a: File exists"},
      {ENOSPC, ErrorKind::io, "open a: No space left on device"},
  };
  for (const auto& one : cases) {
    errno = one.number;
    CHECK(error_of(one.kind, [] { fail_errno("open {}", "a"); }) == one.message);
  }
}

}  // namespace
}  // namespace lade
