#include "sbom/secrets/builtin_rules.h"

// What services that send messages and mail let people in with.
namespace lade::sbom {
namespace {

using enum SecretSeverity;

void add_chat(std::vector<SecretRule>& rules) {
  rules.push_back(
      {.id = "slack-token",
       .title = "Slack token",
       .category = "messaging",
       .severity = critical,
       .keywords = {"xoxb-", "xoxa-", "xoxp-", "xoxr-", "xoxs-", "xoxe-", "xoxe.xox", "xapp-"},
       .pattern =
           R"(\b(?P<secret>xox[abprs]-[0-9]{8,14}-[A-Za-z0-9\-]{16,}|xoxe(?:\.xox[bp])?-[0-9]-[A-Za-z0-9]{100,}|xapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{8,14}-[a-f0-9]{64}))",
       .least_entropy = 3,
       .binary = true});
  rules.push_back(
      {.id = "slack-webhook",
       .title = "Slack webhook",
       .category = "messaging",
       .severity = high,
       .keywords = {"hooks.slack.com/"},
       .pattern =
           R"(hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[TE][A-Z0-9]{7,}/[AB]?[A-Z0-9]{7,}/[A-Za-z0-9/]{20,}))",
       .allow = {R"(^T0{7,}/|[Xx]{8,})"},
       .least_entropy = 3});
  rules.push_back(
      {.id = "telegram-bot-token",
       .title = "Token of a Telegram bot",
       .category = "messaging",
       .severity = high,
       .keywords = {":AAE", ":AAF", ":AAG", ":AAH"},
       .pattern =
           R"((?:^|[^0-9A-Za-z])(?:bot)?(?P<secret>[0-9]{8,10}:AA[EFGH][A-Za-z0-9_\-]{32})(?:[^A-Za-z0-9_\-]|$))",
       .least_entropy = 3.5});
  rules.push_back(
      {.id = "discord-bot-token",
       .title = "Token of a Discord bot",
       .category = "messaging",
       .severity = high,
       .keywords = {"discord"},
       .ignore_case = true,
       .pattern =
           R"((?i)discord[^\n]{0,80}?(?:^|[^A-Za-z0-9_\-])(?P<secret>(?-i:[MNO][A-Za-z0-9_\-]{23,25}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,38}))(?:[^A-Za-z0-9_\-]|$))",
       .least_entropy = 3.8});
  rules.push_back(
      {.id = "discord-webhook",
       .title = "Discord webhook",
       .category = "messaging",
       .severity = medium,
       .keywords = {"/api/webhooks/"},
       .pattern =
           R"(discord(?:app)?\.com/api/webhooks/(?P<secret>[0-9]{17,20}/[A-Za-z0-9_\-]{60,}))",
       .least_entropy = 3.5});
  rules.push_back({.id = "firebase-server-key",
                   .title = "Server key of Firebase Cloud Messaging",
                   .category = "messaging",
                   .severity = high,
                   .keywords = {":APA91b"},
                   .pattern = R"(\b(?P<secret>AAAA[A-Za-z0-9_\-]{7}:APA91b[A-Za-z0-9_\-]{134}))",
                   .least_entropy = 3.5,
                   .binary = true});
}

void add_mail(std::vector<SecretRule>& rules) {
  rules.push_back(
      {.id = "sendgrid-key",
       .title = "SendGrid API key",
       .category = "messaging",
       .severity = critical,
       .keywords = {"SG."},
       .pattern =
           R"(\b(?P<secret>SG\.[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43})(?:[^A-Za-z0-9_\-]|$))",
       .least_entropy = 3.5,
       .shape = SecretShape::mixed});
  rules.push_back(
      {.id = "mailgun-key",
       .title = "Mailgun key",
       .category = "messaging",
       .severity = high,
       .keywords = {"mailgun"},
       .ignore_case = true,
       .pattern =
           R"((?i)mailgun(?:.|\n){0,100}?\b(?P<secret>key-[a-f0-9]{32}|[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8})\b)",
       .least_entropy = 3});
  rules.push_back(
      {.id = "mailchimp-key",
       .title = "Mailchimp API key",
       .category = "messaging",
       .severity = high,
       .keywords = {"mailchimp"},
       .ignore_case = true,
       .pattern = R"((?i)mailchimp(?:.|\n){0,100}?\b(?P<secret>[a-f0-9]{32}-us[0-9]{1,2})\b)",
       .least_entropy = 3});
  rules.push_back({.id = "brevo-key",
                   .title = "Brevo (Sendinblue) API key",
                   .category = "messaging",
                   .severity = high,
                   .keywords = {"xkeysib-"},
                   .pattern = R"(\b(?P<secret>xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16})\b)",
                   .least_entropy = 3});
  rules.push_back(
      {.id = "twilio-key",
       .title = "Twilio API key or token",
       .category = "messaging",
       .severity = high,
       .keywords = {"twilio"},
       .ignore_case = true,
       .pattern =
           R"((?i)twilio(?:.|\n){0,80}?(?:\b(?-i:SK)|(?:token|secret)[_a-z]*["']?\s*[=:,]\s*["']?)(?P<secret>[a-f0-9]{32})\b)",
       .least_entropy = 3});
}

}  // namespace

std::vector<SecretRule> messaging_rules() {
  std::vector<SecretRule> rules;
  add_chat(rules);
  add_mail(rules);
  return rules;
}

}  // namespace lade::sbom
