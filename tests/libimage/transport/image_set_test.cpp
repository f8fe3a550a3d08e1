#include "libimage/transport/image_set.h"

#include "libimage/base/json.h"
#include "tests/libimage/transport/transport_fixture.h"
#include "tests/support/expect_error.h"

namespace lade::test {
namespace {

const std::string shared_tar = tar_of({{"shared", std::string(5000, 's')}});

/// An image of a layer that others have too, and one of its own.
RawManifest add_sharing_image(MemoryImageSource& source, const std::string& own) {
  const NewLayer lower = add_layer(source, shared_tar);
  const NewLayer upper = add_layer(source, tar_of({{own, own}}));
  RawManifest top = add_image(source, {lower, upper});
  source.set_top(top);
  return top;
}

/// Each pair: what tells an image from others, and its names.
using Images = std::vector<std::pair<std::string, std::vector<std::string>>>;

void write_all(const Workshop& shop, const std::string& to, const Images& images) {
  const auto set = open_image_set(parse_image_name(to), shop.write_context());
  for (const auto& [own, names] : images) {
    MemoryImageSource source;
    add_sharing_image(source, own);
    const auto destination = set->add(names);
    copy_image(source, *destination, {}, no_progress());
  }
  set->finish();
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("several images in one docker-archive share their layers and keep their names") {
  const Workshop shop;
  const std::string name = "docker-archive:" + shop.path("both.tar");
  write_all(shop, name,
            {{"one", {"docker.io/library/one:1", "localhost/uno:1"}},
             {"two", {"localhost/two:2"}},
             {"none", {}}});
  CHECK(shop.list(name) == std::vector<std::string>{"docker.io/library/one:1", "localhost/uno:1",
                                                    "localhost/two:2", "@2"});
  for (const std::string image : {"one:1", "localhost/uno:1", "localhost/two:2", "@2"}) {
    CAPTURE(image);
    require_valid(*shop.read(name + ":" + image));
  }
  CHECK(shop.read(name + ":one:1")->manifest().digest ==
        shop.read(name + ":localhost/uno:1")->manifest().digest);
  const std::string bytes = read_file(shop.path("both.tar"), 1U << 20U);
  CHECK(count_of(bytes, std::string(5000, 's')) == 1);
  CHECK_THAT(bytes, Catch::Contains(R"("docker.io/library/one":{"1":)") &&
                        Catch::Contains(R"("localhost/two":{"2":)"));
}

TEST_CASE("one image given twice is there once, with the names of both") {
  const Workshop shop;
  const std::string name = "docker-archive:" + shop.path("a.tar");
  write_all(shop, name, {{"one", {"a:1"}}, {"one", {"b:1", "a:1"}}});
  CHECK(shop.list(name) ==
        std::vector<std::string>{"docker.io/library/a:1", "docker.io/library/b:1"});
  const std::string bytes = read_file(shop.path("a.tar"), 1U << 20U);
  CHECK(count_of(bytes, R"("Config":)") == 1);
}

TEST_CASE("two images of one name are refused, and no archive is left") {
  const Workshop shop;
  const std::string name = "docker-archive:" + shop.path("a.tar");
  const std::string message = error_of(ErrorKind::conflict, [&] {
    write_all(shop, name, {{"one", {"a:1"}}, {"two", {"a:1"}}});
  });
  CHECK_THAT(message, Catch::Contains("docker.io/library/a:1"));
  CHECK_FALSE(file_exists(shop.path("a.tar")));
}

TEST_CASE("several images go into an OCI archive or layout, each under its names") {
  const std::string transport = GENERATE("oci", "oci-archive");
  const Workshop shop;
  const std::string name = transport + ":" + shop.path("both");
  write_all(shop, name, {{"one", {"localhost/one:1", "1"}}, {"two", {"two"}}});
  CHECK(shop.list(name) == std::vector<std::string>{"localhost/one:1", "1", "two"});
  for (const std::string image : {"localhost/one:1", "1", "two"}) {
    require_valid(*shop.read(name + ":" + image));
  }
  CHECK(shop.read(name + ":1")->manifest().digest ==
        shop.read(name + ":localhost/one:1")->manifest().digest);
}

TEST_CASE("an archive of several images shows nothing before it is finished") {
  const std::string transport = GENERATE("docker-archive", "oci-archive");
  const Workshop shop;
  {
    const auto set = open_image_set(parse_image_name(transport + ":" + shop.path("a.tar")),
                                    shop.write_context());
    MemoryImageSource source;
    add_sharing_image(source, "one");
    const auto destination = set->add({});
    copy_image(source, *destination, {}, no_progress());
    CHECK_FALSE(file_exists(shop.path("a.tar")));
  }
  CHECK(files_below(shop.path("")).empty());
}

TEST_CASE("several images want a place for several and names that fit there") {
  const Workshop shop;
  const auto open = [&](const std::string& name) {
    return open_image_set(parse_image_name(name), shop.write_context());
  };
  error_of(ErrorKind::unsupported, [&] { open("dir:" + shop.path("d")); });
  error_of(ErrorKind::unsupported, [&] { open("tarball:" + shop.path("d")); });
  for (const std::string transport : {"oci", "oci-archive", "docker-archive"}) {
    const std::string place = transport + ":" + shop.path("a");
    CAPTURE(place);
    error_of(ErrorKind::invalid, [&] { open(place + ":name"); });
    error_of(ErrorKind::invalid, [&] { open(place + ":@1"); });
    error_of(ErrorKind::invalid, [&] { open(place)->add({"not a name"}); });
  }
  CHECK(files_below(shop.path("")).empty());
}

}  // namespace
}  // namespace lade::test
