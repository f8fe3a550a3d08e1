#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "libimage/layer/merged_tree.h"

namespace lade::sbom {

/// A path that something can be said of.
struct SeenFile {
  std::string path{};
  std::size_t layer = 0;
  std::uint32_t mode = 0;
  std::uint32_t uid = 0;
  std::uint64_t size_bytes = 0;
  std::string note{};  ///< what was seen: decoded capabilities, the device's numbers
};

/// What is left of a package manager in a directory.
struct CacheFact {
  SeenFile largest{};
  std::uint64_t size_bytes = 0;
  std::size_t files = 0;
};

struct OwnerFact {
  SeenFile first{};
  std::size_t paths = 0;
};

/// All that the checks of files want to know, from one walk over the tree. A list holds the first
/// `seen_files_limit` in order of paths.
struct TreeFacts {
  std::vector<SeenFile> setuid{};  ///< and setgid
  std::vector<SeenFile> capabilities{};
  std::vector<SeenFile> writable_files{};        ///< by everybody
  std::vector<SeenFile> writable_directories{};  ///< the same, without the sticky bit
  std::vector<SeenFile> devices{};
  std::vector<SeenFile> private_keys{};
  std::vector<SeenFile> authorized_keys{};
  std::vector<SeenFile> credentials{};   ///< files that programs keep tokens in
  std::vector<SeenFile> repositories{};  ///< .git
  std::vector<SeenFile> leftovers{};
  std::vector<SeenFile> core_dumps{};
  std::map<std::string, CacheFact> caches{};  ///< by directory
  std::map<std::uint32_t, OwnerFact> users{};
  std::map<std::uint32_t, OwnerFact> groups{};
  std::uint64_t visible_bytes = 0;
  std::uint64_t stored_bytes = 0;  ///< of all layers, hidden ones too
};

inline constexpr std::size_t seen_files_limit = 100'000;
/// Owners that are told apart.
inline constexpr std::size_t owners_limit = 10'000;

TreeFacts survey_tree(const MergedTree& tree);

/// security.capability in words, "cap_net_raw=ep" (linux/capability.h, vfs_cap_data revisions 1 to
/// 3); what cannot be read is said so.
std::string describe_capabilities(std::string_view xattr);

}  // namespace lade::sbom
