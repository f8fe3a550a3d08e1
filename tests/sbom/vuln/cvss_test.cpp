#include "sbom/vuln/cvss.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "tests/support/expect_error.h"

namespace lade::sbom {
namespace {

CvssScores score_of(std::string_view text) { return score(CvssVector::parse(text)); }

struct ScoredVector {
  std::string_view vector;
  double base;
  double overall;
};

void check_scores(const std::vector<ScoredVector>& rows) {
  for (const auto& [vector, base, overall] : rows) {
    INFO(vector);
    CHECK(score_of(vector).base == base);
    CHECK(score_of(vector).overall() == overall);
  }
}

}  // namespace

TEST_CASE("the examples of the guide to CVSS 2.0 have the scores it gives") {
  const auto apache =
      score_of("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H");
  CHECK(apache.base == 7.8);
  CHECK(apache.temporal == 6.4);
  CHECK(apache.environmental == 9.2);
  CHECK(apache.overall() == 9.2);
  check_scores({{"AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0, 10.0},
                {"AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C", 10.0, 8.3},
                {"AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", 10.0, 9.0},
                {"AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2, 6.2},
                {"AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C", 6.2, 4.9},
                {"AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M", 6.2, 7.5},
                {"AV:L/AC:H/Au:N/C:C/I:C/A:C/TD:N", 6.2, 0.0},
                {"AV:N/AC:L/Au:N/C:N/I:N/A:N", 0.0, 0.0},
                {"AV:N/AC:M/Au:N/C:N/I:P/A:N", 4.3, 4.3},
                {"AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5, 7.5},
                {"AV:N/AC:M/Au:S/C:N/I:P/A:N/E:ND/RL:ND/RC:ND", 3.5, 3.5}});
}

TEST_CASE("well-known vulnerabilities have the scores that were published in CVSS 3.1") {
  check_scores({{"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, 6.1},
                {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4, 6.4},
                {"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1, 3.1},
                {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9, 9.9},
                {"CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2, 4.2},
                {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 8.8, 8.8},
                {"CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 7.8, 7.8},
                {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, 7.5},
                {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, 9.8},
                {"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 6.8, 6.8},
                {"CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 6.8, 6.8},
                {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N", 5.8, 5.8},
                {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0, 10.0},
                {"CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 9.3, 9.3},
                {"CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N", 5.4, 5.4},
                {"CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 4.6, 4.6},
                {"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N", 7.4, 7.4},
                {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 9.6, 9.6},
                {"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0, 0.0}});
}

TEST_CASE("well-known vulnerabilities have the scores that were published in CVSS 4.0") {
  check_scores({{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0, 10.0},
                {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7, 8.7},
                {"CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:H", 6.4, 6.4},
                {"CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3, 7.3},
                {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7, 7.7},
                {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N"
                 "/CR:H/IR:L/AR:L/MAV:N/MAC:H/MVC:H/MVI:L/MVA:L",
                 8.3, 8.1},
                {"CVSS:4.0/AV:P/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.0, 7.0},
                {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0, 0.0},
                {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/MSI:S/S:P/U:Red",
                 10.0, 10.0}});
}

TEST_CASE("vectors with whatever metrics have the scores of an independent calculator") {
  check_scores({
      {"CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:H/I:H/A:N/E:P/RL:W/RC:U/IR:L/MAV:P/MAC:L/MPR:L/MUI:N/"
       "MC:N",
       5.3, 2.1},
      {"CVSS:3.1/AV:N/AC:L/PR:H/UI:R/S:C/C:H/I:L/A:N", 6.9, 6.9},
      {"CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:L/A:L/RL:O/MAV:L/MC:N/MI:N", 2.7, 1.8},
      {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:H", 7.1, 7.1},
      {"CVSS:3.1/AV:P/AC:H/PR:H/UI:N/S:U/C:H/I:H/A:L/RC:R/CR:M/IR:M/AR:M/MAV:A/MAC:L/MPR:L/MS:C/"
       "MI:L/MA:L",
       5.7, 7.9},
      {"CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RC:R", 8.4, 7.6},
      {"CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H/RL:T", 8.1, 7.8},
      {"CVSS:3.1/AV:N/AC:H/PR:H/UI:R/S:C/C:L/I:N/A:L", 4.0, 4.0},
      {"CVSS:3.1/AV:P/AC:L/PR:L/UI:R/S:C/C:N/I:H/A:L/RL:W/AR:L/MPR:L/MC:H/MI:H/MA:L", 5.7, 6.8},
      {"CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:C/C:H/I:N/A:L", 7.1, 7.1},
      {"CVSS:3.1/AV:N/AC:H/PR:L/UI:R/S:C/C:H/I:H/A:N", 7.7, 7.7},
      {"CVSS:3.1/AV:A/AC:H/PR:H/UI:N/S:U/C:L/I:H/A:L/CR:M/IR:M/AR:M/MAV:N/MPR:H/MS:U/MC:H/MA:L",
       5.3, 6.2},
      {"CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H/RC:R", 8.1, 7.8},
      {"CVSS:3.1/AV:L/AC:H/PR:N/UI:N/S:U/C:L/I:H/A:N/E:H", 5.7, 5.7},
      {"CVSS:4.0/AV:P/AC:H/AT:N/PR:N/UI:N/VC:L/VI:L/VA:H/SC:L/SI:H/SA:H/CR:M/AR:H/MAV:A/MAC:L/"
       "MPR:H/MUI:A/MVC:N/MVI:L/MSA:N",
       6.0, 6.8},
      {"CVSS:4.0/AV:A/AC:H/AT:P/PR:H/UI:A/VC:H/VI:N/VA:L/SC:L/SI:N/SA:H/CR:H/IR:L/MPR:L/MUI:P/"
       "MVC:L/MVI:L/MSI:S",
       5.7, 4.8},
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:L/VI:N/VA:N/SC:H/SI:H/SA:N", 6.4, 6.4},
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:A/VC:N/VI:N/VA:H/SC:H/SI:H/SA:H", 8.3, 8.3},
      {"CVSS:4.0/AV:L/AC:H/AT:P/PR:L/UI:P/VC:N/VI:H/VA:H/SC:L/SI:H/SA:H/E:A", 6.0, 6.0},
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:N/VI:N/VA:H/SC:L/SI:H/SA:H", 8.5, 8.5},
      {"CVSS:4.0/AV:P/AC:H/AT:P/PR:L/UI:A/VC:H/VI:N/VA:L/SC:H/SI:H/SA:L/E:A/MAT:N/MPR:H/MUI:A/"
       "MVC:N/MVI:L/MVA:L",
       5.9, 2.3},
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:A/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 6.7, 6.7},
      {"CVSS:4.0/AV:N/AC:H/AT:P/PR:L/UI:P/VC:L/VI:L/VA:L/SC:N/SI:L/SA:N", 2.1, 2.1},
      {"CVSS:4.0/AV:L/AC:L/AT:N/PR:H/UI:N/VC:L/VI:N/VA:H/SC:L/SI:L/SA:N/E:A", 6.8, 6.8},
      {"CVSS:4.0/AV:A/AC:H/AT:P/PR:H/UI:N/VC:H/VI:N/VA:H/SC:N/SI:N/SA:L/CR:H/MAC:H/MAT:P/MPR:H/"
       "MUI:A/MVC:N/MVI:N/MSC:N/MSA:L",
       5.8, 4.1},
      {"CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:H/SI:L/SA:N/E:P/CR:M/MAV:N/MAC:H/MPR:H/"
       "MUI:A/MVC:N/MVI:L/MVA:L/MSC:L",
       9.2, 0.9},
      {"CVSS:4.0/AV:P/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:H/SC:H/SI:H/SA:H/CR:H/MAV:A/MAC:H/MPR:L/"
       "MUI:P/MVI:L/MVA:L/MSA:N",
       7.1, 2.1},
      {"CVSS:4.0/AV:A/AC:L/AT:N/PR:L/UI:P/VC:N/VI:N/VA:H/SC:L/SI:N/SA:N/MAV:N/MAT:N/MVI:L/MVA:L/"
       "MSC:L/MSI:N/MSA:N",
       5.1, 5.1},
      {"CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:P/VC:N/VI:L/VA:H/SC:N/SI:H/SA:N", 8.2, 8.2},
      {"CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:A/VC:H/VI:N/VA:H/SC:N/SI:H/SA:L", 7.0, 7.0},
      {"CVSS:4.0/AV:N/AC:L/AT:P/PR:H/UI:P/VC:H/VI:L/VA:L/SC:N/SI:H/SA:L", 7.0, 7.0},
      {"CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:H/VI:N/VA:L/SC:N/SI:N/SA:N/E:P", 6.8, 5.2},
      {"CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:N/VI:H/VA:H/SC:N/SI:L/SA:H", 8.3, 8.3},
      {"CVSS:4.0/AV:P/AC:H/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:L/SI:L/SA:N/AR:M/MAV:A/MAT:P/MUI:A/"
       "MSI:S/MSA:H",
       4.4, 8.5},
      {"CVSS:4.0/AV:P/AC:H/AT:P/PR:N/UI:A/VC:H/VI:H/VA:H/SC:H/SI:H/SA:L/MAV:N/MPR:L/MUI:N/MVC:H/"
       "MVA:N/MSC:N/MSI:N/MSA:H",
       7.2, 8.6},
      {"CVSS:4.0/AV:L/AC:H/AT:N/PR:N/UI:N/VC:N/VI:L/VA:H/SC:H/SI:H/SA:H", 7.2, 7.2},
      {"CVSS:4.0/AV:P/AC:H/AT:P/PR:N/UI:N/VC:N/VI:H/VA:N/SC:L/SI:N/SA:H", 5.7, 5.7},
      {"CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:H/SC:N/SI:N/SA:H/E:A", 8.1, 8.1},
  });
}

TEST_CASE("CVSS 3.0 and 3.1 differ in modified impact and in rounding") {
  // a changed scope and nearly everything lost, where the two curves part
  const std::string metrics =
      "AV:N/AC:L/PR:L/UI:R/S:C/C:H/I:H/A:H/E:U/RL:O/RC:U/CR:H/IR:H/AR:H/MAV:A/MAC:H";
  const double old_score = score_of("CVSS:3.0/" + metrics).overall();
  const double new_score = score_of("CVSS:3.1/" + metrics).overall();
  CHECK(old_score < new_score);
  // 5.0 * 0.92 is 4.6 and no more, whatever its binary form
  CHECK(score_of("CVSS:3.0/AV:P/AC:L/PR:N/UI:R/S:U/C:L/I:N/A:N/RC:U/MAV:L/MAC:H/MPR:L/MUI:R/MA:H")
            .overall() == 4.6);
}

TEST_CASE("scores of groups are there if their metrics are") {
  const std::string base = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
  CHECK(score_of(base).temporal == std::nullopt);
  CHECK(score_of(base + "/E:X/RL:X/MAV:X").temporal == std::nullopt);
  CHECK(score_of(base + "/E:X/RL:X/MAV:X").environmental == std::nullopt);
  CHECK(score_of(base + "/E:U").temporal == 9.0);
  CHECK(score_of(base + "/E:U").environmental == std::nullopt);
  CHECK(score_of(base + "/MAV:P").temporal == std::nullopt);
  CHECK(score_of(base + "/MAV:P").environmental == 6.8);
  const std::string latest = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
  CHECK(score_of(latest + "/E:P").base == 9.3);
  CHECK(score_of(latest + "/E:P").temporal == 8.9);
  CHECK(score_of(latest + "/E:P").environmental == std::nullopt);
  CHECK(score_of(latest + "/E:U/MPR:H").environmental == score_of(latest + "/E:U/MPR:H").overall());
}

TEST_CASE("more loss is never a lower score where scopes do not change") {
  const auto check_rise = [](const std::string& prefix, const std::vector<std::string>& levels) {
    for (const auto& c : levels) {
      for (const auto& i : levels) {
        double last = 0;
        for (const auto& a : levels) {
          const double now = score_of(fmt::format("{}/C:{}/I:{}/A:{}", prefix, c, i, a)).base;
          CHECK(now >= last);
          last = now;
        }
      }
    }
  };
  for (const auto* av : {"N", "A", "L", "P"}) {
    for (const auto* pr : {"N", "L", "H"}) {
      check_rise(fmt::format("CVSS:3.1/AV:{}/AC:H/PR:{}/UI:R/S:U", av, pr), {"N", "L", "H"});
      check_rise(fmt::format("CVSS:3.0/AV:{}/AC:L/PR:{}/UI:N/S:U", av, pr), {"N", "L", "H"});
    }
  }
  for (const auto* av : {"N", "A", "L"}) {
    check_rise(fmt::format("AV:{}/AC:M/Au:S", av), {"N", "P", "C"});
  }
}

TEST_CASE("every vector of CVSS 4.0 has a score that is not 0 unless nothing is lost") {
  const std::vector<std::string> losses{"H", "L", "N"};
  int zeros = 0;
  for (const auto* way : {"AV:N/AC:L/AT:N/PR:N/UI:N", "AV:A/AC:H/AT:N/PR:L/UI:P",
                          "AV:L/AC:L/AT:P/PR:H/UI:A", "AV:P/AC:H/AT:P/PR:H/UI:A"}) {
    for (int i = 0; i < 729; ++i) {
      int rest = i;
      std::string text = fmt::format("CVSS:4.0/{}", way);
      for (const auto* loss : {"VC", "VI", "VA", "SC", "SI", "SA"}) {
        text += fmt::format("/{}:{}", loss, losses[static_cast<std::size_t>(rest % 3)]);
        rest /= 3;
      }
      for (const auto* more : {"", "/E:U", "/E:P/CR:L/IR:L/AR:L", "/CR:M/MSI:S"}) {
        INFO(text << more);
        const double overall = score_of(text + more).overall();
        CHECK(overall <= 10);
        if (overall == 0) ++zeros;
      }
    }
  }
  // nothing is lost once in each way; of the four additions one adds a loss
  CHECK(zeros == 4 * 3);
}

TEST_CASE("vectors say their metrics in one form") {
  const auto vector = CvssVector::parse("CVSS:3.1/S:C/AC:L/PR:L/E:X/UI:N/AV:N/C:H/I:H/A:H/MPR:H");
  CHECK(vector.version() == CvssVersion::v3_1);
  CHECK(vector.value("PR") == "L");
  CHECK(vector.value("MPR") == "H");
  CHECK(vector.value("MAV") == "X");
  CHECK(vector.has(CvssGroup::base));
  CHECK(vector.has(CvssGroup::environmental));
  CHECK_FALSE(vector.has(CvssGroup::temporal));
  CHECK(vector.to_string() == "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H/MPR:H");
  CHECK(CvssVector::parse(vector.to_string()) == vector);
  const std::string old = "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/CDP:LM";
  CHECK(CvssVector::parse(old).to_string() == old);
  CHECK(CvssVector::parse(old).value("RL") == "ND");
}

TEST_CASE("what is no vector is refused") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", "\"\" is no metric of version 2.0"},
      {"CVSS:3.1/", "\"\" is no metric of version 3.1"},
      {"CVSS:3.2/AV:N", "wanted version 2.0, 3.0, 3.1 or 4.0"},
      {"CVSS:2.0/AV:N/AC:L/Au:N/C:N/I:N/A:C", "wanted version 2.0, 3.0, 3.1 or 4.0"},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "A is missing"},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:X", "\"A:X\" is no metric of version 3.1"},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", "\"\" is no metric"},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H ", "\"A:H \" is no metric"},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/AV:N", "AV is there twice"},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X/E:U", "E is there twice"},
      {"CVSS:3.0/AV:N/AC:L/AT:N", "\"AT:N\" is no metric of version 3.0"},
      {"cvss:3.1/AV:N", "\"cvss:3.1\" is no metric of version 2.0"},
      {"CVSS:3.1/av:N", "\"av:N\" is no metric"},
      {"CVSS:3.1/AV", "\"AV\" is no metric"},
      {"CVSS:3.1/AV:", "\"AV:\" is no metric"},
      {"CVSS:3.1/AV:N A", "\"AV:N A\" is no metric"},
      {"AV:N/AC:L/C:N/Au:N/I:N/A:C", "Au has to be before C"},
      {"AV:N/AC:L/Au:N/C:N/I:N", "A is missing"},
      {"CVSS:4.0/AC:L/AV:N", "AV has to be before AC"},
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:S/SA:N", "\"SI:S\" is no metric"},
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:R", "\"UI:R\" is no metric of version 4.0"},
      {"CVSS:3.1/AV:\n", "\"AV:\\x0a\" is no metric"},
      {std::string(513, 'A'), "513 bytes: wanted at most 512"}};
  for (const auto& [text, message] : table) {
    INFO(text);
    const std::string& vector = text;
    const std::string got = error_of(ErrorKind::invalid, [&] { CvssVector::parse(vector); });
    CHECK_THAT(got, Catch::Contains(message));
  }
}

TEST_CASE("scores have a severity in words") {
  const std::vector<std::pair<double, Severity>> table{
      {0.0, Severity::none},   {0.1, Severity::low},      {3.9, Severity::low},
      {4.0, Severity::medium}, {6.9, Severity::medium},   {7.0, Severity::high},
      {8.9, Severity::high},   {9.0, Severity::critical}, {10.0, Severity::critical}};
  for (const auto& [score, severity] : table) {
    INFO(score);
    for (const auto version : {CvssVersion::v3_0, CvssVersion::v3_1, CvssVersion::v4_0}) {
      CHECK(severity_of(version, score) == severity);
    }
    const auto old = std::clamp(severity, Severity::low, Severity::high);
    CHECK(severity_of(CvssVersion::v2_0, score) == old);
  }
}

TEST_CASE("words of severity are found as databases write them") {
  for (const auto severity :
       {Severity::none, Severity::low, Severity::medium, Severity::high, Severity::critical}) {
    CHECK(find_severity(to_string(severity)) == severity);
  }
  CHECK(find_severity("MODERATE") == Severity::medium);
  CHECK(find_severity("Important") == Severity::high);
  CHECK(find_severity("negligible") == Severity::low);
  CHECK(find_severity("") == std::nullopt);
  CHECK(find_severity("unknown") == std::nullopt);
  CHECK(find_severity("high ") == std::nullopt);
}

TEST_CASE("every vector of the advisories of the corpora is read and has a score") {
  const char* given = std::getenv("LADE_CORPORA");
  const auto osv = std::filesystem::path(given != nullptr ? given : LADE_CORPORA_DEFAULT) / "osv";
  if (!std::filesystem::exists(osv)) {
    WARN("skipped: no corpora of advisories");
    return;
  }
  const std::regex vectors("\"(CVSS:[0-9][^\"]*)\"");
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(osv)) {
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (std::sregex_iterator match(text.begin(), text.end(), vectors), end; match != end;
         ++match) {
      INFO(entry.path().filename().string() << ": " << match->str(1));
      CHECK(score_of(match->str(1)).overall() > 0);
      ++found;
    }
  }
  CHECK(found > 100);
}

}  // namespace lade::sbom
