// rpm's [epoch:]version[-release]: the epoch is a number before the first colon, the release stands
// behind the last hyphen. A version that has no release is before all that have one, unless that
// begins with a tilde. Versions and releases are runs of digits and runs of letters; whatever else
// stands between them (bytes of UTF-8 too) only parts them. Runs are compared pair by pair: digits
// as numbers, letters by bytes, digits after letters; who has more runs is later. Two signs have an
// order of their own (rpm-version(7)): a tilde is before everything and the end, a caret after the
// end but before everything else.
#include "sbom/version/orders.h"
#include "sbom/version/scan.h"

namespace lade::sbom {
namespace {

bool parts_rpm_runs(char c) { return !is_alnum(c) && c != '~' && c != '^'; }

/// The order of two versions of which one or both go on with `sign`, which is taken off both.
/// `missing` is what the one without stands to the other.
std::weak_ordering take_sign(std::string_view& a, std::string_view& b, char sign,
                             std::weak_ordering missing) {
  const bool in_a = take(a, sign);
  const bool in_b = take(b, sign);
  if (in_a == in_b) return std::weak_ordering::equivalent;
  return in_b ? missing : 0 <=> missing;
}

/// Of runs, one of which at least does not begin with a sign.
std::weak_ordering compare_rpm_run(std::string_view& a, std::string_view& b) {
  const bool digits_a = is_digit(a.front());
  const bool digits_b = is_digit(b.front());
  if (digits_a != digits_b) {
    return digits_a ? std::weak_ordering::greater : std::weak_ordering::less;
  }
  if (digits_a) return compare_numbers(take_digits(a), take_digits(b));
  return take_while(a, is_alpha) <=> take_while(b, is_alpha);
}

std::weak_ordering compare_rpm_part(std::string_view a, std::string_view b) {
  while (true) {
    take_while(a, parts_rpm_runs);
    take_while(b, parts_rpm_runs);
    if (a.empty() && b.empty()) return std::weak_ordering::equivalent;
    if (a.starts_with('~') || b.starts_with('~')) {
      const auto order = take_sign(a, b, '~', std::weak_ordering::greater);
      if (order != 0) return order;
    } else if (a.starts_with('^') || b.starts_with('^')) {
      // after the end, before all else
      const bool ends = a.empty() || b.empty();
      const auto order =
          take_sign(a, b, '^', ends ? std::weak_ordering::less : std::weak_ordering::greater);
      if (order != 0) return order;
    } else if (a.empty() || b.empty()) {
      return b.empty() <=> a.empty();
    } else {
      const auto order = compare_rpm_run(a, b);
      if (order != 0) return order;
    }
  }
}

struct RpmVersion {
  std::string_view epoch;
  std::string_view version;
  std::string_view release;
  bool has_release = false;
};

RpmVersion split_rpm(std::string_view text) {
  RpmVersion parts;
  const auto colon = text.find(':');
  // a colon without digits before it is one of the characters between runs
  if (colon != std::string_view::npos && all_of(text.substr(0, colon), is_digit)) {
    parts.epoch = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const auto hyphen = text.rfind('-');
  parts.version = text.substr(0, hyphen);
  parts.has_release = hyphen != std::string_view::npos;
  if (parts.has_release) parts.release = text.substr(hyphen + 1);
  return parts;
}

std::weak_ordering compare_rpm(std::string_view text_a, std::string_view text_b) {
  const RpmVersion a = split_rpm(text_a);
  const RpmVersion b = split_rpm(text_b);
  const auto epochs = compare_numbers(a.epoch, b.epoch);
  if (epochs != 0) return epochs;
  const auto versions = compare_rpm_part(a.version, b.version);
  if (versions != 0) return versions;
  const auto releases = compare_rpm_part(a.release, b.release);
  return releases != 0 ? releases : a.has_release <=> b.has_release;
}

bool is_rpm_version(std::string_view text) {
  const auto belongs = [](char c) {
    return is_alnum(c) || c == '.' || c == '_' || c == '+' || c == '~' || c == '^';
  };
  const RpmVersion parts = split_rpm(text);
  return !parts.version.empty() && all_of(parts.version, belongs) &&
         (!parts.has_release || (!parts.release.empty() && all_of(parts.release, belongs)));
}

}  // namespace

const VersionOrder rpm_order{compare_rpm, is_rpm_version};

}  // namespace lade::sbom
