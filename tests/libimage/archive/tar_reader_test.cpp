#include "libimage/archive/tar_reader.h"

#include <catch2/catch.hpp>
#include <clocale>

#include "libimage/base/error.h"
#include "libimage/stream/sink.h"
#include "tests/support/tar_builder.h"

namespace lade {
namespace {

struct Member {
  Entry entry;
  std::string contents;
};

std::vector<Member> read_tar(const std::string& bytes, bool allow_trailing = false) {
  MemorySource source(bytes);
  TarReader reader(source, "test.tar");
  std::vector<Member> members;
  while (std::optional<Entry> entry = reader.next()) {
    std::string contents = read_all(reader.data(), 64U << 20U, "contents");
    members.push_back({*std::move(entry), std::move(contents)});
  }
  reader.drain(allow_trailing);
  return members;
}

std::vector<std::string> names_of(const std::string& bytes) {
  std::vector<std::string> names;
  for (const Member& member : read_tar(bytes)) names.push_back(member.entry.path);
  return names;
}

Member only_member(const std::string& bytes) {
  const std::vector<Member> members = read_tar(bytes);
  REQUIRE(members.size() == 1);
  return members.front();
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("every type of member is read as it was written") {
  const std::string bytes = TarBuilder{}
                                .file("a", "hello", 04755)
                                .owner(1000, 3'000'000'000)
                                .owner_names("user", "group")
                                .mtime({5, 250'000'000})
                                .xattr("user.x", std::string("v\0w", 3))
                                .dir("d/")
                                .symlink("l", "../a")
                                .hardlink("h", "a")
                                .device("c", EntryType::char_device, 1, 3)
                                .device("b", EntryType::block_device, 8, 1'048'575)
                                .fifo("p")
                                .whiteout("d/gone")
                                .opaque("d")
                                .bytes();
  const std::vector<Member> members = read_tar(bytes);
  REQUIRE(members.size() == 9);
  const Entry& file = members[0].entry;
  CHECK(file.path == "a");
  CHECK(file.type == EntryType::file);
  CHECK(file.mode == 04755);
  CHECK(file.uid == 1000);
  CHECK(file.gid == 3'000'000'000);
  CHECK(file.user_name == "user");
  CHECK(file.group_name == "group");
  CHECK(file.mtime == Timestamp{5, 250'000'000});
  CHECK(file.size_bytes == 5);
  CHECK(file.xattrs == std::map<std::string, std::string>{{"user.x", std::string("v\0w", 3)}});
  CHECK(members[0].contents == "hello");
  CHECK(members[1].entry.type == EntryType::directory);
  CHECK(members[2].entry.type == EntryType::symlink);
  CHECK(members[2].entry.link_target == "../a");
  CHECK(members[3].entry.type == EntryType::hardlink);
  CHECK(members[3].entry.link_target == "a");
  CHECK(members[4].entry.type == EntryType::char_device);
  CHECK(members[4].entry.device_minor == 3);
  CHECK(members[5].entry.type == EntryType::block_device);
  CHECK(members[5].entry.device_major == 8);
  CHECK(members[5].entry.device_minor == 1'048'575);
  CHECK(members[6].entry.type == EntryType::fifo);
  CHECK(members[7].entry.path == "d/.wh.gone");
  CHECK(members[8].entry.path == "d/.wh..wh..opq");
}

TEST_CASE("an empty stream is an empty archive, and so are zero blocks") {
  CHECK(read_tar("").empty());
  CHECK(read_tar(std::string(512, '\0')).empty());
  CHECK(read_tar(std::string(10240, '\0')).empty());
}

TEST_CASE("what is no tar is refused as such") {
  for (const std::string& bytes :
       {std::string("hello"), std::string(511, '\0') + "x", std::string(4096, 'x')}) {
    MemorySource source(bytes);
    TarReader reader(source, "layer");
    try {
      reader.next();
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::corrupt);
      CHECK(error.message() == "layer is not a tar archive");
    }
  }
}

TEST_CASE("an archive may end where another member could begin, and nowhere else") {
  const std::string whole = TarBuilder{}.file("a", std::string(600, 'x')).unfinished();
  REQUIRE(whole.size() == 1536);
  const std::string zeros(512, '\0');
  struct Row {
    std::string_view what;
    std::string bytes;
    bool accepted;
  };
  const std::string link = TarBuilder{}.symlink("l", "a").unfinished();
  for (const Row& row : std::vector<Row>{
           {"both zero blocks", whole + zeros + zeros, true},
           {"one zero block", whole + zeros, true},
           {"no zero block", whole, true},
           {"no padding behind the contents", whole.substr(0, 1112), true},
           {"no padding, behind others", whole + whole.substr(0, 1112), true},
           {"a half zero block", whole + zeros.substr(256), false},
           {"nothing behind a header without contents", whole + link, true},
           {"padding cut short", whole.substr(0, 1113), false},
           {"padding one byte short", whole.substr(0, 1535), false},
           {"contents one byte short", whole.substr(0, 1111), false},
           {"one byte of contents", whole.substr(0, 513), false},
           {"no contents", whole.substr(0, 512), false},
           {"a header cut short", whole + link.substr(0, 511), false},
           {"one byte of a header", whole + "x", false},
           {"the second contents one byte short", whole + whole.substr(0, 1111), false},
           {"the second padding cut short", whole + whole.substr(0, 1200), false}}) {
    CAPTURE(row.what);
    // whether the contents are read or skipped must make no difference
    for (const bool read : {true, false}) {
      CAPTURE(read);
      MemorySource source(row.bytes);
      TarReader reader(source, "t");
      const auto run = [&] {
        NullSink nowhere;
        while (const auto entry = reader.next()) {
          if (read) copy(reader.data(), nowhere);
        }
        reader.drain();
      };
      if (row.accepted) {
        CHECK_NOTHROW(run());
        CHECK_FALSE(reader.next());
      } else {
        CHECK_THROWS_AS(run(), Error);
      }
    }
  }
}

TEST_CASE("drain refuses garbage behind the end unless it is allowed") {
  const std::string bytes = TarBuilder{}.file("a", "x").bytes();
  CHECK(names_of(bytes + std::string(20'000, '\0')) == Names{"a"});
  CHECK_THROWS_AS(read_tar(bytes + "garbage"), Error);
  CHECK_THROWS_AS(read_tar(bytes + std::string(600'000, '\0') + "garbage"), Error);
  CHECK(read_tar(bytes + "garbage", true).size() == 1);
  SECTION("also in the place of the second end block") {
    const std::string one = TarBuilder{}.file("a", "x").unfinished() + std::string(512, '\0');
    CHECK_THROWS_AS(read_tar(one + std::string(512, 'x')), Error);
  }
}

TEST_CASE("names are bytes in every locale") {
  const std::string long_name = std::string(120, 'n') + "/\xc3\xa9" + std::string(90, 'm');
  const std::vector<std::string> names{
      "caf\xc3\xa9",               // composed
      "cafe\xcc\x81",              // decomposed: must not be normalised
      "\xff\xfe broken",           // no UTF-8
      "\xe6\x97\xa5\xe6\x9c\xac",  // Japanese
      long_name,
      "plain",
  };
  const char* locale = GENERATE("C", "C.UTF-8");
  const std::string before = setlocale(LC_ALL, nullptr);
  REQUIRE(setlocale(LC_ALL, locale) != nullptr);
  TarBuilder builder;
  for (const std::string& name : names) builder.file(name).xattr("user." + name, name);
  for (const std::string& name : names) builder.symlink("l" + name, name);
  for (const std::string& name : names) builder.hardlink("h" + name, name);
  for (const std::string& name : names) {
    builder.raw_pax(pax_record("path", name) + pax_record("uname", name)).raw_header({});
    builder.raw_header({.name = name.substr(0, 100)});
  }
  const std::vector<Member> members = read_tar(builder.bytes());
  setlocale(LC_ALL, before.c_str());
  REQUIRE(members.size() == 5 * names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    CAPTURE(i, locale);
    CHECK(members[i].entry.path == names[i]);
    CHECK(members[i].entry.xattrs.at("user." + names[i]) == names[i]);
    CHECK(members[names.size() + i].entry.link_target == names[i]);
    CHECK(members[2 * names.size() + i].entry.path == "h" + names[i]);
    CHECK(members[2 * names.size() + i].entry.link_target == names[i]);
    CHECK(members[3 * names.size() + 2 * i].entry.path == names[i]);
    CHECK(members[3 * names.size() + 2 * i].entry.user_name == names[i]);
    CHECK(members[3 * names.size() + 2 * i + 1].entry.path == names[i].substr(0, 100));
  }
}

TEST_CASE("times keep their fraction, before 1970 too") {
  const Timestamp time =
      GENERATE(Timestamp{0, 0}, Timestamp{1, 1}, Timestamp{-1, 0}, Timestamp{-2, 750'000'000},
               Timestamp{-100, 999'999'999}, Timestamp{8'589'934'592, 5}, Timestamp{0, 100},
               Timestamp{-1, 1}, Timestamp{-1, 500'000'000}, Timestamp{-1, 999'999'999},
               Timestamp{-62'135'596'800, 0}, Timestamp{-8'589'934'593, 1});
  CHECK(only_member(TarBuilder{}.file("a").mtime(time).bytes()).entry.mtime == time);
  // also where the header with the time lies across two reads
  TarBuilder many;
  for (int i = 0; i < 400; ++i) many.file("f" + std::to_string(i), "x").mtime(time);
  for (const Member& member : read_tar(many.bytes())) CHECK(member.entry.mtime == time);
}

TEST_CASE("a time before 1970 is understood however it is written") {
  const auto time_of = [](TarBuilder builder) { return only_member(builder.bytes()).entry.mtime; };
  const std::string minus_two = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe";
  CHECK(time_of(TarBuilder{}.raw_header({.mtime = minus_two})) == Timestamp{-2, 0});
  const auto with_pax = [](const std::string& records) {
    return TarBuilder{}.raw_pax(records).raw_header({});
  };
  CHECK(time_of(with_pax(pax_record("mtime", "-0.25"))) == Timestamp{-1, 750'000'000});
  CHECK(time_of(with_pax(pax_record("mtime", "-0"))) == Timestamp{0, 0});
  CHECK(time_of(with_pax(pax_record("mtime", "-0.5") + pax_record("mtime", "0.5"))) ==
        Timestamp{0, 500'000'000});
  CHECK(time_of(with_pax(pax_record("atime", "-0.5") + pax_record("mtime", "0.5"))) ==
        Timestamp{0, 500'000'000});
  // another member's time is not this one's
  const auto members = read_tar(TarBuilder{}
                                    .raw_pax(pax_record("mtime", "-0.5"))
                                    .raw_header({})
                                    .raw_pax(pax_record("mtime", "0.5"))
                                    .raw_header({})
                                    .bytes());
  REQUIRE(members.size() == 2);
  CHECK(members[0].entry.mtime == Timestamp{-1, 500'000'000});
  CHECK(members[1].entry.mtime == Timestamp{0, 500'000'000});
}

TEST_CASE("a source's own error comes through unchanged") {
  class Failing final : public Source {
   public:
    std::size_t read(std::span<std::byte>) override { fail(ErrorKind::unavailable, "no network"); }
  };
  Failing source;
  TarReader reader(source, "t");
  try {
    reader.next();
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::unavailable);
    CHECK(error.message() == "no network");
  }
}

TEST_CASE("data_offset says where the contents stand") {
  const std::string long_path = std::string(150, 'p') + "/" + std::string(150, 'q');
  TarBuilder builder;
  builder.file("short", "one")
      .file("caf\xc3\xa9", "two")
      .file(long_path, std::string(300'000, '3'))
      .file("x", "four")
      .xattr("user.big", std::string(300'000, 'v'));
  // a GNU long name
  builder.raw_header({.name = "././@LongLink", .type = 'L', .size = octal(long_path.size() + 1)})
      .raw_body(long_path + '\0')
      .raw_header({.name = "cut", .size = octal(4), .magic = std::string("ustar  \0", 8)})
      .raw_body("five");
  builder.dir("d").file("empty").file("last", "six");
  const std::string bytes = builder.bytes();
  MemorySource source(bytes);
  TarReader reader(source, "t");
  std::size_t files = 0;
  while (const std::optional<Entry> entry = reader.next()) {
    const std::optional<std::uint64_t> offset = reader.data_offset();
    CHECK(offset.has_value() == (entry->type == EntryType::file));
    if (!offset) continue;
    const std::string contents = read_all(reader.data(), 1U << 20U, "contents");
    CHECK(contents.size() == entry->size_bytes);
    CHECK(bytes.substr(*offset, entry->size_bytes) == contents);
    ++files;
  }
  CHECK(files == 7);
}

}  // namespace lade
