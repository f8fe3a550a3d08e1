// What the members of any archive mean to a layer: their names, their whiteouts, and the index they
// make. An index that is made must show what it says.
#include <cstdint>
#include <string_view>

#include "libimage/archive/tar_reader.h"
#include "libimage/base/error.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/merged_tree.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/layer/whiteout.h"
#include "libimage/oci/hasher.h"

namespace {

using namespace lade;

void check_name(std::string_view name) {
  try {
    const std::string path = normalize_layer_path(name);
    if (normalize_layer_path(path) != path) __builtin_trap();
    if (const auto mark = parse_whiteout(path); mark && mark->kind == Whiteout::Kind::remove) {
      if (whiteout_name(mark->path) != path) __builtin_trap();
    }
  } catch (const Error&) {
    // refused
  }
}

void check_index(const std::shared_ptr<const Toc>& toc) {
  const MergedTree tree({toc});
  std::size_t shown = 0;
  tree.walk("", [&](const TreeEntry& entry) {
    ++shown;
    if (!tree.find(entry.entry.path)) __builtin_trap();
    return true;
  });
  for (std::size_t i = 0; i < toc->size(); ++i) {
    const TocEntry entry = toc->at(i);
    if (!entry.whiteout && !entry.path.empty()) --shown;
    if (entry.type == EntryType::hardlink && !entry.link_below && !toc->find(entry.link_target)) {
      __builtin_trap();
    }
  }
  if (shown != 0) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_name(bytes);
  try {
    MemorySource tar(bytes);
    check_index(index_layer(tar, "fuzz"));
  } catch (const Error&) {
    // no layer
  }
  // the same members without an archive around them, which a mutation would mostly break: lines of
  // a type's letter, a name and a target
  TocBuilder builder;
  try {
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
      const std::string_view line = bytes.substr(at, end - at);
      at = end + 1;
      if (line.empty()) continue;
      Entry entry;
      entry.type = static_cast<EntryType>(static_cast<unsigned char>(line[0]) % 7);
      const std::size_t space = std::min(line.find(' '), line.size());
      entry.path = std::string(line.substr(1, space > 0 ? space - 1 : 0));
      entry.link_target = space < line.size() ? std::string(line.substr(space + 1)) : "x";
      builder.add(entry, std::nullopt, std::nullopt);
    }
  } catch (const Error&) {
    return 0;
  }
  check_index(builder.finish(digest_of(""), 0));
  return 0;
}
