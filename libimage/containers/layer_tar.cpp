#include "libimage/containers/layer_tar.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/containers/tar_split.h"
#include "libimage/layer/rootfs.h"
#include "libimage/stream/codec.h"

namespace lade {
namespace {

class LayerTar final : public Source {
 public:
  LayerTar(std::unique_ptr<Source> tar_split, std::string directory, std::string name,
           OpenLayerFile open)
      : tar_split_(std::move(tar_split)),
        reader_(*tar_split_, "the tar-split data of " + name),
        directory_(std::move(directory)),
        name_(std::move(name)),
        open_(std::move(open)) {}

  std::size_t read(std::span<std::byte> buffer) override {
    while (true) {
      if (!rest_.empty()) return take_bytes(buffer);
      if (file_left_bytes_ > 0) return take_file(buffer);
      auto entry = reader_.next();
      if (!entry) return 0;
      entry_ = std::move(*entry);
      rest_ = entry_.bytes;
      if (entry_.is_file && entry_.size_bytes > 0) open_file();
    }
  }

 private:
  std::size_t take_bytes(std::span<std::byte> buffer) {
    const std::size_t count = std::min(buffer.size(), rest_.size());
    std::memcpy(buffer.data(), rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  }

  std::size_t take_file(std::span<std::byte> buffer) {
    const auto wanted = std::min<std::uint64_t>(buffer.size(), file_left_bytes_);
    const std::size_t count = read_some(file_.get(), buffer.first(wanted));
    if (count == 0) {
      fail(ErrorKind::corrupt, "{} of {} lacks its last {} bytes", printable(entry_.path), name_,
           file_left_bytes_);
    }
    file_left_bytes_ -= count;
    return count;
  }

  void open_file() {
    try {
      file_ = open_(directory_, entry_.path);
    } catch (Error& error) {
      error.add_context(name_);
      throw;
    }
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0) fail_errno("cannot stat a file of {}", name_);
    if (static_cast<std::uint64_t>(status.st_size) != entry_.size_bytes) {
      fail(ErrorKind::corrupt, "{} of {} was changed: wanted {} bytes, got {}",
           printable(entry_.path), name_, entry_.size_bytes, status.st_size);
    }
    file_left_bytes_ = entry_.size_bytes;
  }

  std::unique_ptr<Source> tar_split_;
  TarSplitReader reader_;
  std::string directory_;
  std::string name_;
  OpenLayerFile open_;
  TarSplitEntry entry_;
  std::string_view rest_;  ///< of the entry's bytes
  Fd file_;
  std::uint64_t file_left_bytes_ = 0;
};

}  // namespace

Fd open_layer_file(const std::string& directory, const std::string& path) {
  const Rootfs root(directory);
  // looked at before it is opened: to open a device can be to do something
  const Fd found = root.open(path, O_PATH | O_NOFOLLOW);
  struct stat status {};
  if (::fstat(found.get(), &status) != 0) fail_errno("cannot stat {}", printable(path));
  if (!S_ISREG(status.st_mode)) {
    fail(ErrorKind::corrupt, "{} in {} is no regular file", printable(path), directory);
  }
  const int number = ::open(fmt::format("/proc/self/fd/{}", found.get()).c_str(),
                            O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (number < 0) fail_errno("cannot open {} in {}", printable(path), directory);
  return Fd(number);
}

std::unique_ptr<Source> open_layer_tar(std::unique_ptr<Source> tar_split, std::string directory,
                                       std::string name, OpenLayerFile open) {
  return std::make_unique<LayerTar>(open_sniffed(std::move(tar_split)), std::move(directory),
                                    std::move(name), std::move(open));
}

}  // namespace lade
