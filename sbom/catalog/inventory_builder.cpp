#include "sbom/catalog/inventory_builder.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "libimage/base/error.h"
#include "libimage/layer/layer_path.h"
#include "libimage/oci/hasher.h"
#include "sbom/model/purl.h"

// Who owns what: distributions list hundreds of thousands of paths, and only those matter where
// something else was found. So the places of what is no distribution's package are put into a
// table, and one walk over the lists looks each path up there. Lists say /bin/x where the tree has
// usr/bin/x (merged /usr): links in the root directory are followed, by their first component.
namespace lade::sbom {
namespace {

std::string key_of(const Package& package) {
  std::string key;
  const auto add = [&key](std::string_view part) {
    key += part;
    key += '\0';
  };
  for (const std::string_view part :
       {to_string(package.type), std::string_view(package.name_space),
        std::string_view(package.name), std::string_view(package.version),
        std::string_view(package.architecture)}) {
    add(part);
  }
  for (const auto& [name, value] : package.qualifiers) {
    add(name);
    add(value);
  }
  if (!is_distribution_type(package.type) && !package.locations.empty()) {
    add(package.locations.front().path);
    add(package.locations.front().inner);
  }
  return key;
}

std::string plain_purl(Purl purl) {
  purl.qualifiers.clear();
  purl.subpath.clear();
  return purl.str();
}

/// Directories of the root that are links, with what they stand for.
std::map<std::string, std::string, std::less<>> root_links(const MergedTree& tree) {
  std::map<std::string, std::string, std::less<>> links;
  for (const TreeEntry& shown : tree.list("")) {
    if (shown.entry.type != EntryType::symlink) continue;
    const auto target = find_resolved_path(tree, shown.entry.path);
    if (target) links.emplace(shown.entry.path, *target);
  }
  return links;
}

bool comes_before(const Package& a, const Package& b) {
  const auto order = [](const Package& package) {
    return std::make_tuple(to_string(package.type), std::string_view(package.name_space),
                           std::string_view(package.name), std::string_view(package.version),
                           std::string_view(package.architecture), std::string_view(package.purl),
                           std::cref(package.locations));
  };
  return order(a) < order(b);
}

void merge_into(Package& known, Package&& again) {
  known.locations.insert(known.locations.end(), again.locations.begin(), again.locations.end());
  known.introduced_layer = std::min(known.introduced_layer, again.introduced_layer);
  known.changed_layer = std::min(known.changed_layer, again.changed_layer);
  if (known.licenses.empty()) known.licenses = std::move(again.licenses);
}

}  // namespace

std::optional<std::string> find_resolved_path(const MergedTree& tree, std::string_view path) {
  try {
    return tree.resolve(path);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid) throw;
    return std::nullopt;
  }
}

std::size_t OrderedInventory::add(Package package) {
  package.cataloger = cataloger_;
  const auto [at, is_new] = known_.try_emplace(key_of(package), packages_.size());
  if (is_new) {
    packages_.push_back(std::move(package));
  } else {
    merge_into(packages_[at->second], std::move(package));
  }
  return at->second;
}

void OrderedInventory::relate(std::size_t from, std::size_t to, RelationKind kind) {
  if (from != to) relations_.push_back({from, to, kind});
}

void OrderedInventory::own(std::size_t owner, std::string_view paths) {
  owned_.emplace_back(owner, paths);
}

void OrderedInventory::need(std::size_t from, std::string path) {
  needed_[std::move(path)].push_back(from);
}

void OrderedInventory::remark(std::string path, std::string message) {
  remarks_.push_back({std::move(path), std::move(message)});
}

std::vector<std::size_t> OrderedInventory::find(const Purl& purl) const {
  const Distribution* distribution = distribution_ ? &*distribution_ : nullptr;
  for (; purls_known_ < packages_.size(); ++purls_known_) {
    by_purl_[plain_purl(purl_of(packages_[purls_known_], distribution))].push_back(purls_known_);
  }
  const auto found = by_purl_.find(plain_purl(purl));
  return found == by_purl_.end() ? std::vector<std::size_t>{} : found->second;
}

void OrderedInventory::find_owners() {
  struct Wanted {
    std::vector<std::size_t> found_there{};
    std::vector<std::size_t> needing{};
  };
  std::unordered_map<std::string_view, Wanted> wanted;
  for (std::size_t i = 0; i < packages_.size(); ++i) {
    if (is_distribution_type(packages_[i].type)) continue;
    for (const Location& location : packages_[i].locations)
      wanted[location.path].found_there.push_back(i);
  }
  for (const auto& [path, packages] : needed_) wanted[path].needing = packages;
  if (wanted.empty() || owned_.empty()) return;
  const auto links = root_links(tree_);
  std::string moved;
  const auto look = [&](std::size_t owner, std::string_view path) {
    const auto link = links.find(path.substr(0, path.find('/')));
    if (link != links.end() && link->first.size() < path.size()) {
      moved = link->second;
      moved += path.substr(link->first.size());
      path = moved;
    }
    const auto found = wanted.find(path);
    if (found == wanted.end()) return;
    const Wanted& at = found->second;
    for (const std::size_t package : at.found_there) relate(package, owner, RelationKind::owned_by);
    for (const std::size_t package : at.needing) relate(package, owner, RelationKind::depends_on);
  };
  for (const auto& [owner, paths] : owned_) {
    for (std::size_t begin = 0; begin < paths.size();) {
      const std::size_t end = std::min(paths.find('\n', begin), paths.size());
      look(owner, paths.substr(begin, end - begin));
      begin = end + 1;
    }
  }
}

/// A program that a distribution's package brings is that package, not a second thing.
void OrderedInventory::drop_owned_generic() {
  std::vector<bool> dropped(packages_.size(), false);
  for (const Relation& relation : relations_) {
    dropped[relation.from] =
        dropped[relation.from] || (relation.kind == RelationKind::owned_by &&
                                   packages_[relation.from].type == PackageType::generic);
  }
  std::vector<std::size_t> moved(packages_.size());
  std::vector<Package> kept;
  for (std::size_t i = 0; i < packages_.size(); ++i) {
    moved[i] = kept.size();
    if (!dropped[i]) kept.push_back(std::move(packages_[i]));
  }
  std::erase_if(relations_, [&](const Relation& relation) {
    return dropped[relation.from] || dropped[relation.to];
  });
  for (Relation& relation : relations_) {
    relation.from = moved[relation.from];
    relation.to = moved[relation.to];
  }
  packages_ = std::move(kept);
}

void OrderedInventory::name_packages() {
  const Distribution* distribution = distribution_ ? &*distribution_ : nullptr;
  for (Package& package : packages_) {
    std::sort(package.locations.begin(), package.locations.end());
    package.locations.erase(std::unique(package.locations.begin(), package.locations.end()),
                            package.locations.end());
    const Purl purl = purl_of(package, distribution);
    if (is_distribution_type(package.type)) {
      package.name_space = purl.name_space;
      package.knows_all_dependencies = true;  // package managers do, or they could not install
    }
    package.purl = purl.str();
    std::string name = package.purl;
    for (const Location& location : package.locations) {
      name += "\n" + location.path + "\n" + location.inner;
    }
    package.id = digest_of(name).hex().substr(0, 16);
  }
  std::vector<std::size_t> order(packages_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
    return comes_before(packages_[a], packages_[b]);
  });
  std::vector<std::size_t> place(order.size());
  std::vector<Package> sorted;
  for (const std::size_t from : order) {
    place[from] = sorted.size();
    sorted.push_back(std::move(packages_[from]));
  }
  packages_ = std::move(sorted);
  for (Relation& relation : relations_) {
    relation.from = place[relation.from];
    relation.to = place[relation.to];
  }
}

Inventory OrderedInventory::finish(Subject subject) {
  find_owners();
  drop_owned_generic();
  name_packages();
  std::sort(relations_.begin(), relations_.end());
  relations_.erase(std::unique(relations_.begin(), relations_.end()), relations_.end());
  std::sort(remarks_.begin(), remarks_.end());
  remarks_.erase(std::unique(remarks_.begin(), remarks_.end()), remarks_.end());
  return {.subject = std::move(subject),
          .distribution = distribution_,
          .packages = std::move(packages_),
          .relations = std::move(relations_),
          .remarks = std::move(remarks_)};
}

}  // namespace lade::sbom
