#include "cmd/attach_target.h"
#include "cmd/command.h"
#include "cmd/notary_report.h"
#include "cmd/notation_flags.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/trust_flags.h"
#include "cmd/verdict_report.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/attest/predicate_condition.h"
#include "signing/attest/predicate_types.h"
#include "signing/image/verify_image.h"

namespace lade::cmd {
namespace {

struct VerifyFlags {
  std::vector<std::string> images;
  TrustFlags trust;
  NotationFlags notation;
  unsigned threshold = 1;
  std::string attestation;
  std::vector<std::string> conditions;
  std::string identity;
  bool recursive = false;
  std::string format;
};

signing::ImageVerifyOptions options_of(const VerifyFlags& flags, const Trust& trust) {
  if (!flags.conditions.empty() && flags.attestation.empty()) {
    fail(ErrorKind::invalid, "--predicate is about an attestation: say of which --attestation");
  }
  signing::ImageVerifyOptions options{.verify = trust.options, .threshold = flags.threshold};
  if (!flags.attestation.empty())
    options.attestation_type = signing::predicate_type_of(flags.attestation, "--attestation");
  options.condition = signing::parse_conditions(flags.conditions, "--predicate");
  if (!flags.identity.empty()) {
    options.is_identity = [wanted = flags.identity](const std::string& got) {
      return got == wanted;
    };
  }
  return options;
}

Json record_of(const signing::CheckedSignature& checked, const std::optional<TrustUsed>& used) {
  Json record = Json::object();
  record["form"] = to_string(checked.form);
  record["place"] = checked.place;
  if (!checked.predicate_type.empty()) record["predicateType"] = checked.predicate_type;
  if (!checked.docker_reference.empty()) record["dockerReference"] = checked.docker_reference;
  if (checked.verified) {
    record.update(verdict_record(*checked.verified, used));
  } else if (checked.notary) {
    record.update(notary_record(*checked.notary));
  } else {
    record["verdict"] = to_string(signing::Verdict::untrusted);
    record["reason"] = checked.reason;
  }
  return record;
}

Json record_of(const signing::ImageVerification& answer, const std::optional<TrustUsed>& used) {
  Json record = Json::object();
  record["digest"] = answer.manifest.str();
  record["verdict"] = to_string(answer.verdict);
  if (!answer.reason.empty()) record["reason"] = answer.reason;
  record["signatures"] = Json::array();
  for (const auto& checked : answer.signatures) {
    record["signatures"].push_back(record_of(checked, used));
  }
  return record;
}

std::string text_of(const std::string& prefix, const signing::ImageVerification& answer,
                    const std::optional<TrustUsed>& used, Timestamp now) {
  std::string text =
      fmt::format("{}{}: {}{}\n", prefix, answer.manifest.str(), to_string(answer.verdict),
                  answer.reason.empty() ? "" : ": " + printable(answer.reason));
  for (const signing::CheckedSignature& checked : answer.signatures) {
    if (!checked.is_trusted()) {
      text += fmt::format("  {} {}: not trusted: {}\n", to_string(checked.form), checked.place,
                          printable(checked.reason));
      if (checked.notary) text += notary_text(*checked.notary);
      continue;
    }
    text += fmt::format(
        "  {} {}{}\n", to_string(checked.form), checked.place,
        checked.docker_reference.empty() ? "" : ", for " + printable(checked.docker_reference));
    text += checked.notary ? notary_text(*checked.notary)
                           : verdict_text(*checked.verified, used, now, "    ");
  }
  return text;
}

/// Untrusted is worse than absent or unreachable, and any of them than valid.
bool is_worse(signing::Verdict verdict, signing::Verdict than) {
  if (verdict == signing::Verdict::valid) return false;
  return than == signing::Verdict::valid ||
         (verdict == signing::Verdict::untrusted && than != signing::Verdict::untrusted);
}

/// What came out for one image.
struct Checked {
  std::string image;  ///< as the source calls it
  signing::Verdict verdict = signing::Verdict::valid;
  std::string objection{};  ///< empty if it is valid
  std::vector<signing::ImageVerification> answers{};
};

/// Checks one image after another; what the user trusts is read once.
class Checker {
 public:
  Checker(Session& session, const VerifyFlags& flags) : session_(session), flags_(flags) {}

  Checked check(const std::string& image) {
    const auto source = session_.open_image(image);
    auto notary = flags_.notation.find_trust(session_, flags_.trust, source->name());
    signing::ImageVerifyOptions options =
        options_of(flags_, notary && flags_.trust.is_silent() ? Trust() : trust());
    options.notary = std::move(notary);
    Checked checked{.image = source->name()};
    for (const Descriptor& subject : list_subjects(*source, flags_.recursive)) {
      checked.answers.push_back(verify_image(*source, subject.digest, options));
      const signing::ImageVerification& answer = checked.answers.back();
      if (!is_worse(answer.verdict, checked.verdict)) continue;
      checked.verdict = answer.verdict;
      checked.objection =
          fmt::format("{}: {} of {} is {}: {}", checked.image,
                      flags_.attestation.empty() ? "the signature" : "the attestation",
                      answer.manifest.str(), to_string(answer.verdict), answer.reason);
    }
    return checked;
  }

  /// Of the trust that has been read.
  std::optional<TrustUsed> used() const { return trust_ ? trust_->used : std::nullopt; }

 private:
  const Trust& trust() {
    if (!trust_) trust_ = flags_.trust.read(session_);
    return *trust_;
  }

  Session& session_;
  const VerifyFlags& flags_;
  std::optional<Trust> trust_;
};

Checked check_reachable(Checker& checker, const std::string& image) {
  try {
    return checker.check(image);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unavailable) throw;
    return {.image = image, .verdict = signing::Verdict::unreachable, .objection = error.message()};
  }
}

void print(Session& session, const VerifyFlags& flags, const Checked& checked,
           const std::optional<TrustUsed>& used) {
  if (flags.format.empty()) {
    const bool many = flags.images.size() > 1;
    const std::string prefix = many ? printable(checked.image) + " " : "";
    if (many && checked.answers.empty())
      session.print(prefix + "unreachable: " + printable(checked.objection) + "\n");
    for (const auto& answer : checked.answers) {
      session.print(text_of(prefix, answer, used, session.now()));
    }
    return;
  }
  Json record = Json::object();
  record["schemaVersion"] = 1;
  record["image"] = checked.image;
  record["verdict"] = to_string(checked.verdict);
  if (!checked.objection.empty()) record["reason"] = checked.objection;
  record["manifests"] = Json::array();
  for (const auto& answer : checked.answers) record["manifests"].push_back(record_of(answer, used));
  session.print(format_record(record, flags.format));
}

void run(Session& session, const VerifyFlags& flags) {
  Checker checker(session, flags);
  Checked worst;
  for (const std::string& image : flags.images) {
    Checked checked = check_reachable(checker, image);
    print(session, flags, checked, checker.used());
    if (is_worse(checked.verdict, worst.verdict)) worst = std::move(checked);
  }
  if (worst.verdict == signing::Verdict::valid) return;
  fail(kind_of(worst.verdict), "{}", worst.objection);
}

}  // namespace

void declare_verify(CLI::App& app, Session& session) {
  explain(app,
          "Checks the signatures of an image, or its attestations of some type, without any "
          "network but the registry that the image is on: with keys, or with the names that "
          "certificates have to be for. Sigstore bundles of all versions and cosign's older tags "
          "are read, and Notary Project signatures, by Notation's trust policy or the "
          "root of --certificate-chain. The answer is valid, untrusted (exit code 6), absent (3) "
          "or unreachable (8), with the reason for every signature. Of several images each has its "
          "answer, or its record, and the worst decides.",
          "  lade verify --key cosign.pub docker://registry.example/team/app:1\n"
          "  lade verify --key a.pub --key b.pub --threshold 2 --recursive app:1\n"
          "  lade verify --notation-trust-policy trustpolicy.json "
          "docker://registry.example/team/app:1\n"
          "  lade verify --key cosign.pub --attestation slsaprovenance "
          "--predicate runDetails.builder.id=https://ci.example app:1\n");
  const auto flags = std::make_shared<VerifyFlags>();
  app.add_option("image", flags->images, "What was signed")->required()->type_name("IMAGE");
  flags->trust.add_to(app);
  flags->notation.add_to(app);
  app.add_option("--threshold", flags->threshold, "How many different signers it takes")
      ->check(CLI::Range(1U, 100U))
      ->capture_default_str();
  app.add_option("--attestation,--type", flags->attestation,
                 "Check attestations of this type (as of attest --type), not signatures")
      ->type_name("TYPE");
  app.add_option("--predicate", flags->conditions,
                 "What the predicate must say: PATH=VALUE, PATH!=VALUE, PATH~PATTERN")
      ->type_name("CONDITION")
      ->allow_extra_args(false);
  app.add_option("--sign-container-identity", flags->identity,
                 "The name that it must have been signed for")
      ->type_name("NAME");
  app.add_flag("-r,--recursive", flags->recursive, "Check the images of an index, too");
  app.add_option("-o,--output,--format", flags->format, "json, or a Go template")
      ->type_name("FORMAT");
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
