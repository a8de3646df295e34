package dev.otpkit;

import dev.otpkit.DeliveryChain.NamedChannel;
import dev.otpkit.event.OtpEvent;
import dev.otpkit.event.OtpEvent.StoreFailed.Operation;
import dev.otpkit.event.OtpListener;
import dev.otpkit.internal.crypto.KeyDerivation;
import dev.otpkit.internal.input.AppName;
import dev.otpkit.internal.input.Arguments;
import dev.otpkit.internal.input.ChannelName;
import dev.otpkit.internal.input.DevelopmentMode;
import dev.otpkit.internal.rules.RecipientState;
import dev.otpkit.internal.state.KeyedRateLimiter;
import dev.otpkit.internal.state.RecipientStates;
import dev.otpkit.internal.state.RecipientStates.Transition;
import dev.otpkit.message.MessageCatalog;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryException;
import dev.otpkit.spi.DeliveryFeedback;
import dev.otpkit.spi.DeliveryReport;
import dev.otpkit.spi.MessageRenderer;
import dev.otpkit.spi.OtpGenerator;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.spi.OtpObserver;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.SendGuard;
import dev.otpkit.spi.Verifier;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates one-time codes, sends them and verifies them.
 *
 * <pre>{@code
 * OtpManager otp = OtpManager.builder().appName("Acme").secret(secret).store(store).channel(channel).build();
 * SendResult sent = otp.send("+966501234567");
 * VerifyResult result = otp.verify("+966501234567", "123456");
 * }</pre>
 *
 * <p>Thread-safe. Every method blocks: for the store, and {@code send} for the provider too. A manager closes nothing
 * that it was given. Outcomes that a correct program can meet are results; exceptions are for misuse
 * ({@link NullPointerException}, {@link IllegalArgumentException}) and for a store that cannot answer
 * ({@link OtpStoreException}), without which nothing is accepted. Each result and each failure of the store is logged
 * and published to the {@linkplain Builder#listener listeners}.
 *
 * <p>The promises, with any store and for any number of processes that share it:
 *
 * <ol>
 *   <li>At most {@link OtpPolicy#maxAttempts()} guesses are answered per challenge, and at most one succeeds. An
 *       attempt is counted before its answer is known.
 *   <li>A resend never restores attempts. Failures also count per recipient over all purposes
 *       ({@link OtpPolicy#failureLimit()}), so new codes allow no guesses beyond that limit. A code that replaces a
 *       live one inherits its attempts; if no channel delivers its message, the old code is valid again, with the
 *       guesses at both counted. A code that is created after expiry, exhaustion, success or {@link #cancel cancel}, or
 *       after the last one was displaced by other challenges or withdrawn because no channel delivered it, starts at
 *       zero; then only the failure limit bounds the sum, and success clears the failures. Each secret has its own
 *       records, so during a rotation up to twice as many guesses are possible.
 *   <li>Limits are exact sliding windows per recipient over all purposes. Every spelling of an address is the same
 *       {@link Recipient}; several addresses of one mailbox are several recipients.
 *   <li>A code works for its recipient, purpose, binding, details and namespace, and nowhere else.
 *   <li>{@code send} never reports {@link SendResult.Sent} for a message that a provider refused, and never sends a
 *       message twice by itself.
 *   <li>The code appears in the message to the provider and nowhere else: never in a log, a {@code toString()}, an
 *       exception, an event, a result, a key or a stored record. Development mode alone also returns it, in
 *       {@link SendResult.Sent#developmentCode()} and {@link SendResult.Sent#developmentMessage()}, and logs it, to
 *       {@code dev.otpkit.development}.
 *   <li>Every record and counter expires. If the store is unavailable, {@code verify} throws an exception and nothing
 *       is accepted.
 *   <li>Input is bounded before it is processed.
 *   <li>No guess at the code of a {@linkplain OtpRequest#decoy() decoy} is ever right. Its results, and all later
 *       answers, are those of a real send.
 *   <li>At most twice the number of a budget of {@link TrafficLimits} gets through within one window, under any
 *       concurrency, apart from exempt recipients, from a conversion that is only recorded, and twice of that while a
 *       new secret is rolled out. An event names the budget that refuses a send.
 *   <li>A send that the {@linkplain Builder#sendGuard guard} refuses, or for which it throws, sends nothing, counts
 *       nothing and makes no code.
 *   <li>All channels of a send together end by {@link Builder#deliveryTimeout}, if they honour the deadline.
 *   <li>A provider's {@linkplain #report report} never makes a code valid, extends it or withdraws it. After an opt-out
 *       nothing is sent over its medium until {@link #optIn optIn}, for up to 400 days.
 *   <li>After {@link #forget forget}, nothing is left that was stored about the recipient before the call, and no code
 *       that was sent before it verifies.
 * </ol>
 *
 * <p>A recipient has at most four challenges, one for each purpose, binding and set of details. A fifth replaces an
 * expired or exhausted one, or else the oldest.
 *
 * <p>Anyone who may call {@code send} without restriction can deny service to a recipient, by using up limits and
 * replacing challenges, and make the application pay for messages: protect it with a login or a CAPTCHA, and set
 * {@link Builder#clientSendLimit} and {@link Builder#trafficLimits}.
 */
public final class OtpManager {
    /** The purpose of a request without one: {@value}. */
    public static final String DEFAULT_PURPOSE = Policies.DEFAULT_PURPOSE;

    private static final Logger LOG = LoggerFactory.getLogger(Loggers.ENGINE);

    private final @Nullable String defaultRegion;
    private final Policies policies;
    private final Optional<RateLimit> clientFailureLimit;
    private final KeyDerivation derivations;
    private final EventPublisher events;
    private final VerifyTargets targets;
    private final DeliveryReports reports;
    private final OtpSender sender;
    private final HelpDesk helpDesk;
    private final Verifier verifier;

    private OtpManager(Builder builder, OtpStore store, OtpSecret secret, Policies policies, TestRecipients tests) {
        this.defaultRegion = builder.defaultRegion;
        this.policies = policies;
        this.clientFailureLimit = Optional.ofNullable(builder.clientFailureLimit);
        RecipientStates current = states(builder, store, secret, policies);
        this.derivations = current.derivations();
        Map<String, DeliveryFeedback> feedback = new LinkedHashMap<>();
        Map<String, String> media = new LinkedHashMap<>();
        for (NamedChannel each : builder.channels) {
            media.put(each.name(), each.medium());
            if (each.feedback() != null) {
                feedback.put(each.name(), each.feedback());
            }
        }
        this.events = new EventPublisher(
                builder.listeners, builder.observers, builder.clock, derivations, new FeedbackQueue(feedback));
        List<RecipientStates> states = new ArrayList<>(2);
        states.add(current);
        OtpSecret previous = secret.previous().orElse(null);
        // The same secret twice would count each guess twice.
        if (previous != null && !MessageDigest.isEqual(previous.bytes(), secret.bytes())) {
            states.add(states(builder, store, previous, policies));
        }
        this.targets = new VerifyTargets(defaultRegion, List.copyOf(states));
        this.reports = new DeliveryReports(media, targets, policies.rules(), events);
        TrafficBudgets traffic = builder.trafficLimits == null || builder.developmentMode
                ? null
                : new TrafficBudgets(
                        builder.trafficLimits,
                        store,
                        states.stream().map(RecipientStates::derivations).toList(),
                        policies.rules(),
                        events);
        CodeDeriver codes = new CodeDeriver(builder.generator);
        MessageWriter messages = new MessageWriter(
                builder.appName, builder.messages == null ? MessageCatalog.create() : builder.messages, builder.clock);
        this.sender = new OtpSender(
                new RecipientSettings(
                        defaultRegion,
                        builder.recipientFilter == null ? recipient -> true : builder.recipientFilter,
                        tests),
                new SendLimits(
                        new KeyedRateLimiter("client sends", builder.clientSendLimit, store, derivations),
                        new KeyedRateLimiter(SendLimits.MAILBOXES, builder.mailboxSendLimit, store, derivations),
                        traffic,
                        builder.clock,
                        events),
                new ChallengeIssuer(policies, codes, current, new SendGate(builder.sendGuard, events), events),
                new DeliveryChain(builder.channels, builder.developmentMode, builder.deliveryTimeout, messages, events),
                events);
        this.helpDesk =
                new HelpDesk(targets.states(), policies, mailboxes(builder, store, states), builder.clock, events);
        StoreVerifier storeVerifier = new StoreVerifier(
                targets,
                policies,
                new ExpectedCodes(codes, tests),
                new VerifyLimits(
                        new KeyedRateLimiter("client failures", builder.clientFailureLimit, store, derivations),
                        traffic),
                events);
        this.verifier = Objects.requireNonNull(builder.verifier.apply(storeVerifier), "verifier must not be null");
    }

    private static RecipientStates states(Builder builder, OtpStore store, OtpSecret secret, Policies policies) {
        KeyDerivation derivations = new KeyDerivation(secret.bytes(), builder.namespace);
        return new RecipientStates(store, derivations, policies.rules(), builder.clock);
    }

    private static List<KeyedRateLimiter> mailboxes(Builder builder, OtpStore store, List<RecipientStates> states) {
        List<KeyedRateLimiter> limiters = new ArrayList<>(states.size());
        for (RecipientStates each : states) {
            limiters.add(
                    new KeyedRateLimiter(SendLimits.MAILBOXES, builder.mailboxSendLimit, store, each.derivations()));
        }
        return limiters;
    }

    /**
     * Returns a builder.
     *
     * @return a builder that holds the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Sends a code for the default purpose, in English, over the first channel that accepts it; see
     * {@link #send(OtpRequest)}.
     *
     * @param address a phone number or an email address, as typed
     * @return the result; {@link SendResult#isSent()} is true if the code can be verified
     * @throws OtpStoreException if the store cannot answer; nothing was sent, but the send may have been counted
     */
    public SendResult send(String address) {
        return send(OtpRequest.to(address));
    }

    /**
     * Sends a code. It is committed to the store before the message leaves, so a code that arrives can be verified.
     *
     * <p>The channels are tried in order, with the same code, until one accepts the message or may have accepted it. If
     * a channel throws an exception other than {@link DeliveryException}, the message counts as possibly sent.
     *
     * @param request the recipient, the purpose and the channels
     * @return the result; {@link SendResult#isSent()} is true if the code can be verified
     * @throws OtpStoreException if the store cannot answer; nothing was sent, but the send may have been counted
     * @throws IllegalStateException if a generator of the application makes a code that does not fit the policy;
     *     nothing was sent
     * @throws VirtualMachineError if the JVM fails while a channel delivers, for example for lack of memory; likewise
     *     {@link LinkageError}. The message may have been sent, and the code stays valid
     * @throws RuntimeException if the application's recipient filter or a channel's {@code supports} throws it, before
     *     anything is counted; or if the renderer does: nothing was sent over that channel, and the challenge is
     *     withdrawn as for {@link SendResult.Undelivered}
     */
    public SendResult send(OtpRequest request) {
        return sender.send(Objects.requireNonNull(request, "request must not be null"));
    }

    /**
     * Verifies a code that was sent for the default purpose; see {@link #verify(VerifyRequest)}.
     *
     * @param address the address of the recipient, in any spelling
     * @param code the code as typed
     * @return the result; {@link VerifyResult#isVerified()} is true if the code was right and is used up
     * @throws OtpStoreException if the store cannot answer; nothing was accepted, but an attempt may have been counted,
     *     or a right code used up
     */
    public VerifyResult verify(String address, String code) {
        return verify(VerifyRequest.of(address, code));
    }

    /**
     * Verifies a code, and uses it up if it is right.
     *
     * <p>White space, dashes and invisible marks in the code are dropped, decimal digits of any script are digits, and
     * letters may be typed in either case. A text that cannot be a code of the purpose's policy costs no attempt.
     *
     * @param request the recipient or challenge, the purpose and the typed code
     * @return the result; {@link VerifyResult#isVerified()} is true if the code was right and is used up
     * @throws OtpStoreException if the store cannot answer; nothing was accepted, but an attempt may have been counted,
     *     or a right code used up
     * @throws IllegalStateException if a generator of the application makes a code that does not fit the policy;
     *     nothing was compared
     * @throws RuntimeException if a {@linkplain Builder#verifier verifier of the application} throws it
     */
    public VerifyResult verify(VerifyRequest request) {
        Objects.requireNonNull(request, "request must not be null");
        Stopwatch watch = events.startVerify(request.purpose());
        try {
            return verify(request, watch);
        } catch (Throwable e) {
            watch.observed().threw(e);
            throw e;
        }
    }

    private VerifyResult verify(VerifyRequest request, Stopwatch watch) {
        VerifyTarget target = targets.of(request);
        VerifyResult result;
        try {
            result = Objects.requireNonNull(
                    verifier.verify(request.resolved(target)), "the answer of the verifier must not be null");
        } catch (OtpStoreException e) {
            events.storeFailed(Operation.VERIFY, target.recipient(), Optional.of(request.purpose()), e, watch);
            throw e;
        }
        if (result instanceof VerifyResult.Verified verified) {
            return events.verified(verified, watch);
        }
        VerifyResult.Rejected rejected = (VerifyResult.Rejected) result;
        return events.rejected(rejected, target.recipient(), request.purpose(), limit(rejected, request), watch);
    }

    private Optional<OtpEvent.Limit> limit(VerifyResult.Rejected rejected, VerifyRequest request) {
        return switch (rejected.reason()) {
            case LOCKED ->
                Optional.of(new OtpEvent.Limit(
                        OtpEvent.Limit.Scope.RECIPIENT,
                        policies.of(request.purpose()).failureLimit()));
            case RATE_LIMITED ->
                clientFailureLimit
                        .filter(limit -> request.clientAddress().isPresent())
                        .map(limit -> new OtpEvent.Limit(OtpEvent.Limit.Scope.CLIENT, limit));
            default -> Optional.empty();
        };
    }

    /**
     * Withdraws all pending codes of a recipient for a purpose, with any binding. Limits and failures do not change.
     *
     * @param address the address of the recipient, in any spelling
     * @param purpose the purpose of the codes, 1 to 64 characters without controls
     * @throws InvalidRecipientException if the address is not a valid recipient
     * @throws OtpStoreException if the store cannot answer; the code may still be valid
     */
    public void cancel(String address, String purpose) {
        cancel(recipient(address), purpose);
    }

    /**
     * Withdraws all pending codes of a recipient for a purpose, with any binding. Limits and failures do not change.
     *
     * @param recipient the recipient of the codes
     * @param purpose the purpose of the codes, 1 to 64 characters without controls
     * @throws OtpStoreException if the store cannot answer; the code may still be valid
     */
    public void cancel(Recipient recipient, String purpose) {
        Objects.requireNonNull(recipient, "recipient must not be null");
        Arguments.label("purpose", purpose, InputLimits.MAX_PURPOSE);
        Stopwatch watch = Stopwatch.start();
        try {
            for (RecipientStates each : targets.states()) {
                long purposeTag = each.derivations().purposeTag(recipient, purpose);
                each.update(recipient, (state, now) -> changed(policies.rules().cancel(state, now, purposeTag)));
            }
        } catch (OtpStoreException e) {
            events.storeFailed(Operation.CANCEL, Optional.of(recipient), Optional.of(purpose), e, watch);
            throw e;
        }
        events.cancelled(recipient, purpose, watch);
    }

    /**
     * Removes the failures of a recipient, so that it is no longer locked: for a help desk. Pending codes, their
     * attempts and send limits do not change.
     *
     * @param address the address of the recipient, in any spelling
     * @throws InvalidRecipientException if the address is not a valid recipient
     * @throws OtpStoreException if the store cannot answer; the failures may still count
     */
    public void unlock(String address) {
        unlock(recipient(address));
    }

    /**
     * Removes the failures of a recipient, so that it is no longer locked: for a help desk. Pending codes, their
     * attempts and send limits do not change.
     *
     * @param recipient the locked recipient
     * @throws OtpStoreException if the store cannot answer; the failures may still count
     */
    public void unlock(Recipient recipient) {
        Objects.requireNonNull(recipient, "recipient must not be null");
        Stopwatch watch = Stopwatch.start();
        try {
            for (RecipientStates each : targets.states()) {
                each.update(recipient, (state, now) -> changed(policies.rules().unlock(state, now)));
            }
        } catch (OtpStoreException e) {
            events.storeFailed(Operation.UNLOCK, Optional.of(recipient), Optional.empty(), e, watch);
            throw e;
        }
        events.unlocked(recipient, watch);
    }

    /**
     * Returns the status of a recipient for a purpose; see {@link #status(Recipient, String)}.
     *
     * @param address the address of the recipient, in any spelling
     * @param purpose the purpose of the codes, 1 to 64 characters without controls
     * @return the status at this moment
     * @throws InvalidRecipientException if the address is not a valid recipient
     * @throws OtpStoreException if the store cannot answer
     */
    public PasscodeStatus status(String address, String purpose) {
        return status(recipient(address), purpose);
    }

    /**
     * Returns the status of a recipient for a purpose: whether a code is pending, the attempts and sends that are left,
     * and the moment of the next send. For a page that shows "resend in 24 s" after a reload, and for a help desk. It
     * changes nothing, and takes one request to the store for each secret.
     *
     * <p>The status says whether a code was sent to an address. Show it only to the person who requested the code, in
     * the session that did so, or to staff; never to anyone who types an address.
     *
     * <p>During a rotation of the secret there are two records. Codes, attempts and locks are those of both, as for
     * {@code verify}; sends left, cooldown and next send are those under the current secret, as for {@code send}.
     *
     * @param recipient the recipient
     * @param purpose the purpose of the codes, 1 to 64 characters without controls
     * @return the status at this moment
     * @throws OtpStoreException if the store cannot answer
     */
    public PasscodeStatus status(Recipient recipient, String purpose) {
        Objects.requireNonNull(recipient, "recipient must not be null");
        Arguments.label("purpose", purpose, InputLimits.MAX_PURPOSE);
        return helpDesk.status(recipient, purpose);
    }

    /**
     * Removes everything about a recipient; see {@link #forget(Recipient)}.
     *
     * @param address the address of the recipient, in any spelling
     * @throws InvalidRecipientException if the address is not a valid recipient
     * @throws OtpStoreException if the store cannot answer; some or all of it may still be there
     */
    public void forget(String address) {
        forget(recipient(address));
    }

    /**
     * Removes everything about a recipient, for example when its account is deleted: pending codes, sends, failures,
     * and opt-outs, under each secret, and the counters of its mailbox ({@link Builder#mailboxSendLimit}), which other
     * addresses of the mailbox share. A code that is on its way is no longer valid. The counters of clients stay, since
     * they belong to the clients.
     *
     * <p>Limits, locks and opt-outs are forgotten too: anyone who can make the application call this method has
     * unlimited guesses and messages. Call it for staff, or after the deletion of an account, and never for a stranger.
     *
     * <p>Of calls at the same moment, one that is committed after the removal leaves a new record: it knows nothing of
     * the old one. A record that this version cannot read is removed as well.
     *
     * @param recipient the recipient
     * @throws OtpStoreException if the store cannot answer; some or all of it may still be there
     */
    public void forget(Recipient recipient) {
        helpDesk.forget(Objects.requireNonNull(recipient, "recipient must not be null"));
    }

    /**
     * Receives a provider's report on a message that it had accepted: logs it, publishes it to the listeners, and keeps
     * the channel that failed and an opt-out for later sends. A report never makes a code valid, extends it or
     * withdraws it.
     *
     * <p>While the code of the message is pending, and if a channel of this manager sent it, a report that it did not
     * arrive makes the next send for the same challenge begin with the channel after that one; a reason of
     * {@link dev.otpkit.spi.DeliveryFailure.Kind#OPTED_OUT} also refuses further sends over the medium of the channel,
     * as {@link SendResult.Refused.Reason#OPTED_OUT}, until {@link #optIn(Recipient, String)}. Reports may be repeated,
     * late and in any order: of several channels that failed, the one that is reported last counts. Everything else is
     * published, and changes nothing: a message that arrived, a code that was used, replaced or has expired, and a
     * report without the id of a challenge, or with one that this manager did not make.
     *
     * <p>Only a report that a message did not arrive, with the id of a challenge, asks the store: usually at most one
     * read and one exchange.
     *
     * @param report the report, for example the one that {@code TwilioStatusCallback} makes of a request signed by
     *     Twilio: pass on none whose origin was not checked
     * @throws OtpStoreException if the store cannot answer; the report was published, but may not be kept
     */
    public void report(DeliveryReport report) {
        reports.report(Objects.requireNonNull(report, "report must not be null"));
    }

    /**
     * Forgets that a recipient has opted out of a medium, for a person who wants messages again; see
     * {@link #optIn(Recipient, String)}.
     *
     * @param address the address of the recipient, in any spelling
     * @param medium the medium, such as {@code sms}
     * @throws InvalidRecipientException if the address is not a valid recipient
     * @throws OtpStoreException if the store cannot answer; sends over the medium may still be refused
     */
    public void optIn(String address, String medium) {
        optIn(recipient(address), medium);
    }

    /**
     * Forgets that a recipient has opted out of a medium, for a person who wants messages again. An opt-out is kept if
     * a provider refuses or reports a message for that reason, for 400 days after the last change of the recipient's
     * record. The provider has its own list, which this method does not change: while the recipient is on it, the next
     * send fails as {@link dev.otpkit.spi.DeliveryFailure.Kind#OPTED_OUT}, and is an opt-out again.
     *
     * @param recipient the recipient
     * @param medium the medium, such as {@code sms}; 1 to 64 characters without controls
     * @throws OtpStoreException if the store cannot answer; sends over the medium may still be refused
     */
    public void optIn(Recipient recipient, String medium) {
        Objects.requireNonNull(recipient, "recipient must not be null");
        reports.optIn(recipient, ChannelName.checked("medium", medium));
    }

    /**
     * Returns the tag that follows a masked recipient in every log line of this manager, by which an operator can find
     * the lines of one person: {@code sent login code to u•••@example.com [3f9ac21e] over smtp}.
     *
     * <p>It is derived from the current secret and the namespace, so that nobody without the secret can find the
     * address that belongs to a tag by trying all numbers. It changes with the secret.
     *
     * @param recipient the recipient
     * @return 8 hexadecimal digits; the chance that any two of 10 000 recipients share a tag is about 1 in 86
     */
    public String logTag(Recipient recipient) {
        return derivations.logTag(Objects.requireNonNull(recipient, "recipient must not be null"));
    }

    private Recipient recipient(String address) {
        return Recipient.parse(Objects.requireNonNull(address, "address must not be null"), defaultRegion);
    }

    private static Transition<RecipientState> changed(RecipientState next) {
        return new Transition<>(next, next);
    }

    /**
     * Builds a manager. Not thread-safe; each setter checks its own range at once, and {@link #build()} checks the
     * whole.
     *
     * <p>A {@link #store} and a {@link #channel} are required, and a {@link #secret} for a store that other processes
     * can see.
     */
    public static final class Builder {
        private static final Duration ADVISED_LIFE = Duration.ofMinutes(10);
        private static final double ADVISED_CHANCE = 0.001;
        private static final Duration MIN_DELIVERY_TIMEOUT = Duration.ofMillis(100);
        private static final Duration MAX_DELIVERY_TIMEOUT = Duration.ofMinutes(10);

        private @Nullable OtpSecret secret;
        private @Nullable OtpStore store;
        private OtpPolicy policy = OtpPolicy.defaults();
        private final Map<String, OtpPolicy> policies = new LinkedHashMap<>();
        private final List<TestRecipients.Entry> testRecipients = new ArrayList<>();
        private OtpGenerator generator = CodeDeriver.uniform();
        private UnaryOperator<Verifier> verifier = UnaryOperator.identity();
        private @Nullable MessageRenderer messages;
        private @Nullable RateLimit clientSendLimit;
        private @Nullable RateLimit clientFailureLimit;
        private @Nullable RateLimit mailboxSendLimit;
        private @Nullable TrafficLimits trafficLimits;
        private String namespace = "";
        private final List<OtpListener> listeners = new ArrayList<>();
        private final List<OtpObserver> observers = new ArrayList<>();
        private String appName = "OTP";
        private final List<NamedChannel> channels = new ArrayList<>();
        private @Nullable String defaultRegion;
        private @Nullable Predicate<Recipient> recipientFilter;
        private @Nullable SendGuard sendGuard;
        private InstantSource clock = InstantSource.system();
        private Duration deliveryTimeout = Duration.ofSeconds(20);
        private boolean developmentMode;

        private Builder() {}

        /**
         * Sets the application's name, as messages show it; {@code OTP} by default.
         *
         * @param appName 1 to 64 characters without controls; short, since it goes into each SMS
         * @return this builder
         */
        public Builder appName(String appName) {
            this.appName = AppName.configured(appName);
            return this;
        }

        /**
         * Sets the secret from which codes, keys and ids are derived. Required if other processes can see the store;
         * otherwise the default is a random one, with which pending codes end with the process.
         *
         * @param secret the same for all managers that share a store and a namespace
         * @return this builder
         */
        public Builder secret(OtpSecret secret) {
            this.secret = Objects.requireNonNull(secret, "secret must not be null");
            return this;
        }

        /**
         * Sets the store of the records. Required; not closed by the manager.
         *
         * @param store the store
         * @return this builder
         */
        public Builder store(OtpStore store) {
            this.store = Objects.requireNonNull(store, "store must not be null");
            return this;
        }

        /**
         * Adds a channel. The order of the calls is the order in which channels are tried. At least one is required,
         * except in development mode; none is closed by the manager.
         *
         * @param channel a channel whose name and medium have 1 to 64 characters without controls
         * @return this builder
         * @throws IllegalArgumentException if another channel has the same name
         */
        public Builder channel(DeliveryChannel channel) {
            return channel(channel, new RecentDeliveries());
        }

        /** Adds a channel, and the sample of its attempts from which decoys draw: for tests of their time. */
        Builder channel(DeliveryChannel channel, RecentDeliveries recent) {
            Objects.requireNonNull(channel, "channel must not be null");
            NamedChannel named = NamedChannel.of(channel, recent);
            for (NamedChannel other : channels) {
                if (other.name().equals(named.name())) {
                    throw new IllegalArgumentException(
                            "name of channel must be unique in a manager, but there are two of " + named.name());
                }
            }
            channels.add(named);
            return this;
        }

        /**
         * Sets the policy of all purposes without a policy of their own; {@link OtpPolicy#defaults()} by default.
         *
         * @param policy the policy; the same for all managers that share a store and a namespace
         * @return this builder
         */
        public Builder policy(OtpPolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy must not be null");
            return this;
        }

        /**
         * Sets the policy of one purpose; a second call for the same purpose replaces the first.
         *
         * @param purpose 1 to 64 characters without controls
         * @param policy the policy; the same for all managers that share a store and a namespace
         * @return this builder
         */
        public Builder policy(String purpose, OtpPolicy policy) {
            policies.put(
                    Arguments.label("purpose", purpose, InputLimits.MAX_PURPOSE),
                    Objects.requireNonNull(policy, "policy must not be null"));
            return this;
        }

        /**
         * Sets the country for phone numbers that are typed without a country code; by default they are refused.
         *
         * @param defaultRegion an ISO 3166 code such as {@code SA}, in any case
         * @return this builder
         */
        public Builder defaultRegion(String defaultRegion) {
            Objects.requireNonNull(defaultRegion, "defaultRegion must not be null");
            this.defaultRegion = PhoneNumber.knownRegion("defaultRegion", defaultRegion);
            return this;
        }

        /**
         * Separates this manager from others with the same store and secret: a code that one sends is neither verified
         * nor counted by the other. None by default.
         *
         * @param namespace 1 to 64 characters without controls
         * @return this builder
         */
        public Builder namespace(String namespace) {
            this.namespace = Arguments.label("namespace", namespace, InputLimits.MAX_NAMESPACE);
            return this;
        }

        /**
         * Sets the generator of codes; the default draws each character independently and uniformly.
         *
         * @param generator a pure function of the numbers that it draws; {@link #build()} tests it for each policy
         * @return this builder
         */
        public Builder generator(OtpGenerator generator) {
            this.generator = Objects.requireNonNull(generator, "generator must not be null");
            return this;
        }

        /**
         * Sets the renderer of messages; {@link MessageCatalog#create()} by default.
         *
         * @param messages the renderer
         * @return this builder
         */
        public Builder messages(MessageRenderer messages) {
            this.messages = Objects.requireNonNull(messages, "messages must not be null");
            return this;
        }

        /**
         * Wraps the default verifier, which checks the store, to audit or to add a second check; a second call replaces
         * the first.
         *
         * @param verifier a function that receives the default verifier and returns the one to use; called once, by
         *     {@link #build()}
         * @return this builder
         */
        public Builder verifier(UnaryOperator<Verifier> verifier) {
            this.verifier = Objects.requireNonNull(verifier, "verifier must not be null");
            return this;
        }

        /**
         * Sets the filter of recipients, for countries, number types or block lists; {@link Recipients} has ready-made
         * ones. A send to a recipient that it does not allow is refused as
         * {@link SendResult.Refused.Reason#NOT_ALLOWED}. By default all are allowed.
         *
         * @param recipientFilter true for each recipient that may be sent to, email addresses included; quick and
         *     thread-safe. An exception that it throws reaches the caller of {@code send}
         * @return this builder
         */
        public Builder recipientFilter(Predicate<Recipient> recipientFilter) {
            this.recipientFilter = Objects.requireNonNull(recipientFilter, "recipientFilter must not be null");
            return this;
        }

        /**
         * Sets the guard that is asked before each send; none by default. With one, each send that reaches it costs one
         * request more to the store, which reads the recipient's record.
         *
         * @param sendGuard the guard, asked on the thread of {@code send}
         * @return this builder
         */
        public Builder sendGuard(SendGuard sendGuard) {
            this.sendGuard = Objects.requireNonNull(sendGuard, "sendGuard must not be null");
            return this;
        }

        /**
         * Limits the sends of each client address, over all recipients; none by default. A request without a
         * {@link OtpRequest#clientAddress} is not limited. A send that no channel delivered counts; one that was
         * refused, or that the store did not commit, does not.
         *
         * <p>The sliding window is estimated from two fixed ones, as if the sends of the previous one had been spread
         * over it evenly: a client that sends in bursts may get almost twice the number through within one window, and
         * may be refused while fewer than the number count.
         *
         * @param limit the number of sends and the window
         * @return this builder
         */
        public Builder clientSendLimit(RateLimit limit) {
            this.clientSendLimit = Objects.requireNonNull(limit, "limit must not be null");
            return this;
        }

        /**
         * Limits the wrong codes of each client address, over all recipients, against a client that makes one guess at
         * each of many. None by default; estimated as for {@link #clientSendLimit}. A request without a
         * {@link VerifyRequest#clientAddress} is not limited.
         *
         * @param limit the number of wrong codes and the window
         * @return this builder
         */
        public Builder clientFailureLimit(RateLimit limit) {
            this.clientFailureLimit = Objects.requireNonNull(limit, "limit must not be null");
            return this;
        }

        /**
         * Limits the sends to each mailbox, over all addresses that its provider is known to deliver to it; none by
         * default, estimated as for {@link #clientSendLimit}. Without it, each of {@code user+1@gmail.com},
         * {@code user+2@gmail.com} and {@code u.ser@gmail.com} is a recipient with limits of its own, and all their
         * mails arrive in one mailbox.
         *
         * <p>The known providers are Gmail (tags and dots), Proton (tags, dots, hyphens and underscores), and iCloud,
         * Outlook.com and Fastmail (tags), under their own main domains. Addresses of other domains are not counted,
         * since there they may be mailboxes of different people.
         *
         * @param limit the number of sends and the window; more than the policy allows one recipient, such as 20 in a
         *     day
         * @return this builder
         */
        public Builder mailboxSendLimit(RateLimit limit) {
            this.mailboxSendLimit = Objects.requireNonNull(limit, "limit must not be null");
            return this;
        }

        /**
         * Sets budgets for messages over all recipients, against SMS pumping; none by default. They are ignored in
         * development mode.
         *
         * @param limits the budgets; the same for all managers that share a store and a namespace
         * @return this builder
         */
        public Builder trafficLimits(TrafficLimits limits) {
            this.trafficLimits = Objects.requireNonNull(limits, "limits must not be null");
            return this;
        }

        /**
         * Adds a listener. Listeners receive each event in the order in which they were added.
         *
         * @param listener a quick and thread-safe listener
         * @return this builder
         */
        public Builder listener(OtpListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener must not be null"));
            return this;
        }

        /**
         * Adds an observer of the start and the end of sends, verifications and deliveries, for traces; none by
         * default, and then nothing is observed. A listener is enough for results.
         *
         * @param observer a quick and thread-safe observer
         * @return this builder
         */
        public Builder observer(OtpObserver observer) {
            observers.add(Objects.requireNonNull(observer, "observer must not be null"));
            return this;
        }

        /**
         * Sets the clock; the system's by default. All managers that share a store should agree on the time.
         *
         * @param clock the clock, read once per decision, in milliseconds
         * @return this builder
         */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(clock, "clock must not be null");
            return this;
        }

        /**
         * Sets the time that all channels of a send may take together; 20 seconds by default. Each channel receives the
         * rest of it, in {@link OtpMessage#deadline()}. The first channel is always tried, and no further one once
         * nothing is left: the send is then {@link SendResult.Undelivered} with the failures until then. A channel that
         * does not look at the deadline may exceed it, since a delivery is never interrupted.
         *
         * @param deliveryTimeout from 100 milliseconds to 10 minutes
         * @return this builder
         */
        public Builder deliveryTimeout(Duration deliveryTimeout) {
            this.deliveryTimeout =
                    Arguments.within("deliveryTimeout", deliveryTimeout, MIN_DELIVERY_TIMEOUT, MAX_DELIVERY_TIMEOUT);
            return this;
        }

        /**
         * Turns development mode on, in which nothing is sent: codes are logged to {@code dev.otpkit.development},
         * whole messages there at DEBUG, and both are returned, in {@link SendResult.Sent#developmentCode()} and
         * {@link SendResult.Sent#developmentMessage()}. It replaces every channel, so that an application can be tried
         * without any account. Off by default.
         *
         * <p>{@link #build()} refuses it in production: if {@code prod}, {@code production}, {@code prd} or
         * {@code live}, in any case, alone or among others, is the value of a variable, a system property or an
         * argument that usually names the environment: {@code OTP_ENV}, {@code APP_ENV}, {@code ENV},
         * {@code ENVIRONMENT}, {@code SPRING_PROFILES_ACTIVE}, {@code QUARKUS_PROFILE}, {@code MICRONAUT_ENVIRONMENTS},
         * {@code spring.profiles.active} and others, which the page "Go to production" lists.
         *
         * @param developmentMode true to send nothing
         * @return this builder
         */
        public Builder developmentMode(boolean developmentMode) {
            this.developmentMode = developmentMode;
            return this;
        }

        /**
         * Gives a recipient a fixed code for one purpose until a moment, as the reviewers of app stores ask for. Until
         * then nothing is delivered to it; {@code send} must still be called first, and limits and attempts apply as
         * for everyone. After that moment the fixed code is ignored, with a warning.
         *
         * @param recipient the address of the recipient, in any spelling; read by {@link #build()}
         * @param purpose the purpose of the code, 1 to 64 characters without controls
         * @param code a code that fits the purpose's policy; checked by {@link #build()}
         * @param until the end of the fixed code, at most 90 days from now; checked by {@link #build()}
         * @return this builder
         */
        public Builder testRecipient(String recipient, String purpose, String code, Instant until) {
            Objects.requireNonNull(recipient, "recipient must not be null");
            return testRecipient(region -> Recipient.parse(recipient, region), purpose, code, until);
        }

        /**
         * Gives a recipient a fixed code for one purpose until a moment, as {@link #testRecipient(String, String,
         * String, Instant)} does.
         *
         * @param recipient the recipient
         * @param purpose the purpose of the code, 1 to 64 characters without controls
         * @param code a code that fits the purpose's policy; checked by {@link #build()}
         * @param until the end of the fixed code, at most 90 days from now; checked by {@link #build()}
         * @return this builder
         */
        public Builder testRecipient(Recipient recipient, String purpose, String code, Instant until) {
            Objects.requireNonNull(recipient, "recipient must not be null");
            return testRecipient(region -> recipient, purpose, code, until);
        }

        private Builder testRecipient(
                Function<@Nullable String, Recipient> recipient, String purpose, String code, Instant until) {
            Arguments.label("purpose", purpose, InputLimits.MAX_PURPOSE);
            Objects.requireNonNull(code, "code must not be null");
            Objects.requireNonNull(until, "until must not be null");
            testRecipients.add(new TestRecipients.Entry(recipient, purpose, code, until));
            return this;
        }

        /**
         * Returns the manager.
         *
         * @return a thread-safe manager, which has nothing to close
         * @throws IllegalStateException if the settings cannot work: no store, no channel, no secret for a store that
         *     other processes can see, a generator that is not a pure function of the numbers that it draws, a test
         *     recipient whose code does not fit its policy or whose time is too far away, development mode in
         *     production
         * @throws InvalidRecipientException if the address of a test recipient is not a valid recipient
         */
        public OtpManager build() {
            if (store == null) {
                throw new IllegalStateException("store must be set");
            }
            if (channels.isEmpty() && !developmentMode) {
                throw new IllegalStateException("channel must be set at least once, unless developmentMode is on");
            }
            if (secret == null && store.isShared()) {
                throw new IllegalStateException("secret must be set, since other processes can see the store "
                        + store.getClass().getName());
            }
            boolean remembersSuccess = trafficLimits != null && trafficLimits.exemptsVerified();
            Policies allPolicies = new Policies(policy, policies, remembersSuccess);
            Set<Map.Entry<String, OtpPolicy>> named = allPolicies.named().entrySet();
            for (Map.Entry<String, OtpPolicy> each : named) {
                CodeDeriver.tryOut(generator, each.getKey(), each.getValue());
            }
            TestRecipients tests = TestRecipients.of(testRecipients, defaultRegion, allPolicies, clock);
            if (developmentMode) {
                DevelopmentMode.refuseProduction(System.getenv(), System.getProperties());
                LOG.warn("development mode: codes are logged and returned, and nothing is sent");
            }
            warnOfPumping();
            for (Map.Entry<String, OtpPolicy> each : named) {
                warnOfLongLife(each.getKey(), each.getValue());
            }
            for (Map.Entry<String, OtpPolicy> each : named) {
                warnOfLikelyGuesses(each.getKey(), each.getValue());
            }
            return new OtpManager(this, store, secret == null ? OtpSecret.random() : secret, allPolicies, tests);
        }

        /** Warns if anyone can make the application pay for messages to any number of the world. */
        private void warnOfPumping() {
            boolean restricted = recipientFilter != null || trafficLimits != null || sendGuard != null;
            if (restricted || developmentMode) {
                return;
            }
            for (NamedChannel channel : channels) {
                if (!channel.medium().equals("email")) {
                    LOG.warn(
                            "channel {} may send to any phone number of any country, which invites SMS pumping: set"
                                    + " recipientFilter, for example Recipients.countries and Recipients.mobile,"
                                    + " trafficLimits or sendGuard",
                            channel.name());
                    return;
                }
            }
        }

        private static void warnOfLikelyGuesses(String name, OtpPolicy policy) {
            double guesses = policy.guessesPerDay();
            double codes = Math.pow(policy.alphabet().size(), policy.length());
            if (guesses / codes > ADVISED_CHANCE) {
                LOG.warn(
                        "{}: an attacker who makes every answered guess, about {} a day, finds one of {} codes"
                                + " with a chance of 1 in {} per day and recipient, above the advised 1 in {};"
                                + " use longer codes, fewer attempts, or stricter sendLimits or failureLimit",
                        name,
                        Math.round(guesses),
                        (long) codes,
                        Math.max(1, (long) (codes / guesses)),
                        Math.round(1 / ADVISED_CHANCE));
            }
        }

        private static void warnOfLongLife(String name, OtpPolicy policy) {
            Duration expiry = policy.expiry();
            Duration life = policy.resend() == Resend.REUSE ? expiry.plus(expiry) : expiry;
            if (life.compareTo(ADVISED_LIFE) > 0) {
                LOG.warn(
                        "{}: a code can live {}, longer than the {} of NIST SP 800-63B-4 and ASVS 6.5.5",
                        name,
                        life,
                        ADVISED_LIFE);
            }
        }
    }
}
