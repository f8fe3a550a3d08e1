#include "builder/exec/output_lines.h"

#include <catch2/catch.hpp>

namespace lade::builder {
namespace {

class Written final : public ProgressTask {
 public:
  void advance(std::uint64_t) override {}
  void output(std::string_view text) override { all += text; }
  void finish(std::string_view) override {}
  std::string all;
};

TEST_CASE("a line of one stream does not begin in a line of the other") {
  Written task;
  OutputLines lines(task);
  lines.add(OutputStream::out, "one\nunfin");
  lines.add(OutputStream::err, "two\nlast");
  lines.add(OutputStream::out, "ished\n");
  CHECK(task.all == "one\ntwo\nunfinished\n");
  lines.finish();
  CHECK(task.all == "one\ntwo\nunfinished\nlast\n");
  lines.finish();
  CHECK(task.all == "one\ntwo\nunfinished\nlast\n");
}

TEST_CASE("a line without an end is not kept without an end") {
  Written task;
  OutputLines lines(task);
  const std::string part(4096, 'x');
  for (int i = 0; i < 100; ++i) lines.add(OutputStream::err, part);
  CHECK(task.all.size() >= 99 * part.size() - OutputLines::line_limit_bytes);
  CHECK(task.all.find('\n') == OutputLines::line_limit_bytes);
}

}  // namespace
}  // namespace lade::builder
