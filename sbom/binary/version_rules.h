#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

/// Where in a program its version stands.
enum class VersionForm : unsigned char {
  /// "nginx/1.22.1": the mark, which is no second half ("x-nginx/"), the version, `follows`.
  behind_mark,
  before_mark,  ///< "10.11.6-MariaDB", at the beginning of a string
  alone,        ///< a whole string that begins with the mark, the only one of this form
  stamped,      ///< a whole string that some other string repeats with a build id behind it
  of_name       ///< a whole string that begins as the file's name says: "3.11" of "python3.11"
};

/// How to recognise one piece of software: a file's name and a text that nothing else has.
struct VersionRule {
  std::string_view files{};  ///< names, "*" for anything, blanks between them
  VersionForm form = VersionForm::behind_mark;
  std::string_view mark{};
  std::string_view follows{};  ///< what stands directly behind the version
  std::string_view also{};     ///< what else the program must hold
  std::size_t least_parts = 3;
  bool with_letters = false;
  std::string_view name{};
  /// "vendor:product" of the CPEs, blanks between them; empty where the dictionary has none that is
  /// sure.
  std::string_view cpes{};
};

std::span<const VersionRule> version_rules();

/// Whether some rule wants a file of this name.
bool is_known_program_name(std::string_view name);

/// "cpe:2.3:a:vendor:product:version:…" of each.
std::vector<std::string> cpes_of(std::string_view products, std::string_view version);

}  // namespace lade::sbom
