package dev.otpkit.store.redis;

import java.util.Map;
import java.util.stream.Collectors;

/** The number of calls of each command since the server started or its statistics were reset. */
record CommandStatistics(Map<String, Long> calls) {
    private static final String LINE = "cmdstat_";

    static CommandStatistics of(RedisServer server) {
        return new CommandStatistics(server.commands()
                .info("commandstats")
                .lines()
                .filter(line -> line.startsWith(LINE))
                .collect(Collectors.toMap(
                        line -> line.substring(LINE.length(), line.indexOf(':')),
                        line -> Long.valueOf(line.replaceAll(".*:calls=(\\d+).*", "$1")))));
    }

    long calls(String command) {
        return calls.getOrDefault(command, 0L);
    }
}
