#include "libimage/archive/tar_writer.h"

#include <catch2/catch.hpp>
#include <clocale>

#include "libimage/archive/pax_records.h"
#include "libimage/archive/tar_reader.h"
#include "libimage/archive/ustar.h"
#include "tests/support/expect_error.h"
#include "tests/support/tar_builder.h"

namespace lade {
namespace {

using namespace std::string_literals;

std::string write_one(const Entry& entry) {
  StringSink sink;
  TarWriter writer(sink);
  writer.add(entry);
  return sink.take();
}

Entry read_one(const std::string& bytes) {
  MemorySource source(bytes);
  TarReader reader(source, "t");
  std::optional<Entry> entry = reader.next();
  REQUIRE(entry);
  return *std::move(entry);
}

/// The records of the pax header at the front; empty if there is none.
std::string pax_of(const std::string& bytes) {
  if (bytes[156] != 'x') return {};
  const std::size_t size = std::stoul(bytes.substr(124, 11), nullptr, 8);
  return bytes.substr(512, size);
}

}  // namespace

TEST_CASE("what ustar can say needs no pax header") {
  Entry entry{.path = std::string(155, 'p') + "/" + std::string(100, 'n')};
  entry.uid = entry.gid = 2'097'151;
  entry.mtime = {8'589'934'591, 0};
  entry.user_name = std::string(31, 'u');
  const std::string bytes = write_one(entry);
  CHECK(bytes.size() == 512);
  CHECK(bytes.substr(257, 8) == "ustar\0"s + "00");
  CHECK(bytes.substr(100, 8) == "0000000\0"s);
  CHECK(read_one(bytes) == entry);
}

TEST_CASE("what ustar cannot say is said by sorted pax records") {
  Entry entry{.path = "caf\xc3\xa9", .type = EntryType::symlink, .mode = 0777};
  entry.uid = 2'097'152;
  entry.gid = 4'294'967'295;
  entry.mtime = {-2, 750'000'000};
  entry.user_name = std::string(32, 'u');
  entry.link_target = std::string(101, 'l');
  entry.xattrs = {{"user.b", "2"}, {"security.capability", "\1\0\n="s}};
  const std::string bytes = write_one(entry);
  CHECK(pax_of(bytes) == "37 SCHILY.xattr.security.capability=\1\0\n=\n"s.replace(0, 2, "41") +
                             "25 SCHILY.xattr.user.b=2\n" + "18 gid=4294967295\n" +
                             "115 linkpath=" + std::string(101, 'l') + "\n" + "15 mtime=-1.25\n" +
                             "14 path=caf\xc3\xa9\n" + "15 uid=2097152\n" +
                             "42 uname=" + std::string(32, 'u') + "\n");
  CHECK(read_one(bytes) == entry);
}

TEST_CASE("names that are no UTF-8 are declared binary") {
  const Entry entry{.path = "\xff\xfe"};
  CHECK(pax_of(write_one(entry)) == "21 hdrcharset=BINARY\n11 path=\xff\xfe\n");
  CHECK(read_one(write_one(entry)) == entry);
}

TEST_CASE("a path is split where ustar can, and given to pax where it cannot") {
  struct Row {
    std::string path;
    bool pax;
  };
  for (const auto& [path, pax] : {
           Row{std::string(100, 'a'), false},
           Row{std::string(101, 'a'), true},
           Row{"/" + std::string(100, 'a'), true},  // nothing to put before the slash
           Row{"b/" + std::string(100, 'a'), false},
           Row{std::string(155, 'b') + "/a", false},
           Row{std::string(156, 'b') + "/a", true},
           Row{std::string(156, 'b') + "/" + std::string(100, 'a'), true},
       }) {
    CAPTURE(path);
    const std::string bytes = write_one({.path = path});
    CHECK(!pax_of(bytes).empty() == pax);
    CHECK(read_one(bytes).path == path);
  }
}

TEST_CASE("a directory ends in a slash, however long its path") {
  for (const std::size_t size : {1U, 98U, 99U, 100U, 101U, 255U, 256U, 4000U, 4096U}) {
    CAPTURE(size);
    const std::string path(size, 'd');
    const std::string got = read_one(write_one({.path = path, .type = EntryType::directory})).path;
    CHECK(got == (size < 4096 ? path + "/" : path));
  }
  CHECK(read_one(write_one({.path = "d/", .type = EntryType::directory})).path == "d/");
}

TEST_CASE("sizes beyond 8 GiB go to pax") {
  class Zeros final : public Source {
   public:
    std::size_t read(std::span<std::byte> buffer) override { return buffer.size(); }
  };
  class Cut final : public Sink {
   public:
    using Sink::write;
    void write(std::span<const std::byte> bytes) override {
      text += as_text(bytes);
      if (text.size() > 2048) fail(ErrorKind::cancelled, "enough");
    }
    std::string text;
  };
  Zeros zeros;
  Cut cut;
  TarWriter writer(cut);
  error_of(ErrorKind::cancelled,
           [&] { writer.add({.path = "big", .size_bytes = 8'589'934'592}, zeros); });
  CHECK(pax_of(cut.text) == "19 size=8589934592\n");
  CHECK(read_one(cut.text).size_bytes == 8'589'934'592);
}

TEST_CASE("add says where contents begin, and offset how much was written") {
  StringSink sink;
  TarWriter writer(sink);
  MemorySource first("hello");
  CHECK(writer.add({.path = "a", .size_bytes = 5}, first) == 512);
  CHECK(writer.offset() == 1024);
  MemorySource second("world");
  const std::uint64_t begin =
      writer.add({.path = "b", .size_bytes = 5, .xattrs = {{"user.x", "y"}}}, second);
  CHECK(sink.text().substr(begin, 5) == "world");
  writer.finish();
  CHECK(writer.offset() == sink.text().size());
  CHECK(sink.text().ends_with(std::string(1024, '\0')));
  error_of(ErrorKind::internal, [&] { writer.add({.path = "c"}); });
}

TEST_CASE("contents of another length than announced are corrupt") {
  NullSink sink;
  TarWriter writer(sink);
  MemorySource few("1234");
  MemorySource many("123456");
  CHECK(error_of(ErrorKind::corrupt, [&] { writer.add({.path = "a", .size_bytes = 5}, few); }) ==
        "write tar entry \"a\": wanted 5 bytes, got 4");
  CHECK(error_of(ErrorKind::corrupt, [&] { writer.add({.path = "a", .size_bytes = 5}, many); }) ==
        "write tar entry \"a\": wanted 5 bytes, got more");
  error_of(ErrorKind::invalid, [&] { writer.add({.path = "a", .size_bytes = 5}); });
}

TEST_CASE("entries that no archive can hold are invalid") {
  const auto refuse = [](const Entry& entry) {
    CAPTURE(entry.path);
    const std::string message = error_of(ErrorKind::invalid, [&] { write_one(entry); });
    CHECK(message.starts_with("write tar entry \""));
  };
  refuse({.path = ""});
  refuse({.path = "a\0b"s});
  refuse({.path = std::string(4097, 'a')});
  refuse({.path = "file/"});
  refuse({.path = "mode", .mode = 010000});
  refuse({.path = "nanoseconds", .mtime = {0, 1'000'000'000}});
  refuse({.path = "no target", .type = EntryType::symlink});
  refuse({.path = "target", .link_target = "x"});
  refuse({.path = "target", .type = EntryType::hardlink, .link_target = "\0"s});
  refuse({.path = "xattr", .xattrs = {{"user.a=b", ""}}});
  refuse({.path = "xattr", .xattrs = {{"", ""}}});
  refuse({.path = "xattr", .xattrs = {{"user.x", std::string(1U << 20U, 'x')}}});
}

TEST_CASE("the same entries are the same bytes in every locale") {
  const auto write = [] {
    return TarBuilder{}
        .file("caf\xc3\xa9", "x")
        .file("\xff")
        .mtime({1, 500'000'000})
        .owner(3'000'000, 0)
        .bytes();
  };
  const std::string before = setlocale(LC_ALL, nullptr);
  setlocale(LC_ALL, "C");
  const std::string plain = write();
  REQUIRE(setlocale(LC_ALL, "C.UTF-8") != nullptr);
  const std::string utf8 = write();
  setlocale(LC_ALL, before.c_str());
  CHECK(plain == utf8);
}

TEST_CASE("pax records count their own digits") {
  CHECK(encode_pax({{"a", "b"}}) == "6 a=b\n");
  CHECK(encode_pax({{"a", "12345"}}) == "11 a=12345\n");
  CHECK(encode_pax({{"a", "1234"}}) == "9 a=1234\n");
  for (std::size_t size = 0; size < 2000; ++size) {
    const std::string text = encode_pax({{"key", std::string(size, 'v')}});
    REQUIRE(std::stoul(text) == text.size());
  }
}

TEST_CASE("pax times are decimal seconds") {
  CHECK(pax_time({0, 0}) == "0");
  CHECK(pax_time({1, 500'000'000}) == "1.5");
  CHECK(pax_time({1, 1}) == "1.000000001");
  CHECK(pax_time({-1, 0}) == "-1");
  CHECK(pax_time({-1, 500'000'000}) == "-0.5");
  CHECK(pax_time({-2, 999'999'999}) == "-1.000000001");
}

TEST_CASE("UTF-8 is told from what only looks like it") {
  for (const char* good : {"", "abc", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf",
                           "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xc3\xa9z"}) {
    CAPTURE(good);
    CHECK(is_utf8(good));
  }
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xc3z"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_utf8(bad));
  }
}

}  // namespace lade
