#pragma once

#include <map>
#include <string>
#include <vector>

#include "libimage/base/guarded.h"
#include "registry/http/curl_library.h"

namespace lade::registry {

/// Handles of libcurl with the connections they keep open. One handle serves one exchange at a
/// time and whoever reads the body drives it, so no thread is needed; handles come back for the
/// next exchange with the same place.
class CurlPool {
 public:
  CurlPool() = default;
  CurlPool(const CurlPool&) = delete;
  CurlPool& operator=(const CurlPool&) = delete;
  ~CurlPool();

  /// A handle lent out; goes back when this ends.
  class Lease {
   public:
    Lease(CurlPool& pool, std::string place, CURLM* multi)
        : pool_(pool), place_(std::move(place)), multi_(multi) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { pool_.give_back(place_, multi_); }
    CURLM* get() const { return multi_; }

   private:
    CurlPool& pool_;
    std::string place_;
    CURLM* multi_;
  };

  /// `place` is the origin and what the connection was made with.
  Lease take(const std::string& place);

 private:
  void give_back(const std::string& place, CURLM* multi) noexcept;

  Guarded<std::map<std::string, std::vector<CURLM*>>> idle_;
};

}  // namespace lade::registry
