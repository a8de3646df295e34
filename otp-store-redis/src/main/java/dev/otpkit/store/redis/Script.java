package dev.otpkit.store.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What Redis does in one step. Each script names its only key, and changes it in one command at its end, since Redis
 * undoes nothing of a script that fails half-way.
 */
record Script(String source, String sha1) {
    /**
     * KEYS[1] is a record. ARGV[1] is the expected record and ARGV[2] the update, each behind an equals sign, or empty
     * for none; ARGV[3] is the lifetime in milliseconds. Returns the record that was there.
     */
    static final Script COMPARE_AND_EXCHANGE = of("""
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
     * KEYS[1] is a counter. ARGV[1] is what to add, ARGV[2] the lifetime of a new one in milliseconds. Returns the sum,
     * or 0 if nothing is left. A look changes nothing, so that a server that refuses changes still answers it.
     */
    static final Script INCREMENT = of("""
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

    private static Script of(String source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.US_ASCII));
            return new Script(source, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }
}
