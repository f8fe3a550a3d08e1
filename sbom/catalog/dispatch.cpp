#include "sbom/catalog/dispatch.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "libimage/oci/hasher.h"

namespace lade::sbom {
namespace {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

/// Which catalogers, by their place in the list, have a rule with this text.
using Rules = std::unordered_map<std::string, std::vector<std::size_t>, TextHash, std::equal_to<>>;

void collect(const Rules& rules, std::string_view text, std::vector<std::size_t>& to) {
  const auto found = rules.find(text);
  if (found == rules.end()) return;
  to.insert(to.end(), found->second.begin(), found->second.end());
}

}  // namespace

struct Dispatch::Table {
  Catalogers catalogers;
  Rules paths{};
  Rules names{};
  Rules extensions{};
  Rules directories{};
  std::vector<const Cataloger*> elf{};

  void add(const PathRule& rule, std::size_t index) {
    switch (rule.kind) {
      case PathRule::Kind::path:
        paths[std::string(rule.text)].push_back(index);
        return;
      case PathRule::Kind::name:
        names[std::string(rule.text)].push_back(index);
        return;
      case PathRule::Kind::extension:
        extensions[std::string(rule.text)].push_back(index);
        return;
      case PathRule::Kind::directory:
        directories[std::string(rule.text)].push_back(index);
        return;
      case PathRule::Kind::elf:
        elf.push_back(catalogers[index].get());
        return;
    }
  }
};

Dispatch::Dispatch(Catalogers catalogers)
    : table_(std::make_unique<Table>(Table{std::move(catalogers)})) {
  for (std::size_t i = 0; i < table_->catalogers.size(); ++i) {
    for (const PathRule& rule : table_->catalogers[i]->rules()) table_->add(rule, i);
  }
}

Dispatch::Dispatch(Dispatch&&) noexcept = default;
Dispatch::~Dispatch() = default;

const Catalogers& Dispatch::catalogers() const { return table_->catalogers; }

const std::vector<const Cataloger*>& Dispatch::of_elf() const { return table_->elf; }

std::vector<const Cataloger*> Dispatch::of_path(std::string_view path,
                                                std::uint64_t size_bytes) const {
  std::vector<std::size_t> indexes;
  const std::string_view name = base_name(path);
  collect(table_->paths, path, indexes);
  collect(table_->names, name, indexes);
  collect(table_->directories, parent_path(path), indexes);
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    collect(table_->extensions, to_lower(name.substr(dot + 1)), indexes);
  }
  std::sort(indexes.begin(), indexes.end());
  indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
  std::vector<const Cataloger*> wanting;
  for (const std::size_t index : indexes) {
    const Cataloger& cataloger = *table_->catalogers[index];
    if (cataloger.wants(path, size_bytes)) wanting.push_back(&cataloger);
  }
  return wanting;
}

Digest Dispatch::version() const {
  std::string text;
  for (const auto& cataloger : table_->catalogers) {
    text += std::string(cataloger->name()) + "\t" + std::to_string(cataloger->version()) + "\n";
  }
  return digest_of(text);
}

}  // namespace lade::sbom
