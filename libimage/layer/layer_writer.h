#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libimage/archive/entry.h"
#include "libimage/layer/toc.h"
#include "libimage/stream/codec.h"
#include "libimage/stream/sink.h"
#include "libimage/stream/source.h"

namespace lade {

/// What came out of a LayerWriter. The digest and size of the compressed blob are known to the sink
/// it was written to.
struct WrittenLayer {
  std::shared_ptr<const Toc> toc;  ///< with diff id and tar size
  std::vector<Frame> frames;
  std::uint64_t members = 0;  ///< 0: nothing was added, the layer is empty
};

/// The one way layers are made: members go in, in path_less order; tar → diff id → compression →
/// `blob` come out in one pass, with the toc beside it. The caller fixes order, owners and times;
/// equal members are equal bytes. Names are written normalised (the root as "./"), and a whiteout
/// stands where its own name sorts, not the path it removes. Members out of order, or one name
/// twice, are `internal`. Parents may be left out.
class LayerWriter {
 public:
  LayerWriter(Sink& blob, const EncoderOptions& options);
  LayerWriter(LayerWriter&&) noexcept;
  ~LayerWriter();

  void add(const Entry& entry);
  void add(const Entry& entry, Source& data);
  WrittenLayer finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lade
