package dev.otpkit.examples.web;

import dev.otpkit.OtpRequest;
import dev.otpkit.VerifyRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.math.BigDecimal;
import java.security.Principal;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.SessionAttribute;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * The payment: payee and amount, then a code whose message shows both. The code confirms no other payee and no other
 * amount.
 */
@Controller
final class PaymentController {
    private static final String PURPOSE = "payment";
    private static final Pattern PAYEE = Pattern.compile("[\\p{L}\\p{M}\\p{N} .,&'()/-]{1,60}");
    private static final Pattern AMOUNT =
            Pattern.compile("\\d{1,6}(?:[.\u066B]\\d{1,2})?", Pattern.UNICODE_CHARACTER_CLASS);

    private final Codes codes;
    private final Pages pages;

    PaymentController(Codes codes, Pages pages) {
        this.codes = codes;
        this.pages = pages;
    }

    @GetMapping("/payment")
    String form(@SessionAttribute(name = PURPOSE, required = false) @Nullable Payment payment, Model model) {
        if (payment != null) {
            model.addAttribute("payee", payment.payee());
            model.addAttribute("amount", payment.typed());
        }
        return "payment";
    }

    @PostMapping("/payment")
    String pay(
            @RequestParam String payee,
            @RequestParam String amount,
            Principal user,
            HttpSession session,
            HttpServletResponse response,
            Model model) {
        try {
            Payment payment = payment(payee, amount);
            // A code for an earlier amount or payee ends here.
            session.removeAttribute(PURPOSE);
            codes.cancel(user.getName(), PURPOSE);
            send(payment, user, session);
            return "redirect:/payment/code";
        } catch (RefusedException e) {
            model.addAttribute("payee", payee);
            model.addAttribute("amount", amount);
            return pages.refuse("payment", e.problem(), model, response);
        }
    }

    @GetMapping("/payment/code")
    String codeForm(@SessionAttribute(name = PURPOSE, required = false) @Nullable Payment payment, Model model) {
        return payment == null ? "redirect:/payment" : codePage(payment, model);
    }

    @PostMapping(path = "/payment/code", params = "resend")
    String resend(
            @SessionAttribute(name = PURPOSE, required = false) @Nullable Payment payment,
            Principal user,
            HttpSession session,
            HttpServletResponse response,
            Model model,
            RedirectAttributes next) {
        if (payment == null) {
            return "redirect:/payment";
        }
        try {
            send(payment, user, session);
            next.addFlashAttribute("notice", "notice.sent");
            return "redirect:/payment/code";
        } catch (RefusedException e) {
            return pages.refuse(codePage(payment, model), e.problem(), model, response);
        }
    }

    @PostMapping("/payment/code")
    String confirm(
            @SessionAttribute(name = PURPOSE, required = false) @Nullable Payment payment,
            @RequestParam String id,
            @RequestParam String code,
            Principal user,
            HttpSession session,
            HttpServletResponse response,
            Model model,
            RedirectAttributes next) {
        if (payment == null) {
            return "redirect:/payment";
        }
        try {
            if (!payment.id().equals(id)) {
                throw new RefusedException(Problem.ofChange());
            }
            codes.verify(VerifyRequest.of(user.getName(), code)
                    .purpose(PURPOSE)
                    .boundTo(payment.id())
                    .detail("amount", payment.amount())
                    .detail("payee", payment.payee()));
        } catch (RefusedException e) {
            return pages.refuse(codePage(payment, model), e.problem(), model, response);
        }
        // A real application executes this record here, and not one that it reads again.
        session.removeAttribute(PURPOSE);
        next.addFlashAttribute("payment", payment);
        next.addFlashAttribute("notice", "notice.paid");
        return "redirect:/payment/done";
    }

    @GetMapping("/payment/done")
    String done(Model model) {
        return model.containsAttribute("payment") ? "payment-done" : "redirect:/payment";
    }

    private void send(Payment payment, Principal user, HttpSession session) throws RefusedException {
        Instant resendAfter = codes.send(OtpRequest.to(user.getName())
                .purpose(PURPOSE)
                .boundTo(payment.id())
                .detail("amount", payment.amount())
                .detail("payee", payment.payee())
                .via("sms", "email")
                .locale(LocaleContextHolder.getLocale()));
        session.setAttribute(PURPOSE, payment.resendableAfter(resendAfter));
    }

    private Payment payment(String payee, String amount) throws RefusedException {
        String name = payee.strip();
        if (name.isEmpty() || !PAYEE.matcher(name).matches()) {
            throw new RefusedException(Problem.ofField("payee"));
        }
        String number = amount.strip();
        BigDecimal value = AMOUNT.matcher(number).matches() ? new BigDecimal(ascii(number)) : BigDecimal.ZERO;
        if (value.signum() == 0) {
            throw new RefusedException(Problem.ofField("amount"));
        }
        String id = UUID.randomUUID().toString();
        return new Payment(id, name, number, pages.amount(value), Instant.EPOCH);
    }

    /** Returns a number in the digits of any script with those of ASCII. */
    private static String ascii(String number) {
        StringBuilder ascii = new StringBuilder();
        number.codePoints()
                .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : '.')
                .forEach(ascii::appendCodePoint);
        return ascii.toString();
    }

    private String codePage(Payment payment, Model model) {
        model.addAttribute("payment", payment);
        pages.countDown(payment.resendAfter(), model);
        return "payment-code";
    }
}
