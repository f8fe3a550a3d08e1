#include "sbom/secrets/secret_rules.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/hasher.h"

namespace lade::sbom {
namespace {

/// To be raised whenever the scanner itself would find otherwise by the same rules.
constexpr std::string_view scanner_version = "lade secrets 1";

constexpr std::string_view severity_words[] = {"low", "medium", "high", "critical"};
constexpr std::string_view shape_words[] = {"any", "mixed", "credentials", "json-web-token"};

template <class T, std::size_t N>
std::optional<T> find_word(const std::string_view (&words)[N], std::string_view word) {
  const auto* found = std::find(std::begin(words), std::end(words), word);
  if (found == std::end(words)) return std::nullopt;
  return static_cast<T>(found - std::begin(words));
}

void require_id(const std::string& id) {
  const bool good = !id.empty() && id.size() <= 64 &&
                    id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == id.npos;
  if (good) return;
  fail(ErrorKind::invalid, "the id \"{}\" of a rule: wanted lower-case letters, digits and \"-\"",
       printable(id));
}

std::optional<LazyPattern> find_pattern(const std::string& text, const std::string& what) {
  if (text.empty()) return std::nullopt;
  return LazyPattern(text, what);
}

std::vector<LazyPattern> patterns_of(const std::vector<std::string>& texts,
                                     const std::string& what) {
  std::vector<LazyPattern> patterns;
  for (const std::string& text : texts) patterns.emplace_back(text, what);
  return patterns;
}

ReadyRule make_ready(SecretRule rule) {
  require_id(rule.id);
  const std::string what = fmt::format("rule {}", rule.id);
  if (rule.keywords.empty() && rule.path.empty()) {
    fail(ErrorKind::invalid, "{} has neither keywords nor a path", what);
  }
  if (std::max(rule.before_bytes, rule.after_bytes) > secret_reach_limit_bytes) {
    fail(ErrorKind::invalid, "{} reaches further than {} bytes", what, secret_reach_limit_bytes);
  }
  LazyPattern pattern(rule.pattern, what + ": pattern", "secret");
  auto path = find_pattern(rule.path, what + ": path");
  auto allow = patterns_of(rule.allow, what + ": allow");
  auto allow_match = patterns_of(rule.allow_match, what + ": allow-match");
  return {std::move(rule), std::move(pattern), std::move(path), std::move(allow),
          std::move(allow_match)};
}

/// Writes values one after the other so that no two lists of them are written the same.
class Fields {
 public:
  void add(std::string_view text) {
    hasher_.update(fmt::format("{}:", text.size()));
    hasher_.update(text);
  }
  void add(const std::vector<std::string>& texts) {
    add(std::to_string(texts.size()));
    for (const std::string& text : texts) add(text);
  }
  Digest finish() { return hasher_.finish(); }

 private:
  Hasher hasher_;
};

}  // namespace

struct LazyPattern::State {
  std::string text{};
  std::string what{};
  std::string group_name{};
  std::once_flag once{};
  std::optional<Pattern> pattern{};
  int group = 0;
};

LazyPattern::LazyPattern(std::string text, std::string what, std::string group)
    : state_(std::make_shared<State>()) {
  state_->text = std::move(text);
  state_->what = std::move(what);
  state_->group_name = std::move(group);
}

const LazyPattern::State& LazyPattern::ready() const {
  std::call_once(state_->once, [this] {
    Pattern pattern = Pattern::parse(state_->text, state_->what);
    if (!state_->group_name.empty()) {
      const auto group = pattern.find_group(state_->group_name);
      if (!group) {
        fail(ErrorKind::invalid, "{}: there is no group (?P<{}>...)", state_->what,
             state_->group_name);
      }
      state_->group = *group;
    }
    state_->pattern = std::move(pattern);
  });
  return *state_;
}

const Pattern& LazyPattern::get() const { return *ready().pattern; }

int LazyPattern::group() const { return ready().group; }

std::string_view to_string(SecretSeverity severity) {
  return severity_words[static_cast<std::size_t>(severity)];
}

std::optional<SecretSeverity> find_secret_severity(std::string_view word) {
  return find_word<SecretSeverity>(severity_words, word);
}

std::string_view to_string(SecretShape shape) {
  return shape_words[static_cast<std::size_t>(shape)];
}

std::optional<SecretShape> find_secret_shape(std::string_view word) {
  return find_word<SecretShape>(shape_words, word);
}

SecretRules::SecretRules(std::vector<SecretRule> rules, std::vector<SecretAllowance> allowances) {
  auto state = std::make_shared<State>();
  std::map<Keyword, std::vector<std::uint16_t>> by_keyword;
  std::set<std::string> ids;
  if (rules.size() > KeywordFinder::most_keywords) {
    fail(ErrorKind::invalid, "{} rules are too many", rules.size());
  }
  for (SecretRule& rule : rules) {
    const auto index = static_cast<std::uint16_t>(state->rules.size());
    const ReadyRule& ready = state->rules.emplace_back(make_ready(std::move(rule)));
    if (!ids.insert(ready.rule.id).second) {
      fail(ErrorKind::invalid, "there are two rules {}", ready.rule.id);
    }
    for (const std::string& text : ready.rule.keywords) {
      const Keyword keyword{ready.rule.ignore_case ? to_lower(text) : text, ready.rule.ignore_case};
      std::vector<std::uint16_t>& of = by_keyword[keyword];
      if (of.empty() || of.back() != index) of.push_back(index);
      state->reach_bytes = std::max(state->reach_bytes, text.size());
    }
    if (ready.rule.keywords.empty()) state->by_path.push_back(index);
  }
  for (const ReadyRule& ready : state->rules) {
    state->reach_bytes =
        std::max({state->reach_bytes, ready.rule.before_bytes, ready.rule.after_bytes});
  }
  std::vector<Keyword> keywords;
  for (auto& [keyword, of] : by_keyword) {
    keywords.push_back(keyword);
    state->rules_of.push_back(std::move(of));
  }
  state->finder = KeywordFinder(std::move(keywords));
  std::uint32_t patterns = 0;
  for (SecretAllowance& allowance : allowances) {
    auto path = find_pattern(allowance.path, "allow: path");
    auto pattern = find_pattern(allowance.pattern, "allow: pattern");
    const std::uint32_t number = pattern ? patterns++ : 0;
    state->allowances.push_back(
        {std::move(allowance), std::move(path), std::move(pattern), number});
  }
  state_ = std::move(state);
}

SecretRules SecretRules::builtin() { return SecretRules(builtin_secret_rules(), {}); }

void SecretRules::prepare() const {
  const auto prepare_all = [](const auto& patterns) {
    for (const LazyPattern& pattern : patterns) pattern.get();
  };
  for (const ReadyRule& ready : state_->rules) {
    ready.pattern.get();
    if (ready.path) ready.path->get();
    prepare_all(ready.allow);
    prepare_all(ready.allow_match);
  }
  for (const ReadyAllowance& ready : state_->allowances) {
    if (ready.path) ready.path->get();
    if (ready.pattern) ready.pattern->get();
  }
}

const ReadyRule* SecretRules::find(std::string_view id) const {
  for (const ReadyRule& ready : state_->rules) {
    if (ready.rule.id == id) return &ready;
  }
  return nullptr;
}

Digest SecretRules::version() const {
  Fields fields;
  fields.add(scanner_version);
  for (const ReadyRule& ready : state_->rules) {
    const SecretRule& rule = ready.rule;
    fields.add(rule.id);
    fields.add(rule.category);
    fields.add(rule.keywords);
    fields.add(rule.also);
    fields.add(rule.pattern);
    fields.add(rule.path);
    fields.add(rule.allow);
    fields.add(rule.allow_match);
    fields.add(fmt::format("{} {} {} {} {} {} {}", rule.ignore_case, rule.least_entropy,
                           to_string(rule.shape), rule.binary, rule.config, rule.before_bytes,
                           rule.after_bytes));
  }
  for (const ReadyAllowance& ready : state_->allowances) {
    if (ready.pattern) fields.add(ready.allowance.pattern);
  }
  return fields.finish();
}

}  // namespace lade::sbom
