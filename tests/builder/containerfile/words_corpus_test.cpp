#include <catch2/catch.hpp>

#include "builder/containerfile/words.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "tests/builder/containerfile/corpora.h"

namespace lade::containerfile {
namespace {

std::vector<std::string> rows_of(const std::filesystem::path& file) {
  std::vector<std::string> rows;
  for (const std::string& line : split(read_file(file.string(), 1U << 20U), '\n')) {
    if (!line.empty() && line.front() != '#') rows.push_back(line);
  }
  return rows;
}

std::string outcome(std::string_view word, const Variables& variables, bool windows) {
  try {
    return process_word(word, lookup_in(variables, windows));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid);
    return "error";
  }
}

TEST_CASE("words of the corpus expand as their rows say") {
  const auto corpora = find_corpora();
  if (!corpora) {
    WARN("no corpora: skipped");
    return;
  }
  const Variables variables = {
      {"PWD", "/home"}, {"SHELL", "bash"}, {"KOREAN", "한국어"}, {"NULL", ""}};
  const auto rows = rows_of(*corpora / "envVarTest");
  CHECK(rows.size() > 200);
  for (const std::string& row : rows) {
    INFO(row);
    const auto cells = split(row, '|');
    REQUIRE(cells.size() == 3);
    const std::string_view platform = trim(cells[0]);
    const std::string_view word = trim(cells[1]);
    if (platform != "W") CHECK(outcome(word, variables, false) == trim(cells[2]));
    if (platform != "U") CHECK(outcome(word, variables, true) == trim(cells[2]));
  }
}

TEST_CASE("words of the corpus split as their rows say") {
  const auto corpora = find_corpora();
  if (!corpora) {
    WARN("no corpora: skipped");
    return;
  }
  Variables variables;
  for (const std::string& row : rows_of(*corpora / "wordsTest")) {
    INFO(row);
    if (row.starts_with("ENV ")) {
      const std::string pair = row.substr(row.find_first_not_of(' ', 3));
      variables[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
      continue;
    }
    const auto cells = split(row, '|');
    REQUIRE(cells.size() == 2);
    const std::string wanted = cells[1].substr(cells[1].find_first_not_of(' '));
    std::string got = "error";
    try {
      got = join(process_words(trim(cells[0]), lookup_in(variables)), ",");
    } catch (const Error&) {
      // "error" is what such a row expects
    }
    CHECK(got == wanted);
  }
}

}  // namespace
}  // namespace lade::containerfile
