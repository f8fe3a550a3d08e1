#include <algorithm>
#include <array>
#include <set>

#include "libimage/base/text.h"
#include "sbom/format/license_terms.h"
#include "sbom/format/syft.h"

namespace lade::sbom {
namespace {

constexpr std::size_t columns = 4;
constexpr std::size_t license_columns = 60;  // copyright files may name dozens
using Row = std::array<std::string, columns>;

std::string shown_name(const Package& package) {
  const bool is_distributed = is_distribution_type(package.type);
  const std::string name = package.name_space.empty() || is_distributed
                               ? package.name
                               : package.name_space + "/" + package.name;
  return printable(name);
}

std::string shown_license(const Package& package) {
  const LicenseTerms terms = license_terms(package);
  std::string license = printable(terms.concluded.empty() ? terms.declared : terms.concluded);
  if (license.size() > license_columns) {
    license.resize(license_columns - 1);
    license += "…";
  }
  return license;
}

/// Code points, which are what terminals give a column to, nearly always.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

std::string write_table(const Inventory& inventory) {
  std::set<Row> sorted;
  for (const Package& package : inventory.packages) {
    sorted.insert({shown_name(package), printable(package.version),
                   std::string(syft_type(package.type)), shown_license(package)});
  }
  std::vector<Row> rows{{"NAME", "VERSION", "TYPE", "LICENSE"}};
  rows.insert(rows.end(), sorted.begin(), sorted.end());
  std::array<std::size_t, columns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < columns; ++i) {
      line += row[i];
      line.append(widths[i] - width(row[i]) + 2, ' ');
    }
    text.append(line, 0, line.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

std::string write_purls(const Inventory& inventory) {
  std::set<std::string> purls;
  for (const Package& package : inventory.packages) {
    if (!package.purl.empty()) purls.insert(printable(package.purl));
  }
  std::string text;
  for (const std::string& purl : purls) text += purl + "\n";
  return text;
}

std::string write_text(const Inventory& inventory) {
  const Subject& subject = inventory.subject;
  std::string text = printable(subject.name);
  if (!subject.version.empty()) text += " " + printable(subject.version);
  text += '\n';
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text += " " + std::string(name) + ": " + printable(value) + "\n";
  };
  if (inventory.distribution) line("Distribution", distro_qualifier(*inventory.distribution));
  for (const Package& package : inventory.packages) {
    text += "\n[" + shown_name(package) + "]\n";
    line("Version", package.version);
    line("Type", syft_type(package.type));
    line("Found by", package.cataloger);
    line("License", shown_license(package));
    for (const Location& location : package.locations) {
      line("Path", "/" + location.path + (location.inner.empty() ? "" : ":" + location.inner));
    }
  }
  for (const Remark& remark : inventory.remarks) {
    text += "\n! " + printable(remark.path) + ": " + printable(remark.message) + "\n";
  }
  return text;
}

}  // namespace lade::sbom
