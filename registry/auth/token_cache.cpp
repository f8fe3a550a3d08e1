#include "registry/auth/token.h"

namespace lade::registry {
namespace {

constexpr std::int64_t margin_seconds = 10;
/// A sync of many repositories must not collect their tokens for ever.
constexpr std::size_t kept_limit = 1024;

bool is_fresh(const BearerToken& token, Timestamp now) {
  return now.seconds + margin_seconds < token.expires.seconds;
}

}  // namespace

std::shared_ptr<TokenCache::Slot> TokenCache::slot_of(const TokenKey& key, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (slots_.size() >= kept_limit && !slots_.contains(key)) {
    std::erase_if(slots_, [&](const auto& item) {
      Slot& slot = *item.second;
      const std::unique_lock free(slot.fetching, std::try_to_lock);
      return free.owns_lock() && !(slot.token && is_fresh(*slot.token, now));
    });
    if (slots_.size() >= kept_limit) slots_.clear();
  }
  std::shared_ptr<Slot>& slot = slots_[key];
  if (!slot) slot = std::make_shared<Slot>();
  return slot;
}

Secret TokenCache::get(const TokenKey& key, Timestamp now,
                       const std::function<BearerToken()>& fetch) {
  const std::shared_ptr<Slot> slot = slot_of(key, now);
  const std::lock_guard lock(slot->fetching);
  if (!slot->token || !is_fresh(*slot->token, now)) slot->token = fetch();
  return slot->token->token;
}

void TokenCache::drop(const TokenKey& key, const Secret& token) {
  std::shared_ptr<Slot> slot;
  {
    const std::lock_guard lock(mutex_);
    const auto found = slots_.find(key);
    if (found == slots_.end()) return;
    slot = found->second;
  }
  const std::lock_guard lock(slot->fetching);
  if (slot->token && slot->token->token == token) slot->token.reset();
}

}  // namespace lade::registry
