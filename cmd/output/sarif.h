#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/json.h"

namespace lade::cmd {

/// How bad a result is (SARIF 2.1.0, 3.27.10).
enum class SarifLevel : unsigned char { none, note, warning, error };

/// One kind of result (3.49, reportingDescriptor). Empty stands for absent.
struct SarifRule {
  std::string id{};
  std::string title{};        ///< one sentence without markup
  std::string description{};  ///< more of the same
  std::string help{};         ///< what to do about it
  std::string help_uri{};
  SarifLevel level = SarifLevel::warning;
  /// "0.0" to "10.0", which code hosting sorts by (the property "security-severity").
  std::string security_severity{};
  std::vector<std::string> tags{};
};

/// Where a result is (3.28): in a file, or in something that has no more than a name.
struct SarifLocation {
  std::string uri{};         ///< relative to the image's root, not yet encoded
  std::uint64_t line = 0;    ///< from 1; 0 for none
  std::uint64_t column = 0;  ///< from 1; 0 for none
  std::optional<std::uint64_t> byte_offset{};
  std::uint64_t size_bytes = 0;  ///< of what is there, with `byte_offset`
  std::string logical_name{};    ///< "environment PASSWORD", "layer 3"
  std::string logical_kind{};    ///< "variable", "layer"
};

struct SarifResult {
  std::string rule_id{};  ///< one of the rules'
  SarifLevel level = SarifLevel::warning;
  std::string message{};
  std::vector<SarifLocation> locations{};
  /// What the result is known by from run to run, by kind of fingerprint ("…/v1").
  std::map<std::string, std::string> fingerprints{};
  /// Why it is accepted (3.35); nothing if it is not.
  std::optional<std::string> accepted{};
  Json properties = Json::object();
};

/// What one program found in one run (3.14).
struct SarifRun {
  std::string tool{};
  std::string version{};
  std::string information_uri{};
  std::vector<SarifRule> rules{};
  std::vector<SarifResult> results{};
  /// What could not be looked at; said as notifications (3.20.21).
  std::vector<std::string> warnings{};
  Json properties = Json::object();
};

/// A SARIF 2.1.0 log of one run, indented: the same run is the same bytes.
std::string to_sarif(const SarifRun& run);

}  // namespace lade::cmd
