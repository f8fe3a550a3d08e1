#include "libimage/store/session.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/store/store.h"

namespace lade {
namespace {

TEST_CASE("a session that ends while others look for sessions is no error") {
  const TempDir place("/tmp", "lade-session");
  const auto store = Store::open(place.path() + "/store");
  const StoreLayout layout{store->root()};
  std::atomic<bool> done = false;
  std::thread coming_and_going([&] {
    for (int i = 0; i < 3000; ++i) {
      Session session(layout);
      session.hold();
      session.drop_hold();
    }
    done = true;
  });
  std::size_t looks = 0;
  std::string objection;
  while (!done) {
    try {
      find_sessions(layout);
      ++looks;
    } catch (const std::exception& error) {
      objection = error.what();
      break;
    }
  }
  coming_and_going.join();
  CHECK(objection.empty());
  CHECK(looks > 0);
}

}  // namespace
}  // namespace lade
