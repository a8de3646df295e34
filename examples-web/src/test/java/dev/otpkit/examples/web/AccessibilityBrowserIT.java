package dev.otpkit.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every page in English and light colours, and the page that asks for the code in Arabic and in dark colours too:
 * axe-core finds nothing serious or critical. All pages share one style sheet. With {@code -Dviews=all}, every page in
 * both languages and in both colours.
 */
@ExtendWith({BrowserTests.class, SharedExample.class})
class AccessibilityBrowserIT {
    private final Chromium chromium;
    private final RunningExample example;

    AccessibilityBrowserIT(Chromium chromium, RunningExample example) {
        this.chromium = chromium;
        this.example = example;
    }

    @BeforeEach
    void startWithoutLimitsInUse() {
        example.clock().advance(Duration.ofDays(2));
    }

    static Stream<View> phone() {
        return View.orAllColours(View.PHONE);
    }

    static Stream<View> others() {
        return View.orAllColours(View.PHONE.arabic(), View.PHONE.inTheDark());
    }

    @ParameterizedTest
    @MethodSource("phone")
    void noPageHasBarriers(View view) {
        String address = "axe-pages-" + view + "@customer.example";
        try (Visit visit = new Visit(chromium, example, view)) {
            check(visit.goTo("/").shot());
            check(visit.goTo("/register").shot());
            check(visit.fill("#address", "nora")
                    .click("#continue")
                    .showsError("name")
                    .shot());
            check(visit.signUp("Nora", address).isAt("/register/code").shot());
            check(visit.goTo("/inbox").shot());
            check(visit.goTo("/login").shot());
            visit.fill("#address", "nobody-" + address).click("#continue");
            check(visit.isAt("/login/code").shot());
            visit.goTo("/register/code").enter(example.lastCodeTo(address));
            check(visit.isAt("/account").shot());
            check(visit.goTo("/payment"));
            visit.fill("#payee", "Corner Shop").fill("#amount", "149.50").click("#continue");
            check(visit.isAt("/payment/code"));
            check(visit.enter(example.lastCodeTo(address)).isAt("/payment/done"));
        }
    }

    @ParameterizedTest
    @MethodSource("others")
    void thePageOfTheCodeHasNone(View view) {
        try (Visit visit = new Visit(chromium, example, view)) {
            visit.signUp("Nora", "axe-" + view + "@customer.example").isAt("/register/code");
            check(visit.enter("12").showsError("malformed").shot());
        }
    }

    private static void check(Visit visit) {
        assertThat(visit.fits().barriers()).as("barriers at %s", visit.path()).isEmpty();
    }

    /** The rules bite: a field without a label, and grey text on grey, are found. */
    @Test
    void findsBarriers() {
        try (Visit visit = new Visit(chromium, example, View.PHONE)) {
            visit.goTo("/");
            visit.page()
                    .evaluate("document.querySelector('main').innerHTML ="
                            + " '<input id=\"bare\"><p id=\"pale\">Pale</p>';"
                            + "document.querySelector('#pale').style.cssText = 'color: #999; background: #aaa'");
            assertThat(visit.barriers())
                    .anyMatch(barrier -> barrier.startsWith("label: "))
                    .anyMatch(barrier -> barrier.startsWith("color-contrast: "));
        }
    }
}
