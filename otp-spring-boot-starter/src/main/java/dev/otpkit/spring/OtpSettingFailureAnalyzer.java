package dev.otpkit.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains a start that failed because of a setting. */
final class OtpSettingFailureAnalyzer extends AbstractFailureAnalyzer<OtpSettingException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, OtpSettingException cause) {
        return new FailureAnalysis(cause.getMessage() + ".", cause.action(), cause);
    }
}
