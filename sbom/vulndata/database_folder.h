#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sbom/vuln/database.h"

namespace lade::sbom {

/// Which records a text file belongs to: 16 hex digits of the head of a provider's records. Files
/// of other contents have others. `corrupt`, naming `what`, if there is no head.
std::string stamp_of(std::string_view records, std::string_view what);

/// The databases below one directory: NAME.vuln, and NAME.STAMP.text beside it. Records are
/// replaced by a rename, after the texts that belong to them were put under their own name, so
/// that a reader sees either pair, whole, whatever happens to who writes.
class DatabaseFolder {
 public:
  explicit DatabaseFolder(std::string path) : path_(std::move(path)) {}

  struct Opened {
    std::shared_ptr<const ProviderDatabase> records;
    std::shared_ptr<const ProviderTexts> texts;  ///< null: they are not there
  };

  /// Names of the providers, sorted; none if there is no such directory.
  std::vector<std::string> providers() const;
  /// `not_found` if there is no such provider.
  Opened open(const std::string& provider) const;
  /// Empty if there is none.
  std::string find_stamp(const std::string& provider) const;
  /// Of both files.
  std::uint64_t size_bytes(const std::string& provider) const;
  std::string records_path(const std::string& provider) const;
  /// Where they are; nothing if they are not there.
  std::optional<std::string> find_texts_path(const std::string& provider) const;

  /// Adds or replaces a provider, without texts if they are empty. Waits for others who do.
  void put(const std::string& provider, const DatabaseBuilder::Files& files) const;
  /// False if there is none.
  bool remove(const std::string& provider) const;

 private:
  std::string texts_path(const std::string& provider, const std::string& stamp) const;
  void remove_texts(const std::string& provider, const std::string& kept) const;

  std::string path_;
};

}  // namespace lade::sbom
