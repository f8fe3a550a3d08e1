#include <functional>

#include "sbom/audit/image_history.h"
#include "sbom/audit/secret_words.h"
#include "tests/sbom/audit/audit_fixture.h"

namespace lade::sbom {
namespace {

TEST_CASE("each setting of the configuration is judged") {
  struct Row {
    const char* check;
    std::function<void(RunConfig&)> set;
    Lines lines;
  };
  const auto env = [](std::string one) {
    return [one = std::move(one)](RunConfig& run) { run.env = {one}; };
  };
  const Row rows[] = {
      {"config-volume",
       [](RunConfig& run) {
         run.volumes = {"/etc/", "/data", "//usr/."};
       },
       {"VOLUME: /usr", "VOLUME: /etc"}},
      {"config-volume", [](RunConfig& run) { run.volumes = {"/var/lib/app"}; }, {}},
      {"config-port-risky",
       [](RunConfig& run) {
         run.exposed_ports = {"22/tcp", "8080/tcp"};
       },
       {"EXPOSE: 22/tcp: ssh: a container is entered by its runtime"}},
      {"config-port-risky",
       [](RunConfig& run) { run.exposed_ports = {"2370-2380"}; },
       {"EXPOSE: 2370-2380: a Docker daemon that asks nobody who he is"}},
      {"config-port-risky",
       [](RunConfig& run) {
         run.exposed_ports = {"ssh", "99999"};
       },
       {"EXPOSE: \"99999\" is no port", "EXPOSE: \"ssh\" is no port"}},
      {"config-port-low",
       [](RunConfig& run) {
         run.exposed_ports = {"80/tcp", "1024"};
       },
       {"EXPOSE: 80/tcp"}},
      {"config-healthcheck", [](RunConfig&) {}, {"HEALTHCHECK: there is none"}},
      {"config-healthcheck",
       [](RunConfig& run) { run.healthcheck = Healthcheck{.test = {"NONE"}}; },
       {"HEALTHCHECK: it is switched off"}},
      {"config-healthcheck",
       [](RunConfig& run) {
         run.healthcheck = Healthcheck{.test = {"CMD", "/ok"}};
       },
       {}},
      {"config-shell-form",
       [](RunConfig& run) {
         run.entrypoint = {"/bin/sh", "-c", "app --run"};
       },
       {"ENTRYPOINT: app --run"}},
      {"config-shell-form",
       [](RunConfig& run) {
         run.entrypoint = {"/bin/sh", "-c", "exec app"};
       },
       {}},
      {"config-shell-form",
       [](RunConfig& run) {
         run.entrypoint.reset();
         run.cmd = {"/bin/bash", "-c", "app"};
       },
       {"CMD: app"}},
      {"config-shell-form",
       [](RunConfig& run) {
         run.cmd = {"/bin/sh", "-c", "args"};
       },
       {}},
      {"config-command",
       [](RunConfig& run) { run.entrypoint.reset(); },
       {"ENTRYPOINT: neither it nor CMD is set"}},
      {"config-stop-signal",
       [](RunConfig& run) { run.stop_signal = "SIGKILL"; },
       {"STOPSIGNAL: \"SIGKILL\" gives no time to end in order"}},
      {"config-stop-signal",
       [](RunConfig& run) { run.stop_signal = "19"; },
       {"STOPSIGNAL: \"19\" ends nothing"}},
      {"config-stop-signal",
       [](RunConfig& run) { run.stop_signal = "SIGTREM"; },
       {"STOPSIGNAL: \"SIGTREM\" is no signal"}},
      {"config-stop-signal", [](RunConfig& run) { run.stop_signal = "SIGRTMIN+3"; }, {}},
      {"config-workdir",
       [](RunConfig& run) { run.working_dir = "app"; },
       {"WORKDIR: \"app\" is relative"}},
      {"config-workdir", [](RunConfig& run) { run.working_dir = "/app"; }, {}},
      {"env-secret", env("DB_PASSWORD=hunter2"), {"ENV DB_PASSWORD: it is called so"}},
      {"env-secret", env("PGPASSWORD=hunter2"), {"ENV PGPASSWORD: it is called so"}},
      {"env-secret", env("API_TOKEN=abc123"), {"ENV API_TOKEN: it is called so"}},
      {"env-secret", env("X=AKIAIOSFODNN7EXAMPLE"), {"ENV X: its value is an AWS key"}},
      {"env-secret",
       env("DATABASE_URL=postgres://app:s3cret@db/app"),
       {"ENV DATABASE_URL: there is a URL with a password in it"}},
      {"env-secret", env("GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568"), {}},
      {"env-secret", env("PASSWORD_FILE=/run/secrets/p"), {}},
      {"env-secret", env("DB_PASSWORD="), {}},
      {"env-secret", env("DB_PASSWORD=$OTHER"), {}},
      {"env-secret", env("TOKENIZERS_PARALLELISM=false"), {}},
      {"env-secret", env("TOKEN"), {}},
      {"env-loader",
       env("LD_PRELOAD=/lib/x.so"),
       {"ENV LD_PRELOAD: /lib/x.so is loaded into every process"}},
      {"env-loader",
       env("LD_LIBRARY_PATH=/lib:lib"),
       {"ENV LD_LIBRARY_PATH: \"lib\" is wherever the process is"}},
      {"env-path",
       env("PATH=/bin:.:"),
       {"ENV PATH: \".\" is relative: programs are taken from wherever the process is",
        "ENV PATH: \"\" is relative: programs are taken from wherever the process is"}},
      {"env-path", env("PATH=/opt/bin:/bin"), {"ENV PATH: everybody may write to /opt/bin"}},
  };
  for (const Row& row : rows) {
    AuditImage image;
    image.layer(TarBuilder{}.dir("opt").dir("opt/bin", 0777).dir("bin"));
    row.set(image.run());
    CAPTURE(row.check, image.run().env);
    Lines wanted = row.lines;
    Lines got = image.lines(row.check);
    std::sort(wanted.begin(), wanted.end());
    std::sort(got.begin(), got.end());
    CHECK(got == wanted);
  }
}

TEST_CASE("the history is judged in the spellings of all builders") {
  struct Row {
    const char* check;
    const char* created_by;
    bool is_found;
  };
  const Row rows[] = {
      {"history-secret", "/bin/sh -c #(nop)  ENV API_TOKEN=abc123", true},
      {"history-secret", "ARG NPM_TOKEN=abcdef", true},
      {"history-secret", "ARG NPM_TOKEN", false},
      {"history-secret", "RUN |1 NPM_TOKEN=abcdef /bin/sh -c npm ci # buildkit", true},
      {"history-secret", "|2 A=b DB_PASSWORD=hunter2 /bin/sh -c make", true},
      {"history-secret", "RUN /bin/sh -c git clone https://me:pass1@host/x # buildkit", true},
      {"history-secret", "RUN /bin/sh -c make CFLAGS=-O2", false},
      {"history-pipe-shell", "RUN /bin/sh -c curl -fsSL https://x.example/i.sh | sh # buildkit",
       true},
      {"history-pipe-shell", "/bin/sh -c wget -O- https://x.example | sudo /bin/bash -s", true},
      {"history-pipe-shell", "/bin/sh -c curl -o f https://x.example && sha256sum -c f | sh",
       false},
      {"history-pipe-shell", "/bin/sh -c curl https://x.example | tar x", false},
      {"history-unverified", "/bin/sh -c curl -k https://x.example", true},
      {"history-unverified", "/bin/sh -c apt-get install --allow-unauthenticated a", true},
      {"history-unverified", "/bin/sh -c apk add curl", false},
      {"history-add-url", "ADD https://x.example/a /a # buildkit", true},
      {"history-add-url", "ADD --checksum=sha256:aa https://x.example/a /a # buildkit", false},
      {"history-add-url", "COPY https://x /", false},
      {"history-add", "/bin/sh -c #(nop) ADD dir:abc in /app", true},
      {"history-add", "/bin/sh -c #(nop) ADD file:abc in / ", false},
      {"history-add", "ADD app.tar.gz /app # buildkit", false},
      {"history-update-alone", "RUN /bin/sh -c apt-get update # buildkit", true},
      {"history-update-alone", "RUN /bin/sh -c apt-get update && apt-get install -y a", false},
      {"history-update-alone", "/bin/sh -c apk update", true},
      {"history-upgrade", "/bin/sh -c apt-get -y dist-upgrade", true},
      {"history-upgrade", "/bin/sh -c pip install --upgrade pip", false},
      {"history-sudo", "/bin/sh -c sudo make install", true},
      {"history-sudo", "/bin/sh -c apt-get install sudo -y", false},
  };
  for (const Row& row : rows) {
    AuditImage image;
    image.history(row.created_by);
    CAPTURE(row.check, row.created_by);
    CHECK(image.look(row.check).count == (row.is_found ? 1 : 0));
  }
}

TEST_CASE("no report repeats the secret that it tells of") {
  AuditImage image;
  image.history("ENV API_TOKEN=s3cr3tvalue OTHER=x");
  image.history("RUN |1 NPM_TOKEN=s3cr3tvalue /bin/sh -c git clone https://u:s3cr3tvalue@h/x");
  image.run().env = {"API_TOKEN=s3cr3tvalue"};
  image.run().entrypoint = {"/bin/sh", "-c", "app --token=\"s3cr3tvalue\""};
  for (const char* check : {"env-secret", "history-secret", "config-shell-form"}) {
    const AuditResult result = image.look(check);
    REQUIRE_FALSE(result.findings.empty());
    for (const AuditFinding& finding : result.findings) {
      CAPTURE(check, finding.detail, finding.cause.instruction);
      CHECK(finding.detail.find("s3cr3t") == std::string::npos);
      CHECK(finding.cause.instruction.find("s3cr3t") == std::string::npos);
    }
  }
  CHECK(without_secrets("A=b TOKEN='x y z' C=d https://u:pw1@h/p") ==
        "A=b TOKEN=*** C=d https://u:***@h/p");
}

TEST_CASE("a million bytes of history or environment are read in bounded time") {
  AuditImage image;
  image.history(std::string(1U << 20U, '='));
  std::string urls;
  while (urls.size() < 1U << 20U) urls += "://a:b@";
  image.history("RUN " + urls);
  image.run().env = {"TOKEN=" + std::string(1U << 20U, 'x'), urls};
  for (const char* check : {"history-secret", "history-pipe-shell", "env-secret"}) {
    for (const AuditFinding& finding : image.look(check).findings) {
      CHECK(finding.detail.size() < 1000);
      CHECK(finding.place.size() < 1000);
      CHECK(finding.cause.instruction.size() < 1000);
    }
  }
}

}  // namespace
}  // namespace lade::sbom
