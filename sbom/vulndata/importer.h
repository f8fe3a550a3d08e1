#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/vuln/database.h"

namespace lade::sbom {

/// What a document of a provider of data is.
enum class DataFormat : unsigned char { osv, debian_tracker, secdb, csaf, kev, epss };

std::string_view to_string(DataFormat format);

/// Told by the content; `unsupported`, naming `what`, if it is none of them, and `invalid` if it is
/// JSON that cannot be read so far.
DataFormat format_of_data(std::string_view text, std::string_view what);

/// Lower-case letters, digits, "-" and ".", none of the last two in front.
bool is_provider_name(std::string_view name);

/// Sorts documents, in any order, into the databases of providers: OSV's by ecosystem ("osv-npm"),
/// others by who made them ("debian", "alpine", "wolfi", "redhat", "kev", "epss").
class Importer {
 public:
  /// With a name all is one provider's. `invalid` if it cannot be one.
  explicit Importer(std::string name = "");

  /// Throws `invalid` and `unsupported`, naming `what`; nothing of the document is taken then,
  /// unless it is the Debian tracker's. `conflict` if one name would have data of several kinds.
  void add(std::string_view text, const std::string& what);

  /// Those that there are records of, sorted.
  std::vector<std::string> providers() const;
  DatabaseBuilder::Files build(const std::string& provider) const;
  /// Documents that were taken.
  std::size_t documents() const { return documents_; }

 private:
  DatabaseBuilder& builder(std::string_view provider, ProviderKind kind);
  void add_osv(std::string_view text, const std::string& what);

  struct Provider {
    ProviderKind kind;
    DatabaseBuilder builder;
  };
  std::string name_;
  std::map<std::string, Provider> providers_;
  std::size_t documents_ = 0;
};

}  // namespace lade::sbom
