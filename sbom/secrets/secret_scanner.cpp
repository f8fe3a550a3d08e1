#include "sbom/secrets/secret_scanner.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/layer/whiteout.h"
#include "sbom/secrets/text_scanner.h"

namespace lade::sbom {
namespace {

/// Shows the files of a layer to a scanner.
class SecretVisitor final : public LayerVisitor {
 public:
  explicit SecretVisitor(const SecretRules& rules) : scanner_(rules) {}

  bool begin(const Entry& entry) override {
    const std::string path = normalize_layer_path(entry.path);
    const auto earlier = last_of_.find(path);
    if (earlier != last_of_.end()) {
      layer_.files[earlier->second].replaced = true;
      last_of_.erase(earlier);
    }
    if (entry.type != EntryType::file || entry.size_bytes == 0 || parse_whiteout(path)) {
      return false;
    }
    if (count_ >= SecretScanner::layer_limit) {
      if (!std::exchange(is_full_, true)) {
        remark(path,
               fmt::format("from here on nothing was searched: the layer has {} secrets", count_));
      }
      return false;
    }
    path_ = path;
    scanner_.begin_file(path, SecretScanner::file_limit_bytes);
    return true;
  }

  bool write(std::span<const std::byte> bytes) override { return scanner_.write(as_text(bytes)); }

  void end() override {
    std::vector<FoundSecret> secrets = scanner_.end();
    if (scanner_.is_cut()) {
      remark(path_, fmt::format("searched up to its first {}",
                                human_size(SecretScanner::file_limit_bytes)));
    }
    if (scanner_.has_too_many()) {
      remark(path_, fmt::format("of every kind no more than {} secrets are told",
                                TextScanner::finds_limit));
    }
    if (secrets.empty()) return;
    count_ += secrets.size();
    last_of_.insert_or_assign(path_, layer_.files.size());
    layer_.files.push_back({.path = path_, .secrets = std::move(secrets)});
  }

  LayerSecrets take() { return std::move(layer_); }

 private:
  void remark(const std::string& path, std::string message) {
    if (layer_.remarks.size() < 1000) layer_.remarks.push_back({path, std::move(message)});
  }

  TextScanner scanner_;
  LayerSecrets layer_;
  std::map<std::string, std::size_t> last_of_;  ///< index of the last file of a name
  std::string path_;
  std::size_t count_ = 0;
  bool is_full_ = false;
};

/// Shows texts of a configuration to a scanner.
class ConfigScan {
 public:
  explicit ConfigScan(const SecretRules& rules) : scanner_(rules) {}

  void add(ConfigPart part, std::string name, std::string_view text) {
    std::vector<FoundSecret> secrets = secrets_of(part, name, text);
    if (!secrets.empty()) found_.push_back({part, std::move(name), std::move(secrets)});
  }
  void add(ConfigPart part, const std::vector<std::string>& words) {
    add(part, "", join(words, " "));
  }
  /// "NAME=VALUE", as rules for assignments know it, or what has no name. A name that is, or has, a
  /// secret is neither told nor part of the fingerprint, but which entry it is, from 1.
  void add_pair(ConfigPart part, std::size_t number, std::string_view name, std::string_view text) {
    std::string known = name.empty() ? fmt::format("#{}", number) : std::string(name);
    std::vector<FoundSecret> secrets = secrets_of(part, known, text);
    const bool is_in_name =
        std::any_of(secrets.begin(), secrets.end(),
                    [&](const FoundSecret& secret) { return secret.offset < name.size(); });
    if (is_in_name) {
      known = fmt::format("#{}", number);
      secrets = secrets_of(part, known, text);
    }
    if (!secrets.empty()) found_.push_back({part, std::move(known), std::move(secrets)});
  }
  void add(ConfigPart part, const std::map<std::string, std::string>& pairs) {
    std::size_t number = 0;
    for (const auto& [name, value] : pairs) {
      add_pair(part, ++number, name, fmt::format("{}={}", name, value));
    }
  }

  std::vector<ConfigSecrets> take() { return std::move(found_); }

 private:
  std::vector<FoundSecret> secrets_of(ConfigPart part, std::string_view name,
                                      std::string_view text) {
    scanner_.begin_config(fmt::format("{} {}", to_string(part), name));
    scanner_.write(text);
    return scanner_.end();
  }

  TextScanner scanner_;
  std::vector<ConfigSecrets> found_;
};

}  // namespace

std::string_view to_string(ConfigPart part) {
  constexpr std::string_view words[] = {"environment",  "label",    "entrypoint", "command",
                                        "health check", "on build", "history",    "annotation"};
  return words[static_cast<std::size_t>(part)];
}

LayerSecrets SecretScanner::scan_layer(Source& tar, const std::string& what) const {
  SecretVisitor visitor(rules_);
  visit_layer(tar, what, visitor);
  return visitor.take();
}

IndexedSecrets SecretScanner::index_and_scan_layer(Source& tar, const std::string& what) const {
  SecretVisitor visitor(rules_);
  auto toc = index_layer(tar, what, &visitor);
  return {std::move(toc), visitor.take()};
}

std::vector<ConfigSecrets> SecretScanner::scan_config(const ImageConfig& config,
                                                      const Annotations& annotations) const {
  ConfigScan scan(rules_);
  for (std::size_t i = 0; i < config.config.env.size(); ++i) {
    const std::string_view variable = config.config.env[i];
    const std::size_t equals = variable.find('=');
    const bool is_named = equals != std::string_view::npos;
    scan.add_pair(ConfigPart::environment, i + 1, variable.substr(0, is_named ? equals : 0),
                  variable);
  }
  scan.add(ConfigPart::label, config.config.labels);
  if (config.config.entrypoint) scan.add(ConfigPart::entrypoint, *config.config.entrypoint);
  if (config.config.cmd) scan.add(ConfigPart::command, *config.config.cmd);
  if (config.config.healthcheck) {
    scan.add(ConfigPart::health_check, config.config.healthcheck->test);
  }
  for (std::size_t i = 0; i < config.config.on_build.size(); ++i) {
    scan.add(ConfigPart::on_build, std::to_string(i + 1), config.config.on_build[i]);
  }
  for (std::size_t i = 0; i < config.history.size(); ++i) {
    const HistoryEntry& step = config.history[i];
    scan.add(ConfigPart::history, std::to_string(i + 1),
             fmt::format("{}\n{}", step.created_by, step.comment));
  }
  scan.add(ConfigPart::annotation, annotations);
  return scan.take();
}

}  // namespace lade::sbom
