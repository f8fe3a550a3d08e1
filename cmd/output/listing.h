#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"

namespace lade::cmd {

/// Facts of one kind, to be printed as `--format` asks.
struct Listing {
  std::string kind;            ///< the JSON member that holds the rows: "images"
  std::string default_format;  ///< a template
  std::vector<Json> rows{};    ///< objects with the same fields
  Json headers{};              ///< those fields with their titles
};

/// "json": one record with a schemaVersion; else a Go template, the default one if `format` is
/// empty. Throws `invalid` for a bad template.
std::string format_listing(const Listing& listing, std::string_view format);

/// The same for a single object: "json" adds the schemaVersion.
std::string format_record(const Json& record, std::string_view format);

}  // namespace lade::cmd
