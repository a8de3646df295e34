package dev.otpkit.examples.web;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts one browser for all test classes, and passes it to their constructors. */
final class BrowserTests implements BeforeAllCallback, ParameterResolver {
    @Override
    public void beforeAll(ExtensionContext context) {
        // Here and not in resolveParameter, where an assumption that does not hold would be an error.
        chromium(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Chromium.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return chromium(context);
    }

    private static Chromium chromium(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(BrowserTests.class))
                .computeIfAbsent(Chromium.class, key -> Chromium.launch(), Chromium.class);
    }
}
