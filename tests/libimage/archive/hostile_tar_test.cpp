#include <catch2/catch.hpp>

#include "libimage/archive/tar_reader.h"
#include "libimage/stream/sink.h"
#include "tests/support/expect_error.h"
#include "tests/support/tar_builder.h"

namespace lade {
namespace {

using namespace std::string_literals;

const std::string gnu_magic = "ustar  \0"s;

/// Reads it all, contents too, as somebody who trusts the reader would.
std::vector<Entry> read_everything(const std::string& bytes) {
  MemorySource source(bytes);
  TarReader reader(source, "t");
  std::vector<Entry> entries;
  while (std::optional<Entry> entry = reader.next()) {
    NullSink sink;
    copy(reader.data(), sink);
    CHECK(sink.count_bytes() == entry->size_bytes);
    entries.push_back(*std::move(entry));
  }
  reader.drain();
  return entries;
}

void skip_everything(const std::string& bytes) {
  MemorySource source(bytes);
  TarReader reader(source, "t");
  while (reader.next()) {
  }
  reader.drain();
}

struct Case {
  const char* what;
  std::string bytes;
  ErrorKind kind = ErrorKind::corrupt;
};

void require_refused(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    CAPTURE(test.what);
    const std::string message = error_of(test.kind, [&] { read_everything(test.bytes); });
    CHECK(message.starts_with("t"));
    error_of(test.kind, [&] { skip_everything(test.bytes); });
  }
}

std::string header_only(const RawHeader& header) {
  return TarBuilder{}.file("before", "x").raw_header(header).bytes();
}

std::string long_gnu(char type, const std::string& text) {
  return TarBuilder{}
      .raw_header({.type = type, .size = octal(text.size()), .magic = gnu_magic})
      .raw_body(text)
      .raw_header({.name = "a", .type = type == 'K' ? '2' : '0', .magic = gnu_magic})
      .bytes();
}

/// A file in GNU's pax sparse format 1.0, with `map` for its map and `stored` behind it.
std::string sparse_1_0(const std::string& real_size, const std::string& map,
                       const std::string& stored) {
  const std::string padded = map + std::string((512 - map.size() % 512) % 512, '\0');
  return TarBuilder{}
      .raw_pax(pax_record("GNU.sparse.major", "1") + pax_record("GNU.sparse.minor", "0") +
               pax_record("GNU.sparse.realsize", real_size) +
               pax_record("GNU.sparse.name", "sparse"))
      .raw_header({.size = octal(padded.size() + stored.size())})
      .raw_body(padded + stored)
      .bytes();
}

std::string sparse_0_1(const std::string& real_size, const std::string& map,
                       const std::string& stored) {
  return TarBuilder{}
      .raw_pax(pax_record("GNU.sparse.map", map) + pax_record("GNU.sparse.size", real_size))
      .raw_header({.size = octal(stored.size())})
      .raw_body(stored)
      .bytes();
}

/// GNU's old format: offset, size pairs and the real size in the header itself.
std::string sparse_old(const std::string& map, const std::string& real_size,
                       const std::string& stored) {
  std::string tail(41, '\0');
  tail += map;
  tail.resize(41 + 96, '\0');
  tail += '\0';
  tail += real_size;
  return TarBuilder{}
      .raw_header({.type = 'S', .size = octal(stored.size()), .magic = gnu_magic, .tail = tail})
      .raw_body(stored)
      .bytes();
}

}  // namespace

TEST_CASE("sizes that lie or make no sense are corrupt") {
  require_refused({
      {"more than there is", header_only({.size = octal(1U << 30U)})},
      {"not a number", header_only({.size = "0000000x010"})},
      {"a minus", header_only({.size = "-0000000512"})},
      {"negative in base 256", header_only({.size = std::string(11, '\xff') + '\0'})},
      {"2^63 - 1", header_only({.size = base256((1ULL << 63U) - 1)})},
      {"2^63 - 512", header_only({.size = base256((1ULL << 63U) - 512)})},
      {"2^63", header_only({.size = base256(1ULL << 63U)})},
      {"2^64 - 1", header_only({.size = base256(~0ULL)})},
      {"pax 2^63 - 1",
       TarBuilder{}.raw_pax(pax_record("size", "9223372036854775807")).raw_header({}).bytes()},
      {"pax beyond 64 bits",
       TarBuilder{}.raw_pax(pax_record("size", "99999999999999999999")).raw_header({}).bytes()},
      {"pax negative",
       TarBuilder{}.raw_pax(pax_record("size", "-512")).raw_header({}).raw_body("x").bytes()},
  });
}

TEST_CASE("a pax size goes before the header's, for contents and for what follows") {
  const std::string bytes = TarBuilder{}
                                .raw_pax(pax_record("size", "600"))
                                .raw_header({.name = "a", .size = octal(3)})
                                .raw_body(std::string(600, 'y'))
                                .file("b")
                                .bytes();
  const std::vector<Entry> entries = read_everything(bytes);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].size_bytes == 600);
  CHECK(entries[1].path == "b");
}

TEST_CASE("owners, modes and devices out of range are corrupt") {
  require_refused({
      {"uid -1", header_only({.uid = std::string(8, '\xff')})},
      {"gid -1", header_only({.gid = std::string(8, '\xff')})},
      {"uid 2^32", header_only({.uid = "\x80\0\0\1\0\0\0\0"s})},
      {"pax uid 2^32",
       TarBuilder{}.raw_pax(pax_record("uid", "4294967296")).raw_header({}).bytes()},
      {"pax gid -1", TarBuilder{}.raw_pax(pax_record("gid", "-1")).raw_header({}).bytes()},
      {"mode is text", header_only({.mode = "rwxr-x"})},
      {"device is text", header_only({.type = '3', .device_major = "tty"})},
  });
  const std::vector<Entry> entries = read_everything(header_only({.mode = "0104755"}));
  CHECK(entries[1].mode == 04755);
}

TEST_CASE("types that are no file system objects are unsupported, not taken for files") {
  for (const char type : {'M', 'N', 'Z', 'a', '8', '\x01'}) {
    CAPTURE(type);
    const std::string message = error_of(ErrorKind::unsupported, [&] {
      read_everything(
          TarBuilder{}.file("before").raw_header({.name = "odd", .type = type}).bytes());
    });
    CHECK(message.starts_with("t: entry \"odd\": there is no type '"));
  }
}

TEST_CASE("old and odd spellings of ordinary types are understood") {
  const std::vector<Entry> entries = read_everything(
      TarBuilder{}
          .raw_header({.name = "contiguous", .type = '7', .size = octal(3)})
          .raw_body("abc")
          .raw_header({.name = "v7", .type = '\0', .size = octal(3), .magic = ""})
          .raw_body("abc")
          .raw_header({.name = "v7dir/", .type = '\0', .magic = ""})
          .raw_header({.name = "dumpdir", .type = 'D', .size = octal(3), .magic = gnu_magic})
          .raw_body("Ya\0")
          .raw_header({.name = "label", .type = 'V', .magic = gnu_magic})
          .raw_pax(pax_record("comment", "from git"), 'g')
          .file("last")
          .bytes());
  REQUIRE(entries.size() == 5);
  CHECK(entries[0].type == EntryType::file);
  CHECK(entries[0].size_bytes == 3);
  CHECK(entries[1].type == EntryType::file);
  CHECK(entries[2].type == EntryType::directory);
  CHECK(entries[3].type == EntryType::directory);
  CHECK(entries[4].path == "last");
}

TEST_CASE("hard links have no contents of their own, stored or not") {
  const std::vector<Entry> entries =
      read_everything(TarBuilder{}
                          .raw_header({.name = "gnu", .type = '1', .size = octal(600), .link = "a"})
                          .raw_pax(pax_record("path", "pax"))
                          .raw_header({.name = "x", .type = '1', .size = octal(600), .link = "a"})
                          .raw_body(std::string(600, 'x'))
                          .file("last")
                          .bytes());
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].type == EntryType::hardlink);
  CHECK(entries[0].size_bytes == 0);
  CHECK(entries[1].path == "pax");
  CHECK(entries[1].type == EntryType::hardlink);
  CHECK(entries[1].size_bytes == 0);
  CHECK(entries[2].path == "last");
}

TEST_CASE("a link may have its target in the extended header alone") {
  for (const char type : {'1', '2'}) {
    CHECK(read_everything(TarBuilder{}
                              .raw_pax(pax_record("linkpath", "\xe6\x97\xa5"))
                              .raw_header({.name = "a", .type = type})
                              .bytes())[0]
              .link_target == "\xe6\x97\xa5");
  }
}

TEST_CASE("names and links are present and at most 4096 bytes") {
  const std::string most(4096, 'n');
  const std::string more(4097, 'n');
  CHECK(read_everything(long_gnu('L', most + '\0'))[0].path == most);
  CHECK(read_everything(long_gnu('K', most + '\0'))[0].link_target == most);
  CHECK(read_everything(TarBuilder{}.raw_pax(pax_record("path", most)).raw_header({}).bytes())[0]
            .path == most);
  require_refused({
      {"GNU name", long_gnu('L', more)},
      {"GNU link", long_gnu('K', more)},
      {"pax name", TarBuilder{}.raw_pax(pax_record("path", more)).raw_header({}).bytes()},
      {"pax link", TarBuilder{}
                       .raw_pax(pax_record("linkpath", more))
                       .raw_header({.type = '2', .link = "x"})
                       .bytes()},
      {"no name", header_only({.name = ""})},
      {"no link target", header_only({.type = '2'})},
      {"no hard link target", header_only({.type = '1'})},
  });
}

TEST_CASE("a NUL ends a name, so that nobody meets one") {
  CHECK(read_everything(long_gnu('L', "ab\0cd"s))[0].path == "ab");
  CHECK(
      read_everything(TarBuilder{}.raw_pax(pax_record("path", "ab\0cd"s)).raw_header({}).bytes())[0]
          .path == "ab");
}

TEST_CASE("special headers are bounded in size and depth") {
  TarBuilder nested_pax;
  for (int i = 0; i < 1000; ++i) nested_pax.raw_pax(pax_record("comment", "x"));
  nested_pax.file("a");
  TarBuilder nested_long;
  for (int i = 0; i < 1000; ++i) {
    nested_long.raw_header({.type = 'L', .size = octal(2), .magic = gnu_magic}).raw_body("a");
  }
  nested_long.file("a");
  require_refused({
      {"pax header of 100 MB", header_only({.type = 'x', .size = octal(100'000'000)})},
      {"long name of 8 GB", header_only({.type = 'L', .size = octal(1ULL << 32U)})},
      {"long name of negative size",
       header_only({.type = 'L', .size = std::string(11, '\xff') + '\xfe'})},
      {"pax headers without end", nested_pax.bytes()},
      {"long names without end", nested_long.bytes()},
      {"a pax header at the end", TarBuilder{}.file("a").raw_pax(pax_record("path", "b")).bytes()},
  });
}

TEST_CASE("malformed pax records are corrupt") {
  for (const std::string& records : {"garbage"s, "5 a=b\n"s, "99 a=b\n"s, "6 a b\n"s, "0 a=b\n"s,
                                     "-6 a=b\n"s, "999999999999999999999 a=b\n"s, "6 a=bX"s}) {
    CAPTURE(records);
    const std::string bytes = TarBuilder{}.raw_pax(records).raw_header({}).bytes();
    error_of(ErrorKind::corrupt, [&] { read_everything(bytes); });
  }
}

TEST_CASE("very many records and large xattrs are read in bounded time and space") {
  std::string records;
  while (records.size() < 900'000) records += "8 a=bcd\n";
  CHECK(read_everything(TarBuilder{}.raw_pax(records).raw_header({}).bytes()).size() == 1);
  records.clear();
  for (int i = 0; i < 30'000; ++i) {
    records += pax_record("SCHILY.xattr.user." + std::to_string(i), "v");
  }
  CHECK(read_everything(TarBuilder{}.raw_pax(records).raw_header({}).bytes())[0].xattrs.size() ==
        30'000);
  const std::string big(990'000, 'v');
  CHECK(read_everything(TarBuilder{}.file("a").xattr("user.big", big).bytes())[0].xattrs.at(
            "user.big") == big);
}

TEST_CASE("both spellings of xattrs are read, ACL text is not") {
  const std::vector<Entry> entries =
      read_everything(TarBuilder{}
                          .raw_pax(pax_record("LIBARCHIVE.xattr.user.a%3Db", "AAEC") +
                                   pax_record("SCHILY.xattr.security.capability", "\1\0\2"s) +
                                   pax_record("SCHILY.acl.access", "user::rwx,group::r-x,mask") +
                                   pax_record("SCHILY.acl.default", "user::rwx"))
                          .raw_header({.name = "a"})
                          .bytes());
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].xattrs == std::map<std::string, std::string>{
                                 {"user.a=b", "\0\1\2"s}, {"security.capability", "\1\0\2"s}});
}

TEST_CASE("a wrong checksum is corrupt, in the first header and in the next") {
  CHECK(error_of(ErrorKind::corrupt, [] {
          read_everything(TarBuilder{}.raw_header({.good_checksum = false}).bytes());
        }) == "t is not a tar archive");
  require_refused({{"later", header_only({.good_checksum = false})}});
}

TEST_CASE("sparse files read as they were before they were packed") {
  const auto contents = [](const std::string& bytes) {
    MemorySource source(bytes);
    TarReader reader(source, "t");
    REQUIRE(reader.next());
    CHECK_FALSE(reader.data_offset());
    std::string text = read_all(reader.data(), 1U << 20U, "test");
    CHECK_FALSE(reader.next());
    return text;
  };
  const std::string expected = "\0\0abc\0\0\0de\0"s;
  CHECK(contents(sparse_1_0("11", "2\n2\n3\n8\n2\n", "abcde")) == expected);
  CHECK(contents(sparse_0_1("11", "2,3,8,2", "abcde")) == expected);
  CHECK(contents(sparse_old(octal(2) + '\0' + octal(3) + '\0' + octal(8) + '\0' + octal(2) + '\0',
                            octal(11), "abcde")) == expected);
}

TEST_CASE("sparse maps that lie or overflow are refused") {
  const std::string huge = "9223372036854775807";
  const auto read = [](const std::string& bytes) { read_everything(bytes); };
  const std::vector<std::pair<const char*, std::string>> cases = {
      {"past the real size", sparse_1_0("4", "1\n2\n3\n", "abc")},
      {"backwards", sparse_1_0("20", "2\n10\n2\n2\n3\n", "abcde")},
      {"overlapping", sparse_1_0("20", "2\n0\n3\n2\n2\n", "abcde")},
      {"overflowing", sparse_1_0("20", "1\n" + huge + "\n" + huge + "\n", "abc")},
      {"negative", sparse_1_0("20", "1\n-5\n3\n", "abc")},
      {"not numbers", sparse_1_0("20", "1\nx\ny\n", "abc")},
      {"more entries than there are", sparse_1_0("20", "1000000\n2\n3\n", "abc")},
      {"0.1 past the real size", sparse_0_1("4", "2,3", "abc")},
      {"0.1 overflowing", sparse_0_1("20", huge + "," + huge, "abc")},
      {"0.1 not numbers", sparse_0_1("20", "a,b", "abc")},
      {"old past the real size", sparse_old(octal(2) + '\0' + octal(3), octal(4), "abc")},
      {"old beyond 2^63", sparse_old(base256(~0ULL >> 1U) + base256(~0ULL >> 1U), octal(9), "abc")},
  };
  for (const auto& [what, bytes] : cases) {
    CAPTURE(what);
    error_of(ErrorKind::corrupt, [&, &data = bytes] { read(data); });
  }
  error_of(ErrorKind::unsupported,
           [&] { read(sparse_1_0("4611686018427387904", "1\n0\n3\n", "abc")); });
}

TEST_CASE("sparse files are bounded together, too") {
  const std::string one = sparse_1_0("439804651110", "1\n0\n3\n", "abc");
  const std::string member = one.substr(0, one.size() - 1024);
  const std::string bytes = member + member + one;
  MemorySource source(bytes);
  TarReader reader(source, "t");
  REQUIRE(reader.next());
  REQUIRE(reader.next());
  const std::string message = error_of(ErrorKind::unsupported, [&] { reader.next(); });
  CHECK(message == "t: sparse files of more than 1099511627776 bytes together");
}

TEST_CASE("a sparse map for something that is no file is refused") {
  const std::string map(512, '\0');
  error_of(ErrorKind::corrupt, [&] {
    read_everything(TarBuilder{}
                        .raw_pax(pax_record("GNU.sparse.major", "1") +
                                 pax_record("GNU.sparse.minor", "0") +
                                 pax_record("GNU.sparse.realsize", "10"))
                        .raw_header({.type = '5'})
                        .raw_body("1\n0\n3\n")
                        .bytes());
  });
}

}  // namespace lade
