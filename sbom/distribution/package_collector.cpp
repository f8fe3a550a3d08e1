#include "sbom/distribution/package_collector.h"

#include <fmt/format.h>

#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"

// The note of a database's find has a section for each package: the size of its text in decimal, a
// line's end, the text.
namespace lade::sbom {
namespace {

constexpr std::size_t longest_path_bytes = 4096;

/// Is this the canonical form of a path below the root already, as nearly all are?
bool is_canonical(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.back() == '/') return false;
  char before = '/';
  for (const char c : path) {
    if (c == '\0' || (before == '/' && (c == '/' || c == '.'))) return false;
    before = c;
  }
  return true;
}

}  // namespace

bool append_owned_path(std::string& list, std::string_view path) {
  if (path.size() > longest_path_bytes || path.find('\n') != std::string_view::npos) return false;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (is_canonical(path)) {
    list.append(path).push_back('\n');
    return true;
  }
  try {
    const std::string normal = normalize_layer_path(path);
    if (normal.empty()) return false;
    list.append(normal).push_back('\n');
    return true;
  } catch (const Error&) {
    return false;
  }
}

bool PackageCollector::add(Package package) {
  if (packages_.size() >= limits_.packages) {
    fault(fmt::format("more than {} packages", limits_.packages));
    return false;
  }
  if (package.version.empty()) fault(fmt::format("{} has no version", printable(package.name)));
  packages_.push_back({.package = std::move(package)});
  note_.append(std::to_string(owned_.size())).append("\n").append(owned_);
  owned_.clear();
  return true;
}

void PackageCollector::add_name(std::vector<std::string>& list, std::string_view name) {
  if (name.empty()) return;
  if (++names_ <= limits_.names) {
    list.emplace_back(name);
  } else if (!std::exchange(told_names_, true)) {
    fault(fmt::format("more than {} dependencies", limits_.names));
  }
}

void PackageCollector::own(std::string_view path) {
  if (note_.size() + owned_.size() <= limits_.owned_bytes) {
    append_owned_path(owned_, path);
  } else if (!std::exchange(told_paths_, true)) {
    fault(fmt::format("more than {} of paths", human_size(limits_.owned_bytes)));
  }
}

void PackageCollector::fault(std::string message) {
  if (faults_++ == 0) problem_ = std::move(message);
}

Find PackageCollector::take() {
  Find find;
  find.packages = std::move(packages_);
  find.note = std::move(note_);
  find.problem = std::move(problem_);
  if (faults_ > 1) {
    find.problem += fmt::format(" (and {} more {})", faults_ - 1, faults_ > 2 ? "faults" : "fault");
  }
  return find;
}

std::vector<std::string_view> owned_paths_of(const Find& find) {
  std::vector<std::string_view> sections;
  sections.reserve(find.packages.size());
  std::string_view rest = find.note;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const auto size_bytes = parse_int(rest.substr(0, end));
    if (end == std::string_view::npos || !size_bytes || *size_bytes < 0 ||
        static_cast<std::uint64_t>(*size_bytes) > rest.size() - end - 1) {
      fail(ErrorKind::corrupt, "{}: what is kept of its packages' paths is damaged", find.path);
    }
    sections.push_back(rest.substr(end + 1, static_cast<std::size_t>(*size_bytes)));
    rest.remove_prefix(end + 1 + static_cast<std::size_t>(*size_bytes));
  }
  if (sections.size() != find.packages.size()) {
    fail(ErrorKind::corrupt, "{}: paths of {} packages are kept, but {} packages", find.path,
         sections.size(), find.packages.size());
  }
  return sections;
}

}  // namespace lade::sbom
