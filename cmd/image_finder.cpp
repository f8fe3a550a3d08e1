#include "cmd/image_finder.h"

#include "cmd/prompt.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/admission.h"
#include "libimage/image/pinned_source.h"

namespace lade::cmd {
namespace {

std::size_t choose(const registry::NameResolution& names) {
  std::string question = printable(names.reason) + "\n";
  for (std::size_t i = 0; i < names.candidates.size(); ++i) {
    question += fmt::format("  {}  {}\n", i + 1, names.candidates[i].or_latest().str());
  }
  question += fmt::format("Which one? [1-{}] ", names.candidates.size());
  while (true) {
    const auto number = parse_int(trim(ask_line(question, "name the registry")));
    if (number && *number >= 1 && static_cast<std::size_t>(*number) <= names.candidates.size()) {
      return static_cast<std::size_t>(*number) - 1;
    }
  }
}

class SessionImages final : public ImageResolver {
 public:
  SessionImages(Session& session, registry::PullPolicy policy)
      : session_(session), finder_(make_image_finder(session, session.network(), policy)) {}
  std::unique_ptr<ImageSource> open(const std::string& name, const Platform& platform) override {
    if (is_for_finder(name)) {
      return finder_.find(finder_.resolve(name), {.wanted = platform}).source;
    }
    TransportContext context = session_.transports();
    context.platform = platform;
    auto source = open_source(parse_image_name(name), context);
    if (Admission* admission = session_.admission()) {
      source = pinned(std::move(source));
      admit_images(*source, {.wanted = platform}, *admission);
    }
    return source;
  }

 private:
  Session& session_;
  registry::ImageFinder finder_;
};

}  // namespace

registry::PullPolicy parse_policy(const std::string& text, std::string_view flag) {
  if (const auto policy = registry::parse_pull_policy(to_lower(text))) return *policy;
  fail(ErrorKind::invalid, "{} is always, missing, newer or never, got \"{}\"", flag,
       printable(text));
}

registry::ImageFinder make_image_finder(Session& session, const NetworkFlags& network,
                                        registry::PullPolicy policy) {
  registry::FinderOptions options;
  options.store = [&session] { return session.store(); };
  options.transport = lazy_docker_transport(session, network);
  options.alias_file = registry::alias_file(user_environment(session));
  options.names.terminal = session.stdin_is_terminal() && session.stderr_is_terminal();
  options.choose = choose;
  options.policy = policy;
  options.admission = session.admission();
  options.progress = &session.warnings();
  return registry::ImageFinder(std::move(options));
}

std::unique_ptr<ImageResolver> make_image_resolver(Session& session, registry::PullPolicy policy) {
  return std::make_unique<SessionImages>(session, policy);
}

bool is_for_finder(const std::string& text) {
  const ImageName name = parse_image_name(text);
  return name.transport == "docker" || (name.transport == "store" && name.details == text);
}

}  // namespace lade::cmd
