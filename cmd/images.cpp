#include <fnmatch.h>

#include <algorithm>
#include <functional>

#include "cmd/command.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/stored_image.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

struct ImagesFlags {
  bool all = false;
  bool digests = false;
  bool quiet = false;
  bool no_trunc = false;
  std::vector<std::string> filters;
  std::string format;
  std::string pattern;
};

/// A pattern may leave out what people leave out: the tag, and the registries that are understood.
bool matches_pattern(const StoredImage& image, const std::string& pattern) {
  if (!image.name) return false;
  const Reference& name = *image.name;
  std::vector<std::string> texts = {name.str(), name.familiar()};
  if (name.domain() == "localhost") texts.push_back(name.str().substr(name.domain().size() + 1));
  for (const std::string& text : texts) {
    const std::string untagged = text.substr(0, text.rfind(name.tag() ? ':' : '@'));
    if (::fnmatch(pattern.c_str(), text.c_str(), 0) == 0 ||
        ::fnmatch(pattern.c_str(), untagged.c_str(), 0) == 0) {
      return true;
    }
  }
  return false;
}

using Filter = std::function<bool(const StoredImage& image)>;

Filter parse_filter(const std::string& filter) {
  const std::size_t equals = filter.find('=');
  const std::string key = filter.substr(0, equals);
  const std::string value = equals == filter.npos ? "" : filter.substr(equals + 1);
  if (key == "reference" && !value.empty()) {
    return [value](const StoredImage& image) { return matches_pattern(image, value); };
  }
  if (key == "dangling" && (value == "true" || value == "1")) {
    return [](const StoredImage& image) { return !image.name; };
  }
  if (key == "dangling" && (value == "false" || value == "0")) {
    return [](const StoredImage& image) { return image.name.has_value(); };
  }
  fail(ErrorKind::invalid, "--filter takes reference=PATTERN and dangling=true|false, got \"{}\"",
       printable(filter));
}

std::vector<Filter> filters_of(const ImagesFlags& flags) {
  std::vector<Filter> filters;
  for (const std::string& filter : flags.filters) filters.push_back(parse_filter(filter));
  if (!flags.pattern.empty()) filters.push_back(parse_filter("reference=" + flags.pattern));
  return filters;
}

std::string repository_of(const Reference& name) {
  return name.tag() || name.digest() ? Reference::parse(name.name()).familiar() : name.familiar();
}

Json row_of(const StoredImage& image, const ImagesFlags& flags, Timestamp now) {
  Json row;
  row["Repository"] = image.name ? repository_of(*image.name) : "<none>";
  row["Tag"] = image.name && image.name->tag() ? *image.name->tag() : "<none>";
  row["ID"] = flags.no_trunc || flags.format == "json" ? image.id.str() : image.id.short_hex();
  row["Digest"] = image.target.digest.str();
  row["CreatedSince"] = image.created ? age_in_words(*image.created, now) : "N/A";
  row["CreatedAt"] = image.created ? Json(to_rfc3339(*image.created)) : Json(nullptr);
  row["Size"] = human_size(image.size_bytes);
  row["SizeBytes"] = image.size_bytes;
  row["MediaType"] = image.target.media_type;
  return row;
}

Json headers() {
  return {{"Repository", "REPOSITORY"},
          {"Tag", "TAG"},
          {"ID", "IMAGE ID"},
          {"Digest", "DIGEST"},
          {"CreatedSince", "CREATED"},
          {"CreatedAt", "CREATED AT"},
          {"Size", "SIZE"},
          {"SizeBytes", "SIZE"},
          {"MediaType", "MEDIA TYPE"}};
}

void run(Session& session, const ImagesFlags& flags) {
  const std::vector<Filter> filters = filters_of(flags);
  Listing listing{"images",
                  "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}"};
  if (flags.digests) {
    listing.default_format =
        "table {{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
  }
  if (flags.quiet) listing.default_format = "{{.ID}}";
  listing.headers = headers();
  for (const StoredImage& image : list_stored_images(session)) {
    const bool wanted = std::all_of(filters.begin(), filters.end(),
                                    [&](const Filter& passes) { return passes(image); });
    if (wanted) listing.rows.push_back(row_of(image, flags, session.now()));
  }
  session.print(format_listing(listing, flags.format));
}

}  // namespace

void declare_images(CLI::App& app, Session& session) {
  explain(app,
          "Lists the images in the store by name. IMAGE ID is the digest of the configuration, as "
          "docker and podman show it. SIZE is what configuration and layers take in the store, "
          "compressed; layers that images share count for each of them. Of a multi-platform image "
          "the figures are those of the instance for this machine.",
          "  lade images\n"
          "  lade images --filter reference='localhost/*' --digests\n"
          "  lade images --format 'table {{.Repository}}\\t{{.Size}}'\n"
          "  lade images -q --filter dangling=true");
  const auto flags = std::make_shared<ImagesFlags>();
  app.add_flag("-a,--all", flags->all, "Accepted; there are no intermediate images to hide");
  app.add_flag("--digests", flags->digests, "Show the digests of the manifests");
  app.add_flag("-q,--quiet", flags->quiet, "Show ids alone");
  app.add_flag("--no-trunc", flags->no_trunc, "Show ids in full");
  app.add_option("-f,--filter", flags->filters, "reference=PATTERN or dangling=true|false")
      ->type_name("FILTER")
      ->allow_extra_args(false);
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  app.add_option("NAME", flags->pattern, "Only images of this name; may be a pattern");
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
