// What the SPDX licence list and its programs in npm say. LADE_NPM is what tests/npm/install
// prints.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/json.h"
#include "libimage/base/temp_dir.h"
#include "libimage/base/text.h"
#include "sbom/license/license_text.h"
#include "sbom/license/text_match.h"

namespace lade::sbom {
namespace {

/// Where the packages are; nothing if nobody says.
std::optional<std::string> find_npm() {
  const char* const place = std::getenv("LADE_NPM");
  if (place != nullptr && file_exists(std::string(place) + "/node_modules/spdx-license-list")) {
    return place;
  }
  WARN("skipped: LADE_NPM is not what tests/npm/install prints");
  return std::nullopt;
}

/// The texts of all licences that are not deprecated, without the lines that say whose they are.
std::map<std::string, std::string> license_texts(const std::string& npm) {
  const Json list =
      Json::parse(read_file(npm + "/node_modules/spdx-license-list/spdx-full.json", 64 << 20));
  std::map<std::string, std::string> texts;
  for (const auto& [id, entry] : list.items()) {
    const LicenseInfo* const info = find_license(id);
    if (info == nullptr || info->deprecated) continue;
    std::string text;
    for (const std::string& line : split(entry["licenseText"].get<std::string>(), '\n')) {
      // the list has the GPL behind the LGPL, whose files have it never
      if (id.starts_with("LGPL-3.0") && trim(line) == "GNU GENERAL PUBLIC LICENSE") break;
      text += line + "\n";
    }
    texts.emplace(id, text);
  }
  return texts;
}

/// Whether the text is found as this licence, or one with the same text, and as nothing else.
bool is_found_as(const std::string& id, const std::string& text) {
  const auto matches = match_texts(LicenseTokens(text));
  for (const TextMatch& match : matches) {
    if (std::find(match.ids.begin(), match.ids.end(), id) == match.ids.end()) return false;
  }
  return !matches.empty();
}

std::string reflowed(std::string_view text, std::size_t width, std::string_view prefix) {
  std::string out;
  std::size_t column = 0;
  for (std::string word : split(text, ' ')) {
    for (char& c : word) {
      if (c == '\n') c = ' ';
    }
    if (column == 0) out += prefix;
    out += word + " ";
    column += word.size() + 1;
    if (column > width) {
      out += "\n";
      column = 0;
    }
  }
  return out;
}

TEST_CASE("every licence text of the list is found as itself, however it is laid out") {
  const auto npm = find_npm();
  if (!npm) return;
  const auto texts = license_texts(*npm);
  REQUIRE(texts.size() > 650);
  for (const auto& [id, text] : texts) {
    INFO(id);
    CHECK(is_found_as(id, text));
    CHECK(is_found_as(id,
                      "Copyright (c) 1999-2020 Some People <a@example.com>\n"
                      "All rights reserved.\n\n" +
                          text));
    CHECK(is_found_as(id, reflowed(text, 60, " * ")));
    CHECK(is_found_as(id, reflowed(text, 1'000'000, "")));
    std::string upper = text;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    CHECK(is_found_as(id, upper));
    for (std::size_t at = 0; (at = upper.find("LICENSE", at)) != std::string::npos;) {
      upper.replace(at, 7, "LICENCE");
    }
    CHECK(is_found_as(id, upper));
  }
}

TEST_CASE("nearly the same licences are not taken for each other, nor one for two") {
  const auto npm = find_npm();
  if (!npm) return;
  const auto texts = license_texts(*npm);
  const std::vector<std::string> near = {"MIT",
                                         "MIT-0",
                                         "X11",
                                         "MIT-Modern-Variant",
                                         "JSON",
                                         "BSD-1-Clause",
                                         "BSD-2-Clause",
                                         "BSD-3-Clause",
                                         "BSD-3-Clause-Clear",
                                         "BSD-4-Clause",
                                         "Apache-1.0",
                                         "Apache-1.1",
                                         "Apache-2.0",
                                         "ISC",
                                         "0BSD",
                                         "GPL-1.0-only",
                                         "GPL-2.0-only",
                                         "GPL-3.0-only",
                                         "AGPL-3.0-only",
                                         "LGPL-2.0-only",
                                         "LGPL-2.1-only",
                                         "LGPL-3.0-only",
                                         "MPL-1.0",
                                         "MPL-1.1",
                                         "MPL-2.0",
                                         "EPL-1.0",
                                         "EPL-2.0",
                                         "Zlib",
                                         "Libpng",
                                         "CC-BY-4.0",
                                         "CC-BY-SA-4.0",
                                         "CC-BY-NC-4.0",
                                         "GFDL-1.2-only",
                                         "GFDL-1.3-only",
                                         "Unlicense"};
  for (const std::string& first : near) {
    for (const std::string& second : near) {
      INFO(first << " and " << second);
      const auto matches = match_texts(
          LicenseTokens(texts.at(first) + "\n-----\nThe other part:\n" + texts.at(second)));
      REQUIRE(matches.size() == 2);
      CHECK(matches[0].ids.front() == first);
      CHECK(matches[1].ids.front() == second);
    }
  }
}

TEST_CASE("a licence of GNU is told from its text as the narrower one, with the other beside it") {
  const auto npm = find_npm();
  if (!npm) return;
  const auto texts = license_texts(*npm);
  const LicenseTextReading bare = read_license_text(texts.at("GPL-2.0-or-later"));
  REQUIRE(bare.found.size() == 1);
  CHECK(bare.found[0].expression.str() == "GPL-2.0-only");
  CHECK(bare.found[0].same_text == std::vector<std::string>{"GPL-2.0-or-later"});
  CHECK(bare.found[0].score == 1);
  CHECK(bare.coverage > 0.97);
  const LicenseTextReading told = read_license_text(
      "This program is under the GNU General Public License, version 2 or any later version.\n\n" +
      texts.at("GPL-2.0-only"));
  CHECK(told.expression()->str() == "GPL-2.0-or-later");
}

TEST_CASE("half of a text is not found as the whole") {
  const auto npm = find_npm();
  if (!npm) return;
  for (const auto& [id, text] : license_texts(*npm)) {
    INFO(id);
    // which says nearly the same three times
    if (id == "Sleepycat") continue;
    CHECK_FALSE(is_found_as(id, text.substr(0, text.size() / 2)));
  }
}

/// What spdx.js answers to the lines.
std::vector<std::string> ask_peer(const std::string& npm, const std::vector<std::string>& lines) {
  const TempDir dir("/tmp", "lade-spdx");
  write_file_atomic(dir.path() + "/in", join(lines, "\n") + "\n");
  const std::string command = "NODE_PATH=" + npm + "/node_modules node tests/npm/spdx.js < " +
                              dir.path() + "/in > " + dir.path() + "/out";
  REQUIRE(std::system(command.c_str()) == 0);
  std::vector<std::string> answers = split(read_file(dir.path() + "/out", 1 << 20), '\n');
  answers.pop_back();
  REQUIRE(answers.size() == lines.size());
  return answers;
}

/// Expressions that mostly are none, from a fixed seed.
std::vector<std::string> random_expressions(std::size_t count, bool valid) {
  std::mt19937 random(20'220'305);
  const std::vector<std::string> licenses = {
      "MIT", "ISC", "Apache-2.0", "GPL-2.0-only", "BSD-3-Clause", "LicenseRef-a", "Zlib"};
  const std::vector<std::string> words = {
      "MIT", "ISC", "Apache-2.0", "GPL-2.0-only",        "AND",          "OR",      "WITH", "(",
      ")",   "+",   "nonsense",   "Bison-exception-2.2", "LicenseRef-a", "EPL-1.0+"};
  const auto pick = [&](const auto& from) { return from[random() % from.size()]; };
  std::vector<std::string> expressions;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text;
    if (valid) {
      text = pick(licenses);
      for (auto more = random() % 5; more > 0; --more) {
        const std::string joint = random() % 2 == 0 ? " AND " : " OR ";
        text = random() % 3 == 0 ? "(" + text + ")" + joint + pick(licenses)
                                 : pick(licenses) + joint + text;
      }
    } else {
      for (auto more = 1 + random() % 7; more > 0; --more) text += pick(words) + " ";
    }
    expressions.push_back(text);
  }
  return expressions;
}

TEST_CASE("the same expressions are well-formed as for spdx-expression-parse") {
  const auto npm = find_npm();
  if (!npm) return;
  const auto expressions = random_expressions(4000, false);
  const auto answers = ask_peer(*npm, expressions);
  std::size_t valid = 0;
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    // it takes "GPL-2.0-only +" for "GPL-2.0-only+", and "( )" for nothing
    if (expressions[i].find(" +") != std::string::npos ||
        expressions[i].find("( )") != std::string::npos)
      continue;
    INFO(expressions[i]);
    bool parsed = true;
    try {
      SpdxExpression::parse(expressions[i]);
    } catch (const Error&) {
      parsed = false;
    }
    CHECK((parsed ? "valid" : "invalid") == answers[i]);
    valid += parsed ? 1 : 0;
  }
  CHECK(valid > 200);
}

TEST_CASE("the same expressions are satisfied as for spdx-satisfies, normalised or not") {
  const auto npm = find_npm();
  if (!npm) return;
  const auto expressions = random_expressions(2000, true);
  std::vector<std::string> lines;
  for (const std::string& expression : expressions) lines.push_back(expression + "\tMIT,ISC,Zlib");
  const auto answers = ask_peer(*npm, lines);
  const auto is_allowed = [](const SpdxLicense& license) {
    return license.id == "MIT" || license.id == "ISC" || license.id == "Zlib";
  };
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    INFO(expressions[i]);
    const SpdxExpression expression = SpdxExpression::parse(expressions[i]);
    CHECK(expression.evaluate(is_allowed).allowed == (answers[i] == "true"));
    CHECK(expression.normalized().evaluate(is_allowed).allowed == (answers[i] == "true"));
  }
}

}  // namespace
}  // namespace lade::sbom
