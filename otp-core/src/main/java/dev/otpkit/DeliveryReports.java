package dev.otpkit;

import dev.otpkit.event.OtpEvent.StoreFailed.Operation;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.rules.Challenge;
import dev.otpkit.internal.rules.RecipientRules;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.state.RecipientStates;
import dev.otpkit.internal.state.RecipientStates.Transition;
import dev.otpkit.spi.DeliveryFailure;
import dev.otpkit.spi.DeliveryReport;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Receives the reports of providers, and keeps failed channels and opt-outs in the record. Thread-safe. */
final class DeliveryReports {
    private final Map<String, String> media;
    private final VerifyTargets targets;
    private final RecipientRules rules;
    private final EventPublisher events;

    /**
     * Creates the receiver of a manager.
     *
     * @param media the medium of each channel, by its name
     */
    DeliveryReports(Map<String, String> media, VerifyTargets targets, RecipientRules rules, EventPublisher events) {
        this.media = Map.copyOf(media);
        this.targets = targets;
        this.rules = rules;
        this.events = events;
    }

    /**
     * Keeps what matters of a report, and publishes it.
     *
     * @throws OtpStoreException if the store cannot answer; the report is published, but may not be kept
     */
    void report(DeliveryReport report) {
        Stopwatch watch = Stopwatch.start();
        Optional<VerifyTargets.Opened> opened = report.challengeId().flatMap(targets::open);
        Optional<Recipient> recipient = opened.map(each -> each.challenge().recipient());
        Optional<String> purpose = opened.map(each -> each.challenge().purpose());
        OtpStoreException failed = null;
        try {
            // Before the event: a listener may send again, over the next channel.
            if (opened.isPresent()) {
                keep(report, opened.get());
            }
        } catch (OtpStoreException e) {
            failed = e;
        }
        events.delivery(report, recipient, purpose);
        if (failed != null) {
            events.storeFailed(Operation.REPORT, recipient, purpose, failed, watch);
            throw failed;
        }
    }

    /**
     * Keeps the channel of a message that did not arrive, and an opt-out, while its code is pending. A message that
     * arrived changes nothing, so the store is not asked about most reports.
     */
    private void keep(DeliveryReport report, VerifyTargets.Opened opened) {
        String medium = media.get(report.channel());
        DeliveryFailure failure = report.failure().orElse(null);
        if (medium == null || failure == null) {
            return;
        }
        RecipientStates states = opened.states();
        Recipient recipient = opened.challenge().recipient();
        KeyDerivation derivations = states.derivations();
        long handle = opened.challenge().handle();
        Predicate<Challenge> asked = challenge -> derivations.handle(challenge.nonce()) == handle;
        boolean optsOut = failure.kind() == DeliveryFailure.Kind.OPTED_OUT;
        boolean optedOut = states.update(recipient, (state, now) -> {
            RecipientState next = rules.didNotArrive(state, now, asked, report.channel());
            if (optsOut && rules.isReported(state, now, asked)) {
                next = rules.optOut(next, now, medium);
            }
            return new Transition<>(!next.standing().equals(state.standing()), next);
        });
        if (optedOut) {
            RecipientStates current = targets.states().get(0);
            if (states != current) {
                // The message was sent under the previous secret, and the next send looks at this record.
                current.update(recipient, (state, now) -> {
                    RecipientState next = rules.optOut(state, now, medium);
                    return new Transition<>(next, next);
                });
            }
            events.optedOut(recipient, medium);
        }
    }

    /**
     * Forgets an opt-out under each secret, and publishes that.
     *
     * @throws OtpStoreException if the store cannot answer; sends over the medium may still be refused
     */
    void optIn(Recipient recipient, String medium) {
        Stopwatch watch = Stopwatch.start();
        try {
            for (RecipientStates each : targets.states()) {
                each.update(recipient, (state, now) -> {
                    RecipientState next = rules.optIn(state, now, medium);
                    return new Transition<>(next, next);
                });
            }
        } catch (OtpStoreException e) {
            events.storeFailed(Operation.OPT_IN, Optional.of(recipient), Optional.empty(), e, watch);
            throw e;
        }
        events.optedIn(recipient, medium, watch);
    }
}
