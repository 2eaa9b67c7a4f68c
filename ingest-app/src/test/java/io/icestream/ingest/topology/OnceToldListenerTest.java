package io.icestream.ingest.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnceToldListenerTest {

    private final List<String> told = new ArrayList<>();
    private final IngestListener listener = new OnceToldListener(new IngestListener() {
        @Override
        public void waiting(String what) {
            told.add("waiting for " + what);
        }

        @Override
        public void resumed(String what) {
            told.add(what + " is back");
        }
    });

    @Test
    void tellsOfAWaitOnceAndOfItsEnd() {
        listener.waiting("storage: it is full");
        listener.waiting("storage: it is still full");
        listener.resumed("storage");
        listener.resumed("storage");
        assertThat(told).containsExactly("waiting for storage: it is full", "storage is back");
    }

    @Test
    void saysNothingOfTheEndOfAWaitThatNobodyHeardOf() {
        listener.resumed("the schema registry");
        assertThat(told).isEmpty();
    }
}
