#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

/// A License field: the short name on its first line, the text in the lines behind.
struct Dep5License {
  std::string name{};  ///< "GPL-2+ or Artistic"; may be empty
  std::string text{};  ///< without the blanks and dots that the format puts before lines
};

/// A Files paragraph.
struct Dep5Files {
  std::vector<std::string> patterns{};
  std::vector<std::string> copyrights{};  ///< one line each
  Dep5License license{};
};

/// A machine-readable debian/copyright (copyright-format 1.0).
struct Dep5 {
  std::string upstream_name{};
  std::string source{};
  std::vector<std::string> copyrights{};  ///< of the header
  std::optional<Dep5License> license{};   ///< of the header: of the package as a whole
  std::vector<Dep5Files> files{};
  std::vector<Dep5License> licenses{};  ///< the stand-alone paragraphs

  static constexpr std::size_t text_limit_bytes = std::size_t{16} << 20;
  static constexpr std::size_t paragraph_limit = 20'000;

  /// The last paragraph whose patterns match a path ("src/a.c"), which is the one that counts; null
  /// if there is none.
  const Dep5Files* find_files(std::string_view path) const;
  /// The text of a licence by its name, in whatever case, where it stands alone or else in a Files
  /// paragraph; empty if there is none.
  std::string_view text_of(std::string_view name) const;
};

/// Nothing for a text that does not begin with a paragraph that has a Format field. What is wrong
/// further down is passed over, as are comments and what is beyond the limits; never throws.
std::optional<Dep5> find_dep5(std::string_view text);

/// Whether a pattern of a Files field matches a path: "*" is any characters, "?" is one, "\" takes
/// the meaning from one behind it; "/" is nothing special (copyright-format 1.0, "Files").
bool matches_dep5(std::string_view pattern, std::string_view path);

}  // namespace lade::sbom
