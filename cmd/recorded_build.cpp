#include "cmd/recorded_build.h"

#include <algorithm>

#include "builder/build/provenance.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

constexpr std::string_view what = "the provenance";

const Json& object_of(const Json& json, std::string_view key) {
  const Json* found = find_object(json, key, what);
  if (found == nullptr) fail(ErrorKind::invalid, "{} has no {}", what, key);
  return *found;
}

void read_dependencies(const Json& definition, RecordedBuild& recorded) {
  const Json* list = find_array(definition, "resolvedDependencies", what);
  if (list == nullptr) return;
  for (const Json& one : *list) {
    const std::string uri = find_string(one, "uri", what).value_or("");
    const std::string name = find_string(one, "name", what).value_or("");
    for (const auto& [algorithm, hex] : object_of(one, "digest").items()) {
      const std::string digest = algorithm + ":" + get_string(one["digest"], algorithm, what);
      if (uri.starts_with("pkg:docker/")) {
        recorded.images[name] = digest;
      } else {
        recorded.materials[uri.empty() ? name : uri] = digest;
      }
    }
  }
}

bool names_one(const std::vector<std::string>& flags, const std::string& name) {
  return std::any_of(flags.begin(), flags.end(), [&](const std::string& text) {
    return text == name || text.starts_with(name + "=") || text.starts_with("id=" + name);
  });
}

/// Values: taken over. Names alone: must have been given again.
void take_arguments(BuildFlags& flags, const Json& request, std::vector<std::string>& missing) {
  const Json* arguments = find_member(request, "buildArgs", what);
  if (arguments == nullptr) return;
  for (const auto& [key, value] : arguments->items()) {
    const std::string name = arguments->is_array() ? value.get<std::string>() : key;
    if (names_one(flags.build_args, name)) continue;
    if (arguments->is_array()) {
      missing.push_back(fmt::format("--build-arg {}=…", name));
    } else {
      flags.build_args.push_back(name + "=" + value.get<std::string>());
    }
  }
}

void require_named(const std::vector<std::string>& given, const Json& request, std::string_view key,
                   std::string_view flag, std::vector<std::string>& missing) {
  for (const std::string& name : find_strings(request, key, what)) {
    if (!names_one(given, name)) missing.push_back(fmt::format("{} {}=…", flag, name));
  }
}

void take_pairs(std::vector<std::string>& flags, const Json& request, std::string_view key) {
  const Json* pairs = find_object(request, key, what);
  if (pairs == nullptr) return;
  for (const auto& [name, value] : pairs->items()) {
    flags.push_back(name + "=" + get_string(*pairs, name, what));
  }
}

/// A repository at the commit that was used, wherever its branch is now.
std::string pinned_context(const RecordedBuild& recorded) {
  const std::string& uri = recorded.context_uri;
  const auto fragment = uri.find('#');
  const std::string remote = uri.substr(0, fragment);
  for (const auto& [material, digest] : recorded.materials) {
    constexpr std::string_view commit = "gitCommit:";
    if (!material.starts_with("git+" + remote) || !digest.starts_with(commit)) continue;
    const auto colon = fragment == std::string::npos ? fragment : uri.find(':', fragment);
    const std::string subdir = colon == std::string::npos ? "" : uri.substr(colon);
    return fmt::format("{}#{}{}", remote, digest.substr(commit.size()), subdir);
  }
  return uri;
}

}  // namespace

RecordedBuild parse_recorded_build(const Json& predicate) {
  const Json& definition = object_of(predicate, "buildDefinition");
  const std::string type = get_string(definition, "buildType", what);
  if (type != builder::containerfile_build_type) {
    fail(ErrorKind::unsupported, "the image was built by something else: its build type is {}",
         printable(type));
  }
  const Json& external = object_of(definition, "externalParameters");
  const Json& source = object_of(external, "configSource");
  RecordedBuild recorded{.parameters = object_of(external, "request")};
  recorded.context_uri = find_string(source, "uri", what).value_or("");
  recorded.containerfile_path = get_string(source, "path", what);
  recorded.containerfile_digest = get_string(object_of(source, "digest"), "sha256", what);
  recorded.containerfile = find_string(source, "content", what);
  read_dependencies(definition, recorded);
  return recorded;
}

void set_as_recorded(BuildFlags& flags, const RecordedBuild& recorded) {
  const Json& request = recorded.parameters;
  std::vector<std::string> missing;
  take_arguments(flags, request, missing);
  require_named(flags.secrets, request, "secrets", "--secret id", missing);
  require_named(flags.build_contexts, request, "contexts", "--build-context", missing);
  if (!missing.empty()) {
    fail(ErrorKind::invalid, "the record names what it does not hold; give {}",
         join(missing, ", "));
  }
  take_pairs(flags.labels, request, "labels");
  take_pairs(flags.annotations, request, "annotations");
  flags.source_annotations = false;
  flags.platform = get_string(request, "platform", what);
  flags.target = find_string(request, "target", what).value_or("");
  flags.format = get_string(request, "format", what);
  flags.compression = get_string(request, "compression", what);
  if (const auto level = find_int(request, "compressionLevel", what)) {
    flags.compression_level = static_cast<int>(*level);
  }
  const std::string squash = find_string(request, "squash", what).value_or("none");
  flags.squash = squash == "new";
  flags.squash_all = squash == "all";
  flags.inherit_labels = find_bool(request, "inheritLabels", what).value_or(true);
  if (const auto epoch = find_int(request, "epoch", what)) {
    flags.timestamp = std::to_string(*epoch);
  }
  flags.network = find_string(request, "network", what).value_or("host");
  if (flags.context.empty()) {
    flags.context = recorded.context_uri.empty() ? "." : pinned_context(recorded);
  }
}

}  // namespace lade::cmd
