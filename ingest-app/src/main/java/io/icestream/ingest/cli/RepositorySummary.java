package io.icestream.ingest.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.repository.Repository;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * How a repository stands.
 *
 * @param location where it is
 * @param status {@code online} or {@code read-only}
 * @param since when that was set
 * @param reason why, in the words of who set it
 * @param specVersion version of its format
 * @param branches how many branches it has
 * @param tags how many tags it has
 * @param snapshots how many snapshots it lists
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RepositorySummary(
        String location,
        String status,
        Instant since,
        Optional<String> reason,
        int specVersion,
        int branches,
        int tags,
        int snapshots) {

    /**
     * Reads it. Cost: one request.
     *
     * @param repository the repository
     * @return how it stands
     */
    public static RepositorySummary of(Repository repository) {
        RepositoryInfo info = repository.info();
        RepositoryStatus status = info.status();
        return new RepositorySummary(
                repository.storage().location(),
                status.availability().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                status.setAt(),
                status.reason(),
                info.specVersion(),
                info.branches().size(),
                info.tags().size(),
                info.snapshots().size());
    }

    /** {@return the status in one line} */
    public String statusText() {
        return status + " since " + since.truncatedTo(ChronoUnit.SECONDS)
                + reason.map(why -> " (" + why + ")").orElse("");
    }
}
