#include <utility>

#include "sbom/binary/catalogers.h"
#include "sbom/binary/elf_file.h"
#include "sbom/binary/elf_linking.h"
#include "sbom/binary/elf_notes.h"
#include "sbom/binary/needed_files.h"
#include "sbom/binary/package_databases.h"
#include "sbom/binary/package_note.h"
#include "sbom/binary/program_assembly.h"

// Some distributions write into each program which package it is of. Where their database is in the
// image it tells the same and more, so only those count that it does not know: programs copied from
// another image.
namespace lade::sbom {
namespace {

class ElfCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return "elf"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override { return {{PathRule::Kind::elf}}; }
  std::uint64_t limit_bytes() const override { return program_limit_bytes; }
  std::optional<Find> read(const FileView& file) const override;
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override;
};

std::optional<Find> ElfCataloger::read(const FileView& file) const {
  const auto elf = ElfFile::parse(file.content);
  if (!elf) return std::nullopt;
  Find find;
  if (elf->is_packed()) {
    find.problem = has_go_note(read_notes(*elf))
                       ? "a Go program packed with UPX: what is in it is unknown"
                       : "a program packed with UPX: what is in it is unknown";
    return find;
  }
  const std::vector<ElfNote> notes = read_notes(*elf);
  const auto json = find_package_note(notes);
  if (!json) return std::nullopt;
  auto package = parse_package_note(*json);
  if (!package) return std::nullopt;
  find.packages.push_back({.package = std::move(*package)});
  find.note = encode_linking(read_linking(*elf));
  return find;
}

void ElfCataloger::assemble(const AssemblyView& view, InventoryBuilder& inventory) const {
  const auto installed = installed_packages(view);
  for (const VisibleFind& visible : view.visible(name())) {
    const Find& find = *visible.find;
    if (find.packages.empty()) continue;
    const Package& package = find.packages.front().package;
    if (installed.contains({package.name, std::string(without_epoch(package.version))})) continue;
    const std::size_t handle = add_found_packages(view, inventory, name(), visible).front();
    need_libraries(view, inventory, handle, decode_linking(find.note), find.path);
  }
}

}  // namespace

std::shared_ptr<const Cataloger> make_elf_cataloger() { return std::make_shared<ElfCataloger>(); }

}  // namespace lade::sbom
