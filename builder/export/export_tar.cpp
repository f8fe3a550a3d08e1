// The merged tree says which layer shows a path; the layers are then read one after another, and a
// member is passed on when its layer is the one that shows it. What has no contents needs no layer
// and is written from the tocs: directories first, so that whoever unpacks knows them, hard links
// last, so that what they link to is there.
//
// A hard link can outlive the name that carries its contents, when an upper layer replaces that
// name. The first link to such contents then becomes the file, and the others link to it.
#include "builder/export/export_tar.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libimage/archive/tar_reader.h"
#include "libimage/archive/tar_writer.h"
#include "libimage/base/error.h"
#include "libimage/layer/layer_path.h"

namespace lade::builder {
namespace {

/// Contents: the layer that has them, and their path there.
using ContentKey = std::pair<std::size_t, std::string>;

Entry to_entry(const TocEntry& toc) {
  Entry entry;
  entry.path = std::string(toc.path);
  entry.type = toc.type;
  entry.mode = toc.mode;
  entry.uid = toc.uid;
  entry.gid = toc.gid;
  entry.mtime = toc.mtime;
  entry.size_bytes = toc.type == EntryType::file ? toc.size_bytes : 0;
  entry.link_target = std::string(toc.link_target);
  entry.device_major = toc.device_major;
  entry.device_minor = toc.device_minor;
  entry.xattrs = toc.xattrs();
  return entry;
}

class TarExport {
 public:
  TarExport(const LayerStack& layers, Sink& sink) : layers_(layers), writer_(sink) {}

  void run() {
    plan();
    for (std::size_t layer = 0; layer < layers_.tree.layers().size(); ++layer) {
      if (needed_.contains(layer)) write_files(layer);
    }
    std::stable_partition(last_.begin(), last_.end(),
                          [](const Entry& entry) { return entry.type != EntryType::hardlink; });
    for (const Entry& entry : last_) writer_.add(entry);
    writer_.finish();
  }

 private:
  /// Writes directories and decides about everything else.
  void plan() {
    if (const auto root = layers_.tree.find("")) {
      Entry entry = to_entry(root->entry);
      entry.path = "./";
      writer_.add(entry);
    }
    layers_.tree.walk("", [this](const TreeEntry& shown) {
      switch (shown.entry.type) {
        case EntryType::directory:
          writer_.add(to_entry(shown.entry));
          break;
        case EntryType::file:
          needed_.insert(shown.layer);
          break;
        case EntryType::hardlink:
          plan_link(shown);
          break;
        default:
          last_.push_back(to_entry(shown.entry));
      }
      return true;
    });
  }

  void plan_link(const TreeEntry& link) {
    const TreeEntry content = layers_.tree.content_of(link);
    const std::string path(content.entry.path);
    if (content.entry.type == EntryType::hardlink) {
      fail(ErrorKind::corrupt, "cannot export {}: the hard link's target {} is in no layer",
           link.entry.path, link.entry.link_target);
    }
    Entry entry = to_entry(link.entry);
    if (is_shown(content)) {
      entry.link_target = path;
      last_.push_back(std::move(entry));
      return;
    }
    const auto [carrier, is_first] =
        carriers_.try_emplace({content.layer, path}, std::string(link.entry.path));
    if (!is_first) {
      entry.link_target = carrier->second;
      last_.push_back(std::move(entry));
    } else if (content.entry.type == EntryType::file) {
      needed_.insert(content.layer);
    } else {
      entry = to_entry(content.entry);
      entry.path = carrier->second;
      last_.push_back(std::move(entry));
    }
  }

  bool is_shown(const TreeEntry& content) const {
    const auto shown = layers_.tree.find(content.entry.path);
    return shown && shown->layer == content.layer && shown->entry.type == content.entry.type;
  }

  void write_files(std::size_t layer) {
    const auto tar = layers_.open(layer);
    const Toc& toc = *layers_.tree.layers()[layer];
    TarReader reader(*tar, fmt::format("layer {}", layer + 1));
    while (const auto member = reader.next()) {
      if (member->type != EntryType::file) continue;
      const std::string path = normalize_layer_path(member->path);
      const auto entry = toc.find(path);
      // of two members with one name the later one counts
      if (!entry || entry->type != EntryType::file || entry->whiteout ||
          entry->data_offset != reader.data_offset()) {
        continue;
      }
      Entry file = to_entry(*entry);
      if (!is_shown({*entry, layer})) {
        const auto carrier = carriers_.find({layer, path});
        if (carrier == carriers_.end()) continue;
        file.path = carrier->second;
      }
      writer_.add(file, reader.data());
    }
    reader.drain(true);
  }

  const LayerStack& layers_;
  TarWriter writer_;
  std::set<std::size_t> needed_;                ///< layers with files to write
  std::map<ContentKey, std::string> carriers_;  ///< contents whose own name is hidden
  std::vector<Entry> last_;
};

}  // namespace

void export_tar(const LayerStack& layers, Sink& sink) { TarExport(layers, sink).run(); }

}  // namespace lade::builder
