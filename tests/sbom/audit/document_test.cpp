#include <fstream>
#include <sstream>

#include "libimage/base/text.h"
#include "tests/sbom/audit/audit_fixture.h"

namespace lade::sbom {
namespace {

/// The table of docs/audit.md, as the code has it.
std::string table_of_checks() {
  constexpr std::string_view inputs[] = {"config", "files", "base", "attachments"};
  std::string table =
      "| id | severity | input | profiles | CIS | Dockle, Hadolint | finds |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const AuditCheck& check : audit_checks()) {
    std::vector<std::string> profiles;
    for (const std::string_view name : builtin_audit_profiles()) {
      if (name != "strict" && find_audit_profile(name)->has(check.id)) profiles.emplace_back(name);
    }
    table += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} |\n", check.id,
                         to_string(check.severity), inputs[static_cast<std::size_t>(check.input)],
                         join(profiles, " "), check.cis, check.others, check.title);
  }
  return table;
}

TEST_CASE("docs/audit.md has the table of the checks there are") {
  std::ifstream file("docs/audit.md");
  REQUIRE(file);
  std::stringstream text;
  text << file.rdbuf();
  INFO("it should have\n" << table_of_checks());
  CHECK(text.str().find(table_of_checks()) != std::string::npos);
}

}  // namespace
}  // namespace lade::sbom
