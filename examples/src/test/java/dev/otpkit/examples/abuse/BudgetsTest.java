package dev.otpkit.examples.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.OtpManager;
import dev.otpkit.OtpSecret;
import dev.otpkit.TrafficLimits.Mode;
import dev.otpkit.store.caffeine.CaffeineOtpStore;
import dev.otpkit.testkit.MutableClock;
import dev.otpkit.testkit.RecordingChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class BudgetsTest {
    private final RecordingChannel sms = RecordingChannel.sms();
    private final List<String> lines = new ArrayList<>();
    private final TrafficAlarms alarms = new TrafficAlarms(lines::add);

    @Test
    void recordsSendsThatNobodyVerifiesAndGoesOn() {
        Budgets budgets = budgets(Mode.RECORD);

        for (int i = 0; i < 6; i++) {
            assertThat(ask(budgets, i)).isEqualTo("A code is on its way.");
        }

        assertThat(lines).containsExactly("COUNTRY_CONVERSION of PK: 4 of 3 in PT1H, recorded only");
        assertThat(alarms.exceeded("COUNTRY_CONVERSION of PK")).isEqualTo(3);
        assertThat(sms.messages()).hasSize(6);
    }

    @Test
    void refusesThemOnceTheConversionIsEnforced() {
        Budgets budgets = budgets(Mode.ENFORCE);
        for (int i = 0; i < 3; i++) {
            ask(budgets, i);
        }

        assertThat(ask(budgets, 3)).isEqualTo("We cannot send an SMS at the moment. Please sign in by email.");
        assertThat(budgets.askForCode("nobody", "203.0.113.9"))
                .isEqualTo("We cannot send a code now. Please try again later.");

        assertThat(lines).containsExactly("COUNTRY_CONVERSION of PK: 4 of 3 in PT1H, refused");
        assertThat(sms.messages()).hasSize(3);
    }

    private Budgets budgets(Mode mode) {
        OtpManager.Builder settings = OtpManager.builder()
                .secret(OtpSecret.random())
                .store(CaffeineOtpStore.create())
                .clock(MutableClock.create());
        return new Budgets(settings, sms, alarms, mode);
    }

    private static String ask(Budgets budgets, int i) {
        return budgets.askForCode(
                String.format(Locale.ROOT, "+92300%07d", 1_234_000 + 10_000 * i),
                String.format(Locale.ROOT, "203.0.113.%d", i));
    }
}
