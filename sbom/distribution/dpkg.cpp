#include "sbom/distribution/dpkg.h"

#include <fmt/format.h>

#include "libimage/base/fd.h"
#include "libimage/layer/layer_path.h"
#include "sbom/distribution/database_assembly.h"
#include "sbom/distribution/dpkg_status.h"
#include "sbom/distribution/license_claims.h"
#include "sbom/distribution/package_collector.h"
#include "sbom/distribution/text_lines.h"

// What is where: info/NAME.list, or info/NAME:ARCH.list for packages of which several architectures
// can be there at once, holds every path of a package, its conffiles too; info/*.md5sums name no
// further ones. A distroless image has the lists beside the fragments, as NAME.md5sums. The
// copyright file lies below the name of the package, in a directory that may be a link to another
// package's.
namespace lade::sbom {
namespace {

constexpr std::string_view dpkg_database = "var/lib/dpkg/status";
constexpr std::string_view dpkg_fragments = "var/lib/dpkg/status.d";
constexpr std::string_view dpkg_lists = "var/lib/dpkg/info";
constexpr std::string_view dpkg_documents = "usr/share/doc";
constexpr std::string_view md5sums_suffix = ".md5sums";

bool is_copyright(std::string_view path) {
  return base_name(path) == "copyright" && parent_path(parent_path(path)) == dpkg_documents;
}

Find read_list(std::string_view text) {
  Find find;
  for_each_line(text, [&](std::string_view line) { append_owned_path(find.owned_paths, line); });
  return find;
}

/// Lines "md5  path".
Find read_md5sums(std::string_view text) {
  Find find;
  for_each_line(text, [&](std::string_view line) {
    const std::size_t gap = line.find("  ");
    if (gap != std::string_view::npos) append_owned_path(find.owned_paths, line.substr(gap + 2));
  });
  return find;
}

class DpkgCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return "dpkg"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override {
    return {{PathRule::Kind::path, dpkg_database},
            {PathRule::Kind::directory, dpkg_fragments},
            {PathRule::Kind::directory, dpkg_lists},
            {PathRule::Kind::name, "copyright"}};
  }
  bool wants(std::string_view path, std::uint64_t /*size_bytes*/) const override {
    const std::string_view directory = parent_path(path);
    if (directory == dpkg_lists) return path.ends_with(".list");
    return path == dpkg_database || directory == dpkg_fragments || is_copyright(path);
  }

  std::optional<Find> read(const FileView& file) const override {
    const std::string_view text = as_text(file.content);
    if (is_copyright(file.path)) return Find{.licenses = copyright_claims(text)};
    if (file.path.ends_with(md5sums_suffix)) return read_md5sums(text);
    if (parent_path(file.path) == dpkg_lists) return read_list(text);
    return parse_dpkg_status(text, file.path != dpkg_database);
  }

  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    std::vector<AddedPackage> all;
    for (const VisibleFind& visible : view.visible(name())) {
      const std::vector<AddedPackage> added = add(view, visible, inventory);
      all.insert(all.end(), added.begin(), added.end());
    }
    relate_needs(all, dpkg_needs(), inventory);
  }

 private:
  std::vector<AddedPackage> add(const AssemblyView& view, const VisibleFind& visible,
                                InventoryBuilder& inventory) const {
    std::vector<AddedPackage> added = add_database(
        view, visible, inventory, [&](Package& package) { add_copyright(view, package); });
    for (const AddedPackage& one : added) {
      const VisibleFind* list = find_list(view, *visible.find, *one.package);
      if (list != nullptr) inventory.own(one.handle, list->find->owned_paths);
    }
    return added;
  }

  /// The list of what a package owns, which a fragment has beside it.
  const VisibleFind* find_list(const AssemblyView& view, const Find& database,
                               const Package& package) const {
    if (database.path != dpkg_database) {
      return view.find_visible(name(), fmt::format("{}{}", database.path, md5sums_suffix));
    }
    const VisibleFind* list = view.find_visible(
        name(), fmt::format("{}/{}:{}.list", dpkg_lists, package.name, package.architecture));
    if (list != nullptr) return list;
    return view.find_visible(name(), fmt::format("{}/{}.list", dpkg_lists, package.name));
  }

  void add_copyright(const AssemblyView& view, Package& package) const {
    const VisibleFind* copyright =
        view.find_visible(name(), fmt::format("{}/{}/copyright", dpkg_documents, package.name));
    if (copyright == nullptr) return;
    for (LicenseClaim claim : copyright->find->licenses) {
      claim.path = copyright->find->path;
      package.licenses.push_back(std::move(claim));
    }
  }
};

}  // namespace

std::shared_ptr<const Cataloger> make_dpkg_cataloger() { return std::make_shared<DpkgCataloger>(); }

}  // namespace lade::sbom
