#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/output/go_template_syntax.h"

namespace lade::cmd {

/// The `--format` of docker, podman, buildah and skopeo: Go's text/template over a JSON value, with
/// the functions that those programs have (json, join, upper, printf…). "\n" and "\t" written as
/// two characters in the text are a new line and a tab. A leading word "table" asks for aligned
/// columns under a header.
class GoTemplate {
 public:
  /// Throws `invalid` for bad syntax.
  static GoTemplate parse(std::string_view text);

  bool is_table() const { return table_; }
  /// What the template makes of one value; `invalid` names an unknown field and those there are.
  std::string render(const Json& data) const { return go_template::render(block_, data); }
  /// A line for each row, or a table of them. `headers` has the field names with their titles, for
  /// the header of a table.
  std::string render_rows(const std::vector<Json>& rows, const Json& headers) const;

 private:
  bool table_ = false;
  go_template::Block block_;
};

}  // namespace lade::cmd
