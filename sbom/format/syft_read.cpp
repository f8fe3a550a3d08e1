#include <fmt/format.h>

#include <unordered_map>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/format/identity.h"
#include "sbom/format/license_terms.h"
#include "sbom/format/syft.h"

namespace lade::sbom {
namespace {

std::string syft_text(const Json& object, std::string_view key, std::string_view where) {
  return find_string(object, key, where).value_or(std::string());
}

template <class Use>
void each_of(const Json& object, std::string_view key, std::string_view where, Use&& use) {
  const Json* list = find_array(object, key, where);
  if (list == nullptr) return;
  std::size_t index = 0;
  for (const Json& item : *list) {
    use(item, fmt::format("{}: {}[{}]", where, key, index));
    ++index;
  }
}

std::string relative(std::string path) {
  path.erase(0, std::min(path.find_first_not_of('/'), path.size()));
  return path;
}

class SyftReader {
 public:
  SyftReader(const Json& json, std::string_view what) : json_(json), what_(what) {}

  Inventory read() {
    read_source();
    read_distro();
    each_of(json_, "artifacts", what_,
            [&](const Json& item, const std::string& at) { read_artifact(item, at); });
    each_of(json_, "artifactRelationships", what_,
            [&](const Json& item, const std::string& at) { read_relation(item, at); });
    complete(inventory_);
    return std::move(inventory_);
  }

 private:
  void read_source() {
    const Json* source = find_object(json_, "source", what_);
    if (source == nullptr) return;
    Subject& subject = inventory_.subject;
    subject.name = syft_text(*source, "name", what_);
    subject.version = syft_text(*source, "version", what_);
    const std::string type = syft_text(*source, "type", what_);
    if (type == "directory") subject.kind = SubjectKind::directory;
    if (type == "file") subject.kind = SubjectKind::file;
    const Json* metadata = find_object(*source, "metadata", what_);
    if (metadata == nullptr || subject.kind != SubjectKind::image) return;
    subject.manifest = Digest::try_parse(syft_text(*metadata, "manifestDigest", what_));
    subject.config = Digest::try_parse(syft_text(*metadata, "imageID", what_));
    subject.size_bytes = size_in(*metadata, "imageSize");
    const std::string os = syft_text(*metadata, "os", what_);
    if (!os.empty()) subject.platform = os + "/" + syft_text(*metadata, "architecture", what_);
    each_of(*metadata, "layers", what_, [&](const Json& item, const std::string& at) {
      subject.layers.push_back({.diff_id = Digest::try_parse(syft_text(item, "digest", at)),
                                .size_bytes = size_in(item, "size"),
                                .media_type = syft_text(item, "mediaType", at)});
    });
    const Json* labels = find_object(*metadata, "labels", what_);
    if (labels == nullptr) return;
    for (const auto& [name, value] : labels->items()) {
      if (value.is_string()) subject.labels.emplace_back(name, value.get<std::string>());
    }
  }

  std::uint64_t size_in(const Json& object, std::string_view key) const {
    const auto size = find_int(object, key, what_);
    return size && *size > 0 ? static_cast<std::uint64_t>(*size) : 0;
  }

  void read_distro() {
    const Json* distro = find_object(json_, "distro", what_);
    if (distro == nullptr || syft_text(*distro, "id", what_).empty()) return;
    inventory_.distribution = Distribution{.id = syft_text(*distro, "id", what_),
                                           .id_like = find_strings(*distro, "idLike", what_),
                                           .version_id = syft_text(*distro, "versionID", what_),
                                           .codename = syft_text(*distro, "versionCodename", what_),
                                           .name = syft_text(*distro, "name", what_),
                                           .pretty_name = syft_text(*distro, "prettyName", what_),
                                           .cpe = syft_text(*distro, "cpeName", what_),
                                           .home_url = syft_text(*distro, "homeURL", what_),
                                           .support_end = syft_text(*distro, "supportEnd", what_)};
  }

  void read_artifact(const Json& json, const std::string& where) {
    Package package{.name = get_string(json, "name", where),
                    .version = syft_text(json, "version", where)};
    const std::string purl = syft_text(json, "purl", where);
    if (!purl.empty()) take_purl(package, purl);
    if (json.contains("type")) package.type = type_of_syft(syft_text(json, "type", where));
    package.cataloger = syft_text(json, "foundBy", where);
    package.id = syft_text(json, "id", where);
    const Json* cpes = find_array(json, "cpes", where);
    for (std::size_t i = 0; cpes != nullptr && i < cpes->size(); ++i) {
      const Json& cpe = (*cpes)[i];
      // a string before schema 15
      package.cpes.push_back(cpe.is_string() ? cpe.get<std::string>()
                                             : get_string(cpe, "cpe", where));
    }
    each_of(json, "locations", where,
            [&](const Json& item, const std::string& at) { read_location(package, item, at); });
    if (!package.locations.empty()) {
      package.introduced_layer = package.changed_layer = package.locations.front().layer;
    }
    const Json* licenses = find_array(json, "licenses", where);
    for (std::size_t i = 0; licenses != nullptr && i < licenses->size(); ++i) {
      read_license(package, (*licenses)[i], where);
    }
    const Json* metadata = find_object(json, "metadata", where);
    if (metadata != nullptr) read_metadata(package, *metadata, where);
    places_.emplace(package.id, inventory_.packages.size());
    inventory_.packages.push_back(std::move(package));
  }

  void read_location(Package& package, const Json& json, const std::string& where) {
    Location location{.path = relative(syft_text(json, "path", where))};
    const std::string access = syft_text(json, "accessPath", where);
    const std::string prefix = "/" + location.path + ":";
    if (access.starts_with(prefix)) location.inner = access.substr(prefix.size());
    const auto diff_id = Digest::try_parse(syft_text(json, "layerID", where));
    if (diff_id) {
      const auto [place, is_new] = layers_.try_emplace(diff_id->str(), 0);
      std::vector<LayerOrigin>& layers = inventory_.subject.layers;
      if (is_new) {
        while (place->second < layers.size() && layers[place->second].diff_id != diff_id) {
          ++place->second;
        }
        if (place->second == layers.size()) layers.push_back({.diff_id = diff_id});
      }
      location.layer = place->second;
    }
    package.locations.push_back(std::move(location));
  }

  static void read_license(Package& package, const Json& json, const std::string& where) {
    LicenseClaim claim;
    // a string before schema 8
    const std::string value =
        json.is_string() ? json.get<std::string>() : syft_text(json, "value", where);
    if (json.is_object()) {
      claim.expression = syft_text(json, "spdxExpression", where);
      if (syft_text(json, "type", where) == "concluded") claim.evidence = LicenseEvidence::text;
      each_of(json, "locations", where, [&](const Json& item, const std::string& at) {
        claim.path = relative(syft_text(item, "path", at));
      });
    }
    if (claim.expression.empty() && value.empty()) return;
    if (claim.expression.empty()) claim.expression = expression_for(value);
    if (claim.expression != value) claim.written = value;
    package.licenses.push_back(std::move(claim));
  }

  void read_metadata(Package& package, const Json& metadata, const std::string& where) {
    const auto take = [&](std::string& field, std::string_view key) {
      const Json* value = find_member(metadata, key, where);
      if (value != nullptr && value->is_string()) field = value->get<std::string>();
    };
    const bool is_deb = package.type == PackageType::deb;
    take(package.architecture, "architecture");
    take(package.supplier, is_deb || package.type == PackageType::apk ? "maintainer" : "vendor");
    take(package.supplier, "packager");
    take(package.homepage, "url");
    take(package.description, "description");
    if (is_deb) take(package.source_name, "source");
    if (is_deb) take(package.source_version, "sourceVersion");
    take(package.source_name, "originPackage");
    take(package.source_name, "basepackage");
    std::string source_rpm;
    take(source_rpm, "sourceRpm");
    read_source_rpm(package, source_rpm);
    const Json* size = find_member(metadata, is_deb ? "installedSize" : "size", where);
    if (package.type == PackageType::apk) size = find_member(metadata, "installedSize", where);
    if (size != nullptr && size->is_number_unsigned()) {
      package.installed_bytes = size->get<std::uint64_t>() * (is_deb ? 1024U : 1U);
    }
    const bool is_apk = package.type == PackageType::apk;
    const auto take_list = [&](std::vector<std::string>& list, std::string_view key) {
      const Json* value = find_member(metadata, key, where);
      if (value == nullptr || !value->is_array()) return;
      for (const Json& item : *value) {
        if (item.is_string()) list.push_back(item.get<std::string>());
      }
    };
    if (is_deb || is_apk) {
      take_list(package.depends, is_deb ? "depends" : "pullDependencies");
      take_list(package.provides, "provides");
    }
  }

  /// "glibc-2.34-60.el9.src.rpm": what follows the last two hyphens is version and release.
  static void read_source_rpm(Package& package, std::string name) {
    constexpr std::string_view ending = ".src.rpm";
    if (!name.ends_with(ending)) return;
    name.resize(name.size() - ending.size());
    const std::size_t release = name.rfind('-');
    if (release == std::string::npos || release == 0) return;
    const std::size_t version = name.rfind('-', release - 1);
    if (version == std::string::npos) return;
    package.source_name = name.substr(0, version);
    package.source_version = name.substr(version + 1);
  }

  void read_relation(const Json& json, const std::string& where) {
    const auto parent = places_.find(syft_text(json, "parent", where));
    const auto child = places_.find(syft_text(json, "child", where));
    if (parent == places_.end() || child == places_.end()) return;
    const std::string type = syft_text(json, "type", where);
    const auto add = [&](auto from, auto to, RelationKind kind) {
      inventory_.relations.push_back({from->second, to->second, kind});
    };
    if (type == "dependency-of") add(child, parent, RelationKind::depends_on);
    if (type == "ownership-by-file-overlap") add(child, parent, RelationKind::owned_by);
    if (type == "contains") add(parent, child, RelationKind::contains);
    if (type == "described-by") add(parent, child, RelationKind::described_by);
  }

  const Json& json_;
  const std::string what_;
  std::unordered_map<std::string, std::size_t> places_;
  std::unordered_map<std::string, std::size_t> layers_;
  Inventory inventory_;
};

}  // namespace

Inventory read_syft(const Json& json, std::string_view what) {
  return SyftReader(json, what).read();
}

}  // namespace lade::sbom
