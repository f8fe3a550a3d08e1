#include "sbom/catalog/layer_catalog.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/whiteout.h"

// For every file the rules say who wants it; what nobody wants by its path is looked at for four
// bytes, in case it is a program. Files with several names are in a tar under the first one; the
// toc tells the others. Without a toc a wanted name that is a link means that the pass must be made
// again, with the toc it made.
namespace lade::sbom {
namespace {

constexpr std::array<std::byte, 4> elf_magic{std::byte{0x7F}, std::byte{'E'}, std::byte{'L'},
                                             std::byte{'F'}};
constexpr std::uint64_t least_elf_bytes = 52;

}  // namespace

LayerCatalog::LayerCatalog(const Dispatch& dispatch, const CatalogOptions& options)
    : dispatch_(dispatch), spool_(options.scratch), toc_(options.toc) {
  if (toc_ != nullptr) note_links();
}

bool LayerCatalog::begin(const Entry& entry) {
  path_ = entry.path;
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

bool LayerCatalog::write(std::span<const std::byte> bytes) {
  if (!begun_ && !begin_contents(bytes)) return false;
  spool_.write(bytes);
  return true;
}

void LayerCatalog::end() {
  if (!begun_ && !begin_contents({})) return;
  const auto content = spool_.content();
  for (const Reader& reader : readers_) read(reader, content);
}

LayerFinds LayerCatalog::take() {
  LayerFinds all;
  for (auto& [path, finds] : finds_) {
    std::move(finds.begin(), finds.end(), std::back_inserter(all.finds));
  }
  return all;
}

void LayerCatalog::note_links() {
  for (std::size_t i = 0; i < toc_->size(); ++i) {
    const TocEntry entry = toc_->at(i);
    if (entry.type != EntryType::hardlink || entry.link_below) continue;
    if (is_wanted(entry.path, entry.size_bytes)) {
      links_[std::string(entry.link_target)].emplace_back(entry.path);
    }
  }
}

/// Does a later member make the path another name of some file?
bool LayerCatalog::is_link_later(std::string_view path) const {
  if (links_.empty()) return false;
  const auto entry = toc_->find(path);
  return entry && entry->type == EntryType::hardlink;
}

bool LayerCatalog::is_wanted(std::string_view path, std::uint64_t size_bytes) const {
  return !dispatch_.of_path(path, size_bytes).empty();
}

void LayerCatalog::add_readers(const std::string& path) {
  for (const Cataloger* cataloger : dispatch_.of_path(path, entry_.size_bytes)) {
    if (entry_.size_bytes <= cataloger->limit_bytes()) {
      readers_.push_back({cataloger, path});
      continue;
    }
    add_find({.problem =
                  fmt::format("not read: it has {}, at most {} are", human_size(entry_.size_bytes),
                              human_size(cataloger->limit_bytes()))},
             {cataloger, path});
  }
}

/// The first bytes tell whether it is a program; false if then nobody wants it.
bool LayerCatalog::begin_contents(std::span<const std::byte> head) {
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

void LayerCatalog::read(const Reader& reader, std::span<const std::byte> content) {
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

void LayerCatalog::add_find(Find find, const Reader& reader) {
  find.cataloger = reader.cataloger->name();
  find.path = reader.path;
  finds_[reader.path].push_back(std::move(find));
}

void LayerCatalog::add_problem(const std::string& path, std::string message) {
  finds_[path].push_back({.cataloger = "files", .path = path, .problem = std::move(message)});
}

}  // namespace lade::sbom
