#include "libimage/containers/layer_tar.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "tests/support/expect_error.h"

namespace lade {
namespace {

std::string file_line(const std::string& name, std::size_t size, int position = 0) {
  return fmt::format("{{\"type\":1,\"name\":\"{}\",\"size\":{},\"position\":{}}}\n", name, size,
                     position);
}

class Layer {
 public:
  Layer() : directory_("/tmp", "lade-layer") { make_directories(path("files")); }

  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string tar(const std::string& tar_split) const {
    const auto source =
        open_layer_tar(std::make_unique<StringSource>(tar_split), path("files"), "layer x");
    return lade::read_all(*source, 1U << 20U, "layer");
  }

 private:
  TempDir directory_;
};

TEST_CASE("a layer is put together of what was kept and its files") {
  const Layer layer;
  make_directories(layer.path("files/etc"));
  write_file_atomic(layer.path("files/etc/a"), "inside");
  CHECK(layer.tar("{\"type\":2,\"payload\":\"aGVhZA==\",\"position\":0}\n" +
                  file_line("etc/a", 6, 1) + file_line("etc/missing", 0, 2) +
                  "{\"type\":2,\"payload\":\"dGFpbA==\",\"position\":3}\n") == "headinsidetail");
}

TEST_CASE("what is no file in a layer's directory is not read") {
  const Layer layer;
  make_directories(layer.path("files/directory"));
  REQUIRE(::mkfifo(layer.path("files/pipe").c_str(), 0644) == 0);
  REQUIRE(::symlink("other", layer.path("files/link").c_str()) == 0);
  write_file_atomic(layer.path("files/other"), "1234");
  for (const char* name : {"directory", "pipe", "link"}) {
    const auto message = error_of(ErrorKind::corrupt, [&] { layer.tar(file_line(name, 4)); });
    CHECK_THAT(message, Catch::StartsWith("layer x: ") && Catch::Contains("is no regular file"));
  }
}

TEST_CASE("no name in tar-split data leads out of the layer's directory") {
  const Layer layer;
  write_file_atomic(layer.path("secret"), "hush");
  make_directories(layer.path("secrets"));
  write_file_atomic(layer.path("secrets/one"), "hush");
  REQUIRE(::symlink("../secrets", layer.path("files/relative").c_str()) == 0);
  REQUIRE(::symlink(layer.path("secrets").c_str(), layer.path("files/absolute").c_str()) == 0);
  const std::string names[] = {"../secret", layer.path("secret"), "relative/one", "absolute/one",
                               "a/../../secret"};
  for (const std::string& name : names) {
    INFO(name);
    error_of(ErrorKind::not_found, [&] { layer.tar(file_line(name, 4)); });
  }
}

TEST_CASE("a link inside of a layer is followed inside of it") {
  const Layer layer;
  make_directories(layer.path("files/usr/lib"));
  write_file_atomic(layer.path("files/usr/lib/x"), "1234");
  REQUIRE(::symlink("/usr/lib", layer.path("files/lib").c_str()) == 0);
  CHECK(layer.tar(file_line("lib/x", 4)) == "1234");
}

TEST_CASE("a file that was changed in its size is told") {
  const Layer layer;
  write_file_atomic(layer.path("files/a"), "12345");
  const auto message = error_of(ErrorKind::corrupt, [&] { layer.tar(file_line("a", 4)); });
  CHECK(message == "a of layer x was changed: wanted 4 bytes, got 5");
}

TEST_CASE("a file that the user may not open is asked for elsewhere") {
  const Layer layer;
  write_file_atomic(layer.path("files/a"), "1234");
  int asked = 0;
  const auto open = [&](const std::string& directory, const std::string& path) {
    ++asked;
    return open_layer_file(directory, path);
  };
  const auto source = open_layer_tar(std::make_unique<StringSource>(file_line("a", 4)),
                                     layer.path("files"), "layer x", open);
  CHECK(lade::read_all(*source, 100, "layer") == "1234");
  CHECK(asked == 1);
}

}  // namespace
}  // namespace lade
