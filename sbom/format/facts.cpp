#include "sbom/format/facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "libimage/base/text.h"
#include "libimage/base/time.h"
#include "sbom/format/deployed.h"

// A package is told by its own fields first; its facts repeat nothing that every format can hold.
// Lists are numbered ("license:1:written"), since their entries have parts.
namespace lade::sbom {
namespace {

constexpr std::size_t expected_facts = 24;

class FactList {
 public:
  FactList() { facts_.reserve(expected_facts); }
  void add(std::string name, std::string_view value) {
    if (!value.empty()) facts_.push_back({std::move(name), std::string(value)});
  }
  void add_number(std::string name, std::uint64_t value) {
    if (value != 0) facts_.push_back({std::move(name), std::to_string(value)});
  }
  void add_truth(std::string name, std::optional<bool> truth) {
    if (truth) facts_.push_back({std::move(name), *truth ? "true" : "false"});
  }
  void add_all(std::string_view name, const std::vector<std::string>& values) {
    for (const std::string& value : values) add(std::string(name), value);
  }
  std::vector<Fact> take() { return std::move(facts_); }

 private:
  std::vector<Fact> facts_;
};

std::string_view word_of(LicenseEvidence evidence) {
  switch (evidence) {
    case LicenseEvidence::declared:
      return "declared";
    case LicenseEvidence::copyright:
      return "copyright";
    case LicenseEvidence::text:
      return "text";
  }
  return "declared";
}

std::string_view word_of(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::image:
      return "image";
    case SubjectKind::directory:
      return "directory";
    case SubjectKind::file:
      return "file";
  }
  return "image";
}

void add_licenses(FactList& list, const std::vector<LicenseClaim>& licenses) {
  for (std::size_t i = 0; i < licenses.size(); ++i) {
    const LicenseClaim& claim = licenses[i];
    const std::string name = fmt::format("license:{}:", i);
    list.add(name + "expression", claim.expression);
    list.add(name + "written", claim.written);
    list.add(name + "evidence", word_of(claim.evidence));
    list.add(name + "path", claim.path);
  }
}

void add_locations(FactList& list, const std::vector<Location>& locations) {
  for (std::size_t i = 0; i < locations.size(); ++i) {
    const std::string name = fmt::format("location:{}:", i);
    list.add(name + "path", locations[i].path);
    list.add(name + "inner", locations[i].inner);
    list.add_number(name + "layer", locations[i].layer);
  }
}

void add_layer(FactList& list, const std::string& name, std::size_t layer, const Subject& subject) {
  list.add_number(name, layer);
  if (layer < subject.layers.size() && subject.layers[layer].diff_id) {
    list.add(name + ":diff-id", subject.layers[layer].diff_id->str());
  }
}

/// "license:12:written" taken apart: the number, and what follows it.
struct Numbered {
  std::size_t index = 0;
  std::string_view part;
};

std::optional<Numbered> find_numbered(std::string_view name, std::string_view list) {
  if (!name.starts_with(list)) return std::nullopt;
  name.remove_prefix(list.size());
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto index = parse_int(name.substr(0, colon));
  if (!index || *index < 0) return std::nullopt;
  return Numbered{static_cast<std::size_t>(*index), name.substr(colon + 1)};
}

/// The entry of that number, which may be the one behind the last.
template <class Item>
Item* entry(std::vector<Item>& list, std::size_t index) {
  if (index > list.size()) return nullptr;
  if (index == list.size()) list.emplace_back();
  return &list[index];
}

std::uint64_t number_in(const std::string& value) {
  const auto number = parse_int(value);
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

std::optional<bool> truth_in(const std::string& value) {
  if (value == "true") return true;
  if (value == "false") return false;
  return std::nullopt;
}

void apply_license(Package& package, const Numbered& numbered, const std::string& value) {
  LicenseClaim* claim = entry(package.licenses, numbered.index);
  if (claim == nullptr) return;
  if (numbered.part == "expression") claim->expression = value;
  if (numbered.part == "written") claim->written = value;
  if (numbered.part == "path") claim->path = value;
  for (const auto evidence : {LicenseEvidence::copyright, LicenseEvidence::text}) {
    if (numbered.part == "evidence" && value == word_of(evidence)) claim->evidence = evidence;
  }
}

void apply_location(Package& package, const Numbered& numbered, const std::string& value) {
  Location* location = entry(package.locations, numbered.index);
  if (location == nullptr) return;
  if (numbered.part == "path") location->path = value;
  if (numbered.part == "inner") location->inner = value;
  if (numbered.part == "layer") location->layer = number_in(value);
}

void apply_hash(Package& package, const std::string& value) {
  const std::size_t colon = value.find(':');
  if (colon == std::string::npos) return;
  const PackageHash hash{value.substr(0, colon), value.substr(colon + 1)};
  const auto same = [&](const PackageHash& known) { return known == hash; };
  if (std::none_of(package.hashes.begin(), package.hashes.end(), same)) {
    package.hashes.push_back(hash);
  }
}

void apply_layer(LayerOrigin& layer, std::string_view part, const std::string& value) {
  if (part == "digest") layer.digest = Digest::try_parse(value);
  if (part == "diff-id") layer.diff_id = Digest::try_parse(value);
  if (part == "size") layer.size_bytes = number_in(value);
  if (part == "media-type") layer.media_type = value;
  if (part == "created-by") layer.created_by = value;
}

}  // namespace

std::vector<Fact> facts_of(const Package& package, const Subject& subject) {
  FactList list;
  list.add("type", to_string(package.type));
  list.add("namespace", package.name_space);
  list.add("architecture", package.architecture);
  list.add("source-name", package.source_name);
  list.add("source-version", package.source_version);
  add_licenses(list, package.licenses);
  list.add_number("installed-bytes", package.installed_bytes);
  for (const PackageHash& hash : package.hashes) list.add("hash", hash.algorithm + ":" + hash.hex);
  list.add_all("depends", package.depends);
  list.add_all("provides", package.provides);
  list.add_all("remark", package.remarks);
  if (package.declared_only) list.add("declared-only", "true");
  list.add("cataloger", package.cataloger);
  const Deployed deployed = deployed_of(package);
  list.add_truth("executable", deployed.is_executable);
  list.add_truth("archive", deployed.is_archive);
  list.add_truth("structured", deployed.is_structured);
  list.add_truth("knows-all-dependencies", package.knows_all_dependencies);
  add_locations(list, package.locations);
  add_layer(list, "introduced-layer", package.introduced_layer, subject);
  add_layer(list, "changed-layer", package.changed_layer, subject);
  return list.take();
}

std::vector<Fact> facts_of(const Subject& subject) {
  FactList list;
  list.add("kind", word_of(subject.kind));
  if (subject.manifest) list.add("manifest", subject.manifest->str());
  if (subject.config) list.add("config", subject.config->str());
  list.add_number("size", subject.size_bytes);
  list.add("platform", subject.platform);
  if (subject.created) list.add("created", to_rfc3339(*subject.created));
  for (std::size_t i = 0; i < subject.layers.size(); ++i) {
    const LayerOrigin& layer = subject.layers[i];
    const std::string name = fmt::format("layer:{}:", i);
    list.add_number(name + "size", layer.size_bytes);
    if (layer.digest) list.add(name + "digest", layer.digest->str());
    if (layer.diff_id) list.add(name + "diff-id", layer.diff_id->str());
    list.add(name + "media-type", layer.media_type);
    list.add(name + "created-by", layer.created_by);
  }
  for (const auto& [name, value] : subject.labels) list.add("label", name + "=" + value);
  return list.take();
}

std::vector<Fact> facts_of(const Distribution& distribution) {
  FactList list;
  list.add_all("id-like", distribution.id_like);
  list.add("codename", distribution.codename);
  list.add("name", distribution.name);
  list.add("pretty-name", distribution.pretty_name);
  list.add("cpe", distribution.cpe);
  list.add("home-url", distribution.home_url);
  list.add("support-end", distribution.support_end);
  list.add("path", distribution.path);
  return list.take();
}

void apply_fact(Package& package, std::string_view name, const std::string& value) {
  if (const auto license = find_numbered(name, "license:")) {
    apply_license(package, *license, value);
  } else if (const auto location = find_numbered(name, "location:")) {
    apply_location(package, *location, value);
  }
  if (name == "type") package.type = find_package_type(value).value_or(package.type);
  if (name == "namespace") package.name_space = value;
  if (name == "architecture") package.architecture = value;
  if (name == "source-name") package.source_name = value;
  if (name == "source-version") package.source_version = value;
  if (name == "supplier") package.supplier = value;
  if (name == "description") package.description = value;
  if (name == "homepage") package.homepage = value;
  if (name == "download") package.download = value;
  if (name == "installed-bytes") package.installed_bytes = number_in(value);
  if (name == "hash") apply_hash(package, value);
  if (name == "depends") package.depends.push_back(value);
  if (name == "provides") package.provides.push_back(value);
  if (name == "remark") package.remarks.push_back(value);
  if (name == "declared-only") package.declared_only = value == "true";
  if (name == "cataloger") package.cataloger = value;
  if (name == "executable") package.is_executable = truth_in(value);
  if (name == "archive") package.is_archive = truth_in(value);
  if (name == "structured") package.is_structured = truth_in(value);
  if (name == "knows-all-dependencies") package.knows_all_dependencies = truth_in(value);
  if (name == "introduced-layer") package.introduced_layer = number_in(value);
  if (name == "changed-layer") package.changed_layer = number_in(value);
}

void apply_fact(Subject& subject, std::string_view name, const std::string& value) {
  if (const auto numbered = find_numbered(name, "layer:")) {
    LayerOrigin* layer = entry(subject.layers, numbered->index);
    if (layer != nullptr) apply_layer(*layer, numbered->part, value);
  }
  if (name == "kind") {
    for (const auto kind : {SubjectKind::image, SubjectKind::directory, SubjectKind::file}) {
      if (value == word_of(kind)) subject.kind = kind;
    }
  }
  if (name == "manifest") subject.manifest = Digest::try_parse(value);
  if (name == "config") subject.config = Digest::try_parse(value);
  if (name == "size") subject.size_bytes = number_in(value);
  if (name == "platform") subject.platform = value;
  if (name == "created") subject.created = parse_rfc3339(value);
  const std::size_t equals = value.find('=');
  if (name == "label" && equals != std::string::npos) {
    subject.labels.emplace_back(value.substr(0, equals), value.substr(equals + 1));
  }
}

void apply_fact(Distribution& distribution, std::string_view name, const std::string& value) {
  if (name == "id-like") distribution.id_like.push_back(value);
  if (name == "codename") distribution.codename = value;
  if (name == "name") distribution.name = value;
  if (name == "pretty-name") distribution.pretty_name = value;
  if (name == "cpe") distribution.cpe = value;
  if (name == "home-url") distribution.home_url = value;
  if (name == "support-end") distribution.support_end = value;
  if (name == "path") distribution.path = value;
}

std::string to_lines(const std::vector<Fact>& facts) {
  std::size_t length = 0;
  for (const Fact& fact : facts) length += fact.name.size() + fact.value.size() + 8;
  std::string text;
  text.reserve(length);
  for (const Fact& fact : facts) {
    if (!text.empty()) text += '\n';
    text += fact_prefix;
    text += fact.name;
    text += '=';
    std::string_view rest = fact.value;
    for (std::size_t at = 0; (at = rest.find_first_of("\\\n\r")) != std::string_view::npos;) {
      text += rest.substr(0, at);
      text += rest[at] == '\\' ? "\\\\" : rest[at] == '\n' ? "\\n" : "\\r";
      rest.remove_prefix(at + 1);
    }
    text += rest;
  }
  return text;
}

std::vector<Fact> facts_in(std::string_view text) {
  std::vector<Fact> facts;
  for (const std::string& line : split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (!line.starts_with(fact_prefix) || equals == std::string::npos) continue;
    Fact fact{line.substr(fact_prefix.size(), equals - fact_prefix.size()), {}};
    for (std::size_t at = equals + 1; at < line.size(); ++at) {
      if (line[at] != '\\' || at + 1 == line.size()) {
        fact.value += line[at];
        continue;
      }
      ++at;
      fact.value += line[at] == 'n' ? '\n' : line[at] == 'r' ? '\r' : line[at];
    }
    facts.push_back(std::move(fact));
  }
  return facts;
}

std::size_t layer_of_diff_id(Subject& subject, const Digest& diff_id) {
  const auto found =
      std::find_if(subject.layers.begin(), subject.layers.end(),
                   [&](const LayerOrigin& layer) { return layer.diff_id == diff_id; });
  const auto index = static_cast<std::size_t>(found - subject.layers.begin());
  if (found == subject.layers.end()) subject.layers.push_back({.diff_id = diff_id});
  return index;
}

}  // namespace lade::sbom
