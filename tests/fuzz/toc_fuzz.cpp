// Any bytes are a toc or an error; what is a toc can be read whole. The bytes are tried as they are
// and with their checksum made good, or nothing would ever come past it.
#include <cstdint>
#include <string>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/merged_tree.h"
#include "libimage/layer/toc_format.h"
#include "libimage/layer/xxh64.h"

namespace {

using namespace lade;

void read_whole(std::string bytes) {
  std::shared_ptr<const Toc> toc;
  try {
    toc = Toc::from_bytes(std::move(bytes), "fuzz");
  } catch (const Error&) {
    return;
  }
  toc->diff_id();
  toc->tar_bytes();
  for (std::size_t i = 0; i < toc->size(); ++i) {
    const TocEntry entry = toc->at(i);
    entry.xattrs();
    toc->below(entry.path);
    if (toc->lower_bound(entry.path) != i) __builtin_trap();
  }
  const MergedTree tree({toc, toc});
  tree.walk("", [&tree](const TreeEntry& shown) {
    const auto found = tree.find(shown.entry.path);
    if (!found || found->entry.type != shown.entry.type) __builtin_trap();
    tree.content_of(shown);
    try {
      tree.resolve(shown.entry.path);
    } catch (const Error&) {
      // too many links, or a path that became too long
    }
    return true;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  read_whole(bytes);
  if (size >= toc_format::header::size) {
    store_le(
        bytes.data() + toc_format::header::checksum,
        xxh64(lade::as_bytes(std::string_view(bytes)).subspan(toc_format::header::checked_from)));
    read_whole(bytes);
  }
  return 0;
}
