#include "builder/build/base_images.h"

#include <catch2/catch.hpp>

#include "builder/build/build.h"
#include "libimage/base/temp_dir.h"
#include "tests/support/expect_error.h"
#include "tests/support/image_builder.h"
#include "tests/support/require_valid.h"

namespace lade::builder {
namespace {

/// A registry whose images change each time they are asked for.
class FakeRegistryImages final : public ImageResolver {
 public:
  std::unique_ptr<ImageSource> open(const std::string& name, const Platform& platform) override {
    opened.push_back(name + " " + platform.str());
    if (name == "nothing") fail(ErrorKind::not_found, "there is nothing");
    auto source = std::make_unique<MemoryImageSource>("docker://r.example/team/" + name + ":1");
    const std::string version = std::to_string(opened.size());
    const auto below = add_layer(*source, tar_of({{"below", "always"}}));
    const auto above = add_layer(*source, tar_of({{"version", version}}));
    const RawManifest image = add_image(*source, {below, above}, {.platform = platform.str()});
    const RawManifest index = index_of({instance(image, platform.str())});
    source->set_top(index);
    if (without_layers) source->remove_blob(above.blob.digest);
    tops.push_back(index.digest);
    return source;
  }

  bool without_layers = false;
  std::vector<std::string> opened{};
  std::vector<Digest> tops{};
};

struct Bench {
  TempDir directory{"/tmp", "lade-base-test"};
  std::shared_ptr<Store> store = Store::open(directory.path() + "/store");
  FakeRegistryImages images;

  BuildRecord build(const std::string& text, const std::string& target = {},
                    bool leave_base = false) {
    BuildWorld world;
    world.store = store;
    world.images = &images;
    world.progress = &no_progress();
    world.warn = [](const std::string&) {};
    world.boot_id = "boot";
    BuildOptions options;
    options.containerfile = text;
    options.target = target;
    options.leave_base = leave_base;
    options.platform = Platform::parse("linux/amd64");
    return builder::build(options, world);
  }
};

TEST_CASE("an image is looked for once in a build, and stays what it was then") {
  Bench bench;
  const BuildRecord record = bench.build(
      "FROM base AS one\nFROM base\nCOPY --from=one /version /one\n"
      "COPY --from=base /version /two\n");
  CHECK(bench.images.opened == std::vector<std::string>{"base linux/amd64"});
  for (const BaseImage& image : record.images) CHECK(image.digest == bench.images.tops.front());
  REQUIRE(record.layers.size() == 4);
  CHECK(bench.store->has_blob(record.layers[1].blob.digest));
}

TEST_CASE("a base of a registry has its name and its index in the store afterwards") {
  Bench bench;
  const BuildRecord record = bench.build("FROM base\nENV A=1\n");
  const auto named = bench.store->find_name(Reference::parse("r.example/team/base:1"));
  REQUIRE(named);
  CHECK(named->target.digest == bench.images.tops.front());
  CHECK(record.images.front().name == "r.example/team/base:1");
  CHECK(record.images.front().digest == bench.images.tops.front());
  // nothing of it is kept a second time
  CHECK(bench.store->list_unnamed().size() == 1);
}

TEST_CASE("platforms are looked for apart") {
  Bench bench;
  bench.build(
      "FROM --platform=linux/arm64 base AS other\nFROM base\n"
      "COPY --from=other /version /x\n");
  CHECK(bench.images.opened.size() == 2);
  CHECK(bench.images.opened[0] != bench.images.opened[1]);
}

TEST_CASE("what a stage that is not built names is not looked for") {
  Bench bench;
  bench.build("FROM nothing AS unused\nFROM base AS used\n", "used");
  CHECK(bench.images.opened.size() == 1);
  CHECK_THAT(error_of(ErrorKind::not_found, [&] { bench.build("FROM nothing\nENV A=1\n"); }),
             Catch::Contains("Containerfile:1") && Catch::Contains("there is nothing"));
}

TEST_CASE("layers that do not come end the build, and nothing has a name") {
  Bench bench;
  bench.images.without_layers = true;
  CHECK_THAT(error_of(ErrorKind::not_found, [&] { bench.build("FROM base\nENV A=1\n"); }),
             Catch::Contains("docker://r.example/team/base:1"));
  CHECK(bench.store->list_names().empty());
  CHECK(bench.store->list_unnamed().empty());
}

TEST_CASE("a base that no step reads can be left where it is") {
  Bench bench;
  const auto lease = bench.store->lease();
  const BuildRecord record = bench.build(
      "FROM base\nCOPY --link <<\"E\" /added\nnew\nE\nCOPY --link --chown=7:8 <<E /other\nE\n"
      "ENV A=1\n",
      {}, true);
  REQUIRE(record.layers.size() == 4);
  REQUIRE(record.base);
  CHECK_FALSE(bench.store->has_blob(record.layers[0].blob.digest));
  CHECK(bench.store->has_blob(record.layers[2].blob.digest));
  CHECK(bench.store->list_names().empty());
  CHECK(bench.store->list_unnamed().empty());
  // whoever takes the result takes all of it
  const auto result = open_result(bench.store, record, record.manifest.descriptor());
  MemoryImageDestination destination;
  copy_image(*result, destination, {}, no_progress());
  CHECK(destination.top()->digest == record.manifest.digest);
  require_valid(*destination.as_source());
  error_of(ErrorKind::not_found, [&] { result->open_blob({"", digest_of("nobody has it"), 13}); });
}

TEST_CASE("a base is fetched for whoever reads it or keeps the image, whatever may be left") {
  Bench bench;
  const auto [text, leave_base] = GENERATE(table<std::string, bool>({
      {"FROM base\nCOPY --link <<E /added\nE\n", false},
      {"FROM base\nCOPY --link <<E /added\nE\nWORKDIR /new\n", true},
      {"FROM base\nCOPY <<E /added\nE\n", true},
      {"FROM base AS one\nFROM scratch\nCOPY --link --from=one /below /\n", true},
  }));
  const BuildRecord record = bench.build(text, {}, leave_base);
  CHECK_FALSE(record.base);
  CHECK(bench.store->list_unnamed().size() == 1);
  require_valid(*open_result(bench.store, record, record.manifest.descriptor()));
}

}  // namespace
}  // namespace lade::builder
