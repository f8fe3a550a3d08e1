#include "libimage/stream/codec.h"

#include <catch2/catch.hpp>
#include <random>

#include "tests/support/expect_error.h"

namespace lade {
namespace {

using namespace std::string_literals;

/// Text that packs, but not to nothing; the same every time.
std::string sample(std::size_t size) {
  std::mt19937 random(42);
  std::string text;
  while (text.size() < size) {
    text += "line " + std::to_string(random() % 1000) + " of some file\n";
  }
  text.resize(size);
  return text;
}

std::string pack(const std::string& text, const EncoderOptions& options) {
  StringSink sink;
  const auto encoder = make_encoder(sink, options);
  encoder->write(text);
  encoder->finish();
  return sink.take();
}

std::string unpack(const std::string& packed, Compression compression,
                   const ExpansionLimit& limit = {}) {
  const auto source = open_decoder(std::make_unique<StringSource>(packed), compression, limit);
  return read_all(*source, 1U << 30U, "test");
}

/// Gives one byte at a time.
class DripSource final : public Source {
 public:
  explicit DripSource(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::span<std::byte> buffer) override { return text_.read(buffer.first(1)); }

 private:
  StringSource text_;
};

// `echo hello | xz` and `| bzip2`
const std::string hello_xz =
    "\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5\xa3\x01\x00\x05\x68\x65\x6c\x6c\x6f\x0a\x00\x00\x00\xa5\x60\x97\xf1\x94\xf6\xfd\xe0\x00\x01\x1e\x06\xc1\x2f\xa4\x1d\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a"s;
const std::string hello_bzip2 =
    "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xc1\xc0\x80\xe2\x00\x00\x01\x41\x00\x00\x10\x02\x44\xa0\x00\x30\xcd\x00\xc3\x46\x29\x97\x17\x72\x45\x38\x50\x90\xc1\xc0\x80\xe2"s;

std::string sample_of(Compression compression) {
  switch (compression) {
    case Compression::xz:
      return hello_xz;
    case Compression::bzip2:
      return hello_bzip2;
    default:
      return pack("hello\n", {.compression = compression});
  }
}

const auto every_format = {Compression::gzip, Compression::zstd, Compression::xz,
                           Compression::bzip2};

}  // namespace

TEST_CASE("what was packed is unpacked, whatever the size and the threads") {
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const std::size_t size = GENERATE(0U, 1U, 4095U, 4096U, 4097U, 200'000U);
  const unsigned threads = GENERATE(1U, 2U, 5U);
  const std::string text = sample(size);
  const std::string packed =
      pack(text, {.compression = compression, .threads = threads, .frame_bytes = 4096});
  CHECK(unpack(packed, compression) == text);
  // the bytes depend on neither the threads nor how they were written
  StringSink sink;
  const auto encoder =
      make_encoder(sink, {.compression = compression, .threads = 1, .frame_bytes = 4096});
  for (std::size_t at = 0; at < text.size(); at += 1000) {
    encoder->write(std::string_view(text).substr(at, 1000));
  }
  encoder->finish();
  CHECK(sink.text() == packed);
}

TEST_CASE("no bytes at all are still one whole member or frame") {
  CHECK(pack("", {.compression = Compression::gzip}).size() >= 18);
  CHECK(unpack(pack("", {.compression = Compression::gzip}), Compression::gzip).empty());
  CHECK(unpack(pack("", {.compression = Compression::zstd}), Compression::zstd).empty());
}

TEST_CASE("a gzip header carries no time and no system") {
  const std::string packed = pack("x", {.compression = Compression::gzip});
  CHECK(packed.substr(3, 5) == "\0\0\0\0\0"s);
  CHECK(packed[9] == '\xff');
}

TEST_CASE("every frame can be read on its own") {
  const auto compression = GENERATE(Compression::gzip, Compression::zstd);
  const std::string text = sample(50'000);
  StringSink sink;
  const auto encoder =
      make_encoder(sink, {.compression = compression, .threads = 3, .frame_bytes = 8192});
  encoder->write(text);
  encoder->finish();
  REQUIRE(encoder->frames().size() == 7);
  CHECK(encoder->frames()[0] == Frame{0, 0});
  for (const Frame& frame : encoder->frames()) {
    CHECK(frame.offset % 8192 == 0);
    CHECK(unpack(sink.text().substr(frame.compressed_offset), compression) ==
          text.substr(frame.offset));
  }
}

TEST_CASE("every format is sniffed and read") {
  for (const Compression compression : every_format) {
    CAPTURE(to_string(compression));
    const std::string packed = sample_of(compression);
    CHECK(to_string(sniff(as_bytes(packed).first(6))) == to_string(compression));
    CHECK(unpack(packed, compression) == "hello\n");
    const auto source = open_sniffed(std::make_unique<DripSource>(packed));
    CHECK(read_all(*source, 100, "test") == "hello\n");
  }
  CHECK(sniff(as_bytes("")) == Compression::none);
  CHECK(sniff(as_bytes("\x1f")) == Compression::none);
  CHECK(sniff(as_bytes("BZx")) == Compression::none);
  const auto source = open_sniffed(std::make_unique<StringSource>("abc"));
  CHECK(read_all(*source, 100, "test") == "abc");
}

TEST_CASE("streams may follow one another, and zeros the last") {
  for (const Compression compression : every_format) {
    CAPTURE(to_string(compression));
    const std::string packed = sample_of(compression);
    CHECK(unpack(packed + packed + packed, compression) == "hello\nhello\nhello\n");
    CHECK(unpack(packed + std::string(700'000, '\0'), compression) == "hello\n");
    const auto drip = open_decoder(std::make_unique<DripSource>(packed + packed), compression);
    CHECK(read_all(*drip, 100, "test") == "hello\nhello\n");
  }
}

TEST_CASE("garbage behind a stream is corrupt") {
  for (const Compression compression : every_format) {
    const std::string packed = sample_of(compression);
    for (const std::string& tail : {"garbage"s, "\0\0\0x"s, "\0"s + packed, packed.substr(0, 2)}) {
      CAPTURE(to_string(compression), tail);
      error_of(ErrorKind::corrupt, [&] { unpack(packed + tail, compression); });
    }
  }
}

TEST_CASE("a truncated stream is corrupt wherever it is cut") {
  for (const Compression compression : every_format) {
    const std::string packed = sample_of(compression);
    for (std::size_t size = 0; size < packed.size(); ++size) {
      CAPTURE(to_string(compression), size);
      const std::string message =
          error_of(ErrorKind::corrupt, [&] { unpack(packed.substr(0, size), compression); });
      CHECK_THAT(message, Catch::Matchers::Contains("truncated"));
    }
  }
}

TEST_CASE("a changed byte is never passed on as if nothing were") {
  for (const Compression compression : every_format) {
    const std::string packed = sample_of(compression);
    for (std::size_t i = 0; i < packed.size(); ++i) {
      CAPTURE(to_string(compression), i);
      std::string changed = packed;
      changed[i] = static_cast<char>(changed[i] ^ 0x10);
      std::string got = "hello\n";
      try {
        got = unpack(changed, compression);  // a header byte that means nothing may change
      } catch (const Error& error) {
        CHECK((error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::unsupported));
      }
      CHECK(got == "hello\n");
    }
  }
}

TEST_CASE("gzip's optional header fields are read over") {
  const std::string plain = pack("hello\n", {});
  std::string header = plain.substr(0, 10);
  header[3] = 4 | 8 | 16;  // extra, name, comment
  const std::string fields = "\x05\0extra"s + "name\0"s + "a comment\0"s;
  const std::string packed = header + fields + plain.substr(10);
  CHECK(unpack(packed, Compression::gzip) == "hello\n");
  const auto drip = open_decoder(std::make_unique<DripSource>(packed), Compression::gzip);
  CHECK(read_all(*drip, 100, "test") == "hello\n");
}

TEST_CASE("zstd's skippable frames are skipped, its old formats and huge windows refused") {
  const std::string packed = sample_of(Compression::zstd);
  const std::string skippable = "\x5e\x2a\x4d\x18\x03\0\0\0abc"s;
  CHECK(unpack(skippable + packed + skippable, Compression::zstd) == "hello\n");
  CHECK(sniff(as_bytes(skippable)) == Compression::zstd);
  CHECK(error_of(ErrorKind::corrupt, [] {
          unpack("\x25\xb5\x2f\xfd\0\0\0\0\0\0\0\0"s, Compression::zstd);
        }) == "zstd: no magic number where a frame should begin");
  // a frame header that asks for 2^28 bytes of window
  CHECK(error_of(ErrorKind::unsupported, [] {
          unpack("\x28\xb5\x2f\xfd\x00\x90\x01\0\0"s, Compression::zstd);
        }) == "zstd: a frame needs a window of more than 128 MiB");
}

TEST_CASE("expansion is limited for every format in the same way") {
  for (const Compression compression : every_format) {
    CAPTURE(to_string(compression));
    const std::string packed = sample_of(compression);
    CHECK(unpack(packed, compression, {.max_bytes = 6}) == "hello\n");
    const std::string message =
        error_of(ErrorKind::invalid, [&] { unpack(packed, compression, {.max_bytes = 5}); });
    CHECK_THAT(message, Catch::Matchers::Contains("more than 5 bytes"));
  }
}

/// What comes out before the source fails or ends; the message it fails with.
std::pair<std::uint64_t, std::string> unpack_until_refused(const std::string& packed,
                                                           Compression compression,
                                                           const ExpansionLimit& limit) {
  const auto source = open_decoder(std::make_unique<StringSource>(packed), compression, limit);
  NullSink sink;
  try {
    copy(*source, sink);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid);
    return {sink.count_bytes(), error.message()};
  }
  return {sink.count_bytes(), ""};
}

TEST_CASE("a bomb is stopped by its ratio, once it is large enough to matter") {
  const std::string zeros(8U << 20U, '\0');
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    CAPTURE(to_string(compression));
    const std::string packed = pack(zeros, {.compression = compression, .threads = 2});
    const std::uint64_t ratio = zeros.size() / packed.size();
    const auto refused = [&](std::uint64_t max_ratio, std::uint64_t free_bytes) {
      return unpack_until_refused(packed, compression,
                                  {.max_ratio = max_ratio, .ratio_free_bytes = free_bytes});
    };
    CHECK(refused(ratio + 1, 1U << 20U).first == zeros.size());
    CHECK(refused(1, zeros.size()).first == zeros.size());
    const auto [came_out, message] = refused(ratio / 2, 1U << 20U);
    CHECK(came_out < zeros.size());
    CHECK_THAT(message, Catch::Matchers::Contains("times as many") &&
                            Catch::Matchers::Contains("--max-layer-ratio"));
  }
}

TEST_CASE("without a word from anybody, a gzip bomb is stopped past 1 GiB and not before") {
  const std::string member = pack(std::string(1U << 20U, '\0'), {});
  std::string packed;
  for (int i = 0; i < 1024; ++i) packed += member;
  CHECK(unpack_until_refused(packed, Compression::gzip, {}).first == 1U << 30U);
  packed += member;
  const auto [came_out, message] = unpack_until_refused(packed, Compression::gzip, {});
  CHECK(came_out <= 1U << 30U);
  CHECK_THAT(message, Catch::Matchers::Contains("--max-layer-ratio"));
  CHECK(unpack_until_refused(packed, Compression::gzip, no_expansion_limit).first == 1025U << 20U);
}

TEST_CASE("options that make no sense are refused") {
  NullSink sink;
  CHECK(error_of(ErrorKind::invalid, [&] { make_encoder(sink, {.level = 13}); }) ==
        "gzip has levels 1 to 12, not 13");
  error_of(ErrorKind::invalid,
           [&] { make_encoder(sink, {.compression = Compression::zstd, .level = 0}); });
  error_of(ErrorKind::invalid, [&] { make_encoder(sink, {.frame_bytes = 0}); });
  CHECK(error_of(ErrorKind::unsupported, [&] {
          make_encoder(sink, {.compression = Compression::xz});
        }) == "xz is only read, never written");
}

TEST_CASE("an error of the sink below reaches who writes, and nothing hangs") {
  class FullSink final : public Sink {
   public:
    using Sink::write;
    void write(std::span<const std::byte>) override { fail(ErrorKind::io, "disk full"); }
  };
  FullSink full;
  const unsigned threads = GENERATE(1U, 4U);
  const auto encoder = make_encoder(full, {.threads = threads, .frame_bytes = 1024});
  CHECK(error_of(ErrorKind::io, [&] {
          encoder->write(sample(100'000));
          encoder->finish();
        }) == "disk full");
}

TEST_CASE("large and small reads give the same bytes") {
  const std::string text = sample(1'000'000);
  const auto compression = GENERATE(Compression::gzip, Compression::zstd);
  const std::string packed = pack(text, {.compression = compression});
  const std::size_t piece = GENERATE(1'000U, 65'536U, 100'000U, 2'000'000U);
  const auto source = open_decoder(std::make_unique<StringSource>(packed), compression);
  std::vector<std::byte> buffer(piece);
  std::string got;
  while (const std::size_t count = source->read(buffer)) {
    got += as_text(std::span<const std::byte>(buffer).first(count));
  }
  CHECK(got == text);
}

}  // namespace lade
