package dev.otpkit.spring.observation;

import dev.otpkit.OtpStoreException;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpObserver;
import dev.otpkit.spring.observation.OtpObservationConvention.Conventions;
import io.micrometer.observation.ObservationRegistry;
import java.util.Optional;

/** Observes a manager by Micrometer. The scope of each observation is open while its operation runs. Thread-safe. */
final class MicrometerObserver implements OtpObserver {
    private final ObservationRegistry registry;
    private final Conventions conventions;

    MicrometerObserver(ObservationRegistry registry, PurposeNames purposes) {
        this.registry = registry;
        this.conventions = Conventions.of(purposes);
    }

    @Override
    public Observation start(Operation operation) {
        OtpObservationContext context = new OtpObservationContext(operation);
        var observation = io.micrometer.observation.Observation.createNotStarted(
                null, conventions.of(operation), () -> context, registry);
        boolean opened = false;
        try {
            observation.start();
            Open open = new Open(context, observation, observation.openScope(), registry);
            opened = true;
            return open;
        } finally {
            if (!opened) {
                abandon(context, observation);
            }
        }
    }

    /** Ends an observation that a handler did not let start, since no one else will. */
    private void abandon(OtpObservationContext context, io.micrometer.observation.Observation observation) {
        var scope = registry.getCurrentObservationScope();
        if (scope != null && observation.equals(scope.getCurrentObservation())) {
            new Open(context, observation, scope, registry).stop();
        } else {
            observation.stop();
        }
    }

    /** An observation whose scope is open. Both end even if a handler throws. */
    private record Open(
            OtpObservationContext context,
            io.micrometer.observation.Observation observation,
            io.micrometer.observation.Observation.Scope scope,
            ObservationRegistry registry)
            implements Observation {

        @Override
        public void ended(OtpEvent event) {
            context.ended(event);
            try {
                if (event instanceof OtpEvent.StoreFailed failed) {
                    observation.error(new OtpStoreException(failed.detail()));
                }
            } finally {
                stop();
            }
        }

        @Override
        public void delivered(Optional<DeliveryFailure> failure) {
            failure.ifPresentOrElse(context::failed, context::ended);
            stop();
        }

        @Override
        public void threw(Class<? extends Throwable> type) {
            context.ended();
            try {
                observation.error(new OtpCallException(type));
            } finally {
                stop();
            }
        }

        private void stop() {
            try {
                scope.close();
            } finally {
                // A handler that throws leaves the scope to the next operation of this thread.
                if (scope.equals(registry.getCurrentObservationScope())) {
                    registry.setCurrentObservationScope(scope.getPreviousObservationScope());
                }
                observation.stop();
            }
        }
    }

    /**
     * Stands for an exception whose text must not be in a trace, since it may contain a code. It has the name of its
     * class as text, and no stack trace.
     */
    private static final class OtpCallException extends RuntimeException {
        private static final long serialVersionUID = 1;

        OtpCallException(Class<? extends Throwable> type) {
            super(type.getName(), null, false, false);
        }
    }
}
