#include <map>
#include <set>

#include "sbom/format/json_writer.h"
#include "sbom/format/syft.h"

// GitHub's dependency snapshots list packages by the file that tells of them: a manifest each. A
// package is there once for each package URL.
namespace lade::sbom {
namespace {

class GithubWriter {
 public:
  GithubWriter(const Inventory& inventory, const WriteOptions& options)
      : inventory_(inventory), options_(options), needs_(inventory.packages.size()) {
    for (const Relation& relation : inventory.relations) {
      if (relation.kind != RelationKind::depends_on) continue;
      needs_[relation.from].insert(inventory.packages[relation.to].purl);
      is_needed_.insert(relation.to);
    }
    for (std::size_t i = 0; i < inventory.packages.size(); ++i) {
      const Package& package = inventory.packages[i];
      if (package.purl.empty()) continue;
      const std::string path =
          package.locations.empty() ? std::string() : package.locations.front().path;
      manifests_[path].emplace(package.purl, i);
    }
  }

  std::string write() {
    json_.open_object();
    json_.member("version", std::uint64_t{0});
    json_.key("job");
    json_.open_object();
    json_.member_unless_empty("id", options_.job);
    json_.member_unless_empty("correlator", options_.correlator);
    json_.close_object();
    json_.member_unless_empty("sha", options_.commit);
    json_.member_unless_empty("ref", options_.ref);
    json_.key("detector");
    json_.open_object();
    json_.member("name", options_.tool_name);
    json_.member("version", options_.tool_version);
    json_.member("url", "https://spdx.org/tools/" + options_.tool_name);
    json_.close_object();
    if (inventory_.distribution) {
      json_.key("metadata");
      json_.open_object();
      json_.member("lade:distro", distro_qualifier(*inventory_.distribution));
      json_.close_object();
    }
    json_.key("manifests");
    json_.open_object();
    for (const auto& [path, packages] : manifests_) write_manifest(path, packages);
    json_.close_object();
    json_.member("scanned", to_rfc3339({options_.created.seconds, 0}));
    json_.close_object();
    return std::move(json_).finish();
  }

 private:
  using Packages = std::map<std::string, std::size_t>;

  void write_manifest(const std::string& path, const Packages& packages) {
    const Subject& subject = inventory_.subject;
    std::string name = subject.name;
    if (!subject.version.empty()) name += ":" + subject.version;
    name += ":/" + path;
    json_.key(name);
    json_.open_object();
    json_.member("name", name);
    json_.key("file");
    json_.open_object();
    json_.member("source_location", name);
    json_.close_object();
    json_.key("resolved");
    json_.open_object();
    for (const auto& [purl, index] : packages) {
      json_.key(purl);
      json_.open_object();
      json_.member("package_url", purl);
      json_.member("relationship", is_needed_.contains(index) ? "indirect" : "direct");
      json_.member("scope", inventory_.packages[index].declared_only ? "development" : "runtime");
      json_.strings_unless_empty("dependencies", needs_[index]);
      json_.close_object();
    }
    json_.close_object();
    json_.close_object();
  }

  const Inventory& inventory_;
  const WriteOptions& options_;
  std::vector<std::set<std::string>> needs_;
  std::set<std::size_t> is_needed_;
  std::map<std::string, Packages> manifests_;
  JsonWriter json_;
};

}  // namespace

std::string write_github(const Inventory& inventory, const WriteOptions& options) {
  return GithubWriter(inventory, options).write();
}

}  // namespace lade::sbom
