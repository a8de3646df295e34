/** Contract tests for stores and channels, and doubles for applications' own tests. */
module dev.otpkit.testkit {
    requires transitive dev.otpkit;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;
    requires static ch.qos.logback.classic;
    requires static ch.qos.logback.core;
    requires java.logging;
    requires org.assertj.core;
    requires org.slf4j;

    exports dev.otpkit.testkit;

    opens dev.otpkit.testkit to
            org.junit.platform.commons;
}
