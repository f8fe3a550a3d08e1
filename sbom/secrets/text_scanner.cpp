#include "sbom/secrets/text_scanner.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "libimage/base/text.h"
#include "sbom/secrets/judge_secret.h"

// The text goes through a buffer. In it all keywords are found at once; around each hit lies a
// region of the rule's reach, and regions of one rule that overlap are one. So however often a
// keyword stands in a text, a rule reads no byte of a buffer twice. A hit whose region is not
// wholly there yet waits for the next buffer, which begins early enough to hold what lies before
// it. Secrets that overlap are settled at the end: the rule that comes first has it.
namespace lade::sbom {
namespace {

constexpr std::size_t block_bytes = std::size_t{256} << 10U;

}  // namespace

TextScanner::TextScanner(const SecretRules& rules)
    : rules_(rules),
      buffer_(block_bytes + 2 * (rules.reach_bytes() + 1), '\0'),
      states_(rules.rules().size()) {}

void TextScanner::begin(std::string name) {
  name_ = std::move(name);
  kind_.reset();
  has_too_many_ = is_cut_ = false;
  filled_ = judged_ = 0;
  offset_ = lines_ = line_begin_ = 0;
  std::fill(states_.begin(), states_.end(), RuleState{});
  found_.clear();
}

void TextScanner::begin_file(std::string path, std::uint64_t limit_bytes) {
  begin(std::move(path));
  is_config_ = false;
  left_bytes_ = limit_bytes;
}

void TextScanner::begin_config(std::string name) {
  begin(std::move(name));
  is_config_ = true;
  kind_ = FileKind::text;
  left_bytes_ = ~std::uint64_t{0};
}

bool TextScanner::write(std::string_view bytes) {
  if (bytes.size() > left_bytes_) {
    is_cut_ = true;
    bytes = bytes.substr(0, left_bytes_);
  }
  left_bytes_ -= bytes.size();
  while (!bytes.empty() && kind_ != FileKind::opaque) {
    if (filled_ == buffer_.size()) scan(false);
    const std::size_t taken = bytes.copy(buffer_.data() + filled_, buffer_.size() - filled_);
    filled_ += taken;
    bytes.remove_prefix(taken);
  }
  return !is_cut_ && kind_ != FileKind::opaque;
}

std::vector<FoundSecret> TextScanner::end() {
  scan(true);
  std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
    return std::pair(a.rule, a.begin) < std::pair(b.rule, b.begin);
  });
  std::vector<Found> kept;
  for (Found& found : found_) {
    // of those that were kept none overlap, so only the one that ends behind its begin can be met
    const auto next =
        std::upper_bound(kept.begin(), kept.end(), found.begin,
                         [](std::uint64_t begin, const Found& other) { return begin < other.end; });
    if (next == kept.end() || found.end <= next->begin) kept.insert(next, std::move(found));
  }
  std::vector<FoundSecret> secrets;
  for (Found& found : kept) secrets.push_back(std::move(found.secret));
  found_.clear();
  return secrets;
}

bool TextScanner::is_used(std::uint16_t rule) {
  RuleState& state = states_[rule];
  if (state.use == RuleState::Use::unknown) {
    const ReadyRule& ready = rules_.rules()[rule];
    bool used = kind_ == FileKind::text || ready.rule.binary;
    if (is_config_) {
      used = ready.rule.config;
    } else if (used && ready.path) {
      used = ready.path->get().matches(name_);
    }
    state.use = used ? RuleState::Use::used : RuleState::Use::unused;
  }
  return state.use == RuleState::Use::used && state.finds < finds_limit;
}

void TextScanner::scan(bool is_last) {
  const std::string_view text(buffer_.data(), filled_);
  if (!kind_) kind_ = kind_of_file(text);
  if (*kind_ == FileKind::opaque) return;
  const std::size_t first_found = found_.size();
  // one byte more on either side, for "^", "$" and "\b"
  const std::size_t reach = rules_.reach_bytes() + 1;
  const std::size_t judged_to = is_last ? filled_ : filled_ - reach;
  hits_.clear();
  rules_.finder().find(text, hits_);
  for (const KeywordHit& hit : hits_) {
    if (hit.begin < judged_ || hit.begin >= judged_to) continue;
    for (const std::uint16_t rule : rules_.rules_of(hit.keyword)) {
      if (!is_used(rule)) continue;
      const SecretRule& known = rules_.rules()[rule].rule;
      widen(rule, {hit.begin - std::min(hit.begin, known.before_bytes),
                   std::min(filled_, hit.begin + known.after_bytes)});
    }
  }
  for (const std::uint16_t rule : rules_.rules_by_path()) {
    if (is_used(rule)) widen(rule, {0, is_last ? filled_ : filled_ - 1});
  }
  for (const std::uint16_t rule : touched_) read_region(rule);
  touched_.clear();
  number_lines(first_found);
  if (is_last) return;
  judged_ = judged_to;
  forget(judged_to - reach);
}

/// Hits come nearly in order, so a region that does not touch the one before is beyond it.
void TextScanner::widen(std::uint16_t rule, Region region) {
  Region& known = states_[rule].region;
  if (known.end == 0) {
    touched_.push_back(rule);
  } else if (region.begin > known.end) {
    read_region(rule);
  } else {
    known = {std::min(known.begin, region.begin), std::max(known.end, region.end)};
    return;
  }
  states_[rule].region = region;
}

void TextScanner::read_region(std::uint16_t rule) {
  RuleState& state = states_[rule];
  const ReadyRule& ready = rules_.rules()[rule];
  const std::string_view text(buffer_.data(), filled_);
  auto [begin, end] = std::exchange(state.region, {});
  if (state.read_to > offset_) {
    begin = std::max(begin, static_cast<std::size_t>(state.read_to - offset_));
  }
  // a buffer that does not begin the text has no beginning of a line
  if (offset_ > 0) begin = std::max<std::size_t>(begin, 1);
  if (begin >= end || text.substr(begin, end - begin).find(ready.rule.also) == text.npos) return;
  while (begin < end && state.finds < finds_limit) {
    const auto match = ready.pattern.get().find(text, begin, end, ready.pattern.group());
    if (!match) return;
    const std::string_view whole = text.substr(match->begin, match->end - match->begin);
    if (is_secret(ready, whole, match->group)) keep(rule, whole, match->group);
    begin = std::max(match->end, begin + 1);
    state.read_to = offset_ + match->end;
  }
  if (state.finds >= finds_limit && begin < end) has_too_many_ = true;
}

void TextScanner::keep(std::uint16_t rule, std::string_view match, std::string_view secret) {
  const SecretRule& known = rules_.rules()[rule].rule;
  const std::uint64_t begin = offset_ + static_cast<std::uint64_t>(secret.data() - buffer_.data());
  found_.push_back({.rule = rule,
                    .begin = begin,
                    .end = begin + secret.size(),
                    .secret = {.rule = known.id,
                               .offset = begin,
                               .size_bytes = static_cast<std::uint32_t>(secret.size()),
                               .excerpt = redact(secret),
                               .fingerprint = secret_fingerprint(known, name_, match, secret),
                               .allowances = allowances_of(rules_, secret)}});
  ++states_[rule].finds;
}

void TextScanner::number_lines(std::size_t first_found) {
  if (*kind_ != FileKind::text || first_found == found_.size()) return;
  const auto first = found_.begin() + static_cast<std::ptrdiff_t>(first_found);
  std::sort(first, found_.end(), [](const Found& a, const Found& b) { return a.begin < b.begin; });
  std::uint64_t line = lines_;
  std::uint64_t line_begin = line_begin_;
  const char* at = buffer_.data();
  for (auto found = first; found != found_.end(); ++found) {
    const char* const end = buffer_.data() + (found->begin - offset_);
    while (const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
      at = static_cast<const char*>(newline) + 1;
      ++line;
      line_begin = offset_ + static_cast<std::uint64_t>(at - buffer_.data());
    }
    at = end;
    found->secret.line = line + 1;
    found->secret.column = found->begin - line_begin + 1;
  }
}

/// Drops the first bytes of the buffer, which is followed by more.
void TextScanner::forget(std::size_t bytes) {
  const std::string_view gone(buffer_.data(), bytes);
  const auto last_newline = gone.rfind('\n');
  if (last_newline != std::string_view::npos) {
    lines_ += static_cast<std::uint64_t>(std::count(gone.begin(), gone.end(), '\n'));
    line_begin_ = offset_ + last_newline + 1;
  }
  std::memmove(buffer_.data(), buffer_.data() + bytes, filled_ - bytes);
  filled_ -= bytes;
  judged_ -= bytes;
  offset_ += bytes;
}

}  // namespace lade::sbom
