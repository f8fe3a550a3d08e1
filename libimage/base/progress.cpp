#include "libimage/base/progress.h"

namespace lade {
namespace {

class QuietTask final : public ProgressTask {
 public:
  void advance(std::uint64_t) override {}
  void output(std::string_view) override {}
  void finish(std::string_view) override {}
};

class Quiet final : public Progress {
 public:
  std::unique_ptr<ProgressTask> begin(std::string_view, std::uint64_t) override {
    return std::make_unique<QuietTask>();
  }
  void warning(std::string_view) override {}
};

}  // namespace

Progress& no_progress() {
  static Quiet quiet;
  return quiet;
}

}  // namespace lade
