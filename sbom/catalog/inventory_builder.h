#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// The path behind every symbolic link; nothing if they go round in circles.
std::optional<std::string> find_resolved_path(const MergedTree& tree, std::string_view path);

/// Puts what catalogers add into one order, finds who owns what, and names everything.
class OrderedInventory final : public InventoryBuilder {
 public:
  OrderedInventory(const MergedTree& tree, const std::optional<Distribution>& distribution)
      : tree_(tree), distribution_(distribution) {}

  /// Whose packages come next.
  void begin(std::string_view cataloger) { cataloger_ = cataloger; }
  std::size_t add(Package package) override;
  void relate(std::size_t from, std::size_t to, RelationKind kind) override;
  void own(std::size_t owner, std::string_view paths) override;
  void need(std::size_t from, std::string path) override;
  void remark(std::string path, std::string message) override;
  std::vector<std::size_t> find(const Purl& purl) const override;
  /// Once, at the end.
  Inventory finish(Subject subject);

 private:
  void find_owners();
  void drop_owned_generic();
  void name_packages();

  const MergedTree& tree_;
  const std::optional<Distribution>& distribution_;
  std::string cataloger_;
  std::vector<Package> packages_;
  std::map<std::string, std::size_t> known_;
  /// Package URLs without qualifiers of the first `purls_known_` packages, made when asked for.
  mutable std::map<std::string, std::vector<std::size_t>> by_purl_;
  mutable std::size_t purls_known_ = 0;
  std::vector<Relation> relations_;
  std::vector<Remark> remarks_;
  std::vector<std::pair<std::size_t, std::string_view>> owned_;
  /// Whose owners are depended on: the paths, with the packages that need them.
  std::map<std::string, std::vector<std::size_t>> needed_;
};

}  // namespace lade::sbom
