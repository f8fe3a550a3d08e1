#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "builder/containerfile/containerfile.h"
#include "builder/containerfile/ignore.h"

namespace lade::containerfile {

/// Something in a Containerfile that is allowed but probably not meant.
struct Finding {
  std::string rule;
  std::string message;
  std::size_t line = 1;
};

/// What the checks know beside the file.
struct CheckOptions {
  Variables build_args = {};
  std::string target_platform = "linux/amd64";
  const IgnoreRules* ignore = nullptr;  ///< of the context, if it has any
  /// The environment of an image; nothing if it is not known, and then PATH alone is taken as set.
  std::function<std::optional<Variables>(const std::string& image)> image_environment = {};
  bool experimental = false;  ///< runs the experimental rules too
};

struct CheckReport {
  std::vector<Finding> findings;  ///< by line
  bool fails = false;             ///< there are findings, and the file says `# check=error=true`
};

/// Runs the checks on `file` that its `# check=` directive does not skip. Throws `invalid` where an
/// expansion fails, such as `${v:?message}`.
CheckReport check(const Containerfile& file, const CheckOptions& options = {});

/// A rule, for `--help` and reports.
struct CheckRule {
  std::string_view name;
  std::string_view description;
  bool experimental = false;
};
const std::vector<CheckRule>& check_rules();

}  // namespace lade::containerfile
