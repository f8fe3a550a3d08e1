#include "libimage/transport/archive_file.h"

#include <fcntl.h>

#include "tests/libimage/transport/transport_fixture.h"
#include "tests/support/expect_error.h"
#include "tests/support/tar_builder.h"

namespace lade::test {
namespace {

std::shared_ptr<const ArchiveFile> archive_of(Workshop& shop, const std::string& bytes) {
  write_file_atomic(shop.path("a.tar"), bytes);
  return ArchiveFile::open(shop.path("a.tar"), shop.context());
}

TEST_CASE("members are read where they stand") {
  Workshop shop;
  const std::string large(3'000'001, 'L');
  const auto archive = archive_of(shop, TarBuilder{}
                                            .dir("d")
                                            .file("./d/a", "one")
                                            .file("large", large)
                                            .file("b", "")
                                            .file("large2", large)
                                            .file(std::string(300, 'n'), "long name")
                                            .bytes());
  CHECK(archive->read_text("d/a", 10) == "one");
  CHECK(archive->read_text("./d//a", 10) == "one");
  CHECK(archive->read_text("large", 4'000'000) == large);
  CHECK(archive->read_text("large2", 4'000'000) == large);
  CHECK(archive->read_text("b", 10).empty());
  CHECK(archive->read_text(std::string(300, 'n'), 10) == "long name");
  CHECK_FALSE(archive->find("d"));
  CHECK_FALSE(archive->find("absent"));
  error_of(ErrorKind::corrupt, [&] { archive->read_text("absent", 10); });
  error_of(ErrorKind::invalid, [&] { archive->read_text("d/a", 2); });
}

TEST_CASE("an archive that is compressed or piped is read the same") {
  Workshop shop;
  const std::string bytes = TarBuilder{}.file("a", "one").file("b", "two").bytes();
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    CHECK(archive_of(shop, pack(bytes, compression))->read_text("b", 10) == "two");
  }
  for (const Compression compression : {Compression::none, Compression::gzip}) {
    auto [out, in] = make_pipe();
    write_full(in.get(), as_bytes(pack(bytes, compression)));
    in.reset();
    shop.context().stdin_fd = out.get();
    CHECK(ArchiveFile::open("-", shop.context())->read_text("b", 10) == "two");
  }
  CHECK(files_below(shop.path("tmp")).empty());
}

TEST_CASE("members outside the archive's root are never found") {
  Workshop shop;
  const auto archive = archive_of(shop, TarBuilder{}
                                            .file("../up", "1")
                                            .file("a/../../up", "2")
                                            .file("/root", "3")
                                            .file("ok", "4")
                                            .bytes());
  for (const std::string name :
       {"../up", "up", "a/../../up", "/root", "root", "", ".", "a/../ok"}) {
    INFO(name);
    CHECK_FALSE(archive->find(name));
  }
  CHECK(archive->find("ok"));
}

TEST_CASE("a member that is there twice cannot be used") {
  Workshop shop;
  const auto archive =
      archive_of(shop, TarBuilder{}.file("a", "1").file("./a", "2").file("b", "3").bytes());
  CHECK_THAT(error_of(ErrorKind::corrupt, [&] { archive->find("a"); }),
             Catch::Contains("there twice"));
  CHECK(archive->find("b"));
}

TEST_CASE("links are followed inside the archive only, and not forever") {
  Workshop shop;
  const auto archive = archive_of(shop, TarBuilder{}
                                            .file("x/layer.tar", "data")
                                            .symlink("y/layer.tar", "../x/layer.tar")
                                            .symlink("z/layer.tar", "./../y/layer.tar")
                                            .hardlink("h", "x/layer.tar")
                                            .symlink("out", "../../etc/passwd")
                                            .symlink("abs", "/etc/passwd")
                                            .symlink("dangling", "nowhere")
                                            .symlink("loop", "loop")
                                            .symlink("ping", "pong")
                                            .symlink("pong", "ping")
                                            .bytes());
  CHECK(archive->read_text("y/layer.tar", 10) == "data");
  CHECK(archive->read_text("z/layer.tar", 10) == "data");
  CHECK(archive->read_text("h", 10) == "data");
  for (const std::string name : {"out", "abs"}) {
    CHECK_THAT(error_of(ErrorKind::corrupt, [&] { archive->find(name); }),
               Catch::Contains("leads out of the archive"));
  }
  CHECK_FALSE(archive->find("dangling"));
  for (const std::string name : {"loop", "ping"}) {
    CHECK_THAT(error_of(ErrorKind::corrupt, [&] { archive->find(name); }),
               Catch::Contains("too many links"));
  }
}

TEST_CASE("an archive cut off anywhere inside a member is corrupt") {
  Workshop shop;
  const std::string bytes =
      TarBuilder{}.file("a", std::string(1000, 'a')).file("b", std::string(2'000'000, 'b')).bytes();
  for (const std::size_t length : {std::size_t{100}, std::size_t{600}, std::size_t{1600},
                                   std::size_t{3000}, std::size_t{1'500'000}}) {
    INFO(length);
    error_of(ErrorKind::corrupt, [&] { archive_of(shop, bytes.substr(0, length)); });
  }
}

TEST_CASE("what is no archive is refused") {
  Workshop shop;
  error_of(ErrorKind::corrupt, [&] { archive_of(shop, ""); });
  error_of(ErrorKind::corrupt, [&] { archive_of(shop, std::string(4096, 'x')); });
  error_of(ErrorKind::corrupt, [&] { archive_of(shop, "\x1f\x8b\x08 not gzip"); });
  error_of(ErrorKind::not_found, [&] { ArchiveFile::open(shop.path("absent"), shop.context()); });
  error_of(ErrorKind::invalid, [&] { ArchiveFile::open(shop.path("tmp"), shop.context()); });
}

}  // namespace
}  // namespace lade::test
