package dev.otpkit.store.redis;

import dev.otpkit.Alphabet;
import dev.otpkit.OtpManager;
import dev.otpkit.OtpPolicy;
import dev.otpkit.OtpRequest;
import dev.otpkit.OtpSecret;
import dev.otpkit.OtpStoreException;
import dev.otpkit.RateLimit;
import dev.otpkit.Recipient;
import dev.otpkit.Resend;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.spi.OtpStore;
import dev.otpkit.spi.StoredRecord;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * One of the processes that {@link Hammer} starts. Its threads send, and verify correct and wrong codes, for the same
 * few recipients as all the others, from the first line on standard input until its end. The processes share their
 * codes through a server without faults. The outcome of each call is a line in a file, for {@link HammerReport}.
 */
final class HammerNode {
    static final Duration TIMEOUT = Duration.ofSeconds(2);
    static final int MAX_ATTEMPTS = 5;
    static final String ROTATE = "rotate";
    static final String REUSE = "reuse";
    static final String KEPT = "kept";
    private static final Duration EXPIRY = Duration.ofSeconds(2);
    private static final Duration KEPT_EXPIRY = Duration.ofSeconds(60);
    private static final RateLimit WIDE = RateLimit.of(100, Duration.ofSeconds(1));
    private static final int THREADS = 4;

    /** The pause before each call in milliseconds, which leaves CPU time to other processes. */
    private static final int PAUSE = Integer.getInteger("hammer-pause", 0);

    private final int number;
    private final List<String> purposes;
    private final int kept;
    private final RedisCommands<String, String> observer;
    private final PrintWriter results;
    private final TimedStore store;
    private final OtpManager otp;
    private final Pocket pocket = new Pocket();
    private volatile boolean ending;

    private HammerNode(Settings settings, OtpStore store, RedisCommands<String, String> observer, PrintWriter results) {
        this.number = settings.number();
        this.purposes = settings.reuse() ? List.of(ROTATE, REUSE) : List.of(ROTATE);
        this.kept = settings.kept();
        this.observer = observer;
        this.results = results;
        this.store = new TimedStore(store);
        this.otp = OtpManager.builder()
                .secret(OtpSecret.of("obviously fake: the hammer's only secret".getBytes(StandardCharsets.US_ASCII)))
                .store(this.store)
                .channel(pocket)
                .policy(ROTATE, policy(Resend.ROTATE, EXPIRY))
                .policy(REUSE, policy(Resend.REUSE, EXPIRY))
                .policy(KEPT, policy(Resend.ROTATE, KEPT_EXPIRY))
                .build();
    }

    /**
     * The settings of a node.
     *
     * @param reuse true if codes of one purpose are sent again
     * @param kept the number of recipients that try a used code again for some seconds
     * @param uris the servers of the store; those of a Cluster if there is more than one
     */
    record Settings(
            int number, Path results, String observer, int replicas, boolean reuse, int kept, List<String> uris) {

        static Settings of(String... arguments) {
            return new Settings(
                    Integer.parseInt(arguments[0]),
                    Path.of(arguments[1]),
                    arguments[2],
                    Integer.parseInt(arguments[3]),
                    Boolean.parseBoolean(arguments[4]),
                    Integer.parseInt(arguments[5]),
                    List.of(arguments).subList(6, arguments.length));
        }

        List<String> arguments() {
            List<String> all = new ArrayList<>(List.of(
                    Integer.toString(number),
                    results.toString(),
                    observer,
                    Integer.toString(replicas),
                    Boolean.toString(reuse),
                    Integer.toString(kept)));
            all.addAll(uris);
            return all;
        }

        RedisOtpStore store() {
            RedisOtpStore.Builder builder =
                    RedisOtpStore.builder().timeout(TIMEOUT).replicas(replicas);
            builder = uris.size() == 1 ? builder.uri(uris.get(0)) : builder.cluster(uris.toArray(String[]::new));
            long start = System.nanoTime();
            while (true) {
                try {
                    return builder.build();
                } catch (OtpStoreException e) {
                    // Several JVMs that start at once can be slow on a small machine.
                    if (System.nanoTime() - start > RedisServer.PATIENCE.toNanos()) {
                        throw e;
                    }
                }
            }
        }
    }

    /** The behaviour of a recipient. */
    private enum Habit {
        /** Types mostly the correct code, on all nodes at once. */
        RACED(6),
        /** Is attacked with wrong codes. */
        GUESSED(6),
        /** Types the correct code at the moment it expires. */
        EXPIRING(4);

        private final int recipients;

        Habit(int recipients) {
            this.recipients = recipients;
        }

        String anyone() {
            int which = ThreadLocalRandom.current().nextInt(recipients);
            return name().toLowerCase(Locale.ROOT) + which + "@example.com";
        }
    }

    private static OtpPolicy policy(Resend resend, Duration expiry) {
        return OtpPolicy.builder()
                .length(12)
                .alphabet(Alphabet.UNAMBIGUOUS)
                .expiry(expiry)
                .maxAttempts(MAX_ATTEMPTS)
                .resend(resend)
                .resendCooldown(Duration.ZERO)
                .sendLimits(WIDE)
                .failureLimit(WIDE)
                .build();
    }

    public static void main(String... arguments) throws IOException, InterruptedException, ExecutionException {
        Settings settings = Settings.of(arguments);
        RedisClient client = RedisClient.create(settings.observer());
        try (RedisOtpStore store = settings.store();
                PrintWriter results = new PrintWriter(Files.newBufferedWriter(settings.results()))) {
            HammerNode node = new HammerNode(settings, store, client.connect().sync(), results);
            System.out.println("ready");
            if (System.in.read() != -1) {
                node.hammer();
            }
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    private void hammer() throws IOException, InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            running.add(threads.submit(this::work));
        }
        System.in.readAllBytes();
        ending = true;
        threads.shutdown();
        for (Future<?> each : running) {
            each.get();
        }
        results.println(Line.ofStore(store.longest()));
    }

    private void work() {
        while (!ending) {
            pause(PAUSE);
            ThreadLocalRandom random = ThreadLocalRandom.current();
            if (random.nextInt(100) < (kept == 0 ? 0 : 50)) {
                keep("kept" + random.nextInt(kept) + "@example.com");
                continue;
            }
            Habit habit = Habit.values()[random.nextInt(Habit.values().length)];
            String recipient = habit.anyone();
            String purpose = purposes.get(random.nextInt(purposes.size()));
            // Mostly the last code, and sometimes the one before.
            Issued issued = known(purpose, recipient, random.nextInt(4) == 0 ? 1 : 0);
            int roll = random.nextInt(100);
            switch (habit) {
                case RACED -> {
                    if (issued == null || roll < 20) {
                        send(purpose, recipient);
                    } else {
                        verify(roll < 85, purpose, issued);
                    }
                }
                case GUESSED -> {
                    if (issued == null || roll < 10) {
                        send(purpose, recipient);
                    } else {
                        verify(roll < 13, purpose, issued);
                    }
                }
                case EXPIRING -> {
                    Issued last = known(purpose, recipient, 0);
                    long now = System.currentTimeMillis();
                    if (last == null || now > last.expiresAt() + 300) {
                        send(purpose, recipient);
                    } else if (now >= last.expiresAt() - 2) {
                        verify(true, purpose, last);
                    }
                }
            }
        }
    }

    /** Types the correct code, and the used code again for some seconds: a failover may have restored it. */
    private void keep(String recipient) {
        Issued issued = known(KEPT, recipient, 0);
        if (issued == null || System.currentTimeMillis() > issued.keptUntil()) {
            send(KEPT, recipient);
        } else {
            verify(true, KEPT, issued);
        }
    }

    /** A challenge that some node made. */
    private record Issued(String code, String challengeId, long expiresAt) {
        static Issued of(String text) {
            String[] parts = text.split(" ", -1);
            return new Issued(parts[0], parts[1], Long.parseLong(parts[2]));
        }

        /**
         * Returns 6 to 14 seconds: longer than a failover, and different for each recipient, so that they are not in
         * step.
         */
        long keptUntil() {
            return expiresAt - KEPT_EXPIRY.toMillis() + 6000 + Math.floorMod(code.hashCode(), 8000);
        }

        @Override
        public String toString() {
            return code + " " + challengeId + " " + expiresAt;
        }
    }

    private Issued known(String purpose, String recipient, int age) {
        String text = observer.lindex(purpose + " " + recipient, age);
        return text == null ? null : Issued.of(text);
    }

    private void send(String purpose, String recipient) {
        long began = System.currentTimeMillis();
        String outcome;
        Issued issued = null;
        try {
            SendResult result = otp.send(OtpRequest.to(recipient).purpose(purpose));
            if (result instanceof SendResult.Sent sent) {
                outcome = Line.SENT;
                issued = new Issued(
                        pocket.code(), sent.challengeId(), sent.expiresAt().toEpochMilli());
            } else {
                outcome = ((SendResult.Refused) result).reason().name();
            }
        } catch (OtpStoreException e) {
            outcome = Line.failure(e);
        }
        record(new Line(
                Line.Kind.SEND,
                purpose,
                issued == null ? "-" : issued.code(),
                began,
                System.currentTimeMillis(),
                outcome,
                issued == null ? 0 : issued.expiresAt(),
                store.lastKey()));
        if (issued != null) {
            observer.lpush(purpose + " " + recipient, issued.toString());
            observer.ltrim(purpose + " " + recipient, 0, 1);
        }
    }

    private void verify(boolean right, String purpose, Issued issued) {
        String typed = right ? issued.code() : wrong(issued.code());
        long began = System.currentTimeMillis();
        String outcome;
        try {
            VerifyResult result = otp.verify(
                    VerifyRequest.ofChallenge(issued.challengeId(), typed).purpose(purpose));
            outcome = result instanceof VerifyResult.Rejected rejected
                    ? rejected.reason().name()
                    : Line.VERIFIED;
        } catch (OtpStoreException e) {
            outcome = Line.failure(e);
        }
        record(new Line(
                right ? Line.Kind.RIGHT : Line.Kind.WRONG,
                purpose,
                issued.code(),
                began,
                System.currentTimeMillis(),
                outcome,
                issued.expiresAt(),
                store.lastKey()));
    }

    private static String wrong(String code) {
        String characters = Alphabet.UNAMBIGUOUS.characters();
        int last = code.length() - 1;
        int other = 1 + ThreadLocalRandom.current().nextInt(characters.length() - 1);
        int index = (characters.indexOf(code.charAt(last)) + other) % characters.length();
        return code.substring(0, last) + characters.charAt(index);
    }

    private void record(Line line) {
        synchronized (results) {
            results.println(line);
        }
        if (line.outcome().equals(Line.VERIFIED)) {
            observer.hincrby(Hammer.successes(number), line.key(), 1);
        } else if (line.isFailure()) {
            // Without a pause the nodes would fill the file with failures.
            pause(5);
        }
    }

    private static void pause(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * A call and its outcome.
     *
     * @param code the code of the challenge of the call, not the typed one
     * @param began the start in milliseconds of the clock that all nodes share
     * @param key the key of the record in the store
     */
    record Line(
            Kind kind,
            String purpose,
            String code,
            long began,
            long ended,
            String outcome,
            long expiresAt,
            String key) {
        static final String SENT = "SENT";
        static final String VERIFIED = "VERIFIED";
        private static final String FAILURE = "!";

        enum Kind {
            SEND,
            RIGHT,
            WRONG,
            /** No call: the duration of the longest call of the store. */
            STORE
        }

        static Line ofStore(Duration longest) {
            return new Line(Kind.STORE, "-", "-", 0, longest.toMillis(), "-", 0, "-");
        }

        static Line parse(String text) {
            String[] parts = text.split("\t", -1);
            return new Line(
                    Kind.valueOf(parts[0]),
                    parts[1],
                    parts[2],
                    Long.parseLong(parts[3]),
                    Long.parseLong(parts[4]),
                    parts[5],
                    Long.parseLong(parts[6]),
                    parts[7]);
        }

        /** Returns the first words of a failure, without the host. */
        static String failure(OtpStoreException e) {
            String reason = String.valueOf(e.getMessage()).replaceFirst("^Redis at .*?\\d: ", "");
            return FAILURE
                    + String.join(
                            " ",
                            Arrays.stream(reason.split("[\\s;]+", -1)).limit(4).toList());
        }

        boolean isFailure() {
            return outcome.startsWith(FAILURE);
        }

        boolean isVerified() {
            return outcome.equals(VERIFIED);
        }

        @Override
        public String toString() {
            return String.join(
                    "\t",
                    kind.name(),
                    purpose,
                    code,
                    Long.toString(began),
                    Long.toString(ended),
                    outcome,
                    Long.toString(expiresAt),
                    key);
        }
    }

    /** Receives the codes; {@code send} delivers on the calling thread. */
    private static final class Pocket implements DeliveryChannel {
        private final ThreadLocal<String> code = new ThreadLocal<>();

        String code() {
            return code.get();
        }

        @Override
        public String name() {
            return "pocket";
        }

        @Override
        public String medium() {
            return "email";
        }

        @Override
        public boolean supports(Recipient recipient) {
            return true;
        }

        @Override
        public DeliveryReceipt deliver(OtpMessage message) {
            code.set(message.code());
            return DeliveryReceipt.accepted();
        }
    }

    /** Records the duration of the longest call, and the last key of each thread. */
    private static final class TimedStore implements OtpStore {
        private final OtpStore store;
        private final AtomicLong longestNanos = new AtomicLong();
        private final ThreadLocal<String> lastKey = ThreadLocal.withInitial(() -> "-");

        TimedStore(OtpStore store) {
            this.store = store;
        }

        Duration longest() {
            return Duration.ofNanos(longestNanos.get());
        }

        String lastKey() {
            return lastKey.get();
        }

        @Override
        public StoredRecord get(String key) {
            return timed(key, () -> store.get(key));
        }

        @Override
        public StoredRecord compareAndExchange(String key, StoredRecord expected, StoredRecord update, Duration ttl) {
            return timed(key, () -> store.compareAndExchange(key, expected, update, ttl));
        }

        @Override
        public long increment(String counter, long delta, Duration ttl) {
            return timed(counter, () -> store.increment(counter, delta, ttl));
        }

        private <T> T timed(String key, Supplier<T> call) {
            lastKey.set(key);
            long start = System.nanoTime();
            try {
                return call.get();
            } finally {
                longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
            }
        }
    }
}
