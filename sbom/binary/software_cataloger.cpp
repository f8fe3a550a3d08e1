#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "libimage/base/fd.h"
#include "libimage/layer/layer_path.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/elf_file.h"
#include "sbom/binary/elf_linking.h"
#include "sbom/binary/name_pattern.h"
#include "sbom/binary/needed_files.h"
#include "sbom/binary/program_assembly.h"
#include "sbom/binary/release_files.h"
#include "sbom/binary/version_rules.h"
#include "sbom/binary/version_scan.h"

// A program, its library and a release file beside them tell of one installation. They are one
// package if they say the same below one prefix: what stands before the first "bin", "lib", … of
// their paths. Two prefixes are two installations, of which a distribution may own one.
namespace lade::sbom {
namespace {

constexpr std::uint64_t release_file_limit = std::uint64_t{1} << 20U;

/// "usr/local" of "usr/local/lib/libpython3.12.so.1.0"; "usr" of "bin/bash", as where /bin is a
/// link.
std::string installation_prefix(std::string_view path) {
  constexpr std::array<std::string_view, 7> rooms = {"bin",     "sbin",    "lib",  "lib64",
                                                     "include", "libexec", "share"};
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const bool is_room =
        end != path.size() &&
        std::find(rooms.begin(), rooms.end(), path.substr(begin, end - begin)) != rooms.end();
    if (is_room) return begin == 0 ? "usr" : std::string(path.substr(0, begin - 1));
    begin = end + 1;
  }
  return std::string(parent_path(path));
}

Package package_of_release(const Release& release) {
  return {.type = PackageType::generic,
          .name = release.name,
          .version = release.version,
          .supplier = release.supplier,
          .cpes = cpes_of(release.cpes, release.version)};
}

void merge_cpes(Package& into, const Package& from) {
  into.cpes.insert(into.cpes.end(), from.cpes.begin(), from.cpes.end());
  std::sort(into.cpes.begin(), into.cpes.end());
  into.cpes.erase(std::unique(into.cpes.begin(), into.cpes.end()), into.cpes.end());
  if (into.supplier.empty()) into.supplier = from.supplier;
}

class SoftwareCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return "binary"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override;
  std::uint64_t limit_bytes() const override { return program_limit_bytes; }
  bool wants(std::string_view path, std::uint64_t size_bytes) const override;
  std::optional<Find> read(const FileView& file) const override;
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override;
};

std::vector<PathRule> SoftwareCataloger::rules() const {
  std::vector<PathRule> rules = {{PathRule::Kind::elf}};
  for (const std::string_view file : release_file_names()) {
    rules.push_back({PathRule::Kind::name, file});
  }
  return rules;
}

bool SoftwareCataloger::wants(std::string_view path, std::uint64_t size_bytes) const {
  if (is_known_program_name(base_name(path))) return true;
  return size_bytes <= release_file_limit && is_release_path(path);
}

std::optional<Find> SoftwareCataloger::read(const FileView& file) const {
  Find find;
  const auto elf = ElfFile::parse(file.content);
  if (!elf) {
    const auto release = parse_release_file(file.path, as_text(file.content));
    if (!release) return std::nullopt;
    find.packages.push_back({.package = package_of_release(*release)});
    return find;
  }
  const std::string_view program = base_name(file.path);
  const std::vector<std::string_view> regions = text_regions(*elf);
  for (const VersionRule& rule : version_rules()) {
    if (!matches_any_name(rule.files, program)) continue;
    const auto version = find_program_version(rule, program, regions);
    if (!version) continue;
    find.packages.push_back({.package = {.type = PackageType::generic,
                                         .name = std::string(rule.name),
                                         .version = *version,
                                         .cpes = cpes_of(rule.cpes, *version)}});
  }
  if (find.packages.empty()) return std::nullopt;
  find.note = encode_linking(read_linking(*elf));
  return find;
}

/// One installation of one version, and the files that tell of it.
struct Installation {
  Package package{};
  std::vector<const VisibleFind*> finds{};

  void add(Package found) {
    if (finds.empty()) {
      package = std::move(found);
      return;
    }
    merge_cpes(package, found);
    package.introduced_layer = std::min(package.introduced_layer, found.introduced_layer);
    package.changed_layer = std::min(package.changed_layer, found.changed_layer);
    package.locations.insert(package.locations.end(), found.locations.begin(),
                             found.locations.end());
  }
};

/// By name, version and prefix.
using Installations = std::map<std::array<std::string, 3>, Installation>;

Installations find_installations(const AssemblyView& view, std::string_view cataloger) {
  Installations installations;
  for (const VisibleFind& visible : view.visible(cataloger)) {
    const std::string prefix = installation_prefix(visible.find->path);
    for (const FoundPackage& found : visible.find->packages) {
      Package package = found.package;
      package.locations = {{visible.find->path, "", visible.layer}};
      attribute_layers(package, view, cataloger, visible.find->path);
      Installation& installation = installations[{package.name, package.version, prefix}];
      installation.add(std::move(package));
      installation.finds.push_back(&visible);
    }
  }
  return installations;
}

/// Oracle's release files are those of OpenJDK; which of the two it is, the virtual machine says.
void join_oracle_jdk(Installations& installations) {
  for (auto& [key, jdk] : installations) {
    if (key[0] != "jdk") continue;
    const auto release = installations.find({"openjdk", key[1], key[2]});
    if (release == installations.end()) continue;
    Package& told = release->second.package;
    told.cpes.clear();
    jdk.add(std::move(told));
    jdk.finds.insert(jdk.finds.end(), release->second.finds.begin(), release->second.finds.end());
    release->second.finds.clear();
  }
}

void SoftwareCataloger::assemble(const AssemblyView& view, InventoryBuilder& inventory) const {
  Installations installations = find_installations(view, name());
  join_oracle_jdk(installations);
  for (auto& [key, installation] : installations) {
    if (installation.finds.empty()) continue;
    const std::size_t handle = inventory.add(std::move(installation.package));
    for (const VisibleFind* visible : installation.finds) {
      need_libraries(view, inventory, handle, decode_linking(visible->find->note),
                     visible->find->path);
    }
  }
}

}  // namespace

std::shared_ptr<const Cataloger> make_software_cataloger() {
  return std::make_shared<SoftwareCataloger>();
}

}  // namespace lade::sbom
