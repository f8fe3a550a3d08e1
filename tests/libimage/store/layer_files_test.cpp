#include "libimage/store/layer_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/layer/toc_builder.h"
#include "tests/libimage/store/store_fixture.h"

using namespace lade;
using namespace lade::store_test;

namespace {

/// A layer of many files, known by its blob's bytes alone: no frames.
struct Layer {
  StoreFixture fixture;
  std::vector<std::string> paths;
  StoredLayer stored;
  int spools = 0;

  explicit Layer(Compression compression)
      : paths(names()),
        stored(put_layer(*fixture.store, paths, std::string(1000, 'x'), compression)) {}
  static std::vector<std::string> names() {
    std::vector<std::string> list;
    for (int i = 0; i < 40; ++i) list.push_back(fmt::format("f{:02}", i));
    return list;
  }
  std::unique_ptr<LayerFiles> files() {
    Fd file = fixture.store->open_blob(stored.blob.digest);
    return make_layer_files({std::move(file), stored.blob.size_bytes, "layer"}, {},
                            stored.written.toc->tar_bytes(), ExpansionLimit{}, [this] {
                              ++spools;
                              const std::string path = fixture.directory.path() + "/spool";
                              Fd spool = open_fd(path, O_RDWR | O_CREAT | O_EXCL, 0600);
                              ::unlink(path.c_str());
                              return spool;
                            });
  }
};

}  // namespace

TEST_CASE("many files of a layer without frames come from a spool, in any order") {
  Layer layer(Compression::zstd);
  const auto files = layer.files();
  for (std::size_t i = layer.paths.size(); i-- > 0;) {
    const auto content = files->open(*layer.stored.written.toc->find(layer.paths[i]));
    CHECK(read_text(*content) == std::string(1000, 'x'));
  }
  CHECK(layer.spools == 1);
}

TEST_CASE("a single file is read without a spool") {
  Layer layer(Compression::gzip);
  const auto content = layer.files()->open(*layer.stored.written.toc->find("f39"));
  CHECK(read_text(*content) == std::string(1000, 'x'));
  CHECK(layer.spools == 0);
}

TEST_CASE("a source outlives the files it came from") {
  Layer layer(Compression::gzip);
  auto files = layer.files();
  std::unique_ptr<Source> last;
  for (const std::string& path : layer.paths) {
    last = files->open(*layer.stored.written.toc->find(path));
  }
  files.reset();
  CHECK(read_text(*last) == std::string(1000, 'x'));
}

TEST_CASE("the store opens many files of a layer, and leaves no spool behind") {
  StoreFixture fixture;
  const std::vector<std::string> paths = {"a", "b", "c", "d"};
  const StoredLayer stored = put_layer(*fixture.store, paths, std::string(5000, 'y'));
  const auto files = fixture.store->open_files(stored.blob);
  for (int round = 0; round < 20; ++round) {
    for (const std::string& path : paths) {
      CHECK(read_text(*files->open(*stored.written.toc->find(path))) == std::string(5000, 'y'));
    }
  }
}
