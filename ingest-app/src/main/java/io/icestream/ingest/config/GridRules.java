package io.icestream.ingest.config;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** How steps, windows, chunks and days must fit together. */
final class GridRules {

    /** Most cells of a chunk: its arrays are built in memory. */
    private static final long MAX_CHUNK_CELLS = 1L << 26;

    /** Days are checked up to this year, or ten years after the origin: rules of zones repeat from year to year. */
    private static final int LAST_YEAR = 2040;

    private GridRules() {}

    static void check(DatasetSettings dataset, SettingsNode group) {
        Problems problems = group.problems();
        String step = group.path("time.step");
        String origin = group.path("time.origin");
        String window = group.path("window");
        String chunk = group.path("chunk.duration");
        wholeMicros(dataset.time().step(), step, problems);
        Instant first = dataset.time().origin();
        if (!first.truncatedTo(ChronoUnit.MICROS).equals(first)) {
            problems.add(origin, "whole microseconds are needed, not " + first);
        }
        if (problems.noneAt(step, origin, group.path("time.units"))) {
            units(dataset.time(), group.path("time.units"), problems);
        }
        multiple(dataset.window(), window, dataset.time().step(), step, problems);
        multiple(dataset.chunkDuration(), chunk, dataset.window(), window, problems);
        if (problems.noneAt(step, window, chunk, group.path("chunk.stations"))) {
            chunkSize(dataset, chunk, problems);
        }
        if (problems.noneAt(step, window, origin, group.path("zone"))) {
            days(dataset, group, problems);
        }
    }

    private static void wholeMicros(Duration duration, String key, Problems problems) {
        if (problems.noneAt(key) && !DatasetReader.isWholeMicros(duration)) {
            problems.add(key, "at least one and whole microseconds are needed, not " + duration);
        }
    }

    private static void multiple(Duration whole, String key, Duration part, String partKey, Problems problems) {
        wholeMicros(whole, key, problems);
        if (problems.noneAt(key, partKey) && !isMultiple(whole, part)) {
            problems.add(key, "a whole number of times " + partKey + " (" + part + ") is needed, not " + whole);
        }
    }

    private static boolean isMultiple(Duration whole, Duration part) {
        long count = whole.dividedBy(part);
        return part.multipliedBy(count).equals(whole);
    }

    private static void units(TimeAxis axis, String key, Problems problems) {
        Duration unit = axis.units().unit().length();
        if (!isMultiple(axis.step(), unit)) {
            problems.add(key, "the step " + axis.step() + " is no whole number of these units: choose smaller ones");
        } else if (!isMultiple(Duration.between(axis.units().epoch(), axis.origin()), unit)) {
            problems.add(
                    key,
                    "the origin " + axis.origin() + " is no whole number of these units: choose smaller ones, or units"
                            + " since another time");
        }
    }

    private static void chunkSize(DatasetSettings dataset, String key, Problems problems) {
        long slots = dataset.chunkDuration().dividedBy(dataset.time().step());
        long stations = Math.max(
                1, Math.min(dataset.chunkStations(), dataset.stations().labels().size()));
        if (slots > MAX_CHUNK_CELLS / stations) {
            problems.add(
                    key,
                    slots + " slots by " + stations + " stations are more than " + MAX_CHUNK_CELLS
                            + " cells in a chunk: make it shorter or chunk.stations smaller");
        }
    }

    private static void days(DatasetSettings dataset, SettingsNode group, Problems problems) {
        Optional<Instant> off = firstDayOffGrid(dataset.time().origin(), dataset.window(), dataset.zone());
        off.ifPresent(day -> problems.add(
                group.path("window"),
                "the end of a day in zone " + dataset.zone() + ", " + day + ", is no end of a window of "
                        + dataset.window() + " counted from " + dataset.time().origin()
                        + ": choose a window that divides the day, another dataset.time.origin or dataset.zone"));
    }

    /** Finds the first end of a day that is no end of a window. */
    static Optional<Instant> firstDayOffGrid(Instant origin, Duration window, ZoneId zone) {
        LocalDate day = origin.atZone(zone).toLocalDate().plusDays(1);
        LocalDate last = LocalDate.of(Math.max(LAST_YEAR, day.getYear() + 10), 12, 31);
        for (; !day.isAfter(last); day = day.plusDays(1)) {
            Instant end = day.atStartOfDay(zone).toInstant();
            if (!isMultiple(Duration.between(origin, end), window)) {
                return Optional.of(end);
            }
        }
        return Optional.empty();
    }
}
