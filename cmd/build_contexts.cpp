#include "cmd/build_contexts.h"

#include <unistd.h>

#include "builder/build/fetched_context.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/url.h"

namespace lade::cmd {
namespace {

/// A directory of that name is what is meant ("github.com/x/y" may be one).
bool is_remote(const std::string& place) {
  return !file_exists(place) && builder::is_remote_context(place);
}

builder::FetchedContext fetch_main(const BuildFlags& flags, const builder::BuildWorld& world) {
  if (flags.context != "-") return builder::fetch_context(flags.context, world);
  FdSource source(duplicate(STDIN_FILENO), "stdin");
  return builder::read_context(source, "the build context on stdin", world);
}

void take_main(BuildFlags& flags, builder::FetchedContext fetched, std::vector<TempDir>& kept) {
  const std::string name = flags.context == "-" ? "stdin" : without_userinfo(flags.context);
  if (fetched.directory) {
    flags.fetched_context = name;
    flags.fetched_checkout = std::move(fetched.checkout);
    flags.context = fetched.directory->path();
    kept.push_back(*std::move(fetched.directory));
    return;
  }
  flags.context = "-";
  if (flags.file.empty()) {
    flags.fetched_context = name;
    flags.containerfile_text = std::move(fetched.text);
  } else if (flags.file != "-" && !fetched.text.empty()) {
    fail(ErrorKind::invalid, "the build context {} is no archive, and --file names a Containerfile",
         name);
  }
}

}  // namespace

bool must_fetch_context(const BuildFlags& flags) {
  // with both from stdin it is the Containerfile that stands there
  if (flags.context == "-") return flags.file != "-";
  return is_remote(flags.context);
}

std::vector<TempDir> fetch_contexts(BuildFlags& flags, const builder::BuildWorld& world) {
  std::vector<TempDir> kept;
  if (must_fetch_context(flags)) take_main(flags, fetch_main(flags, world), kept);
  for (std::string& text : flags.build_contexts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || !is_remote(text.substr(equals + 1))) continue;
    kept.push_back(builder::fetch_named_context(text.substr(equals + 1), world));
    text = text.substr(0, equals + 1) + kept.back().path();
  }
  return kept;
}

}  // namespace lade::cmd
