#include "builder/exec/image_tree.h"

#include "libimage/base/error.h"

namespace lade::builder {

Entry to_entry(const TreeEntry& shown) {
  const TocEntry& toc = shown.entry;
  Entry entry;
  entry.path = std::string(toc.path);
  entry.type = toc.type;
  entry.mode = toc.mode;
  entry.uid = toc.uid;
  entry.gid = toc.gid;
  entry.mtime = toc.mtime;
  entry.size_bytes = toc.size_bytes;
  entry.link_target = std::string(toc.link_target);
  entry.device_major = toc.device_major;
  entry.device_minor = toc.device_minor;
  entry.xattrs = toc.xattrs();
  return entry;
}

ImageTree::ImageTree(std::string name, std::shared_ptr<Store> store, std::vector<LayerRef> layers,
                     MergedTree tree)
    : name_(std::move(name)), tree_(std::move(tree)), files_(std::move(store), std::move(layers)) {}

/// Every name of a file is the file.
Entry ImageTree::source_entry(const TreeEntry& shown) const {
  Entry entry = to_entry(shown);
  if (entry.type != EntryType::hardlink) return entry;
  entry.type = EntryType::file;
  entry.link_target.clear();
  entry.size_bytes = tree_.content_of(shown).entry.size_bytes;
  return entry;
}

std::optional<Entry> ImageTree::find(std::string_view path) {
  const auto found = tree_.find(path);
  if (!found) return std::nullopt;
  return source_entry(*found);
}

std::vector<Entry> ImageTree::list(std::string_view directory) {
  std::vector<Entry> entries;
  for (const TreeEntry& shown : tree_.list(directory)) entries.push_back(source_entry(shown));
  return entries;
}

TreeEntry ImageTree::content(const Entry& file) const {
  const auto found = tree_.find(file.path);
  if (!found) fail(ErrorKind::internal, "{}: {} vanished", name_, file.path);
  const TreeEntry content = tree_.content_of(*found);
  if (content.entry.type != EntryType::file) {
    fail(ErrorKind::corrupt, "{}: {} is a hard link to {}, which is no file", name_, file.path,
         file.link_target);
  }
  return content;
}

std::vector<Digest> ImageTree::hash(std::span<const Entry> files) {
  std::vector<Digest> digests;
  digests.reserve(files.size());
  for (const Entry& file : files) {
    digests.push_back(Digest::of_hash(HashAlgorithm::sha256, content(file).entry.content_hash));
  }
  return digests;
}

std::unique_ptr<Source> ImageTree::open(const Entry& file) { return files_.open(content(file)); }

std::string ImageTree::identity(const Entry& file) { return StackFiles::identity(content(file)); }

}  // namespace lade::builder
