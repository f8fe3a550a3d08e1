// Yarn 1 has a format of its own, later ones YAML of a fixed layout; both are told by indentation:
// at none the ranges that one package satisfies, at two its fields, at four what it needs, each
// with the very range that some header has.
#include <unordered_map>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/lockfile.h"
#include "sbom/language/npm_manifest.h"

namespace lade::sbom {
namespace {

std::string unquote(std::string_view text) {
  text = trim(text);
  if (text.size() > 1 && text.starts_with('"') && text.ends_with('"')) {
    text = text.substr(1, text.size() - 2);
  }
  return clean_line(text, 2048);
}

/// "@s/a" of "@s/a@npm:^1.0".
std::string name_of_range(std::string_view range) {
  const std::size_t at = range.find('@', 1);
  return std::string(range.substr(0, at));
}

/// Splits "key value" and "key: value" behind the key, which may be in quotes.
std::pair<std::string, std::string> key_and_value(std::string_view line) {
  line = trim(line);
  const std::size_t end = line.starts_with('"') ? line.find('"', 1) + 1 : line.find_first_of(": ");
  if (end == 0 || end >= line.size()) return {unquote(line), {}};
  std::string_view value = line.substr(end);
  if (value.starts_with(':')) value.remove_prefix(1);
  return {unquote(line.substr(0, end)), unquote(value)};
}

class YarnLockReader {
 public:
  LockedPackages read(std::string_view text) {
    for (const std::string& raw : split(text, '\n')) {
      std::string_view line = raw;
      if (line.ends_with('\r')) line.remove_suffix(1);
      const std::size_t depth = line.find_first_not_of(' ');
      if (depth == std::string_view::npos || line[depth] == '#') continue;
      if (depth == 0) {
        finish();
        begin(line);
      } else if (depth == 2) {
        read_field(line);
      } else if (depth == 4 && in_needs_) {
        const auto [name, range] = key_and_value(line);
        // what stands there without a protocol is npm's
        needs_.push_back(name + "@" + range);
      }
    }
    finish();
    for (const auto& [index, range] : ranges_needed_) {
      auto found = by_range_.find(range);
      if (found == by_range_.end()) {
        const std::size_t at = range.find('@', 1);
        found = by_range_.find(range.substr(0, at) + "@npm:" + range.substr(at + 1));
      }
      if (found != by_range_.end() && found->second != index) {
        locked_.needs.emplace_back(index, found->second);
      }
    }
    return std::move(locked_);
  }

 private:
  void begin(std::string_view header) {
    if (header.ends_with(':')) header.remove_suffix(1);
    if (header == "__metadata") return;
    // newer versions quote all ranges together, the older ones each
    for (const std::string& part : split(header, ',')) {
      std::string range(trim(part));
      std::erase(range, '"');
      if (is_word(range)) ranges_.push_back(range);
    }
  }

  void read_field(std::string_view line) {
    const auto [key, value] = key_and_value(line);
    in_needs_ = key == "dependencies" || key == "optionalDependencies";
    if (key == "version") version_ = value;
    if (key == "resolved") resolved_ = value;
    if (key == "integrity") integrity_ = value;
    if (key == "resolution") resolution_ = value;
  }

  std::string name() const {
    if (!resolution_.empty()) return name_of_range(resolution_);
    const std::string& range = ranges_.front();
    const std::size_t alias = range.find("@npm:");
    return name_of_range(alias == std::string::npos ? range : range.substr(alias + 5));
  }

  void finish() {
    const bool is_own = resolution_.find("@workspace:") != std::string::npos;
    if (!ranges_.empty() && !is_own && is_word(version_) && is_word(name())) {
      Package package{.type = PackageType::npm, .version = version_, .download = resolved_};
      set_npm_name(package, name());
      package.hashes = parse_integrity(integrity_);
      const std::size_t index = locked_.packages.size();
      for (const std::string& range : needs_) {
        package.depends.push_back(name_of_range(range));
        ranges_needed_.emplace_back(index, range);
      }
      for (const std::string& range : ranges_) by_range_[range] = index;
      locked_.packages.push_back(std::move(package));
    }
    ranges_.clear();
    needs_.clear();
    in_needs_ = false;
    version_.clear();
    resolved_.clear();
    integrity_.clear();
    resolution_.clear();
  }

  LockedPackages locked_;
  std::unordered_map<std::string, std::size_t> by_range_;
  std::vector<std::pair<std::size_t, std::string>> ranges_needed_;

  // the entry that is being read
  std::vector<std::string> ranges_;
  std::vector<std::string> needs_;
  bool in_needs_ = false;
  std::string version_;
  std::string resolved_;
  std::string integrity_;
  std::string resolution_;
};

}  // namespace

LockedPackages parse_yarn_lock(std::string_view text, std::string_view what) {
  const bool is_yarn = text.find("yarn lockfile") != std::string_view::npos ||
                       text.find("__metadata:") != std::string_view::npos;
  if (!is_yarn) fail(ErrorKind::invalid, "{} is no lock file of Yarn", printable(what));
  return YarnLockReader().read(text);
}

}  // namespace lade::sbom
