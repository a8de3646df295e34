package dev.otpkit.spring;

import dev.otpkit.OtpManager;

/**
 * Changes the builder of the auto-configured {@link OtpManager}, after all properties and beans were applied to it. All
 * beans of this type are called, in their order, once, at the start of the application.
 *
 * <p>The profiles of production are checked for {@code otpkit.development-mode} alone: a customizer does not turn
 * development mode on.
 */
@FunctionalInterface
public interface OtpManagerBuilderCustomizer {
    /**
     * Changes the builder.
     *
     * @param builder has the values of the properties; later settings replace them
     */
    void customize(OtpManager.Builder builder);
}
