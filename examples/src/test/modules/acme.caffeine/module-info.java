/** Keeps codes in this JVM. */
module acme.caffeine {
    requires acme.jvm;
    requires dev.otpkit.store.caffeine;
}
