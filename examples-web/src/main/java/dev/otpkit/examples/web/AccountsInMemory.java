package dev.otpkit.examples.web;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Accounts in the memory of one instance, which end with it. */
@Component
@Profile("!redis")
final class AccountsInMemory implements Accounts {
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();

    @Override
    public Optional<Account> find(String address) {
        return Optional.ofNullable(accounts.get(address));
    }

    @Override
    public Account add(Account account) {
        Account earlier = accounts.putIfAbsent(account.address(), account);
        return earlier == null ? account : earlier;
    }
}
