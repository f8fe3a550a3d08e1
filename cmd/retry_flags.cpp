#include "cmd/retry_flags.h"

#include "builder/containerfile/duration.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

constexpr std::int64_t longest_delay_seconds = 3600;

std::chrono::milliseconds parse_delay(const std::string& text) {
  using namespace std::chrono;
  const auto bare = parse_int(text);
  const auto span = containerfile::parse_duration(bare ? text + "s" : text);
  const auto delay = duration_cast<milliseconds>(nanoseconds(span.value_or(-1)));
  if (!span || *span < 0 || delay > seconds(longest_delay_seconds)) {
    fail(ErrorKind::invalid, "--retry-delay {}: wanted a time such as 2s, 500ms or 1m, at most 1h",
         printable(text));
  }
  return delay;
}

}  // namespace

void add_retry_flags(CLI::App& app, Session& session) {
  app.add_option_function<int>(
         "--retry", [&session](int retries) { session.set_retries(retries); },
         "How often what may pass is tried again (default: 3)")
      ->type_name("N")
      ->check(CLI::Range(0, 100));
  app.add_option_function<std::string>(
         "--retry-delay",
         [&session](const std::string& text) { session.set_retry_delay(parse_delay(text)); },
         "After how long first; it grows from there (default: 500ms)")
      ->type_name("TIME");
}

}  // namespace lade::cmd
