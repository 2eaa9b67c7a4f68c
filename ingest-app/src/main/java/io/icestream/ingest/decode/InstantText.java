package io.icestream.ingest.decode;

import java.time.LocalDate;

/** Instants in the form {@code 2026-11-20T12:00:00Z}, with up to six digits of fraction, read from their bytes. */
final class InstantText {

    /** What {@link #micros} answers for every other form. */
    static final long OTHER_FORM = Long.MIN_VALUE;

    private static final String FORM = "0000-00-00T00:00:00";
    private static final int MOST_DIGITS = 6;

    private InstantText() {}

    /**
     * Reads an instant.
     *
     * @param text holds its bytes
     * @param from where they begin
     * @param length how many they are
     * @return microseconds since 1970, or {@link #OTHER_FORM} also for days after the 28th: those take a calendar to check
     */
    static long micros(byte[] text, int from, int length) {
        if (!isCommonForm(text, from, length)) {
            return OTHER_FORM;
        }
        int month = number(text, from + 5, 2);
        int day = number(text, from + 8, 2);
        int hour = number(text, from + 11, 2);
        int minute = number(text, from + 14, 2);
        int second = number(text, from + 17, 2);
        if (month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 || second > 59) {
            return OTHER_FORM;
        }
        long days = LocalDate.of(number(text, from, 4), month, day).toEpochDay();
        long seconds = days * 86_400 + hour * 3_600L + minute * 60L + second;
        return seconds * 1_000_000 + fraction(text, from + FORM.length() + 1, length - FORM.length() - 2);
    }

    private static boolean isCommonForm(byte[] text, int from, int length) {
        if (length < FORM.length() + 1 || text[from + length - 1] != 'Z') {
            return false;
        }
        for (int i = 0; i < FORM.length(); i++) {
            char form = FORM.charAt(i);
            if (form == '0' ? !isDigit(text[from + i]) : text[from + i] != form) {
                return false;
            }
        }
        return length == FORM.length() + 1 || isFraction(text, from + FORM.length(), length - FORM.length() - 1);
    }

    private static boolean isFraction(byte[] text, int from, int length) {
        if (text[from] != '.' || length < 2 || length > 1 + MOST_DIGITS) {
            return false;
        }
        for (int i = 1; i < length; i++) {
            if (!isDigit(text[from + i])) {
                return false;
            }
        }
        return true;
    }

    private static long fraction(byte[] text, int from, int digits) {
        long micros = 0;
        for (int i = 0; i < MOST_DIGITS; i++) {
            micros = micros * 10 + (i < digits ? text[from + i] - '0' : 0);
        }
        return micros;
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    private static int number(byte[] text, int from, int digits) {
        int number = 0;
        for (int i = 0; i < digits; i++) {
            number = number * 10 + text[from + i] - '0';
        }
        return number;
    }
}
