package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Location dictionaries: when there is one, and that everything is found again. */
class LocationCompressionTest {
    private static final NodeId NODE = new NodeId(7);
    private static final LocationCompression FROM_HUNDRED = new LocationCompression(100, 100, 2048, 3);

    private static List<ChunkReference> virtual(int count, String prefix) {
        SplittableRandom random = new SplittableRandom(20261122);
        List<ChunkReference> references = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String location = prefix + "model/run-" + i / 3 + "/part-" + random.nextInt(1 << 30) + ".nc";
            ChunkReference.Virtual reference = ChunkReference.Virtual.of(location, i, i + 1);
            references.add(i % 2 == 0 ? reference : reference.ifTagged("\"tag-" + i + "\""));
        }
        return references;
    }

    private static EncodedManifest write(List<ChunkReference> references, LocationCompression compression) {
        ManifestWriter writer = new ManifestWriter(new ManifestId(1, 2));
        writer.beginArray(NODE);
        for (int i = 0; i < references.size(); i++) {
            writer.add(ChunkIndex.of(i), references.get(i));
        }
        return writer.finish(3, new LocationDictionaries(compression));
    }

    private static void assertRead(EncodedManifest encoded, List<ChunkReference> references) {
        Manifest manifest = IcechunkFile.decodeManifest(encoded.bytes(), "manifests/test");
        assertThat(manifest.chunkReferences()).isEqualTo(references.size());
        assertThat(encoded.file().chunkReferences()).isEqualTo(references.size());
        assertThat(encoded.file().sizeBytes()).isEqualTo(encoded.bytes().remaining());
        for (int i = 0; i < references.size(); i++) {
            assertThat(manifest.find(NODE, ChunkIndex.of(i))).hasValue(references.get(i));
            assertThat(encoded.reference(NODE).covers(ChunkIndex.of(i))).isTrue();
        }
    }

    private static boolean hasDictionary(EncodedManifest encoded) {
        FlatReader content = Envelope.unwrap(encoded.bytes(), FileType.MANIFEST, "manifests/test");
        return content.root().has(Manifest.LOCATION_DICTIONARY);
    }

    @Test
    void manyLocationsTakeLessRoom() {
        List<ChunkReference> references = virtual(3000, "s3://a-bucket-with-a-long-name/and/a/prefix/");

        EncodedManifest plain = write(references, new LocationCompression(10_000, 100, 2048, 3));
        EncodedManifest packed = write(references, LocationCompression.DEFAULT);

        assertThat(hasDictionary(plain)).isFalse();
        assertThat(hasDictionary(packed)).isTrue();
        assertRead(plain, references);
        assertRead(packed, references);
        assertThat(Envelope.unwrap(packed.bytes(), FileType.MANIFEST, "m").size())
                .isLessThan(
                        Envelope.unwrap(plain.bytes(), FileType.MANIFEST, "m").size() * 3 / 4);
    }

    @ParameterizedTest
    @CsvSource({"99,0,false", "100,0,true", "99,1,false", "100,5,true", "50,200,false"})
    void enoughReferencesAndEnoughVirtualOnesAreNeeded(int virtual, int others, boolean dictionary) {
        List<ChunkReference> references = virtual(virtual, "s3://bucket/prefix/");
        for (int i = 0; i < others; i++) {
            references.add(i / 2, i % 2 == 0 ? new ChunkReference.Native(new ChunkId(i, 1), 0, 600) : inline());
        }

        EncodedManifest encoded = write(references, FROM_HUNDRED);

        assertThat(hasDictionary(encoded)).isEqualTo(dictionary);
        assertRead(encoded, references);
    }

    private static ChunkReference inline() {
        return new ChunkReference.Inline(Bytes.wrap(new byte[] {1, 2, 3}));
    }

    @Test
    void locationsThatReadersRefuseWhenCompressedStayPlain() {
        List<ChunkReference> references = virtual(400, "s3://bucket/prefix/");
        references.add(ChunkReference.Virtual.of("s3://bucket/" + "x".repeat(1012), 0, 1));
        references.add(ChunkReference.Virtual.of("s3://bucket/" + "x".repeat(1013), 0, 1));
        references.add(ChunkReference.Virtual.of("s3://bucket/" + "\u00e9".repeat(506), 0, 1));
        references.add(ChunkReference.Virtual.of("s3://bucket/" + "\u00e9".repeat(507), 0, 1));

        EncodedManifest encoded = write(references, FROM_HUNDRED);

        assertThat(hasDictionary(encoded)).isTrue();
        assertRead(encoded, references);
    }

    @Test
    void locationsThatAreTooShortOrAllTheSameDoNoHarm() {
        List<ChunkReference> tiny = new ArrayList<>();
        List<ChunkReference> same = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            tiny.add(ChunkReference.Virtual.of("s3://a/", i, 1));
            same.add(ChunkReference.Virtual.of("file:///data/one-file-with-all-the-chunks.nc", i, 1));
        }

        assertThat(hasDictionary(write(tiny, LocationCompression.DEFAULT))).isFalse();
        assertRead(write(tiny, LocationCompression.DEFAULT), tiny);
        assertRead(write(same, LocationCompression.DEFAULT), same);
    }

    @Test
    void aDictionaryIsMadeAnewWhenReferencesAreCopied() {
        List<ChunkReference> references = virtual(500, "s3://bucket/prefix/");
        Manifest first =
                IcechunkFile.decodeManifest(write(references, FROM_HUNDRED).bytes(), "manifests/test");
        ManifestWriter writer = new ManifestWriter(new ManifestId(3, 4));
        writer.beginArray(NODE);
        for (ManifestCursor cursor = first.cursor(NODE); cursor.advance(); ) {
            writer.add(cursor);
        }

        EncodedManifest copy = writer.finish(3, new LocationDictionaries(FROM_HUNDRED));
        assertThat(hasDictionary(copy)).isTrue();
        assertRead(copy, references);
        assertThat(hasDictionary(write(references, new LocationCompression(10, 0, 2048, 3))))
                .isFalse();
        assertThat(Optional.of(references.get(0).kind())).hasValue(ChunkKind.VIRTUAL);
    }

    private static Manifest decoded(EncodedManifest encoded) {
        return IcechunkFile.decodeManifest(encoded.bytes(), "manifests/test");
    }

    @Test
    void manifestsOfAnArrayThatAreWrittenTogetherShareADictionary() {
        List<ChunkReference> references = virtual(200, "s3://bucket/prefix/");
        List<ChunkReference> others = virtual(300, "gs://elsewhere/");
        LocationDictionaries dictionaries = new LocationDictionaries(FROM_HUNDRED);
        List<EncodedManifest> written = new ArrayList<>();
        for (List<ChunkReference> content : List.of(references, others)) {
            ManifestWriter writer = new ManifestWriter(new ManifestId(1, 2));
            writer.beginArray(NODE);
            for (int i = 0; i < content.size(); i++) {
                writer.add(ChunkIndex.of(i), content.get(i));
            }
            written.add(writer.finish(3, dictionaries));
        }

        assertRead(written.get(0), references);
        assertRead(written.get(1), others);
        assertThat(decoded(written.get(1)).locationDictionary())
                .isPresent()
                .isEqualTo(decoded(written.get(0)).locationDictionary());
    }

    @Test
    void whatTakesOverCompressedLocationsKeepsTheirDictionary() {
        List<ChunkReference> references = virtual(200, "s3://bucket/prefix/");
        Manifest first = decoded(write(references, FROM_HUNDRED));
        LocationDictionaries dictionaries = new LocationDictionaries(FROM_HUNDRED);
        ManifestWriter writer = ManifestWriter.onTopOf(List.of(first), new ManifestId(3, 4), 0, dictionaries);
        writer.beginArray(NODE);
        for (ManifestCursor cursor = first.cursor(NODE); cursor.advance(); ) {
            writer.add(cursor);
        }
        List<ChunkReference> all = new ArrayList<>(references);
        all.addAll(virtual(3, "s3://bucket/prefix/"));
        all.add(inline());
        for (int i = references.size(); i < all.size(); i++) {
            writer.add(ChunkIndex.of(i), all.get(i));
        }
        EncodedManifest second = writer.finish(3, dictionaries);

        assertRead(second, all);
        assertThat(decoded(second).locationDictionary()).isPresent().isEqualTo(first.locationDictionary());
    }

    @Test
    void aDictionaryThatNothingNeedsAnyMoreGoes() {
        Manifest first = decoded(write(virtual(200, "s3://bucket/prefix/"), FROM_HUNDRED));
        LocationDictionaries dictionaries = new LocationDictionaries(FROM_HUNDRED);
        ManifestWriter writer = ManifestWriter.onTopOf(List.of(first), new ManifestId(3, 4), 0, dictionaries);
        writer.beginArray(NODE);
        writer.add(ChunkIndex.of(0), inline());
        EncodedManifest second = writer.finish(3, dictionaries);

        assertRead(second, List.of(inline()));
        assertThat(hasDictionary(second)).isFalse();
    }

    @Test
    void locationsArePlainAgainOnceCompressionIsTurnedOff() {
        List<ChunkReference> references = virtual(200, "s3://bucket/prefix/");
        Manifest first = decoded(write(references, FROM_HUNDRED));
        LocationDictionaries off = new LocationDictionaries(new LocationCompression(100, 0, 2048, 3));
        ManifestWriter writer = ManifestWriter.onTopOf(List.of(first), new ManifestId(3, 4), 0, off);
        writer.beginArray(NODE);
        for (ManifestCursor cursor = first.cursor(NODE); cursor.advance(); ) {
            writer.add(cursor);
        }
        EncodedManifest second = writer.finish(3, off);

        assertRead(second, references);
        assertThat(hasDictionary(second)).isFalse();
    }
}
