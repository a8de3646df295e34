/** Tests an application. */
module acme.testkit {
    requires acme.jvm;
    requires dev.otpkit.testkit;
}
