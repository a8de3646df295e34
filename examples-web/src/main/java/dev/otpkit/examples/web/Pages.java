package dev.otpkit.examples.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigDecimal;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.http.HttpHeaders;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** The parts that all pages share: the language, problems, times and numbers. Thread-safe. */
@ControllerAdvice
final class Pages {
    private final MessageSource messages;
    private final InstantSource clock;

    Pages(MessageSource messages, ObjectProvider<InstantSource> clock) {
        this.messages = messages;
        this.clock = clock.getIfUnique(InstantSource::system);
    }

    /** Adds the attributes of the frame around each page. */
    @ModelAttribute
    void frame(HttpServletRequest request, Model model) {
        model.addAttribute("here", request.getRequestURI().equals("/error") ? "/" : request.getRequestURI());
        model.addAttribute("signedIn", request.getUserPrincipal() != null);
    }

    /** Shows a page again, with a problem. */
    String refuse(String view, Problem problem, Model model, HttpServletResponse response) {
        response.setStatus(problem.status().value());
        long seconds = problem.retryAfter().map(this::secondsUntil).orElse(0L);
        if (seconds > 0) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        }
        explain(problem, seconds, model);
        return view;
    }

    /** Adds a problem to a page. */
    void explain(Problem problem, long seconds, Model model) {
        int attempts = problem.attemptsLeft().orElse(-1);
        model.addAttribute("problem", problem);
        model.addAttribute(
                "problemText", text("error." + problem.key(), waiting(seconds), attempts, digits().format(attempts)));
    }

    /** Returns the moment that is this long from now. */
    Instant in(long seconds) {
        return clock.instant().plusSeconds(seconds);
    }

    /** Adds the time until another code may be asked for, if there is any. */
    void countDown(Instant resendAfter, Model model) {
        long seconds = secondsUntil(resendAfter);
        if (seconds > 0) {
            String rest = digits(2).format(seconds % 60);
            model.addAttribute("seconds", seconds);
            model.addAttribute("countdown", digits().format(seconds / 60) + ":" + rest);
        }
    }

    /** Returns the text for a key, in the language of the request. */
    String text(String key, Object... arguments) {
        return messages.getMessage(key, arguments, LocaleContextHolder.getLocale());
    }

    /** Returns an amount in Saudi riyals, as the language of the request writes it. */
    String amount(BigDecimal amount) {
        NumberFormat format = NumberFormat.getInstance(formats());
        format.setMinimumFractionDigits(2);
        return text("riyals", format.format(amount));
    }

    private String waiting(long seconds) {
        if (seconds <= 90) {
            return text("wait.seconds", seconds, digits().format(seconds));
        }
        long minutes = (seconds + 59) / 60;
        if (minutes <= 90) {
            return text("wait.minutes", minutes, digits().format(minutes));
        }
        long hours = (minutes + 59) / 60;
        return text("wait.hours", hours, digits().format(hours));
    }

    /** Returns the whole seconds until a moment, rounded up; 0 for a moment that has passed. */
    private long secondsUntil(Instant moment) {
        long millis = Duration.between(clock.instant(), moment).toMillis();
        return Math.max(0, (millis + 999) / 1000);
    }

    private NumberFormat digits() {
        return NumberFormat.getIntegerInstance(formats());
    }

    private NumberFormat digits(int least) {
        NumberFormat format = digits();
        format.setMinimumIntegerDigits(least);
        return format;
    }

    /** Returns the locale of numbers: that of the texts, whose languages may be fewer than those of the requests. */
    private Locale formats() {
        return Locale.forLanguageTag(text("formats"));
    }
}
