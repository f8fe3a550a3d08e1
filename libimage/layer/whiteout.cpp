#include "libimage/layer/whiteout.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"

namespace lade {
namespace {

constexpr std::string_view prefix = ".wh.";
constexpr std::string_view meta_prefix = ".wh..wh.";
constexpr std::string_view opaque_marker = ".wh..wh..opq";

std::string in_directory(std::string_view directory, std::string_view before,
                         std::string_view name) {
  std::string path(directory);
  if (!path.empty()) path += '/';
  return path.append(before).append(name);
}

/// Is one of the directories on the way to a path named like a whiteout?
bool has_marked_parent(std::string_view directory) {
  for (; !directory.empty(); directory = parent_path(directory)) {
    if (base_name(directory).starts_with(prefix)) return true;
  }
  return false;
}

}  // namespace

std::optional<Whiteout> parse_whiteout(std::string_view normalized_path) {
  const std::string_view directory = parent_path(normalized_path);
  const std::string_view name = base_name(normalized_path);
  if (has_marked_parent(directory)) return Whiteout{Whiteout::Kind::reserved, {}};
  if (!name.starts_with(prefix)) return std::nullopt;
  if (name == opaque_marker) return Whiteout{Whiteout::Kind::opaque, std::string(directory)};
  if (name.starts_with(meta_prefix)) return Whiteout{Whiteout::Kind::reserved, {}};
  const std::string_view removed = name.substr(prefix.size());
  if (removed.empty() || removed == "." || removed == "..") {
    fail(ErrorKind::invalid, "the whiteout {} removes no name in its directory",
         printable(normalized_path));
  }
  return Whiteout{Whiteout::Kind::remove, in_directory(directory, "", removed)};
}

std::string whiteout_name(std::string_view path) {
  return in_directory(parent_path(path), prefix, base_name(path));
}

std::string opaque_name(std::string_view directory) {
  return in_directory(directory, "", opaque_marker);
}

}  // namespace lade
