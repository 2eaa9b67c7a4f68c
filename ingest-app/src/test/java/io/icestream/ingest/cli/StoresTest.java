package io.icestream.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.testing.AzureTestServer;
import io.icestream.engine.testing.GcsTestServer;
import io.icestream.engine.testing.S3TestServer;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.ingest.config.RepositorySettings;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
                .contains("one of s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://ACCOUNT/CONTAINER/PREFIX is needed");
    }
}
