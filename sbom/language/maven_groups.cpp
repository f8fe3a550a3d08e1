// Archives that Gradle and Ant build hold no group. These are of projects that are published so and
// that many images have.
#include <algorithm>
#include <array>

#include "sbom/language/jar_identity.h"

namespace lade::sbom {
namespace {

struct KnownGroup {
  std::string_view artifact;  ///< or, ending in "*", how it begins
  std::string_view group;
};

// the first that fits counts
constexpr std::array<KnownGroup, 56> known_groups{{
    {"spring-boot*", "org.springframework.boot"},
    {"spring-security*", "org.springframework.security"},
    {"spring-data*", "org.springframework.data"},
    {"spring-cloud*", "org.springframework.cloud"},
    {"spring-session*", "org.springframework.session"},
    {"spring-integration*", "org.springframework.integration"},
    {"spring-batch*", "org.springframework.batch"},
    {"spring-kafka*", "org.springframework.kafka"},
    {"spring-ws*", "org.springframework.ws"},
    {"spring-hateoas", "org.springframework.hateoas"},
    {"spring-retry", "org.springframework.retry"},
    {"spring-plugin*", "org.springframework.plugin"},
    {"spring-ldap*", "org.springframework.ldap"},
    {"spring-*", "org.springframework"},
    {"tomcat-embed-*", "org.apache.tomcat.embed"},
    {"tomcat-*", "org.apache.tomcat"},
    {"hibernate-validator*", "org.hibernate.validator"},
    {"kotlinx-*", "org.jetbrains.kotlinx"},
    {"kotlin-*", "org.jetbrains.kotlin"},
    {"okhttp*", "com.squareup.okhttp3"},
    {"okio*", "com.squareup.okio"},
    {"retrofit", "com.squareup.retrofit2"},
    {"reactor-netty*", "io.projectreactor.netty"},
    {"reactor-*", "io.projectreactor"},
    {"rxjava", "io.reactivex.rxjava3"},
    {"micrometer-*", "io.micrometer"},
    {"kafka-clients", "org.apache.kafka"},
    {"kafka_*", "org.apache.kafka"},
    {"kafka-*", "org.apache.kafka"},
    {"connect-*", "org.apache.kafka"},
    {"elasticsearch*", "org.elasticsearch"},
    {"opensearch*", "org.opensearch"},
    {"lucene-*", "org.apache.lucene"},
    {"solr-*", "org.apache.solr"},
    {"asm", "org.ow2.asm"},
    {"asm-*", "org.ow2.asm"},
    {"aspectjweaver", "org.aspectj"},
    {"aspectjrt", "org.aspectj"},
    {"bcprov-*", "org.bouncycastle"},
    {"bcpkix-*", "org.bouncycastle"},
    {"bcutil-*", "org.bouncycastle"},
    {"bcpg-*", "org.bouncycastle"},
    {"ant", "org.apache.ant"},
    {"ant-*", "org.apache.ant"},
    {"mockito-*", "org.mockito"},
    {"junit-jupiter*", "org.junit.jupiter"},
    {"junit-platform*", "org.junit.platform"},
    {"grpc-*", "io.grpc"},
    {"netflix-*", "com.netflix"},
    {"guice*", "com.google.inject"},
    {"aopalliance", "aopalliance"},
    {"jsr305", "com.google.code.findbugs"},
    {"dom4j", "org.dom4j"},
    {"xstream", "com.thoughtworks.xstream"},
    {"commons-lang3", "org.apache.commons"},
    {"commons-text", "org.apache.commons"},
}};

bool begins_with_four_or_more(std::string_view version) {
  return !version.empty() && version[0] >= '4' && version[0] <= '9';
}

}  // namespace

std::string_view known_maven_group(std::string_view artifact, std::string_view version) {
  // two that moved with a version
  if (artifact == "groovy" || artifact.starts_with("groovy-")) {
    return begins_with_four_or_more(version) ? "org.apache.groovy" : "org.codehaus.groovy";
  }
  if (artifact == "hibernate-core" || artifact == "hibernate-envers") {
    return version.starts_with("6") || version.starts_with("7") ? "org.hibernate.orm"
                                                                : "org.hibernate";
  }
  const auto* const found =
      std::find_if(known_groups.begin(), known_groups.end(), [&](const KnownGroup& known) {
        std::string_view text = known.artifact;
        if (!text.ends_with('*')) return text == artifact;
        text.remove_suffix(1);
        return artifact.starts_with(text);
      });
  return found == known_groups.end() ? std::string_view() : found->group;
}

}  // namespace lade::sbom
