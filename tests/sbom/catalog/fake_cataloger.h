#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/text.h"
#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Reads "name version" lines; a line "own PATH" makes the path the first package's, "need PATH"
/// says that it needs the file there, "fail" throws.
class FakeCataloger final : public Cataloger {
 public:
  explicit FakeCataloger(std::vector<PathRule> rules, PackageType type = PackageType::npm,
                         std::string name = "fake")
      : rules_(std::move(rules)), type_(type), name_(std::move(name)) {}

  std::string_view name() const override { return name_; }
  unsigned version() const override { return 7; }
  std::vector<PathRule> rules() const override { return rules_; }
  std::uint64_t limit_bytes() const override { return std::uint64_t{32} << 20U; }
  std::optional<Find> read(const FileView& file) const override {
    Find find;
    for (const std::string& line : split(as_text(file.content), '\n')) {
      const auto words = split(line, ' ');
      if (words.size() != 2) continue;
      if (words[0] == "fail") fail(ErrorKind::corrupt, "{}", words[1]);
      if (words[0] == "own") {
        find.owned_paths += words[1] + "\n";
      } else if (words[0] == "need") {
        find.note = words[1];
      } else {
        find.packages.push_back(
            {.package = {.type = type_, .name = words[0], .version = words[1]}});
      }
    }
    return find;
  }
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    Cataloger::assemble(view, inventory);
    for (const VisibleFind& visible : view.visible(name())) {
      if (visible.find->owned_paths.empty() && visible.find->note.empty()) continue;
      Package package = visible.find->packages.at(0).package;
      package.locations = {{visible.find->path, "", visible.layer}};
      const std::size_t handle = inventory.add(std::move(package));
      if (!visible.find->owned_paths.empty()) inventory.own(handle, visible.find->owned_paths);
      if (!visible.find->note.empty()) inventory.need(handle, visible.find->note);
    }
  }

 private:
  std::vector<PathRule> rules_;
  PackageType type_;
  std::string name_;
};

inline std::shared_ptr<const Cataloger> fake_cataloger(std::vector<PathRule> rules,
                                                       PackageType type = PackageType::npm,
                                                       std::string name = "fake") {
  return std::make_shared<FakeCataloger>(std::move(rules), type, std::move(name));
}

}  // namespace lade::sbom
