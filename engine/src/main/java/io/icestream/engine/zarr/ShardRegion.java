package io.icestream.engine.zarr;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads the inner chunks of one shard that a box of elements touches: neighbours in one read, each decoded once. */
final class ShardRegion {
    /** Reading so many bytes that nobody needs costs less than another request. */
    private static final int LARGEST_GAP_BYTES = 64 << 10;

    private static final int LARGEST_READ_BYTES = 64 << 20;

    private final ShardingCodec codec;
    private final ShardIndex index;
    private final FillValue fill;
    private final ChunkGrid grid;
    private final SizeLimit innerLimit;

    /** An inner chunk that is there, and what the box has of it. */
    private record Part(int number, ChunkOverlap overlap) {}

    ShardRegion(ShardingCodec codec, ShardIndex index, FillValue fill, int[] chunkShape) {
        this.codec = codec;
        this.index = index;
        this.fill = fill;
        this.grid = codec.grid(chunkShape);
        this.innerLimit = codec.codecs().encodedSize(fill.dataType(), codec.innerShapeInts());
    }

    NdArray read(StoredBytes stored, int[] from, int... lengths) {
        NdArray box = NdArray.filled(fill, lengths);
        List<Part> parts = new ArrayList<>();
        Region region = new Region(Shapes.toLongs(from), Shapes.toLongs(lengths));
        grid.overlaps(region).forEach(overlap -> {
            int number = number(overlap.chunkIndex());
            if (index.isPresent(number)) {
                index.check(number, stored.sizeBytes(), innerLimit);
                parts.add(new Part(number, overlap));
            }
        });
        parts.sort(Comparator.comparingLong(part -> index.offset(part.number())));
        int first = 0;
        while (first < parts.size()) {
            int end = runEnd(parts, first);
            readRun(stored, parts.subList(first, end), box);
            first = end;
        }
        return box;
    }

    private int number(long... innerIndex) {
        long[] counts = grid.chunkCounts();
        long number = 0;
        for (int d = 0; d < counts.length; d++) {
            number = number * counts[d] + innerIndex[d];
        }
        return (int) number;
    }

    /** Where the parts end that one read gets together with the first. */
    private int runEnd(List<Part> parts, int first) {
        long start = index.offset(parts.get(first).number());
        long end = endOf(parts.get(first));
        int next = first + 1;
        while (next < parts.size()
                && index.offset(parts.get(next).number()) - end <= LARGEST_GAP_BYTES
                && Math.max(end, endOf(parts.get(next))) - start <= LARGEST_READ_BYTES) {
            end = Math.max(end, endOf(parts.get(next)));
            next++;
        }
        return next;
    }

    private long endOf(Part part) {
        return index.offset(part.number()) + index.length(part.number());
    }

    private void readRun(StoredBytes stored, List<Part> run, NdArray box) {
        long start = index.offset(run.get(0).number());
        long end = run.stream().mapToLong(this::endOf).max().orElse(start);
        ByteBuffer bytes = stored.read(start, Math.toIntExact(end - start));
        for (Part part : run) {
            int at = bytes.position() + (int) (index.offset(part.number()) - start);
            ChunkOverlap overlap = part.overlap();
            codec.codecs()
                    .decode(bytes.slice(at, index.length(part.number())), fill, codec.innerShapeInts())
                    .copyRegion(overlap.chunkOrigin(), box, overlap.regionOrigin(), overlap.lengths());
        }
    }
}
