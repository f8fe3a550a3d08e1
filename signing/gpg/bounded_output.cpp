#include "signing/gpg/bounded_output.h"

#include <cerrno>
#include <new>

namespace lade::signing {

BoundedOutput::BoundedOutput(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {
  callbacks_.write = &BoundedOutput::write;
  gpgme_data_t made = nullptr;
  require_gpg(gpgme_data_new_from_cbs(&made, &callbacks_, this), "be given room");
  data_.reset(made);
}

ssize_t BoundedOutput::write(void* self, const void* bytes, std::size_t size) {
  auto& output = *static_cast<BoundedOutput*>(self);
  if (size > output.limit_bytes_ - output.bytes_.size()) {
    output.overflowed_ = true;
    errno = EFBIG;
    return -1;
  }
  try {
    output.bytes_.append(static_cast<const char*>(bytes), size);
  } catch (const std::bad_alloc&) {
    errno = ENOMEM;
    return -1;
  }
  return static_cast<ssize_t>(size);
}

}  // namespace lade::signing
