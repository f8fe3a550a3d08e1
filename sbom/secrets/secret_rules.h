#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/pattern.h"
#include "libimage/oci/digest.h"
#include "sbom/secrets/keyword_finder.h"
#include "sbom/secrets/secret_rule.h"

namespace lade::sbom {

/// A pattern that is made ready when it is first needed: of the program's rules hardly any are.
/// Copies share it; used from several threads.
class LazyPattern {
 public:
  /// `what` names it in errors; `group` is one that it must have, empty for none.
  LazyPattern(std::string text, std::string what, std::string group = {});

  /// Throws `invalid` if it is none, or has no such group.
  const Pattern& get() const;
  /// The number of that group.
  int group() const;

 private:
  struct State;
  const State& ready() const;
  std::shared_ptr<State> state_;
};

/// A rule, to be used.
struct ReadyRule {
  SecretRule rule{};
  LazyPattern pattern;
  std::optional<LazyPattern> path{};
  std::vector<LazyPattern> allow{};
  std::vector<LazyPattern> allow_match{};
};

struct ReadyAllowance {
  SecretAllowance allowance{};
  std::optional<LazyPattern> path{};
  std::optional<LazyPattern> pattern{};
  std::uint32_t pattern_number = 0;  ///< of those with a pattern; `FoundSecret::allowances`
};

/// The rules of one scan: those that come with the program and those of a file. Immutable; copies
/// share what was made ready; used from several threads.
class SecretRules {
 public:
  /// Rules in the order of precedence. `invalid` for a rule without keywords and path, or two with
  /// one id; for bad patterns only once they are needed.
  SecretRules(std::vector<SecretRule> rules, std::vector<SecretAllowance> allowances);
  /// What comes with the program, and nothing else.
  static SecretRules builtin();
  /// A file of rules (docs/secrets.md): its own, with precedence, then those of the program that it
  /// does not disable. `invalid` with file and line.
  static SecretRules parse(std::string_view text, const std::string& path);
  static constexpr std::size_t size_limit_bytes = std::size_t{1} << 20U;

  /// Makes every pattern ready now: `invalid` for one that is none, or of a rule without the group
  /// "secret".
  void prepare() const;
  const std::vector<ReadyRule>& rules() const { return state_->rules; }
  const std::vector<ReadyAllowance>& allowances() const { return state_->allowances; }
  const ReadyRule* find(std::string_view id) const;
  const KeywordFinder& finder() const { return state_->finder; }
  /// The rules that a keyword of the finder belongs to.
  const std::vector<std::uint16_t>& rules_of(std::uint16_t keyword) const {
    return state_->rules_of[keyword];
  }
  /// Those that read a whole file, by its path.
  const std::vector<std::uint16_t>& rules_by_path() const { return state_->by_path; }
  /// How much of a text must be at hand to judge a hit.
  std::size_t reach_bytes() const { return state_->reach_bytes; }
  /// Of all that changes what a scan finds: what caches are keyed by. Who is forgiven is not in it,
  /// but for patterns of secrets, which only a scan sees.
  Digest version() const;

 private:
  struct State {
    std::vector<ReadyRule> rules;
    std::vector<ReadyAllowance> allowances;
    KeywordFinder finder{{}};
    std::vector<std::vector<std::uint16_t>> rules_of;
    std::vector<std::uint16_t> by_path;
    std::size_t reach_bytes = 0;
  };
  std::shared_ptr<const State> state_;
};

}  // namespace lade::sbom
