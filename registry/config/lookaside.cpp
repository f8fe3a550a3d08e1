#include "registry/config/lookaside.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::registry {
namespace {

constexpr std::uint64_t file_limit_bytes = 1U << 20U;

int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

std::string_view type_name(const YAML::Node& node) {
  if (node.IsMap()) return "a mapping";
  if (node.IsSequence()) return "a list";
  if (node.IsScalar()) return "a scalar";
  return "nothing";
}

class LookasideReader {
 public:
  LookasideReader(LookasideConfig& config, const std::string& path)
      : config_(config), path_(path) {}

  void read(const YAML::Node& root) {
    if (!root.IsDefined() || root.IsNull()) return;
    for (const auto& [key, value, line] : members(root, "the file")) {
      if (key == "default-docker") {
        if (config_.fallback) refuse_second("default-docker", line, *config_.fallback);
        config_.fallback = section(value, "default-docker", line);
      } else if (key == "docker") {
        read_scopes(value);
      } else {
        warn_of_unknown(line, key);
      }
    }
  }

 private:
  struct Member {
    std::string key;
    YAML::Node value;
    int line;  ///< of the key: a value may be nothing
  };
  using Members = std::vector<Member>;

  [[noreturn]] void refuse(const YAML::Node& node, std::string_view key, std::string_view wanted,
                           std::string_view got) const {
    fail(ErrorKind::invalid, "{}:{}: {}: wanted {}, got {}", path_, line_of(node), printable(key),
         wanted, got);
  }

  [[noreturn]] void refuse_second(std::string_view scope, int line,
                                  const LookasideSection& first) const {
    fail(ErrorKind::invalid, "{}:{}: {}: wanted one section for it, got a second one after {}",
         path_, line, printable(scope), first.origin);
  }

  /// The members of a mapping in their order; the parser lets keys occur twice.
  Members members(const YAML::Node& node, std::string_view key) const {
    if (!node.IsMap()) refuse(node, key, "a mapping", type_name(node));
    Members found;
    std::set<std::string> seen;
    for (const auto& member : node) {
      if (!member.first.IsScalar()) {
        refuse(member.first, key, "keys that are strings", type_name(member.first));
      }
      std::string name = member.first.Scalar();
      if (!seen.insert(name).second) refuse(member.first, name, "it once", "it a second time");
      found.push_back({std::move(name), member.second, line_of(member.first)});
    }
    return found;
  }

  void read_scopes(const YAML::Node& node) {
    if (node.IsNull()) return;
    for (const auto& [scope, value, line] : members(node, "docker")) {
      const auto known = config_.scopes.find(scope);
      if (known != config_.scopes.end()) refuse_second(scope, line, known->second);
      config_.scopes.emplace(scope, section(value, "docker." + scope, line));
    }
  }

  LookasideSection section(const YAML::Node& node, const std::string& name, int line) {
    LookasideSection result;
    result.origin = fmt::format("{}:{}", path_, line);
    if (node.IsNull()) return result;
    // the names of today before those of old, wherever they stand
    std::optional<std::string> old_lookaside, old_staging;
    for (const auto& [key, value, key_line] : members(node, name)) {
      const std::string full = fmt::format("{}.{}", name, key);
      if (key == "lookaside") {
        result.lookaside = url(value, full);
      } else if (key == "lookaside-staging") {
        result.lookaside_staging = url(value, full);
      } else if (key == "sigstore") {
        old_lookaside = url(value, full);
      } else if (key == "sigstore-staging") {
        old_staging = url(value, full);
      } else if (key == "use-sigstore-attachments") {
        result.use_sigstore_attachments = boolean(value, full);
      } else {
        warn_of_unknown(key_line, full);
      }
    }
    if (!result.lookaside) result.lookaside = std::move(old_lookaside);
    if (!result.lookaside_staging) result.lookaside_staging = std::move(old_staging);
    return result;
  }

  std::string url(const YAML::Node& node, std::string_view key) const {
    constexpr std::string_view wanted = "a URL of file://, http:// or https://";
    if (!node.IsScalar()) refuse(node, key, wanted, type_name(node));
    const std::string& text = node.Scalar();
    constexpr std::array<std::string_view, 3> schemes = {"file:///", "http://", "https://"};
    const bool known = std::ranges::any_of(schemes, [&](std::string_view scheme) {
      return text.starts_with(scheme) && text.size() > scheme.size();
    });
    const bool clean = text.find_first_of(" \t\r\n?#") == std::string::npos;
    if (!known || !clean) refuse(node, key, wanted, fmt::format("\"{}\"", printable(text)));
    return text;
  }

  bool boolean(const YAML::Node& node, std::string_view key) const {
    bool value = false;
    if (node.IsScalar() && YAML::convert<bool>::decode(node, value)) return value;
    refuse(node, key, "true or false",
           node.IsScalar() ? fmt::format("\"{}\"", printable(node.Scalar()))
                           : std::string(type_name(node)));
  }

  void warn_of_unknown(int line, std::string_view key) {
    config_.warnings.push_back(
        fmt::format("{}:{}: the key \"{}\" is unknown and ignored", path_, line, printable(key)));
  }

  LookasideConfig& config_;
  const std::string& path_;
};

const LookasideSection* find_section(const LookasideConfig& config, const Reference& reference) {
  // "a.io/b/c:1", "a.io/b/c", "a.io/b", "a.io"
  std::string scope = reference.name();
  auto found = config.scopes.find(reference.str());
  while (found == config.scopes.end() && !scope.empty()) {
    found = config.scopes.find(scope);
    const auto slash = scope.rfind('/');
    scope.resize(slash == std::string::npos ? 0 : slash);
  }
  if (found != config.scopes.end()) return &found->second;
  return config.fallback ? &*config.fallback : nullptr;
}

std::string below(std::string_view base, const Reference& reference) {
  while (base.ends_with('/')) base.remove_suffix(1);
  return fmt::format("{}/{}", base, reference.path());
}

}  // namespace

std::string lookaside_directory(const UserEnvironment& environment) {
  const std::string own = environment.config_path("containers/registries.d");
  const bool has_own = !own.empty() && file_exists(own);
  return has_own ? own : environment.system_path("/etc/containers/registries.d");
}

void add_lookaside_file(LookasideConfig& config, std::string_view text, const std::string& path) {
  try {
    LookasideReader(config, path).read(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& error) {
    fail(ErrorKind::invalid, "{}:{}:{}: not valid YAML: {}", path, error.mark.line + 1,
         error.mark.column + 1, printable(error.msg));
  }
}

LookasideConfig load_lookaside(const std::string& directory) {
  LookasideConfig config;
  for (const std::string& name : find_names(directory)) {
    if (!name.ends_with(".yaml")) continue;
    const std::string path = join_path(directory, name);
    add_lookaside_file(config, read_file(path, file_limit_bytes), path);
  }
  return config;
}

SignatureStorage find_signature_storage(const LookasideConfig& config, const Reference& reference,
                                        const UserEnvironment& environment) {
  SignatureStorage storage;
  if (const LookasideSection* section = find_section(config, reference)) {
    storage.origin = section->origin;
    storage.use_sigstore_attachments = section->use_sigstore_attachments;
    if (section->lookaside) storage.read_url = below(*section->lookaside, reference);
    storage.write_url = section->lookaside_staging ? below(*section->lookaside_staging, reference)
                                                   : storage.read_url;
    return storage;
  }
  const std::string directory = environment.uid == 0
                                    ? environment.system_path("/var/lib/containers/sigstore")
                                    : environment.home_path(".local/share/containers/sigstore");
  storage.origin = "built-in default";
  if (!directory.empty())
    storage.read_url = storage.write_url = below("file://" + directory, reference);
  return storage;
}

std::string signature_url(std::string_view storage_url, const Digest& digest, unsigned number) {
  return fmt::format("{}@{}={}/signature-{}", storage_url, to_string(digest.algorithm()),
                     digest.hex(), number);
}

}  // namespace lade::registry
