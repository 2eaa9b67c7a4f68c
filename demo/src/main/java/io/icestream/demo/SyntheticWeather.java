package io.icestream.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Weather that looks like weather and is none: a daily wave, lows that travel from west to east and bring a front with wind and a drop of
 * temperature, and noise. A pure function of seed, place and time.
 */
final class SyntheticWeather {

    /** Variables with their CF units, in the order of the arrays. */
    enum Variable {
        TEMPERATURE("air_temperature", "degC", 1),
        HUMIDITY("relative_humidity", "%", 1),
        PRESSURE("air_pressure_at_mean_sea_level", "hPa", 1),
        WIND_SPEED("wind_speed", "m s-1", 1),
        SUNSHINE("surface_downwelling_shortwave_flux_in_air", "W m-2", 0);

        private final String standardName;
        private final String units;
        private final int decimals;

        Variable(String standardName, String units, int decimals) {
            this.standardName = standardName;
            this.units = units;
            this.decimals = decimals;
        }

        /** {@return name of the array and of the field} */
        String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** {@return CF standard name} */
        String standardName() {
            return standardName;
        }

        /** {@return CF units} */
        String units() {
            return units;
        }

        private double rounded(double value) {
            double scale = Math.pow(10, decimals);
            return Math.round(value * scale) / scale;
        }
    }

    private static final double MINUTES_PER_DAY = 1440;
    private static final double LOW_PERIOD_DAYS = 3.3;
    private static final double DEGREES_PER_DAY = 9;

    private final long seed;
    private final double phase;

    SyntheticWeather(long seed) {
        this.seed = seed;
        this.phase = new SplittableRandom(seed).nextDouble();
    }

    /**
     * Makes up an observation.
     *
     * @param station the place
     * @param minute minutes since 1970, UTC
     * @return a value for each variable
     */
    Map<String, Double> at(Station station, long minute) {
        SplittableRandom noise = new SplittableRandom(
                seed ^ (minute * 0x9E3779B97F4A7C15L) ^ station.label().hashCode());
        double sun = sun(station, minute);
        double low = low(station, minute);
        double front = Math.max(0, low) * Math.max(0, low);
        double cloud = Math.min(0.85, 0.15 + 0.8 * front + 0.05 * noise.nextGaussian());
        double temperature = 17
                + 6.5 * warmth(station, minute) * (1 - 0.5 * cloud)
                - 5 * front
                - 0.0065 * station.altitudeMetres()
                + 0.25 * noise.nextGaussian();
        double humidity = clamp(88 - 3.1 * (temperature - 9) + 22 * front + 1.5 * noise.nextGaussian(), 18, 100);
        Map<String, Double> values = new LinkedHashMap<>();
        put(values, Variable.TEMPERATURE, temperature);
        put(values, Variable.HUMIDITY, humidity);
        put(values, Variable.PRESSURE, 1016 - 11 * low + 0.15 * noise.nextGaussian());
        put(values, Variable.WIND_SPEED, Math.max(0, 2.5 + 7 * front + 1.2 * sun + 0.6 * noise.nextGaussian()));
        put(values, Variable.SUNSHINE, Math.max(0, 880 * sun * (1 - 0.8 * cloud)));
        return values;
    }

    private static void put(Map<String, Double> values, Variable variable, double value) {
        values.put(variable.label(), variable.rounded(value));
    }

    /** Height of the sun, 0 at night and at most 1. */
    private static double sun(Station station, long minute) {
        return Math.max(0, -Math.cos(2 * Math.PI * solarDay(station, minute)) + 0.15) / 1.15;
    }

    /** The daily wave of temperature, warmest about two hours after noon. */
    private static double warmth(Station station, long minute) {
        return -Math.cos(2 * Math.PI * (solarDay(station, minute) - 0.09));
    }

    private static double solarDay(Station station, long minute) {
        return minute / MINUTES_PER_DAY + station.longitude() / 360;
    }

    /** Strength of the low over a place, from -1 (a high) to 1. */
    private double low(Station station, long minute) {
        double day = minute / MINUTES_PER_DAY - station.longitude() / DEGREES_PER_DAY;
        return 0.75 * Math.sin(2 * Math.PI * (day / LOW_PERIOD_DAYS + phase))
                + 0.25 * Math.sin(2 * Math.PI * (day / 1.37 + 2 * phase));
    }

    private static double clamp(double value, double least, double most) {
        return Math.min(most, Math.max(least, value));
    }
}
