#include "sbom/catalog/layer_catalog.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/whiteout.h"

// For every file the rules say who wants it; what nobody wants by its path is looked at for four
// bytes, in case it is a program. Files with several names are in a tar under the first one, which
// may be another file's in the end; the toc tells which names the contents at an offset have come
// to. Without a toc a wanted name that is a link means that the pass must be made again, with the
// toc it made.
namespace lade::sbom {
namespace {

constexpr std::array<std::byte, 4> elf_magic{std::byte{0x7F}, std::byte{'E'}, std::byte{'L'},
                                             std::byte{'F'}};
constexpr std::uint64_t least_elf_bytes = 52;

}  // namespace

LayerCatalog::LayerCatalog(const Dispatch& dispatch, const CatalogOptions& options)
    : dispatch_(dispatch), spool_(options.scratch), toc_(options.toc) {
  if (toc_ != nullptr) note_names();
}

bool LayerCatalog::begin_at(const Entry& entry, std::optional<std::uint64_t> data_offset) {
  if (parse_whiteout(entry.path)) return false;
  if (entry.type == EntryType::hardlink) {
    has_links_ = true;
    needs_links_ = needs_links_ || needs_toc_for(entry);
    return false;
  }
  if (!set_names(entry, data_offset)) return false;
  entry_ = entry;
  readers_.clear();
  begun_ = false;
  for (const std::string& name : names_) add_readers(name);
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

void LayerCatalog::note_names() {
  for (std::size_t i = 0; i < toc_->size(); ++i) {
    const TocEntry entry = toc_->at(i);
    if (entry.whiteout) continue;
    if (entry.link_below) {
      if (!is_wanted(entry.path, 1)) continue;
      add_problem(std::string(entry.path),
                  "not read: it is a hard link to a file of a lower layer");
    } else if (entry.data_offset) {
      names_at_.emplace_back(*entry.data_offset, i);
    }
  }
  std::sort(names_at_.begin(), names_at_.end());
}

/// Somebody may want the file for this name of it alone.
bool LayerCatalog::needs_toc_for(const Entry& link) const {
  if (toc_ != nullptr) return false;
  if (is_wanted(link.path, 1)) return true;
  const std::string target = normalize_layer_path(link.link_target);
  const auto& of_elf = dispatch_.of_elf();
  return std::any_of(of_elf.begin(), of_elf.end(), [&](const Cataloger* cataloger) {
    return cataloger->wants(link.path, least_elf_bytes) &&
           !cataloger->wants(target, least_elf_bytes);
  });
}

/// Which names the contents have that follow; false if none follow, or they have none in the end.
bool LayerCatalog::set_names(const Entry& entry, std::optional<std::uint64_t> data_offset) {
  names_.clear();
  if (toc_ == nullptr || !data_offset) {
    // of two members with one name the later counts, but a link may have kept the earlier
    const bool is_replaced = finds_.erase(entry.path) > 0;
    needs_links_ = needs_links_ || (toc_ == nullptr && is_replaced && has_links_);
    if (entry.type == EntryType::file) names_.push_back(entry.path);
    return !names_.empty();
  }
  const auto first = std::lower_bound(names_at_.begin(), names_at_.end(),
                                      std::pair<std::uint64_t, std::size_t>(*data_offset, 0));
  for (auto at = first; at != names_at_.end() && at->first == *data_offset; ++at) {
    names_.emplace_back(toc_->path_at(at->second));
  }
  // who wants it as a program, whatever its name, takes the one that it came under
  const auto own = std::find(names_.begin(), names_.end(), entry.path);
  if (own != names_.end()) std::rotate(names_.begin(), own, std::next(own));
  return !names_.empty();
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
      if (entry_.size_bytes > cataloger->limit_bytes()) continue;
      const auto name = std::find_if(names_.begin(), names_.end(), [&](const std::string& path) {
        return cataloger->wants(path, entry_.size_bytes);
      });
      if (name != names_.end()) readers_.push_back({cataloger, *name});
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
