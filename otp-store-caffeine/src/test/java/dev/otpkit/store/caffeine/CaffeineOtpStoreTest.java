package dev.otpkit.store.caffeine;

import dev.otpkit.spi.OtpStore;
import dev.otpkit.testkit.OtpStoreContract;
import dev.otpkit.testkit.ServerFaults;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

class CaffeineOtpStoreTest extends OtpStoreContract {
    private static final Pattern SIZE = Pattern.compile("(?:records|counters)=(\\d+)");

    private final AtomicLong ahead = new AtomicLong();
    private CaffeineOtpStore store;

    @Override
    protected OtpStore createStore() {
        store = CaffeineOtpStore.builder()
                .ticker(() -> System.nanoTime() + ahead.get())
                .build();
        return store;
    }

    /** Returns none: the store is in the memory of this JVM. */
    @Override
    protected Optional<ServerFaults> server() {
        return Optional.empty();
    }

    @Override
    protected boolean passTime(Duration time) {
        ahead.addAndGet(time.toNanos());
        return true;
    }

    @Override
    protected OptionalLong entries() {
        return OptionalLong.of(SIZE.matcher(store.toString())
                .results()
                .map(MatchResult::group)
                .mapToLong(size -> Long.parseLong(size.substring(size.indexOf('=') + 1)))
                .sum());
    }

    /** Returns false: memory has no transactions. */
    @Override
    protected boolean rollBackAfter(Runnable work) {
        return false;
    }
}
