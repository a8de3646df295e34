package dev.otpkit.spring.observation;

import dev.otpkit.Recipient;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.OtpObserver.Operation;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The name and the keys of one kind of observation. The keys are the same at the start and at the end, for each kind
 * and each outcome, since some registries refuse a meter whose keys change. Thread-safe.
 */
final class OtpObservationConvention implements ObservationConvention<OtpObservationContext> {
    private static final String ERROR = "error";

    private final String name;
    private final PurposeNames purposes;

    /** The media of the channels that have delivered, by name; shared by the conventions of one observer. */
    private final Map<String, String> media;

    private OtpObservationConvention(String name, PurposeNames purposes, Map<String, String> media) {
        this.name = name;
        this.purposes = purposes;
        this.media = media;
    }

    /** The conventions of one observer. */
    record Conventions(
            OtpObservationConvention send, OtpObservationConvention deliver, OtpObservationConvention verify) {
        static Conventions of(PurposeNames purposes) {
            Map<String, String> media = new ConcurrentHashMap<>();
            return new Conventions(
                    new OtpObservationConvention("otpkit.send", purposes, media),
                    new OtpObservationConvention("otpkit.deliver", purposes, media),
                    new OtpObservationConvention("otpkit.verify", purposes, media));
        }

        OtpObservationConvention of(Operation operation) {
            if (operation instanceof Operation.Delivery delivery) {
                deliver.media.putIfAbsent(delivery.channel(), delivery.medium());
                return deliver;
            }
            return operation instanceof Operation.Send ? send : verify;
        }
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof OtpObservationContext;
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(OtpObservationContext context) {
        String channel = channel(context);
        return KeyValues.of(
                OtpKeys.PURPOSE,
                purposes.of(context.operation().purpose()),
                OtpKeys.OUTCOME,
                outcome(context),
                OtpKeys.CHANNEL,
                channel,
                OtpKeys.MEDIUM,
                media.getOrDefault(channel, OtpKeys.NONE),
                OtpKeys.COUNTRY,
                OtpKeys.country(recipient(context)));
    }

    private static String outcome(OtpObservationContext context) {
        if (!context.hasEnded()) {
            return OtpKeys.NONE;
        }
        if (context.getError() != null) {
            return ERROR;
        }
        return context.event().isPresent()
                ? outcome(context.event().get())
                : context.failure().map(OtpObservationConvention::outcome).orElse("sent");
    }

    private static String outcome(OtpEvent event) {
        if (event instanceof OtpEvent.Sent sent) {
            return sent.confirmed() ? "sent" : "unconfirmed";
        }
        if (event instanceof OtpEvent.Undelivered) {
            return "undelivered";
        }
        if (event instanceof OtpEvent.Refused refused) {
            return OtpKeys.of(refused.reason());
        }
        if (event instanceof OtpEvent.Verified) {
            return "verified";
        }
        return event instanceof OtpEvent.Rejected rejected ? OtpKeys.of(rejected.reason()) : ERROR;
    }

    private static String outcome(DeliveryFailure failure) {
        return failure.kind() == DeliveryFailure.Kind.UNCERTAIN ? "unconfirmed" : OtpKeys.of(failure.kind());
    }

    private static String channel(OtpObservationContext context) {
        if (context.operation() instanceof Operation.Delivery delivery) {
            return delivery.channel();
        }
        return context.event().orElse(null) instanceof OtpEvent.Sent sent ? sent.channel() : OtpKeys.NONE;
    }

    private static Optional<Recipient> recipient(OtpObservationContext context) {
        if (context.operation() instanceof Operation.Delivery delivery) {
            return Optional.of(delivery.recipient());
        }
        OtpEvent event = context.event().orElse(null);
        if (event instanceof OtpEvent.Sent sent) {
            return Optional.of(sent.recipient());
        }
        if (event instanceof OtpEvent.Undelivered undelivered) {
            return Optional.of(undelivered.recipient());
        }
        if (event instanceof OtpEvent.Refused refused) {
            return refused.recipient();
        }
        if (event instanceof OtpEvent.Verified verified) {
            return Optional.of(verified.recipient());
        }
        if (event instanceof OtpEvent.Rejected rejected) {
            return rejected.recipient();
        }
        return event instanceof OtpEvent.StoreFailed failed ? failed.recipient() : Optional.empty();
    }
}
