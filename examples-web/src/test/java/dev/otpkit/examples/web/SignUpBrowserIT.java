package dev.otpkit.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The sign-up in a browser: every path on a phone in English, with scripts; the main ones in Arabic, at a desk and
 * without scripts too. With {@code -Dviews=all}, every path in every view.
 */
@ExtendWith({BrowserTests.class, SharedExample.class})
class SignUpBrowserIT {
    private static final String ARABIC_INDIC_ZERO = "٠";
    private static final Pattern ARABIC = Pattern.compile("[\\u0621-\\u064A]");

    private final Chromium chromium;
    private final RunningExample example;

    SignUpBrowserIT(Chromium chromium, RunningExample example) {
        this.chromium = chromium;
        this.example = example;
    }

    @BeforeEach
    void startWithoutLimitsInUse() {
        example.clock().advance(Duration.ofDays(2));
    }

    static Stream<View> phone() {
        return View.orAll(View.PHONE);
    }

    static Stream<View> phoneWithScripts() {
        return phone().filter(View::scripts);
    }

    static Stream<View> phoneWithoutScripts() {
        return View.orAll(View.PHONE.withoutScripts()).filter(view -> !view.scripts());
    }

    static Stream<View> scripts() {
        return View.orAll(View.PHONE, View.PHONE.withoutScripts());
    }

    static Stream<View> languages() {
        return View.orAll(View.PHONE, View.PHONE.arabic());
    }

    static Stream<View> arabic() {
        return View.orAll(View.PHONE.arabic());
    }

    static Stream<View> desktop() {
        return View.orAll(View.PHONE.desktop());
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void registersByEmail(View view) {
        String address = "mail-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            visit.goTo("/").fits().click("#start").isAt("/register").fits();
            visit.fill("#name", "Nora").fill("#address", address).click("#continue");
            visit.isAt("/register/code").showsNoError().fits();
            assertThat(visit.text("#sent-to")).contains("@customer.example").doesNotContain(address);

            visit.enter(example.lastCodeTo(address));

            visit.isAt("/account").showsNoError().fits();
            assertThat(visit.text("#account-name")).isEqualTo("Nora");
        }
    }

    @ParameterizedTest
    @MethodSource("languages")
    void saysWhatIsWrong(View view) {
        String address = "wrong-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            visit.goTo("/register")
                    .fill("#name", "Nora")
                    .fill("#address", "nora")
                    .click("#continue");
            visit.isAt("/register").showsError("address").blames("#address").shot();

            visit.fill("#address", address).click("#continue");
            visit.isAt("/register/code").enter(wrong(example.lastCodeTo(address)));
            visit.isAt("/register/code").showsError("wrong").blames("#code").shot();
            visit.enter("12").showsError("malformed").blames("#code");

            visit.enter(example.lastCodeTo(address)).isAt("/account");
        }
    }

    @ParameterizedTest
    @MethodSource("arabic")
    void registersByNumberTypedInArabicDigits(View view) {
        String number = view.number(7);
        try (Visit visit = visit(view)) {
            visit.goTo("/").shot().goTo("/register").shot();
            visit.signUp("نورة", inArabicDigits(number.replace("+966", "0")))
                    .isAt("/register/code")
                    .shot();
            assertThat(visit.text("#sent-to")).doesNotContain(number.substring(4));
            assertThat(ARABIC.matcher(visit.lastMessageTo(number).text()).find())
                    .isEqualTo(view.language().equals("ar"));

            visit.enter(inArabicDigits(example.lastCodeTo(number)));

            visit.isAt("/account").showsNoError().shot();
            assertThat(visit.text("#account-name")).isEqualTo("نورة");
        }
    }

    @ParameterizedTest
    @MethodSource("phone")
    void takesAPastedCodeWithBlanks(View view) {
        String address = "paste-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            visit.signUp("Nora", address).hasFocus("#code");
            String code = example.lastCodeTo(address);
            visit.page().keyboard().insertText(" " + code.substring(0, 3) + " " + code.substring(3) + " ");
            visit.click("#continue").isAt("/account");
        }
    }

    @ParameterizedTest
    @MethodSource("phone")
    void letsPhonesFillInTheCode(View view) {
        try (Visit visit = visit(view)) {
            visit.signUp("Nora", view.number(8)).hasFocus("#code");
            assertThat(visit.locator("#code").getAttribute("autocomplete")).isEqualTo("one-time-code");
            assertThat(visit.locator("#code").getAttribute("inputmode")).isEqualTo("numeric");
            assertThat(visit.locator("#code").getAttribute("pattern")).isNull();
            assertThat(visit.locator("label[for=code]").count()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("phoneWithScripts")
    void resendsWhenTheCountdownIsOver(View view) {
        String address = "resend-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            visit.page().clock().install();
            visit.signUp("Nora", address);
            String first = example.lastCodeTo(address);
            int seconds = Integer.parseInt(visit.locator("#countdown").getAttribute("data-seconds"));
            assertThat(seconds).isBetween(25, 30);
            PlaywrightAssertions.assertThat(visit.locator("button[name=resend]"))
                    .isDisabled();
            String before = visit.text("#countdown");

            visit.page().clock().runFor(2_000);
            assertThat(visit.text("#countdown")).isNotEqualTo(before);
            visit.page().clock().runFor(30_000);
            example.clock().advance(Duration.ofSeconds(31));
            PlaywrightAssertions.assertThat(visit.locator("button[name=resend]"))
                    .isEnabled();
            visit.click("button[name=resend]").isAt("/register/code").showsNoError();

            assertThat(visit.text("#notice[role=status]")).isNotBlank();
            visit.fits();
            assertThat(example.inboxOf(address)).hasSize(2);
            visit.enter(example.lastCodeTo(address)).isAt("/account");
            assertThat(first).hasSize(6);
        }
    }

    /** With scripts, the button waits as long. */
    @ParameterizedTest
    @MethodSource("phoneWithoutScripts")
    void saysHowLongToWaitForTheNextCode(View view) {
        String address = "soon-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            visit.signUp("Nora", address).click("button[name=resend]");
            visit.isAt("/register/code").showsError("soon").shot();
            assertThat(example.inboxOf(address)).hasSize(1);

            example.clock().advance(Duration.ofSeconds(31));
            visit.click("button[name=resend]").isAt("/register/code").showsNoError();
            assertThat(example.inboxOf(address)).hasSize(2);
            visit.enter(example.lastCodeTo(address)).isAt("/account");
        }
    }

    @ParameterizedTest
    @MethodSource("phone")
    void asksForANewCodeWhenOneHasExpired(View view) {
        String address = "expired-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            visit.signUp("Nora", address);
            example.clock().advance(Duration.ofMinutes(11));
            visit.enter(example.lastCodeTo(address));
            visit.isAt("/register/code").showsError("expired").shot();

            // The page is as new as the answer: its countdown is over, with scripts too.
            visit.click("button[name=resend]").showsNoError();
            visit.enter(example.lastCodeTo(address)).isAt("/account");
        }
    }

    @ParameterizedTest
    @MethodSource("phone")
    void endsACodeAfterTooManyWrongOnes(View view) {
        String address = "many-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            visit.signUp("Nora", address);
            String code = example.lastCodeTo(address);
            for (int i = 0; i < 5; i++) {
                visit.enter(wrong(code));
            }
            visit.isAt("/register/code").showsError("wrong").fits();
            visit.enter(code).isAt("/register/code").showsError("exhausted").shot();
        }
    }

    @ParameterizedTest
    @MethodSource("desktop")
    void registersWithTheKeyboardAlone(View view) {
        String address = "keys-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            Page page = visit.goTo("/").fits().page();
            page.keyboard().press("Tab");
            visit.hasFocus("#skip");
            tabTo(visit, "#start");
            page.keyboard().press("Enter");
            page.waitForURL("**/register");
            visit.fits();
            tabTo(visit, "#name");
            page.keyboard().type("Nora");
            tabTo(visit, "#address");
            page.keyboard().type(address);
            page.keyboard().press("Enter");
            page.waitForURL("**/register/code");
            visit.fits().hasFocus("#code");
            page.keyboard().type(example.lastCodeTo(address));
            page.keyboard().press("Enter");
            page.waitForURL("**/account");
            visit.isAt("/account").fits();
        }
    }

    @ParameterizedTest
    @MethodSource("phone")
    void changesTheLanguageAndKeepsIt(View view) {
        boolean arabic = view.language().equals("ar");
        try (Visit visit = visit(view)) {
            visit.goTo("/register").click("#language");
            assertThat(visit.locator("html").getAttribute("dir")).isEqualTo(arabic ? "ltr" : "rtl");
            visit.goTo("/");
            assertThat(visit.locator("html").getAttribute("lang")).isEqualTo(arabic ? "en" : "ar");
            visit.click("#language");
            assertThat(visit.locator("html").getAttribute("lang")).isEqualTo(view.language());
        }
    }

    static Stream<View> ofTheReadme() {
        return Stream.of(View.PHONE, View.PHONE.arabic());
    }

    /** With -Dscreenshots.publish, the pictures of the README are written where it shows them. */
    @ParameterizedTest
    @MethodSource("ofTheReadme")
    void makesThePicturesOfTheReadme(View view) throws IOException {
        boolean arabic = view.language().equals("ar");
        Path folder = Boolean.getBoolean("screenshots.publish")
                ? Path.of("..", "docs", "images")
                : Path.of("target", "screenshots");
        Path picture = folder.resolve("sign-up-" + view.language() + ".png");
        try (Visit visit = new Visit(chromium, example, view, 1.5)) {
            visit.signUp(arabic ? "نورة" : "Nora", arabic ? "0501234569" : "nora@customer.example");
            visit.isAt("/register/code").picture(picture);
        }
        assertThat(Files.size(picture)).isLessThan(60_000);
    }

    private static void tabTo(Visit visit, String selector) {
        for (int i = 0; i < 20; i++) {
            if ((Boolean) visit.locator(selector).evaluate("element => element === document.activeElement")) {
                return;
            }
            visit.page().keyboard().press("Tab");
        }
        throw new AssertionError("Tab does not reach " + selector);
    }

    private static String wrong(String code) {
        return (code.startsWith("1") ? "2" : "1") + code.substring(1);
    }

    private static String inArabicDigits(String code) {
        return code.chars()
                .map(digit -> ARABIC_INDIC_ZERO.charAt(0) + digit - '0')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private Visit visit(View view) {
        return new Visit(chromium, example, view);
    }
}
