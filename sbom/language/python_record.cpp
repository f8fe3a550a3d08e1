#include "sbom/language/python_record.h"

#include <vector>

#include "libimage/base/text.h"

namespace lade::sbom {
namespace {

constexpr std::size_t record_paths_limit_bytes = std::size_t{1} << 20U;

/// Takes the first line off.
std::string_view take_record_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Takes the first field off a line of comma-separated values; quotes inside of quotes are doubled.
std::string take_csv_field(std::string_view& line) {
  std::string field;
  bool is_quoted = false;
  std::size_t at = 0;
  for (; at < line.size() && (is_quoted || line[at] != ','); ++at) {
    if (line[at] != '"') {
      field += line[at];
    } else if (is_quoted && at + 1 < line.size() && line[at + 1] == '"') {
      field += line[++at];
    } else {
      is_quoted = !is_quoted;
    }
  }
  line.remove_prefix(at < line.size() ? at + 1 : at);
  return field;
}

/// Of the rest nobody asks who owns it, and a short line could stand for a long path each.
void add_metadata_path(InstalledFiles& files, std::string_view directory,
                       std::string_view written) {
  const std::string_view name = written.substr(written.rfind('/') + 1);
  if (name != "METADATA" && name != "PKG-INFO" && !name.ends_with(".egg-info")) return;
  if (files.paths.size() > record_paths_limit_bytes) return;
  const std::string path = join_path(directory, written);
  if (!path.empty()) files.paths += path + '\n';
}

}  // namespace

std::string join_path(std::string_view directory, std::string_view path) {
  std::vector<std::string> parts;
  if (!path.starts_with('/')) parts = split(directory, '/');
  for (const std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (parts.empty()) {
      return {};
    } else {
      parts.pop_back();
    }
  }
  if (!parts.empty() && parts.front().empty()) parts.erase(parts.begin());
  return join(parts, "/");
}

InstalledFiles parse_python_record(std::string_view text, std::string_view directory) {
  InstalledFiles files;
  while (!text.empty()) {
    std::string_view line = take_record_line(text);
    add_metadata_path(files, directory, take_csv_field(line));
    take_csv_field(line);
    const auto size = parse_int(take_csv_field(line));
    if (size && *size > 0 && static_cast<std::uint64_t>(*size) <= UINT64_MAX - files.size_bytes) {
      files.size_bytes += static_cast<std::uint64_t>(*size);
    }
  }
  return files;
}

InstalledFiles parse_installed_files(std::string_view text, std::string_view directory) {
  InstalledFiles files;
  while (!text.empty()) add_metadata_path(files, directory, take_record_line(text));
  return files;
}

}  // namespace lade::sbom
