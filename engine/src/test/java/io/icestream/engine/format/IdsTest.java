package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Ids, paths and chunk indices: text forms against known vectors, orders against those of the bytes. */
class IdsTest {
    @Test
    void idsHaveTheKnownTextForms() {
        assertThat(SnapshotId.ofBytes(HexFormat.of().parseHex("000102030405060708090a0b")))
                .hasToString("000G40R40M30E209185G");
        assertThat(SnapshotId.INITIAL.toBytes()).isEqualTo(HexFormat.of().parseHex("0b1cc8d6787580f0e33a6534"));
        assertThat(NodeId.ofBytes(HexFormat.of().parseHex("ffffffffffffffff"))).hasToString("ZZZZZZZZZZZZY");
    }

    @Test
    void idsSurviveTheirTextForm() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 1000; i++) {
            ChunkId chunk = ChunkId.random(random);
            NodeId node = NodeId.random(random);
            assertThat(ChunkId.parse(chunk.toString())).isEqualTo(chunk);
            assertThat(NodeId.parse(node.toString())).isEqualTo(node);
            assertThat(ManifestId.ofBytes(chunk.toBytes()).toString()).isEqualTo(chunk.toString());
        }
    }

    @Test
    void refusesTextThatIsNoId() {
        for (String text : List.of(
                "",
                "000G40R40M30E209185",
                "000G40R40M30E209185GG",
                "000g40R40M30E209185G",
                "000U40R40M30E209185G",
                "000G40R40M30E2091851",
                "000G40R40M30E20918é0")) {
            assertThatThrownBy(() -> SnapshotId.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Invalid id '" + text + "'");
        }
    }

    @Test
    void idsAreOrderedByUnsignedBytes() {
        ManifestId low = new ManifestId(Long.MAX_VALUE, -1);
        ManifestId high = new ManifestId(Long.MIN_VALUE, 0);
        assertThat(low).isLessThan(high);
        assertThat(new ManifestId(5, 1)).isLessThan(new ManifestId(5, -1));
        assertThat(new NodeId(1)).isLessThan(new NodeId(-1));
    }

    @Test
    void pathsAreOrderedByTheirBytes() {
        List<NodePath> paths = new ArrayList<>(List.of(
                NodePath.of("/a/b"),
                NodePath.of("/a-b"),
                NodePath.of("/a"),
                NodePath.ROOT,
                NodePath.of("/\uFFFD"),
                NodePath.of("/\uD83E\uDDCA"),
                NodePath.of("/é")));
        paths.sort(Comparator.naturalOrder());
        assertThat(paths)
                .extracting(NodePath::toString)
                .containsExactly("/", "/a", "/a-b", "/a/b", "/é", "/\uFFFD", "/\uD83E\uDDCA");
    }

    @Test
    void pathsKnowTheirRelatives() {
        NodePath path = NodePath.ROOT.resolve("group").resolve("a/b");
        assertThat(path).hasToString("/group/a/b");
        assertThat(path.name()).isEqualTo("b");
        assertThat(path.parent()).contains(NodePath.of("/group/a"));
        assertThat(NodePath.of("/a").parent()).contains(NodePath.ROOT);
        assertThat(NodePath.ROOT.parent()).isEmpty();
        assertThat(NodePath.ROOT.isAncestorOf(path)).isTrue();
        assertThat(NodePath.of("/group").isAncestorOf(path)).isTrue();
        assertThat(NodePath.of("/gr").isAncestorOf(path)).isFalse();
        assertThat(path.isAncestorOf(path)).isFalse();
    }

    @Test
    void refusesPathsThatAreNotInNormalForm() {
        for (String text : List.of("", "a", "/a/", "//a", "/a//b", "/.", "/a/../b", "/a\0", "/\uD83E")) {
            assertThatThrownBy(() -> NodePath.of(text)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(NodePath.ofStored("/a//b")).hasToString("/a//b");
    }

    @Test
    void chunkIndicesAreUnsignedAndOrderedByDimension() {
        assertThat(ChunkIndex.of(1, 0xFFFF_FFFFL)).hasToString("1/4294967295");
        assertThat(ChunkIndex.of(1, 2)).isLessThan(ChunkIndex.of(1, 0xFFFF_FFFFL));
        assertThat(ChunkIndex.of(2, 0)).isGreaterThan(ChunkIndex.of(1, 0xFFFF_FFFFL));
        assertThat(ChunkIndex.of(1, 2).toArray()).containsExactly(1, 2);
        assertThat(ChunkIndex.of().rank()).isZero();
        assertThatThrownBy(() -> ChunkIndex.of(0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChunkIndex.of(0x1_0000_0000L)).isInstanceOf(IllegalArgumentException.class);
    }
}
