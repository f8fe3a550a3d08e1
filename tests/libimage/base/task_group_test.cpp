#include "libimage/base/task_group.h"

#include <atomic>
#include <catch2/catch.hpp>

#include "libimage/base/error.h"

namespace lade {
namespace {

TEST_CASE("a task group runs everything, tasks that tasks add too") {
  std::atomic<int> count = 0;
  TaskGroup group(3);
  for (int i = 0; i < 50; ++i) {
    group.run([&] {
      ++count;
      group.run([&] { ++count; });
    });
  }
  group.wait();
  CHECK(count == 100);
}

TEST_CASE("the first error of a task group wins and drops what has not begun") {
  std::atomic<int> after = 0;
  TaskGroup group(1);
  group.run([] { fail(ErrorKind::io, "first"); });
  group.run([&] { ++after; });
  CHECK_THROWS_WITH(group.wait(), "first");
  CHECK(after <= 1);
  CHECK_NOTHROW(group.wait());
}

}  // namespace
}  // namespace lade
