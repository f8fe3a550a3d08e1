#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "builder/containerfile/check.h"

namespace lade::containerfile {

/// Collects what the checks find, without the rules that do not run.
class Findings {
 public:
  Findings(const CheckDirective& directive, bool experimental)
      : directive_(directive), experimental_(experimental) {}

  void add(std::string_view rule, std::size_t line, std::string message);
  /// By line; those of one line in the order they were found.
  std::vector<Finding> take();

 private:
  bool runs(std::string_view rule) const;

  const CheckDirective& directive_;
  bool experimental_;
  std::vector<Finding> findings_;
};

// The checks, by what they look at.
void check_casing(const Containerfile& file, Findings& findings);
void check_stages(const Containerfile& file, Findings& findings);
void check_instructions(const Containerfile& file, const CheckOptions& options, Findings& findings);
void check_variables(const Containerfile& file, const CheckOptions& options, Findings& findings);

/// ", did you mean $X?" for an unknown variable, or nothing.
std::string variable_suggestion(std::string_view name, const std::vector<std::string>& known);

/// Whether `text` can be the name of an image: [host[:port]/]path[:tag][@digest].
bool is_image_name(std::string_view text);

}  // namespace lade::containerfile
