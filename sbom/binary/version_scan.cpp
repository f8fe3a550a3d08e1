#include "sbom/binary/version_scan.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "libimage/base/fd.h"
#include "sbom/binary/version_text.h"

// A literal is searched (which takes no longer than reading the bytes), and at each place where it
// stands a version is read off in a few steps. What a program says twice with two versions, it does
// not say.
namespace lade::sbom {
namespace {

constexpr std::size_t longest_version = 64;
constexpr std::uint64_t scan_limit = std::uint64_t{512} << 20U;

/// Where `needle` next stands in `text`, from `from` on.
std::size_t find_text(std::string_view text, std::string_view needle, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  const void* hit = memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
  if (hit == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
}

/// Collects versions until they contradict each other.
class SingleVersion {
 public:
  /// False once there is no point in going on.
  bool add(std::string_view version) {
    if (!version_) version_ = version;
    several_ = several_ || *version_ != version;
    return !several_;
  }
  std::optional<std::string> take() && { return several_ ? std::nullopt : std::move(version_); }

 private:
  std::optional<std::string> version_;
  bool several_ = false;
};

/// A region cannot begin with the NUL that a mark does, so such a mark also holds at its begin.
std::string_view without_nul(std::string_view mark) {
  return mark.starts_with('\0') ? mark.substr(1) : std::string_view{};
}

bool read_behind(const VersionRule& rule, std::string_view text, SingleVersion& found) {
  const auto version = take_version(text, rule.least_parts, rule.with_letters);
  if (!version || !text.substr(version->size()).starts_with(rule.follows)) return true;
  return found.add(*version);
}

bool scan_behind_mark(const VersionRule& rule, std::string_view region, SingleVersion& found) {
  const std::string_view first = without_nul(rule.mark);
  if (!first.empty() && region.starts_with(first) &&
      !read_behind(rule, region.substr(first.size()), found)) {
    return false;
  }
  for (std::size_t at = 0; (at = find_text(region, rule.mark, at)) != std::string_view::npos;) {
    const bool is_second_half = at > 0 && region[at - 1] == '-' && rule.mark.front() != '-';
    at += rule.mark.size();
    if (!is_second_half && !read_behind(rule, region.substr(at), found)) return false;
  }
  return true;
}

bool scan_before_mark(const VersionRule& rule, std::string_view region, SingleVersion& found) {
  for (std::size_t at = 0; (at = find_text(region, rule.mark, at)) != std::string_view::npos;
       at += rule.mark.size()) {
    const std::size_t from = at - std::min(at, longest_version + 1);
    const std::size_t nul = region.substr(from, at - from).rfind('\0');
    if (nul == std::string_view::npos && from != 0) continue;
    const std::size_t begin = nul == std::string_view::npos ? 0 : from + nul + 1;
    const std::string_view text = region.substr(begin, at - begin);
    if (take_version(text, rule.least_parts) == text && !found.add(text)) return false;
  }
  return true;
}

/// Calls `use` with every text between two NULs that begins with `prefix`, until it says no.
template <class Use>
void each_string(std::string_view region, std::string_view prefix, const Use& use) {
  while (!region.empty()) {
    const std::size_t end = std::min(region.find('\0'), region.size());
    if (end != 0 && region.starts_with(prefix) && !use(region.substr(0, end))) return;
    region.remove_prefix(std::min(end + 1, region.size()));
  }
}

bool is_whole_version(const VersionRule& rule, std::string_view text) {
  return text.front() >= '0' && text.front() <= '9' && take_version(text, rule.least_parts) == text;
}

/// Does another string begin with the version and go on with a build id ("7.0.15" and
/// "7.0.15buildhost-17902820560000000000", a host's name and a time)?
bool is_stamped(std::string_view version, const std::vector<std::string_view>& regions) {
  constexpr std::size_t least_stamp = 12;
  const auto is_stamp_letter = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  };
  for (const std::string_view region : regions) {
    for (std::size_t at = 0; (at = find_text(region, version, at)) != std::string_view::npos;) {
      at += version.size();
      const std::string_view stamp = region.substr(at, least_stamp);
      if (stamp.size() == least_stamp && std::all_of(stamp.begin(), stamp.end(), is_stamp_letter)) {
        return true;
      }
    }
  }
  return false;
}

bool scan_stamped(const VersionRule& rule, std::string_view region,
                  const std::vector<std::string_view>& regions, SingleVersion& found) {
  // each candidate costs a search through everything, and real programs have a handful
  std::size_t candidates = 32;
  bool goes_on = true;
  each_string(region, rule.mark, [&](std::string_view text) {
    if (!is_whole_version(rule, text)) return true;
    if (is_stamped(text, regions)) goes_on = found.add(text);
    return goes_on && --candidates > 0;
  });
  return goes_on;
}

/// "3.11." of "python3.11" and "libpython3.11.so.1.0".
std::string series_of_name(std::string_view name) {
  const std::size_t digit = name.find_first_of("0123456789");
  if (digit == std::string_view::npos) return {};
  const std::string_view from = name.substr(digit);
  const std::size_t dot = from.find('.');
  if (dot == std::string_view::npos) return {};
  const std::size_t end = std::min(from.find_first_not_of("0123456789", dot + 1), from.size());
  return end == dot + 1 ? std::string{} : std::string(from.substr(0, end)) + ".";
}

bool scan_of_name(const VersionRule& rule, std::string_view name, std::string_view region,
                  SingleVersion& found) {
  const std::string series = series_of_name(name);
  if (series.empty()) return true;
  for (std::size_t at = 0; (at = find_text(region, series, at)) != std::string_view::npos; ++at) {
    // linkers merge a string with the end of another: "/opt/versions/3.11.7", "/src/Python-3.11.7"
    const char before = at == 0 ? '\0' : region[at - 1];
    if (before != '\0' && before != '/' && before != '-') continue;
    const std::string_view text = region.substr(at);
    const auto version = take_version(text, rule.least_parts);
    // builds from a repository have a "+" there
    const auto behind = version ? text.substr(version->size()) : std::string_view{};
    const bool whole = behind.starts_with('\0') || behind.starts_with(std::string_view("+\0", 2));
    if (version && whole && !found.add(*version)) return false;
  }
  return true;
}

bool scan_region(const VersionRule& rule, std::string_view name, std::string_view region,
                 const std::vector<std::string_view>& regions, SingleVersion& found) {
  bool goes_on = true;
  switch (rule.form) {
    case VersionForm::behind_mark:
      return scan_behind_mark(rule, region, found);
    case VersionForm::before_mark:
      return scan_before_mark(rule, region, found);
    case VersionForm::of_name:
      return scan_of_name(rule, name, region, found);
    case VersionForm::alone:
      each_string(region, rule.mark, [&](std::string_view text) {
        if (is_whole_version(rule, text)) goes_on = found.add(text);
        return goes_on;
      });
      return goes_on;
    case VersionForm::stamped:
      return scan_stamped(rule, region, regions, found);
  }
  return goes_on;
}

bool holds(std::string_view text, const std::vector<std::string_view>& regions) {
  return text.empty() || std::any_of(regions.begin(), regions.end(), [&](std::string_view region) {
           return find_text(region, text, 0) != std::string_view::npos;
         });
}

}  // namespace

std::vector<std::string_view> text_regions(const ElfFile& file) {
  std::vector<std::string_view> regions;
  std::uint64_t left = scan_limit;
  const auto add = [&](std::span<const std::byte> bytes) {
    const std::string_view text = as_text(bytes).substr(0, static_cast<std::size_t>(left));
    left -= text.size();
    if (!text.empty()) regions.push_back(text);
  };
  for (const ElfSection& section : file.sections()) {
    const bool is_data = (section.type == SHT_PROGBITS || section.type == SHT_STRTAB) &&
                         (section.flags & SHF_ALLOC) != 0 && (section.flags & SHF_EXECINSTR) == 0;
    if (is_data) add(file.content(section));
  }
  if (!regions.empty()) return regions;
  for (const ElfSegment& segment : file.segments()) {
    if (segment.type == PT_LOAD) add(file.content(segment));
  }
  return regions;
}

std::optional<std::string> find_program_version(const VersionRule& rule, std::string_view name,
                                                const std::vector<std::string_view>& regions) {
  SingleVersion found;
  for (const std::string_view region : regions) {
    if (!scan_region(rule, name, region, regions, found)) return std::nullopt;
  }
  auto version = std::move(found).take();
  if (!version || !holds(rule.also, regions)) return std::nullopt;
  return version;
}

}  // namespace lade::sbom
