#include <algorithm>
#include <charconv>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/binary/catalogers.h"
#include "sbom/binary/elf_file.h"
#include "sbom/binary/elf_linking.h"
#include "sbom/binary/needed_files.h"
#include "sbom/binary/program_assembly.h"
#include "sbom/binary/rust_dep_info.h"

namespace lade::sbom {
namespace {

constexpr std::string_view crate_edge_mark = "crate ";
/// More edges than this are hostile: real programs have a few thousand.
constexpr std::size_t crate_edge_limit = 50000;

Package package_of_crate(const RustCrate& crate) {
  Package package{.type = PackageType::cargo, .name = crate.name, .version = crate.version};
  package.declared_only = crate.for_build;
  if (crate.for_build) package.remarks.emplace_back("needed to build the program, not part of it");
  if (crate.source != "crates.io" && !crate.root) {
    package.remarks.push_back("not from crates.io: " + printable(crate.source));
  }
  return package;
}

/// Lines "crate FROM TO" of indexes.
std::string encode_crate_edges(const std::vector<RustCrate>& crates) {
  std::string note;
  std::size_t count = 0;
  for (std::size_t i = 0; i < crates.size(); ++i) {
    for (const std::size_t to : crates[i].dependencies) {
      if (++count > crate_edge_limit) {
        fail(ErrorKind::invalid, "section .dep-v0: more than {} dependencies", crate_edge_limit);
      }
      note += fmt::format("{}{} {}\n", crate_edge_mark, i, to);
    }
  }
  return note;
}

void relate_crates(std::string_view note, const std::vector<std::size_t>& handles,
                   InventoryBuilder& inventory) {
  for (const std::string& line : split(note, '\n')) {
    if (!line.starts_with(crate_edge_mark)) continue;
    std::size_t from = 0;
    std::size_t to = 0;
    const char* const end = line.data() + line.size();
    const auto first = std::from_chars(line.data() + crate_edge_mark.size(), end, from);
    if (first.ec != std::errc{} || first.ptr == end) continue;
    if (std::from_chars(first.ptr + 1, end, to).ec != std::errc{}) continue;
    if (from >= handles.size() || to >= handles.size()) continue;
    inventory.relate(handles[from], handles[to], RelationKind::depends_on);
  }
}

/// Finds have what contains others before them. False if nothing says that it is the root.
bool move_root_to_front(std::vector<RustCrate>& crates) {
  const auto found =
      std::find_if(crates.begin(), crates.end(), [](const RustCrate& crate) { return crate.root; });
  if (found == crates.end()) return false;
  const auto root = static_cast<std::size_t>(found - crates.begin());
  std::rotate(crates.begin(), found, found + 1);
  for (RustCrate& crate : crates) {
    for (std::size_t& index : crate.dependencies) {
      index = index == root ? 0 : index + (index < root ? 1 : 0);
    }
  }
  return true;
}

class RustCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return "rust-binary"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override { return {{PathRule::Kind::elf}}; }
  std::uint64_t limit_bytes() const override { return program_limit_bytes; }
  std::optional<Find> read(const FileView& file) const override;
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override;
};

std::optional<Find> RustCataloger::read(const FileView& file) const {
  const auto elf = ElfFile::parse(file.content);
  const ElfSection* section = elf ? elf->find_section(".dep-v0") : nullptr;
  if (section == nullptr) return std::nullopt;
  std::vector<RustCrate> crates = parse_rust_dep_info(elf->content(*section));
  const bool has_root = move_root_to_front(crates);
  Find find;
  for (std::size_t i = 0; i < crates.size(); ++i) {
    const bool inside = has_root && i != 0 && !crates[i].for_build;
    find.packages.push_back({.package = package_of_crate(crates[i]), .parent = inside ? 0 : -1});
    for (const std::size_t to : crates[i].dependencies) {
      find.packages.back().package.depends.push_back(crates[to].name);
    }
  }
  if (!crates.empty()) find.note = encode_crate_edges(crates) + encode_linking(read_linking(*elf));
  return find;
}

void RustCataloger::assemble(const AssemblyView& view, InventoryBuilder& inventory) const {
  for (const VisibleFind& visible : view.visible(name())) {
    const std::vector<std::size_t> handles = add_found_packages(view, inventory, name(), visible);
    relate_crates(visible.find->note, handles, inventory);
    for (std::size_t i = 0; i < handles.size(); ++i) {
      const bool contained = visible.find->packages[i].parent >= 0;
      if (contained || visible.find->packages[i].package.declared_only) continue;
      need_libraries(view, inventory, handles[i], decode_linking(visible.find->note),
                     visible.find->path);
    }
  }
}

}  // namespace

std::shared_ptr<const Cataloger> make_rust_cataloger() { return std::make_shared<RustCataloger>(); }

}  // namespace lade::sbom
