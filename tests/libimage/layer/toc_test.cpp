#include "libimage/layer/toc.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/layer/toc_format.h"
#include "libimage/layer/xxh64.h"
#include "libimage/oci/hasher.h"
#include "tests/support/tar_builder.h"

namespace lade {
namespace {

namespace tf = toc_format;

std::shared_ptr<const Toc> index_of(const TarBuilder& tar) {
  StringSource source(tar.bytes());
  return index_layer(source, "test.tar");
}

std::string sample() {
  return std::string(index_of(TarBuilder{}
                                  .dir("usr")
                                  .file("usr/a", "hello")
                                  .xattr("user.x", "1")
                                  .symlink("usr/l", "a")
                                  .whiteout("gone"))
                         ->bytes());
}

/// With the checksum made good again, so that what is behind it is tested.
std::string resealed(std::string bytes) {
  store_le(bytes.data() + tf::header::checksum,
           xxh64(as_bytes(bytes).subspan(tf::header::checked_from)));
  return bytes;
}

ErrorKind kind_of(const std::string& bytes) {
  try {
    Toc::from_bytes(bytes, "t");
  } catch (const Error& error) {
    return error.kind();
  }
  FAIL("accepted");
  return ErrorKind::internal;
}

TEST_CASE("xxh64 agrees with published values") {
  CHECK(xxh64({}) == 0xEF46DB3751D8E999);
  CHECK(xxh64(as_bytes("a")) == 0xD24EC4F1A98C6E5B);
  CHECK(xxh64(as_bytes("abc")) == 0x44BC2CF5AD770999);
  CHECK(xxh64(as_bytes("Nobody inspects the spammish repetition")) == 0xFBCEA83C8A378BF1);
}

TEST_CASE("a toc tells everything about the members of a layer") {
  const auto toc = index_of(TarBuilder{}
                                .dir("d", 0750)
                                .owner(3, 70000)
                                .file("d/f", "hello", 04755)
                                .mtime({-5, 250000000})
                                .xattr("user.b", "2")
                                .xattr("user.a", std::string("\0x", 2))
                                .device("dev", EntryType::block_device, 8, 300)
                                .symlink("l", "../d"));
  REQUIRE(toc->size() == 4);
  const TocEntry directory = toc->at(0);
  CHECK(directory.path == "d");
  CHECK(directory.type == EntryType::directory);
  CHECK(directory.mode == 0750);
  CHECK(directory.uid == 3);
  CHECK(directory.gid == 70000);
  CHECK_FALSE(directory.implied);
  const auto file = toc->find("d/f");
  REQUIRE(file);
  CHECK(file->type == EntryType::file);
  CHECK(file->mode == 04755);
  CHECK(file->size_bytes == 5);
  CHECK(file->mtime == Timestamp{-5, 250000000});
  CHECK(Digest::of_hash(HashAlgorithm::sha256, file->content_hash) == digest_of("hello"));
  CHECK(file->xattrs() ==
        std::map<std::string, std::string>{{"user.a", std::string("\0x", 2)}, {"user.b", "2"}});
  const auto device = toc->find("dev");
  REQUIRE(device);
  CHECK(device->type == EntryType::block_device);
  CHECK(device->device_major == 8);
  CHECK(device->device_minor == 300);
  CHECK(device->content_hash.empty());
  CHECK(toc->find("l")->link_target == "../d");
  CHECK_FALSE(toc->find("nothing"));
  CHECK_FALSE(toc->find(""));
}

TEST_CASE("a toc knows the diff id, the size and where contents lie") {
  const std::string tar = TarBuilder{}.file("a", "x").file("b", "contents").bytes();
  StringSource source(tar);
  const auto toc = index_layer(source, "test.tar");
  CHECK(toc->diff_id() == digest_of(tar));
  CHECK(toc->tar_bytes() == tar.size());
  const auto entry = toc->find("b");
  REQUIRE(entry);
  REQUIRE(entry->data_offset);
  CHECK(tar.substr(*entry->data_offset, entry->size_bytes) == "contents");
}

TEST_CASE("a toc on disk reads as it was made") {
  const TempDir dir("/tmp");
  const std::string bytes = sample();
  write_file_atomic(dir.path() + "/toc", bytes);
  const auto toc = Toc::open(dir.path() + "/toc");
  CHECK(toc->bytes() == bytes);
  CHECK(toc->find("usr/a")->size_bytes == 5);
  CHECK(toc->find("gone")->whiteout);
  CHECK_THROWS_AS(toc->at(toc->size()), Error);
  CHECK_THROWS_WITH(Toc::open(dir.path() + "/none"), Catch::Contains("none"));
  write_file_atomic(dir.path() + "/empty", "");
  CHECK_THROWS_WITH(Toc::open(dir.path() + "/empty"), Catch::Contains("no layer index"));
}

TEST_CASE("every damaged byte of a toc is found") {
  const std::string bytes = sample();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    CAPTURE(i);
    const bool in_version = i >= tf::header::version && i < tf::header::record_bytes;
    CHECK(kind_of(damaged) == (in_version ? ErrorKind::unsupported : ErrorKind::corrupt));
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK(kind_of(bytes.substr(0, size)) == ErrorKind::corrupt);
  }
  CHECK(kind_of(bytes + "x") == ErrorKind::corrupt);
}

TEST_CASE("a toc that lies behind a good checksum is refused") {
  const std::string bytes = sample();
  const std::size_t first = tf::header::size;  // "gone"
  const auto refused = [&](std::size_t record, std::size_t field, auto value) {
    std::string bad = bytes;
    store_le(bad.data() + first + record * tf::record::size + field, value);
    return kind_of(resealed(bad)) == ErrorKind::corrupt;
  };
  CHECK(refused(0, tf::record::path_offset, std::uint32_t{0xffffffff}));
  CHECK(refused(0, tf::record::path_bytes, std::uint16_t{0xffff}));
  CHECK(refused(3, tf::record::link_offset, std::uint32_t{1U << 30U}));
  CHECK(refused(2, tf::record::xattr_bytes, std::uint32_t{0xfffffff0}));
  CHECK(refused(2, tf::record::xattr_bytes, std::uint32_t{3}));
  CHECK(refused(0, tf::record::type, std::uint8_t{7}));
  CHECK(refused(0, tf::record::flags, std::uint8_t{0x80}));
  CHECK(refused(0, tf::record::flags, std::uint8_t{tf::flag_opaque}));
  CHECK(refused(0, tf::record::mode, std::uint16_t{010000}));
  CHECK(refused(0, tf::record::mtime_nanoseconds, std::int32_t{1000000000}));
  CHECK(refused(0, tf::record::mtime_nanoseconds, std::int32_t{-1}));
  // a root that is a whiteout, "usr" turned into a file, a path repeated
  CHECK(refused(0, tf::record::path_bytes, std::uint16_t{0}));
  CHECK(refused(1, tf::record::type, std::uint8_t{0}));
  CHECK(refused(1, tf::record::path_offset, std::uint32_t{0}));
  // paths that are not canonical: "usr/a" overwritten in the string table
  for (const char* path : {"usr//", "usr/.", "/usr/", "/sr/a", "//usr"}) {
    CAPTURE(path);
    std::string bad_path = bytes;
    bad_path.replace(bytes.rfind("usr/a"), 5, path, 5);
    CHECK(kind_of(resealed(bad_path)) == ErrorKind::corrupt);
  }
  std::string with_nul = bytes;
  with_nul[bytes.rfind("usr/a") + 4] = '\0';
  CHECK(kind_of(resealed(with_nul)) == ErrorKind::corrupt);
  std::string bad = bytes;
  store_le(bad.data() + tf::header::count, std::uint64_t{1} << 62U);
  CHECK(kind_of(resealed(bad)) == ErrorKind::corrupt);
  store_le(bad.data() + tf::header::count, UINT64_MAX / tf::record::size);
  CHECK(kind_of(resealed(bad)) == ErrorKind::corrupt);
}

TEST_CASE("searches in a toc find ranges") {
  const auto toc =
      index_of(TarBuilder{}.file("a/x").file("a/y/z").file("a-b").file("a0").file("b"));
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < toc->size(); ++i) paths.emplace_back(toc->at(i).path);
  CHECK(paths == std::vector<std::string>{"a", "a/x", "a/y", "a/y/z", "a-b", "a0", "b"});
  using Range = std::pair<std::size_t, std::size_t>;
  CHECK(toc->below("a") == Range{1, 4});
  CHECK(toc->below("a/y") == Range{3, 4});
  CHECK(toc->below("") == Range{0, 7});
  CHECK(toc->below("a-b") == Range{5, 5});
  CHECK(toc->below("nothing").first == toc->below("nothing").second);
  CHECK(toc->lower_bound("a-") == 4);
  CHECK(toc->lower_bound("zzz") == 7);
}

}  // namespace
}  // namespace lade
