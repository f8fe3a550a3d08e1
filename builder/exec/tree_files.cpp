#include "builder/exec/tree_files.h"

#include "libimage/archive/tar_writer.h"
#include "libimage/stream/pipe.h"

namespace lade::builder {

std::vector<CopyItem> copied_items(SourceTree& tree, const std::string& source, bool keep_owners) {
  CopyOp op;
  op.sources.push_back(source.empty() ? "." : source);
  op.destination.push_back('/');
  return plan_copy(op, {{&tree, op.sources.front()}}, {0, 0, keep_owners}, MergedTree{}, {});
}

void write_items(const std::vector<CopyItem>& items, const std::string& directory,
                 ApplyOptions::Ownership ownership, const std::string& what) {
  const auto tar = produce_source([&](Sink& sink) {
    TarWriter writer(sink);
    for (const CopyItem& item : items) {
      if (!item.source) {
        writer.add(item.entry);
        continue;
      }
      const auto data = item.tree->open(*item.source);
      writer.add(item.entry, *data);
    }
    writer.finish();
  });
  ApplyOptions options;
  options.ownership = ownership;
  apply_layer(*tar, Rootfs(directory), options, what);
}

}  // namespace lade::builder
