#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::cmd {

/// What a file of rules is.
enum class PolicyFormat : unsigned char { policy_json, trust_policy, lade };

/// Told by the content: JSON with `trustPolicies` is Notation's trust policy, other JSON a
/// policy.json, anything else a policy.toml.
PolicyFormat format_of_policy(std::string_view text);

/// Which policies decide, as flags say it. Not from several threads.
class PolicyChoice {
 public:
  bool insecure = false;  ///< none: whatever is asked for is allowed

  void choose(const std::string& path) { named_.push_back(path); }
  const std::vector<std::string>& named() const { return named_; }
  /// The one of those named that is a policy.toml, or the one that is none. `invalid` if two are;
  /// throws what reading them throws.
  std::optional<std::string> find_lade() { return find(true); }
  std::optional<std::string> find_json() { return find(false); }
  /// What is in a policy. It is read once, since it may be a pipe.
  const std::string& text_of(const std::string& path);

 private:
  std::optional<std::string> find(bool is_lade);

  std::vector<std::string> named_;
  std::map<std::string, std::string> texts_;
};

}  // namespace lade::cmd
