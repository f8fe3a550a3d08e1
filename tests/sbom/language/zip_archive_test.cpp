#include "sbom/language/zip_archive.h"

#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"
#include "tests/support/zip_builder.h"

namespace lade::sbom {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// The members that an archive lists.
std::vector<ZipMember> members_of(const ZipArchive& archive) {
  std::vector<ZipMember> members;
  archive.for_each([&](const ZipMember& member) { members.push_back(member); });
  return members;
}

std::string only_content(const std::string& bytes, std::uint64_t limit = 1000) {
  const ZipArchive archive(bytes_of(bytes), "a.zip");
  return std::string(archive.read(members_of(archive).at(0), limit).text());
}

TEST_CASE("members are read as they were packed, behind whatever stands before the archive") {
  const std::string prefix = GENERATE(std::string(), "#!/bin/sh\nexec java\n");
  const bool zip64 = GENERATE(false, true);
  const std::string bytes = ZipBuilder{}
                                .file("a", "stored", false)
                                .file("d/b", std::string(500, 'x'))
                                .file("empty", "")
                                .bytes(prefix, zip64);
  const ZipArchive archive(bytes_of(bytes), "a.zip");
  CHECK(archive.member_count() == 3);
  const auto members = members_of(archive);
  REQUIRE(members.size() == 3);
  CHECK(members[1].name == "d/b");
  CHECK(archive.read(members[0], 100).text() == "stored");
  CHECK(archive.read(members[1], 500).text() == std::string(500, 'x'));
  CHECK(archive.read(members[2], 0).text().empty());
}

TEST_CASE("what is no zip archive is refused") {
  const std::string good = ZipBuilder{}.file("a", "x").bytes();
  const auto [bytes, message] = GENERATE_COPY(table<std::string, std::string>({
      {"", "a.zip is no zip archive: it has 0 bytes"},
      {std::string(100, '\0'), "a.zip is no zip archive: it has no central directory"},
      {good.substr(0, good.size() - 1), "a.zip is no zip archive: it has no central directory"},
      {good.substr(40), "a.zip is no zip archive: it has no central directory"},
  }));
  CHECK(error_of(ErrorKind::corrupt, [&, &b = bytes] { ZipArchive(bytes_of(b), "a.zip"); }) ==
        message);
}

TEST_CASE("a directory with fewer members than it promises is refused") {
  std::string bytes = ZipBuilder{}.file("a", "x").bytes();
  bytes[bytes.size() - 12] = 7;
  const ZipArchive archive(bytes_of(bytes), "a.zip");
  CHECK(error_of(ErrorKind::corrupt, [&] { members_of(archive); }) ==
        "a.zip: the central directory has 1 members of the 7 it promises");
}

TEST_CASE("a member that is not what the directory says is refused") {
  const std::string text(300, 'x');
  const auto [lie, kind, message] = GENERATE(table<ZipLie, ErrorKind, std::string>({
      {{.size_bytes = 299}, ErrorKind::corrupt, "a does not inflate to the 299 bytes it states"},
      {{.size_bytes = 301}, ErrorKind::corrupt, "a does not inflate to the 301 bytes it states"},
      {{.size_bytes = 900000}, ErrorKind::corrupt, "a is not what its size and checksum say"},
      {{.size_bytes = 1000001}, ErrorKind::unsupported, "a has 1000001 bytes, more than 1000000"},
      {{.packed_bytes = 9999}, ErrorKind::corrupt, "a lies beyond the end of the archive"},
      {{.crc32 = 1}, ErrorKind::corrupt, "a is not what its size and checksum say"},
      {{.header_offset = 1}, ErrorKind::corrupt, "a is not where the directory says"},
      {{.header_offset = 99999}, ErrorKind::corrupt, "a lies beyond the end of the archive"},
      {{.flags = 1}, ErrorKind::unsupported, "a is encrypted"},
      {{.method = 9}, ErrorKind::unsupported, "a is packed by method 9; wanted 0 or 8"},
      {{.method = 0}, ErrorKind::corrupt, "a is not what its size and checksum say"},
  }));
  const std::string bytes = ZipBuilder{}.file("a", text, true, lie).bytes();
  CAPTURE(message);
  const ErrorKind wanted = kind;
  CHECK(error_of(wanted, [&] { only_content(bytes, 1000000); }) == "a.zip: " + message);
}

TEST_CASE("every archive cut short is refused or read without harm") {
  const std::string good =
      ZipBuilder{}.file("a", "some text").file("b", std::string(90, 'y'), false).bytes("", true);
  for (std::size_t size = 0; size < good.size(); ++size) {
    const std::string cut = good.substr(good.size() - size);
    try {
      const ZipArchive archive(bytes_of(cut), "a.zip");
      for (const ZipMember& member : members_of(archive)) archive.read(member, 1000);
      FAIL_CHECK("a part of an archive was taken for a whole one, " << size);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::corrupt);
    }
  }
}

}  // namespace
}  // namespace lade::sbom
