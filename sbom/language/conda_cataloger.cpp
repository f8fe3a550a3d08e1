// conda keeps a record of each package of an environment in its conda-meta directory.
#include <map>
#include <set>

#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/conda_record.h"
#include "sbom/language/factories.h"
#include "sbom/language/lenient_json.h"
#include "sbom/language/license_claims.h"

namespace lade::sbom {
namespace {

void add_conda_hash(Package& package, const Json& record, const char* algorithm,
                    std::size_t digits) {
  const std::string hex = text_of(record, algorithm);
  if (hex.size() == digits && is_hex(hex)) package.hashes.push_back({algorithm, hex});
}

/// "https://conda.anaconda.org/conda-forge/linux-64" is the channel "conda-forge".
std::string channel_name(const Json& record) {
  std::string channel = text_of(record, "channel");
  const std::string subdir = "/" + text_of(record, "subdir");
  if (subdir.size() > 1 && channel.ends_with(subdir)) {
    channel.resize(channel.size() - subdir.size());
  }
  return channel.substr(channel.rfind('/') + 1);
}

class CondaCataloger : public Cataloger {
 public:
  std::string_view name() const override { return "conda"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override { return {{PathRule::Kind::extension, "json"}}; }
  bool wants(std::string_view path, std::uint64_t) const override {
    return base_name(parent_path(path)) == "conda-meta";
  }
  std::optional<Find> read(const FileView& file) const override {
    const std::string_view text(reinterpret_cast<const char*>(file.content.data()),
                                file.content.size());
    Find find{.path = std::string(file.path)};
    auto package = parse_conda_record(text, find.path);
    if (!package) return std::nullopt;
    find.packages.push_back({.package = *std::move(package)});
    return find;
  }
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    // an environment has one version of each
    std::map<std::pair<std::string, std::string>, std::size_t> handles;
    const auto key = [](const Find& find, const std::string& package) {
      return std::pair(std::string(parent_path(find.path)), package);
    };
    for (const VisibleFind& visible : view.visible(name())) {
      for (const FoundPackage& found : visible.find->packages) {
        Package package = found.package;
        package.locations = {{visible.find->path, {}, visible.layer}};
        attribute_layers(package, view, name(), visible.find->path);
        handles[key(*visible.find, found.package.name)] = inventory.add(std::move(package));
      }
    }
    for (const VisibleFind& visible : view.visible(name())) {
      for (const FoundPackage& found : visible.find->packages) {
        const std::size_t handle = handles.at(key(*visible.find, found.package.name));
        for (const std::string& needed : found.package.depends) {
          const auto known = handles.find(key(*visible.find, needed));
          if (known == handles.end() || known->second == handle) continue;
          inventory.relate(handle, known->second, RelationKind::depends_on);
        }
      }
    }
  }
};

}  // namespace

std::optional<Package> parse_conda_record(std::string_view text, std::string_view what) {
  const Json record = parse_lenient_json(text, what);
  Package package{.type = PackageType::conda,
                  .name = text_of(record, "name"),
                  .version = text_of(record, "version")};
  if (!is_word(package.name) || !is_word(package.version)) return std::nullopt;
  add_declared_license(package.licenses, text_of(record, "license"));
  package.download = text_of(record, "url");
  add_conda_hash(package, record, "md5", 32);
  add_conda_hash(package, record, "sha256", 64);
  for (const char* qualifier : {"build", "subdir"}) {
    const std::string value = text_of(record, qualifier);
    if (is_word(value)) package.qualifiers[qualifier] = value;
  }
  const std::string channel = channel_name(record);
  if (is_word(channel)) package.qualifiers["channel"] = channel;
  std::set<std::string> names;
  const Json& needs = member_of(record, "depends");
  if (needs.is_array()) {
    for (const Json& need : needs) {
      if (!need.is_string()) continue;
      const std::string words = clean_line(need.get_ref<const std::string&>());
      // "__glibc" and the like are of the machine
      if (!words.starts_with("__")) names.insert(words.substr(0, words.find(' ')));
    }
  }
  package.depends.assign(names.begin(), names.end());
  return package;
}

std::shared_ptr<const Cataloger> conda_cataloger() { return std::make_shared<CondaCataloger>(); }

}  // namespace lade::sbom
