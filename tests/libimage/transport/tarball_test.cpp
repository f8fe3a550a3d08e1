#include <fcntl.h>
#include <sys/stat.h>

#include "libimage/image/image.h"
#include "tests/libimage/transport/transport_fixture.h"
#include "tests/support/expect_error.h"

namespace lade::test {
namespace {

void place(const Workshop& shop, const std::string& name, const std::string& bytes,
           std::int64_t time) {
  write_file_atomic(shop.path(name), bytes);
  const timespec times[2] = {{time, 0}, {time, 0}};
  REQUIRE(::utimensat(AT_FDCWD, shop.path(name).c_str(), times, 0) == 0);
}

TEST_CASE("each tarball is a layer, compressed as it is") {
  const Workshop shop;
  const std::string lower = tar_of({{"a", "1"}});
  const std::string upper = pack(tar_of({{"b", "2"}}), Compression::gzip);
  place(shop, "1.tar", lower, 1000);
  place(shop, "2.tgz", upper, 3000);
  const std::string name = "tarball:" + shop.path("1.tar") + ":" + shop.path("2.tgz");
  const auto source = shop.read(name);
  require_valid(*source);
  const Image image = read_image(*source, Platform::parse("linux/amd64"));
  REQUIRE(image.manifest.layers.size() == 2);
  CHECK(image.manifest.layers[0].digest == digest_of(lower));
  CHECK(image.manifest.layers[0].media_type == media_type::oci_layer);
  CHECK(image.manifest.layers[1].digest == digest_of(upper));
  CHECK(image.manifest.layers[1].media_type == media_type::oci_layer_gzip);
  CHECK(image.config.created == Timestamp{3000, 0});
  CHECK(image.config.history.at(0).created == Timestamp{1000, 0});
  CHECK(image.config.platform == Platform::parse("linux/amd64"));
  CHECK(shop.read(name)->manifest().digest == source->manifest().digest);
  for (int i = 0; i < 2; ++i) {
    const auto file = source->find_blob_file(image.manifest.layers[0]);
    REQUIRE(file);
    CHECK(lade::read_all(file->get(), "layer", 1U << 20U) == lower);
  }
  shop.copy(name, "oci:" + shop.path("layout"));
  require_valid(*shop.read("oci:" + shop.path("layout")));
}

TEST_CASE("a tarball from standard input has the time of now") {
  Workshop shop;
  place(shop, "1.tar", tar_of({{"a", "1"}}), 1000);
  const Fd input = open_fd(shop.path("1.tar"), O_RDONLY);
  shop.context().stdin_fd = input.get();
  const auto source = shop.read("tarball:-");
  require_valid(*source);
  CHECK(read_image(*source, Platform::parse("linux/amd64")).config.created == build_time);
}

TEST_CASE("a tarball that is no tar, empty-named or absent is refused") {
  const Workshop shop;
  place(shop, "text", std::string(2000, 't'), 1);
  place(shop, "text.gz", pack(std::string(2000, 't'), Compression::gzip), 1);
  place(shop, "cut.tgz", pack(tar_of({{"a", "1"}}), Compression::gzip).substr(0, 40), 1);
  for (const std::string bad : {"text", "text.gz", "cut.tgz"}) {
    INFO(bad);
    error_of(ErrorKind::corrupt, [&] { shop.read("tarball:" + shop.path(bad)); });
  }
  error_of(ErrorKind::not_found, [&] { shop.read("tarball:" + shop.path("absent")); });
  error_of(ErrorKind::invalid, [&] { shop.read("tarball:" + shop.path("text") + ":"); });
}

}  // namespace
}  // namespace lade::test
