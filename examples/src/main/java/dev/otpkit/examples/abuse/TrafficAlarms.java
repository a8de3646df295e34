package dev.otpkit.examples.abuse;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Raises an alarm when a budget is exceeded for the first time, and counts the sends that exceed it. Thread-safe. */
public final class TrafficAlarms implements OtpListener {
    private final Map<String, Long> exceeded = new ConcurrentHashMap<>();
    private final Consumer<String> alarm;

    /**
     * Creates a listener.
     *
     * @param alarm receives one line when a budget is exceeded for the first time
     */
    public TrafficAlarms(Consumer<String> alarm) {
        this.alarm = alarm;
    }

    @Override
    public void on(OtpEvent event) {
        if (event instanceof OtpEvent.TrafficLimited limited) {
            // One alarm for all clients, and one for all prefixes: an attack has any number of them.
            String budget = switch (limited.budget()) {
                case IN_ALL, COUNTRY, COUNTRY_CONVERSION -> limited.budget() + " of " + limited.key();
                default -> limited.budget().name();
            };
            if (exceeded.merge(budget, 1L, Long::sum) == 1) {
                alarm.accept(budget + ": " + limited.count() + " of " + limited.limit() + " in " + limited.window()
                        + (limited.enforced() ? ", refused" : ", recorded only"));
            }
        }
    }

    /**
     * Returns the number of sends that exceeded a budget.
     *
     * @param budget the budget, of a country with its key, such as {@code COUNTRY of SA} or {@code PREFIX}
     * @return zero if none did
     */
    public long exceeded(String budget) {
        return exceeded.getOrDefault(budget, 0L);
    }
}
