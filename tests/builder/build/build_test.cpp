#include "builder/build/build.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/image/image.h"
#include "libimage/oci/media_type.h"
#include "tests/support/image_builder.h"

namespace lade::builder {
namespace {

/// The images that FROM can name: of the store alone.
class StoreImages final : public ImageResolver {
 public:
  explicit StoreImages(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  std::unique_ptr<ImageSource> open(const std::string& name, const Platform&) override {
    return open_store_image(store_, store_->resolve(name));
  }

 private:
  std::shared_ptr<Store> store_;
};

struct Bench {
  TempDir directory{"/tmp", "lade-build-test"};
  std::shared_ptr<Store> store = Store::open(directory.path() + "/store");
  StoreImages images{store};
  Timestamp now{1'700'000'000, 0};

  Bench() { make_directories(context()); }
  std::string context() const { return directory.path() + "/context"; }
  void file(const std::string& path, const std::string& text) const {
    const std::string full = join_path(context(), path);
    make_directories(full.substr(0, full.rfind('/')));
    write_file_atomic(full, text);
  }
  BuildOptions options(const std::string& text) const {
    BuildOptions options;
    options.containerfile = text;
    options.context_directory = context();
    return options;
  }
  BuildRecord build(const BuildOptions& options) {
    BuildWorld world;
    world.store = store;
    world.images = &images;
    world.progress = &no_progress();
    world.warn = [](const std::string&) {};
    world.now = now;
    world.boot_id = "boot";
    return builder::build(options, world);
  }
  BuildRecord build(const std::string& text) { return build(options(text)); }
  Image image(const BuildRecord& record) {
    const auto source = open_store_image(store, store->resolve(record.manifest.digest.str()));
    return read_image(*source, host_platform());
  }
  MergedTree tree(const BuildRecord& record) {
    std::vector<std::shared_ptr<const Toc>> tocs;
    for (const LayerRef& layer : record.layers) {
      tocs.push_back(store->toc(layer.blob, layer.diff_id));
    }
    return MergedTree(std::move(tocs));
  }
  /// A stored image of one layer.
  void base(const std::string& name, const TarBuilder& tar) {
    MemoryImageSource source;
    const RawManifest manifest = add_image(source, {add_layer(source, tar.bytes())});
    source.set_top(manifest);
    const auto destination = open_store_destination(store, Reference::parse_local(name));
    copy_image(source, *destination, {}, no_progress());
  }
};

std::vector<std::string> paths_of(const MergedTree& tree) {
  std::vector<std::string> paths;
  tree.walk("", [&](const TreeEntry& shown) {
    paths.emplace_back(shown.entry.path);
    return true;
  });
  return paths;
}

using Paths = std::vector<std::string>;

std::string error_of(Bench& bench, const std::string& text) {
  try {
    bench.build(text);
  } catch (const Error& error) {
    return fmt::format("{}: {}", to_string(error.kind()), error.message());
  }
  return "no error";
}

TEST_CASE("a build of files alone: layers, history and config") {
  Bench bench;
  bench.file("a", "1");
  const BuildRecord record =
      bench.build("FROM scratch\nCOPY a /x/\nENV K=v\nCOPY <<b /y/\nB\nb\nCMD [\"/x/a\"]\n");
  const Image image = bench.image(record);
  CHECK(paths_of(bench.tree(record)) == Paths{"x", "x/a", "y", "y/b"});
  CHECK(image.config.config.env == Paths{"K=v"});
  REQUIRE(image.config.history.size() == 4);
  CHECK_FALSE(image.config.history[0].empty_layer);
  CHECK(image.config.history[1].empty_layer);
  CHECK(image.config.history[1].created_by == "ENV K=v");
  CHECK(record.steps == 2);
  CHECK(record.cached_steps == 0);
  CHECK(bench.build("FROM scratch\nCOPY a /x/\n").cached_steps == 1);
}

TEST_CASE("hard links of a stage stay hard links, under the first name that is copied") {
  Bench bench;
  bench.base("base",
             TarBuilder{}.dir("d").file("d/b", "same").hardlink("d/a", "d/b").hardlink("c", "d/b"));
  const BuildRecord record = bench.build("FROM base AS s\nFROM scratch\nCOPY --from=S /d /n\n");
  const MergedTree tree = bench.tree(record);
  CHECK(paths_of(tree) == Paths{"n", "n/a", "n/b"});
  CHECK(tree.find("n/a")->entry.type == EntryType::file);
  CHECK(tree.find("n/a")->entry.size_bytes == 4);
  CHECK(tree.find("n/b")->entry.type == EntryType::hardlink);
  CHECK(tree.find("n/b")->entry.link_target == "n/a");
  const BuildRecord one = bench.build("FROM base AS s\nFROM scratch\nCOPY --from=0 /c /n/\n");
  CHECK(bench.tree(one).find("n/c")->entry.type == EntryType::file);
}

TEST_CASE("squashing keeps what the root directory is") {
  Bench bench;
  bench.base("base", TarBuilder{}.dir("./", 0711).owner(5, 6).file("a", "1"));
  bench.file("c", "3");
  BuildOptions options = bench.options("FROM base\nCOPY c /c\n");
  options.squash = BuildOptions::Squash::all;
  const BuildRecord all = bench.build(options);
  REQUIRE(all.layers.size() == 1);
  const auto root = bench.tree(all).find("");
  CHECK_FALSE(root->entry.implied);
  CHECK(root->entry.mode == 0711);
  CHECK(root->entry.uid == 5);
  options.squash = BuildOptions::Squash::new_layers;
  CHECK(bench.tree(bench.build(options)).find("")->entry.mode == 0711);
}

TEST_CASE("squashing joins the new layers, or all, and keeps hard links") {
  Bench bench;
  bench.base("base", TarBuilder{}.file("a", "1").hardlink("b", "a"));
  bench.file("c", "3");
  BuildOptions options = bench.options("FROM base\nCOPY c /c\nCOPY c /a\nLABEL k=v\n");
  options.squash = BuildOptions::Squash::new_layers;
  const BuildRecord some = bench.build(options);
  CHECK(some.layers.size() == 2);
  CHECK(paths_of(bench.tree(some)) == Paths{"a", "b", "c"});
  options.squash = BuildOptions::Squash::all;
  options.containerfile = "FROM base\nCOPY c /c\n";
  const BuildRecord all = bench.build(options);
  CHECK(all.layers.size() == 1);
  CHECK(bench.tree(all).find("b")->entry.type == EntryType::hardlink);
  const Image image = bench.image(all);
  const auto layers = std::count_if(image.config.history.begin(), image.config.history.end(),
                                    [](const HistoryEntry& entry) { return !entry.empty_layer; });
  CHECK(layers == 1);
}

TEST_CASE("with an epoch equal files are equal images, whenever and however often") {
  Bench one;
  Bench two;
  two.now.seconds += 1000;
  for (Bench* bench : {&one, &two}) bench->file("d/a", "1");
  const struct timespec times[2] = {{1, 0}, {1, 0}};
  REQUIRE(::utimensat(AT_FDCWD, (one.context() + "/d/a").c_str(), times, 0) == 0);
  const auto digest = [](Bench& bench) {
    BuildOptions options = bench.options("FROM scratch\nCOPY . /\nWORKDIR /w/v\n");
    options.epoch = Timestamp{1'600'000'000, 0};
    return bench.build(options).manifest.digest.str();
  };
  CHECK(digest(one) == digest(two));
  CHECK(digest(one) == digest(one));
}

TEST_CASE("two builds of the same at once both succeed") {
  Bench bench;
  for (int i = 0; i < 50; ++i) bench.file(std::to_string(i), std::string(1000, 'x'));
  std::vector<std::string> digests(2);
  std::vector<std::thread> threads;
  for (std::string& digest : digests) {
    threads.emplace_back([&] {
      BuildOptions options = bench.options("FROM scratch\nCOPY . /\n");
      options.epoch = Timestamp{1, 0};
      options.tags = {Reference::parse_local("same").or_latest()};
      digest = bench.build(options).manifest.digest.str();
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(digests[0] == digests[1]);
  CHECK(bench.store->resolve("same").target.digest.str() == digests[0]);
}

TEST_CASE("the docker format has docker's media types and keeps the health check") {
  Bench bench;
  bench.file("a", "1");
  BuildOptions options = bench.options("FROM scratch\nCOPY a /\nHEALTHCHECK CMD true\n");
  options.format = ImageFormat::docker;
  const Image image = bench.image(bench.build(options));
  CHECK(image.raw.media_type == media_type::docker_manifest);
  CHECK(image.manifest.layers[0].media_type == media_type::layer_type(true, Compression::gzip));
  REQUIRE(image.config.config.healthcheck);
  CHECK(image.config.config.healthcheck->test == Paths{"CMD-SHELL", "true"});
}

TEST_CASE("the root's own metadata stays the base's") {
  Bench bench;
  TarBuilder tar;
  tar.dir("./").file("a", "1");
  bench.base("base", tar);
  bench.file("b", "2");
  REQUIRE(::chmod(bench.context().c_str(), 0700) == 0);
  const BuildRecord record = bench.build("FROM base\nCOPY . /\n");
  CHECK(bench.tree(record).find("")->entry.mode == 0755);
}

TEST_CASE("a directory goes where a link below leads, and does not replace it") {
  Bench bench;
  bench.base(
      "base",
      TarBuilder{}.dir("usr").dir("usr/lib").file("usr/lib/ld", "x").symlink("lib", "usr/lib"));
  bench.file("root/lib/mine", "1");
  const MergedTree tree = bench.tree(bench.build("FROM base\nCOPY root /\n"));
  CHECK(tree.find("lib")->entry.type == EntryType::symlink);
  CHECK(tree.find("usr/lib/mine"));
  CHECK(tree.find("usr/lib/ld"));
}

TEST_CASE("what is not there is named") {
  Bench bench;
  bench.file("a", "1");
  CHECK(error_of(bench, "FROM scratch\nADD a missing /d/\n").find("missing: no such file in") !=
        std::string::npos);
  CHECK(error_of(bench, "FROM scratch\nCOPY --from=nowhere:1 /a /\n").find("not_found: ") == 0);
  CHECK(error_of(bench, "FROM scratch\nCOPY --from=nowhere:1 /a /\n").find("nowhere:1") !=
        std::string::npos);
  CHECK(error_of(bench, "FROM scratch\nCOPY a/b /\n").find("not_found: ") == 0);
}

TEST_CASE("ADD takes names with wildcard characters that a wildcard found") {
  Bench bench;
  bench.file("x[1].txt", "1");
  const BuildRecord record = bench.build("FROM scratch\nADD x*.txt /d/\n");
  CHECK(paths_of(bench.tree(record)) == Paths{"d", "d/x[1].txt"});
}

TEST_CASE("ADD of an archive keeps hard links and refuses files below what is no directory") {
  Bench bench;
  bench.file("good.tar", TarBuilder{}.file("b", "1").hardlink("a", "b").bytes());
  const MergedTree tree = bench.tree(bench.build("FROM scratch\nADD good.tar /\n"));
  CHECK(tree.find("a")->entry.type == EntryType::file);
  CHECK(tree.find("b")->entry.type == EntryType::hardlink);
  bench.file("bad.tar", TarBuilder{}.symlink("a", "/etc").file("a/passwd", "x").bytes());
  const std::string error = error_of(bench, "FROM scratch\nADD bad.tar /\n");
  INFO(error);
  CHECK(error.find("bad.tar: a/passwd lies in a, which is a symlink") != std::string::npos);
}

TEST_CASE("credentials of a URL are in no history") {
  Bench bench;
  const std::string error = error_of(bench, "FROM scratch\nADD https://me:secret@h/x /\n");
  CHECK(error.find("unavailable") == 0);
  CHECK(error.find("secret") == std::string::npos);
}

}  // namespace
}  // namespace lade::builder
