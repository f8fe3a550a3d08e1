#include <array>
#include <catch2/catch.hpp>

#include "cmd/output/progress_json.h"
#include "cmd/output/progress_plain.h"
#include "cmd/output/table.h"
#include "cmd/output/tty_display.h"
#include "libimage/base/fd.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"

using namespace lade;
using namespace lade::cmd;
using Catch::Contains;

namespace {

/// The lines of a frame, without the codes that move and clear.
std::vector<std::string> lines_of(std::string frame) {
  for (const std::string code : {"\x1b[K", "\x1b[J", "\r"}) {
    for (std::size_t at = 0; (at = frame.find(code)) != std::string::npos;) {
      frame.erase(at, code.size());
    }
  }
  std::vector<std::string> lines = split(frame, '\n');
  lines.pop_back();
  return lines;
}

}  // namespace

TEST_CASE("a running task shows its bytes, its share and its time") {
  TtyDisplay display(false);
  const auto task = display.begin("layer 1", 2000, 0);
  display.advance(task, 500);
  const auto lines = lines_of(display.frame(1500, 60, 24));
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Contains("=> layer 1"));
  CHECK_THAT(lines[0], Contains("25%  1.5s"));
  CHECK(width_of(lines[0]) <= 59);
}

TEST_CASE("a finished task stays above, those that run are drawn anew over the old ones") {
  TtyDisplay display(false);
  const auto first = display.begin("one", 0, 0);
  display.begin("two", 0, 0);
  CHECK(lines_of(display.frame(0, 60, 24)).size() == 2);
  display.finish(first, "done", 100);
  const std::string frame = display.frame(100, 60, 24);
  CHECK_THAT(frame, Catch::StartsWith("\r\x1b[2A"));
  const auto lines = lines_of(frame.substr(5));
  REQUIRE(lines.size() == 2);
  CHECK_THAT(lines[0], Contains("one") && Contains("done 0.1s"));
  CHECK_THAT(lines[1], Contains("two"));
  CHECK_THAT(display.frame(100, 60, 24), Catch::StartsWith("\r\x1b[1A"));
  CHECK(display.clear() == "\r\x1b[1A\x1b[J");
}

TEST_CASE("no line is wider than the terminal, no frame higher") {
  TtyDisplay display(false);
  for (int i = 0; i < 50; ++i) {
    const auto task = display.begin(std::string(200, 'x') + "日本", 100, 0);
    display.output(task, std::string(500, 'y') + "\n");
  }
  const auto lines = lines_of(display.frame(0, 40, 10));
  CHECK(lines.size() == 8);
  for (const std::string& line : lines) CHECK(width_of(line) <= 39);
}

TEST_CASE("what a program prints cannot move the cursor") {
  TtyDisplay display(false);
  const auto task = display.begin("RUN \x1b[2J", 0, 0);
  display.output(task, "a\x1b[31mred\x07\n");
  const std::string frame = display.frame(0, 80, 24);
  CHECK_THAT(frame, Contains("RUN \\x1b[2J"));
  CHECK_THAT(frame, Contains("a\\x1b[31mred\\x07"));
}

TEST_CASE("a line that a carriage return rewrites shows its last form") {
  TtyDisplay display(false);
  const auto task = display.begin("RUN", 0, 0);
  display.output(task, "10%\r50");
  display.output(task, "%\r\n");
  const auto lines = lines_of(display.frame(0, 80, 24));
  REQUIRE(lines.size() == 2);
  CHECK(lines[1] == "   50%");
}

TEST_CASE("a failed task leaves its last lines behind") {
  TtyDisplay display(true);
  const auto task = display.begin("RUN make", 0, 0);
  display.output(task, "error: no such file\n");
  display.finish(task, "failed", 10);
  display.warning("odd");
  const std::string frame = display.frame(10, 80, 24);
  CHECK_THAT(frame, Contains("\x1b[31m=> RUN make"));
  CHECK_THAT(frame, Contains("error: no such file"));
  CHECK_THAT(frame, Contains("\x1b[33mwarning: odd\x1b[0m"));
}

TEST_CASE("a log says how far a blob is, and nothing of what has no size") {
  const auto [out, in] = make_pipe();
  const auto progress = make_plain_progress(in.get(), std::chrono::milliseconds(0));
  {
    const auto blob = progress->begin("layer", 3'000);
    blob->advance(1'000);
    blob->advance(1'500);
    blob->advance(500);
    const auto step = progress->begin("step", 0);
    step->advance(1'000);
  }
  const auto rare = make_plain_progress(in.get(), std::chrono::hours(1));
  rare->begin("slow", 3'000)->advance(1'000);
  std::array<char, 500> buffer{};
  const std::size_t count = read_some(out.get(), std::as_writable_bytes(std::span(buffer)));
  CHECK(std::string(buffer.data(), count) ==
        "#1 layer\n#1 1 kB of 3 kB\n#1 2.5 kB of 3 kB\n#2 step\n#1 slow\n");
}

TEST_CASE("events are JSON records, one a line") {
  std::vector<Json> records;
  const auto progress = make_json_progress([&](const std::string& line) {
    REQUIRE(line.back() == '\n');
    records.push_back(parse_json(line, "event"));
  });
  {
    const auto task = progress->begin("layer", 10);
    task->advance(4);
    task->output("bad \xFF byte");
    task->advance(2U << 20U);
    task->finish("done");
    progress->warning("odd");
  }
  progress->begin("dropped", 0).reset();
  std::vector<std::string> events;
  for (const Json& record : records) {
    CHECK(record["schemaVersion"] == 1);
    events.push_back(record["event"].get<std::string>());
  }
  CHECK(join(events, " ") == "begin output advance finish warning begin finish");
  CHECK(records[0]["totalBytes"] == 10);
  CHECK(records[3]["bytes"] == (2U << 20U) + 4);
  CHECK(records[6]["outcome"] == "stopped");
  CHECK(records[5]["task"] != records[0]["task"]);
}
