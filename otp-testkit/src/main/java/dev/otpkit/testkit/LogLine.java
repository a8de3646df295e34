package dev.otpkit.testkit;

import java.util.List;

/**
 * A line of a log.
 *
 * @param logger the name of the logger
 * @param text level, logger, message and all that comes with it
 */
record LogLine(String logger, String text) {

    boolean isFrom(List<String> beginnings) {
        return beginnings.stream().anyMatch(logger::startsWith);
    }
}
