#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"
#include "libimage/oci/digest.h"

namespace lade::signing {

/// What a statement is about: an artifact by its digests, "sha256" to lower-case hex.
struct Subject {
  std::string name{};
  std::map<std::string, std::string> digests{};

  bool is(const Digest& digest) const;
};

/// A subject known by one digest.
Subject subject_of(std::string name, const Digest& digest);

/// An in-toto Statement (attestation framework v1, spec/v1/statement.md; v0.1 is read, too).
struct Statement {
  static constexpr std::string_view type_v1 = "https://in-toto.io/Statement/v1";
  static constexpr std::string_view type_v01 = "https://in-toto.io/Statement/v0.1";

  std::string type{type_v1};
  std::vector<Subject> subjects{};
  std::string predicate_type{};
  Json predicate = nullptr;  ///< null if there is none

  bool is_about(const Digest& digest) const;
};

/// `invalid` names what of `what` is missing, `unsupported` another type of statement.
Statement parse_statement(std::string_view bytes, std::string_view what);
/// Compact.
std::string to_bytes(const Statement& statement);

}  // namespace lade::signing
