#include <algorithm>
#include <utility>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/text.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/elf_file.h"
#include "sbom/binary/elf_linking.h"
#include "sbom/binary/go_build_info.h"
#include "sbom/binary/go_modules.h"
#include "sbom/binary/go_version.h"
#include "sbom/binary/needed_files.h"
#include "sbom/binary/program_assembly.h"

namespace lade::sbom {
namespace {

/// More modules than any program has; the rest is told as missing.
constexpr std::size_t module_limit = 20000;

/// "h1:" and a SHA-256 in base64: of the list of hashes of the module's files (go.dev/ref/mod).
void add_sum(Package& package, std::string_view sum) {
  if (!sum.starts_with("h1:")) return;
  const auto bytes = from_base64(sum.substr(3));
  if (bytes) package.hashes.push_back({"sha256", to_hex(as_bytes(*bytes))});
}

bool is_local_path(const GoModule& module) {
  return module.path.starts_with('.') || module.path.starts_with('/') ||
         (module.version.empty() && module.sum.empty());
}

Package package_of(const GoDependency& dependency) {
  const GoModule& original = dependency.module;
  const bool replaced = dependency.replacement && !is_local_path(*dependency.replacement);
  const GoModule& used = replaced ? *dependency.replacement : original;
  Package package{.type = PackageType::golang, .name = used.path, .version = used.version};
  add_sum(package, dependency.replacement && !replaced ? std::string_view{} : used.sum);
  if (replaced) {
    package.remarks.push_back("takes the place of " + original.path + " " + original.version);
  } else if (dependency.replacement) {
    package.remarks.push_back("replaced by a local directory: " +
                              printable(dependency.replacement->path));
  }
  if (package.version == "(devel)") {
    package.version.clear();
    package.remarks.emplace_back("built from a working tree: no version is recorded");
  }
  return package;
}

/// What the path of a main package without a module says of the module: the repository, where that
/// is three parts long, else all before "/cmd/".
std::string module_path(std::string_view package_path) {
  std::vector<std::string> parts = split(package_path, '/');
  const bool is_forge =
      parts[0] == "github.com" || parts[0] == "gitlab.com" || parts[0] == "bitbucket.org";
  if (!is_forge) return std::string(package_path.substr(0, package_path.find("/cmd/")));
  parts.resize(std::min<std::size_t>(parts.size(), 3));
  return join(parts, "/");
}

/// Programs of Go itself and files that were compiled by their names have no dot in the first part
/// of their path.
bool names_a_module(std::string_view path) {
  return path.substr(0, path.find('/')).find('.') != std::string_view::npos;
}

std::optional<Package> main_package(GoModules& modules) {
  Package package{.type = PackageType::golang};
  if (modules.main) {
    const std::string version = main_version(modules);
    package = package_of(*modules.main);
    if (!version.empty()) package.remarks.clear();
    package.version = version;
  } else if (names_a_module(modules.path)) {
    modules.path = module_path(modules.path);
    package.name = modules.path;
    package.version = main_version(modules);
    package.remarks.emplace_back(
        modules.dependencies.empty()
            ? "built without modules (GOPATH): what it was made of is not recorded"
            : "the module of the program itself is not recorded");
  }
  if (package.name.empty() || package.name == "command-line-arguments") return std::nullopt;
  if (modules.setting("vcs.modified") == "true") {
    package.remarks.emplace_back("built from a working tree with changes");
  }
  package.architecture = modules.setting("GOARCH");
  return package;
}

Package standard_library(const std::string& go_version) {
  Package package{.type = PackageType::golang,
                  .name = "stdlib",
                  .version = stdlib_version(go_version),
                  .homepage = "https://go.dev"};
  if (package.version.empty()) {
    package.remarks.push_back("unknown version of Go: " + printable(go_version));
    return package;
  }
  if (go_version != "go" + package.version) {
    package.remarks.push_back("built by " + printable(go_version));
  }
  package.cpes.push_back("cpe:2.3:a:golang:go:" + package.version + ":*:*:*:*:*:*:*");
  return package;
}

class GoCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return "go-binary"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override { return {{PathRule::Kind::elf}}; }
  std::uint64_t limit_bytes() const override { return program_limit_bytes; }
  std::optional<Find> read(const FileView& file) const override;
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override;
};

std::optional<Find> GoCataloger::read(const FileView& file) const {
  const auto elf = ElfFile::parse(file.content);
  if (!elf) return std::nullopt;
  const auto info = find_go_build_info(*elf);
  Find find;
  if (!info) {
    // object files and archives of the toolchain are no programs
    if (elf->segments().empty() || elf->is_packed() || !is_go_program(*elf)) return std::nullopt;
    find.problem = "a Go program whose build information was removed: its modules are unknown";
    return find;
  }
  GoModules modules = parse_go_modules(info->modules);
  auto main = main_package(modules);
  const std::int32_t parent = main ? 0 : -1;
  if (main) find.packages.push_back({.package = std::move(*main)});
  find.packages.push_back({.package = standard_library(info->go_version), .parent = parent});
  if (info->modules.empty()) {
    find.packages.back().package.remarks.emplace_back(
        "in a program that does not name its modules");
  }
  if (modules.dependencies.size() > module_limit) {
    find.problem = fmt::format("a Go program of {} modules, of which {} were read",
                               modules.dependencies.size(), module_limit);
    modules.dependencies.resize(module_limit);
  }
  for (const GoDependency& dependency : modules.dependencies) {
    if (dependency.module.path.empty()) continue;
    find.packages.push_back({.package = package_of(dependency), .parent = parent});
  }
  find.note = encode_linking(read_linking(*elf));
  return find;
}

void GoCataloger::assemble(const AssemblyView& view, InventoryBuilder& inventory) const {
  for (const VisibleFind& visible : view.visible(name())) {
    const std::vector<std::size_t> handles = add_found_packages(view, inventory, name(), visible);
    if (handles.empty()) continue;
    need_libraries(view, inventory, handles.front(), decode_linking(visible.find->note),
                   visible.find->path);
  }
}

}  // namespace

std::shared_ptr<const Cataloger> make_go_cataloger() { return std::make_shared<GoCataloger>(); }

}  // namespace lade::sbom
