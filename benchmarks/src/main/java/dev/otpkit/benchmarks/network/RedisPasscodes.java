package dev.otpkit.benchmarks.network;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.Recipient;
import dev.otpkit.SendResult;
import dev.otpkit.spi.DeliveryChannel;
import dev.otpkit.spi.DeliveryReceipt;
import dev.otpkit.spi.OtpMessage;
import dev.otpkit.store.redis.RedisOtpStore;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.security.SecureRandom;
import java.util.Locale;

/**
 * Codes of six digits in Redis: a contender. All contenders share a connection among their threads, as Lettuce
 * recommends, and their messages are short texts that go nowhere. No limit is ever reached. Thread-safe.
 */
interface RedisPasscodes {
    /** Makes and keeps a code, and returns its message. */
    String send(String address);

    /** Returns true if the code is right, once. */
    boolean verify(String address, String code);

    private static String code(SecureRandom random) {
        return String.format(Locale.ROOT, "%06d", random.nextInt(1_000_000));
    }

    private static void requireFirst(boolean first) {
        if (!first) {
            throw new IllegalStateException("no limit may be reached");
        }
    }

    /**
     * The shortest code of tutorials: a key that expires, read and deleted by one command of Redis 6.2 or later. There
     * are no limits. A wrong guess deletes the code.
     */
    record Tutorial(RedisCommands<String, String> redis, SecureRandom random) implements RedisPasscodes {
        Tutorial(StatefulRedisConnection<String, String> connection) {
            this(connection.sync(), new SecureRandom());
        }

        @Override
        public String send(String address) {
            String code = code(random);
            redis.set("otp:" + address, code, SetArgs.Builder.ex(300));
            return code;
        }

        @Override
        public boolean verify(String address, String code) {
            return code.equals(redis.getdel("otp:" + address));
        }
    }

    /**
     * The tutorial with a cooldown, a limit of sends and a limit of attempts, one command after the other. Between two
     * commands other callers pass, so the limits are not exact, and the attempts at a code that nobody enters stay.
     */
    record SeparateCommands(RedisCommands<String, String> redis, SecureRandom random) implements RedisPasscodes {
        SeparateCommands(StatefulRedisConnection<String, String> connection) {
            this(connection.sync(), new SecureRandom());
        }

        @Override
        public String send(String address) {
            requireFirst(
                    redis.set("cooldown:" + address, "1", SetArgs.Builder.nx().ex(30)) != null);
            long sends = redis.incr("sends:" + address);
            if (sends == 1) {
                redis.expire("sends:" + address, 600);
            }
            requireFirst(sends < 1_000_000);
            String code = code(random);
            redis.setex("otp:" + address, 300, code);
            return code;
        }

        @Override
        public boolean verify(String address, String code) {
            if (redis.incr("attempts:" + address) > 5 || !code.equals(redis.get("otp:" + address))) {
                return false;
            }
            redis.del("otp:" + address, "attempts:" + address, "cooldown:" + address);
            return true;
        }
    }

    /** The same limits in one hash per address, by one script for a send and one for a verification. */
    record ScriptEach(RedisCommands<String, String> redis, SecureRandom random, String send, String verify)
            implements RedisPasscodes {
        private static final String SEND = """
                local sent, sends = unpack(redis.call('HMGET', KEYS[1], 'cooldown', 'sends'))
                if sent or tonumber(sends or 0) >= 1000000 then
                  return 0
                end
                redis.call('HSET', KEYS[1], 'code', ARGV[1], 'attempts', 0, 'cooldown', 1, 'sends', (sends or 0) + 1)
                redis.call('EXPIRE', KEYS[1], 600)
                return 1
                """;
        private static final String VERIFY = """
                if redis.call('HINCRBY', KEYS[1], 'attempts', 1) > 5 then
                  return 0
                end
                if redis.call('HGET', KEYS[1], 'code') ~= ARGV[1] then
                  return 0
                end
                redis.call('HDEL', KEYS[1], 'code', 'attempts', 'cooldown')
                return 1
                """;

        ScriptEach(StatefulRedisConnection<String, String> connection) {
            this(
                    connection.sync(),
                    new SecureRandom(),
                    connection.sync().scriptLoad(SEND),
                    connection.sync().scriptLoad(VERIFY));
        }

        @Override
        public String send(String address) {
            String code = code(random);
            requireFirst(isOne(send, address, code));
            return code;
        }

        @Override
        public boolean verify(String address, String code) {
            return isOne(verify, address, code);
        }

        private boolean isOne(String script, String address, String code) {
            Long reply = redis.evalsha(script, ScriptOutputType.INTEGER, new String[] {"otp:" + address}, code);
            return reply == 1;
        }
    }

    /** A manager on a {@link RedisOtpStore}, with all its limits. */
    record OtpKit(OtpManager manager, Outbox outbox) implements RedisPasscodes {
        OtpKit(RedisOtpStore store) {
            this(store, new Outbox());
        }

        private OtpKit(RedisOtpStore store, Outbox outbox) {
            this(
                    OtpManager.builder()
                            .appName("Acme")
                            .secret(OtpSecret.random())
                            .store(store)
                            .channel(outbox)
                            .messages(context -> context.message("Your code", context.code()))
                            .build(),
                    outbox);
        }

        @Override
        public String send(String address) {
            SendResult result = manager.send(address);
            if (!result.isSent()) {
                throw new IllegalStateException("not sent: " + result);
            }
            return outbox.last.get();
        }

        @Override
        public boolean verify(String address, String code) {
            return manager.verify(address, code).isVerified();
        }
    }

    /** Keeps the last text of each thread. */
    final class Outbox implements DeliveryChannel {
        private final ThreadLocal<String> last = new ThreadLocal<>();

        @Override
        public String name() {
            return "outbox";
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
            last.set(message.text());
            return DeliveryReceipt.accepted();
        }
    }
}
