package io.icestream.engine.storage.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading from text what the options of all stores have in common. */
public abstract class CloudSettingsContract {
    /** A location without a query. */
    protected abstract String location();

    protected abstract CloudOptions<?, ?> parse(
            String location, Map<String, String> settings, Map<String, String> environment);

    @Test
    void readsEveryCommonSetting() {
        CloudOptions<?, ?> options = parse(
                location() + "?storage-class=A",
                Map.ofEntries(
                        Map.entry("endpoint", "http://127.0.0.1:9000/x/"),
                        Map.entry("allow-http", "true"),
                        Map.entry("storage-class", "other"),
                        Map.entry("metadata-storage-class", "B"),
                        Map.entry("chunk-storage-class", "C"),
                        Map.entry("connect-timeout", "500ms"),
                        Map.entry("read-timeout", "20s"),
                        Map.entry("attempt-timeout", "PT1M"),
                        Map.entry("operation-timeout", "2h"),
                        Map.entry("max-tries", "3"),
                        Map.entry("parallelism", "5"),
                        Map.entry("proxy", "http://user:word@proxy:3128")),
                Map.of());

        assertThat(options.endpoint()).contains(URI.create("http://127.0.0.1:9000/x"));
        assertThat(options.storageClasses())
                .as("the query goes before")
                .isEqualTo(new StorageClasses(Optional.of("A"), Optional.of("B"), Optional.of("C")));
        RequestOptions requests = options.requests();
        assertThat(requests.timeouts())
                .isEqualTo(new Timeouts(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(20),
                        Optional.of(Duration.ofMinutes(1)),
                        Duration.ofHours(2)));
        assertThat(requests.retries().maxTries()).isEqualTo(3);
        assertThat(requests.transfers().parallelism()).isEqualTo(5);
        assertThat(requests.proxy().orElseThrow().address()).isEqualTo(URI.create("http://proxy:3128"));
        assertThat(requests.proxy().orElseThrow().login()).contains(new ProxyServer.Login("user", "word"));
        assertThat(options.toString() + requests.proxy()).doesNotContain("word");
    }

    @Test
    void knowsWhoTheRequestsAreFor() {
        RequestOptions requests = parse(
                        location() + "?client=api/2&workload=backfill&principal=ana", Map.of(), Map.of())
                .requests();

        assertThat(requests.attribution().userAgent()).isEqualTo("api/2 icestream (workload=backfill; principal=ana)");
        assertThat(parse(location(), Map.of(), Map.of())
                        .requests()
                        .attribution()
                        .userAgent())
                .isEqualTo("icestream");
    }

    @Test
    void takesTheProxyOfTheEnvironmentIfNoneIsSet() {
        Map<String, String> environment = Map.of("HTTPS_PROXY", "http://proxy:3128", "no_proxy", "a.b, .c.d,,a.b");

        ProxyServer proxy =
                parse(location(), Map.of(), environment).requests().proxy().orElseThrow();

        assertThat(proxy.address()).isEqualTo(URI.create("http://proxy:3128"));
        assertThat(proxy.directHosts()).containsExactlyInAnyOrder("a.b", ".c.d");
        assertThat(parse(location() + "?proxy=http://mine:1", Map.of(), environment)
                        .requests()
                        .proxy()
                        .map(ProxyServer::address))
                .contains(URI.create("http://mine:1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?clas=x|Unknown option 'clas' of a",
                "?endpoint=http://x|it is not encrypted",
                "?endpoint=x|an address such as",
                "?max-tries=0|Invalid option 'max-tries': a whole number from 1",
                "?read-timeout=soon|Invalid option 'read-timeout': a positive time such as",
                "?anonymous=perhaps|true or false",
                "?workload=a(b|Invalid workload of an attribution: 1 to 128 printable ASCII",
                "//b|a segment is empty"
            })
    void saysWhatIsWrongWithACommonSetting(String end, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(location() + end, Map.of(), Map.of()))
                .withMessageContaining(message);
    }
}
