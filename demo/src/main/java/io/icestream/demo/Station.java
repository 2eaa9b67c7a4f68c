package io.icestream.demo;

import java.util.List;

/**
 * An invented place.
 *
 * @param label its label on the station axis
 * @param latitude degrees north
 * @param longitude degrees east
 * @param altitudeMetres height above the sea
 */
record Station(String label, double latitude, double longitude, double altitudeMetres) {

    /** The network of the demo, in the order of the station axis. */
    static final List<Station> NETWORK = List.of(
            new Station("ALDER", 51.20, 6.10, 35),
            new Station("BIRCH", 51.05, 6.90, 60),
            new Station("CEDAR", 50.80, 7.60, 140),
            new Station("ELM", 50.55, 8.40, 210),
            new Station("FIR", 50.30, 9.10, 420),
            new Station("HAZEL", 50.10, 9.90, 330),
            new Station("JUNIPER", 49.85, 10.60, 510),
            new Station("LARCH", 49.60, 11.40, 640),
            new Station("MAPLE", 49.35, 12.10, 380),
            new Station("OAK", 49.10, 12.90, 350),
            new Station("PINE", 48.85, 13.60, 790),
            new Station("ROWAN", 48.60, 14.40, 560));
}
