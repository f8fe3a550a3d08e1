// What unpacking layers into one directory leaves there and what MergedTree shows of them are two
// implementations of one specification: random layers must come out the same.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>

#include "libimage/base/temp_dir.h"
#include "libimage/layer/apply.h"
#include "libimage/layer/toc_builder.h"
#include "tests/libimage/layer/tree_text.h"
#include "tests/support/tar_builder.h"

namespace lade {
namespace {

/// Few names, so that members meet each other.
class RandomLayers {
 public:
  explicit RandomLayers(unsigned seed) : random_(seed) {}

  TarBuilder layer() {
    TarBuilder tar;
    for (int i = below(14); i > 0; --i) add_member(tar);
    return tar;
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  std::string path() {
    static const char* const names[] = {"a", "b", "a-", "c"};
    std::string path = names[below(4)];
    for (int depth = below(3); depth > 0; --depth) path += std::string("/") + names[below(4)];
    return path;
  }

  void add_member(TarBuilder& tar) {
    static const char* const targets[] = {"a", "/b", "../c", "b/a", "none"};
    const auto time = Timestamp{below(1000) + 1, 0};
    const auto mode = static_cast<std::uint32_t>(below(01000)) | 0700;
    switch (below(8)) {
      case 0:
      case 1:
        tar.file(path(), std::to_string(below(1000)), mode).mtime(time);
        if (below(3) == 0) tar.xattr("user.t", std::to_string(below(9)));
        break;
      case 2:
      case 3:
        tar.dir(path(), mode).mtime(time);
        if (below(3) == 0) tar.xattr("user.t", std::to_string(below(9)));
        if (below(3) == 0 && ::geteuid() == 0) tar.owner(3, 4);
        break;
      case 4:
        tar.symlink(path(), targets[below(5)]).mtime(time);
        break;
      case 5:
      case 6:
        tar.whiteout(path());
        break;
      case 7:
        if (below(4) == 0) {
          tar.opaque("");
        } else {
          tar.opaque(path());
        }
        break;
    }
  }

  std::mt19937 random_;
};

TEST_CASE("unpacking random layers leaves what the merged tree shows") {
  for (unsigned seed = 0; seed < 150; ++seed) {
    RandomLayers layers(seed);
    const TempDir dir("/tmp");
    const Rootfs root(dir.path());
    MergedTree tree;
    // the root's own entry, or its time would be that of the test
    std::vector<TarBuilder> made{TarBuilder{}.dir("./")};
    for (unsigned i = 0; i < 1 + seed % 4; ++i) made.push_back(layers.layer());
    for (const TarBuilder& tar : made) {
      StringSource source(tar.bytes());
      std::shared_ptr<const Toc> toc;
      try {
        toc = index_layer(source, "random");
      } catch (const Error& error) {
        // symlinks may run in a circle: then unpacking must refuse the same
        CHECK(error.kind() == ErrorKind::corrupt);
        StringSource again(tar.bytes());
        const TempDir elsewhere("/tmp");
        CHECK_THROWS_AS(apply_layer(again, Rootfs(elsewhere.path()), options_of_caller(), "random"),
                        Error);
        continue;
      }
      StringSource again(tar.bytes());
      apply_layer(again, root, options_of_caller(), "random");
      tree = tree.with_layer(std::move(toc));
    }
    CAPTURE(seed);
    CHECK(text_of_directory(dir.path()) == text_of_tree(tree));
    if (text_of_directory(dir.path()) != text_of_tree(tree)) return;
  }
}

}  // namespace
}  // namespace lade
