#include "sbom/audit/tree_facts.h"

#include <fmt/format.h>

#include "sbom/audit/file_names.h"

namespace lade::sbom {
namespace {

constexpr std::uint32_t set_id_bits = 06000;
constexpr std::uint32_t sticky_bit = 01000;
constexpr std::uint32_t others_write = 0002;
constexpr std::uint64_t least_core_bytes = 4096;

SeenFile seen(const TreeEntry& at, std::string note = {}) {
  const TocEntry& entry = at.entry;
  return {.path = std::string(entry.path),
          .layer = at.layer,
          .mode = entry.mode,
          .uid = entry.uid,
          .size_bytes = entry.size_bytes,
          .note = std::move(note)};
}

void keep(std::vector<SeenFile>& list, const TreeEntry& at, std::string note = {}) {
  if (list.size() < seen_files_limit) list.push_back(seen(at, std::move(note)));
}

void count_owner(std::map<std::uint32_t, OwnerFact>& owners, std::uint32_t id,
                 const TreeEntry& at) {
  auto found = owners.find(id);
  if (found == owners.end()) {
    if (owners.size() >= owners_limit) return;
    found = owners.emplace(id, OwnerFact{.first = seen(at)}).first;
  }
  ++found->second.paths;
}

/// "core" or "core.1234", as the kernel writes them: for the owner alone, and never small.
bool is_core_dump(const TocEntry& entry) {
  const std::string_view name = file_name_of(entry.path);
  if (!name.starts_with("core") || entry.size_bytes < least_core_bytes) return false;
  const std::string_view rest = name.substr(4);
  if (rest.empty()) return (entry.mode & 0777U) == 0600;
  return rest.front() == '.' && rest.size() > 1 &&
         rest.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

void look_at_file(TreeFacts& facts, const TreeEntry& at) {
  const TocEntry& entry = at.entry;
  facts.visible_bytes += entry.type == EntryType::file ? entry.size_bytes : 0;
  if ((entry.mode & set_id_bits) != 0) keep(facts.setuid, at);
  if ((entry.mode & others_write) != 0) keep(facts.writable_files, at);
  if (!entry.encoded_xattrs.empty()) {
    const auto xattrs = entry.xattrs();
    const auto found = xattrs.find("security.capability");
    if (found != xattrs.end()) keep(facts.capabilities, at, describe_capabilities(found->second));
  }
  if (const std::string_view cache = cache_of(entry.path); !cache.empty()) {
    CacheFact& fact = facts.caches[std::string(cache)];
    if (fact.files++ == 0 || entry.size_bytes > fact.largest.size_bytes) fact.largest = seen(at);
    fact.size_bytes += entry.size_bytes;
  }
  if (entry.size_bytes == 0) return;
  const std::string_view name = file_name_of(entry.path);
  if (is_private_key(entry.path)) keep(facts.private_keys, at);
  if (name == "authorized_keys" || name == "authorized_keys2") keep(facts.authorized_keys, at);
  if (is_credentials(entry.path)) keep(facts.credentials, at);
  if (is_leftover(entry.path)) keep(facts.leftovers, at);
  if (is_core_dump(entry)) keep(facts.core_dumps, at);
}

void look_at_directory(TreeFacts& facts, const TreeEntry& at) {
  const TocEntry& entry = at.entry;
  const bool is_open = (entry.mode & others_write) != 0 && (entry.mode & sticky_bit) == 0;
  if (is_open) keep(facts.writable_directories, at);
  if (file_name_of(entry.path) == ".git") keep(facts.repositories, at);
}

/// All of them: the kernel makes what a container needs.
void look_at_device(TreeFacts& facts, const TreeEntry& at, std::string_view kind) {
  keep(facts.devices, at,
       fmt::format("{} device {}:{}", kind, at.entry.device_major, at.entry.device_minor));
}

void look_at(TreeFacts& facts, const TreeEntry& at) {
  switch (at.entry.type) {
    case EntryType::file:
    case EntryType::hardlink:
      look_at_file(facts, at);
      break;
    case EntryType::directory:
      look_at_directory(facts, at);
      break;
    case EntryType::char_device:
      look_at_device(facts, at, "character");
      break;
    case EntryType::block_device:
      look_at_device(facts, at, "block");
      break;
    case EntryType::symlink:
    case EntryType::fifo:
      break;
  }
  if (at.entry.implied) return;
  count_owner(facts.users, at.entry.uid, at);
  count_owner(facts.groups, at.entry.gid, at);
}

std::uint64_t stored_in(const Toc& toc) {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < toc.size(); ++i) {
    const TocEntry entry = toc.at(i);
    if (entry.type == EntryType::file && !entry.whiteout) bytes += entry.size_bytes;
  }
  return bytes;
}

}  // namespace

TreeFacts survey_tree(const MergedTree& tree) {
  TreeFacts facts;
  tree.walk("", [&](const TreeEntry& at) {
    look_at(facts, at);
    return true;
  });
  for (const auto& toc : tree.layers()) facts.stored_bytes += stored_in(*toc);
  return facts;
}

}  // namespace lade::sbom
