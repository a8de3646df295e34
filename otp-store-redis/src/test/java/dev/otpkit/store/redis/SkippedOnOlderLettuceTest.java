package dev.otpkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.testkit.OtpStoreContract;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SkippedOnOlderLettuceTest {
    @Test
    void namesTestsOfTheContract() {
        List<String> tests = Arrays.stream(OtpStoreContract.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(method -> method.getName())
                .toList();

        assertThat(tests)
                .hasSizeGreaterThan(SkippedOnOlderLettuce.TESTS.size())
                .containsAll(SkippedOnOlderLettuce.TESTS);
    }
}
