#include "sbom/catalog/file_spool.h"

#include <fcntl.h>

namespace lade::sbom {
namespace {

constexpr std::uint64_t memory_bytes = std::uint64_t{16} << 20U;

}  // namespace

void FileSpool::begin(std::uint64_t size_bytes) {
  mapped_ = {};
  memory_.clear();
  file_.reset();
  file_bytes_ = 0;
  if (size_bytes > memory_bytes) file_ = open_fd(scratch_, O_TMPFILE | O_RDWR, 0600);
}

void FileSpool::write(std::span<const std::byte> bytes) {
  if (!file_) {
    memory_.append(as_text(bytes));
    return;
  }
  write_full(file_.get(), bytes);
  file_bytes_ += bytes.size();
}

std::span<const std::byte> FileSpool::content() {
  if (!file_ || file_bytes_ == 0) return as_bytes(memory_);
  if (mapped_.view().empty()) mapped_ = MappedBytes::of_descriptor(file_.get(), file_bytes_);
  return as_bytes(mapped_.view());
}

}  // namespace lade::sbom
