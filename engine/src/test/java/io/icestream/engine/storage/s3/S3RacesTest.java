package io.icestream.engine.storage.s3;

import static io.icestream.engine.storage.s3.S3Fixture.bytes;
import static io.icestream.engine.storage.s3.S3Fixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StoredObject;
import io.icestream.engine.testing.S3Call;
import io.icestream.engine.testing.S3Fault;
import io.icestream.engine.testing.S3TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Writers that know nothing of each other, each with a client of its own, on a server that loses requests and replies.
 * Every writer adds its words to one object by compare-and-set; in the end each word is there exactly once.
 */
class S3RacesTest {
    private static final int WRITERS = 6;
    private static final int WORDS = 8;

    private final S3TestServer server = S3TestServer.start("bucket");

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void ofManyClientsThatCreateOneObjectOneSucceeds() throws Exception {
        for (int round = 0; round < 10; round++) {
            String key = "refs/race-" + round;
            List<PutOutcome> outcomes =
                    inParallel((storage, writer) -> storage.putIfAbsent(key, bytes("writer " + writer)));

            assertThat(outcomes.stream().filter(PutOutcome.Written.class::isInstance))
                    .hasSize(1);
            assertThat(outcomes.stream().filter(PutOutcome.Refused.class::isInstance))
                    .hasSize(WRITERS - 1);
        }
    }

    @Test
    void noWordIsLostOrDoubledWhenRepliesAreLost() throws Exception {
        for (int strike = 0; strike < 30; strike++) {
            server.inject(S3Fault.on(S3Call.PUT).key("log").from(3 + 7 * strike).dropAfter());
            server.inject(
                    S3Fault.on(S3Call.PUT).key("log").from(5 + 11 * strike).dropBefore());
            server.inject(
                    S3Fault.on(S3Call.PUT).key("log").from(6 + 13 * strike).replyAfter(500, "InternalError"));
            server.inject(
                    S3Fault.on(S3Call.PUT).key("log").from(4 + 9 * strike).reply(409, "ConditionalRequestConflict"));
            server.inject(
                    S3Fault.on(S3Call.HEAD).key("log").from(2 + 5 * strike).dropBefore());
        }
        try (S3Storage storage = open()) {
            storage.put("log", bytes(""));
        }

        inParallel((storage, writer) -> {
            for (int word = 0; word < WORDS; word++) {
                add(storage, writer + "." + word);
            }
            return writer;
        });

        server.heal();
        try (S3Storage storage = open()) {
            String log = text(storage.find("log").orElseThrow().bytes());
            assertThat(log.strip().split(" +"))
                    .containsExactlyInAnyOrder(IntStream.range(0, WRITERS)
                            .boxed()
                            .flatMap(writer -> IntStream.range(0, WORDS).mapToObj(word -> writer + "." + word))
                            .toArray(String[]::new));
        }
    }

    /** What is unknown is looked up, since the content tells; words are never removed. */
    private static void add(Storage storage, String word) {
        for (int attempt = 0; attempt < 10_000; attempt++) {
            StoredObject object = storage.find("log").orElseThrow();
            String log = text(object.bytes());
            if (log.contains(" " + word + " ")) {
                return;
            }
            PutOutcome outcome = storage.putIfMatches("log", bytes(log + " " + word + " "), object.version());
            if (outcome instanceof PutOutcome.Written) {
                return;
            }
        }
        throw new AssertionError("No attempt to add " + word + " succeeded");
    }

    private S3Storage open() {
        return S3Storage.open(S3Fixture.options(server).build());
    }

    private interface Writer<T> {
        T run(Storage storage, int number);
    }

    private <T> List<T> inParallel(Writer<T> writer) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Callable<T>> calls = new ArrayList<>();
            for (int number = 0; number < WRITERS; number++) {
                int mine = number;
                calls.add(() -> {
                    try (S3Storage storage = open()) {
                        return writer.run(storage, mine);
                    }
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : executor.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }
}
