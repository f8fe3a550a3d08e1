#include "registry/sync/sync_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::registry {
namespace {

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  std::vector<SyncRegistry> read(const YAML::Node& root) const {
    std::vector<SyncRegistry> registries;
    if (root.IsNull()) return registries;
    for (const auto& [name, section] : members(root, "a map of registries")) {
      registries.push_back(read_registry(name, section));
    }
    std::sort(registries.begin(), registries.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return registries;
  }

 private:
  using Members = std::vector<std::pair<std::string, YAML::Node>>;

  [[noreturn]] void refuse(const YAML::Node& node, std::string_view wanted) const {
    fail(ErrorKind::invalid, "{}:{}:{}: wanted {}", path_, node.Mark().line + 1,
         node.Mark().column + 1, wanted);
  }

  Members members(const YAML::Node& node, std::string_view wanted) const {
    if (!node.IsMap()) refuse(node, wanted);
    Members found;
    for (const auto& member : node) found.emplace_back(text(member.first), member.second);
    return found;
  }

  std::string text(const YAML::Node& node) const {
    if (!node.IsScalar()) refuse(node, "a text");
    return node.Scalar();
  }

  bool truth(const YAML::Node& node) const {
    bool value = false;
    if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value)) {
      refuse(node, "true or false");
    }
    return value;
  }

  std::map<std::string, std::string> texts(const YAML::Node& node) const {
    std::map<std::string, std::string> found;
    for (const auto& [name, value] : members(node, "a map of repositories")) {
      found[name] = text(value);
    }
    return found;
  }

  SyncRegistry read_registry(const std::string& name, const YAML::Node& section) const {
    SyncRegistry registry{.name = name};
    for (const auto& [key, value] : members(section, "a map of what is wanted of the registry")) {
      if (key == "images") {
        read_images(registry, value);
      } else if (key == "images-by-tag-regex") {
        registry.by_tag_regex = texts(value);
      } else if (key == "images-by-semver") {
        registry.by_semver = texts(value);
      } else if (key == "credentials") {
        read_credentials(registry, value);
      } else if (key == "tls-verify") {
        registry.tls_verify = truth(value);
      } else if (key == "cert-dir") {
        registry.certificate_directory = text(value);
      } else {
        refuse(value, fmt::format("images, images-by-tag-regex, images-by-semver, credentials, "
                                  "tls-verify or cert-dir, got \"{}\"",
                                  printable(key)));
      }
    }
    return registry;
  }

  void read_images(SyncRegistry& registry, const YAML::Node& node) const {
    for (const auto& [repository, list] : members(node, "a map of repositories")) {
      std::vector<std::string>& tags = registry.images[repository];
      if (list.IsNull()) continue;
      if (!list.IsSequence()) refuse(list, "a list of tags and digests");
      for (const YAML::Node& tag : list) tags.push_back(text(tag));
    }
  }

  void read_credentials(SyncRegistry& registry, const YAML::Node& node) const {
    for (const auto& [key, value] : members(node, "a map of username and password")) {
      if (key == "username") {
        registry.username = text(value);
      } else if (key == "password") {
        registry.password = Secret(text(value));
      } else {
        refuse(value, "username or password");
      }
    }
  }

  const std::string& path_;
};

}  // namespace

std::vector<SyncRegistry> parse_sync_file(std::string_view text, const std::string& path) {
  try {
    return Reader(path).read(YAML::Load(std::string(text)));
  } catch (const YAML::Exception& error) {
    fail(ErrorKind::invalid, "{}:{}:{}: not valid YAML: {}", path, error.mark.line + 1,
         error.mark.column + 1, printable(error.msg));
  }
}

}  // namespace lade::registry
