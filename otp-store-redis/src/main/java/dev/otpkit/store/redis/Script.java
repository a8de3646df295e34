package dev.otpkit.store.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.ValueOutput;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * A Lua script that Redis runs atomically. Each script has one key, and changes it in one command at its end, since
 * Redis does not roll back a script that fails half-way.
 *
 * @param sha1 the digest of the source, in hexadecimal digits
 * @param output creates the parser of a result
 * @param <T> the type of the result
 */
record Script<T>(String source, String sha1, Supplier<CommandOutput<byte[], byte[], T>> output) {
    /**
     * Replaces a record if it is the expected one. KEYS[1] is the record. ARGV[1] is the expected record and ARGV[2]
     * the update, each after an equals sign, or empty for none; ARGV[3] is the lifetime in milliseconds. Returns the
     * previous record.
     */
    static final Script<byte[]> COMPARE_AND_EXCHANGE = of(() -> new ValueOutput<>(ByteArrayCodec.INSTANCE), """
            local found = redis.call('GET', KEYS[1])
            if (found and '=' .. found or '') == ARGV[1] then
              if ARGV[2] ~= '' then
                redis.call('SET', KEYS[1], string.sub(ARGV[2], 2), 'PX', ARGV[3])
              elseif found then
                redis.call('DEL', KEYS[1])
              end
            end
            return found
            """);

    /**
     * Adds to a counter. KEYS[1] is the counter. ARGV[1] is the number to add, ARGV[2] the lifetime of a new counter in
     * milliseconds. Returns the sum, or 0 if the counter is removed. Adding 0 changes nothing, so that a server that
     * refuses changes still replies.
     */
    static final Script<Long> INCREMENT = of(() -> new IntegerOutput<>(ByteArrayCodec.INSTANCE), """
            local found = redis.call('GET', KEYS[1])
            local sum = (found or 0) + ARGV[1]
            if sum <= 0 then
              if found then
                redis.call('DEL', KEYS[1])
              end
              return 0
            end
            if not found then
              redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            elseif ARGV[1] ~= '0' then
              redis.call('INCRBY', KEYS[1], ARGV[1])
            end
            return sum
            """);

    private static <T> Script<T> of(Supplier<CommandOutput<byte[], byte[], T>> output, String source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.US_ASCII));
            return new Script<>(source, HexFormat.of().formatHex(digest), output);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }
}
