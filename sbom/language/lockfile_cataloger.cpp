#include <algorithm>
#include <array>
#include <unordered_map>

#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "sbom/language/catalogers.h"
#include "sbom/language/lockfile.h"

namespace lade::sbom {
namespace {

struct LockfileFormat {
  std::string_view cataloger;
  std::vector<std::string_view> names;
  LockedPackages (*parse)(std::string_view text, std::string_view what);
};

/// What lies in a package that is installed was its makers' affair.
bool is_of_installed_package(std::string_view path) {
  static constexpr std::array<std::string_view, 7> folders{
      "/node_modules/", "/site-packages/", "/dist-packages/", "/gems/",
      "/pkg/mod/",      "/.cargo/",        "/vendor/"};
  const std::string slashed = "/" + std::string(path);
  return std::any_of(folders.begin(), folders.end(), [&](std::string_view folder) {
    return slashed.find(folder) != std::string::npos;
  });
}

class LockfileCataloger : public Cataloger {
 public:
  explicit LockfileCataloger(LockfileFormat format) : format_(std::move(format)) {}

  std::string_view name() const override { return format_.cataloger; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override {
    std::vector<PathRule> rules;
    for (const std::string_view name : format_.names) {
      rules.push_back({PathRule::Kind::name, name});
    }
    return rules;
  }
  bool wants(std::string_view path, std::uint64_t) const override {
    return !is_of_installed_package(path);
  }
  std::optional<Find> read(const FileView& file) const override {
    const std::string_view text(reinterpret_cast<const char*>(file.content.data()),
                                file.content.size());
    Find find{.path = std::string(file.path)};
    LockedPackages locked = format_.parse(text, find.path);
    for (Package& package : locked.packages) {
      package.declared_only = true;
      find.packages.push_back({.package = std::move(package)});
    }
    // the edges, a line each
    for (const auto& [from, to] : locked.needs) {
      find.note += std::to_string(from) + ' ' + std::to_string(to) + '\n';
    }
    return find;
  }
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override;

 private:
  LockfileFormat format_;
};

void LockfileCataloger::assemble(const AssemblyView& view, InventoryBuilder& inventory) const {
  for (const VisibleFind& visible : view.visible(name())) {
    std::vector<std::size_t> handles;
    for (const FoundPackage& found : visible.find->packages) {
      Package package = found.package;
      package.locations = {{visible.find->path, {}, visible.layer}};
      attribute_layers(package, view, name(), visible.find->path);
      handles.push_back(inventory.add(std::move(package)));
    }
    for (const std::string& line : split(visible.find->note, '\n')) {
      const std::size_t blank = std::min(line.find(' '), line.size());
      const auto from = parse_int(std::string_view(line).substr(0, blank));
      const auto to = parse_int(std::string_view(line).substr(std::min(blank + 1, line.size())));
      if (!from || !to) continue;
      const std::size_t a = handles.at(static_cast<std::size_t>(*from));
      const std::size_t b = handles.at(static_cast<std::size_t>(*to));
      if (a != b) inventory.relate(a, b, RelationKind::depends_on);
    }
  }
}

}  // namespace

void relate_by_name(LockedPackages& locked) {
  const auto name_of = [](const Package& package) {
    return package.name_space.empty() ? package.name : package.name_space + "/" + package.name;
  };
  constexpr std::size_t several = SIZE_MAX;
  std::unordered_map<std::string, std::size_t> by_name;
  for (std::size_t i = 0; i < locked.packages.size(); ++i) {
    const auto [known, is_new] = by_name.emplace(name_of(locked.packages[i]), i);
    if (!is_new) known->second = several;
  }
  for (std::size_t i = 0; i < locked.packages.size(); ++i) {
    for (const std::string& needed : locked.packages[i].depends) {
      const auto known = by_name.find(needed);
      if (known == by_name.end() || known->second == several || known->second == i) continue;
      locked.needs.emplace_back(i, known->second);
    }
  }
}

void add_declared_catalogers(Catalogers& list) {
  const std::vector<LockfileFormat> formats{
      {"npm-lock", {"package-lock.json", "npm-shrinkwrap.json"}, parse_npm_lock},
      {"yarn-lock", {"yarn.lock"}, parse_yarn_lock},
      {"pnpm-lock", {"pnpm-lock.yaml"}, parse_pnpm_lock},
      {"python-requirements", {"requirements.txt"}, parse_requirements},
      {"pipfile-lock", {"Pipfile.lock"}, parse_pipfile_lock},
      {"python-lock", {"poetry.lock", "uv.lock", "pdm.lock"}, parse_python_lock},
      {"cargo-lock", {"Cargo.lock"}, parse_cargo_lock},
      {"go-mod", {"go.mod"}, parse_go_mod},
      {"gemfile-lock", {"Gemfile.lock", "gems.locked"}, parse_gemfile_lock},
      {"composer-lock", {"composer.lock"}, parse_composer_lock},
      {"maven-pom", {"pom.xml"}, parse_pom_dependencies},
      {"gradle-lock", {"gradle.lockfile"}, parse_gradle_lock},
      {"nuget-lock", {"packages.lock.json"}, parse_nuget_lock},
      {"pubspec-lock", {"pubspec.lock"}, parse_pubspec_lock},
      {"mix-lock", {"mix.lock"}, parse_mix_lock},
  };
  for (const LockfileFormat& format : formats) {
    list.push_back(std::make_shared<LockfileCataloger>(format));
  }
}

}  // namespace lade::sbom
