package dev.otpkit.benchmarks.memory;

/** The kinds of messages, and an address for each number. */
enum Form {
    /** A mail of plain text and HTML. */
    HTML_MAIL,
    /** A mail of plain text. */
    PLAIN_MAIL,
    /** A text for SMS. */
    SMS;

    /** Returns a new string each time, since each request of an application brings its own. */
    String address(int number) {
        return this == SMS
                ? "+96650" + Integer.toString(10_000_000 + number).substring(1)
                : "user" + number + "@example.com";
    }
}
