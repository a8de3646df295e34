/** Keeps codes in Redis. */
module acme.redis {
    requires acme.jvm;
    requires dev.otpkit.store.redis;
}
