/** Contract tests for stores and channels, and doubles for applications' own tests. */
module dev.otpkit.testkit {
    requires transitive dev.otpkit;
    requires transitive org.junit.jupiter.api;
    requires static transitive org.jspecify;
    requires java.logging;
    requires org.assertj.core;

    exports dev.otpkit.testkit;

    opens dev.otpkit.testkit to
            org.junit.platform.commons;
}
