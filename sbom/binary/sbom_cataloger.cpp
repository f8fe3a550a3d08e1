#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/text.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/package_databases.h"
#include "sbom/binary/sbom_place.h"
#include "sbom/format/read_sbom.h"

// An SBOM in an image tells of packages that may have left no other trace, and of many that have.
// The latter are those that are there already; of the rest those count of which a kind is known.
// What it is about is the package that describes them, if it is one.
namespace lade::sbom {
namespace {

constexpr std::string_view root_mark = "root\n";
constexpr std::string_view sbom_edge_mark = "edge ";
constexpr std::size_t sbom_package_limit = 100000;

/// What the document is about, if that is a piece of software that is in the image: not the image.
std::optional<Package> root_of(const Subject& subject) {
  const bool is_image = subject.manifest || subject.version.starts_with("sha256:") ||
                        subject.name.find_first_of("/:@") != std::string::npos;
  if (is_image || subject.name.empty() || subject.version.empty()) return std::nullopt;
  return Package{.type = PackageType::generic, .name = subject.name, .version = subject.version};
}

Package told_package(Package package) {
  package.id.clear();
  package.purl.clear();
  package.locations.clear();
  package.introduced_layer = package.changed_layer = 0;
  package.remarks.emplace_back("told by an SBOM in the image");
  return package;
}

/// Lines "edge FROM TO" of indexes.
struct SbomEdge {
  std::size_t from = 0;
  std::size_t to = 0;
};

std::optional<SbomEdge> parse_sbom_edge(std::string_view line) {
  if (!line.starts_with(sbom_edge_mark)) return std::nullopt;
  SbomEdge edge;
  const char* const end = line.data() + line.size();
  const auto first = std::from_chars(line.data() + sbom_edge_mark.size(), end, edge.from);
  if (first.ec != std::errc{} || first.ptr == end) return std::nullopt;
  if (std::from_chars(first.ptr + 1, end, edge.to).ec != std::errc{}) return std::nullopt;
  return edge;
}

Find find_of_document(SbomDocument document) {
  Find find;
  Inventory& inventory = document.inventory;
  if (inventory.packages.size() > sbom_package_limit) {
    fail(ErrorKind::invalid, "an SBOM of {} packages, more than {}", inventory.packages.size(),
         sbom_package_limit);
  }
  if (auto root = root_of(inventory.subject)) {
    find.packages.push_back({.package = told_package(std::move(*root))});
    find.note = root_mark;
  }
  std::vector<std::optional<std::size_t>> places(inventory.packages.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    Package& package = inventory.packages[i];
    // sources, files and services have types that no installed package has
    if (package.type == PackageType::generic || package.name.empty() || package.version.empty()) {
      continue;
    }
    places[i] = find.packages.size();
    find.packages.push_back({.package = told_package(std::move(package))});
  }
  for (const Relation& relation : inventory.relations) {
    const auto from = places.at(relation.from);
    const auto to = places.at(relation.to);
    if (relation.kind != RelationKind::depends_on || !from || !to) continue;
    find.note += fmt::format("{}{} {}\n", sbom_edge_mark, *from, *to);
  }
  return find;
}

class SbomCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return "sbom"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override {
    return {{PathRule::Kind::extension, "json"},
            {PathRule::Kind::extension, "spdx"},
            {PathRule::Kind::extension, "xml"}};
  }
  bool wants(std::string_view path, std::uint64_t /*size_bytes*/) const override {
    return is_sbom_path(path);
  }
  std::optional<Find> read(const FileView& file) const override;
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override;

 private:
  void assemble_one(const AssemblyView& view, const VisibleFind& visible, bool has_database,
                    InventoryBuilder& inventory) const;
};

std::optional<Find> SbomCataloger::read(const FileView& file) const {
  try {
    Find find = find_of_document(read_sbom(as_text(file.content), file.path));
    if (find.packages.empty()) return std::nullopt;
    return find;
  } catch (const Error& error) {
    // a bom.json may be anything
    if (error.kind() == ErrorKind::unsupported) return std::nullopt;
    throw;
  }
}

void SbomCataloger::assemble(const AssemblyView& view, InventoryBuilder& inventory) const {
  const bool has_database = !installed_packages(view).empty();
  for (const VisibleFind& visible : view.visible(name())) {
    assemble_one(view, visible, has_database, inventory);
  }
}

void SbomCataloger::assemble_one(const AssemblyView& view, const VisibleFind& visible,
                                 bool has_database, InventoryBuilder& inventory) const {
  const Find& find = *visible.find;
  const Distribution* distribution = view.distribution() ? &*view.distribution() : nullptr;
  std::vector<std::vector<std::size_t>> handles(find.packages.size());
  std::vector<bool> added(find.packages.size(), false);
  for (std::size_t i = 0; i < find.packages.size(); ++i) {
    Package package = find.packages[i].package;
    handles[i] = inventory.find(purl_of(package, distribution));
    // a database of packages knows better than a document what is installed
    if (!handles[i].empty() || (has_database && is_distribution_type(package.type))) continue;
    package.locations = {{find.path, "", visible.layer}};
    attribute_layers(package, view, name(), find.path);
    handles[i].push_back(inventory.add(std::move(package)));
    added[i] = true;
  }
  const bool has_root = find.note.starts_with(root_mark);
  for (std::size_t i = 1; has_root && i < handles.size(); ++i) {
    for (const std::size_t handle : handles[i]) {
      inventory.relate(handles.front().front(), handle, RelationKind::described_by);
    }
  }
  for (const std::string& line : split(find.note, '\n')) {
    const auto edge = parse_sbom_edge(line);
    if (!edge || edge->from >= added.size() || edge->to >= added.size()) continue;
    if (!added[edge->from] || handles[edge->to].empty()) continue;
    inventory.relate(handles[edge->from].front(), handles[edge->to].front(),
                     RelationKind::depends_on);
  }
}

}  // namespace

std::shared_ptr<const Cataloger> make_sbom_cataloger() { return std::make_shared<SbomCataloger>(); }

}  // namespace lade::sbom
