#include "registry/client/shared_downloads.h"

namespace lade::registry {

/// The blob is under way as long as this lives.
class SharedDownloads::Claim {
 public:
  Claim(SharedDownloads& board, const Digest& blob) : board_(board), blob_(blob) {}
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  ~Claim() {
    {
      const std::lock_guard lock(board_.mutex_);
      board_.under_way_.erase(blob_);
    }
    board_.released_.notify_all();
  }

 private:
  SharedDownloads& board_;
  Digest blob_;
};

class SharedDownloads::ClaimedSource final : public Source {
 public:
  ClaimedSource(std::unique_ptr<Claim> claim, std::unique_ptr<Source> inner)
      : claim_(std::move(claim)), inner_(std::move(inner)) {}
  std::size_t read(std::span<std::byte> buffer) override { return inner_->read(buffer); }

 private:
  std::unique_ptr<Claim> claim_;
  std::unique_ptr<Source> inner_;
};

std::unique_ptr<Source> SharedDownloads::open(const Descriptor& blob, const Open& fetch) {
  {
    std::unique_lock lock(mutex_);
    while (!under_way_.insert(blob.digest).second) released_.wait(lock);
  }
  auto claim = std::make_unique<Claim>(*this, blob.digest);
  if (auto there = find_(blob)) return there;
  auto fetched = fetch();
  return std::make_unique<ClaimedSource>(std::move(claim), std::move(fetched));
}

}  // namespace lade::registry
