// tar-split data. Whatever the bytes: only lade::Error leaves the reader, and a file whose name is
// in them is never opened outside of the layer's directory (here an empty one, so none is opened).
#include <cstdint>
#include <cstdlib>

#include "libimage/base/temp_dir.h"
#include "libimage/containers/layer_tar.h"
#include "libimage/containers/tar_split.h"
#include "tests/fuzz/defect.h"

using namespace lade;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TempDir empty("/tmp", "lade-fuzz");
  const std::string text(reinterpret_cast<const char*>(data), size);
  without_defect([&] {
    MemorySource source(text);
    tar_split_size(source, "input");
  });
  without_defect([&] {
    const auto open = [](const std::string& directory, const std::string& path) -> Fd {
      open_layer_file(directory, path);
      std::abort();
    };
    const auto tar =
        open_layer_tar(std::make_unique<StringSource>(text), empty.path(), "input", open);
    lade::read_all(*tar, std::uint64_t{64} << 20U, "input");
  });
  return 0;
}
