#include "libimage/stream/pipe.h"

#include <array>
#include <atomic>
#include <catch2/catch.hpp>

#include "tests/support/expect_error.h"

namespace lade {
namespace {

/// Counts up for ever, and says what was asked of it.
class EndlessSource final : public Source {
 public:
  EndlessSource(std::atomic<std::uint64_t>& given, std::atomic<bool>& destroyed)
      : given_(given), destroyed_(destroyed) {}
  ~EndlessSource() override { destroyed_ = true; }
  std::size_t read(std::span<std::byte> buffer) override {
    given_ += buffer.size();
    return buffer.size();
  }

 private:
  std::atomic<std::uint64_t>& given_;
  std::atomic<bool>& destroyed_;
};

std::string numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i) + " ";
  return text;
}

}  // namespace

TEST_CASE("reading ahead changes nothing but the time it takes") {
  const std::string text = numbers(20'000);
  const std::size_t buffer_bytes = GENERATE(1U, 7U, 4096U, 1U << 20U);
  const std::size_t buffers = GENERATE(1U, 2U, 4U);
  if (buffer_bytes == 1 && buffers == 1) return;
  const auto source = read_ahead(std::make_unique<StringSource>(text), buffer_bytes, buffers);
  CHECK(read_all(*source, 1U << 20U, "test") == text);
  std::array<std::byte, 8> buffer;
  CHECK(source->read(buffer) == 0);
}

TEST_CASE("reading ahead is bounded, and stops when nobody wants more") {
  std::atomic<std::uint64_t> given = 0;
  std::atomic<bool> destroyed = false;
  {
    const auto source = read_ahead(std::make_unique<EndlessSource>(given, destroyed), 1024, 4);
    std::array<std::byte, 100> buffer;
    CHECK(source->read(buffer) > 0);
  }
  CHECK(destroyed);
  CHECK(given <= 5 * 1024);
}

TEST_CASE("an unread source ahead is destroyed without a hang") {
  std::atomic<std::uint64_t> given = 0;
  std::atomic<bool> destroyed = false;
  for (int i = 0; i < 100; ++i) {
    read_ahead(std::make_unique<EndlessSource>(given, destroyed), 64, 2).reset();
  }
  CHECK(destroyed);
}

TEST_CASE("an error of the source comes behind the bytes before it") {
  class Failing final : public Source {
   public:
    std::size_t read(std::span<std::byte> buffer) override {
      if (std::exchange(given_, true)) fail(ErrorKind::unavailable, "connection lost");
      buffer[0] = std::byte{'x'};
      return 1;
    }

   private:
    bool given_ = false;
  };
  const auto source = read_ahead(std::make_unique<Failing>());
  std::array<std::byte, 8> buffer;
  CHECK(source->read(buffer) == 1);
  CHECK(error_of(ErrorKind::unavailable, [&] { source->read(buffer); }) == "connection lost");
  // and again, rather than an end that is none
  CHECK(error_of(ErrorKind::unavailable, [&] { source->read(buffer); }) == "connection lost");
}

TEST_CASE("a producer becomes a source") {
  const std::string text = numbers(20'000);
  const std::size_t buffer_bytes = GENERATE(7U, 4096U, 1U << 20U);
  const auto source = produce_source(
      [&text](Sink& sink) {
        for (std::size_t at = 0; at < text.size(); at += 100) {
          sink.write(std::string_view(text).substr(at, 100));
        }
      },
      buffer_bytes, 2);
  CHECK(read_all(*source, 1U << 20U, "test") == text);
}

TEST_CASE("a producer that writes nothing makes an empty source") {
  const auto source = produce_source([](Sink&) {});
  CHECK(read_all(*source, 0, "test").empty());
}

TEST_CASE("a producer's error comes out of read") {
  const auto source = produce_source([](Sink& sink) {
    sink.write("some");
    sink.finish();
    fail(ErrorKind::corrupt, "no more");
  });
  std::array<std::byte, 8> buffer;
  CHECK(source->read(buffer) == 4);
  CHECK(error_of(ErrorKind::corrupt, [&] { source->read(buffer); }) == "no more");
}

TEST_CASE("a producer whose reader leaves is cancelled") {
  std::atomic<bool> cancelled = false;
  {
    const auto source = produce_source(
        [&cancelled](Sink& sink) {
          try {
            for (;;) sink.write("for ever and ever");
          } catch (const Error& error) {
            cancelled = error.kind() == ErrorKind::cancelled;
            throw;
          }
        },
        64, 2);
    std::array<std::byte, 8> buffer;
    CHECK(source->read(buffer) == 8);
  }
  CHECK(cancelled);
}

TEST_CASE("pipes stack") {
  const std::string text = numbers(50'000);
  auto source = read_ahead(
      read_ahead(produce_source([&text](Sink& sink) { sink.write(text); }, 1000, 2), 777, 3), 512,
      2);
  CHECK(read_all(*source, 1U << 20U, "test") == text);
}

}  // namespace lade
