// The grammar, after distribution/reference:
//
//   reference ::= name [":" tag] ["@" digest]
//   name      ::= [domain "/"] component ("/" component)*
//   domain    ::= host [":" digits];  host ::= label ("." label)* | "[" IPv6 "]"
//   component ::= word (separator word)*, a word being lower-case letters and digits, a separator
//                 one ".", one or two "_", or any number of "-"
//
// Docker leaves out its own domain. The part before the first slash is a domain only if it cannot
// be a component of a path: it has a dot, a colon or an upper-case letter, or is "localhost".
#include "libimage/oci/reference.h"

#include <fmt/format.h>

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

constexpr std::string_view docker_domain = "docker.io";
constexpr std::string_view legacy_docker_domain = "index.docker.io";
constexpr std::string_view local_domain = "localhost";
constexpr std::string_view official = "library/";
constexpr std::size_t name_limit = 255;
constexpr std::size_t tag_limit = 128;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_word(char c) { return is_lower(c) || is_digit(c); }

bool has_upper(std::string_view text) { return std::any_of(text.begin(), text.end(), is_upper); }

template <class... Args>
[[noreturn]] void refuse(std::string_view text, fmt::format_string<Args...> why, Args&&... args) {
  constexpr std::size_t shown_limit = 300;
  fail(ErrorKind::invalid, "invalid image name \"{}{}\": {}",
       printable(text.substr(0, shown_limit)), text.size() > shown_limit ? "…" : "",
       fmt::format(why, std::forward<Args>(args)...));
}

bool is_image_id(std::string_view text) { return text.size() == 64 && is_hex(text); }

bool is_separator(std::string_view text) {
  return text == "." || text == "_" || text == "__" ||
         text.find_first_not_of('-') == std::string_view::npos;
}

/// What is wrong with one component of a path.
std::optional<std::string> problem_of_component(std::string_view component) {
  if (component.empty()) return "a part between slashes is empty";
  for (const char c : component) {
    if (is_word(c) || c == '.' || c == '_' || c == '-') continue;
    return fmt::format("the character '{}' is not allowed in \"{}\"",
                       printable(std::string_view(&c, 1)), printable(component));
  }
  if (!is_word(component.front()) || !is_word(component.back())) {
    return fmt::format("\"{}\" must begin and end with a letter or digit", component);
  }
  std::size_t at = 0;
  while (at < component.size()) {
    const auto word_end = std::find_if_not(component.begin() + static_cast<std::ptrdiff_t>(at),
                                           component.end(), is_word);
    const auto next_word = std::find_if(word_end, component.end(), is_word);
    const std::string_view separator(word_end, next_word);
    if (!separator.empty() && !is_separator(separator)) {
      return fmt::format(
          "\"{}\" in \"{}\" is no separator: wanted one \".\", one or two \"_\", or \"-\"s",
          separator, component);
    }
    at = static_cast<std::size_t>(next_word - component.begin());
  }
  return std::nullopt;
}

void check_path(std::string_view path, std::string_view text) {
  if (has_upper(path)) {
    refuse(text, "the repository \"{}\" has upper-case letters, did you mean \"{}\"?",
           printable(path), printable(to_lower(path)));
  }
  for (const std::string& component : split(path, '/')) {
    if (const auto problem = problem_of_component(component)) refuse(text, "{}", *problem);
  }
}

bool is_label(std::string_view label) {
  const auto is_end = [](char c) { return is_word(c) || is_upper(c); };
  return !label.empty() && is_end(label.front()) && is_end(label.back()) &&
         std::all_of(label.begin(), label.end(), [&](char c) { return is_end(c) || c == '-'; });
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 2 && host.ends_with(']') &&
           host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdefABCDEF:") ==
               std::string_view::npos;
  }
  const auto labels = split(host, '.');
  return std::all_of(labels.begin(), labels.end(), is_label);
}

void check_domain(std::string_view domain, std::string_view text) {
  const auto bracket = domain.rfind(']');
  const auto colon = domain.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (!is_host(domain.substr(0, colon))) {
    refuse(text, "\"{}\" is no host name", printable(domain.substr(0, colon)));
  }
  if (colon == std::string_view::npos) return;
  const std::string_view port = domain.substr(colon + 1);
  if (port.empty() || !std::all_of(port.begin(), port.end(), is_digit)) {
    refuse(text, "\"{}\" is no port number", printable(port));
  }
}

void check_tag(std::string_view tag, std::string_view text) {
  const auto is_tag_word = [](char c) { return is_word(c) || is_upper(c) || c == '_'; };
  const bool well_formed =
      !tag.empty() && is_tag_word(tag.front()) && std::all_of(tag.begin(), tag.end(), [&](char c) {
        return is_tag_word(c) || c == '.' || c == '-';
      });
  if (tag.size() > tag_limit) {
    refuse(text, "the tag has {} characters, at most {} are allowed", tag.size(), tag_limit);
  }
  if (!well_formed) {
    refuse(text,
           "\"{}\" is no tag: wanted letters, digits, \"_\", \".\" and \"-\", not beginning "
           "with \".\" or \"-\"",
           printable(tag));
  }
}

Digest parse_digest(std::string_view digest, std::string_view text) {
  try {
    return Digest::parse(digest);
  } catch (const Error& error) {
    refuse(text, "{}", error.message());
  }
}

bool looks_like_domain(std::string_view first) {
  return first == local_domain || first.find_first_of(".:") != std::string_view::npos ||
         has_upper(first);
}

struct Name {
  std::string domain;
  std::string path;
};

/// `name` has neither tag nor digest, except that the tag may be on a name without a slash.
Name split_domain(std::string_view name, std::string_view default_domain) {
  const auto slash = name.find('/');
  Name result{std::string(default_domain), std::string(name)};
  if (slash != std::string_view::npos && looks_like_domain(name.substr(0, slash))) {
    const std::string_view domain = name.substr(0, slash);
    result.domain = domain == legacy_docker_domain ? docker_domain : domain;
    result.path = name.substr(slash + 1);
  }
  if (result.domain == docker_domain && result.path.find('/') == std::string::npos) {
    result.path.insert(0, official);
  }
  return result;
}

}  // namespace

Reference Reference::parse_under(std::string_view default_domain, std::string_view text) {
  if (text.empty()) fail(ErrorKind::invalid, "invalid image name: it is empty");
  if (is_image_id(text)) refuse(text, "this is an image id, wanted a name");
  if (text.find("://") != std::string_view::npos) {
    refuse(text, "a name begins with the registry's host: leave out all up to \"://\"");
  }
  Reference reference;
  const auto at = text.find('@');
  Name name = split_domain(text.substr(0, at), default_domain);
  const auto colon = name.path.find(':');
  if (colon != std::string::npos) {
    reference.tag_ = name.path.substr(colon + 1);
    name.path.erase(colon);
  }
  reference.domain_ = std::move(name.domain);
  reference.path_ = std::move(name.path);
  if (const std::size_t size = reference.name().size(); size > name_limit) {
    refuse(text, "the name has {} characters, at most {} are allowed", size, name_limit);
  }
  check_domain(reference.domain_, text);
  check_path(reference.path_, text);
  if (reference.tag_) check_tag(*reference.tag_, text);
  if (at != std::string_view::npos) reference.digest_ = parse_digest(text.substr(at + 1), text);
  return reference;
}

Reference Reference::parse(std::string_view text) { return parse_under(docker_domain, text); }

Reference Reference::parse_local(std::string_view text) { return parse_under(local_domain, text); }

std::optional<Reference> Reference::try_parse(std::string_view text) {
  try {
    return parse(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string Reference::suffix() const {
  std::string text;
  if (tag_) text.append(":").append(*tag_);
  if (digest_) text.append("@").append(digest_->str());
  return text;
}

std::string Reference::str() const { return name() + suffix(); }

std::string Reference::familiar() const {
  if (domain_ != docker_domain) return str();
  std::string_view path = path_;
  if (path.starts_with(official)) path.remove_prefix(official.size());
  for (const std::string_view shorter : {path, std::string_view(path_)}) {
    std::string text = std::string(shorter) + suffix();
    // "docker.io/localhost/x" and its like would be read as something else
    if (try_parse(text) == *this) return text;
  }
  return str();
}

Reference Reference::with_tag(std::string_view tag) const {
  check_tag(tag, fmt::format("{}:{}", name(), tag));
  Reference reference = *this;
  reference.tag_ = tag;
  reference.digest_.reset();
  return reference;
}

Reference Reference::with_digest(const Digest& digest) const {
  Reference reference = *this;
  reference.tag_.reset();
  reference.digest_ = digest;
  return reference;
}

Reference Reference::exact() const { return digest_ ? with_digest(*digest_) : or_latest(); }

Reference Reference::or_latest() const { return is_name_only() ? with_tag("latest") : *this; }

}  // namespace lade
