#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "libimage/stream/sink.h"
#include "libimage/stream/source.h"

namespace lade {

/// Reads `inner` ahead on a thread of its own, through a bounded ring of buffers, so that
/// inflating, hashing and parsing overlap. Errors of the thread come out of `read`.
std::unique_ptr<Source> read_ahead(std::unique_ptr<Source> inner,
                                   std::size_t buffer_bytes = 1U << 20U, std::size_t buffers = 4);

/// Turns a producer that writes to a sink into a source: `produce` runs on a thread of its own
/// against a bounded buffer. Destroying the source early makes its `write` throw `cancelled`.
std::unique_ptr<Source> produce_source(std::function<void(Sink&)> produce,
                                       std::size_t buffer_bytes = 1U << 20U,
                                       std::size_t buffers = 4);

}  // namespace lade
