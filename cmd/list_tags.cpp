#include "cmd/command.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "libimage/base/error.h"
#include "libimage/base/pattern.h"
#include "libimage/base/semver.h"
#include "registry/client/docker_transport.h"
#include "registry/client/tags.h"

namespace lade::cmd {
namespace {

struct ListTagsFlags {
  std::string place;
  std::size_t limit = 0;
  std::string filter;
  std::string versions;
  std::string format;
};

/// Which tags are wanted, and when there are enough.
class Wanted {
 public:
  explicit Wanted(const ListTagsFlags& flags) : limit_(flags.limit) {
    if (!flags.filter.empty()) pattern_ = Pattern::parse(flags.filter, "--filter");
    if (!flags.versions.empty()) range_ = VersionRange::parse(flags.versions);
  }

  /// False: no more of them.
  bool add(const std::string& tag) {
    const bool wanted = (!pattern_ || pattern_->matches(tag)) && (!range_ || range_->contains(tag));
    if (wanted) tags_.push_back(tag);
    return limit_ == 0 || tags_.size() < limit_;
  }
  /// How many a page should have: those that are left out make small pages dear.
  std::size_t page_size() const { return pattern_ || range_ ? 0 : limit_; }
  const std::vector<std::string>& tags() const { return tags_; }

 private:
  std::size_t limit_;
  std::optional<Pattern> pattern_{};
  std::optional<VersionRange> range_{};
  std::vector<std::string> tags_{};
};

void run(Session& session, const ListTagsFlags& flags) {
  const ImageName place = parse_image_name(flags.place);
  if (place.transport == "store") {
    fail(ErrorKind::invalid, "lade images lists the store; a repository is named docker://{}",
         place.details);
  }
  Wanted wanted(flags);
  session.heed_signals();
  Json record = Json::object();
  if (place.transport == "docker") {
    using registry::DockerTransport;
    const Reference repository = DockerTransport::parse_repository(place.details);
    record["Repository"] = repository.name();
    const auto transport = make_docker_transport(session, session.network());
    registry::visit_tags(transport->repository(repository), wanted.page_size(),
                         [&](const std::string& tag) { return wanted.add(tag); });
  } else {
    for (const std::string& tag : list_images(place, session.transports())) {
      if (!wanted.add(tag)) break;
    }
  }
  record["Tags"] = wanted.tags();
  session.print(flags.format.empty() ? to_pretty(record) + "\n"
                                     : format_record(record, flags.format));
}

}  // namespace

void declare_list_tags(CLI::App& app, Session& session) {
  explain(app,
          "Lists the tags of a repository, in the order of the registry, or what an archive or "
          "layout holds, as skopeo prints them. No more pages are asked for than --limit needs. "
          "--semver takes ranges as skopeo sync does (\">=1.2 <2\", \"^1.4\", \"1.2.x || 3\"); "
          "tags that are no versions are none of its.",
          "  lade list-tags docker://quay.io/me/app\n"
          "  lade list-tags --semver '>=3.12' --format '{{range .Tags}}{{.}}{{\"\\n\"}}{{end}}' "
          "docker://docker.io/alpine\n"
          "  lade list-tags --filter '-slim$' --limit 5 docker://docker.io/python\n"
          "  lade list-tags docker-archive:app.tar");
  const auto flags = std::make_shared<ListTagsFlags>();
  app.add_option("REPOSITORY", flags->place,
                 "docker://HOST/NAME, or an archive or layout by its path")
      ->required();
  app.add_option("--limit", flags->limit, "At most so many")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  app.add_option("--filter", flags->filter, "Those that match a regular expression (RE2)")
      ->type_name("REGEX");
  app.add_option("--semver", flags->versions, "Those that are versions in this range")
      ->type_name("RANGE");
  app.add_option("-f,--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  session.network().add_registry_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
