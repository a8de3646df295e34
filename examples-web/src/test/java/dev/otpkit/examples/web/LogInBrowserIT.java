package dev.otpkit.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The log-in, the payment and the inbox in a browser: on a phone in English, and with {@code -Dviews=all} in every
 * view.
 */
@ExtendWith({BrowserTests.class, SharedExample.class})
class LogInBrowserIT {
    private final Chromium chromium;
    private final RunningExample example;

    LogInBrowserIT(Chromium chromium, RunningExample example) {
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

    static Stream<View> languages() {
        return View.orAll(View.PHONE, View.PHONE.arabic());
    }

    @ParameterizedTest
    @MethodSource("phone")
    void logsInAndAnswersAlikeForAnUnknownAddress(View view) {
        String known = "known-" + view + "@customer.example";
        String unknown = "nobody-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            visit.signUp("Nora", known).enter(example.lastCodeTo(known)).isAt("/account");
            visit.click("button[name=logout]").isAt("/");
            example.clock().advance(Duration.ofSeconds(31));

            visit.goTo("/login").fits().fill("#address", unknown).click("#continue");
            String ofUnknown = visit.isAt("/login/code").text("main");
            assertThat(example.inboxOf(unknown)).isEmpty();
            visit.enter("123456").showsError("wrong").blames("#code");
            String afterUnknown = visit.text("#error");

            visit.goTo("/login").fill("#address", known).click("#continue");
            assertThat(alike(visit.isAt("/login/code").text("main"))).isEqualTo(alike(ofUnknown));
            visit.fits();
            String code = example.lastCodeTo(known);
            visit.enter(wrong(code)).showsError("wrong");
            assertThat(visit.text("#error")).isEqualTo(afterUnknown);
            visit.enter(code).isAt("/account").showsNoError();
            assertThat(visit.text("#account-name")).isEqualTo("Nora");
        }
    }

    @ParameterizedTest
    @MethodSource("languages")
    void confirmsAPaymentWhoseMessageNamesAmountAndPayee(View view) {
        String address = "payer-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            visit.signUp("Nora", address).enter(example.lastCodeTo(address)).isAt("/account");
            visit.goTo("/payment").shot().fill("#payee", "Corner Shop").fill("#amount", "0");
            visit.click("#continue").showsError("amount").blames("#amount");
            visit.fill("#amount", "149.50").click("#continue").isAt("/payment/code");
            visit.showsNoError().shot();
            assertThat(visit.text("#payee-shown")).contains("Corner Shop");
            String shown = visit.text("#amount-shown");
            assertThat(visit.lastMessageTo(address).text())
                    .contains("Corner Shop")
                    .contains(view.language().equals("ar") ? "١٤٩" : "149.50");

            visit.enter(wrong(example.lastCodeTo(address))).showsError("wrong").blames("#code");
            visit.enter(example.lastCodeTo(address)).isAt("/payment/done").showsNoError();
            visit.shot();
            assertThat(visit.text("#amount-shown")).isEqualTo(shown);
            assertThat(visit.text("#notice[role=status]")).isNotBlank();
        }
    }

    @ParameterizedTest
    @MethodSource("phone")
    void doesNotConfirmAChangedAmount(View view) {
        String address = "changed-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            visit.signUp("Nora", address).enter(example.lastCodeTo(address));
            visit.goTo("/payment").fill("#payee", "Corner Shop").fill("#amount", "149.50");
            visit.click("#continue").isAt("/payment/code");
            String code = example.lastCodeTo(address);
            String before = visit.text("#amount-shown");

            visit.click("#change").isAt("/payment");
            assertThat(visit.locator("#payee").inputValue()).isEqualTo("Corner Shop");
            example.clock().advance(Duration.ofSeconds(31));
            visit.fill("#amount", "9149.50").click("#continue").isAt("/payment/code");
            assertThat(example.lastMessageTo(address).text())
                    .contains(visit.text("#amount-shown"))
                    .doesNotContain(" " + before);
            visit.enter(code).isAt("/payment/code");
            assertThat(visit.locator("#error").count()).isEqualTo(1);
            visit.fits();
        }
    }

    @ParameterizedTest
    @MethodSource("phone")
    void showsInTheInboxWhatWasSent(View view) {
        String address = "inbox-" + view + "@customer.example";
        try (Visit visit = visit(view)) {
            visit.signUp("Nora", address).goTo("/inbox").isAt("/inbox").fits();
            assertThat(visit.text("#inbox article:first-of-type .to")).contains(address);
            assertThat(visit.text("#inbox article:first-of-type .code")).isEqualTo(example.lastCodeTo(address));
            assertThat(visit.text("#inbox article:first-of-type .text")).contains(example.lastCodeTo(address));
        }
    }

    @ParameterizedTest
    @MethodSource("phone")
    void sendsAVisitorWhoIsNotSignedInToTheLogIn(View view) {
        try (Visit visit = visit(view)) {
            visit.goTo("/account").isAt("/login");
            visit.goTo("/payment").isAt("/login");
        }
    }

    /** The address that was typed, the seconds that pass and blanks are what may differ. */
    private static String alike(String text) {
        return text.replaceAll("\\S+@customer\\.example", "…")
                .replaceAll("\\p{Nd}+", "n")
                .replaceAll("\\s+", " ");
    }

    private static String wrong(String code) {
        return (code.startsWith("1") ? "2" : "1") + code.substring(1);
    }

    private Visit visit(View view) {
        return new Visit(chromium, example, view);
    }
}
