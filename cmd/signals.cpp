#include "cmd/signals.h"

#include <signal.h>
#include <unistd.h>

namespace lade::cmd {
namespace {

CancelToken* token = nullptr;

extern "C" void on_signal(int number) {
  if (token->cancelled()) ::_exit(128 + number);
  token->cancel();
}

}  // namespace

const CancelToken& cancel_on_signals() {
  if (token != nullptr) return *token;
  static CancelToken the_token;
  token = &the_token;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(number, &action, nullptr);
  return the_token;
}

}  // namespace lade::cmd
