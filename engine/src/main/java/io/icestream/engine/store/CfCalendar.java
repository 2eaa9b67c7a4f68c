package io.icestream.engine.store;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The calendars of CF conventions that are supported: how dates and a count of days belong together.
 *
 * <p>Days are counted from 1970-01-01 of the calendar itself. Source: CF conventions 1.11, section 4.4.1.
 */
public enum CfCalendar {
    /** The Gregorian calendar, and before 1582-10-15 the Julian one; {@code gregorian} is its old name. */
    STANDARD("standard", "gregorian"),
    /** The Gregorian calendar at all times. */
    PROLEPTIC_GREGORIAN("proleptic_gregorian", "proleptic_gregorian"),
    /** Every year has 365 days. */
    NOLEAP("noleap", "365_day"),
    /** Every month has 30 days. */
    DAYS_360("360_day", "360_day");

    /** The first Gregorian day, 1582-10-15. */
    private static final long FIRST_GREGORIAN_DAY = -141_427;

    /** Days of the year before each month, of a year that begins in March. */
    private static final int[] BEFORE_MONTH = {0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337};

    private static final int[] MONTH_DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private final String cfName;
    private final String otherName;

    CfCalendar(String cfName, String otherName) {
        this.cfName = cfName;
        this.otherName = otherName;
    }

    /**
     * Finds a calendar by its name.
     *
     * @param name the value of the attribute {@code calendar}, in upper or lower case
     * @return the calendar, or empty if it is not supported
     */
    public static Optional<CfCalendar> find(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(calendar -> calendar.cfName.equals(wanted) || calendar.otherName.equals(wanted))
                .findFirst();
    }

    /**
     * @return whether its days are days of the world, so that each has its place on the time line
     */
    public boolean isReal() {
        return this == STANDARD || this == PROLEPTIC_GREGORIAN;
    }

    /** The number of a day, or empty if the calendar has no such date. */
    Optional<Long> dayOf(int year, int month, int day) {
        if (month < 1 || month > 12 || day < 1) {
            return Optional.empty();
        }
        long number = number(year, month, day);
        return Arrays.equals(dateOf(number), new int[] {year, month, day}) ? Optional.of(number) : Optional.empty();
    }

    private long number(long year, int month, int day) {
        return switch (this) {
            case DAYS_360 -> (year - 1970) * 360 + (month - 1) * 30L + day - 1;
            case NOLEAP -> (year - 1970) * 365 + daysBefore(month) + day - 1;
            case PROLEPTIC_GREGORIAN -> gregorian(year, month, day);
            case STANDARD -> {
                long number = gregorian(year, month, day);
                yield number >= FIRST_GREGORIAN_DAY ? number : julian(year, month, day);
            }
        };
    }

    private static int daysBefore(int month) {
        return Arrays.stream(MONTH_DAYS, 0, month - 1).sum();
    }

    private static long gregorian(long year, int month, int day) {
        long start = month < 3 ? year - 1 : year;
        long leaps = Math.floorDiv(start, 4L) - Math.floorDiv(start, 100L) + Math.floorDiv(start, 400L);
        return start * 365 + leaps + BEFORE_MONTH[(month + 9) % 12] + day - 1 - 719_468;
    }

    private static long julian(long year, int month, int day) {
        long start = month < 3 ? year - 1 : year;
        return start * 365 + Math.floorDiv(start, 4L) + BEFORE_MONTH[(month + 9) % 12] + day - 1 - 719_470;
    }

    /** Year, month and day of a number of days. */
    int[] dateOf(long number) {
        return switch (this) {
            case DAYS_360 -> {
                int ofYear = (int) Math.floorMod(number, 360L);
                yield new int[] {year(Math.floorDiv(number, 360L) + 1970), ofYear / 30 + 1, ofYear % 30 + 1};
            }
            case NOLEAP -> noLeap(Math.floorDiv(number, 365L) + 1970, (int) Math.floorMod(number, 365L));
            case PROLEPTIC_GREGORIAN -> ofGregorian(number);
            case STANDARD -> number >= FIRST_GREGORIAN_DAY ? ofGregorian(number) : ofJulian(number);
        };
    }

    private static int[] noLeap(long year, int ofYear) {
        int month = 1;
        int rest = ofYear;
        while (rest >= MONTH_DAYS[month - 1]) {
            rest -= MONTH_DAYS[month - 1];
            month++;
        }
        return new int[] {year(year), month, rest + 1};
    }

    private static int[] ofGregorian(long number) {
        long days = number + 719_468;
        long era = Math.floorDiv(days, 146_097L);
        int ofEra = (int) Math.floorMod(days, 146_097L);
        int ofEraYear = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        int ofYear = ofEra - (365 * ofEraYear + ofEraYear / 4 - ofEraYear / 100);
        return ofMarchYear(era * 400 + ofEraYear, ofYear);
    }

    private static int[] ofJulian(long number) {
        long days = number + 719_470;
        int ofEra = (int) Math.floorMod(days, 1461L);
        int ofEraYear = (ofEra - ofEra / 1460) / 365;
        return ofMarchYear(Math.floorDiv(days, 1461L) * 4 + ofEraYear, ofEra - 365 * ofEraYear);
    }

    private static int[] ofMarchYear(long start, int ofYear) {
        int month = 11;
        while (BEFORE_MONTH[month] > ofYear) {
            month--;
        }
        long year = month >= 10 ? start + 1 : start;
        return new int[] {year(year), (month + 2) % 12 + 1, ofYear - BEFORE_MONTH[month] + 1};
    }

    private static int year(long year) {
        return Math.toIntExact(year);
    }
}
