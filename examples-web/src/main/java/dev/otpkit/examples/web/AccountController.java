package dev.otpkit.examples.web;

import java.security.Principal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The first page, and the account of the person who is logged in. */
@Controller
final class AccountController {
    private final Accounts accounts;

    AccountController(Accounts accounts) {
        this.accounts = accounts;
    }

    @GetMapping("/")
    String home() {
        return "home";
    }

    @GetMapping("/account")
    String account(Principal user, Model model) {
        model.addAttribute("account", accounts.find(user.getName()).orElseThrow());
        return "account";
    }
}
