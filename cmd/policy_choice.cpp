#include "cmd/policy_choice.h"

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "signing/policy/policy.h"

namespace lade::cmd {

PolicyFormat format_of_policy(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') return PolicyFormat::lade;
  try {
    const Json json = parse_json(text, "the policy");
    return json.contains("trustPolicies") ? PolicyFormat::trust_policy : PolicyFormat::policy_json;
  } catch (const Error&) {
    // whoever reads it says what is wrong
    return PolicyFormat::policy_json;
  }
}

const std::string& PolicyChoice::text_of(const std::string& path) {
  const auto found = texts_.find(path);
  if (found != texts_.end()) return found->second;
  return texts_.emplace(path, read_file(path, signing::Policy::size_limit_bytes)).first->second;
}

std::optional<std::string> PolicyChoice::find(bool is_lade) {
  std::optional<std::string> found;
  for (const std::string& path : named_) {
    if ((format_of_policy(text_of(path)) == PolicyFormat::lade) != is_lade) continue;
    if (found && *found != path) {
      fail(ErrorKind::invalid, "{} and {} are both to decide, and of one kind: wanted one of them",
           printable(*found), printable(path));
    }
    found = path;
  }
  return found;
}

}  // namespace lade::cmd
