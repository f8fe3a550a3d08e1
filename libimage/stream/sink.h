#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "libimage/base/fd.h"
#include "libimage/stream/source.h"

namespace lade {

/// Where bytes go. Sinks stack; `finish` flushes this one and not the ones below, whose owners
/// finish them. A destructor never finishes: what was not finished is not whole.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(std::span<const std::byte> bytes) = 0;
  virtual void finish() {}

  void write(std::string_view text) { write(as_bytes(text)); }
};

class StringSink final : public Sink {
 public:
  using Sink::write;
  void write(std::span<const std::byte> bytes) override { text_.append(as_text(bytes)); }
  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// A descriptor that the caller keeps open.
class FdSink final : public Sink {
 public:
  FdSink(int number, std::string name) : number_(number), name_(std::move(name)) {}
  using Sink::write;
  void write(std::span<const std::byte> bytes) override;

 private:
  int number_;
  std::string name_;
};

/// Counts and forgets.
class NullSink final : public Sink {
 public:
  using Sink::write;
  void write(std::span<const std::byte> bytes) override { count_bytes_ += bytes.size(); }
  std::uint64_t count_bytes() const { return count_bytes_; }

 private:
  std::uint64_t count_bytes_ = 0;
};

/// The same bytes to two sinks, the first one first.
class TeeSink final : public Sink {
 public:
  TeeSink(Sink& first, Sink& second) : first_(first), second_(second) {}
  using Sink::write;
  void write(std::span<const std::byte> bytes) override {
    first_.write(bytes);
    second_.write(bytes);
  }

 private:
  Sink& first_;
  Sink& second_;
};

/// Everything from a source to a sink through one bounded buffer; returns the bytes moved.
/// `advance`, if given, hears of every step.
std::uint64_t copy(Source& source, Sink& sink,
                   const std::function<void(std::uint64_t)>& advance = {});

}  // namespace lade
