package dev.otpkit.examples.spring;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpRequest;
import dev.otpkit.SendResult;
import dev.otpkit.VerifyRequest;
import dev.otpkit.VerifyResult;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class SignUpController {
    private static final String CHALLENGE = "challenge";

    private final OtpManager otp;

    SignUpController(OtpManager otp) {
        this.otp = otp;
    }

    @GetMapping("/")
    String start() {
        return "sign-up";
    }

    @PostMapping("/send")
    String send(@RequestParam String address, HttpServletRequest http, HttpSession session, Model page) {
        SendResult result = otp.send(OtpRequest.to(address)
                .purpose("sign-up")
                .boundTo(session.getId())
                .clientAddress(http.getRemoteAddr())
                .locale(http.getLocale()));
        if (result instanceof SendResult.Sent sent) {
            session.setAttribute(CHALLENGE, sent.challengeId());
            page.addAttribute("notice", "We sent a code to " + sent.recipient() + ".");
        } else if (result instanceof SendResult.Refused refused) {
            page.addAttribute(
                    "error",
                    switch (refused.reason()) {
                        case INVALID_RECIPIENT -> "This is neither an email address nor a phone number.";
                        case RESEND_TOO_SOON -> "A code was sent a moment ago, and is valid. Please wait for it.";
                        default -> "No code can be sent to this address now. Please try again later.";
                    });
        } else {
            page.addAttribute("error", "No code can be sent at the moment. Please try again later.");
        }
        return codeForm(session, page);
    }

    @PostMapping("/verify")
    String verify(@RequestParam String code, HttpServletRequest http, HttpSession session, Model page) {
        String challenge = String.valueOf(session.getAttribute(CHALLENGE));
        VerifyResult result = otp.verify(
                VerifyRequest.ofChallenge(challenge, code).purpose("sign-up").boundTo(session.getId()));
        if (result instanceof VerifyResult.Verified verified) {
            // The address is confirmed: create the account here.
            session.removeAttribute(CHALLENGE);
            http.changeSessionId();
            page.addAttribute("notice", "Welcome, " + verified.recipient().address() + ".");
        } else if (result instanceof VerifyResult.Rejected rejected) {
            page.addAttribute(
                    "error",
                    switch (rejected.reason()) {
                        case WRONG_CODE ->
                            "Wrong code. Attempts left: "
                                    + rejected.attemptsLeft().orElse(0);
                        case MALFORMED_CODE -> "A code has 6 digits. Please check it.";
                        default -> "This code is not valid any more. Please ask for a new one.";
                    });
        }
        return codeForm(session, page);
    }

    /** Shows the form for the code beside that for the address, if a code was sent. */
    private static String codeForm(HttpSession session, Model page) {
        page.addAttribute("asked", session.getAttribute(CHALLENGE) != null);
        return "sign-up";
    }
}
