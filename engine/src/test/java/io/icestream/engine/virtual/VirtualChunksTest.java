package io.icestream.engine.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.http.HttpOptions;
import io.icestream.engine.storage.s3.S3Credentials;
import io.icestream.engine.storage.s3.S3Location;
import io.icestream.engine.storage.s3.S3Options;
import io.icestream.engine.storage.s3.S3Storage;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.CloudFault;
import io.icestream.engine.testing.HttpTestServer;
import io.icestream.engine.testing.HttpTestServer.Fault;
import io.icestream.engine.testing.HttpTestServer.Habit;
import io.icestream.engine.testing.S3TestServer;
import io.icestream.engine.virtual.VirtualAccessException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From locations to bytes: which container, who may, what cannot be left, what has changed. */
class VirtualChunksTest {
    private static final Instant TIME = Instant.parse("2026-11-21T12:00:00.250Z");

    @TempDir
    Path folder;

    private String data = "";

    @BeforeEach
    void makeFiles() throws IOException {
        Files.createDirectories(folder.resolve("data/sub"));
        Files.writeString(folder.resolve("data/a b.bin"), "0123456789");
        Files.writeString(folder.resolve("data/sub/c.bin"), "abcdefghij");
        Files.writeString(folder.resolve("secret"), "do not read");
        data = "file://" + folder.toRealPath() + "/data/";
    }

    private static RepositoryConfig config(VirtualChunkContainer... containers) {
        RepositoryConfig config = RepositoryConfig.DEFAULT;
        for (VirtualChunkContainer container : containers) {
            config = config.withVirtualChunkContainer(container);
        }
        return config;
    }

    private VirtualChunkContainer files(String prefix) {
        return VirtualChunkContainer.of(prefix, new ContainerStore.LocalFiles("/"));
    }

    private VirtualChunks local() {
        return new VirtualChunks(config(files(data)), Map.of(data, new LocalFileAccess()));
    }

    private static String fetch(VirtualChunks chunks, String location) {
        return text(chunks.fetch(ChunkReference.Virtual.of(location, 2, 3)));
    }

    private static String text(ByteBuffer bytes) {
        assertThat(bytes.isReadOnly()).isTrue();
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private static void assertRefused(VirtualChunks chunks, String location, Reason reason) {
        assertThatExceptionOfType(VirtualAccessException.class)
                .isThrownBy(() -> fetch(chunks, location))
                .withMessageContaining("'" + location + "'")
                .satisfies(e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e.location()).isEqualTo(location);
                    assertThat(e.retry()).isEqualTo(StorageException.Retry.CANNOT_HELP);
                });
    }

    @Test
    void readsPartsOfFiles() {
        VirtualChunks chunks = local();

        assertThat(fetch(chunks, data + "a%20b.bin")).isEqualTo("234");
        assertThat(fetch(chunks, data + "a b.bin")).isEqualTo("234");
        assertThat(fetch(chunks, data + "sub/../a%20b.bin")).isEqualTo("234");
        assertThat(text(chunks.fetch(ChunkReference.Virtual.of(data + "sub/c.bin", 2, 6), 1, 4)))
                .isEqualTo("defg");
        assertThatThrownBy(() -> chunks.fetch(ChunkReference.Virtual.of(data + "sub/c.bin", 2, 6), 3, 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatExceptionOfType(VirtualChunkException.class)
                .isThrownBy(() -> chunks.fetch(ChunkReference.Virtual.of(data + "sub/c.bin", 2, 0)))
                .withMessageContaining("0 bytes");
    }

    @Test
    void saysWhatIsMissingOrShort() {
        VirtualChunks chunks = local();

        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> fetch(chunks, data + "absent"))
                .withMessageContaining(data + "absent")
                .withMessageContaining(data);
        assertThatThrownBy(() -> chunks.fetch(ChunkReference.Virtual.of(data + "sub/c.bin", 8, 3)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("bytes 8 to 11")
                .hasMessageContaining("10 bytes");
        assertThatThrownBy(() -> fetch(chunks, data + "sub")).hasMessageContaining("no regular file");
        assertThatThrownBy(() -> fetch(chunks, data + "a%00b")).isInstanceOf(StorageException.class);
    }

    @Test
    void fetchesNothingThatWasNotAuthorised() {
        VirtualChunks chunks = new VirtualChunks(config(files(data)), Map.of());

        assertRefused(chunks, data + "a%20b.bin", Reason.NOT_AUTHORISED);
        assertThatThrownBy(() -> fetch(chunks, data + "a%20b.bin"))
                .hasMessageContaining("withVirtualAccess")
                .hasMessageContaining("container " + data);
        assertRefused(chunks, "file:///elsewhere/x", Reason.NO_CONTAINER);
        VirtualChunks only = new VirtualChunks(config(files(data)), Map.of(data + "sub", new LocalFileAccess()));
        assertThat(fetch(only, data + "sub/c.bin")).isEqualTo("cde");
        assertRefused(only, data + "a%20b.bin", Reason.NOT_AUTHORISED);
        assertRefused(only, data + "sub/../a%20b.bin", Reason.NOT_AUTHORISED);
        assertRefused(
                new VirtualChunks(config(files(data)), Map.of(data, HttpAccess.plain())),
                data + "a%20b.bin",
                Reason.WRONG_ACCESS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret",
                "%2e%2e/secret",
                ".%2E/secret",
                "..%2Fsecret",
                "%2E%2E%2fsecret",
                "sub/../../secret",
                "sub/%2e%2e/%2e%2e/secret",
                "sub/..%2f..%2fsecret"
            })
    void noPathLeadsOutOfAPrefix(String path) {
        assertThatExceptionOfType(VirtualAccessException.class)
                .isThrownBy(() -> fetch(local(), data + path))
                .satisfies(e -> assertThat(e.reason()).isIn(Reason.NO_CONTAINER, Reason.OUTSIDE));
    }

    @Test
    void noSymbolicLinkLeadsOutOfAPrefix() throws IOException {
        Files.createSymbolicLink(folder.resolve("data/within"), folder.resolve("data/sub/c.bin"));
        Files.createSymbolicLink(folder.resolve("data/out"), folder.resolve("secret"));
        Files.createSymbolicLink(folder.resolve("data/up"), folder);
        Files.createSymbolicLink(folder.resolve("alias"), folder.resolve("data"));
        VirtualChunks chunks = local();

        assertThat(fetch(chunks, data + "within")).isEqualTo("cde");
        assertRefused(chunks, data + "out", Reason.OUTSIDE);
        assertRefused(chunks, data + "up/secret", Reason.OUTSIDE);
        assertThatThrownBy(() -> fetch(chunks, data + "out"))
                .hasMessageContaining("symbolic link")
                .hasMessageNotContaining("do not read");
        String alias = "file://" + folder + "/alias/";
        VirtualChunks both = new VirtualChunks(
                config(files(data), files(alias)),
                Map.of(
                        data,
                        new LocalFileAccess(),
                        alias,
                        new LocalFileAccess(),
                        "file://" + folder + "/",
                        new LocalFileAccess()));
        assertThat(fetch(both, alias + "sub/c.bin")).isEqualTo("cde");
        assertThat(fetch(both, data + "out")).isEqualTo(" no");
    }

    @Test
    void theLongestPrefixDecides() {
        VirtualChunkContainer wide =
                VirtualChunkContainer.named("wide", "s3://bucket/", ContainerStore.S3.in("us-east-1"));
        VirtualChunkContainer narrow =
                VirtualChunkContainer.named("narrow", "s3://bucket/a/", ContainerStore.S3.in("us-east-1"));
        List<String> asked = new ArrayList<>();
        VirtualAccess first = recording("first", asked);
        VirtualAccess second = recording("second", asked);
        VirtualChunks chunks =
                new VirtualChunks(config(narrow, wide), Map.of("s3://bucket", first, "s3://bucket/a/b", second));

        for (String location :
                List.of("s3://bucket/x", "s3://bucket/a/x", "s3://bucket/a/b/x", "s3://bucket/a%2Fb/x")) {
            fetch(chunks, location);
        }
        assertThat(asked)
                .containsExactly(
                        "first wide bucket x",
                        "first narrow bucket a/x",
                        "second narrow bucket a/b/x",
                        "second narrow bucket a/b/x");
        assertThat(chunks.absolute("vcc://narrow/y/z")).isEqualTo("s3://bucket/a/y/z");
        assertThat(chunks.absolute("vcc://nobody/y")).isEqualTo("vcc://nobody/y");
        fetch(chunks, "vcc://narrow/b/y");
        assertThat(asked).last().isEqualTo("second narrow bucket a/b/y");
        assertRefused(chunks, "vcc://nobody/y", Reason.NO_CONTAINER);
        assertThatThrownBy(() -> fetch(chunks, "vcc://nobody/y")).hasMessageContaining("[narrow, wide]");
    }

    /** What an access sees of each fetch. */
    private static VirtualAccess recording(String name, List<String> asked) {
        return (container, authorised) -> new VirtualStore() {
            @Override
            public Optional<ByteBuffer> fetch(VirtualLocation location, ByteRange range, ReadCondition condition) {
                asked.add(name + " " + container.name().orElse("") + " " + location.authority() + " " + location.key());
                return Optional.of(ByteBuffer.allocate((int) range.length()).asReadOnlyBuffer());
            }

            @Override
            public void close() {
                asked.add(name + " closed");
            }
        };
    }

    @Test
    void closesWhatItOpened() {
        List<String> asked = new ArrayList<>();
        VirtualChunks chunks = new VirtualChunks(
                config(VirtualChunkContainer.of("s3://bucket/", ContainerStore.S3.in("us-east-1"))),
                Map.of("s3://bucket/", recording("store", asked)));
        fetch(chunks, "s3://bucket/x");
        fetch(chunks, "s3://bucket/y");
        chunks.close();

        assertThat(asked).containsExactly("store  bucket x", "store  bucket y", "store closed");
    }

    @ParameterizedTest
    @CsvSource({
        "s3://bucket/a/../b,OUTSIDE",
        "s3://bucket/x/../a/y,OUTSIDE",
        "s3://bucket/a/%2e%2e/b,OUTSIDE",
        "s3://bucket/ab,NO_CONTAINER",
        "s3://buckets/a/b,NO_CONTAINER",
        "https://host/a/../b,OUTSIDE",
        "https://host/a/x/../b,INVALID_LOCATION",
        "https://host/a//b,INVALID_LOCATION",
        "https://host/a/./b,INVALID_LOCATION",
        "https://host/a/%5C..%5Cb,INVALID_LOCATION",
        "https://host/a/%FF,INVALID_LOCATION",
        "https://host@evil/a/b,NO_CONTAINER",
        "http://host/a/b,NO_CONTAINER",
        "nothing,INVALID_LOCATION"
    })
    void refusesLocationsThatLieElsewhere(String location, Reason reason) {
        VirtualChunks chunks = new VirtualChunks(
                config(
                        VirtualChunkContainer.of("s3://bucket/a/", ContainerStore.S3.in("us-east-1")),
                        VirtualChunkContainer.of("https://host/a/", ContainerStore.Http.plain())),
                Map.of("s3://bucket/a/", S3Access.anonymous(), "https://host/a/", HttpAccess.plain()));

        assertThatExceptionOfType(VirtualAccessException.class)
                .isThrownBy(() -> chunks.validate(location))
                .satisfies(e ->
                        assertThat(e.reason()).isIn(reason, reason == Reason.OUTSIDE ? Reason.NO_CONTAINER : reason));
    }

    @Test
    void noticesThatAFileHasChanged() throws IOException {
        Path file = folder.resolve("data/sub/c.bin");
        Files.setLastModifiedTime(file, FileTime.from(TIME));
        VirtualChunks chunks = local();
        ChunkReference.Virtual reference = ChunkReference.Virtual.of(data + "sub/c.bin", 2, 3);
        String tag = Long.toHexString(((Number) Files.getAttribute(file, "unix:ino")).longValue()) + "-"
                + Long.toHexString(TimeUnit.SECONDS.toMicros(TIME.getEpochSecond()) + 250_000) + "-a";

        assertThat(text(chunks.fetch(reference.ifUnmodifiedSince(TIME)))).isEqualTo("cde");
        assertThat(text(chunks.fetch(reference.ifTagged(tag)))).isEqualTo("cde");
        assertThat(text(chunks.fetch(reference.ifTagged('"' + tag + '"')))).isEqualTo("cde");
        assertStale(chunks, reference.ifUnmodifiedSince(TIME.minusSeconds(1)), "was modified after");
        assertStale(chunks, reference.ifTagged("another"), "no longer has the ETag another");

        Files.writeString(file, "ABCDEFGHIJ");
        assertStale(chunks, reference.ifUnmodifiedSince(TIME), "was modified after 2026-11-21T12:00:01Z");
        assertStale(chunks, reference.ifTagged(tag), tag);
        assertThat(text(chunks.fetch(reference))).isEqualTo("CDE");
    }

    private static void assertStale(VirtualChunks chunks, ChunkReference.Virtual reference, String message) {
        assertThatExceptionOfType(StaleVirtualChunkException.class)
                .isThrownBy(() -> chunks.fetch(reference))
                .withMessageContaining(reference.location())
                .withMessageContaining(message)
                .satisfies(e -> assertThat(Optional.of(e.checksum())).isEqualTo(reference.checksum()));
    }

    @Test
    void readsFromWebServers() {
        try (HttpTestServer server = HttpTestServer.start()) {
            server.put("/d/a b.bin", "0123456789".getBytes(StandardCharsets.UTF_8), TIME.minusMillis(250));
            server.put("/secret", "do not read".getBytes(StandardCharsets.UTF_8));
            String prefix = server.url() + "/d/";
            VirtualChunkContainer container = VirtualChunkContainer.of(
                    prefix,
                    new ContainerStore.Http(new TreeMap<>(), new TreeMap<>(Map.of("X-One", "1", "X-Two", "2"))));
            VirtualChunks chunks = new VirtualChunks(
                    config(container),
                    Map.of(
                            prefix,
                            new HttpAccess(HttpOptions.defaults()
                                    .withHeaders(Map.of("X-Two", "mine"))
                                    .withSleeper(pause -> {}))));
            ChunkReference.Virtual reference = ChunkReference.Virtual.of(prefix + "a b.bin?v=1#f", 2, 3);

            assertThat(text(chunks.fetch(reference))).isEqualTo("234");
            assertThat(server.requests()).containsExactly("GET /d/a%20b.bin?v=1 bytes=2-4");
            assertThat(server.requestHeaders().get(0).getFirst("X-One")).isEqualTo("1");
            assertThat(server.requestHeaders().get(0).getFirst("X-Two")).isEqualTo("mine");

            String tag = server.tag("/d/a b.bin");
            assertThat(text(chunks.fetch(reference.ifTagged(tag)))).isEqualTo("234");
            assertThat(text(chunks.fetch(reference.ifUnmodifiedSince(TIME)))).isEqualTo("234");
            assertStale(chunks, reference.ifTagged("x"), "ETag x");
            assertStale(chunks, reference.ifUnmodifiedSince(TIME.minusSeconds(2)), "was modified after");
            server.inject(new Fault.Status(503), new Fault.Drop(), new Fault.Cut(1));
            assertThat(text(chunks.fetch(reference))).isEqualTo("234");
            assertThatExceptionOfType(ObjectNotFoundException.class).isThrownBy(() -> fetch(chunks, prefix + "absent"));

            server.redirect("/d/moved", prefix + "a%20b.bin");
            server.redirect("/d/out", server.url() + "/secret");
            server.redirect("/d/up", prefix + "../secret");
            assertThat(fetch(chunks, prefix + "moved")).isEqualTo("234");
            for (String out : List.of("out", "up")) {
                assertThatThrownBy(() -> fetch(chunks, prefix + out)).hasMessageContaining("nobody allowed us to go");
            }
            assertThat(server.requests()).noneMatch(request -> request.contains("secret"));

            server.adopt(Habit.IGNORES_RANGES);
            assertThatThrownBy(() -> chunks.fetch(reference)).hasMessageContaining("ignores ranges");
        }
    }

    @Test
    void readsFromBuckets() {
        try (S3TestServer server = S3TestServer.start("bucket");
                CloudStorage bucket = S3Storage.open(S3Options.at(S3Location.parse("s3://bucket/"))
                        .endpoint(server.endpoint())
                        .allowHttp()
                        .pathStyle()
                        .credentials(keys())
                        .build())) {
            bucket.put("a/x y", ByteBuffer.wrap("0123456789".getBytes(StandardCharsets.UTF_8)));
            VirtualChunkContainer container = VirtualChunkContainer.named(
                    "runs",
                    "s3://bucket/a/",
                    ContainerStore.S3.at(server.endpoint().toString(), "us-east-1"));
            VirtualChunks chunks = new VirtualChunks(
                    config(container),
                    Map.of("s3://bucket/a/", S3Access.as(keys()).at(server.endpoint())));
            ChunkReference.Virtual reference = ChunkReference.Virtual.of("vcc://runs/x%20y?versionId=1", 2, 3);
            String tag = bucket.find("a/x y").orElseThrow().version().token();
            Instant time = bucket.find("a/x y").orElseThrow().lastModified();

            assertThat(text(chunks.fetch(reference))).isEqualTo("234");
            assertThat(text(chunks.fetch(reference.ifTagged(tag)))).isEqualTo("234");
            assertThat(text(chunks.fetch(reference.ifTagged(tag.replace("\"", "")))))
                    .isEqualTo("234");
            assertThat(text(chunks.fetch(reference.ifUnmodifiedSince(time)))).isEqualTo("234");
            assertStale(chunks, reference.ifTagged("x"), "ETag x");
            assertStale(chunks, reference.ifUnmodifiedSince(time.minusSeconds(1)), "was modified after");
            server.inject(CloudFault.on(CloudCall.GET).reply(503, "SlowDown"));
            assertThat(text(chunks.fetch(reference))).isEqualTo("234");
            assertThatExceptionOfType(ObjectNotFoundException.class)
                    .isThrownBy(() -> fetch(chunks, "s3://bucket/a/absent"));
            assertThatThrownBy(() -> chunks.fetch(ChunkReference.Virtual.of("s3://bucket/a/x y", 8, 3)))
                    .hasMessageContaining("10 bytes");
            assertThatThrownBy(() -> chunks.fetch(ChunkReference.Virtual.of("s3://bucket/a/x y", 80, 3)))
                    .hasMessageContaining("10 bytes");
            assertThatExceptionOfType(ObjectNotFoundException.class)
                    .isThrownBy(() -> fetch(chunks, "s3://bucket/a//u/../v"));
            assertThat(server.requests()).contains("GET a//u/../v");
        }
    }

    private static S3Credentials keys() {
        return new S3Credentials.Keys(S3TestServer.ACCESS_KEY, S3TestServer.SECRET_KEY, Optional.empty());
    }

    @Test
    void asksNoServerThatOnlyTheRepositoryNames() {
        VirtualChunkContainer container =
                VirtualChunkContainer.of("s3://bucket/", ContainerStore.S3.at("http://127.0.0.1:1/", "us-east-1"));
        for (S3Access access : List.of(
                S3Access.as(keys()),
                S3Access.environment(),
                S3Access.as(keys()).at(URI.create("http://127.0.0.1:2")))) {
            VirtualChunks chunks = new VirtualChunks(config(container), Map.of("s3://bucket/", access));

            assertRefused(chunks, "s3://bucket/x", Reason.WRONG_ACCESS);
            assertThatThrownBy(() -> fetch(chunks, "s3://bucket/x")).hasMessageContaining("http://127.0.0.1:1/");
        }
    }
}
