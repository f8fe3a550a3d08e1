#include "registry/http/curl_pool.h"

#include <new>

namespace lade::registry {

CurlPool::~CurlPool() {
  idle_.with([](auto& idle) {
    for (const auto& [place, handles] : idle) {
      for (CURLM* multi : handles) CurlLibrary::get().multi_cleanup(multi);
    }
  });
}

CurlPool::Lease CurlPool::take(const std::string& place) {
  CURLM* multi = idle_.with([&](auto& idle) -> CURLM* {
    auto& handles = idle[place];
    if (handles.empty()) return nullptr;
    CURLM* last = handles.back();
    handles.pop_back();
    return last;
  });
  if (multi == nullptr) multi = CurlLibrary::get().multi_init();
  if (multi == nullptr) throw std::bad_alloc();
  return {*this, place, multi};
}

void CurlPool::give_back(const std::string& place, CURLM* multi) noexcept {
  try {
    idle_.with([&](auto& idle) { idle[place].push_back(multi); });
  } catch (...) {
    CurlLibrary::get().multi_cleanup(multi);
  }
}

}  // namespace lade::registry
