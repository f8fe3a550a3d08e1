#include "sbom/catalog/file_spool.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "libimage/base/error.h"

namespace lade::sbom {
namespace {

constexpr std::uint64_t memory_bytes = std::uint64_t{16} << 20U;

}  // namespace

void FileSpool::unmap() {
  if (mapped_ != nullptr) ::munmap(mapped_, mapped_bytes_);
  mapped_ = nullptr;
}

void FileSpool::begin(std::uint64_t size_bytes) {
  unmap();
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
  if (mapped_ == nullptr) {
    mapped_bytes_ = file_bytes_;
    void* const address = ::mmap(nullptr, mapped_bytes_, PROT_READ, MAP_PRIVATE, file_.get(), 0);
    if (address == MAP_FAILED) fail_errno("cannot map a file of {} bytes", mapped_bytes_);
    mapped_ = address;
  }
  return {static_cast<const std::byte*>(mapped_), mapped_bytes_};
}

}  // namespace lade::sbom
