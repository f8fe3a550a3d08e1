#include "cmd/audit_output.h"
#include "cmd/output/html.h"

namespace lade::cmd {
namespace {

constexpr std::string_view page_style =
    "body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; "
    "padding: 0 1rem; color: #1c1c1c; background: #fff; }\n"
    "code { font-size: .85em; overflow-wrap: anywhere; }\n"
    "h2 { text-transform: capitalize; border-bottom: 2px solid; margin-top: 2.5rem; }\n"
    "article { margin: 1.2rem 0; padding-left: 1rem; border-left: 4px solid #bbb; }\n"
    "article.fail { border-color: #a31515; } article.warn { border-color: #b58900; }\n"
    "article h3 { margin: 0; } article ul { margin: .4rem 0; }\n"
    ".cause, .ids { color: #555; font-size: .9em; } .verdict { font-weight: bold; }\n"
    ".verdict.fail { color: #a31515; } .verdict.pass { color: #14602b; }\n"
    "td { padding: .1rem .8rem .1rem 0; vertical-align: top; }\n"
    "@media (prefers-color-scheme: dark) { body { color: #eee; background: #161616; } "
    ".cause, .ids { color: #aaa; } .verdict.fail { color: #ff9b9b; } "
    ".verdict.pass { color: #7ed69a; } }\n";

std::string finding_item(const sbom::AuditFinding& finding) {
  std::string item = fmt::format("<li><code>{}</code>: {}", escape_html(finding_place(finding)),
                                 escape_html(finding.detail));
  const std::string cause = cause_line(finding.cause);
  if (!cause.empty()) {
    item += fmt::format("<br><span class=\"cause\">by <code>{}</code></span>", escape_html(cause));
  }
  if (finding.accepted) {
    item += fmt::format("<br><em>accepted: {}</em>", escape_html(*finding.accepted));
  }
  return item + "</li>\n";
}

std::string result_article(const sbom::AuditResult& result) {
  std::string html = fmt::format(
      "<article class=\"{}\" id=\"{}\"><h3>{}</h3>\n<p "
      "class=\"ids\"><code>{}</code>{}{}</p>\n<ul>\n",
      to_string(result.state), result.check->id, escape_html(result.check->title), result.check->id,
      result.check->cis.empty() ? "" : fmt::format(", CIS {}", result.check->cis),
      result.check->others.empty() ? "" : fmt::format(", {}", result.check->others));
  for (const auto& finding : result.findings) html += finding_item(finding);
  if (result.findings.size() >= sbom::audit_findings_limit) {
    html += fmt::format("<li>{} in all</li>\n", result.count);
  }
  return html +
         fmt::format("</ul>\n<p>What to do: {}</p></article>\n", escape_html(result.check->remedy));
}

std::string rest_table(const AuditView& view) {
  std::string rows;
  for (const auto& result : view.report.results) {
    if (!result.findings.empty()) continue;
    rows += fmt::format("<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
                        result.check->id, to_string(result.state), escape_html(result.reason));
  }
  return rows.empty() ? rows : "<h2>Passed and not looked at</h2>\n<table>\n" + rows + "</table>\n";
}

}  // namespace

std::string audit_page(const AuditView& view) {
  const Image& image = *view.subject.image;
  const bool fails = view.report.is_over_bar();
  const std::string name = escape_html(view.subject.name);
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>Audit of {}</title>\n"
      "<style>\n{}</style></head>\n<body><h1>{}</h1>\n<p><code>{}</code><br>{}, profile {}</p>\n"
      "<p class=\"verdict {}\">{}: {}</p>\n",
      name, page_style, name, image.raw.digest.str(), escape_html(image.config.platform.str()),
      escape_html(view.profile.name), fails ? "fail" : "pass", fails ? "Over the bar" : "Passed",
      count_severities(view.report));
  for (const std::string& remark : view.report.remarks) {
    html += fmt::format("<p>{}</p>\n", escape_html(remark));
  }
  const sbom::AuditResult* previous = nullptr;
  for (const auto& result : view.report.results) {
    if (result.findings.empty()) continue;
    if (previous == nullptr || previous->severity != result.severity) {
      html += fmt::format("<h2>{}</h2>\n", to_string(result.severity));
    }
    previous = &result;
    html += result_article(result);
  }
  return html + rest_table(view) + "</body></html>\n";
}

}  // namespace lade::cmd
