package io.icestream.ingest.endtoend;

import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.engine.testing.ChildJvm;
import io.icestream.engine.testing.UsesShared;
import io.icestream.ingest.endtoend.KillSwitch.Blow;
import io.icestream.ingest.protocol.ProtocolPoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Processes are killed in the middle of the protocol, while observations come in, and are started again: nothing may
 * be lost, nothing published twice, and the repository is whole after each kill. Points and passings are chosen by a
 * seed, which the system property {@code icestream.seed} sets; {@code icestream.points} names the points that are
 * tried, with commas between; all of them unless it is set. Each test has its own ingest, and mostly waits.
 */
@Tag("kill")
@Execution(ExecutionMode.CONCURRENT)
@UsesShared
class KillTest {

    private static final long SEED = Long.getLong("icestream.seed", 20130101);
    private static final String POINTS = System.getProperty("icestream.points", "");

    /** Points that a process passes again and again without help. */
    private static final Set<ProtocolPoint> OFTEN = EnumSet.of(
            ProtocolPoint.DECODE_DRAINED,
            ProtocolPoint.DECODE_PROGRESS_BEFORE_DRAIN,
            ProtocolPoint.ASM_BLOCK_STORED,
            ProtocolPoint.ASM_ROUND_STORED,
            ProtocolPoint.ASM_PUT_DONE,
            ProtocolPoint.ASM_SOME_CHUNKS_COMMITTED,
            ProtocolPoint.ASM_DONE_UNCOMMITTED,
            ProtocolPoint.COM_ROUND_OPEN_UNCOMMITTED,
            ProtocolPoint.COM_COLLECTED,
            ProtocolPoint.COM_FLUSH_HALF,
            ProtocolPoint.COM_FLUSHED,
            ProtocolPoint.COM_CAS_SENT,
            ProtocolPoint.COM_CAS_LANDED_REPLY_LOST,
            ProtocolPoint.COM_PUBLISHED_UNCOMMITTED);

    /**
     * Points that need something to happen first: late rows, the end of a day, a foreign commit, a round that takes
     * too long.
     */
    private static final Set<ProtocolPoint> SELDOM = EnumSet.of(
            ProtocolPoint.ASM_DEAD_LETTER_UNCOMMITTED,
            ProtocolPoint.COM_PUBLISHED_UNTAGGED,
            ProtocolPoint.COM_TAG_LANDED,
            ProtocolPoint.COM_REBUILD_ON_FOREIGN_TIP,
            ProtocolPoint.COM_ROUND_REOPENED);

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static LocalBroker broker;

    private static final RegistryServer REGISTRY = RegistryServer.start();

    @BeforeAll
    static void start() {
        broker = LocalBroker.start(folder.resolve("broker"));
    }

    @AfterAll
    static void stop() {
        broker.close();
        REGISTRY.close();
    }

    @Test
    void killedAtNamedPointsAndStartedAgain() throws InterruptedException {
        Random random = new Random(SEED);
        try (KillScene scene = new KillScene(broker, REGISTRY, folder, "kills", SEED)) {
            scene.start("a");
            List<ProtocolPoint> points = choose(random);
            for (ProtocolPoint point : points) {
                int passing = OFTEN.contains(point) ? 1 + random.nextInt(2) : 1;
                scene.prepare(point);
                scene.killSwitch().arm(point, passing, Blow.HALT);
                scene.produceDays(2);
                scene.awaitDeath("a");
                scene.audit().check();
                long restarted = System.nanoTime();
                ChildJvm next = scene.start("a");
                scene.produceDays(1);
                next.awaitOutput("published", KillScene.PATIENCE);
                report(point, passing, restarted);
            }
            scene.stop("a");
            scene.finish(points.size());
        }
    }

    @Test
    void oneOfTwoInstancesIsKilledAndTheOtherGoesOn() throws InterruptedException {
        try (KillScene scene = new KillScene(broker, REGISTRY, folder, "pair", SEED)) {
            scene.start("a");
            scene.start("b");
            for (ProtocolPoint point : List.of(
                    ProtocolPoint.COM_CAS_SENT, ProtocolPoint.ASM_DONE_UNCOMMITTED, ProtocolPoint.DECODE_DRAINED)) {
                scene.prepare(point);
                scene.killSwitch().arm(point, 1, Blow.HALT);
                scene.produceDays(2);
                String dead = scene.awaitDeathOfOne();
                scene.audit().check();
                long died = System.nanoTime();
                scene.produceDays(1);
                scene.awaitPublished();
                report(point, 1, died);
                scene.start(dead);
            }
            scene.stop("a");
            scene.stop("b");
            scene.finish(3);
        }
    }

    @Test
    void aZombieThatWakesUpChangesNothing() throws InterruptedException {
        try (KillScene scene = new KillScene(broker, REGISTRY, folder, "zombie", SEED)) {
            scene.start("a");
            scene.start("b");
            scene.killSwitch().arm(ProtocolPoint.COM_CAS_SENT, 1, Blow.STOP);
            scene.produceDays(3);
            ChildJvm zombie = scene.awaitStopped();
            long stopped = System.nanoTime();
            scene.awaitPublished();
            report(ProtocolPoint.COM_CAS_SENT, 1, stopped);
            scene.audit().check();
            zombie.send(ChildJvm.Signal.CONT);
            scene.produceDays(2);
            scene.awaitPublished();
            scene.stop("a");
            scene.stop("b");
            scene.finish(1);
        }
    }

    @Test
    void aReinitThatIsKilledCanBeRunAgain() throws InterruptedException {
        List<ProtocolPoint> points = List.of(
                ProtocolPoint.REINIT_OFFSETS_SET, ProtocolPoint.REINIT_STORES_EMPTIED, ProtocolPoint.REINIT_REPLAYING);
        try (KillScene scene = new KillScene(broker, REGISTRY, folder, "reinit", SEED)) {
            scene.start("a");
            for (ProtocolPoint point : points) {
                scene.produceDays(3);
                scene.awaitPublished();
                scene.stop("a");
                scene.killSwitch().arm(point, 1, Blow.HALT);
                scene.reinit("a");
                scene.awaitDeath("a");
                scene.audit().check();
                long again = System.nanoTime();
                scene.reinit("a");
                scene.awaitExit("a", 0);
                scene.start("a");
                scene.produceDays(1);
                scene.awaitPublished();
                report(point, 1, again);
            }
            scene.stop("a");
            scene.finish(points.size());
        }
    }

    private static List<ProtocolPoint> choose(Random random) {
        List<ProtocolPoint> points = new ArrayList<>(OFTEN);
        points.addAll(SELDOM);
        if (!POINTS.isEmpty()) {
            return Stream.of(POINTS.split(",", -1))
                    .map(name -> points.stream()
                            .filter(point -> point.text().equals(name))
                            .findFirst()
                            .orElseThrow(() -> new IllegalArgumentException("No point " + name)))
                    .toList();
        }
        Collections.shuffle(points, random);
        return points;
    }

    private static void report(ProtocolPoint point, int passing, long sinceNanos) {
        System.out.printf(
                "killed at %-32s passing %d, next commit after %.1f s%n",
                point.text(), passing, (System.nanoTime() - sinceNanos) / 1e9);
    }
}
