#include "sbom/catalog/catalog_layer.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/layer/whiteout.h"
#include "sbom/catalog/file_spool.h"

// One pass over a tar: for every file the rules say who wants it; what nobody wants by its path is
// looked at for four bytes, in case it is a program. Files with several names are in the tar under
// the first one; the toc tells the others. Without a toc a wanted name that is a link means that
// the pass must be made again, with the toc it made.
namespace lade::sbom {
namespace {

constexpr std::array<std::byte, 4> elf_magic{std::byte{0x7F}, std::byte{'E'}, std::byte{'L'},
                                             std::byte{'F'}};
constexpr std::uint64_t least_elf_bytes = 52;

/// Who wants what is in a file, under which of its names.
struct Reader {
  const Cataloger* cataloger;
  std::string path;
};

class LayerCatalog final : public LayerVisitor {
 public:
  LayerCatalog(const Dispatch& dispatch, const CatalogOptions& options)
      : dispatch_(dispatch), spool_(options.scratch), toc_(options.toc) {
    if (toc_ != nullptr) note_links();
  }

  bool begin(const Entry& entry) override {
    path_ = normalize_layer_path(entry.path);
    if (parse_whiteout(path_)) return false;
    if (entry.type == EntryType::hardlink) {
      needs_links_ = needs_links_ || (toc_ == nullptr && is_wanted(path_, 1));
      return false;
    }
    if (is_link_later(path_)) return false;
    finds_.erase(path_);  // of two members with one name the later counts
    if (entry.type != EntryType::file) return false;
    entry_ = entry;
    readers_.clear();
    begun_ = false;
    add_readers(path_);
    const auto links = links_.find(path_);
    if (links != links_.end()) {
      for (const std::string& name : links->second) add_readers(name);
    }
    const bool may_be_elf = !dispatch_.of_elf().empty() && entry.size_bytes >= least_elf_bytes;
    return !readers_.empty() || may_be_elf;
  }

  bool write(std::span<const std::byte> bytes) override {
    if (!begun_ && !begin_contents(bytes)) return false;
    spool_.write(bytes);
    return true;
  }

  void end() override {
    if (!begun_ && !begin_contents({})) return;
    const auto content = spool_.content();
    for (const Reader& reader : readers_) read(reader, content);
  }

  /// Was there a wanted name of a file that stood under another one?
  bool needs_links() const { return needs_links_; }

  LayerFinds take() {
    LayerFinds all;
    for (auto& [path, finds] : finds_) {
      std::move(finds.begin(), finds.end(), std::back_inserter(all.finds));
    }
    return all;
  }

 private:
  void note_links() {
    for (std::size_t i = 0; i < toc_->size(); ++i) {
      const TocEntry entry = toc_->at(i);
      if (entry.type != EntryType::hardlink || entry.link_below) continue;
      if (is_wanted(entry.path, entry.size_bytes)) {
        links_[std::string(entry.link_target)].emplace_back(entry.path);
      }
    }
  }

  /// Does a later member make the path another name of some file?
  bool is_link_later(std::string_view path) const {
    if (links_.empty()) return false;
    const auto entry = toc_->find(path);
    return entry && entry->type == EntryType::hardlink;
  }

  bool is_wanted(std::string_view path, std::uint64_t size_bytes) const {
    return !dispatch_.of_path(path, size_bytes).empty();
  }

  void add_readers(const std::string& path) {
    for (const Cataloger* cataloger : dispatch_.of_path(path, entry_.size_bytes)) {
      if (entry_.size_bytes <= cataloger->limit_bytes()) {
        readers_.push_back({cataloger, path});
        continue;
      }
      add_find({.problem = fmt::format("not read: it has {}, at most {} are",
                                       human_size(entry_.size_bytes),
                                       human_size(cataloger->limit_bytes()))},
               {cataloger, path});
    }
  }

  /// The first bytes tell whether it is a program; false if then nobody wants it.
  bool begin_contents(std::span<const std::byte> head) {
    if (head.size() >= elf_magic.size() &&
        std::equal(elf_magic.begin(), elf_magic.end(), head.begin())) {
      for (const Cataloger* cataloger : dispatch_.of_elf()) {
        if (entry_.size_bytes <= cataloger->limit_bytes() &&
            cataloger->wants(path_, entry_.size_bytes)) {
          readers_.push_back({cataloger, path_});
        }
      }
    }
    if (readers_.empty()) return false;
    spool_.begin(entry_.size_bytes);
    begun_ = true;
    return true;
  }

  void read(const Reader& reader, std::span<const std::byte> content) {
    try {
      auto find = reader.cataloger->read({.path = reader.path,
                                          .mode = entry_.mode,
                                          .uid = entry_.uid,
                                          .size_bytes = entry_.size_bytes,
                                          .content = content});
      if (find) add_find(std::move(*find), reader);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::internal) throw;
      add_find({.problem = error.message()}, reader);
    }
  }

  void add_find(Find find, const Reader& reader) {
    find.cataloger = reader.cataloger->name();
    find.path = reader.path;
    finds_[reader.path].push_back(std::move(find));
  }

  const Dispatch& dispatch_;
  FileSpool spool_;
  std::map<std::string, std::vector<Find>, PathLess> finds_;
  /// Wanted names by the name that has the contents.
  std::map<std::string, std::vector<std::string>, std::less<>> links_;
  const Toc* toc_;
  bool needs_links_ = false;

  // the file that passes by
  Entry entry_;
  std::string path_;
  std::vector<Reader> readers_;
  bool begun_ = false;  ///< somebody wants it, and it is in the spool
};

}  // namespace

LayerFinds catalog_layer(Source& tar, const Dispatch& dispatch, const CatalogOptions& options) {
  LayerCatalog catalog(dispatch, options);
  visit_layer(tar, options.what, catalog);
  return catalog.take();
}

IndexedFinds index_and_catalog_layer(Source& tar, const Dispatch& dispatch,
                                     const CatalogOptions& options) {
  LayerCatalog catalog(dispatch, options);
  auto toc = index_layer(tar, options.what, &catalog);
  if (catalog.needs_links()) return {std::move(toc), std::nullopt};
  return {std::move(toc), catalog.take()};
}

}  // namespace lade::sbom
