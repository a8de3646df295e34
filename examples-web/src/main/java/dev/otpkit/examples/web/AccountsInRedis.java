package dev.otpkit.examples.web;

import java.util.Optional;
import org.springframework.context.annotation.Profile;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.session.data.redis.config.annotation.web.http.EnableRedisHttpSession;
import org.springframework.stereotype.Component;

/** Accounts in Redis, for several instances. HTTP sessions are in Redis too. */
@Component
@Profile("redis")
@EnableRedisHttpSession
class AccountsInRedis implements Accounts {
    private static final String PREFIX = "example:account:";

    private final StringRedisTemplate redis;

    AccountsInRedis(StringRedisTemplate redis) {
        this.redis = redis;
    }

    @Override
    public Optional<Account> find(String address) {
        return Optional.ofNullable(redis.opsForValue().get(PREFIX + address)).map(name -> new Account(address, name));
    }

    @Override
    public Account add(Account account) {
        redis.opsForValue().setIfAbsent(PREFIX + account.address(), account.name());
        return find(account.address()).orElse(account);
    }
}
