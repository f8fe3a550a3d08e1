#pragma once

#include "cmd/session.h"
#include "libimage/stream/sink.h"

namespace lade::cmd {

/// Bytes to stdout, where a closed pipe ends the program quietly.
class PrintSink final : public Sink {
 public:
  explicit PrintSink(const Session& session) : session_(session) {}
  using Sink::write;
  void write(std::span<const std::byte> bytes) override { session_.print(as_text(bytes)); }

 private:
  const Session& session_;
};

}  // namespace lade::cmd
