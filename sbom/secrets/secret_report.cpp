#include "sbom/secrets/secret_report.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "libimage/layer/layer_path.h"

// A file of a layer is visible if the merged tree shows that very file: at its path, or under one
// of the names that hard links give it. The same secret in the same place of several layers is one
// finding; what became of it is told by the topmost of them.
namespace lade::sbom {
namespace {

class SecretAssembly {
 public:
  SecretAssembly(const SecretRules& rules, const MergedTree& tree, Timestamp now)
      : rules_(rules), tree_(tree), now_(now) {}

  void add(std::size_t layer, const FileSecrets& file) {
    std::map<std::pair<std::string, std::string>, std::size_t> times;
    const auto [state, hidden_by] = state_of(layer, file);
    for (const FoundSecret& secret : file.secrets) {
      const ReadyRule* ready = rules_.find(secret.rule);
      if (ready == nullptr) continue;  // of a rule that is off now
      const std::size_t nth = times[{secret.fingerprint, secret.excerpt}]++;
      SecretFinding& finding = findings_[{file.path, secret.fingerprint, secret.excerpt, nth}];
      finding.rule = &ready->rule;
      finding.path = file.path;
      if (finding.layers.empty() || finding.layers.back() != layer) {
        finding.layers.push_back(layer);
      }
      finding.secret = secret;
      finding.state = state;
      finding.hidden_by = hidden_by;
    }
  }

  void add(const ConfigSecrets& text) {
    for (const FoundSecret& secret : text.secrets) {
      const ReadyRule* ready = rules_.find(secret.rule);
      if (ready == nullptr) continue;
      config_.push_back(
          {.rule = &ready->rule, .part = text.part, .path = text.name, .secret = secret});
    }
  }

  std::vector<SecretFinding> finish() {
    std::vector<SecretFinding> all = std::move(config_);
    for (auto& [key, finding] : findings_) all.push_back(std::move(finding));
    for (SecretFinding& finding : all) finding.accepted = find_reason(finding);
    std::stable_sort(all.begin(), all.end(), [](const SecretFinding& a, const SecretFinding& b) {
      if (a.rule->severity != b.rule->severity) return a.rule->severity > b.rule->severity;
      if (a.part != b.part) return a.part < b.part;
      if (a.path != b.path) return !a.part && path_less(a.path, b.path);
      return std::tie(a.layers, a.secret.offset, a.state) <
             std::tie(b.layers, b.secret.offset, b.state);
    });
    return all;
  }

 private:
  using Hidden = std::pair<SecretState, std::optional<std::size_t>>;

  Hidden state_of(std::size_t layer, const FileSecrets& file) {
    if (file.replaced) return {SecretState::replaced, layer};
    const auto shown = tree_.find(file.path);
    if (shown && is_same_file(*shown, layer, file.path)) return {SecretState::visible, {}};
    for (const std::string& name : links_of(layer, file.path)) {
      const auto link = tree_.find(name);
      if (link && is_same_file(*link, layer, file.path)) return {SecretState::visible, {}};
    }
    if (shown) return {SecretState::replaced, shown->layer};
    return {SecretState::deleted, hiding_layer(layer, file.path)};
  }

  bool is_same_file(const TreeEntry& entry, std::size_t layer, std::string_view path) const {
    const TreeEntry content = tree_.content_of(entry);
    return content.layer == layer && content.entry.type == EntryType::file &&
           content.entry.path == path;
  }

  /// The other names that this layer and those above give a file of it.
  const std::set<std::string>& links_of(std::size_t layer, const std::string& path) {
    if (links_.empty()) links_.resize(tree_.layers().size());
    if (!links_[layer]) {
      links_[layer].emplace();
      for (std::size_t above = layer; above < tree_.layers().size(); ++above) {
        const Toc& toc = *tree_.layers()[above];
        for (std::size_t i = 0; i < toc.size(); ++i) {
          const TocEntry entry = toc.at(i);
          if (entry.type != EntryType::hardlink || entry.link_below != (above > layer)) continue;
          (*links_[layer])[std::string(entry.link_target)].emplace(entry.path);
        }
      }
    }
    return (*links_[layer])[path];
  }

  /// The lowest layer above without the file.
  std::optional<std::size_t> hiding_layer(std::size_t layer, const std::string& path) {
    std::vector<std::shared_ptr<const Toc>> below(
        tree_.layers().begin(), tree_.layers().begin() + static_cast<std::ptrdiff_t>(layer) + 1);
    MergedTree tree(std::move(below));
    for (std::size_t above = layer + 1; above < tree_.layers().size(); ++above) {
      tree = tree.with_layer(tree_.layers()[above]);
      const auto shown = tree.find(path);
      if (!shown) return above;
    }
    return std::nullopt;
  }

  bool holds(const ReadyAllowance& ready, const SecretFinding& finding) const {
    const SecretAllowance& allowance = ready.allowance;
    if (allowance.expires && now_ >= *allowance.expires) return false;
    const auto has = [](const auto& list, const auto& value) {
      return std::find(list.begin(), list.end(), value) != list.end();
    };
    if (!allowance.rules.empty() && !has(allowance.rules, finding.rule->id)) return false;
    if (ready.path && (finding.part || !ready.path->get().matches(finding.path))) return false;
    if (ready.pattern && !has(finding.secret.allowances, ready.pattern_number)) return false;
    return allowance.fingerprint.empty() || allowance.fingerprint == finding.secret.fingerprint;
  }

  std::optional<std::string> find_reason(const SecretFinding& finding) const {
    for (const ReadyAllowance& ready : rules_.allowances()) {
      if (holds(ready, finding)) return ready.allowance.reason;
    }
    return std::nullopt;
  }

  const SecretRules& rules_;
  const MergedTree& tree_;
  Timestamp now_;
  /// By path, fingerprint, excerpt, and which of those alike it is.
  std::map<std::tuple<std::string, std::string, std::string, std::size_t>, SecretFinding> findings_;
  std::vector<SecretFinding> config_;
  /// By layer and path, made when they are asked for.
  std::vector<std::optional<std::map<std::string, std::set<std::string>>>> links_;
};

}  // namespace

std::string_view to_string(SecretState state) {
  constexpr std::string_view words[] = {"visible", "replaced", "deleted"};
  return words[static_cast<std::size_t>(state)];
}

SecretReport assemble_secrets(const SecretRules& rules, const MergedTree& tree,
                              const std::vector<LayerSecrets>& layers,
                              const std::vector<ConfigSecrets>& config, Timestamp now) {
  SecretAssembly assembly(rules, tree, now);
  SecretReport report;
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    for (const FileSecrets& file : layers[layer].files) assembly.add(layer, file);
    report.remarks.insert(report.remarks.end(), layers[layer].remarks.begin(),
                          layers[layer].remarks.end());
  }
  for (const ConfigSecrets& text : config) assembly.add(text);
  report.findings = assembly.finish();
  std::sort(report.remarks.begin(), report.remarks.end());
  report.remarks.erase(std::unique(report.remarks.begin(), report.remarks.end()),
                       report.remarks.end());
  return report;
}

}  // namespace lade::sbom
