#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libimage/stream/codec.h"

namespace lade {

/// Frames as bytes for a row: for each, how far both offsets are from those before, LEB128.
std::string encode_frames(const std::vector<Frame>& frames);
/// `corrupt` if the bytes are no frames in rising order.
std::vector<Frame> decode_frames(std::string_view bytes);

}  // namespace lade
