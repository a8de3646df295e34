package dev.otpkit.examples.web;

import dev.otpkit.InvalidRecipientException;
import dev.otpkit.Recipient;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.SessionAttribute;

/**
 * The two pages of the log-in. Their forms are handled by Spring Security, which redirects here with the outcome: see
 * {@link WebConfiguration}.
 */
@Controller
final class LoginController {
    private static final String USERNAME = "login.username";
    private static final String RESEND_AFTER = "login.resendAfter";
    private static final int MAX_USERNAME = 320;
    /** The parameters of a page are those of any link that leads to it: no link may ask for a longer wait. */
    private static final int MAX_WAIT = 24 * 60 * 60;

    private static final int MAX_COOLDOWN = 15 * 60;

    private final Pages pages;
    private final String region;

    LoginController(Pages pages, @Value("${otpkit.default-region}") String region) {
        this.pages = pages;
        this.region = region;
    }

    /** Keeps the typed address for the page that asks for the code. */
    static void keepUsername(HttpServletRequest request) {
        String username = request.getParameter("username");
        if (username != null && username.length() <= MAX_USERNAME) {
            request.getSession().setAttribute(USERNAME, username);
        }
    }

    @GetMapping("/login")
    String form(
            @RequestParam Optional<String> error,
            @RequestParam(defaultValue = "0") int wait,
            @SessionAttribute(name = USERNAME, required = false) @Nullable String username,
            Model model) {
        model.addAttribute("address", username);
        error.ifPresent(
                name -> pages.explain(Problem.ofLogin(name, OptionalInt.empty()), Math.min(wait, MAX_WAIT), model));
        return "login";
    }

    @GetMapping("/login/code")
    String codeForm(
            @RequestParam Optional<String> error,
            @RequestParam(defaultValue = "0") int wait,
            @RequestParam(defaultValue = "0") int left,
            @SessionAttribute(name = USERNAME, required = false) @Nullable String username,
            HttpSession session,
            Model model) {
        if (username == null) {
            return "redirect:/login";
        }
        model.addAttribute("address", username);
        model.addAttribute("shown", masked(username));
        countDown(error, wait, session, model);
        error.ifPresent(
                name -> pages.explain(Problem.ofLogin(name, OptionalInt.of(left)), Math.min(wait, MAX_WAIT), model));
        return "login-code";
    }

    /** Adds the time until another code may be asked for. It stays the same when the page is loaded again. */
    private void countDown(Optional<String> error, int wait, HttpSession session, Model model) {
        Instant resendAfter = (Instant) session.getAttribute(RESEND_AFTER);
        boolean sent = wait > 0
                && wait <= MAX_COOLDOWN
                && (error.isEmpty() || error.get().equals("too-soon"));
        if (sent && (resendAfter == null || resendAfter.isBefore(pages.in(0)))) {
            if (resendAfter != null && error.isEmpty()) {
                model.addAttribute("notice", "notice.sent");
            }
            resendAfter = pages.in(wait);
            session.setAttribute(RESEND_AFTER, resendAfter);
        }
        if (resendAfter != null) {
            pages.countDown(resendAfter, model);
        }
    }

    private String masked(String username) {
        try {
            return Recipient.parse(username, region).toString();
        } catch (InvalidRecipientException e) {
            return "";
        }
    }
}
