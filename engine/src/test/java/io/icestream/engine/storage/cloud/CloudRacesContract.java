package io.icestream.engine.storage.cloud;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static io.icestream.engine.storage.cloud.CloudFixture.options;
import static io.icestream.engine.storage.cloud.CloudFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StoredObject;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.CloudFault;
import io.icestream.engine.testing.CloudTestServer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Writers that know nothing of each other, each with a client of its own, on a server that loses requests and replies.
 * Every writer adds its words to one object by compare-and-set; in the end each word is there exactly once.
 */
public abstract class CloudRacesContract<S extends CloudTestServer> {
    private static final int WRITERS = 6;
    private static final int WORDS = 8;

    private final CloudFixture<S> fixture;
    private final S server;

    protected CloudRacesContract(CloudFixture<S> fixture) {
        this.fixture = fixture;
        this.server = fixture.startServer();
    }

    /** The store's word for a write that was not done because of others. */
    protected CloudFault notNow(CloudFault fault) {
        return fault.reply(503, "InternalError");
    }

    @AfterEach
    final void stop() {
        server.close();
    }

    private CloudStorage open() {
        return fixture.open(server, options().build());
    }

    @Test
    void ofManyClientsThatCreateOneObjectOneSucceeds() throws Exception {
        for (int round = 0; round < 10; round++) {
            String key = "refs/race-" + round;
            List<PutOutcome> outcomes = Clients.inParallel(
                    WRITERS, this::open, (storage, writer) -> storage.putIfAbsent(key, bytes("writer " + writer)));

            assertThat(outcomes.stream().filter(PutOutcome.Written.class::isInstance))
                    .hasSize(1);
            assertThat(outcomes.stream().filter(PutOutcome.Refused.class::isInstance))
                    .hasSize(WRITERS - 1);
        }
    }

    @Test
    void noWordIsLostOrDoubledWhenRepliesAreLost() throws Exception {
        for (int strike = 0; strike < 30; strike++) {
            CloudFault put = CloudFault.on(CloudCall.PUT).key("log");
            server.inject(put.from(3 + 7 * strike).dropAfter());
            server.inject(put.from(5 + 11 * strike).dropBefore());
            server.inject(put.from(6 + 13 * strike).replyAfter(500, "InternalError"));
            server.inject(notNow(put.from(4 + 9 * strike)));
            server.inject(CloudFault.on(CloudCall.STAT)
                    .key("log")
                    .from(2 + 5 * strike)
                    .dropBefore());
        }
        try (CloudStorage storage = open()) {
            storage.put("log", bytes(""));
        }

        Clients.inParallel(WRITERS, this::open, (storage, writer) -> {
            for (int word = 0; word < WORDS; word++) {
                add(storage, writer + "." + word);
            }
            return writer;
        });

        server.heal();
        try (CloudStorage storage = open()) {
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
}
