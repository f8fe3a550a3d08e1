#include <algorithm>
#include <array>

#include "libimage/base/text.h"
#include "sbom/format/identity.h"
#include "sbom/format/json_writer.h"
#include "sbom/format/license_terms.h"
#include "sbom/format/syft.h"

namespace lade::sbom {
namespace {

struct SyftNames {
  PackageType type;
  std::string_view word;
  std::string_view language;
  std::string_view metadata;
};

constexpr std::array<SyftNames, 17> syft_names{{
    {PackageType::deb, "deb", "", "dpkg-db-entry"},
    {PackageType::apk, "apk", "", "apk-db-entry"},
    {PackageType::rpm, "rpm", "", "rpm-db-entry"},
    {PackageType::alpm, "alpm", "", "alpm-db-entry"},
    {PackageType::opkg, "opkg", "", ""},
    {PackageType::golang, "go-module", "go", ""},
    {PackageType::npm, "npm", "javascript", ""},
    {PackageType::pypi, "python", "python", ""},
    {PackageType::maven, "java-archive", "java", "java-archive"},
    {PackageType::gem, "gem", "ruby", ""},
    {PackageType::composer, "php-composer", "php", ""},
    {PackageType::nuget, "dotnet", "dotnet", ""},
    {PackageType::cargo, "rust-crate", "rust", ""},
    {PackageType::conda, "conda", "", ""},
    {PackageType::hex, "hex", "erlang", ""},
    {PackageType::pub, "dart-pub", "dart", ""},
    {PackageType::generic, "binary", "", ""},
}};

const SyftNames& names_of(PackageType type) {
  return *std::find_if(syft_names.begin(), syft_names.end(),
                       [&](const SyftNames& names) { return names.type == type; });
}

class SyftWriter {
 public:
  SyftWriter(const Inventory& inventory, const WriteOptions& options)
      : inventory_(inventory), options_(options), ids_(unique_ids(inventory)) {}

  std::string write() {
    json_.open_object();
    json_.key("artifacts");
    json_.open_array();
    for (std::size_t i = 0; i < ids_.size(); ++i) write_artifact(inventory_.packages[i], ids_[i]);
    json_.close_array();
    write_relations();
    write_source();
    write_distro();
    json_.key("descriptor");
    json_.open_object();
    json_.member("name", options_.tool_name);
    json_.member("version", options_.tool_version);
    json_.close_object();
    json_.key("schema");
    json_.open_object();
    json_.member("version", "16.0.24");
    json_.member("url",
                 "https://raw.githubusercontent.com/anchore/syft/main/schema/json/"
                 "schema-16.0.24.json");
    json_.close_object();
    json_.close_object();
    return std::move(json_).finish();
  }

 private:
  void write_artifact(const Package& package, const std::string& id) {
    const SyftNames& names = names_of(package.type);
    json_.open_object();
    json_.member("id", id);
    json_.member("name", full_name(package));
    json_.member("version", package.version);
    json_.member("type", names.word);
    json_.member("foundBy", package.cataloger);
    write_locations(package);
    write_licenses(package);
    json_.member("language", names.language);
    json_.key("cpes");
    json_.open_array();
    for (const std::string& cpe : package.cpes) {
      json_.open_object();
      json_.member("cpe", cpe);
      json_.member("source", "declared");
      json_.close_object();
    }
    json_.close_array();
    json_.member("purl", package.purl);
    if (!names.metadata.empty()) {
      json_.member("metadataType", names.metadata);
      json_.key("metadata");
      json_.open_object();
      write_metadata(package);
      json_.close_object();
    }
    json_.close_object();
  }

  static std::string full_name(const Package& package) {
    const bool has_scope =
        package.type == PackageType::npm || package.type == PackageType::composer;
    return has_scope && !package.name_space.empty() ? package.name_space + "/" + package.name
                                                    : package.name;
  }

  void write_locations(const Package& package) {
    json_.key("locations");
    json_.open_array();
    for (const Location& location : package.locations) {
      json_.open_object();
      json_.member("path", "/" + location.path);
      const auto& layers = inventory_.subject.layers;
      if (location.layer < layers.size() && layers[location.layer].diff_id) {
        json_.member("layerID", layers[location.layer].diff_id->str());
      }
      json_.member("accessPath",
                   "/" + location.path + (location.inner.empty() ? "" : ":" + location.inner));
      json_.close_object();
    }
    json_.close_array();
  }

  void write_licenses(const Package& package) {
    json_.key("licenses");
    json_.open_array();
    for (const LicenseClaim& claim : package.licenses) {
      json_.open_object();
      json_.member("value", claim.written.empty() ? claim.expression : claim.written);
      json_.member("spdxExpression", claim.expression);
      json_.member("type", claim.evidence == LicenseEvidence::declared ? "declared" : "concluded");
      json_.key("urls");
      json_.open_array();
      json_.close_array();
      json_.key("locations");
      json_.open_array();
      if (!claim.path.empty()) {
        json_.open_object();
        json_.member("path", "/" + claim.path);
        json_.close_object();
      }
      json_.close_array();
      json_.close_object();
    }
    json_.close_array();
  }

  void write_metadata(const Package& package) {
    switch (package.type) {
      case PackageType::deb:
        json_.member("package", package.name);
        json_.member("source", package.source_name);
        json_.member("version", package.version);
        json_.member("sourceVersion", package.source_version);
        json_.member("architecture", package.architecture);
        json_.member("maintainer", package.supplier);
        json_.member("installedSize", package.installed_bytes / 1024);
        write_needs(package);
        break;
      case PackageType::apk:
        json_.member("package", package.name);
        json_.member("originPackage", package.source_name);
        json_.member("maintainer", package.supplier);
        json_.member("version", package.version);
        json_.member("architecture", package.architecture);
        json_.member("url", package.homepage);
        json_.member("description", package.description);
        json_.member("installedSize", package.installed_bytes);
        json_.strings_unless_empty("pullDependencies", package.depends);
        json_.strings_unless_empty("provides", package.provides);
        break;
      case PackageType::rpm:
        write_rpm(package);
        break;
      case PackageType::alpm:
        json_.member("package", package.name);
        json_.member("basepackage", package.source_name);
        json_.member("version", package.version);
        json_.member("architecture", package.architecture);
        json_.member("packager", package.supplier);
        json_.member("size", package.installed_bytes);
        json_.member("url", package.homepage);
        break;
      default:
        write_java(package);
    }
  }

  void write_needs(const Package& package) {
    json_.strings_unless_empty("depends", package.depends);
    json_.strings_unless_empty("provides", package.provides);
  }

  void write_rpm(const Package& package) {
    std::string version = package.version;
    const std::size_t colon = version.find(':');
    json_.member("name", package.name);
    if (colon != std::string::npos) {
      const auto epoch = parse_int(std::string_view(version).substr(0, colon));
      if (epoch && *epoch >= 0) json_.member("epoch", static_cast<std::uint64_t>(*epoch));
      version.erase(0, colon + 1);
    }
    const std::size_t dash = version.rfind('-');
    json_.member("version", version.substr(0, dash));
    json_.member("release", dash == std::string::npos ? std::string() : version.substr(dash + 1));
    json_.member("architecture", package.architecture);
    if (!package.source_name.empty()) {
      json_.member("sourceRpm", package.source_name + "-" + package.source_version + ".src.rpm");
    }
    json_.member("size", package.installed_bytes);
    json_.member("vendor", package.supplier);
    const auto modularity = package.qualifiers.find("modularity");
    if (modularity != package.qualifiers.end()) {
      json_.member("modularityLabel", modularity->second);
    }
  }

  void write_java(const Package& package) {
    const std::string place =
        package.locations.empty() ? std::string()
        : package.locations.front().inner.empty()
            ? "/" + package.locations.front().path
            : "/" + package.locations.front().path + ":" + package.locations.front().inner;
    json_.member("virtualPath", place);
    json_.key("pomProperties");
    json_.open_object();
    json_.member("groupId", package.name_space);
    json_.member("artifactId", package.name);
    json_.member("version", package.version);
    json_.close_object();
  }

  void write_relations() {
    json_.key("artifactRelationships");
    json_.open_array();
    for (const Relation& relation : inventory_.relations) {
      const bool is_turned =
          relation.kind == RelationKind::depends_on || relation.kind == RelationKind::owned_by;
      json_.open_object();
      json_.member("parent", ids_[is_turned ? relation.to : relation.from]);
      json_.member("child", ids_[is_turned ? relation.from : relation.to]);
      json_.member("type", relation.kind == RelationKind::depends_on ? "dependency-of"
                           : relation.kind == RelationKind::owned_by ? "ownership-by-file-overlap"
                           : relation.kind == RelationKind::described_by ? "described-by"
                                                                         : "contains");
      json_.close_object();
    }
    json_.close_array();
  }

  void write_source() {
    const Subject& subject = inventory_.subject;
    const bool is_image = subject.kind == SubjectKind::image;
    json_.key("source");
    json_.open_object();
    json_.member("id", digest_text(subject.manifest, subject.name));
    json_.member("name", subject.name);
    json_.member("version", subject.version);
    json_.member("type", is_image                            ? "image"
                         : subject.kind == SubjectKind::file ? "file"
                                                             : "directory");
    json_.key("metadata");
    json_.open_object();
    if (is_image) {
      write_image(subject);
    } else {
      json_.member("path", subject.name);
    }
    json_.close_object();
    json_.close_object();
  }

  static std::string digest_text(const std::optional<Digest>& digest, std::string_view otherwise) {
    return digest ? digest->hex() : uuid_of(otherwise);
  }

  void write_image(const Subject& subject) {
    json_.member("userInput",
                 subject.version.empty() ? subject.name : subject.name + ":" + subject.version);
    if (subject.config) json_.member("imageID", subject.config->str());
    if (subject.manifest) json_.member("manifestDigest", subject.manifest->str());
    json_.member("imageSize", subject.size_bytes);
    const std::size_t slash = subject.platform.find('/');
    if (slash != std::string::npos) {
      json_.member("os", subject.platform.substr(0, slash));
      json_.member("architecture", subject.platform.substr(slash + 1));
    }
    json_.key("layers");
    json_.open_array();
    for (const LayerOrigin& layer : subject.layers) {
      json_.open_object();
      json_.member("mediaType", layer.media_type);
      json_.member("digest", layer.diff_id ? layer.diff_id->str() : std::string());
      json_.member("size", layer.size_bytes);
      json_.close_object();
    }
    json_.close_array();
    json_.key("labels");
    json_.open_object();
    for (const auto& [name, value] : subject.labels) json_.member(name, value);
    json_.close_object();
  }

  void write_distro() {
    json_.key("distro");
    json_.open_object();
    if (inventory_.distribution) {
      const Distribution& distribution = *inventory_.distribution;
      json_.member_unless_empty("prettyName", distribution.pretty_name);
      json_.member_unless_empty("name", distribution.name);
      json_.member("id", distribution.id);
      json_.strings_unless_empty("idLike", distribution.id_like);
      json_.member_unless_empty("versionID", distribution.version_id);
      json_.member_unless_empty("versionCodename", distribution.codename);
      json_.member_unless_empty("homeURL", distribution.home_url);
      json_.member_unless_empty("cpeName", distribution.cpe);
      json_.member_unless_empty("supportEnd", distribution.support_end);
    }
    json_.close_object();
  }

  const Inventory& inventory_;
  const WriteOptions& options_;
  std::vector<std::string> ids_;
  JsonWriter json_;
};

}  // namespace

std::string_view syft_type(PackageType type) { return names_of(type).word; }

PackageType type_of_syft(std::string_view word) {
  if (word == "jenkins-plugin" || word == "graalvm-native-image") return PackageType::maven;
  const auto* const found =
      std::find_if(syft_names.begin(), syft_names.end(),
                   [&](const SyftNames& names) { return names.word == word; });
  return found == syft_names.end() ? PackageType::generic : found->type;
}

std::string write_syft(const Inventory& inventory, const WriteOptions& options) {
  return SyftWriter(inventory, options).write();
}

}  // namespace lade::sbom
