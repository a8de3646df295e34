package dev.otpkit.benchmarks.memory;

import java.lang.reflect.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.ott.DefaultOneTimeToken;
import org.springframework.security.authentication.ott.InMemoryOneTimeTokenService;
import org.springframework.security.authentication.ott.OneTimeToken;

/**
 * Spring Security's service in memory, as it comes. From a hundred tokens on, each new one looks for expired tokens in
 * all of them.
 */
final class SpringInMemory extends Spring {
    private final InMemoryOneTimeTokenService service;
    private @Nullable Map<String, OneTimeToken> map;

    SpringInMemory(Form form) {
        this(form, new InMemoryOneTimeTokenService());
    }

    private SpringInMemory(Form form, InMemoryOneTimeTokenService service) {
        super(form, service);
        this.service = service;
    }

    /** Puts a token into the map of the service, which would take hours to generate a million. */
    @Override
    public void prepare(String address) {
        if (map == null) {
            map = mapOf(service);
        }
        String token = UUID.randomUUID().toString();
        map.put(token, new DefaultOneTimeToken(token, address, Instant.now().plus(Duration.ofMinutes(5))));
        sent(address, token);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, OneTimeToken> mapOf(InMemoryOneTimeTokenService service) {
        try {
            Field field = InMemoryOneTimeTokenService.class.getDeclaredField("oneTimeTokenByToken");
            field.setAccessible(true);
            return (Map<String, OneTimeToken>) field.get(service);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of Spring Security has no such map", e);
        }
    }
}
