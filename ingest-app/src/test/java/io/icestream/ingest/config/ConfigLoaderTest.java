package io.icestream.ingest.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a configuration may say and what is said about one that cannot be used. Every case starts from a configuration that is right and
 * changes one thing with an assignment, so that exactly the problem of that change must come out.
 */
class ConfigLoaderTest {

    private static final String RIGHT = """
            id: weather
            repository: {location: ./repository}
            kafka:
              properties: {bootstrap.servers: "127.0.0.1:9092"}
            schema-registry: {urls: ["http://127.0.0.1:8081"]}
            dataset:
              topics: [observations]
              attributes: {title: Weather, version: 3, levels: [1, 2.5], checked: true}
              time: {field: time, origin: "2013-01-01T00:00:00Z", step: 1h}
              stations: {field: station, labels: [EWR, 007, 1.10], latitude: [40.7, 40.6, 40.8], longitude: [-74.2, -73.8, -73.9]}
              variables:
                - {name: temp, field: values.temp, units: degF, long-name: Temperature, standard-name: air_temperature}
                - {name: count, field: values.count, type: int16, fill-value: -1}
              window: 1h
              chunk: {duration: 1d, stations: 2}
            """;

    @TempDir
    Path folder;

    private Path file(String text) {
        try {
            return Files.writeString(folder.resolve("ingest.yaml"), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private IngestConfig load(Map<String, String> environment, String... overrides) {
        return ConfigLoader.load(file(RIGHT), environment, List.of(overrides));
    }

    private List<Problem> problems(String text, Map<String, String> environment, String... overrides) {
        ConfigException refused = catchThrowableOfType(
                ConfigException.class, () -> ConfigLoader.load(file(text), environment, List.of(overrides)));
        assertThat(refused).as("refused at all").isNotNull();
        return refused.problems();
    }

    @Test
    void readsSettingsAndDefaults() {
        IngestConfig config = load(Map.of());

        assertThat(config.id()).isEqualTo("weather");
        assertThat(config.repository()).isEqualTo(new RepositorySettings("./repository", "main", true));
        assertThat(config.clientProperties()).containsExactly(Map.entry("bootstrap.servers", "127.0.0.1:9092"));
        assertThat(config.kafka().slotPartitions()).isEqualTo(4);
        assertThat(config.dataset().group()).isEqualTo("/");
        assertThat(config.dataset().time().name()).isEqualTo("time");
        assertThat(config.dataset().time().origin()).isEqualTo(Instant.parse("2013-01-01T00:00:00Z"));
        assertThat(config.dataset().time().units().text()).isEqualTo("seconds since 1970-01-01");
        assertThat(config.dataset().variables().get(0).fillValue()).isEqualTo(Double.NaN);
        assertThat(config.dataset().variables().get(1).fillValue()).isEqualTo(-1L);
        assertThat(config.dataset().variables().get(1).type()).isEqualTo(VariableSettings.CellType.INT16);
        assertThat(config.watermark().maxOutOfOrderness()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.late()).isEqualTo(new LateSettings(LateSettings.Policy.REVISE, Duration.ofDays(1)));
        assertThat(config.tags()).isEqualTo(new TagSettings(true, "daily-{date}"));
        assertThat(config.deadLetterTopic()).isEqualTo("icestream.weather.dlq");
    }

    @Test
    void readsHowTheStoreIsReached() {
        IngestConfig config = load(
                Map.of("ICESTREAM_REPOSITORY_STORAGE_REGION", "eu-central-1", "SECRET", "hush"),
                "repository.location=s3://bucket/weather",
                "repository.storage.access-key=key",
                "repository.storage.secret-key=${env:SECRET}");

        assertThat(config.repository().storage())
                .isEqualTo(Map.of("region", "eu-central-1", "access-key", "key", "secret-key", "hush"));
        assertThat(config.repository().toString()).doesNotContain("hush");
        assertThat(problems(RIGHT, Map.of(), "repository.storage.region=x"))
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .contains("repository.storage", "only for locations that begin with s3:");
        assertThat(problems(RIGHT, Map.of(), "repository.location=s3://b/p", "repository.storage.regoin=x"))
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .contains("did you mean", "repository.storage.region'");
    }

    @Test
    void knowsTheSettingsOfTheStoreThatTheLocationNames() {
        IngestConfig config = load(
                Map.of("ICESTREAM_REPOSITORY_STORAGE_USER_PROJECT", "lab"),
                "repository.location=gs://bucket/weather",
                "repository.storage.storage-class=NEARLINE");

        assertThat(config.repository().storage()).isEqualTo(Map.of("user-project", "lab", "storage-class", "NEARLINE"));
        assertThat(problems(
                        RIGHT,
                        Map.of(),
                        "repository.location=az://account/container/p",
                        "repository.storage.account-kye=x"))
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .contains("did you mean", "repository.storage.account-key'");
    }

    @Test
    void keepsLabelsAsTheyAreWrittenAndAttributesAsTheyAreMeant() {
        IngestConfig config = load(Map.of());

        assertThat(config.dataset().stations().labels()).containsExactly("EWR", "007", "1.10");
        assertThat(config.dataset().attributes())
                .isEqualTo(Map.of("title", "Weather", "version", 3, "levels", List.of(1, 2.5), "checked", true));
    }

    @Test
    void putsTheCommandLineOnTopOfTheEnvironmentOnTopOfTheFile() {
        Map<String, String> environment = Map.of(
                "ICESTREAM_DATASET_TIME_STEP", "30m",
                "ICESTREAM_DATASET_WINDOW", "30m",
                "ICESTREAM_KAFKA_PROPERTIES_SASL_MECHANISM", "PLAIN",
                "ICESTREAM_SCHEMA_REGISTRY_HEADERS_X_TOKEN", "t",
                "ICESTREAM_DATASET_TOPICS", "[a, b]",
                "ICESTREAM_JAVA_OPTS", "-Xmx1g",
                "PATH", "/bin");

        IngestConfig config = load(
                environment,
                "dataset.time.step=15m",
                "dataset.time.step=10m",
                "kafka.properties.client.id=x",
                "dataset.variables.0.name=t2m",
                "dataset.stations.labels[2]=LGA",
                "dataset.attributes.version=",
                "late.policy=drop");

        assertThat(config.dataset().time().step()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.dataset().window()).isEqualTo(Duration.ofMinutes(30));
        assertThat(config.dataset().topics()).containsExactly("a", "b");
        assertThat(config.clientProperties())
                .containsEntry("sasl.mechanism", "PLAIN")
                .containsEntry("client.id", "x");
        assertThat(config.registry().headers()).containsExactly(Map.entry("x-token", "t"));
        assertThat(config.dataset().variables().get(0).name()).isEqualTo("t2m");
        assertThat(config.dataset().stations().labels()).containsExactly("EWR", "007", "LGA");
        assertThat(config.late().policy()).isEqualTo(LateSettings.Policy.DROP);
    }

    @Test
    void resolvesSecretsAndNeverPrintsThem() throws IOException {
        Files.writeString(folder.resolve("password"), "s3cret-file\n");
        Map<String, String> environment = Map.of("TOKEN", "s3cret-token", "NOT_A_NUMBER", "s3cret-number");

        IngestConfig config = load(
                environment,
                "kafka.properties.sasl.jaas.config=login password=\"${file:password}\";",
                "schema-registry.headers.Authorization=Bearer ${env:TOKEN}");
        assertThat(config.clientProperties()).containsEntry("sasl.jaas.config", "login password=\"s3cret-file\";");
        assertThat(config.registry().headers()).containsEntry("Authorization", "Bearer s3cret-token");
        assertThat(config.toString()).doesNotContain("s3cret");

        assertThat(problems(
                                RIGHT,
                                environment,
                                "kafka.threads=${env:NOT_A_NUMBER}",
                                "dataset.stations.latitude=[\"${env:NOT_A_NUMBER}\", 1, 2]",
                                "schema-registry.urls=[\"http://x:${env:TOKEN}@host/\", \"${env:TOKEN}\"]")
                        .toString())
                .contains("${env:NOT_A_NUMBER}")
                .doesNotContain("s3cret");
    }

    @Test
    void masksSecretsThatAreQuotedAsWrong() {
        assertThat(problems(RIGHT, Map.of("X", "S3cret!"), "id=${env:X}", "dataset.topics=[\"${env:X}\"]"))
                .extracting(Problem::message)
                .hasSize(2)
                .allSatisfy(message -> assertThat(message).contains("'***'"));
    }

    @Test
    void readsTheExample() {
        Path example = Path.of(System.getProperty("icestream.root", ".."), "examples", "weather.yaml");

        IngestConfig config = ConfigLoader.load(
                example, Map.of("REPOSITORY", "r", "BOOTSTRAP", "b:9092", "REGISTRY", "http://r:8081"), List.of());

        assertThat(config.dataset().stations().labels()).containsExactly("EWR", "JFK", "LGA");
        assertThat(config.dataset().chunkDuration()).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void tellsAllProblemsAtOnce() {
        List<Problem> problems = problems("""
                id: Weather!
                repository: {branch: main}
                dataset:
                  time: {field: time, stpe: 1h, origin: yesterday, step: 1x}
                  variables: [{name: temp}]
                  window: 1h
                comit: {}
                """, Map.of());

        assertThat(problems)
                .extracting(Problem::key)
                .contains(
                        "id",
                        "repository.location",
                        "kafka.properties.bootstrap.servers",
                        "schema-registry.urls",
                        "dataset.topics",
                        "dataset.time.stpe",
                        "dataset.time.origin",
                        "dataset.time.step",
                        "dataset.stations.field",
                        "dataset.stations.labels",
                        "dataset.variables[0].field",
                        "dataset.chunk.duration",
                        "comit");
        assertThat(problems)
                .contains(
                        new Problem("dataset.time.stpe", "unknown key: did you mean 'dataset.time.step'?"),
                        new Problem("comit", "unknown key: did you mean 'commit'?"));
        assertThat(problems).extracting(Problem::key).doesNotHaveDuplicates();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(
                        "kafka.streams.statestore.cache.max.bytes",
                        "drains rows",
                        "kafka.streams.statestore.cache.max.bytes=0"),
                mistake(
                        "kafka.streams.processing.guarantee",
                        "exactly_once_v2",
                        "kafka.streams.processing.guarantee=at_least_once"),
                mistake("kafka.streams.application.id", "is set by id", "kafka.streams.application.id=x"),
                mistake("kafka.replication", "at least 1", "kafka.replication=0"),
                mistake("kafka.threads", "a whole number from 1", "kafka.threads=0"),
                mistake("dataset.window", "a whole number of times dataset.time.step", "dataset.window=90m"),
                mistake(
                        "dataset.chunk.duration",
                        "a whole number of times dataset.window",
                        "dataset.chunk.duration=90m"),
                mistake(
                        "dataset.window",
                        "the end of a day in zone UTC",
                        "dataset.window=5h",
                        "dataset.chunk.duration=5h"),
                mistake("dataset.window", "the end of a day in zone Asia/Kolkata", "dataset.zone=Asia/Kolkata"),
                mistake(
                        "dataset.window",
                        "2013-03-31",
                        "dataset.window=2h",
                        "dataset.zone=Europe/Paris",
                        "dataset.time.origin=2013-01-01T00:00:00+01:00"),
                mistake("dataset.window", "the end of a day", "dataset.window=2d", "dataset.chunk.duration=4d"),
                mistake("dataset.window", "whole microseconds", "dataset.window=PT0S"),
                mistake("dataset.time.step", "whole microseconds", "dataset.time.step=PT0.0000001S"),
                mistake(
                        "dataset.time.origin",
                        "whole microseconds",
                        "dataset.time.origin=2013-01-01T00:00:00.0000001Z"),
                mistake("dataset.time.units", "choose smaller ones", "dataset.time.units=days since 1970-01-01"),
                mistake(
                        "dataset.time.units",
                        "units since another time",
                        "dataset.time.units=hours since 1970-01-01 00:30"),
                mistake("dataset.time.units", "CF units", "dataset.time.units=fortnights since 1970-01-01"),
                mistake("dataset.time.rounding", "one of exact, floor, nearest", "dataset.time.rounding=up"),
                mistake("dataset.chunk.duration", "cells in a chunk", "dataset.chunk.duration=3650000d"),
                mistake(
                        "dataset.variables[1].name",
                        "is the name of dataset.variables[0].name",
                        "dataset.variables.1.name=temp"),
                mistake(
                        "dataset.variables[1].name",
                        "is the name of dataset.time.name",
                        "dataset.variables.1.name=time"),
                mistake(
                        "dataset.variables[1].name",
                        "is the name of dataset.stations.latitude",
                        "dataset.variables.1.name=latitude"),
                mistake("dataset.variables[1].name", "cannot be the name", "dataset.variables.1.name=a/b"),
                mistake("dataset.variables[1].name", "cannot be the name", "dataset.variables.1.name=.."),
                mistake("dataset.variables[1].name", "reserved", "dataset.variables.1.name=__x"),
                mistake("dataset.variables[1].name", "reserved", "dataset.variables.1.name=_icestream"),
                mistake("dataset.variables[1].fill-value", "fits into int16", "dataset.variables.1.fill-value=40000"),
                mistake(
                        "dataset.variables[1].fill-value",
                        "that no observation has",
                        "dataset.variables.1.fill-value="),
                mistake(
                        "dataset.variables[0].fill-value",
                        "a number, NaN",
                        "dataset.variables.0.type=float32",
                        "dataset.variables.0.fill-value=1e300"),
                mistake("dataset.variables[0].field", "single dots", "dataset.variables.0.field=a..b"),
                mistake(
                        "dataset.variables[0].attributes.units",
                        "is set by",
                        "dataset.variables.0.attributes={units: K}"),
                mistake(
                        "dataset.variables[0].attributes._FillValue",
                        "how the stored values are read",
                        "dataset.variables.0.attributes={_FillValue: 1}"),
                mistake("dataset.variables", "a list is needed", "dataset.variables=x"),
                mistake("dataset.stations.labels[2]", "is label 0 already", "dataset.stations.labels[2]=EWR"),
                mistake("dataset.stations.latitude", "each of the 3 labels", "dataset.stations.latitude=[1, 2]"),
                mistake("dataset.stations.longitude", "each of the 3 labels", "dataset.stations.longitude="),
                mistake("dataset.stations.latitude[1]", "degrees from -90", "dataset.stations.latitude=[1, NaN, 2]"),
                mistake("dataset.stations.latitude[1]", "a number is needed", "dataset.stations.latitude=[1, x, 2]"),
                mistake("dataset.group", "a path such as", "dataset.group=weather"),
                mistake("dataset.group", "cannot be the name of a group", "dataset.group=/a//b"),
                mistake("dataset.topics[0]", "name of a topic", "dataset.topics=[\"a b\"]"),
                mistake("dataset.topics[1]", "is there twice", "dataset.topics=[a, a]"),
                mistake("dataset.topics", "that the ingest writes", "dataset.topics=[icestream.weather.slots]"),
                mistake("dataset.zone", "a zone such as", "dataset.zone=Mars/Olympus"),
                mistake("late.horizon", "must not be below 0s", "late.horizon=-PT1S"),
                mistake("late.policy", "one of revise, dlq, drop", "late.policy=maybe"),
                mistake("commit.round-timeout", "a duration such as", "commit.round-timeout=soon"),
                mistake("commit.max-windows", "a whole number from 1", "commit.max-windows=0"),
                mistake("errors.tolerance", "one of none, all", "errors.tolerance=some"),
                mistake("tags.enabled", "true or false", "tags.enabled=perhaps"),
                mistake("tags.pattern", "{date}", "tags.pattern=daily"),
                mistake("schema-registry.urls[0]", "an address such as", "schema-registry.urls=[registry]"),
                mistake(
                        "schema-registry.urls[0]",
                        "must not hold a password",
                        "schema-registry.urls=[\"http://a:b@host\"]"),
                mistake("schema-registry.headers.X", "NOWHERE is not set", "schema-registry.headers.X=${env:NOWHERE}"),
                mistake(
                        "schema-registry.headers.X",
                        "cannot read file nowhere",
                        "schema-registry.headers.X=${file:nowhere}"),
                mistake("schema-registry.headers.X", "use ${env:NAME}", "schema-registry.headers.X=${vault:a}"),
                mistake("repository.loction", "did you mean 'repository.location'?", "repository.loction=x"),
                mistake("kafka.xyz", "known here: properties, streams", "kafka.xyz=1"),
                mistake("--set dataset.variables.7.name", "the list has 2 entries", "dataset.variables.7.name=x"),
                mistake("--set dataset.window.x", "single value", "dataset.window.x=1"),
                mistake("--set nonsense", "--set key=value", "nonsense"));
    }

    private static Arguments mistake(String key, String message, String... overrides) {
        return Arguments.of(key, message, List.of(overrides));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void refusesAndSaysWhy(String key, String message, List<String> overrides) {
        List<Problem> problems = problems(RIGHT, Map.of(), overrides.toArray(String[]::new));

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo(key);
            assertThat(problem.message()).contains(message);
        });
    }

    @Test
    void refusesVariablesThatNameNoSetting() {
        assertThat(problems(RIGHT, Map.of("ICESTREAM_DATASET_TIME_STPE", "1h")))
                .containsExactly(new Problem(
                        "ICESTREAM_DATASET_TIME_STPE",
                        "no setting has this variable: did you mean ICESTREAM_DATASET_TIME_STEP?"));
    }

    @Test
    void refusesFilesThatAreNoPlainYaml() {
        assertThat(problems("id: a\nid: b", Map.of()).get(0).message()).contains("'id' is given twice, line 2");
        assertThat(problems("id: &x a\nbranch: *x", Map.of()).get(0).message()).contains("anchors");
        assertThat(problems("- a", Map.of()).get(0).message()).contains("groups of settings are needed");
        assertThat(problems("", Map.of()).get(0).message()).contains("groups of settings are needed");
        assertThat(problems("id: [", Map.of())).hasSize(1);
        assertThat(problems("id: a\n---\nid: b", Map.of()).get(0).message()).contains("more than one document");
        assertThatThrownBy(() -> ConfigLoader.load(folder.resolve("absent.yaml"), Map.of(), List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("absent.yaml: cannot be read");
    }

    @Test
    void acceptsWindowsThatFitDaysOfEveryLength() {
        assertThat(GridRules.firstDayOffGrid(
                        Instant.parse("2012-12-31T23:00:00Z"), Duration.ofHours(1), ZoneId.of("Europe/Paris")))
                .isEmpty();
        // Lord Howe Island moves its clocks by half an hour.
        assertThat(GridRules.firstDayOffGrid(
                        Instant.parse("2013-01-01T00:00:00Z"),
                        Duration.ofMinutes(30),
                        ZoneId.of("Australia/Lord_Howe")))
                .isEmpty();
        assertThat(GridRules.firstDayOffGrid(
                        Instant.parse("2013-01-01T00:00:00Z"), Duration.ofHours(1), ZoneId.of("Australia/Lord_Howe")))
                .isPresent();
    }

    @Test
    void readsAndWritesCfUnits() {
        List<String> texts =
                List.of("seconds since 1970-01-01", "hours since 1900-01-01 06:00:00", "microseconds since 2000-01-01");
        for (String text : texts) {
            assertThat(CfTimeUnits.parse(text).map(CfTimeUnits::text)).contains(text);
        }
        assertThat(CfTimeUnits.parse("day since 1970-01-01T00:00:00Z").map(CfTimeUnits::text))
                .contains("days since 1970-01-01");
        for (String text : Arrays.asList("", "seconds", "seconds since now", "seconds since 1970-13-01")) {
            assertThat(CfTimeUnits.parse(text)).isEqualTo(Optional.empty());
        }
    }

    @Test
    void layoutHashChangesWithWhatMayNotChangeOnly() {
        String hash = LayoutHash.of(load(Map.of()).dataset());
        assertThat(hash).hasSize(64);
        List<String> kept = List.of(
                "dataset.topics=[other]",
                "dataset.variables.0.units=K",
                "dataset.variables.0.field=other",
                "dataset.attributes.title=x",
                "dataset.stations.latitude=[1, 2, 3]",
                "late.horizon=2d",
                "id=other");
        for (String change : kept) {
            assertThat(LayoutHash.of(load(Map.of(), change).dataset()))
                    .as(change)
                    .isEqualTo(hash);
        }
        Set<String> hashes = new HashSet<>(List.of(hash));
        List<String> changes = new ArrayList<>(List.of(
                "dataset.group=/x",
                "dataset.time.name=t",
                "dataset.time.field=t",
                "dataset.time.format=epoch-millis",
                "dataset.time.origin=2013-01-02",
                "dataset.time.step=30m",
                "dataset.time.rounding=floor",
                "dataset.time.units=hours since 1970-01-01",
                "dataset.stations.name=s",
                "dataset.stations.field=s",
                "dataset.stations.labels[0]=JFK",
                "dataset.version-field=v",
                "dataset.variables.0.name=t",
                "dataset.variables.0.type=float32",
                "dataset.variables.0.fill-value=0",
                "dataset.window=2h",
                "dataset.chunk.duration=2d",
                "dataset.chunk.stations=1",
                "dataset.zone=Europe/London"));
        for (String change : changes) {
            assertThat(hashes.add(LayoutHash.of(load(Map.of(), change).dataset())))
                    .as(change)
                    .isTrue();
        }
    }
}
