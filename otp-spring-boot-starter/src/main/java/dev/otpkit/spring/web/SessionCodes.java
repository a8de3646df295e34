package dev.otpkit.spring.web;

import dev.otpkit.Recipient;
import jakarta.servlet.http.HttpSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.web.util.WebUtils;

/**
 * The codes that one HTTP session has asked for, at most {@link #MAX_CODES}. Each is an attribute of its own: where
 * sessions are shared, a request stores the attributes that it has changed, and no lock spans two requests.
 */
record SessionCodes(HttpSession session) {
    private static final String PREFIX = SentCode.class.getName() + ".";
    private static final int MAX_CODES = 8;

    /** Returns the codes in no particular order. */
    List<SentCode> all() {
        List<SentCode> codes = new ArrayList<>();
        for (String name : Collections.list(session.getAttributeNames())) {
            if (name.startsWith(PREFIX) && session.getAttribute(name) instanceof SentCode code) {
                codes.add(code);
            }
        }
        return codes;
    }

    Optional<SentCode> byId(String id) {
        return session.getAttribute(PREFIX + id) instanceof SentCode code ? Optional.of(code) : Optional.empty();
    }

    Optional<SentCode> byTarget(Recipient recipient, String purpose, Map<String, String> details) {
        Predicate<SentCode> wanted = code -> code.address().equals(recipient.address())
                && code.purpose().equals(purpose)
                && code.details().equals(details);
        // Parallel sends may have left two, of which the later one has replaced the earlier one.
        return all().stream().filter(wanted).max(Comparator.comparing(SentCode::resendAfter));
    }

    /** Adds a code, in place of an earlier one for the same thing, and removes those that expire first. */
    void put(SentCode code) {
        synchronized (WebUtils.getSessionMutex(session)) {
            List<SentCode> others = new ArrayList<>(all());
            others.removeIf(each -> each.id().equals(code.id()));
            others.sort(Comparator.comparing(SentCode::expiresAt));
            others.subList(0, Math.max(0, others.size() - MAX_CODES + 1)).forEach(this::remove);
            session.setAttribute(PREFIX + code.id(), code);
        }
    }

    /** Replaces a code, unless it was replaced or removed in the meantime. */
    void replace(SentCode code, SentCode by) {
        synchronized (WebUtils.getSessionMutex(session)) {
            if (byId(code.id()).filter(code::equals).isPresent()) {
                session.setAttribute(PREFIX + by.id(), by);
            }
        }
    }

    /** Removes a code that was used. */
    void remove(SentCode code) {
        session.removeAttribute(PREFIX + code.id());
    }

    /** Shows no address. */
    @Override
    public String toString() {
        return "SessionCodes";
    }
}
