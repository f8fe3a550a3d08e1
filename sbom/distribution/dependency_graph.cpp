#include "sbom/distribution/dependency_graph.h"

#include <algorithm>
#include <set>
#include <span>

// A need is satisfied by a package of that name, else by whatever provides it. Of several with one
// name those of the needing package's architecture count, else those for all, else the others (a
// "Multi-Arch: foreign" one). A virtual name that everybody provides must not square the number of
// edges, so no need has more than a few.
namespace lade::sbom {
namespace {

constexpr std::size_t most_providers = 8;
/// Of a name that thousands provide: each need of it would look at all of them.
constexpr std::size_t most_candidates = 64;

bool is_for_all(std::string_view architecture) {
  return architecture == "all" || architecture == "noarch" || architecture == "any" ||
         architecture.empty();
}

}  // namespace

void DependencyGraph::add(std::size_t handle, const Package& package) {
  const std::size_t node = nodes_.size();
  nodes_.push_back({handle, &package});
  node_of_handle_.emplace(handle, node);
  by_name_[package.name].push_back(node);
  for (const std::string& written : package.provides) provide(handle, syntax_.provided(written));
}

void DependencyGraph::provide(std::size_t handle, std::string_view name) {
  std::vector<std::size_t>& providers = by_provision_[name];
  const std::size_t node = node_of_handle_.at(handle);
  if (providers.empty() || providers.back() != node) providers.push_back(node);
}

std::vector<std::string_view> DependencyGraph::missing_files() const {
  std::set<std::string_view> names;
  for (const Node& node : nodes_) {
    for (const std::string& written : node.package->depends) {
      for (const Need& need : syntax_.needs(written)) {
        for (const NeedTerm& term : need) {
          if (term.name.starts_with('/') && find(node, term).empty()) names.insert(term.name);
        }
      }
    }
  }
  return {names.begin(), names.end()};
}

std::vector<std::size_t> DependencyGraph::narrow(const std::vector<std::size_t>& candidates,
                                                 const Node& from, const NeedTerm& term) const {
  const std::string_view wanted = term.architecture.empty() || term.architecture == "any"
                                      ? std::string_view(from.package->architecture)
                                      : term.architecture;
  std::vector<std::size_t> same;
  std::vector<std::size_t> for_all;
  std::vector<std::size_t> others;
  const std::size_t count = std::min(candidates.size(), most_candidates);
  for (const std::size_t node : std::span(candidates).first(count)) {
    const std::string_view architecture = nodes_[node].package->architecture;
    auto& group = architecture == wanted ? same : is_for_all(architecture) ? for_all : others;
    group.push_back(node);
    if (same.size() == most_providers) break;
  }
  std::vector<std::size_t>& best = !same.empty() ? same : !for_all.empty() ? for_all : others;
  if (best.size() > most_providers) best.resize(most_providers);
  return std::move(best);
}

std::vector<std::size_t> DependencyGraph::find(const Node& from, const NeedTerm& term) const {
  for (const Index* index : {&by_name_, &by_provision_}) {
    const auto found = index->find(term.name);
    if (found != index->end()) return narrow(found->second, from, term);
  }
  return {};
}

void DependencyGraph::relate(InventoryBuilder& inventory) const {
  std::vector<std::size_t> related;
  for (const Node& node : nodes_) {
    related.clear();
    for (const std::string& written : node.package->depends) {
      for (const Need& need : syntax_.needs(written)) {
        for (const NeedTerm& term : need) {
          const std::vector<std::size_t> found = find(node, term);
          related.insert(related.end(), found.begin(), found.end());
          if (!found.empty()) break;
        }
      }
    }
    std::sort(related.begin(), related.end());
    related.erase(std::unique(related.begin(), related.end()), related.end());
    for (const std::size_t other : related) {
      if (nodes_[other].handle == node.handle) continue;
      inventory.relate(node.handle, nodes_[other].handle, RelationKind::depends_on);
    }
  }
}

}  // namespace lade::sbom
