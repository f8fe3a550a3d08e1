#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "libimage/base/fd.h"
#include "libimage/layer/little_endian.h"
#include "sbom/distribution/rpm_database.h"
#include "sbom/distribution/rpm_header.h"
#include "tests/sbom/distribution/rpm_bytes.h"
#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

RpmHeader header_in(std::string_view bytes) { return RpmHeader::parse(as_bytes(bytes)); }

Find find_in(std::string_view database) { return parse_rpm_database(as_bytes(database)); }

std::string problem_of(std::string_view database) { return find_in(database).problem; }

/// Little-endian 32 bits at a place.
void put(std::string& bytes, std::size_t at, std::uint32_t value) {
  store_le(bytes.data() + at, value);
}

TEST_CASE("a header's values are read by tag and type") {
  const std::string bytes = HeaderBytes{}
                                .text(1000, "name")
                                .number(1003, 7)
                                .texts(1117, {"a", "b"})
                                .text(1000, "another")
                                .str();
  const RpmHeader header = header_in(bytes);
  CHECK(header.text(RpmTag::name) == "name");
  CHECK(header.number(RpmTag::epoch) == 7U);
  CHECK(header.texts(RpmTag::base_names) == std::vector<std::string_view>{"a", "b"});
  CHECK_FALSE(header.text(RpmTag::version));
  CHECK_FALSE(header.text(RpmTag::epoch));
  CHECK_FALSE(header.number(RpmTag::name));
  CHECK(header.numbers(RpmTag::base_names).empty());
  CHECK(header.binary(RpmTag::name).empty());
}

TEST_CASE("headers that lie about their sizes are refused") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", "4 bytes at 0 lie behind the end, which is at 0"},
      {be(0) + be(0), "a header with 0 entries"},
      {be(0x10000) + be(0), "a header with 65536 entries"},
      {be(2) + be(0) + std::string(16, '\0'), "32 bytes at 8 lie behind the end, which is at 24"},
      {be(1) + be(0xffffffff) + std::string(16, '\0'),
       "4294967295 bytes at 24 lie behind the end, which is at 24"},
      {be(1) + be(0) + be(1000) + be(6) + be(5) + be(1),
       "a header's entry 1000 begins at 5 of 0 bytes"},
  };
  for (const auto& row : rows) {
    INFO(row.second);
    CHECK(error_of(ErrorKind::corrupt, [&] { header_in(row.first); }) == row.second);
  }
}

TEST_CASE("values that are not all there are none") {
  const auto header_with = [](std::uint32_t tag, std::uint32_t type, std::uint32_t count,
                              const std::string& data) {
    return be(1) + be(static_cast<std::uint32_t>(data.size())) + be(tag) + be(type) + be(0) +
           be(count) + data;
  };
  const std::string no_end = header_with(1000, 6, 1, "abc");
  CHECK_FALSE(header_in(no_end).text(RpmTag::name));
  const std::string few = header_with(1117, 8, 4'000'000'000U, std::string(100, '\0'));
  CHECK(header_in(few).texts(RpmTag::base_names).empty());
  const std::string numbers = header_with(1116, 4, 0x40000001, std::string(8, '\0'));
  CHECK(header_in(numbers).numbers(RpmTag::directory_indexes).empty());
  const std::string binary = header_with(261, 7, 17, std::string(16, '\0'));
  CHECK(header_in(binary).binary(RpmTag::sigmd5).empty());
}

TEST_CASE("a damaged package is told and costs no other one") {
  const std::string good = package_header("good");
  const std::vector<std::pair<std::string, std::string>> rows{
      {"junk", "package 1: 4 bytes at 4 lie behind the end, which is at 4"},
      {HeaderBytes{}.text(1001, "1").str(), "package 1 has no name"},
      {HeaderBytes{}
           .text(1000, "x")
           .text(1001, "1")
           .text(1002, "1")
           .texts(1117, {"a"})
           .number(1116, 5)
           .texts(1118, {"/usr/"})
           .str(),
       "x lists a file in directory 5 of 1"},
  };
  for (const auto& [header, problem] : rows) {
    const Find find = find_in(ndb_of({header, good}));
    CHECK(find.problem == problem);
    CHECK(find.packages.back().package.name == "good");
  }
}

TEST_CASE("keys among the packages are none") {
  const Find find = find_in(ndb_of({package_header("gpg-pubkey"), package_header("a")}));
  CHECK(find.problem.empty());
  REQUIRE(find.packages.size() == 1);
  CHECK(find.packages[0].package.name == "a");
}

TEST_CASE("a long directory's name cannot be made into gigabytes of paths") {
  const std::string header = HeaderBytes{}
                                 .text(1000, "x")
                                 .text(1001, "1")
                                 .text(1002, "1")
                                 .texts(1117, std::vector<std::string>(100'000, "f"))
                                 .numbers(1116, std::vector<std::uint32_t>(100'000, 0))
                                 .texts(1118, {"/" + std::string(4000, 'd') + "/"})
                                 .str();
  const Find find = find_in(ndb_of({header}));
  CHECK(find.problem == "more than 134 MB of paths");
  CHECK(find.note.size() < 140'000'000);
}

TEST_CASE("an ndb database that lies is refused where it does") {
  const std::string good = ndb_of({package_header("a"), package_header("b")});
  REQUIRE(problem_of(good).empty());
  const std::size_t slot = 32;
  const std::vector<std::tuple<std::size_t, std::uint32_t, std::string>> rows{
      {4, 1, "an ndb database of version 1"},
      {12, 0xffffffff, "17592186040320 bytes at 0 lie behind the end"},
      {slot, 7, "no slot at 32, where one should be"},
      {slot + 8, 0x0fffffff, "144 bytes at 4294967280 lie behind the end"},
      {slot + 8, 1, "package 1 does not begin at 16, where its slot says"},
      {slot + 12, 1, "package 1 of 105 bytes is to lie in 16"},
      {slot + 12, 0xfffffff, "4294967280 bytes at 4096 lie behind the end"},
      {4096 + 12, 0xffffffff, "package 1 of 4294967295 bytes is to lie in"},
      {4096 + 4, 9, "package 1 does not begin at 4096, where its slot says"},
  };
  for (const auto& [at, value, problem] : rows) {
    std::string bytes = good;
    put(bytes, at, value);
    INFO(problem);
    CHECK_THAT(problem_of(bytes), Catch::StartsWith(problem));
  }
  std::string tail = good;
  tail[tail.size() - 1] = 'x';
  CHECK(problem_of(tail) == "package 2 does not end where it should");
  CHECK(find_in(tail).packages.size() == 1);
}

TEST_CASE("slots that all name one package do not have it read for ever") {
  const std::string one = ndb_of({package_header("a", std::string(8000, 'x'))});
  std::string bytes = one;
  for (std::size_t slot = 48; slot < 4096; slot += 16) bytes.replace(slot, 16, one, 32, 16);
  const Find find = find_in(bytes);
  CHECK(find.packages.size() == 1);
  CHECK(find.problem ==
        fmt::format("headers of more than the {} bytes of the database", bytes.size()));
}

TEST_CASE("overflow pages of Berkeley DB that lie are refused") {
  const std::string header = package_header("a", std::string(1500, 'x'));
  const std::string good = berkeley_of(header);
  REQUIRE(problem_of(good).empty());
  REQUIRE(find_in(good).packages.size() == 1);
  constexpr std::size_t page = 512;
  // page 1 has the item, from 2 on the value lies
  const std::size_t item = page + page - 17;
  const std::vector<std::tuple<std::size_t, std::uint32_t, std::string>> rows{
      {12, 7, "no hash table of Berkeley DB"},
      {20, 500, "pages of 500 bytes"},
      {20, 0x80000000, "pages of 2147483648 bytes"},
      {24, 0x00000801, "a Berkeley DB that is encrypted or has checksums in its pages"},
      {24, 0x00010800, "a Berkeley DB that is encrypted or has checksums in its pages"},
      {32, 100, fmt::format("101 pages of 512 bytes are to be in {} bytes", good.size())},
      {item + 4, 77, fmt::format("page 77 of {}", good.size() / page)},
      {item + 4, 1, "page 1 is no overflow page"},
      {item + 8, 0xffffffff,
       fmt::format("a value of 4294967295 bytes in a database of {}", good.size())},
      {item + 8, 100, "overflow pages hold more than the 100 bytes of their value"},
      {item + 8, 2000, fmt::format("overflow pages end at {} of 2000 bytes", header.size())},
      {item, 9, fmt::format("an item of type 9 at {} of its page", page - 17)},
  };
  for (const auto& [at, value, problem] : rows) {
    std::string bytes = good;
    put(bytes, at, value);
    CHECK(problem_of(bytes) == problem);
  }
}

TEST_CASE("overflow pages that go round in circles, or hold nothing, end") {
  const std::string header = package_header("a", std::string(1500, 'x'));
  std::string bytes = berkeley_of(header);
  // the first overflow page holds nothing and is its own next one
  put(bytes, 2 * 512 + 16, 2);
  bytes[2 * 512 + 22] = bytes[2 * 512 + 23] = 0;
  CHECK(problem_of(bytes) == "overflow page 2 is empty");
  bytes = berkeley_of(header);
  put(bytes, 2 * 512 + 16, 2);
  CHECK(problem_of(bytes) ==
        fmt::format("overflow pages hold more than the {} bytes of their value", header.size()));
}

TEST_CASE("what is no database of rpm is told") {
  CHECK(problem_of("") == "4 bytes at 12 lie behind the end, which is at 0");
  CHECK(problem_of(std::string(4096, 'x')) == "no hash table of Berkeley DB");
  CHECK(problem_of("RpmP") == "4 bytes at 4 lie behind the end, which is at 4");
  CHECK_THAT(problem_of("SQLite format 3"), Catch::StartsWith("SQLite says: "));
  CHECK_THAT(problem_of("SQLite format 3" + std::string(8192, '\0')),
             Catch::StartsWith("SQLite says: "));
}

}  // namespace
}  // namespace lade::sbom
