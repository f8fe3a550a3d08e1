#include "signing/verdict/verdict.h"

#include <catch2/catch.hpp>

namespace lade::signing {

TEST_CASE("an error says which verdict it stands for, and each verdict ends in its own kind") {
  CHECK(verdict_of(ErrorKind::denied) == Verdict::untrusted);
  CHECK(verdict_of(ErrorKind::invalid) == Verdict::untrusted);
  CHECK(verdict_of(ErrorKind::not_found) == Verdict::absent);
  CHECK(verdict_of(ErrorKind::unavailable) == Verdict::unreachable);
  for (const Verdict verdict : {Verdict::untrusted, Verdict::absent, Verdict::unreachable}) {
    CHECK(verdict_of(kind_of(verdict)) == verdict);
  }
  CHECK(ends_all(ErrorKind::cancelled));
  CHECK(ends_all(ErrorKind::internal));
  CHECK_FALSE(ends_all(ErrorKind::unavailable));
  CHECK_THROWS_AS(kind_of(Verdict::valid), Error);
  CHECK(to_string(Verdict::valid) == "valid");
  CHECK(to_string(Verdict::unreachable) == "unreachable");
}

}  // namespace lade::signing
