package io.icestream.engine.observe;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that the engine does and that takes time.
 *
 * <table>
 *   <caption>What there is, with what its {@link Ending} says besides {@link Ending#FAILED}</caption>
 *   <tr><th>name</th><th>subject</th><th>outcomes</th><th>amounts</th></tr>
 *   <tr><td>{@code commit}, {@code amend}, {@code commit-detached}</td><td>branch</td>
 *       <td>{@code committed}, {@code repeated}, {@code refused}, {@code unknown}</td><td>{@code rebases}</td></tr>
 *   <tr><td>{@code flush}: manifests, transaction log and snapshot are made</td><td>branch</td><td>{@code done}</td><td></td></tr>
 *   <tr><td>{@code publish}: what was made is stored, and the repository object replaced, again while others do so first</td><td>branch</td>
 *       <td>{@code published}, {@code moved}, {@code refused}, {@code unknown}</td><td></td></tr>
 *   <tr><td>{@code rebase}</td><td>branch</td><td>{@code done}, {@code refused}</td><td></td></tr>
 *   <tr><td>{@code wait}: until other commits of this process are done, or between two rounds</td><td>branch</td><td>{@code done}</td><td></td></tr>
 *   <tr><td>{@code storage.find}, {@code storage.find-if-changed}, {@code storage.fetch-range}, {@code storage.stat}</td><td>key</td>
 *       <td>{@code done}, {@code absent}, {@code unchanged}</td><td>{@code bytes-read}</td></tr>
 *   <tr><td>{@code storage.put}, {@code storage.put-if-absent}, {@code storage.put-if-matches}, {@code storage.copy-if-matches}</td>
 *       <td>key</td><td>{@code done}, {@code refused}, {@code unknown}</td><td>{@code bytes-written}</td></tr>
 *   <tr><td>{@code storage.list}</td><td>prefix</td><td>{@code done}</td><td>{@code objects}</td></tr>
 *   <tr><td>{@code storage.delete}</td><td>number of keys</td><td>{@code done}</td><td>{@code objects}</td></tr>
 * </table>
 *
 * <p>Calls of a storage have the label {@code kind}: {@code repository}, {@code snapshot}, {@code manifest},
 * {@code transaction-log}, {@code chunk}, {@code backup}, or {@code other}. Repetitions of one request are within one call.
 *
 * @param name what is done
 * @param subject what it is done to, in an own word for each: for traces and logs
 * @param labels more of it, by name, each with few values: for traces, logs and metrics
 */
public record Activity(String name, String subject, SortedMap<String, String> labels) {
    /** Copies the labels. */
    public Activity {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /**
     * An activity without labels.
     *
     * @param name what is done
     * @param subject what it is done to
     * @return the activity
     */
    public static Activity of(String name, String subject) {
        return new Activity(name, subject, Collections.emptySortedMap());
    }

    /**
     * The same with one more label.
     *
     * @param label its name
     * @param value one of few values
     * @return the changed activity
     */
    public Activity with(String label, String value) {
        SortedMap<String, String> more = new TreeMap<>(labels);
        more.put(label, value);
        return new Activity(name, subject, more);
    }
}
