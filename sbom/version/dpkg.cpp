// deb-version(7): [epoch:]upstream[-revision]. The epoch ends at the first colon and is a number,
// the revision begins at the last hyphen; either may be missing, which is as 0. Upstream version
// and revision are compared in turns: first the longest prefixes without digits, in an order of
// characters in which a tilde is before the end, the end before letters, and letters before all
// else; then the digits that follow, as numbers. The same order is opkg's, and that of opam.
#include "sbom/version/orders.h"
#include "sbom/version/scan.h"

namespace lade::sbom {
namespace {

struct DebVersion {
  std::string_view epoch;  ///< digits, or nothing
  std::string_view upstream;
  std::string_view revision;
};

DebVersion split_deb(std::string_view text) {
  DebVersion version;
  const auto colon = text.find(':');
  if (colon != std::string_view::npos && is_number(text.substr(0, colon))) {
    version.epoch = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const auto hyphen = text.rfind('-');
  version.upstream = text.substr(0, hyphen);
  if (hyphen != std::string_view::npos) version.revision = text.substr(hyphen + 1);
  return version;
}

int deb_rank(std::string_view text, std::size_t at) {
  if (at == text.size()) return 0;
  const char c = text[at];
  if (c == '~') return -1;
  const auto byte = static_cast<unsigned char>(c);
  return is_alpha(c) ? byte : byte + 256;
}

std::weak_ordering compare_deb_part(std::string_view a, std::string_view b) {
  const auto is_other = [](char c) { return !is_digit(c); };
  while (!a.empty() || !b.empty()) {
    const std::string_view words_a = take_while(a, is_other);
    const std::string_view words_b = take_while(b, is_other);
    for (std::size_t i = 0; i < std::max(words_a.size(), words_b.size()); ++i) {
      const int rank_a = deb_rank(words_a, std::min(i, words_a.size()));
      const int rank_b = deb_rank(words_b, std::min(i, words_b.size()));
      // the longer one may end in tildes, so both go on until they differ
      if (rank_a != rank_b) return rank_a <=> rank_b;
    }
    const auto numbers = compare_numbers(take_digits(a), take_digits(b));
    if (numbers != 0) return numbers;
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering compare_dpkg(std::string_view text_a, std::string_view text_b) {
  const DebVersion a = split_deb(text_a);
  const DebVersion b = split_deb(text_b);
  const auto epochs = compare_numbers(a.epoch, b.epoch);
  if (epochs != 0) return epochs;
  const auto upstream = compare_deb_part(a.upstream, b.upstream);
  return upstream != 0 ? upstream : compare_deb_part(a.revision, b.revision);
}

bool is_dpkg_version(std::string_view text) {
  const DebVersion version = split_deb(text);
  const bool has_revision = text.find('-') != std::string_view::npos;
  const bool has_epoch = !version.epoch.empty();
  return !version.upstream.empty() && is_digit(version.upstream.front()) &&
         (!has_revision || !version.revision.empty()) &&
         all_of(version.upstream,
                [&](char c) {
                  return is_alnum(c) || c == '.' || c == '+' || c == '-' || c == '~' ||
                         (c == ':' && has_epoch);
                }) &&
         all_of(version.revision,
                [](char c) { return is_alnum(c) || c == '.' || c == '+' || c == '~'; });
}

}  // namespace

const VersionOrder dpkg_order{compare_dpkg, is_dpkg_version};

}  // namespace lade::sbom
