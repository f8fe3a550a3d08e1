#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "cmd/platform_flags.h"
#include "cmd/session.h"

namespace lade::cmd {

/// What a file of rules is.
enum class PolicyFormat : unsigned char { policy_json, trust_policy, lade };

/// Told by the content: JSON with `trustPolicies` is Notation's trust policy, other JSON a
/// policy.json, anything else a policy.toml.
PolicyFormat format_of_policy(std::string_view text);

/// What is to be explained.
struct PolicyExplainFlags {
  std::string as;
  std::string image;
  std::string policy;
  std::string format;
  bool index = false;
  PlatformFlags platform;
};

/// Of what `source` stands for that which would be used: of an index an image, unless the flags
/// want itself.
RawManifest manifest_to_explain(ImageSource& source, const PolicyExplainFlags& flags);

/// Prints what policy.toml says of an image, if one counts: the flags' if that is one, else the one
/// of this user. Says whether that answers everything: theirs is one, or there is no policy.json.
bool explain_lade_policy(Session& session, const ImageName& name, const PolicyExplainFlags& flags);

// The parts of `policy`, each in a file of its own.
void declare_policy_check(CLI::App& app, Session& session);
void declare_policy_convert(CLI::App& app, Session& session);
void declare_policy_explain(CLI::App& app, Session& session);
void declare_policy_test(CLI::App& app, Session& session);

}  // namespace lade::cmd
