#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cmd/session.h"
#include "libimage/transport/transport.h"

namespace lade::cmd {

/// What a policy is to be explained for.
struct ImageToExplain {
  ImageName name;
  std::string as{};  ///< a name to judge it by; empty: its own
  std::unique_ptr<ImageSource> source;
  RawManifest manifest;  ///< which would be used
};

/// Prints what a policy.toml says of an image, in `format` or as text. Says whether it is refused.
bool explain_lade_policy(Session& session, const ImageToExplain& image, const std::string& path,
                         const std::string& format);

// The parts of `policy`, each in a file of its own.
void declare_policy_check(CLI::App& app, Session& session);
void declare_policy_convert(CLI::App& app, Session& session);
void declare_policy_explain(CLI::App& app, Session& session);
void declare_policy_test(CLI::App& app, Session& session);

}  // namespace lade::cmd
