#include "sbom/language/python_metadata.h"

#include <algorithm>
#include <set>

#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/license_claims.h"
#include "sbom/language/python_requirement.h"

namespace lade::sbom {
namespace {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

/// The first field of a name that says something.
std::string first_field(const HeaderFields& fields, std::string_view key) {
  for (const auto& [name, value] : fields) {
    if (name != key) continue;
    std::string line = clean_line(value);
    if (!line.empty() && to_lower(line) != "unknown") return line;
  }
  return {};
}

std::string person(const HeaderFields& fields, std::string_view role) {
  std::string name = first_field(fields, role);
  std::string mail = first_field(fields, std::string(role) + "-email");
  if (mail.empty()) return name;
  // "Name <mail>" is what the newer build tools write there
  if (mail.find('<') != std::string::npos) return mail;
  return name.empty() ? "<" + mail + ">" : name + " <" + mail + ">";
}

std::string homepage(const HeaderFields& fields) {
  std::string page = first_field(fields, "home-page");
  if (!page.empty()) return page;
  for (const std::string_view wanted : {"homepage", "source", "repository", "documentation"}) {
    for (const auto& [name, value] : fields) {
      const std::size_t comma = value.find(',');
      if (name != "project-url" || comma == std::string::npos) continue;
      if (to_lower(trim(value.substr(0, comma))) != wanted) continue;
      return clean_line(std::string_view(value).substr(comma + 1));
    }
  }
  return {};
}

/// "License :: OSI Approved :: MIT License" says "MIT License".
void add_classifier(std::vector<LicenseClaim>& claims, std::string_view classifier) {
  if (!classifier.starts_with("License ::")) return;
  const std::size_t last = classifier.rfind("::");
  const std::string_view name = trim(classifier.substr(last + 2));
  if (name != "OSI Approved") add_declared_license(claims, name);
}

bool are_known(const std::vector<LicenseClaim>& claims) {
  return !claims.empty() &&
         std::none_of(claims.begin(), claims.end(), [](const LicenseClaim& claim) {
           return claim.expression.find("LicenseRef-") != std::string::npos;
         });
}

/// An expression stands alone. Else the free field counts if it is a name and not a whole licence,
/// and classifiers where it is not, or is none that is known and they are.
std::vector<LicenseClaim> licenses(const HeaderFields& fields) {
  std::vector<LicenseClaim> claims;
  add_declared_license(claims, first_field(fields, "license-expression"));
  if (!claims.empty()) return claims;
  constexpr std::size_t longest_name = 150;
  const std::string written = first_field(fields, "license");
  if (written.size() <= longest_name) add_declared_license(claims, written);
  std::vector<LicenseClaim> classified;
  for (const auto& [name, value] : fields) {
    if (name == "classifier") add_classifier(classified, trim(value));
  }
  if (claims.empty() || (!are_known(claims) && are_known(classified))) claims = classified;
  // a whole text, which may be recognised
  if (claims.empty()) add_declared_license(claims, written);
  return claims;
}

std::vector<std::string> needs(const HeaderFields& fields, std::string_view python_version) {
  std::set<std::string> names;
  for (const auto& [name, value] : fields) {
    if (name != "requires-dist") continue;
    if (auto needed = required_name(value, python_version)) names.insert(*std::move(needed));
  }
  return {names.begin(), names.end()};
}

}  // namespace

HeaderFields parse_header_fields(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  HeaderFields fields;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (line[0] == ' ' || line[0] == '\t') {
      if (!fields.empty()) fields.back().second += "\n" + std::string(trim(line));
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    fields.emplace_back(to_lower(trim(line.substr(0, colon))), trim(line.substr(colon + 1)));
  }
  return fields;
}

std::string normalize_python_name(std::string_view name) {
  std::string normal;
  for (const char c : to_lower(name)) {
    const bool is_mark = c == '-' || c == '_' || c == '.';
    if (!is_mark) {
      normal += c;
    } else if (!normal.ends_with('-')) {
      normal += '-';
    }
  }
  return normal;
}

std::optional<Package> parse_python_metadata(std::string_view text,
                                             std::string_view python_version) {
  const HeaderFields fields = parse_header_fields(text);
  const std::string name = first_field(fields, "name");
  const std::string version = first_field(fields, "version");
  if (!is_word(name) || !is_word(version)) return std::nullopt;
  Package package{.type = PackageType::pypi,
                  .name = normalize_python_name(name),
                  .version = version,
                  .licenses = licenses(fields)};
  package.supplier = person(fields, "author");
  if (package.supplier.empty()) package.supplier = person(fields, "maintainer");
  package.homepage = homepage(fields);
  package.download = first_field(fields, "download-url");
  package.description = first_field(fields, "summary");
  package.depends = needs(fields, python_version);
  return package;
}

}  // namespace lade::sbom
