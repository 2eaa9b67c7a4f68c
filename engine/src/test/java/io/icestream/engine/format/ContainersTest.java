package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Virtual chunk containers and the compression of locations in the configuration. */
class ContainersTest {
    private static final ContainerStore.S3 AMAZON = ContainerStore.S3.in("us-east-1");

    private static RepositoryConfig read(RepositoryConfig config) {
        return RepositoryConfig.decode(config.encode(), "test");
    }

    @Test
    void everyKindOfStoreComesBack() {
        List<VirtualChunkContainer> containers = List.of(
                VirtualChunkContainer.named(
                        "a", "abfs://box/", new ContainerStore.Azure(new TreeMap<>(Map.of("account", "x")))),
                VirtualChunkContainer.of("file:///data/", new ContainerStore.LocalFiles("/data")),
                VirtualChunkContainer.of("gcs://bucket/", new ContainerStore.Gcs(new TreeMap<>())),
                VirtualChunkContainer.of(
                        "https://host/x/",
                        new ContainerStore.Http(
                                new TreeMap<>(Map.of("timeout", "1s")), new TreeMap<>(Map.of("H", "v")))),
                VirtualChunkContainer.of("memory://x/", new ContainerStore.InMemory()),
                VirtualChunkContainer.of("s3://anonymous/", AMAZON.asAnonymous()),
                VirtualChunkContainer.of("s3://minio/", ContainerStore.S3.at("http://localhost:9000", "r")),
                VirtualChunkContainer.named(
                        "t",
                        "tigris://bucket/",
                        new ContainerStore.S3(
                                ContainerStore.S3.Dialect.TIGRIS,
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                false,
                                false,
                                Optional.of(7L),
                                true,
                                Optional.of("crc32c"))));
        RepositoryConfig config = RepositoryConfig.DEFAULT;
        for (VirtualChunkContainer container : containers) {
            config = config.withVirtualChunkContainer(container);
        }

        assertThat(read(config).virtualChunkContainers()).isEqualTo(containers);
        assertThat(read(config).ignoredVirtualChunkContainers()).isEmpty();
        assertThat(config.findVirtualChunkContainer("s3://minio/")).isPresent();
        assertThat(config.findVirtualChunkContainer("s3://other/")).isEmpty();
    }

    @Test
    void oneOfTheSamePrefixOrNameIsReplaced() {
        RepositoryConfig config = RepositoryConfig.DEFAULT
                .withVirtualChunkContainer(VirtualChunkContainer.named("n", "s3://one/", AMAZON))
                .withVirtualChunkContainer(VirtualChunkContainer.of("s3://two/", AMAZON))
                .withVirtualChunkContainer(VirtualChunkContainer.named("n", "s3://three/", AMAZON))
                .withVirtualChunkContainer(VirtualChunkContainer.of("s3://two/", AMAZON.asAnonymous()));

        assertThat(config.virtualChunkContainers())
                .containsExactly(
                        VirtualChunkContainer.named("n", "s3://three/", AMAZON),
                        VirtualChunkContainer.of("s3://two/", AMAZON.asAnonymous()));
        assertThat(config.withoutVirtualChunkContainers().virtualChunkContainers())
                .isEmpty();
        assertThat(config.overlaidBy(RepositoryConfig.DEFAULT.withoutVirtualChunkContainers())
                        .virtualChunkContainers())
                .isEmpty();
    }

    @Test
    void whatMakesNoSenseIsKeptAndNotUsed() throws Exception {
        ObjectNode stored = (ObjectNode) new ObjectMapper().readTree("""
                {"virtual_chunk_containers": {
                  "gcs": {"name": "gcs", "url_prefix": "gcs", "store": {"gcs": {}}},
                  "none": {"name": null, "store": "in_memory"},
                  "s3://old": {"name": null, "url_prefix": "s3://old", "store": {"s3_compatible": {"region": "r", "later": 1}}},
                  "s3://wrong/": {"url_prefix": "s3://wrong/", "store": {"gcs": {}}},
                  "x://new/": {"url_prefix": "x://new/", "store": {"later_kind": {"a": 1}}}}}
                """);
        RepositoryConfig config = RepositoryConfig.decode(FlexBuffers.encode(stored), "test");

        assertThat(config.virtualChunkContainers())
                .extracting(VirtualChunkContainer::urlPrefix)
                .containsExactly("s3://old/", "x://new/");
        assertThat(config.virtualChunkContainers().get(1).store()).isEqualTo(new ContainerStore.Unknown("later_kind"));
        assertThat(config.ignoredVirtualChunkContainers())
                .hasSize(3)
                .anyMatch(why -> why.contains("'gcs'"))
                .anyMatch(why -> why.contains("gcs, gs"));
        RepositoryConfig more = read(config.withVirtualChunkContainer(VirtualChunkContainer.of("s3://more/", AMAZON)));
        assertThat(more.settings().at("/virtual_chunk_containers")).hasSize(6);
        assertThat(more.settings()
                        .at("/virtual_chunk_containers")
                        .get("s3://old")
                        .at("/store/s3_compatible/later")
                        .intValue())
                .isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "s3://bucket",
        "s3:///a/",
        "bucket/",
        "gs://bucket/",
        "S3://bucket/",
        "s3://b/../c/",
        "s3://b/%2E%2e/",
        "://x/"
    })
    void refusesPrefixesThatMakeNoSense(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualChunkContainer.of(prefix, AMAZON))
                .withMessageContaining("'" + prefix + "'");
    }

    @Test
    void refusesNamesThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> VirtualChunkContainer.named("", "s3://b/", AMAZON));
        assertThatIllegalArgumentException().isThrownBy(() -> VirtualChunkContainer.named("a/b", "s3://b/", AMAZON));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualChunkContainer.of("file:///", new ContainerStore.LocalFiles("/")));
    }

    @Test
    void theCompressionOfLocationsIsASetting() {
        LocationCompression settings = new LocationCompression(10, 20, 300, 7);

        assertThat(RepositoryConfig.DEFAULT.locationCompression()).isEqualTo(LocationCompression.DEFAULT);
        assertThat(read(RepositoryConfig.DEFAULT.withLocationCompression(settings))
                        .locationCompression())
                .isEqualTo(settings);
    }
}
