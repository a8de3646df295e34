package dev.otpkit.spring.observation;

import dev.otpkit.spi.OtpStore;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * The health of the store: up if it answers a read within its own time-out. The read is of a key that no record has. A
 * store that answers reads and refuses writes is up. Thread-safe.
 */
final class OtpStoreHealthIndicator implements HealthIndicator {
    private static final String KEY = "health";

    private final OtpStore store;

    OtpStoreHealthIndicator(OtpStore store) {
        this.store = store;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up().withDetail("store", store.getClass().getSimpleName());
        try {
            store.get(KEY);
        } catch (RuntimeException e) {
            // Whatever a store of the application throws, it has not answered. The text may name a host.
            health.down().withDetail("error", e.getClass().getName());
            if (e.getCause() != null) {
                health.withDetail("cause", e.getCause().getClass().getName());
            }
        }
        return health.build();
    }
}
