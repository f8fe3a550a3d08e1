// Arch Linux, vercmp(8): [epoch:]version[-pkgrel]. vercmp takes a version without package release
// for equal to all that have one, which is no order; here it is before them, so that what is fixed
// in 1.0 is fixed in 1.0-1. Versions are runs of digits and runs of letters with anything else
// between them, as rpm had it before it knew of tildes, but for two things: runs that are parted by
// more characters are later, and letters that are left over when the other version has ended make a
// version earlier (1.0rc before 1.0), unless they stand apart from what is before them (1.0.a
// after 1.0).
#include "sbom/version/orders.h"
#include "sbom/version/scan.h"

namespace lade::sbom {
namespace {

std::weak_ordering compare_alpm_rest(std::string_view a, std::string_view b) {
  if (a.empty() && b.empty()) return std::weak_ordering::equivalent;
  if (a.empty())
    return is_alpha(b.front()) ? std::weak_ordering::greater : std::weak_ordering::less;
  return is_alpha(a.front()) ? std::weak_ordering::less : std::weak_ordering::greater;
}

bool parts_alpm_runs(char c) { return !is_alnum(c); }

std::string_view without_end(std::string_view text) {
  while (!text.empty() && parts_alpm_runs(text.back())) text.remove_suffix(1);
  return text;
}

std::weak_ordering compare_alpm_part(std::string_view a, std::string_view b) {
  a = without_end(a);
  b = without_end(b);
  while (!a.empty() && !b.empty()) {
    const auto between_a = take_while(a, parts_alpm_runs).size();
    const auto between_b = take_while(b, parts_alpm_runs).size();
    if (between_a != between_b) return between_a <=> between_b;
    const bool digits_a = is_digit(a.front());
    const bool digits_b = is_digit(b.front());
    if (digits_a != digits_b) {
      return digits_a ? std::weak_ordering::greater : std::weak_ordering::less;
    }
    const std::weak_ordering order =
        digits_a ? compare_numbers(take_digits(a), take_digits(b))
                 : std::weak_ordering(take_while(a, is_alpha) <=> take_while(b, is_alpha));
    if (order != 0) return order;
  }
  return compare_alpm_rest(a, b);
}

struct AlpmVersion {
  std::string_view epoch;
  std::string_view version;
  std::string_view release;
  bool has_release = false;
};

AlpmVersion split_alpm(std::string_view text) {
  AlpmVersion parts;
  std::string_view rest = text;
  const std::string_view epoch = take_digits(rest);
  if (take(rest, ':')) {
    parts.epoch = epoch;
    text = rest;
  }
  const auto hyphen = text.rfind('-');
  parts.version = text.substr(0, hyphen);
  parts.has_release = hyphen != std::string_view::npos;
  if (parts.has_release) parts.release = text.substr(hyphen + 1);
  return parts;
}

std::weak_ordering compare_alpm(std::string_view text_a, std::string_view text_b) {
  const AlpmVersion a = split_alpm(text_a);
  const AlpmVersion b = split_alpm(text_b);
  const auto epochs = compare_numbers(a.epoch, b.epoch);
  if (epochs != 0) return epochs;
  const auto versions = compare_alpm_part(a.version, b.version);
  if (versions != 0) return versions;
  if (a.has_release != b.has_release) return a.has_release <=> b.has_release;
  return compare_alpm_part(a.release, b.release);
}

bool is_alpm_version(std::string_view text) {
  const AlpmVersion parts = split_alpm(text);
  const auto belongs = [](char c) { return c > ' ' && c < '\x7f' && c != '/' && c != ':'; };
  return !parts.version.empty() && all_of(parts.version, belongs) &&
         (!parts.has_release ||
          (!parts.release.empty() && is_digit(parts.release.front()) &&
           all_of(parts.release, [](char c) { return is_digit(c) || c == '.'; })));
}

}  // namespace

const VersionOrder alpm_order{compare_alpm, is_alpm_version};

}  // namespace lade::sbom
