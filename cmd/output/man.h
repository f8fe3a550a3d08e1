#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lade::cmd {

/// A section with a tagged paragraph for each item.
struct ManSection {
  std::string title;
  std::vector<std::pair<std::string, std::string>> items;
};

/// What a command-line program tells of itself beside its flags.
struct ManPage {
  std::string name;  ///< "lade images"
  std::string version;
  std::vector<ManSection> sections{};  ///< behind the options
};

/// Gives a command its long description and its examples, which --help and the manual show.
/// Indented lines of the examples are commands.
void explain(CLI::App& app, std::string_view description, std::string_view examples);

/// The manual page of a command in roff's man macros: synopsis and options come from `app`.
std::string man_page(const CLI::App& app, const ManPage& page);

}  // namespace lade::cmd
