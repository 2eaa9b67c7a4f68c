package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.FeatureSetting;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.ref.ReadOnlyException;
import io.icestream.engine.ref.RepositorySettings;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Status, features, metadata and configuration of a repository, and what can be asked of it. */
class SettingsTest {
    private final TestRepository test = TestRepository.withArrays();
    private final RepositorySettings settings = test.repository.settings();

    private List<UpdateKind> newest(int count) {
        return test.repository.operations().limit(count).map(Update::kind).toList();
    }

    @Test
    void aReadOnlyRepositoryRefusesEverythingButTheEndOfThat() {
        WritableSession open = test.session();
        open.attach(A, ChunkIndex.of(0), TestRepository.inline("x"));
        SnapshotId tip = test.tipId();
        settings.setStatus(RepositoryStatus.Availability.READ_ONLY, Optional.of("moving house"));

        List<ThrowingCallable> changes = List.of(
                () -> open.commit(CommitRequest.of("x")),
                () -> open.amend(AmendRequest.of("x")),
                () -> open.commitDetached(CommitRequest.of("x")),
                () -> test.repository.writableSession("main"),
                () -> test.repository.rearrangeSession("main"),
                () -> test.repository.createBranch("b", tip),
                () -> test.repository.resetBranch("main", tip),
                () -> test.repository.createTag("t", tip),
                () -> settings.setMetadata(Map.of()),
                () -> settings.setFeature(Feature.CREATE_TAG, FeatureSetting.DISABLED),
                () -> test.repository.saveConfig());
        for (ThrowingCallable change : changes) {
            assertThatThrownBy(change)
                    .isInstanceOf(ReadOnlyException.class)
                    .hasMessageContaining("its status is READ_ONLY since")
                    .hasMessageContaining("(moving house); set it to online first");
        }
        assertThat(test.tip().nodes()).hasSize(3);

        settings.setStatus(RepositoryStatus.Availability.ONLINE, Optional.empty());
        open.commit(CommitRequest.of("x")).orThrow();
        assertThat(settings.status().availability()).isEqualTo(RepositoryStatus.Availability.ONLINE);
        assertThat(newest(3).get(2))
                .isInstanceOfSatisfying(
                        UpdateKind.StatusChanged.class,
                        changed -> assertThat(changed.status().reason()).contains("moving house"));
        assertThatThrownBy(() -> settings.setStatus(RepositoryStatus.Availability.OFFLINE, Optional.empty()))
                .hasMessageContaining("other clients take that for online; use READ_ONLY");
    }

    @Test
    void featuresAreSwitchedOffAndOn() {
        SnapshotId tip = test.tipId();
        test.repository.createTag("old", tip);
        settings.setFeature(Feature.CREATE_TAG, FeatureSetting.DISABLED);
        settings.setFeature(Feature.DELETE_TAG, FeatureSetting.DISABLED);

        assertThat(settings.isEnabled(Feature.CREATE_TAG)).isFalse();
        assertThat(settings.feature(Feature.CREATE_TAG)).isEqualTo(FeatureSetting.DISABLED);
        assertThatThrownBy(() -> test.repository.createTag("t", tip))
                .isInstanceOf(ReadOnlyException.class)
                .hasMessageContaining("feature flag create_tag is off; switch it on first");
        assertThatThrownBy(() -> test.repository.deleteTag("old")).hasMessageContaining("delete_tag is off");

        settings.setFeature(Feature.CREATE_TAG, FeatureSetting.ENABLED);
        settings.setFeature(Feature.DELETE_TAG, FeatureSetting.DEFAULT);
        test.repository.createTag("t", tip);
        test.repository.deleteTag("old");
        assertThat(settings.feature(Feature.CREATE_TAG)).isEqualTo(FeatureSetting.ENABLED);
        assertThat(settings.feature(Feature.DELETE_TAG)).isEqualTo(FeatureSetting.DEFAULT);
        assertThat(newest(6))
                .contains(
                        new UpdateKind.FeatureFlagChanged(4, Optional.of(false)),
                        new UpdateKind.FeatureFlagChanged(4, Optional.of(true)),
                        new UpdateKind.FeatureFlagChanged(5, Optional.empty()));
    }

    @Test
    void metadataIsReplacedAndUpdated() {
        assertThat(settings.metadata()).isEmpty();
        settings.setMetadata(new TreeMap<>(Map.of("a", IntNode.valueOf(1), "b", TextNode.valueOf("x"))));
        try (Repository other = test.reopened()) {
            other.settings().updateMetadata(Map.of("c", IntNode.valueOf(3)));
        }
        assertThat(settings.updateMetadata(Map.of("a", IntNode.valueOf(2)))).hasToString("{a=2, b=\"x\", c=3}");
        assertThat(settings.metadata()).hasToString("{a=2, b=\"x\", c=3}");
        assertThat(newest(3)).containsOnly(new UpdateKind.MetadataChanged());
        Map<String, JsonNode> tooLong = Map.of("n", BigIntegerNode.valueOf(BigInteger.ONE.shiftLeft(64)));
        assertThatThrownBy(() -> settings.setMetadata(tooLong)).hasMessageContaining("Invalid repository metadata 'n'");
    }

    @Test
    void theCallersConfigurationGoesBeforeTheStoredOneAndThatBeforeTheDefaults() {
        assertThat(settings.storedConfig())
                .as("what creation stores")
                .contains(RepositoryConfig.DEFAULT.withDefaultSplitRules());
        RepositoryConfig stored =
                RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(7).withCompressionLevel(9);
        settings.saveConfig(stored);
        assertThat(newest(1)).containsExactly(new UpdateKind.ConfigChanged());
        assertThat(Repository.findStoredConfig(test.storage)).contains(stored);

        RepositoryOptions own = test.options.withConfig(RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(70));
        try (Repository other = test.repository.reopen(own)) {
            assertThat(other.config().inlineChunkThresholdBytes()).isEqualTo(70);
            assertThat(other.config().compressionLevel()).isEqualTo(9);
            assertThat(other.config().updatesPerRepositoryObject()).isEqualTo(1000);
            assertThat(other.settings().storedConfig()).contains(stored);
            other.saveConfig();
        }
        try (Repository other = test.reopened()) {
            assertThat(other.config().inlineChunkThresholdBytes()).isEqualTo(70);
        }
        assertThat(test.repository.config().inlineChunkThresholdBytes())
                .as("an open repository stays as it was opened")
                .isEqualTo(512);
    }

    @Test
    void theVersionOfTheFormatCanBeLookedUp() {
        assertThat(Repository.findSpecVersion(test.storage)).hasValue(2);
        InMemoryStorage storage = new InMemoryStorage("none", test.clock);
        assertThat(Repository.findSpecVersion(storage)).isEmpty();
        assertThatThrownBy(() -> Repository.findStoredConfig(storage)).isInstanceOf(NotFoundException.class);
        storage.put("refs/branch.main/ref.json", java.nio.ByteBuffer.allocate(2));
        assertThat(Repository.findSpecVersion(storage)).hasValue(1);
    }

    @Test
    void aBranchIsResetWhereverItIs() {
        SnapshotId first = test.commit(A, 0);
        SnapshotId second = test.commit(A, 1);
        assertThat(test.repository.resetBranch("main", first)).isEqualTo(second);
        assertThat(test.tipId()).isEqualTo(first);
        assertThat(newest(1)).containsExactly(new UpdateKind.BranchReset("main", second));
        assertThatThrownBy(() -> test.repository.resetBranch("none", first)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void manifestsOfASnapshotAreListed() {
        test.commit(A, 0, 1, 2);
        assertThat(test.repository.manifestFiles(Version.branch("main")))
                .singleElement()
                .satisfies(file -> assertThat(file.chunkReferences()).isEqualTo(3));
    }

    @Test
    void theHistoryIsDrawnWithAColumnPerLineOfDescent() {
        SnapshotId fork = test.tipId();
        SnapshotId main = test.commit(A, 0);
        test.repository.createBranch("side", fork);
        WritableSession session = test.repository.writableSession("side");
        session.attach(A, ChunkIndex.of(1), TestRepository.inline("x"));
        SnapshotId side =
                session.commit(CommitRequest.of("on the side\nmore")).orThrow().id();
        test.repository.createTag("v1", main);

        assertThat(test.repository.historyGraph())
                .isEqualTo("* " + side + " (side) on the side\n"
                        + "| * " + main + " (main, tag: v1) chunks of /a\n"
                        + "| /\n"
                        + "* " + fork + " arrays\n"
                        + "* 1CECHNKREP0F1RSTCMT0 Repository initialized\n");
    }

    /** A dot per snapshot, one line less than dots, the side line in a column of its own, and all of it well-formed XML. */
    @Test
    void theHistoryIsDrawnAsAPicture() throws Exception {
        SnapshotId fork = test.tipId();
        test.commit(A, 0);
        test.repository.createBranch("side<1>", fork);
        WritableSession session = test.repository.writableSession("side<1>");
        session.attach(A, ChunkIndex.of(1), TestRepository.inline("x"));
        SnapshotId side =
                session.commit(CommitRequest.of("a & b \u0001\nmore")).orThrow().id();
        test.repository.createTag("v1", side);

        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(
                        test.repository.historyGraphSvg().getBytes(StandardCharsets.UTF_8)));

        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        NodeList dots = svg.getElementsByTagName("circle");
        assertThat(dots.getLength()).isEqualTo(4);
        assertThat(attributes(dots, "cy")).containsExactly("12", "36", "60", "84");
        assertThat(attributes(dots, "cx")).containsExactly("12", "36", "12", "12");
        assertThat(attributes(svg.getElementsByTagName("path"), "d"))
                .containsExactly("M12 12V36L12 60", "M36 36V36L12 60", "M12 60V60L12 84");
        NodeList words = svg.getElementsByTagName("text");
        assertThat(words.item(0).getTextContent()).isEqualTo(side + " (side<1>, tag: v1) a & b \uFFFD");
        assertThat(words.item(3).getTextContent()).isEqualTo("1CECHNKREP0F1RSTCMT0 Repository initialized");
    }

    private static List<String> attributes(NodeList elements, String name) {
        return IntStream.range(0, elements.getLength())
                .mapToObj(i -> ((Element) elements.item(i)).getAttribute(name))
                .toList();
    }

    /** Columns that ended are used again: a hundred side branches, one after the other, need two. */
    @Test
    void theDrawingOfALongHistoryIsNoWiderThanItsBranchesAtOneTime() {
        for (int i = 0; i < 100; i++) {
            test.repository.createBranch("side " + i, test.tipId());
            WritableSession session = test.repository.writableSession("side " + i);
            session.attach(A, ChunkIndex.of(1), TestRepository.inline("x"));
            session.commit(CommitRequest.of("side")).orThrow();
            test.commit(A, 0);
        }

        assertThat(test.repository.historyGraphSvg()).contains("cx=\"36\"").doesNotContain("cx=\"60\"");
    }
}
