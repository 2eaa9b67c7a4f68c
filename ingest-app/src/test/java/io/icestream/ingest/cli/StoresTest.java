package io.icestream.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.testing.AzureTestServer;
import io.icestream.engine.testing.GcsTestServer;
import io.icestream.engine.testing.HttpTestServer;
import io.icestream.engine.testing.S3TestServer;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.ingest.config.RepositorySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening a repository in a bucket by what users write. */
class StoresTest {
    private final S3TestServer server = S3TestServer.start("bucket");

    @AfterEach
    void stop() {
        server.close();
    }

    private String url(String prefix) {
        return "s3://bucket/" + prefix + "?anonymous&allow-http&endpoint=" + server.endpoint();
    }

    @Test
    void verbsReadARepositoryInABucket() {
        try (Storage storage = Stores.open(url("weather"));
                Repository repository = Repository.create(storage, RepositoryOptions.defaults())) {
            WritableSession session = repository.writableSession("main");
            ZarrGroup.create(session, NodePath.of("/stations"), GroupMetadata.empty());
            session.commit(CommitRequest.of("a group")).orThrow();
        }

        CommandRun log = CommandRun.of("log", url("weather"));

        assertThat(log.exitCode()).as(log.err()).isZero();
        assertThat(log.out()).contains("a group");
        assertThat(CommandRun.of("tree", url("weather")).out()).contains("stations");
    }

    @Test
    void verbsReadARepositoryOnAWebServer(@TempDir Path folder) throws IOException {
        Path data = Files.write(folder.resolve("data.bin"), new byte[] {7, 8, 9, 10});
        String prefix = "file://" + folder.toRealPath() + "/";
        RepositoryOptions options = RepositoryOptions.defaults()
                .withConfig(RepositoryConfig.DEFAULT.withVirtualChunkContainer(
                        VirtualChunkContainer.of(prefix, new ContainerStore.LocalFiles("/"))));
        try (Storage storage = LocalStorage.open(folder.resolve("repository"), Durability.PROCESS);
                Repository repository = Repository.create(storage, options)) {
            WritableSession session = repository.writableSession("main");
            ZarrGroup.create(session, NodePath.ROOT, GroupMetadata.empty());
            NodePath array = NodePath.of("/v");
            session.createArray(
                    array,
                    ArrayMetadata.builder(DataType.UINT8, new long[] {2}, new long[] {2})
                            .codecs(CodecChain.uncompressed(DataType.UINT8))
                            .dimensionNames("x")
                            .build());
            session.setVirtualChunk(
                    array, ChunkIndex.of(0), ChunkReference.Virtual.of(prefix + data.getFileName(), 1, 2));
            session.commit(CommitRequest.of("chunks elsewhere")).orThrow();
        }
        try (HttpTestServer web = HttpTestServer.start()) {
            serve(web, folder.resolve("repository"));
            web.redirect("/moved", web.url().replace("http:", "http+icechunk:") + "/set");
            String url = web.url() + "/set";

            assertThat(CommandRun.of("log", url).out()).contains("chunks elsewhere");
            assertThat(CommandRun.of("tree", "redirect+" + web.url() + "/moved").out())
                    .contains("v");
            assertThat(CommandRun.of("export", url, "--authorise", prefix).out())
                    .contains("8", "9");
            CommandRun forbidden = CommandRun.of("export", url);
            assertThat(forbidden.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(forbidden.err()).contains(prefix, "whoever opens the repository has to allow that");
            assertThat(CommandRun.of("log", web.url() + "/absent").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(CommandRun.of("log", url, "--authorise", "data").exitCode())
                    .isEqualTo(ExitCode.USAGE);
        }
    }

    private static void serve(HttpTestServer web, Path repository) throws IOException {
        try (Stream<Path> files = Files.walk(repository)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                web.put("/set/" + repository.relativize(file), Files.readAllBytes(file));
            }
        }
    }

    @Test
    void virtualChunksAreAuthorisedInEveryStoreThatAModuleBrings(@TempDir Path folder) {
        Repository.create(LocalStorage.open(folder.resolve("any"), Durability.PROCESS), RepositoryOptions.defaults())
                .close();
        String any = folder.resolve("any").toString();

        CommandRun known = CommandRun.of(
                "log",
                any,
                "--authorise",
                "gs://bucket/a/?anonymous",
                "--authorise",
                "az://box/?account=name&anonymous");
        assertThat(known.exitCode()).as(known.err()).isZero();
        CommandRun nobody = CommandRun.of("log", any, "--authorise", "az://box/a/");
        assertThat(nobody.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(nobody.err()).contains("'az://box/a/': the storage account is missing");
        CommandRun unknown = CommandRun.of("log", any, "--authorise", "ftp://host/");
        assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(unknown.err()).contains("s3://BUCKET/", "gs://BUCKET/", "az://CONTAINER/?account=NAME");
    }

    @Test
    void explainsWhatIsNoRepositoryInABucket() {
        CommandRun absent = CommandRun.of("log", url("nothing"));

        assertThat(absent.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(absent.err()).contains("No repository at 's3://bucket/nothing", "there is no object 'repo'");
    }

    @Test
    void suggestsTheOptionThatWasMeant() {
        CommandRun mistyped = CommandRun.of("log", "s3://bucket/weather?regoin=eu-central-1");

        assertThat(mistyped.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(mistyped.err()).contains("unknown option 'regoin'; did you mean 'region'?");
    }

    @Test
    void refusesWhatMakesNoSense() {
        CommandRun plain = CommandRun.of("log", "s3://bucket/weather?endpoint=http://127.0.0.1:1");

        assertThat(plain.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(plain.err()).contains("it is not encrypted; use https, or allow http");
    }

    @Test
    void anIngestTakesTheSettingsOfItsConfiguration() {
        RepositorySettings settings = new RepositorySettings(
                "s3://bucket/weather",
                "main",
                true,
                Map.of(
                        "endpoint",
                        server.endpoint().toString(),
                        "allow-http",
                        "true",
                        "access-key",
                        S3TestServer.ACCESS_KEY,
                        "secret-key",
                        S3TestServer.SECRET_KEY));

        try (Storage storage = Stores.open(settings)) {
            assertThat(Repository.exists(storage)).isFalse();
        }
    }

    @Test
    void everyStoreGoesThroughTheSameDoor() {
        try (GcsTestServer google = GcsTestServer.start();
                AzureTestServer azure = AzureTestServer.start()) {
            exercise("gs://bucket/weather?anonymous&allow-http&endpoint=" + google.endpoint());
            exercise("az://account/bucket/weather?anonymous&allow-http&endpoint=" + azure.accountEndpoint());
        }
    }

    private static void exercise(String location) {
        try (Storage storage = Stores.open(location);
                Repository repository = Repository.create(storage, RepositoryOptions.defaults())) {
            WritableSession session = repository.writableSession("main");
            ZarrGroup.create(session, NodePath.of("/stations"), GroupMetadata.empty());
            session.commit(CommitRequest.of("a group")).orThrow();
        }
        CommandRun log = CommandRun.of("log", location);
        assertThat(log.exitCode()).as(log.err()).isZero();
        assertThat(log.out()).contains("a group");
    }

    @Test
    void suggestsTheOptionOfTheStoreThatWasMeant() {
        CommandRun mistyped = CommandRun.of("log", "gs://bucket/weather?user-projekt=lab");

        assertThat(mistyped.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(mistyped.err()).contains("unknown option 'user-projekt'; did you mean 'user-project'?");
    }

    @Test
    void namesTheStoresThatAreThereIfTheSchemeIsUnknown() {
        CommandRun unknown = CommandRun.of("log", "ftp://bucket/weather");

        assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(unknown.err())
                .contains(
                        "one of s3://BUCKET/PREFIX, redirect+https://HOST/PATH, https://HOST/PATH, gs://BUCKET/PREFIX, az://ACCOUNT/CONTAINER/PREFIX is needed");
    }
}
