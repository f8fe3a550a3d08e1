#include "sbom/format/merge.h"

#include <algorithm>
#include <unordered_map>

#include "libimage/base/error.h"
#include "sbom/format/facts.h"
#include "sbom/format/identity.h"

namespace lade::sbom {
namespace {

template <class Item>
void unite(std::vector<Item>& into, const std::vector<Item>& from) {
  for (const Item& item : from) {
    if (std::find(into.begin(), into.end(), item) == into.end()) into.push_back(item);
  }
}

void fill(std::string& into, const std::string& from) {
  if (into.empty()) into = from;
}

void unite(Package& into, const Package& from) {
  unite(into.licenses, from.licenses);
  unite(into.hashes, from.hashes);
  unite(into.cpes, from.cpes);
  unite(into.depends, from.depends);
  unite(into.provides, from.provides);
  unite(into.remarks, from.remarks);
  fill(into.architecture, from.architecture);
  fill(into.source_name, from.source_name);
  fill(into.source_version, from.source_version);
  fill(into.supplier, from.supplier);
  fill(into.homepage, from.homepage);
  fill(into.download, from.download);
  fill(into.description, from.description);
  fill(into.file_name, from.file_name);
  fill(into.cataloger, from.cataloger);
  into.installed_bytes = std::max(into.installed_bytes, from.installed_bytes);
  into.declared_only = into.declared_only && from.declared_only;
  if (!into.knows_all_dependencies) into.knows_all_dependencies = from.knows_all_dependencies;
}

/// What makes two packages one; places are told without their layers.
std::string key_of(const Package& package) {
  std::string key = package.purl;
  if (key.empty()) {
    key = std::string(to_string(package.type)) + '\0' + package.name_space + '\0' + package.name +
          '\0' + package.version;
  }
  for (const Location& location : package.locations) {
    key += '\0' + location.path + '\0' + location.inner;
  }
  return key;
}

class Merger {
 public:
  explicit Merger(const Inventory& first) { merged_.subject = first.subject; }

  void add(const Inventory& inventory) {
    take_distribution(inventory);
    const std::vector<std::size_t> layers = take_layers(inventory.subject);
    std::vector<std::size_t> places;
    places.reserve(inventory.packages.size());
    for (Package package : inventory.packages) {
      const auto moved = [&](std::size_t layer) {
        return layer < layers.size() ? layers[layer] : layer;
      };
      for (Location& location : package.locations) location.layer = moved(location.layer);
      package.introduced_layer = moved(package.introduced_layer);
      package.changed_layer = moved(package.changed_layer);
      const auto [known, is_new] = places_.try_emplace(key_of(package), merged_.packages.size());
      places.push_back(known->second);
      if (is_new) {
        merged_.packages.push_back(std::move(package));
      } else {
        unite(merged_.packages[known->second], package);
      }
    }
    for (const Relation& relation : inventory.relations) {
      merged_.relations.push_back(
          {places.at(relation.from), places.at(relation.to), relation.kind});
    }
    unite(merged_.remarks, inventory.remarks);
  }

  Inventory finish() {
    complete(merged_);
    return std::move(merged_);
  }

 private:
  void take_distribution(const Inventory& inventory) {
    if (!inventory.distribution) return;
    if (!merged_.distribution) {
      merged_.distribution = inventory.distribution;
      return;
    }
    const std::string kept = distro_qualifier(*merged_.distribution);
    const std::string other = distro_qualifier(*inventory.distribution);
    if (kept == other) return;
    unite(merged_.remarks,
          {Remark{inventory.distribution->path,
                  "merged from a list of " + other + " packages into one of " + kept}});
  }

  /// Where each layer of the subject is now.
  std::vector<std::size_t> take_layers(const Subject& subject) {
    std::vector<std::size_t> places;
    std::vector<LayerOrigin>& layers = merged_.subject.layers;
    for (const LayerOrigin& layer : subject.layers) {
      const auto known = std::find_if(layers.begin(), layers.end(), [&](const LayerOrigin& other) {
        return layer.diff_id && other.diff_id == layer.diff_id;
      });
      places.push_back(static_cast<std::size_t>(known - layers.begin()));
      if (known == layers.end()) layers.push_back(layer);
    }
    return places;
  }

  Inventory merged_;
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace

Inventory merge(const std::vector<Inventory>& inventories) {
  if (inventories.empty()) fail(ErrorKind::invalid, "there is no SBOM to merge");
  Merger merger(inventories.front());
  for (const Inventory& inventory : inventories) merger.add(inventory);
  return merger.finish();
}

}  // namespace lade::sbom
