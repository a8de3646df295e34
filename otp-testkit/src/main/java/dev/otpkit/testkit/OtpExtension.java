package dev.otpkit.testkit;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.spi.OtpStore;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A JUnit Jupiter extension that gives each test its own {@link OtpManager} and its parts.
 *
 * <pre>{@code
 * @ExtendWith(OtpExtension.class)
 * class SignInTest {
 *     @Test
 *     void acceptsTheCode(OtpManager otp, RecordingChannel channel) {
 *         otp.send("someone@example.com");
 *         assertTrue(otp.verify("someone@example.com", channel.lastCode()).isVerified());
 *     }
 * }
 * }</pre>
 *
 * <p>A test method, and a method that is annotated with {@code @BeforeEach} or {@code @AfterEach}, may have parameters
 * of these types. For one test they are the same objects and belong together; no two tests share any.
 *
 * <ul>
 *   <li>{@link OtpManager}: has the others, a random secret, and otherwise the defaults;
 *   <li>{@link RecordingChannel}: by default it is named {@code recording}, has the medium {@code recording} and
 *       reaches phone numbers and email addresses;
 *   <li>{@link FaultyStore}: works at first; in memory by default;
 *   <li>{@link MutableClock}: shows midnight of 1 January 2026, UTC, at first;
 *   <li>{@link RecordingListener}: has the events of the manager.
 * </ul>
 *
 * <p>To change the defaults, register an extension from {@link #builder()} in a field with {@code @RegisterExtension}.
 * Tests may run in parallel: what belongs to a test is in JUnit's store for that test.
 */
public final class OtpExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final List<Class<?>> TYPES = List.of(
            OtpManager.class, RecordingChannel.class, FaultyStore.class, MutableClock.class, RecordingListener.class);

    private final Supplier<RecordingChannel> channel;
    private final Supplier<? extends OtpStore> store;
    private final Consumer<OtpManager.Builder> manager;

    /** Creates an extension with the defaults, for {@code @ExtendWith}. */
    public OtpExtension() {
        this(new Builder());
    }

    private OtpExtension(Builder builder) {
        channel = builder.channel;
        store = builder.store;
        manager = builder.manager;
    }

    /**
     * Returns a builder that holds the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        RecordingChannel recording = Objects.requireNonNull(channel.get(), "channel must not be null");
        FaultyStore faulty = FaultyStore.around(Objects.requireNonNull(store.get(), "store must not be null"));
        MutableClock clock = MutableClock.create();
        RecordingListener listener = RecordingListener.create();
        // A record in JUnit's store, since JUnit closes what can be closed there from 5.13 on, and nothing before.
        store(context).put(Surroundings.class, new Surroundings(recording, faulty, clock, listener));
        OtpManager.Builder builder = OtpManager.builder()
                .secret(OtpSecret.random())
                .store(faulty)
                .channel(recording)
                // Nothing leaves, so the warning about SMS pumping would be noise in each test.
                .recipientFilter(recipient -> true)
                .listener(listener)
                .clock(clock);
        manager.accept(builder);
        store(context).put(OtpManager.class, builder.build());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Surroundings surroundings = store(context).get(Surroundings.class, Surroundings.class);
        if (surroundings != null) {
            surroundings.store().close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return TYPES.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        Surroundings surroundings = store(context).get(Surroundings.class, Surroundings.class);
        OtpManager otp = store(context).get(OtpManager.class, OtpManager.class);
        if (surroundings == null || otp == null) {
            throw new ParameterResolutionException(type.getSimpleName()
                    + " can be a parameter of a test, of @BeforeEach and of @AfterEach only:"
                    + " each test has its own");
        }
        return Stream.of(
                        otp,
                        surroundings.channel(),
                        surroundings.store(),
                        surroundings.clock(),
                        surroundings.listener())
                .filter(type::isInstance)
                .findFirst()
                .orElseThrow();
    }

    private record Surroundings(
            RecordingChannel channel, FaultyStore store, MutableClock clock, RecordingListener listener) {}

    private ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(ExtensionContext.Namespace.create(OtpExtension.class, this));
    }

    /** Builds an extension. Not thread-safe. */
    public static final class Builder {
        private Supplier<RecordingChannel> channel = () -> RecordingChannel.named("recording", "recording");
        private Supplier<? extends OtpStore> store = MapOtpStore::new;
        private Consumer<OtpManager.Builder> manager = builder -> {};

        private Builder() {}

        /**
         * Sets the channel of each test, for an application that picks channels by name or medium.
         *
         * @param channel returns a new channel for each test, such as {@code RecordingChannel::sms}
         * @return this builder
         */
        public Builder channel(Supplier<RecordingChannel> channel) {
            this.channel = Objects.requireNonNull(channel, "channel must not be null");
            return this;
        }

        /**
         * Sets the store behind the {@link FaultyStore} of each test.
         *
         * @param store returns a store for each test, which is closed after it
         * @return this builder
         */
        public Builder store(Supplier<? extends OtpStore> store) {
            this.store = Objects.requireNonNull(store, "store must not be null");
            return this;
        }

        /**
         * Sets further options of each test's manager: policies, limits, the default region, further channels. A store
         * or clock set here replaces the extension's, and the test's parameters do not show it.
         *
         * @param manager called once for each test, after everything else is set, before the manager is built
         * @return this builder
         */
        public Builder manager(Consumer<OtpManager.Builder> manager) {
            this.manager = Objects.requireNonNull(manager, "manager must not be null");
            return this;
        }

        /**
         * Returns the extension.
         *
         * @return an extension that may be registered in a static field as well as in another
         */
        public OtpExtension build() {
            return new OtpExtension(this);
        }
    }
}
