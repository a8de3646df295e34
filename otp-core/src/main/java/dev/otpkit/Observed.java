package dev.otpkit;

import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpObserver;
import dev.otpkit.spi.OtpObserver.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The observations of one operation by the observers of a manager, which end once: the first end counts. Used by one
 * thread.
 */
final class Observed {
    /** No observation: ends without effect. */
    static final Observed BY_NONE = new Observed(List.of());

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.ENGINE);

    private List<Observation> observations;

    private Observed(List<Observation> observations) {
        this.observations = observations;
    }

    /** Starts an observation by each observer; one that throws has none. */
    static Observed start(List<OtpObserver> observers, OtpObserver.Operation operation) {
        List<Observation> observations = new ArrayList<>(observers.size());
        for (OtpObserver observer : observers) {
            try {
                observations.add(Objects.requireNonNull(observer.start(operation), "the observation must not be null"));
            } catch (Throwable e) {
                ignored(e);
            }
        }
        return new Observed(observations);
    }

    boolean isByAny() {
        return !observations.isEmpty();
    }

    void ended(OtpEvent event) {
        endEach(observation -> observation.ended(event));
    }

    void delivered(@Nullable DeliveryFailure failure) {
        endEach(observation -> observation.delivered(Optional.ofNullable(failure)));
    }

    void threw(Throwable thrown) {
        endEach(observation -> observation.threw(thrown.getClass()));
    }

    private void endEach(Consumer<Observation> end) {
        if (observations.isEmpty()) {
            return;
        }
        List<Observation> ending = observations;
        observations = List.of();
        for (int i = ending.size() - 1; i >= 0; i--) {
            try {
                end.accept(ending.get(i));
            } catch (Throwable e) {
                ignored(e);
            }
        }
    }

    private static void ignored(Throwable e) {
        // No exception of an observer changes a result: the message may have been sent, or the code is used up.
        LOG.error("an observer threw; ignored", e);
    }
}
