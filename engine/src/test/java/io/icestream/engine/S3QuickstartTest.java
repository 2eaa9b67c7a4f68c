package io.icestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.cloud.CloudOperation;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.s3.S3Credentials;
import io.icestream.engine.storage.s3.S3Location;
import io.icestream.engine.storage.s3.S3Options;
import io.icestream.engine.storage.s3.S3Storage;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.testing.S3TestServer;
import io.icestream.engine.testing.SharedFolder;
import io.icestream.engine.zarr.GroupMetadata;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The engine README's example of a repository in a bucket: runs, and stands in the README as it runs here. */
class S3QuickstartTest {

    @Test
    void runs() {
        try (S3TestServer server = S3TestServer.start("bucket")) {
            long writes = quickstart(server.endpoint(), S3TestServer.ACCESS_KEY, S3TestServer.SECRET_KEY);

            assertThat(writes).isEqualTo(6);
        }
    }

    private static long quickstart(URI endpoint, String accessKey, String secretKey) {
        // begin README
        S3Options options = S3Options.minio(endpoint, S3Location.parse("s3://bucket/weather"))
                .allowHttp()
                .credentials(new S3Credentials.Keys(accessKey, secretKey))
                .build();
        try (CloudStorage storage = S3Storage.open(options);
                Repository repository = Repository.openOrCreate(storage, RepositoryOptions.defaults())) {
            WritableSession session = repository.writableSession("main");
            ZarrGroup.create(session, NodePath.of("/stations"), GroupMetadata.empty());
            session.commit(CommitRequest.of("a group")).orThrow();
            return storage.statistics().requests(CloudOperation.PUT);
        }
        // end README
    }

    @Test
    void standsInTheReadme() throws IOException {
        Path module = SharedFolder.repositoryRoot().resolve("engine");
        String source = Files.readString(module.resolve("src/test/java/io/icestream/engine/S3QuickstartTest.java"));
        String example =
                source.substring(source.indexOf("// begin README\n") + 16, source.indexOf("        // end README"));

        assertThat(Files.readString(module.resolve("README.md")))
                .contains(example.stripTrailing().stripIndent());
    }
}
