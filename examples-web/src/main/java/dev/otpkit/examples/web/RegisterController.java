package dev.otpkit.examples.web;

import dev.otpkit.InvalidRecipientException;
import dev.otpkit.OtpRequest;
import dev.otpkit.Recipient;
import dev.otpkit.VerifyRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.SessionAttribute;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * The registration: name and address, then the code. An address that has an account gets a code too, which logs its
 * owner in: the pages show nobody which addresses have accounts.
 */
@Controller
final class RegisterController {
    private static final String PURPOSE = "register";
    private static final int MAX_NAME = 80;

    private final Codes codes;
    private final Accounts accounts;
    private final SignIn signIn;
    private final Pages pages;
    private final String region;

    RegisterController(
            Codes codes,
            Accounts accounts,
            SignIn signIn,
            Pages pages,
            @Value("${otpkit.default-region}") String region) {
        this.codes = codes;
        this.accounts = accounts;
        this.signIn = signIn;
        this.pages = pages;
        this.region = region;
    }

    @GetMapping("/register")
    String form() {
        return "register";
    }

    @PostMapping("/register")
    String register(
            @RequestParam String name,
            @RequestParam String address,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        try {
            start(name.strip(), address, request);
            return "redirect:/register/code";
        } catch (RefusedException e) {
            model.addAttribute("name", name);
            model.addAttribute("address", address);
            return pages.refuse("register", e.problem(), model, response);
        }
    }

    @GetMapping("/register/code")
    String codeForm(
            @SessionAttribute(name = PURPOSE, required = false) @Nullable Registration registration, Model model) {
        return registration == null ? "redirect:/register" : codePage(registration, model);
    }

    @PostMapping(path = "/register/code", params = "resend")
    String resend(
            @SessionAttribute(name = PURPOSE, required = false) @Nullable Registration registration,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model,
            RedirectAttributes next) {
        if (registration == null) {
            return "redirect:/register";
        }
        try {
            send(registration, request);
            next.addFlashAttribute("notice", "notice.sent");
            return "redirect:/register/code";
        } catch (RefusedException e) {
            return pages.refuse(codePage(registration, model), e.problem(), model, response);
        }
    }

    @PostMapping("/register/code")
    String verify(
            @SessionAttribute(name = PURPOSE, required = false) @Nullable Registration registration,
            @RequestParam String code,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model,
            RedirectAttributes next) {
        if (registration == null) {
            return "redirect:/register";
        }
        try {
            codes.verify(VerifyRequest.of(registration.address(), code)
                    .purpose(PURPOSE)
                    .boundTo(request.getSession().getId())
                    .clientAddress(request.getRemoteAddr()));
        } catch (RefusedException e) {
            return pages.refuse(codePage(registration, model), e.problem(), model, response);
        }
        request.getSession().removeAttribute(PURPOSE);
        Account account = accounts.add(new Account(registration.address(), registration.name()));
        signIn.signIn(account, request, response);
        next.addFlashAttribute("notice", "notice.active");
        return "redirect:/account";
    }

    private void start(String name, String address, HttpServletRequest request) throws RefusedException {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new RefusedException(Problem.ofField("name"));
        }
        Recipient recipient;
        try {
            recipient = Recipient.parse(address, region);
        } catch (InvalidRecipientException e) {
            throw new RefusedException(Problem.ofField("address"));
        }
        Registration registration = new Registration(recipient.address(), recipient.toString(), name, Instant.EPOCH);
        try {
            send(registration, request);
        } catch (RefusedException e) {
            // The person came back to the form. The code that was sent before is right for this session too.
            if (!e.problem().key().equals("soon")) {
                throw e;
            }
            save(registration.resendableAfter(e.problem().retryAfter().orElseThrow()), request);
        }
    }

    private void send(Registration registration, HttpServletRequest request) throws RefusedException {
        Instant resendAfter = codes.send(OtpRequest.to(registration.address())
                .purpose(PURPOSE)
                .boundTo(request.getSession().getId())
                .clientAddress(request.getRemoteAddr())
                .locale(LocaleContextHolder.getLocale()));
        save(registration.resendableAfter(resendAfter), request);
    }

    private static void save(Registration registration, HttpServletRequest request) {
        request.getSession().setAttribute(PURPOSE, registration);
    }

    private String codePage(Registration registration, Model model) {
        model.addAttribute("registration", registration);
        pages.countDown(registration.resendAfter(), model);
        return "register-code";
    }
}
