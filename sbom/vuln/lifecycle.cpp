#include "sbom/vuln/lifecycle.h"

#include <array>

#include "sbom/version/version.h"

// Dates are those that the distributions announced. Support that costs money (ELTS, ESM, EUS, LTSS)
// is not counted: an image does not tell whether anybody pays.
namespace lade::sbom {
namespace {

struct ReleaseRow {
  std::string_view id;       ///< of os-release
  std::string_view release;  ///< VERSION_ID, or as many of its parts
  std::string_view end;
  std::string_view extended_end = "";
};

constexpr std::array releases{
    ReleaseRow{"debian", "7", "2016-04-25", "2018-05-31"},
    ReleaseRow{"debian", "8", "2018-06-17", "2020-06-30"},
    ReleaseRow{"debian", "9", "2020-07-18", "2022-06-30"},
    ReleaseRow{"debian", "10", "2022-09-10", "2024-06-30"},
    ReleaseRow{"debian", "11", "2024-08-14", "2026-08-31"},
    ReleaseRow{"debian", "12", "2026-06-10", "2028-06-30"},
    ReleaseRow{"debian", "13", "2028-08-09", "2030-06-30"},
    ReleaseRow{"ubuntu", "14.04", "2019-04-25"},
    ReleaseRow{"ubuntu", "16.04", "2021-04-30"},
    ReleaseRow{"ubuntu", "18.04", "2023-05-31"},
    ReleaseRow{"ubuntu", "20.04", "2025-05-31"},
    ReleaseRow{"ubuntu", "22.04", "2027-06-01"},
    ReleaseRow{"ubuntu", "22.10", "2023-07-20"},
    ReleaseRow{"ubuntu", "23.04", "2024-01-25"},
    ReleaseRow{"ubuntu", "23.10", "2024-07-11"},
    ReleaseRow{"ubuntu", "24.04", "2029-05-31"},
    ReleaseRow{"ubuntu", "24.10", "2025-07-10"},
    ReleaseRow{"ubuntu", "25.04", "2026-01-15"},
    ReleaseRow{"alpine", "3.10", "2021-05-01"},
    ReleaseRow{"alpine", "3.11", "2021-11-01"},
    ReleaseRow{"alpine", "3.12", "2022-05-01"},
    ReleaseRow{"alpine", "3.13", "2022-11-01"},
    ReleaseRow{"alpine", "3.14", "2023-05-01"},
    ReleaseRow{"alpine", "3.15", "2023-11-01"},
    ReleaseRow{"alpine", "3.16", "2024-05-23"},
    ReleaseRow{"alpine", "3.17", "2024-11-22"},
    ReleaseRow{"alpine", "3.18", "2025-05-09"},
    ReleaseRow{"alpine", "3.19", "2025-11-01"},
    ReleaseRow{"alpine", "3.20", "2026-04-01"},
    ReleaseRow{"alpine", "3.21", "2026-11-01"},
    ReleaseRow{"alpine", "3.22", "2027-05-01"},
    ReleaseRow{"rhel", "6", "2020-11-30"},
    ReleaseRow{"rhel", "7", "2024-06-30"},
    ReleaseRow{"rhel", "8", "2029-05-31"},
    ReleaseRow{"rhel", "9", "2032-05-31"},
    ReleaseRow{"rhel", "10", "2035-05-31"},
    ReleaseRow{"centos", "6", "2020-11-30"},
    ReleaseRow{"centos", "7", "2024-06-30"},
    ReleaseRow{"centos", "8", "2021-12-31"},
    ReleaseRow{"centos", "9", "2027-05-31"},
    ReleaseRow{"centos", "10", "2030-01-01"},
    ReleaseRow{"almalinux", "8", "2029-03-01"},
    ReleaseRow{"almalinux", "9", "2032-05-31"},
    ReleaseRow{"almalinux", "10", "2035-05-31"},
    ReleaseRow{"rocky", "8", "2029-05-31"},
    ReleaseRow{"rocky", "9", "2032-05-31"},
    ReleaseRow{"rocky", "10", "2035-05-31"},
    ReleaseRow{"ol", "6", "2021-03-31"},
    ReleaseRow{"ol", "7", "2024-12-31"},
    ReleaseRow{"ol", "8", "2029-07-31"},
    ReleaseRow{"ol", "9", "2032-06-30"},
    ReleaseRow{"fedora", "36", "2023-05-16"},
    ReleaseRow{"fedora", "37", "2023-12-05"},
    ReleaseRow{"fedora", "38", "2024-05-21"},
    ReleaseRow{"fedora", "39", "2024-11-26"},
    ReleaseRow{"fedora", "40", "2025-05-13"},
    ReleaseRow{"fedora", "41", "2025-11-19"},
    ReleaseRow{"fedora", "42", "2026-05-13"},
    ReleaseRow{"amzn", "2018.03", "2023-12-31"},
    ReleaseRow{"amzn", "2", "2026-06-30"},
    ReleaseRow{"amzn", "2023", "2029-06-30"},
    ReleaseRow{"sles", "12.5", "2024-10-31"},
    ReleaseRow{"sles", "15.3", "2022-12-31"},
    ReleaseRow{"sles", "15.4", "2023-12-31"},
    ReleaseRow{"sles", "15.5", "2024-12-31"},
    ReleaseRow{"sles", "15.6", "2025-12-31"},
    ReleaseRow{"sles", "15.7", "2031-07-31"},
    ReleaseRow{"opensuse-leap", "15.3", "2022-12-31"},
    ReleaseRow{"opensuse-leap", "15.4", "2023-12-07"},
    ReleaseRow{"opensuse-leap", "15.5", "2024-12-31"},
    ReleaseRow{"opensuse-leap", "15.6", "2025-12-31"},
    ReleaseRow{"photon", "1.0", "2022-02-28"},
    ReleaseRow{"photon", "2.0", "2022-12-31"},
    ReleaseRow{"photon", "3.0", "2024-03-01"},
    ReleaseRow{"azurelinux", "3.0", "2027-07-31"},
    ReleaseRow{"mariner", "1.0", "2023-07-31"},
    ReleaseRow{"mariner", "2.0", "2025-07-31"},
    ReleaseRow{"mageia", "8", "2023-11-30"},
};

/// "9" is the release of "9.3", "3.18" that of "3.18.4".
bool is_release(std::string_view version, std::string_view release) {
  return version == release ||
         (version.starts_with(release) && version.substr(release.size()).starts_with('.'));
}

bool is_day(std::string_view text) {
  return parse_rfc3339(std::string(text) + "T00:00:00Z").has_value();
}

Lifecycle lifecycle_of(const ReleaseRow& row) {
  return {
      .end = std::string(row.end), .extended_end = std::string(row.extended_end), .source = "lade"};
}

/// What is older than every release of its distribution here was over no later than the oldest.
std::optional<Lifecycle> find_end_of_oldest(const Distribution& distribution) {
  const std::string& version = distribution.version_id;
  const auto is_before = [](std::string_view a, std::string_view b) {
    return compare_versions(VersionScheme::dpkg, a, b) < 0;
  };
  if (version.empty() || version[0] < '0' || version[0] > '9') return std::nullopt;
  const ReleaseRow* oldest = nullptr;
  for (const ReleaseRow& row : releases) {
    if (row.id != distribution.id) continue;
    if (oldest == nullptr || is_before(row.release, oldest->release)) oldest = &row;
  }
  if (oldest == nullptr || !is_before(version, oldest->release)) return std::nullopt;
  return lifecycle_of(*oldest);
}

}  // namespace

std::optional<Lifecycle> find_end_of_life(const Distribution& distribution) {
  if (is_day(distribution.support_end)) {
    return Lifecycle{.end = distribution.support_end, .source = "os-release"};
  }
  for (const ReleaseRow& row : releases) {
    if (row.id != distribution.id || !is_release(distribution.version_id, row.release)) continue;
    return lifecycle_of(row);
  }
  return find_end_of_oldest(distribution);
}

bool is_past(const Lifecycle& lifecycle, Timestamp now) {
  return lifecycle.last_day() < to_rfc3339(now).substr(0, 10);
}

}  // namespace lade::sbom
