#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// One way to satisfy a need.
struct NeedTerm {
  std::string_view name{};
  std::string_view architecture{};  ///< as dpkg writes it behind a colon: "amd64", "any"
};
/// Something that a package needs: the first of these ways that is there.
using Need = std::vector<NeedTerm>;

/// How a package manager writes needs and provisions.
struct NeedSyntax {
  std::vector<Need> (*needs)(std::string_view written);
  /// The name in "name = version".
  std::string_view (*provided)(std::string_view written);
};

/// dpkg and opkg, deb-control(5): "libc6:any (>= 2.34) | libc".
NeedSyntax dpkg_needs();
/// apk and pacman: "so:libc.musl-x86_64.so.1", "musl>=1.2"; "!busybox" needs nothing.
NeedSyntax apk_needs();
/// rpm: "libc.so.6(GLIBC_2.34)(64bit)", "glibc >= 2.34", "(a or b)", "(a if b)".
NeedSyntax rpm_needs();

/// Finds among installed packages those that others need. Versions are not compared: what is
/// installed satisfies what it needs, or its package manager would not have installed it.
class DependencyGraph {
 public:
  explicit DependencyGraph(NeedSyntax syntax) : syntax_(syntax) {}

  /// The package must stay where it is until `relate` has returned.
  void add(std::size_t handle, const Package& package);
  /// A package has this too: a file that others name as a need.
  void provide(std::size_t handle, std::string_view name);
  /// Files that are needed ("/bin/sh") and that nobody provides, sorted.
  std::vector<std::string_view> missing_files() const;
  void relate(InventoryBuilder& inventory) const;

 private:
  struct Node {
    std::size_t handle;
    const Package* package;
  };
  using Index = std::unordered_map<std::string_view, std::vector<std::size_t>>;

  /// Nodes that satisfy a term, as `from` sees it.
  std::vector<std::size_t> find(const Node& from, const NeedTerm& term) const;
  std::vector<std::size_t> narrow(const std::vector<std::size_t>& candidates, const Node& from,
                                  const NeedTerm& term) const;

  NeedSyntax syntax_;
  std::vector<Node> nodes_;
  Index by_name_;
  Index by_provision_;
  std::unordered_map<std::size_t, std::size_t> node_of_handle_;
};

}  // namespace lade::sbom
