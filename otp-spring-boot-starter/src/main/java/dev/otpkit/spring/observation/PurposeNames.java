package dev.otpkit.spring.observation;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The purposes that keep their names as values of a key. A purpose may come from a client, and a key must have few
 * values. Thread-safe.
 */
final class PurposeNames {
    /** The number of purposes that keep their names without being configured. */
    static final int FIRST = 32;

    /** The value for all other purposes. */
    static final String OTHER = "other";

    private final Set<String> configured;
    private final int room;
    private final Set<String> first = ConcurrentHashMap.newKeySet();

    private PurposeNames(Set<String> configured, int room) {
        this.configured = Set.copyOf(configured);
        this.room = room;
    }

    /** Returns the names of these purposes alone. */
    static PurposeNames only(Set<String> configured) {
        return new PurposeNames(configured, 0);
    }

    /** Returns the names of these purposes, and of the first others that come. */
    static PurposeNames andTheFirstOthers(Set<String> configured) {
        return new PurposeNames(configured, FIRST);
    }

    String of(String purpose) {
        return configured.contains(purpose) || first.contains(purpose) || isAmongTheFirst(purpose) ? purpose : OTHER;
    }

    private boolean isAmongTheFirst(String purpose) {
        if (first.size() >= room) {
            return false;
        }
        synchronized (first) {
            return first.size() < room ? first.add(purpose) : first.contains(purpose);
        }
    }
}
