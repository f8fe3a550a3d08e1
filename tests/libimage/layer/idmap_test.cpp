#include "libimage/layer/idmap.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade {
namespace {

TEST_CASE("no ranges are the identity, but for the id that is none") {
  const IdMap map;
  CHECK(map.to_outside(0) == 0U);
  CHECK(map.to_inside(4294967294U) == 4294967294U);
  CHECK_FALSE(map.to_outside(4294967295U));
  CHECK_FALSE(map.to_inside(4294967295U));
}

TEST_CASE("ids are mapped there and back") {
  const IdMap map({{1, 100000, 65535}, {0, 1000, 1}});
  CHECK(map.to_outside(0) == 1000U);
  CHECK(map.to_outside(1) == 100000U);
  CHECK(map.to_outside(65535) == 165534U);
  CHECK_FALSE(map.to_outside(65536));
  CHECK(map.to_inside(1000) == 0U);
  CHECK(map.to_inside(165534) == 65535U);
  CHECK_FALSE(map.to_inside(1001));
  CHECK_FALSE(map.to_inside(0));
}

TEST_CASE("id maps that contradict themselves are refused") {
  const std::vector<std::vector<IdRange>> table{{{0, 1000, 0}},
                                                {{0, 1000, 10}, {9, 5000, 1}},
                                                {{0, 1000, 10}, {20, 1009, 1}},
                                                {{4294967290U, 0, 6}},
                                                {{0, 4294967295U, 1}}};
  for (const auto& ranges : table) {
    try {
      const IdMap map(ranges);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid);
    }
  }
  CHECK_NOTHROW(IdMap({{4294967290U, 0, 5}}));
}

}  // namespace
}  // namespace lade
