#include "sbom/audit/audit_files.h"

#include <algorithm>
#include <array>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"

namespace lade::sbom {
namespace {

constexpr std::string_view audit_cataloger = "audit-files";
constexpr std::string_view shadow_path = "etc/shadow";
constexpr std::array<std::string_view, 5> wanted_paths = {"etc/passwd", "etc/group", shadow_path,
                                                          "etc/os-release", "usr/lib/os-release"};

/// Names, and "*" for whatever stands where a hash may: notes of layers are no place for hashes.
std::string without_hashes(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) {
      const std::string_view rest = line.substr(colon + 1);
      kept += line.substr(0, colon);
      kept += rest.empty() || rest.front() == ':' ? ":\n" : ":*\n";
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return kept;
}

class AuditFilesCataloger final : public Cataloger {
 public:
  std::string_view name() const override { return audit_cataloger; }
  unsigned version() const override { return 1; }
  std::uint64_t limit_bytes() const override { return 4U << 20U; }
  std::vector<PathRule> rules() const override {
    std::vector<PathRule> rules;
    for (const std::string_view path : wanted_paths) {
      rules.push_back({PathRule::Kind::path, path});
    }
    return rules;
  }
  std::optional<Find> read(const FileView& file) const override {
    const std::string_view text = as_text(file.content);
    if (text.find('\0') != std::string_view::npos) {
      fail(ErrorKind::invalid, "it is no text: there is a zero byte in it");
    }
    return Find{.note = file.path == shadow_path ? without_hashes(text) : std::string(text)};
  }
  void assemble(const AssemblyView& /*view*/, InventoryBuilder& /*inventory*/) const override {}
};

AuditFile read_noted(const MergedTree& tree, const std::vector<LayerFinds>& layers,
                     std::string_view path) {
  const std::optional<TreeEntry> entry = tree.find_resolved(path);
  if (!entry) return {};
  const std::string_view at = entry->entry.path;
  if (entry->layer < layers.size()) {
    const LayerFinds& finds = layers[entry->layer];
    const auto [first, last] = finds.at(at);
    for (std::size_t i = first; i < last; ++i) {
      const Find& find = finds.finds[i];
      if (find.cataloger != audit_cataloger) continue;
      return {.is_there = true, .text = find.note, .problem = find.problem};
    }
  }
  if (at == path) return {.is_there = true, .problem = "it is no file that can be read"};
  return {.is_there = true, .problem = fmt::format("it leads to {}, which is not read", at)};
}

}  // namespace

std::span<const std::string_view> audit_file_paths() { return wanted_paths; }

std::shared_ptr<const Cataloger> make_audit_cataloger() {
  return std::make_shared<AuditFilesCataloger>();
}

AuditFiles audit_files(const MergedTree& tree, const std::vector<LayerFinds>& layers) {
  return {.tree = tree, .read = [&tree = tree, &layers](std::string_view path) {
            try {
              return read_noted(tree, layers, path);
            } catch (const Error& error) {  // a ring of links
              return AuditFile{.is_there = true, .problem = error.message()};
            }
          }};
}

}  // namespace lade::sbom
