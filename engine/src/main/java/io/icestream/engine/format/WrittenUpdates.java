package io.icestream.engine.format;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ops log as it lies in the bytes of a file, in one piece that refers to nothing outside of it. The next version of
 * the repository object takes the piece over: its log is the same but for the newest updates, and for the oldest that are
 * cut off, which stay behind as waste until the log is written afresh.
 */
final class WrittenUpdates {
    static final WrittenUpdates NONE = new WrittenUpdates(List.of(), new int[0], 0, 0, 0);

    /** So many updates in the piece may be waste before all are written afresh. */
    private static final int LARGEST_WASTE = 128;

    /** The newest updates are those that differ from one version to the next; more than these are not looked through. */
    private static final int NEWEST = 8;

    private final List<Update> updates;
    private final int[] places;
    private final int from;
    private final int to;
    private final int waste;

    /** The piece reaches from the distance {@code from} to {@code to} from the end of the bytes. */
    private WrittenUpdates(List<Update> updates, int[] places, int from, int to, int waste) {
        this.updates = updates;
        this.places = places;
        this.from = from;
        this.to = to;
        this.waste = waste;
    }

    /** The places of the updates, newest first. */
    int[] places() {
        return places;
    }

    /** Writes a log, out of these bytes as far as they have it. */
    WrittenUpdates write(FlatWriter writer, @Nullable FlatReader reader, List<Update> next) {
        int kept = firstKept(next);
        boolean takeOver = reader != null && kept > 0 && waste + kept <= LARGEST_WASTE;
        writer.forgetVtables();
        UpdateCodec codec = new UpdateCodec(writer);
        int[] newPlaces = new int[next.size()];
        int start = writer.place();
        int shift = 0;
        if (takeOver && reader != null) {
            shift = writer.graftPiece(reader.bytes(), from, to);
            start = from + shift;
            share(codec, writer, reader, shift);
        }
        for (int i = newPlaces.length - 1; i >= 0; i--) {
            newPlaces[i] = takeOver && i >= kept ? places[i - kept + 1] + shift : codec.write(next.get(i));
        }
        return new WrittenUpdates(next, newPlaces, start, writer.place(), takeOver ? waste + kept : 0);
    }

    /**
     * From where on a log is the same as this one from its second update on, the first of which always changes, as it gets
     * the name of a backup; 0 if it is not.
     */
    private int firstKept(List<Update> next) {
        for (int start = 1; updates.size() > 1 && start < Math.min(NEWEST, next.size()); start++) {
            if (isSame(next.get(start), updates.get(1))) {
                return isTail(next, start) ? start : 0;
            }
        }
        return 0;
    }

    private boolean isTail(List<Update> next, int start) {
        int length = next.size() - start;
        for (int i = 0; i < length; i++) {
            if (i + 1 >= updates.size() || !isSame(next.get(start + i), updates.get(i + 1))) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings(
            "ReferenceEquality") // a log is made from the one before, whose updates it has; others are written anew
    private static boolean isSame(Update one, Update other) {
        return one == other;
    }

    /** Lets new updates use the vtables and the name of those that were taken over. */
    private void share(UpdateCodec codec, FlatWriter writer, FlatReader reader, int shift) {
        int end = reader.size() + shift;
        for (int i = 0; i < 2; i++) {
            FlatTable update = reader.tableAt(reader.size() - places[i]);
            writer.shareVtable(end - update.vtable());
            codec.share(updates.get(i), update, end);
        }
    }
}
