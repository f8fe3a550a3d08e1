#pragma once

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

namespace lade {

/// Reads, changes and writes what several may change and nobody can lock: `write` does all three
/// (false: nothing was left to change), `stays` looks whether the change is there. Whoever read
/// before and writes after takes it away, so it is looked for twice more after pauses that are
/// longer than such a round takes, and written again if it went. False after `attempts`.
template <class Write, class Stays>
bool write_lastingly(int attempts, const Write& write, const Stays& stays) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds least(20);
  std::minstd_rand random(std::random_device{}());
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const Clock::time_point begun = Clock::now();
    write();
    const auto round = std::max<Clock::duration>(Clock::now() - begun, least);
    bool is_there = true;
    for (int look = 1; is_there && look <= 2; ++look) {
      // two who keep overwriting each other part ways
      const int percent = std::uniform_int_distribution(100, 200)(random);
      std::this_thread::sleep_for(round * look * percent / 100);
      is_there = stays();
    }
    if (is_there) return true;
  }
  return false;
}

}  // namespace lade
