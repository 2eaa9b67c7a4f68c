package io.icestream.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.NdArray;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** A repository with the manifest windows that a new one gets; {@code interop/splitting_interop.py} commits to it in between. */
public final class InteropSplitting {
    private static final int OURS = 2500;

    private InteropSplitting() {}

    /**
     * Writes or checks it.
     *
     * @param args {@code write} or {@code check}, and a folder
     */
    public static void main(String[] args) {
        try (Storage storage = LocalStorage.open(Path.of(args[1]), Durability.PROCESS);
                Repository repository = Repository.openOrCreate(storage, RepositoryOptions.defaults())) {
            if (args[0].equals("write")) {
                write(repository);
            } else {
                check(repository);
            }
        }
    }

    private static void write(Repository repository) {
        repository.transact("main", CommitRequest.of("ours"), session -> {
            ZarrGroup.create(session, NodePath.ROOT, GroupMetadata.empty());
            ZarrArray.create(
                            session,
                            NodePath.of("/ours"),
                            ArrayMetadata.builder(DataType.INT32, new long[] {OURS}, new long[] {1})
                                    .codecs(CodecChain.uncompressed(DataType.INT32))
                                    .build())
                    .write(
                            new long[] {0},
                            NdArray.of(IntStream.rangeClosed(1, OURS).toArray(), OURS));
        });
    }

    private static void check(Repository repository) {
        assertThat(repository.config().splitRules()).isEqualTo(RepositoryConfig.DEFAULT_SPLIT_RULES);
        repository.transact(
                "main",
                CommitRequest.of("ours again"),
                session -> ZarrArray.open(session, NodePath.of("/theirs"))
                        .write(new long[] {1500}, NdArray.of(new int[] {7}, 1)));
        assertThat(repository.manifestFiles(Version.branch("main")).stream().map(ManifestFile::chunkReferences))
                .containsExactlyInAnyOrder(1024L, 1024L, 452L, 1024L, 1024L, 953L);
        NdArray theirs = ZarrArray.open(repository.readonlySession(Version.branch("main")), NodePath.of("/theirs"))
                .readAll();
        assertThat(theirs.ints()[1499]).isEqualTo(1500);
        assertThat(theirs.ints()[1500]).isEqualTo(7);
    }
}
