#include "cmd/output/man.h"

#include <catch2/catch.hpp>

using namespace lade::cmd;
using Catch::Contains;

namespace {

std::string page() {
  CLI::App app("Do things", "do");
  std::string text;
  bool flag = false;
  app.add_option("THING", text, "What to do")->required();
  app.add_option("-f,--format", text, ".dots and \\backslashes")->type_name("FORMAT");
  app.add_flag("--quick", flag, "Be quick");
  explain(app, "A paragraph.\n\nAnother-one.", "  lade do this\n  lade do --quick that");
  return man_page(app, {"lade do", "lade 1.0", {{"EXIT STATUS", {{"0", "Success."}}}}});
}

}  // namespace

TEST_CASE("a manual page has the sections man(1) looks for, in order") {
  const std::string text = page();
  std::size_t at = 0;
  for (const std::string section :
       {".TH lade\\-do 1", ".SH NAME\nlade\\-do \\- Do things\n", ".SH SYNOPSIS",
        ".SH DESCRIPTION\nA paragraph.\n.PP\nAnother\\-one.\n", ".SH OPTIONS", ".SH EXIT STATUS",
        ".SH EXAMPLES"}) {
    CAPTURE(section, text);
    const std::size_t found = text.find(section, at);
    REQUIRE(found != std::string::npos);
    at = found;
  }
}

TEST_CASE("options come from the command's flags") {
  const std::string text = page();
  CHECK_THAT(text, Contains("\\fBlade do\\fR [options] \\fITHING\\fR"));
  CHECK_THAT(text, Contains(".TP\n\\fB\\-f\\fR, \\fB\\-\\-format\\fR \\fIFORMAT\\fR\n"));
  CHECK_THAT(text, Contains(".TP\n\\fB\\-\\-quick\\fR\nBe quick\n"));
}

TEST_CASE("roff takes no text for a request") {
  const std::string text = page();
  CHECK_THAT(text, Contains("\n\\&.dots and \\ebackslashes\n"));
}

TEST_CASE("examples are shown as they are") {
  CHECK_THAT(page(), Contains(".EX\nlade do this\nlade do \\-\\-quick that\n.EE\n"));
}
