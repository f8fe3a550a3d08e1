// Tags, notices and texts are found each by itself and then put together: what a licence's own text
// says ("How to apply these terms to your new programs") is no notice; and a tag or a notice that
// names one of several licences with the same text says which of them is meant.
#include "sbom/license/license_text.h"

#include <algorithm>
#include <utility>

#include "sbom/license/license_notice.h"
#include "sbom/license/license_tokens.h"
#include "sbom/license/text_match.h"

namespace lade::sbom {
namespace {

void add_found(std::vector<FoundLicense>& found, FoundLicense license) {
  const auto same = std::find_if(found.begin(), found.end(), [&](const FoundLicense& other) {
    return other.expression == license.expression;
  });
  if (same == found.end()) {
    found.push_back(std::move(license));
  } else {
    same->score = std::max(same->score, license.score);
  }
}

/// What a tag or a notice said of one of the licences that have the text; null if there is none.
const FoundLicense* find_named(const TextMatch& match, const std::vector<FoundLicense>& found) {
  const auto same = std::find_if(found.begin(), found.end(), [&](const FoundLicense& other) {
    const std::vector<SpdxLicense> licenses = other.expression.licenses();
    return other.evidence != LicenseClue::text &&
           std::any_of(licenses.begin(), licenses.end(), [&](const SpdxLicense& license) {
             return std::find(match.ids.begin(), match.ids.end(), license.id) != match.ids.end();
           });
  });
  return same == found.end() ? nullptr : &*same;
}

/// Behind the word before `index`, in bytes: where the next one begins, without blanks.
std::size_t end_of(const LicenseTokens& tokens, std::size_t index, std::string_view text) {
  if (index >= tokens.size()) return text.size();
  const std::string_view before = text.substr(0, tokens.offset_of(index));
  return before.find_last_not_of(" \t\r\n") + 1;
}

double covered_share(std::vector<std::pair<std::size_t, std::size_t>> spans, std::size_t size) {
  std::sort(spans.begin(), spans.end());
  std::size_t covered = 0;
  std::size_t reached = 0;
  for (const auto& [begin, end] : spans) {
    if (end <= reached) continue;
    covered += end - std::max(begin, reached);
    reached = end;
  }
  return size == 0 ? 0 : static_cast<double>(covered) / static_cast<double>(size);
}

}  // namespace

std::string_view to_string(LicenseClue evidence) {
  switch (evidence) {
    case LicenseClue::declared:
      return "declared";
    case LicenseClue::reference:
      return "reference";
    case LicenseClue::tag:
      return "tag";
    case LicenseClue::notice:
      return "notice";
    case LicenseClue::text:
      break;
  }
  return "text";
}

std::optional<SpdxExpression> LicenseTextReading::expression() const {
  if (found.empty()) return std::nullopt;
  std::vector<SpdxExpression> parts;
  for (const FoundLicense& license : found) parts.push_back(license.expression);
  return SpdxExpression::all_of(std::move(parts)).normalized();
}

LicenseTextReading read_license_text(std::string_view text) {
  const LicenseTokens tokens(text);
  const std::vector<TextMatch> matches = match_texts(tokens);
  LicenseTextReading reading;
  reading.is_cut = text.size() > LicenseTokens::text_limit_bytes;
  std::vector<std::pair<std::size_t, std::size_t>> spans;
  const auto in_match = [&](std::size_t offset) {
    return std::any_of(matches.begin(), matches.end(), [&](const TextMatch& match) {
      return offset >= tokens.offset_of(match.begin) && offset <= tokens.offset_of(match.end - 1);
    });
  };
  for (LicenseTag& tag : find_license_tags(text)) {
    if (in_match(tag.offset)) continue;
    add_found(reading.found, {std::move(tag.expression),
                              LicenseClue::tag,
                              1,
                              {},
                              tag.offset,
                              std::min(text.find('\n', tag.offset), text.size())});
  }
  for (LicenseNotice& notice : find_notices(tokens)) {
    if (in_match(tokens.offset_of(notice.begin))) continue;
    spans.emplace_back(notice.begin, notice.end);
    add_found(reading.found, {std::move(notice.expression),
                              LicenseClue::notice,
                              1,
                              {},
                              tokens.offset_of(notice.begin),
                              end_of(tokens, notice.end, text)});
  }
  for (const TextMatch& match : matches) {
    spans.emplace_back(match.begin, match.end);
    if (find_named(match, reading.found) != nullptr) continue;
    const std::vector<std::string> others(match.ids.begin() + 1, match.ids.end());
    add_found(reading.found,
              {SpdxExpression::of({match.ids.front(), false, {}}), LicenseClue::text, match.score,
               others, tokens.offset_of(match.begin), end_of(tokens, match.end, text)});
  }
  reading.coverage = covered_share(std::move(spans), tokens.size());
  return reading;
}

}  // namespace lade::sbom
