package dev.otpkit.internal.rules;

/**
 * The numbers of unverified sends that are usual, as pure functions of the numbers of verified codes. They are those of
 * the fraud protection of Authgear: a floor for those without a history, otherwise 30 % of the verified codes of a day,
 * and 20 % of the verified codes of an hour, for which a sixth of a day stands too.
 */
public final class ConversionThresholds {
    /** The days before today whose best one counts for a country. */
    public static final int DAYS = 14;

    /** The greatest number of verified codes of one client and day that count for countries: 15 more sends a day. */
    public static final int MAX_CREDIT = 50;

    /** The least threshold of a country within an hour. */
    public static final long COUNTRY_HOUR = 3;

    /** The least threshold of a country within a day. */
    public static final long COUNTRY_DAY = 20;

    /** The least threshold of a client within an hour. */
    public static final long CLIENT_HOUR = 5;

    /** The least threshold of a client within a day. */
    public static final long CLIENT_DAY = 10;

    private ConversionThresholds() {}

    /**
     * Returns the threshold of a country within an hour.
     *
     * @param bestDay the verified codes of the best day
     * @param hour the verified codes of the last hour
     */
    public static long countryHour(long bestDay, long hour) {
        return Math.max(COUNTRY_HOUR, Math.max(ofSixth(bestDay), hour / 5));
    }

    /** Returns the threshold of a country within a day, from the verified codes of the best day, today included. */
    public static long countryDay(long bestDay) {
        return Math.max(COUNTRY_DAY, bestDay * 3 / 10);
    }

    /** Returns the threshold of a client within an hour, from its verified codes of a day. */
    public static long clientHour(long day) {
        return Math.max(CLIENT_HOUR, ofSixth(day));
    }

    /** Returns the threshold of a client within a day, from its verified codes of a day. */
    public static long clientDay(long day) {
        return Math.max(CLIENT_DAY, day * 3 / 10);
    }

    private static long ofSixth(long day) {
        return day / 30;
    }
}
