// A machine-readable file is believed: its short names are read as what people declare, and only
// where that gives a LicenseRef- the text behind the name is asked. Debian has some names of its
// own: Artistic is the file under common-licenses, which is Perl's. Other files are prose, read
// like any text; what they say of /usr/share/common-licenses counts where no sentence or text told
// of that licence.
#include "sbom/license/debian_copyright.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "libimage/base/text.h"
#include "sbom/license/copyright_holder.h"
#include "sbom/license/declared_license.h"
#include "sbom/license/dep5.h"
#include "sbom/license/license_ref.h"

namespace lade::sbom {
namespace {

/// More licences are in no package; it bounds the work on one that lies.
constexpr std::size_t debian_license_limit = 500;
/// A text behind a short name is taken for the licence if so much of it is that.
constexpr double debian_coverage_bar = 0.5;

constexpr std::pair<std::string_view, std::string_view> common_licenses[] = {
    {"Apache-2.0", "Apache-2.0"},  {"Artistic", "Artistic-1.0-Perl"},
    {"BSD", "BSD-3-Clause"},       {"CC0-1.0", "CC0-1.0"},
    {"GFDL", "GFDL-1.1-or-later"}, {"GFDL-1.2", "GFDL-1.2-only"},
    {"GFDL-1.3", "GFDL-1.3-only"}, {"GPL", "GPL-1.0-or-later"},
    {"GPL-1", "GPL-1.0-only"},     {"GPL-2", "GPL-2.0-only"},
    {"GPL-3", "GPL-3.0-only"},     {"LGPL", "LGPL-2.0-or-later"},
    {"LGPL-2", "LGPL-2.0-only"},   {"LGPL-2.1", "LGPL-2.1-only"},
    {"LGPL-3", "LGPL-3.0-only"},   {"MPL-1.1", "MPL-1.1"},
    {"MPL-2.0", "MPL-2.0"},
};

void add_once(std::vector<FoundLicense>& found, FoundLicense license) {
  const bool known = std::any_of(found.begin(), found.end(), [&](const FoundLicense& other) {
    return other.expression == license.expression;
  });
  if (!known && found.size() < debian_license_limit) found.push_back(std::move(license));
}

/// "GPL" of "GPL-2.0-or-later".
std::string_view family_of(std::string_view id) { return id.substr(0, id.find_first_of("-")); }

/// What is said of the files under /usr/share/common-licenses.
std::vector<SpdxExpression> find_references(std::string_view text) {
  constexpr std::string_view folder = "/usr/share/common-licenses/";
  std::set<std::string> names;
  for (auto at = text.find(folder); at != std::string_view::npos; at = text.find(folder, at + 1)) {
    const std::string_view rest = text.substr(at + folder.size(), 32);
    std::string_view name = rest.substr(0, rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                                  "abcdefghijklmnopqrstuvwxyz"
                                                                  "0123456789.-"));
    while (name.ends_with('.') || name.ends_with('-')) name.remove_suffix(1);
    names.emplace(name);
  }
  std::vector<SpdxExpression> found;
  for (const auto& [name, id] : common_licenses) {
    if (names.contains(std::string(name))) found.push_back(SpdxExpression::parse(id));
  }
  return found;
}

/// Whether some of what was found is of the same family as a reference.
bool is_told(const SpdxExpression& reference, const std::vector<FoundLicense>& found) {
  const SpdxLicense named = reference.licenses().front();
  const std::string_view family = family_of(named.id);
  return std::any_of(found.begin(), found.end(), [&](const FoundLicense& license) {
    const std::vector<SpdxLicense> licenses = license.expression.licenses();
    return std::any_of(licenses.begin(), licenses.end(),
                       [&](const SpdxLicense& other) { return family_of(other.id) == family; });
  });
}

/// Licences found in prose, and the share of it that they take.
LicenseTextReading read_prose(std::string_view text) {
  LicenseTextReading reading = read_license_text(text);
  for (const SpdxExpression& reference : find_references(text.substr(0, Dep5::text_limit_bytes))) {
    if (is_told(reference, reading.found)) continue;
    reading.found.push_back({reference, LicenseClue::reference, 1, {}, 0, 0});
  }
  return reading;
}

class Dep5Reader {
 public:
  /// Texts are seen in `dep5`, which has to outlive this.
  explicit Dep5Reader(const Dep5& dep5) {
    for (const Dep5License& license : dep5.licenses) remember(license);
    for (const Dep5Files& files : dep5.files) remember(files.license);
  }

  /// Of a License field, with how it was found; nothing if it says nothing.
  std::optional<FoundLicense> read(const Dep5License& license) {
    const auto known = read_.find(license.name);
    if (known != read_.end() && !license.name.empty()) return known->second;
    if (read_.size() >= debian_license_limit) return std::nullopt;
    auto found = read_new(license);
    if (!license.name.empty()) read_.emplace(license.name, found);
    return found;
  }

  const std::map<std::string, std::string_view>& texts() const { return texts_; }

 private:
  static std::string spelled(std::string_view name) {
    // "LGPLv3+_or_GPLv2+"
    std::string words(name);
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
  }

  void remember(const Dep5License& license) {
    if (license.text.empty() || texts_.size() >= debian_license_limit) return;
    if (texts_.emplace(license.name, license.text).second) {
      name_of_ref_.emplace(license_ref(spelled(license.name)), license.name);
    }
  }

  std::optional<FoundLicense> read_new(const Dep5License& license) {
    const auto declared = read_declared_license(spelled(license.name));
    if (!declared) return read_text(license.text);
    FoundLicense found{declared->expression, LicenseClue::declared, 1, {}, 0, 0};
    if (declared->is_known) return found;
    // people put the text where the name belongs
    if (license.name.find(' ') != std::string::npos && !license.text.empty()) {
      auto whole = read_text(license.name + "\n" + license.text);
      if (whole && whole->evidence == LicenseClue::text) return whole;
    }
    found.expression =
        found.expression.mapped([&](const SpdxLicense& part) { return resolved(part, found); })
            .normalized();
    return found;
  }

  /// What stands behind a LicenseRef-; tells `found` if the text had to be asked.
  SpdxExpression resolved(const SpdxLicense& part, FoundLicense& found) {
    if (part.id == "LicenseRef-Artistic")
      return SpdxExpression::of({"Artistic-1.0-Perl", false, {}});
    const auto name = name_of_ref_.find(part.id);
    if (!part.exception.empty() || name == name_of_ref_.end()) return SpdxExpression::of(part);
    const auto told = read_text(texts_.at(name->second));
    if (!told) return SpdxExpression::of(part);
    found.evidence = told->evidence;
    found.score = std::min(found.score, told->score);
    return told->expression;
  }

  /// The licence that a text is, if it is hardly anything else.
  static std::optional<FoundLicense> read_text(std::string_view text) {
    const LicenseTextReading reading = read_prose(text);
    auto expression = reading.expression();
    if (!expression) return std::nullopt;
    FoundLicense found{std::move(*expression), reading.found.front().evidence, 1, {}, 0, 0};
    for (const FoundLicense& part : reading.found) found.score = std::min(found.score, part.score);
    if (found.evidence == LicenseClue::text && reading.coverage < debian_coverage_bar) {
      return std::nullopt;
    }
    return found;
  }

  std::map<std::string, std::string_view> texts_{};   ///< by short name
  std::map<std::string, std::string> name_of_ref_{};  ///< short names by their LicenseRef-
  std::map<std::string, std::optional<FoundLicense>> read_{};
};

void add_holders(std::set<std::string>& holders, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    if (auto holder = find_copyright_holder(line)) holders.insert(std::move(*holder));
  }
}

DebianCopyright read_machine_readable(const Dep5& dep5) {
  DebianCopyright answer;
  answer.is_machine_readable = true;
  Dep5Reader reader(dep5);
  std::set<std::string> holders;
  add_holders(holders, dep5.copyrights);
  for (const Dep5Files& files : dep5.files) {
    add_holders(holders, files.copyrights);
    auto found = reader.read(files.license);
    if (!found) continue;
    const bool is_main =
        std::find(files.patterns.begin(), files.patterns.end(), "*") != files.patterns.end();
    if (is_main) answer.main = found->expression;
    add_once(answer.found, std::move(*found));
  }
  if (dep5.license) {
    auto whole = reader.read(*dep5.license);
    if (whole && !answer.main) answer.main = whole->expression;
    if (whole && answer.found.empty()) answer.found.push_back(std::move(*whole));
  }
  // some have no Files paragraphs, or ones without a licence
  if (answer.found.empty()) {
    for (const Dep5License& license : dep5.licenses) {
      if (auto found = reader.read(license)) add_once(answer.found, std::move(*found));
    }
  }
  answer.holders.assign(holders.begin(), holders.end());
  for (const auto& [name, text] : reader.texts()) answer.texts.emplace_back(name, text);
  return answer;
}

}  // namespace

std::optional<SpdxExpression> DebianCopyright::expression() const {
  return LicenseTextReading{found, 0, false}.expression();
}

DebianCopyright read_debian_copyright(std::string_view text) {
  if (const auto dep5 = find_dep5(text)) {
    DebianCopyright answer = read_machine_readable(*dep5);
    if (!answer.found.empty()) return answer;
  }
  DebianCopyright answer;
  answer.found = read_prose(text).found;
  answer.main = answer.expression();
  answer.holders = copyright_holders_in(text.substr(0, Dep5::text_limit_bytes));
  answer.texts.emplace_back("", text.substr(0, Dep5::text_limit_bytes));
  return answer;
}

}  // namespace lade::sbom
