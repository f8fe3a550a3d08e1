#include "cmd/output/listing.h"

#include "cmd/output/go_template.h"

namespace lade::cmd {

std::string format_listing(const Listing& listing, std::string_view format) {
  if (format == "json") {
    return to_pretty({{"schemaVersion", 1}, {listing.kind, listing.rows}}) + "\n";
  }
  const auto wanted =
      GoTemplate::parse(format.empty() ? std::string_view(listing.default_format) : format);
  return wanted.render_rows(listing.rows, listing.headers);
}

std::string format_record(const Json& record, std::string_view format) {
  if (format == "json") {
    Json versioned = {{"schemaVersion", 1}};
    versioned.update(record);
    return to_pretty(versioned) + "\n";
  }
  return GoTemplate::parse(format).render(record) + "\n";
}

}  // namespace lade::cmd
