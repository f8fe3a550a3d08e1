#include "libimage/containers/tar_split.h"

#include <catch2/catch.hpp>

#include "libimage/base/base64.h"
#include "tests/support/expect_error.h"

namespace lade {
namespace {

std::vector<TarSplitEntry> entries_of(std::string_view text) {
  MemorySource source(text);
  TarSplitReader reader(source, "test");
  std::vector<TarSplitEntry> entries;
  while (auto entry = reader.next()) entries.push_back(std::move(*entry));
  return entries;
}

std::string refused(ErrorKind kind, std::string_view text) {
  return error_of(kind, [&] { entries_of(text); });
}

TEST_CASE("tar-split data is read line by line") {
  const auto entries = entries_of(
      "{\"type\":2,\"payload\":\"aGVhZA==\",\"position\":0}\n"
      "{\"type\":1,\"name\":\"etc/a\",\"size\":3,\"payload\":\"8V97KVB28Fs=\",\"position\":1}\n"
      "{\"type\":1,\"name_raw\":\"/2E=\",\"position\":2}\n"
      "{\"type\":2,\"position\":3}");
  REQUIRE(entries.size() == 4);
  CHECK_FALSE(entries[0].is_file);
  CHECK(entries[0].bytes == "head");
  CHECK(entries[1].is_file);
  CHECK(entries[1].path == "etc/a");
  CHECK(entries[1].size_bytes == 3);
  CHECK(entries[2].path ==
        "\xff"
        "a");
  CHECK(entries[2].size_bytes == 0);
  CHECK(entries[3].bytes.empty());
}

TEST_CASE("tar-split data without lines is an empty tar") {
  CHECK(entries_of("").empty());
  CHECK(entries_of("\n\n").empty());
}

TEST_CASE("tar-split lines that make no sense are refused with the entry they are") {
  struct Case {
    ErrorKind kind;
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {ErrorKind::invalid, "{\"type\":2", "test, entry 0 is not valid JSON"},
      {ErrorKind::corrupt, "[]", "test, entry 0 is not a JSON object"},
      {ErrorKind::corrupt, "{\"type\":2,\"position\":1}", "entry 0 says that it is entry 1"},
      {ErrorKind::corrupt, "{\"type\":2}\n{\"type\":2}", "entry 1 says that it is entry 0"},
      {ErrorKind::invalid, "{\"position\":0}", "type"},
      {ErrorKind::corrupt, "{\"type\":3}", "of the unknown type 3"},
      {ErrorKind::invalid, "{\"type\":\"1\"}", "type"},
      {ErrorKind::corrupt, "{\"type\":2,\"payload\":\"a\"}", "\"payload\" is not base64"},
      {ErrorKind::invalid, "{\"type\":2,\"payload\":5}", "payload"},
      {ErrorKind::corrupt, "{\"type\":1,\"name_raw\":\"*\"}", "\"name_raw\" is not base64"},
      {ErrorKind::corrupt, "{\"type\":1,\"name\":\"a\",\"size\":-1}", "a file of -1 bytes"},
      {ErrorKind::invalid, "{\"type\":1,\"name\":\"a\",\"size\":1e30}", "size"},
      {ErrorKind::invalid, "{\"type\":1,\"type\":2}", "occurs twice"},
  };
  for (const Case& bad : cases) {
    INFO(bad.text);
    CHECK_THAT(refused(bad.kind, bad.text), Catch::Contains(bad.message));
  }
}

/// The same byte for ever.
class Endless final : public Source {
 public:
  std::size_t read(std::span<std::byte> buffer) override {
    std::fill(buffer.begin(), buffer.end(), std::byte{' '});
    return buffer.size();
  }
};

TEST_CASE("a tar-split line without an end is given up") {
  Endless source;
  TarSplitReader reader(source, "test");
  const auto message = error_of(ErrorKind::corrupt, [&] { reader.next(); });
  CHECK(message == "test: a line is longer than 33554432 bytes");
}

TEST_CASE("the size of a tar is the sum of what tar-split data lists") {
  MemorySource source(
      std::string_view("{\"type\":2,\"payload\":\"aGVhZA==\",\"position\":0}\n"
                       "{\"type\":1,\"name\":\"a\",\"size\":5,\"position\":1}\n"));
  CHECK(tar_split_size(source, "test") == 9);
}

TEST_CASE("a tar larger than any is refused") {
  std::string text;
  for (int i = 0; i < 3; ++i) {
    text += fmt::format(
        "{{\"type\":1,\"name\":\"a\",\"size\":9223372036854775807,\"position\":{}}}\n", i);
  }
  MemorySource source(text);
  const auto message = error_of(ErrorKind::corrupt, [&] { tar_split_size(source, "test"); });
  CHECK(message == "test is of a tar larger than any");
}

}  // namespace
}  // namespace lade
