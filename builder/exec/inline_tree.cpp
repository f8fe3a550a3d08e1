#include "builder/exec/inline_tree.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {

Entry InlineTree::describe(const InlineFile& file) const {
  Entry entry;
  entry.path = file.name;
  entry.mode = 0644;
  entry.mtime = now_;
  entry.size_bytes = file.content.size();
  return entry;
}

const InlineFile& InlineTree::file(std::string_view path) const {
  const auto found = std::find_if(files_.begin(), files_.end(),
                                  [&](const InlineFile& file) { return file.name == path; });
  if (found == files_.end()) fail(ErrorKind::internal, "no inline file {}", path);
  return *found;
}

std::optional<Entry> InlineTree::find(std::string_view path) {
  if (path.empty()) {
    Entry root;
    root.type = EntryType::directory;
    root.mode = 0755;
    root.mtime = now_;
    return root;
  }
  for (const InlineFile& file : files_) {
    if (file.name == path) return describe(file);
  }
  return std::nullopt;
}

std::vector<Entry> InlineTree::list(std::string_view directory) {
  std::vector<Entry> entries;
  if (!directory.empty()) return entries;
  for (const InlineFile& file : files_) entries.push_back(describe(file));
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.path < b.path; });
  return entries;
}

std::vector<Digest> InlineTree::hash(std::span<const Entry> files) {
  std::vector<Digest> digests;
  for (const Entry& entry : files) digests.push_back(digest_of(file(entry.path).content));
  return digests;
}

std::unique_ptr<Source> InlineTree::open(const Entry& entry) {
  return std::make_unique<MemorySource>(file(entry.path).content);
}

}  // namespace lade::builder
