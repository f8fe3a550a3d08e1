#pragma once

#include <memory>
#include <string>

#include "libimage/base/cancel_token.h"
#include "libimage/base/fd.h"
#include "libimage/stream/sink.h"
#include "libimage/stream/source.h"

namespace lade {

/// Streams that end with `cancelled` once a token is, also in the middle of waiting for somebody
/// else. The token may be null, which is never cancelled, and outlives them.

/// `inner`, asked before every read.
std::unique_ptr<Source> cancellable(std::unique_ptr<Source> inner, const CancelToken* token);

/// A file, pipe or socket, read from where it stands. Errors name `name`.
class CancellableFdSource final : public Source {
 public:
  CancellableFdSource(Fd file, std::string name, const CancelToken* token)
      : file_(std::move(file)), name_(std::move(name)), token_(token) {}
  std::size_t read(std::span<std::byte> buffer) override;

 private:
  Fd file_;
  std::string name_;
  const CancelToken* token_;
};

/// A descriptor that the caller keeps open.
class CancellableFdSink final : public Sink {
 public:
  CancellableFdSink(int number, std::string name, const CancelToken* token)
      : inner_(number, std::move(name)), number_(number), token_(token) {}
  using Sink::write;
  void write(std::span<const std::byte> bytes) override;

 private:
  FdSink inner_;
  int number_;
  const CancelToken* token_;
};

/// Waits until the descriptor can be read or written (poll(2)'s `events`) or is closed.
void wait_for(int number, short events, const CancelToken* token);
/// A file or pipe opened for a CancellableFdSource: whoever writes to the pipe is waited for by the
/// first read and not here.
Fd open_to_read(const std::string& path);

}  // namespace lade
