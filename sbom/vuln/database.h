#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"
#include "sbom/vuln/advisory.h"

namespace lade::sbom {

enum class ProviderKind : unsigned char { advisories, epss, kev };

std::string_view to_string(ProviderKind kind);

/// What a provider's file says of itself.
struct ProviderInfo {
  std::string name{};  ///< "debian", "osv-npm": lower-case letters, digits, "-", "."
  ProviderKind kind = ProviderKind::advisories;
  std::optional<Timestamp> data_time{};   ///< of the newest record: how old the data is
  std::vector<std::string> ecosystems{};  ///< those it has records of, sorted
  std::uint64_t advisories = 0;
  std::uint64_t packages = 0;  ///< pairs of ecosystem and name

  bool operator==(const ProviderInfo&) const = default;
};

/// What one advisory of a provider says of one package.
struct AdvisoryMatch {
  std::uint64_t advisory = 0;  ///< its number, for `advisory` and `text_of`
  AffectedPackage affected{};
};

/// The likelihood that a CVE is exploited within 30 days (EPSS).
struct EpssScore {
  double probability = 0;  ///< 0..1
  double percentile = 0;   ///< 0..1
};

/// An entry of the list of vulnerabilities that are known to be exploited (KEV).
struct KevEntry {
  std::string added{};  ///< "2024-01-31"
  std::string due{};
  bool ransomware = false;
};

/// One provider's records, mapped (docs/formats.md, "vulnerability database"). Immutable; from any
/// thread. What is damaged is `corrupt` when it is read, never anything worse.
class ProviderDatabase {
 public:
  virtual ~ProviderDatabase() = default;
  /// `corrupt` if damaged, `unsupported` for another version. Reads no more than the header, so
  /// costs the same whatever the size.
  static std::shared_ptr<const ProviderDatabase> open(const std::string& path);
  static std::shared_ptr<const ProviderDatabase> from_bytes(std::string bytes,
                                                            const std::string& what);

  virtual const ProviderInfo& info() const = 0;
  /// Everything said of a package, in the order of advisories' ids.
  virtual std::vector<AdvisoryMatch> find(std::string_view ecosystem,
                                          std::string_view name) const = 0;
  /// One without `affected` and what is kept apart.
  virtual Advisory advisory(std::uint64_t number) const = 0;
  virtual std::optional<EpssScore> find_epss(std::string_view cve) const = 0;
  virtual std::optional<KevEntry> find_kev(std::string_view cve) const = 0;
  /// Reads all of it: checksums, order, references. Throws `corrupt`.
  virtual void verify() const = 0;
};

/// Summaries, details and references, which no match needs: the other file of a provider.
class ProviderTexts {
 public:
  virtual ~ProviderTexts() = default;
  static std::shared_ptr<const ProviderTexts> open(const std::string& path);
  static std::shared_ptr<const ProviderTexts> from_bytes(std::string bytes,
                                                         const std::string& what);
  /// An advisory with nothing but `summary`, `details` and `references`, by its number.
  virtual Advisory text_of(std::uint64_t number) const = 0;
};

/// Collects a provider's records, in any order, and writes its two files: the same records are the
/// same bytes.
class DatabaseBuilder {
 public:
  DatabaseBuilder(std::string name, ProviderKind kind);
  DatabaseBuilder(DatabaseBuilder&&) noexcept;
  ~DatabaseBuilder();

  /// Of two with one id the later `modified` counts.
  void add(const Advisory& advisory);
  /// As `add`, but what the two say of packages is joined: for data that has one vulnerability in
  /// several places.
  void merge(const Advisory& advisory);
  void add_epss(std::string_view cve, const EpssScore& score);
  void add_kev(std::string_view cve, const KevEntry& entry);
  /// Of the data as a whole, where it says so; else the newest record's.
  void set_data_time(Timestamp time);

  struct Files {
    std::string records;
    std::string texts;
  };
  Files build() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lade::sbom
