#include "libimage/stream/source.h"

#include <fcntl.h>

#include <array>
#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/stream/sink.h"
#include "tests/support/expect_error.h"

namespace lade {
TEST_CASE("a memory source gives its bytes in pieces and then the end") {
  MemorySource source("abcde");
  std::array<std::byte, 3> buffer;
  CHECK(source.read(buffer) == 3);
  CHECK(as_text(buffer) == "abc");
  CHECK(source.read(buffer) == 2);
  CHECK(source.read(buffer) == 0);
}

TEST_CASE("range sources share a descriptor and name a file that ends early") {
  const TempDir directory("/tmp");
  const std::string path = directory.path() + "/f";
  write_file_atomic(path, "0123456789");
  const Fd file = open_fd(path, O_RDONLY);
  RangeSource first(file.get(), 2, 3, "f");
  RangeSource second(file.get(), 8, 4, "f");
  CHECK(read_all(first, 100, "first") == "234");
  CHECK(error_of(ErrorKind::corrupt, [&] { read_all(second, 100, "second"); }) ==
        "f ends at byte 10; wanted 2 bytes more");
}

TEST_CASE("fd sources and sinks name what they read and write") {
  const TempDir directory("/tmp");
  const std::string path = directory.path() + "/f";
  const Fd file = open_fd(path, O_WRONLY | O_CREAT);
  FdSink sink(file.get(), "the blob");
  sink.write("hello");
  FdSource source(open_fd(path, O_RDONLY), "the blob");
  CHECK(read_all(source, 100, "f") == "hello");
  FdSource bad(open_fd(path, O_WRONLY), "the blob");
  const std::string message = error_of(ErrorKind::io, [&] { read_all(bad, 100, "f"); });
  CHECK_THAT(message, Catch::Matchers::StartsWith("the blob: "));
  FdSink read_only(open_fd(path, O_RDONLY).get(), "the blob");
  CHECK_THROWS_AS(read_only.write("x"), Error);
}

TEST_CASE("a limit lets its last byte through and not one more") {
  const std::string text(1000, 'x');
  MemorySource enough(text);
  CHECK(read_all(enough, 1000, "text") == text);
  MemorySource too_much(text);
  CHECK(error_of(ErrorKind::invalid, [&] { read_all(too_much, 999, "the manifest"); }) ==
        "the manifest is too large: more than 999 bytes");
  MemorySource nothing("");
  CHECK(read_all(nothing, 0, "nothing").empty());
}

TEST_CASE("copy moves everything, tells how far it is, and a tee writes twice") {
  const std::string text(700'000, 'y');
  MemorySource source(text);
  StringSink first;
  NullSink second;
  TeeSink both(first, second);
  std::uint64_t told = 0;
  CHECK(copy(source, both, [&](std::uint64_t bytes) { told += bytes; }) == text.size());
  CHECK(told == text.size());
  CHECK(first.text() == text);
  CHECK(second.count_bytes() == text.size());
}

}  // namespace lade
