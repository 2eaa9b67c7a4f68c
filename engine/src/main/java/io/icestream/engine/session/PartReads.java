package io.icestream.engine.session;

import io.icestream.engine.asset.ReadPlan;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.storage.ByteRange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads parts of chunks of any arrays: all chunks are looked up, then parts near to each other in one object are read together. */
final class PartReads {
    private final SessionContext context;
    private final Function<NodePath, ChunkFinder> arrays;

    /**
     * @param arrays gives what finds the chunks of an array; called by the calling thread only
     */
    PartReads(SessionContext context, Function<NodePath, ChunkFinder> arrays) {
        this.context = context;
        this.arrays = arrays;
    }

    /** A part that is there: what to read, and whose answer it is. */
    private record Wanted(int position, ChunkReference part) {}

    List<Optional<ByteBuffer>> read(List<Session.ChunkPart> parts) {
        Map<NodePath, ChunkFinder> finders = new HashMap<>();
        parts.forEach(part -> finders.computeIfAbsent(part.array(), arrays));
        AtomicReferenceArray<@Nullable ByteBuffer> results = new AtomicReferenceArray<>(parts.size());
        List<Integer> positions = IntStream.range(0, parts.size()).boxed().toList();
        List<Wanted> wanted =
                context
                        .parallel()
                        .map(positions, position -> find(position, parts.get(position), finders, results))
                        .stream()
                        .flatMap(Optional::stream)
                        .toList();
        context.parallel().map(ReadPlan.group(wanted, Wanted::part), run -> {
            readRun(run, results);
            return run;
        });
        List<Optional<ByteBuffer>> answers = new ArrayList<>(parts.size());
        positions.forEach(position -> answers.add(Optional.ofNullable(results.get(position))));
        return answers;
    }

    /** What has to be requested; empty if the part is known already, or absent. */
    private Optional<Wanted> find(
            int position,
            Session.ChunkPart part,
            Map<NodePath, ChunkFinder> finders,
            AtomicReferenceArray<@Nullable ByteBuffer> results) {
        ChunkFinder finder = Optional.ofNullable(finders.get(part.array())).orElseThrow();
        Optional<ChunkReference> chunk = finder.find(part.chunk());
        if (chunk.isEmpty()) {
            return Optional.empty();
        }
        Session.ByteSpan span = part.extent().within(chunk.get().length());
        ChunkReference reference = chunk.get().part(span.start(), span.end() - span.start());
        ByteRange range = new ByteRange(span.start(), reference.length());
        Optional<ByteBuffer> known = context.assets().findKnownPart(chunk.get(), range);
        known.ifPresent(bytes -> results.set(position, bytes));
        return known.isPresent() ? Optional.empty() : Optional.of(new Wanted(position, reference));
    }

    private void readRun(List<Wanted> run, AtomicReferenceArray<@Nullable ByteBuffer> results) {
        List<ByteBuffer> stored =
                context.fetchTogether(run.stream().map(Wanted::part).toList());
        for (int i = 0; i < stored.size(); i++) {
            results.set(run.get(i).position(), stored.get(i));
        }
    }
}
