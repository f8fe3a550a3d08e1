#include "sbom/distribution/rpm.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "libimage/base/fd.h"
#include "libimage/layer/layer_path.h"
#include "sbom/distribution/database_assembly.h"
#include "sbom/distribution/rpm_database.h"
#include "sbom/distribution/rpm_manifest.h"

// A directory may hold databases of several forms, of which rpm reads the newest that it knows; the
// older ones are left over from a conversion, and what they list may be gone.
namespace lade::sbom {
namespace {

constexpr std::array<std::string_view, 3> rpm_directories{"var/lib/rpm", "usr/lib/sysimage/rpm",
                                                          "usr/share/rpm"};
constexpr std::string_view rpm_manifest_path = "var/lib/rpmmanifest/container-manifest-2";
/// Newest form first.
constexpr std::array<std::string_view, 3> rpm_forms{"rpmdb.sqlite", "Packages.db", "Packages"};
constexpr std::string_view log_name = "rpmdb.sqlite-wal";

class RpmCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return "rpm"; }
  unsigned version() const override { return 1; }
  std::uint64_t limit_bytes() const override { return std::uint64_t{1} << 30U; }
  std::vector<PathRule> rules() const override {
    std::vector<PathRule> rules{{PathRule::Kind::path, rpm_manifest_path}};
    for (const std::string_view directory : rpm_directories) {
      rules.push_back({PathRule::Kind::directory, directory});
    }
    return rules;
  }
  bool wants(std::string_view path, std::uint64_t size_bytes) const override {
    const std::string_view last = base_name(path);
    if (path == rpm_manifest_path) return true;
    if (last == log_name) return size_bytes > 0;
    return std::find(rpm_forms.begin(), rpm_forms.end(), last) != rpm_forms.end();
  }

  std::optional<Find> read(const FileView& file) const override {
    if (file.path == rpm_manifest_path) return parse_rpm_manifest(as_text(file.content));
    if (base_name(file.path) != log_name) return parse_rpm_database(file.content);
    const std::size_t pages = count_logged_pages(file.content);
    if (pages == 0) return std::nullopt;
    return Find{.problem = fmt::format(
                    "pages that the database may lack are in this log: {}; packages that changed "
                    "last may be lacking or be told in an older version",
                    pages)};
  }

  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    std::vector<AddedPackage> all;
    for (const VisibleFind& visible : view.visible(name())) {
      const Find& find = *visible.find;
      if (find.packages.empty() || is_left_over(view, find, inventory)) continue;
      std::vector<AddedPackage> added = add_database(view, visible, inventory);
      own_paths(find, added, inventory);
      all.insert(all.end(), added.begin(), added.end());
    }
    relate_needs(all, rpm_needs(), inventory);
  }

 private:
  /// Whether a newer form lies beside this one.
  bool is_left_over(const AssemblyView& view, const Find& find, InventoryBuilder& inventory) const {
    const std::string_view form = base_name(find.path);
    for (const std::string_view newer : rpm_forms) {
      if (newer == form) return false;
      const std::string beside = fmt::format("{}/{}", parent_path(find.path), newer);
      const VisibleFind* other = view.find_visible(name(), beside);
      if (other == nullptr || other->find->packages.empty()) continue;
      inventory.remark(find.path, fmt::format("rpm: not counted, since {} is newer", beside));
      return true;
    }
    return false;
  }
};

}  // namespace

std::shared_ptr<const Cataloger> make_rpm_cataloger() { return std::make_shared<RpmCataloger>(); }

}  // namespace lade::sbom
