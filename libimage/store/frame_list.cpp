#include "libimage/store/frame_list.h"

#include "libimage/base/error.h"

namespace lade {
namespace {

void put_number(std::string& bytes, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U) bytes += static_cast<char>(0x80U | (number & 0x7fU));
  bytes += static_cast<char>(number);
}

std::uint64_t take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 63 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if (byte < 0x80) return number;
  }
  fail(ErrorKind::corrupt, "the frames of a layer end in the middle of a number");
}

std::uint64_t add(std::uint64_t offset, std::uint64_t step) {
  std::uint64_t sum = 0;
  if (__builtin_add_overflow(offset, step, &sum)) {
    fail(ErrorKind::corrupt, "the frames of a layer go beyond 64 bits");
  }
  return sum;
}

}  // namespace

std::string encode_frames(const std::vector<Frame>& frames) {
  std::string bytes;
  Frame before{0, 0};
  for (const Frame& frame : frames) {
    put_number(bytes, frame.offset - before.offset);
    put_number(bytes, frame.compressed_offset - before.compressed_offset);
    before = frame;
  }
  return bytes;
}

std::vector<Frame> decode_frames(std::string_view bytes) {
  std::vector<Frame> frames;
  Frame frame{0, 0};
  while (!bytes.empty()) {
    frame.offset = add(frame.offset, take_number(bytes));
    frame.compressed_offset = add(frame.compressed_offset, take_number(bytes));
    frames.push_back(frame);
  }
  return frames;
}

}  // namespace lade
