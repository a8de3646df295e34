package dev.otpkit.examples.web;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts one application for all test classes that take one, and passes it to their constructors. */
final class SharedExample implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RunningExample.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedExample.class))
                .computeIfAbsent(RunningExample.class, key -> start(), RunningExample.class);
    }

    /** Connections stay open: the client may use one at the moment at which an idle server closes it. */
    private static RunningExample start() {
        return RunningExample.start(
                "--server.tomcat.max-keep-alive-requests=-1", "--server.tomcat.keep-alive-timeout=10m");
    }
}
