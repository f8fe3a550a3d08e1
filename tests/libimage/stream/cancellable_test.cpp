#include "libimage/stream/cancellable.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <thread>

#include "libimage/base/error.h"
#include "libimage/base/temp_dir.h"

namespace lade {
namespace {

std::string kind_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return std::string(to_string(error.kind()));
  }
  return "nothing thrown";
}

TEST_CASE("a source is read until its token is cancelled") {
  CancelToken token;
  const auto source = cancellable(std::make_unique<StringSource>("abcdef"), &token);
  std::byte buffer[3];
  CHECK(source->read(buffer) == 3);
  token.cancel();
  CHECK(kind_of([&] { source->read(buffer); }) == "cancelled");
}

TEST_CASE("without a token nothing is ever cancelled") {
  CHECK(read_all(*cancellable(std::make_unique<StringSource>("abc"), nullptr), 10, "") == "abc");
  auto [in, out] = make_pipe();
  CancellableFdSink(out.get(), "pipe", nullptr).write("abc");
  out.reset();
  CancellableFdSource source(std::move(in), "pipe", nullptr);
  CHECK(read_all(source, 10, "") == "abc");
}

TEST_CASE("a pipe is read to its end with a token, too") {
  CancelToken token;
  auto [in, out] = make_pipe();
  std::thread writer([&token, out = std::move(out)] {
    CancellableFdSink(out.get(), "pipe", &token).write(std::string(300'000, 'x'));
  });
  CancellableFdSource source(std::move(in), "pipe", &token);
  CHECK(read_all(source, 1U << 20U, "") == std::string(300'000, 'x'));
  writer.join();
}

TEST_CASE("waiting for somebody who writes nothing ends when the token is cancelled") {
  CancelToken token;
  auto [in, out] = make_pipe();
  CancellableFdSource source(std::move(in), "pipe", &token);
  std::thread other([&token] { token.cancel(); });
  std::byte buffer[3];
  CHECK(kind_of([&] { source.read(buffer); }) == "cancelled");
  other.join();
}

TEST_CASE("waiting for somebody who reads nothing ends when the token is cancelled") {
  CancelToken token;
  const auto [in, out] = make_pipe();
  CancellableFdSink sink(out.get(), "pipe", &token);
  std::thread other([&token] { token.cancel(); });
  CHECK(kind_of([&] {
          for (;;) sink.write(std::string(100'000, 'x'));
        }) == "cancelled");
  other.join();
}

TEST_CASE("a named pipe is opened without waiting for a writer, who is waited for by reading") {
  const TempDir directory("/tmp");
  const std::string path = directory.path() + "/pipe";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CancelToken token;
  CancellableFdSource source(open_to_read(path), path, &token);
  SECTION("and comes") {
    std::thread writer([&path] { write_full(open_fd(path, O_WRONLY).get(), as_bytes("abc")); });
    CHECK(read_all(source, 10, "") == "abc");
    writer.join();
  }
  SECTION("or does not") {
    std::thread other([&token] { token.cancel(); });
    std::byte buffer[3];
    CHECK(kind_of([&] { source.read(buffer); }) == "cancelled");
    other.join();
  }
}

}  // namespace
}  // namespace lade
