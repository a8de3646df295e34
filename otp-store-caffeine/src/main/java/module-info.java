/** Keeps passcodes in the memory of one JVM. */
module dev.otpkit.store.caffeine {
    requires transitive dev.otpkit;
    requires static transitive org.jspecify;
    requires com.github.benmanes.caffeine;

    exports dev.otpkit.store.caffeine;
}
